"""What the data operations cost: `python -m benchmarks.dataops` prints each figure beside its bound."""

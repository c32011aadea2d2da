"""How many people can buy at once, beside what storing their orders alone costs: `python -m benchmarks.checkout`."""

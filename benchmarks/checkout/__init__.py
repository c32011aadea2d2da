"""How many can buy at once, beside what storing their orders costs: `python -m benchmarks.checkout`."""

"""How much a request costs beside the least that it could: `python -m benchmarks.http`."""

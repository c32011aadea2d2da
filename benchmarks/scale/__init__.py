"""How much slower lists and searches are in larger catalogues: `python -m benchmarks.scale 10000 100000`."""

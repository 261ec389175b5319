"""Side-by-side measurements of barriergraph against its peers: `python -m benchmarks`."""

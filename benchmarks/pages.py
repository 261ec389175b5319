"""The site: how long it takes to publish, how fast a page is served, and how much a page weighs."""

from __future__ import annotations

import gzip
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.measure import Options, Row
from benchmarks.serving import ours

#: Pages that only the graph's largest things have, and one that holds a whole map.
SERVED = (
    "index.html", "map.html", "id/barrier/lack-of-trust.html", "id/domain/troubled-families.html",
    "id/finding/key-finding-1.html", "id/source/dawes1996.html", "ontology.html", "queries.html",
    "queries/findings-about/results.html", "map/evidence-map/all.html", "search.html?q=trust",
)  # fmt: skip


def pages(options: Options) -> list[Row]:
    """Measure the published folder and the served pages; the other side is what is to be reached.

    No peer makes such a site: Widoco documents an ontology only, Skosmos and Prez need a server.
    """
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "barriergraph", "publish", f"{folder}/site", "--quiet"],
            check=True,
        )
        took = time.perf_counter() - start
        made = sorted(Path(folder, "site").rglob("*.html"))
        packed = [len(gzip.compress(page.read_bytes(), 6)) for page in made]
    repeats = 5 if options.quick else 50
    with ours() as address:
        times = []
        for path in SERVED:
            for again in range(repeats + 1):
                start = time.perf_counter()
                urllib.request.urlopen(f"{address}/{path}").read()
                if again:  # the first makes the page
                    times.append(time.perf_counter() - start)
    return [
        Row("publish the shipped graph", "half a minute", took, 30, "at least 1", 1),
        Row("publish one page of it", "a hundredth of a second", took / len(made), 0.01,
            "at least 1", 1),
        Row("a page served again, median", "ten milliseconds", statistics.median(times), 0.01,
            "at least 1", 1),
        Row("the heaviest page as it travels, kB", "a hundred", max(packed) / 1e6, 0.1,
            "at least 1", 1),
    ]  # fmt: skip

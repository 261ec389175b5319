"""Pages of each kind, and what html-validate says of them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from barriergraph import KnowledgeGraph
from barriergraph.site import Site

#: The folder into which npm has put html-validate.
CLIENTS = os.environ.get("HTML_VALIDATE")

PAGES = (
    "404.html", "about.html", "graph/data/report.html", "id/barrier.html",
    "id/barrier/fear-of-sharing.html", "id/citation/wilks2014.html",
    "id/domain/troubled-families.html", "id/finding/key-finding-1.html",
    "id/organisation/age-uk.html", "id/source/dawes1996.html", "index.html",
    "map.html", "map/evidence-map/all.html", "map/evidence-map/fear-of-sharing.html",
    "ontology.html", "queries.html", "queries/evidence-by-year/results.html",
    "queries/evidence-map.html", "queries/findings-about/example-1.html", "search.html",
    "shapes.html", "sparql.html",
)  # fmt: skip

#: Bars have their length, and SVG its places, in the element itself.
RULES = {"no-inline-style": "off", "long-title": "off"}


@pytest.mark.skipif(CLIENTS is None, reason="HTML_VALIDATE names no folder with html-validate")
def test_pages_are_valid_html(real: KnowledgeGraph, tmp_path: Path) -> None:
    site = Site(real)
    for path in PAGES:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(site.render(path))
    config = {"root": True, "extends": ["html-validate:standard"], "rules": RULES}
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(config), encoding="utf-8")

    done = subprocess.run(
        [f"{CLIENTS}/node_modules/.bin/html-validate", *PAGES],
        capture_output=True, cwd=tmp_path, encoding="utf-8", check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, "")

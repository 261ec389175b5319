"""Comunica, told nothing but the address, gives the same rows."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from barriergraph import KnowledgeGraph

HOME = os.environ.get("COMUNICA")
QUERY = """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
SELECT DISTINCT ?finding ?printed
WHERE { ?finding a bg:KeyFinding ; bg:restsOn ?citation . ?citation bg:citedAs ?printed }
ORDER BY ?finding ?printed"""


@pytest.mark.skipif(
    HOME is None, reason="COMUNICA names no folder with npm's node and @comunica/query-sparql in it"
)
def test_comunica_needs_no_options(real: KnowledgeGraph, running: Any, tmp_path: Path) -> None:
    modules = Path(HOME or "") / "node_modules"
    with running(real, tmp_path, seconds=20) as server:
        program = [modules / "node" / "bin" / "node", modules / ".bin" / "comunica-sparql"]
        words = [f"{server.address}/sparql", QUERY, "-t", "application/sparql-results+json"]
        done = subprocess.run(
            [*program, *words], capture_output=True, encoding="utf-8", check=True, timeout=120
        )
    rows = json.loads(done.stdout)["results"]["bindings"]

    expected = real.query(QUERY).rows  # type: ignore[union-attr]
    assert [[row["finding"]["value"], row["printed"]["value"]] for row in rows] == [
        [term.value for term in row] for row in expected
    ]

"""Schemathesis reads the description of the API, and asks whatever that allows."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from barriergraph import KnowledgeGraph

PROGRAM = shutil.which("schemathesis") or shutil.which(
    "schemathesis", path=str(Path(sys.executable).parent)
)


@pytest.mark.skipif(PROGRAM is None, reason="this needs schemathesis: pip install schemathesis")
def test_whatever_the_description_allows_is_answered_as_it_says(
    small: KnowledgeGraph, running: Any, tmp_path: Path
) -> None:
    words = ["--phases", "examples,fuzzing", "--max-examples", "5", "--seed", "1", "--no-color"]
    with running(small, tmp_path, seconds=20) as server:
        done = subprocess.run(
            [str(PROGRAM), "run", f"{server.address}/openapi.json", *words],
            capture_output=True, encoding="utf-8", check=False, cwd=tmp_path, timeout=300,
        )  # fmt: skip

    assert done.returncode == 0, done.stdout[-5000:]

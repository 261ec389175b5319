from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from barriergraph import KnowledgeGraph, load

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "fixtures" / "small"


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's cache out of the tests, and the tests out of it; processes started too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BARRIERGRAPH_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def real() -> KnowledgeGraph:
    """The shipped graph: use it for facts of the content and for what users see."""
    return load()


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The invented graph of lighthouse keepers under our ontology and queries.

    Use it where a whole answer is worked out by hand.
    """
    folder = tmp_path_factory.mktemp("small")
    for part in ("ontology", "queries"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copytree(SMALL / "data", folder / "data")
    return load(folder, base=False)

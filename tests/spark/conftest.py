from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from barriergraph import KnowledgeGraph, load
from benchmarks.generate import generate, write

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from barriergraph.spark import Statements

LARGE = "BARRIERGRAPH_LARGE"


@pytest.fixture(scope="session")
def session() -> Iterator[SparkSession]:
    """One session of Spark for all tests, on two threads of this machine."""
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install '.[spark]'")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("there is no Java, which Spark runs on")
    from barriergraph import spark

    running = spark.session()
    running.sparkContext.setLogLevel("OFF")
    yield running
    running.stop()


class Both:
    """One graph, held by the embedded engine and by Spark."""

    def __init__(self, graph: KnowledgeGraph, folder: Path, session: SparkSession) -> None:
        from barriergraph import spark

        self.graph = graph
        self.path = folder / "statements.nq"
        graph.snapshot(self.path)
        self.statements: Statements = spark.read(self.path, session=session)


@pytest.fixture(scope="session")
def shipped(session: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The shipped graph with what follows from it: use it for the answers of stored queries."""
    return Both(load(), tmp_path_factory.mktemp("shipped"), session)


@pytest.fixture(scope="session")
def asserted(session: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The shipped graph as it is asserted: use it for checks."""
    return Both(load(infer=False), tmp_path_factory.mktemp("asserted"), session)


@pytest.fixture(scope="session")
def invented(session: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """A generated graph with faults, asserted only: use it for checks and inference."""
    folder = tmp_path_factory.mktemp("invented")
    write(generate(10_000), folder / "module")
    return Both(load(folder / "module", base=False, infer=False), folder, session)

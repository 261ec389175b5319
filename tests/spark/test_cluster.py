"""Jobs that `spark-submit` hands to a cluster: a Master and two Workers on the loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from pyoxigraph import Store

from barriergraph import load, sources
from barriergraph.validation import prepare

pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed: pip install '.[spark]'")

HOME = Path(pyspark.__file__).parent
ROOT = sources.base_module().path

#: What a reader would write into job.py, for three answers in one start of Spark.
JOB = """\
import sys

from barriergraph import spark

statements = spark.read(sys.argv[1])
answers = {
    "answer": statements.table("gaps").to_csv().splitlines(),
    "check": [f"{one.focus_node} {one.shape}" for one in statements.validate().results],
    "sources": [" ".join(row) for row in statements.same_sources().collect()],
    "package": [spark.__file__],
}
for name, lines in answers.items():
    with open(f"{sys.argv[2]}/{name}", "w", encoding="utf-8") as file:
        file.write("\\n".join(lines))
"""

#: A gap that says too little, and two sources that are one.
FEW = """\
<x:gap> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <BGGap> .
<x:gap> <BGmissing> "the survey"@en .
<x:gap> <BGannouncedIn> <x:a> .
<x:a> <http://purl.org/dc/terms/title> "A report"@en .
<x:a> <BGdoi> "10.1000/abc" .
<x:b> <BGdoi> "https://doi.org/10.1000/ABC" .
""".replace("<BG", "<https://w3id.org/barriergraph/ontology#")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a cluster with two executors of one core; it ends with the module's tests."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("there is no Java, which Spark runs on")
    folder = tmp_path_factory.mktemp("cluster")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"spark://127.0.0.1:{port}"
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *words: str) -> Path:
        log = folder / f"{name}{len(started)}.log"
        program = f"org.apache.spark.deploy.{name}.{name.capitalize()}"
        common = ["--host", "127.0.0.1", "--webui-port", "0"]
        command = [str(HOME / "bin/spark-class"), program, *common, *words]
        with log.open("wb") as out:
            started.append(subprocess.Popen(command, env=ENVIRONMENT, stdout=out, stderr=out))
        return log

    try:
        wait_for("I have been elected leader", start("master", "--port", str(port)))
        work = ["--cores", "1", "--memory", "1g", "--work-dir", str(folder), address]
        for log in [start("worker", *work), start("worker", *work)]:
            wait_for("Successfully registered with master", log)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(20)


#: Spark of this Python and this Python in the executors, on the loopback.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("PYSPARK_")},
    "SPARK_HOME": str(HOME),
    "SPARK_LOCAL_IP": "127.0.0.1",
    "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
    "PYSPARK_PYTHON": sys.executable,
    "PYTHONPATH": "",
}


#: What makes little work quick: few parts, and not much compiled for it.
SETTINGS = (
    "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1",
    "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1",
    "spark.sql.adaptive.enabled=false",
    "spark.sql.codegen.wholeStage=false",
    "spark.sql.shuffle.partitions=2",
    "spark.ui.enabled=false",
)


def wait_for(text: str, log: Path) -> None:
    end = time.monotonic() + 40
    while text not in log.read_text(errors="replace"):
        assert time.monotonic() < end, log.read_text(errors="replace")[-2000:]
        time.sleep(0.1)


def wheel(path: Path) -> Path:
    """Write what a wheel of this package holds, but what only building one makes."""
    with ZipFile(path, "w") as file:
        for folder, inside in (("src/barriergraph", "barriergraph"), *(
            (part, f"barriergraph/content/{part}") for part in sources.PARTS
        )):  # fmt: skip
            for one in sorted(Path(ROOT, folder).rglob("*.*")):
                if one.is_file() and one.suffix in (".py", ".ttl", ".rq"):
                    file.write(one, f"{inside}/{one.relative_to(Path(ROOT, folder))}")
    return path


def test_a_cluster_has_the_answers_of_the_embedded_engine(master: str, tmp_path: Path) -> None:
    (tmp_path / "few.nt").write_text(FEW, encoding="utf-8")
    (tmp_path / "job.py").write_text(JOB, encoding="utf-8")
    store = Store()
    store.bulk_load(path=str(tmp_path / "few.nt"))
    report = prepare(store, list(sources.shapes(sources.base_module()))).validate()
    query = load().queries["gaps"]
    rows = list(store.query(query.text))

    done = subprocess.run(
        [
            *(HOME / "bin/spark-submit", "--master", master),
            *(word for one in SETTINGS for word in ("--conf", one)),
            *("--py-files", wheel(tmp_path / "barriergraph-0-py3-none-any.whl")),
            *(tmp_path / "job.py", tmp_path / "few.nt", tmp_path),
        ],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=500,
    )

    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    found = {
        name: (tmp_path / name).read_text(encoding="utf-8").splitlines()
        for name in ("answer", "check", "sources", "package")
    }
    told = sorted(f"{one.focus_node} {one.shape}" for one in report.results)
    assert ".whl" in found["package"][0]
    assert told
    assert sorted(found["check"]) == told
    assert found["answer"] == [",".join(query.columns), *(",".join(cells(row)) for row in rows)]
    assert rows
    assert found["sources"] == ["x:b x:a the same DOI, 10.1000/abc"]


def cells(row: Iterable[Any]) -> list[str]:
    return ["" if term is None else term.value for term in row]

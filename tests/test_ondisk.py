"""A graph on disk answers as one in memory, is never half there, and never older than the files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from barriergraph import KnowledgeGraph, load
from barriergraph.cli import main
from barriergraph.errors import BarrierGraphError, SourceError, SourceErrors

TURTLE = "<https://example.org/a> <https://example.org/b> '%s' .\n"
ASK = "ASK { <https://example.org/a> <https://example.org/b> '%s' }"


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A module with one statement."""
    (tmp_path / "mine" / "data").mkdir(parents=True)
    (tmp_path / "mine" / "data" / "a.ttl").write_text(TURTLE % "old", encoding="utf-8")
    return tmp_path / "mine"


def opened(module: Path, store: Path) -> tuple[KnowledgeGraph, list[str]]:
    """Return the graph, and what was told of loading it."""
    told: list[str] = []
    graph = load(module, base=False, store=store, tell=told.append)
    return graph, told


def test_every_stored_query_gives_the_rows_of_a_graph_in_memory(
    real: KnowledgeGraph, tmp_path: Path
) -> None:
    graph = load(store=tmp_path / "store")

    for name in real.queries:
        assert graph.run(name) == real.run(name), name
    assert graph.export("nquads") == real.export("nquads")
    assert graph.why("fear-of-sharing", "a", "bg:Factor").holds


def test_it_is_loaded_once_and_again_only_for_other_content(module: Path, tmp_path: Path) -> None:
    store, file = tmp_path / "store", module / "data" / "a.ttl"
    first, told = opened(module, store)
    assert told == ["deriving"]
    assert first.query(ASK % "old")

    again, told = opened(module, store)
    assert (again.database, told) == (first.database, [])

    os.utime(file, ns=(1, 1))
    touched, told = opened(module, store)
    assert (touched.database, told) == (
        first.database, ["looking into 1 files with another time"],
    )  # fmt: skip
    assert opened(module, store)[1] == []

    file.write_text(TURTLE % "new", encoding="utf-8")
    changed, told = opened(module, store)
    assert told == [
        "looking into 1 files with another time",
        "all is loaded again: 1 of 1 files changed or gone",
        "deriving",
    ]
    assert changed.query(ASK % "new")
    assert not changed.query(ASK % "old")
    assert first.query(ASK % "old"), "who had it open reads on"

    (module / "data" / "b.ttl").write_text(TURTLE % "more", encoding="utf-8")
    assert opened(module, store)[0].query(ASK % "more")
    assert len(list(store.glob("graph-????????????"))) == 1


def test_a_large_file_goes_to_disk_as_it_is_read(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barriergraph.ondisk.filling._LARGE_TO_DERIVE", 1)

    graph, told = opened(module, tmp_path / "store")

    assert told[:2] == ["loading 1 of 1 files", "loaded 1 of 1 files, 0 of 0 MB"]
    assert graph.query(ASK % "old")


def test_the_shipped_graph_is_the_same_by_way_of_disk_alone(
    real: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barriergraph.ondisk.filling._LARGE_TO_DERIVE", 1)
    monkeypatch.setattr("barriergraph.ondisk.bulk._SMALL", 5_000)
    monkeypatch.setattr("barriergraph.ondisk.bulk._TOGETHER", 50_000)
    monkeypatch.setattr("barriergraph.inference.fixpoint._HELD", 100)

    graph = load(store=tmp_path / "store")

    assert graph.export("nquads") == real.export("nquads")


KILLED = """
import os, signal, sys
import barriergraph.ondisk.bulk, barriergraph.ondisk.filling
from barriergraph import load
barriergraph.ondisk.filling._LARGE_TO_DERIVE = 1
barriergraph.ondisk.bulk._SMALL = 1
def tell(step):
    if step.startswith(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
load(sys.argv[1], base=False, store=sys.argv[2], tell=tell)
"""
#: Blank nodes, and an axiom, so that something follows.
MANY = """
<https://example.org/a{n}> <https://example.org/b> "{n}" , [ <https://example.org/c> {n} ] .
<https://example.org/b> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf>
    <https://example.org/upper> .
"""


def killed(module: Path, store: Path, step: str) -> None:
    """Load in another process that is killed when it tells of a step."""
    command = [sys.executable, "-c", KILLED, module, store, step]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL


@pytest.fixture
def many(module: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module of twenty files more, each of which is taken for a large one."""
    for number in range(20):
        path = module / "data" / f"many-{number:02}.ttl"
        path.write_text(MANY.format(n=number), encoding="utf-8")
    monkeypatch.setattr("barriergraph.ondisk.filling._LARGE_TO_DERIVE", 1)
    monkeypatch.setattr("barriergraph.ondisk.bulk._SMALL", 1)
    return module


@pytest.mark.parametrize(
    ("step", "loaded"), [("loaded 1 ", 1), ("loaded 12 ", 12), ("loaded 21 ", 21), ("deriving", 21)]
)
def test_a_killed_loading_is_gone_on_with(
    many: Path, tmp_path: Path, step: str, loaded: int
) -> None:
    store = tmp_path / "store"
    killed(many, store, step)

    graph, told = opened(many, store)

    assert told[:2] == [
        f"{store / 'loading-graph'} was left half loaded: {loaded} of 21 files are in",
        f"loading {21 - loaded} of 21 files",
    ]
    assert told[2:-1] == [f"loaded {n} of 21 files, 0 of 0 MB" for n in range(loaded + 1, 22)]
    assert graph.export("nquads") == load(many, base=False).export("nquads")
    assert list(store.glob("loading-*")) == []


def test_a_file_that_changed_since_a_killed_loading_is_not_kept(many: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    killed(many, store, "loaded 21 ")
    (many / "data" / "a.ttl").write_text(TURTLE % "new", encoding="utf-8")

    graph, told = opened(many, store)

    assert told[0] == f"{store / 'loading-graph'} was left half loaded, and is taken away"
    assert graph.query(ASK % "new")
    assert not graph.query(ASK % "old")


def test_a_file_that_is_in_but_not_written_down_is_in_once(many: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    killed(many, store, "loaded 21 ")
    journal = store / "loading-graph" / "journal.json"
    lines = journal.read_text(encoding="utf-8").splitlines()
    journal.write_text("\n".join(lines[:-2]) + "\n" + lines[-2][:9], encoding="utf-8")

    graph, told = opened(many, store)

    assert told[1] == "loading 2 of 21 files"
    assert graph.export("nquads") == load(many, base=False).export("nquads")


def test_all_wrong_files_are_told_with_line_and_column(many: Path, tmp_path: Path) -> None:
    (many / "data" / "many-03.ttl").write_text("<https://a.b/> a\n  oops .", encoding="utf-8")
    (many / "data" / "many-07.ttl").write_bytes(b"# caf\xe9\n")
    (many / "data" / "many-11.ttl").write_bytes(b"\xef\xbb\xbf<https://a.b/> a <https://a.b/c> .")

    with pytest.raises(SourceErrors) as caught:
        opened(many, tmp_path / "store")

    assert sorted((error.path.name, error.line, error.column) for error in caught.value.errors) == [
        ("many-03.ttl", 2, 3), ("many-07.ttl", 1, 6),
    ]  # fmt: skip


def test_a_killed_loading_leaves_nothing_that_is_taken_for_a_graph(
    module: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    opened(module, store)
    (module / "data" / "a.ttl").write_text(TURTLE % "new", encoding="utf-8")
    script = KILLED.replace("_LARGE_TO_DERIVE = 1", "_LARGE_TO_DERIVE = 1_000")
    command = [sys.executable, "-c", script, module, store, "deriving"]

    done = subprocess.run(command, check=False)

    assert done.returncode == -signal.SIGKILL
    (half,) = store.glob("loading-*")
    graph, told = opened(module, store)
    assert told[2] == f"{half} was left half loaded, and is taken away"
    assert graph.query(ASK % "new")
    assert not half.exists()


def test_files_that_were_added_are_all_that_is_loaded(many: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    first, _ = opened(many, store)
    axiom = (
        "<https://example.org/upper> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> "
        "<https://example.org/top> .\n"
    )
    (many / "data" / "axiom.ttl").write_text(axiom, encoding="utf-8")
    (many / "data" / "more.ttl").write_text(MANY.format(n=77), encoding="utf-8")

    graph, told = opened(many, store)

    assert told == ["loading 2 files that are new", "deriving what follows from them"]
    assert len(graph.store) == len(load(many, base=False).store)
    assert graph.query('ASK { <https://example.org/a3> <https://example.org/top> "3" }')
    assert graph.query('ASK { <https://example.org/a77> <https://example.org/top> "77" }')
    assert not first.query('ASK { <https://example.org/a77> ?p "77" }'), "who had it open reads on"
    assert opened(many, store)[1] == []


def test_a_database_that_cannot_be_read_is_loaded_again(module: Path, tmp_path: Path) -> None:
    first, _ = opened(module, tmp_path / "store")
    assert first.database is not None
    (Path(first.database) / "CURRENT").write_bytes(b"")

    graph, told = opened(module, tmp_path / "store")

    assert told[0] == "the database cannot be read, and is loaded again"
    assert graph.query(ASK % "old")


def test_a_database_that_cannot_be_added_to_is_loaded_again(module: Path, tmp_path: Path) -> None:
    first, _ = opened(module, tmp_path / "store")
    assert first.database is not None
    (Path(first.database) / "CURRENT").write_bytes(b"")
    (module / "data" / "b.ttl").write_text(TURTLE % "more", encoding="utf-8")

    graph, told = opened(module, tmp_path / "store")

    assert "the database cannot be added to, so all is loaded again" in told
    assert graph.query(ASK % "old")
    assert graph.query(ASK % "more")


def test_without_what_is_asserted_it_is_loaded_again(module: Path, tmp_path: Path) -> None:
    first, _ = opened(module, tmp_path / "store")
    shutil.rmtree(f"{first.database}-asserted")

    graph, told = opened(module, tmp_path / "store")

    assert told == ["deriving"]
    assert graph.validate().results == ()


def test_a_wrong_file_is_told_and_what_was_there_stays(module: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    opened(module, store)
    (module / "data" / "a.ttl").write_text("<https://example.org/a> <", encoding="utf-8")

    with pytest.raises(SourceError, match=r"a\.ttl:1:"):
        opened(module, store)

    (module / "data" / "a.ttl").write_text(TURTLE % "old", encoding="utf-8")
    graph, told = opened(module, store)
    assert told == ["looking into 1 files with another time"]
    assert graph.query(ASK % "old")
    assert list(store.glob("loading-*")) == []


def test_a_folder_that_holds_something_else_is_refused(
    module: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "photos"
    store.mkdir()
    (store / "cat.jpg").write_bytes(b"")

    assert main(["run", "gaps", "--store", str(store)]) == 2

    assert capsys.readouterr().err == (
        f"barriergraph: {store} holds something else than a graph; name a new folder\n"
    )
    with pytest.raises(BarrierGraphError, match="cannot be written"):
        load(module, base=False, store=store / "cat.jpg" / "store")


def test_a_worker_reads_the_database_itself(module: Path, tmp_path: Path) -> None:
    graph, _ = opened(module, tmp_path / "store")
    assert graph.database is not None
    job = {
        "query": "SELECT ?o { ?s <https://example.org/b> ?o }", "tables": "text/csv",
        "graphs": None, "default": None, "named": None, "from": False,
    }  # fmt: skip

    done = subprocess.run(
        [sys.executable, "-m", "barriergraph.web.worker", graph.database, "0", "1000"],
        input=json.dumps(job).encode() + b"\n", capture_output=True, check=True,
    )  # fmt: skip

    assert done.stdout.endswith(b"o\r\nold\r\n")


def test_processes_that_want_it_at_once_load_it_once(module: Path, tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from barriergraph import load\n"
        "told = []\n"
        "graph = load(sys.argv[1], base=False, store=sys.argv[2], tell=told.append)\n"
        f"assert graph.query({ASK % 'old'!r})\n"
        "print('deriving' in told)\n"
    )
    command = [sys.executable, "-c", script, module, tmp_path / "store"]

    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    said = [process.communicate()[0].strip() for process in started]

    assert [process.returncode for process in started] == [0] * 4
    assert sorted(said) == [b"False", b"False", b"False", b"True"]


def test_a_file_that_changes_while_it_is_loaded_is_loaded_again(
    module: Path, tmp_path: Path
) -> None:
    file = module / "data" / "a.ttl"

    def change(step: str) -> None:
        if step == "deriving":
            file.write_text(TURTLE % "new", encoding="utf-8")

    load(module, base=False, store=tmp_path / "store", tell=change)

    assert opened(module, tmp_path / "store")[0].query(ASK % "new")


def test_a_state_that_says_too_little_is_loaded_again(module: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    opened(module, store)
    state = json.loads((store / "barriergraph.json").read_text(encoding="utf-8"))
    for name in ("place", "sums", "stamps"):
        (store / "barriergraph.json").write_text(
            json.dumps({key: value for key, value in state.items() if key != name})
        )
        graph, told = opened(module, store)
        assert told == ["deriving"]
        assert graph.query(ASK % "old")

"""One byte that rots in a large database: the right answer, or an error that says what to do."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from pyoxigraph import Store

from barriergraph import load
from barriergraph.errors import DamagedError
from barriergraph.ondisk.tables import verify
from barriergraph.web.worker import answer

Command = Callable[..., tuple[int, str, str]]

COUNT = 20_000
#: Each way through the database: by the predicate, by nothing, by the named graph. None of them
#: sorts or counts: the engine gathers its error without end there, see docs/faults.md.
QUERIES = {
    "predicate": "SELECT ?a ?c { ?a <https://example.org/b> ?c }",
    "all": "SELECT ?a ?c { ?a ?b ?c }",
    "graph": "SELECT ?a ?c { GRAPH ?g { ?a ?b ?c } }",
}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, set[tuple[str, str]]]:
    """A module, the folder that holds it as a database, and what it says."""
    folder = tmp_path_factory.mktemp("stored")
    (folder / "mine" / "data").mkdir(parents=True)
    chance = Random(1)
    says = {
        (f"https://example.org/a{n}", f"{chance.getrandbits(256):064x}") for n in range(COUNT)
    }  # what does not pack, so that the tables are large
    lines = [f"<{one}> <https://example.org/b> '{value}' .\n" for one, value in says]
    (folder / "mine" / "data" / "a.ttl").write_text("".join(lines), encoding="utf-8")
    load(folder / "mine", base=False, store=folder / "store")
    return folder / "mine", folder / "store", says


def tables(store: Path) -> list[Path]:
    """Return the tables that hold statements and terms, not those with a few notes."""
    return [
        path
        for path in sorted(store.glob("graph-*/*.sst"))
        if path.stat().st_size > 100_000 and "asserted" not in path.parent.name
    ]


def rot(path: Path) -> None:
    """Change one byte in the middle of a file."""
    with open(path, "r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 0xFF]))


@pytest.mark.parametrize("when", ["before it is opened", "while it is open"])
@pytest.mark.parametrize("query", QUERIES)
def test_a_byte_that_rots_gives_no_wrong_answer(
    query: str, when: str, stored: tuple[Path, Path, set[tuple[str, str]]], tmp_path: Path
) -> None:
    module, store, says = stored
    told: list[tuple[str, str]] = []
    expected: list[tuple[str | None, str]] = []
    for number in range(len(tables(store))):
        copy = tmp_path / str(number)
        shutil.copytree(store, copy)
        table = tables(copy)[number]
        if when.startswith("before"):
            rot(table)
        graph = load(module, base=False, store=copy)
        if when.startswith("while"):
            rot(table)
        try:
            found = {(a.value, c.value) for a, c in graph.query(QUERIES[query])}  # type: ignore[union-attr]
            assert found == says
        except DamagedError as error:
            told.append((error.path, str(error).partition(" (")[0]))
            remedy = "the database is damaged; delete this folder, and it is loaded again"
            expected.append((graph.database, f"{graph.database}: {remedy}"))
    assert told
    assert told == expected


def test_the_command_says_what_to_do_and_that_helps(
    stored: tuple[Path, Path, set[tuple[str, str]]], tmp_path: Path, command: Command
) -> None:
    module, _, _ = stored
    (tmp_path / "query.rq").write_text(QUERIES["predicate"])
    words = ["sparql", str(tmp_path / "query.rq"), "--format", "csv", "--module", str(module),
             "--store", str(tmp_path / "store")]  # fmt: skip
    code, whole, _ = command(*words)
    assert (code, len(whole.splitlines())) == (0, COUNT + 1)
    for table in tables(tmp_path / "store"):
        rot(table)

    code, out, err = command(*words)

    assert (code, out, "Traceback" in err) == (2, "", False), err[-500:]
    place, _, told = err.removeprefix("barriergraph: ").partition(": ")
    assert told.startswith("the database is damaged; delete this folder, and it is loaded again (")
    shutil.rmtree(place)
    code, again, _ = command(*words)
    assert (code, sorted(again.splitlines())) == (0, sorted(whole.splitlines()))


def test_a_damaged_database_that_is_to_grow_is_told_or_loaded_again(
    stored: tuple[Path, Path, set[tuple[str, str]]], tmp_path: Path
) -> None:
    module, store, says = stored
    new = "<https://example.org/new> <https://example.org/b> 'new' .\n"
    for number in range(len(tables(store))):
        home, kept = tmp_path / str(number) / "mine", tmp_path / str(number) / "store"
        shutil.copytree(module, home)
        load(home, base=False, store=kept)
        rot(tables(kept)[number])
        (home / "data" / "b.ttl").write_text(new)
        graph = load(home, base=False, store=kept)
        try:
            rows = graph.query(QUERIES["all"])
        except DamagedError as error:  # what was damaged was taken over
            shutil.rmtree(error.path)
            rows = load(home, base=False, store=kept).query(QUERIES["all"])
        found = {(a.value, c.value) for a, c in rows}  # type: ignore[union-attr]
        assert found == says | {("https://example.org/new", "new")}


def test_a_database_whose_damage_shows_while_it_grows_is_loaded_again(
    stored: tuple[Path, Path, set[tuple[str, str]]], tmp_path: Path
) -> None:
    module, _, says = stored
    home = tmp_path / "mine"
    shutil.copytree(module, home)
    load(home, base=False, store=tmp_path / "store")
    for table in tables(tmp_path / "store"):
        rot(table)
    (home / "data" / "b.ttl").write_text(
        "<https://example.org/b> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> "
        "<https://example.org/c> ."
    )  # so all is read again, to derive what follows
    told: list[str] = []

    graph = load(home, base=False, store=tmp_path / "store", tell=told.append)

    assert "the database cannot be added to, so all is loaded again" in told
    for predicate in ("b", "c"):
        query = QUERIES["predicate"].replace("/b>", f"/{predicate}>")
        assert {(a.value, c.value) for a, c in graph.query(query)} == says  # type: ignore[union-attr]


@pytest.fixture
def whole(stored: tuple[Path, Path, set[tuple[str, str]]], tmp_path: Path) -> tuple[Path, Path]:
    """A database of what ships and the module, to spoil, and the folder that it is in."""
    module, _, _ = stored
    graph = load(module, store=tmp_path / "store")
    assert graph.database is not None
    return Path(graph.database), tmp_path / "store"


SORTING = {
    "counts": "SELECT (COUNT(*) AS ?n) (MAX(STR(?c)) AS ?m) { ?a ?b ?c }",
    "sorts": "SELECT ?a ?c { ?a ?b ?c } ORDER BY ?c",
}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by what Linux has")
@pytest.mark.parametrize("query", SORTING)
def test_the_command_ends_when_what_it_gathers_is_the_engines_error(
    query: str, stored: tuple[Path, Path, set[tuple[str, str]]], whole: tuple[Path, Path],
    tmp_path: Path, command: Command,
) -> None:  # fmt: skip
    database, store = whole
    for table in tables(store):
        rot(table)
    (tmp_path / "query.rq").write_text(SORTING[query])

    code, out, err = command(
        "sparql", str(tmp_path / "query.rq"), "--module", str(stored[0]), "--store", str(store)
    )

    assert (code, out) == (2, "")
    assert err.startswith(
        f"barriergraph: {database}: the database is damaged; delete this folder, and it is loaded "
        "again ("
    )
    assert err.count("\n") == 1


def test_every_table_of_a_database_is_compared_with_what_was_written(
    whole: tuple[Path, Path],
) -> None:
    database, _ = whole
    verify(str(database))
    spoilt = [
        *database.glob("*.sst"),
        *database.with_name(f"{database.name}-asserted").glob("*.sst"),
    ]
    assert len(spoilt) > 10
    for table in spoilt:
        before = table.read_bytes()
        rot(table)
        with pytest.raises(DamagedError, match=f"{table.name} is not as it was written"):
            verify(str(database))
        table.write_bytes(before)
    verify(str(database))
    spoilt[0].unlink()
    with pytest.raises(DamagedError, match="is not as it was written"):
        verify(str(database))


def test_what_is_shared_with_the_database_before_is_compared_too(
    stored: tuple[Path, Path, set[tuple[str, str]]], tmp_path: Path
) -> None:
    home, store = tmp_path / "mine", tmp_path / "store"
    shutil.copytree(stored[0], home)
    before = load(home, base=False, store=store).database
    assert before is not None
    inodes = {path.stat().st_ino for path in Path(before).glob("*.sst")}
    (home / "data" / "b.ttl").write_text("<https://example.org/b> a <https://example.org/c> .\n")
    after = load(home, base=False, store=store).database
    assert after is not None
    shared = [path for path in tables(store) if path.stat().st_ino in inodes]
    assert shared
    verify(after)
    for table in shared:
        held = table.read_bytes()
        rot(table)
        with pytest.raises(DamagedError, match=table.name):
            verify(after)
        table.write_bytes(held)


def test_a_damaged_database_is_not_served_and_not_checked(
    stored: tuple[Path, Path, set[tuple[str, str]]], whole: tuple[Path, Path], command: Command
) -> None:
    database, store = whole
    rot(tables(store)[0])

    for words in (["serve", "--port", "0"], ["check"]):
        code, out, err = command(*words, "--module", str(stored[0]), "--store", str(store))
        assert (code, out) == (2, "")
        assert err.startswith(f"barriergraph: {database}: the database is damaged; delete"), err


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be changed there")
def test_a_worker_of_the_server_tells_damage_from_a_wrong_query(
    stored: tuple[Path, Path, set[tuple[str, str]]], tmp_path: Path
) -> None:
    _, store, _ = stored
    shutil.copytree(store, tmp_path / "store")
    for table in tables(tmp_path / "store"):
        rot(table)
    (place,) = {table.parent for table in tables(tmp_path / "store")}
    job = {"query": QUERIES["predicate"], "tables": "text/csv", "graphs": None, "default": None,
           "named": None, "from": False}  # fmt: skip

    head, body = answer(Store.read_only(str(place)), job, 2**30)

    assert (list(head), body) == (["damaged"], b"")

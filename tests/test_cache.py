"""What is kept on disk is never older than the files, and nothing depends on it."""

from __future__ import annotations

import os
import shutil
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from barriergraph import cache, load
from barriergraph.cache import packed, unpacked
from barriergraph.namespaces import BG

SMALL = Path(__file__).parent / "fixtures" / "small"
ROOT = Path(__file__).parent.parent
COUNT = f"SELECT (COUNT(*) AS ?n) {{ ?finding a <{BG}Finding> }}"
TERMS = st.one_of(
    st.none(),
    st.sampled_from([NamedNode("x:a"), NamedNode("https://example.org/é"), Literal(1)]),
    st.builds(Literal, st.text(st.characters(exclude_categories=["Cs"]))),
    st.builds(lambda text: Literal(text, language="cy"), st.sampled_from(["a\tb", "a\nb", '"'])),
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of one's own, empty: use it wherever a test looks at what is kept."""
    monkeypatch.setenv("BARRIERGRAPH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The graph of lighthouse keepers as a module that may be edited."""
    for part in ("ontology", "queries"):
        shutil.copytree(ROOT / part, tmp_path / "keepers" / part)
    shutil.copytree(SMALL / "data", tmp_path / "keepers" / "data")
    return tmp_path / "keepers"


def kept(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file())


@given(st.integers(0, 3).flatmap(lambda n: st.lists(st.tuples(*[TERMS] * (n + 1)))))
def test_rows_come_back_as_they_were(rows: list[tuple[Literal | None, ...]]) -> None:
    assert unpacked(packed(rows)) == tuple(rows)


def test_bytes_that_are_no_rows_are_taken_for_nothing() -> None:
    whole = packed([(NamedNode("x:a"), Literal("b"))])

    assert [unpacked(data) for data in (b"", b"x", b"1\n?term\n<x:a\n0", whole[:-4] + b"\t7")] == [
        None
    ] * 4


def test_a_kept_graph_and_answer_equal_those_that_are_made(place: Path, folder: Path) -> None:
    first = load(folder, base=False)
    made = first.run("evidence-map").rows
    again = load(folder, base=False)

    assert again.run("evidence-map").rows == made
    assert len(kept(place)) == 2
    assert set(again.query("SELECT ?a ?b ?c { ?a ?b ?c FILTER(!isBlank(?a) && !isBlank(?c)) }")
               .rows) == set(first.query("SELECT ?a ?b ?c { ?a ?b ?c FILTER(!isBlank(?a) && "
                                         "!isBlank(?c)) }").rows)  # type: ignore[union-attr] # fmt: skip
    assert set(map(str, again.store.named_graphs())) == set(map(str, first.store.named_graphs()))


def test_an_edited_file_is_seen_at_once(place: Path, folder: Path) -> None:
    before = load(folder, base=False).run("findings-about").rows
    path = folder / "data" / "evidence.ttl"
    text = path.read_text(encoding="utf-8")

    path.write_text(text.replace("2010", "2011"), encoding="utf-8")
    after = load(folder, base=False).run("findings-about").rows
    path.write_text(text, encoding="utf-8")

    assert after != before
    assert load(folder, base=False).run("findings-about").rows == before


def test_who_changes_the_store_gets_answers_of_the_changed_store(place: Path, folder: Path) -> None:
    load(folder, base=False).run("counts")
    graph = load(folder, base=False)
    before = graph.run("counts").rows
    for quad in list(graph.store.quads_for_pattern(None, NamedNode(f"{BG}kind"), None)):
        graph.store.remove(quad)

    assert graph.run("counts").rows != before
    assert load(folder, base=False).run("counts").rows == before


def test_asserted_and_inferred_are_kept_apart(place: Path, folder: Path) -> None:
    evidenced = f"ASK {{ ?factor <{BG}evidencedBy> ?source }}"

    for _ in range(2):
        assert load(folder, base=False).query(evidenced) is True
        assert load(folder, base=False, infer=False).query(evidenced) is False


def test_a_kept_answer_does_not_open_the_graph(
    place: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = load(folder, base=False).run("counts").rows

    def opened(*_: object) -> None:
        raise AssertionError("the graph was opened")

    monkeypatch.setattr("barriergraph.opening.from_cache", opened)
    monkeypatch.setattr("barriergraph.opening.from_files", opened)
    assert load(folder, base=False).run("counts").rows == rows


def test_a_spoilt_cache_is_made_anew(place: Path, folder: Path) -> None:
    answer = load(folder, base=False).query(COUNT)
    (path,) = kept(place)
    whole = path.read_bytes()

    wrong = b"<x:a> <x:b .\n"
    changed = bytearray(whole)
    changed[whole.index(b"lighthouse")] ^= 1  # a letter into another
    for spoilt in (
        whole[: len(whole) // 2], wrong + b"# whole %08x\n" % zlib.crc32(wrong), b"",
        b"# whole %08x\n" % zlib.crc32(whole), bytes(changed), whole[1:],
    ):  # fmt: skip
        path.write_bytes(spoilt)
        assert load(folder, base=False).query(COUNT) == answer
        assert len(path.read_bytes().splitlines()) == len(whole.splitlines())


def test_a_kept_answer_in_which_a_byte_has_rotted_is_not_told(place: Path, folder: Path) -> None:
    rows = load(folder, base=False).run("findings-about").rows
    (path,) = (path for path in kept(place) if path.parent.name == "answers")
    whole = path.read_bytes()

    for number in range(0, len(whole), len(whole) // 60):
        path.write_bytes(whole[:number] + bytes([whole[number] ^ 1]) + whole[number + 1 :])
        assert load(folder, base=False).run("findings-about").rows == rows
        assert path.read_bytes() == whole


@pytest.mark.skipif(os.name == "nt", reason="a file as a folder is refused in other words there")
def test_a_folder_that_cannot_be_written_is_done_without(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("BARRIERGRAPH_CACHE", str(tmp_path / "file" / "cache"))

    assert len(load(folder, base=False).run("counts")) > 0


def test_an_empty_variable_means_no_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARRIERGRAPH_CACHE", "")

    assert cache.folder() is None
    assert len(load(folder, base=False).run("counts")) > 0


def test_only_the_latest_states_stay(place: Path, folder: Path) -> None:
    path = folder / "data" / "more.ttl"
    for number in range(9):
        path.write_text(f"<https://example.org/{number}> a <https://example.org/C> .")
        load(folder, base=False, infer=False)

    assert len(list(place.iterdir())) == 6


def test_a_cache_that_changes_hands_between_runs_keeps_no_wrong_answer(
    place: Path, folder: Path
) -> None:
    graph = load(folder, base=False)
    graph.store.add(Quad(NamedNode("x:f"), NamedNode(f"{BG}finds"), NamedNode("x:b")))
    graph.run("counts")

    assert [path.name for path in kept(place)] == ["graph.nq"]


def test_a_graph_that_is_read_anew_is_the_same_to_the_last_blank_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    for name in ("one", "other"):
        monkeypatch.setenv("BARRIERGRAPH_CACHE", str(tmp_path / name))
        told.append({str(quad) for quad in load().store})
    assert told[0] == told[1]
    assert any(" _:" in quad for quad in told[0])

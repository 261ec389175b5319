"""From files to named graphs: what a module is, what is read, and how a fault is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from barriergraph import sources
from barriergraph.errors import BarrierGraphError, NotFoundError, SourceError, SourceErrors

GRAPH = "https://w3id.org/barriergraph/graph"
TRIPLE = "<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"


def make(folder: Path, **files: str | bytes) -> Path:
    """Write Turtle files, each named by its path, with `__` between the folders."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.ttl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def read(*folders: Path) -> tuple[Store, dict[str, str]]:
    store = Store()
    return store, sources.read_into(store, sources.modules(folders, base=False))


def faults(folder: Path) -> list[tuple[str, int | None, int | None, str]]:
    with pytest.raises(SourceError) as caught:
        read(folder)
    error = caught.value
    several = error.errors if isinstance(error, SourceErrors) else (error,)
    return [
        (one.path.relative_to(folder).as_posix(), one.line, one.column, one.reason)
        for one in several
    ]


def test_each_turtle_file_becomes_a_named_graph_of_its_module(tmp_path: Path) -> None:
    folder = make(
        tmp_path / "mine", ontology__terms=TRIPLE, data__deep__one=TRIPLE, shapes__s=TRIPLE
    )
    store, files = read(folder)
    shown = {
        f"{GRAPH}/module/mine/ontology/terms": str(folder / "ontology/terms.ttl"),
        f"{GRAPH}/module/mine/data/deep/one": str(folder / "data/deep/one.ttl"),
    }
    assert files == shown
    assert {name.value for name in store.named_graphs()} == set(shown)


def test_hidden_files_others_and_what_only_hermit_reads_are_passed_over(tmp_path: Path) -> None:
    folder = make(tmp_path, ontology__dl="no", data__kept=TRIPLE)
    make(folder, **{"data__.hidden": "no", "data__.git__x": "no"})
    (folder / "data/notes.txt").write_text("no")
    assert sources.module(folder).files("data") == ["data/kept.ttl"]
    assert sources.module(folder).files("ontology") == []


def test_a_folder_is_read_once_and_modules_of_one_name_are_told_apart(tmp_path: Path) -> None:
    one = make(tmp_path / "x/mine", data__a=TRIPLE)
    other = make(tmp_path / "y/mine", data__a=TRIPLE)
    _, files = read(one, other, one)
    assert list(files) == [f"{GRAPH}/module/mine/data/a", f"{GRAPH}/module/mine-2/data/a"]


def test_a_file_name_with_blanks_gives_a_valid_iri(tmp_path: Path) -> None:
    folder = make(tmp_path / "my module", **{"data__a b#é": TRIPLE})
    _, files = read(folder)
    assert list(files) == [f"{GRAPH}/module/my%20module/data/a%20b%23%C3%A9"]


def test_a_link_that_leads_back_is_not_followed_for_ever(tmp_path: Path) -> None:
    folder = make(tmp_path / "mine", data__a=TRIPLE)
    os.symlink(folder / "data", folder / "data/again")
    make(tmp_path / "elsewhere", b=TRIPLE)
    os.symlink(tmp_path / "elsewhere", folder / "data/linked")
    assert sources.module(folder).files("data") == ["data/a.ttl", "data/linked/b.ttl"]


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    text = "_:x <https://example.org/b> 1 .\n"
    store, _ = read(make(tmp_path, data__a=text, data__b=text))
    assert len({quad.subject for quad in store}) == 2


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    store, _ = read(make(tmp_path, data__a=b"\xef\xbb\xbf" + TRIPLE.encode()))
    assert [quad.object for quad in store] == [NamedNode("https://example.org/c")]


def test_every_fault_is_told_with_its_place_and_reason(tmp_path: Path) -> None:
    folder = make(
        tmp_path,
        data__bytes=b"# fine\n# caf\xe9\n",
        data__prefix="\na:b a:c a:d .\n",
        data__right=TRIPLE,
        data__relative="<a> <b> <c> .\n",
    )
    assert faults(folder) == [
        ("data/bytes.ttl", 2, 6, "not UTF-8: byte 0xe9; save the file in UTF-8"),
        ("data/prefix.ttl", 2, 1, "The prefix a: has not been declared"),
        ("data/relative.ttl", 1, 1, "No scheme found in an absolute IRI"),
    ]


def test_nothing_is_kept_when_one_file_is_wrong(tmp_path: Path) -> None:
    folder = make(tmp_path, data__a=TRIPLE, data__b="oops", data__c=TRIPLE)
    store = Store()
    with pytest.raises(SourceError):
        sources.read_into(store, sources.modules([folder], base=False))
    assert list(store) == []
    assert list(store.named_graphs()) == []


def test_a_link_to_nothing_is_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    folder = make(tmp_path, data__a=TRIPLE)
    os.symlink(folder / "gone.ttl", folder / "data/b.ttl")
    assert faults(folder) == [
        ("data/b.ttl", None, None, "cannot be read: no such file or directory")
    ]


@pytest.mark.parametrize(
    ("made", "asked", "kind", "message"),
    [
        ("mine", "mien", NotFoundError,
         "no module folder named '{0}/mien'; did you mean '{0}/mine'?"),
        ("mine", "mine/data/a.ttl", SourceError,
         "{0}/mine/data/a.ttl: a module is a folder, and this is a file"),
        ("mine", "mine/data", SourceError, "{0}/mine/data: not a module: it has none of the folders"
         " ontology/, data/, shapes/, queries/"),
    ],
)  # fmt: skip
def test_what_is_not_a_module_is_told_with_what_to_do(
    tmp_path: Path, made: str, asked: str, kind: type[BarrierGraphError], message: str
) -> None:
    make(tmp_path / made, data__a=TRIPLE)
    with pytest.raises(kind) as caught:
        sources.module(tmp_path / asked)
    assert str(caught.value) == message.format(tmp_path)


def test_a_module_does_not_change(tmp_path: Path) -> None:
    module = sources.module(make(tmp_path, data__a=TRIPLE))
    with pytest.raises(AttributeError):
        module.path = "elsewhere"  # type: ignore[misc]
    assert module.path == str(tmp_path)

"""What an import owns is written anew; what a person touched, never; and nothing is half done."""

from pathlib import Path

import pytest

from barriergraph.authoring.drafts import (
    CHANGED,
    EDITED,
    NEW,
    SAME,
    Draft,
    Refusal,
    owned,
    put,
)  # fmt: skip
from barriergraph.authoring.rehoming import rehome
from barriergraph.errors import BarrierGraphError

FILE = "data/imported/dogs.ttl"


def draft(text: str, file: str = FILE) -> Draft:
    return Draft(origin="dogs.csv", files={file: text}, accepted={}, refusals=(), notes=())


def test_a_file_is_written_again_only_when_it_changes(tmp_path: Path) -> None:
    assert put(str(tmp_path), draft("<x:a> <x:b> <x:c> .\n")) == {FILE: NEW}
    assert put(str(tmp_path), draft("<x:a> <x:b> <x:c> .\n")) == {FILE: SAME}
    assert put(str(tmp_path), draft("<x:a> <x:b> <x:d> .\n")) == {FILE: CHANGED}

    assert (tmp_path / FILE).read_text(encoding="utf-8") == owned(
        "<x:a> <x:b> <x:d> .\n", "dogs.csv"
    )


@pytest.mark.parametrize("edit", [
    lambda text: text + "<x:mine> <x:b> <x:c> .\n",
    lambda text: text.replace("<x:c>", "<x:e>"),
    lambda text: text.split("\n", 2)[2],
    lambda text: "",
])  # fmt: skip
def test_a_file_that_was_edited_by_hand_is_left_alone(tmp_path: Path, edit: object) -> None:
    put(str(tmp_path), draft("<x:a> <x:b> <x:c> .\n"))
    path = tmp_path / FILE
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")  # type: ignore[operator]
    before = path.read_bytes()

    assert put(str(tmp_path), draft("<x:a> <x:b> <x:d> .\n")) == {FILE: EDITED}
    assert path.read_bytes() == before


def test_other_line_ends_are_no_edit(tmp_path: Path) -> None:
    put(str(tmp_path), draft("<x:a> <x:b> <x:c> .\n"))
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert put(str(tmp_path), draft("<x:a> <x:b> <x:d> .\n")) == {FILE: CHANGED}


@pytest.mark.parametrize("file", ["../out.ttl", "data/../../out.ttl", "/out.ttl", "link/out.ttl"])
def test_a_path_out_of_the_module_is_refused_before_anything_is_written(
    tmp_path: Path, file: str
) -> None:
    module = tmp_path / "module"
    module.mkdir()
    (module / "link").symlink_to(tmp_path)
    both = Draft(
        origin="dogs.csv", files={FILE: "<x:a> <x:b> <x:c> .", file: "<x:a> <x:b> <x:c> ."},
        accepted={}, refusals=(), notes=(),
    )  # fmt: skip

    with pytest.raises(BarrierGraphError, match="leads out of the module"):
        put(str(module), both)

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["link", "module"]


def test_a_refusal_says_where_why_and_what_to_do() -> None:
    refusal = Refusal(
        file="dogs.xlsx", sheet="findings", row=3, column="kind", reason="no kind named 'barier'",
        remedy="did you mean 'barrier'?",
    )  # fmt: skip
    assert str(refusal) == (
        "dogs.xlsx, sheet findings, row 3, column kind: no kind named 'barier'; "
        "did you mean 'barrier'?"
    )


def test_what_is_made_moves_to_the_module_and_what_is_named_stays() -> None:
    text = """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX finding: <https://w3id.org/barriergraph/id/finding/>
PREFIX kind: <https://w3id.org/barriergraph/id/kind/>
PREFIX source: <https://w3id.org/barriergraph/id/source/>

# From dogs.csv

finding:dogs-1
    a bg:Finding ;
    bg:statement "A, \\"b\\"."@en ;
    bg:reportedIn source:dogs ;
    bg:kind kind:barrier ;
    bg:secondHand true ;
.
"""
    made = rehome({"a.ttl": text, "b.ttl": (
        "<https://w3id.org/barriergraph/id/source/dogs> a "
        "<https://w3id.org/barriergraph/ontology#Report> ."
    )}, "https://example.org/dogs/")  # fmt: skip

    assert made["a.ttl"] == """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX kind: <https://w3id.org/barriergraph/id/kind/>
PREFIX my-finding: <https://example.org/dogs/finding/>
PREFIX my-source: <https://example.org/dogs/source/>

# From dogs.csv

my-finding:dogs-1
    a bg:Finding ;
    bg:statement "A, \\"b\\"."@en ;
    bg:reportedIn my-source:dogs ;
    bg:kind kind:barrier ;
    bg:secondHand true ;
.
"""  # fmt: skip
    assert rehome({"a.ttl": text}, "https://w3id.org/barriergraph/id/") == {"a.ttl": text}

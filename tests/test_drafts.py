"""What an import owns is written anew; what a person touched, never; and nothing is half done."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.drafts import (
    CHANGED,
    EDITED,
    NEW,
    OTHER,
    SAME,
    Draft,
    Refusal,
    imported,
    number,
    owned,
    put,
    shown,
    states,
    written,
)  # fmt: skip
from barriergraph.authoring.turtle import block
from barriergraph.errors import BarrierGraphError
from barriergraph.rdf import named

FILE = "data/imported/dogs.ttl"


def draft(text: str, file: str = FILE, origin: str = "dogs.csv") -> Draft:
    return Draft(origin=origin, files={file: text}, accepted={}, refusals=(), notes=())


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


HEAD = "PREFIX bg: <https://w3id.org/barriergraph/ontology#>\n"


def finding(text: str, source: str = "x:s", iri: str = "x:f-1") -> str:
    return f'{HEAD}<{iri}> a bg:Finding ; bg:statement "{text}"@en ; bg:reportedIn <{source}> .\n'


@pytest.mark.parametrize(
    ("origin", "text", "wanted"),
    [
        ("dogs.xlsx", finding("Dogs fear vets."), CHANGED),
        ("dogs.yaml", finding("Dogs fear vets."), OTHER),
        ("Dogs.csv", finding("Dogs fear vets."), OTHER),
        ("dogs.csv", finding("Dogs fear vets!"), CHANGED),
        ("dogs.csv", finding("Dogs fear bets."), CHANGED),
        ("dogs.csv", finding("Dogs fear bets.", "x:other"), OTHER),
        ("dogs.csv", finding("Nobody pays the ferry."), OTHER),
        ("dogs.csv", finding("DOGS fear  vets.", "x:s", "x:f-9"), CHANGED),
    ],
)
def test_a_file_that_another_file_made_is_left_alone(
    tmp_path: Path, origin: str, text: str, wanted: str
) -> None:
    put(str(tmp_path), draft(finding("Dogs fear vets.")))
    before = (tmp_path / FILE).read_bytes()
    made = draft(text + "<x:a> <x:b> <x:c> .\n", origin=origin)

    assert states(str(tmp_path), made) == {FILE: wanted}
    assert (tmp_path / FILE).read_bytes() == before
    assert put(str(tmp_path), made) == {FILE: wanted}
    assert ((tmp_path / FILE).read_bytes() == before) == (wanted == OTHER)


def test_a_name_without_latin_letters_has_a_file_of_its_own() -> None:
    assert [imported(f"{name}.csv") for name in ("\u7814\u7a76", "\u72ac 2024", "2024", "&")] == [
        "data/imported/4ff0f1dd.ttl", "data/imported/2024-6158a4e0.ttl",
        "data/imported/2024.ttl", "data/imported/951dcee3.ttl",
    ]  # fmt: skip


def test_what_stands_below_a_module_is_spelt_with_its_own_prefixes() -> None:
    node = NamedNode("https://example.org/dogs/finding/x-1")
    blocks = [block(node, [
        (named("rdf:type"), [named("bg:Finding")]),
        (named("bg:reportedIn"), [NamedNode("https://example.org/dogs/source/x")]),
        (named("bg:kind"), [named("kind:barrier")]),
        (named("bg:statement"), [Literal("A: b.", language="en")]),
    ])]  # fmt: skip
    assert written(blocks, "From dogs.csv", "https://example.org/dogs/") == """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX kind: <https://w3id.org/barriergraph/id/kind/>
PREFIX my-finding: <https://example.org/dogs/finding/>
PREFIX my-source: <https://example.org/dogs/source/>

# From dogs.csv

my-finding:x-1
    a bg:Finding ;
    bg:reportedIn my-source:x ;
    bg:kind kind:barrier ;
    bg:statement "A: b."@en ;
.
"""  # fmt: skip
    assert shown(named("finding:x-1"), "https://example.org/dogs/") == "finding:x-1"
    assert [number(n, "organisations") for n in (1, 2)] == ["1 organisation", "2 organisations"]

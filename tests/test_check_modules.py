"""What a module does to what it builds upon is found, with both places, and nothing else is."""

from pathlib import Path

import pytest

from barriergraph import KnowledgeGraph
from barriergraph.checking.checker import Checker
from barriergraph.sources import modules

HEAD = """\
PREFIX barrier: <https://w3id.org/barriergraph/id/barrier/>
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX level: <https://w3id.org/barriergraph/id/level/>
PREFIX my: <https://example.org/mine/>
PREFIX scheme: <https://w3id.org/barriergraph/id/scheme/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
BASE = """
barrier:fog
    a bg:Barrier ;
    skos:prefLabel "Fog"@en ;
    bg:level level:individual .
"""


def found(folder: Path, content: str, base: str = BASE) -> set[tuple[str, str, int | None, str]]:
    """Return severity, duty, line and message of what is found of a module upon another."""
    for name, text in (("core", base), ("mine", content)):
        (folder / name / "data").mkdir(parents=True)
        (folder / name / "data" / "all.ttl").write_text(HEAD + text, encoding="utf-8")
    both = modules([folder / "core", folder / "mine"], base=False)
    outcome = Checker(both, reasoner=False).run()
    return {
        (fault.severity, fault.duty, fault.line, fault.message.replace(str(folder) + "/", ""))
        for fault in outcome.faults
        if fault.step == "clashes" and fault.path.startswith(str(folder / "mine"))
    }


CORE = "core/data/all.ttl"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("barrier:fog skos:altLabel 'Mist'@en ; skos:closeMatch barrier:fog .", set()),
        ("barrier:fog skos:prefLabel 'Brume'@fr .", {
            ("warning", "said-of-another", 7,
             f"barrier:fog is defined at {CORE}:9; whoever loads your module reads this of it, "
             "too. Make a term of your own if that is not meant."),
        }),
        ("barrier:fog skos:prefLabel 'Fog'@en .", {
            ("info", "repeated", 7,
             f"{CORE} says this, too, and the graph has it from there; leave one out."),
        }),
        ("barrier:fog skos:prefLabel 'Mist'@en .", {
            ("violation", "redefined", 7,
             f"barrier:fog has another skos:prefLabel at {CORE}:10; leave this one out, or make "
             "a term of your own."),
        }),
        ("barrier:fog a bg:Barrier .", {
            ("violation", "defined-twice", 7,
             f"barrier:fog is defined at {CORE}:9, too; give yours another address, or leave out "
             "what it is to add to what is there."),
        }),
        ("my:mist a bg:Barrier ; skos:closeMatch barrier:mist, my:mistt, bg:Barier .", {
            ("violation", "dangling", 7,
             f"Nothing is said of {name} anywhere; correct the name, or describe it{hint}")
            for name, hint in (
                ("barrier:mist", "."),
                ("bg:Barier", "."),
                ("https://example.org/mine/mistt",
                 " (did you mean https://example.org/mine/mist?)."),
            )
        }),
        ("barrier:mist a bg:Barrier .", {
            ("warning", "address", 7,
             "The address barrier:mist is below <https://w3id.org/barriergraph/>, which is not "
             "this module's; begin it with <https://example.org/mine/>."),
        }),
    ],
)  # fmt: skip
def test_what_is_said_of_another_is_told(
    tmp_path: Path, content: str, expected: set[tuple[str, str, int, str]]
) -> None:
    assert found(tmp_path, content) == expected


def test_an_address_below_that_of_another_module_is_told(tmp_path: Path) -> None:
    base = "<https://example.org/core/fog> a bg:Barrier ."

    told = found(tmp_path, "<https://example.org/core/mist> a bg:Barrier .", base)

    assert told == {
        ("warning", "address", 7,
         "The address https://example.org/core/mist is below <https://example.org/core/>, which "
         "is not this module's; begin it with <https://example.org/mine/>."),
    }  # fmt: skip


def test_what_two_files_of_a_module_say_is_told_once_for_each_that_repeats_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine" / "data").mkdir(parents=True)
    for name, text in (
        ("a", "my:mist a bg:Barrier ; skos:note 'Thin', 'Thick' ."),
        ("b", "my:mist skos:note 'Thick' .\nmy:mist skos:note 'Thick' ."),
        ("c", "my:mist a bg:Barrier ;\n  skos:note 'Thick', 'Thick'@en ."),
    ):
        (tmp_path / "mine" / "data" / f"{name}.ttl").write_text(HEAD + text, encoding="utf-8")

    outcome = Checker(modules([tmp_path / "mine"], base=False), reasoner=False).run()

    assert {
        (Path(fault.file).name, fault.line, fault.predicate.rpartition("#")[2], fault.value)
        for fault in outcome.faults
        if fault.duty == "repeated" and fault.predicate
    } == {
        ("b.ttl", 7, "note", '"Thick"'),
        ("c.ttl", 7, "type", "<https://w3id.org/barriergraph/ontology#Barrier>"),
        ("c.ttl", 8, "note", '"Thick"'),
    }


def test_what_ships_says_nothing_twice(real: KnowledgeGraph) -> None:
    ((counted,),) = real.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    assert int(counted.value) == len({quad.triple for quad in real.store})

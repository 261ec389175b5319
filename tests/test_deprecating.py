"""Retiring a term, and replacing retired terms in the files of an invented module."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from barriergraph import KnowledgeGraph, load
from barriergraph.authoring.deprecating import Retirement, deprecate
from barriergraph.authoring.mentions import mentions
from barriergraph.authoring.migrating import Plan, migrate, replacements
from barriergraph.authoring.sameness import check_query, check_turtle
from barriergraph.errors import BarrierGraphError, NotFoundError, QueryError, SourceError
from barriergraph.files import parse
from barriergraph.rdf import named
from barriergraph.sources import base_module

HEAD = """\
PREFIX barrier: <https://w3id.org/barriergraph/id/barrier/>
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ex: <https://lamps.example/terms#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
FACTORS = """\
barrier:fog a bg:Barrier ; skos:prefLabel "Fog"@en .
barrier:haar a bg:Barrier ; skos:prefLabel "Haar"@en .
<https://w3id.org/barriergraph/id/risk/wreck> a bg:Risk .
"""
LAMPS = "https://lamps.example/terms#"


@pytest.fixture
def module(tmp_path: Path) -> Path:
    folder = tmp_path / "lamps"
    for name, text in (
        ("data/fog.ttl", HEAD + FACTORS),
        ("ontology/lamps.ttl", f"{HEAD}ex:Lamp a owl:Class . ex:Lantern a owl:Class .\n"),
    ):
        _write(folder, name, text)
    return folder


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def _retire(
    module: Path, term: str, *others: str, graph: KnowledgeGraph | None = None,
    version: str = "2.0.0", advice: str = "use the other",
) -> Retirement:  # fmt: skip
    return deprecate(
        named(term), graph or load(module, base=False), module,
        replaced_by=[named(one) for one in others], version=version, advice=advice,
    )  # fmt: skip


def _plan(module: Path) -> Plan:
    return migrate(module, load(module, base=False))


def test_a_term_of_the_module_is_retired_where_it_stands(module: Path) -> None:
    found = _retire(module, "barrier:haar", "barrier:fog", advice="Say  fog.\n")
    assert (
        found.diff()
        == """\
--- a/data/fog.ttl
+++ b/data/fog.ttl
@@ -8,3 +8,9 @@
 barrier:fog a bg:Barrier ; skos:prefLabel "Fog"@en .
 barrier:haar a bg:Barrier ; skos:prefLabel "Haar"@en .
 <https://w3id.org/barriergraph/id/risk/wreck> a bg:Risk .
+
+barrier:haar
+    owl:deprecated true ;
+    dcterms:isReplacedBy barrier:fog ;
+    skos:changeNote "Since 2.0.0: Say fog."@en ;
+.
"""
    )
    assert found.notes == ()
    assert (module / "data" / "fog.ttl").read_text(encoding="utf-8") == HEAD + FACTORS
    assert found.write() == [str(module / "data" / "fog.ttl")]
    after = load(module, base=False)
    assert {
        (str(one.predicate), str(one.object)) for one in after.describe("barrier:haar").outgoing
    } == {
        ("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
         "<https://w3id.org/barriergraph/ontology#Barrier>"),
        ("<http://www.w3.org/2004/02/skos/core#prefLabel>", '"Haar"@en'),
        ("<http://www.w3.org/2002/07/owl#deprecated>",
         '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ("<http://purl.org/dc/terms/isReplacedBy>",
         "<https://w3id.org/barriergraph/id/barrier/fog>"),
        ("<http://www.w3.org/2004/02/skos/core#changeNote>", '"Since 2.0.0: Say fog."@en'),
    }  # fmt: skip
    with pytest.raises(BarrierGraphError, match="barrier:haar is retired already"):
        _retire(module, "barrier:haar", "barrier:fog")


def test_prefixes_line_ends_and_the_last_line_are_those_of_the_file(module: Path) -> None:
    text = (
        "\ufeff@prefix skos: <https://lamps.example/other#> .\r\n"
        "<https://w3id.org/barriergraph/id/barrier/rain> a "
        "<https://w3id.org/barriergraph/ontology#Barrier> . # the end"
    )
    _write(module, "data/rain.ttl", text)
    found = _retire(module, "barrier:rain", "barrier:fog", "barrier:haar")
    assert found.patch.after == text + (
        "\r\n\r\n"
        "PREFIX barrier: <https://w3id.org/barriergraph/id/barrier/>\r\n"
        "PREFIX dcterms: <http://purl.org/dc/terms/>\r\n"
        "PREFIX owl: <http://www.w3.org/2002/07/owl#>\r\n"
        "\r\n"
        "barrier:rain\r\n"
        "    owl:deprecated true ;\r\n"
        "    dcterms:isReplacedBy barrier:fog, barrier:haar ;\r\n"
        "    <http://www.w3.org/2004/02/skos/core#changeNote> "
        '"Since 2.0.0: use the other"@en ;\r\n'
        ".\r\n"
    )
    assert found.diff().startswith("--- a/data/rain.ttl\n+++ b/data/rain.ttl\n@@ -1,2 +1,12 @@\n")
    found.write()
    assert (module / "data" / "rain.ttl").read_bytes() == found.patch.after.encode()
    load(module, base=False)


def test_a_term_of_another_module_goes_to_a_file_of_its_own(module: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    _write(other, "data/note.ttl", f'{HEAD}barrier:haar skos:note "Not a definition."@en .\n')
    graph = load(module, other, base=False)
    found = deprecate(
        named("barrier:haar"), graph, other, replaced_by=named("barrier:fog"),
        version="2.0.0", advice="use fog",
    )  # fmt: skip
    assert found.patch.before is None
    assert found.write() == [str(other / "data" / "deprecated.ttl")]
    first = """\
PREFIX barrier: <https://w3id.org/barriergraph/id/barrier/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

# Retired: kept, so that what names them still finds them.

barrier:haar
    owl:deprecated true ;
    dcterms:isReplacedBy barrier:fog ;
    skos:changeNote "Since 2.0.0: use fog"@en ;
.
"""
    assert (other / "data" / "deprecated.ttl").read_text(encoding="utf-8") == first
    again = load(module, other, base=False)
    second = deprecate(named("barrier:fog"), again, other, version="2.1.0", advice="none is left")
    assert (
        second.patch.after
        == first
        + """
barrier:fog
    owl:deprecated true ;
    skos:changeNote "Since 2.1.0: none is left"@en ;
.
"""
    )
    assert second.notes == ("barrier:fog: nothing is said to replace it, as it must",)
    lantern = deprecate(
        NamedNode(f"{LAMPS}Lantern"), again, other, replaced_by=NamedNode(f"{LAMPS}Lamp"),
        version="3", advice="a lamp",
    )  # fmt: skip
    assert lantern.write() == [str(other / "ontology" / "deprecated.ttl")]


def test_what_is_refused(module: Path) -> None:
    retired = "barrier:mist a bg:Barrier ; owl:deprecated true ; dcterms:isReplacedBy barrier:fog ."
    _write(module, "data/mist.ttl", f"{HEAD}{retired}\nex:sees ex:of barrier:nothing .\n")
    graph = load(module, base=False)
    for term, others, words in (
        ("barrier:haar", ["barrier:haar"], "barrier:haar cannot replace itself"),
        ("barrier:haar", ["barrier:mist"], "barrier:mist is retired itself; name what is used"),
        ("barrier:haar", ["risk:wreck"], "risk:wreck is of another kind: bg:Risk, and what it "),
        ("barrier:mist", ["barrier:haar"], "barrier:mist is retired already"),
        (f"{LAMPS}Lamp", ["barrier:fog"], "barrier:fog is of another kind: bg:Barrier, and what"),
    ):
        with pytest.raises(BarrierGraphError) as error:
            _retire(module, term, *others, graph=graph)
        assert str(error.value).startswith(words)
    for term, others in (("barrier:hoar", []), ("barrier:fog", ["barrier:hoar"])):
        with pytest.raises(NotFoundError) as missing:
            _retire(module, term, *others, graph=graph)
        assert missing.value.near == ("haar",)
    with pytest.raises(NotFoundError, match="no term named 'barrier:nothing'"):
        _retire(module, "barrier:nothing", graph=graph)
    for version, advice in (("", "use fog"), ("2.0.0", " \n")):
        with pytest.raises(BarrierGraphError, match="say since which version"):
            _retire(module, "barrier:fog", graph=graph, version=version, advice=advice)


def test_kinds_go_by_classes_where_addresses_do_not_tell(module: Path) -> None:
    _write(
        module, "data/own.ttl",
        f"{HEAD}ex:Thick rdfs:subClassOf bg:Barrier . ex:soup a ex:Thick . ex:pea a bg:Barrier ."
        "ex:crash a bg:Risk .",
    )  # fmt: skip
    graph = load(module, base=False)
    assert _retire(module, f"{LAMPS}soup", f"{LAMPS}pea", graph=graph).patch.file == "data/own.ttl"
    assert _retire(module, f"{LAMPS}pea", "barrier:fog", graph=graph).patch.file == "data/own.ttl"
    with pytest.raises(BarrierGraphError, match="of another kind"):
        _retire(module, f"{LAMPS}pea", f"{LAMPS}crash", graph=graph)


def test_a_file_that_changed_meanwhile_is_not_written(module: Path) -> None:
    found = _retire(module, "barrier:haar", "barrier:fog")
    _write(module, "data/fog.ttl", HEAD)
    with pytest.raises(BarrierGraphError, match=r"fog\.ttl: changed since it was read"):
        found.write()
    assert (module / "data" / "fog.ttl").read_text(encoding="utf-8") == HEAD


RETIRED = """\
# barrier:mist stays here
barrier:mist a bg:Barrier ; owl:deprecated true ; dcterms:isReplacedBy barrier:fog ;
    skos:related barrier:old ; ex:near [ ex:near barrier:old ] .
barrier:old a bg:Barrier ; owl:deprecated true ; dcterms:isReplacedBy barrier:mist .
barrier:murk a bg:Barrier ; owl:deprecated true ; dcterms:isReplacedBy barrier:fog, barrier:haar .
barrier:gone a bg:Barrier ; owl:deprecated true .
barrier:round a bg:Barrier ; owl:deprecated true ; dcterms:isReplacedBy barrier:trip .
barrier:trip a bg:Barrier ; owl:deprecated true ; dcterms:isReplacedBy barrier:round .
ex:lights a owl:ObjectProperty ; owl:deprecated true ; dcterms:isReplacedBy ex:shinesOn .
ex:shinesOn a owl:ObjectProperty ; dcterms:replaces ex:lights .
"""
USES = """\
@prefix : <https://w3id.org/barriergraph/id/barrier/> .
@prefix other: <https://w3id.org/barriergraph/id/> .
@base <https://w3id.org/barriergraph/id/> .

ex:a ex:lights barrier:mist, <barrier/mist> , # barrier:mist
    ( :mist <https://w3id.org/barriergraph/id/barrier/old> ) ;
    ex:says "barrier:mist", '''<https://w3id.org/barriergraph/id/barrier/mist>'''@en ;
    ex:near [ ex:lights barrier:murk ; ex:near barrier:mist ], barrier:gone ;
    ex:size -1.5, 2 ; a ex:Lamp .
barrier:fog ex:near barrier:mist .
[] ex:near barrier:round .
"""


def test_terms_are_replaced_where_they_stand(module: Path) -> None:
    _write(module, "data/retired.ttl", HEAD + RETIRED)
    _write(module, "data/uses.ttl", HEAD + USES)
    plan = _plan(module)
    assert plan.refused == {}
    assert plan.diff().splitlines() == [
        "--- a/data/uses.ttl",
        "+++ b/data/uses.ttl",
        "@@ -9,10 +9,10 @@",
        " @prefix other: <https://w3id.org/barriergraph/id/> .",
        " @base <https://w3id.org/barriergraph/id/> .",
        " ",
        "-ex:a ex:lights barrier:mist, <barrier/mist> , # barrier:mist",
        "-    ( :mist <https://w3id.org/barriergraph/id/barrier/old> ) ;",
        "+ex:a ex:shinesOn barrier:fog, <https://w3id.org/barriergraph/id/barrier/fog> , "
        "# barrier:mist",
        "+    ( :fog <https://w3id.org/barriergraph/id/barrier/fog> ) ;",
        "     ex:says \"barrier:mist\", '''<https://w3id.org/barriergraph/id/barrier/mist>'''@en ;",
        "-    ex:near [ ex:lights barrier:murk ; ex:near barrier:mist ], barrier:gone ;",
        "+    ex:near [ ex:shinesOn barrier:murk ; ex:near barrier:fog ], barrier:gone ;",
        "     ex:size -1.5, 2 ; a ex:Lamp .",
        " barrier:fog ex:near barrier:mist .",
        " [] ex:near barrier:round .",
    ]
    assert [str(one) for one in plan.undecided] == [
        "data/uses.ttl:15: barrier:murk: is retired and several replace it; choose one "
        "(barrier:fog, barrier:haar)",
        "data/uses.ttl:15: barrier:gone: is retired and nothing replaces it; "
        "decide what to say instead",
        "data/uses.ttl:17: barrier:mist: is retired and would be replaced by the subject itself; "
        "take the statement out (barrier:fog)",
        "data/uses.ttl:18: barrier:round: is retired and nothing replaces it; "
        "decide what to say instead",
    ]
    assert (module / "data" / "uses.ttl").read_text(encoding="utf-8") == HEAD + USES
    assert plan.write() == [str(module / "data" / "uses.ttl")]
    again = _plan(module)
    assert again.diff() == ""
    assert again.write() == []
    assert again.undecided == plan.undecided


def test_queries_are_rewritten_but_not_their_headers(module: Path) -> None:
    _write(module, "data/retired.ttl", HEAD + RETIRED)
    _write(
        module, "queries/seen.rq",
        "#+ title: What is seen\r\n#+ question: What is seen in barrier:mist?\r\n"
        "#+ parameter near: bg:Barrier = barrier:old  A barrier\r\n#+ example: near=mist\r\n"
        f"{HEAD}SELECT ?lamp WHERE {{\r\n  VALUES ?near {{ barrier:old }}\r\n"
        '  ?lamp ex:lights/ex:near barrier:mist . FILTER(?lamp<barrier:mist || ?lamp = "ex:lights")'
        " # ex:lights\r\n}\r\n",
    )  # fmt: skip
    plan = _plan(module)
    assert list(plan.refused) == ["queries/seen.rq"]
    assert "with the terms replaced it is no stored query" in plan.refused["queries/seen.rq"]
    path = module / "queries" / "seen.rq"
    text = path.read_bytes().decode().replace("barrier:old", "barrier:fog")
    _write(module, "queries/seen.rq", text)
    plan = _plan(module)
    assert plan.refused == {}
    plan.write()
    assert path.read_bytes().decode() == text.replace(
        "?lamp ex:lights/ex:near barrier:mist . FILTER(?lamp<barrier:mist",
        "?lamp ex:shinesOn/ex:near barrier:fog . FILTER(?lamp<barrier:fog",
    )
    assert [(one.line, one.term) for one in plan.undecided] == [
        (2, "https://w3id.org/barriergraph/id/barrier/mist"),
        (4, "https://w3id.org/barriergraph/id/barrier/mist"),
    ]


def test_what_says_the_same_and_what_does_not() -> None:
    retired = {"x:old": ("x:new",), "x:two": ("x:a", "x:b")}
    check_turtle("<x:s> <x:old> <x:old> .", "<x:s> <x:new> <x:new> .", retired)
    check_turtle("<x:s> <x:p> 'a'^^<x:old> .", "<x:s> <x:p> 'a'^^<x:new> .", retired)
    check_turtle("<x:old> <x:p> [ <x:p> <x:old> ] .", "<x:old> <x:p> [ <x:p> <x:old> ] .", retired)
    check_turtle("<x:s> <x:p> <x:two> .", "<x:s> <x:p> <x:two> .", retired)
    for before, after in (
        ("<x:s> <x:p> <x:old> .", "<x:s> <x:p> <x:old> ."),
        ("<x:s> <x:p> <x:old> .", "<x:s> <x:p> <x:a> ."),
        ("<x:s> <x:p> <x:old>, 1 .", "<x:s> <x:p> <x:new> ."),
        ("<x:s> <x:p> <x:old> .", "<x:s> <x:p> <x:new>"),
    ):
        with pytest.raises(QueryError):
            check_turtle(before, after, retired)
    head = "#+ title: T\n#+ question: Q?\n"
    old = f"{head}SELECT ?a {{ ?a <x:old> ?b }}"
    check_query(old, old.replace("old", "new"), "a.rq", 1)
    for new in (old.replace("old", "new").replace("?b", "?c"), old, f"{old} LIMIT 1"):
        with pytest.raises(QueryError):
            check_query(old, new, "a.rq", 1)


def test_mentions_know_the_statement_around_them() -> None:
    text = "PREFIX a: <x:> a:s a:p a:o, [ a:q a:r ] ; a:t ( a:u ) . [ a:v 1 ] a:w a:x^^a:y ."
    assert [(one.iri, one.subject, one.predicate, one.top) for one in mentions(text, False)] == [
        ("x:s", "", "", "x:s"), ("x:p", "", "", "x:s"), ("x:o", "x:s", "x:p", "x:s"),
        ("x:q", "", "", "x:s"), ("x:r", "", "x:q", "x:s"), ("x:t", "", "", "x:s"),
        ("x:u", "", "x:t", "x:s"), ("x:v", "", "", ""), ("x:w", "", "", ""),
        ("x:x", "", "x:w", ""), ("x:y", "", "x:w", ""),
    ]  # fmt: skip
    text = "@prefix a: <x:> . a:b\\-c 'd'@prefix a:e . @prefix a: <y:> . a:b a:c '' ."
    found = mentions(text.replace("'d'@prefix ", ""), False)
    assert [one.iri for one in found] == ["x:b-c", "x:e", "y:b", "y:c"]


def test_replacements_are_followed(module: Path) -> None:
    _write(module, "data/retired.ttl", HEAD + RETIRED)
    place = "https://w3id.org/barriergraph/id/barrier/"
    assert replacements(load(module, base=False).store) == {
        f"{place}gone": (),
        f"{place}mist": (f"{place}fog",),
        f"{place}murk": (f"{place}fog", f"{place}haar"),
        f"{place}old": (f"{place}fog",),
        f"{place}round": (),
        f"{place}trip": (),
        f"{LAMPS}lights": (f"{LAMPS}shinesOn",),
    }


def test_nothing_is_written_when_a_file_changed_meanwhile(module: Path) -> None:
    _write(module, "data/retired.ttl", HEAD + RETIRED)
    for name in ("a", "b"):
        _write(module, f"data/{name}.ttl", f"{HEAD}ex:a ex:near barrier:mist .")
    plan = _plan(module)
    assert [one.file for one in plan.files] == ["data/a.ttl", "data/b.ttl"]
    _write(module, "data/b.ttl", HEAD)
    with pytest.raises(BarrierGraphError, match=r"b\.ttl: changed since it was read"):
        plan.write()
    assert (module / "data" / "a.ttl").read_text(encoding="utf-8").endswith("barrier:mist .")


def test_a_file_outside_the_module_is_left_alone(module: Path, tmp_path: Path) -> None:
    _write(module, "data/retired.ttl", HEAD + RETIRED)
    _write(tmp_path, "outside.ttl", f"{HEAD}ex:a ex:near barrier:mist .\n")
    (module / "data" / "link.ttl").symlink_to(tmp_path / "outside.ttl")
    plan = _plan(module)
    assert plan.diff() == ""
    assert list(plan.refused) == ["data/link.ttl"]


def test_a_module_without_what_is_retired_stays(module: Path) -> None:
    plan = _plan(module)
    assert (plan.files, plan.undecided, plan.refused) == ((), (), {})
    graph = load(module, base=False)
    _write(module, "data/retired.ttl", HEAD + RETIRED)
    retired = load(module, base=False)
    _write(module, "data/broken.ttl", "<x:a> <x:b> .")
    assert migrate(module, graph).refused == {}
    with pytest.raises(SourceError, match=r"broken\.ttl:1"):
        migrate(module, retired)


def test_mentions_are_what_a_parser_reads_in_all_that_ships() -> None:
    rdf, ship = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", base_module()
    brief = {rdf + name for name in ("first", "langString", "nil", "rest", "type")}
    brief |= {named(f"xsd:{name}").value for name in ("boolean", "decimal", "integer", "string")}
    files = [
        ship.locate(file) for part in ("ontology", "data", "shapes") for file in ship.files(part)
    ]
    assert len(files) > 100
    for path in files:
        triples = [quad.triple for quad in parse(path)]
        terms = [term for triple in triples for term in triple]
        terms += [term.datatype for term in terms if isinstance(term, Literal)]
        found = list(mentions(Path(path).read_text(encoding="utf-8"), False))
        named_there = {term.value for term in terms if isinstance(term, NamedNode)}
        assert {one.iri for one in found} - brief == named_there - brief, path
        told = {(one.subject, one.predicate, one.iri) for one in found if one.subject}
        for triple in triples:
            if {NamedNode} == {type(triple.subject), type(triple.object)}:
                name = triple.predicate.value
                name = "" if name == rdf + "type" else name
                assert (triple.subject.value, name, triple.object.value) in told, path


def test_what_is_written_is_what_the_shapes_ask_for(tmp_path: Path) -> None:
    _write(tmp_path / "mine", "data/a.ttl", HEAD)
    graph = load(tmp_path / "mine", infer=False)
    deprecate(
        named("barrier:fear-of-sharing"), graph, tmp_path / "mine",
        replaced_by=named("barrier:lack-of-trust"), version="2.0.0", advice="use lack of trust",
    ).write()  # fmt: skip
    report = load(tmp_path / "mine", infer=False).validate(["fear-of-sharing"])
    assert {one.shape for one in report.results} == {named("bgs:TypedShape-deprecated")}

"""Findings as nanopublications, read by a parser other than the one that writes them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse
from rdflib.compare import isomorphic

from barriergraph import KnowledgeGraph, NotFoundError
from barriergraph.edition import edition
from barriergraph.errors import BarrierGraphError
from barriergraph.nanopublications import findings, nanopublication

FIXTURES = Path(__file__).parent / "fixtures" / "nanopublications"
FINDING = "https://w3id.org/barriergraph/id/finding/gull1990-1"
NP = rdflib.Namespace("http://www.nanopub.org/nschema#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
RDF_TYPE = rdflib.RDF.type

Run = Callable[..., tuple[int, str, str]]


def read(text: bytes | str) -> dict[str, rdflib.Graph]:
    """Return the graphs of a text in TriG by name, as rdflib reads it; the default one as ''."""
    dataset = rdflib.Dataset()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        dataset.parse(data=text, format="trig")
    found: dict[str, rdflib.Graph] = {}
    for subject, predicate, value, graph in dataset.quads((None, None, None, None)):
        found.setdefault(str(graph or ""), rdflib.Graph()).add((subject, predicate, value))
    return found


@pytest.fixture(autouse=True)
def no_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def test_a_finding_is_the_nanopublication_that_was_written_by_hand(small: KnowledgeGraph) -> None:
    wanted = read((FIXTURES / "gull1990-1.trig").read_text(encoding="utf-8"))
    graph = "https://w3id.org/barriergraph/graph/module/{}/data/evidence"

    text = small.nanopublications(FINDING).decode()
    name = next(one for one in small.files if one.endswith("/data/evidence"))
    found = read(text.replace(name, graph.format("small")))

    assert set(found) == set(wanted)
    assert [one for one in wanted if not isomorphic(found[one], wanted[one])] == []


def faults(graphs: dict[str, rdflib.Graph], iri: str) -> list[str]:
    """Name the rules of the guidelines that a nanopublication breaks."""
    heads = [
        name for name, graph in graphs.items()
        if (rdflib.URIRef(iri), RDF_TYPE, NP.Nanopublication) in graph
    ]  # fmt: skip
    if len(heads) != 1:
        return [f"{len(heads)} heads"]
    head, me = graphs[heads[0]], rdflib.URIRef(iri)
    links = (NP.hasAssertion, NP.hasProvenance, NP.hasPublicationInfo)
    parts = [list(head.objects(me, link)) for link in links]
    if [len(part) for part in parts] != [1, 1, 1]:
        return ["the head does not link to one graph of each kind"]
    assertion, provenance, pubinfo = (part[0] for part in parts)
    rules = {
        "the head says more": len(head) == 4,
        "graphs of one name": len({heads[0], *map(str, (assertion, provenance, pubinfo)), iri})
        == 5,
        "statements outside the four graphs": set(graphs)
        == {heads[0], str(assertion), str(provenance), str(pubinfo)},
        "the provenance does not tell of the assertion": (assertion, None, None)
        in graphs[str(provenance)],
        "no origin": (assertion, PROV.wasDerivedFrom, None) in graphs[str(provenance)],
        "the publication info does not tell of the nanopublication": {
            predicate.n3() for predicate in graphs[str(pubinfo)].predicates(me)
        }
        >= {rdflib.DCTERMS.creator.n3(), rdflib.DCTERMS.created.n3(), rdflib.DCTERMS.license.n3()},
        "blank nodes": not any(
            isinstance(term, rdflib.BNode)
            for graph in graphs.values()
            for triple in graph
            for term in triple
        ),
    }
    return [rule for rule, kept in rules.items() if not kept]


def test_every_finding_that_ships_is_a_well_formed_nanopublication(real: KnowledgeGraph) -> None:
    graphs = read(real.nanopublications())
    by_finding: dict[str, dict[str, rdflib.Graph]] = {}
    for name, graph in graphs.items():
        by_finding.setdefault(name.partition("#")[0], {})[name] = graph

    wrong = {iri: found for iri, one in by_finding.items() if (found := faults(one, iri))}

    assert wrong == {}
    assert set(by_finding) == {f"{node.value}/nanopub" for node in real.instances("bg:Finding")}


def test_nothing_that_only_a_curator_says_is_asserted(real: KnowledgeGraph) -> None:
    ours = {
        rdflib.URIRef(f"https://w3id.org/barriergraph/ontology#{name}")
        for name in ("impliedEffect", "mayBeAddressedBy", "mayCounter", "mappingNote")
    }

    graphs = read(real.nanopublications())

    assert [
        name for name, graph in graphs.items()
        if name.endswith("#assertion") and ours & set(graph.predicates())
    ] == []  # fmt: skip


def test_an_iri_with_a_fragment_gets_graphs_without_a_second_one() -> None:
    text = (
        "PREFIX bg: <https://w3id.org/barriergraph/ontology#> <https://example.org/all#f> "
        "a bg:Finding ; bg:reportedIn <https://example.org/all#s> ; bg:statement 'It is'@en ."
    )
    store = Store()
    for quad in parse(text, RdfFormat.TURTLE):
        store.add(Quad(*quad.triple, NamedNode("https://example.org/g")))

    found = read(nanopublication(store, NamedNode("https://example.org/all#f")))

    base = "https://example.org/all#f/nanopub/"
    assert set(found) == {base + part for part in ("head", "assertion", "provenance", "pubinfo")}


def test_the_moment_is_that_of_the_ontology_or_of_the_epoch(small: KnowledgeGraph) -> None:
    moments = [
        edition(small.store, environment).when()
        for environment in ({}, {"SOURCE_DATE_EPOCH": "86400"})
    ]

    assert [str(moment and moment.value) for moment in moments] == [
        "2026-11-25T00:00:00Z",
        "1970-01-02T00:00:00Z",
    ]


def test_an_epoch_that_is_no_number_is_refused(small: KnowledgeGraph) -> None:
    with pytest.raises(BarrierGraphError) as error:
        edition(small.store, {"SOURCE_DATE_EPOCH": "today"})

    assert str(error.value) == (
        "SOURCE_DATE_EPOCH is 'today'; give it in whole seconds since 1970, or unset it"
    )


def test_what_is_no_finding_is_refused(small: KnowledgeGraph) -> None:
    with pytest.raises(NotFoundError, match=r"^no finding named 'barrier:pride'$"):
        small.nanopublications("barrier:pride")


def test_the_command_writes_the_findings_that_are_named(command: Run, real: KnowledgeGraph) -> None:
    code, out, err = command("export", "--nanopub", "dawes1996-2", "dawes1996-1")

    assert (code, err) == (0, "")
    assert out.encode() == real.nanopublications("dawes1996-2", "dawes1996-1")


def test_the_command_writes_all_findings_without_a_name(
    command: Run, real: KnowledgeGraph, tmp_path: Path
) -> None:
    path = tmp_path / "all.trig"

    done = command("export", "--nanopub", "--output", str(path))

    assert done == (0, "", "")
    assert path.read_bytes() == real.nanopublications()
    assert len(findings(real.store)) == path.read_bytes().count(b"a np:Nanopublication ")


def test_the_command_refuses_another_format(command: Run) -> None:
    assert command("export", "--nanopub", "--format", "turtle") == (
        2,
        "",
        "barriergraph: --nanopub writes findings in TriG; leave out --graph and --format\n",
    )


def test_the_command_takes_findings_as_nanopublications_only(command: Run) -> None:
    assert command("export", "dawes1996-1") == (
        2,
        "",
        "barriergraph: 'dawes1996-1' is none of sheet, sqlite, sssom, schema, protege; leave it "
        "out for RDF, or add --nanopub\n",
    )

"""The graph behind a page, as other tools read it: RDF, and references."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from barriergraph.bibliography import References
from barriergraph.rdf import Graph, sorted_quads
from barriergraph.site.reading import Reading

Node = NamedNode | BlankNode | Literal | Triple

#: file ending -> name of the RDF format, in the order in which they are offered
ENDINGS = {"ttl": "turtle", "jsonld": "jsonld", "nt": "ntriples", "rdf": "rdfxml"}

#: file ending -> the method of References that writes it
REFERENCES = {"bib": "to_bibtex", "ris": "to_ris", "csl.json": "to_csl_json"}


def of_thing(reading: Reading, iri: str, format: str) -> bytes:
    """Return every statement about a thing, and every one that points to it."""
    node = NamedNode(iri)
    quads = (*reading.quads(node), *reading.quads(node, back=True))
    return _written(_with_blank(reading, (quad.triple for quad in quads)), format)


def of_graph(reading: Reading, iri: str, format: str) -> bytes:
    """Return the statements of a named graph."""
    quads = reading.store.quads_for_pattern(None, None, None, NamedNode(iri))
    return _written((quad.triple for quad in quads), format)


def references(reading: Reading, iri: str, ending: str) -> bytes:
    """Return the sources behind what the page of a thing shows, each once, sorted by their keys."""
    return str(getattr(References(reading.works(iri)), REFERENCES[ending])()).encode()


def _with_blank(reading: Reading, triples: Iterable[Triple]) -> set[Triple]:
    """Return triples, and what is said of the blank nodes among their objects."""
    found, todo = set(triples), []
    todo = [one.object for one in found if isinstance(one.object, BlankNode)]
    while todo:
        for quad in reading.store.quads_for_pattern(todo.pop(), None, None):
            if quad.triple not in found:
                found.add(quad.triple)
                if isinstance(quad.object, BlankNode):
                    todo.append(quad.object)
    return found


def _written(triples: Iterable[Triple], format: str) -> bytes:
    return Graph(quad.triple for quad in sorted_quads(Quad(*one) for one in triples)).serialize(
        format
    )

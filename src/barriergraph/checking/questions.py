"""Stored queries, checked: can each be read and bound, and does it name what there is?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from pyoxigraph import Literal, NamedNode, Quad, Store

from barriergraph.checking.faults import VIOLATION, WARNING, Fault
from barriergraph.checking.nearness import Near
from barriergraph.checking.reading import make_fault
from barriergraph.errors import BarrierGraphError, SourceError
from barriergraph.files import read_text
from barriergraph.namespaces import BASE, PREFIXES, QUERY, compact, namespace
from barriergraph.queries import StoredQuery, parse
from barriergraph.rdf import named
from barriergraph.sources import Module
from barriergraph.sparql import names
from barriergraph.terms import Terms
from barriergraph.validation import Report
from barriergraph.values import by_name

_BUILT_IN = tuple(PREFIXES[name] for name in ("rdf", "rdfs", "owl", "xsd", "sh"))


class Known:
    """The terms that a graph says something of."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._iris = {
            term.value
            for quad in quads
            for term in (quad.subject, quad.predicate)
            if isinstance(term, NamedNode)
        }
        self._spaces = {namespace(iri) for iri in self._iris}
        #: What a name that nothing bears was perhaps meant to be.
        self.near = Near(lambda space: (i for i in self._iris if namespace(i) == space), 0.8)

    def __contains__(self, iri: object) -> bool:
        return iri in self._iris

    def should_have(self, iri: str) -> bool:
        """Tell whether an IRI is of a namespace of which the graph has other terms."""
        ours = iri.startswith(BASE) or namespace(iri) in self._spaces
        return ours and not iri.startswith(_BUILT_IN) and namespace(iri) != iri


def stored(module: Module) -> Iterator[tuple[str, StoredQuery | Fault]]:
    """Yield every query of a module by file, or the fault that keeps it from being read."""
    for file in module.files("queries"):
        path = module.locate(file)
        try:
            yield file, parse(read_text(path), path)
        except SourceError as error:
            yield file, make_fault(
                module, file, VIOLATION, "queries", "query",
                f"{error.reason[:1].upper()}{error.reason[1:]}.",
                line=error.line, column=error.column,
            )  # fmt: skip


def faults_of(
    module: Module, file: str, query: StoredQuery, terms: Terms, known: Known
) -> Iterator[Fault]:
    """Yield the examples of a query that cannot be bound, and the names that nothing bears."""
    for example in query.examples:
        text = " ".join(f"{name}={value}" for name, value in example)
        try:
            query.bind(
                by_name(
                    (name, query.term(name, value, lambda v, cls: terms.resolve(v, NamedNode(cls))))
                    for name, value in example
                )
            )
        except BarrierGraphError as error:
            yield make_fault(
                module, file, VIOLATION, "queries", "query-example",
                f"The example cannot be asked: {error}.", value=text,
                line=_line(query.text, "example:", text),
            )  # fmt: skip
    for iri in names(query.text):
        if iri in known or not known.should_have(iri):
            continue
        curie = compact(iri)
        near = known.near.to(iri)
        hint = f"; did you mean {compact(near)}?" if near else "."
        yield make_fault(
            module, file, WARNING, "queries", "query-name",
            f"The query asks for {curie}, of which the graph says nothing{hint}",
            line=_line(query.text, "", curie if ":" in curie else iri), value=curie,
        )  # fmt: skip


def astray(
    module: Module, file: str, query: StoredQuery, others: Mapping[str, StoredQuery]
) -> Iterator[Fault]:
    """Yield what is wrong with what a query says to stand behind its rows."""
    if query.behind is None:
        return
    line = _line(query.text, "behind:", query.behind.query)
    other = others.get(query.behind.query)
    if other is None:
        near = get_close_matches(query.behind.query, others, 1)
        hint = f"; did you mean {near[0]}?" if near else "."
        yield make_fault(
            module, file, VIOLATION, "queries", "query-behind",
            f"No query {query.behind.query} stands behind the rows{hint}",
            line=line, value=query.behind.query,
        )  # fmt: skip
        return
    for name, _ in query.behind.values:
        if name not in other.parameters:
            near = get_close_matches(name, other.parameters, 1)
            hint = f"; did you mean {near[0]}?" if near else "."
            yield make_fault(
                module, file, VIOLATION, "queries", "query-behind",
                f"The query {other.name} has no parameter {name}{hint}", line=line, value=name,
            )  # fmt: skip


def described(queries: Mapping[str, StoredQuery]) -> Store:
    """Return stored queries in RDF, as the shapes of the catalogue look at them.

    Source: SHACL Advanced Features, https://www.w3.org/TR/shacl-af/#SPARQLSelectExecutable
    """
    store = Store()

    def say(query: StoredQuery, curie: str, value: NamedNode | Literal) -> None:
        store.add(Quad(NamedNode(QUERY + query.name), named(curie), value))

    for query in queries.values():
        say(query, "rdf:type", named("sh:SPARQLSelectExecutable"))
        say(query, "sh:select", Literal(query.text))
        say(query, "dcterms:title", Literal(query.title, language="en"))
        say(query, "rdfs:comment", Literal(query.question, language="en"))
        for tag in query.tags:
            say(query, "schema:keywords", Literal(tag))
        for example in query.examples:
            text = " ".join(f"{name}={value}" for name, value in example)
            say(query, "skos:example", Literal(text, language="en"))
    return store


def broken(report: Report, homes: Mapping[str, tuple[Module, str]]) -> Iterator[Fault]:
    """Yield what breaks the duties of stored queries, at the file of each."""
    for result in report.results:
        name = _text(result.focus_node).rpartition("/")[2]
        severity = _text(result.severity).rpartition("#")[2].lower()
        yield make_fault(
            *homes[name], severity, "queries", compact(_text(result.shape)), result.message,
            value=None if result.value is None else str(result.value)[:80],
        )  # fmt: skip


def _text(term: object) -> str:
    return str(getattr(term, "value", term))


def _line(text: str, start: str, part: str) -> int | None:
    for number, line in enumerate(text.splitlines(), 1):
        if start in line and part in line and (start or not line.startswith("#")):
            return number
    return None

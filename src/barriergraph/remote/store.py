"""A SPARQL engine elsewhere, standing where the embedded store stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    Variable,
    parse,
    parse_query_results,
)

from barriergraph.errors import EndpointError, QueryError
from barriergraph.namespaces import slug
from barriergraph.parts import columns
from barriergraph.rdf import named
from barriergraph.remote.endpoint import Endpoint
from barriergraph.remote.forms import GRAPHS, form, rows_behind
from barriergraph.remote.slots import without_open_slots
from barriergraph.remote.virtuoso import WRONG, WRONG_CHECKS, mended, spoken
from barriergraph.tokens import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from barriergraph.remote.exchange import Answer

    Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
    Name: TypeAlias = NamedNode | BlankNode | DefaultGraph


#: What puts a class below another.
SUBCLASS = named("rdfs:subClassOf")


class RemoteStore:
    """What is asked of a store, asked of a SPARQL endpoint.

    It reads only. Nothing is kept here, so a blank node means nothing to the next question.
    """

    def __init__(self, endpoint: Endpoint, *, fetches: bool = False) -> None:
        self.endpoint = endpoint
        #: Whether stored queries are answered and checks made here, from what is fetched.
        self.fetches = fetches
        self._classes: dict[str, list[str]] | None = None

    @property
    def url(self) -> str:
        """The address, without who asks there."""
        return str(self.endpoint.where)

    def query(
        self,
        query: str,
        *,
        use_default_graph_as_union: bool = True,
        default_graph: Sequence[Name] | Name | None = None,
        named_graphs: Sequence[Name] | None = None,
        substitutions: Mapping[Variable, Term] | None = None,
    ) -> QuerySolutions | QueryBoolean | list[Triple]:
        """Return the answer of a query over the endpoint's default graph, or the graphs given.

        Raises: EndpointError for an endpoint that cannot be reached, does not answer as it should
            or cuts its answer; QueryError for a query that it refuses.
        """
        del use_default_graph_as_union  # the endpoint says what its default graph is
        text = _substituted(without_open_slots(query), substitutions or {})
        if self.is_virtuoso:
            text = spoken(text, self._below)
        graphs = {"defaults": _names(default_graph), "named": _names(named_graphs)}
        answer = self.endpoint.ask(text, **graphs)
        if form(text) in GRAPHS:
            if self.is_virtuoso and form(text) == "CONSTRUCT":
                # Its limit of rows holds for these, too, but only with rows does it say so.
                self.endpoint.ask(rows_behind(text), **graphs)
            return self._triples(answer)
        return self._rows(answer, text)

    @property
    def is_virtuoso(self) -> bool:
        """Whether what last answered calls itself Virtuoso."""
        return (self.endpoint.software or "").startswith("Virtuoso")

    @property
    def narrows(self) -> bool:
        """Whether a pattern may stand for the filter of a parameter, which is sooner answered.

        Virtuoso loses rows by that; so who answers here is asked, if nothing was yet.

        Raises: EndpointError for an endpoint that cannot be reached.
        """
        if self.endpoint.software is None:
            self.endpoint.ask("ASK { }")
        return not self.is_virtuoso

    def doubt_check(self, shape: str) -> str | None:
        """Return why a check is to be made here, by the name of its shape; None when it is not."""
        if self.is_virtuoso and slug(shape) in WRONG_CHECKS:
            return f"Virtuoso answers it wrongly: {WRONG_CHECKS[slug(shape)]}"
        return "every check is made here" if self.fetches else None

    def _below(self, cls: str) -> list[str]:
        """Return a class and those below it, written as in a query."""
        if self._classes is None:
            rows = self.query(f"SELECT DISTINCT ?lower ?upper {{ ?lower {SUBCLASS} ?upper }}")
            assert isinstance(rows, QuerySolutions)
            self._classes = {}
            for lower, upper in rows:
                if isinstance(lower, NamedNode):
                    self._classes.setdefault(str(upper), []).append(str(lower))
        found = {cls: None}
        todo = [cls]
        while todo:
            new = [one for one in self._classes.get(todo.pop(), ()) if one not in found]
            found.update(dict.fromkeys(new))
            todo += new
        return list(found)

    def doubt(self, name: str) -> str | None:
        """Return what is to be doubted of a stored query's answer, None when nothing is known."""
        if not self.is_virtuoso or name not in WRONG:
            return None
        return f"'{name}' is answered wrongly by Virtuoso with some parameters ({WRONG[name]})"

    def quads_for_pattern(
        self,
        subject: Term | None,
        predicate: Term | None,
        object: Term | None,
        graph_name: Name | None = None,
    ) -> Iterator[Quad]:
        """Yield the statements that match, each with its named graph."""
        if any(isinstance(term, BlankNode) for term in (subject, predicate, object, graph_name)):
            return  # what a blank node is called elsewhere is not known here
        given = {"s": subject, "p": predicate, "o": object, "g": graph_name}
        s, p, o, g = (f"?{name}" if term is None else str(term) for name, term in given.items())
        free = [f"?{name}" for name, term in given.items() if term is None]
        rows = self.query(f"SELECT {' '.join(free) or '*'} {{ GRAPH {g} {{ {s} {p} {o} }} }}")
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            places = iter(tuple(row))
            terms = [next(places) if term is None else term for term in given.values()]
            yield Quad(*terms)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Quad]:
        return self.quads_for_pattern(None, None, None)

    def __contains__(self, quad: Quad) -> bool:
        return next(self.quads_for_pattern(*quad), None) is not None

    def __len__(self) -> int:
        return self.count("GRAPH ?g { ?s ?p ?o }")

    def count(self, pattern: str, graphs: Sequence[Name] | None = None) -> int:
        """Return in how many ways a pattern is met in the default graph, or in the graphs given."""
        rows = self.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}", default_graph=graphs)
        assert isinstance(rows, QuerySolutions)
        return int(next(rows)[0].value)

    def named_graphs(self) -> Iterator[NamedNode]:
        """Yield the names of the endpoint's named graphs."""
        rows = self.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
        assert isinstance(rows, QuerySolutions)
        yield from (row[0] for row in rows)

    def contains_named_graph(self, graph: Name) -> bool:
        """Tell whether the endpoint has a named graph."""
        return bool(self.query(f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}"))

    def _rows(self, answer: Answer, query: str) -> QuerySolutions | QueryBoolean:
        if answer.kind not in ("application/sparql-results+json", "application/json"):
            raise self._no_endpoint(answer)
        body = mended(answer.body, query) if self.is_virtuoso else answer.body
        try:
            there = _columns(body)
        except (SyntaxError, ValueError) as error:
            reason = f"its answer breaks off or is no SPARQL result: {error}"
            raise EndpointError(self.url, reason) from None
        if (there is None) != (form(query) == "ASK"):
            raise EndpointError(self.url, f"its answer is none to {form(query)}")
        if there is not None and there != (columns(tokens(query)) or there):
            names = ", ".join(there)
            raise EndpointError(self.url, f"its answer has other columns than asked: {names}")
        return parse_query_results(body, QueryResultsFormat.JSON)

    def _triples(self, answer: Answer) -> list[Triple]:
        if answer.kind not in ("application/n-triples", "text/plain", "text/turtle"):
            raise self._no_endpoint(answer)
        kind = RdfFormat.TURTLE if answer.kind == "text/turtle" else RdfFormat.N_TRIPLES
        try:
            return [quad.triple for quad in parse(answer.body, kind)]
        except (SyntaxError, ValueError) as error:
            raise EndpointError(self.url, f"its answer is no {answer.kind}: {error}") from None

    def _no_endpoint(self, answer: Answer) -> EndpointError:
        kind = answer.kind or "no type"
        return EndpointError(self.url, f"it answers with {kind}, so it is no SPARQL endpoint")


def _columns(body: bytes) -> tuple[str, ...] | None:
    """Return the columns of JSON results, None for a truth value, once all of it was read.

    So an answer that breaks off is never taken for one that ends.
    """
    found = parse_query_results(body, QueryResultsFormat.JSON)
    try:
        if not isinstance(found, QuerySolutions):
            return None
        for _ in found:
            pass
        return tuple(variable.value for variable in found.variables)
    finally:
        del found  # it must not live on in an error, which another thread may clear away


def _substituted(query: str, values: Mapping[Variable, Term]) -> str:
    """Return a SELECT or ASK query with a VALUES block for what some variables stand for."""
    if not values:
        return query
    if any(isinstance(term, BlankNode) for term in values.values()):
        raise QueryError("a blank node of a remote endpoint cannot be asked for")
    names = " ".join(f"?{variable.value}" for variable in values)
    terms = " ".join(str(term) for term in values.values())
    return f"{query} VALUES ({names}) {{ ({terms}) }}"


def _names(graphs: Sequence[Name] | Name | None) -> list[str]:
    listed = [] if graphs is None else graphs if isinstance(graphs, Sequence) else [graphs]
    return [graph.value for graph in listed if isinstance(graph, NamedNode)]

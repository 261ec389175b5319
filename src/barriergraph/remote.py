"""A SPARQL engine elsewhere, standing where the embedded store stands."""

from __future__ import annotations

import time
import urllib.error
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
from barriergraph.tokens import WORD, tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
    Name: TypeAlias = NamedNode | BlankNode | DefaultGraph

#: How often a busy endpoint is asked again.
TRIES = 3

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

#: A query longer than this is posted: addresses have their limits.
_LONG = 1500


class RemoteStore:
    """What is asked of a store, asked of a SPARQL endpoint over HTTP.

    It reads only. An endpoint that is busy (429, 503) is asked again after the time that it names,
    three times at most. Nothing is kept here, so a blank node means nothing to the next question.

    Source: SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/
    """

    def __init__(self, url: str, *, timeout: float = 30) -> None:
        self.url = url
        self.timeout = timeout

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

        Raises: EndpointError for an endpoint that cannot be reached or does not answer as it
            should; QueryError for a query that it refuses.
        """
        del use_default_graph_as_union  # the endpoint says what its default graph is
        text = _substituted(query, substitutions or {})
        body, kind = self._ask(text, _names(default_graph), _names(named_graphs))
        if kind in ("application/sparql-results+json", "application/json"):
            return self._parsed(body)
        if kind in ("application/n-triples", "text/plain", "text/turtle"):
            return self._triples(body, kind)
        raise EndpointError(
            self.url, f"it answers with {kind or 'no type'}, so it is no SPARQL endpoint"
        )

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
        rows = self.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
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

    def _parsed(self, body: bytes) -> QuerySolutions | QueryBoolean:
        try:
            # Read as a whole, so that an answer that breaks off is never taken for one that ends.
            found = parse_query_results(body, QueryResultsFormat.JSON)
            if isinstance(found, QuerySolutions):
                for _ in found:
                    pass
            return parse_query_results(body, QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            reason = f"its answer breaks off or is no SPARQL result: {error}"
            raise EndpointError(self.url, reason) from None

    def _triples(self, body: bytes, kind: str) -> list[Triple]:
        form = RdfFormat.TURTLE if kind == "text/turtle" else RdfFormat.N_TRIPLES
        try:
            return [quad.triple for quad in parse(body, form)]
        except SyntaxError as error:
            raise EndpointError(self.url, f"its answer is no {kind}: {error}") from None

    def _ask(self, query: str, defaults: Sequence[str], named: Sequence[str]) -> tuple[bytes, str]:
        for left in range(TRIES, -1, -1):
            try:
                return self._send(query, defaults, named)
            except urllib.error.HTTPError as error:
                with error:
                    told = _told(error.read(2000).decode("utf-8", "replace"))
                    if error.code in (429, 503) and left:
                        time.sleep(_pause(error.headers.get("Retry-After"), TRIES - left))
                        continue
                reason = f"it answers {error.code} {error.reason}{f': {told}' if told else ''}"
                if error.code in (400, 403, 413):
                    raise QueryError(f"{self.url}: {reason}") from None
                raise EndpointError(self.url, reason) from None
            except QueryError:
                raise
            except TimeoutError as error:
                raise self._slow() from error
            except urllib.error.URLError as error:
                if isinstance(error.reason, TimeoutError):
                    raise self._slow() from error
                raise EndpointError(self.url, f"it cannot be reached: {error.reason}") from None
            except (OSError, ValueError) as error:
                raise EndpointError(self.url, f"it cannot be reached: {error}") from None
        raise AssertionError

    def _slow(self) -> EndpointError:
        return EndpointError(self.url, f"no answer within {self.timeout:g} seconds")

    def _send(self, query: str, defaults: Sequence[str], named: Sequence[str]) -> tuple[bytes, str]:
        import SPARQLWrapper
        from SPARQLWrapper import SPARQLExceptions

        wrapper = SPARQLWrapper.SPARQLWrapper(self.url)
        wrapper.setQuery(query)
        wrapper.setTimeout(max(1, int(self.timeout)))
        wrapper.setOnlyConneg(True)  # parameters such as 'format' mean other things elsewhere
        wrapper.queryType = _form(query)  # its own guess goes astray in a comment
        if wrapper.queryType in ("CONSTRUCT", "DESCRIBE"):
            wrapper.setReturnFormat(SPARQLWrapper.TURTLE)
            wrapper.addCustomHttpHeader("Accept", "application/n-triples, text/turtle;q=0.5")
        else:
            wrapper.setReturnFormat(SPARQLWrapper.JSON)
            wrapper.addCustomHttpHeader("Accept", "application/sparql-results+json")
        if len(query) > _LONG:
            wrapper.setMethod(SPARQLWrapper.POST)
        for name, graphs in (("default-graph-uri", defaults), ("named-graph-uri", named)):
            for graph in graphs:
                wrapper.addParameter(name, graph)
        try:
            answer = wrapper.query()
        except SPARQLExceptions.SPARQLWrapperException as error:
            status = {"QueryBadFormed": "400 Bad Request", "Unauthorized": "401 Unauthorized",
                      "EndPointNotFound": "404 Not Found", "URITooLong": "414 URI Too Long",
                      "EndPointInternalError": "500 Internal Server Error"}  # fmt: skip
            words = status.get(type(error).__name__, type(error).__name__)
            told = _told(_body(error))
            reason = f"it answers {words}{f': {told}' if told else ''}"
            if words.startswith("400"):
                raise QueryError(f"{self.url}: {reason}") from None
            raise EndpointError(self.url, reason) from None
        kind = str(answer.info().get("content-type", "")).partition(";")[0].strip().lower()
        with answer.response as response:
            return response.read(), kind


def _substituted(query: str, values: Mapping[Variable, Term]) -> str:
    """Return a SELECT or ASK query with a VALUES block for what some variables stand for."""
    if not values:
        return query
    if any(isinstance(term, BlankNode) for term in values.values()):
        raise QueryError("a blank node of a remote endpoint cannot be asked for")
    names = " ".join(f"?{variable.value}" for variable in values)
    terms = " ".join(str(term) for term in values.values())
    return f"{query} VALUES ({names}) {{ ({terms}) }}"


def _form(query: str) -> str:
    """Return the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE."""
    words = (word.upper() for kind, word, _ in tokens(query) if kind is WORD)
    return next((word for word in words if word in FORMS), FORMS[0])


def _names(graphs: Sequence[Name] | Name | None) -> list[str]:
    listed = [] if graphs is None else graphs if isinstance(graphs, Sequence) else [graphs]
    return [graph.value for graph in listed if isinstance(graph, NamedNode)]


def _pause(header: str | None, tried: int) -> float:
    """Return how many seconds to wait: what the endpoint says, up to ten, or ever longer."""
    if header is not None and header.strip().isdigit():
        return min(float(header), 10.0)
    return 0.5 * float(2**tried)


def _body(error: Exception) -> str:
    """Return what the server sent with an error, of which SPARQLWrapper keeps a description."""
    from ast import literal_eval

    told = str(error).partition("Response:\n")[2]
    try:
        return str(literal_eval(told).decode("utf-8", "replace"))
    except (AttributeError, SyntaxError, ValueError):
        return told


def _told(body: str) -> str:
    """Return what a server says of an error, in a line: problem details, or plain text."""
    from json import loads

    try:
        document = loads(body)
        if isinstance(document, dict) and "detail" in document:
            return str(document["detail"])
    except ValueError:
        pass
    if "<html" in body.lower():
        return ""
    line = " ".join(body.split())
    return line if len(line) <= 300 else f"{line[:299]}…"

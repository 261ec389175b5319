"""The one object that people hold: a graph that answers."""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from barriergraph import sources
from barriergraph.catalogue import Catalogue
from barriergraph.errors import NotFoundError, ParameterError, QueryError, SourceError
from barriergraph.namespaces import PREFIXES
from barriergraph.queries import StoredQuery, not_parsed
from barriergraph.rdf import Graph, keeps_graphs, sorted_quads, to_bytes
from barriergraph.results import Table
from barriergraph.sparql import check_read_only
from barriergraph.terms import Terms, as_iri
from barriergraph.tokens import WORD, tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    import rdflib

    from barriergraph.describe import Resource
    from barriergraph.headers import View

    Term = NamedNode | BlankNode | Literal | Triple


def load(*modules: str | os.PathLike[str], base: bool = True) -> KnowledgeGraph:
    """Read the content that ships and the given module folders, and return the graph.

    With `base=False` only the given modules are read. Nothing is derived or checked beyond the
    syntax, and nothing is written. What is read now is all that the graph will ever know.

    Raises: SourceError for a file that is wrong, with its line and column, or SourceErrors for
        several; NotFoundError for a folder that does not exist.

    >>> graph = load()
    >>> graph.resolve("bg:Barrier")
    <NamedNode value=https://w3id.org/barriergraph/ontology#Barrier>
    """
    # The collector finds nothing to free while values are only being made.
    collecting = gc.isenabled()
    gc.disable()
    try:
        found = sources.modules(modules, base=base)
        store = Store()
        errors: list[SourceError] = []
        files: dict[str, str] = {}
        queries: list[Catalogue] = []
        sources.gather(errors, lambda: files.update(sources.read_into(store, found)))
        sources.gather(errors, lambda: queries.append(Catalogue(found)))
        sources.raise_all(errors)
        return KnowledgeGraph(store, files, queries[0])
    finally:
        if collecting:
            gc.enable()


class KnowledgeGraph:
    """A graph of named graphs, one for each file, with the stored queries over them.

    `store` is the engine, `files` gives the file of each named graph, `queries` the stored queries
    by name. A query sees the union of all named graphs. Made by `load`.
    """

    store: Store
    files: Mapping[str, str]
    queries: Mapping[str, StoredQuery]

    def __init__(
        self, store: Store, files: Mapping[str, str], queries: Mapping[str, StoredQuery]
    ) -> None:
        self.store = store
        self.files = MappingProxyType(dict(files))
        self.queries = queries
        self._terms = Terms(store)

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: {len(self.files)} named graphs, {len(self.queries)} queries>"

    def stored_query(self, name: str) -> StoredQuery:
        """Return the stored query of a name.

        Raises: NotFoundError with the nearest names.
        """
        if name not in self.queries:
            from difflib import get_close_matches

            raise NotFoundError("query", name, get_close_matches(name, self.queries))
        return self.queries[name]

    def run(self, name: str, /, **parameters: object) -> Table:
        """Answer a stored query and return its table.

        A value is a slug, CURIE, IRI, literal or term, or a list of them, any of which is kept. A
        parameter that is left out or None keeps everything, or has its default.

        Raises: NotFoundError for an unknown query; ParameterError for an unknown parameter or a
            value that does not fit, with what was expected and the nearest names.
        """
        query = self.stored_query(name)
        return self._table(query, self.bind(name, **parameters))

    def bind(self, name: str, /, **parameters: object) -> str:
        """Return the text of a stored query with the parameters bound, as `run` would send it.

        Raises: as `run`.
        """
        query = self.stored_query(name)
        values: dict[str, list[NamedNode | Literal]] = {}
        for parameter, value in parameters.items():
            if value is None:
                continue
            given = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
            values[parameter] = [query.term(parameter, one, self._member) for one in given]
            if not given:
                raise ParameterError(parameter, expected="one value or more", given="[]")
        return query.bind(values)

    def query(self, sparql: str) -> Table | bool | Graph:
        """Answer a SPARQL query over the union of all named graphs.

        SELECT gives a Table, ASK a bool, CONSTRUCT and DESCRIBE a Graph. FROM and FROM NAMED may
        name graphs that are loaded, and then only they are asked. Nothing can be changed, and no
        other endpoint or file can be reached.

        Raises: ForbiddenError for SERVICE, an update, or FROM of a graph that is not loaded;
            QueryError for what cannot be parsed or answered, with line and column if known.

        >>> graph = load()
        >>> graph.query("PREFIX bg: <https://w3id.org/barriergraph/ontology#> ASK { bg:Risk a ?c }")
        True
        """
        check_read_only(sparql, self.files)
        # FROM would be ignored if the union were asked for.
        union = not any(kind is WORD and word.upper() == "FROM" for kind, word, _ in tokens(sparql))
        answer = self._ask(sparql, union=union)
        if isinstance(answer, QueryBoolean):
            return bool(answer)
        if isinstance(answer, QueryTriples):
            return Graph(answer)
        return self._make_table(sparql, answer)

    def describe(self, term: str | NamedNode) -> Resource:
        """Return everything that is said of a term, each statement with its graph and file.

        Raises: as `resolve`.

        >>> resource = load().describe("bg:Barrier")
        >>> resource.label, resource.outgoing[0].file
        ('barrier', 'ontology/barriergraph.ttl')
        """
        from barriergraph.describe import describe

        return describe(self.store, self._terms, self.files, self.resolve(term))

    def resolve(self, term: str | NamedNode, cls: str | NamedNode | None = None) -> NamedNode:
        """Return the one term that a slug, CURIE, IRI or label stands for.

        With `cls`, only individuals of that class or of a class below it are meant.

        Raises: NotFoundError with the nearest names when there is none; QueryError with the CURIEs
            when there are several.

        >>> load().resolve("barrier", cls="owl:Class").value
        'https://w3id.org/barriergraph/ontology#Barrier'
        """
        return self._terms.resolve(term, None if cls is None else self._class(cls))

    def label(self, term: str | Term) -> str:
        """Return the name of a term for people, or its CURIE when it has none.

        Raises: as `resolve`, for a text that is neither an IRI nor a CURIE.
        """
        if isinstance(term, str):
            iri = as_iri(term)
            term = self.resolve(term) if iri is None else NamedNode(iri)
        return self._terms.label(term)

    def instances(self, cls: str | NamedNode) -> tuple[NamedNode, ...]:
        """Return the individuals of a class or of any class below it, sorted by IRI.

        Raises: as `resolve`.
        """
        return self._terms.instances(self._class(cls))

    def export(self, format: str = "turtle", *, graph: str | None = None) -> bytes:
        """Return the graph, or one named graph, in an RDF format, in UTF-8.

        TriG, N-Quads and JSON-LD keep the named graphs apart; the other formats give the union.
        The order of the statements is the same in every run.

        Raises: NotFoundError for an unknown format or named graph, with the nearest names.
        """
        name = None if graph is None else self._graph_name(graph)
        quads = self.store.quads_for_pattern(None, None, None, name)
        if name is None and keeps_graphs(format):
            return to_bytes(sorted_quads(quads), format)
        return Graph(quad.triple for quad in sorted_quads(quads)).serialize(format)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return a copy as an ordinary `rdflib.Dataset` with the same named graphs.

        Its default graph is the union of them, as for `query`. Changes to it stay in it.
        """
        import rdflib

        from barriergraph.validation.exact import to_rdflib

        dataset = rdflib.Dataset(default_union=True)
        for prefix, namespace in PREFIXES.items():
            dataset.bind(prefix, namespace, replace=True)
        made: dict[Term, rdflib.term.Node] = {}

        def convert(term: Term) -> rdflib.term.Node:
            if term not in made:
                if isinstance(term, Triple):
                    raise QueryError("rdflib has no term for a triple inside a triple")
                made[term] = to_rdflib(term)
            return made[term]

        for name in self.files:
            graph = dataset.graph(rdflib.URIRef(name))
            for quad in self.store.quads_for_pattern(None, None, None, NamedNode(name)):
                graph.add((convert(quad.subject), convert(quad.predicate), convert(quad.object)))
        return dataset

    def _class(self, cls: str | NamedNode) -> NamedNode:
        if isinstance(cls, NamedNode):
            return cls
        iri = as_iri(cls)
        return self._terms.resolve(cls) if iri is None else NamedNode(iri)

    def _member(self, text: str, cls: str) -> NamedNode:
        return self._terms.resolve(text, NamedNode(cls))

    def _graph_name(self, graph: str) -> NamedNode:
        """Return the named graph that its IRI, the end of it or its file stands for."""
        for iri, file in self.files.items():
            if graph in (iri, file, f"<{iri}>") or iri == as_iri(graph):
                return NamedNode(iri)
        from difflib import get_close_matches

        raise NotFoundError("named graph", graph, get_close_matches(graph, self.files.values()))

    def _ask(
        self, sparql: str, *, union: bool = True
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        try:
            return self.store.query(sparql, use_default_graph_as_union=union)
        except SyntaxError as error:
            raise not_parsed(error) from None
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(str(error)) from None

    def _table(self, query: StoredQuery, text: str) -> Table:
        return self._make_table(
            text, self._ask(text), title=query.title, labels=query.columns, view=query.view
        )

    def _make_table(
        self,
        text: str,
        answer: QuerySolutions | QueryBoolean | QueryTriples,
        *,
        title: str = "",
        labels: Mapping[str, str] | None = None,
        view: View | None = None,
    ) -> Table:
        assert isinstance(answer, QuerySolutions)
        columns = [variable.value for variable in answer.variables]
        return Table(
            columns,
            (tuple(row) for row in answer),
            title=title,
            labels=labels,
            view=view,
            cite=lambda table: self._works_behind(text, table),
        )

    def _works_behind(self, text: str, table: Table) -> Sequence[Mapping[str, object]]:
        from barriergraph.bibliography import items
        from barriergraph.citing import sources_behind, works

        found = sources_behind(self.store, text, table.rows)
        if not found and len(table):
            raise QueryError(
                "this answer names no source; ask for one with 'findings-about factor=…'"
            )
        return items(works(self.store, self._terms, found))

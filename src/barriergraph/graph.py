"""The one object that people hold: a graph that answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
)

from barriergraph import sources
from barriergraph.cache import Cache
from barriergraph.errors import (
    DamagedError,
    NotFoundError,
    QueryError,
)
from barriergraph.queries import StoredQuery, not_parsed
from barriergraph.rdf import Graph, sorted_quads
from barriergraph.results import Table
from barriergraph.sparql import check_read_only, has_from
from barriergraph.terms import Terms, as_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    import rdflib

    from barriergraph.bibliography import References
    from barriergraph.consistency import Consistency
    from barriergraph.describe import Resource
    from barriergraph.explaining import Explainer, Explanation
    from barriergraph.remote import Target
    from barriergraph.results import Row
    from barriergraph.soundness import Soundness
    from barriergraph.sources import Module
    from barriergraph.validation import Report

    Term = NamedNode | BlankNode | Literal | Triple
    Answer = TypeVar("Answer")
    Whole = TypeVar("Whole")


class KnowledgeGraph:
    """A graph of named graphs, one for each file and rule, with the stored queries over them.

    `files` gives the file of each named graph that was read, `queries` the stored queries by name,
    `inferred` says whether what follows from the files was derived, too. A query sees the union of
    all named graphs. `database` is the folder of the engine's files, None for one in memory. Made
    by `load`.
    """

    database: str | None
    files: Mapping[str, str]
    inferred: bool
    queries: Mapping[str, StoredQuery]

    def __init__(
        self,
        store: Callable[[], Store],
        modules: Sequence[Module],
        queries: Mapping[str, StoredQuery],
        *,
        cache: Cache | None,
        inferred: bool,
        database: str | None = None,
    ) -> None:
        self.inferred = inferred
        self.database = database
        self.files = MappingProxyType(sources.graphs(modules))
        self.queries = queries
        self._modules = tuple(modules)
        self._make = store
        self._made: tuple[Store, Terms] | None = None
        self._cache: Cache | None = cache
        self._sound: Soundness | None = None
        self._uses: Mapping[str, int] | None = None

    @property
    def modules(self) -> tuple[Module, ...]:
        """The folders that the graph was read from, what ships among them."""
        return self._modules

    @property
    def store(self) -> Store:
        """The engine. Who changes it changes the answers: none is taken from the cache then."""
        self._cache = None
        return self._store

    @property
    def _store(self) -> Store:
        return self._opened()[0]

    @property
    def _terms(self) -> Terms:
        return self._opened()[1]

    def _opened(self) -> tuple[Store, Terms]:
        if self._made is None:
            store = self._make()
            self._made = (store, Terms(store))
        return self._made

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

        Warns: EngineWarning for a graph of `connect` whose engine is known to answer this query
            wrongly: whether it was answered here, from what was fetched, or is wrong.
        """
        query = self.stored_query(name)
        question = f"{query.text}\0{sorted(parameters.items())!r}"
        cache = self._cache
        rows = None if cache is None else cache.answer(question)
        asked: Store | None = None
        if rows is None:
            values = query.terms(parameters, self._member)
            here = query.bind(values, direct=True)
            if isinstance(self._store, Store):
                rows = self._read(self._ask(here), _rows)
            else:
                from barriergraph.remote.fetching import answer

                rows, asked = answer(
                    self._store, name, here, lambda: _rows(self._ask(self._bound(query, values)))
                )
            if cache is not None:
                cache.keep_answer(question, rows)
        return Table(
            tuple(query.columns),
            rows,
            title=query.title,
            labels=query.columns,
            view=query.view,
            cite=lambda table: self._works_behind(self.bind(name, **parameters), table, asked),
        )

    def bind(self, name: str, /, **parameters: object) -> str:
        """Return the text of a stored query with the parameters bound, as `run` would send it.

        Raises: as `run`.
        """
        query = self.stored_query(name)
        return self._bound(query, query.terms(parameters, self._member))

    def _bound(self, query: StoredQuery, values: Mapping[str, list[NamedNode | Literal]]) -> str:
        return query.bind(values, direct=isinstance(self._store, Store) or self._store.narrows)

    def query(self, sparql: str) -> Table | bool | Graph:
        """Answer a SPARQL query over the union of all named graphs.

        SELECT gives a Table, ASK a bool, CONSTRUCT and DESCRIBE a Graph. FROM and FROM NAMED may
        name graphs that are loaded, and then only they are asked. Nothing can be changed, and no
        other endpoint or file can be reached.

        What several files say stands in the named graph of the first alone, and so counts once.

        Raises: ForbiddenError for SERVICE, an update, or FROM of a graph that is not loaded;
            QueryError for what cannot be parsed or answered, with line and column if known;
            DamagedError for a database on disk that cannot be read.

        >>> from barriergraph import load
        >>> graph = load()
        >>> graph.query("PREFIX bg: <https://w3id.org/barriergraph/ontology#> ASK { bg:Risk a ?c }")
        True
        """
        check_read_only(sparql, _Named(self._store))
        # FROM would be ignored if the union were asked for.
        answer = self._ask(sparql, union=not has_from(sparql))
        if isinstance(answer, QueryBoolean):
            return bool(answer)
        if isinstance(answer, QueryTriples | list):
            return self._read(answer, Graph)
        columns = [variable.value for variable in answer.variables]
        rows = self._read(answer, _rows)
        return Table(columns, rows, cite=lambda table: self._works_behind(sparql, table))

    def describe(self, term: str | NamedNode) -> Resource:
        """Return everything that is said of a term, each statement with its graph and file.

        Raises: as `resolve`.

        >>> from barriergraph import load
        >>> resource = load().describe("bg:Barrier")
        >>> resource.label, resource.outgoing[0].file
        ('barrier', 'ontology/barriergraph.ttl')
        """
        from barriergraph.describe import describe

        return describe(self._store, self._terms, self.files, self.resolve(term))

    def why(
        self,
        subject: str | NamedNode,
        predicate: str | NamedNode,
        object: str | Literal | NamedNode,
    ) -> Explanation:
        """Return why a statement holds, down to asserted statements with file and line.

        A term is a slug, CURIE, IRI or label, 'a' is rdf:type, and an object may be the text of a
        literal. For a statement that does not hold, what comes closest is given instead.

        Raises: as `resolve`, for a term that the graph does not have; QueryError when nothing was
            derived, because of `infer=False`.

        >>> from barriergraph import load
        >>> found = load().why("fear-of-sharing", "rdf:type", "bg:Factor")
        >>> found.holds, found.proof.rule.name
        (True, 'cax-sco')
        """
        return self.explainer().why(subject, predicate, object)

    def explainer(self) -> Explainer:
        """Return what explains many statements: it compiles the rules and reads the files once.

        Raises: QueryError when nothing was derived, because of `infer=False`.
        """
        from barriergraph.explaining import Explainer

        if not self.inferred:
            raise QueryError("nothing was derived in this graph; load it with infer=True")
        self._only_here("explained")
        return Explainer(self._store, self._terms, self._modules)

    def validate(
        self,
        changed: str | NamedNode | Iterable[str | NamedNode] | None = None,
        *,
        inferred: bool = False,
        where: Target | None = None,
    ) -> Report:
        """Hold the graph to the shapes of its modules and return the report.

        Shapes look at what is asserted, for a domain or range would give a type to a reference to
        nothing and hide it; with `inferred` they look at what follows, too. With `changed`, only
        that node or those and the ones a statement away are checked, in a few milliseconds each.

        A graph of `connect` is checked where it is, each duty as queries; that is quick where only
        what is asserted was pushed, for else every query has to name the graphs that it means.
        With `where`, the `target` that is written to, a copy of what is asserted stands there in
        one graph meanwhile, and is named instead. Duties that the engine is known to answer wrongly
        are checked here, and `fetched` of the report names them; `refused` names those of which
        nothing is known.

        Raises: ShapesError for shapes that are not well formed; as `resolve`.

        >>> from barriergraph import load
        >>> len(load().validate(["fear-of-sharing"]).of_severity("Violation"))
        0
        """
        if isinstance(changed, str | NamedNode):
            changed = [changed]
        return self._soundness().validate(
            None if changed is None else [self.resolve(one) for one in changed], inferred, where
        )

    def check_consistency(self) -> Consistency:
        """Ask the reasoner HermiT whether all that is asserted can be true; it takes seconds.

        Raises: ReasonerMissingError without owlready2 or Java; BarrierGraphError for an ontology
            that lies outside OWL 2 DL.
        """
        self._only_here("given to a reasoner")
        return self._soundness().consistency()

    def _soundness(self) -> Soundness:
        if self._sound is None:
            from barriergraph.soundness import Soundness

            self._sound = Soundness(
                self._store, self._modules, frozenset(self.files), alone=self.asserted
            )
        return self._sound

    @property
    def asserted(self) -> Store | None:
        """A store of nothing but what is asserted, if there is one: for a graph on disk."""
        if self.database is None:
            return None
        if not self.inferred:
            return self._store
        from barriergraph.ondisk import asserted

        return asserted(self.database)

    def derived_terms(self, sparql: str) -> tuple[str, ...]:
        """Return, as CURIEs, the terms in a query that rules write and that no file uses.

        >>> from barriergraph import load
        >>> load().derived_terms("PREFIX bg: <https://w3id.org/barriergraph/ontology#> "
        ...     "ASK { ?barrier bg:evidencedBy ?source ; bg:level ?level }")
        ('bg:evidencedBy',)

        Raises: QueryError for a query that cannot be read.
        """
        from barriergraph.inference import only_derived
        from barriergraph.namespaces import compact
        from barriergraph.sparql import names

        return tuple(compact(iri) for iri in only_derived(self._store, names(sparql)))

    def resolve(self, term: str | NamedNode, cls: str | NamedNode | None = None) -> NamedNode:
        """Return the one term that a slug, CURIE, IRI or label stands for.

        With `cls`, only individuals of that class or of a class below it are meant.

        Raises: NotFoundError with the nearest names when there is none; QueryError with the CURIEs
            when there are several.

        >>> from barriergraph import load
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

    def is_instance(self, term: str | NamedNode, cls: str | NamedNode) -> bool:
        """Tell whether a term is an individual of a class or of any class below it.

        Raises: as `resolve`, for a text that is neither an IRI nor a CURIE.

        >>> from barriergraph import load
        >>> load().is_instance("barrier:fear-of-sharing", "bg:Factor")
        True
        """
        return self._terms.is_instance(self._class(term), self._class(cls))

    def export(self, format: str = "turtle", *, graph: str | None = None) -> bytes:
        """Return the graph, or one named graph, in an RDF format, in UTF-8.

        TriG, N-Quads and JSON-LD keep the named graphs apart; the other formats give the union.
        The order of the statements is the same in every run.

        Raises: NotFoundError for an unknown format or named graph, with the nearest names.
        """
        from barriergraph.exporting import export

        return export(self._store, format, None if graph is None else self._graph_name(graph))

    def references(self, sources: Iterable[str | NamedNode]) -> References:
        """Return sources as works, in the order given, for a reference manager.

        Raises: as `resolve`.

        >>> from barriergraph import load
        >>> load().references(["source:dawes1996"]).items[0]["container-title"]
        'Journal of Policy Analysis and Management'
        """
        from barriergraph.bibliography import References, items
        from barriergraph.citing import works

        found = [self.resolve(source) for source in sources]
        return References(items(works(self._store, self._terms, found)))

    def shapes(self) -> Graph:
        """Return the statements of the shapes that a sound graph of these modules conforms to.

        >>> from barriergraph import load
        >>> len(load().shapes()) > 1000
        True
        """
        told = (quad for one in self._modules for quad in sources.shapes(one))
        return Graph(quad.triple for quad in sorted_quads(told))

    def nanopublications(self, *findings: str | NamedNode) -> bytes:
        """Return findings, or without any named all of them, as nanopublications in TriG.

        Raises: as `resolve`, of what is a finding.

        >>> from barriergraph import load
        >>> text = load().nanopublications("dawes1996-2").decode()
        >>> "this: a np:Nanopublication" in text
        True
        """
        from barriergraph.nanopublications import nanopublications

        chosen = [self.resolve(one, "bg:Finding") for one in findings]
        return nanopublications(self._store, chosen if findings else None)

    def named_graphs(self) -> frozenset[str]:
        """Return the IRIs of all named graphs: those of files and those that rules write."""
        return frozenset(_Named(self._store))

    def uses(self) -> Mapping[str, int]:
        """Return how many statements point to each IRI."""
        from collections import Counter

        if self._uses is None:
            pointed = (quad.object for quad in self._store)
            self._uses = Counter(one.value for one in pointed if isinstance(one, NamedNode))
        return self._uses

    def snapshot(self, path: str | os.PathLike[str]) -> None:
        """Write all named graphs to a file as N-Quads, blank nodes named as they are here.

        Raises: CannotWriteError when the system refuses.
        """
        try:
            self._store.dump(os.fspath(path), RdfFormat.N_QUADS)
        except OSError as error:
            from barriergraph.output import CannotWriteError

            raise CannotWriteError.of(error, os.fspath(path)) from None

    def to_rdflib(self) -> rdflib.Dataset:
        """Return a copy as an ordinary `rdflib.Dataset` with the same named graphs.

        Its default graph is the union of them, as for `query`. Changes to it stay in it.
        """
        from barriergraph.exporting import to_rdflib

        return to_rdflib(self._store)

    def _only_here(self, done: str) -> None:
        if not isinstance(self._store, Store):
            raise QueryError(f"what an endpoint holds cannot be {done}; load() the graph for that")

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
            return self._store.query(sparql, use_default_graph_as_union=union)
        except SyntaxError as error:
            raise not_parsed(error) from None
        except (OSError, RuntimeError, ValueError) as error:
            raise DamagedError.of(error, self.database) or QueryError(str(error)) from None

    def _read(self, answer: Answer, into: Callable[[Answer], Whole]) -> Whole:
        """Return the whole of an answer: a database may fail in the midst of it."""
        try:
            return into(answer)
        except (OSError, RuntimeError) as error:
            raise DamagedError.of(error, self.database) or error from None

    def _works_behind(
        self, text: str, table: Table, asked: Store | None = None
    ) -> Sequence[Mapping[str, object]]:
        from barriergraph.citing import sources_behind

        found = sources_behind(self._store, text, table.rows, asked)
        if not found and len(table):
            raise QueryError(
                "this answer names no source; ask for one with 'findings-about factor=…'"
            )
        return self.references(found).items


class _Named(Collection[str]):
    """The named graphs of a store, as what FROM may name."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __contains__(self, iri: object) -> bool:
        return self._store.contains_named_graph(NamedNode(str(iri)))

    def __iter__(self) -> Iterator[str]:
        return (name.value for name in self._store.named_graphs())

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _rows(answer: QuerySolutions | QueryBoolean | QueryTriples) -> tuple[Row, ...]:
    assert isinstance(answer, QuerySolutions)
    return tuple(tuple(row) for row in answer)

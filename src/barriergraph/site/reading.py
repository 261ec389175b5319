"""What the pages read of a graph: names, kinds, statements and the things that have a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Triple

from barriergraph.citing import sources_of
from barriergraph.errors import ParameterError, QueryError
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import BG, GRAPH, INFERRED, ONTOLOGY, PREFIXES, rule_of
from barriergraph.queries import StoredQuery
from barriergraph.rdf import named
from barriergraph.results import Table
from barriergraph.site.addresses import path_of
from barriergraph.site.inventory import TYPE, Inventory
from barriergraph.terms import INSTANCES, LABELS, shorten
from barriergraph.values import by_name

Node = NamedNode | BlankNode | Literal | Triple

BROADER = named("skos:broader")
_AUTHOR, _POSITION = named("bg:author"), named("bg:position")
_LABELS = tuple(NamedNode(iri) for iri in LABELS)

#: What says what a thing is, in words; the first that there is.
_DEFINITIONS = tuple(
    named(name)
    for name in ("skos:definition", "bg:statement", "bg:missing", "dcterms:description",
                 "rdfs:comment", "skos:scopeNote")
)  # fmt: skip

#: What the named graphs of modules begin with, before the name of the module and of the file.
_OF_MODULES = f"{GRAPH}module/"

#: The answers on so many pages are kept.
_KEPT = 64

#: The names and paths of so many things are kept: a large graph has more than are often shown.
_SHOWN = 2**14

#: So many answers are kept that many pages take their rows from.
_TABLES = 256


class Reading:
    """A graph as pages read it. What is read twice is kept, for a graph does not change."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph
        self.store = graph.store
        #: The things that have a page.
        self.things = Inventory(self.store)
        self._names = lru_cache(_SHOWN)(self._name)
        self._paths = lru_cache(_SHOWN)(
            lambda iri: path_of(iri) or self.things.path(iri) or self.terms.get(iri)
        )
        # Those of the last few things are kept: a page and its references stand side by side.
        self.answers = lru_cache(_KEPT)(self._answers)
        self.works = lru_cache(_KEPT)(self._works)
        self._table = lru_cache(_TABLES)(lambda name, values: graph.run(name, **dict(values)))
        self._members: dict[str, frozenset[NamedNode]] = {}
        self._many: dict[tuple[str, int], bool] = {}

    def path(self, iri: str) -> str | None:
        """Return the path of the page about an IRI, without ending, or None when there is none."""
        return self._paths(iri)

    @cached_property
    def terms(self) -> dict[str, str]:
        """The IRIs of the classes and properties that modules add, each with its path."""
        found = {}
        for kind in ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty"):
            for quad in self.store.quads_for_pattern(None, TYPE, named(kind)):
                if isinstance(quad.subject, NamedNode):
                    iri = quad.subject.value
                    if not iri.startswith((BG, *PREFIXES.values())):
                        found[iri] = f"ontology#{iri.rpartition('/')[2].replace('#', '-')}"
        return found

    def name(self, node: Node) -> str:
        """Return the name of a term for people."""
        if not isinstance(node, NamedNode):
            return node.value if isinstance(node, Literal) else str(node)
        return self._names(node)

    def _name(self, node: NamedNode) -> str:
        if node.value.startswith(INFERRED):
            return f"inferred by {rule_of(node.value)}"
        if node.value.startswith(_OF_MODULES):
            # Where the module stands on this machine is nothing for a page.
            return f"{node.value.removeprefix(_OF_MODULES)}.ttl"
        if node.value.startswith(GRAPH):
            return self.graph.files.get(node.value) or node.value.removeprefix(GRAPH)
        for author in self.linked(node, _AUTHOR):
            # An authorship has no name of its own: it is a person's place among the authors.
            places = self.store.quads_for_pattern(node, _POSITION, None)
            values = [one.object.value for one in places if isinstance(one.object, Literal)]
            return ", author ".join([self.name(author), *values[:1]])
        return self.graph.label(node)

    def long_name(self, node: NamedNode) -> str:
        """Return the name of a thing as the heading of its page: a statement is not cut."""
        name = self.name(node)
        if name.endswith("…"):
            for predicate in _LABELS:
                for text in self.texts(node, predicate):
                    if shorten(text.value) == name:
                        return text.value
        return name

    def texts(self, node: NamedNode, predicate: NamedNode) -> list[Literal]:
        """Return the texts that a thing has by a property, English first."""
        found = {
            quad.object
            for quad in self.store.quads_for_pattern(node, predicate, None)
            if isinstance(quad.object, Literal)
        }
        return sorted(found, key=lambda one: (one.language not in ("en", None), one.value))

    def definition(self, node: NamedNode) -> Literal | None:
        """Return what says what a thing is, in words, or None."""
        for predicate in _DEFINITIONS:
            for text in self.texts(node, predicate):
                return text
        return None

    def kinds(self, node: NamedNode) -> list[NamedNode]:
        """Return the classes that a thing is asserted to be of, ours first."""
        found = {
            quad.object
            for quad in self.store.quads_for_pattern(node, TYPE, None)
            if isinstance(quad.object, NamedNode) and not is_inferred(quad)
        }
        return sorted(found, key=lambda one: (not one.value.startswith(BG), one.value))

    def linked(
        self, node: NamedNode, predicate: NamedNode, *, back: bool = False
    ) -> list[NamedNode]:
        """Return the things that a thing is linked to, or that link to it, sorted by name."""
        pattern = (None, predicate, node) if back else (node, predicate, None)
        found = {
            quad.subject if back else quad.object for quad in self.store.quads_for_pattern(*pattern)
        }
        named_ = [one for one in found if isinstance(one, NamedNode)]
        return sorted(named_, key=lambda one: (self.name(one).casefold(), one.value))

    def quads(self, node: NamedNode, *, back: bool = False) -> list[Quad]:
        """Return what is said of a thing, or what points to it, asserted statements first."""
        pattern = (None, None, node) if back else (node, None, None)
        found = self.store.quads_for_pattern(*pattern)
        return sorted(found, key=lambda q: (is_inferred(q), str(q.predicate), str(q)))

    def axiom(self, graph: str) -> str:
        """Return in words the axiom behind the rule that writes a named graph."""
        return self._axioms.get(graph, "")

    @cached_property
    def _axioms(self) -> dict[str, str]:
        from barriergraph.inference import rules

        return {rule.graph: rule.axiom for rule in rules(self.store)}

    def _answers(self, iri: str) -> list[tuple[StoredQuery, str, Table]]:
        """Return the stored queries whose answer stands on the page of a thing, with the answer."""
        node = NamedNode(iri)
        found = []
        for query in self.graph.queries.values():
            for parameter in query.page:
                if self.is_a(node, query.parameters[parameter].iri or ""):
                    table = self.graph.run(query.name, **{parameter: node})
                    if len(table):
                        found.append((query, parameter, table))
        return found

    def answer(self, name: str, values: Mapping[str, Sequence[str]]) -> Table:
        """Return the answer of a stored query of which many pages show a part; it is kept."""
        return self._table(name, tuple((one, tuple(values[one])) for one in sorted(values)))

    def examples(self, query: StoredQuery) -> list[tuple[tuple[str, str], ...]]:
        """Return the examples of a query that can be asked of this graph.

        An example names things of the graph that its query was written for.
        """
        found = []
        for example in query.examples:
            try:
                self.graph.bind(query.name, **by_name(example))
            except (ParameterError, QueryError):
                continue
            found.append(example)
        return found

    def _works(self, iri: str) -> Sequence[Mapping[str, object]]:
        """Return the sources behind what stands on the page of a thing, as CSL-JSON, by key."""
        node = NamedNode(iri)
        named_: list[NamedNode] = [node]
        if not self.is_a(node, f"{BG}Source"):
            cells = (term for _, _, table in self.answers(iri) for row in table for term in row)
            named_ = sources_of(self.store, cells)
        return self.graph.references(named_).items

    def members(self, cls: str) -> frozenset[NamedNode]:
        """Return the individuals of a class or of any class below it."""
        if cls not in self._members:
            self._members[cls] = frozenset(self.graph.instances(NamedNode(cls)))
        return self._members[cls]

    def has_more(self, cls: str, amount: int) -> bool:
        """Tell whether a class has more than so many individuals, without reading them all."""
        key = (cls, amount)
        if key not in self._many:
            query = f"{INSTANCES.format(cls=NamedNode(cls))} LIMIT {amount + 1}"
            rows = self.store.query(query, use_default_graph_as_union=True)
            assert isinstance(rows, QuerySolutions)
            self._many[key] = sum(1 for _ in rows) > amount
        return self._many[key]

    def is_a(self, node: NamedNode, cls: str) -> bool:
        """Tell whether a thing is of a class or of any class below it."""
        return self.graph.is_instance(node, NamedNode(cls)) if cls else False

    def home(self, node: NamedNode) -> str:
        """Return the first named graph of a file that says something of a thing."""
        return min(
            quad.graph_name.value
            for quad in self.store.quads_for_pattern(node, None, None)
            if isinstance(quad.graph_name, NamedNode) and not is_inferred(quad)
        )

    @cached_property
    def version(self) -> str:
        """The version of the ontology, or an empty text."""
        for text in self.texts(NamedNode(ONTOLOGY), named("owl:versionInfo")):
            return text.value
        return ""


def is_inferred(quad: Quad) -> bool:
    """Tell whether a rule gives a statement, rather than a file."""
    name = quad.graph_name
    return isinstance(name, NamedNode) and name.value.startswith(INFERRED)

"""What a graph knows of its concepts, read once: labels, definitions and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode

from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import BG, PREFIXES, slug
from barriergraph.results import Table
from barriergraph.suggesting.index import Index, Label
from barriergraph.suggesting.likeness import Likeness, Told
from barriergraph.suggesting.words import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.results import Row

#: The classes whose concepts are looked for, each with those below it.
CLASSES = tuple(
    NamedNode(BG + name)
    for name in (
        "Barrier", "Enabler", "Risk", "Benefit", "Tension", "Condition",
        "PolicyDomain", "Role", "Place",
    )
)  # fmt: skip

_PREFIXES = f"""\
PREFIX bg: <{BG}>
PREFIX owl: <{PREFIXES["owl"]}>
PREFIX skos: <{PREFIXES["skos"]}>
"""
_NAMES = (
    _PREFIXES
    + """SELECT DISTINCT ?concept ?property ?text WHERE {
  VALUES ?property { skos:prefLabel skos:altLabel skos:hiddenLabel skos:definition }
  ?concept ?property ?text .
  FILTER(isIRI(?concept) && isLiteral(?text))
  FILTER NOT EXISTS { ?concept owl:deprecated true }
}
ORDER BY ?concept ?property ?text"""
)
_FINDINGS = (
    _PREFIXES
    + """SELECT DISTINCT ?finding ?statement ?source ?concept WHERE {
  FILTER(isIRI(?finding) && isIRI(?source) && isIRI(?concept) && isLiteral(?statement))
  ?finding bg:statement ?statement ; bg:reportedIn ?source ;
    bg:finds|bg:findsNoEffectOf|bg:addressedBy|bg:against|bg:inDomain|bg:aboutRole|bg:atPlace
      ?concept .
}
ORDER BY ?finding ?statement ?source ?concept"""
)
_BY = {"prefLabel": "preferred", "altLabel": "alternative", "hiddenLabel": "hidden"}

_KEPT: WeakKeyDictionary[KnowledgeGraph, Knowledge] = WeakKeyDictionary()


class Knowledge:
    """What is looked for in texts: the labels, what is like a sentence, and the findings."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        classes = {one: cls for cls in reversed(CLASSES) for one in graph.instances(cls)}
        named = [row for row in _names(graph) if row[0] in classes]
        labels = [
            Label(
                concept=concept, cls=classes[concept], text=text.value, by=_BY[name],
                english=_english(text),
            )
            for concept, name, text in named
            if name in _BY
        ]  # fmt: skip
        self.classes: Mapping[NamedNode, NamedNode] = classes
        self.index = Index(labels)
        described: dict[NamedNode, list[str]] = {}
        for concept, _, text in named:
            if _english(text):
                described.setdefault(concept, []).extend(self.keys(text.value))
        self.findings = self._told(graph)
        self.likeness = Likeness(described, self.findings)

    def keys(self, text: str) -> tuple[str, ...]:
        """Return what the words of a text that are no stop words are compared by."""
        return tuple(key for _, key in self.index.content(words(text)))

    def _told(self, graph: KnowledgeGraph) -> Sequence[Told]:
        found: dict[tuple[NamedNode, str], tuple[set[str], set[NamedNode]]] = {}
        for finding, statement, source, concept in _rows(graph, _FINDINGS):
            assert isinstance(finding, NamedNode)
            assert isinstance(statement, Literal)
            assert isinstance(source, NamedNode)
            assert isinstance(concept, NamedNode)
            if concept in self.classes and _english(statement):
                pair = found.setdefault((finding, statement.value), (set(), set()))
                pair[0].add(source.value)
                pair[1].add(concept)
        return tuple(
            Told(
                finding=finding, statement=statement, keys=self.keys(statement),
                sources=frozenset(sources), concepts=frozenset(concepts),
            )
            for (finding, statement), (sources, concepts) in found.items()
        )  # fmt: skip


def knowledge(graph: KnowledgeGraph) -> Knowledge:
    """Return what a graph knows of its concepts, read once and kept as long as the graph."""
    found = _KEPT.get(graph)
    if found is None:
        found = _KEPT[graph] = Knowledge(graph)
    return found


def _names(graph: KnowledgeGraph) -> Iterator[tuple[NamedNode, str, Literal]]:
    for concept, name, text in _rows(graph, _NAMES):
        assert isinstance(concept, NamedNode)
        assert isinstance(name, NamedNode)
        assert isinstance(text, Literal)
        yield concept, slug(name.value), text


def _rows(graph: KnowledgeGraph, query: str) -> tuple[Row, ...]:
    table = graph.query(query)
    assert isinstance(table, Table)
    return table.rows


def _english(text: Literal) -> bool:
    language = text.language or ""
    return not language or language == "en" or language.startswith("en-")

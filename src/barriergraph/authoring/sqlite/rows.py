"""What a graph puts into each table, in an order that is the same in every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.sqlite.tables import ENTITIES, LINKS, Entities, Field, Links
from barriergraph.namespaces import PREFIXES, compact, slug
from barriergraph.rdf import named
from barriergraph.results import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.graph import KnowledgeGraph

Cell = str | int | None

#: Paths of fields that are no property of the graph.
SPECIAL = ("id", "iri", "type", "label", "alternatives")

_PREFIXES = "".join(
    f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("bg", "dcterms", "foaf", "skos")
)


class Rows:
    """The rows of the tables of a graph; what points to no row of a table is left out."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        self._keys = {table.name: _keys(self._members(table)) for table in ENTITIES}

    def all(self) -> Iterator[tuple[Entities | Links, list[tuple[Cell, ...]]]]:
        """Yield each table with its rows, those that others point to first."""
        for table in ENTITIES:
            yield table, self._entities(table)
        for links in LINKS:
            yield links, self._links(links)

    def _members(self, table: Entities) -> list[str]:
        return [node.value for cls in table.cls.split() for node in self._graph.instances(cls)]

    def _entities(self, table: Entities) -> list[tuple[Cell, ...]]:
        keys = self._keys[table.name]
        types = self._types(table)
        columns = [self._column(field, keys, types) for field in table.fields]
        by_key = sorted(keys, key=lambda iri: keys[iri])
        return [tuple(column.get(iri) for column in columns) for iri in by_key]

    def _types(self, table: Entities) -> Mapping[str, str]:
        types = {iri: self._graph.label(table.cls.split()[0]) for iri in self._keys[table.name]}
        for cls in table.types:
            for node in self._graph.instances(cls):
                types[node.value] = self._graph.label(cls)
        return types

    def _column(
        self, field: Field, keys: Mapping[str, str], types: Mapping[str, str]
    ) -> Mapping[str, Cell]:
        if field.path == "id":
            return keys
        if field.path == "iri":
            return {iri: iri for iri in keys}
        if field.path == "type":
            return types
        if field.path == "label":
            return {iri: self._graph.label(NamedNode(iri)) for iri in keys}
        if field.path == "alternatives":
            found = self._values("skos:altLabel")
            return {iri: "; ".join(_texts(terms)) for iri, terms in found.items()}
        values = self._values(field.path)
        if field.target:
            return {iri: self._reference(field.target, terms) for iri, terms in values.items()}
        return {iri: _cell(field.kind, _texts(terms)) for iri, terms in values.items()}

    def _reference(self, target: str, terms: Iterable[object]) -> str | None:
        keys = self._keys[target]
        found = (keys.get(term.value) for term in terms if isinstance(term, NamedNode))
        return min((key for key in found if key is not None), default=None)

    def _values(self, curie: str) -> Mapping[str, list[object]]:
        found: dict[str, list[object]] = {}
        for subject, value in _asked(self._graph, "?a ?b", f"?a {named(curie)} ?b"):
            if isinstance(subject, NamedNode):
                found.setdefault(subject.value, []).append(value)
        return found

    def _links(self, table: Links) -> list[tuple[Cell, ...]]:
        first, second = (self._keys[field.target] for field in table.fields[:2])
        asked = "?a ?b ?c" if len(table.fields) > 2 else "?a ?b"
        rows: set[tuple[Cell, ...]] = set()
        for one, other, *more in _asked(self._graph, asked, table.pattern):
            if not (isinstance(one, NamedNode) and isinstance(other, NamedNode)):
                continue
            if one.value in first and other.value in second:
                told = (_cell(field.kind, _texts([term]))
                        for field, term in zip(table.fields[2:], more, strict=True))  # fmt: skip
                rows.add((first[one.value], second[other.value], *told))
        return sorted(rows, key=lambda row: [(cell is None, str(cell)) for cell in row])


def _asked(graph: KnowledgeGraph, variables: str, pattern: str) -> Iterator[tuple[object, ...]]:
    table = graph.query(f"{_PREFIXES}SELECT DISTINCT {variables} WHERE {{ {pattern} }}")
    assert isinstance(table, Table)
    yield from table.rows


def _keys(iris: Iterable[str]) -> dict[str, str]:
    """Return a key for each IRI: its slug, or its CURIE where others have the same slug."""
    each = list(dict.fromkeys(iris))
    count = Counter(map(slug, each))
    return {iri: slug(iri) if count[slug(iri)] == 1 else compact(iri) for iri in each}


def _texts(terms: Iterable[object]) -> list[str]:
    """Return literals as texts, in English if any is, sorted."""
    found = [term for term in terms if isinstance(term, Literal)]
    english = [term for term in found if (term.language or "en").split("-")[0] == "en"]
    return sorted({term.value for term in english or found})


def _cell(kind: str, texts: list[str]) -> Cell:
    if not texts:
        return None
    if kind == "boolean":
        return int(texts[0] in ("true", "1"))
    if kind == "integer":
        return int(texts[0]) if texts[0].lstrip("+-").isdigit() else None
    return texts[0]

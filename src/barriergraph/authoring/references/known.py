"""What a graph knows already: its sources as works, its people and its organisations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.namespaces import INFERRED
from barriergraph.results import Table
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.bibliography import Item
    from barriergraph.graph import KnowledgeGraph

_ASKED = """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_SOURCES = """\
SELECT DISTINCT ?source WHERE {{
  ?class rdfs:subClassOf* bg:Source .
  GRAPH ?graph {{ ?source a ?class }}
  {outside}
}}
ORDER BY ?source"""
_ORGANISATIONS = """\
SELECT DISTINCT ?organisation ?label WHERE {{
  GRAPH ?graph {{ ?organisation a bg:Organisation ; skos:prefLabel|skos:altLabel ?label . }}
  {outside}
}}
ORDER BY ?organisation ?label"""

#: Fields in which two records of one work may not differ, with the name that a person gives them.
_FIRM = {
    "DOI": "DOI", "ISBN": "ISBN", "issued": "year", "title": "title", "volume": "volume",
    "issue": "issue", "page": "pages", "author": "first author",
}  # fmt: skip
_LOOSE = ("container-title", "publisher", "URL")
_OWN_ISBN = ("book", "report", "thesis")


class Known(Value):
    """What a graph has: sources as `items` of CSL-JSON, and `organisations` by plain label.

    The id of an item is the IRI of the source.
    """

    __slots__ = ("items", "organisations")
    items: Sequence[Item]
    organisations: Mapping[str, NamedNode]


def known(graph: KnowledgeGraph, without: Iterable[str]) -> Known:
    """Return what a graph knows; what stands only in the named graphs of `without` is passed over.

    Raises: as `graph.query`.
    """
    outside = f'FILTER(!STRSTARTS(STR(?graph), "{INFERRED}"))'
    names = ", ".join(str(NamedNode(name)) for name in without)
    outside += f" FILTER(?graph NOT IN ({names}))" if names else ""
    sources = [row[0] for row in _rows(graph, _SOURCES.format(outside=outside))]
    nodes = [one for one in sources if isinstance(one, NamedNode)]
    items = graph.references(nodes).items
    organisations: dict[str, NamedNode] = {}
    for one, label in _texts(graph, _ORGANISATIONS.format(outside=outside)):
        organisations.setdefault(plain(label), NamedNode(one))
    return Known(
        items=[{**item, "id": one.value} for one, item in zip(nodes, items, strict=True)],
        organisations=organisations,
    )


class Index:
    """Works by what identifies them: DOI, ISBN, and title with the family of the first author."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._ids: dict[str, Item] = {}
        self._titles: dict[str, list[Item]] = {}
        for item in items:
            self.add(item)

    def add(self, item: Item) -> None:
        """Take in one more work."""
        for key in _identifiers(item):
            self._ids.setdefault(key, item)
        self._titles.setdefault(plain(str(item.get("title", ""))), []).append(item)

    def find(self, item: Item) -> Item | None:
        """Return the work that an item is, or contradicts, or None.

        It has the same DOI or ISBN, or the same title and no other first author; without a year
        to compare, no other address either. Of several with the same title, that of the same year
        goes before the others.
        """
        for key in _identifiers(item):
            if key in self._ids:
                return self._ids[key]
        same = [
            other
            for other in self._titles.get(plain(str(item.get("title", ""))), ())
            if not _differ(item, other, "author") and not _elsewhere(item, other)
        ]
        same.sort(key=lambda other: _differ(item, other, "issued"))
        return same[0] if same else None


def contradictions(item: Item, other: Item) -> list[str]:
    """Return in what two records of one work contradict each other, such as 'year 1996, not 1997'.

    >>> contradictions({"title": "On Fog", "volume": "1"}, {"title": "On fog: a study"})
    []
    """
    return [
        f"{name} {_shown(item, field)}, not {_shown(other, field)}"
        for field, name in _FIRM.items()
        if _differ(item, other, field)
    ]


def further(item: Item, other: Item) -> list[str]:
    """Return the fields that an item has and a record of the same work lacks, or has otherwise."""
    lacking = [name for field, name in _FIRM.items() if item.get(field) and not other.get(field)]
    loose = [
        field
        for field in _LOOSE
        if item.get(field) and plain(str(item[field])) != plain(str(other.get(field, "")))
    ]
    return [*lacking, *loose]


def plain(text: str) -> str:
    """Return a title or label without case, accents, punctuation and an article before it.

    >>> plain("The Café: sharing, or not?")
    'cafe sharing or not'
    """
    parts = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    kept = "".join(char for char in parts if not unicodedata.combining(char))
    words = re.sub(
        r"[^\w\s]|_", " ", re.sub(r"(?<=\w)['\N{RIGHT SINGLE QUOTATION MARK}]", "", kept)
    )
    return re.sub(r"^(?:a|an|the) (?=\S)", "", " ".join(words.split()))


def _identifiers(item: Item) -> list[str]:
    """Return the DOI and ISBN of a work; a chapter has that of its book, and is not the book."""
    found = [f"doi:{str(item['DOI']).lower()}"] if item.get("DOI") else []
    if item.get("ISBN") and item.get("type") in _OWN_ISBN:
        found.append(f"isbn:{item['ISBN']}")
    return found


def _differ(item: Item, other: Item, field: str) -> bool:
    here, there = _comparable(item, field), _comparable(other, field)
    if not here or not there or here == there:
        return False
    if field == "title":  # one of the two may leave out the subtitle
        return not (f"{here} ".startswith(f"{there} ") or f"{there} ".startswith(f"{here} "))
    return True


def _elsewhere(item: Item, other: Item) -> bool:
    dated = item.get("issued") and other.get("issued")
    return not dated and _differ(item, other, "URL")


def _comparable(item: Item, field: str) -> str:
    value = item.get(field)
    if not value:
        return ""
    if field == "author":
        family = _family(item)
        return plain(family)
    if field == "page":
        return _whole_range(str(value).replace("\N{EN DASH}", "-"))
    return plain(_shown(item, field)) if field == "title" else _shown(item, field).lower()


def _family(item: Item) -> str:
    authors = item.get("author")
    first = authors[0] if isinstance(authors, Sequence) and authors else {}
    return str(first.get("family", "")) if isinstance(first, Mapping) else ""


def _whole_range(text: str) -> str:
    """Return a range of pages with its last page in full.

    >>> _whole_range("377-94")
    '377-394'
    """
    first, dash, last = text.partition("-")
    if first.isdigit() and last.isdigit() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first + dash + last


def _shown(item: Item, field: str) -> str:
    value = item.get(field)
    if field == "author":
        return _family(item)
    if isinstance(value, Mapping):
        parts = value["date-parts"]
        return str(parts[0][0]) if isinstance(parts, Sequence) else ""
    return repr(value) if field == "title" else str(value)


def _rows(graph: KnowledgeGraph, text: str) -> Iterator[tuple[object, ...]]:
    table = graph.query(_ASKED + text)
    assert isinstance(table, Table)
    yield from table.rows


def _texts(graph: KnowledgeGraph, text: str) -> Iterator[list[str]]:
    for row in _rows(graph, text):
        yield [term.value if isinstance(term, NamedNode | Literal) else "" for term in row]

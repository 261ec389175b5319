"""Who wrote a source: an authorship for each place in the order, and the persons behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.columns import fold
from barriergraph.authoring.drafts import Said
from barriergraph.authoring.slugs import to_slug
from barriergraph.authoring.turtle import Block, block
from barriergraph.datatypes import XSD
from barriergraph.errors import BarrierGraphError
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import compact, rule_of, slug
from barriergraph.rdf import named

_FAMILY, _GIVEN = named("foaf:familyName"), named("foaf:givenName")
_SUFFIX, _NAME = named("bg:nameSuffix"), named("foaf:name")
_TYPE, _PERSON = named("rdf:type"), named("bg:Person")

Name = tuple[str, str, str]


class People:
    """The persons of a graph by family name, given name and suffix, and those made so far.

    What stands in the named graphs `without` is passed over; a person of `earlier` has the
    address of then again. Other new persons get addresses that begin with `space`.
    """

    def __init__(
        self, graph: KnowledgeGraph, space: str, without: Collection[str] = (),
        earlier: Said | None = None,
    ) -> None:  # fmt: skip
        self.made: dict[NamedNode, Block] = {}
        self._space = f"{space}person/"
        told: dict[NamedNode, dict[NamedNode, str]] = {}
        self._used: set[str] = set()
        for predicate in (_TYPE, _FAMILY, _GIVEN, _SUFFIX, _NAME):
            cls = _PERSON if predicate == _TYPE else None
            for quad in graph.store.quads_for_pattern(None, predicate, cls, None):
                place = getattr(quad.graph_name, "value", "")
                if place in without or rule_of(place) or not isinstance(quad.subject, NamedNode):
                    continue
                if isinstance(quad.object, Literal):
                    told.setdefault(quad.subject, {}).setdefault(predicate, quad.object.value)
                self._used.add(slug(quad.subject.value))
        self._known: dict[Name, list[NamedNode]] = {}
        self._called: dict[str, list[NamedNode]] = {}
        for node in sorted(told, key=lambda one: one.value):
            if _FAMILY in told[node]:
                self._known.setdefault(_key(*_parts(told[node])), []).append(node)
                self._called.setdefault(fold(told[node].get(_NAME, "")), []).append(node)
        self._earlier: dict[Name, NamedNode] = {}
        for node, pairs in (earlier or {}).items():
            if (_TYPE, _PERSON) in pairs and slug(node.value) not in self._used:
                parts = {name: value.value for name, value in pairs}
                self._earlier.setdefault(_key(*_parts(parts)), node)
        self._used |= {slug(node.value) for node in self._earlier.values()}
        self._new: dict[Name, NamedNode] = {}

    def find(self, family: str, given: str = "", suffix: str = "") -> Sequence[NamedNode]:
        """Return the persons of the graph with a name, in whatever case, sorted by address."""
        return self._known.get(_key(family, given, suffix), ())

    def called(self, name: str) -> Sequence[NamedNode]:
        """Return the persons of the graph with a full name such as 'Ada Berg'."""
        return self._called.get(fold(name), ())

    def everyone(self) -> Iterator[tuple[str, str, NamedNode]]:
        """Yield the persons of the graph, each with family and given name in small letters."""
        for (family, given, _), nodes in self._known.items():
            yield from ((family, given, node) for node in nodes)

    def person(self, family: str, given: str = "", suffix: str = "") -> NamedNode:
        """Return the person of a name: the first of the graph, or a new one, kept in `made`."""
        key = _key(family, given, suffix)
        if key in self._known:
            return self._known[key][0]
        if key not in self._new:
            node = self._earlier.get(key) or self._address(family, given, suffix)
            self._new[key] = node
            full = " ".join(part for part in (given, family, suffix) if part)
            parts = [(_NAME, full), (_GIVEN, given), (_FAMILY, family), (_SUFFIX, suffix)]
            self.made[node] = block(node, [
                (_TYPE, [_PERSON]),
                *((name, [Literal(text)] if text else []) for name, text in parts),
            ])  # fmt: skip
        return self._new[key]

    def _address(self, family: str, given: str, suffix: str) -> NamedNode:
        """Return an address of family and first given name, or of all names if that is taken."""
        first = given.split()[0] if given else ""
        names = [to_slug(f"{family} {first}"), to_slug(f"{family} {given} {suffix}")]
        found = next(one for one in _names(names) if one not in self._used)
        self._used.add(found)
        return NamedNode(f"{self._space}{found}")


def authorships(
    source: NamedNode, names: Sequence[str], space: str, graph: KnowledgeGraph
) -> tuple[list[NamedNode], list[Block]]:
    """Return the authorships of a source in order, and what is said of them and of new persons.

    A name is 'Family, Given', or a family name alone. A person of the graph with the same name is
    taken; another gets an address that begins with `space`.

    Raises: BarrierGraphError where the graph has several persons of a name.
    """
    people = People(graph, space)
    places, blocks = [], []
    for position, name in enumerate(names, 1):
        family, _, given = (part.strip() for part in name.partition(","))
        known = people.find(family, given)
        if len(known) > 1:
            raise BarrierGraphError(several(f"{given} {family}".strip(), known))
        place = NamedNode(f"{space}authorship/{slug(source.value)}-{position}")
        places.append(place)
        blocks.append(authorship(place, people.person(family, given), position))
    return places, [*blocks, *people.made.values()]


def authorship(place: NamedNode, author: NamedNode, position: int) -> Block:
    """Return what is said of an authorship."""
    return block(place, [
        (_TYPE, [named("bg:Authorship")]),
        (named("bg:author"), [author]),
        (named("bg:position"), [Literal(str(position), datatype=NamedNode(f"{XSD}integer"))]),
    ])  # fmt: skip


def several(name: str, nodes: Sequence[NamedNode]) -> str:
    """Return what is wrong where a name is that of several persons."""
    iris = ", ".join(compact(one.value) for one in nodes)
    return f"{name!r} stands for {len(nodes)} persons: {iris}"


def _key(family: str, given: str, suffix: str) -> Name:
    return fold(family), fold(given), fold(suffix)


def _parts(told: dict[NamedNode, str]) -> Name:
    return told.get(_FAMILY, ""), told.get(_GIVEN, ""), told.get(_SUFFIX, "")


def _names(wanted: Sequence[str]) -> Iterator[str]:
    yield from (one for one in wanted if one)
    last = wanted[-1] or "person"
    yield from (f"{last}-{number}" for number in range(2 if wanted[-1] else 1, 1_000_000))

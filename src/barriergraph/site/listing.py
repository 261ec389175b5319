"""Lists: all things of a kind, what stands in a file, and the front page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import nsmallest

from markupsafe import Markup
from pyoxigraph import NamedNode

from barriergraph.namespaces import BG, ID, KINDS, rule_of
from barriergraph.site.frame import Frame
from barriergraph.site.inventory import TYPE
from barriergraph.site.once import once
from barriergraph.site.reading import BROADER, Reading
from barriergraph.values import Value

#: So many things stand in a list on one page.
LISTED = 1000


class Kind(Value):
    """A kind of things: its slug, its name, and how many there are."""

    __slots__ = ("slug", "name", "amount")
    slug: str
    name: str
    amount: int


class Lists:
    """The lists of things, put in order once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._parts: dict[str, tuple[tuple[str, ...], ...]] = {}

    @once
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of things, those with the most first."""
        found = [
            Kind(slug=kind, name=self.name(kind), amount=amount)
            for kind in KINDS
            if (amount := len(self._reading.things.of_kind(kind)))
        ]
        return tuple(sorted(found, key=lambda one: (-one.amount, one.slug)))

    def name(self, kind: str) -> str:
        """Return the name of a kind for a heading: of the class that all of its things have."""
        classes = self._classes.get(kind, set())
        return _plural(self._reading.name(NamedNode(*classes)) if len(classes) == 1 else kind)

    @once
    def _classes(self) -> dict[str, set[str]]:
        """The classes that the things of each kind are asserted to be of, of several the first."""
        first: dict[str, tuple[bool, str]] = {}
        store = self._reading.store
        for graph in self._reading.graph.named_graphs():
            if rule_of(graph) is None:
                for quad in store.quads_for_pattern(None, TYPE, None, NamedNode(graph)):
                    if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                        iri, cls = quad.subject.value, quad.object.value
                        place = (not cls.startswith(BG), cls)
                        first[iri] = min(first.get(iri, place), place)
        found: dict[str, set[str]] = {}
        for iri, (_, cls) in first.items():
            if iri.startswith(ID):
                found.setdefault(iri.removeprefix(ID).partition("/")[0], set()).add(cls)
        return found

    def parts(self, kind: str) -> tuple[tuple[str, ...], ...]:
        """Return the things of a kind that stand under no other of it, a part for each page."""
        if kind not in self._parts:
            reading, found = self._reading, self._reading.things.of_kind(kind)
            inside = set(found)
            tops = [one for one in found if inside.isdisjoint(_broader(reading, one))]
            tops.sort(key=lambda iri: (reading.name(NamedNode(iri)).casefold(), iri))
            # Things that all stand under one another still have a page, with none of them.
            starts = range(0, len(tops) or len(found[:1]), LISTED)
            self._parts[kind] = tuple(tuple(tops[one : one + LISTED]) for one in starts)
        return self._parts[kind]


def pages(lists: Lists, kind: str) -> Iterator[str]:
    """Yield the paths of the pages that list a kind, without ending; none if it has no things."""
    for number in range(1, len(lists.parts(kind)) + 1):
        yield _numbered(kind, number)


def kind_page(frame: Frame, lists: Lists, kind: str, number: int = 1) -> bytes:
    """Return a page of the list of all things of a kind, each under the broader ones."""
    reading, parts = frame.reading, lists.parts(kind)
    nodes, tops = reading.things.of_kind(kind), [NamedNode(iri) for iri in parts[number - 1]]
    first = LISTED * (number - 1) + 1
    others = ((1, "first"), (number - 1, "previous"), (number + 1, "next"), (len(parts), "last"))
    title = lists.name(kind)
    return frame.render(
        "kind.html",
        title=title if number == 1 else f"{title}, page {number}",
        amount=len(nodes),
        nested=sum(map(len, parts)) < len(nodes),
        tree=_branch(frame, tops, set(nodes), frozenset()),
        part=(first, first + len(tops) - 1, sum(map(len, parts))) if len(parts) > 1 else None,
        others=[
            (word, frame.to(_numbered(kind, other)))
            for other, word in others
            if 1 <= other <= len(parts) and other != number
        ],
    )


def _numbered(kind: str, number: int) -> str:
    return f"id/{kind}" if number == 1 else f"id/{kind}-{number}"


def graph_page(frame: Frame, iri: str) -> bytes:
    """Return the page of a named graph: its file or rule, and what it speaks of."""
    reading, node = frame.reading, NamedNode(iri)
    counts: Counter[str] = Counter()
    amount = 0
    for quad in reading.store.quads_for_pattern(None, None, None, node):
        amount += 1
        if isinstance(quad.subject, NamedNode):
            counts[quad.subject.value] += 1
    # Names are read of those alone that are shown.
    shown = [NamedNode(one) for one in nsmallest(LISTED, counts)]
    subjects = sorted(shown, key=lambda one: (reading.name(one).casefold(), one.value))
    return frame.render(
        "graph.html",
        title=reading.name(node),
        iri=iri,
        rule=rule_of(iri),
        axiom=None if rule_of(iri) is None else reading.axiom(iri),
        amount=amount,
        subjects=[(frame.link(one), counts[one.value]) for one in subjects],
        total=len(counts),
        data=frame.path.removesuffix(".html").rpartition("/")[2],
    )


def _branch(
    frame: Frame, nodes: Sequence[NamedNode], inside: set[str], above: frozenset[NamedNode]
) -> Markup:
    items = []
    for node in nodes:
        below = [
            one
            for one in frame.reading.linked(node, BROADER, back=True)
            if one.value in inside and one not in above
        ]
        inner = _branch(frame, below, inside, above | {node}) if below else Markup("")
        items.append(Markup("<li>{}{}</li>").format(frame.link(node), inner))
    return Markup("<ul>{}</ul>").format(Markup("").join(items))


def _broader(reading: Reading, iri: str) -> Iterator[str]:
    for quad in reading.store.quads_for_pattern(NamedNode(iri), BROADER, None):
        if isinstance(quad.object, NamedNode):
            yield quad.object.value


def _plural(noun: str) -> str:
    """Return the plural of a noun, with a capital.

    >>> _plural("policy domain"), _plural("study"), _plural("basis")
    ('Policy domains', 'Studies', 'Bases')
    """
    if noun.endswith("y") and noun[-2] not in "aeiou":
        many = f"{noun[:-1]}ies"
    elif noun.endswith("is"):
        many = f"{noun[:-2]}es"
    elif noun.endswith("ies"):
        many = noun
    else:
        many = f"{noun}s"
    return f"{many[:1].upper()}{many[1:]}"

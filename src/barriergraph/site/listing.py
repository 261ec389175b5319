"""Lists: all things of a kind, what stands in a file, and the front page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup
from pyoxigraph import NamedNode

from barriergraph.namespaces import ID, KINDS, rule_of
from barriergraph.site.frame import Frame
from barriergraph.site.reading import BROADER, Reading
from barriergraph.values import Value


class Kind(Value):
    """A kind of things: its slug, its name, and how many there are."""

    __slots__ = ("slug", "name", "amount")
    slug: str
    name: str
    amount: int


def kinds(reading: Reading) -> list[Kind]:
    """Return the kinds of things, those with the most first."""
    amounts = Counter(_kind(iri) for iri in reading.things if iri.startswith(ID))
    found = [
        Kind(slug=kind, name=_plural(reading, kind), amount=amounts[kind])
        for kind in KINDS
        if amounts[kind]
    ]
    return sorted(found, key=lambda one: (-one.amount, one.slug))


def kind_page(frame: Frame, kind: str) -> bytes:
    """Return the list of all things of a kind, each under the broader ones."""
    reading = frame.reading
    nodes = [NamedNode(iri) for iri in reading.things if iri.startswith(f"{ID}{kind}/")]
    inside = set(nodes)
    tops = [one for one in nodes if not inside & set(reading.linked(one, BROADER))]
    nested = len(tops) < len(nodes)
    return frame.render(
        "kind.html",
        title=_plural(reading, kind),
        amount=len(nodes),
        nested=nested,
        tree=_branch(frame, _by_name(reading, tops), inside, frozenset()),
    )


def graph_page(frame: Frame, iri: str) -> bytes:
    """Return the page of a named graph: its file or rule, and what it speaks of."""
    reading, node = frame.reading, NamedNode(iri)
    counts = Counter(
        quad.subject
        for quad in reading.store.quads_for_pattern(None, None, None, node)
        if isinstance(quad.subject, NamedNode)
    )
    subjects = _by_name(reading, list(counts))
    return frame.render(
        "graph.html",
        title=reading.name(node),
        iri=iri,
        rule=rule_of(iri),
        axiom=None if rule_of(iri) is None else reading.axiom(iri),
        amount=sum(1 for _ in reading.store.quads_for_pattern(None, None, None, node)),
        subjects=[(frame.link(one), counts[one]) for one in subjects],
        data=frame.path.removesuffix(".html").rpartition("/")[2],
    )


def _branch(
    frame: Frame, nodes: Sequence[NamedNode], inside: set[NamedNode], above: frozenset[NamedNode]
) -> Markup:
    items = []
    for node in nodes:
        below = [
            one
            for one in frame.reading.linked(node, BROADER, back=True)
            if one in inside and one not in above
        ]
        inner = _branch(frame, below, inside, above | {node}) if below else Markup("")
        items.append(Markup("<li>{}{}</li>").format(frame.link(node), inner))
    return Markup("<ul>{}</ul>").format(Markup("").join(items))


def _by_name(reading: Reading, nodes: Sequence[NamedNode]) -> list[NamedNode]:
    return sorted(nodes, key=lambda one: (reading.name(one).casefold(), one.value))


def _kind(iri: str) -> str:
    return iri.removeprefix(ID).partition("/")[0]


def _plural(reading: Reading, kind: str) -> str:
    """Return the name of a kind for a heading: that of the class which most of its things have."""
    classes: Counter[NamedNode] = Counter()
    for iri in reading.things:
        if iri.startswith(f"{ID}{kind}/"):
            classes.update(reading.kinds(NamedNode(iri))[:1])
    if len(classes) != 1:
        return _with_s(kind)
    return _with_s(reading.name(next(iter(classes))))


def _with_s(noun: str) -> str:
    """Return the plural of a noun, with a capital.

    >>> _with_s("policy domain"), _with_s("study"), _with_s("basis")
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

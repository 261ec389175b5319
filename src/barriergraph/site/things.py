"""The page of a thing: what is said of it and why, what the questions answer about it, its kin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import nsmallest

from markupsafe import Markup, escape
from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from barriergraph.explaining import Explainer
from barriergraph.inference import Proof
from barriergraph.namespaces import BASE, BG, ID, compact, rule_of, slug
from barriergraph.queries import StoredQuery
from barriergraph.rdf import named
from barriergraph.site import drawings
from barriergraph.site.answers import Shown, show
from barriergraph.site.frame import Frame
from barriergraph.site.inventory import TYPE
from barriergraph.site.reading import BROADER, Reading, is_inferred
from barriergraph.site.structured import structured
from barriergraph.values import Value

#: How many neighbours a drawing holds before it is a tangle.
NEIGHBOURS = 14

#: So many things that point to one by the same property stand on its page.
POINTING = 1000

#: What the head of a page says already.
_IN_HEAD = frozenset(
    named(name).value for name in ("skos:prefLabel", "skos:definition", "bg:statement", "rdf:type")
)

#: In which order answers stand on a page: what is read first, first.
_ORDER = ("chain", "bars", "table", "network", "matrix", "timeline")

_ALTERNATIVES = (named("skos:altLabel"), named("skos:hiddenLabel"))


class Said(Value):
    """A property with its values: each what is read, where it stands, and why if derived."""

    __slots__ = ("name", "values")
    name: Markup
    values: tuple[tuple[Markup, Markup, Markup], ...]


class Section(Value):
    """An answer of a stored query on the page of a thing."""

    __slots__ = ("query", "parameter", "shown", "asked")
    query: StoredQuery
    parameter: str
    shown: Shown
    asked: str


def thing(
    frame: Frame, iri: str, sections: Sequence[Section], explainer: Explainer | None
) -> bytes:
    """Return the page of a thing."""
    reading, node = frame.reading, NamedNode(iri)
    outgoing, incoming = reading.quads(node), reading.quads(node, back=True)
    asserted = [quad for quad in outgoing if not is_inferred(quad)]
    known = {quad.triple for quad in asserted}
    derived = [
        quad
        for quad in outgoing
        if is_inferred(quad)
        and quad.triple not in known
        and not isinstance(quad.object, BlankNode)  # a class without a name tells a reader nothing
    ]
    kinds = reading.kinds(node)
    definition = reading.definition(node)
    name = reading.long_name(node)
    return frame.render(
        "thing.html",
        title=name,
        iri=iri,
        curie=compact(iri),
        kinds=[frame.link(kind) for kind in kinds],
        definition=None if definition is None or definition.value == name else
        frame.literal(definition),
        also=[frame.literal(text) for one in _ALTERNATIVES for text in reading.texts(node, one)],
        above=list(_above(frame, node)),
        below=[frame.link(one) for one in reading.linked(node, BROADER, back=True)],
        sections=sections,
        asks=list(_asks(frame, node)),
        said=list(_said(frame, asserted, None)),
        derived=list(_said(frame, derived, explainer)),
        derived_count=len({quad.triple for quad in derived}),
        incoming=list(_incoming(frame, incoming)),
        drawing=_drawing(frame, node, asserted, incoming),
        data=frame.path.removesuffix(".html").rpartition("/")[2],
        cites=has_references(reading, node),
        nanopub=iri.startswith(ID) and reading.is_a(node, f"{BG}Finding"),
        structured=structured(reading, node),
        base=BASE,
    )  # fmt: skip


def sections(frame: Frame, iri: str) -> Iterator[Section]:
    """Yield the answers of stored queries that stand on the page of a thing, if there are any."""
    found = sorted(frame.reading.answers(iri), key=lambda one: _ORDER.index(one[0].view.kind))
    for query, parameter, table in found:
        given = ((parameter, slug(iri)),)
        yield Section(
            query=query,
            parameter=parameter,
            shown=show(frame, query, table, given, rows=60, without=iri),
            asked=f"{parameter}={slug(iri)}",
        )


def has_references(reading: Reading, node: NamedNode) -> bool:
    """Tell whether the page of a thing has sources behind it that can be cited."""
    if reading.is_a(node, f"{BG}Source"):
        return True
    return any(reading.is_a(node, query.parameters[one].iri or "")
               for query in reading.graph.queries.values() for one in query.page)  # fmt: skip


def _above(frame: Frame, node: NamedNode) -> Iterator[Markup]:
    """Yield the concepts above a thing, the widest first; of several paths the first by name."""
    chain, seen = [], {node}
    wider = frame.reading.linked(node, BROADER)
    while wider and wider[0] not in seen:
        chain.append(wider[0])
        seen.add(wider[0])
        wider = frame.reading.linked(wider[0], BROADER)
    return (frame.link(one) for one in reversed(chain))


def _asks(frame: Frame, node: NamedNode) -> Iterator[tuple[Markup, str]]:
    """Yield the questions that can be asked of a thing, each with its address."""
    for query in frame.reading.graph.queries.values():
        for name, parameter in query.parameters.items():
            if parameter.is_class and frame.reading.is_a(node, parameter.iri or ""):
                address = f"{frame.to(f'queries/{query.name}/results')}?{name}={slug(node.value)}"
                yield Markup('<a href="{}">{}</a>').format(address, query.title), name


def _said(frame: Frame, quads: Sequence[Quad], explainer: Explainer | None) -> Iterator[Said]:
    grouped: dict[NamedNode, dict[object, list[Quad]]] = {}
    for quad in quads:
        if explainer is not None or quad.predicate.value not in _IN_HEAD or quad.predicate == TYPE:
            grouped.setdefault(quad.predicate, {}).setdefault(quad.object, []).append(quad)
    for predicate, values in sorted(grouped.items(), key=lambda pair: _place(frame, pair[0])):
        found = sorted(values.items(), key=lambda pair: frame.reading.name(pair[0]).casefold())  # type: ignore[arg-type]
        yield Said(
            name=frame.link(predicate),
            values=tuple(
                (frame.link(value), _where(frame, of), _why(frame, of[0], explainer))  # type: ignore[arg-type]
                for value, of in found
            ),
        )


def _place(frame: Frame, predicate: NamedNode) -> tuple[bool, str]:
    return predicate != TYPE, frame.reading.name(predicate).casefold()


def _where(frame: Frame, quads: Sequence[Quad]) -> Markup:
    names = [quad.graph_name for quad in quads if isinstance(quad.graph_name, NamedNode)]
    return Markup(", ").join(frame.link(name) for name in names if rule_of(name.value) is None)


def _why(frame: Frame, quad: Quad, explainer: Explainer | None) -> Markup:
    """Return the derivation of a statement as a tree that folds."""
    if explainer is None:
        return Markup("")
    proof = explainer.of(quad.triple).proof
    return Markup("") if proof is None else _tree(frame, proof)


def _tree(frame: Frame, proof: Proof) -> Markup:
    told = _told(frame, proof.statement)
    if proof.rule is None:
        places = Markup(", ").join(frame.link(NamedNode(graph)) for graph in proof.graphs)
        return told + Markup(" <small>in ") + places + Markup("</small>")
    below = "".join(f"<li>{_tree(frame, premise)}</li>" for premise in proof.premises)
    rule = escape(f"{proof.rule.name}: {proof.rule.axiom}")
    return told + Markup(f" <small>by {rule}</small><ul>{below}</ul>")


def _told(frame: Frame, statement: Triple) -> Markup:
    return Markup(" ").join(frame.link(term) for term in statement)


def _incoming(
    frame: Frame, quads: Sequence[Quad]
) -> Iterator[tuple[Markup, int, tuple[Markup, ...], bool]]:
    grouped: dict[NamedNode, dict[NamedNode | Triple, bool]] = {}
    for quad in quads:
        if not isinstance(quad.subject, BlankNode):
            grouped.setdefault(quad.predicate, {}).setdefault(quad.subject, is_inferred(quad))
    for predicate, subjects in sorted(grouped.items(), key=lambda pair: _place(frame, pair[0])):
        # Names are read of those alone that are shown.
        shown = nsmallest(POINTING, subjects, key=str) if len(subjects) > POINTING else subjects
        found = sorted(shown, key=lambda one: frame.reading.name(one).casefold())
        links = tuple(frame.link(one) for one in found)
        yield frame.link(predicate), len(subjects), links, all(subjects.values())


def _drawing(
    frame: Frame, node: NamedNode, outgoing: Sequence[Quad], incoming: Sequence[Quad]
) -> Markup:
    """Return a thing amid its neighbours, each kind of link in turn until the drawing is full."""
    reading = frame.reading
    by_link: dict[str, dict[NamedNode, None]] = {}
    for quad in (*outgoing, *(one for one in incoming if not is_inferred(one))):
        other = quad.object if quad.subject == node else quad.subject
        if not isinstance(other, NamedNode) or other == node:
            continue
        # What has an IRI of ours and stands in a statement is a thing.
        if other.value.startswith(ID) or other.value in reading.things:
            by_link.setdefault(reading.name(quad.predicate), {})[other] = None
    chosen: dict[NamedNode, str] = {}
    queues = [(link, list(others)) for link, others in sorted(by_link.items())]
    while queues and len(chosen) < NEIGHBOURS:
        link, others = queues.pop(0)
        chosen.setdefault(others.pop(0), link)
        if others:
            queues.append((link, others))
    if len(chosen) < 2:
        return Markup("")
    neighbours = [(reading.name(one), link, frame.iri(one.value)) for one, link in chosen.items()]
    return drawings.around(reading.name(node), neighbours)

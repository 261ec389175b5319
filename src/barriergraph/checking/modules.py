"""What a module may not do to what it builds upon: define it again, or use its addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad, Triple

from barriergraph.authoring.manifest import space
from barriergraph.checking.faults import VIOLATION, WARNING, Fault
from barriergraph.checking.nearness import Near
from barriergraph.checking.reading import Read, fault_at, make_fault
from barriergraph.errors import BarrierGraphError
from barriergraph.namespaces import BASE, BG, ID, compact, namespace
from barriergraph.places import Places
from barriergraph.rdf import named
from barriergraph.sources import MANIFEST

_TYPE = named("rdf:type")

#: What a module may add to a term of another: names, notes and links, which take nothing away.
_ADDED = frozenset(
    map(named, (
        "skos:altLabel", "skos:hiddenLabel", "skos:note", "skos:example", "skos:editorialNote",
        "skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch",
        "skos:relatedMatch", "skos:related", "skos:narrower", "rdfs:seeAlso",
        "bg:proposedCloseMatch", "bg:proposedBroadMatch", "bg:proposedNarrowMatch",
        "bg:proposedRelatedMatch",
    ))
)  # fmt: skip


class _Home:
    """Where a thing is defined: the first file in the order of modules that gives it a class."""

    def __init__(self, read: Read, quad: Quad) -> None:
        self.read = read
        self.quad = quad


def trespasses(files: Sequence[Read], places: Places) -> Iterator[Fault]:
    """Yield what the modules of users do to what others define, each with both places.

    A second definition and another value for what is said already are violations; what a module
    adds to another's term, beyond names, notes and links, and an address in another's namespace,
    are warnings. A link to what nobody describes is a violation where no shape looks at it.
    """
    if all(one.module.name is None for one in files):
        return
    homes: dict[NamedNode, _Home] = {}
    for one in files:
        for quad in one.quads:
            if quad.predicate == _TYPE and isinstance(quad.subject, NamedNode):
                homes.setdefault(quad.subject, _Home(one, quad))
    known: set[object] = {quad.subject for one in files for quad in one.quads}
    names = [one.value for one in known if isinstance(one, NamedNode)]
    nearest = Near(lambda space: (one for one in names if namespace(one) == space), 0.8)
    said: dict[tuple[object, NamedNode], list[Quad]] = {}
    for one in files:
        for quad in one.quads:
            said.setdefault((quad.subject, quad.predicate), []).append(quad)
    spaces: dict[str | None, str] = {}
    for module in {one.module.name: one.module for one in files}.values():
        if module.name is not None and module.listed is None:
            try:
                spaces[module.name] = space(module.path)
            except BarrierGraphError as error:
                reason = getattr(error, "reason", str(error))
                message = f"{reason[:1].upper()}{reason[1:]}."
                yield make_fault(module, MANIFEST, VIOLATION, "clashes", "module", message)
    for one in files:
        if one.module.name is None:
            continue
        for quad in one.quads:
            if isinstance(quad.subject, NamedNode):
                home = homes.get(quad.subject)
                if home is not None and home.read.module.name != one.module.name:
                    yield from _upon(one, quad, home, said, places)
                elif home is not None and home.quad == quad:
                    yield from _address(one, quad, spaces, places)
            yield from _dangling(one, quad, known, nearest, spaces, places)


def _upon(
    one: Read, quad: Quad, home: _Home, said: Mapping[tuple[object, NamedNode], Sequence[Quad]],
    places: Places,
) -> Iterator[Fault]:  # fmt: skip
    """Yield what a module says of a thing that another one defines, if it takes something away."""
    name = compact(str(quad.subject.value))  # type: ignore[union-attr]
    there = places.of_quad(home.quad) or home.read.module.shown(home.read.file)
    if quad.predicate == _TYPE:
        yield fault_at(
            one, quad, places, VIOLATION, "defined-twice",
            f"{name} is defined at {there}, too; give yours another address, or leave out what "
            "it is to add to what is there.",
        )  # fmt: skip
    elif quad.predicate not in _ADDED:
        others = [
            other
            for other in said[quad.subject, quad.predicate]
            if other.graph_name != quad.graph_name and _same_language(other, quad)
        ]
        if any(other.object == quad.object for other in others):
            return
        before = places.of_quad(others[0]) if others else None
        if before is not None:
            message = (
                f"{name} has another {compact(quad.predicate.value)} at {before}; leave this one "
                "out, or make a term of your own."
            )
            yield fault_at(one, quad, places, VIOLATION, "redefined", message)
        else:
            message = (
                f"{name} is defined at {there}; whoever loads your module reads this of it, too. "
                "Make a term of your own if that is not meant."
            )
            yield fault_at(one, quad, places, WARNING, "said-of-another", message)


def _same_language(one: Quad, other: Quad) -> bool:
    """Tell whether two values can stand for each other: labels of two languages cannot."""
    if isinstance(one.object, Literal) and isinstance(other.object, Literal):
        return one.object.language == other.object.language
    return True


def _address(
    one: Read, quad: Quad, spaces: Mapping[str | None, str], places: Places
) -> Iterator[Fault]:
    """Yield an address that a module makes below the address of the graph or another module."""
    assert isinstance(quad.subject, NamedNode)
    iri, own = quad.subject.value, spaces.get(one.module.name)
    if own is None or iri.startswith(own) or own == ID:
        return
    others = [BASE, *(known for name, known in spaces.items() if name != one.module.name)]
    owner = next((known for known in others if iri.startswith(known)), None)
    if owner is not None:
        yield fault_at(
            one, quad, places, WARNING, "address",
            f"The address {compact(iri)} is below <{owner}>, which is not this module's; begin "
            f"it with <{own}>.",
        )  # fmt: skip


def _dangling(
    one: Read,
    quad: Quad,
    known: set[object],
    nearest: Near,
    spaces: Mapping[str | None, str],
    places: Places,
) -> Iterator[Fault]:
    """Yield a link to what nobody describes; of our own properties the duties tell more."""
    value = quad.object
    if not isinstance(value, NamedNode) or quad.predicate.value.startswith(BG) or value in known:
        return
    if quad.predicate == named("owl:imports") or isinstance(quad.subject, Triple):
        return
    told = (ID, *spaces.values()) if quad.predicate == _TYPE else (BG, ID, *spaces.values())
    if value.value.startswith(told) and value.value not in spaces.values():
        near = nearest.to(value.value)
        hint = f" (did you mean {compact(near)}?)." if near else "."
        yield fault_at(
            one, quad, places, VIOLATION, "dangling",
            f"Nothing is said of {compact(value.value)} anywhere; correct the name, or describe "
            f"it{hint}",
        )  # fmt: skip

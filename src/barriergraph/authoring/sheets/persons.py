"""The authors of a record: persons of the graph, or new ones where it has none of the name."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.sheets.cells import Bad
from barriergraph.authoring.sheets.resolving import Names, fold
from barriergraph.authoring.slugs import to_slug
from barriergraph.authoring.turtle import Block, block
from barriergraph.namespaces import compact
from barriergraph.rdf import named


class Persons:
    """Persons by family and given name: those of the graph, and those made so far."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._made: dict[tuple[str, str], Block] = {}
        family, given = _values(names, "foaf:familyName"), _values(names, "foaf:givenName")
        self._known: dict[tuple[str, str], set[NamedNode]] = {}
        for iri in names.members("bg:Person"):
            node = NamedNode(iri)
            key = (fold(family.get(str(node), "")), fold(given.get(str(node), "")))
            self._known.setdefault(key, set()).add(node)
        self._used: set[str] = set()

    def find(self, family: str, given: str) -> NamedNode | Bad:
        """Return the person of a name, or what is wrong where the graph has several."""
        key = (fold(family), fold(given))
        known = self._known.get(key, set())
        if len(known) > 1:
            iris = ", ".join(sorted(compact(one.value) for one in known))
            return Bad(
                reason=f"{f'{given} {family}'.strip()!r} stands for {len(known)} persons: {iris}",
                remedy="tell them apart by their given names in data/",
            )
        if known:
            return next(iter(known))
        if key not in self._made:
            subject = self._address(family, given)
            if isinstance(subject, Bad):
                return subject
            self._made[key] = block(subject, [
                (named("rdf:type"), [named("bg:Person")]),
                (named("foaf:name"), [Literal(f"{given} {family}".strip())]),
                (named("foaf:familyName"), [Literal(family)]),
                (named("foaf:givenName"), [Literal(given)] if given else []),
            ])  # fmt: skip
        return self._made[key].subject

    def blocks(self, used: set[NamedNode]) -> list[Block]:
        """Return what is said of the new persons among some, sorted by address."""
        made = (one for one in self._made.values() if one.subject in used)
        return sorted(made, key=lambda one: one.subject.value)

    def _address(self, family: str, given: str) -> NamedNode | Bad:
        """Return an address of the family and first given name, or of all if that is taken."""
        space = named("person:x").value[:-1]
        first = given.split()[0] if given else ""
        short, long = to_slug(f"{family} {first}"), to_slug(f"{family} {given}")
        if not short:
            return Bad(
                reason=f"{family!r} has no letter for an address",
                remedy="add the person to data/ by hand, with an address of your choice",
            )
        for name in (short, long, *(f"{long}-{n}" for n in range(2, 1000))):
            node = NamedNode(f"{space}{name}")
            if name not in self._used and next(self._names.of(node), None) is None:
                self._used.add(name)
                return node
        return Bad(reason=f"{family!r} has too many namesakes", remedy="add the person by hand")


def _values(names: Names, predicate: str) -> dict[str, str]:
    return {
        str(quad.subject): quad.object.value
        for quad in names.said(predicate)
        if isinstance(quad.object, Literal)
    }

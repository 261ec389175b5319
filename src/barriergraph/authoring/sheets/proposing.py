"""Concepts that a sheet proposes: those that the graph does not have yet."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.columns import fold
from barriergraph.authoring.sheets.cells import Bad, Row
from barriergraph.authoring.sheets.resolving import Names, called
from barriergraph.authoring.slugs import to_slug
from barriergraph.authoring.turtle import Block, block
from barriergraph.namespaces import compact
from barriergraph.rdf import named

#: class -> the kind in the address, and the scheme
_HOMES = {
    "bg:Barrier": ("barrier", "barriers"),
    "bg:Enabler": ("enabler", "enablers"),
    "bg:Risk": ("risk", "risks"),
    "bg:Benefit": ("benefit", "benefits"),
    "bg:Condition": ("condition", "conditions"),
    "bg:PolicyDomain": ("domain", "policy-domains"),
    "bg:Role": ("role", "roles"),
}
_LEVELLESS = ("bg:PolicyDomain", "bg:Role")

#: kind of finding -> class of the factor that it is about
_FACTORS = {
    "barrier": "bg:Barrier",
    "enabler": "bg:Enabler",
    "mitigation": "bg:Enabler",
    "risk": "bg:Risk",
    "benefit": "bg:Benefit",
    "moderator": "bg:Condition",
    "tension": "bg:Tension",
}


class Proposals:
    """What is proposed in one sheet, by class and name; a name is proposed once."""

    def __init__(self, names: Names, origin: str, space: str) -> None:
        self._names = names
        self._origin = origin
        self._space = space
        self._made: dict[tuple[str, str], Block] = {}

    @property
    def blocks(self) -> list[Block]:
        """What is said of the proposed concepts, sorted by address."""
        return sorted(self._made.values(), key=lambda one: one.subject.value)

    def find(self, text: str, cls: str) -> NamedNode | None:
        """Return the concept that was proposed under a name before, for a column of a class."""
        for (name, of), made in self._made.items():
            if name == fold(text) and (of == cls or cls == "bg:Factor"):
                return made.subject
        return None

    def propose(self, text: str, column: str, cls: str, kind: str, row: Row) -> Block | Bad:
        """Return a new concept for a name in a column, or why there can be none.

        The level and the definition are those that the row gives; neither is made up.
        """
        cls = _FACTORS.get(kind, cls) if column == "factor" else cls
        what = called(cls)
        if cls == "bg:Tension":
            return Bad(
                reason=f"a new tension {text!r} needs two poles", remedy="add it to data/ by hand"
            )
        if cls not in _HOMES:
            return Bad(
                reason=f"it is not said what kind of {what} {text!r} is",
                remedy="add it first, or name it in the column factor of a row of its kind",
            )
        folder, scheme = _HOMES[cls]
        subject = NamedNode(f"{self._space}{folder}/{to_slug(text)}")
        both = (subject, named(f"{folder}:{to_slug(text)}"))
        if not to_slug(text) or any(next(self._names.of(one), None) for one in both):
            return Bad(
                reason=f"a new {what} {text!r} would have an address that is in use, or none",
                remedy="choose another name",
            )
        level = self._level(row)
        if isinstance(level, Bad) and cls not in _LEVELLESS:
            return level
        if not row.first("definition"):
            return Bad(
                reason=f"the new {what} {text!r} has no definition",
                remedy="write one sentence in the column definition of this row",
            )
        note = f"Proposed in {self._origin}; not yet reviewed."
        home = [named(f"scheme:{scheme}")]
        levels = [level] if isinstance(level, NamedNode) and cls not in _LEVELLESS else []
        return block(subject, [
            (named("rdf:type"), [named(cls)]),
            (named("skos:prefLabel"), [Literal(text, language="en")]),
            (named("skos:definition"), [Literal(row.first("definition"), language="en")]),
            (named("skos:inScheme"), home),
            (named("skos:topConceptOf"), home),
            (named("bg:level"), levels),
            (named("skos:note"), [Literal(note, language="en")]),
        ])  # fmt: skip

    def keep(self, text: str, made: Block) -> Bad | None:
        """Keep a concept for the rows that follow, or return why it clashes with another."""
        for (name, _), other in self._made.items():
            if other.subject == made.subject and name != fold(text):
                return Bad(
                    reason=f"{text!r} and {name!r} would both be {compact(made.subject.value)}",
                    remedy="write both in the same way",
                )
        cls = next(term for predicate, (term, *_) in made.statements if predicate == _TYPE)
        assert isinstance(cls, NamedNode)
        self._made[fold(text), compact(cls.value)] = made
        return None

    def _level(self, row: Row) -> NamedNode | Bad:
        text = row.first("level")
        if text:
            return self._names.resolve(text, "bg:Level")
        choices = sorted(compact(iri).partition(":")[2] for iri in self._names.members("bg:Level"))
        return Bad(
            reason="the level of a new factor is not known",
            remedy=f"write one of {', '.join(choices)} in the column level of this row",
        )


_TYPE = named("rdf:type")

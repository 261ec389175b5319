"""Class expressions as triple patterns: what makes a member, and what a member has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, product

from pyoxigraph import BlankNode, NamedNode

from barriergraph.inference.expressions import (
    LITERAL,
    NOTHING,
    THING,
    Expression,
    derived_datatypes,
    is_datatype,
)
from barriergraph.inference.ontology import Hierarchy, Ontology
from barriergraph.inference.rules import SAME, TYPE, Pattern, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from barriergraph.inference.expressions import Class
    from barriergraph.inference.rules import Atom, Condition, Slot

    #: The expressions that are being expanded.
    Inside: TypeAlias = frozenset[Expression]
    #: A pattern by which something is a member, and the names of the rules that it stands for.
    Body: TypeAlias = tuple[Pattern, tuple[str, ...]]
    #: What membership gives: a further pattern, the statement, the names of the rules.
    Head: TypeAlias = tuple[Pattern, Atom, tuple[str, ...]]


class Expander:
    """Turns classes into patterns, with a new variable for everything that they speak of."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._hierarchy = Hierarchy(ontology)
        self._count = count()
        self._only = [e for e in self._hierarchy.expressions if e.kind == "only"]

    def new(self) -> str:
        """Return a variable that nothing uses yet."""
        return f"v{next(self._count)}"

    def bodies(self, cls: Class, member: Slot, inside: Inside = frozenset()) -> list[Body]:
        """Return the patterns that each make a member: by structure, or by being given as one.

        `inside` are the expressions that are being expanded; one that leads back to itself ends.
        """
        if isinstance(cls, NamedNode):
            return [self._named(cls, member)]
        if cls in inside:
            return []
        found = list(self._structural(cls, member, inside | {cls}))
        return found if _is_told(cls) else found + self.given(cls, member, inside)

    def heads(self, cls: Class, member: Slot) -> list[Head]:
        """Return what holds of a member; nothing for a class that only tests."""
        if isinstance(cls, NamedNode):
            if cls in (THING, NOTHING) or is_datatype(cls):
                return []
            return [(pattern(), (member, TYPE, cls), ())]
        return list(self._heads(cls, member))

    def _named(self, cls: NamedNode, member: Slot) -> Body:
        if is_datatype(cls):
            return pattern(filters=(in_datatype(cls, member),)), ("dt-type2",)
        return pattern((member, TYPE, cls)), ()

    def _structural(self, cls: Expression, member: Slot, inside: Inside) -> Iterator[Body]:
        if cls.kind == "and":
            choices = [self.bodies(_class(part), member, inside) for part in cls.parts]
            for chosen in product(*choices):
                yield _joined(chosen, "cls-int1")
        elif cls.kind == "or":
            for part in cls.parts:
                for body, uses in self.bodies(_class(part), member, inside):
                    yield body, ("cls-uni", *uses)
        elif cls.kind == "one":
            names = [part for part in cls.parts if not isinstance(part, BlankNode)]
            if member in names:
                yield pattern(), ("cls-oo",)
            elif isinstance(member, str):
                among: Condition = ("among", member, *names)  # type: ignore[arg-type]
                yield pattern(filters=(among,)), ("cls-oo",)
        elif cls.kind in ("some", "value", "subject", "object"):
            yield from self._related(cls, member, inside)

    def _related(self, cls: Expression, member: Slot, inside: Inside) -> Iterator[Body]:
        assert cls.on is not None
        if cls.kind in ("subject", "object"):
            on = cls.on if cls.kind == "subject" else cls.on.inverse()
            yield pattern(on.atom(member, self.new())), ()
            return
        part = cls.parts[0]
        if cls.kind == "value":
            if not isinstance(part, BlankNode | Expression):
                yield pattern(cls.on.atom(member, part)), ("cls-hv2",)
            return
        value = self.new()
        step = pattern(cls.on.atom(member, value))
        if part == THING:
            yield step, ("cls-svf2",)
            return
        for body, uses in self.bodies(_class(part), value, inside):
            yield step & body, ("cls-svf1", *uses)

    def given(self, cls: Expression, member: Slot, inside: Inside = frozenset()) -> list[Body]:
        """Return how something is a member without having what the class asks for.

        It is so by a class below this one, by assertion, or because everything that a property
        leads to is.
        """
        if cls in inside:
            return []
        inside |= {cls}
        found: list[Body] = []
        for lower in self._hierarchy.below(cls):
            if isinstance(lower, NamedNode):
                found.append((pattern((member, TYPE, lower)), ("scm-sco",)))
                continue
            if lower not in inside:
                below = self._structural(lower, member, inside | {lower})
                found += [(body, ("scm-sco", *uses)) for body, uses in below]
            found += self.asserted(lower, member)
            found += self._led_to(lower, member, inside)
        return found

    def _led_to(self, cls: Expression, member: Slot, inside: Inside) -> Iterator[Body]:
        for only in self._only:
            if only.parts[0] == cls and isinstance(member, str):
                assert only.on is not None
                owner = self.new()
                step = pattern(only.on.atom(owner, member))
                for body, uses in self.given(only, owner, inside):
                    yield body & step, ("cls-avf", *uses)

    def asserted(self, cls: Expression, member: Slot) -> list[Body]:
        found: list[Body] = []
        for node in self._ontology.asserted_members(cls):
            name = self.new()
            typed = Pattern(atoms=((member, TYPE, name),), filters=(), bound=((name, node),))
            found.append((typed, ()))
        return found

    def _heads(self, cls: Expression, member: Slot) -> Iterator[Head]:
        if cls.kind == "and":
            for part in cls.parts:
                for extra, head, names in self.heads(_class(part), member):
                    yield extra, head, (*names, "cls-int2")
        elif cls.kind == "value":
            assert cls.on is not None
            part = cls.parts[0]
            if not isinstance(part, BlankNode | Expression):
                yield pattern(), cls.on.atom(member, part), ("cls-hv1",)
        elif cls.kind == "only":
            assert cls.on is not None
            value = self.new()
            step = pattern(cls.on.atom(member, value))
            for extra, head, names in self.heads(_class(cls.parts[0]), value):
                yield step & extra, head, (*names, "cls-avf")
        elif cls.kind == "max1":
            yield from self._at_most_one(cls, member)

    def _at_most_one(self, cls: Expression, member: Slot) -> Iterator[Head]:
        assert cls.on is not None
        one, other, part = self.new(), self.new(), _class(cls.parts[0])
        both = pattern(
            cls.on.atom(member, one), cls.on.atom(member, other), filters=apart(one, other)
        )
        if part == THING:
            yield both, (one, SAME, other), ("cls-maxc2",)
            return
        for (left, _), (right, _) in product(self.bodies(part, one), self.bodies(part, other)):
            yield both & left & right, (one, SAME, other), ("cls-maxqc3",)


def in_datatype(datatype: NamedNode, member: Slot) -> Condition:
    """Return the condition that a literal is of a datatype, as far as its own datatype tells."""
    if datatype == LITERAL:
        return ("literal", member)
    return ("datatype", member, *derived_datatypes(datatype))


def apart(one: Slot, other: Slot) -> tuple[Condition, ...]:
    """Return the conditions that two places hold different things, and no literals."""
    return (("differ", one, other), ("node", one), ("node", other))


def _is_told(cls: Expression) -> bool:
    """Tell whether every member is known by what is derived of it, so that nothing is hidden."""
    if cls.kind == "and":
        return all(not isinstance(part, Expression) or _is_told(part) for part in cls.parts)
    return cls.kind in ("value", "subject", "object")


def _class(part: object) -> Class:
    assert isinstance(part, NamedNode | Expression)
    return part


def _joined(chosen: Iterable[Body], name: str) -> Body:
    whole, uses = pattern(), [name]
    for body, names in chosen:
        whole &= body
        uses += names
    return whole, tuple(uses)

"""Literals that spell nothing, as faults at the lines where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, Quad

from barriergraph.checking.faults import VIOLATION, Fault
from barriergraph.places import Places
from barriergraph.validation.spelling import misspelt


def misspellings(statements: Iterable[Quad], places: Places) -> Iterator[Fault]:
    """Yield a fault for each statement, as a parser reads it, whose literal spells nothing."""
    for quad in misspelt(statements):
        literal = quad.object
        assert isinstance(literal, Literal)
        place = places.of_quad(quad)
        kind = literal.datatype.value.rpartition("#")[2]
        yield Fault(
            severity=VIOLATION, step="syntax", duty="literal",
            file="" if place is None else place.file, path="" if place is None else place.path,
            line=None if place is None else place.line, column=None,
            focus=None if isinstance(quad.subject, BlankNode) else quad.subject.value,  # type: ignore[union-attr]
            predicate=quad.predicate.value, value=str(literal),
            message=f"The text is no xsd:{kind}; correct it, or give it another datatype.",
            hint=None,
        )  # fmt: skip

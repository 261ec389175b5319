"""What does hold, when a statement does not: the ones that come closest."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, NamedNode, Store, Triple

from barriergraph.namespaces import slug

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.inference.rules import Term

#: So many statements that share two terms are compared; a hub may have a hundred thousand.
_MOST = 2_000


def nearest(
    store: Store,
    subject: NamedNode | BlankNode,
    predicate: NamedNode,
    object: Term,
    *,
    limit: int = 3,
) -> tuple[Triple, ...]:
    """Return the statements that hold and come closest to one that does not, the closest first.

    Close are, in this order: the same statement the other way round; another property between the
    two; the same subject and property with another object, and the same property and object with
    another subject, those first that are related to the one asked for, then those named most like
    it. An empty tuple when nothing shares two of the three terms.
    """
    asked = Triple(subject, predicate, object)
    ranked: dict[Triple, tuple[int, float]] = {}
    for rank, found in _candidates(store, asked):
        if found != asked:
            ranked[found] = min(rank, ranked.get(found, rank))
    return tuple(sorted(ranked, key=lambda one: (ranked[one], str(one)))[:limit])


def _candidates(store: Store, asked: Triple) -> Iterator[tuple[tuple[int, float], Triple]]:
    subject, predicate, value = asked.subject, asked.predicate, asked.object
    if isinstance(value, NamedNode | BlankNode):
        for quad in store.quads_for_pattern(value, predicate, subject):
            yield (0, 0.0), quad.triple
        for quad in store.quads_for_pattern(value, None, subject):
            yield (2, _unlike(predicate, quad.predicate)), quad.triple
    for quad in store.quads_for_pattern(subject, None, value):
        yield (1, _unlike(predicate, quad.predicate)), quad.triple
    for number, quad in enumerate(store.quads_for_pattern(subject, predicate, None)):
        if number == _MOST:
            break
        yield _rank(store, value, quad.object, 3), quad.triple
    for number, quad in enumerate(store.quads_for_pattern(None, predicate, value)):
        if number == _MOST:
            break
        yield _rank(store, subject, quad.subject, 4), quad.triple


def _rank(store: Store, asked: Term, found: Term, base: int) -> tuple[int, float]:
    """Rank a term by how far it is from the one asked for: related ones lie a class nearer."""
    return (3 if _related(store, asked, found) else base + 1), _unlike(asked, found)


def _related(store: Store, one: Term, other: Term) -> bool:
    ends = [term for term in (one, other) if isinstance(term, NamedNode | BlankNode)]
    if len(ends) < 2:
        return False
    ways = (ends, ends[::-1])
    return any(next(store.quads_for_pattern(a, None, b), None) is not None for a, b in ways)


def _unlike(one: Term, other: Term) -> float:
    from difflib import SequenceMatcher  # 8 ms of every start, for a question that is rare

    return 1 - SequenceMatcher(None, _name(one), _name(other)).ratio()


def _name(term: Term) -> str:
    return slug(term.value) if isinstance(term, NamedNode) else str(term)

"""Literals as a parser reads them, which a store forgets: it keeps values, not spellings."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, Quad, Store

from barriergraph.validation.exact import ill_formed, keep, lossy


def misspelt(statements: Iterable[Quad]) -> tuple[Quad, ...]:
    """Return the statements whose literal spells nothing, such as a date in a thirteenth month.

    They are found only in what a parser reads: a store has "300"^^xsd:byte as the number 300.

    >>> from pyoxigraph import RdfFormat, parse
    >>> text = '<x:a> <x:b> "2020-13-01"^^<http://www.w3.org/2001/XMLSchema#date> , 1 .'
    >>> [quad.object.value for quad in misspelt(parse(text, RdfFormat.TURTLE))]
    ['2020-13-01']
    """
    read = [quad for quad in statements if isinstance(quad.object, Literal)]
    bad = ill_formed(quad.object for quad in read)  # type: ignore[misc]
    return tuple(quad for quad in read if quad.object in bad)


def as_spelled(store: Store, statements: Iterable[Quad]) -> Store | None:
    """Return a copy of a store in which literals are as a parser read them, if any is not.

    `statements` are those that were put into the store, or those of them in doubt. What the store
    does not have is left out, and so are statements of blank nodes, which every reading names anew.
    """
    read = [quad for quad in statements if isinstance(quad.object, Literal)]
    lost = lossy(quad.object for quad in read)  # type: ignore[misc]
    if not lost:
        return None
    bad = ill_formed(lost)
    known = set(read)
    dropped: set[Quad] = set()
    kept: list[Quad] = []
    for quad in read:
        there = lost.get(quad.object)  # type: ignore[arg-type]
        if there is None:
            continue
        stored = Quad(quad.subject, quad.predicate, there, quad.graph_name)
        if stored in store:
            literal = keep(quad.object, bad=quad.object in bad)  # type: ignore[arg-type]
            kept.append(Quad(quad.subject, quad.predicate, literal, quad.graph_name))
            if stored not in known:
                dropped.add(stored)
    copy = Store()
    copy.extend(quad for quad in store if quad not in dropped)
    copy.extend(kept)
    return copy

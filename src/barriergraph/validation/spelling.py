"""Literals as a parser reads them, which a store forgets: it keeps values, not spellings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from pyoxigraph import Literal, NamedNode, Quad, Store

from barriergraph.validation.exact import ill_formed, keep, lossy
from barriergraph.validation.vocabulary import XSD

_STRING = NamedNode(XSD + "string")
#: So many statements are looked into at a time.
_PART = 50_000


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


def doubtful(statements: Callable[[], Iterable[Quad]]) -> list[Quad]:
    """Return the statements whose literal spells nothing, or that a store would not give back.

    With them are those that say the same as a store would give back in their place. `statements`
    is called once or twice; only what is in doubt is held in memory.
    """
    found: list[Quad] = []
    stored: set[Quad] = set()
    for part in _parts(statements()):
        literals = [quad.object for quad in part]
        bad = ill_formed(literals)  # type: ignore[arg-type]
        lost = lossy(literals)  # type: ignore[arg-type]
        for quad in part:
            value = quad.object
            if value in lost:
                there = lost[value]  # type: ignore[index]
                stored.add(Quad(quad.subject, quad.predicate, there, quad.graph_name))
            if value in lost or value in bad:
                found.append(quad)
    if stored:
        found += [quad for part in _parts(statements()) for quad in part if quad in stored]
    return found


def _parts(statements: Iterable[Quad]) -> Iterator[list[Quad]]:
    """Yield those of some statements whose literal is more than text, in parts."""
    typed = (
        quad
        for quad in statements
        if isinstance(quad.object, Literal)
        and quad.object.language is None
        and quad.object.datatype != _STRING
    )
    while part := list(islice(typed, _PART)):
        yield part


def as_spelled(store: Store, statements: Iterable[Quad], folder: str | None = None) -> Store | None:
    """Return a copy of a store in which literals are as a parser read them, if any is not.

    `statements` are those that were put into the store, or those of them in doubt. What the store
    does not have is left out, and so are statements of blank nodes, which every reading names anew.
    The copy is in memory, or for a store on disk in a folder, where it shares what it can.
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
    if folder is None:
        copy = Store()
        copy.extend(quad for quad in store if quad not in dropped)
    else:
        store.backup(folder)
        copy = Store(folder)
        for quad in dropped:
            copy.remove(quad)
    copy.extend(kept)
    return copy

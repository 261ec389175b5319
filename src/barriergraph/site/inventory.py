"""Which things have a page: one found by its IRI or its path, a kind of them, or all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property, lru_cache
from urllib.parse import unquote

from pyoxigraph import NamedNode, QuerySolutions, Store

from barriergraph.namespaces import BASE, ID, INFERRED, PREFIXES
from barriergraph.rdf import named
from barriergraph.site.addresses import elsewhere, path_of
from barriergraph.site.once import once

TYPE = named("rdf:type")

#: Vocabularies whose classes are about terms and not about the world.
_OF_TERMS = tuple(PREFIXES[name] for name in ("owl", "rdf", "rdfs", "sh"))

#: How the IRIs of most things begin that are in somebody else's namespace.
_WEB = ("https://", "http://")

#: So many IRIs are remembered that were looked up.
_KEPT = 2**14

#: A longer IRI, or path, is asked for by nobody who means well: no thing has a page there.
_LONGEST = 2_000

#: What stands at one end of the statements of a file. The engine meets a term once and need not
#: spell it out before.
_ENDS = (
    "SELECT DISTINCT ?end {{ GRAPH {graph} {{ ?end ?p ?o }} }}",
    "SELECT DISTINCT ?end {{ GRAPH {graph} {{ ?s ?p ?end FILTER(isIRI(?end)) }} }}",
)


class Inventory:
    """The IRIs of all things that have a page, sorted; whether one is among them needs not all.

    A thing is what has an IRI below `…/id/` and stands in any statement, and what is said in a
    module to be of a class, if it is in a namespace of the module's own. An IRI of more than 2,000
    characters has no page.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known = lru_cache(_KEPT)(self._is_known)

    def __contains__(self, iri: str) -> bool:
        return len(iri) <= _LONGEST and self._known(iri)

    def __iter__(self) -> Iterator[str]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def path(self, iri: str) -> str | None:
        """Return the path of the page about a thing, without ending; None for anything else."""
        return (path_of(iri) or elsewhere(iri)) if iri in self else None

    def at(self, path: str) -> str | None:
        """Return the thing whose page has a path, without ending, or None.

        Of several that share one, as the path does not tell their schemes, an address on the web
        goes first.
        """
        if len(path) > _LONGEST:
            return None
        if path.startswith("id/"):
            iri = f"{BASE}{unquote(path)}"
            return iri if path_of(iri) == path and iri in self else None
        if not path.startswith("at/"):
            return None
        rest = unquote(path.removeprefix("at/"))
        for scheme in _WEB:
            for iri in sorted(_spellings(f"{scheme}{rest}"), reverse=True):
                if elsewhere(iri) == path and iri in self:
                    return iri
        return self._odd.get(path)

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Return the things of a kind, which is a folder below `…/id/`."""
        start = f"{ID}{kind}/"
        # '0' follows '/'.
        first, end = (bisect_left(self.all, one) for one in (start, f"{start[:-1]}0"))
        return self.all[first:end]

    def near(self, iri: str, amount: int) -> tuple[str, ...]:
        """Return the things that stand beside the place of an IRI among all, half on each side."""
        place = bisect_left(self.all, iri)
        return self.all[max(place - amount // 2, 0) : place + amount // 2]

    @once
    def all(self) -> tuple[str, ...]:
        """All of them, read once: that takes a second or more for each million statements."""
        found = {
            iri for iri in self._ends()
            if len(iri) <= _LONGEST
            and (iri.startswith(ID) or (_is_foreign(iri) and self._is_known(iri)))
        }  # fmt: skip
        return tuple(sorted(found))

    def _ends(self) -> Iterator[str]:
        """Yield every IRI that a statement of a file begins or ends with.

        What is derived speaks of nothing else.
        """
        for graph in self._store.named_graphs():
            if not graph.value.startswith(INFERRED):
                for query in _ENDS:
                    rows = self._store.query(query.format(graph=graph))
                    assert isinstance(rows, QuerySolutions)
                    for (term,) in rows:
                        if isinstance(term, NamedNode):
                            yield term.value

    @cached_property
    def _odd(self) -> dict[str, str]:
        """The things by path whose IRIs are no addresses on the web."""
        found = (iri for iri in self.all if _is_foreign(iri) and not iri.startswith(_WEB))
        return {elsewhere(iri): iri for iri in found}

    def _is_known(self, iri: str) -> bool:
        if not iri.startswith(ID) and not _is_foreign(iri):
            return False
        try:
            node = NamedNode(iri)
        except ValueError:
            return False
        if iri.startswith(ID):
            patterns = ((node, None, None), (None, None, node))
            return any(
                next(self._store.quads_for_pattern(*one), None) is not None for one in patterns
            )
        return any(
            isinstance(quad.object, NamedNode) and not quad.object.value.startswith(_OF_TERMS)
            for quad in self._store.quads_for_pattern(node, TYPE, None)
        )


def _is_foreign(iri: str) -> bool:
    return not iri.startswith((BASE, *PREFIXES.values()))


def _spellings(iri: str) -> set[str]:
    """Return what an IRI may have been before its '#', of which it has one at most, became '~'."""
    places = [place for place, char in enumerate(iri) if char == "~"]
    return {iri, *(f"{iri[:place]}#{iri[place + 1 :]}" for place in places)}

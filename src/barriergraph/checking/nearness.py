"""What an IRI that nobody describes was perhaps meant to be: the nearest name beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches

from barriergraph.namespaces import namespace, slug


class Near:
    """Names by namespace, each namespace gathered once: that takes a while in a large graph.

    `iris` gives what may be meant in a namespace; `cutoff` is the least likeness, from 0 to 1.
    """

    def __init__(self, iris: Callable[[str], Iterable[str]], cutoff: float) -> None:
        self._iris = iris
        self._cutoff = cutoff
        self._names: dict[str, dict[str, str]] = {}

    def to(self, iri: str) -> str | None:
        """Return the IRI whose last part is nearest to that of another, if one is near.

        >>> near = Near(lambda space: ["https://example.org/dog", "https://example.org/cat"], 0.7)
        >>> near.to("https://example.org/dogg"), near.to("https://example.org/horse")
        ('https://example.org/dog', None)
        """
        space = namespace(iri)
        if space not in self._names:
            self._names[space] = {slug(one): one for one in self._iris(space)}
        names = self._names[space]
        best = get_close_matches(slug(iri), sorted(names), 1, self._cutoff)
        return names[best[0]] if best else None

"""How like a sentence is to what defines a concept, and to the statements of findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log, sqrt

from pyoxigraph import NamedNode

from barriergraph.values import Value

#: So many statements at most have a say.
NEAREST = 20

Vector = Mapping[str, float]


class Told(Value):
    """A finding: its statement's stems, the sources that report it, and what it is about."""

    __slots__ = ("concepts", "finding", "keys", "sources", "statement")
    finding: NamedNode
    statement: str
    keys: tuple[str, ...]
    sources: frozenset[str]
    concepts: frozenset[NamedNode]


class Likeness:
    """The cosine of stems, each weighed by how few concepts are described with it.

    Source: Salton and Buckley (1988), https://doi.org/10.1016/0306-4573(88)90021-0
    """

    def __init__(
        self, described: Mapping[NamedNode, Sequence[str]], findings: Sequence[Told]
    ) -> None:
        used = Counter(key for keys in described.values() for key in set(keys))
        self._rare = {key: log((len(described) + 1) / (n + 0.5)) for key, n in used.items()}
        self._new = log((len(described) + 1) / 0.5)
        self._concepts = tuple(described)
        self._findings = tuple(findings)
        self._defined = _inverted(self.vector(keys) for keys in described.values())
        self._stated = _inverted(self.vector(one.keys) for one in findings)

    def vector(self, keys: Iterable[str]) -> Vector:
        """Return stems as a vector of length 1, or as an empty one."""
        counts = Counter(keys)
        raw = {key: (1 + log(n)) * self._rare.get(key, self._new) for key, n in counts.items()}
        length = sqrt(sum(value * value for value in raw.values()))
        return {key: value / length for key, value in raw.items()}

    def to_concepts(self, vector: Vector) -> dict[NamedNode, float]:
        """Return the cosine to each concept that shares a stem, from 0 to 1."""
        return {self._concepts[n]: cosine for n, cosine in _cosines(vector, self._defined).items()}

    def to_findings(
        self, vector: Vector, without: Collection[str] = ()
    ) -> list[tuple[float, Told]]:
        """Return the cosine to the NEAREST findings, the nearest first.

        Findings that a source in `without` reports are left out.
        """
        cosines = [
            (self._findings[n], cosine) for n, cosine in _cosines(vector, self._stated).items()
        ]
        kept = [(cosine, told) for told, cosine in cosines if told.sources.isdisjoint(without)]
        kept.sort(key=lambda pair: (-pair[0], pair[1].finding.value))
        return kept[:NEAREST]


def _inverted(vectors: Iterable[Vector]) -> dict[str, list[tuple[int, float]]]:
    found: dict[str, list[tuple[int, float]]] = {}
    for place, vector in enumerate(vectors):
        for key, value in vector.items():
            found.setdefault(key, []).append((place, value))
    return found


def _cosines(vector: Vector, inverted: Mapping[str, list[tuple[int, float]]]) -> dict[int, float]:
    sums: dict[int, float] = {}
    for key, value in vector.items():
        for place, other in inverted.get(key, ()):
            sums[place] = sums.get(place, 0.0) + value * other
    return sums

"""How good the suggestions are, measured on the statements of the graph's own findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pyoxigraph import NamedNode

from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import slug
from barriergraph.suggesting.index import APART, EXACT, INFLECTED
from barriergraph.suggesting.likeness import Told
from barriergraph.suggesting.reading import CLASSES, Knowledge, knowledge
from barriergraph.suggesting.suggestions import DEFINED, FOUND, LEAST, Reason, joined, weighed
from barriergraph.suggesting.words import words
from barriergraph.values import Value

#: The steps that are measured: each has the reasons of those before it and further ones.
STEPS: Mapping[str, tuple[str, ...]] = {
    "labels": (EXACT, INFLECTED),
    "labels, words apart": (EXACT, INFLECTED, APART),
    "labels and definitions": (EXACT, INFLECTED, APART, DEFINED),
    "all": (EXACT, INFLECTED, APART, DEFINED, FOUND),
}
#: The step whose least score is chosen anew for each fold, on the other folds.
NESTED = "all, least score from the other folds"
OVERALL = "all"

Scores = Mapping[NamedNode, float]


class Figures(Value):
    """How many concepts a step `told`, how many of them were `right`, of how many `wanted`.

    `cls` is the name of a class, or OVERALL.
    """

    __slots__ = ("cls", "right", "step", "told", "wanted")
    step: str
    cls: str
    told: int
    right: int
    wanted: int

    @property
    def precision(self) -> float:
        """The share of what was told that was right; 0 when nothing was told."""
        return self.right / self.told if self.told else 0.0

    @property
    def recall(self) -> float:
        """The share of what was wanted that was told; 0 when nothing was wanted."""
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall.

        >>> Figures(step="all", cls="all", told=4, right=2, wanted=6).f1
        0.4
        """
        return 2 * self.right / (self.told + self.wanted) if self.told + self.wanted else 0.0


def evaluate(graph: KnowledgeGraph, *, folds: int = 5) -> tuple[Figures, ...]:
    """Return the figures of each step, overall and for each class.

    Each finding's statement is a text, and what the finding is about is what is wanted. Sources
    are dealt to folds; a statement is never judged with the help of findings of its own fold.
    A statement that two findings share is one text for each.

    Labels and definitions are used as they are, and the few weights were set by hand in view of
    these very figures; what is held out is what findings say, and for NESTED the least score.

    Raises: ValueError for fewer than 2 folds.
    """
    if folds < 2:
        raise ValueError(f"folds are 2 or more, not {folds}")
    known = knowledge(graph)
    dealt = _dealt(known.findings, folds)
    found: list[Figures] = []
    reasons = [_reasons(known, told, dealt) for told in known.findings]
    scores: list[Scores] = []
    for step, hows in STEPS.items():
        scores = [_scores(one, hows) for one in reasons]
        kept = [{c for c, score in one.items() if score >= LEAST} for one in scores]
        found.extend(_figures(step, known, kept))
    found.extend(_figures(NESTED, known, _nested(known, scores, dealt, folds)))
    return tuple(found)


def _dealt(findings: Iterable[Told], folds: int) -> dict[str, int]:
    sources = sorted({source for told in findings for source in told.sources})
    return {source: place % folds for place, source in enumerate(sources)}


def _reasons(
    known: Knowledge, told: Told, dealt: Mapping[str, int]
) -> Mapping[NamedNode, tuple[Reason, ...]]:
    here = {dealt[source] for source in told.sources}
    without = {source for source, fold in dealt.items() if fold in here}
    return weighed(known, words(told.statement), without)


def _scores(reasons: Mapping[NamedNode, Sequence[Reason]], hows: Sequence[str]) -> Scores:
    kept = {c: [r for r in those if r.how in hows] for c, those in reasons.items()}
    return {concept: joined(those) for concept, those in kept.items() if those}


def _nested(
    known: Knowledge, scores: Sequence[Scores], dealt: Mapping[str, int], folds: int
) -> list[set[NamedNode]]:
    places = [min(dealt[source] for source in told.sources) for told in known.findings]
    best = {fold: _best(known, scores, lambda n, f=fold: places[n] != f) for fold in range(folds)}  # type: ignore[misc]
    return [
        {concept for concept, score in one.items() if score >= best[places[n]]}
        for n, one in enumerate(scores)
    ]


def _best(known: Knowledge, scores: Sequence[Scores], kept: Callable[[int], bool]) -> float:
    """Return the least score that gives the best F1 on the findings whose place is kept."""
    points = [
        (score, concept in told.concepts)
        for n, (told, one) in enumerate(zip(known.findings, scores, strict=True))
        if kept(n)
        for concept, score in one.items()
    ]
    wanted = sum(len(told.concepts) for n, told in enumerate(known.findings) if kept(n))
    best, least, right = 0.0, LEAST, 0
    for told_so_far, (score, is_right) in enumerate(sorted(points, key=lambda p: -p[0]), 1):
        right += is_right
        f1 = 2 * right / (told_so_far + wanted)
        if f1 > best:
            best, least = f1, score
    return least


def _figures(step: str, known: Knowledge, kept: Sequence[set[NamedNode]]) -> list[Figures]:
    found = []
    for cls in (None, *CLASSES):
        counts = [0, 0, 0]
        for told, given in zip(known.findings, kept, strict=True):
            wanted = {c for c in told.concepts if cls is None or known.classes[c] == cls}
            mine = {c for c in given if cls is None or known.classes[c] == cls}
            for place, amount in enumerate((len(mine), len(mine & wanted), len(wanted))):
                counts[place] += amount
        name = OVERALL if cls is None else slug(cls.value)
        found.append(
            Figures(step=step, cls=name, told=counts[0], right=counts[1], wanted=counts[2])
        )
    return found

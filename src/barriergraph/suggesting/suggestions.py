"""The concepts that a text is likely to be about, sentence by sentence, each with its reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from math import prod

from pyoxigraph import NamedNode

from barriergraph.errors import SourceError
from barriergraph.files import read_text
from barriergraph.graph import KnowledgeGraph
from barriergraph.suggesting.index import APART, Match
from barriergraph.suggesting.reading import Knowledge, knowledge
from barriergraph.suggesting.words import Word, negated, sentences, words
from barriergraph.values import Value

#: The largest text that is read, in bytes.
LARGEST = 5_000_000

#: The least score that is told: what a label of one word says that is in the text as spelt.
LEAST = 0.4

DEFINED, FOUND = "like its definition", "as in a finding"

#: How much a label says that has several words, or one, and one whose words stand apart.
_SEVERAL, _SINGLE, _SCATTERED = 0.6, 0.4, 0.6
#: How much the whole likeness says: to a definition, and to a statement about the concept.
_DEFINED, _FOUND = 1.5, 0.4
_MOST = 0.95
#: What says less than this alone is not kept as a reason.
_LITTLE = 0.02


class Reason(Value):
    """Why a concept is suggested, and how much that alone says, from 0 to 1.

    `how` is exact, inflected or words apart, when words of the label `what` are in the sentence,
    and `by` says if that is a preferred, alternative or hidden one; DEFINED, when the sentence
    shares words with what describes the concept; or FOUND, when it is like the statement of the
    finding whose IRI is `what`. `first` and `last` are the words in the sentence from and before.
    """

    __slots__ = ("by", "first", "how", "last", "score", "what")
    how: str
    by: str
    what: str
    score: float
    first: int
    last: int


class Suggestion(Value):
    """A concept that a sentence may be about.

    `words` is the text from `start` to before `end`: those of the label, or the whole sentence
    when none is in it. `sentence` counts from 1; `negated` says that a word such as "not" is in it.

    `score` is 1 minus the product of what each of `reasons` leaves open (a noisy or). It grows
    with the chance that a curator would say so, and is not that chance.
    """

    __slots__ = (
        "cls", "concept", "end", "label", "negated", "reasons", "score", "sentence",
        "sentence_text", "start", "words",
    )  # fmt: skip
    concept: NamedNode
    label: str
    cls: NamedNode
    words: str
    start: int
    end: int
    sentence: int
    sentence_text: str
    negated: bool
    reasons: tuple[Reason, ...]
    score: float

    @property
    def how(self) -> str:
        """How the words of a label speak for it, or else the strongest reason."""
        return self.reasons[0].how

    @property
    def by(self) -> str:
        """By which label: preferred, alternative or hidden; empty when none is in the text."""
        return next((reason.by for reason in self.reasons if reason.by), "")


def suggest(
    graph: KnowledgeGraph, text: str, *, limit: int | None = None, least: float = LEAST
) -> tuple[Suggestion, ...]:
    """Return the concepts that the sentences of a text are likely about, as the text goes.

    With `limit` only so many are kept, those of the highest score. `least` is the least score.

    A label is found in any inflection and in British or American spelling, an abbreviation only in
    capitals, and a label of another language than English only as it is written. Negation is not
    read: "no lack of trust" gives lack of trust, and its sentence is marked as `negated`.

    Raises: ValueError for a limit below 1.

    >>> from barriergraph import load
    >>> [(s.label, s.words, s.how) for s in suggest(load(), "They feared sharing.", limit=1)]
    [('Fear of sharing', 'feared sharing', 'inflected')]
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit is how many to keep, 1 or more, not {limit}")
    known = knowledge(graph)
    found: list[Suggestion] = []
    for number, (start, end) in enumerate(sentences(text), 1):
        told = words(text, start, end)
        for concept, reasons in weighed(known, told).items():
            score = joined(reasons)
            if score >= least:
                found.append(
                    _suggestion(graph, known, text, (number, start, end), told, concept, reasons)
                )
    found.sort(key=lambda one: (-one.score, one.sentence, one.concept.value))
    kept = found[:limit]
    return tuple(sorted(kept, key=lambda one: (one.sentence, -one.score, one.concept.value)))


def read(path: str) -> str:
    """Return the text of a file in UTF-8; Markdown is read as it is.

    Raises: SourceError for a file that cannot be read, is not UTF-8 or is larger than LARGEST.
    """
    import os

    try:
        size = os.path.getsize(path)
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror}") from None
    if size > LARGEST:
        raise SourceError(
            path, f"is {size / 1e6:.1f} MB large; at most {LARGEST / 1e6:.0f} MB are read: split it"
        )
    return read_text(path)


def weighed(
    known: Knowledge, sentence: Sequence[Word], without: Collection[str] = ()
) -> dict[NamedNode, tuple[Reason, ...]]:
    """Return the reasons for each concept that anything in a sentence speaks for.

    Findings that a source in `without` reports have no say.
    """
    found: dict[NamedNode, list[Reason]] = {}
    best: dict[NamedNode, Reason] = {}
    for match in known.index.matches(sentence):
        reason = _of_label(match)
        other = best.get(match.label.concept)
        if other is None or reason.score > other.score:
            best[match.label.concept] = reason
    for concept, reason in best.items():
        found[concept] = [reason]
    for concept, reason in _likenesses(known, sentence, without):
        found.setdefault(concept, []).append(reason)
    return {
        one: tuple(sorted(reasons, key=lambda r: (not r.by, -r.score, r.what)))
        for one, reasons in found.items()
    }


def joined(reasons: Sequence[Reason]) -> float:
    """Return the score of reasons together: what they leave open, multiplied, taken from 1."""
    return 1 - prod(1 - reason.score for reason in reasons)


def _of_label(match: Match) -> Reason:
    whole = _SCATTERED if match.how == APART else _SINGLE if match.single else _SEVERAL
    score = whole * (match.close if match.single or match.how == APART else 1.0)
    return Reason(
        how=match.how, by=match.label.by, what=match.label.text, score=score,
        first=match.first, last=match.last,
    )  # fmt: skip


def _likenesses(
    known: Knowledge, sentence: Sequence[Word], without: Collection[str]
) -> Iterator[tuple[NamedNode, Reason]]:
    vector = known.likeness.vector(key for _, key in known.index.content(sentence))
    last = len(sentence)
    for concept, cosine in known.likeness.to_concepts(vector).items():
        score = min(_MOST, _DEFINED * cosine)
        if score >= _LITTLE:
            yield concept, _of_likeness(DEFINED, concept, score, last)
    for cosine, told in known.likeness.to_findings(vector, without):
        score = min(_MOST, _FOUND * cosine)
        if score >= _LITTLE:
            reason = _of_likeness(FOUND, told.finding, score, last)
            for concept in told.concepts:
                yield concept, reason


def _of_likeness(how: str, what: NamedNode, score: float, last: int) -> Reason:
    return Reason(how=how, by="", what=what.value, score=score, first=0, last=last)


def _suggestion(
    graph: KnowledgeGraph, known: Knowledge, text: str, place: tuple[int, int, int],
    told: Sequence[Word], concept: NamedNode, reasons: tuple[Reason, ...],
) -> Suggestion:  # fmt: skip
    number, start, end = place
    label = next((reason for reason in reasons if reason.by), None)
    first, last = (
        (start, end) if label is None else (told[label.first].start, told[label.last - 1].end)
    )
    return Suggestion(
        concept=concept, label=graph.label(concept), cls=known.classes[concept],
        words=text[first:last], start=first, end=last, sentence=number,
        sentence_text=text[start:end], negated=negated(told), reasons=reasons,
        score=joined(reasons),
    )  # fmt: skip

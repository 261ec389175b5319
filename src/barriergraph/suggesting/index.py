"""The labels of a graph's concepts, and what finds them among the words of a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import log

from pyoxigraph import NamedNode

from barriergraph.suggesting.words import STOP, Word, stem, words
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

EXACT, INFLECTED, APART = "exact", "inflected", "words apart"

#: So many other words at most may stand among those of a label whose words stand apart.
SLACK = 3

#: A letter stands for each stem; those of stems begin here, and this one for all other words.
_FIRST = 0x1_0000
_OTHER = "\x01"


class Label(Value):
    """A label of a concept: its text, and by what property it is one.

    `by` is preferred, alternative or hidden; `english` says that inflected words will do.
    """

    __slots__ = ("by", "cls", "concept", "english", "text")
    concept: NamedNode
    cls: NamedNode
    text: str
    by: str
    english: bool


class Sought(Value):
    """A label as it is looked for: what its content words and all its words are compared by.

    `whole` says that every word has to be there as it is written, also the stop words.
    """

    __slots__ = ("keys", "label", "spelt", "whole")
    label: Label
    keys: tuple[str, ...]
    spelt: tuple[str, ...]
    whole: bool


class Match(Value):
    """Where a label is among the words of a sentence, from word `first` to before `last`.

    `how` is EXACT, INFLECTED or APART; `single` says that the label has one content word, and
    `close` how near the words of the text come to it: 1 as spelt or in the plural, and less apart.
    """

    __slots__ = ("close", "first", "how", "label", "last", "single")
    label: Label
    first: int
    last: int
    how: str
    single: bool
    close: float


class Index:
    """Labels, made ready to be looked for in any number of sentences."""

    def __init__(self, labels: Iterable[Label]) -> None:
        from ahocorasick_rs import AhoCorasick

        spelt = [(label, words(text)) for label in labels for text in _variants(label.text)]
        self.abbreviations = frozenset(w.capitals for _, found in spelt for w in found) - {""}
        self._letters: dict[str, str] = {}
        self._patterns: dict[str, list[Sought]] = {}
        self._whole: dict[str, list[Sought]] = {}
        self._rarest: dict[str, list[Sought]] = {}
        made = {self._sought(label, found): None for label, found in spelt if found}
        self.weights = _weights(made)
        for one in made:
            if one.whole:
                self._whole.setdefault(one.spelt[0], []).append(one)
                continue
            self._patterns.setdefault("".join(map(self._letter, one.keys)), []).append(one)
            if len(set(one.keys)) > 1:
                rarest = max(one.keys, key=lambda key: (self.weights[key], key))
                self._rarest.setdefault(rarest, []).append(one)
        self._found = list(self._patterns.values())
        self._automaton: AhoCorasick = AhoCorasick(list(self._patterns))

    def key(self, word: Word) -> str:
        """Return what a word is compared by: the abbreviation that it is, or its stem."""
        return word.capitals if word.capitals in self.abbreviations else stem(word.plain)

    def content(self, sentence: Sequence[Word]) -> list[tuple[int, str]]:
        """Return the places and keys of the words that are no stop words."""
        return [
            (place, self.key(word))
            for place, word in enumerate(sentence)
            if word.plain not in STOP or word.capitals in self.abbreviations
        ]

    def matches(self, sentence: Sequence[Word]) -> list[Match]:
        """Return the labels in a sentence; of one within a longer one only the longer."""
        content = self.content(sentence)
        direct = self._direct(sentence, content) + self._as_written(sentence)
        kept = _longest(direct)
        known = {match.label.concept for match in direct}
        apart = [
            one
            for one in self._apart(content)
            if one.label.concept not in known and not any(_within(one, match) for match in kept)
        ]
        return kept + apart

    def _direct(self, sentence: Sequence[Word], content: list[tuple[int, str]]) -> list[Match]:
        text = "".join(self._letters.get(key, _OTHER) for _, key in content)
        found = []
        for which, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            first, last = content[start][0], content[end - 1][0] + 1
            spelt = tuple(self._spelt(word) for word in sentence[first:last])
            for one in self._found[which]:
                exact = spelt == one.spelt
                near = exact or (
                    len(spelt) == len(one.spelt) and all(map(_alike, spelt, one.spelt))
                )
                found.append(
                    Match(
                        label=one.label, first=first, last=last, how=EXACT if exact else INFLECTED,
                        single=len(one.keys) == 1, close=1.0 if near else 0.5,
                    )
                )  # fmt: skip
        return found

    def _as_written(self, sentence: Sequence[Word]) -> list[Match]:
        spelt = tuple(self._spelt(word) for word in sentence)
        return [
            Match(
                label=one.label, first=place, last=place + len(one.spelt), how=EXACT,
                single=len(one.spelt) == 1, close=1.0,
            )
            for place, word in enumerate(spelt)
            for one in self._whole.get(word, ())
            if spelt[place : place + len(one.spelt)] == one.spelt
        ]  # fmt: skip

    def _apart(self, content: list[tuple[int, str]]) -> list[Match]:
        here = {key for _, key in content}
        best: dict[NamedNode, Match] = {}
        for key in sorted(here & self._rarest.keys()):
            for one in self._rarest[key]:
                window = _window(content, set(one.keys)) if here.issuperset(one.keys) else None
                if window is None or window[1] - window[0] > len(one.keys) + SLACK:
                    continue
                width = max(window[1] - window[0], len(one.keys))
                match = Match(
                    label=one.label, first=content[window[0]][0],
                    last=content[window[1] - 1][0] + 1, how=APART, single=False,
                    close=self.weights[key] * len(one.keys) / width,
                )  # fmt: skip
                other = best.get(one.label.concept)
                if other is None or match.close > other.close:
                    best[one.label.concept] = match
        return list(best.values())

    def _sought(self, label: Label, found: Sequence[Word]) -> Sought:
        content = [place for place, word in enumerate(found) if self._tells(word)]
        articles = sum(word.plain in ("a", "an", "the") for word in found)
        if not label.english or not content or (len(content) == 1 < len(found) - articles):
            spelt = tuple(map(self._label_spelt, found))
            return Sought(label=label, keys=spelt, spelt=spelt, whole=True)
        return Sought(
            label=label,
            keys=tuple(self._label_key(found[place]) for place in content),
            spelt=tuple(map(self._label_spelt, found[content[0] : content[-1] + 1])),
            whole=False,
        )

    def _tells(self, word: Word) -> bool:
        return bool(word.capitals) or word.plain not in STOP

    def _label_key(self, word: Word) -> str:
        spelt = self._label_spelt(word)
        return spelt if spelt in self.abbreviations else stem(spelt)

    def _label_spelt(self, word: Word) -> str:
        large = word.capitals or word.plain.upper()
        told = large in self.abbreviations and (word.capitals or word.plain not in STOP)
        return large if told else word.plain

    def _spelt(self, word: Word) -> str:
        return word.capitals if word.capitals in self.abbreviations else word.plain

    def _letter(self, key: str) -> str:
        return self._letters.setdefault(key, chr(_FIRST + len(self._letters)))


def _variants(text: str) -> tuple[str, ...]:
    joined = text.replace("-", "")
    return (text,) if joined == text else (text, joined)


def _weights(labels: Collection[Sought]) -> dict[str, float]:
    """Return how telling each stem is: 1 in one concept only, less the more have it, above 0."""
    concepts: dict[str, set[NamedNode]] = {}
    for one in labels:
        for key in one.keys:
            concepts.setdefault(key, set()).add(one.label.concept)
    total = log(len({one.label.concept for one in labels}) + 1)
    return {key: 1 - log(len(found)) / total for key, found in concepts.items()}


def _longest(matches: Iterable[Match]) -> list[Match]:
    """Return matches in their order without those that lie within a longer one."""
    ordered = sorted(matches, key=lambda m: (m.first, -m.last, m.label.concept.value, -m.close))
    kept: list[Match] = []
    reach = (0, 0)
    for match in ordered:
        if match.last > reach[1] or (match.first, match.last) == reach:
            kept.append(match)
            reach = (match.first, match.last)
    return kept


def _within(match: Match, other: Match) -> bool:
    return other.first <= match.first and match.last <= other.last


def _window(content: Sequence[tuple[int, str]], keys: set[str]) -> tuple[int, int] | None:
    """Return the shortest part of a sentence's content words that has all these keys."""
    last: dict[str, int] = {}
    best = None
    for place, (_, key) in enumerate(content):
        if key in keys:
            last[key] = place
            if len(last) == len(keys):
                first = min(last.values())
                if best is None or place + 1 - first < best[1] - best[0]:
                    best = (first, place + 1)
    return best


def _alike(one: str, other: str) -> bool:
    """Tell whether two words are the same but for the plural."""
    short, long = sorted((one, other), key=len)
    plurals = (short, short + "s", short + "es", short[:-1] + "ies" if short[-1:] == "y" else short)
    return long in plurals

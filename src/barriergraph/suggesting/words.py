"""The words of a text: where each stands, the stem that it is compared by, and its sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

from barriergraph.values import Value

#: Words that neither tell one label from another nor turn its sense: those are kept, as is "no".
STOP = frozenset(
    """a about across after all also among an and any are as at be because been before being
    between but by can could did do does doing during each for from had has have having he her his
    how i if in into is it its itself may might more most must of on or other our over own shall
    she should so some such than that the their them themselves then there these they this those
    through to too towards under up upon very was we were what when where which while who whom
    whose why will with within would you your""".split()
)

#: Words that may turn a sentence round; nothing here reads what they do to it.
NEGATIONS = frozenset(
    """cannot barely hardly neither never no nobody none nor not nothing nowhere rarely scarcely
    without""".split()
)

#: A sentence is no longer than so many characters.
LONGEST = 4000

#: Longer words are compared as they are, and not remembered.
_LONG_WORD = 40

_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
_WORD = re.compile(rf"(?:[^\W_][{_MARKS}]*)+(?:['\u2019][^\W_]+)*")
_CAPITALS = re.compile(r"([A-Z][A-Z0-9]+)s?(?:['\u2019]s)?")
_END = re.compile(
    r"[.!?…]+[\"'\u201d\u2019)\]]*(?P<blank>\s*)|\n\s*\n|\n(?=[ \t]*(?:[-*+#>•]|\d{1,9}\.)\s)"
)
_SMALL = re.compile(r"[a-z]")
#: A full stop after these ends no sentence.
_SHORT = re.compile(r"(?:^|[\s(])(?:[A-Z]|al|cf|Dr|e\.g|Fig|i\.e|Mr|Mrs|Ms|no|No|p|pp|Prof|vs)\Z")

_ENDINGS = (
    (re.compile(r"(?<=[a-z]{3})is(e[drs]?|ers|ing|ations?|ational)\Z"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{2})lys(e[drs]?|ers|ing)\Z"), r"lyz\1"),
    (re.compile(r"(?<=[a-z]{3})our(s|ed|ing|al|ally|able|ful)?\Z"), r"or\1"),
    (re.compile(r"(?<=[a-z]{3})ell(ed|ing|ers?|ors?)\Z"), r"el\1"),
    (re.compile(r"(?<=[a-z]{2}og)ue(s?)\Z"), r"\1"),
    (re.compile(r"(?<=[a-z]{3})tre(s|d)?\Z"), r"ter\1"),
)
_SPELT = {
    "ageing": "aging", "defence": "defense", "defences": "defenses", "enrol": "enroll",
    "enrolment": "enrollment", "fulfil": "fulfill", "grey": "gray", "judgement": "judgment",
    "judgements": "judgments", "licence": "license", "licences": "licenses",
    "offence": "offense", "offences": "offenses", "practise": "practice",
    "practised": "practiced", "practising": "practicing", "programme": "program",
    "programmes": "programs", "sceptical": "skeptical", "sceptic": "skeptic",
    "skilful": "skillful", "wilful": "willful",
}  # fmt: skip


class Word(Value):
    """A word of a text from `start` to before `end`, and what it is compared by.

    `plain` is it in small letters, American spelling and without 's; `capitals` is what it
    abbreviates when it is written in capitals, else empty.
    """

    __slots__ = ("capitals", "end", "plain", "start", "text")
    text: str
    start: int
    end: int
    plain: str
    capitals: str


def words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """Return the words of a part of a text in their order.

    >>> [(word.plain, word.start, word.end) for word in words("The organisation's GPs")]
    [('the', 0, 3), ('organization', 4, 18), ('gps', 19, 22)]
    """
    return [
        Word(
            text=found[0],
            start=found.start(),
            end=found.end(),
            plain=plain(found[0]),
            capitals=capitals(found[0]),
        )
        for found in _WORD.finditer(text, start, len(text) if end is None else end)
    ]


@lru_cache(2**16)
def _spelt(word: str) -> str:
    if word in _SPELT:
        return _SPELT[word]
    for ending, instead in _ENDINGS:
        word = ending.sub(instead, word)
    return word


def plain(word: str) -> str:
    """Return a word in small letters, American spelling and without a possessive ending.

    >>> plain("Behaviour's"), plain("Programmes"), plain("counselling"), plain("our")
    ('behavior', 'programs', 'counseling', 'our')
    """
    small = unicodedata.normalize("NFKC", word).casefold().replace("\u2019", "'")
    small = small.removesuffix("'s")
    return _spelt(small) if len(small) < _LONG_WORD else small


def capitals(word: str) -> str:
    """Return the abbreviation that a word in capitals is, without a plural or possessive s.

    >>> capitals("GPs"), capitals("MASH's"), capitals("Mash"), capitals("A")
    ('GP', 'MASH', '', '')
    """
    found = _CAPITALS.fullmatch(word)
    return found[1] if found else ""


def sentences(text: str) -> list[tuple[int, int]]:
    """Return where each sentence of a text begins and ends, without the blank around it.

    A blank line and the next item of a list end a sentence, too, and it is cut at LONGEST.

    >>> text = "Staff, e.g. nurses, fear blame. Why? No one knows."
    >>> [text[start:end] for start, end in sentences(text)]
    ['Staff, e.g. nurses, fear blame.', 'Why?', 'No one knows.']
    """
    found, start = [], 0
    for cut in (*_cuts(text), len(text)):
        for first in range(start, cut, LONGEST):
            piece = text[first : min(first + LONGEST, cut)]
            if piece.strip():
                left = len(piece) - len(piece.lstrip())
                found.append((first + left, first + len(piece.rstrip())))
        start = cut
    return found


def _cuts(text: str) -> Iterator[int]:
    for end in _END.finditer(text):
        blank, here = end["blank"], end.start()
        small = _SMALL.match(text, end.end()) is not None
        short = _SHORT.search(text[max(0, here - 8) : here]) is not None
        if blank is None or blank.count("\n") > 1 or (blank and not small and not short):
            yield end.end()


def negated(found: Iterable[Word]) -> bool:
    """Tell whether a word that may turn the sense of a sentence is among these.

    >>> negated(words("They didn't share")), negated(words("They know"))
    (True, False)
    """
    return any(word.plain in NEGATIONS or word.plain.endswith("n't") for word in found)


def stem(word: str) -> str:
    """Return the stem of an English word in small letters.

    Source: Porter2, https://snowballstem.org/algorithms/english/stemmer.html

    >>> stem("feared"), stem("sharing"), stem("policies")
    ('fear', 'share', 'polici')
    """
    return _stem(word) if len(word) < _LONG_WORD else word


@lru_cache(2**16)
def _stem(word: str) -> str:
    return _stemmer()(word)


@cache
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer

    found: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return found

"""The names in a Turtle file or a query, with where each stands and what it means there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from barriergraph.parts import resolve
from barriergraph.tokens import IRI, LANGUAGE, MARK, NAME, WORD, tokens
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.tokens import Token


class Mention(Value):
    """A name in a file: where it stands, what it means, and the prefixes that hold there."""

    __slots__ = ("end", "iri", "predicate", "prefixes", "start", "subject", "top")
    start: int
    end: int
    iri: str
    prefixes: Mapping[str, str]
    #: the subject and the property of the statement that it is the value of, else empty
    subject: str
    predicate: str
    #: the subject of the whole block, whatever the brackets
    top: str


def mentions(text: str, is_query: bool) -> Iterator[Mention]:
    """Yield the names in a file, in order, but those that prefixes and bases are declared by.

    Raises: QueryError where no token can be read.

    >>> [one.iri for one in mentions("PREFIX a: <x:> a:b a:c <x:d>, 'a:e' . # a:f", False)]
    ['x:b', 'x:c', 'x:d']
    """
    if is_query:
        yield from _read(tokens(text), False)
        return
    # In braces, as Turtle stands in SPARQL, '<' after a name opens an IRI.
    found = tokens(f"{{{text}\n}}")[1:-1]
    yield from _read([(kind, word, at - 1) for kind, word, at in found], True)


def _read(found: Sequence[Token], is_turtle: bool) -> Iterator[Mention]:
    prefixes: dict[str, str] = {}
    base, skip = "", 0
    reader = _Statements()
    for place, (kind, word, at) in enumerate(found):
        if place < skip:
            continue
        can = kind == WORD or (kind == LANGUAGE and is_turtle)
        directive = word.lower().removeprefix("@") if can else ""
        if directive in ("prefix", "base") and reader.between:
            size = 3 if directive == "prefix" else 2
            told = resolve(found[place + size - 1][1][1:-1], base)
            if directive == "base":
                base = told
            else:
                prefixes = {**prefixes, found[place + 1][1]: told}
            skip = place + size
            skip += is_turtle and word.startswith("@")  # its full stop
            continue
        iri = _meaning(kind, word, prefixes, base)
        subject, predicate, top = reader.next(kind, word, iri) if is_turtle else ("", "", "")
        if iri:
            yield Mention(
                start=at, end=at + len(word), iri=iri, prefixes=prefixes, subject=subject,
                predicate=predicate, top=top,
            )  # fmt: skip


def _meaning(kind: str, word: str, prefixes: Mapping[str, str], base: str) -> str:
    if kind == IRI:
        return resolve(word[1:-1], base)
    if kind != NAME:
        return ""
    prefix, _, local = word.partition(":")
    space = prefixes.get(f"{prefix}:")
    return "" if space is None else space + re.sub(r"\\(.)", r"\1", local)


class _Statements:
    """Follows the statements of Turtle: whose subject and property a name is the value of."""

    def __init__(self) -> None:
        #: bracket, subject, property, and what comes next: 0 subject, 1 property, 2 value
        self._open: list[tuple[str, str, str, int]] = [("", "", "", 0)]

    @property
    def between(self) -> bool:
        """Whether a statement may begin here."""
        return len(self._open) == 1 and self._open[0][3] == 0

    def next(self, kind: str, word: str, iri: str) -> tuple[str, str, str]:
        """Take a token and return the subject, the property and the block's subject around it."""
        bracket, subject, predicate, stage = self._open[-1]
        if kind == MARK:
            self._mark(word)
        elif kind == LANGUAGE:
            pass
        elif bracket == "(":
            return "", predicate, self._open[0][1]
        elif stage == 0:
            self._open[-1] = (bracket, iri, "", 1)
            return "", "", iri
        elif stage == 1:
            self._open[-1] = (bracket, subject, iri, 2)
            return "", "", self._open[0][1]
        else:
            return subject, predicate, self._open[0][1]
        return "", "", self._open[0][1]

    def _mark(self, word: str) -> None:
        bracket, subject, predicate, stage = self._open[-1]
        if word in "[(":
            self._open.append((word, "", predicate if word == "(" else "", 1))
        elif word in "])":
            self._open.pop()
            bracket, subject, predicate, stage = self._open[-1]
            if bracket != "(" and stage == 0:
                self._open[-1] = (bracket, "", "", 1)
        elif word == ";":
            self._open[-1] = (bracket, subject, "", 1)
        elif word == "." and not bracket:
            self._open[-1] = ("", "", "", 0)

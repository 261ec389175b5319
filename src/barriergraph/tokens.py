"""Text of a SPARQL query -> its tokens, read as the engine reads them.

A keyword inside a string, a comment, an IRI or a name is not a keyword, and only a tokenizer
can say which is which. The hard part is `<`: it opens an IRI in `?s <p> ?o` and compares in
`FILTER(?a<?b)`, so the reader keeps track of whether it stands in an expression.
"""

from __future__ import annotations

import re

from barriergraph.errors import QueryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    #: kind, text as written, and where the text starts
    Token: TypeAlias = tuple[str, str, int]

IRI, NAME, VARIABLE, WORD, STRING, NUMBER, BLANK, LANGUAGE, MARK = (
    "IRI", "prefixed name", "variable", "word", "string", "number", "blank node", "language tag",
    "mark",
)  # fmt: skip

_HEX = frozenset("0123456789abcdefABCDEF")
_NOT_IN_IRI = frozenset('<"{}|^`') | {chr(code) for code in range(0x21)}
_OPERANDS = frozenset((IRI, NAME, VARIABLE, STRING, NUMBER, BLANK, LANGUAGE))
_BRACKETS = frozenset("{}()[]")
_CLOSES = {")": "(", "]": "[", "}": "{"}
#: words before a parenthesis that does not hold an expression
_NOT_FUNCTIONS = frozenset(("A", "TRUE", "FALSE", "VALUES"))


# Beyond ASCII every character counts as part of a name: none can start another token.
_N = r"[^\x00-/:-@\[-^`{-\x7f]"
_FIRST = r"[^\x00-@\[-^`{-\x7f]"
_INNER = r"[^\x00-,./;-@\[-^`{-\x7f]"  # ':' and '-' too
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:(?:{_N}|:|{_ESCAPE})(?:{_INNER}|{_ESCAPE})*(?:\.+(?:{_INNER}|{_ESCAPE})+)*)?"
_STRINGS = "|".join(
    rf"{q}{q}{q}(?:[^{q}\\]|\\.|{q}(?!{q}{q}))*+{q}{q}{q}"
    rf"|{q}(?!{q}{q})(?:[^{q}\\\r\n]|\\.)*+{q}"
    for q in "\"'"
)
_TOKEN = re.compile(
    r"(?:[ \t\r\n]+|#[^\r\n]*)*+(?:"
    rf"(?P<variable>[?$]{_N}+)"
    rf"|(?P<blank>_:{_LOCAL})"
    rf"|(?P<name>(?:{_FIRST}(?:(?:{_N}|[.\-])*(?:{_N}|-))?)?:{_LOCAL})"
    rf"|(?P<word>{_FIRST}{_N}*)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+|\.(?=[eE][+-]?[0-9]))?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<language>@[A-Za-z0-9\-]+)"
    rf"|(?P<string>{_STRINGS})"
    r"|(?P<mark>\^\^|&&|\|\||!=|>=|>>|[{}()\[\].;,=!>&|^/*+\-?~])"
    r"|(?P<other>.)|$)",
    re.DOTALL,
)
_KINDS = {
    "variable": VARIABLE,
    "blank": BLANK,
    "name": NAME,
    "word": WORD,
    "number": NUMBER,
    "language": LANGUAGE,
    "string": STRING,
    "mark": MARK,
}


def tokens(text: str) -> list[Token]:
    """Return the tokens of a query in order, comments and white space left out.

    Names and words are as long as they can be. The grammar is not checked.

    Raises: QueryError with line and column where no token can be read.

    >>> [(kind, text) for kind, text, start in tokens('ASK { ?s bg:year "a#b" } # SERVICE')][2:5]
    [('variable', '?s'), ('prefixed name', 'bg:year'), ('string', '"a#b"')]

    Source: https://www.w3.org/TR/sparql11-query/#sparqlGrammar
    """
    found: list[Token] = []
    nesting = _Nesting()
    end = 0
    while read := _TOKEN.match(text, end):
        group = read.lastgroup
        if group is None:
            break  # the end of the text
        at, end = read.span(group)
        if group == "other":
            kind, end = _less_or_iri(text, at, nesting.after_operand(found))
        else:
            kind = _KINDS[group]
        written = text[at:end]
        if written in _BRACKETS or (kind is WORD and written.upper() == "SELECT"):
            nesting.follow(text, (kind, written, at), found)
        found.append((kind, written, at))
    if len(nesting.open) > 1:
        raise error(text, nesting.open[-1][2], f"'{nesting.open[-1][0]}' is never closed")
    return found


def error(text: str, at: int, reason: str) -> QueryError:
    """Return the error for a place in a query's text, with its line and column.

    >>> error("ASK {\\n%", 6, "nothing starts with '%'").args
    ("line 2, column 1: nothing starts with '%'",)
    """
    line = text.count("\n", 0, at) + 1
    return QueryError(reason, line=line, column=at - text.rfind("\n", 0, at))


def unescape(text: str) -> str:
    r"""Return the text with each `\uXXXX` and `\UXXXXXXXX` replaced by its character.

    >>> unescape(r"\u0053ERVICE")
    'SERVICE'

    Source: https://www.w3.org/TR/sparql11-query/#codepointEscape
    """
    parts: list[str] = []
    start, at = 0, text.find("\\")
    while at >= 0:
        size = {"u": 6, "U": 10}.get(text[at + 1 : at + 2], 0)
        digits = text[at + 2 : at + size]
        if size and len(digits) == size - 2 and _HEX.issuperset(digits):
            code = int(digits, 16)
            if code <= 0x10FFFF:
                parts += (text[start:at], chr(code))
                start = at + size
        at = text.find("\\", max(start, at + 1))
    return "".join(parts) + text[start:]


class _Nesting:
    """The brackets that are open: each with what it holds and where it stands."""

    __slots__ = ("open",)

    def __init__(self) -> None:
        self.open: list[tuple[str, str, int]] = [("", "select", 0)]

    def after_operand(self, found: list[Token]) -> bool:
        """Say whether an expression has just had an operand, so that an operator must follow."""
        if self.open[-1][1] != "expression" or not found:
            return False
        kind, text, _ = found[-1]
        return (
            kind in _OPERANDS or text == ")" or (kind is WORD and text.lower() in ("true", "false"))
        )

    def follow(self, text: str, token: Token, found: list[Token]) -> None:
        kind, mark, start = token
        bracket, holds, place = self.open[-1]
        if kind is WORD:  # SELECT
            if holds == "pattern":
                self.open[-1] = (bracket, "select", place)
        elif mark == "{":
            self.open.append((mark, "pattern", start))
        elif mark == "[":
            self.open.append((mark, "other", start))
        elif mark == "(":
            self.open.append((mark, "expression" if _calls(holds, found) else "other", start))
        elif bracket != _CLOSES[mark]:
            raise error(text, start, f"'{mark}' closes nothing that is open")
        else:
            self.open.pop()


def _calls(holds: str, found: list[Token]) -> bool:
    """Say whether a parenthesis opened now holds an expression (else a list or a path)."""
    if holds in ("expression", "select"):
        return True
    if holds != "pattern" or not found:
        return False
    kind, word, _ = found[-1]
    if kind is WORD:
        return word.upper() not in _NOT_FUNCTIONS
    return kind in (IRI, NAME) and len(found) > 1 and found[-2][1].upper() == "FILTER"


def _less_or_iri(text: str, at: int, after_operand: bool) -> tuple[str, int]:
    """Return kind and end of what starts with `<`, the one token that depends on its place."""
    if text[at] in "\"'":
        quote = text[at] * (3 if text.startswith(text[at] * 3, at) else 1)
        raise error(text, at, f"a string opened by {quote} is never closed")
    if text[at] != "<":
        raise error(text, at, f"nothing in SPARQL starts with {text[at]!r}")
    if after_operand:
        return MARK, at + (2 if text.startswith("<=", at) else 1)
    if text.startswith("<<", at):
        return MARK, at + 2
    end = text.find(">", at)
    inside = text[at + 1 : end]
    if end < 0 or not _NOT_IN_IRI.isdisjoint(inside):
        raise error(text, at, "'<' opens an IRI that is never closed or holds a blank or a bracket")
    plain = unescape(inside) if "\\" in inside else inside
    if "\\" in plain or not _NOT_IN_IRI.isdisjoint(plain):
        raise error(text, at, f"'<{inside}>' is not an IRI")
    return IRI, end + 1

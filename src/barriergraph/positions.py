"""Where in a Turtle file a statement stands, so that a fault can be shown with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from barriergraph.namespaces import PREFIXES
from barriergraph.tokens import unescape

RDF_TYPE = PREFIXES["rdf"] + "type"

#: The tokens of Turtle, as far as they bear on where a statement begins and ends.
#: Source: RDF 1.1 Turtle, section 6.5, https://www.w3.org/TR/turtle/#sec-grammar-grammar
_TOKEN = re.compile(
    r"""
    (?P<blank>\s+|\#[^\n]*)
  | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
              |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<iri><[^<>"{}|^`\\\s]*>)
  | (?P<mark>\^\^|[][();,.])(?![\w])
  | (?P<word>(?:[^\s"'<>\[\](),;.#\\]|\\.|\.(?=[^\s\[\](),;.#])|(?<=[:\w-])\#)+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Position(NamedTuple):
    """Where a statement stands: `subject` and `predicate` as IRIs, `value` as written, `line`."""

    subject: str
    predicate: str
    value: str
    line: int


def line_of(
    path: Path | str, subject: str, predicate: str | None = None, value: str | None = None
) -> int | None:
    """Return the line, counted from one, where a subject or one of its statements stands.

    With `predicate` and `value` (an IRI, or the text of a literal) the line of that statement is
    meant. What is not found falls back to the line of the subject; None when the file does not
    have the subject. Only what Turtle writes outside brackets is looked at.
    """
    found = None
    for position in positions(str(path)):
        if position.subject != subject:
            continue
        if found is None:
            found = position.line
        if position.predicate == predicate and value in (None, position.value):
            return position.line
    return found


@lru_cache(maxsize=16)
def positions(path: str) -> tuple[Position, ...]:
    """Return every statement of a Turtle file that stands outside brackets, with its line."""
    return tuple(_positions(Path(path).read_text(encoding="utf-8")))


def _positions(text: str) -> Iterator[Position]:
    prefixes: dict[str, str] = {}
    base = ""
    line = 1
    depth = 0
    parts: list[str] = []  # the subject, then the predicate, of the statement being read
    directive: list[str] = []
    fresh = True  # no object yet for the predicate
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group()
        if kind == "mark" and token in "[(":
            depth += 1
        elif kind == "mark" and token in "])":
            depth -= 1
            if not depth and len(parts) == 0:
                parts.append("")  # a subject in brackets has no name
        elif kind == "mark" and not depth:
            parts = {".": [], ";": parts[:1], ",": parts}.get(token, parts)
            fresh = token != "^^"
        elif kind != "blank" and not depth:
            if directive or (not parts and token.lower().lstrip("@") in ("prefix", "base")):
                directive.append(token)
                name = directive[0].lower().lstrip("@")
                if name == "prefix" and len(directive) == 3:
                    prefixes[directive[1]] = urljoin(base, token.strip("<>"))
                    directive = []
                elif name == "base" and len(directive) == 2:
                    base, directive = urljoin(base, token.strip("<>")), []
            elif len(parts) < 2:
                parts.append(RDF_TYPE if token == "a" and parts else _iri(token, prefixes, base))
                fresh = True
                if len(parts) == 1:
                    yield Position(parts[0], "", "", line)
            elif fresh:
                value = _text(token) if kind == "string" else _iri(token, prefixes, base)
                yield Position(parts[0], parts[1], value, line)
                fresh = False
        line += token.count("\n")


def _text(token: str) -> str:
    quotes = 3 if token[:3] in ('"""', "'''") and len(token) >= 6 else 1
    plain = unescape(token[quotes:-quotes])
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), plain, flags=re.DOTALL)


def _iri(token: str, prefixes: dict[str, str], base: str) -> str:
    if token.startswith("<"):
        return urljoin(base, token[1:-1])
    prefix, colon, local = token.partition(":")
    known = prefixes.get(prefix + colon)
    return token if known is None else known + local.replace("\\", "")

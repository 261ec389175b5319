"""Regular expressions: whether the engine has what a pattern asks for."""

from __future__ import annotations

import re
from functools import lru_cache

from pyoxigraph import Literal, QuerySolutions, Store

from barriergraph.errors import ShapesError

_OPEN_IN_CLASS = re.compile(r"\\.|\[|\]", re.DOTALL)


class Unfaithful(Exception):
    """What SPARQL on this engine would not check as SHACL means it; never seen by users."""


@lru_cache(maxsize=512)
def check_pattern(pattern: str, flags: str, shape: str) -> None:
    """Make sure that the engine reads a pattern as XPath does.

    Raises: Unfaithful when the engine cannot but Python can; ShapesError when neither can.

    Source: https://www.w3.org/TR/xpath-functions/#regex-syntax
    """
    if _engine_reads(pattern, flags) and not _reads_otherwise(pattern):
        return
    try:
        re.compile(pattern)
    except re.error as error:
        raise ShapesError(
            shape, f"the pattern {pattern!r} is no regular expression: {error}"
        ) from None
    raise Unfaithful(f"the engine has no regular expression such as {pattern!r}")


def _engine_reads(pattern: str, flags: str) -> bool:
    words = f'REGEX("", {Literal(pattern)}, {Literal(flags)})'
    answer = Store().query(f"SELECT ({words} AS ?found) {{}}")
    assert isinstance(answer, QuerySolutions)
    return next(answer)["found"] is not None


def _reads_otherwise(pattern: str) -> bool:
    """Say whether a bracket, or an operator on sets, stands inside a character class.

    The engine reads `[a-z-[aeiou]]` as a union, without a word; Python and XPath do not.
    """
    inside = False
    for match in _OPEN_IN_CLASS.finditer(pattern):
        mark = match.group()
        if mark == "[":
            if inside:
                return True
            inside = True
        elif mark == "]":
            inside = False
    return inside or any(mark in pattern for mark in ("&&", "~~")) or "--" in _classes(pattern)


def _classes(pattern: str) -> str:
    return "".join(re.findall(r"\[(?:\\.|[^\]\\])*\]", pattern))

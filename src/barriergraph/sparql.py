"""The guard: whether a query only reads the graphs that are loaded."""

from __future__ import annotations

from barriergraph.errors import ForbiddenError, QueryError
from barriergraph.parts import (
    behind,
    columns,
    has_from,
    is_word,
    names,
    outer_body,
    parts,
    prefixes,
    prologue,
    resolve,
    slots,
)
from barriergraph.tokens import BLANK, IRI, MARK, NAME, VARIABLE, WORD, error, tokens, unescape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from barriergraph.tokens import Token

__all__ = [
    "behind",
    "check_read_only",
    "check_tokens",
    "columns",
    "has_from",
    "names",
    "outer_body",
    "parts",
    "prefixes",
    "slots",
]

_UPDATE_WORDS = "ADD CLEAR COPY CREATE DELETE DROP INSERT LOAD MOVE WITH"
_UPDATES = frozenset(_UPDATE_WORDS.split())

_QUERY_WORDS = """
    A ABS ADJUST AND AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT
    CONTAINS COUNT DATATYPE DAY DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR
    FROM GRAPH GROUP GROUP_CONCAT HASLANG HASLANGDIR HAVING HOURS IF IN IRI ISBLANK ISIRI
    ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES LATERAL LCASE LIMIT MAX MD5 MIN
    MINUS MINUTES MONTH NAMED NOT NOW OBJECT OFFSET OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED
    REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SHA1 SHA256 SHA384 SHA512 STR
    STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR
    SUM TIMEZONE TRIPLE TRUE TZ UCASE UNDEF UNION URI UUID VALUES VERSION WHERE YEAR
"""
_WORDS = frozenset(_QUERY_WORDS.split())

#: The engine reads `SERVICEex:a` as SERVICE and `ex:a`; so no prefix may hide one of these.
_GLUED = ("SERVICESILENT", "SERVICE", "FROMNAMED", "FROM", "FILTER", "PREFIX")


def check_read_only(text: str, known_graphs: Collection[str]) -> None:
    r"""Refuse a query that would do more than read the graphs that are loaded.

    Nothing is run, and the grammar is checked only as far as this needs: a word that SPARQL does
    not know is refused, because the engine also reads keywords that are glued together.

    Raises: ForbiddenError for SERVICE at any depth, for an update, and for FROM of a graph that
    is not among `known_graphs`; QueryError for what cannot be read.

    >>> check_read_only('SELECT ?s { ?s ?p "SERVICE" } # LOAD', ())
    >>> check_read_only("ASK { { SERVICE <https://example.org/> { ?s ?p ?o } } }", ())
    Traceback (most recent call last):
        ...
    barriergraph.errors.ForbiddenError: line 1, column 9: no query here may use SERVICE

    Source: https://www.w3.org/TR/sparql11-query/#sparqlGrammar
    """
    plain = unescape(text)
    if plain != text:  # an engine may decode \u0053ERVICE, or a quote, before it parses
        try:
            check_tokens(plain, tokens(plain), known_graphs)
        except ForbiddenError:
            raise
        except QueryError:
            pass  # such an engine refuses the query by itself
    check_tokens(text, tokens(text), known_graphs)


def check_tokens(text: str, found: list[Token], known_graphs: Collection[str]) -> None:
    """Do as `check_read_only` for a text whose tokens are known, escapes left as they are."""
    declared, base = prologue(found)
    passed: set[str] = set()
    for place, token in enumerate(found):
        kind, written, at = token
        if written in passed and (kind is WORD or kind is NAME):
            continue
        if kind is WORD:
            _check_word(text, written, at)
            if is_word(token, "FROM"):
                _check_from(text, found[place + 1 :], declared, base, known_graphs)
            else:
                passed.add(written)
        elif kind is NAME:
            if not (place and is_word(found[place - 1], "PREFIX")):
                _check_name(text, written, at, declared)
                passed.add(written)
        elif kind is BLANK and _dotted(written):
            raise error(text, at, f"more than one dot stands in the blank node '{written}'")
        elif kind is VARIABLE and place:
            _check_glued_variable(text, token, found[place - 1])


def _check_word(text: str, written: str, at: int) -> None:
    word = written.upper()
    if "SERVICE" in word:
        raise _forbidden(text, at, "no query here may use SERVICE")
    if word in _UPDATES:
        raise _forbidden(text, at, f"no query here may change the graph with {word}")
    if word not in _WORDS:
        from difflib import get_close_matches

        near = get_close_matches(word, _WORDS, 1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise error(text, at, f"SPARQL has no word {written!r}{hint}")


def _check_from(
    text: str,
    following: list[Token],
    declared: Mapping[str, str],
    base: str,
    known_graphs: Collection[str],
) -> None:
    rest = following[1:] if following and is_word(following[0], "NAMED") else following
    kind, written, at = rest[0] if rest else (MARK, "", len(text))
    if kind is IRI:
        graph = resolve(written[1:-1], base)
    elif kind is NAME:
        prefix, _, local = written.partition(":")
        if prefix not in declared:
            raise _undeclared(text, at, written)
        graph = declared[prefix] + local.replace("\\", "")
    else:
        raise error(text, at, "FROM is not followed by the IRI of a graph")
    if graph not in known_graphs:
        raise _forbidden(text, at, f"no graph that is loaded has the name '{graph}' of FROM")


def _check_name(text: str, written: str, at: int, declared: Mapping[str, str]) -> None:
    prefix, _, local = written.partition(":")
    upper = prefix.upper()
    for word in _GLUED:
        # `trueSERVICEex:a` hides a SERVICE when both `trueSERVICEex` and `ex` are prefixes
        start = upper.find(word)
        while start >= 0:
            if prefix[start + len(word) :] in declared:
                raise _forbidden(
                    text, at, f"another prefix is needed where {word} can be read in '{written}'"
                )
            start = upper.find(word, start + 1)
    if prefix not in declared:
        raise _undeclared(text, at, written)
    if _dotted(local) or _dotted(prefix):
        # the engine stops at the second dot and would take what follows as a keyword
        raise error(text, at, f"the whole IRI in <> is needed for the dots in '{written}'")


def _check_glued_variable(text: str, token: Token, before: Token) -> None:
    """Refuse `ex:p?trueSERVICE`, where the engine takes the `?` as part of a property path."""
    _, written, at = token
    glued = before[2] + len(before[1]) == at and (before[0] in (IRI, NAME) or before[1] == ")")
    if glued and written[0] == "?" and any(word in written.upper() for word in _GLUED):
        raise _forbidden(text, at, f"a blank is needed before '{written}'")


def _dotted(name: str) -> bool:
    return sum(1 for part in name.split(".")[1:] if part) > 1


def _undeclared(text: str, at: int, written: str) -> QueryError:
    return error(text, at, f"no PREFIX line declares the prefix of '{written}'")


def _forbidden(text: str, at: int, reason: str) -> ForbiddenError:
    place = error(text, at, reason)
    return ForbiddenError(reason, line=place.line, column=place.column)

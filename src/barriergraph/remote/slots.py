"""The open slots of a stored query, which not every engine can take."""

from __future__ import annotations

from barriergraph.parts import is_word, slots
from barriergraph.tokens import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.tokens import Token


def without_open_slots(query: str) -> str:
    """Return a query without each `VALUES ?name { UNDEF }`, which says nothing.

    An engine that does as the standard says gives the same answer; Virtuoso 7.2.5 gives none.
    Everything else stays where it is, so that the place of an error is told right. A query for `*`
    is left alone, as a slot may be what makes a column of it.

    >>> without_open_slots("SELECT ?a { ?a ?b ?c VALUES ?c { UNDEF } ?a ?d ?e }")
    'SELECT ?a { ?a ?b ?c .                   ?a ?d ?e }'

    Source: https://www.w3.org/TR/sparql11-query/#inline-data
    """
    found = tokens(query)
    place_of = {at: place for place, (_, _, at) in enumerate(found)}
    text = query
    for slot in slots(found):
        if [item.upper() for item in slot.items] != ["UNDEF"] or _asks_for_all(found):
            continue
        name = place_of[slot.at]
        first, last = found[name - 1][2], slot.end
        before, behind = found[name - 2], found[place_of[slot.end] + 1 :][:1]
        if behind and behind[0][1] == ".":
            last = behind[0][2]  # a dot may only stand behind something
        dot = "" if before[1] in ("{", "}", ".") or not _in_pattern(found, name - 1) else "."
        blank = "".join(char if char == "\n" else " " for char in text[first : last + 1])
        text = text[:first] + dot + blank[len(dot) :] + text[last + 1 :]
    return text


def _asks_for_all(found: list[Token]) -> bool:
    """Tell whether a SELECT, at any depth, or a DESCRIBE names no columns."""
    return any(
        found[place + 1][1] == "*" or (
            found[place + 1][1].upper() in ("DISTINCT", "REDUCED") and found[place + 2][1] == "*"
        )
        for place, token in enumerate(found[:-2])
        if is_word(token, "SELECT") or is_word(token, "DESCRIBE")
    )  # fmt: skip


def _in_pattern(found: list[Token], place: int) -> bool:
    """Tell whether a place lies in a pattern, not behind the WHERE of a query in or around it."""
    depth = 0
    for at in range(place - 1, -1, -1):
        mark = found[at][1]
        depth += (mark == "}") - (mark == "{")
        if depth < 0:
            return not is_word(found[at + 1], "SELECT")
    return False

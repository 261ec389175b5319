"""A stored query that says how a parameter narrows, once the parameter has a value.

A query that keeps everything while a parameter is left out looks for a value where there is one,
and filters afterwards: `OPTIONAL { ?f bg:inDomain ?d } FILTER(!BOUND(?domain) || ?d = ?domain)`.
With a value known, `?f bg:inDomain ?domain` has the same answers, and an engine can start there.
Without one, there is nothing to look for, if it does not matter how often a row is met.
"""

from __future__ import annotations

from functools import lru_cache

from barriergraph.tokens import VARIABLE, tokens
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from barriergraph.tokens import Token

#: What follows the optional pattern; ?w stands for its variable, ?p for that of the parameter.
_FILTER = ("}", "FILTER", "(", "!", "BOUND", "(", "?p", ")", "||", "?w", "=", "?p", ")")
_ENDS = frozenset("{};,.")


_AGGREGATES = frozenset("AVG COUNT GROUP_CONCAT SUM".split())


class Filter(Value):
    """Where the optional pattern and the filter of a parameter start and end in a text.

    `told` is the pattern that says the same once the parameter has IRIs as values; None where that
    is not sooner answered. `idle` tells whether all may go while the parameter keeps everything.
    """

    __slots__ = ("start", "end", "told", "idle")
    start: int
    end: int
    told: str | None
    idle: bool


@lru_cache(maxsize=256)
def filters(text: str) -> Mapping[str, Filter]:
    """Return the optional pattern and filter of each parameter of a query that has such.

    Left out: a filter in another group than the slot of the parameter, for there it may see no
    value; a variable that is used elsewhere, too. In a query with UNION no pattern stands for
    them, for after one an engine that joins reads the whole path.

    >>> text = ("SELECT DISTINCT ?f { VALUES ?d { UNDEF } "
    ...         "OPTIONAL { ?f bg:inDomain/skos:broader* ?w } FILTER(!BOUND(?d) || ?w = ?d) }")
    >>> found = filters(text)["d"]
    >>> text[:found.start] + found.told + text[found.end:]
    'SELECT DISTINCT ?f { VALUES ?d { UNDEF } ?f bg:inDomain/skos:broader* ?d . }'
    >>> found.idle
    True
    """
    found = tokens(text)
    words = [written for _, written, _ in found]
    parted = any(word.upper() == "UNION" for word in words)
    groups, within = _groups(words)
    slots = {words[at + 1]: groups[at] for at, word in enumerate(words) if word.upper() == "VALUES"}
    made = {}
    for at, word in enumerate(words):
        if word.upper() != "OPTIONAL":
            continue
        end = next((one for one in range(at + 2, len(words)) if words[one] in _ENDS), at)
        wider = words[end - 1]
        parameter = words[end + 6] if end + 6 < len(words) else ""
        expected = [{"?p": parameter, "?w": wider}.get(one, one) for one in _FILTER]
        given = [_keyword(one) for one in found[end : end + len(expected)]]
        if (
            given == expected
            and slots.get(parameter) == groups[at]
            and words.count(wider) == 2
            and found[end - 1][0] == VARIABLE
        ):
            last = found[end + len(expected) - 1]
            pattern = text[found[at + 2][2] : found[end - 1][2]]
            made[parameter[1:]] = Filter(
                start=found[at][2],
                end=last[2] + 1,
                told=None if parted else f"{pattern}{parameter} .",
                idle=_once(words, groups, within, groups[at]),
            )
    return made


def _once(words: Sequence[str], groups: Sequence[int], within: Sequence[int], group: int) -> bool:
    """Return whether the SELECT around a group has the same rows if each is met there once."""
    while True:
        own = [word.upper() for word, one in zip(words, groups, strict=True) if one == group]
        if "SELECT" in own:
            break
        if not group:
            return False
        group = within[group]
    counted = [at for at, word in enumerate(own) if word in _AGGREGATES]
    if any(own[at + 1 : at + 3] != ["(", "DISTINCT"] for at in counted):
        return False
    return bool(counted) or own[own.index("SELECT") + 1] == "DISTINCT"


def _keyword(token: Token) -> str:
    kind, written, _ = token
    return written if kind == VARIABLE else written.upper()


def _groups(words: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return for each token the number of its group, and for each group that of the one around."""
    found, open_, within = [], [0], [0]
    for word in words:
        if word == "}" and len(open_) > 1:
            open_.pop()
        found.append(open_[-1])
        if word == "{":
            within.append(open_[-1])
            open_.append(len(within) - 1)
    return found, within

"""A stored query that says how a parameter narrows, once the parameter has a value.

A query that keeps everything while a parameter is left out looks for a value where there is one,
and filters afterwards: `OPTIONAL { ?f bg:inDomain ?d } FILTER(!BOUND(?domain) || ?d = ?domain)`.
With a value known, `?f bg:inDomain ?domain` has the same answers, and an engine can start there.
"""

from __future__ import annotations

from functools import lru_cache

from barriergraph.tokens import VARIABLE, tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from barriergraph.tokens import Token

#: What follows the optional pattern; ?w stands for its variable, ?p for that of the parameter.
_FILTER = ("}", "FILTER", "(", "!", "BOUND", "(", "?p", ")", "||", "?w", "=", "?p", ")")
_ENDS = frozenset("{};,.")


@lru_cache(maxsize=256)
def shortcuts(text: str) -> dict[str, tuple[int, int, str]]:
    """Return what stands for the filter of each parameter when that has IRIs as values.

    For a parameter's name: where the optional pattern and its filter start and end in the text,
    and the pattern that says the same. Left as they are: a filter in another group than the slot
    of the parameter, for there it may see no value; a variable that is used elsewhere, too; and
    a query with UNION, after which an engine that joins reads the whole path.

    >>> text = ("SELECT ?f { VALUES ?d { UNDEF } OPTIONAL { ?f bg:inDomain/skos:broader* ?w } "
    ...         "FILTER(!BOUND(?d) || ?w = ?d) }")
    >>> start, end, told = shortcuts(text)["d"]
    >>> text[:start] + told + text[end:]
    'SELECT ?f { VALUES ?d { UNDEF } ?f bg:inDomain/skos:broader* ?d . }'
    """
    found = tokens(text)
    words = [written for _, written, _ in found]
    if any(word.upper() == "UNION" for word in words):
        return {}
    groups = _groups(words)
    slots = {words[at + 1]: groups[at] for at, word in enumerate(words) if word.upper() == "VALUES"}
    told = {}
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
            told[parameter[1:]] = (found[at][2], last[2] + 1, f"{pattern}{parameter} .")
    return told


def _keyword(token: Token) -> str:
    kind, written, _ = token
    return written if kind == VARIABLE else written.upper()


def _groups(words: Sequence[str]) -> list[int]:
    """Return for each token a number of the group that it stands in."""
    found, open_, count = [], [0], 0
    for word in words:
        if word == "}":
            open_.pop()
        found.append(open_[-1] if open_ else 0)
        if word == "{":
            count += 1
            open_.append(count)
    return found

"""The forms of a query, and what is asked to know whether an answer of one is whole."""

from __future__ import annotations

from barriergraph.tokens import WORD, tokens

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

#: The forms whose answer is a graph.
GRAPHS = ("CONSTRUCT", "DESCRIBE")


def form(query: str) -> str:
    """Return the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE.

    >>> form("PREFIX ask: <a:b> # SELECT\\nCONSTRUCT WHERE { ?a ask:b ?c }")
    'CONSTRUCT'
    """
    words = (word.upper() for kind, word, _ in tokens(query) if kind is WORD)
    return next((word for word in words if word in FORMS), FORMS[0])


def rows_behind(construct: str) -> str:
    """Return a query with a row for each that a CONSTRUCT fills its template with.

    >>> rows_behind("CONSTRUCT { ?a a ?b } WHERE { ?b a ?a } LIMIT 9")
    'SELECT (1 AS ?row) WHERE { ?b a ?a } LIMIT 9'
    """
    found = tokens(construct)
    place = next(at for at, (_, word, _) in enumerate(found) if word.upper() == "CONSTRUCT")
    start = end = found[place][2]
    end += len("CONSTRUCT")
    if found[place + 1][1] == "{":
        closed = next(at for _, mark, at in found[place:] if mark == "}")  # templates do not nest
        end = closed + 1
    return f"{construct[:start]}SELECT (1 AS ?row){construct[end:]}"

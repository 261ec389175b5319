"""The parts of a query: its columns, its slots, its prologue, and what stands behind its rows."""

from __future__ import annotations

from pyoxigraph import RdfFormat, parse

from barriergraph.tokens import IRI, NAME, VARIABLE, WORD, tokens, unescape
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from barriergraph.tokens import Token


class Slot(Value):
    """A block `VALUES ?name { … }`: its variable, its items, and the span between its braces."""

    __slots__ = ("name", "items", "start", "end", "at")
    name: str
    items: tuple[str, ...]
    start: int
    end: int
    at: int


class Parts(Value):
    """A SELECT query in four pieces of text: prologue, `SELECT …`, body of WHERE, modifiers."""

    __slots__ = ("prologue", "head", "body", "tail")
    prologue: str
    head: str
    body: str
    tail: str


def columns(found: list[Token]) -> tuple[str, ...] | None:
    """Return the columns that the outermost SELECT names, or None for `*` or another form.

    >>> columns(tokens("SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b }"))
    ('a', 'n')
    """
    names: list[str] = []
    depth, form = 0, ""
    for place, (kind, text, _) in enumerate(found):
        word = text.upper() if kind is WORD else text
        if not form:
            form = word if word in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE") else ""
        elif form != "SELECT" or (word == "*" and depth == 0):
            return None
        elif word in ("(", ")"):
            depth += 1 if word == "(" else -1
        elif word in ("WHERE", "FROM", "{"):
            return tuple(names)
        elif kind is VARIABLE and (depth == 0 or (depth == 1 and is_word(found[place - 1], "AS"))):
            names.append(text[1:])
    return None


def slots(found: list[Token]) -> list[Slot]:
    """Return each block `VALUES ?name { … }` over one variable, in order.

    >>> [(slot.name, slot.items) for slot in slots(tokens("ASK { VALUES ?a { UNDEF } }"))]
    [('a', ('UNDEF',))]
    """
    blocks = []
    for place, (kind, word, _) in enumerate(found[:-3]):
        if kind is not WORD or word.upper() != "VALUES":
            continue
        (kind, name, at), (_, brace, start) = found[place + 1 : place + 3]
        if kind is VARIABLE and brace == "{":
            end = place + 3
            while end < len(found) and found[end][1] != "}":
                end += 1
            items = tuple(text for _, text, _ in found[place + 3 : end])
            blocks.append(
                Slot(name=name[1:], items=items, start=start + 1, end=found[end][2], at=at)
            )
    return blocks


def prefixes(found: list[Token]) -> dict[str, str]:
    """Return what each PREFIX declares, resolved against BASE, without the colon.

    >>> prefixes(tokens("BASE <http://a/> PREFIX b: <b#> ASK {}"))
    {'b': 'http://a/b#'}
    """
    return prologue(found)[0]


def has_from(text: str) -> bool:
    """Tell whether a query says which graphs it asks.

    >>> has_from("ASK FROM <a:b> {}"), has_from('ASK { FILTER("FROM" = "x") }')
    (True, False)
    """
    return any(is_word(token, "FROM") for token in tokens(text))


def names(text: str) -> list[str]:
    """Return the IRIs that a query names below its prologue, each once, in order.

    >>> names("PREFIX a: <b:> PREFIX c: <d:> ASK { a:x <e:y> ?z }")
    ['b:x', 'e:y']
    """
    found = tokens(text)
    declared, base = prologue(found)
    named: dict[str, None] = {}
    for place, (kind, word, _) in enumerate(found):
        if kind is NAME and not is_word(found[place - 1], "PREFIX"):
            prefix, _, local = word.partition(":")
            named[declared.get(prefix, "") + local.replace("\\", "")] = None
        elif kind is IRI and not _declares(found, place):
            named[resolve(word[1:-1], base)] = None
    return list(named)


def _declares(found: list[Token], place: int) -> bool:
    return any(
        is_word(found[at], word)
        for at in (place - 1, place - 2)
        if at >= 0
        for word in ("PREFIX", "BASE")
    )


def parts(text: str) -> Parts | None:
    """Return the four pieces of a SELECT query's text, or None for another form of query.

    >>> parts("PREFIX a: <b:c> SELECT ?s WHERE { ?s ?p ?o } LIMIT 1").body
    ' ?s ?p ?o '
    """
    found = tokens(text)
    starts = [at for kind, word, at in found if kind is WORD and word.upper() == "SELECT"]
    first = next((at for _, mark, at in found if mark == "{"), None)
    if not starts or first is None or starts[0] > first:
        return None
    depth = 0
    for _, mark, at in found:
        depth += (mark == "{") - (mark == "}")
        if mark == "}" and depth == 0:
            return Parts(
                prologue=text[: starts[0]],
                head=text[starts[0] : first],
                body=text[first + 1 : at],
                tail=text[at + 1 :],
            )
    return None


def outer_body(text: str) -> str | None:
    """Return what stands between the braces of the outermost WHERE of a SELECT query.

    Returns None for another form of query.

    >>> outer_body("SELECT ?a { ?a ?b ?c FILTER(?c < 3) } ORDER BY ?a")
    ' ?a ?b ?c FILTER(?c < 3) '
    """
    found = parts(text)
    return found.body if found else None


def behind(text: str, names: Iterable[str]) -> str | None:
    """Return a query for the values of variables that stand behind the rows of another.

    The other is a SELECT; the new one joins its rows with its own WHERE, so that the variables
    that it groups away come back, for the rows that it shows only. A subquery that keeps such a
    variable to itself is opened in the copy. Returns None when it uses none of them or is another
    form of query.

    >>> print(behind("SELECT (COUNT(?b) AS ?n) { ?a ?p ?b }", ["a", "c"]))
    SELECT DISTINCT ?a
    WHERE {
    { SELECT (COUNT(?b) AS ?n) { ?a ?p ?b } }
    { ?a ?p ?b }
    }
    """
    found = parts(text)
    if found is None:
        return None
    used = _variables(found.body)
    wanted = [name for name in names if used & {f"?{name}", f"${name}"}]
    if not wanted:
        return None
    # A comment may end the tail; the brace that follows needs a line of its own.
    tail = f"{found.tail}\n" if "#" in found.tail else f"{found.tail} "
    return (
        f"{found.prologue}SELECT DISTINCT {' '.join(f'?{name}' for name in wanted)}\nWHERE {{\n"
        f"{{ {found.head}{{{found.body}}}{tail}}}\n"
        f"{{{_opened(found.body, wanted)}}}\n}}"
    )


def _opened(body: str, names: Sequence[str]) -> str:
    """Return a pattern in which a subquery that hides one of the variables is its plain pattern."""
    found = tokens(body)
    text, start = "", 0
    for place, (_, mark, at) in enumerate(found[:-1]):
        if mark != "{" or at < start or not is_word(found[place + 1], "SELECT"):
            continue
        end = _closing(found, place)
        inner = body[at + 1 : end]
        query, kept = parts(inner), columns(tokens(inner))
        if query is None or kept is None:  # `SELECT *` hides nothing
            continue
        used = _variables(query.body)
        if any(used & {f"?{name}", f"${name}"} for name in names if name not in kept):
            text += f"{body[start : at + 1]}{_opened(query.body, names)}"
            start = end
    return text + body[start:]


def _closing(found: list[Token], place: int) -> int:
    """Return where the brace that is opened at a place of the list is closed."""
    depth = 0
    for _, mark, at in found[place:]:
        depth += (mark == "{") - (mark == "}")
        if depth == 0:
            return at
    raise AssertionError("the tokenizer refuses a brace that is never closed")


def _variables(text: str) -> set[str]:
    return {word for kind, word, _ in tokens(text) if kind is VARIABLE}


def is_word(token: Token, word: str) -> bool:
    return token[0] is WORD and token[1].upper() == word


def prologue(found: list[Token]) -> tuple[dict[str, str], str]:
    declared: dict[str, str] = {}
    base = ""
    place = 0
    while place < len(found) and found[place][1].upper() in ("BASE", "PREFIX", "VERSION"):
        words = found[place : place + 3]
        if is_word(words[0], "PREFIX"):
            if len(words) == 3 and words[1][0] is NAME and words[2][0] is IRI:
                declared[words[1][1][:-1]] = resolve(words[2][1][1:-1], base)
            place += 1
        elif is_word(words[0], "BASE") and len(words) > 1 and words[1][0] is IRI:
            base = resolve(words[1][1][1:-1], base)
        place += 2
    return declared, base


def resolve(reference: str, base: str) -> str:
    """Return the IRI that a reference stands for, resolved as the engine does it."""
    if not base:
        return unescape(reference)
    try:
        quads = parse(f"<{reference}> a <a:b> .", RdfFormat.TURTLE, base_iri=base)
        return str(next(quads).subject.value)
    except (SyntaxError, ValueError):
        return unescape(reference)

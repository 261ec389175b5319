"""Queries that shapes hold: SELECT and ASK of SHACL-SPARQL, read and written anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from pyoxigraph import Literal, Store

from barriergraph.errors import QueryError, ShapesError
from barriergraph.parts import parts, prologue
from barriergraph.tokens import IRI, NAME, VARIABLE, WORD
from barriergraph.tokens import tokens as read_tokens
from barriergraph.validation.shapes import show
from barriergraph.validation.vocabulary import OWL_IMPORTS, SH
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.tokens import Token
    from barriergraph.validation.shapes import Shapes, Term

#: The same pieces of text are read several times over.
tokens = lru_cache(maxsize=1024)(read_tokens)

_AGGREGATES = frozenset("AVG COUNT GROUP_CONCAT MAX MIN SAMPLE SUM".split())
_CORRELATED = ("EXISTS", "OPTIONAL")


class Query(Value):
    """A query in a shape: `form` (SELECT or ASK), its columns, its body, and what comes after.

    `simple` says whether it can be asked of all focus nodes at once. `head`, `body` and `tail` are
    text; `names` are the prefixes.
    """

    __slots__ = ("form", "head", "body", "tail", "names", "simple", "used")
    form: str
    head: str
    body: str
    tail: str
    names: Mapping[str, str]
    simple: bool
    used: frozenset[str]

    def write(self, text: str, replace: Callable[[str], str | None]) -> str:
        """Return a part of the query with IRIs in full and variables replaced.

        `replace` gives what a variable, without its mark, becomes; None leaves it.
        """
        found = tokens(text)
        written: list[str] = []
        end = 0
        skip = -1
        for place, (kind, word, at) in enumerate(found):
            if place <= skip:
                continue
            new: str | None = None
            if kind == VARIABLE:
                new = replace(word[1:])
                new = f"?{word[1:]}" if new is None else new
            elif kind == NAME:
                prefix, _, local = word.partition(":")
                new = f"<{self.names[prefix]}{local.replace(chr(92), '')}>"
            elif kind == WORD and word.upper() == "BOUND" and place + 3 < len(found):
                inner = replace(found[place + 2][1][1:])
                if inner is not None and not inner.startswith("?"):
                    written.append(text[end:at] + "true")
                    skip, end = place + 3, found[place + 3][2] + 1
                    continue
            if new is not None:
                written.append(text[end:at] + new)
                end = at + len(word)
        return "".join(written) + text[end:]


def read_query(shapes: Shapes, node: Term, form: str, bound: tuple[str, ...], path: str) -> Query:
    """Return the query that a constraint or validator holds.

    `bound` are the variables that are given from outside, `path` what stands for `$PATH`.

    Raises: ShapesError for a query that cannot be parsed, uses an unknown prefix or what
        SHACL-SPARQL does not allow.

    Source: https://www.w3.org/TR/shacl/#pre-binding
    """
    name = form.lower()
    value = shapes.one(node, name)
    if not isinstance(value, Literal):
        raise ShapesError(show(node), f"sh:{name} with the text of a query is missing")
    try:
        text = _as_select(value.value, form)
        found = tokens(text)
        declared, _ = prologue(found)
        names = {**_declared(shapes, node), **declared}
        cut = parts(text)
        if cut is None:
            raise ShapesError(show(node), f"sh:{name} takes a query that starts with {form}")
        body = _prebound(cut.body, path, bound)
        _check(node, tokens(f"{cut.head}{{{body}}}{cut.tail}"), bound)
        _check_prefixes(node, [*tokens(cut.head), *tokens(body), *tokens(cut.tail)], names)
    except QueryError as error:
        raise ShapesError(show(node), f"sh:{name}: {error}") from None
    columns = [t for t in tokens(cut.head) if t[0] == VARIABLE or t[1] in "()*" or t[0] != WORD
               or t[1].upper() not in ("SELECT", "DISTINCT", "REDUCED", "WHERE")]  # fmt: skip
    head = cut.head[columns[0][2] :] if columns else ""
    head = head.rstrip().removesuffix("WHERE").removesuffix("where").rstrip()
    query = Query(
        form=form, head=head, body=body, tail=cut.tail, names=names,
        simple=_is_simple(tokens(head), tokens(body), cut.tail, bound),
        used=frozenset(t[1][1:] for t in tokens(f"{head}{{{body}}}{cut.tail}") if t[0] == VARIABLE),
    )  # fmt: skip
    _parse(node, query)
    return query


def _as_select(text: str, form: str) -> str:
    if form == "SELECT":
        return text
    for kind, word, at in tokens(text):
        if kind == WORD and word.upper() == "ASK":
            return f"{text[:at]}SELECT * {text[at + 3 :]}"
    return text


def _prebound(body: str, path: str, bound: tuple[str, ...]) -> str:
    """Return a body with `$PATH` written out, and `bound($this)` as what it is, true.

    The engine takes a variable for unbound where no pattern binds it, whatever it is given.
    """
    always = {"shapesGraph", "currentShape", *bound[: 2 if "value" in bound else 1]}
    found = tokens(body)
    written, end = [], 0
    for place, (kind, word, at) in enumerate(found):
        if kind == VARIABLE and word[1:] == "PATH":
            written.append(body[end:at] + (path or word))
            end = at + len(word)
        elif kind == WORD and word.upper() == "BOUND" and found[place + 2][1][1:] in always:
            written.append(f"{body[end:at]}(true)")
            end = found[place + 3][2] + 1
    return "".join(written) + body[end:]


def _declared(shapes: Shapes, node: Term) -> dict[str, str]:
    """Return the prefixes that sh:prefixes leads to, through imports as well."""
    names: dict[str, str] = {}
    todo = list(shapes.get(node, "prefixes"))
    seen: set[Term] = set()
    while todo:
        ontology = todo.pop()
        if ontology in seen:
            continue
        seen.add(ontology)
        todo += shapes.objects(ontology, OWL_IMPORTS)
        for declaration in shapes.get(ontology, "declare"):
            prefix = shapes.one(declaration, "prefix")
            space = shapes.one(declaration, "namespace")
            if not isinstance(prefix, Literal) or space is None:
                raise ShapesError(show(ontology), "sh:declare needs sh:prefix and sh:namespace")
            if names.setdefault(prefix.value, space.value) != space.value:
                raise ShapesError(
                    show(ontology), f"the prefix {prefix.value!r} is declared for two namespaces"
                )
    return names


def _check(node: Term, found: list[Token], bound: tuple[str, ...]) -> None:
    """Refuse what SHACL-SPARQL forbids, because variables are bound from outside."""
    for place, (kind, word, _) in enumerate(found):
        upper = word.upper() if kind == WORD else ""
        if upper in ("MINUS", "VALUES", "SERVICE"):
            raise ShapesError(show(node), f"a query in a shape cannot use {upper}")
        if upper == "AS" and found[place + 1][1][1:] in bound:
            raise ShapesError(
                show(node), f"'{found[place + 1][1]}' is given, and cannot be bound anew with AS"
            )
        if upper == "SELECT" and place:
            _check_inner(node, found[place + 1 :], bound)


def _check_inner(node: Term, found: list[Token], bound: tuple[str, ...]) -> None:
    columns: set[str] = set()
    end = next(i for i, token in enumerate(found) if token[1] == "{")
    columns = {word[1:] for kind, word, _ in found[:end] if kind == VARIABLE}
    if any(word == "*" for _, word, _ in found[:end]):
        columns |= in_patterns(found[end:])
    for name in bound:
        if name not in columns:
            raise ShapesError(show(node), f"a SELECT inside the query has to return '${name}'")


def in_patterns(found: list[Token], *, outermost: bool = False) -> set[str]:
    """Return the variables of a group that stand outside every expression.

    The tokens begin with its brace. With `outermost`, those of the groups within it are left out.

    >>> group = tokens("{ ?a ?b 1 OPTIONAL { ?c ?d 2 } FILTER (?e > 1) }")
    >>> sorted(in_patterns(group)), sorted(in_patterns(group, outermost=True))
    (['a', 'b', 'c', 'd'], ['a', 'b'])
    """
    names: set[str] = set()
    braces = brackets = 0
    for kind, word, _ in found:
        braces += (word == "{") - (word == "}")
        brackets += (word == "(") - (word == ")")
        if kind == VARIABLE and not brackets and (braces == 1 or not outermost):
            names.add(word[1:])
        if braces == 0:
            break
    return names


def _check_prefixes(node: Term, found: list[Token], names: Mapping[str, str]) -> None:
    from difflib import get_close_matches

    for kind, word, _ in found:
        prefix = word.partition(":")[0]
        if kind == NAME and prefix not in names:
            near = get_close_matches(prefix, names)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ShapesError(
                show(node),
                f"no sh:prefixes declares the prefix {prefix!r} of {word!r}{hint}",
            )


def _parse(node: Term, query: Query) -> None:
    text = f"SELECT {query.head or '*'} {{ {query.body} }} {query.tail}"
    given = {"PATH": f"<{SH}path>"}
    try:
        Store().query(query.write(text, given.get))
    except (SyntaxError, ValueError) as error:
        reason = str(error).removeprefix("error at ").strip()
        raise ShapesError(show(node), f"the query cannot be parsed: {reason}") from None


def _is_simple(head: list[Token], body: list[Token], tail: str, bound: tuple[str, ...]) -> bool:
    """Say whether adding the focus nodes to the outermost group gives the same rows."""
    words = [word.upper() for kind, word, _ in (*head, *body) if kind == WORD]
    if tail.strip() or "SELECT" in words or _AGGREGATES.intersection(words):
        return False
    if any(
        kind == VARIABLE and word[1:] in ("shapesGraph", "currentShape") for kind, word, _ in body
    ):
        return False
    return _groups_are_simple(body, bound)


def _groups_are_simple(body: list[Token], bound: tuple[str, ...]) -> bool:
    opened: list[str] = []  # what each open brace belongs to
    for place, (kind, word, _) in enumerate(body):
        if word == "{":
            before = body[place - 1][1].upper() if place else ""
            opened.append(before if before in _CORRELATED else "group")
        elif word == "}":
            opened.pop()
        elif kind == WORD and opened and "EXISTS" not in opened:
            upper = word.upper()
            inside = upper in ("BIND", "OPTIONAL") or (upper == "FILTER" and "group" in opened)
            if inside or (upper == "EXISTS" and "group" in opened):
                return False
    return True


def names_in(query: Query) -> list[str]:
    """Return the IRIs that a query names, each once, in order."""
    found: dict[str, None] = {}
    for kind, word, _ in tokens(f"{query.head}{{{query.body}}}{query.tail}"):
        if kind == IRI:
            found[word[1:-1]] = None
        elif kind == NAME:
            prefix, _, local = word.partition(":")
            found[query.names[prefix] + local.replace(chr(92), "")] = None
    return list(found)

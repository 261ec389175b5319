"""Turtle as a person would write it: prefixes first, then a block for each thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.namespaces import PREFIXES, compact, namespace
from barriergraph.values import Value

Term = NamedNode | Literal

_A = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_CURIE = re.compile(r"[a-z][a-z-]*:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_BARE = {
    f"{_XSD}integer": re.compile(r"[+-]?[0-9]+"),
    f"{_XSD}decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    f"{_XSD}boolean": re.compile(r"true|false"),
}


class Block(Value):
    """What is said of a thing: properties in the order in which they are written, with values.

    `comment` stands above it, and may be empty.
    """

    __slots__ = ("comment", "statements", "subject")
    subject: NamedNode
    statements: tuple[tuple[NamedNode, tuple[Term, ...]], ...]
    comment: str


def block(
    subject: NamedNode, statements: Iterable[tuple[NamedNode, Sequence[Term]]], comment: str = ""
) -> Block:
    """Return a block; properties without a value are left out."""
    told = tuple((predicate, tuple(values)) for predicate, values in statements if values)
    return Block(subject=subject, statements=told, comment=comment)


def spelt(term: Term, more: Mapping[str, str] | None = None) -> str:
    """Return a term as Turtle: a CURIE where our prefixes have one, a bare number or truth value.

    `more` are prefixes beside ours.

    >>> spelt(NamedNode("https://w3id.org/barriergraph/id/barrier/workload"))
    'barrier:workload'
    >>> spelt(Literal(1996)), spelt(Literal("a", language="en"))
    ('1996', '"a"@en')
    """
    if isinstance(term, NamedNode):
        cut = namespace(term.value)
        curie = compact(term.value)
        for prefix, told in (more or {}).items():
            if told == cut:
                curie = f"{prefix}:{term.value[len(cut) :]}"
        return curie if _CURIE.fullmatch(curie) else f"<{term.value}>"
    bare = _BARE.get(term.datatype.value)
    if bare is not None and bare.fullmatch(term.value):
        return term.value
    if term.datatype.value.startswith(_XSD) and term.datatype.value != f"{_XSD}string":
        return f"{Literal(term.value)}^^{spelt(term.datatype)}"
    return str(term)


def document(
    blocks: Sequence[Block], heading: str = "", *, more: Mapping[str, str] | None = None
) -> str:
    """Return blocks as a Turtle file with the prefixes that they use; `heading` is a comment.

    `more` are prefixes beside ours.

    >>> b = block(NamedNode("https://w3id.org/barriergraph/id/barrier/fog"),
    ...     [(_A, [NamedNode("https://w3id.org/barriergraph/ontology#Barrier")])])
    >>> print(document([b], "Fog"))
    PREFIX barrier: <https://w3id.org/barriergraph/id/barrier/>
    PREFIX bg: <https://w3id.org/barriergraph/ontology#>
    <BLANKLINE>
    # Fog
    <BLANKLINE>
    barrier:fog
        a bg:Barrier ;
    .
    <BLANKLINE>
    """
    body = "\n".join(_lines(blocks, more))
    known = {**PREFIXES, **(more or {})}
    written = set(re.findall(r"(?<![\w:-])([a-z][a-z-]*):", _bare(body)))
    head = [f"PREFIX {prefix}: <{known[prefix]}>" for prefix in sorted(written & known.keys())]
    comments = [f"# {line}".rstrip() for line in heading.splitlines()]
    parts = ["\n".join(head), "\n".join(comments), body]
    return "\n\n".join(part for part in parts if part.strip()).rstrip("\n") + "\n"


def _lines(blocks: Iterable[Block], more: Mapping[str, str] | None) -> Iterable[str]:
    for one in blocks:
        yield from (f"# {line}".rstrip() for line in one.comment.splitlines())
        yield spelt(one.subject, more)
        for predicate, values in one.statements:
            name = "a" if predicate == _A else spelt(predicate, more)
            yield f"    {name} {', '.join(spelt(value, more) for value in values)} ;"
        yield from (".", "")


def _bare(text: str) -> str:
    """Return Turtle without what is quoted, in angle brackets or a comment."""
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|<[^>\n]*>|(?m:^\s*#.*$)', "", text)

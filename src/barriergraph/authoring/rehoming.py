"""Giving what an import makes the addresses of the module that it goes into."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat

from barriergraph.authoring.turtle import Block, Term, block, document
from barriergraph.namespaces import ID, namespace, slug


def rehome(texts: Mapping[str, str], space: str) -> dict[str, str]:
    """Return Turtle texts with what they describe under `space` instead of under our own.

    What they only name keeps its address. Order and headings stay.

    >>> made = rehome({"a.ttl": "<https://w3id.org/barriergraph/id/risk/x> a <x:R> ."}, "y:z/")
    >>> print(made["a.ttl"].splitlines()[0])
    PREFIX my-risk: <y:z/risk/>
    """
    if space == ID:
        return dict(texts)
    read = {file: list(pyoxigraph.parse(text, RdfFormat.TURTLE)) for file, text in texts.items()}
    made = {
        quad.subject.value
        for quads in read.values()
        for quad in quads
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(ID)
    }

    def moved(term: Term) -> Term:
        if isinstance(term, Literal) or term.value not in made:
            return term
        return NamedNode(space + term.value.removeprefix(ID))

    found = {}
    for file, quads in read.items():
        said: dict[NamedNode, dict[NamedNode, list[Term]]] = {}
        for quad in quads:
            subject, predicate, value = quad.triple
            assert isinstance(subject, NamedNode)
            assert isinstance(value, NamedNode | Literal)
            node = moved(subject)
            assert isinstance(node, NamedNode)
            said.setdefault(node, {}).setdefault(predicate, []).append(moved(value))
        used = {one.value for node, of in said.items() for values in of.values()
                for one in (node, *values) if isinstance(one, NamedNode)}  # fmt: skip
        own = {namespace(iri) for iri in used if iri.startswith(space)} - {space}
        more = {f"my-{slug(one[:-1])}": one for one in own}
        blocks: list[Block] = [block(node, of.items()) for node, of in said.items()]
        found[file] = document(blocks, _heading(texts[file]), more=more)
    return found


def _heading(text: str) -> str:
    """Return the comment that stands before the first statement."""
    lines = []
    for line in text.splitlines():
        if line.startswith("#"):
            lines.append(line.removeprefix("#").strip())
        elif line.strip() and not line.upper().startswith(("PREFIX", "@PREFIX")):
            break
    return "\n".join(lines)

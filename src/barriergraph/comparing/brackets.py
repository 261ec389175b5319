"""Statements with what stands in brackets written out, so that those of two files compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from barriergraph.rdf import sorted_quads

#: An object: a term, or the text of what stands in brackets.
Object: TypeAlias = NamedNode | Literal | Triple | str
#: A subject's IRI (empty for what is said of brackets that nothing names), a property's, an object.
Statement: TypeAlias = tuple[str, str, Object]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _REST, _NIL = f"{_RDF}first", f"{_RDF}rest", f"{_RDF}nil"


def written(triples: Iterable[Triple]) -> Iterator[Statement]:
    """Yield the statements about things that have a name, each once.

    An object in brackets is a text that depends on nothing but what is said there: nested brackets
    where each is used once, else the canonical form of all brackets that hang together. Where the
    same text would come twice, the second ends in " #2".

    >>> a, b, note = NamedNode("x:a"), BlankNode(), NamedNode("x:note")
    >>> list(written([Triple(a, note, b), Triple(b, note, Literal("c"))]))
    [('x:a', 'x:note', '[ <x:note> "c" ]')]

    Source: RDF Dataset Canonicalization, https://www.w3.org/TR/rdf-canon/
    """
    about: dict[BlankNode, list[Triple]] = {}
    into: dict[BlankNode, list[Triple]] = {}
    for triple in triples:
        subject, value = triple.subject, triple.object
        if isinstance(value, BlankNode):
            into.setdefault(value, []).append(triple)
        if isinstance(subject, BlankNode):
            about.setdefault(subject, []).append(triple)
        elif isinstance(subject, NamedNode) and not isinstance(value, BlankNode):
            yield subject.value, triple.predicate.value, value
    if about or into:
        yield from _numbered(_bracketed(about, into))


def _bracketed(
    about: dict[BlankNode, list[Triple]], into: dict[BlankNode, list[Triple]]
) -> Iterator[Statement]:
    left = dict.fromkeys((*about, *into))
    while left:
        group = _together(next(iter(left)), about, into)
        for node in group:
            del left[node]
        roots = [t for node in group for t in into.get(node, ()) if t.subject not in group]
        texts = _nested(group, about, into)
        if texts is None:
            told = {t for node in group for t in (*about.get(node, ()), *into.get(node, ()))}
            quads = sorted_quads(Quad(t.subject, t.predicate, t.object) for t in told)
            texts = dict.fromkeys(group, " ".join(f"{quad.triple} ." for quad in quads))
        for triple in roots:
            assert isinstance(triple.object, BlankNode)
            assert isinstance(triple.subject, NamedNode)  # Turtle has no triple as a subject
            yield triple.subject.value, triple.predicate.value, texts[triple.object]
        if not roots:
            heads = [node for node in group if not into.get(node)] or group[:1]
            yield from (("", "", texts[node]) for node in heads)


def _together(
    start: BlankNode, about: dict[BlankNode, list[Triple]], into: dict[BlankNode, list[Triple]]
) -> list[BlankNode]:
    """Return the blank nodes that hang together with one, without passing a name."""
    found, waiting = dict.fromkeys([start]), [start]
    while waiting:
        node = waiting.pop()
        near = [triple.object for triple in about.get(node, ())]
        near += [triple.subject for triple in into.get(node, ())]
        for other in near:
            if isinstance(other, BlankNode) and other not in found:
                found[other] = None
                waiting.append(other)
    return list(found)


def _nested(
    group: list[BlankNode], about: dict[BlankNode, list[Triple]],
    into: dict[BlankNode, list[Triple]],
) -> dict[BlankNode, str] | None:  # fmt: skip
    """Return each blank node of a group as nested brackets, or None when some are shared."""
    shared = any(len(into.get(node, ())) > 1 for node in group)
    starts = [
        node
        for node in group
        if not any(isinstance(triple.subject, BlankNode) for triple in into.get(node, ()))
    ]
    if shared or len(starts) != 1:  # without a start they go in a circle
        return None
    texts: dict[BlankNode, str] = {}
    order, waiting = [], starts[:]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting += [t.object for t in about.get(node, ()) if isinstance(t.object, BlankNode)]
    for node in reversed(order):
        texts[node] = _text(about.get(node, []), texts)
    return texts


def _text(told: list[Triple], texts: dict[BlankNode, str]) -> str:
    pairs = sorted(
        (triple.predicate.value, texts.get(triple.object) or str(triple.object))  # type: ignore[arg-type]
        for triple in told
    )
    if [name for name, _ in pairs] == [_FIRST, _REST]:
        rest = pairs[1][1]
        if rest == f"<{_NIL}>":
            return f"( {pairs[0][1]} )"
        if rest.startswith("( "):
            return f"( {pairs[0][1]} {rest[2:]}"
    return f"[ {' ; '.join(f'<{name}> {value}' for name, value in pairs)} ]" if pairs else "[]"


def _numbered(statements: Iterable[Statement]) -> Iterator[Statement]:
    seen: Counter[Statement] = Counter()
    for one in statements:
        seen[one] += 1
        subject, predicate, value = one
        yield one if seen[one] == 1 else (subject, predicate, f"{value} #{seen[one]}")

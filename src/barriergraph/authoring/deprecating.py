"""Retiring a term: it keeps its address and its statements, and says what to use instead."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat

from barriergraph import sources
from barriergraph.authoring.drafts import below
from barriergraph.authoring.patches import Patch, exact_text
from barriergraph.authoring.turtle import Term, block, document, spelt
from barriergraph.errors import BarrierGraphError, NotFoundError
from barriergraph.files import parse
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import ID, KINDS, PREFIXES, compact, slug
from barriergraph.rdf import named
from barriergraph.terms import Terms
from barriergraph.values import Value

_TYPE, _SUBCLASS = named("rdf:type"), named("rdfs:subClassOf")
_DEPRECATED, _REPLACED = named("owl:deprecated"), named("dcterms:isReplacedBy")
_NOTE = named("skos:changeNote")
_TRUE = Literal("true", datatype=named("xsd:boolean"))

#: Types that say nothing of what kind a thing is.
_GENERAL = frozenset(
    map(named, ("owl:NamedIndividual", "owl:Thing", "rdfs:Resource", "skos:Concept", "bg:Factor"))
)
#: The classes of what belongs into an ontology.
_TERMS = frozenset(
    map(
        named,
        (
            "owl:Class", "rdfs:Class", "rdfs:Datatype", "rdf:Property", "owl:ObjectProperty",
            "owl:DatatypeProperty", "owl:AnnotationProperty",
        ),
    )
)  # fmt: skip
_HEADING = "Retired: kept, so that what names them still finds them."


class Retirement(Value):
    """What retires a term: the file as it would be, and notes for the person."""

    __slots__ = ("notes", "patch")
    patch: Patch
    notes: tuple[str, ...]

    def diff(self) -> str:
        """Return what would change as a unified diff."""
        return self.patch.diff()

    def write(self) -> list[str]:
        """Write the file in one move and return its path.

        Raises: BarrierGraphError for a file that changed since it was read, or cannot be written.
        """
        self.patch.write()
        return [self.patch.path]


def deprecate(
    term: NamedNode,
    graph: KnowledgeGraph,
    module_path: str | os.PathLike[str],
    *,
    replaced_by: NamedNode | Sequence[NamedNode] | None = None,
    version: str,
    advice: str,
) -> Retirement:
    """Return how a module would retire a term since a version, with advice in English.

    Where a Turtle file of the module says what kind of thing the term is, the statements are
    added at the end of that file, which stays as it is otherwise; else they go to
    `ontology/deprecated.ttl` for a class or a property and to `data/deprecated.ttl` for anything
    else. Nothing is written yet.

    Raises: NotFoundError for a term that the graph gives no type, with near names;
        BarrierGraphError for a term that is retired already, a replacement that is the term
        itself, is retired or is of another kind, and for an empty version or advice; as
        `sources.module`.
    """
    given = (replaced_by,) if isinstance(replaced_by, NamedNode) else tuple(replaced_by or ())
    others = tuple(dict.fromkeys(given))
    since, told = " ".join(version.split()), " ".join(advice.split())
    if not since or not told:
        raise BarrierGraphError("say since which version the term is retired, and what to do")
    _check(term, others, graph)
    entry = sources.module(module_path)
    file = _home(term, entry, graph)
    path = below(entry.path, file)
    before = exact_text(path)
    statements: list[tuple[NamedNode, Sequence[Term]]] = [
        (_DEPRECATED, [_TRUE]),
        (_REPLACED, others),
        (_NOTE, [Literal(f"Since {since}: {told}", language="en")]),
    ]
    if before is None:
        after = document([block(term, statements)], _HEADING)
    else:
        after = _appended(before, term, statements)
    notes = [] if others else [f"{compact(term.value)}: nothing is said to replace it, as it must"]
    patch = Patch(file=file, path=path, before=before, after=after)
    return Retirement(patch=patch, notes=tuple(notes))


def _check(term: NamedNode, others: Sequence[NamedNode], graph: KnowledgeGraph) -> None:
    for one in (term, *others):
        if not _types(one, graph):
            near = Terms(graph.store).near(slug(one.value))
            raise NotFoundError("term", compact(one.value), near)
    if _retired(term, graph):
        raise BarrierGraphError(f"{compact(term.value)} is retired already")
    for other in others:
        name = compact(other.value)
        if other == term:
            raise BarrierGraphError(f"{name} cannot replace itself")
        if _retired(other, graph):
            raise BarrierGraphError(f"{name} is retired itself; name what is used instead of it")
        if not _alike(term, other, graph):
            kinds = [_kind(one, graph) for one in (other, term)]
            raise BarrierGraphError(
                f"{name} is of another kind: {kinds[0]}, and what it would replace: {kinds[1]}"
            )


def _retired(node: NamedNode, graph: KnowledgeGraph) -> bool:
    return any(True for _ in graph.store.quads_for_pattern(node, _DEPRECATED, _TRUE, None))


def _types(node: NamedNode, graph: KnowledgeGraph) -> set[NamedNode]:
    """Return the classes that files, not rules, say a thing to be of."""
    return {
        quad.object
        for quad in graph.store.quads_for_pattern(node, _TYPE, None, None)
        if isinstance(quad.object, NamedNode)
        and getattr(quad.graph_name, "value", "") in graph.files
    }


def _alike(one: NamedNode, other: NamedNode, graph: KnowledgeGraph) -> bool:
    """Tell whether two things are of one kind: by their addresses, else by their classes."""
    places = [_place(node) for node in (one, other)]
    if all(places):
        return places[0] == places[1]
    first, second = (_types(node, graph) for node in (one, other))
    return bool(
        (first - _GENERAL) & _above(second, graph) or (second - _GENERAL) & _above(first, graph)
    )


def _place(node: NamedNode) -> str:
    kind = node.value.removeprefix(ID).partition("/")[0] if node.value.startswith(ID) else ""
    return kind if kind in KINDS else ""


def _above(classes: set[NamedNode], graph: KnowledgeGraph) -> set[NamedNode]:
    found, waiting = set(classes), list(classes)
    while waiting:
        quads = graph.store.quads_for_pattern(waiting.pop(), _SUBCLASS, None, None)
        for value in [quad.object for quad in quads]:
            if isinstance(value, NamedNode) and value not in found:
                found.add(value)
                waiting.append(value)
    return found


def _kind(node: NamedNode, graph: KnowledgeGraph) -> str:
    names = sorted(compact(one.value) for one in _types(node, graph) - _GENERAL)
    return ", ".join(names) or "a thing of no kind"


def _home(term: NamedNode, entry: sources.Module, graph: KnowledgeGraph) -> str:
    for file in sources.turtle_files(entry):
        for quad in parse(entry.locate(file)):
            if quad.subject == term and quad.predicate == _TYPE:
                return file
    return f"{'ontology' if _types(term, graph) & _TERMS else 'data'}/deprecated.ttl"


def _appended(
    text: str, term: NamedNode, statements: Sequence[tuple[NamedNode, Sequence[Term]]]
) -> str:
    """Return Turtle with a block at its end, after the prefixes that it needs and has not."""
    reading = pyoxigraph.parse(text.removeprefix("\ufeff").encode(), RdfFormat.TURTLE)
    list(reading)
    prefixes = dict(reading.prefixes)
    missing: dict[str, str] = {}

    def told(value: Term) -> str:
        word = spelt(value)
        if isinstance(value, NamedNode) and not word.startswith("<"):
            prefix = word.partition(":")[0]
            if prefixes.get(prefix, PREFIXES[prefix]) != PREFIXES[prefix]:
                return f"<{value.value}>"
            if prefix not in prefixes:
                missing[prefix] = PREFIXES[prefix]
        return word

    lines = [told(term)]
    for predicate, values in statements:
        if values:
            lines.append(f"    {told(predicate)} {', '.join(map(told, values))} ;")
    head = [f"PREFIX {prefix}: <{space}>" for prefix, space in sorted(missing.items())]
    end = "\r\n" if "\r\n" in text else "\n"
    gap = end if text.endswith("\n") or not text else end * 2
    return text + gap + end.join([*head, *([""] if head else []), *lines, ".", ""])

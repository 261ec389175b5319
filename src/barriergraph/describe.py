"""One resource with every statement about it, and the file in which each stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from barriergraph.namespaces import INFERRED, compact, rule_of
from barriergraph.rdf import Graph
from barriergraph.results import Table
from barriergraph.terms import LABELS, Terms

Term = NamedNode | BlankNode | Literal | Triple
Subject = NamedNode | BlankNode | Triple

_A = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_FIRST = {iri: place for place, iri in enumerate((_A, *LABELS))}


@dataclass(frozen=True)
class Statement:
    """A triple with the named graph and the file in which it stands.

    In the place of a file, a derived statement has the rule that gives it: 'inferred (prp-inv1)'.
    """

    subject: Subject
    predicate: NamedNode
    object: Term
    graph: str
    file: str


@dataclass(frozen=True)
class Resource:
    """A term, its label, what is said of it (`outgoing`) and what points to it (`incoming`)."""

    iri: str
    label: str
    outgoing: tuple[Statement, ...]
    incoming: tuple[Statement, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement, those about the resource first."""
        return self.outgoing + self.incoming

    def to_graph(self) -> Graph:
        """Return the statements as triples, without the graphs that they stand in."""
        return Graph(Triple(s.subject, s.predicate, s.object) for s in self.statements)

    def to_table(self) -> Table:
        """Return the statements as a table, one a row, with the graph and the file of each."""
        columns = ("subject", "predicate", "object", "graph", "file")
        rows = tuple(
            (s.subject, s.predicate, s.object, NamedNode(s.graph), Literal(s.file))
            for s in self.statements
        )
        return Table(columns, rows, title=self.label)

    def to_text(self) -> str:
        """Return the statements for people, under the name of the file in which they stand."""
        lines = [f"{self.label} ({compact(self.iri)})", self.iri]
        lines += _section("", self.outgoing, incoming=False)
        lines += _section("pointing here", self.incoming, incoming=True)
        counts = f"{_count(len(self.outgoing), 'statement')}, {len(self.incoming)} pointing here"
        return "\n".join([*lines, "", counts, ""])


def describe(store: Store, terms: Terms, files: Mapping[str, str], node: NamedNode) -> Resource:
    """Return everything that the named graphs say of a term, in the order in which people read.

    A statement that stands in two files has the first. Blank nodes are not followed.
    """
    outgoing = _statements(store.quads_for_pattern(node, None, None, None), files)
    incoming = _statements(store.quads_for_pattern(None, None, node, None), files)
    return Resource(node.value, terms.label(node), outgoing, incoming)


def _statements(quads: Iterable[Quad], files: Mapping[str, str]) -> tuple[Statement, ...]:
    found = []
    for quad in quads:
        name = quad.graph_name
        graph = name.value if isinstance(name, NamedNode) else str(name)
        rule = rule_of(graph)
        file = files.get(graph, graph) if rule is None else f"inferred ({rule})"
        found.append(Statement(quad.subject, quad.predicate, quad.object, graph, file))
    return tuple(sorted(found, key=_order))


def _order(statement: Statement) -> tuple[bool, str, str, int, str, str]:
    predicate = statement.predicate.value
    place = _FIRST.get(predicate, len(_FIRST))
    inferred = statement.graph.startswith(INFERRED)
    return (
        inferred,
        statement.file,
        str(statement.subject),
        place,
        predicate,
        str(statement.object),
    )


def _section(title: str, statements: tuple[Statement, ...], *, incoming: bool) -> list[str]:
    rows = [
        (s.file, short(s.subject if incoming else s.predicate),
         short(s.predicate if incoming else s.object))
        for s in statements
    ]  # fmt: skip
    width = min(max((len(left) for _, left, _ in rows), default=0), 40)
    lines = ["", f"{title}:"] if title and rows else []
    last = None
    for file, left, right in rows:
        if file != last:
            lines += ["", file]
            last = file
        lines.append(f"    {left:<{width}}  {right}")
    return lines


def short(term: Term) -> str:
    """Return a term as Turtle would write it, on one line and without control characters."""
    if isinstance(term, NamedNode):
        text = "a" if term.value == _A else compact(term.value)
    elif isinstance(term, Literal) and not term.language:
        kind = term.datatype.value
        plain = kind.endswith(("#integer", "#boolean", "#decimal"))
        text = term.value if plain else str(term).replace(f"<{kind}>", compact(kind))
    else:
        text = str(term)
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

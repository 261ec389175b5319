"""Validation of rdflib graphs."""

from __future__ import annotations

import gc
from collections.abc import Iterable

from pyoxigraph import DefaultGraph, Quad, Store, Triple

from barriergraph.validation.covering import Coverage, cover, frozen
from barriergraph.validation.exact import Exact, by_value, to_engine, to_rdflib
from barriergraph.validation.report import Report, Result
from barriergraph.validation.run import SHAPES_GRAPH, Found
from barriergraph.validation.shapes import Shapes
from barriergraph.validation.validator import Validator, as_nodes, report

TYPE_CHECKING = False
if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

    from barriergraph.validation.report import Term as AnyTerm
    from barriergraph.validation.shapes import Term


def validate_graph(
    data: rdflib.Graph, shapes: rdflib.Graph, focus: AnyTerm | Iterable[AnyTerm] | None
) -> Report:
    """Do as `barriergraph.validation.validate` says."""
    data = one_graph(data)
    shapes = one_graph(shapes)
    validator, table = _ready(data, shapes)
    nodes = as_nodes(focus)
    if nodes is not None:
        nodes = [table.there(to_rdflib(node)) for node in nodes]

    def back(found: Found, plain: bool) -> Result:
        focus_node = table.back(found.focus)
        value = None if found.value is None else table.back(found.value)
        if plain and found.value is not None:
            value = _as_spelled(data, table, found, focus_node)
        return Result(
            focus_node=focus_node,
            path=None if found.path is None else to_rdflib(found.path),
            value=value,
            component=to_rdflib(found.component),
            severity=to_rdflib(found.shape.severity),
            shape=to_rdflib(found.shape.node),
            message=found.text,
            messages=tuple(map(to_rdflib, found.messages)),
            constraint=None if found.constraint is None else to_rdflib(found.constraint),
        )

    return report(
        validator,
        nodes,
        back=back,
        data=lambda: data,
        term=table.back,
        shape_term=to_rdflib,
        shapes_graph=lambda: shapes,
        keep=lambda result: result,
    )


def graph_coverage(data: rdflib.Graph, shapes: rdflib.Graph) -> Coverage:
    """Do as `barriergraph.validation.coverage` says."""
    validator, table = _ready(one_graph(data), one_graph(shapes))
    met, left = cover(validator)
    return frozen(met, left, table.back)


def _ready(data: rdflib.Graph, shapes: rdflib.Graph) -> tuple[Validator, Exact]:
    """Return the shapes compiled for a copy of the data in a store, and the table of terms."""
    table = Exact()
    store = Store()
    collecting = gc.isenabled()
    gc.disable()  # it finds nothing to free while values are only being made
    try:
        store.extend(table.read(data))
    finally:
        if collecting:
            gc.enable()
    read = read_shapes(shapes)
    store.extend(Quad(*triple, SHAPES_GRAPH) for triple in read)

    def plain() -> Store:
        other = Store()
        other.extend(Quad(q.subject, q.predicate, by_value(q.object), q.graph_name) for q in store)
        return other

    return Validator(store, read, graphs=[DefaultGraph()], table=table, plain=plain), table


def one_graph(graph: rdflib.Graph) -> rdflib.Graph:
    """Return the union of a dataset's graphs, or a plain graph as it is."""
    import rdflib

    if not hasattr(graph, "quads"):
        return graph
    union = rdflib.Graph()
    for subject, predicate, value, *_ in graph.quads((None, None, None, None)):
        union.add((subject, predicate, value))
    return union


def read_shapes(graph: rdflib.Graph) -> Shapes:
    """Return the shapes that an rdflib graph holds."""
    there: dict[Node, Term] = {}

    def term(of: Node) -> Term:
        if of not in there:
            there[of] = to_engine(of)
        return there[of]

    return Shapes(
        Triple(term(s), term(p), term(o))  # type: ignore[arg-type]
        for s, p, o in graph
    )


def _as_spelled(data: rdflib.Graph, table: Exact, found: Found, focus: Node) -> Node:
    """Return the value that the data has, where the engine compared it by its value."""
    assert found.value is not None
    spellings = table.spellings(found.value)
    if len(spellings) > 1 and found.path is not None:
        path = to_rdflib(found.path)
        for value in spellings:
            if (focus, path, value) in data:
                return value
    return spellings[0]

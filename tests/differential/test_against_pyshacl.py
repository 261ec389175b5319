"""Invented shapes and data: the same results as pyshacl, or a reason to differ.

What is left out of the inventions is where pyshacl departs from the standard: it compares IRIs
with sh:lessThan, orders numbers among booleans, dates and ill-formed literals, turns the parts of a
path around but not their order, and raises an error where a blank node is compared.
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter

import pytest

pyshacl = pytest.importorskip("pyshacl", reason="pyshacl, the other side, is not installed")
hypothesis = pytest.importorskip("hypothesis", reason="hypothesis, which invents, is missing")

from hypothesis import HealthCheck, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, Namespace, URIRef  # noqa: E402
from rdflib.collection import Collection  # noqa: E402

from barriergraph.validation import validate  # noqa: E402

EX = Namespace("https://example.org/")
NODES = [EX[f"n{i}"] for i in range(5)]
CLASSES = [EX[f"C{i}"] for i in range(3)]
PROPERTIES = [EX.p, EX.q, EX.r]
NUMBERS = [Literal(i) for i in range(4)]
WORDS = [Literal("a"), Literal("ab1"), Literal("a", lang="en"), Literal("b", lang="en-GB"),
         Literal("c", lang="en"), Literal("d", lang="fr")]  # fmt: skip
ODD = [
    Literal("5", datatype=XSD.byte), Literal("1.0", datatype=XSD.decimal),
    Literal("1.00", datatype=XSD.decimal), Literal(1.5),
]  # fmt: skip
#: Values of a property that is never compared with numbers.
ASIDE = [
    Literal("2020-01-31", datatype=XSD.date), Literal("2020-02-31", datatype=XSD.date),
    Literal("2020-01-01T00:00:00Z", datatype=XSD.dateTime), Literal(True),
    Literal("x", datatype=XSD.integer), Literal("300", datatype=XSD.byte),
]  # fmt: skip
VALUES = [*NODES, *NUMBERS, *WORDS, *ODD, BNode("blank")]
DATATYPES = [XSD.integer, XSD.string, XSD.byte, XSD.decimal, XSD.date, XSD.dateTime, RDF.langString]

logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
logging.getLogger("pyshacl").setLevel(logging.CRITICAL)

Results = Counter[tuple[object, ...]]


@st.composite
def data_graphs(draw: st.DrawFn) -> Graph:
    graph = Graph()
    graph.add((CLASSES[1], RDFS.subClassOf, CLASSES[0]))
    for node in NODES:
        for cls in draw(st.lists(st.sampled_from(CLASSES), max_size=2)):
            graph.add((node, RDF.type, cls))
    statements = st.tuples(
        st.sampled_from([*NODES, BNode("blank")]),
        st.sampled_from(PROPERTIES),
        st.sampled_from(VALUES),
    )
    for statement in draw(st.lists(statements, max_size=25)):
        graph.add(statement)
    for node, number in draw(
        st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NUMBERS)), max_size=6)
    ):
        graph.add((node, draw(st.sampled_from([EX.low, EX.high])), number))
    for value in draw(st.lists(st.sampled_from(ASIDE), max_size=4)):
        graph.add((draw(st.sampled_from(NODES)), EX.aside, value))
    return graph


def make_list(graph: Graph, members: list[object]) -> BNode:
    head = BNode()
    Collection(graph, head, members)
    return head


def add_path(draw: st.DrawFn, graph: Graph, depth: int = 0) -> object:
    kinds = ["plain", "plain", "plain", "inverse", "list", "either", "*", "+", "?"]
    kind = draw(st.sampled_from(kinds))
    if kind == "plain" or depth > 1:
        return draw(st.sampled_from(PROPERTIES))
    inner = add_path(draw, graph, 2 if kind == "inverse" else depth + 1)
    if kind == "list":
        return make_list(graph, [inner, add_path(draw, graph, depth + 1)])
    node = BNode()
    if kind == "either":
        graph.add(
            (node, SH.alternativePath, make_list(graph, [inner, add_path(draw, graph, depth + 1)]))
        )
        return node
    words = {"inverse": SH.inversePath, "*": SH.zeroOrMorePath, "+": SH.oneOrMorePath}
    graph.add((node, words.get(kind, SH.zeroOrOnePath), inner))
    return node


def add_constraints(draw: st.DrawFn, graph: Graph, shape: object, depth: int, path: bool) -> None:
    """Give a shape up to three constraints; those that hold other shapes only near the top."""
    plain = ["class", "datatype", "nodeKind", "minInclusive", "maxExclusive", "minLength",
             "maxLength", "pattern", "languageIn", "in", "hasValue", "equals",
             "disjoint"]  # fmt: skip
    counting = ["minCount", "maxCount", "uniqueLang"] if path else ["closed"]
    nested = ["node", "not", "and", "or", "xone", "property"] if depth < 2 else []
    nested += ["qualified"] if path and depth < 2 else []
    names = draw(st.sets(st.sampled_from([*plain, *counting, *nested]), min_size=1, max_size=3))
    for name in sorted(names):
        add_constraint(draw, graph, shape, name, depth)


def add_constraint(draw: st.DrawFn, graph: Graph, shape: object, name: str, depth: int) -> None:
    one = {
        "class": CLASSES, "datatype": DATATYPES, "hasValue": VALUES[:-1], "equals": PROPERTIES,
        "disjoint": PROPERTIES, "minInclusive": NUMBERS, "maxExclusive": NUMBERS,
        "nodeKind": [SH.IRI, SH.Literal, SH.BlankNode, SH.BlankNodeOrIRI, SH.IRIOrLiteral],
        "minLength": [Literal(2), Literal(22)], "maxLength": [Literal(1), Literal(21)],
        "pattern": [Literal("^a"), Literal("[0-9]$"), Literal("n[12]")],
        "minCount": [Literal(i) for i in range(1, 6)], "maxCount": [Literal(i) for i in range(5)],
        "uniqueLang": [Literal(True)], "closed": [Literal(True)],
    }  # fmt: skip
    if name in one:
        graph.add((shape, SH[name], draw(st.sampled_from(one[name]))))
    elif name in ("in", "languageIn"):
        members = VALUES[:-1] if name == "in" else [Literal("en"), Literal("fr"), Literal("en-GB")]
        chosen = draw(st.lists(st.sampled_from(members), min_size=1, max_size=8, unique=True))
        graph.add((shape, SH[name], make_list(graph, chosen)))
    elif name in ("node", "not"):
        graph.add((shape, SH[name], add_shape(draw, graph, depth + 1, path=False)))
    elif name == "property":
        graph.add((shape, SH.property, add_shape(draw, graph, depth + 1, path=True)))
    elif name == "qualified":
        graph.add((shape, SH.qualifiedValueShape, add_shape(draw, graph, depth + 1, path=False)))
        count = draw(st.sampled_from([SH.qualifiedMinCount, SH.qualifiedMaxCount]))
        graph.add((shape, count, Literal(draw(st.integers(0, 5)))))
        graph.add((shape, SH.qualifiedValueShapesDisjoint, Literal(draw(st.booleans()))))
    else:
        members = [add_shape(draw, graph, depth + 1) for _ in range(draw(st.integers(1, 3)))]
        graph.add((shape, SH[name], make_list(graph, members)))


def add_shape(draw: st.DrawFn, graph: Graph, depth: int, path: bool | None = None) -> URIRef:
    shape = EX[f"S{len(graph)}"]
    path = draw(st.booleans()) if path is None else path
    graph.add((shape, RDF.type, SH.PropertyShape if path else SH.NodeShape))
    if path:
        graph.add((shape, SH.path, add_path(draw, graph)))
    if draw(st.integers(0, 9)) == 0:
        graph.add((shape, SH.deactivated, Literal(True)))
    graph.add((shape, SH.severity, draw(st.sampled_from([SH.Violation, SH.Warning, SH.Info]))))
    add_constraints(draw, graph, shape, depth, path)
    return shape


@st.composite
def shapes_graphs(draw: st.DrawFn) -> Graph:
    graph = Graph()
    for _ in range(draw(st.integers(1, 3))):
        shape = add_shape(draw, graph, 0)
        targets = [
            *[(SH.targetClass, cls) for cls in CLASSES],
            *[(SH.targetNode, node) for node in [*NODES, EX.nowhere, Literal("a")]],
            *[(p, q) for p in (SH.targetSubjectsOf, SH.targetObjectsOf) for q in PROPERTIES],
        ]
        chosen = draw(st.lists(st.sampled_from(targets), min_size=1, max_size=2, unique=True))
        for predicate, value in chosen:
            graph.add((shape, predicate, value))
        if draw(st.integers(0, 4)) == 0:
            low = EX[f"order{len(graph)}"]
            graph.add((low, SH.path, EX.low))
            graph.add((low, draw(st.sampled_from([SH.lessThan, SH.lessThanOrEquals])), EX.high))
            graph.add((low, SH.targetSubjectsOf, EX.low))
        if draw(st.integers(0, 4)) == 0:
            aside = EX[f"aside{len(graph)}"]
            graph.add((aside, SH.path, EX.aside))
            graph.add((aside, SH.datatype, draw(st.sampled_from(DATATYPES))))
            graph.add((aside, SH["in"], make_list(graph, draw(st.permutations(ASIDE))[:3])))
            graph.add((aside, SH.targetSubjectsOf, EX.aside))
    return graph


def path_value(graph: Graph, node: object) -> object:
    if not isinstance(node, BNode):
        return node
    if (node, RDF.first, None) in graph:
        return ("list", *(path_value(graph, member) for member in Collection(graph, node)))
    return tuple(sorted((p, str(path_value(graph, o))) for p, o in graph.predicate_objects(node)))


def blank(node: object) -> object:
    return "a blank node" if isinstance(node, BNode) else node


def results(graph: Graph) -> Results:
    inner = set(graph.objects(None, SH.detail))
    return Counter(
        (
            blank(graph.value(result, SH.focusNode)),
            path_value(graph, graph.value(result, SH.resultPath)),
            graph.value(result, SH.sourceConstraintComponent),
            blank(graph.value(result, SH.value)),
            graph.value(result, SH.resultSeverity),
            graph.value(result, SH.sourceShape),
        )
        for result in graph.subjects(RDF.type, SH.ValidationResult)
        if result not in inner
    )


def theirs(data: Graph, shapes: Graph) -> Results:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, graph, text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(graph, Graph), text
    return results(graph)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=data_graphs(), shapes=shapes_graphs())
def test_invented_shapes_find_what_pyshacl_finds(data: Graph, shapes: Graph) -> None:
    assert results(validate(data, shapes).to_graph()) == theirs(data, shapes)

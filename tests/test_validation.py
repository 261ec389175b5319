"""Validation: shapes compiled to SPARQL, worked out by hand, and what never passes in silence."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import SH, XSD, BNode, Graph, Literal, Namespace

from barriergraph.errors import ShapesError
from barriergraph.validation import coverage, lint, prepare, validate, validate_store
from barriergraph.validation.lexical import well_formed

EX = Namespace("https://example.org/")
PREFIXES = """
PREFIX : <https://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

Fault = tuple[str, str, str | None]


def graph(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


def faults(data: str, shapes: str, **options: object) -> set[Fault]:
    """Return each result as its focus node, component and value, as they are read aloud."""
    report = validate(graph(data), graph(shapes), **options)  # type: ignore[arg-type]
    return {
        (
            short(result.focus_node),
            short(result.component).removesuffix("ConstraintComponent"),
            None if result.value is None else short(result.value),
        )
        for result in report.results
    }


def short(term: object) -> str:
    if isinstance(term, BNode):
        return "blank"
    return str(term).removeprefix(str(EX)).removeprefix(str(SH))


#: data, constraints of a property shape on :p for the nodes with a :p or of class :C, the faults
PROPERTY_CASES = {
    "class": (
        ":a :p :b, :c, 1 . :b a :D . :D rdfs:subClassOf :C . :c a :E .",
        "sh:class :C",
        {("a", "Class", "c"), ("a", "Class", "1")},
    ),
    "datatype": (
        ':a :p 1, 1.0, "1", "x"^^xsd:integer, :b .',
        "sh:datatype xsd:integer",
        {("a", "Datatype", v) for v in ("1.0", "1", "x", "b")},
    ),
    "node kind": (
        ":a :p 1, [], :b .",
        "sh:nodeKind sh:BlankNodeOrIRI",
        {("a", "NodeKind", "1")},
    ),
    "counts": (
        ":a :p 1, 2, 3 . :b a :C .",
        "sh:minCount 1 ; sh:maxCount 2",
        {("a", "MaxCount", None), ("b", "MinCount", None)},
    ),
    "large counts": (
        ":a :p 1, 2, 3, 4, 5 . :b :p 1, 2, 3, 4 .",
        "sh:minCount 5 ; sh:maxCount 4",
        {("a", "MaxCount", None), ("b", "MinCount", None)},
    ),
    "bounds": (
        ':a :p 1, 2, 3, "b", :b .',
        "sh:minInclusive 2 ; sh:maxExclusive 3",
        {("a", "MinInclusive", v) for v in ("1", "b")}
        | {("a", "MaxExclusive", v) for v in ("3", "b")},
    ),
    "times that cannot be compared": (
        ':a :p "2020-01-01T00:00:00"^^xsd:dateTime .',
        'sh:minInclusive "2020-01-01T00:00:00Z"^^xsd:dateTime',
        {("a", "MinInclusive", "2020-01-01T00:00:00")},
    ),
    "lengths": (
        ':a :p "a", "abc", [] .',
        "sh:minLength 2 ; sh:maxLength 2",
        {("a", "MinLength", "a"), ("a", "MaxLength", "abc"), ("a", "MinLength", "blank"),
         ("a", "MaxLength", "blank")},
    ),
    "pattern": (
        ':a :p "Ab", "ba" .',
        'sh:pattern "^a" ; sh:flags "i"',
        {("a", "Pattern", "ba")},
    ),
    "languages": (
        ':a :p "a"@en-GB, "b"@fr, "c", "d"@fr .',
        'sh:languageIn ( "en" ) ; sh:uniqueLang true',
        {("a", "LanguageIn", v) for v in "bcd"} | {("a", "UniqueLang", None)},
    ),
    "pairs": (
        ":a :p 1, 2, 5 ; :q 2, 3 .",
        "sh:equals :q ; sh:disjoint :q ; sh:lessThan :q",
        {("a", "Equals", "1"), ("a", "Equals", "5"), ("a", "Equals", "3"), ("a", "Disjoint", "2"),
         ("a", "LessThan", "2"), ("a", "LessThan", "5")},
    ),
    "members and a value": (
        ":a :p 1, :b . :c :p :d .",
        "sh:in ( 1 :d ) ; sh:hasValue :b",
        {("a", "In", "b"), ("c", "HasValue", None)},
    ),
    "other shapes": (
        ":a :p 1, 2.5, :b .",
        "sh:not [ sh:nodeKind sh:IRI ] ; sh:or ( [ sh:datatype xsd:integer ] [ sh:class :C ] )",
        {("a", "Not", "b"), ("a", "Or", "2.5"), ("a", "Or", "b")},
    ),
    "both or one": (
        ":a :p 1, 5, 9 .",
        "sh:and ( [ sh:minInclusive 2 ] [ sh:maxInclusive 8 ] ) ; "
        "sh:xone ( [ sh:minInclusive 4 ] [ sh:maxInclusive 6 ] )",
        {("a", "And", "1"), ("a", "And", "9"), ("a", "Xone", "5")},
    ),
    "a shape of values": (
        ":a :p :b, :c . :b :q 1 .",
        "sh:node [ sh:property [ sh:path :q ; sh:minCount 1 ] ]",
        {("a", "Node", "c")},
    ),
    "counted values": (
        ":a :p :b, :c . :b :q 1 .",
        "sh:qualifiedValueShape [ sh:property [ sh:path :q ; sh:minCount 1 ] ] ; "
        "sh:qualifiedMinCount 2 ; sh:qualifiedMaxCount 0",
        {("a", "QualifiedMinCount", None), ("a", "QualifiedMaxCount", None)},
    ),
    "properties of values": (
        ":a :p :b . :b :q 1, 2 .",
        "sh:property [ sh:path :q ; sh:maxCount 1 ]",
        {("b", "MaxCount", None)},
    ),
    "spellings that a store would lose": (
        ':a :p "5"^^xsd:byte, "300"^^xsd:byte, "01"^^xsd:int .',
        "sh:datatype xsd:byte",
        {("a", "Datatype", "300"), ("a", "Datatype", "1")},
    ),
    "values that a store would take for one": (
        ':a :p "1.0"^^xsd:decimal, "1.00"^^xsd:decimal .',
        'sh:maxCount 1 ; sh:in ( "1.0"^^xsd:decimal ) ; sh:minInclusive 2',
        {("a", "MaxCount", None), ("a", "In", "1.00"), ("a", "MinInclusive", "1.0"),
         ("a", "MinInclusive", "1.00")},
    ),
    "numbers that are none": (
        ':a :p "300"^^xsd:byte, "9"^^xsd:byte, "x"^^xsd:integer .',
        "sh:minInclusive 2 ; sh:datatype xsd:byte",
        {("a", name, v) for name in ("MinInclusive", "Datatype") for v in ("300", "x")},
    ),
    "days that do not exist": (
        ':a :p "2020-02-30"^^xsd:date, "2020-13-01"^^xsd:date, "2020-02-29"^^xsd:date .',
        "sh:datatype xsd:date",
        {("a", "Datatype", "2020-02-30"), ("a", "Datatype", "2020-13-01")},
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", PROPERTY_CASES)
def test_a_property_shape_finds_exactly_its_faults(name: str) -> None:
    data, constraints, wanted = PROPERTY_CASES[name]
    shape = f":S sh:targetSubjectsOf :p ; sh:targetClass :C ; sh:path :p ; {constraints} ."
    assert faults(data, shape) == wanted


#: the path in Turtle, and the values of :a on it in the data below
PATHS = {
    ":p": {"b"},
    "[ sh:inversePath :p ]": {"z"},
    "( :p :q )": {"c"},
    "[ sh:alternativePath ( :p :r ) ]": {"b", "d"},
    "[ sh:zeroOrMorePath :p ]": {"a", "b", "e"},
    "[ sh:oneOrMorePath :p ]": {"b", "e"},
    "[ sh:zeroOrOnePath :p ]": {"a", "b"},
    "( [ sh:inversePath :p ] [ sh:oneOrMorePath [ sh:alternativePath ( :p :q ) ] ] )": {
        "a", "b", "c", "e",
    },
}  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_path_leads_to_its_values(path: str) -> None:
    data = ":a :p :b ; :r :d . :b :q :c ; :p :e . :z :p :a ."
    shape = f":S sh:targetNode :a ; sh:path {path} ; sh:nodeKind sh:Literal ."
    assert faults(data, shape) == {("a", "NodeKind", value) for value in PATHS[path]}


TARGETS = {
    "sh:targetNode :nowhere, 1": {"nowhere", "1"},
    "sh:targetClass :C": {"c", "d"},
    "sh:targetSubjectsOf :p": {"a"},
    "sh:targetObjectsOf :p": {"b", "7"},
    "sh:targetClass :C ; sh:targetNode :c": {"c", "d"},
    "a rdfs:Class, sh:NodeShape": {"s"},
}


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_finds_its_focus_nodes(target: str) -> None:
    data = ":a :p :b, 7 . :c a :C . :d a :D . :D rdfs:subClassOf :C . :s a :S ."
    found = faults(data, f":S {target} ; sh:in ( :never ) .")
    assert found == {(node, "In", node) for node in TARGETS[target]}


def test_a_closed_shape_names_the_property_it_does_not_know() -> None:
    data = graph(":a a :C ; :p 1 ; :q 2 .")
    shapes = graph(
        ":S sh:targetClass :C ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;"
        " sh:property [ sh:path :p ] ."
    )
    found = {(r.focus_node, r.path, r.value) for r in validate(data, shapes).results}
    assert found == {(EX.a, EX.q, Literal(2))}


def test_what_is_switched_off_finds_nothing() -> None:
    off = ":S sh:targetNode :a ; sh:in () ; sh:deactivated true ."
    inner = (
        ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:minCount 1 ; sh:deactivated true ] ."
    )
    assert (faults("", off), faults("", inner)) == (set(), set())


def test_a_result_holds_the_severity_shape_and_message_of_its_shape() -> None:
    shapes = graph(
        ":S sh:targetNode :a ; sh:path :p ; sh:minCount 1 ; sh:severity sh:Warning ;"
        ' sh:message "Nenne ein p."@de, "Name a p."@en .'
    )
    (result,) = validate(graph(""), shapes).results
    said = (result.severity, result.shape, result.message, set(result.messages))
    assert said == (
        SH.Warning,
        EX.S,
        "Name a p.",
        {Literal("Name a p.", lang="en"), Literal("Nenne ein p.", lang="de")},
    )


def test_a_warning_too_is_no_conformance() -> None:
    shapes = graph(":S sh:targetNode :a ; sh:path :p ; sh:minCount 1 ; sh:severity sh:Info .")
    report = validate(graph(""), shapes)
    found = (report.conforms, len(report.of_severity("Info")), report.of_severity("Violation"))
    assert found == (False, 1, ())


def test_a_report_and_its_results_do_not_change() -> None:
    report = validate(graph(""), graph(":S sh:targetNode :a ; sh:in () ."))
    with pytest.raises(AttributeError, match="does not change"):
        report.results = ()  # type: ignore[misc]
    with pytest.raises(AttributeError, match="does not change"):
        report.results[0].value = None  # type: ignore[misc]


def test_to_graph_is_a_standard_report_with_the_path_written_out() -> None:
    shapes = graph(':S sh:targetNode :a ; sh:path ( :p :q ) ; sh:minCount 1 ; sh:message "m" .')
    wanted = graph("""
        [] a sh:ValidationReport ; sh:conforms false ; sh:result [ a sh:ValidationResult ;
            sh:focusNode :a ; sh:resultPath ( :p :q ) ; sh:resultMessage "m" ;
            sh:resultSeverity sh:Violation ; sh:sourceShape :S ;
            sh:sourceConstraintComponent sh:MinCountConstraintComponent ] .
    """)
    assert validate(graph(""), shapes).to_graph().isomorphic(wanted)


# SHACL-SPARQL
# ------------

DECLARED = ' :ns sh:declare [ sh:prefix "" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .'


def sparql(query: str, more: str = "") -> str:
    constraint = f'[ sh:prefixes :ns ; sh:select """{query}""" ]'
    return f":S sh:targetClass :C {more} ; sh:sparql {constraint} .{DECLARED}"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this ?value { $this :p ?value FILTER(?value > 1) }",
        "SELECT $this ?value { $this :p ?value } GROUP BY $this ?value HAVING(MAX(?value) > 1)",
        "SELECT $this (?v AS ?value) { { $this :p ?v FILTER(?v > 1) } UNION { $this :no ?v } }",
        "SELECT $this ?value { { SELECT $this ?value { $this :p ?value FILTER(?value > 1) } } }",
        "SELECT $this ?value { BIND($this AS ?that) ?that :p ?value FILTER(?value > 1) }",
    ],
)
def test_a_query_is_asked_of_each_focus_node(query: str) -> None:
    assert faults(":a a :C ; :p 1, 2 . :b :p 3 .", sparql(query)) == {("a", "SPARQL", "2")}


def test_a_query_that_counts_sees_one_focus_node_at_a_time() -> None:
    query = "SELECT $this (COUNT(?v) AS ?n) { $this :p ?v } GROUP BY $this HAVING(COUNT(?v) > 1)"
    assert faults(":a a :C ; :p 1, 2 . :b a :C ; :p 3 .", sparql(query)) == {("a", "SPARQL", "a")}


def test_a_query_fills_in_the_message_and_knows_its_path() -> None:
    shapes = graph(
        ':S sh:targetClass :C ; sh:path :p ; sh:sparql [ sh:message "{$this} has {?value}" ;'
        ' sh:select "SELECT $this ?value { $this $PATH ?value }" ] .'
    )
    (result,) = validate(graph(":a a :C ; :p 7 ."), shapes).results
    assert (result.path, result.message) == (EX.p, "https://example.org/a has 7")


def test_a_query_compares_numbers_that_the_store_would_spell_otherwise() -> None:
    query = "SELECT $this ?value { $this :p ?value FILTER(?value > 1) }"
    assert faults(':a a :C ; :p "2"^^xsd:byte, "0"^^xsd:byte .', sparql(query)) == {
        ("a", "SPARQL", "2")
    }


def test_a_component_of_ones_own_is_checked() -> None:
    shapes = """
        :Least a sh:ConstraintComponent ; sh:parameter [ sh:path :least ] ;
            sh:validator [ sh:message "below {$least}" ;
                sh:ask "ASK { FILTER($value >= $least) }" ] .
        :S sh:targetClass :C ; sh:path :p ; :least 2 .
    """
    (result,) = validate(graph(":a a :C ; :p 1, 2 ."), graph(shapes)).results
    assert (result.value, result.component, result.message) == (Literal(1), EX.Least, "below 2")


# What cannot be compiled, and what is refused
# --------------------------------------------


def test_a_pattern_that_the_engine_lacks_is_left_to_pyshacl_and_said() -> None:
    pytest.importorskip("pyshacl")
    data = graph(':a :p "ab", "ac" .')
    shapes = graph(':S sh:targetSubjectsOf :p ; sh:path :p ; sh:pattern "a(?=b)" ; sh:maxCount 1 .')
    report = validate(data, shapes)
    found = {(short(r.component), short(r.value) if r.value else "") for r in report.results}
    assert found == {("PatternConstraintComponent", "ac"), ("MaxCountConstraintComponent", "")}
    assert [(d.shape, d.parameters, d.reason) for d in report.delegated] == [
        (EX.S, (SH.pattern,), "the engine has no regular expression such as 'a(?=b)'")
    ]


def test_a_shape_that_refers_to_itself_is_left_to_pyshacl_and_said() -> None:
    pytest.importorskip("pyshacl")
    data = graph(":a :p :b . :b :p 1 .")
    shapes = graph(
        ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:node :S ; sh:nodeKind sh:IRI ] ."
    )
    report = validate(data, shapes)
    assert {(short(r.focus_node), short(r.component)) for r in report.results} == {
        ("a", "NodeConstraintComponent")
    }
    assert [d.reason for d in report.delegated] == ["a shape refers to itself"]


REFUSED = {
    "sh:path :p ; sh:minCount 1, 2": "sh:minCount is given more than once, not '1' and '2'",
    'sh:path :p ; sh:minCount "one"': "sh:minCount takes a whole number from 0 on, not '\"one\"'",
    "sh:minCount 1": "sh:minCount needs a property shape, with a sh:path",
    "sh:property [ sh:name \"p\" ]": "sh:property leads here, and this has no sh:path",
    "sh:path ( :p )": "a list of paths has at least two members",
    "sh:path [ sh:inversePath :p ; sh:zeroOrMorePath :p ]": "several path words",
    "sh:nodeKind :IRI": "sh:nodeKind takes one of",
    'sh:datatype "xsd:string"': "sh:datatype takes an IRI",
    'sh:pattern "("': "is no regular expression",
    "sh:in :p": "not a well-formed list",
    "sh:node :Nowhere": "which is not among the shapes",
    "sh:closed 3": "sh:closed takes true or false",
    'sh:sparql [ sh:select "SELECT $this { $this nope:p 1 }" ]': "the prefix 'nope'",
    'sh:sparql [ sh:select "SELECT $this { $this ? }" ]': "the query cannot be parsed",
    'sh:sparql [ sh:select "SELECT $this { $this ?p 1 MINUS { $this ?p 1 } }" ]': "MINUS",
}  # fmt: skip


@pytest.mark.parametrize("constraints", REFUSED)
def test_shapes_that_are_not_well_formed_are_refused(constraints: str) -> None:
    with pytest.raises(ShapesError) as error:
        validate(graph(""), graph(f":S sh:targetNode :a ; {constraints} ."))
    wanted = REFUSED[constraints]
    assert (wanted in str(error.value)) or str(error.value) == wanted


# Focus nodes, stores, coverage
# -----------------------------


def test_only_the_given_focus_nodes_are_checked() -> None:
    data = ":a a :C . :b a :C . :c a :D ."
    shape = ":S sh:targetClass :C ; sh:property [ sh:path :p ; sh:minCount 1 ] ."
    found = [faults(data, shape, focus=focus) for focus in (EX.b, [EX.a, EX.c], [], None)]
    a, b = ("a", "MinCount", None), ("b", "MinCount", None)
    assert found == [{b}, {a}, set(), {a, b}]


def test_a_focus_node_without_the_values_of_one_shape_is_checked_by_the_others() -> None:
    data = ":a a :C . :b a :D ."
    shape = """
        :S sh:targetClass :C ; sh:property :deep, :flat .
        :deep sh:path :p ; sh:property [ sh:path :q ; sh:minCount 1 ] .
        :flat sh:path :r ; sh:minCount 1 ."""

    assert faults(data, shape, focus=[EX.a, EX.b]) == {("a", "MinCount", None)}


def test_many_focus_nodes_are_sifted_from_all() -> None:
    data = "".join(f":n{i} a :C . " for i in range(100))
    shape = ":S sh:targetClass :C ; sh:property [ sh:path :p ; sh:minCount 1 ] ."
    chosen = [EX[f"n{i}"] for i in range(60)]
    assert {node for node, _, _ in faults(data, shape, focus=chosen)} == set(map(short, chosen))


def test_a_focus_node_is_checked_as_far_as_its_values() -> None:
    data = ":a a :C ; :p :x . :b a :C ; :p :x, :y ."
    inner = "sh:property [ sh:path :q ; sh:minCount 1 ]"
    shape = f":S sh:targetClass :C ; sh:property [ sh:path :p ; {inner} ] ."
    assert faults(data, shape, focus=EX.a) == {("x", "MinCount", None)}


def store_of(*turtles: str) -> ox.Store:
    store = ox.Store()
    for number, turtle in enumerate(turtles):
        name = ox.NamedNode(f"https://example.org/graph/{number}")
        store.load((PREFIXES + turtle).encode(), ox.RdfFormat.TURTLE, to_graph=name)
    return store


def test_a_store_is_checked_as_the_union_of_its_graphs_or_as_the_given_ones() -> None:
    store = store_of(":a a :C ; :p 1 .", ":a a :C ; :p 1, 2 .")
    shapes = graph(":S sh:targetClass :C ; sh:path :p ; sh:maxCount 1 .")
    first = ox.NamedNode("https://example.org/graph/0")
    found = [validate_store(store, shapes), validate_store(store, shapes, graphs=[first])]
    assert [[r.focus_node for r in report.results] for report in found] == [
        [ox.NamedNode(EX.a)], []
    ]  # fmt: skip


def test_prepared_shapes_see_what_has_changed() -> None:
    store = store_of(":a a :C .")
    prepared = prepare(store, graph(":S sh:targetClass :C ; sh:path :p ; sh:minCount 1 ."))
    before = prepared.validate(focus=str(EX.a)).conforms
    store.add(ox.Quad(ox.NamedNode(EX.a), ox.NamedNode(EX.p), ox.Literal("now")))
    assert (before, prepared.validate(focus=str(EX.a)).conforms) == (False, True)


def test_a_store_is_checked_as_it_was_spelled_if_that_is_given() -> None:
    turtle = ':a :p "300"^^xsd:byte, "7"^^xsd:byte, "x"^^xsd:byte, "01"^^xsd:byte .'
    name = ox.NamedNode("https://example.org/graph/0")
    read = [
        ox.Quad(quad.subject, quad.predicate, quad.object, name)
        for quad in ox.parse(PREFIXES + turtle, ox.RdfFormat.TURTLE)
    ]
    shapes = graph(":S sh:targetSubjectsOf :p ; sh:path :p ; sh:datatype xsd:byte .")
    report = validate_store(store_of(turtle), shapes, spelled=read)
    assert {r.value.value for r in report.results} == {"300", "x"}  # type: ignore[union-attr]


def test_the_data_and_the_shapes_are_left_as_they_are() -> None:
    data, shapes = graph(":a a :C ."), graph(":S sh:targetClass :C ; sh:closed true .")
    before = set(data), set(shapes)
    validate(data, shapes)
    assert (set(data), set(shapes)) == before


def test_a_dataset_is_checked_as_the_union_of_its_graphs() -> None:
    dataset = rdflib.Dataset()
    dataset.graph(EX.one).add((EX.a, EX.p, Literal(1)))
    dataset.graph(EX.two).add((EX.a, EX.p, Literal(2)))
    shapes = graph(":S sh:targetSubjectsOf :p ; sh:path :p ; sh:maxCount 1 .")
    assert [r.focus_node for r in validate(dataset, shapes).results] == [EX.a]


def test_coverage_tells_idle_shapes_and_nodes_that_no_shape_looks_at() -> None:
    data = graph(":a a :C . :b a :D .")
    shapes = graph(
        ":S sh:targetClass :C ; sh:closed true . :T sh:targetClass :E ; sh:closed true ."
    )
    found = coverage(data, shapes)
    assert (dict(found.met), found.idle, found.uncovered) == ({EX.S: 1, EX.T: 0}, (EX.T,), (EX.b,))


# The linter
# ----------

ONTOLOGY = ":Finding a owl:Class . :finds a owl:ObjectProperty . :year a owl:DatatypeProperty ."
GOOD = ":S sh:targetClass :Finding ; sh:property :S-finds . :S-finds sh:path :finds ; "
REMARKS = {
    GOOD + "sh:minCount 1 .": [],
    GOOD + "sh:minCount 1 ; sh:maxcount 1 .": [
        "https://example.org/S-finds: SHACL has no term 'sh:maxcount'; did you mean 'sh:maxCount'?"
    ],
    ":S sh:targetClas :Finding ; sh:closed true .": [
        "https://example.org/S: no target leads to this shape",
        "https://example.org/S: SHACL has no term 'sh:targetClas'; did you mean 'sh:targetClass'?",
    ],
    ":S sh:targetClass :Findin ; sh:closed true .": [
        "https://example.org/S: sh:targetClass names 'https://example.org/Findin', which no term of"
        " the ontology matches; did you mean 'https://example.org/Finding'?"
    ],
    ":S sh:targetClass :Finding ; sh:path [ sh:inversePath :find ] ; sh:minCount 1 .": [
        "https://example.org/S: the path goes through 'https://example.org/find', which no term of"
        " the ontology matches; did you mean 'https://example.org/finds'?"
    ],
    GOOD + "sh:minCount 1 ; sh:singleLine true .": [
        "https://example.org/S-finds: nothing here is checked by 'sh:singleLine', of SHACL 1.2 or"
        " the advanced features"
    ],
    GOOD + "sh:minCount 1 ; <http://datashapes.org/dash#editor> :x .": [
        "https://example.org/S-finds: nothing here is checked by 'dash:editor'"
    ],
    GOOD + 'sh:pattern "(" .': [
        "https://example.org/S-finds: the pattern '(' is no regular expression: missing ),"
        " unterminated subpattern at position 0"
    ],
    GOOD + 'sh:flags "i" ; sh:minCount 1 .': [
        "https://example.org/S-finds: sh:flags asks for nothing without sh:pattern"
    ],
    GOOD + "sh:datatype xsd:sting .": [
        "https://example.org/S-finds: XML Schema has no datatype 'xsd:sting'; did you mean"
        " 'xsd:string'?"
    ],
    GOOD + "sh:nodeKind sh:Iri .": [
        "https://example.org/S-finds: SHACL has no term 'sh:Iri'; did you mean 'sh:IRI'?",
    ],
    GOOD + 'sh:name "finds" .': ["https://example.org/S-finds: this shape asks for nothing"],
}


@pytest.mark.parametrize("shapes", REMARKS)
def test_the_linter_tells_what_would_pass_in_silence(shapes: str) -> None:
    assert [str(remark) for remark in lint(graph(shapes), graph(ONTOLOGY))] == REMARKS[shapes]


def test_the_linter_reads_queries() -> None:
    shapes = sparql("SELECT $this { $this :yaer ?year }").replace(":C", ":Finding")
    assert [str(remark) for remark in lint(graph(shapes), graph(ONTOLOGY))] == [
        "https://example.org/S: the query names 'https://example.org/yaer', which no term of the"
        " ontology matches; did you mean 'https://example.org/year'?"
    ]


# Spellings
# ---------

SPELLINGS = {
    "integer": ({"0", "-7", "+07"}, {"", "1.0", "seven", " 1", "1_0"}),
    "byte": ({"127", "-128"}, {"128", "-129"}),
    "unsignedLong": ({"18446744073709551615"}, {"18446744073709551616", "-1"}),
    "boolean": ({"true", "0"}, {"TRUE", "yes"}),
    "decimal": ({"1", "1.", ".5", "-1.50"}, {".", "1e0"}),
    "double": ({"1", "1e-3", "INF", "NaN"}, {"inf", "1e"}),
    "date": ({"2020-02-29", "2000-02-29", "2021-12-31Z"}, {"2021-02-29", "1900-02-29", "20-01-01"}),
    "dateTime": ({"2020-01-31T24:00:00", "2020-01-31T23:59:59.5+14:00"},
                 {"2020-01-31", "2020-01-31T24:00:01", "2020-01-31T12:00:00+15:00"}),
    "gYear": ({"2020", "-0044", "12020"}, {"20", "02020"}),
    "duration": ({"P1Y", "-P1DT2H", "PT1.5S", "P1M"}, {"P", "PT", "P1S"}),
}  # fmt: skip


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_datatype_allows_its_spellings_and_no_others(name: str) -> None:
    right, wrong = SPELLINGS[name]
    test = well_formed(str(XSD[name]), "?text")
    texts = " ".join(str(ox.Literal(text)) for text in right | wrong)
    rows = ox.Store().query(f"SELECT ?text {{ VALUES ?text {{ {texts} }} FILTER({test}) }}")
    assert {row["text"].value for row in rows} == right  # type: ignore[union-attr]

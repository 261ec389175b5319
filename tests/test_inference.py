"""Inference: hand-worked derivations, one for each rule, and what explains them."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple

from barriergraph.inference import INFERRED, clashes, close, nearest, rules, why
from barriergraph.sources import base_module, read_into

EX = "https://example.org/#"
GRAPH = NamedNode("https://example.org/graph")
PREFIXES = f"""
PREFIX : <{EX}>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
NAMES = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": "a",
    "http://www.w3.org/2002/07/owl#sameAs": "same",
    "http://www.w3.org/2002/07/owl#differentFrom": "different",
}


def store(turtle: str) -> Store:
    """Return a store with some Turtle in one named graph."""
    found = Store()
    found.load((PREFIXES + turtle).encode(), RdfFormat.TURTLE, to_graph=GRAPH)
    return found


def name(term: object) -> str:
    value = getattr(term, "value", str(term))
    return NAMES.get(value, value.removeprefix(EX))


def derived(turtle: str) -> dict[str, str]:
    """Return each statement about individuals that closing adds, with the rule that adds it."""
    found = store(turtle)
    close(found)
    return {
        " ".join(map(name, quad.triple)): rule(quad)
        for quad in found
        if quad.graph_name != GRAPH and not rule(quad).startswith("scm-")
    }


def rule(quad: Quad) -> str:
    local = quad.graph_name.value.removeprefix(INFERRED)
    return "-".join(local.split("-")[:2])


def term(local: str) -> NamedNode:
    return NamedNode({v: k for k, v in NAMES.items()}.get(local, EX + local))


def statement(text: str) -> tuple[NamedNode, NamedNode, NamedNode]:
    subject, predicate, value = map(term, text.split())
    return subject, predicate, value


def restriction(on: str, rest: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty {on} ; {rest} ]"


SOME = restriction(":p", "owl:someValuesFrom :B")
ANYTHING = restriction(":p", "owl:someValuesFrom owl:Thing")
VALUE = restriction(":p", "owl:hasValue :v")
ONLY = restriction(":p", "owl:allValuesFrom :B")


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        (":A rdfs:subClassOf :B . :x a :A .", {"x a B": "cax-sco"}),
        (
            ":A owl:equivalentClass :B . :x a :A . :y a :B .",
            {"x a B": "cax-eqc1", "y a A": "cax-eqc2"},
        ),
        (":p rdfs:subPropertyOf :q . :x :p :y .", {"x q y": "prp-spo1"}),
        (
            ":p owl:equivalentProperty :q . :x :p :y . :y :q :z .",
            {"x q y": "prp-eqp1", "y p z": "prp-eqp2"},
        ),
        (":p rdfs:domain :A . :x :p :y .", {"x a A": "prp-dom"}),
        (":p rdfs:range :A . :x :p :y .", {"y a A": "prp-rng"}),
        (":p owl:inverseOf :q . :x :p :y . :a :q :b .", {"y q x": "prp-inv1", "b p a": "prp-inv2"}),
        (":p a owl:SymmetricProperty . :x :p :y .", {"y p x": "prp-symp"}),
        (
            ":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d .",
            {"a p c": "prp-trp", "b p d": "prp-trp", "a p d": "prp-trp"},
        ),
        (":r owl:propertyChainAxiom (:p :q) . :x :p :y . :y :q :z .", {"x r z": "prp-spo2"}),
        (
            ":r owl:propertyChainAxiom (:p :q :p :q) . :a :p :b . :b :q :c . :c :p :d . :d :q :e .",
            {"a r e": "prp-spo2"},
        ),
        (
            ":r owl:propertyChainAxiom ([ owl:inverseOf :p ] :q) . :y :p :x . :y :q :z .",
            {"x r z": "prp-spo2"},
        ),
        (
            ":p a owl:FunctionalProperty . :x :p :y , :z .",
            {"y same z": "prp-fp", "z same y": "prp-fp"},
        ),
        (
            ":p a owl:InverseFunctionalProperty . :x :p :z . :y :p :z .",
            {"x same y": "prp-ifp", "y same x": "prp-ifp"},
        ),
        (
            ":A owl:hasKey (:p :q) . :x a :A ; :p 1 ; :q 2 . :y a :A ; :p 1 ; :q 2 . "
            ":z a :A ; :p 1 ; :q 3 .",
            {"x same y": "prp-key", "y same x": "prp-key"},
        ),
        (f":A rdfs:subClassOf {VALUE} . :x a :A .", {"x p v": "cls-hv1"}),
        (f"{VALUE} rdfs:subClassOf :A . :x :p :v . :y :p :w .", {"x a A": "cax-sco"}),
        (f"{SOME} rdfs:subClassOf :A . :x :p :y . :y a :B . :z :p :w .", {"x a A": "cax-sco"}),
        (f"{ANYTHING} rdfs:subClassOf :A . :x :p :y .", {"x a A": "cax-sco"}),
        (f":A rdfs:subClassOf {ONLY} . :x a :A ; :p :y . :z :p :w .", {"y a B": "cls-avf"}),
        (
            f"[ owl:intersectionOf (:C {SOME}) ] rdfs:subClassOf :A . :x a :C ; :p :y . :y a :B . "
            ":z a :C .",
            {"x a A": "cax-sco"},
        ),
        (
            ":A rdfs:subClassOf [ owl:intersectionOf (:B :C) ] . :x a :A .",
            {"x a B": "cls-int2", "x a C": "cls-int2"},
        ),
        (
            "[ owl:unionOf (:B :C) ] rdfs:subClassOf :A . :x a :B . :y a :C .",
            {"x a A": "cax-sco", "y a A": "cax-sco"},
        ),
        (
            f":A owl:equivalentClass {SOME} . {SOME} rdfs:subClassOf :C . :x a :A .",
            {"x a C": "cax-sco"},
        ),
        (
            f":A rdfs:subClassOf {SOME} . {ANYTHING} rdfs:subClassOf :C . :x a :A .",
            {"x a C": "cax-sco"},
        ),
        (f":x a {VALUE} .", {"x p v": "cls-hv1"}),
        (
            ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; "
            'owl:maxCardinality "1"^^xsd:nonNegativeInteger ] . :x a :A ; :p :y , :z .',
            {"y same z": "cls-maxc2", "z same y": "cls-maxc2"},
        ),
        ("[ owl:oneOf (:x :y) ] rdfs:subClassOf :A .", {"x a A": "cax-sco", "y a A": "cax-sco"}),
        (
            "[ owl:intersectionOf ([ owl:oneOf (:x :y) ] [ owl:oneOf (:y :z) ]) ] "
            "rdfs:subClassOf :A .",
            {"y a A": "cax-sco"},
        ),
        (
            ":A owl:equivalentClass [ owl:oneOf (:x) ] . :B owl:equivalentClass "
            "[ owl:oneOf (:x) ] . :y a :A .",
            {"x a A": "cax-eqc2", "x a B": "cax-eqc2", "y a B": "cax-eqc2"},
        ),
        (
            ":x owl:sameAs :y . :x :p :z . :w :q :x .",
            {"y same x": "eq-sym", "y p z": "eq-rep", "w q y": "eq-rep"},
        ),
    ],
)
def test_a_rule_derives_what_its_axiom_entails(turtle: str, expected: dict[str, str]) -> None:
    assert derived(turtle) == expected


def test_a_value_that_is_no_node_is_never_made_a_member_or_an_equal() -> None:
    turtle = ':p rdfs:range :A ; a owl:FunctionalProperty . :x :p "one" , "two" .'
    assert derived(turtle) == {}


def test_lists_and_chains_that_run_in_circles_end() -> None:
    turtle = """
        :p a owl:TransitiveProperty . :a :p :b . :b :p :a .
        :A rdfs:subClassOf [ owl:intersectionOf _:l ] . _:l rdf:first :B ; rdf:rest _:l . :x a :A .
    """
    assert derived(turtle) == {"a p a": "prp-trp", "b p b": "prp-trp", "x a B": "cls-int2"}


def test_closing_twice_adds_nothing_and_asserted_graphs_stay_as_they_were() -> None:
    found = store(":A rdfs:subClassOf :B . :p rdfs:domain :A . :x :p :y ; a :B .")
    before = set(found.quads_for_pattern(None, None, None, GRAPH))
    assert (close(found), close(found)) == (1, 0)
    assert set(found.quads_for_pattern(None, None, None, GRAPH)) == before
    assert [str(g) for g in found.named_graphs() if "/new/" in str(g)] == []


def test_rules_are_the_same_before_and_after_closing_and_however_they_are_read() -> None:
    turtle = f":A owl:equivalentClass {SOME} . :p owl:inverseOf :q . :x a :A , {VALUE} ; :p :y ."
    first, second = store(turtle), store(turtle)
    close(second)
    graphs = [rule.graph for rule in rules(first)]
    assert graphs == [rule.graph for rule in rules(second)]
    assert len(set(graphs)) == len(graphs)


def test_a_rule_runs_as_it_is_shown() -> None:
    found = store(":r owl:propertyChainAxiom (:p :q) . :x :p :y . :y :q :z .")
    shown = next(rule for rule in rules(found) if rule.name == "prp-spo2")
    answer = found.query(shown.sparql, use_default_graph_as_union=True)
    assert list(answer) == [Triple(*statement("x r z"))]
    assert (shown.axiom.count("followed by"), [q.subject for q in shown.source]) == (1, [term("r")])


def test_why_gives_rule_axiom_and_premises_down_to_asserted_statements() -> None:
    found = store(
        ":finds owl:inverseOf :foundBy . :evidencedBy owl:propertyChainAxiom (:foundBy :in) . "
        ":f :finds :b ; :in :s ."
    )
    close(found)
    proof = why(found, *statement("b evidencedBy s"))
    assert proof is not None
    assert str(proof).replace(EX, "").splitlines() == [
        "b evidencedBy s  [prp-spo2: foundBy followed by in is evidencedBy]",
        "  b foundBy f  [prp-inv1: finds is the inverse of foundBy]",
        f"    f finds b  [asserted in {GRAPH.value}]".replace(EX, ""),
        f"  f in s  [asserted in {GRAPH.value}]".replace(EX, ""),
    ]


def test_why_takes_the_shortest_proof_and_never_goes_round() -> None:
    found = store(
        ":A owl:equivalentClass :B . :B owl:equivalentClass :C . :C rdfs:subClassOf :A . "
        ":D rdfs:subClassOf :C . :D rdfs:subClassOf :E . :E rdfs:subClassOf :A . :x a :D ."
    )
    close(found)
    steps = {c: getattr(why(found, *statement(f"x a {c}")), "steps", None) for c in "ABCDE"}
    assert steps == {"A": 2, "B": 2, "C": 1, "D": 0, "E": 1}


def test_why_is_quick_on_a_long_transitive_chain() -> None:
    links = " ".join(f":n{number} :p :n{number + 1} ." for number in range(40))
    found = store(f":p a owl:TransitiveProperty . {links}")
    assert close(found) == 40 * 41 // 2 - 40
    proof = why(found, *statement("n0 p n40"))
    assert proof is not None
    assert (proof.steps, len(proof.leaves())) == (39, 40)


def test_why_says_where_an_asserted_statement_stands_and_none_of_what_does_not_hold() -> None:
    found = store(":x a :A .")
    proof = why(found, *statement("x a A"))
    assert proof is not None
    assert (proof.graphs, proof.rule, proof.premises) == ((GRAPH.value,), None, ())
    assert why(found, *statement("x a B")) is None


def test_why_gives_none_for_an_inferred_statement_whose_premises_are_gone() -> None:
    found = store(":A rdfs:subClassOf :B . :x a :A .")
    close(found)
    found.remove(Quad(*statement("x a A"), GRAPH))
    assert why(found, *statement("x a B")) is None


def test_nearest_offers_the_other_way_round_then_another_property_then_another_end() -> None:
    found = store(":y :p :x . :x :q :y . :x :p :z . :w :p :y . :u :r :v .")
    near = [" ".join(map(name, t)) for t in nearest(found, *statement("x p y"), limit=9)]
    assert near == ["y p x", "x q y", "x p z", "w p y"]
    assert nearest(found, *statement("a b c")) == ()


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        (":A owl:disjointWith :B . :x a :A , :B .", [("cax-dw", {"x a A", "x a B"})]),
        (
            "[ a owl:AllDisjointClasses ; owl:members (:A :B :C) ] . :x a :A , :C . :y a :B .",
            [("cax-adc", {"x a A", "x a C"})],
        ),
        (
            ":p a owl:FunctionalProperty . :x :p :y , :z . :y owl:differentFrom :z .",
            [
                ("eq-diff1", {"y same z", "y different z"}),
                ("eq-diff1", {"z same y", "z different y"}),
            ],
        ),
        (":p a owl:IrreflexiveProperty . :x :p :x .", [("prp-irp", {"x p x"})]),
        (":p a owl:AsymmetricProperty . :x :p :y . :y :p :x .", [("prp-asyp", {"x p y", "y p x"})]),
        (":p owl:propertyDisjointWith :q . :x :p :y ; :q :y .", [("prp-pdw", {"x p y", "x q y"})]),
        (
            "[ a owl:AllDisjointProperties ; owl:members (:p :q) ] . :x :p :y ; :q :y .",
            [("prp-adp", {"x p y", "x q y"})],
        ),
        (":A owl:complementOf :B . :x a :A , :B .", [("cls-com", {"x a A", "x a B"})]),
        (":A rdfs:subClassOf owl:Nothing . :x a :A .", [("cls-nothing2", {"x a A"})]),
        (
            "[ a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; "
            "owl:assertionProperty :p ; owl:targetIndividual :y ] . :x :p :y .",
            [("prp-npa1", {"x p y"})],
        ),
        (
            "[ a owl:AllDifferent ; owl:distinctMembers (:x :y) ] . :x owl:sameAs :y .",
            [("eq-diff3", {"x same y"}), ("eq-diff3", {"y same x"})],
        ),
        (":p a owl:FunctionalProperty . :x :p 1 , 2 .", [("prp-fp", {"x p 1", "x p 2"})]),
        (':p rdfs:range xsd:integer . :x :p "one" .', [("dt-not-type", {"x p one"})]),
        (':p rdfs:range xsd:integer . :x :p "one"^^xsd:integer .', [("dt-not-type", {"x p one"})]),
        (":p rdfs:range xsd:integer . :x :p 1 .", []),
        (":p a owl:FunctionalProperty . :x :p :y , :z .", []),
    ],
)
def test_clashes_name_the_rule_and_the_statements(
    turtle: str, expected: list[tuple[str, set[str]]]
) -> None:
    found = store(turtle)
    close(found)
    clash = [(c.rule, {" ".join(map(name, t)) for t in c.statements}) for c in clashes(found)]
    assert clash == expected


def test_a_blank_node_is_an_individual_like_any_other() -> None:
    found = store(":p rdfs:domain :A . [] :p :y .")
    close(found)
    members = [q.subject for q in found.quads_for_pattern(None, term("a"), term("A"))]
    assert [type(member) for member in members] == [BlankNode]


@pytest.fixture(scope="module")
def shipped() -> Store:
    """The content that ships, closed: for what only the real ontology shows."""
    found = Store()
    read_into(found, [base_module()])
    close(found)
    return found


def test_the_shipped_graph_has_no_clash(shipped: Store) -> None:
    assert clashes(shipped) == ()


@pytest.mark.parametrize(
    ("local", "asserted"),
    [
        ("findsBroadly", "?s bg:finds/skos:broader* ?o"),
        ("concernsBroadly", "?s (bg:finds|bg:findsNoEffectOf)/skos:broader* ?o"),
        ("evidencedBy", "?s ^bg:finds/bg:reportedIn ?o"),
        ("disputedBy", "?s ^bg:findsNoEffectOf/bg:reportedIn ?o"),
        ("arisesIn", "?s ^bg:finds/bg:inDomain ?o"),
        ("facedBy", "?s ^bg:finds/bg:aboutRole ?o"),
        ("addresses", "?s (^bg:addressedBy/bg:finds)|(^bg:finds/bg:against) ?o"),
        ("addressedByEnabler", "?s (^bg:finds/bg:addressedBy)|(^bg:against/bg:finds) ?o"),
        ("restsOnSource", "?s bg:restsOn/bg:identifiedAs ?o"),
        ("studiedIn", "?s bg:reportedIn/bg:setting ?o"),
        ("foundBy", "?s ^bg:finds ?o"),
        ("hasNullFinding", "?s ^bg:findsNoEffectOf ?o"),
    ],
)
def test_derived_properties_equal_the_paths_that_define_them(
    shipped: Store, local: str, asserted: str
) -> None:
    prefixes = (
        "PREFIX bg: <https://w3id.org/barriergraph/ontology#>"
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
    )

    def pairs(where: str) -> set[tuple[str, str]]:
        query = f"{prefixes} SELECT ?s ?o WHERE {{ {where} }}"
        rows = shipped.query(query, use_default_graph_as_union=True)
        return {(row["s"].value, row["o"].value) for row in rows}

    derived = pairs(f"?s bg:{local} ?o")
    assert derived == pairs(asserted)
    assert derived


@pytest.mark.parametrize(
    ("local", "condition"),
    [
        ("EvidencedBarrier", "?s a bg:Barrier . ?f bg:finds ?s ; bg:reportedIn ?source"),
        (
            "AddressedBarrier",
            "?s a bg:Barrier . { ?f bg:finds ?s ; bg:addressedBy ?e } UNION "
            "{ ?f bg:against ?s ; bg:finds ?e }",
        ),
        (
            "ContestedFactor",
            "?f bg:finds ?s ; bg:reportedIn ?source . "
            "?g bg:findsNoEffectOf ?s ; bg:reportedIn ?other",
        ),
        ("ModerationFinding", "?s bg:moderator ?condition"),
        ("ResolvedCitation", "?s bg:identifiedAs ?source"),
        (
            "ProfessionalRisk",
            "?s bg:borneBy <https://w3id.org/barriergraph/id/bearer/professional>",
        ),
    ],
)
def test_defined_classes_have_the_members_that_their_definitions_ask_for(
    shipped: Store, local: str, condition: str
) -> None:
    def members(where: str) -> set[str]:
        prefix = "PREFIX bg: <https://w3id.org/barriergraph/ontology#>"
        query = f"{prefix} SELECT DISTINCT ?s WHERE {{ {where} }}"
        rows = shipped.query(query, use_default_graph_as_union=True)
        return {row["s"].value for row in rows}

    derived = members(f"?s a bg:{local}")
    assert derived == members(condition)
    assert derived

"""The table of the rules of OWL 2 RL, held against the code: a minimal graph for each rule."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from barriergraph.inference import clashes, close, rules

FOLDER = Path(__file__).parent.parent / "src/barriergraph/inference"
TABLE = {
    rule: (status, how)
    for rule, status, how in re.findall(
        r"^\| ([a-z]+-\S+) \| (done|clash|in part|not) \| (.*)\|$",
        (FOLDER / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
}
#: The names of the recommendation, https://www.w3.org/TR/owl2-profiles/, tables 4 to 9.
RULES = {
    *("eq-ref eq-sym eq-trans eq-rep-s eq-rep-p eq-rep-o eq-diff1 eq-diff2 eq-diff3").split(),
    *("prp-ap prp-dom prp-rng prp-fp prp-ifp prp-irp prp-symp prp-asyp prp-trp prp-spo1").split(),
    *("prp-spo2 prp-eqp1 prp-eqp2 prp-pdw prp-adp prp-inv1 prp-inv2 prp-key prp-npa1").split(),
    *("prp-npa2 cls-thing cls-nothing1 cls-nothing2 cls-int1 cls-int2 cls-uni cls-com").split(),
    *("cls-svf1 cls-svf2 cls-avf cls-hv1 cls-hv2 cls-maxc1 cls-maxc2 cls-maxqc1").split(),
    *("cls-maxqc2 cls-maxqc3 cls-maxqc4 cls-oo cax-sco cax-eqc1 cax-eqc2 cax-dw cax-adc").split(),
    *("dt-type1 dt-type2 dt-eq dt-diff dt-not-type scm-cls scm-sco scm-eqc1 scm-eqc2").split(),
    *("scm-op scm-dp scm-spo scm-eqp1 scm-eqp2 scm-dom1 scm-dom2 scm-rng1 scm-rng2").split(),
    *("scm-hv scm-svf1 scm-svf2 scm-avf1 scm-avf2 scm-int scm-uni").split(),
}
EX = "https://example.org/#"
PREFIXES = f"""
PREFIX : <{EX}>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
GRAPH = NamedNode("https://example.org/graph")
WORDS = {"a": "rdf:type", "same": "owl:sameAs", "under": "rdfs:subClassOf",
         "within": "rdfs:subPropertyOf"}  # fmt: skip


def on(property: str, rest: str) -> str:
    return f"owl:onProperty {property} ; {rest}"


def limit(count: int, cls: str = "") -> str:
    name = "maxQualifiedCardinality" if cls else "maxCardinality"
    qualified = f" ; owl:onClass {cls}" if cls else ""
    return on(":p", f'owl:{name} "{count}"^^xsd:nonNegativeInteger{qualified}')


SOME, SOME_Q = on(":p", "owl:someValuesFrom :C"), on(":q", "owl:someValuesFrom :C")
SOME_D = on(":p", "owl:someValuesFrom :D")
ONLY, ONLY_D = on(":p", "owl:allValuesFrom :C"), on(":p", "owl:allValuesFrom :D")
ONLY_Q = on(":q", "owl:allValuesFrom :C")
ANYTHING = on(":p", "owl:someValuesFrom owl:Thing")


def between(lower: str, upper: str, axiom: str = "") -> str:
    """Return a graph in which x is a B only if one expression lies below another."""
    return f":A rdfs:subClassOf [ {lower} ] . [ {upper} ] rdfs:subClassOf :B . {axiom} :x a :A ."


#: A rule -> a minimal graph, and a statement that follows by it.
DERIVED = {
    "eq-sym": (":x owl:sameAs :y .", "y same x"),
    "eq-trans": (":x owl:sameAs :y . :y owl:sameAs :z .", "x same z"),
    "eq-rep-s": (":x owl:sameAs :y . :x :p :z .", "y p z"),
    "eq-rep-p": (":p owl:sameAs :q . :x :p :z .", "x q z"),
    "eq-rep-o": (":x owl:sameAs :y . :z :p :x .", "z p y"),
    "prp-dom": (":p rdfs:domain :A . :x :p :y .", "x a A"),
    "prp-rng": (":p rdfs:range :A . :x :p :y .", "y a A"),
    "prp-fp": (":p a owl:FunctionalProperty . :x :p :y , :z .", "y same z"),
    "prp-ifp": (":p a owl:InverseFunctionalProperty . :x :p :z . :y :p :z .", "x same y"),
    "prp-symp": (":p a owl:SymmetricProperty . :x :p :y .", "y p x"),
    "prp-trp": (":p a owl:TransitiveProperty . :x :p :y . :y :p :z .", "x p z"),
    "prp-spo1": (":p rdfs:subPropertyOf :q . :x :p :y .", "x q y"),
    "prp-spo2": (":q owl:propertyChainAxiom (:p :p) . :x :p :y . :y :p :z .", "x q z"),
    "prp-eqp1": (":p owl:equivalentProperty :q . :x :p :y .", "x q y"),
    "prp-eqp2": (":p owl:equivalentProperty :q . :x :q :y .", "x p y"),
    "prp-inv1": (":p owl:inverseOf :q . :x :p :y .", "y q x"),
    "prp-inv2": (":p owl:inverseOf :q . :x :q :y .", "y p x"),
    "prp-key": (":A owl:hasKey (:p :q) . :x a :A ; :p 1 ; :q :z . :y a :A ; :p 1 ; :q :z .",
                "x same y"),
    "cls-int1": (":A owl:intersectionOf (:B :C) . :x a :B , :C .", "x a A"),
    "cls-int2": (":A owl:intersectionOf (:B :C) . :x a :A .", "x a C"),
    "cls-uni": (":A owl:unionOf (:B :C) . :x a :C .", "x a A"),
    "cls-svf1": (f":A {SOME} . :x :p :y . :y a :C .", "x a A"),
    "cls-svf2": (f":A {ANYTHING} . :x :p :y .", "x a A"),
    "cls-avf": (f":A {ONLY} . :x a :A ; :p :y .", "y a C"),
    "cls-hv1": (f":A {on(':p', 'owl:hasValue :y')} . :x a :A .", "x p y"),
    "cls-hv2": (f":A {on(':p', 'owl:hasValue :y')} . :x :p :y .", "x a A"),
    "cls-maxc2": (f":A {limit(1)} . :x a :A ; :p :y , :z .", "y same z"),
    "cls-maxqc3": (f":A {limit(1, ':C')} . :x a :A ; :p :y , :z . :y a :C . :z a :C .", "y same z"),
    "cls-maxqc4": (f":A {limit(1, 'owl:Thing')} . :x a :A ; :p :y , :z .", "y same z"),
    "cls-oo": (":A owl:oneOf (:x :y) .", "x a A"),
    "cax-sco": (":A rdfs:subClassOf :B . :x a :A .", "x a B"),
    "cax-eqc1": (":A owl:equivalentClass :B . :x a :A .", "x a B"),
    "cax-eqc2": (":A owl:equivalentClass :B . :x a :B .", "x a A"),
    "dt-type2": (f":A {on(':p', 'owl:someValuesFrom xsd:integer')} . :x :p 1 .", "x a A"),
    "scm-sco": (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", "A under C"),
    "scm-eqc1": (":A owl:equivalentClass :B .", "B under A"),
    "scm-spo": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", "p within r"),
    "scm-eqp1": (":p owl:equivalentProperty :q .", "q within p"),
    "scm-cls": (between(SOME, ANYTHING), "x a B"),
    "scm-hv": (between(*(on(p, "owl:hasValue :y") for p in (":p", ":q")),
                       ":p rdfs:subPropertyOf :q ."), "x a B"),
    "scm-svf1": (between(SOME, SOME_D, ":C rdfs:subClassOf :D ."), "x a B"),
    "scm-svf2": (between(SOME, SOME_Q, ":p rdfs:subPropertyOf :q ."), "x a B"),
    "scm-avf1": (between(ONLY, ONLY_D, ":C rdfs:subClassOf :D ."), "x a B"),
    "scm-avf2": (between(ONLY_Q, ONLY, ":p rdfs:subPropertyOf :q ."), "x a B"),
    "scm-int": (between(f"owl:intersectionOf ([ {SOME} ] :D)", SOME), "x a B"),
    "scm-uni": (between(SOME, f"owl:unionOf ([ {SOME} ] :D)"), "x a B"),
}  # fmt: skip

#: A rule that ends in a contradiction -> a minimal graph that it finds one in.
CLASHES = {
    "eq-diff1": ":x owl:sameAs :y ; owl:differentFrom :y .",
    "eq-diff2": "[] a owl:AllDifferent ; owl:members (:x :y) . :x owl:sameAs :y .",
    "eq-diff3": "[] a owl:AllDifferent ; owl:distinctMembers (:x :y) . :x owl:sameAs :y .",
    "prp-irp": ":p a owl:IrreflexiveProperty . :x :p :x .",
    "prp-asyp": ":p a owl:AsymmetricProperty . :x :p :y . :y :p :x .",
    "prp-pdw": ":p owl:propertyDisjointWith :q . :x :p :y ; :q :y .",
    "prp-adp": "[] a owl:AllDisjointProperties ; owl:members (:p :q) . :x :p :y ; :q :y .",
    "prp-npa1": "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; "
                "owl:assertionProperty :p ; owl:targetIndividual :y . :x :p :y .",
    "prp-npa2": "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; "
                "owl:assertionProperty :p ; owl:targetValue 1 . :x :p 1 .",
    "cls-nothing2": ":x a owl:Nothing .",
    "cls-com": ":A owl:complementOf :B . :x a :A , :B .",
    "cls-maxc1": f":A {limit(0)} . :x a :A ; :p :y .",
    "cls-maxqc1": f":A {limit(0, ':C')} . :x a :A ; :p :y . :y a :C .",
    "cls-maxqc2": f":A {limit(0, 'owl:Thing')} . :x a :A ; :p :y .",
    "cax-dw": ":A owl:disjointWith :B . :x a :A , :B .",
    "cax-adc": "[] a owl:AllDisjointClasses ; owl:members (:A :B) . :x a :A , :B .",
    "dt-diff": ":p a owl:FunctionalProperty . :x :p 1 , 2 .",
    "dt-not-type": ':p rdfs:range xsd:integer . :x :p "one" .',
}  # fmt: skip

#: What a rule that is not done, or not in that part, would see or derive and what is not there.
UNSEEN = {
    "dt-eq": (":p a owl:FunctionalProperty . :x :p 1 , 1.0 .", ""),
    "dt-diff": (f":A {limit(1)} . :x a :A ; :p 1 , 2 .", ""),
    "dt-not-type": (":p rdfs:range xsd:byte . :x :p 1000 .", ""),
    "eq-ref": (":x :p :y .", "x same x"),
    "prp-npa1": ("[] owl:sourceIndividual :x ; owl:assertionProperty :p ; "
                 "owl:targetIndividual :y . :x :p :y .", ""),
    "scm-cls": (":A a owl:Class .", "A under A"),
    "scm-dom1": (":p rdfs:domain :A . :A rdfs:subClassOf :B .", "p rdfs:domain B"),
    "scm-dom2": (":q rdfs:domain :A . :p rdfs:subPropertyOf :q .", "p rdfs:domain A"),
    "scm-dp": (":p a owl:DatatypeProperty .", "p within p"),
    "scm-eqc2": (":A rdfs:subClassOf :B . :B rdfs:subClassOf :A .", "A owl:equivalentClass B"),
    "scm-eqp2": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .",
                 "p owl:equivalentProperty q"),
    "scm-int": (":A owl:intersectionOf (:B :C) .", "A under B"),
    "scm-op": (":p a owl:ObjectProperty .", "p within p"),
    "scm-rng1": (":p rdfs:range :A . :A rdfs:subClassOf :B .", "p rdfs:range B"),
    "scm-rng2": (":q rdfs:range :A . :p rdfs:subPropertyOf :q .", "p rdfs:range A"),
    "scm-uni": (":A owl:unionOf (:B :C) .", "B under A"),
}  # fmt: skip


def with_status(*statuses: str) -> set[str]:
    return {rule for rule, (status, _) in TABLE.items() if status in statuses}


def emitted_as(rule: str) -> str:
    """Return the name that the code gives what follows by a rule."""
    found = re.search(r"\bas ((?:cls|prp|scm)-\w+)", TABLE[rule][1])
    return found[1] if found else "scm-sco" if rule == "scm-cls" else rule


def closed(turtle: str) -> Store:
    found = Store()
    found.load((PREFIXES + turtle).encode(), RdfFormat.TURTLE, to_graph=GRAPH)
    close(found)
    return found


def writers(store: Store, statement: str) -> set[str]:
    """Return the names of the rules that wrote a statement, or that were used in the same step."""
    subject, word, value = statement.split()
    prefixes = PREFIXES + "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>"
    predicate = WORDS.get(word, word if ":" in word else f":{word}")
    query = f"{prefixes} SELECT ?g {{ GRAPH ?g {{ :{subject} {predicate} :{value} }} }}"
    graphs = {row["g"].value for row in store.query(query)}
    found = [rule for rule in rules(store) if rule.graph in graphs]
    return {name for rule in found for name in (rule.name, *rule.uses)}


def test_every_rule_of_the_recommendation_has_a_row() -> None:
    assert len(RULES) == 78
    assert set(TABLE) == RULES


def test_every_name_that_the_code_can_give_is_in_the_table() -> None:
    constants = {
        node.value
        for path in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    given = {
        text for text in constants if re.fullmatch(r"(eq|prp|cls|cax|dt|scm)-[a-z0-9-]+", text)
    }
    assert given <= with_status("done", "clash", "in part")
    assert {emitted_as(rule) for rule in (*DERIVED, *CLASHES)} == given


def test_every_row_has_its_graph() -> None:
    assert with_status("done") <= set(DERIVED)
    assert with_status("clash") <= set(CLASHES)
    assert {*DERIVED, *CLASHES} == with_status("done", "clash", "in part")
    axioms = {"prp-ap", "cls-thing", "cls-nothing1", "dt-type1"}  # they need no graph
    assert with_status("not") - set(UNSEEN) == axioms


@pytest.mark.parametrize("rule", DERIVED)
def test_a_rule_derives_its_conclusion(rule: str) -> None:
    turtle, statement = DERIVED[rule]
    assert emitted_as(rule) in writers(closed(turtle), statement)


@pytest.mark.parametrize("rule", sorted(with_status("done")))
def test_nothing_else_derives_the_conclusion(rule: str) -> None:
    turtle, statement = DERIVED[rule]
    found = closed(turtle)
    assert emitted_as(rule) in {r.name for r in rules(found)}
    assert writers(found, statement) == {emitted_as(rule)}


@pytest.mark.parametrize("rule", CLASHES)
def test_a_rule_that_ends_in_a_contradiction_is_reported(rule: str) -> None:
    assert {clash.rule for clash in clashes(closed(CLASHES[rule]))} == {emitted_as(rule)}


@pytest.mark.parametrize("rule", UNSEEN)
def test_what_the_table_says_is_not_done_is_not(rule: str) -> None:
    turtle, statement = UNSEEN[rule]
    found = closed(turtle)
    assert clashes(found) == ()
    assert not statement or writers(found, statement) == set()

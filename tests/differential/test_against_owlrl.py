"""Our inference against owlrl's: nothing missing about named individuals, nothing unsound.

owlrl writes what holds of everything (that it is an owl:Thing and the same as itself) and makes
individuals members of classes without a name; both are left out of the comparison, as ours
derives neither.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, serialize

from barriergraph.inference import close

owlrl = pytest.importorskip("owlrl", reason="owlrl, the other reasoner, is not installed")
hypothesis = pytest.importorskip("hypothesis", reason="hypothesis is not installed")
rdflib = pytest.importorskip("rdflib")

from hypothesis import strategies as st  # noqa: E402

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PREFIXES = """
PREFIX : <https://example.org/#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

ONE = '"1"^^xsd:nonNegativeInteger'
INDIVIDUALS = [f":i{number}" for number in range(4)]
CLASSES = [f":C{number}" for number in range(4)]
PROPERTIES = [f":p{number}" for number in range(3)]
DATA = [f":d{number}" for number in range(2)]

individual = st.sampled_from(INDIVIDUALS)
named = st.sampled_from(CLASSES)
on = st.sampled_from(PROPERTIES)
to_data = st.sampled_from(DATA)
literal = st.sampled_from(["1", "2", '"one"'])


def restriction(on: str, kind: str, filler: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty {on} ; owl:{kind} {filler} ]"


def boolean(kind: str, parts: list[str]) -> str:
    return f"[ a owl:Class ; owl:{kind} ( {' '.join(parts)} ) ]"


def at_most_one(on: str, cls: str) -> str:
    if cls == "owl:Thing":
        return restriction(on, "maxCardinality", ONE)
    return restriction(on, "maxQualifiedCardinality", f"{ONE} ; owl:onClass {cls}")


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=2, max_size=4, unique=True)
    return st.one_of(
        several.map(lambda parts: boolean("intersectionOf", parts)),
        several.map(lambda parts: boolean("unionOf", parts)),
        st.builds(restriction, on, st.just("someValuesFrom"), inner),
        st.builds(restriction, on, st.just("allValuesFrom"), inner),
        st.builds(restriction, on, st.just("hasValue"), individual),
        st.builds(restriction, to_data, st.just("hasValue"), literal),
        st.builds(restriction, on, st.just("someValuesFrom"), st.just("owl:Thing")),
    )


cls = st.recursive(named, nested, max_leaves=3)
most = st.one_of(named, named, cls)
limit = st.builds(at_most_one, on, st.one_of(named, st.just("owl:Thing")))
enumerated = st.lists(individual, min_size=1, max_size=3, unique=True).map(
    lambda things: boolean("oneOf", things)
)


def listed(items: list[str]) -> str:
    return f"( {' '.join(items)} )"


def only(kind: str, filler: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(restriction, on, st.just(kind), filler)


def key(cls: str, on: list[str]) -> str:
    """Return a key; owlrl 7.6.2 leaves out the last property of one, so that comes twice."""
    return f"{cls} owl:hasKey {listed([*on, on[-1]])} ."


around = st.one_of(
    enumerated,
    st.builds(
        boolean,
        st.sampled_from(["intersectionOf", "unionOf"]),
        st.lists(enumerated | most, min_size=2, max_size=3, unique=True),
    ),
)
several = st.lists(most, min_size=2, max_size=4, unique=True)
below = "{} rdfs:subClassOf {} .".format
equivalent = "{} owl:equivalentClass {} .".format
#: Each kind of axiom that our rules read.
KINDS = {
    "subclass": st.builds(below, most, most),
    "equivalent classes": st.builds(equivalent, named, most),
    "some": st.builds(below, only("someValuesFrom", most), named),
    "only": st.builds(below, named, only("allValuesFrom", most)),
    "value": st.builds(equivalent, named, only("hasValue", individual)),
    "intersection": st.builds(equivalent, named, several.map(partial(boolean, "intersectionOf"))),
    "union": st.builds(below, several.map(partial(boolean, "unionOf")), named),
    "one of": st.builds(below, around, named) | st.builds(equivalent, named, enumerated),
    "domain": st.builds("{} rdfs:domain {} .".format, on | to_data, most),
    "range": st.builds("{} rdfs:range {} .".format, on, most),
    "subproperty": st.builds("{} rdfs:subPropertyOf {} .".format, on, on),
    "subproperty of data": st.builds("{} rdfs:subPropertyOf {} .".format, to_data, to_data),
    "equivalent properties": st.builds("{} owl:equivalentProperty {} .".format, on, on),
    "inverse": st.builds("{} owl:inverseOf {} .".format, on, on),
    "symmetric": st.builds("{} a owl:SymmetricProperty .".format, on),
    "transitive": st.builds("{} a owl:TransitiveProperty .".format, on),
    "chain": st.builds(
        "{} owl:propertyChainAxiom {} .".format,
        on,
        st.lists(on, min_size=2, max_size=6).map(listed),
    ),
}
#: Those that make two individuals one; a few of them already make all of them one.
MERGING = {
    "functional": st.builds("{} a owl:FunctionalProperty .".format, on),
    "inverse functional": st.builds("{} a owl:InverseFunctionalProperty .".format, on),
    "same": st.builds("{} owl:sameAs {} .".format, individual, individual),
    "at most one": st.builds(below, most, limit),
    "key": st.builds(key, named, st.lists(on | to_data, min_size=1, max_size=3, unique=True)),
}
fact = st.one_of(
    st.builds("{} a {} .".format, individual, most),
    st.builds("{} {} {} .".format, individual, on, individual),
    st.builds("{} {} {} .".format, individual, on, individual),
    st.builds("{} {} {} .".format, individual, to_data, literal),
)


def write(*parts: list[str]) -> str:
    """Return an ontology as Turtle, with one blank node for expressions that are written alike.

    Our rules know two expressions of one structure for the same class, as OWL 2 DL does; those of
    RL, which read triples, do only when they are one node.
    """
    text = "\n".join(line for part in parts for line in part)
    nodes: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        return nodes.setdefault(found[0], f"_:n{len(nodes)}")

    while "[" in text:
        text = re.sub(r"\[[^][]*\]", name, text)
    text += "".join(f"\n{node} {inside[1:-1]} ; a owl:Class ." for inside, node in nodes.items())
    return "\n".join([text, *(f"{cls} a owl:Class ." for cls in CLASSES)])


facts = st.lists(fact, min_size=3, max_size=9)
merging = st.lists(st.one_of(*MERGING.values()), max_size=1)
axioms = st.lists(st.one_of(*KINDS.values()), max_size=5)


def ontologies(kind: str) -> st.SearchStrategy[str]:
    """Return ontologies with at least one axiom of a kind."""
    meant = st.lists({**KINDS, **MERGING}[kind], min_size=1, max_size=2)
    return st.builds(write, meant, axioms, merging, facts)


def ours(data: bytes, format: RdfFormat) -> set[tuple[str, str, str]]:
    """Return what holds of named individuals when our rules have run."""
    store = Store()
    store.load(data, format, to_graph=NamedNode("https://example.org/graph"))
    close(store)
    return about_individuals(
        serialize({quad.triple for quad in store}, format=RdfFormat.N_TRIPLES) or b""
    )


def theirs(data: bytes, format: str) -> set[tuple[str, str, str]]:
    """Return what holds of named individuals when owlrl's rules have run."""
    graph = rdflib.Graph().parse(data=data, format=format)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    whole = rdflib.Graph()
    for subject, predicate, value in graph:
        if not isinstance(subject, rdflib.Literal):  # owlrl types literals too
            whole.add((subject, predicate, value))
    return about_individuals(whole.serialize(format="nt", encoding="utf-8"))


def about_individuals(ntriples: bytes) -> set[tuple[str, str, str]]:
    """Return the statements about named individuals, without what holds of everything."""
    graph = rdflib.Graph().parse(data=ntriples, format="nt")
    rdf, rdfs, owl = rdflib.RDF, rdflib.RDFS, rdflib.OWL
    kinds = (owl.Class, owl.Ontology, rdfs.Datatype, rdfs.Class, rdf.Property, owl.Restriction)
    kinds += (owl.ObjectProperty, owl.DatatypeProperty, owl.AnnotationProperty)
    terms = {term for kind in kinds for term in graph.subjects(rdf.type, kind)}
    terms |= {*graph.predicates(), *graph.objects(None, rdf.type)}
    terms |= {term for pair in graph.subject_objects(rdfs.subClassOf) for term in pair}
    builtin = tuple(map(str, (rdf, rdfs, owl)))
    return {
        (str(subject), str(predicate), value.n3())
        for subject, predicate, value in graph
        if isinstance(subject, rdflib.URIRef)
        and subject not in terms
        and not str(subject).startswith(builtin)  # that of URIRef takes no tuple
        and not isinstance(value, rdflib.BNode)
        and value not in (owl.Thing, rdfs.Resource)
        and (not str(predicate).startswith(builtin[1:]) or predicate == owl.sameAs)
        and not (predicate == owl.sameAs and subject == value)
    }


@pytest.mark.parametrize("kind", [*KINDS, *MERGING])
def test_generated_ontologies_give_what_owlrl_derives_of_named_individuals(kind: str) -> None:
    @hypothesis.settings(
        max_examples=12, deadline=None, derandomize=True, database=None,
        phases=[hypothesis.Phase.generate],  # to make a failure small takes owlrl minutes
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(ontologies(kind))
    def agree(text: str) -> None:
        data = (PREFIXES + text).encode()
        assert ours(data, RdfFormat.TURTLE) == theirs(data, "turtle")

    agree()


def test_the_small_graph_gives_what_owlrl_derives_of_named_individuals() -> None:
    files = sorted((ROOT / "tests/fixtures/small/data").rglob("*.ttl"))
    store = Store()
    for file in (ROOT / "ontology/barriergraph.ttl", *files):
        store.load(path=file, format=RdfFormat.TURTLE)
    data = serialize({quad.triple for quad in store}, format=RdfFormat.N_TRIPLES) or b""
    derived = ours(data, RdfFormat.N_TRIPLES)
    assert derived == theirs(data, "nt")
    assert len(derived) > len(about_individuals(data))

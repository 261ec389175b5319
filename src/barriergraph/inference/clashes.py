"""Statements that cannot all be true, as far as the rules of OWL 2 RL see it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from barriergraph.inference.expanding import Expander, apart
from barriergraph.inference.expressions import (
    NOTHING,
    THING,
    Expression,
    Property,
    derived_datatypes,
    is_datatype,
    short,
)
from barriergraph.inference.matching import matches, triple
from barriergraph.inference.ontology import Ontology
from barriergraph.inference.rules import OWL, RDF, SAME, TYPE, XSD, Pattern, pattern
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from barriergraph.inference.expressions import Class
    from barriergraph.inference.rules import Condition, Term

    #: A rule that ends in a contradiction: its name, the axiom in words, the pattern, the axiom.
    Denial: TypeAlias = tuple[str, str, Pattern, tuple[Quad, ...]]

#: The datatypes that share no value with each other, each with those that are derived from it.
_FAMILIES = tuple(
    frozenset(derived_datatypes(NamedNode(name)))
    for name in (
        *(XSD + local for local in ("string", "boolean", "decimal", "float", "double", "anyURI")),
        *(XSD + local for local in ("dateTime", "date", "hexBinary", "base64Binary")),
        RDF + "langString",
    )
)
#: The datatypes whose literals the engine can read, so that a malformed one is seen.
_READABLE = frozenset(
    XSD + n for n in ("integer", "decimal", "double", "float", "boolean", "dateTime")
)


class Clash(Value):
    """Statements that cannot all be true.

    `rule` is the W3C's name of the rule that sees it, `axiom` says the axiom in words, `source`
    holds the statements of the ontology that make the axiom, `statements` those that break it.
    Some of these may be inferred: `why` tells from what.
    """

    __slots__ = ("rule", "axiom", "source", "statements")

    rule: str
    axiom: str
    source: tuple[Quad, ...]
    statements: tuple[Triple, ...]

    def __str__(self) -> str:
        told = " and ".join(" ".join(map(short, part)) for part in self.statements)
        return f"{told} cannot all be true: {self.axiom} ({self.rule})"


def clashes(store: Store) -> tuple[Clash, ...]:
    """Return every clash that the rules see in the statements of a store, sorted.

    Close the store first: what the statements imply is not worked out here, and nothing is
    written. That none is found does not mean that the graph is consistent: OWL 2 DL sees more.

    Source: OWL 2 RL rules that end in false, https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
    """
    ontology = Ontology(store)
    found: dict[object, Clash] = {}
    for clash in (*_disjoint_sets(store, ontology), *_denied(store, ontology)):
        found.setdefault((clash.rule, clash.axiom, frozenset(clash.statements)), clash)
    return tuple(sorted(found.values(), key=lambda clash: (clash.rule, str(clash.statements))))


def _denied(store: Store, ontology: Ontology) -> Iterator[Clash]:
    for rule, axiom, body, source in _denials(ontology):
        for row in matches(store, body, {}):
            statements = tuple(dict.fromkeys(triple(atom, row) for atom in body.atoms))
            yield Clash(rule=rule, axiom=axiom, source=source, statements=statements)


def _disjoint_sets(store: Store, ontology: Ontology) -> Iterator[Clash]:
    """Yield the members of two classes with names out of a set that share none.

    A query for each pair of classes would read each class as often as the set has members.
    """
    for classes, quad in _sets(ontology, "AllDisjointClasses"):
        kinds: dict[Term, NamedNode] = {}
        for cls in classes:
            if not isinstance(cls, NamedNode):
                continue
            for member in {q.subject for q in store.quads_for_pattern(None, TYPE, cls)}:
                other = kinds.setdefault(member, cls)
                if other != cls:
                    yield Clash(
                        rule="cax-adc",
                        axiom=f"{short(other)} and {short(cls)} share no member",
                        source=(quad,),
                        statements=(Triple(member, TYPE, other), Triple(member, TYPE, cls)),
                    )


def _sets(ontology: Ontology, local: str) -> Iterator[tuple[list[Class], Quad]]:
    for quad in ontology.statements(TYPE, NamedNode(OWL + local)):
        items = ontology.reader.list(
            ontology.reader.value(quad.subject, NamedNode(OWL + "members"))
        )
        yield [cls for cls in map(ontology.reader.cls, items) if cls is not None], quad


def _denials(ontology: Ontology) -> Iterator[Denial]:
    expander = Expander(ontology)
    nothing = pattern(("x", TYPE, NOTHING))
    yield "cls-nothing2", "nothing is an owl:Nothing", nothing, ()
    yield from _classes(ontology, expander)
    yield from _properties(ontology)
    yield from _same(ontology)
    yield from _negative(ontology)


def _classes(ontology: Ontology, expander: Expander) -> Iterator[Denial]:
    for left, right, quad in ontology.classes(NamedNode(OWL + "disjointWith")):
        yield from _apart("cax-dw", left, right, quad, expander)
    for classes, quad in _sets(ontology, "AllDisjointClasses"):
        for left, right in combinations(classes, 2):
            if isinstance(left, Expression) or isinstance(right, Expression):
                yield from _apart("cax-adc", left, right, quad, expander)
    for edge in ontology.edges:
        limits = list(_limits(edge.upper, "x", expander))
        bodies = expander.bodies(edge.lower, "x") if limits else []
        for (body, _), (name, limit) in product(bodies, limits):
            yield name, edge.words, body & limit, edge.source
    for cls in sorted(ontology.reader.nodes, key=str):
        nodes = ontology.asserted_members(cls)
        limits = list(_limits(cls, "x", expander)) if nodes else []
        for (body, _), (name, limit) in product(expander.asserted(cls, "x"), limits):
            source = tuple(q for node in nodes for q in ontology.statements(TYPE, node))
            yield name, f"each member of {cls} is one", body & limit, source


def _apart(
    name: str, left: Class, right: Class, quad: Quad, expander: Expander
) -> Iterator[Denial]:
    words = f"{short(left)} and {short(right)} share no member"
    for (one, _), (other, _) in product(expander.bodies(left, "x"), expander.bodies(right, "x")):
        yield name, words, one & other, (quad,)


def _limits(cls: Class, member: str, expander: Expander) -> Iterator[tuple[str, Pattern]]:
    """Yield what no member of a class can have, with the name of the rule."""
    if isinstance(cls, NamedNode):
        if cls == NOTHING:
            yield "cls-nothing2", pattern()
        elif is_datatype(cls):
            yield from _outside(cls, member)
        return
    parts = [part for part in cls.parts if isinstance(part, NamedNode | Expression)]
    if cls.kind == "not":
        for body, _ in expander.bodies(parts[0], member):
            yield "cls-com", body
    elif cls.kind == "and":
        for part in parts:
            yield from _limits(part, member, expander)
    elif cls.kind in ("only", "max0"):
        assert cls.on is not None
        value = expander.new()
        step = pattern(cls.on.atom(member, value))
        if cls.kind == "only":
            for name, limit in _limits(parts[0], value, expander):
                yield name, step & limit
        elif parts[0] == THING:
            yield "cls-maxc1", step
        else:
            for body, _ in expander.bodies(parts[0], value):
                yield "cls-maxqc1", step & body


def _outside(datatype: NamedNode, member: str) -> Iterator[tuple[str, Pattern]]:
    """Yield how a literal can fail to be of a datatype: by another one, or by being malformed."""
    family = next((family for family in _FAMILIES if datatype in family), None)
    if family is None:
        return
    others = [name for other in _FAMILIES if other is not family for name in sorted(other, key=str)]
    yield "dt-not-type", pattern(filters=(("datatype", member, *others),))
    if datatype.value in _READABLE:
        yield "dt-not-type", pattern(filters=(("illformed", member, datatype),))


def _properties(ontology: Ontology) -> Iterator[Denial]:
    for on, quad in ontology.typed("IrreflexiveProperty"):
        yield "prp-irp", f"{on} is irreflexive", pattern(on.atom("x", "x")), (quad,)
    for on, quad in ontology.typed("AsymmetricProperty"):
        both = pattern(on.atom("x", "y"), on.atom("y", "x"))
        yield "prp-asyp", f"{on} is asymmetric", both, (quad,)
    for on, quad in ontology.typed("FunctionalProperty"):
        body = pattern(on.atom("x", "y"), on.atom("x", "z"), filters=(("unequal", "y", "z"),))
        yield "prp-fp", f"{on} is functional", body, (quad,)
    for left, right, quad in ontology.pairs("propertyDisjointWith"):
        yield from _disjoint("prp-pdw", left, right, quad)
    for quad in ontology.statements(TYPE, NamedNode(OWL + "AllDisjointProperties")):
        items = ontology.reader.list(
            ontology.reader.value(quad.subject, NamedNode(OWL + "members"))
        )
        found = [on for on in map(ontology.reader.property, items) if on is not None]
        for left, right in combinations(found, 2):
            yield from _disjoint("prp-adp", left, right, quad)


def _disjoint(name: str, left: Property, right: Property, quad: Quad) -> Iterator[Denial]:
    both = pattern(left.atom("x", "y"), right.atom("x", "y"))
    yield name, f"{left} and {right} never relate the same two", both, (quad,)


def _same(ontology: Ontology) -> Iterator[Denial]:
    different = NamedNode(OWL + "differentFrom")
    both = pattern(("x", SAME, "y"), ("x", different, "y"))
    yield "eq-diff1", "what is the same is not different", both, ()
    for name, local in (("eq-diff2", "members"), ("eq-diff3", "distinctMembers")):
        for quad in ontology.statements(TYPE, NamedNode(OWL + "AllDifferent")):
            head = ontology.reader.value(quad.subject, NamedNode(OWL + local))
            items = [item for item in ontology.reader.list(head) if isinstance(item, NamedNode)]
            among: list[Condition] = [("among", place, *items) for place in "xy"]
            if items:
                body = pattern(("x", SAME, "y"), filters=(*among, *apart("x", "y")))
                yield name, f"{' and '.join(map(short, items))} are different", body, (quad,)


def _negative(ontology: Ontology) -> Iterator[Denial]:
    """Yield what is asserted not to hold, one statement each."""
    names = ("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue")
    for quad in ontology.statements(TYPE, NamedNode(OWL + "NegativePropertyAssertion")):
        value = [ontology.reader.value(quad.subject, NamedNode(OWL + name)) for name in names]
        subject, on, target = value[0], ontology.reader.property(value[1]), value[2] or value[3]
        if isinstance(subject, NamedNode) and on and isinstance(target, NamedNode | Literal):
            rule = "prp-npa1" if value[2] is not None else "prp-npa2"
            words = f"{short(subject)} {on} {short(target)} is asserted not to hold"
            yield rule, words, pattern(on.atom(subject, target)), (quad,)

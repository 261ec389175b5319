"""From axioms to rules: class expressions become triple patterns, axioms become rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from pyoxigraph import Literal, NamedNode, Quad, Store

from barriergraph.inference.expanding import Expander, apart
from barriergraph.inference.expressions import Expression, short
from barriergraph.inference.ontology import Ontology
from barriergraph.inference.rules import (
    OWL,
    SAME,
    SUBCLASS,
    SUBPROPERTY,
    TYPE,
    Pattern,
    Rule,
    make_rule,
    pattern,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.inference.expressions import Class
    from barriergraph.inference.news import Without
    from barriergraph.inference.rules import Atom, Condition, Slot, Term

_CHAIN = NamedNode(OWL + "propertyChainAxiom")
_KEY = NamedNode(OWL + "hasKey")
_TOPS = frozenset(NamedNode(OWL + name) for name in ("topObjectProperty", "topDataProperty"))


def rules(store: Store | Without) -> tuple[Rule, ...]:
    """Compile the ontology that a store asserts into rules and return them, each once.

    Nothing is run and nothing is written. The rules are the same before and after `close`. A class
    expression becomes part of the pattern of the rule that uses it, so that nothing is derived
    about classes without a name. Axioms that no rule of OWL 2 RL reads are passed over.

    >>> from barriergraph.sources import base_module, read_into
    >>> store = Store()
    >>> _ = read_into(store, [base_module()])
    >>> [rule.axiom for rule in rules(store) if "prp-spo2-evid" in rule.graph]
    ['bg:foundBy followed by bg:reportedIn is bg:evidencedBy']

    Source: OWL 2 RL, https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
    """
    ontology = Ontology(store)
    found: dict[object, Rule] = {}
    for rule in _every_rule(ontology):
        # Two that differ in a blank node only say the same in words and share a named graph.
        found.setdefault((rule.graph, rule.body.bound), rule)
    if SAME in {rule.head[1] for rule in found.values()} or ontology.statements(SAME):
        found.update((rule.graph, rule) for rule in _equality())
    return tuple(found.values())


def _every_rule(ontology: Ontology) -> Iterator[Rule]:
    yield from _schema()
    for step in ontology.property_edges:
        head, body = step.upper.atom("x", "y"), pattern(step.lower.atom("x", "y"))
        if step.upper.iri not in _TOPS:
            yield from _finish(step.name, step.words, head, body, (), step.source)
    yield from _properties(ontology)
    yield from _chains(ontology)
    expander = Expander(ontology)
    yield from _keys(ontology, expander)
    for edge in ontology.edges:
        for cls, fixed in _starts(edge.lower):
            heads = expander.heads(edge.upper, fixed)
            bodies = expander.bodies(cls, fixed) if heads else []
            for (body, uses), (extra, head, names) in product(bodies, heads):
                found = fixed in body.variables() if isinstance(fixed, str) else not body.atoms
                if not found:  # it only tests the member, or the variable stands for this one too
                    continue
                name = names[0] if names else edge.name
                others = (edge.name, *names[1:], *uses)
                yield from _finish(name, edge.words, head, body & extra, others, edge.source)
    yield from _members(ontology, expander)


def _starts(cls: Class) -> Iterator[tuple[Class, Slot]]:
    """Yield a class with the variable of its member, and with each thing that it enumerates."""
    yield cls, "x"
    for thing in dict.fromkeys(_enumerated(cls)):
        yield cls, thing


def _enumerated(cls: Class | Term) -> Iterator[NamedNode]:
    if isinstance(cls, Expression) and cls.kind in ("and", "or", "one"):
        for part in cls.parts:
            if isinstance(part, NamedNode) and cls.kind == "one":
                yield part
            yield from _enumerated(part)


def _members(ontology: Ontology, expander: Expander) -> Iterator[Rule]:
    """Yield what holds of an individual that is asserted to be a member of an expression."""
    for cls in sorted(ontology.reader.nodes, key=str):
        heads = expander.heads(cls, "x")
        if not heads:
            continue
        quads = [
            q for node in ontology.asserted_members(cls) for q in ontology.statements(TYPE, node)
        ]
        if not quads:
            continue
        bodies = expander.given(cls, "x", frozenset())
        for (body, uses), (extra, head, names) in product(bodies, heads):
            words = f"each member of {cls} is one"
            yield from _finish(names[0], words, head, body & extra, (*names, *uses), quads)


def _properties(ontology: Ontology) -> Iterator[Rule]:
    for on, quad in ontology.typed("TransitiveProperty"):
        body = pattern(on.atom("x", "y"), on.atom("y", "z"))
        yield from _finish("prp-trp", f"{on} is transitive", on.atom("x", "z"), body, (), (quad,))
    for on, quad in ontology.typed("FunctionalProperty"):
        body = pattern(on.atom("x", "y"), on.atom("x", "z"), filters=apart("y", "z"))
        yield from _finish("prp-fp", f"{on} is functional", ("y", SAME, "z"), body, (), (quad,))
    for on, quad in ontology.typed("InverseFunctionalProperty"):
        body = pattern(on.atom("x", "z"), on.atom("y", "z"), filters=apart("x", "y"))
        words = f"{on} is inverse functional"
        yield from _finish("prp-ifp", words, ("x", SAME, "y"), body, (), (quad,))


def _chains(ontology: Ontology) -> Iterator[Rule]:
    for quad in ontology.statements(_CHAIN):
        upper = ontology.reader.property(quad.subject)
        items = ontology.reader.list(quad.object)
        steps = [step for step in map(ontology.reader.property, items) if step is not None]
        if upper is None or not steps or len(steps) != len(items):
            continue
        places = ["x", *(f"z{number}" for number in range(1, len(steps))), "y"]
        atoms = [step.atom(places[i], places[i + 1]) for i, step in enumerate(steps)]
        words = f"{' followed by '.join(map(str, steps))} is {upper}"
        yield from _finish("prp-spo2", words, upper.atom("x", "y"), pattern(*atoms), (), (quad,))


def _keys(ontology: Ontology, expander: Expander) -> Iterator[Rule]:
    for quad in ontology.statements(_KEY):
        cls = ontology.reader.cls(quad.subject)
        items = ontology.reader.list(quad.object)
        keys = [key for key in map(ontology.reader.property, items) if key is not None]
        if cls is None or not keys or len(keys) != len(items):
            continue
        values = [f"k{number}" for number, _ in enumerate(keys)]
        atoms = [key.atom(x, k) for key, k in zip(keys, values, strict=True) for x in ("x", "y")]
        both = pattern(*atoms, filters=apart("x", "y"))
        words = f"a {short(cls)} is told apart by {' and '.join(map(str, keys))}"
        for (one, uses), (other, _) in product(
            expander.bodies(cls, "x"), expander.bodies(cls, "y")
        ):
            body = one & other & both
            yield from _finish("prp-key", words, ("x", SAME, "y"), body, uses, (quad,))


def _schema() -> Iterator[Rule]:
    """Yield the rules about named classes and properties themselves, which are always the same."""
    for name, upwards, kind in (
        ("scm-sco", SUBCLASS, "class"),
        ("scm-spo", SUBPROPERTY, "property"),
    ):
        body = pattern(
            ("x", upwards, "z"),
            ("z", upwards, "y"),
            filters=(("iri", "x"), ("iri", "y"), ("differ", "x", "y")),
        )
        words = f"a sub{kind} of a sub{kind} is one"
        yield from _finish(name, words, ("x", upwards, "y"), body, (), ())
    for name, local, upwards in (
        ("scm-eqc1", "equivalentClass", SUBCLASS),
        ("scm-eqp1", "equivalentProperty", SUBPROPERTY),
    ):
        body = pattern(("x", NamedNode(OWL + local), "y"), filters=(("iri", "x"), ("iri", "y")))
        words = "each of two that are equivalent lies below the other"
        for head in (("x", upwards, "y"), ("y", upwards, "x")):
            yield from _finish(name, words, head, body, (), ())


def _equality() -> Iterator[Rule]:
    """Yield the rules of owl:sameAs. That everything is the same as itself is left out."""
    other: tuple[Condition, ...] = (("differ", "p", SAME),)
    same = pattern(("x", SAME, "y"), filters=(("differ", "x", "y"),))
    words = "what is the same has the same statements"
    chain = pattern(("x", SAME, "z"), ("z", SAME, "y"), filters=(("differ", "x", "y"),))
    for name, axiom, head, body in (
        ("eq-sym", "owl:sameAs is symmetric", ("y", SAME, "x"), same),
        ("eq-trans", "owl:sameAs is transitive", ("x", SAME, "y"), chain),
        ("eq-rep-s", words, ("y", "p", "z"), same & pattern(("x", "p", "z"), filters=other)),
        ("eq-rep-p", words, ("z", "y", "u"), same & pattern(("z", "x", "u"))),
        ("eq-rep-o", words, ("z", "p", "y"), same & pattern(("z", "p", "x"), filters=other)),
    ):
        yield make_rule(name, axiom, head, body)


def _finish(
    name: str,
    words: str,
    head: Atom,
    body: Pattern,
    uses: Iterable[str],
    source: Iterable[Quad],
) -> Iterator[Rule]:
    """Yield the rule with its variables in order, unless it says nothing or nothing that is RDF."""
    if isinstance(head[0], Literal) or head in body.atoms:
        return
    subjects = {atom[0] for atom in body.atoms}
    if isinstance(head[0], str) and head[0] not in subjects:
        body &= pattern(filters=(("node", head[0]),))
    names = _names(body, head)

    def named(slot: Slot) -> Slot:
        return names[slot] if isinstance(slot, str) else slot

    def rename(atom: Atom) -> Atom:
        return named(atom[0]), named(atom[1]), named(atom[2])

    safe = Pattern(
        atoms=tuple(map(rename, body.atoms)),
        filters=tuple((test[0], *map(named, test[1:])) for test in body.filters),
        bound=tuple((names[name], node) for name, node in body.bound),
    )
    yield make_rule(name, words, rename(head), safe, uses=uses, source=source)


def _names(body: Pattern, head: Atom) -> dict[str, str]:
    fixed = [slot for slot in head if isinstance(slot, str)]
    order = list(dict.fromkeys([*fixed, *body.variables()]))
    letters = ["x", "y", "z", *(f"z{number}" for number in range(1, len(order)))]
    return dict(zip(order, letters, strict=False))

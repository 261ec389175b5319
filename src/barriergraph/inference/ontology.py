"""The axioms of the ontology in a store, and what lies above what in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, NamedNode, Quad, Store

from barriergraph.inference.expressions import (
    THING,
    Expression,
    Property,
    Reader,
    is_datatype,
    short,
)
from barriergraph.inference.rules import OWL, RDFS, SUBCLASS, SUBPROPERTY, TYPE, is_inferred
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from barriergraph.inference.expressions import Class
    from barriergraph.inference.news import Without
    from barriergraph.inference.rules import Term

    T = TypeVar("T")
    E = TypeVar("E", "Edge", "PropertyEdge")

_WRITTEN = ("onProperty", "intersectionOf", "unionOf", "oneOf", "complementOf")
#: The kind of an expression -> the rules that make a member of it, and that follow from being one.
_BOTH = {
    "and": ("cls-int1", "cls-int2"),
    "or": ("cls-uni", "cax-eqc1"),
    "one": ("cls-oo", "cax-eqc1"),
    "some": ("cls-svf1", "cax-eqc1"),
    "value": ("cls-hv2", "cls-hv1"),
    "only": ("cax-eqc2", "cls-avf"),
    "not": ("cax-eqc2", "cls-com"),
    "max0": ("cax-eqc2", "cls-maxc1"),
    "max1": ("cax-eqc2", "cls-maxc2"),
}
_OF_ANYTHING = {"some": ("cls-svf2", "cax-eqc1")}
_QUALIFIED = {"max0": ("cax-eqc2", "cls-maxqc1"), "max1": ("cax-eqc2", "cls-maxqc3")}


class Edge(Value):
    """One class lies below another: `name` is the rule that takes a member from there to here."""

    __slots__ = ("name", "lower", "upper", "words", "source")

    name: str
    lower: Class
    upper: Class
    words: str
    source: tuple[Quad, ...]


class PropertyEdge(Value):
    """One property lies below another."""

    __slots__ = ("name", "lower", "upper", "words", "source")

    name: str
    lower: Property
    upper: Property
    words: str
    source: tuple[Quad, ...]


class Ontology:
    """The axioms that a store asserts; what rules have derived is passed over.

    `edges` and `property_edges` say what lies below what; the methods give the rest as statements.
    """

    def __init__(self, store: Store | Without) -> None:
        self._store = store
        self.reader = Reader(store)
        self.edges = tuple(_each_once(self._edges()))
        self.property_edges = tuple(_each_once(self._property_edges()))
        self._read_all()

    def statements(self, predicate: NamedNode, value: Term | None = None) -> list[Quad]:
        """Return the asserted statements with a predicate, and a value if given, sorted."""
        found = self._store.quads_for_pattern(None, predicate, value)
        return sorted(
            (quad for quad in found if not is_inferred(quad)),
            key=lambda quad: (str(quad.subject), str(quad.object)),
        )

    def typed(self, local: str) -> Iterator[tuple[Property, Quad]]:
        """Yield each property that is declared to be of a type of OWL, with the statement."""
        for quad in self.statements(TYPE, NamedNode(OWL + local)):
            on = self.reader.property(quad.subject)
            if on is not None:
                yield on, quad

    def pairs(self, local: str) -> Iterator[tuple[Property, Property, Quad]]:
        """Yield the two properties of each statement with a predicate of OWL."""
        for quad in self.statements(NamedNode(OWL + local)):
            left, right = self.reader.property(quad.subject), self.reader.property(quad.object)
            if left is not None and right is not None:
                yield left, right, quad

    def classes(self, predicate: NamedNode) -> Iterator[tuple[Class, Class, Quad]]:
        """Yield the two classes of each statement with a predicate."""
        for quad in self.statements(predicate):
            left, right = self.reader.cls(quad.subject), self.reader.cls(quad.object)
            if left is not None and right is not None:
                yield left, right, quad

    def asserted_members(self, expression: Expression) -> list[BlankNode]:
        """Return the blank nodes of an expression that something is asserted to be a member of."""
        nodes = self.reader.nodes.get(expression, ())
        return [node for node in nodes if self.statements(TYPE, node)]

    def _edges(self) -> Iterator[Edge]:
        for lower, upper, quad in self.classes(SUBCLASS):
            words = f"{short(lower)} is a subclass of {short(upper)}"
            yield Edge(name="cax-sco", lower=lower, upper=upper, words=words, source=(quad,))
        for left, right, quad in self.classes(NamedNode(OWL + "equivalentClass")):
            words = f"{short(left)} is equivalent to {short(right)}"
            for name, lower, upper in (("cax-eqc1", left, right), ("cax-eqc2", right, left)):
                yield Edge(name=name, lower=lower, upper=upper, words=words, source=(quad,))
        for name, local, kind in (("prp-dom", "domain", "subject"), ("prp-rng", "range", "object")):
            for quad in self.statements(NamedNode(RDFS + local)):
                on, upper_ = self.reader.property(quad.subject), self.reader.cls(quad.object)
                if on is not None and upper_ is not None:
                    side = Expression(kind=kind, on=on, parts=())
                    words = f"the {kind} of {on} is a {short(upper_)}"
                    yield Edge(name=name, lower=side, upper=upper_, words=words, source=(quad,))
        yield from self._named_expressions()

    def _named_expressions(self) -> Iterator[Edge]:
        """Yield both directions for an expression that is written on a class with a name."""
        for local in _WRITTEN:
            for quad in self.statements(NamedNode(OWL + local)):
                cls = quad.subject
                if not isinstance(cls, NamedNode):
                    continue
                for expression in self.reader.expressions(cls):
                    words = f"{short(cls)} is {expression}"
                    into, out = _names(expression)
                    for name, lower, upper in ((into, expression, cls), (out, cls, expression)):
                        yield Edge(name=name, lower=lower, upper=upper, words=words, source=(quad,))

    def _property_edges(self) -> Iterator[PropertyEdge]:
        for quad in self.statements(SUBPROPERTY):
            lower, upper = self.reader.property(quad.subject), self.reader.property(quad.object)
            if lower is not None and upper is not None:
                words = f"{lower} is a subproperty of {upper}"
                yield PropertyEdge(
                    name="prp-spo1", lower=lower, upper=upper, words=words, source=(quad,)
                )
        for left, right, quad in self.pairs("equivalentProperty"):
            words = f"{left} is equivalent to {right}"
            for name, low, high in (("prp-eqp1", left, right), ("prp-eqp2", right, left)):
                yield PropertyEdge(name=name, lower=low, upper=high, words=words, source=(quad,))
        for left, right, quad in self.pairs("inverseOf"):
            if isinstance(quad.subject, BlankNode):
                continue  # it writes an expression, not an axiom
            words = f"{left} is the inverse of {right}"
            back, forth = left.inverse(), right.inverse()
            for name, low, high in (("prp-inv1", left, forth), ("prp-inv2", right, back)):
                yield PropertyEdge(name=name, lower=low, upper=high, words=words, source=(quad,))
        for on, quad in self.typed("SymmetricProperty"):
            words = f"{on} is symmetric"
            yield PropertyEdge(
                name="prp-symp", lower=on, upper=on.inverse(), words=words, source=(quad,)
            )

    def _read_all(self) -> None:
        """Read the expressions that no axiom names, as individuals may be members of them."""
        for local in _WRITTEN:
            for quad in self.statements(NamedNode(OWL + local)):
                self.reader.cls(quad.subject)


class Hierarchy:
    """What lies below what, by the axioms and by the rules of the W3C whose names begin in scm-."""

    def __init__(self, ontology: Ontology) -> None:
        self._up: dict[Class, set[Class]] = {}
        self._down: dict[Class, set[Class]] = {}
        self._properties: dict[Property, set[Property]] = {}
        self._expressions: list[Expression] = []
        for step in ontology.property_edges:
            self._properties.setdefault(step.lower, set()).add(step.upper)
            self._properties.setdefault(step.lower.inverse(), set()).add(step.upper.inverse())
        seen: set[Class] = set()
        for edge in ontology.edges:
            self._add(edge.lower, edge.upper)
            self._enter(edge.lower, seen)
            self._enter(edge.upper, seen)
        for expression in list(ontology.reader.nodes):
            self._enter(expression, seen)
        while self._compare():
            pass

    def below(self, cls: Class) -> list[Class]:
        """Return the class and all that lie below it, in an order that does not change."""
        return sorted(_reach(self._down, cls), key=lambda c: (not isinstance(c, NamedNode), str(c)))

    def above(self, cls: Class) -> set[Class]:
        """Return the class and all that lie above it."""
        return _reach(self._up, cls)

    @property
    def expressions(self) -> list[Expression]:
        """Every expression of the ontology, those inside others too."""
        return self._expressions

    def _add(self, lower: Class, upper: Class) -> bool:
        new = upper not in self._up.get(lower, ())
        self._up.setdefault(lower, set()).add(upper)
        self._down.setdefault(upper, set()).add(lower)
        return new

    def _enter(self, cls: Class | Term, seen: set[Class]) -> None:
        """Enter an expression and its parts: scm-int and scm-uni."""
        if not isinstance(cls, Expression) or cls in seen:
            return
        seen.add(cls)
        self._expressions.append(cls)
        if cls.kind in ("one", "value"):
            return
        for part in cls.parts:
            assert isinstance(part, NamedNode | Expression)
            if cls.kind == "and":
                self._add(cls, part)
            elif cls.kind == "or":
                self._add(part, cls)
            self._enter(part, seen)

    def _compare(self) -> bool:
        """Compare restrictions of a kind (scm-svf1, -svf2, -avf1, -avf2, -hv)."""
        new = False
        kinds = ("some", "only", "value")
        groups = {k: [e for e in self._expressions if e.kind == k] for k in kinds}
        for kind, group in groups.items():
            for left in group:
                for right in group:
                    if left != right and self._is_below(kind, left, right):
                        new |= self._add(left, right)
        return new

    def _is_below(self, kind: str, left: Expression, right: Expression) -> bool:
        assert left.on is not None
        assert right.on is not None
        low, high = (right.on, left.on) if kind == "only" else (left.on, right.on)
        if high not in _reach(self._properties, low):
            return False
        one, other = left.parts[0], right.parts[0]
        if kind == "value" or one == other:
            return one == other
        assert isinstance(one, NamedNode | Expression)
        return other in self.above(one) or (other == THING and not is_datatype(one))


def _names(expression: Expression) -> tuple[str, str]:
    kind, special = expression.kind, _OF_ANYTHING if THING in expression.parts else _QUALIFIED
    return special.get(kind, _BOTH[kind])


def _reach(graph: Mapping[T, set[T]], start: T) -> set[T]:
    found, queue = {start}, [start]
    while queue:
        for step in graph.get(queue.pop(), ()):
            if step not in found:
                found.add(step)
                queue.append(step)
    return found


def _each_once(edges: Iterable[E]) -> Iterator[E]:
    """Yield each edge once, with all the statements that make it."""
    merged: dict[object, list[E]] = {}
    for edge in edges:
        merged.setdefault((edge.name, edge.lower, edge.upper), []).append(edge)
    for found in merged.values():
        first = found[0]
        source = tuple(quad for edge in found for quad in edge.source)
        fields = {name: getattr(first, name) for name in first.__slots__}
        yield type(first)(**{**fields, "source": source})

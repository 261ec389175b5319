"""Class and property expressions of an ontology, read from a store into values."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Store

from barriergraph.inference.rules import OWL, RDF, RDFS, XSD, is_inferred
from barriergraph.namespaces import compact
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from barriergraph.inference.news import Without
    from barriergraph.inference.rules import Atom, Slot, Term

    Class: TypeAlias = "NamedNode | Expression"

THING = NamedNode(OWL + "Thing")
NOTHING = NamedNode(OWL + "Nothing")
INVERSE = NamedNode(OWL + "inverseOf")
LITERAL = NamedNode(RDFS + "Literal")
NIL = NamedNode(RDF + "nil")
_FIRST, _REST = NamedNode(RDF + "first"), NamedNode(RDF + "rest")
_ON = NamedNode(OWL + "onProperty")
_ON_CLASS = NamedNode(OWL + "onClass")
_DATATYPES = frozenset(
    (LITERAL.value, RDF + "langString", RDF + "PlainLiteral", RDF + "XMLLiteral")
)

#: A datatype of XSD -> the datatypes that are derived from it.
_DERIVED = {
    "decimal": ("integer",),
    "integer": ("nonPositiveInteger", "long", "nonNegativeInteger"),
    "nonPositiveInteger": ("negativeInteger",),
    "long": ("int",),
    "int": ("short",),
    "short": ("byte",),
    "nonNegativeInteger": ("unsignedLong", "positiveInteger"),
    "unsignedLong": ("unsignedInt",),
    "unsignedInt": ("unsignedShort",),
    "unsignedShort": ("unsignedByte",),
    "string": ("normalizedString",),
    "normalizedString": ("token",),
    "token": ("language", "NMTOKEN", "Name"),
    "Name": ("NCName",),
    "dateTime": ("dateTimeStamp",),
}

#: The property of a boolean or list expression -> its kind.
_LISTS = {"intersectionOf": "and", "unionOf": "or", "oneOf": "one"}
_RESTRICTIONS = {"someValuesFrom": "some", "allValuesFrom": "only", "hasValue": "value"}
_LIMITS = ("maxCardinality", "maxQualifiedCardinality")


class Property(Value):
    """A property as a pattern uses it: forwards, or backwards for `owl:inverseOf` of it."""

    __slots__ = ("iri", "backwards")

    iri: NamedNode
    backwards: bool

    def atom(self, subject: Slot, value: Slot) -> Atom:
        """Return the triple pattern that relates two places by this property."""
        return (value, self.iri, subject) if self.backwards else (subject, self.iri, value)

    def inverse(self) -> Property:
        """Return the same property read the other way."""
        return Property(iri=self.iri, backwards=not self.backwards)

    def __str__(self) -> str:
        return f"the inverse of {compact(self.iri.value)}" if self.backwards else short(self.iri)


class Expression(Value):
    """A class that has no name of its own, by its structure.

    `kind` is 'and', 'or', 'one', 'some', 'only', 'value', 'not', 'max0', 'max1', or 'subject' and
    'object' for whatever stands on that side of a property; `parts` are classes or, for 'one' and
    'value', terms; `on` is the property of a restriction.
    """

    __slots__ = ("kind", "on", "parts")

    kind: str
    on: Property | None
    parts: tuple[Class | Term, ...]

    def __str__(self) -> str:
        words = [short(part) for part in self.parts]
        if self.kind in ("and", "or"):
            return "(" + f" {self.kind} ".join(words) + ")"
        if self.kind == "one":
            return "one of " + ", ".join(words)
        if self.kind == "not":
            return f"not {words[0]}"
        if self.kind in ("subject", "object"):
            return f"the {self.kind} of {self.on}"
        verb = {"max0": "at most 0", "max1": "at most 1"}.get(self.kind, self.kind)
        return f"({self.on} {verb} {words[0]})"


def short(part: object) -> str:
    """Return a term or expression in a few words.

    >>> short(NamedNode("https://w3id.org/barriergraph/ontology#finds"))
    'bg:finds'
    """
    if isinstance(part, NamedNode):
        return compact(part.value)
    return str(part)


def is_datatype(name: object) -> bool:
    """Tell whether a class is one of the datatypes that OWL knows, so that literals are in it."""
    if not isinstance(name, NamedNode):
        return False
    return name.value.startswith(XSD) or name.value in _DATATYPES


def derived_datatypes(datatype: NamedNode) -> list[NamedNode]:
    """Return a datatype of XSD and those whose values are all in it.

    >>> [short(name) for name in derived_datatypes(NamedNode(XSD + "unsignedShort"))]
    ['xsd:unsignedShort', 'xsd:unsignedByte']
    """
    found = [datatype]
    for name in found:
        found += [
            NamedNode(XSD + below) for below in _DERIVED.get(name.value.removeprefix(XSD), ())
        ]
    return found


class Reader:
    """Reads the expressions that the ontology in a store writes with blank nodes.

    `nodes` gives the blank nodes that were read for each expression.
    """

    def __init__(self, store: Store | Without) -> None:
        self._store = store
        self._read: dict[BlankNode, Class | None] = {}
        self.nodes: dict[Expression, list[BlankNode]] = {}

    def value(self, subject: Term, predicate: NamedNode) -> Term | None:
        """Return the object of an asserted statement that there should be one of, or None."""
        assert isinstance(subject, NamedNode | BlankNode)
        quads = self._store.quads_for_pattern(subject, predicate, None)
        return min((q.object for q in quads if not is_inferred(q)), key=str, default=None)

    def list(self, head: Term | None) -> list[Term]:
        """Return the items of a list; one that runs in a circle ends where it began."""
        items: list[Term] = []
        seen: set[Term] = set()
        while isinstance(head, NamedNode | BlankNode) and head != NIL and head not in seen:
            seen.add(head)
            item = self.value(head, _FIRST)
            if item is not None:
                items.append(item)
            head = self.value(head, _REST)
        return items

    def property(self, term: Term | None) -> Property | None:
        """Return the property that a term stands for, or None when it stands for none."""
        backwards = isinstance(term, BlankNode)
        if isinstance(term, BlankNode):
            term = self.value(term, INVERSE)
        return Property(iri=term, backwards=backwards) if isinstance(term, NamedNode) else None

    def cls(self, term: Term | None) -> Class | None:
        """Return the class that a term stands for, or None when it is none that can be read."""
        if isinstance(term, NamedNode):
            return term
        if not isinstance(term, BlankNode):
            return None
        if term not in self._read:
            self._read[term] = None  # an expression inside itself is none
            found = next(self.expressions(term), None)
            self._read[term] = found
            if isinstance(found, Expression):
                self.nodes.setdefault(found, []).append(term)
        return self._read[term]

    def expressions(self, node: NamedNode | BlankNode) -> Iterator[Expression]:
        """Yield the expressions that are written on a node."""
        for local, kind in _LISTS.items():
            head = self.value(node, NamedNode(OWL + local))
            if head is not None:
                yield from self._boolean(kind, head)
        complement = self.cls(self.value(node, NamedNode(OWL + "complementOf")))
        if complement is not None:
            yield Expression(kind="not", on=None, parts=(complement,))
        on = self.property(self.value(node, _ON))
        if on is not None:
            yield from self._restriction(node, on)

    def _boolean(self, kind: str, head: Term) -> Iterator[Expression]:
        items = self.list(head)
        if kind == "one":
            yield Expression(kind=kind, on=None, parts=tuple(items))
            return
        parts = [self.cls(item) for item in items]
        if parts and None not in parts:
            yield Expression(kind=kind, on=None, parts=tuple(p for p in parts if p is not None))

    def _restriction(self, node: NamedNode | BlankNode, on: Property) -> Iterator[Expression]:
        for local, kind in _RESTRICTIONS.items():
            filler = self.value(node, NamedNode(OWL + local))
            part = filler if kind == "value" else self.cls(filler)
            if part is not None:
                yield Expression(kind=kind, on=on, parts=(part,))
        for local in _LIMITS:
            count = self.value(node, NamedNode(OWL + local))
            if isinstance(count, Literal) and count.value in ("0", "1"):
                part = self.cls(self.value(node, _ON_CLASS)) or THING
                yield Expression(kind=f"max{count.value}", on=on, parts=(part,))

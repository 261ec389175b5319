"""A linter of shapes: what a validator would pass over in silence, and so never check.

A misspelt word of SHACL, a target that names no class and a path through no property all make a
shape that every graph conforms to. This finds them by reading the shapes alone, and the terms of
the ontology if it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from difflib import get_close_matches

from pyoxigraph import Literal, NamedNode

from barriergraph.errors import ShapesError
from barriergraph.namespaces import compact, namespace
from barriergraph.validation.components import Declared
from barriergraph.validation.paths import path_text, predicates
from barriergraph.validation.patterns import Unfaithful, check_pattern
from barriergraph.validation.queries import names_in
from barriergraph.validation.shapes import Shape, Shapes, show
from barriergraph.validation.vocabulary import (
    COMPANIONS,
    COMPONENTS,
    OTHER_WORDS,
    OWL_CLASS,
    OWL_IMPORTS,
    RDF_TYPE,
    SH,
    UNCHECKED_WORDS,
    XSD,
    sh,
)
from barriergraph.validation.wellformed import check_shape
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.shapes import Term

DASH = "http://datashapes.org/dash#"

_KNOWN = frozenset(
    {*COMPONENTS, *COMPANIONS, *OTHER_WORDS, *(iri.removeprefix(SH) for iri in COMPONENTS.values())}
    | {"BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRI", "IRIOrLiteral", "Literal"}
)
_DATATYPES = frozenset(
    """ENTITIES ENTITY ID IDREF IDREFS NCName NMTOKEN NMTOKENS NOTATION Name QName anyAtomicType
    anySimpleType anyType anyURI base64Binary boolean byte date dateTime dateTimeStamp
    dayTimeDuration decimal double duration float gDay gMonth gMonthDay gYear gYearMonth hexBinary
    int integer language long negativeInteger nonNegativeInteger nonPositiveInteger
    normalizedString positiveInteger short string time token unsignedByte unsignedInt unsignedLong
    unsignedShort yearMonthDuration""".split()
)
#: Properties whose values are terms of the ontology.
_OF_TERMS = (
    "class", "disjoint", "equals", "lessThan", "lessThanOrEquals", "targetClass",
    "targetObjectsOf", "targetSubjectsOf",
)  # fmt: skip
_BUILT_IN = tuple(
    f"http://www.w3.org/{end}"
    for end in ("1999/02/22-rdf-syntax-ns#", "2000/01/rdf-schema#", "2002/07/owl#", "ns/shacl#")
)
_HALVES = {
    "flags": "pattern",
    "ignoredProperties": "closed",
    "qualifiedMaxCount": "qualifiedValueShape",
    "qualifiedMinCount": "qualifiedValueShape",
    "qualifiedValueShapesDisjoint": "qualifiedValueShape",
}


class Remark(Value):
    """A mistake in shapes: the `shape`, the `term` in it, what is wrong, and the nearest names."""

    __slots__ = ("shape", "term", "reason", "near")
    shape: str
    term: str
    reason: str
    near: tuple[str, ...]

    def __str__(self) -> str:
        hint = f"; did you mean {' or '.join(map(repr, self.near))}?" if self.near else ""
        return f"{self.shape}: {self.reason}{hint}"


def lint_shapes(shapes: Shapes, terms: Collection[str] | None) -> tuple[Remark, ...]:
    """Return what is wrong with shapes, by shape; `terms` are the IRIs that the ontology has."""
    found = [*_words(shapes), *_form(shapes), *_unused(shapes), *_halves(shapes)]
    if terms is not None:
        found += _unmatched(shapes, frozenset(terms))
    return tuple(sorted(dict.fromkeys(found), key=lambda r: (r.shape, r.term, r.reason)))


def _words(shapes: Shapes) -> Iterator[Remark]:
    for subject, predicate, value in shapes:
        # A class that is looked at may well be one of SHACL's own.
        looked_at = predicate in (sh("class"), sh("targetClass"))
        for term in (predicate,) if looked_at else (predicate, value):
            reason = _word(term.value) if isinstance(term, NamedNode) else None
            if reason:
                unknown = reason.startswith("SHACL has no term")
                near = _near(term.value.removeprefix(SH), _KNOWN) if unknown else ()
                yield _remark(subject, term, reason, tuple(f"sh:{name}" for name in near))
        if predicate == sh("severity") and shapes.subjects(sh("sparql"), subject):
            yield _remark(subject, predicate, "sh:severity counts on a shape, not on a sh:sparql")
        if predicate == sh("uniqueLang") and value.value == "1":
            yield _remark(subject, predicate, "sh:uniqueLang asks for something only as 'true'")
        if (predicate, value) == (RDF_TYPE, OWL_CLASS) and not shapes.is_class(subject):
            reason = "a shape that is an owl:Class targets its instances only as an rdfs:Class too"
            if sh("NodeShape") in shapes.objects(subject, RDF_TYPE):
                yield _remark(subject, OWL_CLASS, reason)
        if predicate == OWL_IMPORTS and not shapes.predicates(value):
            reason = f"imports {show(value)!r}, which is not among the shapes; nothing is fetched"
            yield _remark(subject, value, reason)


def _word(iri: str) -> str | None:
    """Return what is wrong with an IRI that looks like a word of SHACL."""
    if iri.startswith(SH):
        name = iri.removeprefix(SH)
        if name in UNCHECKED_WORDS:
            return f"nothing here is checked by 'sh:{name}', of SHACL 1.2 or the advanced features"
        return None if name in _KNOWN or not name else f"SHACL has no term 'sh:{name}'"
    if iri.startswith(DASH):
        return f"nothing here is checked by 'dash:{iri.removeprefix(DASH)}'"
    space = namespace(iri).lower()
    if "w3.org" in space and "shacl" in space:
        return f"{iri!r} is not in the namespace of SHACL, {SH!r}"
    return None


def _form(shapes: Shapes) -> Iterator[Remark]:
    """Return where a shape is not well formed, a pattern is bad, or a query cannot be used."""
    declared = _caught(None, lambda: Declared(shapes))
    if isinstance(declared, Remark):
        yield declared
    for shape in _all_shapes(shapes):
        tries: list[Callable[[], object]] = [
            lambda s=shape: check_shape(shapes, s),  # type: ignore[misc]
            lambda s=shape: _patterns(shapes, s),  # type: ignore[misc]
        ]
        if isinstance(declared, Declared):
            tries.append(lambda s=shape: declared.constraints(s))  # type: ignore[misc]
        for attempt in tries:
            remark = _caught(shape, attempt)
            if isinstance(remark, Remark):
                yield remark
                break


def _caught(shape: Shape | None, attempt: Callable[[], object]) -> object:
    try:
        return attempt()
    except ShapesError as error:
        name = error.shape if shape is None else show(shape.node)
        return Remark(shape=name, term=error.shape, reason=error.reason, near=())


def _all_shapes(shapes: Shapes) -> list[Shape]:
    try:
        return shapes.all_shapes()
    except ShapesError:  # a broken list of shapes; what can be read is
        found = []
        for subject in dict.fromkeys(s for s, p, _ in shapes if p.value.startswith(SH)):
            try:
                found.append(shapes.shape(subject))
            except ShapesError:
                continue
        return found


def _patterns(shapes: Shapes, shape: Shape) -> None:
    flags = shapes.one(shape.node, "flags")
    for pattern in shapes.get(shape.node, "pattern"):
        try:
            check_pattern(pattern.value, flags.value if flags else "", show(shape.node))
        except Unfaithful:
            continue  # pyshacl can read it, and the report will say so


def _halves(shapes: Shapes) -> Iterator[Remark]:
    for name, other in _HALVES.items():
        for subject in dict.fromkeys(s for s, p, _ in shapes if p == sh(name)):
            if not shapes.get(subject, other):
                yield _remark(subject, sh(name), f"sh:{name} asks for nothing without sh:{other}")
    for subject in dict.fromkeys(s for s, p, _ in shapes if p == sh("qualifiedValueShape")):
        counts = ("qualifiedMinCount", "qualifiedMaxCount")
        if not any(shapes.get(subject, name) for name in counts):
            reason = "sh:qualifiedValueShape asks for nothing without sh:qualifiedMinCount or Max"
            yield _remark(subject, sh("qualifiedValueShape"), reason)


def _unused(shapes: Shapes) -> Iterator[Remark]:
    """Return the shapes that no target leads to, and those that ask for nothing."""
    try:
        listed = shapes.all_shapes()
        reached = {node for root in shapes.roots() for node in shapes.below(root.node)}
        declared = Declared(shapes)
    except ShapesError:
        return  # told by _form
    parameters = {p for component in declared.components for p in component.parameters}
    asking = {*(sh(name) for name in COMPONENTS), *parameters}
    for shape in listed:
        if shape.node not in reached and not shape.deactivated:
            yield _remark(shape.node, shape.node, "no target leads to this shape")
        if not asking.intersection(shapes.predicates(shape.node)):
            yield _remark(shape.node, shape.node, "this shape asks for nothing")


def _unmatched(shapes: Shapes, terms: frozenset[str]) -> Iterator[Remark]:
    """Return the targets, classes, properties and names in queries that no term matches."""
    spaces = {namespace(term) for term in terms}
    for subject, predicate, value in shapes:
        name = predicate.value.removeprefix(SH) if predicate.value.startswith(SH) else ""
        if name in _OF_TERMS and isinstance(value, NamedNode):
            yield from _match(subject, value, f"sh:{name} names", terms)
        elif name == "path" and _is_path(shapes, value):
            if not shapes.subjects(sh("parameter"), subject):
                for step in predicates(shapes, value):
                    yield from _match(subject, step, "the path goes through", terms)
        elif name == "datatype" and isinstance(value, NamedNode):
            yield from _datatype(subject, value)
    try:
        declared = Declared(shapes)
        for shape in shapes.all_shapes():
            for constraint in declared.constraints(shape):
                for iri in names_in(constraint.query):
                    if namespace(iri) in spaces and iri != namespace(iri):
                        yield from _match(shape.node, NamedNode(iri), "the query names", terms)
    except ShapesError:
        return  # told by _form


def _is_path(shapes: Shapes, value: Term) -> bool:
    try:
        path_text(shapes, value)
    except ShapesError:
        return False
    return True


def _match(subject: Term, term: NamedNode, does: str, terms: frozenset[str]) -> Iterator[Remark]:
    if term.value in terms or term.value.startswith((*_BUILT_IN, XSD)):
        return
    space = namespace(term.value)
    beside = [iri.removeprefix(space) for iri in terms if namespace(iri) == space]
    near = [space + name for name in _near(term.value.removeprefix(space), beside)]
    reason = f"{does} {compact(term.value)!r}, which no term of the ontology matches"
    yield _remark(subject, term, reason, tuple(map(compact, near)))


def _datatype(subject: Term, value: NamedNode) -> Iterator[Remark]:
    if value.value.startswith(XSD) and value.value.removeprefix(XSD) not in _DATATYPES:
        near = _near(value.value.removeprefix(XSD), _DATATYPES)
        names = tuple(f"xsd:{name}" for name in near)
        yield _remark(subject, value, f"XML Schema has no datatype {show(value)!r}", names)


def _near(name: str, names: Iterable[str]) -> tuple[str, ...]:
    listed = sorted(names)
    same = [other for other in listed if other.lower() == name.lower()]
    return tuple(same or get_close_matches(name, listed, n=2, cutoff=0.75))


def _remark(subject: Term, term: Term, reason: str, near: tuple[str, ...] = ()) -> Remark:
    name = term.value if isinstance(term, Literal) else show(term)
    return Remark(shape=show(subject), term=name, reason=reason, near=near)

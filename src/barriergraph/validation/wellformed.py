"""Whether shapes are well formed, as the syntax rules of SHACL say."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from pyoxigraph import BlankNode, Literal, NamedNode

from barriergraph.errors import ShapesError
from barriergraph.validation.paths import path_text
from barriergraph.validation.shapes import Shapes, show
from barriergraph.validation.vocabulary import (
    SHAPE_LISTS,
    SHAPE_VALUED,
    XSD,
    sh,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.shapes import Shape, Term

#: Parameters that only a property shape can have.
_OF_PATHS = (
    "lessThan", "lessThanOrEquals", "maxCount", "minCount", "uniqueLang",
)  # fmt: skip
_SINGLE = (
    "closed", "datatype", "deactivated", "flags", "ignoredProperties", "in", "languageIn",
    "maxCount", "maxExclusive", "maxInclusive", "maxLength", "minCount", "minExclusive",
    "minInclusive", "minLength", "nodeKind", "path", "qualifiedMaxCount", "qualifiedMinCount",
    "qualifiedValueShape", "qualifiedValueShapesDisjoint", "severity", "uniqueLang",
)  # fmt: skip
_IRIS = (
    "class", "datatype", "disjoint", "equals", "lessThan", "lessThanOrEquals", "nodeKind",
    "severity", "targetClass", "targetObjectsOf", "targetSubjectsOf",
)  # fmt: skip
_TEXTS = ("flags", "message", "pattern")
_COUNTS = (
    "maxCount", "maxLength", "minCount", "minLength", "qualifiedMaxCount", "qualifiedMinCount",
)  # fmt: skip
_FLAGS = ("closed", "deactivated", "qualifiedValueShapesDisjoint", "uniqueLang")
_STRING = frozenset((XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"))


def check_shapes(shapes: Shapes) -> None:
    """Make sure that shapes are well formed and ask for nothing that is not done here.

    Raises: ShapesError for the first shape that is not.

    Source: https://www.w3.org/TR/shacl/#syntax-rules
    """
    for subject, predicate, value in shapes:
        if predicate == sh("entailment"):
            raise ShapesError(show(subject), f"sh:entailment {show(value)!r} is not supported")
    for shape in shapes.all_shapes():
        check_shape(shapes, shape)


def check_shape(shapes: Shapes, shape: Shape) -> None:
    """Make sure that one shape is well formed.

    Raises: ShapesError when it is not.
    """
    node = shape.node
    _each(shapes, node, _SINGLE, lambda name, values: len(values) < 2, "is given more than once")
    _each(shapes, node, _IRIS, _all(NamedNode), "takes an IRI")
    _each(shapes, node, _TEXTS, _is_text, "takes text")
    _each(shapes, node, ("targetNode",), _all(NamedNode, Literal, BlankNode), "takes a term")
    for name in _COUNTS:
        shapes.integer(node, name)
    for name in _FLAGS:
        shapes.flag(node, name)
    for name in SHAPE_VALUED:
        for inner in shapes.get(node, name):
            _check_reference(shapes, node, name, inner)
    for name in SHAPE_LISTS:
        for head in shapes.get(node, name):
            for member in shapes.items(head):
                _check_reference(shapes, node, name, member)
    for name in ("in", "languageIn", "ignoredProperties"):
        for head in shapes.get(node, name):
            members = shapes.items(head)
            if name == "languageIn" and not _is_text(name, members):
                raise ShapesError(show(node), "sh:languageIn takes a list of language tags")
            if name == "ignoredProperties" and not _all(NamedNode)(name, members):
                raise ShapesError(show(node), "sh:ignoredProperties takes a list of properties")
    _check_kind(shapes, shape)


def _check_reference(shapes: Shapes, node: Term, name: str, inner: Term) -> None:
    shapes.shape(inner)
    if isinstance(inner, NamedNode) and not shapes.predicates(inner):
        near = get_close_matches(inner.value, [s.node.value for s in shapes.all_shapes()], 1)
        hint = f"; did you mean {show(NamedNode(near[0]))!r}?" if near else ""
        # A shape that says nothing is kept by everything, so this would pass in silence.
        raise ShapesError(
            show(node), f"sh:{name} leads to {show(inner)!r}, which is not among the shapes{hint}"
        )


def _check_kind(shapes: Shapes, shape: Shape) -> None:
    node = shape.node
    types = shapes.objects(node, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"))
    for inner in shapes.get(node, "node"):
        if shapes.get(inner, "path"):
            raise ShapesError(show(node), f"sh:node takes a node shape, not {show(inner)!r}")
    for inner in shapes.get(node, "property"):
        if not shapes.get(inner, "path"):
            raise ShapesError(show(inner), "sh:property leads here, and this has no sh:path")
    if shape.path is not None:
        path_text(shapes, shape.path)
        if sh("NodeShape") in types:
            raise ShapesError(show(node), "a node shape has no sh:path; make it a property shape")
    elif sh("PropertyShape") in types:
        raise ShapesError(show(node), "a property shape needs a sh:path")
    else:
        for name in _OF_PATHS:
            if shapes.get(node, name):
                raise ShapesError(show(node), f"sh:{name} needs a property shape, with a sh:path")


def _each(
    shapes: Shapes,
    node: Term,
    names: tuple[str, ...],
    right: Callable[[str, list[Term]], bool],
    reason: str,
) -> None:
    words = shapes.words(node)
    for name in names:
        values = words.get(name, [])
        if values and not right(name, values):
            given = " and ".join(sorted(repr(show(value)) for value in values))
            raise ShapesError(show(node), f"sh:{name} {reason}, not {given}")


def _all(*kinds: type) -> Callable[[str, list[Term]], bool]:
    return lambda name, values: all(isinstance(value, kinds) for value in values)


def _is_text(name: str, values: list[Term]) -> bool:
    return all(isinstance(v, Literal) and v.datatype.value in _STRING for v in values)

"""Targets of SHACL -> patterns of SPARQL that find the focus nodes."""

from __future__ import annotations

from pyoxigraph import NamedNode

from barriergraph.errors import ShapesError
from barriergraph.validation.shapes import show
from barriergraph.validation.vocabulary import RDF_TYPE
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.constraints import Expressions
    from barriergraph.validation.shapes import Shape


class Target(Value):
    """The focus nodes of a shape: `pattern` finds all of them, as `?this`.

    One node is a focus node when it is among `nodes`, has a type among `classes` or a property
    among `subjects_of`, or is a value of one among `objects_of`; all as they are written in SPARQL.
    """

    __slots__ = ("nodes", "classes", "subjects_of", "objects_of", "pattern")
    nodes: frozenset[str]
    classes: frozenset[str]
    subjects_of: frozenset[str]
    objects_of: tuple[NamedNode, ...]
    pattern: str


def target(c: Expressions, shape: Shape) -> Target:
    """Return the target of a shape.

    Raises: ShapesError for a target that is not well formed.

    Source: https://www.w3.org/TR/shacl/#targets
    """
    shapes, node = c.shapes, shape.node
    classes: list[NamedNode] = []
    for cls in shapes.get(node, "targetClass"):
        classes += c.classes(_iri(shape, "targetClass", cls))
    if isinstance(node, NamedNode) and shapes.is_class(node):
        classes += c.classes(node)
    nodes = [c.write(term) for term in shapes.get(node, "targetNode")]
    subjects_of, objects_of = (
        tuple(_iri(shape, name, term) for term in shapes.get(node, name))
        for name in ("targetSubjectsOf", "targetObjectsOf")
    )
    found = []
    if nodes:
        found.append(f"VALUES ?this {{ {' '.join(nodes)} }}")
    if classes:
        found.append(_of_classes(c, "?this", list(dict.fromkeys(classes))))
    found += [f"?this {predicate} {c.fresh()}" for predicate in subjects_of]
    found += [f"{c.fresh()} {predicate} ?this" for predicate in objects_of]
    if len(found) == 1:
        pattern = f"{found[0]} . " if not found[0].endswith("}") else f"{found[0]} "
    else:
        pattern = " UNION ".join(f"{{ {part} }}" for part in found) + " "
    return Target(
        nodes=frozenset(nodes),
        classes=frozenset(map(str, classes)),
        subjects_of=frozenset(map(str, subjects_of)),
        objects_of=objects_of,
        pattern=pattern,
    )


def _of_classes(c: Expressions, variable: str, classes: list[NamedNode]) -> str:
    if len(classes) == 1:
        return f"{variable} {RDF_TYPE} {classes[0]}"
    cls = c.fresh()
    return f"VALUES {cls} {{ {' '.join(map(str, classes))} }} {variable} {RDF_TYPE} {cls}"


def _iri(shape: Shape, name: str, term: object) -> NamedNode:
    if not isinstance(term, NamedNode):
        raise ShapesError(show(shape.node), f"sh:{name} takes an IRI, not {str(term)!r}")
    return term

"""Targets of SHACL -> patterns of SPARQL that find the focus nodes."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import NamedNode

from barriergraph.errors import ShapesError
from barriergraph.validation.shapes import show
from barriergraph.validation.vocabulary import RDF_TYPE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.constraints import Expressions
    from barriergraph.validation.shapes import Shape


def focus_pattern(c: Expressions, shape: Shape) -> Callable[[str], str]:
    """Return what writes the pattern for a variable that takes the focus nodes of a shape.

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
    ways: list[tuple[str, str]] = []
    for name, pattern in (("targetSubjectsOf", "{v} {p} {x}"), ("targetObjectsOf", "{x} {p} {v}")):
        ways += [(pattern, str(_iri(shape, name, term))) for term in shapes.get(node, name)]

    def write(variable: str) -> str:
        found = []
        if nodes:
            found.append(f"VALUES {variable} {{ {' '.join(nodes)} }}")
        if classes:
            found.append(_of_classes(c, variable, list(dict.fromkeys(classes))))
        for pattern, p in ways:
            found.append(pattern.format(v=variable, p=p, x=c.fresh()))
        if len(found) == 1:
            return f"{found[0]} . " if not found[0].endswith("}") else f"{found[0]} "
        return " UNION ".join(f"{{ {part} }}" for part in found) + " "

    return write


def _of_classes(c: Expressions, variable: str, classes: list[NamedNode]) -> str:
    if len(classes) == 1:
        return f"{variable} {RDF_TYPE} {classes[0]}"
    cls = c.fresh()
    return f"VALUES {cls} {{ {' '.join(map(str, classes))} }} {variable} {RDF_TYPE} {cls}"


def _iri(shape: Shape, name: str, term: object) -> NamedNode:
    if not isinstance(term, NamedNode):
        raise ShapesError(show(shape.node), f"sh:{name} takes an IRI, not {str(term)!r}")
    return term

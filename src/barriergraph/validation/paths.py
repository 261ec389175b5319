"""Paths of SHACL -> property paths of SPARQL."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from barriergraph.errors import ShapesError
from barriergraph.validation.shapes import show
from barriergraph.validation.vocabulary import PATH_WORDS, RDF_FIRST, RDF_NIL, RDF_REST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.shapes import Shapes, Term

_SUFFIX = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def path_text(shapes: Shapes, node: Term) -> str:
    """Return a path of SHACL as a property path of SPARQL, with IRIs in full.

    Raises: ShapesError for a path that is not well formed.

    Source: https://www.w3.org/TR/shacl/#property-paths
    """
    return _text(shapes, node, ())


def predicates(shapes: Shapes, node: Term) -> list[NamedNode]:
    """Return the properties that a path goes through, in order."""
    if isinstance(node, NamedNode):
        return [node]
    if shapes.objects(node, RDF_FIRST):
        return [p for member in shapes.items(node) for p in predicates(shapes, member)]
    inner = [v for word in PATH_WORDS for v in shapes.get(node, word)]
    return [p for member in inner for p in predicates(shapes, member)]


def may_be_empty(shapes: Shapes, node: Term) -> bool:
    """Return whether a path leads from a node to itself in no step, as `*` and `?` do.

    A node that the data does not have is then its own value, which no pattern can find.
    """
    if isinstance(node, NamedNode):
        return False
    if shapes.objects(node, RDF_FIRST):
        return all(may_be_empty(shapes, member) for member in shapes.items(node))
    if shapes.get(node, "zeroOrMorePath") or shapes.get(node, "zeroOrOnePath"):
        return True
    either = [m for head in shapes.get(node, "alternativePath") for m in shapes.items(head)]
    inner = [v for name in ("inversePath", "oneOrMorePath") for v in shapes.get(node, name)]
    return any(may_be_empty(shapes, member) for member in [*either, *inner])


def _text(shapes: Shapes, node: Term, above: tuple[Term, ...]) -> str:
    if isinstance(node, NamedNode) and node != RDF_NIL:
        return str(node)
    if isinstance(node, Literal) or node == RDF_NIL:
        raise ShapesError(show(node), "a path is an IRI, a list or a blank node with a path word")
    if node in above:
        raise ShapesError(show(node), "a path contains itself")
    inside = (*above, node)
    words = [word for word in PATH_WORDS if shapes.get(node, word)]
    is_list = bool(shapes.objects(node, RDF_FIRST) or shapes.objects(node, RDF_REST))
    if is_list and not words:
        return _joined(shapes, node, "/", inside)
    # The suite's 'strange' cases: what stands beside one path word is not looked at.
    if len(words) != 1 and not is_list:
        reason = "several path words" if words else "neither a list nor a path word"
        raise ShapesError(show(node), f"a path with {reason}; write one")
    if is_list:
        return _joined(shapes, node, "/", inside)
    value = shapes.one(node, words[0])
    assert value is not None
    if words[0] == "alternativePath":
        return _joined(shapes, value, "|", inside)
    inner = _text(shapes, value, inside)
    if words[0] == "inversePath":
        return f"(^{inner})"
    return f"({inner}){_SUFFIX[words[0]]}"


def _joined(shapes: Shapes, head: Term, by: str, above: tuple[Term, ...]) -> str:
    members = shapes.items(head)
    if len(members) < 2:
        raise ShapesError(show(head), "a list of paths has at least two members")
    return "(" + by.join(_text(shapes, member, above) for member in members) + ")"

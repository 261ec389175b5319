"""What shapes declare in SPARQL: constraints with sh:sparql, and constraint components."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal

from barriergraph.errors import ShapesError
from barriergraph.namespaces import slug
from barriergraph.validation.paths import path_text
from barriergraph.validation.patterns import Unfaithful
from barriergraph.validation.queries import Query, read_query
from barriergraph.validation.shapes import show
from barriergraph.validation.vocabulary import COMPONENTS, RDF_TYPE, SUBCLASS, sh
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barriergraph.validation.constraints import Expressions
    from barriergraph.validation.shapes import Node, Shape, Shapes, Term


class Component(Value):
    """A constraint component that a shapes graph declares, with the properties it reads."""

    __slots__ = ("node", "parameters", "optional")
    node: Node
    parameters: tuple[Term, ...]
    optional: tuple[Term, ...]


class Constraint(Value):
    """A constraint in SPARQL on one shape: the query, and what its variables are given.

    `source` is the node of a sh:sparql constraint, or None for that of a component.
    """

    __slots__ = ("query", "component", "source", "given", "messages", "predicates")
    query: Query
    component: Term
    source: Term | None
    given: Mapping[str, Term]
    messages: tuple[Literal, ...]
    predicates: tuple[Term, ...]


class Declared:
    """The constraints in SPARQL of a shapes graph, found shape by shape."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._found: dict[Term, list[Constraint]] = {}
        self.components = tuple(_components(shapes))

    def constraints(self, shape: Shape) -> list[Constraint]:
        """Return the constraints in SPARQL that a shape has.

        Raises: ShapesError for a query or component that is not well formed.
        """
        if shape.node not in self._found:
            self._found[shape.node] = [*self._sparql(shape), *self._of_components(shape)]
        return self._found[shape.node]

    def of_values(self, c: Expressions, shape: Shape, value: str, focus: str) -> list[str]:
        """Return a test for each ASK: true when it says no of a value."""
        own = {"this": focus, "value": value}
        return [
            f"NOT EXISTS {{ {_inside(c, constraint, own)} }}"
            for constraint in self.constraints(shape)
            if constraint.query.form == "ASK"
        ]

    def of_focus(self, c: Expressions, shape: Shape, focus: str) -> list[str]:
        """Return a test for each SELECT: true when it has a row for a focus node."""
        return [
            f"EXISTS {{ {_inside(c, constraint, {'this': focus})} }}"
            for constraint in self.constraints(shape)
            if constraint.query.form == "SELECT"
        ]

    def _path(self, shape: Shape) -> str:
        return "" if shape.path is None else path_text(self._shapes, shape.path)

    def _sparql(self, shape: Shape) -> list[Constraint]:
        found = []
        for node in self._shapes.get(shape.node, "sparql"):
            if self._shapes.flag(node, "deactivated"):
                continue
            query = read_query(self._shapes, node, "SELECT", ("this",), self._path(shape))
            found.append(
                Constraint(
                    query=query,
                    component=sh("SPARQLConstraintComponent"),
                    source=node,
                    given={},
                    messages=_messages(self._shapes, node),
                    predicates=(sh("sparql"),),
                )
            )
        return found

    def _of_components(self, shape: Shape) -> list[Constraint]:
        found = []
        for component in self.components:
            for given in _bindings(self._shapes, component, shape):
                node, form = _validator(self._shapes, component, shape)
                named = tuple(slug(p.value) for p in component.parameters)
                bound = ("this", "value", *named) if form == "ASK" else ("this", *named)
                query = read_query(self._shapes, node, form, bound, self._path(shape))
                found.append(
                    Constraint(
                        query=query,
                        component=component.node,
                        source=None,
                        given=given,
                        messages=_messages(self._shapes, node)
                        or _messages(self._shapes, component.node),
                        predicates=component.parameters,
                    )
                )
        return found


def replacement(c: Expressions, constraint: Constraint, own: Mapping[str, str]) -> dict[str, str]:
    """Return what each given variable of a constraint's query is written as."""
    given = {name: c.plain(term) for name, term in constraint.given.items()}
    return {**given, **own}


def _inside(c: Expressions, constraint: Constraint, own: Mapping[str, str]) -> str:
    """Return the body of a query to stand inside EXISTS, its own variables renamed."""
    query = constraint.query
    if not query.simple:
        raise Unfaithful("a query too involved to stand inside another")
    if c.kept:
        raise Unfaithful("a query meets literals that the engine would spell otherwise")
    names = replacement(c, constraint, own)
    for name in sorted(query.used - names.keys()):
        names[name] = c.fresh()
    return query.write(query.body, names.get)


def _messages(shapes: Shapes, node: Term) -> tuple[Literal, ...]:
    found = (m for m in shapes.get(node, "message") if isinstance(m, Literal))
    return tuple(sorted(found, key=str))


def _components(shapes: Shapes) -> list[Component]:
    kinds = [sh("ConstraintComponent")]
    for kind in kinds:
        kinds += [k for k in shapes.subjects(SUBCLASS, kind) if k not in kinds]  # type: ignore[misc]
    found = []
    core = set(COMPONENTS.values())
    for kind in kinds:
        for node in shapes.subjects(RDF_TYPE, kind):
            if node.value in core or isinstance(node, BlankNode):
                continue
            parameters, optional = [], []
            for parameter in shapes.get(node, "parameter"):
                path = shapes.one(parameter, "path")
                if path is None or isinstance(path, Literal):
                    raise ShapesError(show(node), "a sh:parameter needs a sh:path that is an IRI")
                parameters.append(path)
                if shapes.flag(parameter, "optional"):
                    optional.append(path)
            if len(parameters) == len(optional):
                raise ShapesError(show(node), "a component needs a sh:parameter that is required")
            found.append(
                Component(node=node, parameters=tuple(parameters), optional=tuple(optional))
            )
    return found


def _bindings(shapes: Shapes, component: Component, shape: Shape) -> list[dict[str, Term]]:
    """Return the values of the parameters for each constraint that a shape has of a component."""
    values = {
        path: shapes.objects(shape.node, path)  # type: ignore[arg-type]
        for path in component.parameters
    }
    if any(not found and path not in component.optional for path, found in values.items()):
        return []
    if len(values) == 1:
        ((path, found),) = values.items()
        return [{slug(path.value): value} for value in found]
    for path, found in values.items():
        if len(found) > 1:
            raise ShapesError(
                show(shape.node), f"{show(path)!r} goes with other parameters; keep one value"
            )
    return [{slug(path.value): found[0] for path, found in values.items() if found}]


def _validator(shapes: Shapes, component: Component, shape: Shape) -> tuple[Term, str]:
    special = "nodeValidator" if shape.path is None else "propertyValidator"
    for name in (special, "validator"):
        for node in shapes.get(component.node, name):
            for form in ("SELECT", "ASK"):
                if shapes.get(node, form.lower()):
                    return node, form
    raise ShapesError(
        show(component.node), f"a component used by {show(shape.node)!r} needs a sh:{special}"
    )

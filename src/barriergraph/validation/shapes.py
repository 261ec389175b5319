"""The shapes graph, read: its shapes, their paths, and lookups in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from barriergraph.errors import ShapesError
from barriergraph.validation.vocabulary import (
    COMPANIONS,
    COMPONENTS,
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    RDFS_CLASS,
    SH,
    SHAPE_LISTS,
    SHAPE_VALUED,
    SUBCLASS,
    TARGETS,
    XSD,
    sh,
)
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Node: TypeAlias = NamedNode | BlankNode
    Term: TypeAlias = NamedNode | BlankNode | Literal

VIOLATION = sh("Violation")


class Shape(Value):
    """A shape: its node, the node of its path or None, severity, messages, and whether it is off.

    A shape with a path is a property shape, any other a node shape.
    """

    __slots__ = ("node", "path", "severity", "messages", "deactivated")
    node: Node
    path: Node | None
    severity: NamedNode
    messages: tuple[Literal, ...]
    deactivated: bool


class Shapes:
    """The triples of a shapes graph, indexed, with the shapes that they describe."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._out: dict[Node, dict[NamedNode, list[Term]]] = {}
        self._in: dict[tuple[NamedNode, Term], list[Node]] = {}
        for triple in triples:
            subject, predicate, value = triple.subject, triple.predicate, triple.object
            if isinstance(subject, Triple) or isinstance(value, Triple):
                continue
            values = self._out.setdefault(subject, {}).setdefault(predicate, [])
            if value not in values:
                values.append(value)
                self._in.setdefault((predicate, value), []).append(subject)
        # Words of SHACL are asked for by name some twenty thousand times while shapes are compiled.
        self._named: dict[Node, dict[str, list[Term]]] = {
            subject: {
                predicate.value[len(SH) :]: values
                for predicate, values in rows.items()
                if predicate.value.startswith(SH)
            }
            for subject, rows in self._out.items()
        }
        self._shapes: dict[Node, Shape] = {}

    def __iter__(self) -> Iterator[tuple[Node, NamedNode, Term]]:
        for subject, rows in self._out.items():
            for predicate, values in rows.items():
                for value in values:
                    yield subject, predicate, value

    def predicates(self, subject: Term) -> Iterable[NamedNode]:
        """Return the properties of a node."""
        return () if isinstance(subject, Literal) else self._out.get(subject, {})

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """Return the values of a property, each once, as they were read."""
        return [] if isinstance(subject, Literal) else self._out.get(subject, {}).get(predicate, [])

    def subjects(self, predicate: NamedNode, value: Term) -> list[Node]:
        """Return the nodes that have a value for a property."""
        return self._in.get((predicate, value), [])

    def get(self, subject: Term, name: str) -> list[Term]:
        """Return the values of a property of SHACL, named without its prefix."""
        rows = self._named.get(subject)  # type: ignore[arg-type]
        return rows.get(name, []) if rows else []

    def words(self, subject: Term) -> Mapping[str, list[Term]]:
        """Return the properties of SHACL that a node has, named without prefix, with values."""
        return self._named.get(subject, {})  # type: ignore[arg-type]

    def one(self, subject: Term, name: str) -> Term | None:
        """Return the single value of a property of SHACL, or None.

        Raises: ShapesError when there are several.
        """
        values = self.get(subject, name)
        if len(values) > 1:
            raise ShapesError(show(subject), f"sh:{name} is given {len(values)} times; keep one")
        return values[0] if values else None

    def integer(self, subject: Term, name: str) -> int | None:
        """Return the number that a property of SHACL holds, or None.

        Raises: ShapesError when it is not a whole number from 0 on.
        """
        value = self.one(subject, name)
        if value is None:
            return None
        try:
            number = int(value.value) if isinstance(value, Literal) else -1
        except ValueError:
            number = -1
        if number < 0:
            raise ShapesError(
                show(subject), f"sh:{name} takes a whole number from 0 on, not {show(value)!r}"
            )
        return number

    def flag(self, subject: Term, name: str) -> bool:
        """Return whether a property of SHACL is true; False when it is not there.

        Raises: ShapesError when its value is not a boolean.
        """
        value = self.one(subject, name)
        text = value.value if isinstance(value, Literal) else ""
        if value is not None and text not in ("true", "false", "1", "0"):
            raise ShapesError(show(subject), f"sh:{name} takes true or false, not {show(value)!r}")
        return text in ("true", "1")

    def items(self, head: Term) -> list[Term]:
        """Return the members of a list.

        Raises: ShapesError for a list that is broken or never ends.
        """
        members: list[Term] = []
        seen: set[Term] = set()
        while head != RDF_NIL:
            first, rest = self.objects(head, RDF_FIRST), self.objects(head, RDF_REST)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise ShapesError(show(head), "not a well-formed list; write it in ( )")
            seen.add(head)
            members.append(first[0])
            head = rest[0]
        return members

    def shape(self, node: Term) -> Shape:
        """Return the shape that a node describes.

        Raises: ShapesError when the node is a literal or the shape is not well formed.
        """
        if isinstance(node, Literal):
            raise ShapesError(show(node), "a literal stands where a shape is expected")
        found = self._shapes.get(node)
        if found is None:
            path = self.one(node, "path")
            severity = self.one(node, "severity") or VIOLATION
            if isinstance(path, Literal):
                raise ShapesError(show(node), f"sh:path takes a path, not {show(path)!r}")
            if not isinstance(severity, NamedNode):
                raise ShapesError(show(node), f"sh:severity takes an IRI, not {show(severity)!r}")
            messages = (m for m in self.get(node, "message") if isinstance(m, Literal))
            found = Shape(
                node=node,
                path=path,
                severity=severity,
                messages=tuple(sorted(messages, key=str)),
                deactivated=self.flag(node, "deactivated"),
            )
            self._shapes[node] = found
        return found

    def is_class(self, node: Term) -> bool:
        """Return whether a shape is a class too, and so targets its own instances."""
        return any(t in self.class_types() for t in self.objects(node, RDF_TYPE))

    def roots(self) -> list[Shape]:
        """Return the shapes that have targets, in the order in which they were read."""
        found = []
        for node, rows in self._out.items():
            if any(sh(name) in rows for name in TARGETS) or (
                self.is_class(node) and self._is_shape(node)
            ):
                found.append(self.shape(node))
        return found

    def all_shapes(self) -> list[Shape]:
        """Return every node that SHACL takes as a shape, in the order in which they were read."""
        referred: set[Term] = set()
        for rows in self._named.values():
            for name in SHAPE_VALUED:
                referred.update(rows.get(name, ()))
            for name in SHAPE_LISTS:
                for head in rows.get(name, ()):
                    referred.update(self.items(head))
        return [self.shape(n) for n in self._out if n in referred or self._is_shape(n)]

    def below(self, node: Term) -> list[Term]:
        """Return a shape and every shape that it holds or refers to, at any depth."""
        found: dict[Term, None] = {}
        todo = [node]
        while todo:
            one = todo.pop()
            if one not in found:
                found[one] = None
                todo += self.children(one)
        return list(found)

    def children(self, node: Term) -> list[Term]:
        """Return the shapes that a shape holds or refers to by itself."""
        lists = [head for name in SHAPE_LISTS for head in self.get(node, name)]
        return [
            *(inner for name in SHAPE_VALUED for inner in self.get(node, name)),
            *(member for head in lists for member in self.items(head)),
        ]

    def class_types(self) -> set[Node]:
        """Return rdfs:Class and the classes that the shapes graph has below it."""
        if not hasattr(self, "_classes"):
            classes: set[Node] = {RDFS_CLASS}
            todo: list[Node] = [RDFS_CLASS]
            while todo:
                below = set(self.subjects(SUBCLASS, todo.pop())) - classes
                classes |= below
                todo += below
            self._classes = classes
        return self._classes

    def _is_shape(self, node: Node) -> bool:
        types = self.objects(node, RDF_TYPE)
        if sh("NodeShape") in types or sh("PropertyShape") in types:
            return True
        if sh("ConstraintComponent") in types or sh("Parameter") in types:
            return False
        return any(p in _OF_SHAPES for p in self._out[node]) and not self.subjects(
            sh("parameter"), node
        )


_OF_SHAPES = frozenset(sh(name) for name in (*COMPONENTS, *COMPANIONS, *TARGETS))


_BARE = frozenset(XSD + name for name in ("boolean", "decimal", "integer"))


def show(term: Term) -> str:
    """Return a term as messages show it: a CURIE if the table has the prefix.

    >>> show(sh("path")), show(Literal("a")), show(BlankNode("b"))
    ('sh:path', '"a"', '_:b')
    """
    from barriergraph.namespaces import compact

    if isinstance(term, NamedNode):
        return compact(term.value)
    if isinstance(term, Literal) and term.datatype.value in _BARE:
        return term.value
    return str(term)

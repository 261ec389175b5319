"""Validation: shapes of SHACL compiled to SPARQL, a report of what breaks them, and a linter.

`validate` checks an rdflib graph, `validate_store` a store; `prepare` makes shapes ready to check
a store again and again. `lint` looks for mistakes in shapes, `coverage` for what they leave out.
"""

from __future__ import annotations

from collections.abc import Iterable

from barriergraph.validation.report import Delegated, Report, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pyoxigraph
    import rdflib

    from barriergraph.validation.covering import Coverage
    from barriergraph.validation.linter import Remark
    from barriergraph.validation.report import Term
    from barriergraph.validation.stores import Prepared, ShapesInput

__all__ = [
    "Delegated",
    "Report",
    "Result",
    "coverage",
    "lint",
    "prepare",
    "validate",
    "validate_store",
]


def validate(
    data: rdflib.Graph, shapes: rdflib.Graph, *, focus: Term | Iterable[Term] | None = None
) -> Report:
    """Check an rdflib graph against shapes and return what breaks them.

    With `focus`, one term or several, only those of the shapes' focus nodes are checked. Nothing is
    derived, except that a class has the instances of the classes below it. Neither graph is changed
    and nothing is fetched. What cannot be checked faithfully in SPARQL goes to pyshacl, and
    `report.delegated` says so.

    Raises: ShapesError for shapes that are not well formed.

    >>> import rdflib
    >>> data = rdflib.Graph().parse(data="<x:a> a <x:C> .", format="turtle")
    >>> shapes = rdflib.Graph().parse(format="turtle", data='''
    ...     PREFIX sh: <http://www.w3.org/ns/shacl#>
    ...     <x:S> sh:targetClass <x:C> ; sh:property <x:S-p> .
    ...     <x:S-p> sh:path <x:p> ; sh:minCount 1 ; sh:message "Name a p." .''')
    >>> [(str(result.focus_node), result.message) for result in validate(data, shapes).results]
    [('x:a', 'Name a p.')]

    Source: Shapes Constraint Language, https://www.w3.org/TR/shacl/
    """
    from barriergraph.validation.graphs import validate_graph

    return validate_graph(data, shapes, focus)


def validate_store(
    store: pyoxigraph.Store,
    shapes: ShapesInput,
    *,
    focus: Term | Iterable[Term] | None = None,
    graphs: Iterable[pyoxigraph.NamedNode] | None = None,
    spelled: Iterable[pyoxigraph.Quad] = (),
) -> Report:
    """Check the union of a store's graphs, or of the given ones, against shapes.

    `shapes` is an rdflib graph, a store, or triples or quads of pyoxigraph. The terms of the report
    are pyoxigraph's. A store keeps values, not spellings: "300"^^xsd:byte was the number 300 before
    this could see it. With `spelled`, the statements as a parser reads them, literals are checked
    as they were written.

    Raises: ShapesError for shapes that are not well formed.
    """
    return prepare(store, shapes, graphs=graphs, spelled=spelled).validate(focus=focus)


def prepare(
    store: pyoxigraph.Store,
    shapes: ShapesInput,
    *,
    graphs: Iterable[pyoxigraph.NamedNode] | None = None,
    spelled: Iterable[pyoxigraph.Quad] = (),
    folder: str | None = None,
) -> Prepared:
    """Return shapes made ready for a store, to check it, or one focus node, many times.

    With `spelled` they are made ready for the store as it is now, otherwise also for what it will
    hold when it is checked. What differs from the store then needs a copy of it, in memory, or for
    a store on disk in a `folder` that does not exist yet.

    Raises: ShapesError for shapes that are not well formed.
    """
    from barriergraph.validation.stores import Prepared

    return Prepared(store, shapes, graphs=graphs, spelled=spelled, folder=folder)


def lint(shapes: ShapesInput, ontology: ShapesInput | None = None) -> tuple[Remark, ...]:
    """Return what is wrong with shapes, so that they would check less than they seem to.

    That is: words that SHACL does not have, or by which nothing is checked here; shapes that are
    not well formed; bad patterns and queries; shapes that no target leads to or that ask for
    nothing; and, with `ontology`, targets, paths and names in queries that match no term of it.

    >>> import rdflib
    >>> shapes = rdflib.Graph().parse(format="turtle", data='''
    ...     PREFIX sh: <http://www.w3.org/ns/shacl#>
    ...     <x:S> a sh:PropertyShape ; sh:targetClass <x:C> ; sh:path <x:p> ; sh:mincount 1 ;
    ...         sh:maxCount 2 .''')
    >>> [str(remark) for remark in lint(shapes)]
    ["x:S: SHACL has no term 'sh:mincount'; did you mean 'sh:minCount'?"]
    """
    from barriergraph.validation.linter import lint_shapes
    from barriergraph.validation.stores import as_shapes, as_terms

    return lint_shapes(as_shapes(shapes), None if ontology is None else as_terms(ontology))


def coverage(data: rdflib.Graph | pyoxigraph.Store, shapes: ShapesInput) -> Coverage:
    """Return which shapes met no focus node, and which nodes with a type no shape met.

    Raises: ShapesError for shapes that are not well formed.
    """
    if hasattr(data, "triples"):
        from barriergraph.validation.graphs import graph_coverage

        return graph_coverage(data, shapes)  # type: ignore[arg-type]
    return prepare(data, shapes).coverage()

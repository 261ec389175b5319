"""What SPARQL on this engine cannot check as SHACL means it, left to pyshacl: the only importer."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence

from barriergraph.errors import ShapesError
from barriergraph.validation.exact import to_rdflib
from barriergraph.validation.report import Result
from barriergraph.validation.shapes import show
from barriergraph.validation.vocabulary import (
    COMPANIONS,
    COMPONENTS,
    RDF,
    SH,
    TARGETS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

    from barriergraph.validation.plans import Job


_CORE = frozenset(SH + name for name in COMPONENTS)


def run(
    data: rdflib.Graph,
    shapes: rdflib.Graph,
    jobs: Sequence[tuple[Job, list[Node] | None]],
    classes: set[Node],
) -> list[Result]:
    """Check each job, for its focus nodes or (None) for the shape's own targets, with pyshacl.

    `classes` are those whose instances are classes too, and may be shapes with a target thereby.

    Raises: ShapesError when pyshacl is missing or refuses the shape, so that nothing is passed
        over in silence.
    """
    found: list[Result] = []
    for job, focus in jobs:
        if focus is None or focus:
            found += _one(data, _narrowed(shapes, job, focus, classes), job)
    return found


def _one(data: rdflib.Graph, shapes: rdflib.Graph, job: Job) -> Iterable[Result]:
    try:
        import pyshacl
    except ImportError:
        raise ShapesError(
            show(job.shape.node), f"{job.reason}; install pyshacl, which can check this"
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _, graph, text = pyshacl.validate(
                data, shacl_graph=shapes, inference="none", inplace=True, meta_shacl=False
            )
    except Exception as error:  # pyshacl raises bare exceptions of many kinds
        raise ShapesError(
            show(job.shape.node), f"{job.reason}, and pyshacl cannot check it either: {error}"
        ) from error
    if not hasattr(graph, "subjects"):
        raise ShapesError(
            show(job.shape.node), f"{job.reason}, and pyshacl cannot check it either: {text}"
        )
    found = list(_results(graph))
    if job.frame is None or not job.recursive:
        return found
    # The shape kept all its constraints, for itself to meet; only some of them are meant.
    meant = {COMPONENTS[p.value.removeprefix(SH)] for p in job.parameters if p.value in _CORE}
    node = to_rdflib(job.shape.node)
    return [r for r in found if r.shape == node and str(r.component) in meant]


def _narrowed(
    shapes: rdflib.Graph, job: Job, focus: list[Node] | None, classes: set[Node]
) -> rdflib.Graph:
    """Return a copy of the shapes in which only what the job means has a target."""
    import rdflib

    sh = rdflib.Namespace(SH)
    node = to_rdflib(job.shape.node)
    targets = {sh[name] for name in TARGETS}
    constraints = {sh[name] for name in (*COMPONENTS, *COMPANIONS)}
    kept = {to_rdflib(parameter) for parameter in job.parameters}
    kept |= {sh[name] for name in COMPANIONS}
    narrowed = rdflib.Graph()
    for prefix, space in shapes.namespaces():
        narrowed.bind(prefix, space)
    for subject, predicate, value in shapes:
        own = subject == node
        if predicate in targets and not (own and focus is None):
            continue
        implicit = predicate == rdflib.URIRef(RDF + "type") and value in classes
        if implicit and not (own and focus is None):
            continue
        left_out = predicate in constraints and predicate not in kept
        if own and job.parameters and left_out and not job.recursive:
            continue
        narrowed.add((subject, predicate, value))
    for term in focus or ():
        narrowed.add((node, sh.targetNode, term))
    kind = sh.NodeShape if job.shape.path is None else sh.PropertyShape
    narrowed.add((node, rdflib.RDF.type, kind))
    return narrowed


def _results(graph: rdflib.Graph) -> Iterable[Result]:
    import rdflib

    sh = rdflib.Namespace(SH)
    inner = set(graph.objects(None, sh.detail))
    for node in graph.subjects(rdflib.RDF.type, sh.ValidationResult):
        if node in inner:
            continue
        messages = tuple(sorted(graph.objects(node, sh.resultMessage), key=str))
        yield Result(
            focus_node=_one_value(graph, node, sh.focusNode),
            path=graph.value(node, sh.resultPath),
            value=graph.value(node, sh.value),
            component=_one_value(graph, node, sh.sourceConstraintComponent),
            severity=_one_value(graph, node, sh.resultSeverity),
            shape=_one_value(graph, node, sh.sourceShape),
            message=str(messages[0]) if messages else "",
            messages=messages,
            constraint=graph.value(node, sh.sourceConstraint),
        )


def _one_value(graph: rdflib.Graph, node: Node, predicate: rdflib.URIRef) -> Node:
    value = graph.value(node, predicate)
    assert value is not None  # a result of pyshacl always has these
    return value

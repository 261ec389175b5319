"""The duties of content: shapes, read with the file that each stands in, and what breaks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import BlankNode, NamedNode, Quad, Store

from barriergraph.checking.faults import INFO, VIOLATION, WARNING, Fault
from barriergraph.checking.nearness import Near
from barriergraph.checking.reading import Read, make_fault
from barriergraph.errors import ShapesError
from barriergraph.namespaces import PREFIXES, compact
from barriergraph.places import Places
from barriergraph.validation import lint, prepare
from barriergraph.validation.shapes import show
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation import Report, Result
    from barriergraph.validation.stores import Prepared

_SEVERITIES = {
    PREFIXES["sh"] + name: severity
    for name, severity in (("Violation", VIOLATION), ("Warning", WARNING), ("Info", INFO))
}
_TYPE = NamedNode(PREFIXES["rdf"] + "type")


class Duties(Value):
    """Shapes made ready for a store, and the faults of the files that cannot be used."""

    __slots__ = ("ready", "faults")

    ready: Prepared
    faults: tuple[Fault, ...]


def duties(
    store: Store, files: Sequence[Read], ontology: Sequence[Quad], *, spelled: Sequence[Quad],
    linted: bool = True, folder: str | None = None,
) -> Duties:  # fmt: skip
    """Make the shapes of some files ready; a file that is not well formed is left out, and told.

    With `linted`, the shapes are also looked through for what checks less than it seems to.
    `folder` is as for `prepare`.
    """
    faults: list[Fault] = []
    usable = list(files)
    while True:
        quads = [quad for one in usable for quad in one.quads]
        try:
            ready = prepare(store, quads, spelled=spelled, folder=folder)
            break
        except ShapesError as error:
            bad = next((one for one in usable if _holds(one, error.shape)), None)
            if bad is None:
                raise
            usable.remove(bad)
            told = f"{_sentence(error.reason)} No shape of this file is used."
            faults.append(_at(bad, error.shape, VIOLATION, "not-well-formed", told))
    for remark in lint(quads, ontology) if linted else ():
        home = next((one for one in usable if _holds(one, remark.shape)), None)
        if home is not None:
            hint = f"; did you mean {' or '.join(map(repr, remark.near))}?" if remark.near else "."
            faults.append(_at(home, remark.shape, WARNING, "lint", f"{remark.reason}{hint}"))
    return Duties(ready=ready, faults=tuple(faults))


def broken(report: Report, store: Store, places: Places, prefer: Mapping[str, int]) -> list[Fault]:
    """Return the results of a validation as faults, each at the line of what is wrong."""
    meant = _Meant(store)
    return [_fault(result, store, places, prefer, meant) for result in report.results]


def _fault(
    result: Result, store: Store, places: Places, prefer: Mapping[str, int], meant: _Meant
) -> Fault:
    focus, path = result.focus_node, result.path
    value = None if result.value == focus else result.value
    predicate = path if isinstance(path, NamedNode) else None
    graph = _graph(store, focus, predicate, value, prefer)
    place = places.of(graph, focus, predicate, value)  # type: ignore[arg-type]
    return Fault(
        severity=_SEVERITIES.get(_text(result.severity), VIOLATION),
        step="duties",
        duty=_name(result.shape),
        file=graph if place is None else place.file,
        path="" if place is None else place.path,
        line=None if place is None else place.line,
        column=None,
        focus=_text(focus),
        predicate=None if predicate is None else predicate.value,
        value=None if value is None else str(value),
        message=result.message,
        hint=meant.hint(value) or meant.hint(predicate),
    )


class _Meant:
    """What terms of which nothing is said were perhaps meant to be: things with a class."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._near = Near(self._with_class, 0.7)

    def hint(self, term: object) -> str | None:
        """Return what an IRI of which nothing is said was perhaps meant to be, as a question."""
        if not isinstance(term, NamedNode) or self._is_there(term):
            return None
        near = self._near.to(term.value)
        return f"did you mean {compact(near)}?" if near else None

    def _is_there(self, term: NamedNode) -> bool:
        return next(self._store.quads_for_pattern(term, None, None), None) is not None

    def _with_class(self, space: str) -> Iterator[str]:
        for quad in self._store.quads_for_pattern(None, _TYPE, None):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(space):
                yield quad.subject.value


def _graph(
    store: Store, focus: object, predicate: object, value: object, prefer: Mapping[str, int]
) -> str:
    """Return the named graph that has the statement at fault, or the type of its subject."""
    for pattern in ((focus, predicate, value), (focus, _TYPE, None), (focus, None, None),
                    (None, None, focus)):  # fmt: skip
        if pattern[0] is focus and not isinstance(focus, NamedNode | BlankNode):
            continue
        found = {
            quad.graph_name.value
            for quad in store.quads_for_pattern(*pattern)  # type: ignore[arg-type]
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value in prefer
        }
        if found:
            return min(found, key=lambda graph: (prefer[graph], graph))
    return ""


def _at(one: Read, shape: str, severity: str, duty: str, message: str) -> Fault:
    node = next((q.subject for q in one.quads if show(q.subject) == shape), None)  # type: ignore[arg-type]
    place = None
    if isinstance(node, NamedNode):
        graph = one.module.graph(one.file)
        place = Places([one.module]).of(graph, node)
    return make_fault(
        one.module, one.file, severity, "shapes", duty, message,
        line=None if place is None else place.line,
        focus=node.value if isinstance(node, NamedNode) else None,
    )  # fmt: skip


def _holds(one: Read, shape: str) -> bool:
    return any(show(quad.subject) == shape for quad in one.quads)  # type: ignore[arg-type]


def _name(shape: object) -> str:
    return compact(shape.value) if isinstance(shape, NamedNode) else "shape"


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."


def imports(files: Sequence[Read], ontologies: set[str]) -> Iterator[Fault]:
    """Yield the imports of what is not there, and those that go round: nothing is ever fetched."""
    links: dict[str, list[tuple[str, Read]]] = {}
    for one in files:
        for quad in one.quads:
            if quad.predicate.value == PREFIXES["owl"] + "imports":
                target = _text(quad.object)
                links.setdefault(_text(quad.subject), []).append((target, one))
                if target not in ontologies:
                    yield _import(one, quad.subject, target, "import-missing", (
                        "Nothing is ever fetched, and no file here is the ontology that is "
                        "imported: put a copy of it beside this file, or leave owl:imports out."
                    ))  # fmt: skip
    for start, targets in sorted(links.items()):
        for target, one in targets:
            if _leads(target, start, links):
                yield _import(one, NamedNode(start), target, "import-cycle", (
                    "What is imported imports this in turn; leave out one owl:imports "
                    "(each file was read once all the same)."
                ))  # fmt: skip


def _leads(start: str, end: str, links: Mapping[str, list[tuple[str, Read]]]) -> bool:
    todo, seen = [start], set()
    while todo:
        one = todo.pop()
        if one == end:
            return True
        if one not in seen:
            seen.add(one)
            todo += [target for target, _ in links.get(one, ())]
    return False


def _import(one: Read, subject: object, target: str, duty: str, message: str) -> Fault:
    place = Places([one.module]).of(
        one.module.graph(one.file), subject, NamedNode(PREFIXES["owl"] + "imports"),  # type: ignore[arg-type]
        NamedNode(target),
    )  # fmt: skip
    severe = one.part == "shapes" and duty == "import-missing"
    return make_fault(
        one.module, one.file, VIOLATION if severe else WARNING, "imports", duty, message,
        line=None if place is None else place.line, value=f"<{target}>",
        focus=subject.value if isinstance(subject, NamedNode) else None,
    )  # fmt: skip

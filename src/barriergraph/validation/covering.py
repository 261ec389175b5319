"""Coverage in both directions: shapes that met nothing, and nodes that no shape looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from barriergraph.validation.validator import Validator
from barriergraph.validation.vocabulary import RDF_TYPE
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.report import Term as AnyTerm
    from barriergraph.validation.shapes import Term


class Coverage(Value):
    """What shapes and nodes have to do with each other.

    `met` is the number of focus nodes of each shape, `idle` the shapes that met none, `uncovered`
    the nodes with a type that no shape has as a focus node.
    """

    __slots__ = ("met", "idle", "uncovered")
    met: Mapping[AnyTerm, int]
    idle: tuple[AnyTerm, ...]
    uncovered: tuple[AnyTerm, ...]


def cover(validator: Validator) -> tuple[dict[Term, int], list[Term]]:
    """Return how many focus nodes each shape has, and the typed nodes that none has."""
    runner = validator.runner
    nodes: dict[str, list[Term]] = {}
    met: dict[Term, set[Term]] = {}
    for shape, frame in validator.plan.reached:
        if frame.pattern not in nodes:
            nodes[frame.pattern] = runner.focus_nodes(frame)
        met.setdefault(shape.node, set()).update(nodes[frame.pattern])
    typed = runner.rows(f"SELECT DISTINCT ?this WHERE {{ ?this {RDF_TYPE} ?class }}")
    covered: set[Term] = set().union(*met.values())
    left = [row["this"] for row in typed if row["this"] not in covered]
    return {node: len(focus) for node, focus in met.items()}, sorted(left, key=str)


def frozen(
    met: Mapping[Term, int], left: Iterable[Term], shown: Callable[[Term], AnyTerm]
) -> Coverage:
    """Return the coverage with terms as users see them."""
    counts = {shown(shape): count for shape, count in met.items()}
    idle = tuple(shape for shape, count in counts.items() if not count)
    return Coverage(met=MappingProxyType(counts), idle=idle, uncovered=tuple(map(shown, left)))

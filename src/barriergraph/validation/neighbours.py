"""Which focus nodes a change can affect."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode, Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Node: TypeAlias = NamedNode | BlankNode


def neighbours(store: Store, changed: Iterable[Node]) -> list[Node]:
    """Return nodes whose statements changed, and those one statement away from them, each once.

    Most duties look no further: at what a node says, at the kind of thing it points to, and at
    whether something points to it. A duty that compares nodes which are not linked (no two sources
    have one DOI) is checked for the changed nodes only, so that of two that are alike the changed
    one is told.
    """
    found: dict[Node, None] = {}
    for node in changed:
        found[node] = None
        for quad in store.quads_for_pattern(node, None, None):
            if isinstance(quad.object, NamedNode | BlankNode):
                found[quad.object] = None
        for quad in store.quads_for_pattern(None, None, node):
            if isinstance(quad.subject, NamedNode | BlankNode):
                found[quad.subject] = None
    return list(found)

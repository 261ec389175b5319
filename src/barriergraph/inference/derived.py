"""Which terms of an ontology are written by rules alone."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, Store

from barriergraph.inference.compiling import rules
from barriergraph.inference.rules import TYPE, key_of
from barriergraph.namespaces import INFERRED


def only_derived(store: Store, iris: Iterable[str]) -> tuple[str, ...]:
    """Return those of some IRIs that are a property or class which rules write and no file uses.

    A store without what the rules derive has no statement with such a term, so a query that names
    one finds less than it seems to ask for.
    """
    wanted = [NamedNode(iri) for iri in dict.fromkeys(iris)]
    if not wanted:
        return ()
    written = {key_of(rule.head) for rule in rules(store)}
    return tuple(
        term.value
        for term in wanted
        if ((term, None) in written and not _asserted(store, term, None))
        or ((TYPE, term) in written and not _asserted(store, TYPE, term))
    )


def _asserted(store: Store, predicate: NamedNode, value: NamedNode | None) -> bool:
    found = store.quads_for_pattern(None, predicate, value)
    return any(not str(quad.graph_name).startswith(f"<{INFERRED}") for quad in found)

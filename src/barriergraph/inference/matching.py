"""Matching a pattern against the statements of a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, NamedNode, Store, Triple, Variable

from barriergraph.inference.rules import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.inference.rules import Atom, Slot, Term


def matches(store: Store, body: Pattern, known: Mapping[str, Term]) -> Iterator[dict[str, Term]]:
    """Yield what the variables of a pattern stand for, each way in which it matches.

    `known` says what some of them stand for already.
    """
    names = body.variables()
    fixed: dict[Variable, Term] = {Variable(name): known[name] for name in names if name in known}
    fixed.update({Variable(name): node for name, node in body.bound})
    shown = " ".join(f"?{name}" for name in names) or "(1 AS ?holds)"
    rows = store.query(
        f"SELECT DISTINCT {shown} WHERE {{ {body.text()} }}",
        use_default_graph_as_union=True,
        substitutions=fixed or None,
    )
    for row in rows:  # type: ignore[union-attr]
        yield {**known, **dict(zip(names, row, strict=False))}


def bind(head: Atom, statement: Triple) -> dict[str, Term] | None:
    """Return what the variables of an atom stand for when it is a statement, or None if it is not.

    >>> a = NamedNode("https://example.org/#a")
    >>> bind(("x", a, "x"), Triple(a, a, a)) == {"x": a}
    True
    >>> bind(("x", a, "x"), Triple(a, a, BlankNode())) is None
    True
    """
    known: dict[str, Term] = {}
    for slot, term in zip(
        head, (statement.subject, statement.predicate, statement.object), strict=True
    ):
        if (known.setdefault(slot, term) if isinstance(slot, str) else slot) != term:
            return None
    return known


def triple(atom: Atom, row: Mapping[str, Term]) -> Triple:
    """Return the statement that an atom is when its variables stand for something."""

    def term(slot: Slot) -> Term:
        return row[slot] if isinstance(slot, str) else slot

    subject, predicate, value = map(term, atom)
    assert isinstance(subject, NamedNode | BlankNode)
    assert isinstance(predicate, NamedNode)
    return Triple(subject, predicate, value)

"""Running rules until nothing new follows, each on what is new to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode, Quad, QuerySolution, QuerySolutions, Store

from barriergraph.inference.compiling import rules
from barriergraph.inference.rules import (
    TYPE,
    Pattern,
    Rule,
    atom_text,
    key_of,
    meets,
)
from barriergraph.namespaces import INFERRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from barriergraph.inference.rules import Atom, Key, Slot, Term

    #: What a rule has derived: the kind of statement, and the statements.
    Batch: TypeAlias = tuple[Key, list[Quad]]

#: Patterns that match more than this are equally large when joins are put in order.
_MANY = 10_000
#: Rules whose conclusions give them nothing new: a statement turned round twice is itself.
_TURNED = frozenset(("prp-symp", "eq-sym"))


def close(store: Store) -> int:
    """Add every statement that the rules derive and return how many were new.

    Each rule writes to its own named graph, `…/graph/inferred/<rule>`. Asserted graphs are never
    changed, a statement that already stands in some graph is not added again, and running twice
    adds nothing. What no longer follows after a change is not taken out: remove the inferred
    graphs first.

    >>> from barriergraph.sources import base_module, read_into
    >>> store = Store()
    >>> _ = read_into(store, [base_module()])
    >>> close(store) > 0, close(store)
    (True, 0)

    Source: OWL 2 RL rules, https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
    """
    return sum(_Group(store, group).run() for group in strata(rules(store)))


def strata(found: Sequence[Rule]) -> list[list[Rule]]:
    """Return the rules in groups: a group draws on itself and on those before it, never later ones.

    Source: Tarjan, Depth-first search and linear graph algorithms, 1972
    """
    feeds = _feeds(found)
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    groups: list[list[Rule]] = []
    for root in range(len(found)):
        work = [(root, iter(feeds[root]))] if root not in index else []
        while work:
            node, steps = work.pop()
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
            for step in steps:
                if step not in index:
                    work += [(node, iter((step, *steps))), (step, iter(feeds[step]))]
                    break
                if step in stack:
                    low[node] = min(low[node], low[step])
            else:
                if low[node] == index[node]:
                    cut = stack.index(node)
                    groups.append([found[number] for number in sorted(stack[cut:])])
                    del stack[cut:]
    return groups


def _feeds(found: Sequence[Rule]) -> list[list[int]]:
    """Return, for each rule, the rules that it draws on."""
    by_predicate: dict[Term | None, list[int]] = {}
    for number, rule in enumerate(found):
        by_predicate.setdefault(key_of(rule.head)[0], []).append(number)
    feeds: list[list[int]] = []
    for rule in found:
        wanted: set[int] = set()
        for key in map(key_of, rule.body.atoms):
            near: Iterable[int] = range(len(found))
            if key[0] is not None:
                near = [*by_predicate.get(key[0], ()), *by_predicate.get(None, ())]
            wanted.update(number for number in near if meets(key_of(found[number].head), key))
        feeds.append(sorted(wanted))
    return feeds


class _Group:
    """Rules that draw on each other, run until none of them has anything new."""

    def __init__(self, store: Store, group: list[Rule]) -> None:
        self._store = store
        self._group = group
        self._batches: list[Batch] = []
        self._graphs: dict[int, NamedNode] = {}
        heads = [key_of(rule.head) for rule in group]
        self._open = [
            [
                n
                for n, key in enumerate(map(key_of, r.body.atoms))
                if any(meets(h, key) for h in heads)
            ]
            for r in group
        ]
        self._recursive = any(self._open)

    def run(self) -> int:
        """Run the rules and return how many statements were new."""
        try:
            return self._run()
        finally:
            for graph in self._graphs.values():
                self._store.remove_graph(graph)

    def _run(self) -> int:
        added = 0
        seen: list[int] = []
        for rule in self._group:
            before = len(self._batches)
            added += self._keep(rule, self._ask(rule))
            seen.append(len(self._batches) if rule.name in _TURNED else before)
        again = self._recursive
        while again:
            again = False
            for number, rule in enumerate(self._group):
                first, last = seen[number], len(self._batches)
                seen[number] = last
                for batch in range(first, last):
                    new = self._keep(rule, self._ask_new(rule, self._open[number], batch))
                    added += new
                    again = again or new > 0
                if rule.name in _TURNED:
                    seen[number] = max(last, len(self._batches))
        return added

    def _ask(self, rule: Rule) -> list[Quad]:
        """Return what a rule derives from all that is in the store."""
        if not all(self._any(atom) for atom in rule.body.atoms):
            return []
        atoms = rule.body.atoms
        if len(atoms) > 1:
            atoms = tuple(sorted(atoms, key=self._size))
        body = Pattern(atoms=atoms, filters=rule.body.filters, bound=rule.body.bound)
        return self._select(rule, body.asking(rule.head))

    def _ask_new(self, rule: Rule, places: list[int], batch: int) -> list[Quad]:
        """Return what a rule derives with a new statement in one of its places."""
        found: dict[Quad, None] = {}
        for place in places:
            atom = rule.body.atoms[place]
            if meets(self._batches[batch][0], key_of(atom)):
                where = rule.body.asking(rule.head, place, str(self._graph(batch)))
                found.update(dict.fromkeys(self._select(rule, where)))
        return list(found)

    def _select(self, rule: Rule, where: str) -> list[Quad]:
        names = list(dict.fromkeys(slot for slot in rule.head if isinstance(slot, str)))
        shown = [*names, *(name for name, _ in rule.body.bound)]
        variables = " ".join(f"?{name}" for name in shown) or "(1 AS ?holds)"
        head = atom_text(rule.head)
        rows = self._store.query(
            f"SELECT DISTINCT {variables} WHERE {{ {where} FILTER NOT EXISTS {{ {head} }} }}",
            use_default_graph_as_union=True,
            substitutions=rule.body.substitutions(),
        )
        graph = NamedNode(rule.graph)
        place = {name: number for number, name in enumerate(names)}

        def term(row: QuerySolution, slot: Slot) -> Any:
            return row[place[slot]] if isinstance(slot, str) else slot

        assert isinstance(rows, QuerySolutions)
        first, second, third = rule.head
        quads = [Quad(term(r, first), term(r, second), term(r, third), graph) for r in rows]
        return list(dict.fromkeys(quads)) if rule.body.bound else quads

    def _keep(self, rule: Rule, quads: list[Quad]) -> int:
        if quads:
            self._store.extend(quads)
            if self._recursive:
                self._batches.append((key_of(rule.head), quads))
        return len(quads)

    def _graph(self, batch: int) -> NamedNode:
        """Return the named graph that holds a batch for as long as the group runs."""
        if batch not in self._graphs:
            name = self._graphs[batch] = NamedNode(f"{INFERRED}new/{batch}")
            quads = self._batches[batch][1]
            self._store.extend([Quad(q.subject, q.predicate, q.object, name) for q in quads])
        return self._graphs[batch]

    def _size(self, atom: Atom) -> int:
        """Return how many statements an atom matches, up to a limit: the engine does not know."""
        query = f"SELECT (COUNT(*) AS ?n) {{ SELECT * {{ {atom_text(atom)} }} LIMIT {_MANY} }}"
        rows = self._store.query(query, use_default_graph_as_union=True)
        assert isinstance(rows, QuerySolutions)
        return int(next(rows)[0].value)

    def _any(self, atom: Atom) -> bool:
        """Tell whether some statement may match an atom: most rules of an ontology have none."""
        _, predicate, value = atom
        if isinstance(predicate, str):
            return True
        wanted = value if predicate == TYPE and not isinstance(value, str) else None
        found = self._store.quads_for_pattern(None, predicate, wanted)  # type: ignore[arg-type]
        return next(found, None) is not None

"""Running rules until nothing new follows, each on what is new to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from pyoxigraph import NamedNode, Quad, QuerySolution, QuerySolutions, Store

from barriergraph.inference.compiling import rules
from barriergraph.inference.news import News, Without
from barriergraph.inference.rules import (
    TYPE,
    Pattern,
    Rule,
    atom_text,
    key_of,
    meets,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from barriergraph.inference.rules import Atom, Slot, Term

#: Patterns that match more than this are equally large when joins are put in order.
_MANY = 10_000
#: More statements than this go into the store as they are found, and are not held in memory.
_HELD = 20_000
#: Rules whose conclusions give them nothing new: a statement turned round twice is itself.
_TURNED = frozenset(("prp-symp", "eq-sym"))


def close(store: Store, *, added: Iterable[NamedNode] | None = None) -> int:
    """Add every statement that the rules derive and return how many were new.

    Each rule writes to its own named graph, `…/graph/inferred/<rule>`. Asserted graphs are never
    changed, a statement that already stands in some graph is not added again, and running twice
    adds nothing. What no longer follows after a change is not taken out: remove the inferred
    graphs first.

    With `added`, named graphs that are new in a store that was closed without them, only what
    follows from those is looked for: all the same is derived in the end, though perhaps by another
    rule. Rules that they bring are run on everything.

    >>> from barriergraph.sources import base_module, read_into
    >>> store = Store()
    >>> _ = read_into(store, [base_module()])
    >>> close(store) > 0, close(store)
    (True, 0)

    Source: OWL 2 RL rules, https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
    """
    groups = strata(rules(store))
    if added is None:
        return sum(_Group(store, group).run() for group in groups)
    graphs = list(added)
    known = frozenset(map(_identity, rules(Without(store, graphs))))
    news = News(store)
    news.take(graphs)
    try:
        return sum(_Group(store, group, known, news).run() for group in groups)
    finally:
        news.forget()


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


def is_recursive(group: Sequence[Rule]) -> bool:
    """Tell whether some rule of a group may draw on what one of them derives."""
    heads = [key_of(rule.head) for rule in group]
    atoms = [key_of(atom) for rule in group for atom in rule.body.atoms]
    return any(meets(head, atom) for head in heads for atom in atoms)


class _Group:
    """Rules that draw on each other, run until none of them has anything new.

    With `news`, what is new in the store so far, the `known` rules look at that only.
    """

    def __init__(
        self,
        store: Store,
        group: list[Rule],
        known: frozenset[object] = frozenset(),
        news: News | None = None,
    ) -> None:
        self._store = store
        self._group = group
        self._known = known
        self._news = News(store) if news is None else news
        self._lasting = news is not None
        self._recursive = is_recursive(group)

    def run(self) -> int:
        """Run the rules and return how many statements were new."""
        try:
            return self._run()
        finally:
            if not self._lasting:
                self._news.forget()

    def _run(self) -> int:
        added = 0
        seen: list[int] = []
        for rule in self._group:
            before = len(self._news)
            if _identity(rule) in self._known:
                added += self._follow(rule, 0, before)
            else:
                added += self._keep(rule, self._ask(rule))
            seen.append(len(self._news) if rule.name in _TURNED else before)
        again = self._recursive
        while again:
            again = False
            for number, rule in enumerate(self._group):
                first, last = seen[number], len(self._news)
                seen[number] = last
                new = self._follow(rule, first, last)
                added += new
                again = again or new > 0
                if rule.name in _TURNED:
                    seen[number] = max(last, len(self._news))
        return added

    def _follow(self, rule: Rule, first: int, last: int) -> int:
        """Add what a rule derives from some batches of what is new."""
        return sum(
            self._keep(rule, self._ask_new(rule, place, batch))
            for batch in range(first, last)
            for place, atom in enumerate(rule.body.atoms)
            if self._news.meets(batch, key_of(atom))
        )

    def _ask(self, rule: Rule) -> Iterator[Quad]:
        """Yield what a rule derives from all that is in the store."""
        if not all(self._any(atom) for atom in rule.body.atoms):
            return iter(())
        atoms = rule.body.atoms
        if len(atoms) > 1:
            atoms = tuple(sorted(atoms, key=self._size))
        body = Pattern(atoms=atoms, filters=rule.body.filters, bound=rule.body.bound)
        return self._select(rule, body.asking(rule.head))

    def _ask_new(self, rule: Rule, place: int, batch: int) -> Iterator[Quad]:
        """Yield what a rule derives with a new statement in one of its places."""
        where = rule.body.asking(rule.head, place, str(self._news.graph(batch)))
        return self._select(rule, where)

    def _select(self, rule: Rule, where: str) -> Iterator[Quad]:
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
        quads = (Quad(term(r, first), term(r, second), term(r, third), graph) for r in rows)
        return iter(dict.fromkeys(quads)) if rule.body.bound else quads

    def _keep(self, rule: Rule, quads: Iterator[Quad]) -> int:
        """Put statements into the store, in a stream if they are many, and count them."""
        held = list(islice(quads, _HELD))
        wanted = self._recursive or self._lasting
        key = key_of(rule.head)
        if len(held) < _HELD:
            if held:
                self._store.extend(held)
                if wanted:
                    self._news.add(key, held)
            return len(held)
        count = 0
        graph = self._news.add(key, None) if wanted else None

        def each() -> Iterator[Quad]:
            nonlocal count
            for quad in chain(held, quads):
                count += 1
                yield quad
                if graph is not None:
                    yield Quad(quad.subject, quad.predicate, quad.object, graph)

        self._store.bulk_extend(each())
        return count

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


def _identity(rule: Rule) -> object:
    """Return what tells a rule from others, whichever statements it was made of."""
    return rule.graph, rule.body.bound

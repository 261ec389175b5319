"""Why a statement holds: the rules and premises behind it, down to what is asserted."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count

from pyoxigraph import BlankNode, NamedNode, Store, Triple

from barriergraph.inference.compiling import rules
from barriergraph.inference.expressions import short
from barriergraph.inference.matching import bind, matches, triple
from barriergraph.inference.rules import Rule, key_of
from barriergraph.namespaces import INFERRED
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from barriergraph.inference.rules import Key, Term

    #: One way to derive a statement: a rule, and the premises that it needs.
    Step: TypeAlias = tuple[Rule, tuple[Triple, ...]]

#: So many statements are looked into for the shortest proof; then any proof will do.
_PATIENCE = 2_000
#: After so many turns all statements in sight are looked into at once: a turn costs more by then.
_TURNS = 8
_FAR = 1_000_000


class Proof(Value):
    """Why a statement holds.

    An asserted statement has `graphs`, the IRIs of the named graphs that it stands in, and no
    rule. A derived one has the `rule` that gives it, and a proof for each of its `premises`.
    """

    __slots__ = ("statement", "graphs", "rule", "premises")

    statement: Triple
    graphs: tuple[str, ...]
    rule: Rule | None
    premises: tuple[Proof, ...]

    @property
    def steps(self) -> int:
        """How many times a rule is applied, counting a premise each time that it is used."""
        return (self.rule is not None) + sum(premise.steps for premise in self.premises)

    def leaves(self) -> tuple[Proof, ...]:
        """Return the asserted statements that the proof ends in, each once."""
        if self.rule is None:
            return (self,)
        found = (leaf for premise in self.premises for leaf in premise.leaves())
        return tuple(dict.fromkeys(found))

    def __str__(self) -> str:
        return "\n".join(self._lines(0))

    def _lines(self, depth: int) -> Iterator[str]:
        told = " ".join(short(term) for term in self.statement)
        if self.rule is None:
            because = f"asserted in {' and '.join(self.graphs)}"
        else:
            names = " with ".join(filter(None, (self.rule.name, ", ".join(self.rule.uses))))
            because = f"{names}: {self.rule.axiom}"
        yield f"{'  ' * depth}{told}  [{because}]"
        for premise in self.premises:
            yield from premise._lines(depth + 1)


def why(
    store: Store,
    subject: NamedNode | BlankNode,
    predicate: NamedNode,
    object: Term,
    *,
    among: Mapping[Key, Sequence[Rule]] | None = None,
) -> Proof | None:
    """Return the shortest proof of a statement in a closed store, or None when it does not hold.

    The shortest proof applies rules the fewest times; of several, always the same one is taken. A
    statement that is asserted needs none, even if it could be derived too. No proof goes round in
    a circle. In a large web of equal or transitive statements, where the search for the shortest
    would take too long, the proof is one of the short ones. `among`, from `by_head`, saves
    compiling the rules again.

    >>> from barriergraph.inference.fixpoint import close
    >>> a, b, c = (NamedNode(f"https://example.org/#{name}") for name in "abc")
    >>> store = Store()
    >>> store.update(f"INSERT DATA {{ GRAPH <x:g> {{ {a} a {b} . {b} "
    ...     f"<http://www.w3.org/2000/01/rdf-schema#subClassOf> {c} }} }}")
    >>> _ = close(store)
    >>> proof = why(store, a, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), c)
    >>> proof.rule.name, proof.leaves()[0].graphs, proof.steps
    ('cax-sco', ('x:g',), 1)
    """
    goal = Triple(subject, predicate, object)
    search = _Search(store, by_head(rules(store)) if among is None else among)
    return search.proof(goal) if search.holds(goal) else None


def by_head(found: Iterable[Rule]) -> dict[Key, list[Rule]]:
    """Return rules by what their heads are about, as `key_of` says it."""
    heads: dict[Key, list[Rule]] = {}
    for rule in found:
        heads.setdefault(key_of(rule.head), []).append(rule)
    return heads


class _Waiting:
    """A step that waits for the cost of its premises."""

    __slots__ = ("cost", "missing", "statement", "step")

    def __init__(self, statement: Triple, step: Step) -> None:
        self.cost = 1
        self.missing = len(step[1])
        self.statement = statement
        self.step = step


class _Search:
    """Looks for the cheapest proof from the goal down, into the most promising statements first.

    A statement that was not looked into yet counts as one step, which is never too much, so the
    first proof without such a statement is a shortest one (as in AO*).
    """

    def __init__(self, store: Store, found: Mapping[Key, Sequence[Rule]]) -> None:
        self._store = store
        self._rules = found
        self._asserted: dict[Triple, tuple[str, ...]] = {}
        self._steps: dict[Triple, list[Step]] = {}
        #: in the order in which they were met, so that ties fall the same way in every run
        self._open: dict[Triple, None] = {}

    def holds(self, goal: Triple) -> bool:
        """Tell whether a statement stands in some named graph."""
        found = self._store.quads_for_pattern(goal.subject, goal.predicate, goal.object)
        return next(found, None) is not None

    def proof(self, goal: Triple) -> Proof | None:
        """Return the proof of a statement that holds; None if it is inferred from nothing."""
        self._meet(goal)
        for turn in count():
            chosen = self._cheapest(goal)
            if goal not in chosen and goal in self._steps:
                return None
            hidden = list(dict.fromkeys(self._hidden(goal, chosen)))
            if not hidden:
                return self._build(goal, chosen, {})
            if turn > _TURNS and len(self._steps) < _PATIENCE:
                hidden = sorted(self._open, key=str)[:_PATIENCE]
            for statement in hidden:
                self._look_into(statement)
        return None

    def _meet(self, statement: Triple) -> None:
        """Enter a statement: it is asserted, or to be looked into."""
        if statement in self._asserted or statement in self._steps or statement in self._open:
            return
        quads = self._store.quads_for_pattern(
            statement.subject, statement.predicate, statement.object
        )
        graphs = [
            quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
            for quad in quads
        ]
        asserted = tuple(sorted(graph for graph in graphs if not graph.startswith(INFERRED)))
        if asserted:
            self._asserted[statement] = asserted
        else:
            self._open[statement] = None

    def _look_into(self, statement: Triple) -> None:
        """Find every way to derive a statement; one that needs asserted premises only suffices."""
        self._open.pop(statement, None)
        steps = self._steps[statement] = []
        kind = key_of((statement.subject, statement.predicate, statement.object))
        keys = dict.fromkeys((kind, (kind[0], None), (None, None)))
        for rule in chain.from_iterable(self._rules.get(key, ()) for key in keys):
            known = bind(rule.head, statement)
            if known is None:
                continue
            for row in matches(self._store, rule.body, known):
                premises = tuple(dict.fromkeys(triple(atom, row) for atom in rule.body.atoms))
                if statement not in premises:
                    steps.append((rule, premises))
        steps.sort(key=lambda step: (step[0].graph, str(step[1])))
        for premise in chain.from_iterable(premises for _, premises in steps):
            self._meet(premise)
        direct = [s for s in steps if all(premise in self._asserted for premise in s[1])]
        steps[:] = direct or steps
        del steps[1 if direct else len(steps) :]

    def _cheapest(self, goal: Triple) -> dict[Triple, Step]:
        """Return the best step for each statement that can be proved from what is known.

        Source: Knuth, A generalization of Dijkstra's algorithm, 1977
        """
        unknown = 1 if len(self._steps) < _PATIENCE else _FAR
        order = count()
        cost: dict[Triple, int] = {}
        heap: list[tuple[int, int, Triple, Step | None]] = []
        users: dict[Triple, list[_Waiting]] = {}
        chosen: dict[Triple, Step] = {}
        for leaf in self._asserted:
            heapq.heappush(heap, (0, next(order), leaf, None))
        for leaf in self._open:
            heapq.heappush(heap, (unknown, next(order), leaf, None))
        for statement, steps in self._steps.items():
            for step in steps:
                waiting = _Waiting(statement, step)
                for premise in step[1]:
                    users.setdefault(premise, []).append(waiting)
                if not step[1]:
                    heapq.heappush(heap, (1, next(order), statement, step))
        while heap and goal not in cost:
            so_far, _, statement, by = heapq.heappop(heap)
            if statement in cost:
                continue
            cost[statement] = so_far
            if by is not None:
                chosen[statement] = by
            for waiting in users.get(statement, ()):
                waiting.missing -= 1
                waiting.cost += so_far
                if not waiting.missing:
                    entry = (waiting.cost, next(order), waiting.statement, waiting.step)
                    heapq.heappush(heap, entry)
        return chosen

    def _hidden(self, statement: Triple, chosen: dict[Triple, Step]) -> Iterator[Triple]:
        """Yield the statements of the chosen proof that were not looked into yet."""
        todo, seen = [statement], set()
        while todo:
            one = todo.pop()
            if one in seen:
                continue
            seen.add(one)
            if one in self._open:
                yield one
            elif one in chosen:
                todo += chosen[one][1]

    def _build(
        self, statement: Triple, chosen: dict[Triple, Step], built: dict[Triple, Proof]
    ) -> Proof:
        if statement not in built:
            graphs = self._asserted.get(statement, ())
            rule, premises = (None, ()) if graphs else chosen[statement]
            built[statement] = Proof(
                statement=statement,
                graphs=graphs,
                rule=rule,
                premises=tuple(self._build(premise, chosen, built) for premise in premises),
            )
        return built[statement]

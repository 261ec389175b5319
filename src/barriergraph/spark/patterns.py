"""Basic graph patterns -> relations: triples joined the rarest first, and paths of properties."""

from __future__ import annotations

from collections.abc import Sequence

from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.term import BNode, Identifier, URIRef

from barriergraph.errors import QueryError
from barriergraph.spark.expressions import constant
from barriergraph.spark.relations import Parts, Relation
from barriergraph.spark.scopes import slots, variable
from barriergraph.spark.terms import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, TypeAlias

    Triple: TypeAlias = tuple[object, object, object]

    class Asked(Protocol):
        """What a translation asks of the statements: `table` has the columns s, p and o."""

        table: str
        #: Whether all statements are in one part, so that nothing is moved to join them.
        few: bool

        def count(self, predicate: str | None, value: str | None) -> int:
            """Return about how many statements have a property, or are of a class."""

        def closure(self, steps: str) -> tuple[str, int]:
            """Return the table of all pairs that one or more steps lead to, and its size.

            `steps` is SQL that gives the pairs x, y of one step.
            """


#: What a pattern with a path counts as when patterns are put in order: after all others.
LAST = 10**15


class Patterns:
    """Translates basic graph patterns over a table, that of all statements unless one is named."""

    def __init__(self, parts: Parts, asked: Asked, table: str = "") -> None:
        self.parts = parts
        self._asked = asked
        self._table = table or asked.table
        self._fresh = 0

    def bgp(self, triples: Sequence[Triple]) -> Relation:
        """Return the solutions of triple patterns that hold together."""
        waiting = [step for triple in triples for step in self._steps(triple)]
        found: Relation | None = None
        known: set[str] = set()
        while waiting:
            near = [one for one in waiting if known & slots(one)] or waiting
            best = min(near, key=lambda one: self._estimate(one, known))
            waiting.remove(best)
            found = self._next(found, best)
            known |= slots(best)
        if found is None:
            return Relation(table="", columns=(), certain=frozenset(), size=1, alone={})
        kept = [name for name in found.columns if not name.startswith(".")]
        if len(kept) == len(found.columns):
            return found
        return self.parts.relation(self.parts.select(found, kept), kept, kept, found.size)

    def always(self, left: Relation, triples: Sequence[Triple]) -> Relation | None:
        """Return the solutions of an OPTIONAL path of any length, which no step is, too.

        Returns None for patterns of another kind: those may find nothing.
        """
        if len(triples) != 1 or left.alone is not None:
            return None
        subject, path, value = triples[0]
        ends = [variable(subject), variable(value)]
        bound = [end for end in ends if end in left.certain]
        new = [end for end in ends if end is not None and end not in left.columns]
        if not isinstance(path, MulPath) or path.mod == "+" or not bound or not new:
            return None
        return self._maybe_none(left, subject, path, value)

    def _steps(self, triple: Triple) -> list[Triple]:
        """Return a triple pattern as several, where its path is a row of steps."""
        subject, path, value = triple
        if isinstance(path, SequencePath):
            places: list[object] = [subject]
            for _ in path.args[1:]:
                self._fresh += 1
                places.append(BNode(f"step{self._fresh}"))
            places.append(value)
            return [
                step
                for number, part in enumerate(path.args)
                for step in self._steps((places[number], part, places[number + 1]))
            ]
        if isinstance(path, InvPath):
            return self._steps((value, path.arg, subject))
        return [triple]

    def _estimate(self, triple: Triple, known: set[str]) -> int:
        subject, predicate, value = triple
        if isinstance(predicate, AlternativePath):
            return sum(
                self._estimate((subject, part, value), known)
                for part in predicate.args
                if not isinstance(part, Path)
            ) or self._asked.count(None, None)
        if isinstance(predicate, MulPath):
            ends = [slot for slot in (subject, value) if variable(slot) is None]
            bound = [slot for slot in (subject, value) if variable(slot) in known]
            return 0 if len(ends) + len(bound) == 2 else LAST - len(bound) - len(ends)
        if isinstance(predicate, Path):
            return self._asked.count(None, None)
        if variable(subject) is None:
            return 1
        named = None if variable(predicate) else constant(predicate)  # type: ignore[arg-type]
        given = None if variable(value) else constant(value)  # type: ignore[arg-type]
        return self._asked.count(named, given)

    def _next(self, found: Relation | None, triple: Triple) -> Relation:
        subject, predicate, value = triple
        if isinstance(predicate, MulPath) and predicate.mod in ("*", "?"):
            return self._maybe_none(found, subject, predicate, value)
        new = self._relation(subject, predicate, value)
        return new if found is None else self.parts.join(found, new)

    def _relation(self, subject: object, predicate: object, value: object) -> Relation:
        if isinstance(predicate, AlternativePath):
            found = [self.named((subject, part, value)) for part in predicate.args]
            whole = found[0]
            for one in found[1:]:
                whole = self.parts.union(whole, one)
            return whole
        if isinstance(predicate, MulPath):
            table, size = self._several(predicate)
            return self._scan(table, ("x", "y"), (subject, value), size)
        if isinstance(predicate, NegatedPath):
            return self._other_than(subject, predicate, value)
        if isinstance(predicate, Path):
            raise QueryError(f"Spark is not asked for the path {predicate.n3()}")
        size = self._estimate((subject, predicate, value), set())
        return self._scan(self._table, ("s", "p", "o"), (subject, predicate, value), size)

    def named(self, triple: Triple) -> Relation:
        """Return the solutions of one triple pattern, its blank nodes kept as columns."""
        found: Relation | None = None
        for step in self._steps(triple):
            found = self._next(found, step)
        assert found is not None
        own = [name for name in found.columns if name in slots(triple)]
        return self.parts.relation(self.parts.select(found, own), own, own, found.size)

    def _scan(
        self,
        table: str,
        columns: Sequence[str],
        places: Sequence[object],
        size: int,
        *tests: str,
    ) -> Relation:
        """Return the rows of a table that fit the places of a pattern."""
        conditions = list(tests)
        shown: dict[str, str] = {}
        for column, slot in zip(columns, places, strict=True):
            name = variable(slot)
            if name is None:
                assert isinstance(slot, Identifier)
                conditions.append(f"{column} = {quote(constant(slot))}")
            elif name in shown:
                conditions.append(f"{column} = {shown[name]}")
            else:
                shown[name] = column
        named = ", ".join(f"{column} AS {self.parts.c(name)}" for name, column in shown.items())
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        select = f"SELECT {named or '1 AS `.none`'} FROM {table}{where}"
        return self.parts.relation(select, shown, shown, size)

    def _other_than(self, subject: object, path: NegatedPath, value: object) -> Relation:
        if not all(isinstance(one, URIRef) for one in path.args):
            raise QueryError(f"Spark is not asked for the path {path.n3()}")
        names = ", ".join(quote(constant(one)) for one in path.args)  # type: ignore[arg-type]
        size = self._asked.count(None, None)
        test = f"p NOT IN ({names})"
        return self._scan(self._table, ("s", "o"), (subject, value), size, test)

    def _several(self, path: MulPath) -> tuple[str, int]:
        """Return the table of pairs that a path leads to in one or more steps, once each."""
        return self._asked.closure(self._pairs(path.path))

    def _pairs(self, path: object) -> str:
        """Return SQL for the pairs x, y of one step along a path, once each."""
        parts = Parts(together=self._asked.few)
        inner = Patterns(parts, self._asked, self._table)
        ends = (BNode("x"), path, BNode("y"))
        found = inner.named(ends)
        x, y = parts.c(".x"), parts.c(".y")
        return parts.statement(f"SELECT DISTINCT {x} AS x, {y} AS y FROM {found.table}")

    def _maybe_none(
        self, found: Relation | None, subject: object, path: MulPath, value: object
    ) -> Relation:
        """Join with a path that may have no step: then its ends are one node.

        That node is whatever the other patterns say; only where they say nothing, it is each node
        of the graph in turn.

        Source: SPARQL 1.1 Query Language, 18.4 Property Path Patterns
        """
        parts = self.parts
        if path.mod == "*":
            table, size = self._several(path)
        else:
            pairs = self._pairs(path.path)
            table, size = parts.table(pairs), self._asked.count(None, None)
        first, last = variable(subject), variable(value)
        moved = self._scan(table, ("x", "y"), (subject, value), size, "x <> y")
        if first is None or last is None:
            return self._from_one(found, moved, subject, value)
        bound = [] if found is None else [one for one in (first, last) if one in found.columns]
        if found is None or not bound or first == last:
            nodes = f"SELECT s AS n FROM {self._table} UNION SELECT o AS n FROM {self._table}"
            here = ", ".join(f"n AS {parts.c(name)}" for name in dict.fromkeys((first, last)))
            names = dict.fromkeys((first, last))
            stays = parts.relation(f"SELECT {here} FROM ({nodes})", names, names)
            whole = stays if first == last else parts.union(moved, stays)
            return whole if found is None else parts.join(found, whole)
        if len(bound) == 2:
            stays = parts.filtered(found, f"{parts.c(first)} = {parts.c(last)}")
        else:
            new = last if bound[0] == first else first
            stays = parts.extended(found, new, parts.c(bound[0]), sure=True)
        return parts.union(parts.join(found, moved), stays)

    def _from_one(
        self, found: Relation | None, moved: Relation, subject: object, value: object
    ) -> Relation:
        """Join with a path that may have no step, from or to a term."""
        parts = self.parts
        terms = [one for one in (subject, value) if variable(one) is None]
        name = variable(subject) or variable(value)
        term = quote(constant(terms[0]))  # type: ignore[arg-type]
        if name is None:
            same = "TRUE" if subject == value else "FALSE"
            stays = parts.relation(f"SELECT 1 AS `.none` WHERE {same}", ())
            moved = parts.relation(f"SELECT 1 AS `.none` FROM {moved.table} LIMIT 1", ())
            whole = parts.relation(
                f"SELECT `.none` FROM {moved.table} UNION SELECT `.none` FROM {stays.table}", ()
            )
        else:
            stays = parts.relation(f"SELECT {term} AS {parts.c(name)}", (name,), (name,), 1)
            size = moved.size
            whole = parts.union(moved, stays)
            whole = parts.relation(parts.select(whole, (name,)), (name,), (name,), size)
        return whole if found is None else parts.join(found, whole)

"""Which variables a pattern of rdflib's algebra gives, and which it wants from outside."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib.plugins.sparql.algebra import translateGroupGraphPattern, translatePath, traverse
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Variable

EXISTS = ("Builtin_EXISTS", "Builtin_NOTEXISTS")


class Groups:
    """The patterns of EXISTS, which rdflib leaves as they were parsed and can read only once."""

    def __init__(self) -> None:
        self._read: dict[int, CompValue] = {}

    def of(self, node: CompValue) -> CompValue:
        """Return the algebra of the pattern of an EXISTS."""
        if id(node) not in self._read:
            graph = node.graph
            if graph.name.startswith("GroupGraphPattern"):
                graph = translateGroupGraphPattern(traverse(graph, visitPost=translatePath))
            self._read[id(node)] = graph
        return self._read[id(node)]

    def found(self, expression: object) -> Iterator[CompValue]:
        """Yield the EXISTS of an expression, but not those inside them."""
        if isinstance(expression, CompValue):
            if expression.name in EXISTS:
                yield expression
            else:
                for part in expression.values():
                    yield from self.found(part)
        elif isinstance(expression, list | tuple):
            for part in expression:
                yield from self.found(part)

    def names(self, expression: object) -> set[str]:
        """Return the variables of an expression, those in the patterns of its EXISTS too."""
        if isinstance(expression, Variable):
            return {str(expression)}
        if isinstance(expression, CompValue):
            if expression.name in EXISTS:
                group = self.of(expression)
                return self.scope(group) | self.wanted(group)
            parts = [part for name, part in expression.items() if name != "_vars"]
            return set().union(*map(self.names, parts))
        if isinstance(expression, list | tuple):
            return set().union(*map(self.names, expression))
        return set()

    def scope(self, node: CompValue) -> set[str]:
        """Return the variables to which a pattern may give a value."""
        if node.name == "BGP":
            slots = (slot for triple in node.triples for slot in triple)
            return {str(slot) for slot in slots if isinstance(slot, Variable)}
        if node.name in ("Project", "SelectQuery"):
            return {str(name) for name in node.PV}
        if node.name == "values":
            return {str(name) for row in node.res for name in row}
        if node.name == "AggregateJoin":
            return {str(one.res) for one in node.A}
        found = {str(node.var)} if node.name == "Extend" else set()
        kept = ("p", "p1") if node.name == "Minus" else ("p", "p1", "p2")
        for name in kept:
            if isinstance(node.get(name), CompValue):
                found |= self.scope(node[name])
        return found

    def wanted(self, node: CompValue) -> set[str]:
        """Return the variables that expressions of a pattern name and the pattern does not give."""
        if node.name in ("Project", "SelectQuery", "AggregateJoin", "BGP", "values"):
            return set()
        found: set[str] = set()
        for name in ("p", "p1", "p2"):
            if isinstance(node.get(name), CompValue):
                found |= self.wanted(node[name])
        if node.name in ("Filter", "Extend", "LeftJoin"):
            inner = set().union(
                *(
                    self.scope(node[n])
                    for n in ("p", "p1", "p2")
                    if isinstance(node.get(n), CompValue)
                )
            )
            found |= self.names(node.expr) - inner
        return found


def slots(triple: tuple[object, object, object]) -> set[str]:
    """Return the variables and blank nodes of a triple pattern, without those of a path."""
    return {name for name in map(variable, triple) if name is not None}


def variable(slot: object) -> str | None:
    """Return the variable that a place of a pattern is; a blank node is one without a name."""
    if isinstance(slot, Variable):
        return str(slot)
    return f".{slot}" if isinstance(slot, BNode) else None

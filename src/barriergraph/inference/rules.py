"""Patterns of SPARQL as values, and the rule: what holds when a pattern is matched."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple, Variable

from barriergraph.namespaces import INFERRED, PREFIXES, compact
from barriergraph.values import Value

RDF, RDFS, OWL, XSD = (PREFIXES[name] for name in ("rdf", "rdfs", "owl", "xsd"))
TYPE = NamedNode(RDF + "type")
SAME = NamedNode(OWL + "sameAs")
SUBCLASS = NamedNode(RDFS + "subClassOf")
SUBPROPERTY = NamedNode(RDFS + "subPropertyOf")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias, TypeVar

    T = TypeVar("T")

    #: A term of RDF as pyoxigraph has it.
    Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
    #: A place in a pattern: the name of a variable, or a term.
    Slot: TypeAlias = str | Term
    #: A triple pattern.
    Atom: TypeAlias = tuple[Slot, Slot, Slot]
    #: A condition: what is tested, then the places and terms that it is tested on.
    Condition: TypeAlias = tuple[Slot, ...]
    #: What writes an atom as SPARQL.
    Spell: TypeAlias = Callable[[Atom], str]
    #: What statements an atom matches or a rule writes: a property, or the members of a class.
    Key: TypeAlias = tuple[Term | None, Term | None]


class Pattern(Value):
    """Triple patterns that hold together, the filters on them, and blank nodes that are meant.

    SPARQL cannot name a blank node, so `bound` says which variables stand for which.
    """

    __slots__ = ("atoms", "filters", "bound")

    atoms: tuple[Atom, ...]
    filters: tuple[Condition, ...]
    bound: tuple[tuple[str, BlankNode], ...]

    def __and__(self, other: Pattern) -> Pattern:
        """Return the pattern that holds when both do, each atom and filter once."""
        return Pattern(
            atoms=_once((*self.atoms, *other.atoms)),
            filters=_once((*self.filters, *other.filters)),
            bound=_once((*self.bound, *other.bound)),
        )

    def variables(self) -> list[str]:
        """Return the variables of the atoms, in order of appearance."""
        return list(dict.fromkeys(s for atom in self.atoms for s in atom if isinstance(s, str)))

    def text(self, spell: Spell | None = None) -> str:
        """Return the pattern as SPARQL."""
        parts = [(spell or atom_text)(atom) for atom in self.atoms]
        parts += [f"FILTER ({condition_text(test)})" for test in self.filters]
        return " ".join(parts)

    def asking(
        self, head: Atom, new: int | None = None, graph: str = "", spell: Spell | None = None
    ) -> str:
        """Return the pattern as SPARQL that finds what `head` speaks of, once each if it can.

        Parts that share nothing else are asked whether they hold: joined, a factor with a hundred
        sources for it and a hundred against would be found ten thousand times. The atom whose
        number is `new` is looked for in a named graph; `spell` writes the others otherwise.
        """
        shown = {slot for slot in head if isinstance(slot, str)} | {name for name, _ in self.bound}
        groups = self._groups(shown)
        asked = [g for g in groups if len(g.variables()) > len(_slots(g.atoms) & shown) == 1]
        if len(asked) < 2:
            asked = []
        texts: list[str] = []
        told: set[str] = set()
        for group in sorted(groups, key=lambda one: (not one.has(self, new), one in asked)):
            needed = _slots(group.atoms) & shown
            if group in asked and needed <= told:
                texts.append(f"FILTER EXISTS {{ {group.text(spell)} }}")
                continue
            told |= needed
            start = self.atoms[new] if group.has(self, new) and new is not None else None
            for atom in _linked(group.atoms, start):
                moved = new is not None and atom == self.atoms[new]
                texts.append(
                    f"GRAPH {graph} {{ {atom_text(atom)} }}"
                    if moved
                    else (spell or atom_text)(atom)
                )
            texts += [f"FILTER ({condition_text(test)})" for test in group.filters]
        whole = [test for test in self.filters if _slots((test[1:],)) <= shown]
        texts += [f"FILTER ({condition_text(test)})" for test in whole]
        return " ".join(texts)

    def substitutions(self) -> dict[Variable, Term] | None:
        """Return the variables that stand for blank nodes, as the engine takes them."""
        return {Variable(name): node for name, node in self.bound} or None

    def has(self, whole: Pattern, number: int | None) -> bool:
        """Tell whether an atom of the whole, by its number, is in this part of it."""
        return number is not None and whole.atoms[number] in self.atoms

    def _groups(self, shown: set[str]) -> list[Pattern]:
        """Return the parts of the pattern that share no variable but those shown."""
        groups: list[tuple[set[str], list[Atom], list[Condition]]] = []
        items: list[tuple[set[str], list[Atom], list[Condition]]] = [
            *((_slots((atom,)), [atom], []) for atom in self.atoms),
            *((_slots((test[1:],)), [], [test]) for test in self.filters),
        ]
        for names, atoms, tests in items:
            if tests and names <= shown:
                continue
            for other in [group for group in groups if group[0] & names - shown]:
                groups.remove(other)
                names = names | other[0]
                atoms, tests = [*other[1], *atoms], [*other[2], *tests]
            groups.append((names, atoms, tests))
        return [Pattern(atoms=tuple(a), filters=tuple(t), bound=()) for _, a, t in groups]


class Rule(Value):
    """One axiom of an ontology as a rule: where `body` matches, `head` holds.

    `name` is the W3C's name of the rule that yields the conclusion, `uses` are those that the body
    draws on in the same step; `axiom` says the axiom in words and `source` holds the statements of
    the ontology that make it. `graph` is the IRI of the named graph that the rule writes; it stays
    the same as long as the axiom does.
    """

    __slots__ = ("name", "uses", "axiom", "source", "head", "body", "graph")

    name: str
    uses: tuple[str, ...]
    axiom: str
    source: tuple[Quad, ...]
    head: Atom
    body: Pattern
    graph: str

    @property
    def sparql(self) -> str:
        """The rule as a CONSTRUCT query over the union of all named graphs."""
        return f"CONSTRUCT {{ {atom_text(self.head)} }} WHERE {{ {self.body.asking(self.head)} }}"


def make_rule(
    name: str,
    axiom: str,
    head: Atom,
    body: Pattern,
    *,
    uses: Iterable[str] = (),
    source: Iterable[Quad] = (),
) -> Rule:
    """Return a rule with the IRI of its named graph.

    >>> a, b = NamedNode("https://example.org/#a"), NamedNode("https://example.org/#b")
    >>> body = pattern(("x", a, "y"))
    >>> rule = make_rule("prp-spo1", "a is a subproperty of b", ("x", b, "y"), body)
    >>> rule.graph.removeprefix(INFERRED)
    'prp-spo1-b-72189efd'
    >>> rule.sparql
    'CONSTRUCT { ?x <https://example.org/#b> ?y . } WHERE { ?x <https://example.org/#a> ?y . }'
    """
    meant = head[2] if head[1] == TYPE else head[1]
    local = compact(meant.value) if isinstance(meant, NamedNode) else "any"
    local = local[max(local.rfind(mark) for mark in ":/#") + 1 :]
    safe = "".join(mark for mark in local if mark.isascii() and (mark.isalnum() or mark in "-_"))
    # A blank node has another label on every reading, so only the words stand for it.
    stable = zlib.crc32(f"{axiom} {atom_text(head)} {body.text()}".encode())
    graph = f"{INFERRED}{name}-{safe or 'any'}-{stable:08x}"
    return Rule(
        name=name,
        uses=tuple(u for u in dict.fromkeys(uses) if u != name),
        axiom=axiom,
        source=tuple(source),
        head=head,
        body=body,
        graph=graph,
    )


def pattern(*atoms: Atom, filters: Iterable[Condition] = ()) -> Pattern:
    """Return the pattern of atoms and filters."""
    return Pattern(atoms=tuple(atoms), filters=tuple(filters), bound=())


def atom_text(atom: Atom) -> str:
    """Return a triple pattern as SPARQL.

    >>> atom_text(("x", TYPE, "c"))
    '?x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?c .'
    """
    return " ".join(map(slot_text, atom)) + " ."


def slot_text(slot: Slot) -> str:
    """Return a variable or a term as SPARQL."""
    return f"?{slot}" if isinstance(slot, str) else str(slot)


def condition_text(test: Condition) -> str:
    """Return a condition as SPARQL.

    >>> condition_text(("differ", "x", "y")), condition_text(("node", "x"))
    ('?x != ?y', '!isLiteral(?x)')
    """
    first, *others = map(slot_text, test[1:])
    listed = ", ".join(others)
    malformed = f"!COALESCE({listed}(STR({first})) = {first}, false)"
    return {
        "differ": f"{first} != {listed}",
        "iri": f"isIRI({first})",
        "node": f"!isLiteral({first})",
        "literal": f"isLiteral({first})",
        "among": f"{first} IN ({listed})",
        "datatype": f"isLiteral({first}) && DATATYPE({first}) IN ({listed})",
        "illformed": f"DATATYPE({first}) = {listed} && {malformed}",
        "unequal": f"isLiteral({first}) && isLiteral({listed}) && {first} != {listed}",
    }[str(test[0])]


def key_of(atom: Atom) -> Key:
    """Return what an atom is about: its property, and its class when that is known."""
    _, predicate, value = atom
    if isinstance(predicate, str):
        return (None, None)
    if predicate == TYPE and not isinstance(value, str):
        return (TYPE, value)
    return (predicate, None)


def meets(left: Key, right: Key) -> bool:
    """Tell whether statements of one kind can match an atom of the other.

    >>> c = NamedNode("https://example.org/#c")
    >>> meets((TYPE, c), (TYPE, None)), meets((TYPE, c), (TYPE, TYPE))
    (True, False)
    """
    if left[0] is None or right[0] is None:
        return True
    return left[0] == right[0] and (None in (left[1], right[1]) or left[1] == right[1])


def is_inferred(quad: Quad) -> bool:
    """Tell whether a statement stands in the named graph of a rule."""
    graph = quad.graph_name
    return isinstance(graph, NamedNode) and graph.value.startswith(INFERRED)


def _linked(atoms: Sequence[Atom], start: Atom | None) -> list[Atom]:
    """Return atoms in an order in which each shares a variable with one before it, if it can.

    The engine joins them as they stand when it knows nothing better.
    """
    left = list(atoms)
    order: list[Atom] = []
    while left:
        told = _slots(order)
        near = [atom for atom in left if atom == start or told & _slots((atom,))]
        if start in near:
            near = [atom for atom in near if atom == start]
        order.append((near or left)[0])
        left.remove(order[-1])
    return order


def _slots(atoms: Iterable[tuple[Slot, ...]]) -> set[str]:
    return {slot for atom in atoms for slot in atom if isinstance(slot, str)}


def _once(items: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))

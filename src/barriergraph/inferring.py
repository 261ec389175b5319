"""Deriving what follows in a SPARQL engine elsewhere, where the graph lives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count

from pyoxigraph import BlankNode, NamedNode, Quad, QuerySolutions, Store

from barriergraph.inference import NEW, Rule, is_recursive, rules, strata
from barriergraph.inference.rules import (
    OWL,
    RDF,
    RDFS,
    SAME,
    TYPE,
    atom_text,
    key_of,
    meets,
    slot_text,
)  # fmt: skip
from barriergraph.loading import name_blank_nodes
from barriergraph.namespaces import GRAPH, INFERRED
from barriergraph.remote import RemoteStore, Target, update

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.inference.rules import Atom, Key, Term

#: What an endpoint did with what it refuses.
NOTHING = "nothing was derived"

#: Where what was read of an ontology stands here.
_READ = NamedNode(f"{GRAPH}read")

#: Statements of OWL about individuals, of which there may be many; no rule is made from them.
_OF_INDIVIDUALS = frozenset((SAME, NamedNode(OWL + "differentFrom")))
_NO_AXIOM = frozenset(NamedNode(OWL + name) for name in ("NamedIndividual", "Ontology"))


def infer(
    where: Target,
    *,
    fresh: bool = False,
    timeout: float = 600,
    tell: Callable[[str], None] = lambda step: None,
) -> int:
    """Add every statement that follows from what an endpoint has, and return how many were new.

    The axioms are read from there, and each rule runs there as an update and writes to its own
    named graph, `…/graph/inferred/<rule>`, as it does here. Run again, it adds nothing, or what an
    interrupted run left out. With `fresh`, what was derived before is taken out first, for after a
    change that takes something away. Each update may take `timeout` seconds.

    Raises: EndpointError for an endpoint that cannot be reached or takes no updates.

    Source: SPARQL 1.1 Update, https://www.w3.org/TR/sparql11-update/; the rules are those of OWL 2
    RL, https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
    """
    there = _Engine(where, timeout)
    tell("reading the ontology")
    there.drop(NEW)  # what an interrupted run left
    if fresh:
        there.drop(INFERRED)
    before = there.derived()
    groups = strata(rules(there.ontology()))
    total = sum(map(len, groups))
    done = 0
    for group in groups:
        tell(f"deriving: {done} of {total} rules")
        there.run(group)
        done += len(group)
    return there.derived() - before


class _Engine:
    """An engine in which rules run, and what kinds of statements it has."""

    def __init__(self, where: Target, timeout: float) -> None:
        self._updates = where.at(where.update, timeout)
        self._store = RemoteStore(where.at(where.endpoint, timeout))
        self._look()

    def ontology(self) -> Store:
        """Return the statements that axioms may be made of, read in one answer.

        One, as a blank node has its name in one answer only.
        """
        chosen = [
            str(one)
            for one in sorted(self._predicates, key=str)
            if isinstance(one, NamedNode)
            and one not in _OF_INDIVIDUALS
            and one != TYPE
            and (one.value.startswith((OWL, RDFS)) or one.value in (RDF + "first", RDF + "rest"))
            and one.value not in (RDFS + "label", RDFS + "comment", RDFS + "isDefinedBy")
        ]
        kinds = [
            str(one)
            for one in sorted(self._classes, key=str)
            if isinstance(one, NamedNode) and one.value.startswith(OWL) and one not in _NO_AXIOM
        ]
        asserted = f'FILTER (!STRSTARTS(STR(?g), "{INFERRED}"))'
        found = self._store.query(
            "CONSTRUCT { ?s ?p ?o } WHERE { "
            f"{{ GRAPH ?g {{ ?s ?p ?o }} VALUES ?p {{ {' '.join(chosen)} }} {asserted} }} UNION "
            f"{{ GRAPH ?g {{ ?s ?p ?o }} VALUES (?p ?o) "
            f"{{ {' '.join(f'({TYPE} {kind})' for kind in kinds)} }} {asserted} }} UNION "
            f"{{ GRAPH ?g {{ ?s ?p ?o }} VALUES ?p {{ {TYPE} }} FILTER (isBlank(?o)) {asserted} }}"
            " }"
        )
        assert isinstance(found, list)
        store = Store()
        store.extend(Quad(one.subject, one.predicate, one.object, _READ) for one in found)
        name_blank_nodes(store)
        return store

    def run(self, group: Sequence[Rule]) -> None:
        """Run rules that draw on each other until none of them has anything new."""
        fresh = NamedNode(f"{NEW}0") if is_recursive(group) else None
        for rule in group:
            if all(self._any(key_of(atom)) for atom in rule.body.atoms):
                self._apply(rule, into=fresh)
        for number in count(1):
            if fresh is None:
                break
            kinds = self._kinds(fresh)
            if not kinds:
                break
            after = NamedNode(f"{NEW}{number}")
            for rule in group:
                for place, atom in enumerate(rule.body.atoms):
                    if any(meets(kind, key_of(atom)) for kind in kinds):
                        self._apply(rule, place=place, fresh=fresh, into=after)
            self._update(f"DROP SILENT GRAPH {fresh}")
            fresh = after
        if fresh is not None:
            self._update(f"DROP SILENT GRAPH {fresh}")
        self._note(group)

    def derived(self) -> int:
        """Return how many statements rules have written."""
        rows = self._store.query(
            "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } "
            f'FILTER (STRSTARTS(STR(?g), "{INFERRED}")) }}'
        )
        assert isinstance(rows, QuerySolutions)
        return int(next(rows)[0].value)

    def drop(self, start: str) -> None:
        """Take out the named graphs whose names start so."""
        for name in self._store.named_graphs():
            if name.value.startswith(start):
                self._update(f"DROP SILENT GRAPH {name}")

    def _apply(
        self, rule: Rule, *, place: int | None = None, fresh: NamedNode | None = None,
        into: NamedNode | None = None,
    ) -> None:  # fmt: skip
        """Let a rule write what it derives, and what is new of that into another graph, too."""
        names = [f"?{slot}" for slot in dict.fromkeys(rule.head) if isinstance(slot, str)]
        numbers = count()

        def spell(atom: Atom) -> str:
            # What is the default graph of an update differs by engine; named graphs do not.
            return f"GRAPH ?g{next(numbers)} {{ {atom_text(atom)} }}"

        where = rule.body.asking(rule.head, place, str(fresh), spell)
        head = " ".join(map(slot_text, rule.head))
        graphs = [rule.graph, *([into.value] if into is not None else [])]
        inserted = " ".join(f"GRAPH <{graph}> {{ {head} }}" for graph in graphs)
        self._update(
            f"INSERT {{ {inserted} }} WHERE {{ SELECT DISTINCT {' '.join(names) or '*'} "
            f"WHERE {{ {where} FILTER NOT EXISTS {{ {spell(rule.head)} }} }} }}"
        )

    def _any(self, key: Key) -> bool:
        """Tell whether some statement may be of a kind."""
        predicate, cls = key
        if predicate is None:
            return True
        return cls in self._classes if cls is not None else predicate in self._predicates

    def _note(self, group: Iterable[Rule]) -> None:
        """Remember of what kind the statements are that rules may have written."""
        keys = [key_of(rule.head) for rule in group]
        if (None, None) in keys or (TYPE, None) in keys:
            self._look()
        self._predicates.update(predicate for predicate, _ in keys if predicate is not None)
        self._classes.update(cls for _, cls in keys if cls is not None)

    def _look(self) -> None:
        """Look what kinds of statements there are."""
        self._predicates = set(self._column("DISTINCT ?p", "?s ?p ?o"))
        self._classes = set(self._column("DISTINCT ?o", f"?s {TYPE} ?o"))

    def _kinds(self, graph: NamedNode) -> list[Key]:
        """Return what kinds of statements are in a graph."""
        kinds: list[Key] = [
            (one, None) for one in self._column("DISTINCT ?p", "?s ?p ?o", str(graph))
        ]
        if (TYPE, None) in kinds:
            kinds.remove((TYPE, None))
            kinds += [
                (TYPE, one) for one in self._column("DISTINCT ?o", f"?s {TYPE} ?o", str(graph))
            ]
        return kinds

    def _column(self, asked: str, pattern: str, graph: str = "?g") -> Iterator[Term]:
        rows = self._store.query(f"SELECT {asked} {{ GRAPH {graph} {{ {pattern} }} }}")
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            term = row[0]
            if term is not None and not isinstance(term, BlankNode):
                yield term

    def _update(self, text: str) -> None:
        update(self._updates, text, NOTHING)

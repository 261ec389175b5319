"""Why a statement holds, for people and for programs: the derivation with files and lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from barriergraph.describe import short
from barriergraph.inference import Proof, by_head, nearest, rules, why
from barriergraph.namespaces import slug
from barriergraph.places import Place, Places
from barriergraph.rdf import named, to_bytes
from barriergraph.sources import Module
from barriergraph.terms import Terms
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Term: TypeAlias = NamedNode | BlankNode | Literal | Triple


class Explanation(Value):
    """Why a statement holds (`proof`), or that it does not (None) and what comes `near` it.

    `near` holds up to three statements that hold, the closest first; it is empty for a statement
    that holds itself. `places` tells where asserted statements stand.
    """

    __slots__ = ("statement", "proof", "near", "places")

    statement: Triple
    proof: Proof | None
    near: tuple[Triple, ...]
    places: Places

    @property
    def holds(self) -> bool:
        """Whether the statement is asserted or follows from what is."""
        return self.proof is not None

    def to_text(self) -> str:
        """Return the derivation as a tree, or that the statement does not hold."""
        if self.proof is not None:
            return "\n".join([*self._tree(self.proof, "", ""), ""])
        lines = [f"does not hold: {_told(self.statement)}"]
        if self.near:
            lines += ["", "the closest that hold:"]
            lines += [f"    {_told(statement)}" for statement in self.near]
        return "\n".join([*lines, ""])

    def to_dict(self) -> dict[str, object]:
        """Return the derivation as nested dictionaries of strings, numbers and lists.

        Each has `subject`, `predicate` and `object` as N-Triples writes them; a derived statement
        `rule`, `uses`, `axiom`, `axiomAt` and `premises`; an asserted one `assertedIn`, its named
        graphs with `file` and `line`. At the top stand `holds` and `near`.
        """
        found = _spelt(self.statement) if self.proof is None else self._dict(self.proof)
        return {"holds": self.holds, **found, "near": [_spelt(one) for one in self.near]}

    def to_turtle(self) -> bytes:
        """Return the derivation in Turtle, each statement reified and derived from its premises.

        Source: PROV-O, https://www.w3.org/TR/prov-o/#wasDerivedFrom
        """
        triples: list[Triple] = []
        names: dict[Proof, BlankNode] = {}
        if self.proof is not None:
            self._reify(self.proof, names, triples)
        return to_bytes(triples, "turtle")

    def _tree(self, proof: Proof, first: str, rest: str) -> Iterator[str]:
        told = _told(proof.statement)
        if proof.rule is None:
            places = " and ".join(str(one) for one in self._asserted(proof).values())
            yield f"{first}{told}  [{places}]"
            return
        yield f"{first}{told}"
        names = " with ".join(filter(None, (proof.rule.name, ", ".join(proof.rule.uses))))
        axiom = ", ".join(dict.fromkeys(str(place) for place in self._axiom(proof)))
        bar = "│ " if proof.premises else "  "
        yield f"{rest}{bar}by {names}: {proof.rule.axiom}{f'  [{axiom}]' if axiom else ''}"
        for number, premise in enumerate(proof.premises, 1):
            last = number == len(proof.premises)
            mark, below = ("└─ ", "   ") if last else ("├─ ", "│  ")
            yield from self._tree(premise, rest + mark, rest + below)

    def _asserted(self, proof: Proof) -> dict[str, Place | str]:
        s, p, o = proof.statement
        return {graph: self.places.of(graph, s, p, o) or graph for graph in proof.graphs}

    def _axiom(self, proof: Proof) -> list[Place]:
        source = () if proof.rule is None else proof.rule.source
        places = [self.places.of_quad(quad) for quad in source]
        lined = [place for place in places if place is not None and place.line is not None]
        return lined or [place for place in places if place is not None]

    def _dict(self, proof: Proof) -> dict[str, object]:
        found: dict[str, object] = {**_spelt(proof.statement)}
        if proof.rule is None:
            found["assertedIn"] = [
                {"graph": graph, **_place(place)} for graph, place in self._asserted(proof).items()
            ]
            return found
        found["rule"] = proof.rule.name
        found["uses"] = list(proof.rule.uses)
        found["axiom"] = proof.rule.axiom
        found["axiomAt"] = [_place(place) for place in self._axiom(proof)]
        found["premises"] = [self._dict(premise) for premise in proof.premises]
        return found

    def _reify(
        self, proof: Proof, names: dict[Proof, BlankNode], triples: list[Triple]
    ) -> BlankNode:
        if proof in names:
            return names[proof]
        node = names[proof] = BlankNode(f"s{len(names)}")

        def say(curie: str, value: Term) -> None:
            triples.append(Triple(node, named(curie), value))

        say("rdf:type", named("rdf:Statement"))
        say("rdf:subject", proof.statement.subject)
        say("rdf:predicate", proof.statement.predicate)
        say("rdf:object", proof.statement.object)
        for graph, place in self._asserted(proof).items():
            say("prov:hadPrimarySource", NamedNode(graph))
            say("rdfs:comment", Literal(f"asserted at {place}", language="en"))
        if proof.rule is not None:
            name, axiom = proof.rule.name, proof.rule.axiom
            say("rdfs:comment", Literal(f"by {name}: {axiom}", language="en"))
            say("prov:wasAttributedTo", NamedNode(proof.rule.graph))
        for premise in proof.premises:
            say("prov:wasDerivedFrom", self._reify(premise, names, triples))
        return node


class Explainer:
    """Explains statements of a closed store; its rules are compiled and its files read once."""

    def __init__(self, store: Store, terms: Terms, modules: Iterable[Module]) -> None:
        self._store = store
        self._terms = terms
        self._rules = by_head(rules(store))
        self._places = Places(modules)

    def why(
        self,
        subject: str | NamedNode,
        predicate: str | NamedNode,
        object: str | Literal | NamedNode,
    ) -> Explanation:
        """Return why a statement holds, the terms of it given by any of their names.

        Raises: NotFoundError for a term that the store does not have, QueryError for a name that
            several have.
        """
        start = self._terms.resolve(subject)
        link = named("rdf:type") if predicate == "a" else self._terms.resolve(predicate)
        end = object
        if not isinstance(end, Literal):
            end = _object(self._store, self._terms, start, link, end)
        return self.of(Triple(start, link, end))

    def of(self, statement: Triple) -> Explanation:
        """Return why a statement holds, given as it is."""
        start, link, end = statement
        assert isinstance(start, NamedNode)
        assert not isinstance(end, Triple)
        proof = why(self._store, start, link, end, among=self._rules)
        return Explanation(
            statement=statement,
            proof=proof,
            near=nearest(self._store, start, link, end) if proof is None else (),
            places=self._places,
        )


def _object(
    store: Store, terms: Terms, subject: NamedNode, predicate: NamedNode, text: str | NamedNode
) -> NamedNode | Literal:
    """Return the literal of that text that the subject has, or the term that the text names."""
    named: set[NamedNode] = set()
    for quad in store.quads_for_pattern(subject, predicate, None):
        if isinstance(quad.object, Literal) and text in (quad.object.value, str(quad.object)):
            return quad.object
        if isinstance(quad.object, NamedNode) and slug(quad.object.value) == text:
            named.add(quad.object)
    return named.pop() if len(named) == 1 else terms.resolve(text)


def _told(statement: Triple) -> str:
    return " ".join(short(term) for term in statement)


def _spelt(statement: Triple) -> dict[str, object]:
    s, p, o = statement
    return {"subject": str(s), "predicate": str(p), "object": str(o)}


def _place(place: Place | str) -> dict[str, object]:
    if isinstance(place, str):
        return {"file": None, "line": None}
    return {"file": place.file, "line": place.line}

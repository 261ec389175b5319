"""Statements that cannot all be true: as the rules see them, and as the reasoner HermiT does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import NamedNode, Store, Triple

from barriergraph.checking.faults import VIOLATION, Fault
from barriergraph.consistency import Consistency
from barriergraph.inference import Clash, by_head, clashes, rules, why
from barriergraph.namespaces import compact
from barriergraph.places import Place, Places

_IRI = re.compile(r"<([^<>\s]+)>")


def seen_by_rules(store: Store, places: Places, prefer: Mapping[str, int]) -> Iterator[Fault]:
    """Yield the clashes in a closed store, each with the asserted statements behind it."""
    found = clashes(store)
    known = by_head(rules(store) if found else ())
    told: set[frozenset[Triple]] = set()
    for clash in found:
        leaves: dict[Triple, list[str]] = {}
        for statement in clash.statements:
            subject, predicate, value = statement
            assert not isinstance(subject, Triple)
            proof = why(store, subject, predicate, value, among=known)
            for leaf in () if proof is None else proof.leaves():
                leaves[leaf.statement] = list(leaf.graphs)
        if frozenset(leaves) not in told:
            told.add(frozenset(leaves))
            yield _clash(clash, leaves, places, prefer)


def _clash(
    clash: Clash, leaves: Mapping[Triple, Sequence[str]], places: Places, prefer: Mapping[str, int]
) -> Fault:
    lines, spots = [], []
    for statement, graphs in leaves.items():
        graph = min(graphs, key=lambda name: (prefer.get(name, len(prefer)), name))
        s, p, o = statement
        place = places.of(graph, s, p, o)
        spots.append((prefer.get(graph, len(prefer)), str(place), place))
        lines.append(f"{_told(statement)} [{place or graph}]")
    place = min(spots, key=lambda spot: spot[:2])[2] if spots else None
    return _made(
        place, "clashes", clash.rule,
        f"These cannot all be true, because {clash.axiom}: {'; '.join(lines)}. "
        "Take one of them back.",
        focus=_iri(clash.statements[0].subject) if clash.statements else None,
    )  # fmt: skip


def seen_by_reasoner(found: Consistency, places: Places) -> Iterator[Fault]:
    """Yield what HermiT found: classes that can have no member, statements that clash."""
    for iri in found.unsatisfiable:
        place = places.anywhere(NamedNode(iri))
        yield _made(
            place, "consistency", "unsatisfiable",
            f"No individual can ever be a {compact(iri)}: its axioms contradict each other; "
            "take one of them back.",
            focus=iri,
        )  # fmt: skip
    if not found.consistent:
        told = "; ".join(f"{_told(q.triple)} [{places.of_quad(q) or q.graph_name}]"
                         for q in found.clash)  # fmt: skip
        first = found.clash[0] if found.clash else None
        yield _made(
            None if first is None else places.of_quad(first), "consistency", "inconsistent",
            f"These cannot all be true under the ontology: {told}. Take one of them back.",
            focus=None if first is None else _iri(first.subject),
        )  # fmt: skip


def refused(reason: str, places: Places) -> Fault:
    """Return that the reasoner refused the ontology, at the axiom that it names."""
    named, words = _IRI.findall(reason), reason.rstrip(".")
    place = next(filter(None, (places.anywhere(NamedNode(iri)) for iri in named)), None)
    return _made(
        place, "consistency", "outside-owl-dl",
        f"The ontology lies outside OWL 2 DL, where no reasoner can check it: {words}. "
        "Change the axiom that is named.",
        focus=named[0] if named else None,
    )  # fmt: skip


def _made(
    place: Place | None, step: str, duty: str, message: str, *, focus: str | None
) -> Fault:  # fmt: skip
    return Fault(
        severity=VIOLATION, step=step, duty=duty, file="" if place is None else place.file,
        path="" if place is None else place.path, line=None if place is None else place.line,
        column=None, focus=focus, predicate=None, value=None, message=message, hint=None,
    )  # fmt: skip


def _told(statement: Triple) -> str:
    return " ".join(
        compact(term.value) if isinstance(term, NamedNode) else str(term) for term in statement
    )


def _iri(term: object) -> str | None:
    return term.value if isinstance(term, NamedNode) else None

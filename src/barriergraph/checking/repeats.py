"""Statements that stand in two files: nothing is wrong with them, but they count twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Triple

from barriergraph.checking.faults import INFO, Fault
from barriergraph.checking.reading import Read, fault_at
from barriergraph.places import Places
from barriergraph.rdf import named

_TYPE = named("rdf:type")


def repeats(files: Sequence[Read], places: Places) -> Iterator[Fault]:
    """Yield each statement that stands in a file before as well, in the order of files.

    The engine meets it once for each named graph that has it, where the RDF merge of them has it
    once: SPARQL 1.1 Query, 13.1, leaves open what the default graph is made of.
    """
    first: dict[Triple, Read] = {}
    for one in files:
        for quad in one.quads:
            before = first.setdefault(quad.triple, one)
            twice_defined = quad.predicate == _TYPE and before.module is not one.module
            if before is one or twice_defined:  # the latter is a violation, which is told
                continue
            message = (
                f"{before.module.shown(before.file)} says this, too, so whoever counts statements "
                "counts it twice; leave one out."
            )
            yield fault_at(one, quad, places, INFO, "repeated", message)

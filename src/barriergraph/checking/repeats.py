"""Statements that stand in two files: nothing is wrong with them, but one is enough."""

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

    A graph has it once, in the named graph of the first: `loading.leave_out_repeats`.
    """
    first: dict[Triple, Read] = {}
    for one in files:
        for quad in one.quads:
            before = first.setdefault(quad.triple, one)
            twice_defined = quad.predicate == _TYPE and before.module is not one.module
            if before is one or twice_defined:  # the latter is a violation, which is told
                continue
            message = (
                f"{before.module.shown(before.file)} says this, too, and the graph has it from "
                "there; leave one out."
            )
            yield fault_at(one, quad, places, INFO, "repeated", message)

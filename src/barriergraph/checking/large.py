"""Checking a graph on disk: spellings and duties, in memory that does not grow with the graph."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from barriergraph import sources
from barriergraph.checking import reading
from barriergraph.checking.duties import broken, duties
from barriergraph.checking.faults import Fault, Outcome
from barriergraph.checking.spellings import misspellings
from barriergraph.errors import SourceError, SourceErrors
from barriergraph.files import stream
from barriergraph.ondisk.tables import verify
from barriergraph.opening import load
from barriergraph.places import Places
from barriergraph.sources import Module
from barriergraph.validation.spelling import doubtful

#: What only the check of the files themselves looks into.
LEFT_OUT = (
    "imports, the shapes' own faults, contradictions, stored queries and HermiT, as the graph is "
    "on disk; leave out --store for them"
)


def check_on_disk(
    modules: Sequence[Module],
    folders: Sequence[str],
    store: str,
    *,
    inferred: bool,
    tell: Callable[[str], None],
) -> Outcome:
    """Check what a folder holds of some modules, loaded into it first if it must be.

    `folders` are those of the modules but for what ships. The literals are checked as the files
    spell them, and so are duties.

    Raises: BarrierGraphError for a folder that holds something else or cannot be written;
        DamagedError for a database of which a byte is not as it was written.
    """
    count = sum(1 for one in modules for _ in sources.turtle_files(one))
    try:
        graph = load(*folders, store=store, tell=tell)
    except SourceError as error:
        wrong = error.errors if isinstance(error, SourceErrors) else (error,)
        return Outcome(
            faults=tuple(reading.fault_of(*_home(one, modules), one) for one in wrong),
            left_out=("all but the syntax, until it is mended", LEFT_OUT), told=(), files=count,
        )  # fmt: skip
    assert graph.database is not None
    verify(graph.database)
    places = Places(modules)
    prefer = {one.graph(file): 0 for one in modules for file in sources.turtle_files(one)}
    tell("reading how literals are spelled")
    doubt = doubtful(lambda: _literals(modules))
    faults = list(misspellings(doubt, places))
    tell("comparing with the duties")
    shapes = [reading.read(one, "shapes", file) for one in modules for file in one.files("shapes")]
    faults += [fault for one in shapes for fault in one.faults]
    held = graph.asserted
    if inferred or held is None:
        held = graph.store
    with tempfile.TemporaryDirectory(prefix="loading-", dir=store) as folder:
        ready = duties(
            held, shapes, (), spelled=doubt, linted=False, folder=os.path.join(folder, "spelled")
        )
        faults += [*ready.faults, *broken(ready.ready.validate(), held, places, prefer)]
        del ready
    return Outcome(
        faults=tuple(sorted(dict.fromkeys(faults), key=Fault.order)),
        left_out=(LEFT_OUT,),
        told=(f"{len(held)} statements checked",),
        files=count + len(shapes),
    )


def _home(error: SourceError, modules: Sequence[Module]) -> tuple[Module, str]:
    """Return the module and the name of a file that cannot be read."""
    path = os.fspath(error.path)
    return next(
        (one, file)
        for one in modules
        for file in sources.turtle_files(one)
        if one.locate(file) == path
    )


def _literals(modules: Sequence[Module]) -> Iterator[Quad]:
    """Yield the statements with a literal that the files have, as a parser reads them."""
    for one in modules:
        for file in sources.turtle_files(one):
            graph = NamedNode(one.graph(file))
            for subject, predicate, value, _ in stream(one.locate(file)):
                if isinstance(value, Literal):
                    yield Quad(subject, predicate, value, graph)

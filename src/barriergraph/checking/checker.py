"""The checks one after another, each on as much as the ones before could read."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, Quad, Store

from barriergraph import consistency, inference
from barriergraph.checking import contradictions, questions, reading
from barriergraph.checking.duties import Duties, broken, duties, imports
from barriergraph.checking.faults import VIOLATION, Fault, Outcome
from barriergraph.checking.modules import trespasses
from barriergraph.checking.reading import Read, make_fault, read
from barriergraph.checking.repeats import repeats
from barriergraph.checking.spellings import misspellings
from barriergraph.checking.vocabularies import unknown_names
from barriergraph.errors import BarrierGraphError, ReasonerMissingError
from barriergraph.places import Places
from barriergraph.queries import StoredQuery
from barriergraph.sources import LEFT_OUT, Module
from barriergraph.terms import Terms
from barriergraph.validation import prepare
from barriergraph.validation.neighbours import neighbours
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.stores import Prepared

#: What a step is called while it runs.
Progress = Callable[[str], None]

#: The duties of stored queries, and the prefixes that they are written with.
_CATALOGUE = ("shapes/catalogue.ttl", "shapes/shapes.ttl")


class _State(Value):
    """What a run leaves for the next: the files by path, what they assert, and what was found."""

    __slots__ = ("files", "store", "outcome", "ready")

    files: dict[str, Read]
    store: Store
    outcome: Outcome
    ready: Prepared | None


class Checker:
    """Checks the content of some modules: syntax, imports, shapes, duties, clashes, queries.

    Nothing is written and nothing is fetched. Faults are told of the `wanted` files and folders, or
    of all when that is None; a violation elsewhere is told too.
    """

    def __init__(
        self,
        modules: Sequence[Module],
        *,
        wanted: frozenset[str] | None = None,
        reasoner: bool = True,
        inferred: bool = False,
    ) -> None:
        self._modules = tuple(modules)
        self._wanted = wanted
        self._reasoner = reasoner
        self._inferred = inferred
        self._last: _State | None = None

    def run(self, progress: Progress = lambda step: None) -> Outcome:
        """Check everything and return what was found."""
        progress("reading")
        files = [read(module, *one) for module in self._modules for one in reading.turtle(module)]
        faults = [fault for one in files for fault in one.faults]
        for module in self._modules:
            faults += reading.not_read(module)
        told: list[str] = []
        left_out: list[str] = []
        content = [one for one in files if one.part != "shapes" and one.file != LEFT_OUT]
        store = Store()
        store.extend(quad for one in content for quad in one.quads)
        places = Places(self._modules)
        prefer = self._preference(content)
        faults += misspellings((quad for one in content for quad in one.quads), places)
        faults += unknown_names(files, places)
        faults += imports(files, reading.declared_ontologies(files))
        faults += trespasses(content, places)
        faults += repeats(content, places)
        progress("deriving")
        axioms = [quad for one in files if one.file == LEFT_OUT for quad in one.quads]
        whole = Store()
        whole.extend(quad for one in content for quad in one.quads)
        whole.extend(axioms)
        told.append(f"{inference.close(whole)} statements derived")
        clashes = list(contradictions.seen_by_rules(whole, places, prefer))
        faults += clashes
        progress("comparing with the duties")
        held = whole if self._inferred else store
        ready = self._duties(held, content, [one for one in files if one.part == "shapes"])
        faults += [*ready.faults, *broken(ready.ready.validate(), held, places, prefer)]
        progress("checking the stored queries")
        faults += self._queries(store, files)
        if not self._reasoner:
            left_out.append("HermiT, as asked")
        elif clashes:
            left_out.append("HermiT, until the clashes above are mended")
        else:
            progress("reasoning with HermiT")
            faults += self._reason(content, axioms, places, told, left_out)
        outcome = Outcome(
            faults=self._sorted(faults, files),
            left_out=tuple(left_out),
            told=tuple(told),
            files=len(files) + sum(len(module.files("queries")) for module in self._modules),
        )
        self._last = _State(
            files={one.path: one for one in files}, store=store, outcome=outcome, ready=None
        )
        return outcome

    def recheck(self, paths: Collection[str]) -> Outcome | None:
        """Check what a change of some data files can affect, after `run`, and return the outcome.

        Syntax and duties are looked at anew, for the nodes of the files and those one statement
        away; the rest is as the last run found it. None when something other than a known data
        file has changed or one is gone, or nothing was run: then `run` is needed.
        """
        last = self._last
        if last is None or not all(
            path in last.files and last.files[path].part == "data" and os.path.exists(path)
            for path in paths
        ):
            return None
        changed: dict[NamedNode, None] = {}
        fresh: list[Fault] = []
        places = Places(self._modules)
        for path in paths:
            old = last.files[path]
            new = last.files[path] = read(old.module, old.part, old.file)
            last.store.remove_graph(NamedNode(old.module.graph(old.file)))
            last.store.extend(new.quads)
            fresh += [
                *new.faults,
                *misspellings(new.quads, places),
                *unknown_names([new], places),
            ]
            for quad in (*old.quads, *new.quads):
                if isinstance(quad.subject, NamedNode):
                    changed[quad.subject] = None
        if last.ready is None:
            shapes = [q for one in last.files.values() if one.part == "shapes" for q in one.quads]
            last = self._last = _State(
                files=last.files, store=last.store, outcome=last.outcome,
                ready=prepare(last.store, shapes),
            )  # fmt: skip
        assert last.ready is not None
        focus = neighbours(last.store, changed)
        content = [one for one in last.files.values() if one.part == "data"]
        report = last.ready.validate(focus=focus)
        fresh += broken(report, last.store, places, self._preference(content))
        names = {getattr(node, "value", "") for node in focus}
        kept = [
            fault
            for fault in last.outcome.faults
            if not (fault.step == "duties" and fault.focus in names)
            and not (fault.step == "syntax" and fault.path in paths)
        ]
        return Outcome(
            faults=self._sorted([*kept, *fresh], content),
            left_out=("all but what the change can affect; that follows",),
            told=(f"{len(paths)} read again", f"{len(focus)} resources checked"),
            files=last.outcome.files,
        )

    def _sorted(self, faults: Iterable[Fault], files: Iterable[Read]) -> tuple[Fault, ...]:
        """Return the faults that are wanted, each once and in order.

        A file that could be read in part only is held to its duties when it can be read as a whole.
        """
        cut = {one.path for one in files if any(f.duty == "turtle" for f in one.faults)}
        found = {
            fault: None
            for fault in faults
            if self._is_wanted(fault) and not (fault.step == "duties" and fault.path in cut)
        }
        return tuple(sorted(found, key=Fault.order))

    def _is_wanted(self, fault: Fault) -> bool:
        return fault.severity == VIOLATION or self._is_read_for(fault.path)

    def _is_read_for(self, path: str) -> bool:
        if self._wanted is None:
            return True
        return any(path == one or path.startswith(one + os.sep) for one in self._wanted)

    def _preference(self, files: Sequence[Read]) -> dict[str, int]:
        """Return the asserted named graphs; those of the wanted files are to be named first."""
        return {
            one.module.graph(one.file): int(self._wanted is None or one.path not in self._wanted)
            for one in files
        }

    def _duties(self, store: Store, content: Sequence[Read], shapes: Sequence[Read]) -> Duties:
        read = [quad for one in content for quad in one.quads]
        linted = any(self._is_read_for(one.path) for one in shapes)
        return duties(store, shapes, read, spelled=read, linted=linted)

    def _queries(self, store: Store, files: Sequence[Read]) -> Iterator[Fault]:
        terms = Terms(store)
        known = questions.Known(quad for one in files for quad in one.quads)
        found: dict[str, StoredQuery] = {}
        homes: dict[str, tuple[Module, str]] = {}
        for module in self._modules:
            for file, query in questions.stored(module):
                if isinstance(query, Fault):
                    yield query
                    continue
                if query.name in found:
                    other, same = homes[query.name]
                    yield make_fault(
                        module, file, VIOLATION, "queries", "query-name-taken",
                        f"A query of this name stands in {other.shown(same)}, too; "
                        "give the file another name.",
                    )  # fmt: skip
                    continue
                found[query.name], homes[query.name] = query, (module, file)
                if self._is_read_for(module.locate(file)):
                    yield from questions.faults_of(module, file, query, terms, known)
        for name, one in found.items():
            module, file = homes[name]
            if self._is_read_for(module.locate(file)):
                yield from questions.astray(module, file, one, found)
        shapes = [quad for one in files if one.file in _CATALOGUE for quad in one.quads]
        if shapes and found:
            report = prepare(questions.described(found), shapes).validate()
            yield from questions.broken(report, homes)

    def _reason(
        self,
        content: Sequence[Read],
        axioms: Sequence[Quad],
        places: Places,
        told: list[str],
        left_out: list[str],
    ) -> Iterator[Fault]:
        ontology = [quad for one in content if one.part == "ontology" for quad in one.quads]
        statements = [quad for one in content if one.part == "data" for quad in one.quads]
        try:
            found = consistency.check([*ontology, *axioms], statements)
        except ReasonerMissingError as error:
            left_out.append(f"HermiT: {error}")
            return
        except BarrierGraphError as error:
            yield contradictions.refused(str(error).partition("refused the ontology: ")[2], places)
            return
        if found.consistent and not found.unsatisfiable:
            told.append("consistent, says HermiT")
        yield from contradictions.seen_by_reasoner(found, places)

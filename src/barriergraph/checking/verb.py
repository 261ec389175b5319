"""The verb `check`: once, or again whenever a file changes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence

from barriergraph import __version__
from barriergraph.checking import formats
from barriergraph.checking.checker import Checker
from barriergraph.checking.duties import broken
from barriergraph.checking.faults import WARNING, Fault, Outcome
from barriergraph.checking.targets import targets
from barriergraph.errors import BarrierGraphError
from barriergraph.namespaces import compact, rule_of
from barriergraph.opening import connect
from barriergraph.output import progress, watched, width, write
from barriergraph.places import Places
from barriergraph.remote import target
from barriergraph.remote.address import masked
from barriergraph.sources import stamps
from barriergraph.terms import shorten
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.report import Fetched

#: How often files are looked at, in seconds.
_PAUSE = 0.3

#: What is said of a duty that the engine elsewhere did not check.
_REFUSED = "unknown, as the engine does not answer:"

#: How much is told of what it said.
_LENGTH = 200


class Request(Value):
    """What is asked of `check`."""

    __slots__ = (
        "paths", "modules", "format", "strict", "reasoner", "inferred", "every", "watch",
        "endpoint", "store", "update", "user", "fetch",
    )  # fmt: skip

    paths: Sequence[str]
    modules: Sequence[str]
    format: str
    strict: bool
    reasoner: bool
    inferred: bool
    every: bool
    watch: bool
    endpoint: str | None
    store: str | None
    update: str | None
    user: str | None
    fetch: bool


def check(request: Request) -> int:
    """Write what is wrong with some content; return 0 if it is sound, 1 if not, 2 if not known.

    With `strict` a warning is wrong, too, and a check that had to be left out makes it 2.
    """
    if request.watch:
        return _watch(request)
    if request.store is not None:
        outcome = _on_disk(request, request.store)
    else:
        outcome = _run(_checker(request)) if request.endpoint is None else _elsewhere(request)
    _write(request, outcome)
    missing = any("HermiT: " in reason for reason in outcome.left_out)
    if not outcome.sound or (request.strict and outcome.counts[WARNING]):
        return 1
    unknown = any(reason.startswith(_REFUSED) for reason in outcome.left_out)
    return 2 if unknown or (request.strict and missing) else 0


def _checker(request: Request) -> Checker:
    found = targets(request.paths, request.modules)
    return Checker(
        found.modules, wanted=found.wanted, reasoner=request.reasoner, inferred=request.inferred
    )


def _run(checker: Checker) -> Outcome:
    with progress("checking") as tell:
        return checker.run(tell)


def _on_disk(request: Request, store: str) -> Outcome:
    from barriergraph.checking.large import check_on_disk

    found = targets((), request.modules)
    with progress("graph on disk") as tell:
        return check_on_disk(
            found.modules, request.modules, store, inferred=request.inferred, tell=tell
        )


def _elsewhere(request: Request) -> Outcome:
    """Hold what an endpoint has to the duties; its faults stand in named graphs, not in files."""
    assert request.endpoint is not None
    graph = connect(request.endpoint, *request.modules, fetch=request.fetch)
    where = None
    if request.update is not None:
        where = target(request.endpoint, update=request.update, user=request.user)
    with progress("checking the endpoint"):
        report = graph.validate(inferred=request.inferred, where=where)
        prefer = {name: 0 for name in graph.named_graphs() if rule_of(name) is None}
        faults = broken(report, graph.store, Places(()), prefer)
    refused = sorted(
        f"{_REFUSED} {compact(getattr(one.shape, 'value', ''))}: {shorten(one.reason, _LENGTH)}"
        for one in report.refused
    )
    return Outcome(
        faults=tuple(sorted(dict.fromkeys(faults), key=Fault.order)),
        left_out=("all but the duties, as the files are elsewhere", *refused),
        told=(
            f"{len(prefer)} named graphs checked at {masked(request.endpoint)}",
            *_told_of_fetched(report.fetched, request.fetch),
        ),
        files=0,
    )


def _told_of_fetched(fetched: Sequence[Fetched], every: bool) -> Iterator[str]:
    names = sorted({compact(getattr(one.shape, "value", "")) for one in fetched})
    if names:
        most = max(one.statements for one in fetched)
        why = "" if every else f", as the engine answers them wrongly: {', '.join(names)}"
        number = "1 duty was" if len(names) == 1 else f"{len(names)} duties were"
        yield f"{number} checked here, from up to {most:,} statements fetched from there{why}"


def _write(request: Request, outcome: Outcome) -> None:
    if request.format == "sarif":
        write(formats.to_sarif(outcome, __version__))
    elif request.format in formats.FORMATS:
        write(formats.FORMATS[request.format](outcome))
    else:
        colour = watched() and not os.environ.get("NO_COLOR")
        write(formats.to_text(outcome, colour=colour, every=request.every, width=width()))


def _watch(request: Request) -> int:
    """Check again whenever a file changes, until interrupted: what is near at once, then all."""
    watch = _Watch(request)
    while True:
        try:
            watch.look()
        except (BarrierGraphError, FileNotFoundError):
            # An editor that saves by renaming leaves no file for a moment, in the midst of a look.
            if watch.told is None:
                raise
            time.sleep(_PAUSE)


class _Watch:
    """What was seen of the files, and what was found when they were checked last."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._seen: dict[str, object] = {}
        self._checker: Checker | None = None
        self.told: Outcome | None = None

    def look(self) -> None:
        """Check what has changed since the last look, or wait a moment."""
        request = self._request
        now = dict(stamps(targets(request.paths, request.modules).modules))
        changed = {
            path for path in now.keys() | self._seen.keys() if now.get(path) != self._seen.get(path)
        }
        if not changed:
            time.sleep(_PAUSE)
            return
        start = time.perf_counter()
        near = self._checker.recheck(changed) if self._checker is not None else None
        if near is not None:
            _show(request, near, start)
            self.told = near
        checker = _checker(request)
        outcome = _run(checker)
        if self.told is None or near is None or outcome.faults != self.told.faults:
            _show(request, outcome, start)
        self._seen, self._checker, self.told = now, checker, outcome
        print("all checked; waiting for a change (Ctrl-C ends)", file=sys.stderr, flush=True)


def _show(request: Request, outcome: Outcome, start: float) -> None:
    if watched():
        write("\x1b[2J\x1b[H")
    _write(request, outcome)
    print(f"after {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)

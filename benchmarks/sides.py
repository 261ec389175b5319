"""One side of a measurement, in a process of its own, so that it can be stopped and weighed.

`python -m benchmarks.sides SIDE FOLDER REPEATS` measures a module, with what `ours` leaves there
for the peers: all its statements as N-Triples and, with what follows from them, as N-Quads. Each
thing that is done is a line of JSON with its name, the seconds, the megabytes, and what was found.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import RdfFormat, serialize

from benchmarks.measure import Seconds, peak, reset_peak, timed

READY = "ready"
#: Of larger graphs nothing is left for the peers, of which none loads so many.
MOST_FOR_PEERS = 2_000_000
#: So many seconds has a query of ours, its repeats included.
QUERY_LIMIT = 20
STATEMENTS, INFERRED, FOCUS = "statements.nt", "inferred.nq", "focus.txt"


class Done(NamedTuple):
    """What was measured: the seconds of each run, the most megabytes, and what was found."""

    seconds: list[float]
    memory: float
    found: str

    @property
    def median(self) -> Seconds:
        return Seconds(self.seconds)


def side(
    name: str, folder: Path, repeats: int, limit: float, *, start: float = 600
) -> tuple[dict[str, Done], bool]:
    """Measure a side in a new process, and return what it did and whether it came to its end.

    It has `start` seconds to get ready and `limit` seconds more. What it did before it was stopped
    counts. Raises: RuntimeError when it fails, with the last line that it said.
    """
    words = [sys.executable, "-m", "benchmarks.sides", name, str(folder), str(repeats)]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        process.kill()

    errors: list[str] = []
    reader = threading.Thread(target=lambda: errors.extend(process.stderr or ()), daemon=True)
    reader.start()
    clock = threading.Timer(start, stop)
    clock.start()
    done: dict[str, Done] = {}
    try:
        for line in process.stdout:
            told = json.loads(line)
            if told["name"] == READY:
                clock.cancel()
                clock = threading.Timer(limit, stop)
                clock.start()
            else:
                done[told["name"]] = Done(told["seconds"], told["memory"], told["found"])
        code = process.wait()
    finally:
        clock.cancel()
        process.kill()
        reader.join()
        process.stdout.close()
        process.stderr.close()
    if code and not stopped.is_set():
        last = errors[-1].strip() if errors else f"it ended with {code}"
        raise RuntimeError(f"{name}: {last}")
    return done, not stopped.is_set()


def tell(name: str, seconds: Iterable[float] = (), found: object = "") -> None:
    said = {"name": name, "seconds": list(seconds), "memory": peak(), "found": str(found)}
    print(json.dumps(said), flush=True)


def run(
    name: str,
    repeats: int,
    work: Callable[[], Any],
    found: Callable[[Any], object] = lambda _: "",
) -> None:
    """Do a work so many times, and tell the seconds so far, the memory and what was found.

    Where it is done more than once, the first does not count, unless no other comes to its end.
    """
    reset_peak()
    held: list[Any] = []

    def once() -> None:
        held.clear()
        held.append(work())

    first = timed(once)
    tell(name, [first], found(held[0]))
    seconds: list[float] = []
    for _ in range(repeats if repeats > 1 else 0):
        seconds.append(timed(once))
        tell(name, seconds, found(held[0]))


def digest(found: Iterable[tuple[str, ...]]) -> str:
    """Return a number of results and what they are, in few characters."""
    rows = sorted(found)
    return f"{len(rows)} {hashlib.sha256(repr(rows).encode()).hexdigest()[:12]}"


def ours(folder: Path, repeats: int) -> None:
    """Load, check, infer and ask; and leave the statements for the peers."""
    os.environ["BARRIERGRAPH_CACHE"] = ""  # the files are to be read each time, as peers do
    import barriergraph
    from barriergraph.inference import close
    from barriergraph.validation import prepare
    from benchmarks.checks import focus_node, of_report, shapes

    held: list[barriergraph.KnowledgeGraph] = []

    def load() -> int:
        held.clear()  # one at a time, as the memory is measured too
        held.append(barriergraph.load(folder, base=False, infer=False))
        return len(held[0].store)

    texts = asked()
    tell(READY)
    run("load", repeats, load, str)
    for name, core in (("check-core", True), ("check", False)):
        run(
            name, repeats, lambda c=core: prepare(held[0].store, shapes(c)).validate(),  # type: ignore[misc]
            lambda report: digest(of_report(report)),
        )  # fmt: skip
    node = focus_node(folder)
    prepared = [prepare(held[0].store, shapes(False))]
    prepared[0].validate(focus=node)
    run(
        "focus", 4 * repeats + 1, lambda: prepared[0].validate(focus=node),
        lambda report: digest(of_report(report)),
    )  # fmt: skip
    prepared.clear()
    small = len(held[0].store) < MOST_FOR_PEERS
    if small:
        statements = (quad.triple for quad in held[0].store)
        serialize(statements, folder / STATEMENTS, RdfFormat.N_TRIPLES)
    seconds = []
    for again in range(repeats):
        if again:
            load()
        reset_peak()
        seconds.append(timed(lambda: close(held[0].store)))
    tell("infer", seconds, len(held[0].store))
    if small:
        held[0].snapshot(folder / INFERRED)
        for name, text in texts.items():
            ask(name, partial(held[0].query, text), repeats)


def ask(name: str, query: Callable[[], Any], repeats: int) -> None:
    """Ask a query in a copy of this process, which the system ends when its time is over.

    The engine cannot be stopped otherwise, and one slow query is not to hide those after it.
    """
    sys.stdout.flush()
    copy = os.fork()
    if copy:
        os.waitpid(copy, 0)
        return
    signal.alarm(QUERY_LIMIT)
    run(f"query {name}", repeats, query, lambda table: len(table.rows))
    os._exit(0)


def asked() -> dict[str, str]:
    """Return what `run` sends for each stored query when no parameter is given."""
    import barriergraph

    graph = barriergraph.load()
    return {name: graph.bind(name) for name in sorted(graph.queries)}


def stored() -> dict[str, str]:
    """Return the text of each stored query that ships."""
    import barriergraph

    return {name: query.text for name, query in sorted(barriergraph.load().queries.items())}


def rdflib_load(folder: Path, repeats: int) -> None:
    import rdflib

    paths = sorted((folder / "data").glob("*.ttl"))

    def load() -> None:
        dataset = rdflib.Dataset(default_union=True)
        for path in paths:
            dataset.graph(path.as_uri()).parse(path, format="turtle")

    tell(READY)
    run("load", repeats, load)


def rdflib_queries(folder: Path, repeats: int) -> None:
    """Ask every stored query once, and then again, as often as time allows."""
    import rdflib

    texts = stored()
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(folder / INFERRED, format="nquads")
    tell(READY)
    seconds: dict[str, list[float]] = {name: [] for name in texts}
    for _ in range(repeats):
        for name, text in texts.items():
            rows: list[object] = []
            took = timed(lambda t=text, r=rows: r.extend(dataset.query(t)))  # type: ignore[misc]
            seconds[name].append(took)
            tell(f"query {name}", seconds[name], len(rows))


def pyshacl(which: str) -> Callable[[Path, int], None]:
    def measure(folder: Path, repeats: int) -> None:
        import rdflib

        from benchmarks.checks import of_pyshacl, run_pyshacl, shapes, to_rdflib

        logging.getLogger("pyshacl").setLevel(logging.CRITICAL)
        data = rdflib.Graph().parse(folder / STATEMENTS, format="nt")
        shape_graph = to_rdflib(shapes(which == "check-core"))
        node = (folder / FOCUS).read_text()
        more: dict[str, object] = {"focus_nodes": [node]} if which == "focus" else {}
        tell(READY)
        run(
            which, repeats, lambda: run_pyshacl(data, shape_graph, **more),
            lambda report: digest(of_pyshacl(report)),
        )  # fmt: skip

    return measure


def pyrudof(folder: Path, repeats: int) -> None:
    import pyrudof

    from benchmarks.checks import shapes

    session = pyrudof.Rudof(pyrudof.RudofConfig())
    session.read_data(str(folder / STATEMENTS), format=pyrudof.RDFFormat.NTriples)
    text = serialize(shapes(True), format=RdfFormat.N_TRIPLES).decode()
    session.read_shacl(text, format=pyrudof.ShaclFormat.NTriples)
    tell(READY)
    run("check-core", repeats, session.validate_shacl, len)


def owlrl(folder: Path, repeats: int) -> None:
    import owlrl
    import rdflib

    data = rdflib.Graph().parse(folder / STATEMENTS, format="nt")
    tell(READY)
    run("infer", 1, lambda: owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(data))


SIDES: dict[str, Callable[[Path, int], None]] = {
    "ours": ours,
    "rdflib-load": rdflib_load,
    "rdflib-queries": rdflib_queries,
    "pyshacl-core": pyshacl("check-core"),
    "pyshacl-all": pyshacl("check"),
    "pyshacl-focus": pyshacl("focus"),
    "pyrudof": pyrudof,
    "owlrl": owlrl,
}


def main() -> int:
    name, folder, repeats = sys.argv[1:]
    warnings.simplefilter("ignore")
    SIDES[name](Path(folder), int(repeats))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Answers over HTTP: our server, that of Oxigraph and rdflib-endpoint, asked by wrk in one run."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import quote

import barriergraph
from benchmarks.measure import Options, Row

#: wrk asks a question that differs each time, so that nobody can answer from a cache.
SCRIPT = """
local n = 0
request = function()
  n = n + 1
  local q = "SELECT ?p ?o WHERE { <%s> ?p ?o } LIMIT " .. (n %% 1000 + 1)
  q = q:gsub("([^%%w])", function(c) return string.format("%%%%%%02X", string.byte(c)) end)
  return wrk.format("GET", "%s?query=" .. q, {Accept="application/sparql-results+json"})
end
"""
SUBJECT = "https://w3id.org/barriergraph/id/barrier/fear-of-sharing"
STORED = "key-findings"
CLIENTS = 16


def serving(options: Options) -> list[Row]:
    """Measure requests that differ, and one that is asked again and again; seconds a request."""
    missing = [name for name in ("wrk", "oxigraph") if tool(name) is None]
    if missing:
        print(f"serving is not measured: {' and '.join(missing)} not found", file=sys.stderr)
        return []
    seconds = 2 if options.quick else 8
    graph = barriergraph.load()
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "graph.nq"
        graph.snapshot(snapshot)
        script = Path(folder) / "ask.lua"

        def rate(address: str, path: str, repeated: str | None = None) -> float:
            script.write_text(SCRIPT % (SUBJECT, path))
            words = ["-t1", f"-c{CLIENTS}", f"-d{seconds}s"]
            words += [address + repeated] if repeated else ["-s", str(script), address]
            done = subprocess.run(
                [str(tool("wrk")), *words, "-H", "Accept: application/sparql-results+json"],
                capture_output=True, encoding="utf-8", check=True,
            )  # fmt: skip
            assert "Non-2xx" not in done.stdout, done.stdout
            return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])  # type: ignore[index]

        bound = f"/query?query={quote(graph.bind(STORED))}"
        with ours() as address:
            mine = rate(address, "/sparql")
            again = rate(address, "", f"/queries/{STORED}/results.json")
            steady = beside(address, rate, folder, seconds, options.quick)
        with oxigraph(snapshot, folder) as address:
            theirs = rate(address, "/query")
            asked = rate(address, "", bound)
        title = f"small SELECTs that differ, {CLIENTS} clients"
        rows = [
            *steady,
            Row(title, "`oxigraph serve`", 1 / mine, 1 / theirs, "at least 0.3", 0.3),
            Row(
                f"`{STORED}` over HTTP, {CLIENTS} clients", "`oxigraph serve`, the same query",
                1 / again, 1 / asked, "at least 1", 1,
            ),
        ]  # fmt: skip
        if tool("rdflib-endpoint") is None:
            print("rdflib-endpoint is not measured: not found", file=sys.stderr)
            return rows
        with rdflib_endpoint(snapshot) as address:
            peer = rate(address, "/")
        return [*rows, Row(title, "rdflib-endpoint", 1 / mine, 1 / peer, "at least 4", 4)]


#: Touches every finding.
GROUPS = """
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
SELECT ?kind (COUNT(?finding) AS ?n) { ?finding bg:kind ?kind } GROUP BY ?kind
"""
#: Pairs everything with everything, and so never ends.
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def beside(
    address: str, rate: Callable[..., float], folder: str, seconds: int, quick: bool
) -> list[Row]:
    """Measure how slow the slowest of a hundred is beside a runaway query, and what memory grows.

    On two cores the runaway takes one of them until its deadline.
    """
    words = [
        str(tool("wrk")),
        "-t1",
        "-c4",
        f"-d{seconds}s",
        "--latency",
        "-s",
        f"{folder}/ask.lua",
    ]

    def slowest() -> float:
        done = subprocess.run([*words, address], capture_output=True, encoding="utf-8", check=True)
        found = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
        assert found is not None, done.stdout
        amount, unit = found.groups()
        return float(amount) * {"us": 1e-6, "ms": 1e-3, "s": 1.0}[unit]

    rate(address, "/sparql")
    workers = _workers(address)
    alone = slowest()
    runaway = threading.Thread(target=_ask, args=(address, RUNAWAY))
    runaway.start()
    time.sleep(0.5)
    disturbed = slowest()
    runaway.join()
    rows = [Row("slowest of a hundred SELECTs, 4 clients, beside a runaway query",
                "the same without it", disturbed, alone, "at least 1/2", 0.5)]  # fmt: skip
    if not quick:
        while _workers(address) < workers:  # the one that ran away is replaced
            time.sleep(0.1)
        before, asked = memory(address), 0.0
        while asked < 100_000:
            asked += rate(address, "/sparql") * seconds
        title = f"memory of the server after {asked:,.0f} requests more, MB"
        after = memory(address)
        rows.append(Row(title, "before them", after / 1e3, before / 1e3, "flat", 0.9))
    return rows


def shared(module: Path, store: Path, size: int) -> Row:
    """Measure the memory of a server over one database, with four workers and with one.

    Each worker has answered a question that touches every finding by then.
    """
    used = []
    for workers in (4, 1):
        with (
            ours("--module", str(module), "--store", str(store), "--workers", str(workers))
            as address, ThreadPoolExecutor(8) as clients,
        ):  # fmt: skip
            list(clients.map(partial(_ask, address), [f"{GROUPS} #{n}" for n in range(40)]))
            used.append(memory(address) / 1e3)
    return Row(
        f"memory of a server with 4 workers over {size:,} on disk", "with 1 worker", *used,
        "at least 1/2", 1 / 2, unit="MB",
    )  # fmt: skip


def _ask(address: str, query: str) -> None:
    with contextlib.suppress(OSError):
        urllib.request.urlopen(f"{address}/sparql?query={quote(query)}", timeout=60).read()


def _workers(address: str) -> int:
    with urllib.request.urlopen(f"{address}/health", timeout=60) as answer:
        return int(json.load(answer)["workers"])


def memory(address: str) -> float:
    """Return the megabytes that the server at an address and its workers hold.

    What several of them hold together is counted once: it is shared out among them (PSS).
    """
    port = address.rpartition(":")[2]
    found = subprocess.run(["pgrep", "-f", f"barriergraph serve .*--port {port}"],
                           capture_output=True, encoding="utf-8", check=True)  # fmt: skip
    server = found.stdout.split()[0]
    children = subprocess.run(["pgrep", "-P", server], capture_output=True, encoding="utf-8")
    total = 0
    for pid in [server, *children.stdout.split()]:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
    return total / 1000


def tool(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))


@contextlib.contextmanager
def running(words: Callable[[int], list[str]]) -> Iterator[str]:
    """Run a server on a free port, and give its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        words(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/", timeout=5).close()
                break
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def ours(*more: str) -> Iterator[str]:
    words = [sys.executable, "-m", "barriergraph", "serve", "--quiet", *more, "--port"]
    with running(lambda port: [*words, str(port)]) as address:
        yield address


@contextlib.contextmanager
def oxigraph(snapshot: Path, folder: str) -> Iterator[str]:
    program, place = str(tool("oxigraph")), f"{folder}/store"
    load = [program, "load", "--location", place, "--file", str(snapshot)]
    subprocess.run(load, check=True, capture_output=True)
    words = [program, "serve-read-only", "--location", place, "--union-default-graph", "--bind"]
    with running(lambda port: [*words, f"127.0.0.1:{port}"]) as address:
        yield address


@contextlib.contextmanager
def rdflib_endpoint(snapshot: Path) -> Iterator[str]:
    words = [str(tool("rdflib-endpoint")), "serve", "--host", "127.0.0.1", str(snapshot), "--port"]
    with running(lambda port: [*words, str(port)]) as address:
        yield address

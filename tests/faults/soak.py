"""A server under mixed load for minutes: `python -m tests.faults.soak --minutes 5`.

Clients ask stored queries and ad-hoc ones without a pause; beside them are runaway queries (half of
the time), malformed requests, clients that read slowly or leave, and one that kills workers. What
is seen is printed; the exit code is 1 when something fell short, which is told.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import httpx

STORED = ["key-findings", "counts", "evidence-by-year", "evidence-map", "findings-about"]
AD_HOC = "SELECT ?s ?l {{ ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }} LIMIT {}"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?i) }"
LONG = "SELECT * { ?a ?b ?c } LIMIT 20000"
GARBAGE = [
    b"\x16\x03\x01" + bytes(200),
    b"GET\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /sparql?query=SELECT HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
]

#: For so many seconds a runaway query runs beside the others, and then none for as long.
PHASE = 5.0


class Server:
    """The verb `serve` in a process of its own, and what the system says of it."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = ["serve", "--port", str(self.port), "--workers", "2", "--timeout", "2", "--quiet"]
        # A pipe that nobody reads would stop the server once it is full.
        self.log = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "barriergraph", *words], stderr=self.log
        )
        self.address = f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                if self.health() == (200, 2):
                    return
            time.sleep(0.1)
        raise SystemExit("the server does not come up")

    def health(self) -> tuple[int, int]:
        """Return the status of /health and how many workers it tells."""
        found = httpx.get(f"{self.address}/health", timeout=30)
        return found.status_code, found.json()["workers"]

    def workers(self) -> list[int]:
        """Return the numbers of the processes below."""
        found = []
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            found += [int(pid) for pid in (task / "children").read_text().split()]
        return found

    def memory(self) -> float:
        """Return the memory of all processes in MB, what they share counted once."""
        total = 0
        for pid in [self.process.pid, *self.workers()]:
            with contextlib.suppress(OSError):  # it may just have ended
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    total += int(line.split()[1]) if line.startswith("Pss:") else 0
        return total / 1024

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


class Load:
    """Clients in threads until `stop`; what they saw in `statuses` and `seconds`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.stop = threading.Event()
        self.runaway = threading.Event()
        self.statuses: dict[str, Counter[str]] = defaultdict(Counter)
        self.seconds: dict[tuple[str, bool], list[float]] = defaultdict(list)
        self.killed = 0
        self.seen: set[int] = set()
        clients = [self.stored, self.stored, self.ad_hoc, self.ad_hoc, self.run_away,
                   self.garbage, self.slow, self.kill]  # fmt: skip
        self.threads = [threading.Thread(target=self.guarded, args=(one,)) for one in clients]

    def guarded(self, client: Callable[[], None]) -> None:
        try:
            client()
        except Exception as error:
            self.statuses["clients"][f"{client.__name__}: {error!r}"] += 1

    def ask(self, client: httpx.Client, kind: str, path: str) -> None:
        beside, start = self.runaway.is_set(), time.perf_counter()
        try:
            status = str(client.get(path).status_code)
        except httpx.TransportError as error:
            status = type(error).__name__
        self.statuses[kind][status] += 1
        self.seconds[kind, beside].append(time.perf_counter() - start)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.server.address, timeout=60)

    def stored(self) -> None:
        chance = random.Random(1)
        with self.client() as client:
            while not self.stop.is_set():
                self.ask(client, "stored", f"/queries/{chance.choice(STORED)}/results.csv")

    def ad_hoc(self) -> None:
        chance = random.Random(2)
        with self.client() as client:
            while not self.stop.is_set():
                query = quote(AD_HOC.format(chance.randrange(1, 500)))
                self.ask(client, "ad hoc", f"/sparql?query={query}&format=csv")

    def run_away(self) -> None:
        with self.client() as client:
            while not self.stop.is_set():
                ends = time.monotonic() + PHASE
                self.runaway.set()
                while time.monotonic() < ends and not self.stop.is_set():
                    self.ask(client, "runaway", f"/sparql?query={quote(RUNAWAY)}")
                self.runaway.clear()
                self.stop.wait(PHASE)

    def raw(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=30)

    def garbage(self) -> None:
        while not self.stop.wait(0.05):
            for data in GARBAGE:
                with self.raw() as client, contextlib.suppress(OSError):
                    client.sendall(data)
                    client.shutdown(socket.SHUT_WR)
                    line = client.recv(65536).partition(b"\r\n")[0]
                    self.statuses["garbage"][line[9:12].decode() or "closed"] += 1

    def slow(self) -> None:
        request = f"GET /sparql?query={quote(LONG)} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n\r\n"
        while not self.stop.is_set():
            with self.raw() as client, contextlib.suppress(OSError):
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.sendall(request.encode())
                for _ in range(20):  # and then it leaves in the middle
                    self.stop.wait(0.05)
                    client.recv(512)
                self.statuses["slow"]["left"] += 1

    def kill(self) -> None:
        while not self.stop.wait(7):
            found = self.server.workers()
            self.seen |= set(found)
            if found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(found[0], signal.SIGKILL)
                    self.killed += 1


def soak(minutes: float) -> tuple[list[str], list[str]]:
    """Return what is seen in so many minutes, and what fell short."""
    server = Server()
    try:
        server.wait()
        for name in STORED:
            httpx.get(f"{server.address}/queries/{name}/results.csv", timeout=60)
        time.sleep(1)
        before, load, memory = server.descriptors(), Load(server), []
        start = time.monotonic()
        for thread in load.threads:
            thread.start()
        most = before
        while time.monotonic() - start < 60 * minutes and server.process.poll() is None:
            memory.append((time.monotonic() - start, server.memory()))
            most = max(most, server.descriptors())
            load.seen |= set(server.workers())
            time.sleep(1)
        load.stop.set()
        for thread in load.threads:
            thread.join(timeout=60)
        took = time.monotonic() - start
        server.wait()
        for _ in range(400):  # connections are closed by both sides, and that takes a moment
            if server.descriptors() <= before:
                break
            time.sleep(0.05)
        after, alive = server.descriptors(), server.process.poll() is None
        told = _told(load, took, memory)
        told.append(f"descriptors: {before} before, {most} at most, {after} after")
        short = _short(load, memory)
        if not alive:
            short.append("the server has ended")
        if after > before:
            short.append(f"{after - before} descriptors are left open")
    finally:
        server.process.send_signal(signal.SIGTERM)
        try:
            server.process.wait(timeout=60)
        finally:
            server.process.kill()
            server.log.seek(0)
            log = server.log.read().decode()
            server.log.close()
    short += [f"the server said: {line}" for line in log.splitlines()[1:]]
    return told, short


def _told(load: Load, took: float, memory: list[tuple[float, float]]) -> list[str]:
    count = sum(sum(found.values()) for found in load.statuses.values())
    told = [f"{count:,} requests in {took:.0f} s, {count / took:.0f} a second"]
    for kind, found in sorted(load.statuses.items()):
        told.append(f"{kind}: " + ", ".join(f"{n:,} times {one}" for one, n in found.most_common()))
    for (kind, beside), seconds in sorted(load.seconds.items()):
        if kind != "runaway" and len(seconds) > 1:
            cuts = [1000 * cut for cut in statistics.quantiles(seconds, n=100)]
            told.append(
                f"{kind}, {'a runaway query beside' if beside else 'none beside'}: "
                f"p50 {cuts[49]:.1f}, p95 {cuts[94]:.1f}, p99 {cuts[98]:.1f} ms"
            )
    half = memory[len(memory) // 2 :]
    told.append(
        f"memory (PSS of all processes): {memory[0][1]:.0f} MB at the start, "
        f"{half[0][1]:.0f} in the middle, {memory[-1][1]:.0f} at the end, "
        f"{60 * _slope(half):+.1f} MB a minute in the second half"
    )
    told.append(f"workers: {load.killed} killed by us, {len(load.seen)} seen in all")
    return told


def _short(load: Load, memory: list[tuple[float, float]]) -> list[str]:
    """Return what must not have been seen."""
    allowed = {"stored": {"200"}, "ad hoc": {"200", "413"}, "runaway": {"504", "413"},
               "garbage": {"400", "415", "closed"}, "slow": {"left"}}  # fmt: skip
    short = [
        f"{kind}: {number} times {one}"
        for kind, found in load.statuses.items()
        for one, number in found.items()
        if one not in allowed.get(kind, ())
    ]
    lost = load.statuses["ad hoc"]["413"] + load.statuses["runaway"]["413"]
    if lost > load.killed:
        short.append(f"{lost} queries were lost with {load.killed} workers killed")
    kinds = ("stored", "ad hoc", "runaway", "garbage", "slow")
    short += [f"{kind}: none was asked" for kind in kinds if not load.statuses[kind]]
    third = [one for _, one in memory[: max(1, len(memory) // 3)]]
    if memory[-1][1] > 1.5 * max(third) + 100:
        short.append(f"memory grew from {max(third):.0f} to {memory[-1][1]:.0f} MB")
    return short


def _slope(points: list[tuple[float, float]]) -> float:
    if len(points) < 2:
        return 0.0
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    told, short = soak(parser.parse_args().minutes)
    print("\n".join([*told, *(f"FELL SHORT: {line}" for line in short)]))
    return 1 if short else 0


if __name__ == "__main__":
    raise SystemExit(main())

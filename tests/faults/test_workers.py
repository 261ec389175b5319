"""Workers that die, cannot start or are fed what is broken: told as it is, and mended by itself."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from barriergraph import KnowledgeGraph

Running = Callable[..., AbstractContextManager[Any]]

LAMP = "<https://example.org/lamp> <https://example.org/number> {} .\n"
NUMBER = "SELECT ?n { <https://example.org/lamp> <https://example.org/number> ?n }"


def kill(pool: Any) -> list[int]:
    """Kill all workers of a pool at once; return their numbers."""
    killed = [worker.process.pid for worker in pool._all]
    for pid in killed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return killed


def within(seconds: float, seen: Callable[[], bool]) -> bool:
    """Tell whether something is seen in time, which is longer than it takes on any machine."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with contextlib.suppress(httpx.TransportError):
            if seen():
                return True
        time.sleep(0.05)
    return False


def test_workers_killed_between_queries_cost_no_answer(
    running: Running, small: KnowledgeGraph, tmp_path: Path
) -> None:
    with running(small, tmp_path, seconds=30) as server:
        for _ in range(3):
            killed = kill(server.service.pool)
            assert len(killed) == 2

            assert [server.ask("ASK {}").status_code for _ in range(6)] == [200] * 6
            assert within(60, lambda: server.get("/health").json()["workers"] == 2)
            assert not set(killed) & {one.process.pid for one in server.service.pool._all}


def test_workers_that_cannot_start_are_told_until_they_can(
    running: Running, small: KnowledgeGraph, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with running(small, tmp_path, seconds=30) as server:
        assert server.get("/health").json()["status"] == "ok"
        snapshot, away = tmp_path / "graph.nq", tmp_path / "away.nq"
        snapshot.rename(away)
        kill(server.service.pool)

        refused = server.ask("ASK {}")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.json()["detail"] == "no worker can be started; try again"
        health = server.get("/health")
        assert (health.status_code, health.json()["workers"]) == (503, 0)
        assert server.get("/queries").status_code == 200

        away.rename(snapshot)
        assert within(60, lambda: server.get("/health").json().get("workers") == 2)
        assert server.ask("ASK {}").status_code == 200
    assert capfd.readouterr().err.count("a worker cannot be started") == 1


def serving(port: int, *words: str, before: str = "") -> subprocess.Popen[str]:
    """Start the verb in a process of its own, after some lines of Python."""
    code = f"{before}\nimport sys, barriergraph.cli\nsys.exit(barriergraph.cli.main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--port", str(port), "--workers", "1", *words],
        stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline().startswith("serving on ")
    address = f"http://127.0.0.1:{port}/health"
    assert within(60, lambda: httpx.get(address, timeout=20).status_code == 200)
    return process


@pytest.fixture
def ended() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are killed at the end, whatever happens."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


#: What a module's file may look like while it is written, each with what is told of it.
HALVES = {
    "data/a.ttl": b"<https://example.org/lamp> <https://exam",
    "queries/lamp.rq": b"# title: L",
    "module.ttl": b"@prefix ",
}


@pytest.mark.usefixtures("slow")
def test_content_that_is_half_written_is_not_served_and_what_comes_next_is(
    port: int, tmp_path: Path, ended: list[subprocess.Popen[str]]
) -> None:
    data = tmp_path / "mine" / "data" / "a.ttl"
    data.parent.mkdir(parents=True)
    (tmp_path / "mine" / "queries").mkdir()
    data.write_text(LAMP.format(0))
    ended.append(serving(port, "--reload", "--quiet", "--module", str(tmp_path / "mine")))
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)

    def number() -> str:
        asked = {"query": NUMBER, "format": "csv"}
        return client.get("/sparql", params=asked).text.splitlines()[-1].strip('"')

    for count, (name, half) in enumerate(HALVES.items(), 1):
        path = tmp_path / "mine" / name
        path.write_bytes(half)
        time.sleep(1.2)  # longer than the pause between two looks
        assert number() == str(count - 1)
        if name != "data/a.ttl":
            path.unlink()
        data.write_text(LAMP.format(count))
        assert within(60, lambda count=count: number() == str(count)), name  # type: ignore[misc]
    client.close()
    process = ended[0]
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert "Traceback" not in told
    assert told.count("what was served before is served on") == len(HALVES)


STALLED = {
    "nothing": b"",
    "half a header": b"GET /health HTTP/1.1\r\nHost: a\r\nAcc",
    "a request, then half a header": b"GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /he",
    "half a body": b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n"
                   b"Content-Type: application/sparql-query\r\n\r\nASK",
}  # fmt: skip


@pytest.mark.usefixtures("slow")
def test_who_stalls_is_not_waited_for_for_ever(
    port: int, ended: list[subprocess.Popen[str]]
) -> None:
    patience = "import barriergraph.web.patience as p; p.PATIENCE = 0.5"
    ended.append(serving(port, "--quiet", before=patience))
    received = {}
    for name, start in STALLED.items():
        with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
            client.sendall(start)
            received[name] = b""
            while piece := client.recv(65536):
                received[name] += piece

    begins = {name: [line.split()[1] for line in found.split(b"\r\n") if line[:5] == b"HTTP/"]
              for name, found in received.items()}  # fmt: skip
    assert begins == {
        "nothing": [], "half a header": [], "a request, then half a header": [b"200"],
        "half a body": [b"408"],
    }  # fmt: skip

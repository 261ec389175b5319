"""Clients that are slow, go away or send half: others are answered, and nothing is left open."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from barriergraph import KnowledgeGraph

Running = Callable[..., AbstractContextManager[Any]]

ASK = "ASK { ?finding a <https://w3id.org/barriergraph/ontology#Finding> }"
MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"

#: What a client sends before it stops, or goes away.
HALVES = {
    "nothing": b"",
    "half a line": b"GET /spar",
    "half a header": b"GET /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nAcc",
    "half a body": b"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n"
                   b"Content-Type: application/sparql-query\r\n\r\nSELECT",
    "half a chunk": b"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
                    b"Content-Type: application/sparql-query\r\n\r\n50\r\nSELECT",
}  # fmt: skip

#: What is no request at all, each with what may come back: an answer that says so, or nothing.
GARBAGE = {
    "bytes": bytes(range(256)) * 4,
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
    "a negative length": b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                   b"Content-Length: 50\r\n\r\nASK{}",
    "a huge header": b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 2_000_000 + b"\r\n\r\n",
    "a good one, then garbage": b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n\x00\xff\r\n\r\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def server(
    running: Running, small: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    with running(small, tmp_path_factory.mktemp("server"), answer=2**24) as found:
        yield found


def connected(server: Any) -> socket.socket:
    place = urlsplit(server.address)
    return socket.create_connection((place.hostname, place.port), timeout=20)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("half", HALVES)
def test_who_sends_half_keeps_nobody_waiting(server: Any, half: str) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(connected(server)).sendall(HALVES[half])

        assert server.ask(ASK).json()["boolean"] is True
        assert server.get("/health").status_code == 200


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="this system has no /proc")
@pytest.mark.parametrize("half", HALVES)
def test_who_goes_away_leaves_nothing_open(server: Any, half: str) -> None:
    server.ask(ASK)
    before = descriptors()
    for _ in range(50):
        with connected(server) as client:
            client.sendall(HALVES[half])
    server.ask(ASK)

    for _ in range(200):
        if descriptors() <= before:
            break
        time.sleep(0.05)
    assert descriptors() <= before


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_refused_and_the_next_is_served(server: Any, name: str) -> None:
    received = b""
    with connected(server) as client, contextlib.suppress(ConnectionError):
        client.sendall(GARBAGE[name])
        client.shutdown(socket.SHUT_WR)
        while piece := client.recv(65536):
            received += piece

    statuses = [
        int(line.split()[1]) for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")
    ]
    assert all(one == 200 or 400 <= one < 500 for one in statuses), received[:300]
    assert server.ask(ASK).json()["boolean"] is True


def test_who_reads_slowly_or_not_at_all_keeps_nobody_waiting(server: Any) -> None:
    request = f"GET /sparql?query={quote(MANY)} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n\r\n"
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(connected(server)) for _ in range(20)]
        for reader in readers:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.sendall(request.encode())
        time.sleep(0.5)

        for _ in range(20):
            assert server.ask(ASK).json()["boolean"] is True


def test_who_goes_away_in_mid_answer_costs_nobody_else(server: Any) -> None:
    request = f"GET /sparql?query={quote(MANY)} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n\r\n"
    for _ in range(20):
        with connected(server) as client:
            client.sendall(request.encode())
            assert client.recv(100).startswith(b"HTTP/1.1 200")

    answer = server.ask(MANY, "text/csv")
    assert (answer.status_code, len(answer.text.splitlines())) == (200, 20_001)


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no limit of descriptors")
@pytest.mark.usefixtures("slow")
def test_a_server_without_descriptors_serves_again_when_there_are_some(
    port: int, tmp_path: Path
) -> None:
    log = open(tmp_path / "log", "wb")  # noqa: SIM115
    process = subprocess.Popen(
        [sys.executable, "-m", "barriergraph", "serve", "--port", str(port), "--workers", "1"],
        stdout=log, stderr=log,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(400):
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{address}/health", timeout=10).status_code == 200:
                    break
            time.sleep(0.05)
        with contextlib.ExitStack() as stack:
            for _ in range(100):
                client = stack.enter_context(socket.socket())
                client.settimeout(5)
                with contextlib.suppress(OSError):
                    client.connect(("127.0.0.1", port))
            time.sleep(1)
            assert process.poll() is None
        answers = []
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                answers.append(httpx.get(f"{address}/health", timeout=5).status_code)
                break
            time.sleep(0.1)
        assert answers == [200]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.wait()
        log.close()
    assert b"MemoryError" not in (tmp_path / "log").read_bytes()

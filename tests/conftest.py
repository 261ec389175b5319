from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn

from barriergraph import KnowledgeGraph, load
from barriergraph.web.app import application
from barriergraph.web.hosting import Host, Service
from barriergraph.web.pool import Limits

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "fixtures" / "small"


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's cache out of the tests, and the tests out of it; processes started too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BARRIERGRAPH_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def real() -> KnowledgeGraph:
    """The shipped graph: use it for facts of the content and for what users see."""
    return load()


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The invented graph of lighthouse keepers under our ontology and queries.

    Use it where a whole answer is worked out by hand.
    """
    folder = tmp_path_factory.mktemp("small")
    for part in ("ontology", "queries"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copytree(SMALL / "data", folder / "data")
    return load(folder, base=False)


class Server:
    """A running server: its address, and the service behind it."""

    def __init__(self, service: Service, address: str) -> None:
        self.service = service
        self.address = address
        self.client = httpx.Client(base_url=address, timeout=60)

    def get(self, path: str, accept: str | None = None, **headers: str) -> httpx.Response:
        given = {**headers, **({"Accept": accept} if accept else {})}
        return self.client.get(path, headers=given)

    def ask(self, query: str, accept: str | None = None, **more: str) -> httpx.Response:
        return self.get(f"/sparql?{urlencode({'query': query, **more})}", accept)


@contextlib.contextmanager
def _running(graph: KnowledgeGraph, folder: Path, **limits: float) -> Iterator[Server]:
    snapshot = graph.database or str(folder / "graph.nq")
    if graph.database is None:
        graph.snapshot(snapshot)
    usual = {"seconds": 1.0, "memory": 2**30, "answer": 2**18, "workers": 2, "waiting": 64}
    service = Service(graph, snapshot, Limits(**{**usual, **limits}))
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            application(Host(service)), log_level="warning", access_log=False, server_header=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        found = Server(service, f"http://127.0.0.1:{bound.getsockname()[1]}")
        try:
            yield found
        finally:
            found.client.close()
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def running() -> Callable[..., contextlib.AbstractContextManager[Server]]:
    """What runs a server of a graph in this process, with limits that suit the test."""
    return _running


@pytest.fixture(scope="session")
def command() -> Callable[..., tuple[int, str, str]]:
    """What runs the command in a process of its own: exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "barriergraph", *words],
            capture_output=True, encoding="utf-8", check=False, timeout=300,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def failing() -> Iterator[Callable[..., tuple[str, list[str]]]]:
    """Starts an endpoint that gives these answers, one after another, and lists what it is sent."""
    servers: list[ThreadingHTTPServer] = []

    def start(
        *answers: tuple[int, dict[str, str], bytes], delay: float = 0, sees: str = ""
    ) -> tuple[str, list[str]]:
        left, asked = list(answers), []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                line = f"{self.command} {self.path} {self.rfile.read(length).decode()}"
                asked.append(str(self.headers.get(sees)) if sees else line)
                time.sleep(delay)
                status, headers, body = left.pop(0) if len(left) > 1 else left[0]
                self.server_version = headers.get("X-Server", "test")
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(BrokenPipeError):
                    self.wfile.write(body)

            do_POST = do_PUT = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/sparql", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def talking() -> Iterator[Callable[..., str]]:
    """Starts what answers anything with these bytes, piece by piece, and closes the connection."""
    listeners: list[socket.socket] = []

    def start(pieces: list[bytes], pause: float = 0) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, contextlib.suppress(OSError):
                        connection.recv(65536)
                        for piece in pieces:
                            connection.sendall(piece)
                            time.sleep(pause)

        threading.Thread(target=answer, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"

    yield start
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture
def port() -> int:
    """A port of the loopback that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])

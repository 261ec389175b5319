"""The verb `serve`: the application behind uvicorn, on this machine only unless told otherwise."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Sequence

from barriergraph import sources
from barriergraph.errors import BarrierGraphError
from barriergraph.graph import KnowledgeGraph
from barriergraph.opening import load
from barriergraph.values import Value
from barriergraph.web.app import application
from barriergraph.web.hosting import Host, Service
from barriergraph.web.patience import patient
from barriergraph.web.pool import Limits


class Settings(Value):
    """What `serve` is told."""

    __slots__ = (
        "modules",
        "host",
        "port",
        "timeout",
        "workers",
        "memory",
        "quiet",
        "infer",
        "reload",
        "store",
    )

    modules: Sequence[str]
    host: str
    port: int
    timeout: float
    workers: int
    memory: int
    quiet: bool
    infer: bool
    reload: bool
    store: str | None

    def load(self) -> KnowledgeGraph:
        """Return the graph that is served."""
        return load(*self.modules, infer=self.infer, store=self.store)


def serve(settings: Settings) -> None:
    """Serve the graph until interrupted; what was asked before that is answered.

    Raises: BarrierGraphError for a port that is taken; as `load`.
    """
    import uvicorn

    bound = _bind(settings.host, settings.port)
    graph = settings.load()
    limits = Limits(
        seconds=settings.timeout, memory=settings.memory * 2**20, answer=256 * 2**20,
        workers=settings.workers, waiting=max(64, 32 * settings.workers),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="barriergraph-") as folder:
        renewal = _Renewal(settings, folder, limits)
        host = Host(renewal.service(graph), renewal.renew if settings.reload else None)
        app = application(host, log=None if settings.quiet else _log)
        config = uvicorn.Config(
            app, access_log=False, server_header=False, lifespan="on",
            log_level="error" if settings.quiet else "warning",  # it warns of all that is no HTTP
            http=patient(),
            timeout_graceful_shutdown=int(settings.timeout) + 5,
        )  # fmt: skip
        host, port = bound.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        print(f"serving on http://{shown}:{port}/ (Ctrl-C ends)", file=sys.stderr, flush=True)
        uvicorn.Server(config).run(sockets=[bound])


class _Renewal:
    """Loads the content again when a file of it has changed."""

    def __init__(self, settings: Settings, folder: str, limits: Limits) -> None:
        self._settings = settings
        self._folder = folder
        self._limits = limits
        self._count = 0
        self._seen = self._stamps() if settings.reload else {}

    def service(self, graph: KnowledgeGraph) -> Service:
        """Return the service of a graph, with a snapshot of it for the workers."""
        self._count += 1
        snapshot = os.path.join(self._folder, f"graph-{self._count}.nq")
        if graph.database is not None:
            from barriergraph.ondisk.tables import guard, verify

            verify(graph.database)
            guard(graph.database)
            return Service(graph, graph.database, self._limits)
        graph.snapshot(snapshot)
        return Service(graph, snapshot, self._limits)

    def renew(self) -> Service | None:
        """Return the service of the content that has changed; None if it has not, or is broken."""
        now = self._stamps()
        if now == self._seen:
            return None
        self._seen = now
        try:
            graph = self._settings.load()
        except BarrierGraphError as error:
            for line in str(error).splitlines():
                print(f"barriergraph: {line}", file=sys.stderr)
            print("barriergraph: what was served before is served on", file=sys.stderr, flush=True)
            return None
        print("serving what has changed", file=sys.stderr, flush=True)
        return self.service(graph)

    def _stamps(self) -> dict[str, object]:
        return dict(sources.stamps(sources.modules(self._settings.modules)))


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _bind(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BarrierGraphError(
            f"cannot serve on {host}:{port}: {reason}; choose another with --port"
        ) from None
    bound.set_inheritable(False)
    return bound

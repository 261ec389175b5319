"""The verb `serve`: the application behind uvicorn, on this machine only unless told otherwise."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Sequence

from barriergraph.errors import BarrierGraphError
from barriergraph.graph import load
from barriergraph.values import Value
from barriergraph.web.app import Service, application
from barriergraph.web.pool import Limits


class Settings(Value):
    """What `serve` is told."""

    __slots__ = ("modules", "host", "port", "timeout", "workers", "memory", "quiet", "infer")

    modules: Sequence[str]
    host: str
    port: int
    timeout: float
    workers: int
    memory: int
    quiet: bool
    infer: bool


def serve(settings: Settings) -> None:
    """Serve the graph until interrupted; what was asked before that is answered.

    Raises: BarrierGraphError for a port that is taken; as `load`.
    """
    import uvicorn

    bound = _bind(settings.host, settings.port)
    graph = load(*settings.modules, infer=settings.infer)
    limits = Limits(
        seconds=settings.timeout, memory=settings.memory * 2**20, answer=256 * 2**20,
        workers=settings.workers, waiting=max(64, 32 * settings.workers),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="barriergraph-") as folder:
        snapshot = os.path.join(folder, "graph.nq")
        graph.snapshot(snapshot)
        log = None if settings.quiet else _log
        app = application(Service(graph, snapshot, limits), log=log)
        config = uvicorn.Config(
            app, access_log=False, log_level="warning", server_header=False, lifespan="on",
            timeout_graceful_shutdown=int(settings.timeout) + 5,
        )  # fmt: skip
        host, port = bound.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        print(f"serving on http://{shown}:{port}/ (Ctrl-C ends)", file=sys.stderr, flush=True)
        uvicorn.Server(config).run(sockets=[bound])


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

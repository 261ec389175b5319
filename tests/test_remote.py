"""The same questions asked of an endpoint elsewhere, and what is told when it fails."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from barriergraph import EndpointError, ForbiddenError, KnowledgeGraph, QueryError, connect
from barriergraph.graph import load

Command = Callable[..., tuple[int, str, str]]

ROOT = Path(__file__).parent.parent
FAULTY = ROOT / "tests" / "fixtures" / "faulty"
ASK = b'{"head":{},"boolean":true}'
JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def address(
    small: KnowledgeGraph, running: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A SPARQL endpoint with the lighthouse keepers' graph: our own."""
    with running(small, tmp_path_factory.mktemp("remote"), seconds=10, answer=2**26) as server:
        yield f"{server.address}/sparql"


Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def failing() -> Iterator[Callable[..., tuple[str, list[str]]]]:
    """Starts an endpoint that gives these answers, one after another, and lists what it is sent."""
    servers: list[ThreadingHTTPServer] = []

    def start(*answers: Answer, delay: float = 0) -> tuple[str, list[str]]:
        left, asked = list(answers), []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                asked.append(f"{self.command} {self.path} {self.rfile.read(length).decode()}")
                time.sleep(delay)
                status, headers, body = left.pop(0) if len(left) > 1 else left[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(BrokenPipeError):
                    self.wfile.write(body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/sparql", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_every_stored_query_gives_the_rows_of_the_embedded_engine(
    address: str, small: KnowledgeGraph
) -> None:
    remote = connect(address)

    assert [remote.run(name).rows for name in small.queries] == [
        small.run(name).rows for name in small.queries
    ]


def test_what_is_said_of_a_term_is_found_there(address: str, small: KnowledgeGraph) -> None:
    remote = connect(address)
    barrier = small.instances("bg:Barrier")[0]

    there, here = remote.describe(barrier), small.describe(barrier)
    assert {(s.subject, s.predicate, s.object, s.graph) for s in there.statements} == {
        (s.subject, s.predicate, s.object, s.graph) for s in here.statements
    }
    assert remote.label(barrier) == small.label(barrier)
    assert remote.instances("bg:Barrier") == small.instances("bg:Barrier")
    assert remote.named_graphs() == small.named_graphs()


def test_any_query_is_asked_there_and_guarded_here(address: str, small: KnowledgeGraph) -> None:
    remote = connect(address)
    graph = next(iter(small.files))
    construct = "CONSTRUCT { ?a a ?b } WHERE { ?a a ?b FILTER(isIRI(?a)) }"

    assert remote.query("ASK { ?a ?b ?c }") is True
    assert remote.query(construct) == small.query(construct)
    count = f"SELECT (COUNT(*) AS ?n) FROM <{graph}> {{ ?a ?b ?c }}"
    assert remote.query(count).rows == small.query(count).rows  # type: ignore[union-attr]
    long = "ASK { VALUES ?x { " + '"long" ' * 2000 + "} }"
    assert remote.query(long) is True
    with pytest.raises(ForbiddenError):
        remote.query("SELECT * { SERVICE <http://localhost:9/> { ?a ?b ?c } }")
    with pytest.raises(ForbiddenError):
        remote.query("ASK FROM <file:///etc/passwd> { ?a ?b ?c }")


def test_the_sources_behind_a_remote_answer_are_found(address: str, small: KnowledgeGraph) -> None:
    remote = connect(address)

    there, here = remote.run("findings-about"), small.run("findings-about")
    assert there.references().to_csl_json() == here.references().to_csl_json()


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        ((404, {}, b"<html>no</html>"), EndpointError, r"it answers 404"),
        ((500, {}, b"kaput"), EndpointError, r"it answers 500 Internal Server Error: kaput$"),
        ((400, {}, b'{"detail": "line 1: no"}'), QueryError, r"400 Bad Request: line 1: no"),
        ((401, {}, b""), EndpointError, r"it answers 401"),
        ((504, {}, b'{"detail": "too slow"}'), EndpointError, r"it answers 504 .*: too slow$"),
        ((200, {"Content-Type": "text/html"}, b"<html>"), EndpointError,
         r"it answers with text/html, so it is no SPARQL endpoint"),
        ((200, {"Content-Type": JSON}, ASK[:-3]), EndpointError, r"breaks off or is no SPARQL"),
        ((200, {"Content-Type": JSON}, b"garbage"), EndpointError, r"breaks off or is no SPARQL"),
    ],
)  # fmt: skip
def test_an_endpoint_that_fails_is_told_as_it_is(
    failing: Callable[..., tuple[str, list[str]]], answer: Answer, kind: type, message: str
) -> None:
    url, _ = failing(answer)

    with pytest.raises(kind, match=message) as caught:
        connect(url).query("ASK {}")
    assert url in str(caught.value)


def test_a_busy_endpoint_is_asked_again(failing: Callable[..., tuple[str, list[str]]]) -> None:
    busy: Answer = (503, {"Retry-After": "0"}, b"")
    url, asked = failing(busy, (429, {"Retry-After": "0"}, b""), (200, {"Content-Type": JSON}, ASK))

    assert connect(url).query("ASK {}") is True
    assert len(asked) == 3

    url, asked = failing(busy)
    with pytest.raises(EndpointError, match="it answers 503 Service Unavailable"):
        connect(url).query("ASK {}")
    assert len(asked) == 4


def test_an_endpoint_that_hangs_or_is_not_there_is_told(
    failing: Callable[..., tuple[str, list[str]]],
) -> None:
    url, _ = failing((200, {"Content-Type": JSON}, ASK), delay=3)

    with pytest.raises(EndpointError, match="no answer within 1 seconds"):
        connect(url, timeout=1).query("ASK {}")
    with pytest.raises(EndpointError, match="it cannot be reached"):
        connect("http://127.0.0.1:9/sparql").query("ASK {}")
    with pytest.raises(EndpointError, match="it cannot be reached"):
        connect("nonsense").query("ASK {}")


def test_nothing_but_the_query_and_accept_is_sent(
    failing: Callable[..., tuple[str, list[str]]],
) -> None:
    url, asked = failing((200, {"Content-Type": JSON}, ASK))

    assert connect(url).query("ASK {}") is True
    assert [line.strip() for line in asked] == ["GET /sparql?query=ASK+%7B%7D"]
    assert connect(f"{url}?key=1").query("ASK {}") is True
    assert "key=1" in asked[-1]
    assert "query=ASK" in asked[-1]


def test_what_cannot_be_done_elsewhere_is_refused(address: str) -> None:
    remote = connect(address)

    with pytest.raises(QueryError, match="cannot be explained; load"):
        remote.why("fog", "a", "bg:Barrier")
    with pytest.raises(QueryError, match="cannot be given to a reasoner; load"):
        remote.check_consistency()


def test_the_verbs_ask_the_endpoint(address: str, small: KnowledgeGraph, command: Command) -> None:
    code, out, err = command("run", "counts", "by=kind", "--endpoint", address)
    assert (code, err) == (0, "")
    assert out == small.run("counts", by="kind").to_csv().replace("\r\n", "\n")

    code, out, err = command("show", "fog", "--endpoint", address, "--format", "json")
    assert code in (0, 2)
    assert command("run", "counts", "--endpoint", "http://127.0.0.1:9/")[0] == 2


@pytest.mark.parametrize("infer", [False, True])
def test_what_an_endpoint_holds_is_checked_there(
    running: Any, tmp_path: Path, infer: bool, command: Command
) -> None:
    (tmp_path / "mine" / "data").mkdir(parents=True)
    text = (FAULTY / "data" / "good.ttl").read_text()
    broken = text.replace("kind:barrier", "kind:barier").replace("bg:locator", "bg:locatr")
    (tmp_path / "mine" / "data" / "broken.ttl").write_text(broken)
    for part in ("ontology", "shapes"):
        shutil.copytree(ROOT / part, tmp_path / "mine" / part)
    graph = load(tmp_path / "mine", base=False, infer=infer)

    def faults(found: KnowledgeGraph) -> set[tuple[str, ...]]:
        results = found.validate().results
        return {(str(r.focus_node), str(r.path), str(r.value), str(r.shape)) for r in results}

    with running(graph, tmp_path, seconds=20, answer=2**26) as server:
        assert faults(connect(f"{server.address}/sparql")) == faults(graph)
        code, out, err = command("check", "--endpoint", f"{server.address}/sparql")

    assert (code, err) == (1, "")
    assert "(bgs:FindingShape-kind)\n" in out
    assert "https://example.org/faulty/finding  kind:barier" in out

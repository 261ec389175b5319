"""The same questions asked of an endpoint elsewhere, and what is told when it fails."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from barriergraph import (
    EndpointError,
    EngineWarning,
    ForbiddenError,
    KnowledgeGraph,
    QueryError,
    connect,
)
from barriergraph.cli import main
from barriergraph.opening import load
from barriergraph.remote import RemoteStore
from barriergraph.remote.slots import without_open_slots
from barriergraph.remote.virtuoso import WRONG, WRONG_CHECKS
from barriergraph.sparql import slots
from barriergraph.tokens import tokens

Command = Callable[..., tuple[int, str, str]]

ROOT = Path(__file__).parent.parent
FAULTY = ROOT / "tests" / "fixtures" / "faulty"
ASK = b'{"head":{},"boolean":true}'
ROWS = b'{"head":{"vars":["a"]},"results":{"bindings":[]}}'
JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def address(
    small: KnowledgeGraph, running: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A SPARQL endpoint with the lighthouse keepers' graph: our own."""
    with running(small, tmp_path_factory.mktemp("remote"), seconds=10, answer=2**26) as server:
        yield f"{server.address}/sparql"


Answer = tuple[int, dict[str, str], bytes]


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
        ((200, {"Content-Type": JSON}, ROWS), EndpointError, r"its answer is none to ASK$"),
        ((200, {"Content-Type": JSON, "Content-Length": "99"}, ASK), EndpointError,
         r"its answer breaks off after 26 bytes$"),
        ((302, {}, b""), EndpointError, r"it answers 302 Found$"),
        ((302, {"Location": "/sparql?query=ASK+%7B%7D"}, b""), EndpointError,
         r"it answers 302 .* infinite loop"),
        ((206, {"Content-Type": JSON}, ASK), EndpointError, r"a part of its answer only; ask for"),
        ((200, {"Content-Type": JSON, "X-SPARQL-MaxRows": "10"}, ASK), EndpointError,
         r"it cuts its answers at 10 rows; raise its limit \(ResultSetMaxRows"),
        ((200, {"Content-Type": JSON, "X-SQL-State": "S1TAT", "X-SQL-Message": "out of  time"},
          ASK), EndpointError, r"a part of its answer only: out of time; ask for less$"),
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
        connect(url.replace("http:", "https:")).query("ASK {}")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n",
         "it does not speak HTTP: it begins with 'SSH-2.0-OpenSSH_9.2'"),
        (b"\x00\xff\xfe" * 9, "it does not speak HTTP: it begins with "),
        (b"", "it closes the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000, "it does not speak HTTP as it should: "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
         "its answer breaks off after 5 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nff\r\nbye",
         "its answer breaks off after "),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhello",
         "its answer breaks off after 5 bytes"),
        (b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\nzz",
         "its answer breaks off after "),
    ],
)  # fmt: skip
def test_what_speaks_no_http_or_breaks_off_is_told(
    talking: Callable[..., str], answer: bytes, message: str
) -> None:
    url = talking([answer])

    with pytest.raises(EndpointError) as caught:
        connect(url).query("ASK {}")
    assert str(caught.value).startswith(f"{url}: {message}")


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Type: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 500 No\r\n\r\n",
    ],
)
def test_the_time_limit_holds_for_the_whole_answer(
    talking: Callable[..., str], start: bytes
) -> None:
    url = talking([start, *[b"H"] * 100], pause=0.1)

    began = time.monotonic()
    with pytest.raises(EndpointError, match=r"no answer within 0\.5 seconds$"):
        connect(url, timeout=0.5).query("ASK {}")
    assert time.monotonic() - began < 2


def test_the_time_limit_holds_for_the_pauses_of_a_busy_endpoint(
    failing: Callable[..., tuple[str, list[str]]],
) -> None:
    url, asked = failing((503, {"Retry-After": "9"}, b"later"))

    began = time.monotonic()
    with pytest.raises(EndpointError, match="it answers 503 Service Unavailable: later"):
        connect(url, timeout=2).query("ASK {}")
    assert time.monotonic() - began < 2
    assert len(asked) == 1

    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    url, asked = failing((429, {"Retry-After": past}, b""), (200, {"Content-Type": JSON}, ASK))
    assert connect(url, timeout=2).query("ASK {}") is True


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (f"file://{ROOT}/README.md", f"file://{ROOT}/README.md"),
        ("ftp://ada:sec/ret@127.0.0.1/x", "ftp://***@127.0.0.1/x"),
        ("data:application/json,%7B%7D", "data:application/json,%7B%7D"),
        ("nonsense", "nonsense"),
        ("", ""),
        ("http://", "http://"),
        ("http://ada:sec/ret@host/", "http://***@host/"),
        ("http://ada:secret@host:port/", "http://***@host:port/"),
        ("http://host/a b", "http://host/a b"),
        ("http://host/\r\nHost: other", "http://host/\r\nHost: other"),
    ],
)
def test_only_http_and_https_addresses_are_asked(address: str, shown: str) -> None:
    with pytest.raises(EndpointError, match=r"http://") as caught:
        connect(address)
    assert caught.value.url == shown
    assert "secret" not in str(caught.value)
    assert "sec/ret" not in str(caught.value)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("file:///etc/passwd", "file:///etc/passwd, which is not asked; only http and https"),
        ("ftp://127.0.0.1/x", "ftp://127.0.0.1/x, which is not asked; only http and https"),
        ("http://ada:secret@127.0.0.1:9/", "http://***@127.0.0.1:9/, which is not asked"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_leads_to_no_other_kind_of_address(
    failing: Callable[..., tuple[str, list[str]]], status: int, location: str, reason: str
) -> None:
    url, asked = failing((status, {"Location": location}, b"moved"))

    with pytest.raises(EndpointError) as caught:
        connect(url).query("ASK {}")
    assert str(caught.value).startswith(f"{url}: it leads on to {reason}")
    assert len(asked) == 1


def test_a_redirection_is_followed_for_what_is_short_and_told_for_what_is_posted(
    failing: Callable[..., tuple[str, list[str]]],
) -> None:
    there, asked = failing((200, {"Content-Type": JSON}, ASK))
    url, _ = failing((302, {"Location": f"{there}?query=ASK+%7B%7D"}, b""))

    named = url.replace("//", "//ada:secret@")
    assert connect(named).query("ASK {}") is True
    assert asked == ["GET /sparql?query=ASK+%7B%7D "]
    with pytest.raises(EndpointError, match="where nothing is sent unasked; give that address"):
        connect(url).query("ASK {" + " " * 3000 + "}")


def test_a_password_in_the_address_is_sent_and_never_told(
    failing: Callable[..., tuple[str, list[str]]], command: Command
) -> None:
    plain, asked = failing((200, {"Content-Type": JSON}, ASK))
    url = plain.replace("//", "//ada:s%40cret@")

    remote = connect(url)
    assert remote.query("ASK {}") is True
    assert asked == ["GET /sparql?query=ASK+%7B%7D "]
    assert "cret" not in repr(remote._store.__dict__) + repr(remote._store.endpoint.__dict__)

    plain, _ = failing((500, {}, b"kaput"))
    code, out, err = command("run", "counts", "--endpoint", plain.replace("//", "//ada:s%40cret@"))
    assert (code, out) == (2, "")
    shown = plain.replace("//", "//***@")
    assert err == f"barriergraph: {shown}: it answers 500 Internal Server Error: kaput\n"


def test_basic_authentication_is_given_to_who_was_asked_only(
    failing: Callable[..., tuple[str, list[str]]],
) -> None:
    other, asked_there = failing((200, {"Content-Type": JSON}, ASK), sees="Authorization")
    url, asked = failing(
        (302, {"Location": f"{other}?query=ASK+%7B%7D"}, b""), sees="Authorization"
    )

    assert connect(url.replace("//", "//ada:s%40cret@")).query("ASK {}") is True
    assert asked == ["Basic YWRhOnNAY3JldA=="]
    assert asked_there == ["None"]


def test_many_named_graphs_are_posted(
    failing: Callable[..., tuple[str, list[str]]],
) -> None:
    url, asked = failing((200, {"Content-Type": JSON}, ASK))
    graphs = [NamedNode(f"https://example.org/graph/{number}") for number in range(500)]

    assert connect(url)._store.query("ASK {}", default_graph=graphs)
    assert asked[0].startswith("POST /sparql default-graph-uri=https%3A//example.org/graph/0&")
    assert asked[0].count("default-graph-uri=") == 500


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("SELECT ?a { VALUES ?a { UNDEF } ?a ?b ?c }", "SELECT ?a {  ?a ?b ?c }"),
        ("SELECT ?a { VALUES ?a { UNDEF } . ?a ?b ?c }", "SELECT ?a {  ?a ?b ?c }"),
        ("SELECT ?a { ?a ?b ?c VALUES ?a { UNDEF } ?a ?b 1 }", "SELECT ?a { ?a ?b ?c . ?a ?b 1 }"),
        ("SELECT ?a { ?a ?b ?c . VALUES ?a { undef } ?a ?b 1 }",
         "SELECT ?a { ?a ?b ?c . ?a ?b 1 }"),
        ("SELECT ?a { ?a ?b 1 OPTIONAL { VALUES ?a { UNDEF } } }",
         "SELECT ?a { ?a ?b 1 OPTIONAL { } }"),
        ("SELECT ?a { ?a ?b ?c } ORDER BY ?a VALUES ?a { UNDEF }",
         "SELECT ?a { ?a ?b ?c } ORDER BY ?a "),
        ("ASK { { SELECT ?a { ?a ?b ?c } LIMIT 1 VALUES ?a { UNDEF } } }",
         "ASK { { SELECT ?a { ?a ?b ?c } LIMIT 1  } }"),
        ("SELECT ?a { VALUES ?a { UNDEF 1 } ?a ?b ?c }",
         "SELECT ?a { VALUES ?a { UNDEF 1 } ?a ?b ?c }"),
        ("SELECT * { VALUES ?a { UNDEF } ?d ?b ?c }",
         "SELECT * { VALUES ?a { UNDEF } ?d ?b ?c }"),
        ('ASK { ?a ?b "VALUES ?a { UNDEF }" } # VALUES ?a { UNDEF }',
         'ASK { ?a ?b "VALUES ?a { UNDEF }" } # VALUES ?a { UNDEF }'),
    ],
)  # fmt: skip
def test_open_slots_are_left_out_of_what_is_sent(query: str, sent: str) -> None:
    stripped = without_open_slots(query)

    assert " ".join(stripped.split()) == " ".join(sent.split())
    store = Store()
    store.add(Quad(NamedNode("a:a"), NamedNode("a:b"), Literal(1)))
    before, after = store.query(query), store.query(stripped)
    if isinstance(before, QuerySolutions):
        assert [tuple(row) for row in before] == [tuple(row) for row in after]  # type: ignore[union-attr]
    else:
        assert bool(before) == bool(after)


def test_every_stored_query_answers_as_well_without_its_open_slots(small: KnowledgeGraph) -> None:
    for name, query in small.queries.items():
        stripped = without_open_slots(query.text)
        assert not {slot.name for slot in slots(tokens(stripped)) if slot.items == ("UNDEF",)}
        rows = small.store.query(stripped, use_default_graph_as_union=True)
        assert tuple(tuple(row) for row in rows) == small.run(name).rows  # type: ignore[union-attr]


VIRTUOSO = "Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu"


def test_what_virtuoso_does_in_its_own_way_is_read_as_ours(
    failing: Callable[..., tuple[str, list[str]]],
) -> None:
    boolean = '"type":"literal","datatype":"http://www.w3.org/2001/XMLSchema#boolean"'
    row = f'{{"a":{{{boolean},"value":"1"}}}}'
    body = f'{{"head":{{"vars":["a"]}},"results":{{"bindings":[{row},{row}]}}}}'.encode()

    def values(server: str, query: str) -> list[str]:
        url, _ = failing((200, {"Content-Type": JSON, "X-Server": server}, body))
        rows = connect(url).query(query).rows  # type: ignore[union-attr]
        return [row[0].value for row in rows]

    assert values(VIRTUOSO, "SELECT ?a { ?a ?b ?c }") == ["true", "true"]
    assert values(VIRTUOSO, "SELECT DISTINCT ?a { ?a ?b ?c }") == ["true"]
    assert values(VIRTUOSO, "SELECT DISTINCT ?a { ?a ?b ?c } LIMIT 2") == ["true", "true"]
    assert values("other", "SELECT DISTINCT ?a { ?a ?b ?c }") == ["1", "1"]


def test_rows_of_a_construct_are_counted_where_only_rows_tell_of_a_limit(
    failing: Callable[..., tuple[str, list[str]]],
) -> None:
    graph: Answer = (
        200, {"Content-Type": "application/n-triples", "X-Server": VIRTUOSO}, b"<a:a> <a:b> <a:c> ."
    )  # fmt: skip
    row: Answer = (
        200, {"Content-Type": JSON, "X-Server": VIRTUOSO, "X-SPARQL-MaxRows": "1"}, ROWS
    )  # fmt: skip
    url, asked = failing(graph, row)

    with pytest.raises(EndpointError, match="it cuts its answers at 1 rows"):
        connect(url).query("CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }")
    assert asked[1] == "GET /sparql?query=SELECT+%281+AS+%3Frow%29+WHERE+%7B+%3Fa+%3Fb+%3Fc+%7D "


def test_a_stored_query_that_virtuoso_answers_wrongly_is_warned_of(
    failing: Callable[..., tuple[str, list[str]]], small: KnowledgeGraph, command: Command
) -> None:
    assert set(WRONG) <= set(small.queries)
    names = ",".join(f'"{name}"' for name in small.queries["what-if"].columns)
    body = f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":[]}}}}'.encode()
    url, _ = failing((200, {"Content-Type": JSON, "X-Server": VIRTUOSO}, body))

    with pytest.warns(EngineWarning, match="'what-if' is answered wrongly by Virtuoso with some"):
        assert connect(url).run("what-if").rows == ()
    code, _, err = command("run", "what-if", "--endpoint", url, "--format", "csv")
    assert code == 0
    assert err.startswith("barriergraph: warning: 'what-if' is answered wrongly by Virtuoso")

    url, _ = failing((200, {"Content-Type": JSON}, body))
    assert connect(url).run("what-if").rows == ()


@pytest.mark.parametrize(
    ("server", "narrowed"), [(VIRTUOSO, False), ("Oxigraph/0.5", True), ("", True)]
)
def test_what_keeps_everything_is_left_out_but_for_virtuoso(
    failing: Callable[..., tuple[str, list[str]]], server: str, narrowed: bool
) -> None:
    url, asked = failing((200, {"Content-Type": JSON, "X-Server": server}, ASK))
    remote = connect(url)
    query = remote.queries["evidence-map"]

    assert remote.bind("evidence-map") == query.bind({}, direct=narrowed)
    assert "?widerRole" in query.bind({})
    assert "?widerRole" not in query.bind({}, direct=True)
    remote.bind("evidence-map")
    assert [line.strip() for line in asked] == ["GET /sparql?query=ASK+%7B+%7D"]


def test_nothing_but_the_query_and_accept_is_sent(
    failing: Callable[..., tuple[str, list[str]]],
) -> None:
    url, asked = failing((200, {"Content-Type": JSON}, ASK))

    assert connect(url).query("ASK {}") is True
    assert [line.strip() for line in asked] == ["GET /sparql?query=ASK+%7B%7D"]
    assert connect(f"{url}?key=1").query("ASK {}") is True
    assert asked[-1].strip() == "GET /sparql?query=ASK+%7B%7D&key=1"
    assert connect(f"{url}?key=1#part").query("ASK {" + " " * 3000 + "}") is True
    assert asked[-1].startswith("POST /sparql?key=1 query=ASK+")


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


def test_a_check_tells_what_was_checked_here(
    running: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def check(*more: str) -> tuple[int, str]:
        code = main(["check", "--endpoint", f"{server.address}/sparql", *more])
        return code, capsys.readouterr().out

    for part in ("ontology", "shapes"):
        shutil.copytree(ROOT / part, tmp_path / "mine" / part)
    graph = load(tmp_path / "mine", base=False, infer=False)
    with running(graph, tmp_path, seconds=20, answer=2**26) as server:
        every = check("--fetch")
        monkeypatch.setattr(RemoteStore, "is_virtuoso", True)
        some = check()
        monkeypatch.setattr(RemoteStore, "count", lambda *_: 2_000_000)
        none = check()

    told = r"; \d+ duties were checked here, from up to [\d,]+ statements fetched from there"
    names = ", ".join(f"bgs:{name}" for name in WRONG_CHECKS)
    assert (every[0], some[0], none[0]) == (0, 0, 2)
    assert re.search(rf"{told}\n", every[1])
    assert re.search(rf"{told}, as the engine answers them wrongly: {names}\n", some[1])
    unknown = re.findall(r"left out: unknown, .*: bgs:(\S+): .* needs more than 1,000,000", none[1])
    assert set(unknown) == set(WRONG_CHECKS)

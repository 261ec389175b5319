"""Loading the graph elsewhere: what is sent, to whom, and what is told when it is not taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from barriergraph import EndpointError
from barriergraph.pushing import LEDGER, push, target

Failing = Callable[..., tuple[str, list[str]]]
Answer = tuple[int, dict[str, str], bytes]

JSON = {"Content-Type": "application/sparql-results+json"}
NONE: Answer = (200, JSON, b'{"head":{"vars":["name","mark","size"]},"results":{"bindings":[]}}')
TAKEN: Answer = (204, {}, b"")
BUSY: Answer = (503, {"Retry-After": "0"}, b"")
NAME = NamedNode("https://example.org/graph/one")
MARK = "<http://purl.org/dc/terms/identifier>"


def quiet(_: str) -> None:
    pass


def one(*more: Quad) -> Store:
    """Return a store with one named graph."""
    store = Store()
    store.extend([Quad(NamedNode("a:a"), NamedNode("a:b"), Literal("c"), NAME), *more])
    return store


def test_a_graph_is_sent_and_noted(failing: Failing) -> None:
    asked_at, asked = failing(NONE)
    taken_at, taken = failing(TAKEN)

    assert push(one(), target(asked_at, update=taken_at), tell=quiet) == (1, 0)

    assert [line[:17] for line in asked] == ["GET /sparql?query"]
    assert taken[:2] == [
        f"POST /sparql DROP SILENT GRAPH {NAME}",
        f'POST /sparql INSERT DATA {{ GRAPH {NAME} {{\n<a:a> <a:b> "c" .\n}} }}',
    ]
    assert taken[2].startswith(
        f"POST /sparql DELETE WHERE {{ GRAPH {LEDGER} {{ {NAME} {MARK} ?mark }} }} ; "
        f'INSERT DATA {{ GRAPH {LEDGER} {{ {NAME} {MARK} "'
    )
    assert len(taken) == 3


def test_blank_nodes_are_sent_as_no_data(failing: Failing) -> None:
    asked_at, _ = failing(NONE)
    taken_at, taken = failing(TAKEN)
    more = Quad(BlankNode("x"), NamedNode("a:b"), Literal("d"), NAME)

    push(one(more), target(asked_at, update=taken_at), tell=quiet)

    assert taken[1:3] == [
        f'POST /sparql INSERT {{ GRAPH {NAME} {{\n_:x <a:b> "d" .\n}} }} WHERE {{}}',
        f'POST /sparql INSERT DATA {{ GRAPH {NAME} {{\n<a:a> <a:b> "c" .\n}} }}',
    ]


def test_a_graph_is_put_where_the_graph_store_is(failing: Failing) -> None:
    asked_at, _ = failing(NONE)
    store_at, put = failing((201, {}, b""))
    taken_at, taken = failing(TAKEN)

    push(one(), target(asked_at, update=taken_at, store=f"{store_at}?key=1"), tell=quiet)

    path = "/sparql?key=1&graph=https%3A%2F%2Fexample.org%2Fgraph%2Fone"
    assert put == [f'PUT {path} <a:a> <a:b> "c" .\n']
    assert len(taken) == 1


def test_what_is_there_is_skipped_and_what_has_changed_loses_its_note_first(
    failing: Failing,
) -> None:
    asked_at, _ = failing(NONE)
    taken_at, taken = failing(TAKEN)
    push(one(), target(asked_at, update=taken_at), tell=quiet)
    mark = taken[2].rpartition(MARK)[2].split('"')[1]

    def noted(mark: str, size: int) -> Answer:
        terms = (
            f'"name":{{"type":"uri","value":"{NAME.value}"}},'
            f'"mark":{{"type":"literal","value":"{mark}"}},'
            f'"size":{{"type":"literal","value":"{size}"}}'
        )
        return 200, JSON, NONE[2].replace(b"[]", f"[{{{terms}}}]".encode())

    for answer, result, forgotten in (
        (noted(mark, 1), (0, 1), None),
        (noted(mark, 2), (1, 0), f"DELETE WHERE {{ GRAPH {LEDGER} {{ {NAME} {MARK} ?mark }} }}"),
        (noted("other", 1), (1, 0), f"DELETE WHERE {{ GRAPH {LEDGER} {{ {NAME} {MARK} ?mark }} }}"),
    ):
        asked_at, _ = failing(answer)
        taken_at, taken = failing(TAKEN)
        assert push(one(), target(asked_at, update=taken_at), tell=quiet) == result
        assert (taken[0] if taken else None) == (forgotten and f"POST /sparql {forgotten}")


def test_a_busy_endpoint_is_given_time(failing: Failing) -> None:
    asked_at, _ = failing(BUSY, NONE)
    taken_at, taken = failing(BUSY, (429, {"Retry-After": "0"}, b""), TAKEN)

    assert push(one(), target(asked_at, update=taken_at), tell=quiet) == (1, 0)
    assert [line.split()[2] for line in taken] == ["DROP", "DROP", "DROP", "INSERT", "DELETE"]

    taken_at, taken = failing(BUSY)
    with pytest.raises(EndpointError, match=r"it answers 503 Service Unavailable: nothing was"):
        push(one(), target(asked_at, update=taken_at), tell=quiet)
    assert len(taken) == 4


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((401, {}, b""), "401 Unauthorized: nothing was loaded; give --user, and the password in"),
        ((403, {}, b"<html>"), "403 Forbidden: nothing was loaded; give --user, and the password"),
        ((404, {}, b"no"), "404 Not Found: no: nothing was loaded; give the address that takes"),
        ((405, {}, b""), "405 Method Not Allowed: nothing was loaded; give the address that"),
        ((500, {}, b"a\nb"), "500 Internal Server Error: a b: nothing was loaded"),
    ],
)
def test_what_is_not_taken_is_told(failing: Failing, answer: Answer, message: str) -> None:
    asked_at, _ = failing(NONE)
    taken_at, _ = failing(answer)

    with pytest.raises(EndpointError) as caught:
        push(one(), target(asked_at, update=taken_at), tell=quiet)
    assert str(caught.value).startswith(f"{taken_at}: it answers {message}")


def test_what_is_loaded_is_sent_nowhere_else(failing: Failing) -> None:
    asked_at, _ = failing(NONE)
    other, elsewhere = failing(TAKEN)
    for status in (301, 302, 303, 307, 308):
        taken_at, _ = failing((status, {"Location": other}, b""))
        with pytest.raises(EndpointError, match="where nothing is sent unasked; give that address"):
            push(one(), target(asked_at, update=taken_at), tell=quiet)
    assert elsewhere == []


def test_only_http_and_https_addresses_are_loaded(failing: Failing) -> None:
    for places in (
        {"endpoint": "file:///tmp/graph"},
        {"endpoint": "http://host/", "update": "ftp://ada:secret@host/"},
        {"endpoint": "http://host/", "store": "file://ada:secret@host/"},
    ):
        with pytest.raises(EndpointError, match="begins with http:// or https://") as caught:
            target(**places)
        assert "secret" not in str(caught.value)
    assert "secret" not in repr(target("http://ada:secret@host/query"))


def test_who_loads_is_told_when_it_is_asked(
    failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARRIERGRAPH_PASSWORD", "s@cret")
    asked_at, _ = failing(NONE)
    wanted = (401, {"WWW-Authenticate": 'Basic realm="there"'}, b"")
    taken_at, seen = failing(wanted, TAKEN, sees="Authorization")

    push(one(), target(asked_at, update=taken_at, user="ada"), tell=quiet)
    assert seen[:2] == ["None", "Basic YWRhOnNAY3JldA=="]
    assert "cret" not in repr(target(asked_at, user="ada"))

    named = taken_at.replace("//", "//ada:s%40cret@")
    seen.clear()
    push(one(), target(asked_at, update=named), tell=quiet)
    assert seen == ["Basic YWRhOnNAY3JldA=="] * 3

"""Loading the graph into a SPARQL engine elsewhere, named graph by named graph."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote, urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from barriergraph.errors import EndpointError
from barriergraph.namespaces import GRAPH, PREFIXES
from barriergraph.remote import RemoteStore
from barriergraph.values import Value

#: The named graph in which `push` notes what it has loaded, so that it can go on where it ended.
LEDGER = NamedNode(f"{GRAPH}pushed")
_DIGEST = NamedNode(PREFIXES["dcterms"] + "identifier")

#: How many statements go into one update.
BATCH = 1000

#: The variable that holds the password of `--user`.
PASSWORD = "BARRIERGRAPH_PASSWORD"


class Target(Value):
    """Where to load: the `endpoint` that is asked, and the address that takes what is loaded.

    With `store`, graphs are put there by the Graph Store Protocol; else `update` takes updates.
    """

    __slots__ = ("endpoint", "update", "store", "user")

    endpoint: str
    update: str
    store: str | None
    user: str | None


def target(
    endpoint: str, *, update: str | None = None, store: str | None = None, user: str | None = None
) -> Target:
    """Return where to load, given the address for queries and, if they differ, the others.

    >>> target("http://127.0.0.1:7878/query").update
    'http://127.0.0.1:7878/update'
    """
    guess = f"{endpoint[:-6]}/update" if endpoint.endswith("/query") else endpoint
    return Target(endpoint=endpoint, update=update or guess, store=store, user=user)


def push(
    store: Store, where: Target, *, timeout: float = 60, tell: Callable[[str], None] = print
) -> tuple[int, int]:
    """Load every named graph of a store, and return how many were loaded and how many skipped.

    A graph that was loaded before, and still has as many statements there, is skipped; what is
    there under the name of another is replaced. Graphs of other names are left alone. Interrupted,
    it goes on where it ended when it is run again.

    Raises: EndpointError when the endpoint does not take what is loaded.

    Source: SPARQL 1.1 Graph Store HTTP Protocol, https://www.w3.org/TR/sparql11-http-rdf-update/,
    and SPARQL 1.1 Update, https://www.w3.org/TR/sparql11-update/
    """
    sender = _Sender(where, timeout)
    there = _there(RemoteStore(where.endpoint, timeout=timeout))
    names = sorted((n for n in store.named_graphs() if isinstance(n, NamedNode)), key=str)
    loaded = skipped = 0
    for number, name in enumerate(names, 1):
        quads = sorted(store.quads_for_pattern(None, None, None, name), key=str)
        mark = _digest(quads)
        if there.get(name.value) == (mark, len(quads)):
            skipped += 1
            continue
        tell(f"{number} of {len(names)}: {name.value.removeprefix(GRAPH)}")
        sender.replace(name, quads)
        sender.update(
            f"DELETE WHERE {{ GRAPH {LEDGER} {{ {name} {_DIGEST} ?mark }} }} ; "
            f"INSERT DATA {{ GRAPH {LEDGER} {{ {name} {_DIGEST} {Literal(mark)} }} }}"
        )
        loaded += 1
    return loaded, skipped


def _there(remote: RemoteStore) -> dict[str, tuple[str, int]]:
    """Return the mark and the size of each graph that was loaded before."""
    rows = remote.query(
        f"SELECT ?name ?mark (COUNT(?p) AS ?size) {{ GRAPH {LEDGER} {{ ?name {_DIGEST} ?mark }} "
        "GRAPH ?name { ?s ?p ?o } } GROUP BY ?name ?mark"
    )
    assert isinstance(rows, QuerySolutions)
    return {row[0].value: (row[1].value, int(row[2].value)) for row in rows if row[0] is not None}


class _Sender:
    """Sends updates and graphs to where they are taken."""

    def __init__(self, where: Target, timeout: float) -> None:
        self._where = where
        self._timeout = timeout
        handlers: list[urllib.request.BaseHandler] = []
        if where.user is not None:
            known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            for url in (where.update, where.store, where.endpoint):
                if url is not None:
                    known.add_password(None, url, where.user, os.environ.get(PASSWORD, ""))
            handlers = [
                urllib.request.HTTPBasicAuthHandler(known),
                urllib.request.HTTPDigestAuthHandler(known),
            ]
        self._opener = urllib.request.build_opener(*handlers)

    def replace(self, name: NamedNode, quads: Sequence[Quad]) -> None:
        """Put the statements of a graph in the place of those that are there."""
        if self._where.store is not None:
            mark = "&" if urlsplit(self._where.store).query else "?"
            address = f"{self._where.store}{mark}graph={quote(name.value, safe='')}"
            body = "".join(f"{quad.triple} .\n" for quad in quads)
            self._send("PUT", address, "application/n-triples", body)
            return
        self.update(f"DROP SILENT GRAPH {name}")
        for batch in _batches(quads):
            lines = " .\n".join(str(quad.triple) for quad in batch)
            inside = f"{{ GRAPH {name} {{\n{lines} .\n}} }}"
            # Virtuoso takes no blank node in INSERT DATA, as the standard has it.
            blank = _has_blank(batch[0])
            self.update(f"INSERT {inside} WHERE {{}}" if blank else f"INSERT DATA {inside}")

    def update(self, text: str) -> None:
        """Send an update."""
        self._send("POST", self._where.update, "application/sparql-update", text)

    def _send(self, method: str, url: str, kind: str, body: str) -> None:
        request = urllib.request.Request(
            url, body.encode(), {"Content-Type": kind, "Accept": "*/*"}, method=method
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            with error:
                words = " ".join(error.read(2000).decode("utf-8", "replace").split())
            hint = ""
            if error.code in (401, 403):
                hint = f"; give --user, and the password in {PASSWORD}"
            elif error.code in (404, 405, 415):
                hint = "; give the address that takes updates with --update, or --graph-store"
            said = f": {words[:200]}" if words and "<html" not in words.lower() else ""
            reason = f"it answers {error.code} {error.reason} to what is loaded{said}{hint}"
            raise EndpointError(url, reason) from None
        except (OSError, ValueError) as error:
            reason = str(getattr(error, "reason", "") or error)
            raise EndpointError(url, f"it cannot be reached: {reason}") from None


def _batches(quads: Sequence[Quad]) -> Iterator[Sequence[Quad]]:
    """Yield statements in parts; those with blank nodes in one, where their names hold together."""
    blank = [quad for quad in quads if _has_blank(quad)]
    plain = [quad for quad in quads if not _has_blank(quad)]
    if blank:
        yield blank
    for start in range(0, len(plain), BATCH):
        yield plain[start : start + BATCH]


def _has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _digest(quads: Sequence[Quad]) -> str:
    """Return what tells a graph from any other; names of blank nodes do not count."""
    from _blake2 import blake2b

    state = blake2b(digest_size=16)
    for line in sorted(" ".join(map(_shown, quad.triple)) for quad in quads):
        state.update(line.encode() + b"\n")
    return state.hexdigest()


def _shown(term: object) -> str:
    return "_:" if isinstance(term, BlankNode) else str(term)

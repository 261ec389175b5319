"""Loading the graph into a SPARQL engine elsewhere, named graph by named graph."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from barriergraph.errors import EndpointError
from barriergraph.namespaces import GRAPH, PREFIXES
from barriergraph.remote import Address, Endpoint, RemoteStore, address
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.remote import Answer

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
    With `user`, that is who loads, and the password is in the variable BARRIERGRAPH_PASSWORD.
    """

    __slots__ = ("endpoint", "update", "store", "user")

    endpoint: Address
    update: Address
    store: Address | None
    user: str | None

    def at(self, place: Address, timeout: float) -> Endpoint:
        """Return one of the places, asked by who loads."""
        password = os.environ.get(PASSWORD, "")
        return Endpoint(place, timeout=timeout, user=self.user, password=password)


def target(
    endpoint: str, *, update: str | None = None, store: str | None = None, user: str | None = None
) -> Target:
    """Return where to load, given the address for queries and, if they differ, the others.

    Raises: EndpointError for what is not an http or https address.

    >>> target("http://ada:secret@127.0.0.1:7878/query").update
    Address('http://***@127.0.0.1:7878/update')
    """
    guess = f"{endpoint[:-6]}/update" if endpoint.endswith("/query") else endpoint
    return Target(
        endpoint=address(endpoint), update=address(update or guess),
        store=None if store is None else address(store), user=user,
    )  # fmt: skip


def push(
    store: Store, where: Target, *, timeout: float = 60, tell: Callable[[str], None] = print
) -> tuple[int, int]:
    """Load every named graph of a store, and return how many were loaded and how many skipped.

    A graph that was loaded before, and still has as many statements there, is skipped; what is
    there under the name of another is replaced. Graphs of other names are left alone. Interrupted,
    it goes on where it ended when it is run again. An endpoint that is busy is given time.

    Raises: EndpointError when the endpoint does not take what is loaded.

    Source: SPARQL 1.1 Graph Store HTTP Protocol, https://www.w3.org/TR/sparql11-http-rdf-update/,
    and SPARQL 1.1 Update, https://www.w3.org/TR/sparql11-update/
    """
    sender = _Sender(where, timeout)
    there = _there(RemoteStore(where.at(where.endpoint, timeout)))
    names = sorted((n for n in store.named_graphs() if isinstance(n, NamedNode)), key=str)
    loaded = skipped = 0
    for number, name in enumerate(names, 1):
        quads = sorted(store.quads_for_pattern(None, None, None, name), key=str)
        mark = _digest(quads)
        if there.get(name.value) == (mark, len(quads)):
            skipped += 1
            continue
        tell(f"{number} of {len(names)}: {name.value.removeprefix(GRAPH)}")
        if name.value in there:  # until it is there as a whole, nothing may say that it is
            sender.update(_forget(name))
        sender.replace(name, quads)
        sender.update(
            f"{_forget(name)} ; "
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


def _forget(name: NamedNode) -> str:
    return f"DELETE WHERE {{ GRAPH {LEDGER} {{ {name} {_DIGEST} ?mark }} }}"


class _Sender:
    """Sends updates and graphs to where they are taken."""

    def __init__(self, where: Target, timeout: float) -> None:
        self._updates = where.at(where.update, timeout)
        self._graphs = None if where.store is None else where.at(where.store, timeout)

    def replace(self, name: NamedNode, quads: Sequence[Quad]) -> None:
        """Put the statements of a graph in the place of those that are there."""
        if self._graphs is not None:
            body = "".join(f"{quad.triple} .\n" for quad in quads)
            kind = "application/n-triples"
            _taken(self._graphs, self._graphs.send("PUT", kind, body, graph=name.value))
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
        sent = self._updates.send("POST", "application/sparql-update", text)
        _taken(self._updates, sent)


def _taken(endpoint: Endpoint, answer: Answer) -> None:
    """Raise EndpointError for what was not taken, with what to do."""
    if answer.status < 300:
        return
    hint = ""
    if answer.status in (401, 403):
        hint = f"; give --user, and the password in {PASSWORD}"
    elif answer.status in (404, 405, 415):
        hint = "; give the address that takes updates with --update, or --graph-store"
    raise EndpointError(str(endpoint.where), f"{answer.told()}: nothing was loaded{hint}")


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

"""Loading the graph into a SPARQL engine elsewhere, named graph by named graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from barriergraph.namespaces import GRAPH, PREFIXES
from barriergraph.remote import RemoteStore, Target, taken, target, update

__all__ = ["LEDGER", "push", "target"]

#: The named graph in which `push` notes what it has loaded, so that it can go on where it ended.
LEDGER = NamedNode(f"{GRAPH}pushed")
_DIGEST = NamedNode(PREFIXES["dcterms"] + "identifier")

#: What an endpoint did with what it refuses.
NOTHING = "nothing was loaded"

#: How many statements go into one update.
BATCH = 1000


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
            sent = self._graphs.send("PUT", kind, body, graph=name.value)
            taken(self._graphs, sent, NOTHING)
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
        update(self._updates, text, NOTHING)


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

"""The graph for other tools: as text in an RDF format, and as a dataset of rdflib."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from barriergraph.errors import QueryError
from barriergraph.namespaces import PREFIXES
from barriergraph.rdf import Graph, keeps_graphs, sorted_quads, to_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    import rdflib

    Term = NamedNode | BlankNode | Literal | Triple


def export(store: Store, format: str, graph: NamedNode | None) -> bytes:
    """Return a store, or one named graph of it, in an RDF format.

    Raises: NotFoundError for an unknown format, with the nearest names.
    """
    quads = store.quads_for_pattern(None, None, None, graph)
    if graph is None and keeps_graphs(format):
        return to_bytes(sorted_quads(quads), format)
    return Graph(quad.triple for quad in sorted_quads(quads)).serialize(format)


def to_rdflib(store: Store) -> rdflib.Dataset:
    """Return a copy of a store as a dataset of rdflib with the same named graphs.

    Raises: QueryError for a triple inside a triple, which rdflib does not have.
    """
    import rdflib

    from barriergraph.validation.exact import to_rdflib

    dataset = rdflib.Dataset(default_union=True)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace, replace=True)
    made: dict[Term, rdflib.term.Node] = {}

    def convert(term: Term) -> rdflib.term.Node:
        if term not in made:
            if isinstance(term, Triple):
                raise QueryError("rdflib has no term for a triple inside a triple")
            made[term] = to_rdflib(term)
        return made[term]

    for name in sorted(store.named_graphs(), key=str):
        graph = dataset.graph(convert(name))  # type: ignore[arg-type]
        for quad in store.quads_for_pattern(None, None, None, name):
            graph.add((convert(quad.subject), convert(quad.predicate), convert(quad.object)))
    return dataset

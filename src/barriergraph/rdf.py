"""RDF as values and as text: a set of triples, and the one table of RDF formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    serialize,
)

from barriergraph.errors import NotFoundError
from barriergraph.namespaces import PREFIXES, expand, namespace

#: name -> (format of the engine, media type, file ending); aliases are in ALIASES.
RDF_FORMATS: dict[str, tuple[RdfFormat, str, str]] = {
    "turtle": (RdfFormat.TURTLE, "text/turtle", "ttl"),
    "ntriples": (RdfFormat.N_TRIPLES, "application/n-triples", "nt"),
    "nquads": (RdfFormat.N_QUADS, "application/n-quads", "nq"),
    "trig": (RdfFormat.TRIG, "application/trig", "trig"),
    "rdfxml": (RdfFormat.RDF_XML, "application/rdf+xml", "rdf"),
    "jsonld": (RdfFormat.JSON_LD, "application/ld+json", "jsonld"),
}

ALIASES: dict[str, str] = {
    "ttl": "turtle",
    "nt": "ntriples",
    "n-triples": "ntriples",
    "nt11": "ntriples",
    "nq": "nquads",
    "n-quads": "nquads",
    "rdf": "rdfxml",
    "xml": "rdfxml",
    "rdf/xml": "rdfxml",
    "rdf+xml": "rdfxml",
    "owl": "rdfxml",
    "pretty-xml": "rdfxml",
    "json-ld": "jsonld",
    "json": "jsonld",
    **{media: name for name, (_, media, _) in RDF_FORMATS.items()},
}


def named(curie: str) -> NamedNode:
    """Return the term that a CURIE of ours stands for.

    >>> named("bg:finds").value
    'https://w3id.org/barriergraph/ontology#finds'
    """
    return NamedNode(expand(curie) or curie)


def format_name(name: str) -> str:
    """Return the name of an RDF format, given it or one of its aliases in any case.

    Raises: NotFoundError with the nearest names.

    >>> format_name("TTL"), format_name("json-ld")
    ('turtle', 'jsonld')
    """
    wanted = name.lower()
    found = ALIASES.get(wanted, wanted)
    if found not in RDF_FORMATS:
        from difflib import get_close_matches

        near = get_close_matches(wanted, [*RDF_FORMATS, *ALIASES]) or list(RDF_FORMATS)
        raise NotFoundError("RDF format", name, near)
    return found


class Graph:
    """What CONSTRUCT and DESCRIBE answer: a set of triples, sorted and each once.

    >>> graph = Graph([Triple(NamedNode("x:a"), NamedNode("x:b"), Literal("c"))])
    >>> len(graph), graph.serialize("ntriples")
    (1, b'<x:a> <x:b> "c" .\\n')
    """

    __slots__ = ("triples",)

    triples: tuple[Triple, ...]

    def __init__(self, triples: Iterable[Triple]) -> None:
        object.__setattr__(self, "triples", tuple(sorted(set(triples), key=_triple_key)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a graph of triples is immutable")

    def __len__(self) -> int:
        return len(self.triples)

    def __iter__(self) -> Iterator[Triple]:
        return iter(self.triples)

    def __contains__(self, triple: object) -> bool:
        return triple in self.triples

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Graph) and self.triples == other.triples

    def __hash__(self) -> int:
        return hash(self.triples)

    def __repr__(self) -> str:
        return f"<Graph of {len(self)} triples>"

    def serialize(self, format: str = "turtle") -> bytes:
        """Return the triples in an RDF format, in UTF-8, with the prefixes that they use.

        Raises: NotFoundError for an unknown format, with the nearest names.
        """
        return to_bytes(self.triples, format)


def keeps_graphs(format: str) -> bool:
    """Tell whether an RDF format says which named graph a statement stands in.

    >>> keeps_graphs("turtle"), keeps_graphs("trig")
    (False, True)
    """
    return RDF_FORMATS[format_name(format)][0].supports_datasets


def to_bytes(
    statements: Sequence[Triple] | Sequence[Quad],
    format: str,
    *,
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    """Return triples or quads in an RDF format, in their order, with the prefixes that they use.

    `prefixes` are further ones, which are written whether they are used or not.

    Raises: NotFoundError for an unknown format.
    """
    rdf_format = RDF_FORMATS[format_name(format)][0]
    prefixes = {**_used(statements), **(prefixes or {})}
    text = serialize(statements, format=rdf_format, prefixes=prefixes)
    assert text is not None  # it is None only when written to a file
    return text


def sorted_quads(quads: Iterable[Quad]) -> list[Quad]:
    """Return quads in an order that is the same in every run: by graph, then by their terms.

    Blank nodes get names that depend on nothing but what is said of them.

    Source: RDF Dataset Canonicalization, https://www.w3.org/TR/rdf-canon/
    """
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=lambda quad: (str(quad.graph_name), _triple_key(quad.triple)))


def _triple_key(triple: Triple) -> tuple[str, bool, str, str]:
    predicate = str(triple.predicate)
    return str(triple.subject), predicate != _A, predicate, str(triple.object)


def _used(statements: Sequence[Triple] | Sequence[Quad]) -> dict[str, str]:
    """Return the part of the prefix table whose namespaces the statements use."""
    terms: set[object] = set()
    for statement in statements:
        terms.update(statement)
    kinds = (term.datatype if isinstance(term, Literal) else term for term in terms)
    spaces = {namespace(term.value) for term in kinds if isinstance(term, NamedNode)}
    return {prefix: space for prefix, space in PREFIXES.items() if space in spaces}


_A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

"""Ontology and data as files that Protégé opens, with a catalog so that nothing is fetched."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import quoteattr

from pyoxigraph import Literal, NamedNode, Quad, Triple

from barriergraph.errors import BarrierGraphError
from barriergraph.files import parse
from barriergraph.namespaces import BASE, ONTOLOGY
from barriergraph.output import write_file
from barriergraph.rdf import named, sorted_quads, to_bytes
from barriergraph.sources import Module

CATALOG = "catalog-v001.xml"

#: The data of what ships have no ontology header of their own; this one names the file.
DATA = f"{BASE}data"


def write_protege(folder: str, modules: Sequence[Module]) -> list[str]:
    """Write each ontology as RDF/XML, the data of each module, and the catalog; return the paths.

    The catalog says in which file each import is, so that the folder opens without the network.

    Raises: BarrierGraphError when the folder cannot be made; SourceError for a file that is wrong.

    Source: OASIS XML Catalogs 1.1, as Protégé reads it
    """
    files: dict[str, tuple[str, list[Triple]]] = {}
    for module in modules:
        files |= _ontologies(module)
        files |= _data(module)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise BarrierGraphError(f"{folder}: cannot be made: {error.strerror}") from None
    foreign = set(os.listdir(folder)) - {*files, CATALOG}
    if foreign and CATALOG not in os.listdir(folder):
        raise BarrierGraphError(
            f"{folder} holds something else, such as {min(foreign)}; name a new folder"
        )
    written = []
    for file, (_, triples) in files.items():
        path = os.path.join(folder, file)
        write_file(path, to_bytes(triples, "rdfxml"))
        written.append(path)
    path = os.path.join(folder, CATALOG)
    write_file(path, _catalog((iri, file) for file, (iri, _) in files.items()).encode())
    return [*written, path]


def _ontologies(module: Module) -> dict[str, tuple[str, list[Triple]]]:
    """Return the IRI and the statements of each ontology of a module, by the file to be written.

    What belongs to ours imports it, so that each file can be opened by itself.
    """
    found = {}
    for file in (*module.files("ontology"), *module.beside()):
        triples = _triples(parse(module.locate(file)))
        iri = next(filter(None, map(_header, triples)), None)
        if iri is not None:
            if module.name is None and iri != ONTOLOGY:
                triples.append(Triple(NamedNode(iri), named("owl:imports"), NamedNode(ONTOLOGY)))
            stem = file.rpartition("/")[2].removesuffix(".ttl")
            name = f"{module.name}-{stem}" if module.name else stem
            found[f"{name}.owl"] = (iri, triples)
    return found


def _data(module: Module) -> dict[str, tuple[str, list[Triple]]]:
    """Return what the data files of a module say, with a header that imports the ontology."""
    quads = [quad for file in module.files("data") for quad in parse(module.locate(file))]
    if not quads:
        return {}
    name = module.name or "barriergraph"
    iri = DATA if module.name is None else f"urn:x-barriergraph:{name}:data"
    header = [
        Triple(NamedNode(iri), named("rdf:type"), named("owl:Ontology")),
        Triple(NamedNode(iri), named("owl:imports"), NamedNode(ONTOLOGY)),
        Triple(NamedNode(iri), named("rdfs:label"), Literal(f"{name}: data", language="en")),
    ]
    return {f"{name}-data.owl": (iri, [*header, *_triples(quads)])}


def _triples(quads: Iterable[Quad]) -> list[Triple]:
    return list(dict.fromkeys(quad.triple for quad in sorted_quads(quads)))


def _header(triple: Triple) -> str | None:
    """Return the IRI of the ontology that a statement declares, or None."""
    declares = triple.predicate == named("rdf:type") and triple.object == named("owl:Ontology")
    return triple.subject.value if declares and isinstance(triple.subject, NamedNode) else None


def _catalog(pairs: Iterable[tuple[str, str]]) -> str:
    lines = "".join(
        f"    <uri name={quoteattr(iri)} uri={quoteattr(file)}/>\n" for iri, file in pairs
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        '<catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">\n'
        f"{lines}</catalog>\n"
    )

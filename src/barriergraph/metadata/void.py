"""What the data set is, how much is in it and where it is had, in VoID."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from barriergraph.edition import CONTRIBUTORS, DATASET, DESCRIPTION, LICENSE, TITLE, Edition
from barriergraph.metadata.distributions import distributions, graph_dump
from barriergraph.metadata.draft import HERE, Draft, date, english
from barriergraph.metadata.service import NAMES, say_counts
from barriergraph.metadata.statistics import Statistics
from barriergraph.namespaces import BASE, INFERRED, PREFIXES, namespace, slug
from barriergraph.rdf import RDF_FORMATS, named

DOCUMENT = f"{BASE}void"


def void(
    told: Edition,
    counts: Statistics,
    files: Mapping[str, str],
    *,
    base: str | None = None,
    endpoint: str | None = None,
) -> bytes:
    """Return the description of the data set in Turtle.

    `base` is the address of the site, ending in '/'; without it, addresses are relative to the
    document. `endpoint` is where SPARQL queries are asked, if they are asked anywhere. `files`
    names the file of each named graph that was read from one.

    Source: VoID, https://www.w3.org/TR/void/
    """
    draft, dataset, here = Draft(), NamedNode(DATASET), base or HERE
    document = NamedNode(DOCUMENT)
    draft.say(document, "rdf:type", named("void:DatasetDescription"))
    draft.say(document, "foaf:primaryTopic", dataset)
    draft.say(dataset, "rdf:type", named("void:Dataset"))
    say_edition(draft, dataset, told)
    draft.say(dataset, "foaf:homepage", NamedNode(f"{here}index.html"))
    draft.say(dataset, "void:uriSpace", Literal(BASE))
    draft.say(dataset, "void:sparqlEndpoint", None if endpoint is None else NamedNode(endpoint))
    for media_type in (RDF_FORMATS[name][1] for name in RDF_FORMATS):
        format = NamedNode(PREFIXES["formats"] + NAMES[media_type])
        draft.say(dataset, "void:feature", format)
    inferred = any(graph.startswith(INFERRED) for graph in counts.graphs)
    for dump in distributions(inferred=inferred):
        draft.say(dataset, "void:dataDump", NamedNode(here + dump.path))
    for space in sorted({namespace(iri) for iri in (*counts.classes, *counts.properties)}):
        draft.say(dataset, "void:vocabulary", NamedNode(space))
    say_counts(draft, dataset, counts)
    for graph, size in sorted(counts.graphs.items()):
        part = NamedNode(graph)
        draft.say(dataset, "void:subset", part)
        draft.say(part, "rdf:type", named("void:Dataset"))
        draft.say(part, "dcterms:title", Literal(files.get(graph) or graph.removeprefix(BASE)))
        draft.say(part, "void:triples", Literal(size))
        draft.say(part, "void:dataDump", NamedNode(here + graph_dump(graph)))
    _say_links(draft, counts)
    return draft.to_turtle()


def say_edition(draft: Draft, dataset: NamedNode, told: Edition) -> None:
    """Say what a data set is called, whose it is, and of which version and day."""
    contributors = NamedNode(CONTRIBUTORS)
    draft.say(dataset, "dcterms:title", english(TITLE))
    draft.say(dataset, "dcterms:description", english(DESCRIPTION))
    draft.say(dataset, "dcterms:creator", contributors)
    draft.say(dataset, "dcterms:publisher", contributors)
    draft.say(dataset, "dcterms:license", NamedNode(LICENSE))
    draft.say(dataset, "dcterms:issued", date(told.created))
    draft.say(dataset, "dcterms:modified", date(told.modified))
    draft.say(dataset, "owl:versionInfo", Literal(told.version))
    draft.say(contributors, "rdf:type", named("foaf:Group"))
    draft.say(contributors, "foaf:name", Literal(told.creator))


def _say_links(draft: Draft, counts: Statistics) -> None:
    """Say how many links lead from the data set to each other one, by property."""
    for (link, space), number in sorted(counts.links.items()):
        there = NamedNode(f"{DOCUMENT}#at-{_name(space)}")
        links = NamedNode(f"{DOCUMENT}#{slug(link)}-{_name(space)}")
        draft.say(there, "rdf:type", named("void:Dataset"))
        draft.say(there, "void:uriSpace", Literal(space))
        draft.say(links, "rdf:type", named("void:Linkset"))
        draft.say(links, "void:subjectsTarget", NamedNode(DATASET))
        draft.say(links, "void:objectsTarget", there)
        draft.say(links, "void:linkPredicate", NamedNode(link))
        draft.say(links, "void:triples", Literal(number))
        draft.say(NamedNode(DATASET), "void:subset", links)


def _name(space: str) -> str:
    """Return a name for a namespace: its prefix, or what is left of it in letters and digits."""
    for prefix, known in PREFIXES.items():
        if known == space:
            return prefix
    return re.sub(r"[^A-Za-z0-9]+", "-", space.partition("://")[2]).strip("-")

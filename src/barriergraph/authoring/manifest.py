"""The file `module.ttl`: what a module is called, whose it is, and which addresses are its own."""

from __future__ import annotations

import os

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.slugs import to_slug
from barriergraph.authoring.turtle import Term, block, document
from barriergraph.errors import BarrierGraphError, SourceError
from barriergraph.files import parse
from barriergraph.namespaces import ID, ONTOLOGY
from barriergraph.rdf import named
from barriergraph.sources import MANIFEST
from barriergraph.values import Value

#: Where the terms of a module stand that says nothing of it.
EXAMPLE = "https://example.org/"

_ADVICE = """\
What this module is. Everything in data/, ontology/, shapes/ and queries/ belongs to it.
The address is the beginning of all addresses that the module makes: replace one at
example.org by one that you control before others use it."""


class Manifest(Value):
    """What a module says of itself, each an empty text if it does not; `iri` begins its IRIs."""

    __slots__ = ("creator", "description", "iri", "licence", "title", "version")
    iri: str
    title: str
    description: str
    creator: str
    licence: str
    version: str

    def to_turtle(self) -> str:
        """Return the file, with comments that say what to change."""
        said: list[tuple[NamedNode, list[Term]]] = [
            (named("rdf:type"), [named("owl:Ontology")]),
            (named("dcterms:title"), [Literal(self.title, language="en")]),
            (named("dcterms:description"), [Literal(self.description, language="en")]),
            (named("dcterms:creator"), [Literal(self.creator)]),
            (named("dcterms:license"), [NamedNode(self.licence)]),
            (named("owl:versionInfo"), [Literal(self.version)]),
            (named("owl:imports"), [NamedNode(ONTOLOGY)]),
        ]
        return document([block(NamedNode(self.iri), said)], _ADVICE)


def manifest(folder: str) -> Manifest | None:
    """Return what the module in a folder says of itself, or None if it has no `module.ttl`.

    Raises: SourceError when the file cannot be read, or does not declare one ontology.
    """
    path = os.path.join(folder, MANIFEST)
    if not os.path.isfile(path):
        return None
    quads = list(parse(path))
    found = {
        quad.subject.value
        for quad in quads
        if quad.predicate == named("rdf:type")
        and quad.object == named("owl:Ontology")
        and isinstance(quad.subject, NamedNode)
    }
    if len(found) != 1:
        raise SourceError(path, f"declares {len(found) or 'no'} owl:Ontology; declare one")
    (iri,) = found

    def said(curie: str) -> str:
        values = [
            quad.object.value
            for quad in quads
            if quad.subject == NamedNode(iri)
            and quad.predicate == named(curie)
            and isinstance(quad.object, NamedNode | Literal)
        ]
        return min(values, default="")

    return Manifest(
        iri=iri,
        title=said("dcterms:title"),
        description=said("dcterms:description"),
        creator=said("dcterms:creator"),
        licence=said("dcterms:license"),
        version=said("owl:versionInfo"),
    )


def space(folder: str) -> str:
    """Return what the IRIs of a module's things begin with, up to the kind.

    A module that says nothing of itself has one below example.org; the repository that ships has
    the one of the graph.

    Raises: as `manifest`; BarrierGraphError for a folder that says nothing and whose name has no
        letter of the Latin alphabet.
    """
    from barriergraph.sources import base_module

    if os.path.realpath(folder) == os.path.realpath(base_module().path):
        return ID
    told = manifest(folder)
    if told is None:
        name = to_slug(os.path.basename(os.path.realpath(folder)))
        if not name:
            raise BarrierGraphError(
                f"{folder}: no address can be made of this name; add a {MANIFEST} that gives one"
            )
        return f"{EXAMPLE}{name}/"
    return told.iri if told.iri.endswith(("/", "#")) else f"{told.iri}/"

"""Names that a vocabulary of others does not have, although it has all its names listed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from pyoxigraph import NamedNode

from barriergraph.checking.faults import WARNING, Fault
from barriergraph.checking.reading import Read
from barriergraph.namespaces import PREFIXES, compact, namespace
from barriergraph.places import Places
from barriergraph.rdf import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rdflib.namespace import DefinedNamespace

#: The vocabularies whose names rdflib lists, by prefix; the linter of shapes knows those of SHACL.
LISTED = ("dcat", "dcterms", "foaf", "org", "owl", "prov", "rdf", "rdfs", "schema", "skos",
          "vann", "void")  # fmt: skip

#: What a name is of when its subject or object is a class or a property.
_TYPE = named("rdf:type")
_OF_TERMS = frozenset(
    map(named, ("rdf:type", "rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range"))
)

#: The members of a container, of which there is no end.
_MEMBER = re.compile(r"_[1-9][0-9]*")


def unknown_names(files: Sequence[Read], places: Places) -> Iterator[Fault]:
    """Yield the properties and classes in the namespace of a vocabulary that does not have them.

    It is a warning: the vocabulary may have grown since its names were listed.

    Source: the names in rdflib.namespace
    """
    lists = _lists()
    for one in files:
        for quad in one.quads:
            terms = [quad.predicate]
            if quad.predicate in _OF_TERMS and isinstance(quad.object, NamedNode):
                terms.append(quad.object)
            for term in terms:
                space = namespace(term.value)
                if space not in lists:
                    continue
                local = term.value.removeprefix(space)
                if local in lists[space] or _MEMBER.fullmatch(local):
                    continue
                near = get_close_matches(local, map(_local, dir(lists[space])), 1)
                hint = f"; did you mean {compact(space + near[0])}?" if near else "."
                place = places.of_quad(quad)
                yield Fault(
                    severity=WARNING, step="syntax", duty="vocabulary",
                    file=one.module.shown(one.file), path=one.path,
                    line=None if place is None else place.line, column=None,
                    focus=quad.subject.value if isinstance(quad.subject, NamedNode) else None,
                    predicate=quad.predicate.value, value=compact(term.value),
                    message=f"{compact(term.value)} is no name of that vocabulary{hint}", hint=None,
                )  # fmt: skip


def _lists() -> dict[str, type[DefinedNamespace]]:
    """Return what holds the names of each vocabulary, by its namespace."""
    from rdflib import namespace as listed

    places = {"schema": "SDO"}
    return {
        PREFIXES[prefix]: getattr(listed, places.get(prefix, prefix.upper())) for prefix in LISTED
    }


def _local(iri: object) -> str:
    return str(iri).rpartition("#" if "#" in str(iri) else "/")[2]

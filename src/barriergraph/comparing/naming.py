"""What the things in two versions are called, and what kinds of things they are."""

from __future__ import annotations

from functools import cached_property

from pyoxigraph import NamedNode, Store

from barriergraph.comparing.versions import Version
from barriergraph.namespaces import compact
from barriergraph.rdf import named
from barriergraph.sources import read_into
from barriergraph.terms import Terms

_TYPE, _SUBCLASS = named("rdf:type"), named("rdfs:subClassOf")

#: Kinds by the classes whose members, or members of a class below, are of that kind: first match.
_KINDS = (
    ("class", ("owl:Class", "rdfs:Class", "rdfs:Datatype")),
    (
        "property",
        (
            "rdf:Property", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty",
            "owl:OntologyProperty",
        ),
    ),
    ("shape", ("sh:NodeShape", "sh:PropertyShape", "sh:Shape")),
    ("ontology", ("owl:Ontology",)),
    ("scheme", ("skos:ConceptScheme",)),
    ("finding", ("bg:Finding",)),
    ("source", ("bg:Source",)),
    ("concept", ("skos:Concept",)),
)  # fmt: skip


class Names:
    """The names and kinds of the things in some versions, the first version going before."""

    def __init__(self, *versions: Version) -> None:
        self._versions = versions
        self._terms = [Terms(one.store) for one in versions]

    def label(self, iri: str) -> str:
        """Return the name of a thing for people, or its CURIE when no version names it."""
        node, curie = NamedNode(iri), compact(iri)
        for terms in (*self._terms, self._ground[1]):
            found = terms.label(node)
            if found != curie:
                return found
        return curie

    def kind(self, iri: str) -> str:
        """Return what kind of thing an IRI is, in one of the words for it or that of its class.

        It is empty for a thing that no version and not the base gives a type.
        """
        types = self._types(iri)
        above = self._above(types)
        for kind, classes in _KINDS:
            if any(named(one).value in above for one in classes):
                return kind
        plain = [one for one in sorted(types) if one != named("owl:NamedIndividual").value]
        return self.label(plain[0]) if plain else "thing" if types else ""

    def typed(self, iri: str, version: Version) -> bool:
        """Tell whether a version, or the base under it, gives a thing a type.

        A file lies on nothing: it says all that there is.
        """
        on_base = version.base is not None and version.queries is not None
        stores = [version.store, self._ground[0]] if on_base else [version.store]
        node = NamedNode(iri)
        return any(
            True for store in stores for _ in store.quads_for_pattern(node, _TYPE, None, None)
        )

    def objects(self, iri: str, name: str, version: Version) -> tuple[str, ...]:
        """Return the IRIs that a property of a thing has as values in a version, sorted."""
        quads = version.store.quads_for_pattern(NamedNode(iri), NamedNode(name), None, None)
        return tuple(
            sorted({quad.object.value for quad in quads if isinstance(quad.object, NamedNode)})
        )

    @cached_property
    def _ground(self) -> tuple[Store, Terms]:
        store = Store()
        bases = {one.base.path: one.base for one in self._versions if one.base is not None}
        read_into(store, list(bases.values()))
        return store, Terms(store)

    def _stores(self) -> list[Store]:
        return [*(one.store for one in self._versions), self._ground[0]]

    def _types(self, iri: str) -> set[str]:
        return {
            quad.object.value
            for store in self._stores()
            for quad in store.quads_for_pattern(NamedNode(iri), _TYPE, None, None)
            if isinstance(quad.object, NamedNode)
        }

    def _above(self, classes: set[str]) -> set[str]:
        found, waiting = set(classes), list(classes)
        while waiting:
            one = waiting.pop()
            if one not in self._parents:
                self._parents[one] = {
                    quad.object.value
                    for store in self._stores()
                    for quad in store.quads_for_pattern(NamedNode(one), _SUBCLASS, None, None)
                    if isinstance(quad.object, NamedNode)
                }
            waiting += self._parents[one] - found
            found |= self._parents[one]
        return found

    @cached_property
    def _parents(self) -> dict[str, set[str]]:
        return {}

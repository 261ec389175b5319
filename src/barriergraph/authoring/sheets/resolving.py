"""From what a person writes in a cell to the one thing of the graph that is meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.columns import fold
from barriergraph.authoring.identifiers import bare_doi
from barriergraph.authoring.sheets.cells import Bad, nearest
from barriergraph.authoring.slugs import to_slug
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import compact, rule_of, slug
from barriergraph.rdf import named
from barriergraph.terms import LABELS, OTHER_NAMES, as_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyoxigraph import Quad

_NAMES = tuple(map(NamedNode, (*LABELS[:4], *OTHER_NAMES)))
_CITED = re.compile(r"(.*?)[\s,(]+([12][0-9]{3}[a-z]?)\)?")


class Names:
    """The things that a graph asserts, by what people call them.

    What stands in the named graphs `without` is left out of account, and so is what was derived.
    """

    def __init__(self, graph: KnowledgeGraph, without: Collection[str] = ()) -> None:
        self._store = graph.store
        self._asserted = {
            name.value
            for name in self._store.named_graphs()
            if isinstance(name, NamedNode) and not rule_of(name.value) and name.value not in without
        }
        self._members: dict[str, set[str]] = {}
        for quad in self.said("rdf:type"):
            if isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode):
                self._members.setdefault(quad.object.value, set()).add(quad.subject.value)
        self._below: dict[str, set[str]] = {}
        for quad in self.said("rdfs:subClassOf"):
            if isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode):
                self._below.setdefault(quad.object.value, set()).add(quad.subject.value)
        self._called: dict[str, set[str]] | None = None
        self._indexes: dict[str, dict[str, set[str]]] = {}
        self._spoken: dict[str, list[str]] = {}
        self._known: dict[tuple[str, str], NamedNode | Bad] = {}
        self._retired = {_iri(quad.subject) for quad in self.said("owl:deprecated")}

    def said(self, predicate: str | NamedNode) -> Iterator[Quad]:
        """Yield the statements with a predicate that are asserted and count."""
        node = named(predicate) if isinstance(predicate, str) else predicate
        for quad in self._store.quads_for_pattern(None, node, None, None):
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value in self._asserted:
                yield quad

    def of(self, subject: NamedNode) -> Iterator[Quad]:
        """Yield what is asserted of a thing."""
        for quad in self._store.quads_for_pattern(subject, None, None, None):
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value in self._asserted:
                yield quad

    def members(self, cls: str) -> frozenset[str]:
        """Return the IRIs of the members of a class (a CURIE) and of those below it."""
        return frozenset(iri for one in self.below(cls) for iri in self._members.get(one, ()))

    def below(self, cls: str) -> frozenset[str]:
        """Return the IRIs of a class and of those below it."""
        todo, classes = [named(cls).value], set[str]()
        while todo:
            one = todo.pop()
            if one not in classes:
                classes.add(one)
                todo += self._below.get(one, ())
        return frozenset(classes)

    def fitting(self, text: str, cls: str) -> tuple[str, ...]:
        """Return the IRIs of the members of a class that a text may stand for, sorted."""
        index = self._index(cls)
        iri = as_iri(text.strip())
        if iri is not None and iri in index.get(iri, ()):
            return (iri,)
        found = index.get(fold(text), set())
        if not found and cls == "bg:Source":
            doi = bare_doi(text)
            found = index.get(f"doi:{doi}" if doi else words(text), set())
        return tuple(sorted(found))

    def resolve(self, text: str, cls: str) -> NamedNode | Bad:
        """Return the member of a class that a text stands for, or what is wrong with the text.

        A text is a slug, CURIE, IRI, or a label of any kind in any case; of a source also its DOI,
        or its title with other punctuation.
        """
        key = (text, cls)
        if key not in self._known:
            self._known[key] = self._resolved(text, cls)
        return self._known[key]

    def name(self, iri: str, cls: str, *, labelled: bool = True) -> str:
        """Return the best name for a member of a class that `resolve` takes back to it alone."""
        from barriergraph.authoring.columns import SEPARATOR

        wanted = (iri,)
        texts = self.labels(iri) if labelled else []
        for text in (*texts, slug(iri)):
            if SEPARATOR not in text and self.fitting(text, cls) == wanted:
                return text
        return compact(iri)

    def labels(self, iri: str) -> list[str]:
        """Return the preferred labels or titles of a thing, the English first."""
        found = {
            (quad.object.language != "en", quad.object.value)
            for predicate in _NAMES[:4]
            for quad in self._store.quads_for_pattern(NamedNode(iri), predicate, None, None)
            if isinstance(quad.object, Literal)
        }
        return [" ".join(value.split()) for _, value in sorted(found)]

    def retired(self, iri: str) -> Bad | None:
        """Return what is wrong with using a thing that was retired, or None where it was not."""
        if iri not in self._retired:
            return None
        after = [
            compact(quad.object.value)
            for quad in self.of(NamedNode(iri))
            if quad.predicate == named("dcterms:isReplacedBy")
            and isinstance(quad.object, NamedNode)
        ]
        remedy = f"use {' or '.join(sorted(after))}" if after else "use another"
        return Bad(reason=f"{compact(iri)} is retired", remedy=remedy)

    def _resolved(self, text: str, cls: str) -> NamedNode | Bad:
        found = self.fitting(text, cls)
        if len(found) == 1:
            return self.retired(found[0]) or NamedNode(found[0])
        if found:
            return Bad(
                reason=f"{text!r} stands for {len(found)} things",
                remedy=f"write one of {', '.join(map(compact, found))}",
            )
        index = self._index(cls)
        spoken = self._spoken[cls]
        near = dict.fromkeys(
            compact(iri) for name in nearest(fold(text), spoken) for iri in sorted(index[name])
        )
        what = called(cls)
        if cls == "bg:Source" and (cited := _cited(text)):
            keys = {slug(iri): iri for iri in sorted(self.members(cls))}
            close = [key for key in keys if key.startswith(cited)] or nearest(cited, list(keys))
            near = dict.fromkeys(compact(keys[key]) for key in close) or near
        remedy = f"did you mean {' or '.join(list(near)[:3])}?" if near else f"add the {what} first"
        return Bad(reason=f"no {what} is called {text!r}", remedy=remedy)

    def _index(self, cls: str) -> dict[str, set[str]]:
        if cls not in self._indexes:
            index: dict[str, set[str]] = {}
            members = self.members(cls)
            for iri in members:
                for key in (iri, compact(iri), slug(iri)):
                    index.setdefault(key, set()).add(iri)
                    index.setdefault(fold(key), set()).add(iri)
            for key, iris in self._by_name().items():
                if fits := iris & members:
                    index.setdefault(key, set()).update(fits)
            if cls == "bg:Source":
                self._add_works(index, members)
            self._indexes[cls] = index
            addresses = {key for iri in members for key in (iri, compact(iri))}
            self._spoken[cls] = [key for key in index if fold(key) == key and key not in addresses]
        return self._indexes[cls]

    def _by_name(self) -> dict[str, set[str]]:
        if self._called is None:
            self._called = {}
            for predicate in _NAMES:
                for quad in self.said(predicate):
                    if isinstance(quad.object, Literal):
                        key = fold(quad.object.value)
                        self._called.setdefault(key, set()).add(_iri(quad.subject))
        return self._called

    def _add_works(self, index: dict[str, set[str]], members: Collection[str]) -> None:
        for quad in self.said("bg:doi"):
            if _iri(quad.subject) in members and isinstance(quad.object, Literal):
                key = f"doi:{quad.object.value.casefold()}"
                index.setdefault(key, set()).add(_iri(quad.subject))
        for quad in self.said("dcterms:title"):
            if _iri(quad.subject) in members and isinstance(quad.object, Literal):
                index.setdefault(words(quad.object.value), set()).add(_iri(quad.subject))


def words(text: str) -> str:
    """Return the words of a title, by which it is found however it is punctuated.

    >>> words("Sharing: why, and how?")
    'sharing why and how'
    """
    return " ".join(re.findall(r"\w+", text.casefold()))


def _cited(text: str) -> str:
    """Return the key that a source cited by author and year is likely to have, or ''.

    >>> _cited("Dawes (1996)"), _cited("Dawes et al., 1996"), _cited("dawes1996")
    ('dawes1996', 'dawes1996', '')
    """
    found = _CITED.fullmatch(text.strip())
    first = re.split(r",|&|;| and | et al", found[1])[0] if found else ""
    return f"{to_slug(first)}{found[2]}" if found and to_slug(first) else ""


def called(cls: str) -> str:
    """Return a class as a word for people.

    >>> called("bg:PolicyDomain")
    'policy domain'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.partition(":")[2]).lower()


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""

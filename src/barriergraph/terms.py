"""Names and things: from a slug, CURIE, IRI or label to the one term that is meant, and back."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

from barriergraph.errors import NotFoundError, QueryError
from barriergraph.namespaces import BG, PREFIXES, compact, expand, slug

#: The properties that name a thing for people, the best first.
LABELS = (
    f"{PREFIXES['skos']}prefLabel",
    f"{PREFIXES['rdfs']}label",
    f"{PREFIXES['dcterms']}title",
    f"{PREFIXES['foaf']}name",
    f"{BG}citedAs",
    f"{BG}statement",
)

#: Further properties by whose values a thing is found, though not shown.
OTHER_NAMES = (
    f"{PREFIXES['skos']}altLabel",
    f"{PREFIXES['skos']}hiddenLabel",
    f"{BG}mergedFrom",
)

#: A statement that stands for a label is cut after a word near this length.
LABEL_LENGTH = 80

_TYPE = NamedNode(f"{PREFIXES['rdf']}type")

#: Asks for the individuals of a class or of any class below it, in no order.
INSTANCES = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?instance WHERE {{
  ?class rdfs:subClassOf* {cls} .
  ?instance a ?class .
  FILTER(isIRI(?instance))
}}"""


_BELOW = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?class WHERE {{ ?class rdfs:subClassOf* {cls} }}"""

#: The classes of so many things are kept.
_KEPT = 2**12


class Terms:
    """The names that a store gives to its terms; each index is built when first needed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._instances: dict[str, tuple[NamedNode, ...]] = {}
        self._below: dict[str, frozenset[object]] = {}
        self._classes = lru_cache(_KEPT)(self._classes_of)
        self._slugs: dict[str, list[str]] | None = None
        self._names: dict[str, list[str]] | None = None

    def instances(self, cls: NamedNode) -> tuple[NamedNode, ...]:
        """Return the individuals of a class or of any class below it, sorted by IRI."""
        found = self._instances.get(cls.value)
        if found is None:
            rows = self._store.query(INSTANCES.format(cls=cls), use_default_graph_as_union=True)
            assert isinstance(rows, QuerySolutions)
            # Put in order here: the engine takes twenty times as long over fifty thousand.
            found = tuple(sorted((row[0] for row in rows), key=lambda node: node.value))
            self._instances[cls.value] = found
        return found

    def is_instance(self, node: NamedNode, cls: NamedNode) -> bool:
        """Tell whether a thing is an individual of a class or of any class below it.

        The others are not read, of which there can be many.
        """
        below = self._below.get(cls.value)
        if below is None:
            rows = self._store.query(_BELOW.format(cls=cls), use_default_graph_as_union=True)
            assert isinstance(rows, QuerySolutions)
            below = self._below[cls.value] = frozenset((cls, *(row[0] for row in rows)))
        return not below.isdisjoint(self._classes(node))

    def _classes_of(self, node: NamedNode) -> frozenset[object]:
        return frozenset(
            quad.object for quad in self._store.quads_for_pattern(node, _TYPE, None, None)
        )

    def resolve(self, term: str | NamedNode, cls: NamedNode | None = None) -> NamedNode:
        """Return the one term that a slug, CURIE, IRI or label (in any case) stands for.

        With `cls`, only individuals of that class or of a class below it are meant.

        Raises: NotFoundError with the nearest names when there is none; QueryError with the
            CURIEs when there are several.
        """
        text = term.value if isinstance(term, NamedNode) else str(term)
        iri = text if isinstance(term, NamedNode) else as_iri(text)
        if iri is not None and (node := self._known(iri, cls)) is not None:
            return node
        found = self._by_slug(text, cls) or self._by_name(text, cls)
        if len(found) == 1:
            return NamedNode(found[0])
        if found:
            curies = [compact(name) for name in found]
            raise QueryError(
                f"{text!r} stands for {len(found)} things; write one of {', '.join(curies)}"
            )
        kind = "term" if cls is None else self.label(cls)
        raise NotFoundError(kind, text, self.near(text if iri is None else slug(iri), cls))

    def label(self, term: NamedNode | BlankNode | Literal | Triple) -> str:
        """Return the name of a term for people; its CURIE when it has none, or a literal's value.

        English goes before no language, and that before any other language.
        """
        if isinstance(term, Literal):
            return term.value
        if not isinstance(term, NamedNode):
            return str(term)
        for name in LABELS:
            values = [
                quad.object
                for quad in self._store.quads_for_pattern(term, NamedNode(name), None, None)
                if isinstance(quad.object, Literal)
            ]
            if values:
                best = min(values, key=_preference).value
                return shorten(best) if name == LABELS[-1] else best
        return compact(term.value)

    def near(self, text: str, cls: NamedNode | None = None) -> list[str]:
        """Return up to three names that come close to a text: slugs, or CURIEs of shared slugs."""
        from difflib import get_close_matches

        scope = None if cls is None else {node.value for node in self.instances(cls)}
        places: dict[str, list[str]] = {}
        for index in (self._slug_index(), self._name_index()):
            for name, iris in index.items():
                kept = [iri for iri in iris if scope is None or iri in scope]
                if kept:
                    places.setdefault(name.casefold(), []).extend(kept)
        best = get_close_matches(text.casefold(), places, n=3)
        found = dict.fromkeys(iri for name in best for iri in places[name])
        return [self._shortest(iri, scope) for iri in found][:3]

    def _known(self, iri: str, cls: NamedNode | None) -> NamedNode | None:
        try:
            node = NamedNode(iri)
        except ValueError:
            return None
        if cls is not None:
            return node if self.is_instance(node, cls) else None
        patterns = ((node, None, None), (None, None, node), (None, node, None))
        for subject, predicate, value in patterns:
            for _ in self._store.quads_for_pattern(subject, predicate, value, None):
                return node
        return None

    def _by_slug(self, text: str, cls: NamedNode | None) -> list[str]:
        if cls is None:
            return self._slug_index().get(text, [])
        return [node.value for node in self.instances(cls) if slug(node.value) == text]

    def _by_name(self, text: str, cls: NamedNode | None) -> list[str]:
        found = self._name_index().get(text.casefold(), [])
        if cls is None:
            return found
        scope = {node.value for node in self.instances(cls)}
        return [iri for iri in found if iri in scope]

    def _shortest(self, iri: str, scope: set[str] | None) -> str:
        name = slug(iri)
        same = [
            other for other in self._slug_index().get(name, []) if scope is None or other in scope
        ]
        return name if same == [iri] else compact(iri)

    def _slug_index(self) -> dict[str, list[str]]:
        if self._slugs is None:
            rows = self._store.query(
                "SELECT DISTINCT ?term WHERE { ?term ?property ?value FILTER(isIRI(?term)) }",
                use_default_graph_as_union=True,
            )
            assert isinstance(rows, QuerySolutions)
            self._slugs = _grouped((slug(row[0].value), row[0].value) for row in rows)
        return self._slugs

    def _name_index(self) -> dict[str, list[str]]:
        if self._names is None:
            self._names = _grouped(
                (quad.object.value.casefold(), quad.subject.value)
                for name in (*LABELS[:-1], *OTHER_NAMES)
                for quad in self._store.quads_for_pattern(None, NamedNode(name), None, None)
                if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode)
            )
        return self._names


def as_iri(text: str) -> str | None:
    """Return the IRI that a text spells in full, in angle brackets or as a CURIE, or None.

    >>> as_iri("domain:smart-cities")
    'https://w3id.org/barriergraph/id/domain/smart-cities'
    >>> as_iri("<https://example.org/a>"), as_iri("urn:isbn:1"), as_iri("smart-cities")
    ('https://example.org/a', 'urn:isbn:1', None)
    """
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    if "://" in text or text.startswith("urn:"):
        return text
    return expand(text)


def shorten(text: str, length: int = LABEL_LENGTH) -> str:
    """Return a text on one line, cut after a word with an ellipsis when it is too long.

    >>> shorten("Staff fear blame for sharing wrongly", 20)
    'Staff fear blame…'
    """
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line.rfind(" ", 0, length)
    return line[: cut if cut > 0 else length - 1].rstrip(" ,;:.") + "…"


def _preference(value: Literal) -> tuple[int, str, str]:
    language = value.language or ""
    english = language == "en" or language.startswith("en-")
    return (0 if english else 1 if not language else 2), language, value.value


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, set[str]] = {}
    for name, iri in pairs:
        groups.setdefault(name, set()).add(iri)
    return {name: sorted(iris) for name, iris in groups.items()}

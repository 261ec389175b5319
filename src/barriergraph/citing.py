"""The sources behind an answer, and what the graph knows of each as a work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

from barriergraph.namespaces import BG, PREFIXES, slug
from barriergraph.sparql import behind
from barriergraph.terms import Terms

Term = NamedNode | BlankNode | Literal | Triple

#: property of a source -> the key under which it is given
_FIELDS = {
    f"{PREFIXES['dcterms']}title": "title",
    f"{BG}year": "year",
    f"{BG}containerTitle": "containerTitle",
    f"{BG}volume": "volume",
    f"{BG}issue": "issue",
    f"{BG}pages": "pages",
    f"{BG}doi": "doi",
    f"{BG}isbn": "isbn",
    f"{BG}url": "url",
    f"{BG}publisherName": "publisherName",
}

_SOURCES = """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?source WHERE {{
  VALUES ?named {{ {named} }}
  ?named (bg:reportedIn|bg:identifiedAs|^bg:reportsOn)? ?source .
  ?source a ?class .
  ?class rdfs:subClassOf* bg:Source .
}}
ORDER BY ?source"""


def sources_of(store: Store, terms: Iterable[Term | None]) -> list[NamedNode]:
    """Return the sources among some terms and those behind them, sorted by IRI.

    A finding stands for the source that reports it, a citation for the work that it is identified
    as, a study for the sources that report on it. Other terms stand for none.
    """
    named = sorted({str(term) for term in terms if isinstance(term, NamedNode)})
    if not named:
        return []
    rows = _rows(store, _SOURCES.format(named=" ".join(named)))
    return [term for row in rows for term in row if isinstance(term, NamedNode)]


def sources_behind(
    store: Store, text: str, rows: Iterable[Iterable[Term | None]], asked: Store | None = None
) -> list[NamedNode]:
    """Return the sources behind the rows that a SELECT query gave, sorted by IRI.

    They are those that the cells name; where no cell names one, those that the query itself went
    through as `?source` or `?finding` on its way to these rows. `asked` is what the query was asked
    of, if that was not the whole graph.
    """
    found = sources_of(store, (term for row in rows for term in row))
    if found:
        return found
    question = behind(text, ("source", "finding"))
    if question is None:
        return []
    asked = store if asked is None else asked
    return sources_of(store, (term for row in _rows(asked, question) for term in row))


def works(store: Store, terms: Terms, found: Iterable[NamedNode]) -> list[dict[str, object]]:
    """Return what the graph says of each source as a work, as plain values, in the order given.

    The keys are `slug`, `type` (the class's name), `authors` (in order, each a dict with
    `family`, `given` and `suffix`, or `literal`), `recollected` (names of fields) and those of
    the bibliography that are known: title, year, containerTitle, volume and so on.
    """
    return [_work(store, terms, source) for source in found]


def _work(store: Store, terms: Terms, source: NamedNode) -> dict[str, object]:
    work: dict[str, object] = {"slug": slug(source.value), "type": _kind(store, source)}
    for name, key in _FIELDS.items():
        for value in _objects(store, source, name):
            if isinstance(value, Literal):
                work[key] = int(value.value) if key == "year" else value.value
    authorships = [
        node for node in _objects(store, source, f"{BG}hasAuthorship") if not _is_literal(node)
    ]
    authorships.sort(key=lambda node: (_position(store, node), str(node)))
    work["authors"] = [
        _author(store, terms, author)
        for authorship in authorships
        for author in _objects(store, authorship, f"{BG}author")
        if isinstance(author, NamedNode)
    ]
    work["recollected"] = sorted(
        value.value
        for value in _objects(store, source, f"{BG}recollectedField")
        if isinstance(value, Literal)
    )
    return work


def _author(store: Store, terms: Terms, author: NamedNode) -> dict[str, str]:
    names = {
        "family": f"{PREFIXES['foaf']}familyName",
        "given": f"{PREFIXES['foaf']}givenName",
        "suffix": f"{BG}nameSuffix",
    }
    found = {
        key: value.value
        for key, name in names.items()
        for value in _objects(store, author, name)
        if isinstance(value, Literal)
    }
    return found if "family" in found else {"literal": terms.label(author)}


def _kind(store: Store, source: NamedNode) -> str:
    """Return the local name of the most particular class of the ontology that a source is in."""
    kinds = sorted(
        node.value.removeprefix(BG)
        for node in _objects(store, source, f"{PREFIXES['rdf']}type")
        if isinstance(node, NamedNode) and node.value.startswith(BG)
    )
    return next((kind for kind in kinds if kind != "Source"), "Source")


def _position(store: Store, authorship: Term) -> int:
    values = _objects(store, authorship, f"{BG}position")
    return next((int(value.value) for value in values if isinstance(value, Literal)), 0)


def _objects(store: Store, subject: Term, predicate: str) -> list[Term]:
    assert not isinstance(subject, Literal)
    quads = store.quads_for_pattern(subject, NamedNode(predicate), None, None)
    return sorted({quad.object for quad in quads}, key=str)


def _is_literal(term: Term) -> bool:
    return isinstance(term, Literal)


def _rows(store: Store, question: str) -> Iterator[tuple[Term | None, ...]]:
    answer = store.query(question, use_default_graph_as_union=True)
    assert isinstance(answer, QuerySolutions)
    for row in answer:
        yield tuple(row)

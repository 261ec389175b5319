"""Parameters of stored queries: from a slug, CURIE, IRI or label to the term that is meant."""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, Store

from barriergraph.namespaces import PREFIXES
from barriergraph.spark.terms import decode, encode, quote
from barriergraph.terms import LABELS, OTHER_NAMES, Terms, as_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barriergraph.queries import StoredQuery
    from barriergraph.spark.triples import Triples

_TYPE = f"<{PREFIXES['rdf']}type>"
_SUBCLASS = f"<{PREFIXES['rdfs']}subClassOf>"
_NAMES = tuple(f"<{name}>" for name in (*LABELS, *OTHER_NAMES))


def bound(query: StoredQuery, parameters: Mapping[str, object], triples: Triples) -> str:
    """Return the text of a stored query with the parameters bound.

    Raises: NotFoundError for an unknown parameter; ParameterError for a value that does not fit.
    """

    def resolve(text: str, cls: str) -> NamedNode:
        return _near(text, triples).resolve(text, NamedNode(cls))

    return query.bind(query.terms(parameters, resolve))


def _near(text: str, triples: Triples) -> Terms:
    """Return the names of what a text may stand for: an IRI, the end of one, or a name."""
    iri = as_iri(text)
    tests = [f"s = {quote(encode(NamedNode(iri)))}"] if iri else []
    ends = " OR ".join(f"endswith(s, {quote(mark + text + '>')})" for mark in "/#:")
    listed = ", ".join(map(quote, _NAMES))
    tests += [ends, f"(p IN ({listed}) AND startswith(lower(o), lower({quote(chr(34) + text)})))"]
    told = ", ".join((quote(_TYPE), listed))
    rows = triples.session.sql(
        f"WITH meant AS (SELECT DISTINCT s FROM {triples.table} WHERE {' OR '.join(tests)}) "
        f"SELECT s, p, o FROM {triples.table} WHERE p = {quote(_SUBCLASS)} UNION ALL "
        f"SELECT t.s, p, o FROM {triples.table} t LEFT SEMI JOIN meant m ON t.s = m.s "
        f"WHERE p IN ({told})"
    )
    store = Store()
    store.extend(
        Quad(decode(s), decode(p), decode(o))  # type: ignore[arg-type]
        for s, p, o in rows.collect()
    )
    return Terms(store)

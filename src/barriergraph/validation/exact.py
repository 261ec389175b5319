"""rdflib's terms <-> the engine's, exactly: no spelling and no datatype is lost on the way.

The engine's store keeps values: "01"^^xsd:integer comes back as 1, "5"^^xsd:byte as an integer.
What it would not give back as it was goes in as a literal of a datatype that the engine does not
know, which the checks can read (see `constraints.typed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from barriergraph.errors import ShapesError
from barriergraph.validation.lexical import well_formed
from barriergraph.validation.vocabulary import XSD

TYPE_CHECKING = False
if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

    from barriergraph.validation.shapes import Term

#: Stands before the IRI of the datatype of a literal that the store would not keep.
KEPT = "urn:barriergraph:kept:"

#: The same for one that spells nothing, as "300"^^xsd:byte, which the store would read as 300.
ILL_FORMED = "urn:barriergraph:ill-formed:"

_SAFE = frozenset(XSD + name for name in ("string", "anyURI", "hexBinary", "base64Binary"))
_PLAIN_INTEGER = re.compile(r"(0|-?[1-9][0-9]{0,17})\Z")
_PLAIN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_X = NamedNode("urn:x")
_EXACT_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal"))


def lossy(literals: Iterable[Literal]) -> dict[Literal, Literal]:
    """Return the literals that a store does not give back as they went in, and what it gives.

    >>> integer = NamedNode(XSD + "integer")
    >>> lost = lossy([Literal("01", datatype=integer), Literal("1", datatype=integer)])
    >>> [(there.value, back.value) for there, back in lost.items()]
    [('01', '1')]
    """
    asked = [literal for literal in dict.fromkeys(literals) if _may_change(literal)]
    if not asked:
        return {}
    store = Store()
    store.extend(Quad(NamedNode(f"urn:x:{n}"), _X, literal) for n, literal in enumerate(asked))
    found = {quad.subject: quad.object for quad in store}
    pairs = ((literal, found[NamedNode(f"urn:x:{n}")]) for n, literal in enumerate(asked))
    return {
        literal: there
        for literal, there in pairs
        if there != literal and isinstance(there, Literal)
    }


def exact(term: Term) -> Term:
    """Return a term that the store gives back as it goes in: itself, or as `keep` has it."""
    if not isinstance(term, Literal) or not lossy([term]):
        return term
    return keep(term, bad=bool(ill_formed([term])))


def ill_formed(literals: Iterable[Literal]) -> set[Literal]:
    """Return the literals that are no spelling of their datatype.

    >>> byte = NamedNode(XSD + "byte")
    >>> bad = ill_formed([Literal("5", datatype=byte), Literal("300", datatype=byte)])
    >>> [literal.value for literal in bad]
    ['300']
    """
    texts: dict[str, set[str]] = {}
    for literal in literals:
        texts.setdefault(literal.datatype.value, set()).add(literal.value)
    found: set[Literal] = set()
    for datatype, spelled in texts.items():
        test = well_formed(datatype, "?text")
        if test is None:
            continue
        values = " ".join(str(Literal(text)) for text in spelled)
        rows = Store().query(f"SELECT ?text {{ VALUES ?text {{ {values} }} FILTER(!({test})) }}")
        assert isinstance(rows, QuerySolutions)
        found |= {Literal(row["text"].value, datatype=NamedNode(datatype)) for row in rows}
    return found


def keep(literal: Literal, *, bad: bool = False) -> Literal:
    """Return a literal that the store gives back with the spelling and datatype of another."""
    prefix = ILL_FORMED if bad else KEPT
    return Literal(literal.value, datatype=NamedNode(prefix + literal.datatype.value))


def unkeep(term: Term) -> Term:
    """Return the literal that `keep` was given, or any other term unchanged.

    >>> byte = Literal("5", datatype=NamedNode(XSD + "byte"))
    >>> unkeep(keep(byte)) == byte
    True
    """
    if isinstance(term, Literal) and term.datatype.value.startswith((KEPT, ILL_FORMED)):
        datatype = term.datatype.value.removeprefix(KEPT).removeprefix(ILL_FORMED)
        return Literal(term.value, datatype=NamedNode(datatype))
    return term


def by_value(term: Term) -> Term:
    """Return a term as the engine compares it: what spells nothing stays apart."""
    bad = isinstance(term, Literal) and term.datatype.value.startswith(ILL_FORMED)
    return term if bad else unkeep(term)


def _may_change(literal: Literal) -> bool:
    datatype = literal.datatype.value
    if not datatype.startswith(XSD) or datatype in _SAFE:
        return False
    if datatype == XSD + "integer":
        return not _PLAIN_INTEGER.match(literal.value)
    return not (datatype == XSD + "date" and _PLAIN_DATE.match(literal.value))


class Exact:
    """The two-way table of terms between an rdflib graph and a store.

    `kept` says whether any literal went in under a datatype of ours, `huge` whether there is a
    number too large for the engine to compare.
    """

    def __init__(self, *, kept: bool = False) -> None:
        self.kept = kept
        self.huge = False
        self._there: dict[Node, Term] = {}
        self._back: dict[Term, Node] = {}
        self._spellings: dict[Term, list[Node]] = {}

    def read(self, graph: rdflib.Graph) -> Iterator[Quad]:
        """Return the triples of a graph as quads of the default graph."""
        triples = list(graph)
        self.learn(set(chain.from_iterable(triples)))
        there = self._there
        for subject, predicate, value in triples:
            try:
                yield Quad(there[subject], there[predicate], there[value])  # type: ignore[arg-type]
            except TypeError:
                continue  # a literal as subject is no RDF

    def learn(self, terms: Iterable[Node]) -> None:
        """Take terms into the table."""
        there = self._there
        fresh = {term: to_engine(term) for term in terms if term not in there}
        lost = lossy(term for term in fresh.values() if isinstance(term, Literal))
        bad = ill_formed(lost)
        for term, made in fresh.items():
            if isinstance(made, Literal):
                if made in lost:
                    self._spellings.setdefault(lost[made], []).append(term)
                    made, self.kept = keep(made, bad=made in bad), True
                elif not self.huge and _is_huge(made):
                    self.huge = True
            there[term] = made
            self._back.setdefault(made, term)

    def there(self, term: Node) -> Term:
        """Return the store's term for one of rdflib's."""
        if term not in self._there:
            self.learn([term])
        return self._there[term]

    def back(self, term: Term) -> Node:
        """Return rdflib's term for one of the store's."""
        found = self._back.get(term)
        return to_rdflib(unkeep(term)) if found is None else found

    def spellings(self, term: Term) -> list[Node]:
        """Return rdflib's terms that a store which reads literals by value takes for one."""
        plain = [self._back[term]] if term in self._back else []
        return [*plain, *self._spellings.get(term, ())] or [to_rdflib(term)]


def to_engine(term: Node) -> Term:
    """Return a term of rdflib as one of the engine, its spelling unchanged."""
    import rdflib

    if isinstance(term, rdflib.Literal):
        return _literal(term)
    if isinstance(term, rdflib.BNode):
        try:
            return BlankNode(str(term))
        except ValueError:
            return BlankNode()
    return _iri(str(term))


def to_rdflib(term: Term) -> Node:
    """Return a term of the engine as one of rdflib, its spelling unchanged."""
    import rdflib

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == XSD + "string":
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def _literal(term: rdflib.Literal) -> Literal:
    try:
        if term.language:
            return Literal(str(term), language=term.language)
        if term.datatype is None:
            return Literal(str(term))
        return Literal(str(term), datatype=NamedNode(str(term.datatype)))
    except ValueError as error:
        raise ShapesError(repr(term), f"not a literal that can be checked: {error}") from None


def _iri(text: str) -> NamedNode:
    try:
        return NamedNode(text)
    except ValueError:  # rdflib takes a blank inside an IRI, and IRIs without a scheme
        return NamedNode("urn:barriergraph:iri:" + quote(text, safe=""))


def _is_huge(literal: Literal) -> bool:
    if literal.datatype.value not in _EXACT_NUMBERS:
        return False
    return len(literal.value) > 18 and literal.value.lstrip("+-")[:1].isdigit()

"""Triples that are being written down, with properties as CURIEs."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from barriergraph.rdf import Graph, named

#: Stands for the address at which a document is going to be; `to_turtle` leaves it out.
HERE = "https://here.invalid/"

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal


class Draft:
    """A list of triples that grows.

    >>> draft = Draft()
    >>> draft.say(NamedNode("https://example.org/a"), "dcterms:extent", Literal(3), None)
    >>> draft.to_turtle().decode().splitlines()[-1]
    '<https://example.org/a> dcterms:extent 3 .'
    """

    def __init__(self) -> None:
        self.triples: list[Triple] = []
        self._nodes = 0

    def say(self, subject: Subject, curie: str, *values: Term | None) -> None:
        """Add a triple for each value; None says nothing."""
        for value in values:
            if value is not None:
                self.triples.append(Triple(subject, named(curie), value))

    def node(self) -> BlankNode:
        """Return a blank node that nothing is said of yet, named alike in every run."""
        self._nodes += 1
        return BlankNode(f"n{self._nodes}")

    def to_turtle(self) -> bytes:
        """Return the triples in Turtle; what starts with `HERE` is relative to the document."""
        return Graph(self.triples).serialize().replace(f"<{HERE}".encode(), b"<")


def english(text: str) -> Literal:
    """Return a text as a literal in English."""
    return Literal(text, language="en")


def typed(text: str | int, curie: str) -> Literal:
    """Return a literal of a datatype.

    >>> typed("2026-11-25", "xsd:date").value
    '2026-11-25'
    """
    return Literal(str(text), datatype=named(curie))


def date(text: str | None) -> Literal | None:
    """Return a day as a literal of xsd:date, or None for none."""
    return None if text is None else typed(text, "xsd:date")

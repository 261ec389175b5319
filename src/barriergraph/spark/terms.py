"""Terms of RDF as one text each, so that a column holds them and equal texts are equal terms.

`<iri>`, `_:label`, `"text"`, `"text"@en` or `"text"^^<datatype>`: as in N-Triples, but nothing is
escaped. It stays unambiguous, as no quote can stand behind the one that ends the text.
"""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode

from barriergraph.datatypes import XSD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Term: TypeAlias = NamedNode | BlankNode | Literal

LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def encode(term: Term) -> str:
    r"""Return the text that stands for a term in a column.

    >>> encode(NamedNode("x:a")), encode(Literal('say "hi"', language="en"))
    ('<x:a>', '"say "hi""@en')
    >>> encode(Literal(3))
    '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if isinstance(term, NamedNode):
        return f"<{term.value}>"
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    return encode_literal(term.value, term.language, term.datatype.value)


def encode_literal(text: str, language: str | None, datatype: str | None) -> str:
    """Return the text that stands for a literal in a column."""
    if language:
        return f'"{text}"@{language.lower()}'
    return f'"{text}"' if datatype in (None, f"{XSD}string") else f'"{text}"^^<{datatype}>'


def decode(text: str) -> Term:
    r"""Return the term that a text in a column stands for.

    >>> decode('"say "hi""@en'), decode("<x:a>")
    (<Literal value=say "hi" language=en>, <NamedNode value=x:a>)
    """
    if text.startswith("<"):
        return NamedNode(text[1:-1])
    if text.startswith("_:"):
        return BlankNode(text[2:])
    end = text.rindex('"')
    lexical, rest = text[1:end], text[end + 1 :]
    if rest.startswith("@"):
        return Literal(lexical, language=rest[1:])
    return Literal(lexical, datatype=NamedNode(rest[3:-1])) if rest else Literal(lexical)


def quote(text: str) -> str:
    r"""Return a text as a literal of Spark SQL.

    A dollar is escaped, for Spark puts settings in the place of `${name}` even inside literals.

    >>> print(quote("it's 3$"))
    'it\'s 3\u0024'
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("$", "\\u0024")
    return f"'{escaped}'"

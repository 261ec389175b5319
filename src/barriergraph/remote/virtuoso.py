"""What Virtuoso does in its own way, and which stored queries it answers wrongly.

Measured with 7.2.5, which Debian has. Most of it is told by no error, so it is told here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count

from barriergraph.namespaces import PREFIXES
from barriergraph.parts import is_word, parts
from barriergraph.tokens import tokens

_XSD = PREFIXES["xsd"]
_BOOLEAN = f"{_XSD}boolean"

_CLIMB = "where two slots are given, it loses what is reached by skos:broader*"
_REFUSED = "it refuses the query, which its compiler cannot take"
_COUNTS = "it counts wrongly what is optional"
_DERIVED = (
    "at times it loses rows where rules have run there, and not where what follows was pushed"
)
_BESIDE = "it loses rows where others are loaded beside what ships"
_LOST = "it loses in EXISTS what BIND gave, so the same in other letters is overlooked"

#: The stored queries whose rows are not those of the standard there, each with what goes wrong:
#: with some parameters, or with all. `tests/differential/test_virtuoso.py` holds these to be wrong
#: and all others to be right.
WRONG: Mapping[str, str] = {
    "barriers-by-profession": _CLIMB,
    "classification-coverage": _COUNTS,
    "contested-factors": "it finds none, or refuses the query",
    "evidence-by-year": "it loses a source without a year",
    "evidence-map-by-profession": "it loses rows without a study",
    "findings-about": _DERIVED,
    "findings-behind-the-map": _BESIDE,
    "indirect-findings": _DERIVED,
    "key-findings-and-literature": _REFUSED,
    "moderators": _BESIDE,
    "partly-read-sources": _REFUSED,
    "people-and-links": "it gives people what links others",
    "places-and-enablers": "it loses what a given place or enabler reaches by skos:broader*",
    "professionals-and-clients": "it loses rows where a factor is given",
    "remedies-of-a-barrier": "it leaves out the domain or place whose label it gives",
    "remedies-that-carry-over": _BESIDE,
    "single-study-barriers": _DERIVED,
    "what-if": "it gives 0 or 1 for whether a candidate is of another setting",
}


#: Checks that it answers wrongly, by the name of their shape, each with what goes wrong: always, or
#: at times, as its plan follows from samples. `tests/differential/test_elsewhere.py` holds that no
#: other strays.
WRONG_CHECKS: Mapping[str, str] = {
    "ConceptShape-altLabel-unique": _LOST,
    "PropertyTermShape-subPropertyOf-cycle": "at times it finds circles where there are none",
    "SourceShape-doi": _LOST,
    "SourceShape-hasAuthorship-order": "where one source miscounts, at times it blames others",
    "TypedShape-domain": "it does not see that a class lies below one that is found",
}

_TYPE, _BELOW = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "subClassOf"

#: A thing is of a class or of one below it; it loses the latter in FILTER NOT EXISTS.
_OF_CLASS = re.compile(rf"(\?\w+)\s+<{re.escape(_TYPE)}>/<{re.escape(_BELOW)}>\*\s+(<[^<>]+>)")

#: A value is the same as a plain text; it tells no text from any other then.
_SAME_TEXT = re.compile(r'sameTerm\((\?\w+), ("(?:[^"\\]|\\.)*")\)')

#: A truth value is the same as another; it keeps them as numbers, which are never the same.
_SAME_TRUTH = re.compile(rf'sameTerm\((\?\w+), "(true|false)"\^\^<{re.escape(_BOOLEAN)}>\)')

#: Something is above or below a number; it says so of words, too.
_NUMBER = re.compile(
    rf'COALESCE\(((\?\w+) [<>]=? "[^"]*"\^\^<{re.escape(_XSD)}(?:integer|decimal|double)>), false\)'
)

#: Something is a plain text; it says so of a text in some language, too.
_PLAIN = re.compile(rf"DATATYPE\((\?\w+)\) IN \(<{re.escape(_XSD)}string>\)")


def spoken(query: str, below: Callable[[str], Sequence[str]]) -> str:
    """Return a query as Virtuoso understands it.

    Classes are named, texts and truth values compared by value, and words are no numbers.

    `below` gives the classes below one, itself among them, written as in a query.

    >>> spoken('ASK { ?x a ?y FILTER(sameTerm(?x, "a")) }', lambda cls: [cls])
    'ASK { ?x a ?y FILTER(?x = "a") }'
    """
    numbers = count()

    def of_class(found: re.Match[str]) -> str:
        name = f"?_class{next(numbers)}"
        classes = " ".join(below(found[2]))
        return f"{found[1]} <{_TYPE}> {name} . VALUES {name} {{ {classes} }}"

    def same_truth(found: re.Match[str]) -> str:
        spelled = '"true", "1"' if found[2] == "true" else '"false", "0"'
        return f"(DATATYPE({found[1]}) = <{_BOOLEAN}> && STR({found[1]}) IN ({spelled}))"

    query = _SAME_TEXT.sub(r"\1 = \2", _OF_CLASS.sub(of_class, query))
    query = _SAME_TRUTH.sub(same_truth, query)
    query = _NUMBER.sub(r"COALESCE(isNumeric(\2) && \1, false)", query)
    return _PLAIN.sub(r'(LANG(\1) = "" && \g<0>)', query)


def mended(results: bytes, query: str) -> bytes:
    """Return JSON results as the standard has them, where Virtuoso is known to stray.

    Truth values are true and false, where it has 1 and 0, a blank node has a name that the
    standard allows, where it has nodeID://b1, and `SELECT DISTINCT` gives no row twice. With LIMIT
    or OFFSET nothing can be done for that: rows that count are lost there.
    Results that cannot be read are returned as they are.

    >>> term = '{"type": "literal", "datatype": "http://www.w3.org/2001/XMLSchema#boolean"'
    >>> row = f'{{"x": {term}, "value": "1"}}}}'
    >>> found = f'{{"results": {{"bindings": [{row}, {row}]}}}}'.encode()
    >>> mended(found, "SELECT DISTINCT ?x { ?x ?y ?z }").count(b'"value": "true"')
    1
    """
    from json import dumps, loads

    distinct = _is_distinct(query)
    if not distinct and _BOOLEAN.encode() not in results and b"bnode" not in results:
        return results
    try:
        document = loads(results)
        rows = document["results"]["bindings"]
        for term in (term for row in rows for term in row.values()):
            if term.get("datatype") == _BOOLEAN and term["value"] in ("0", "1"):
                term["value"] = "true" if term["value"] == "1" else "false"
            if term.get("type") == "bnode":
                term["value"] = "".join(mark for mark in term["value"] if mark.isalnum())
        if distinct:
            once = {dumps(row, sort_keys=True): row for row in rows}
            document["results"]["bindings"] = list(once.values())
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return results
    return dumps(document).encode()


def _is_distinct(query: str) -> bool:
    """Tell whether no row may come twice, and every row that there is should come."""
    found = parts(query)
    if found is None:
        return False
    head = tokens(found.head)
    if not is_word(head[1], "DISTINCT"):
        return False
    tail = tokens(found.tail)
    return not any(is_word(token, word) for token in tail for word in ("LIMIT", "OFFSET"))

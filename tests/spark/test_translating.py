"""SPARQL as Spark SQL: the same rows as the embedded engine, on cases that are known to be hard."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import Quad, QuerySolutions, RdfFormat, Store, parse

from barriergraph.errors import QueryError

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install '.[spark]'")

from barriergraph import spark
from barriergraph.spark.terms import decode

DATA = """
<x:a> <x:p> <x:b> <x:g1> .
<x:a> <x:p> <x:b> <x:g2> .
<x:b> <x:p> <x:c> .
<x:c> <x:p> <x:a> .
<x:d> <x:p> <x:d> .
<x:a> <x:q> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
<x:b> <x:q> "1"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<x:c> <x:q> "10"^^<http://www.w3.org/2001/XMLSchema#integer> .
<x:d> <x:q> "ten"@en .
<x:e> <x:q> "ten" .
<x:e> <x:Q> "other" .
<x:e> <x:q> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .
<x:e> <x:q> "odd"^^<x:kind> .
<x:b> <x:r> <x:a> .
<x:e> <x:r> "line\\nbreak \\"quoted\\" \\\\ $1 it's ${x}" .
_:n <x:r> <x:a> .
"""

#: Each with what is hard about it.
QUERIES = {
    "one statement in two graphs counts once": "SELECT (COUNT(*) AS ?n) { ?s <x:p> ?o }",
    "numbers are equal by value": "SELECT ?s ?v { ?s <x:q> ?v FILTER(?v = 1) }",
    "joins are by term": "SELECT ?s ?t { ?s <x:q> ?v . ?t <x:q> ?v }",
    "numbers and texts are not compared": "SELECT ?s ?v { ?s <x:q> ?v FILTER(?v > 0.5) }",
    "unequal to what cannot be compared": "SELECT ?s ?v { ?s <x:q> ?v FILTER(?v != 1) }",
    "an error in OR": 'SELECT ?v { ?s <x:q> ?v FILTER(?v > 5 || STR(?v) = "ten") }',
    "negated error": "SELECT ?v { ?s <x:q> ?v FILTER(!(?v > 5)) }",
    "optional, then joined on what may be unbound": """
        SELECT ?s ?o ?v { ?s <x:q> ?x OPTIONAL { ?s <x:r> ?o } ?o <x:p> ?v }""",
    "optional on what may be unbound": """
        SELECT ?s ?o ?v { ?s <x:q> ?x OPTIONAL { ?s <x:r> ?o } OPTIONAL { ?o <x:p> ?v } }""",
    "optional with a filter over both sides": """
        SELECT ?s ?o { ?s <x:q> ?x OPTIONAL { ?s <x:p> ?o FILTER(?x = 1) } }""",
    "union of different variables, joined": """
        SELECT ?s ?a ?b { { ?s <x:p> ?a } UNION { ?s <x:r> ?b } OPTIONAL { ?a <x:q> ?c } }""",
    "minus without a shared variable": "SELECT ?s { ?s <x:p> ?o MINUS { ?k <x:r> ?l } }",
    "minus": "SELECT ?s { ?s <x:q> ?o MINUS { ?s <x:r> ?l } }",
    "minus of what may be unbound": """
        SELECT ?s ?l { ?s <x:q> ?o OPTIONAL { ?s <x:p> ?l } MINUS { ?s <x:r> ?l } }""",
    "exists": "SELECT ?s { ?s <x:q> ?o FILTER EXISTS { ?s <x:r> ?l } }",
    "not exists that names what is outside": """
        SELECT ?s ?v { ?s <x:q> ?v FILTER NOT EXISTS { ?t <x:q> ?w FILTER(?w > ?v) } }""",
    "exists inside exists": """
        SELECT ?s { ?s <x:p> ?o FILTER EXISTS { ?o <x:p> ?t FILTER EXISTS { ?t <x:p> ?s } } }""",
    "exists as a value": """
        SELECT ?s (IF(EXISTS { ?s <x:r> ?l }, "yes", "no") AS ?has) { ?s <x:p> ?o }""",
    "exists of what may be unbound": """
        SELECT ?s ?o ?has { ?s <x:q> ?v OPTIONAL { ?s <x:p> ?o }
          BIND(EXISTS { ?o <x:q> ?l } AS ?has) }""",
    "path in a circle": "SELECT ?s ?o { ?s <x:p>+ ?o }",
    "path that may have no step": "SELECT ?s ?o { ?s <x:r> ?m . ?m <x:p>* ?o }",
    "path without an end that is known": "SELECT ?s ?o { ?s <x:p>* ?o }",
    "path from a term": "SELECT ?o { <x:a> <x:p>* ?o }",
    "path from term to term": "SELECT (1 AS ?yes) { <x:a> <x:p>+ <x:a> }",
    "path backwards, of one or none": "SELECT ?s ?o { ?s <x:r>/^<x:p>? ?o }",
    "alternatives keep their number": "SELECT ?s ?o { ?s <x:p>|<x:r> ?o }",
    "path of alternatives": "SELECT ?s ?o { ?s (<x:p>|^<x:r>)+ ?o }",
    "path that is not": "SELECT ?s ?o { ?s !(<x:p>|<x:r>) ?o }",
    "same variable twice": "SELECT ?s { ?s <x:p> ?s }",
    "variables that differ in case": "SELECT ?s ?S { ?s <x:p> ?S }",
    "a blank node in a pattern": "SELECT ?o { [] <x:r> ?o }",
    "values with and without": """
        SELECT ?s ?v { VALUES (?s ?v) { (<x:a> UNDEF) (UNDEF "ten") } ?s <x:q> ?v }""",
    "values of one column": "SELECT ?s ?v { VALUES ?s { <x:a> <x:c> <x:z> } ?s <x:q> ?v }",
    "grouped": """
        SELECT ?o (COUNT(?s) AS ?n) (COUNT(DISTINCT ?v) AS ?m) (MIN(?v) AS ?least)
          (MAX(?s) AS ?most) { ?s <x:p> ?o OPTIONAL { ?s <x:q> ?v } } GROUP BY ?o""",
    "grouped by what may be unbound": """
        SELECT ?o (COUNT(*) AS ?n) { ?s <x:q> ?v OPTIONAL { ?s <x:p> ?o } } GROUP BY ?o
        HAVING(COUNT(*) > 1)""",
    "sum and mean": "SELECT (SUM(?v) AS ?all) { ?s <x:q> ?v FILTER(isNumeric(?v)) }",
    "sum of whole numbers": "SELECT (SUM(?v) + 1 AS ?all) { <x:a>|<x:c> <x:q> ?v }",
    "nothing is counted": "SELECT (COUNT(?s) AS ?n) { ?s <x:none> ?o }",
    "nothing is grouped": "SELECT ?s (COUNT(?o) AS ?n) { ?s <x:none> ?o } GROUP BY ?s",
    "sub-select": """
        SELECT ?s ?n { { SELECT ?s (COUNT(?o) AS ?n) { ?s <x:q> ?o } GROUP BY ?s } ?s <x:r> ?a }""",
    "order and limit": "SELECT ?s ?v { ?s <x:p> ?v } ORDER BY DESC(?v) ?s LIMIT 3",
    "order of mixed terms": "SELECT ?v { ?s <x:r>|<x:p> ?v } ORDER BY ?v LIMIT 5",
    "texts": """
        SELECT ?t (LCASE(UCASE(?t)) AS ?l) (SUBSTR(?t, 2, 2) AS ?m) (STRLEN(?t) AS ?n)
          (CONCAT(STR(?t), "-", LANG(?t)) AS ?c) (DATATYPE(?t) AS ?d) { ?s <x:q>|<x:r> ?t
          FILTER(isLiteral(?t)) }""",
    "before and after": """
        SELECT (STRAFTER(STR(?s), "x:") AS ?a) (STRBEFORE(STR(?s), ":") AS ?b) { ?s <x:p> ?o }""",
    "what stands for settings of Spark": r"""
        SELECT ?s { ?s <x:r> "line\nbreak \"quoted\" \\ $1 it's ${x}" }""",
    "a pattern": r"""SELECT ?v { ?s <x:q>|<x:r> ?v FILTER(REGEX(STR(?v), "^T..$", "i")) }""",
    "in and not in": 'SELECT ?v { ?s <x:q> ?v FILTER(?v IN (10, "ten") ) }',
    "kinds of terms": """
        SELECT ?s ?o { ?s <x:r>|<x:p> ?o
          FILTER(isBlank(?s) || isIRI(?o) && sameTerm(?o, <x:a>)) }""",
    "coalesce": "SELECT ?s (COALESCE(?o, ?v, 1) AS ?c) { ?s <x:q> ?v OPTIONAL { ?s <x:p> ?o } }",
}  # fmt: skip
QUERIES["sum of whole numbers"] = """
    SELECT (SUM(?v) + 1 AS ?all) { ?s <x:q> ?v FILTER(DATATYPE(?v) =
      <http://www.w3.org/2001/XMLSchema#integer>) }"""

REFUSED = {
    "Service": "SELECT ?s { SERVICE <http://localhost/> { ?s ?p ?o } }",
    "GRAPH": "SELECT ?s { GRAPH ?g { ?s ?p ?o } }",
    "MD5": "SELECT ?s { ?s ?p ?o FILTER(MD5(STR(?o)) = 'x') }",
    "FROM": "SELECT ?s FROM <x:g1> { ?s ?p ?o }",
    "SELECT only": "ASK { ?s ?p ?o }",
    "pattern that is computed": "SELECT ?s { ?s ?p ?o FILTER(REGEX(STR(?o), STR(?s))) }",
}


@pytest.fixture(scope="module")
def store() -> Store:
    """The same statements, each once: the union of the graphs is a set, as the standard has it."""
    store = Store()
    store.extend(Quad(*quad.triple) for quad in parse(DATA.encode(), RdfFormat.N_QUADS))
    return store


@pytest.fixture(scope="module")
def statements(session: object, tmp_path_factory: pytest.TempPathFactory) -> spark.Statements:
    path: Path = tmp_path_factory.mktemp("data") / "data.nq"
    path.write_text(DATA, encoding="utf-8")
    return spark.read(path, whole=True)


@pytest.mark.parametrize("name", QUERIES)
def test_spark_gives_the_rows_of_the_embedded_engine(
    name: str, store: Store, statements: spark.Statements
) -> None:
    expected = store.query(QUERIES[name])
    assert isinstance(expected, QuerySolutions)

    rows = statements.select(QUERIES[name]).collect()

    found = [tuple(None if cell is None else decode(cell) for cell in row) for row in rows]
    wanted = [tuple(row) for row in expected]
    assert Counter(map(str, map(_plain, found))) == Counter(map(str, map(_plain, wanted)))
    if "ORDER BY" in QUERIES[name]:
        assert found == wanted


def test_a_path_without_a_step_leads_to_a_term_that_nothing_names(
    statements: spark.Statements,
) -> None:
    """Source: SPARQL 1.1 Query Language, 18.4, ZeroLengthPath; pyoxigraph finds nothing here."""
    rows = statements.select("SELECT ?s { ?s <x:p>* <x:nobody> }").collect()

    assert [tuple(row) for row in rows] == [("<x:nobody>",)]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_translated_is_refused_by_its_name(
    name: str, statements: spark.Statements
) -> None:
    with pytest.raises(QueryError, match=name):
        statements.select(REFUSED[name])


def _plain(row: tuple[object, ...]) -> tuple[str, ...]:
    """Blank nodes are named anew by a reader."""
    return tuple("_:" if str(cell).startswith("_:") else repr(cell) for cell in row)

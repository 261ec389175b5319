"""The tokenizer, the parts of a query, and the guard that keeps queries to reading."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from barriergraph.errors import ForbiddenError, QueryError
from barriergraph.sparql import behind, check_read_only, columns, outer_body, parts, slots
from barriergraph.tokens import tokens, unescape

KNOWN = {"http://example.org/g"}
EX = "PREFIX ex: <http://example.org/> "
CALL = "<http://example.org/sparql> { ?s ?p ?o }"


def texts(query: str) -> list[str]:
    return [text for _, text, _ in tokens(query)]


def test_tokens_tell_every_kind_apart() -> None:
    query = 'ASK { ?s ex:a.b\\-c \'x\'@en-GB , """a"b\n"""^^<x:t> ; :p _:n , -1.5e3 }#}'
    assert [(kind, text) for kind, text, _ in tokens(query)][2:-1] == [
        ("variable", "?s"),
        ("prefixed name", "ex:a.b\\-c"),
        ("string", "'x'"),
        ("language tag", "@en-GB"),
        ("mark", ","),
        ("string", '"""a"b\n"""'),
        ("mark", "^^"),
        ("IRI", "<x:t>"),
        ("mark", ";"),
        ("prefixed name", ":p"),
        ("blank node", "_:n"),
        ("mark", ","),
        ("mark", "-"),
        ("number", "1.5e3"),
    ]


def test_tokens_give_the_place_of_each() -> None:
    query = "ASK # no\n{ ?s  a 'b' }"
    assert [query[at : at + len(text)] for _, text, at in tokens(query)] == texts(query)


@pytest.mark.parametrize(
    "pattern",
    [
        "FILTER ( ?a < ?b && ?c > ?d )",
        "FILTER ( ?a <= 3 )",
        "FILTER ( 'a' @en < \"b\" )",
        "FILTER ( ?a IN ( <x:a> , <x:b> ) )",
        "FILTER <x:f> ( ?a < ?b )",
        "FILTER EXISTS { ?a <x:b> ?c }",
        "?a <x:p> ( <x:b> ?c <x:d> )",
        "?a ( <x:p> | ^ <x:q> ) * ?c",
        "VALUES ( ?a ?b ) { ( <x:a> <x:b> ) }",
        "{ SELECT ( ?a < ?b AS ?c ) { } }",
    ],
)
def test_less_than_is_told_from_an_iri_without_blanks_too(pattern: str) -> None:
    expected = pattern.split(" ")
    assert texts(f"ASK {{ {pattern} }}")[2:-1] == expected
    tight = pattern.replace(" < ", "<").replace(" <= ", "<=").replace(" > ", ">")
    assert texts(f"ASK {{ {tight} }}")[2:-1] == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("ASK {\n 'a\n' }", "line 2, column 2: a string opened by ' is never closed"),
        ("ASK { ?s ?p ?o", "line 1, column 5: '{' is never closed"),
        ("ASK { ?s ?p ?o )", "line 1, column 16: ')' closes nothing that is open"),
        ("ASK { ?s ?p % }", "line 1, column 13: nothing in SPARQL starts with '%'"),
    ],
)
def test_tokens_name_the_place_of_what_cannot_be_read(query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        tokens(query)
    assert str(caught.value) == message


def test_unescape_leaves_what_is_no_escape() -> None:
    assert unescape(r"\u0041 \U0001F600 \u004 \n \UFFFFFFFF") == r"A 😀 \u004 \n \UFFFFFFFF"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?a $b { }", ("a", "b")),
        ("SELECT DISTINCT(COUNT(?x)AS?n) ?y FROM <x:g> { }", ("n", "y")),
        ("SELECT (IF(?a, ?b, ?c) AS ?d) WHERE { { SELECT ?e { } } }", ("d",)),
        ("SELECT * { }", None),
        ("ASK { { SELECT ?a { } } }", None),
        ("CONSTRUCT WHERE { ?s ?p ?o }", None),
    ],
)
def test_columns_are_those_of_the_outermost_select(
    query: str, expected: tuple[str, ...] | None
) -> None:
    assert columns(tokens(query)) == expected


def test_slots_are_not_found_in_strings_comments_or_rows() -> None:
    query = """SELECT ?a { # VALUES ?a { UNDEF }
      VALUES # between
        ?a { UNDEF } # }
      VALUES (?b) { (UNDEF) }
      ?a ?p "VALUES ?c { UNDEF }" . VALUES ?d { "}" <x:e> } }"""
    assert [(slot.name, slot.items) for slot in slots(tokens(query))] == [
        ("a", ("UNDEF",)),
        ("d", ('"}"', "<x:e>")),
    ]


def test_parts_put_together_are_the_query() -> None:
    query = f'{EX}SELECT ?s WHERE {{ ?s ?p "}}" {{ ?s ?q ?r }} }} ORDER BY ?s # }}'
    found = parts(query)
    assert found is not None
    assert found.prologue == EX
    assert found.body == ' ?s ?p "}" { ?s ?q ?r } '
    assert f"{found.prologue}{found.head}{{{found.body}}}{found.tail}" == query


def test_outer_body_of_another_form_is_none() -> None:
    assert outer_body("CONSTRUCT { ?s ?p ?o } WHERE { { SELECT ?s { ?s ?p ?o } } }") is None


def test_behind_opens_a_subquery_that_hides_what_stands_behind() -> None:
    query = behind(
        "SELECT ?a ?n { { SELECT ?a (COUNT(?s) AS ?n) { ?a ?p ?s } GROUP BY ?a } }", ["s"]
    )

    assert query is not None
    assert query.splitlines()[-2] == "{ { ?a ?p ?s } }"


def test_behind_finds_what_stands_behind_the_rows_shown_only() -> None:
    store = Store()
    store.update(
        "INSERT DATA { <x:f1> <x:on> <x:b1>; <x:in> <x:s1>. <x:f2> <x:on> <x:b1>; <x:in> <x:s2>."
        " <x:f3> <x:on> <x:b2>; <x:in> <x:s3> }"
    )
    query = behind(
        "SELECT ?b (COUNT(?f) AS ?n) { ?f <x:on> ?b ; <x:in> ?source } "
        "GROUP BY ?b HAVING(COUNT(?f) > 1) ORDER BY ?b # last",
        ["source", "finding"],
    )
    assert query is not None
    assert {row["source"].value for row in store.query(query)} == {"x:s1", "x:s2"}  # type: ignore


READING = [
    'SELECT ?s { ?s ?p "SERVICE <http://example.org/> {}" } # SERVICE',
    'SELECT ?s { ?s ?p \'\'\'SERVICE \' DROP\'\'\' , """LOAD \\""" INSERT""" }',
    "PREFIX service: <x:s#> SELECT ?service { ?service service:SERVICE service:LOAD }",
    "SELECT ?s { ?s <http://example.org/SERVICE/LOAD#INSERT> $INSERT }",
    "SELECT ?s FROM <http://example.org/g> FROM NAMED <http://example.org/\\u0067> { ?s ?p ?o }",
    EX + "SELECT ?s FROM ex:g FROM NAMED ex:g { ?s ?p ?o }",
    "BASE <http://example.org/a/> SELECT ?s FROM <../g> { ?s ?p ?o }",
    "PREFIX from: <http://example.org/> SELECT ?from FROM from:g { ?from ?p from:FROM }",
    EX + "CONSTRUCT { ?s ex:p ?o } WHERE { GRAPH ?g { ?s (ex:p|<x:q>)/^ex:r* ?o } }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c OPTIONAL { ?s ?p ?o } MINUS { ?s ?q 1 } }",
    "SELECT ?s { ?s ?p ?o FILTER(REGEX(STR(?o), '^x{2}') && ?o NOT IN (1, 2.5, 1e3)) } LIMIT 3",
]


@pytest.mark.parametrize("query", READING)
def test_a_query_that_reads_passes_and_the_engine_takes_it(query: str) -> None:
    check_read_only(query, KNOWN)
    Store().query(query)


FORBIDDEN = [
    f"SELECT ?s {{ SERVICE {CALL} }}",
    f"select ?s {{ {{ select ?s {{ optional {{ service silent {CALL} }} }} }} }}",
    f"ASK {{ FILTER NOT EXISTS {{ Service {CALL} }} }}",
    "ASK { SERVICE ?where { ?s ?p ?o } }",
    f"ASK {{ ?s ?p 'a' . #'\n SERVICE {CALL} }}",
    f"ASK {{ ?s ?p 'a' . #'\r SERVICE {CALL} }}",
    f"ASK {{ ?s ?p 'it\\'s' . SERVICE {CALL} }}",
    f"ASK {{ ?s ?p '''a''' . SERVICE {CALL} }}",
    f"ASK {{ \\u0053ERVICE {CALL} }}",
    "INSERT DATA { <x:a> <x:b> <x:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "LOAD <file:///etc/hostname>",
    "CLEAR ALL",
    "DROP SILENT DEFAULT",
    "CREATE GRAPH <x:g>",
    "ADD <x:a> TO <x:b>",
    "MOVE <x:a> TO <x:b>",
    "COPY <x:a> TO <x:b>",
    "PREFIX x: <x:> ASK {} ; INSERT DATA { x:a x:b x:c }",
    "SELECT ?s FROM <file:///etc/hostname> { ?s ?p ?o }",
    "SELECT ?s FROM NAMED <http://example.org/other> { ?s ?p ?o }",
    EX + "SELECT ?s FROM ex:other { ?s ?p ?o }",
    "BASE <http://example.org/a/> SELECT ?s FROM <g> { ?s ?p ?o }",
    "DESCRIBE ?s FROM <x:g> { ?s ?p ?o }",
]


@pytest.mark.parametrize("query", FORBIDDEN)
def test_a_query_that_does_more_than_read_is_forbidden(query: str) -> None:
    with pytest.raises(ForbiddenError):
        check_read_only(query, KNOWN)


# The engine needs no blank between words and takes one dot in a name: each of these it would
# read as a SERVICE or a FROM, though a tokenizer by the standard does not see one.
HIDDEN = [
    f"ASK {{ SERVICESILENT {CALL} }}",
    EX + "ASK { SERVICEex:a { ?s ?p ?o } }",
    EX + "PREFIX SERVICEex: <x:> ASK { SERVICEex:a { ?s ?p ?o } }",
    f"ASK {{ ?s ?p trueSERVICE {CALL} }}",
    f"ASK {{ ?s ?p 1SERVICE {CALL} }}",
    f"ASK {{ ?s ?p 1.SERVICE {CALL} }}",
    f"ASK {{ ?s ?p 1e5SERVICE {CALL} }}",
    EX + f"ASK {{ ?s ?p ex:a.b.SERVICE {CALL} }}",
    EX + f"ASK {{ ?s ex:p?trueSERVICE {CALL} }}",
    f"ASK {{ ?s ?p _:a.b.SERVICE {CALL} }}",
    "ASK { FILTER(?s<?o)SERVICE?s#>\n{ ?s ?p ?o } }",
    f"ASK {{ FILTER(?s<?o)#>'''\n SERVICE {CALL} #'''\n}}",
    f"ASK {{ BIND(?s<?o#>'''\nAS ?c) SERVICE {CALL} #'''\n}}",
    EX + f"PREFIX FILTERex: <x:> ASK {{ FILTERex:f(?s<?o#>'''\n) SERVICE {CALL} #'''\n}}",
    "SELECT ?s FROM<x:g>{ ?s ?p ?o }",
    "SELECT ?s FROMNAMED<x:g>{ ?s ?p ?o }",
    EX + "SELECT ?s FROMex:other { ?s ?p ?o }",
    EX + "PREFIX FROMex: <x:> SELECT ?s FROMex:other { ?s ?p ?o }",
    EX + "PREFIXex: <x:> SELECT ?s FROM ex:g { ?s ?p ?o }",
]


@pytest.mark.parametrize("query", HIDDEN)
def test_a_keyword_hidden_from_the_standard_but_not_from_the_engine_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        check_read_only(query, KNOWN)


def test_an_unknown_word_is_refused_with_the_nearest() -> None:
    with pytest.raises(QueryError) as caught:
        check_read_only("SELCT ?s { ?s ?p ?o }", ())
    assert str(caught.value) == (
        "line 1, column 1: SPARQL has no word 'SELCT' (did you mean 'SELECT'?)"
    )

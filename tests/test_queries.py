"""Stored queries: what their headers may say, and that values are bound as terms."""

from __future__ import annotations

import datetime
import decimal
from pathlib import PurePosixPath

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, Store

from barriergraph.errors import NotFoundError, ParameterError, SourceError
from barriergraph.namespaces import BG, ID, PREFIXES
from barriergraph.queries import Parameter, StoredQuery, View, parse

XSD = PREFIXES["xsd"]

MAP = """\
#+ title: Evidence gap map
#+ question: How many studies report the barrier in each domain?
#+ tags: map, barrier
#+ parameter domain: bg:PolicyDomain  Policy domains to keep
#+ parameter since: xsd:integer = 1990  Earliest year
#+ parameter basis: {abstract, full text}  What was read
#+ column studies: Independent studies
#+ view: matrix rows=barrier columns=domain cell=studies
#+ example: domain=smart-cities since=2000
#+ example: basis='full text'

PREFIX bg: <https://w3id.org/barriergraph/ontology#>
SELECT ?barrier ?domain ?domainLabel (COUNT(?study) AS ?studies)
WHERE {
  VALUES ?domain { UNDEF }  # VALUES ?domain { UNDEF }
  VALUES ?since { 1990 }
  VALUES ?basis { UNDEF }
  ?study bg:finds ?barrier
}
GROUP BY ?barrier ?domain ?domainLabel ORDER BY ?barrier ?domain
"""


def query(header: str, body: str) -> StoredQuery:
    return parse(f"#+ title: T\n#+ question: Q?\n{header}\n{body}", "queries/one.rq")


def word_query(kind: str = "xsd:string") -> StoredQuery:
    body = """SELECT ?thing ?word {
      VALUES ?word { UNDEF } # } {
      ?thing <x:word> ?word } ORDER BY ?thing"""
    return query(f"#+ parameter word: {kind}  A word", body)


def resolve(text: str, cls: str) -> NamedNode:
    if text.startswith("http"):
        return NamedNode(text)
    if text != "smart-cities":
        raise NotFoundError("term", text, ["smart-cities"])
    return NamedNode(f"{ID}domain/{text}")


def test_parse_reads_every_part_of_a_header() -> None:
    found = parse(MAP, PurePosixPath("queries/evidence-map.rq"))
    assert (found.name, found.title, found.path) == (
        "evidence-map",
        "Evidence gap map",
        "queries/evidence-map.rq",
    )
    assert found.question == "How many studies report the barrier in each domain?"
    assert found.tags == ("map", "barrier")
    assert dict(found.columns) == {
        "barrier": "Barrier",
        "domain": "Domain",
        "domainLabel": "Domain",
        "studies": "Independent studies",
    }
    assert found.view == View(
        kind="matrix", roles=(("rows", "barrier"), ("columns", "domain"), ("cell", "studies"))
    )
    assert found.examples == (
        (("domain", "smart-cities"), ("since", "2000")),
        (("basis", "full text"),),
    )


def test_parse_reads_the_three_kinds_of_parameters() -> None:
    assert list(parse(MAP, "m.rq").parameters.values()) == [
        Parameter(
            name="domain",
            type="bg:PolicyDomain",
            iri=f"{BG}PolicyDomain",
            choices=(),
            default=None,
            description="Policy domains to keep",
        ),
        Parameter(
            name="since",
            type="xsd:integer",
            iri=f"{XSD}integer",
            choices=(),
            default="1990",
            description="Earliest year",
        ),
        Parameter(
            name="basis",
            type="{abstract, full text}",
            iri=None,
            choices=("abstract", "full text"),
            default=None,
            description="What was read",
        ),
    ]


def test_a_stored_query_does_not_change() -> None:
    with pytest.raises(AttributeError):
        parse(MAP, "m.rq").title = "other"  # type: ignore[misc]


SELECT = "SELECT ?a { VALUES ?a { UNDEF } }"


@pytest.mark.parametrize(
    ("header", "body", "message"),
    [
        ("#+ titel: X", SELECT, "3: '#+ titel: X' is no header line; write '#+ KEY: VALUE' with "
         "title, question, tags, parameter NAME, column NAME, view, page, behind or example"),
        ("#+ title: X", SELECT, "3: a second 'title'"),
        ("#+ tags:", SELECT, "3: nothing follows 'tags:'"),
        ("#+ tags: a, a", SELECT, "3: write different words with commas between them"),
        ("#+ parameter a: bg:Barrier one blank", SELECT, "3: a parameter is 'TYPE  words for "
         "people' or 'TYPE = DEFAULT  words', with two spaces before the words"),
        ("#+ parameter a: Barrier  Words", SELECT, "3: 'Barrier' is no type; write a class such "
         "as bg:Barrier, a datatype such as xsd:integer, or a list such as {yes, no}; the query "
         "declares the prefix of a class of your own"),
        ("#+ parameter a: xsd:hexBinary  Words", SELECT,
         "3: parameters cannot have the datatype 'xsd:hexBinary'; take xsd:string"),
        ("#+ parameter a: {yes, }  Words", SELECT,
         "3: a braced list holds different words, such as {yes, no}"),
        ("#+ parameter a: xsd:integer = x  Words", SELECT,
         "3: parameter 'a' takes a whole number such as 2010, not 'x'"),
        ("#+ parameter a: xsd:integer = 1  Words", SELECT,
         "4: the slot of 'a' holds 'UNDEF', not '1' as its parameter line says"),
        ("#+ parameter b: bg:Barrier  Words", "SELECT ?a { ?a ?b ?c }",
         "3: parameter 'b' has no slot; add VALUES ?b { UNDEF }"),
        ("#+ tags: a", SELECT,
         "4: no parameter is declared for the slot of '?a'; add a '#+ parameter' line"),
        ("#+ parameter a: bg:Barrier  Words", f"{SELECT[:-1]} VALUES ?a {{ UNDEF }} }}",
         "4: parameter 'a' has a second slot"),
        ("#+ column b: B", "SELECT ?a { ?a ?b ?c }", "3: SELECT has no column 'b'"),
        ("#+ view: bars x=a", "SELECT ?a { ?a ?b ?c }",
         "3: the view is written 'bars x=COLUMN y=COLUMN'"),
        ("#+ view: bars x=a y=barier", "SELECT ?a ?barrier { ?a ?b ?barrier }",
         "3: y=barier: SELECT has no column 'barier'; did you mean 'barrier'?"),
        ("#+ view: pie", "SELECT ?a { ?a ?b ?c }",
         "3: no view 'pie'; the views are table, matrix, bars, timeline, network, chain"),
        ("#+ page: b", "SELECT ?a { ?a ?b ?c }",
         "3: 'b' is no parameter whose values are individuals of a class"),
        ("#+ behind: gaps", "SELECT ?a { ?a ?b ?c }",
         "3: what stands behind a row is written 'QUERY PARAMETER=COLUMN …'"),
        ("#+ behind: gaps source=barier", "SELECT ?a ?barrier { ?a ?b ?barrier }",
         "3: source=barier: no column or parameter 'barier'; did you mean 'barrier'?"),
        ("#+ example: b=1", "SELECT ?a { ?a ?b ?c }",
         "3: the example names no parameter of this query: 'b'"),
        ("#+ example: 'b=1", "SELECT ?a { ?a ?b ?c }", "3: a quote of the example is never closed"),
        ("", "#+ tags: late", "1: a stored query is a SELECT that names its columns"),
        ("", "ASK {}\n#+ tags: late", "5: a header line stands below the query's text"),
        ("", "SELECT * { ?a ?b ?c }", "1: a stored query is a SELECT that names its columns"),
        ("", "SELECT ?a { SERVICE <x:s> { ?a ?b ?c } }", "4:13: no query here may use SERVICE"),
        ("", "SELECT ?a { ?a ?b 'c }", "4:19: a string opened by ' is never closed"),
    ],
)  # fmt: skip
def test_parse_names_the_line_of_what_is_wrong(header: str, body: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        query(header, body)
    assert str(caught.value) == f"queries/one.rq:{message}"


@pytest.mark.parametrize("missing", ["title", "question"])
def test_parse_needs_a_title_and_a_question(missing: str) -> None:
    text = "".join(line for line in MAP.splitlines(True) if not line.startswith(f"#+ {missing}"))
    with pytest.raises(SourceError) as caught:
        parse(text, "m.rq")
    assert str(caught.value) == f"m.rq:1: the header has no '#+ {missing}:' line"


@pytest.mark.parametrize(
    ("kind", "slot"),
    [
        ("bg:Barrier = fear", "<https://w3id.org/barriergraph/id/barrier/fear>"),
        ("bg:Barrier = barrier:fear", "barrier:fear"),
        ("bg:Barrier = fear", "b:fear"),
        ("xsd:string = two words", '"two words"'),
        ("xsd:string = two words", "'two words'"),
        ("xsd:decimal = 0.5", "0.5"),
        ("xsd:boolean = true", "true"),
        ("xsd:date = 2010-01-31", '"2010-01-31"^^xsd:date'),
        ("{yes, no} = no", '"no"'),
    ],
)
def test_a_default_stands_in_its_slot(kind: str, slot: str) -> None:
    prefixes = "".join(
        f"PREFIX {name}: <{iri}>\n"
        for name, iri in (("barrier", f"{ID}barrier/"), ("b", f"{ID}barrier/"), ("xsd", XSD))
    )
    body = f"{prefixes}SELECT ?a {{ VALUES ?a {{ {slot} }} }}"
    assert query(f"#+ parameter a: {kind}  Words", body).text.endswith(body)


def test_bind_replaces_only_the_slots_of_what_is_given() -> None:
    bound = parse(MAP, "m.rq").bind(
        {
            "since": [Literal(2000)],
            "domain": [NamedNode(f"{ID}domain/a"), NamedNode(f"{ID}domain/b")],
        }
    )
    assert bound == MAP.replace(
        "  VALUES ?domain { UNDEF }  #", f"  VALUES ?domain {{ <{ID}domain/a> <{ID}domain/b> }}  #"
    ).replace("?since { 1990 }", f'?since {{ "2000"^^<{XSD}integer> }}')


HOSTILE = [
    'a"b',
    "a'b",
    "a\\b",
    "a\\",
    'a\\"',
    "a\nb\rc\td",
    "\\u0022",
    "\\u0022 } #",
    "\\U00000022",
    "{ } # UNDEF",
    '" } SERVICE <http://example.org/> { ?s ?p ?o } #',
    "\"\"\" } '''",
    "<http://example.org/>",
    "?word",
    "Ünïcode 😀",
    " blanks ",
    "\u0001\u007f\u2028",
]


def store_of(words: list[str]) -> Store:
    store = Store()
    for number, word in enumerate(words):
        store.add(Quad(NamedNode(f"x:{number:02}"), NamedNode("x:word"), Literal(word)))
    return store


@pytest.mark.parametrize("word", HOSTILE)
def test_bind_finds_exactly_a_hostile_value(word: str) -> None:
    found = word_query()
    bound = found.bind({"word": [found.term("word", word, resolve)]})
    rows = store_of([*HOSTILE, "other"]).query(bound)
    assert [row["word"].value for row in rows] == [word]  # type: ignore[union-attr]


def test_bind_keeps_any_of_several_hostile_values() -> None:
    bound = word_query().bind({"word": [Literal(word) for word in HOSTILE]})
    rows = store_of([*HOSTILE, "other"]).query(bound)
    assert [row["word"].value for row in rows] == HOSTILE  # type: ignore[union-attr]


#: rdflib decodes `\uXXXX` before it reads strings, against the value that was written.
SAME = [word for word in HOSTILE if "\\u" not in word.lower()]


@pytest.mark.parametrize("word", [*SAME, "plain", "two words", None])
def test_a_bound_query_gives_the_same_rows_in_both_engines(word: str | None) -> None:
    store = store_of([*SAME, "plain", "two words"])
    graph = rdflib.Graph()
    for quad in store:
        graph.add(
            (
                rdflib.URIRef(quad.subject.value),  # type: ignore[union-attr]
                rdflib.URIRef(quad.predicate.value),
                rdflib.Literal(quad.object.value),  # type: ignore[union-attr]
            )
        )
    bound = word_query().bind({} if word is None else {"word": [Literal(word)]})
    ours = [tuple(term.value for term in row) for row in store.query(bound)]  # type: ignore
    assert ours == [tuple(map(str, row)) for row in graph.query(bound)]  # type: ignore[union-attr]
    assert len(ours) == (len(SAME) + 2 if word is None else 1)


def test_bind_says_what_is_wrong_with_what_it_is_given() -> None:
    found = parse(MAP, "m.rq")
    with pytest.raises(NotFoundError) as caught:
        found.bind({"domian": [Literal(1)]})
    assert str(caught.value) == "no parameter of 'm' named 'domian'; did you mean 'domain'?"
    with pytest.raises(ParameterError):
        found.bind({"domain": []})
    with pytest.raises(ParameterError):
        found.bind({"domain": "UNDEF"})  # type: ignore[dict-item]
    with pytest.raises(ParameterError):
        found.bind({"domain": ["} #"]})  # type: ignore[list-item]


DOMAIN = NamedNode(f"{ID}domain/smart-cities")


@pytest.mark.parametrize(
    "value",
    [
        "smart-cities",
        " smart-cities ",
        DOMAIN,
        DOMAIN.value,
        f"<{DOMAIN.value}>",
        rdflib.URIRef(DOMAIN.value),
        Literal("smart-cities"),
        rdflib.Literal("smart-cities"),
    ],
)
def test_a_value_of_a_class_is_resolved(value: object) -> None:
    assert parse(MAP, "m.rq").term("domain", value, resolve) == DOMAIN


@pytest.mark.parametrize(
    ("kind", "value", "form"),
    [
        ("xsd:integer", "2010", "2010"),
        ("xsd:integer", " +007 ", "7"),
        ("xsd:integer", "-0", "0"),
        ("xsd:integer", 2010, "2010"),
        ("xsd:integer", Literal(2010), "2010"),
        ("xsd:integer", rdflib.Literal(2010), "2010"),
        ("xsd:decimal", "1.10", "1.1"),
        ("xsd:decimal", 3, "3"),
        ("xsd:decimal", decimal.Decimal("0.50"), "0.5"),
        ("xsd:decimal", Literal(3), "3"),
        ("xsd:decimal", "-.5", "-0.5"),
        ("xsd:double", "1e3", "1e3"),
        ("xsd:boolean", True, "true"),
        ("xsd:boolean", "0", "false"),
        ("xsd:string", "01", "01"),
        ("xsd:string", PurePosixPath("a/b"), "a/b"),
        ("xsd:date", datetime.date(2010, 1, 31), "2010-01-31"),
        ("xsd:dateTime", "2010-01-31T09:00:00Z", "2010-01-31T09:00:00Z"),
        ("xsd:anyURI", NamedNode("https://example.org/"), "https://example.org/"),
        ("xsd:anyURI", "https://example.org/?a=b#c", "https://example.org/?a=b#c"),
        ("xsd:gYear", "2010", "2010"),
        ("{yes, no}", "no", "no"),
    ],
)
def test_a_value_of_a_datatype_becomes_its_literal(kind: str, value: object, form: str) -> None:
    datatype = f"{XSD}string" if kind.startswith("{") else kind.replace("xsd:", XSD)
    expected = Literal(form, datatype=NamedNode(datatype))
    assert word_query(kind).term("word", value, resolve) == expected


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("xsd:integer", "1_000", "a whole number such as 2010, not '1_000'"),
        ("xsd:integer", "²", "a whole number such as 2010, not '²'"),
        ("xsd:integer", 2.5, "a whole number such as 2010, not '2.5'"),
        ("xsd:integer", True, "a whole number such as 2010, not 'true'"),
        ("xsd:integer", Literal("x", language="en"), "a whole number such as 2010, not 'x'"),
        ("xsd:integer", None, "a whole number such as 2010, or is left out, not 'None'"),
        ("xsd:integer", "", "a whole number such as 2010, or is left out, not ''"),
        ("xsd:positiveInteger", "0", "a whole number from 1 on, not '0'"),
        ("xsd:nonNegativeInteger", "-1", "a whole number from 0 on, not '-1'"),
        ("xsd:decimal", "1e3", "a number such as 0.5, not '1e3'"),
        ("xsd:decimal", ".", "a number such as 0.5, not '.'"),
        ("xsd:double", "infinity", "a number such as 0.5, not 'infinity'"),
        ("xsd:boolean", "yes", "true or false, not 'yes'"),
        ("xsd:date", "2010-13-01", "a date such as 2010-01-31, not '2010-13-01'"),
        ("xsd:date", "20100131", "a date such as 2010-01-31, not '20100131'"),
        ("xsd:anyURI", "a b", "a web address such as https://example.org/, not 'a b'"),
        ("{yes, no}", "nno", "one of yes, no, not 'nno'; did you mean 'no'?"),
        ("bg:PolicyDomain", "smart-citis",
         "a bg:PolicyDomain, not 'smart-citis'; did you mean 'smart-cities'?"),
        ("bg:PolicyDomain", Literal(3), "a bg:PolicyDomain, not '3'"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_says_what_was_expected(
    kind: str, value: object, message: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        word_query(kind).term("word", value, resolve)
    assert str(caught.value) == f"parameter 'word' takes {message}"

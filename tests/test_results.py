"""Tables in every format, and as a person sees them at a terminal."""

from __future__ import annotations

import datetime
import decimal
import json
import sys

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, parse_query_results

from barriergraph.errors import BarrierGraphError, NotFoundError, QueryError
from barriergraph.namespaces import ID, PREFIXES
from barriergraph.queries import View
from barriergraph.results import FORMATS, Table, find_format

XSD = PREFIXES["xsd"]
FEAR = NamedNode(f"{ID}barrier/fear")


def typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(f"{XSD}{datatype}"))


def terms() -> Table:
    """A table with one of each kind of term; use it for the formats of data."""
    return Table(
        ["thing", "note"],
        [
            (FEAR, Literal('Staff say "no", \t\n§\\', language="en")),
            (typed("01", "integer"), None),
            (None, None),
            (BlankNode("b"), Literal("\\u0022")),
            (typed("1.10", "decimal"), Literal("")),
        ],
    )


def findings() -> Table:
    """A table as a stored query gives it; use it for the formats for people."""
    return Table(
        ["barrier", "barrierLabel", "studies", "read"],
        [
            (FEAR, Literal("Fear of sharing", language="en"), Literal(12), Literal(True)),
            (NamedNode("https://example.org/x"), None, Literal(3), Literal(False)),
        ],
        title="Barriers",
        labels={"studies": "Independent studies"},
    )


def gap_map() -> Table:
    """A matrix of two barriers by three domains."""
    cells = {("fear", "cities"): 0, ("fear", "health"): 2, ("fear", "housing"): 0,
             ("law", "cities"): 1, ("law", "health"): 12, ("law", "housing"): 0}  # fmt: skip
    return Table(
        ["barrier", "barrierLabel", "domain", "domainLabel", "studies"],
        [
            (
                NamedNode(f"{ID}barrier/{barrier}"),
                Literal(f"Why {barrier}", language="en"),
                NamedNode(f"{ID}domain/{domain}"),
                Literal(domain.capitalize(), language="en"),
                Literal(amount),
            )
            for (barrier, domain), amount in cells.items()
        ],
        title="Evidence gap map",
        labels={"domain": "Policy domain", "studies": "Independent studies"},
        view=View(
            kind="matrix", roles=(("rows", "barrier"), ("columns", "domain"), ("cell", "studies"))
        ),
    )


def test_a_table_is_a_sequence_of_rows_that_does_not_change() -> None:
    table = findings()
    assert (len(table), [row[0] for row in table]) == (2, [FEAR, table.rows[1][0]])
    assert table == findings()
    assert table.labels["barrier"] == "Barrier"
    with pytest.raises(AttributeError):
        table.rows = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        table.labels["barrier"] = "x"  # type: ignore[index]


def test_csv_is_what_the_engine_writes_byte_for_byte() -> None:
    texts = [
        "",
        "a",
        "a,b",
        'a"b',
        "a\nb",
        "a\rb",
        "a\r\nb",
        " a ",
        "a\tb",
        "'",
        "é∞",
        ",",
        '"',
        "\\",
    ]
    terms = [Literal(text) for text in texts]
    terms += [Literal("a,b", language="en"), Literal(7), Literal(1.5), Literal(True)]
    nodes = [NamedNode("https://example.org/a"), BlankNode("b0"), None]
    table = Table(["x", "y"], [(x, y) for x in [*terms, *nodes] for y in [*terms, *nodes]])

    solutions = parse_query_results(table.to_tsv(), QueryResultsFormat.TSV)

    expected = solutions.serialize(format=QueryResultsFormat.CSV)  # type: ignore[union-attr]
    assert table.to_csv() == expected.decode()


def test_csv_quotes_an_iri_with_a_comma() -> None:
    # The engine does not, and its row falls into one cell too many.
    table = Table(["x", "y"], [(NamedNode("https://example.org/a,b"), Literal("c"))])

    assert table.to_csv() == 'x,y\r\n"https://example.org/a,b",c\r\n'


def test_csv_is_the_standards_with_crlf_and_keeps_lexical_forms() -> None:
    assert terms().to_csv() == (
        "thing,note\r\n"
        f'{FEAR.value},"Staff say ""no"", \t\n§\\"\r\n'
        "01,\r\n"
        ",\r\n"
        "_:b,\\u0022\r\n"
        "1.10,\r\n"
    )


def test_tsv_json_and_xml_read_back_as_the_same_rows() -> None:
    for text, form in (
        (terms().to_tsv(), QueryResultsFormat.TSV),
        (terms().to_json(), QueryResultsFormat.JSON),
        (terms().to_xml(), QueryResultsFormat.XML),
    ):
        read = parse_query_results(text, form)
        rows = [tuple(row) for row in read]  # type: ignore[union-attr]
        if form == QueryResultsFormat.XML:  # a blank node has another name there
            rows[3] = (BlankNode("b"), rows[3][1])
        assert Table([name.value for name in read.variables], rows) == terms()  # type: ignore


def test_json_is_sparql_results_json() -> None:
    assert json.loads(findings().to_json())["results"]["bindings"][1] == {
        "barrier": {"type": "uri", "value": "https://example.org/x"},
        "studies": {"type": "literal", "value": "3", "datatype": f"{XSD}integer"},
        "read": {"type": "literal", "value": "false", "datatype": f"{XSD}boolean"},
    }


def test_xml_holds_no_character_that_xml_cannot() -> None:
    assert "a\ufffdb" in Table(["x"], [(Literal("a\x01b"),)]).to_xml()


def test_a_table_without_rows_or_with_one_column_is_written() -> None:
    assert Table(["a", "b"], []).to_csv() == "a,b\r\n"
    assert Table(["a"], [(None,), (Literal("x"),), (None,)]).to_csv() == "a\r\n\r\nx\r\n\r\n"


def test_dicts_hold_values_of_python() -> None:
    row = (
        FEAR, Literal(3), typed("1.10", "decimal"), Literal(0.5), Literal(True),
        typed("2010-01-31", "date"), typed("2010-01-31T09:00:00Z", "dateTime"),
        Literal("Angst", language="de"), typed("x", "integer"), BlankNode("b"), None,
    )  # fmt: skip
    assert Table("abcdefghijk", [row]).to_dicts() == [
        {
            "a": FEAR.value,
            "b": 3,
            "c": decimal.Decimal("1.10"),
            "d": 0.5,
            "e": True,
            "f": datetime.date(2010, 1, 31),
            "g": datetime.datetime(2010, 1, 31, 9, tzinfo=datetime.UTC),
            "h": "Angst",
            "i": "x",
            "j": "_:b",
            "k": None,
        }
    ]


def test_pandas_keeps_whole_numbers_whole_where_cells_are_empty() -> None:
    pytest.importorskip("pandas")
    frame = Table(["year", "name"], [(Literal(2010), Literal("a")), (None, None)]).to_pandas()
    assert list(frame.columns) == ["year", "name"]
    assert str(frame["year"].dtype) == "Int64"
    assert frame["year"][0] == 2010


def test_pandas_says_what_to_do_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(BarrierGraphError) as caught:
        findings().to_pandas()
    assert str(caught.value) == (
        "to_pandas() needs pandas, which is not installed; run: pip install pandas"
    )


def test_markdown_shows_labels_as_links_and_numbers_to_the_right() -> None:
    assert findings().to_markdown() == (
        "| Barrier | Independent studies | Read |\n"
        "| --- | ---: | --- |\n"
        f"| [Fear of sharing](<{FEAR.value}>) | 12 | yes |\n"
        "| [https://example.org/x](<https://example.org/x>) | 3 | no |\n"
    )


def test_markdown_escapes_what_would_be_markup() -> None:
    assert Table(["a"], [(Literal("a|b\n<i>*c*"),)]).to_markdown().splitlines()[2] == (
        r"| a\|b<br>\<i\>\*c\* |"
    )


def test_html_is_escaped_and_links_only_to_the_web() -> None:
    table = Table(
        ["a"],
        [(NamedNode("javascript:alert(1)"),), (Literal("<script>\"&'"),), (FEAR,)],
        title="A & B",
    )
    assert table._repr_html_().splitlines() == [
        "<table>",
        "<caption>A &amp; B</caption>",
        '<thead><tr><th scope="col">A</th></tr></thead>',
        "<tbody>",
        "<tr><td>javascript:alert(1)</td></tr>",
        "<tr><td>&lt;script&gt;&quot;&amp;&#x27;</td></tr>",
        f'<tr><td><a href="{FEAR.value}">barrier:fear</a></td></tr>',
        "</tbody>",
        '<tfoot><tr><td colspan="1">3 rows</td></tr></tfoot>',
        "</table>",
    ]


def test_text_shows_headings_labels_and_a_count() -> None:
    assert findings().to_text(80) == (
        "Barriers\n"
        "\n"
        "Barrier                Independent studies  Read\n"
        "────────────────────────────────────────────────\n"
        "Fear of sharing                         12  yes\n"
        "https://example.org/x                    3  no\n"
        "\n"
        "2 rows\n"
    )


def test_text_wraps_words_to_the_width() -> None:
    table = Table(
        ["statement", "year"],
        [(Literal("Staff fear blame for sharing wrongly, so they do not"), Literal(1996))],
    )
    assert table.to_text(30) == (
        "Statement                 Year\n"
        "──────────────────────────────\n"
        "Staff fear blame for      1996\n"
        "sharing wrongly, so they\n"
        "do not\n"
        "\n"
        "1 row\n"
    )


def test_text_breaks_no_word_while_another_column_has_blanks() -> None:
    table = Table(
        ["level", "remedies"],
        [(Literal("Interorganisational"), Literal("Multi-agency arrangements of some kind"))],
    )
    assert table.to_text(34) == (
        "Level                Remedies\n"
        "──────────────────────────────────\n"
        "Interorganisational  Multi-agency\n"
        "                     arrangements\n"
        "                     of some kind\n"
        "\n"
        "1 row\n"
    )


def test_text_gives_a_block_to_each_row_that_is_too_wide() -> None:
    rows = [(Literal("professionals"), Literal("organisations"), None, Literal(7))] * 2
    assert Table(["who", "where", "what", "studies"], rows).to_text(30) == (
        "Who      professionals\n"
        "Where    organisations\n"
        "Studies  7\n"
        "\n"
        "Who      professionals\n"
        "Where    organisations\n"
        "Studies  7\n"
        "\n"
        "2 rows\n"
    )


def test_text_draws_a_matrix_with_the_fullest_columns_first() -> None:
    assert gap_map().to_text(80) == (
        "Evidence gap map\n"
        "\n"
        "Independent studies, by barrier and policy domain\n"
        "\n"
        "Barrier   Health  Cities  Housing\n"
        "─────────────────────────────────\n"
        "Why fear       2       ·        ·\n"
        "Why law       12       1        ·\n"
        "\n"
        "2 rows by 3 columns, 6 cells\n"
    )


def test_text_says_how_many_columns_of_a_matrix_are_left_out_and_how_to_see_them() -> None:
    assert gap_map().to_text(26).splitlines()[5:] == [
        "Barrier   Health  Cities",
        "────────────────────────",
        "Why fear       2       ·",
        "Why law       12       1",
        "",
        "2 columns of 3 shown,",
        "those with the largest",
        "totals; a wider terminal",
        "shows more, --format csv",
        "all",
        "2 rows by 3 columns, 6",
        "cells",
    ]


@pytest.mark.parametrize("table", [terms(), findings(), gap_map()], ids=["terms", "list", "matrix"])
@pytest.mark.parametrize("width", [1, 20, 33, 80, 200])
def test_text_is_never_wider_than_the_terminal(table: Table, width: int) -> None:
    assert [line for line in table.to_text(width).splitlines() if len(line) > max(width, 20)] == []


def test_text_without_rows_says_so() -> None:
    assert Table(["a"], [], title="Nothing").to_text(80) == "Nothing\n\nno rows\n"


def test_text_takes_no_markup_and_moves_no_cursor() -> None:
    text = Table(["a"], [(Literal("[bold]x[/] :smile: \x1b[2J\u202e"),)]).to_text(80)
    assert text.splitlines()[2] == "[bold]x[/] :smile: \ufffd[2J\ufffd"


def test_decimals_are_short_but_never_nothing() -> None:
    table = Table(["x"], [(Literal(1 / 3),), (Literal(0.0001),), (typed("2.0", "decimal"),)])
    assert [line.strip() for line in table.to_text(80).splitlines()[2:5]] == ["0.33", "0.0001", "2"]


def test_every_format_is_a_method_found_by_name_alias_and_media_type() -> None:
    assert {name: type(findings().to(name)) for name in FORMATS} == dict.fromkeys(FORMATS, str)
    assert [find_format(name).name for name in ("MD", "srx", "text/csv", "application/json")] == [
        "markdown",
        "xml",
        "csv",
        "json",
    ]
    with pytest.raises(NotFoundError) as caught:
        find_format("cvs")
    assert str(caught.value) == "no format named 'cvs'; did you mean 'csv'?"


def test_references_come_from_the_graph_that_made_the_table() -> None:
    item = {"id": "dawes1996", "type": "article-journal"}
    table = Table(["a"], [], cite=lambda _: [item])
    assert table.references().items == (item,)
    with pytest.raises(QueryError) as caught:
        findings().references()
    assert str(caught.value) == (
        "a table made without a graph knows no sources; take one from run()"
    )

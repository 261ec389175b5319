r"""N-Triples, N-Quads and Parquet -> a table of statements, read by all executors at once.

Lines are read by expressions of Spark, without Python. Every backslash begins an escape, so with
`\\` and `\"` written as code points no quote but the last is left inside a literal, and one
pattern reads a line; no pattern repeats a group without end, for which Java would recurse.

Source: RDF 1.1 N-Quads, https://www.w3.org/TR/n-quads/#sec-grammar
"""

from __future__ import annotations

from barriergraph.datatypes import XSD
from barriergraph.errors import SourceError
from barriergraph.spark.terms import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import DataFrame, SparkSession

#: The columns of a table of statements; `object` is the IRI, the label or the text of a literal.
COLUMNS = ("subject", "predicate", "object", "kind", "datatype", "language", "graph")

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff_:"
)
_REST = f"{_BASE}0-9\u00b7\u0300-\u036f\u203f-\u2040\\-"
_BLANK = f"_:[{_BASE}0-9](?:[{_REST}.]*[{_REST}])?"
_IRI = r'[A-Za-z][A-Za-z0-9+.\-]*+:[^\x00-\x20<>"{}|^`]*+'
_NODE = f"<{_IRI}>|{_BLANK}"
_WS = "[ \\t]*"
#: The groups: subject, predicate, object, text, language, datatype, graph.
_LINE = (
    f"\\A{_WS}({_NODE}){_WS}<({_IRI})>{_WS}"
    f'(?:({_NODE})|"([^"]*+)"(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\\^\\^<({_IRI})>)?)'
    f"{_WS}(?:({_NODE}){_WS})?\\.{_WS}(?:#[\\s\\S]*+)?\\z"
)
#: An escape of a code point that is a character: no half of a pair, nothing past the last.
_CODE = (
    r"\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}"
    r"|\\U(?:0000(?![dD][89a-fA-F])|000[1-9a-fA-F]|0010)[0-9A-Fa-f]{4}"
)
_PIECE = rf"({_CODE}|[^\\]++)"
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "'": "'"}
#: What no IRI may hold, escaped or not.
_FORBIDDEN = r'[\x00-\x20<>"{}|^`\\]'
_MARK = "\x01"
BACKSLASH, QUOTE = "\\", '"'
_NOTHING = r"\A[ \t]*(?:#|\z)"


def read_parquet(session: SparkSession, path: str) -> DataFrame:
    """Return statements that `write` wrote as Parquet.

    Raises: SourceError for other columns.
    """
    frame = session.read.parquet(path)
    if tuple(frame.columns) != COLUMNS:
        raise SourceError(path, f"the columns are {', '.join(frame.columns)}, not those of "
                                f"statements: {', '.join(COLUMNS)}")  # fmt: skip
    return frame


def read_raw(session: SparkSession, paths: Sequence[str]) -> DataFrame:
    """Return the lines of text files as they stand, each with its file, its block and a number.

    Numbers go up by one inside of a block; where they begin depends on how Spark parts the files.
    """
    return session.read.text(list(paths)).selectExpr(
        "value",
        "_metadata.file_path AS file",
        "_metadata.file_block_start AS block",
        "monotonically_increasing_id() AS line",
    )


def read_lines(raw: DataFrame, *, whole: bool) -> DataFrame:
    """Return the lines of N-Triples and N-Quads, read: COLUMNS, and `text` where a line is wrong.

    A label of a blank node belongs to its file unless the files are the parts of one `whole`.
    """
    plain = f"replace(value, {quote(2 * BACKSLASH)}, {quote(BACKSLASH + 'u005C')})"
    plain = f"replace({plain}, {quote(BACKSLASH + QUOTE)}, {quote(BACKSLASH + 'u0022')})"
    # Only the text of a literal may hold the mark itself, so it stands last.
    groups = _MARK + _MARK.join(f"${number}" for number in (1, 2, 3, 5, 6, 7, 4))
    told = f"regexp_replace(plain, {quote(_LINE)}, {quote(groups)})"
    split = f"CASE WHEN told <> plain THEN split(told, {quote(_MARK)}, 8) END"
    lines = (
        raw.where(f"NOT value RLIKE {quote(_NOTHING)}")
        .selectExpr("*", f"{plain} AS plain")
        .selectExpr("*", f"{told} AS told")
        .selectExpr("*", f"{split} AS found")
        .selectExpr("value", "file", "block", "line", *(
            f"found[{number}] AS {name}"
            for number, name in enumerate(("s", "p", "o", "l", "d", "g", "t"), 1)
        ))
    )  # fmt: skip
    iris = [f"({_good_iri(name)})" for name in ("s", "p", "o", "d", "g")]
    ok = f"s IS NOT NULL AND {' AND '.join(iris)} AND (o <> '' OR {_good_text('t')})"
    file = "''" if whole else "concat('f', hex(xxhash64(file)), '_')"
    graph = f"CASE WHEN g = '' THEN NULL ELSE {_node('g', file)} END"
    datatype = f"CASE WHEN d <> '' THEN {_unescaped('d')} WHEN l <> '' THEN NULL ELSE "
    return lines.selectExpr("*", f"coalesce({ok}, FALSE) AS ok").selectExpr(
        f"{_node('s', file)} AS subject",
        f"{_unescaped('p')} AS predicate",
        f"CASE WHEN o = '' THEN {_unescaped('t', short=True)} "
        f"ELSE {_node('o', file)} END AS object",
        "CASE WHEN o = '' THEN 'literal' WHEN startswith(o, '<') THEN 'iri' ELSE 'blank' END "
        "AS kind",
        f"CASE WHEN o = '' THEN {datatype} {quote(XSD + 'string')} END END AS datatype",
        "CASE WHEN l <> '' THEN lower(l) END AS language",
        f"{graph} AS graph",
        "CASE WHEN NOT ok THEN value END AS text",
        "file",
        "block",
        "line",
    )


def refused(raw: DataFrame, lines: DataFrame) -> DataFrame:
    """Return the lines that are wrong: file, number of the line and text.

    Spark reads a file in blocks, none of which knows how many lines are before it; so the lines of
    all blocks are counted.
    """
    blocks = raw.groupBy("file", "block").agg({"line": "min", "value": "count"})
    before = "sum(`count(value)`) OVER (PARTITION BY file ORDER BY block) - `count(value)`"
    starts = blocks.selectExpr("file", "block", "`min(line)` AS first", f"{before} AS before")
    bad = lines.where("text IS NOT NULL").select("file", "block", "line", "text")
    return bad.join(starts, ["file", "block"]).selectExpr(
        "file", "CAST(line - first + before + 1 AS BIGINT) AS line", "text"
    )


def _good_iri(name: str) -> str:
    """Return whether what is escaped in an IRI may stand in one."""
    codes = f"regexp_replace({name}, {quote(_CODE)}, '')"
    inner = f"substring({name}, 2, length({name}) - 2)"
    whole = _unescaped(inner if name in "sog" else name)
    return (
        f"NOT contains({name}, {quote(BACKSLASH)}) OR "
        f"(NOT contains({codes}, {quote(BACKSLASH)}) AND NOT {whole} RLIKE {quote(_FORBIDDEN)})"
    )


def _good_text(name: str) -> str:
    """Return whether each backslash of a text begins an escape."""
    escapes = f"{_CODE}|\\\\[tbnrf']"
    left = f"regexp_replace({name}, {quote(escapes)}, '')"
    return f"(NOT contains({name}, {quote(BACKSLASH)}) OR NOT contains({left}, {quote(BACKSLASH)}))"


def _unescaped(name: str, *, short: bool = False) -> str:
    """Return a text with its escapes taken out; `short` are those of one letter, of literals."""
    text = name
    if short:
        for letter, char in _SHORT.items():
            text = f"replace({text}, {quote(BACKSLASH + letter)}, {quote(char)})"
    pieces = f"regexp_extract_all({text}, {quote(_PIECE)}, 1)"
    # The mark of order in front is not read as a character, so that one behind it is.
    code = "decode(unhex(concat('0000FEFF', lpad(substring(x, 3), 8, '0'))), 'UTF-32')"
    slash = quote(BACKSLASH)
    each = f"transform({pieces}, x -> CASE WHEN startswith(x, {slash}) THEN {code} ELSE x END)"
    return f"CASE WHEN contains({name}, {slash}) THEN array_join({each}, '') ELSE {name} END"


def _node(name: str, file: str) -> str:
    """Return an IRI without its brackets, or the label of a blank node with its file before it."""
    iri = _unescaped(f"substring({name}, 2, length({name}) - 2)")
    label = f"concat('_:', {file}, substring({name}, 3))"
    return f"CASE WHEN startswith({name}, '<') THEN {iri} ELSE {label} END"

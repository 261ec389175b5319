"""Files of statements, read by Spark: what pyoxigraph reads, and each wrong line with its place."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from barriergraph.errors import BarrierGraphError, SourceError, SourceErrors

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install '.[spark]'")

from barriergraph import spark
from barriergraph.spark.terms import decode, encode
from barriergraph.spark.triples import as_triples

BACKSLASH = "\\"
LINES = [
    '<x:s> <x:p> "plain" .',
    '<x:s><x:p>"tight"@EN-gb<x:g>.',
    '<x:s> <x:p> "" .',
    '<x:s> <x:p> "a\\tb\\nc\\rd\\fe\\bf\\\'g\\"h\\\\i" .',
    '<x:s> <x:p> "\\\\\\\\t \\\\\\"" . # and a "remark" .',
    '<x:s> <x:p> "\\\\" .',
    '<x:s> <x:p> "caf\\u00E9 \\U0001F600 \\uFEFF" <x:g> .',
    '<x:s> <x:p> "raw \U0001f600 and \u2028 \u0085 and \x01" .',
    "<x:s\\u00E9> <x:p> <x:\\u0061> .",
    '\t<x:s>\t<x:p>\t"1"^^<http://www.w3.org/2001/XMLSchema#integer>\t.\t',
    '<x:s> <x:p> "x"^^<http://www.w3.org/2001/XMLSchema#string> .',
    '<x:s> <x:p> "^^<x:t>"^^<x:t> .',
    '<x:s> <x:p> "quote at the end\\"" .',
    "_:b1.2-x <x:p> _:\u00e9 .",
    "<x:s> <x:p> _:b1.2-x _:graph .",
    "# a remark",
    "",
    "   ",
    "<x:s> <x:p> <x:o> . # remark",
    f'<x:s> <x:p> "{"long " * 20000}" .',
    f'<x:s> <x:p> "{(BACKSLASH + "n") * 20000}" .',
]
WRONG = [
    "<x:s> <x:p> <x:o>",
    '<x:s> <x:p> "open .',
    '<x:s> <x:p> "bad \\x escape" .',
    '<x:s> <x:p> "half \\uD83D" .',
    '<x:s> <x:p> "\\U00110000" .',
    '<x:s> <x:p> "a" "b" .',
    "<x:s> <x:p> <relative> .",
    "<x:s> <x:p> <x:\\u0020> .",
    "<x:s> <x:p> <x:sp ace> .",
    '"literal" <x:p> <x:o> .',
    "<x:s> _:p <x:o> .",
    '<x:s> <x:p> "a"@ .',
    "nonsense",
]


def triples(statements: spark.Statements) -> set[tuple[str, ...]]:
    return {tuple(row) for row in as_triples(statements.frame).collect()}


def test_lines_are_read_as_pyoxigraph_reads_them(session: object, tmp_path: Path) -> None:
    text = "\n".join(LINES)
    (tmp_path / "all.nq").write_text(text, encoding="utf-8")
    expected = {
        tuple(map(encode, (quad.subject, quad.predicate, quad.object)))  # type: ignore[arg-type]
        for quad in parse(text, RdfFormat.N_QUADS)
    }

    found = spark.read(tmp_path / "all.nq", whole=True)

    assert triples(found) == expected
    graphs = {row.graph for row in found.frame.select("graph").distinct().collect()}
    assert graphs == {None, "x:g", "_:graph"}


def test_a_term_survives_its_encoding() -> None:
    quads = list(parse("\n".join(LINES), RdfFormat.N_QUADS))
    terms = [term for quad in quads for term in (quad.subject, quad.predicate, quad.object)]

    assert [decode(encode(term)) for term in terms] == [  # type: ignore[arg-type]
        _lower(term) for term in terms
    ]


def _lower(term: object) -> object:
    return decode(encode(term)) if getattr(term, "language", None) else term  # type: ignore[arg-type]


@pytest.mark.parametrize("line", WRONG)
def test_pyoxigraph_refuses_what_is_wrong_too(line: str) -> None:
    with pytest.raises(SyntaxError):
        list(parse(line, RdfFormat.N_QUADS))


def test_each_wrong_line_is_told_with_file_line_and_text(session: object, tmp_path: Path) -> None:
    mixed = [line for pair in zip(WRONG, LINES, strict=False) for line in ("", *pair)]
    (tmp_path / "a.nq").write_text("\n".join(mixed), encoding="utf-8")
    with gzip.open(tmp_path / "b.nq.gz", "wt", encoding="utf-8") as packed:
        packed.write("# one\n\n<x:s> <x:p> .\n<x:s> <x:p> <x:o> .\n")
    expected = {("a.nq", mixed.index(line) + 1, line) for line in WRONG}

    found = spark.read(tmp_path, keep_going=True)

    assert found.refused is not None
    told = {(Path(file).name, line, text) for file, line, text in found.refused.collect()}
    assert told == expected | {("b.nq.gz", 3, "<x:s> <x:p> .")}
    with pytest.raises(SourceErrors, match=r"a\.nq:2: no statement: '<x:s> <x:p> <x:o>'"):
        spark.read(tmp_path)


def test_lines_are_numbered_across_the_blocks_of_a_file(session: object, tmp_path: Path) -> None:
    lines = [f"<x:s{number}> <x:p> <x:o> ." for number in range(4000)]
    lines[1234] = "wrong"
    lines[3999] = "wrong at the end"
    (tmp_path / "big.nt").write_text("\n".join(lines), encoding="utf-8")
    size = "spark.sql.files.maxPartitionBytes"
    before = session.conf.get(size)  # type: ignore[attr-defined]
    session.conf.set(size, "10000")  # type: ignore[attr-defined]
    try:
        found = spark.read(tmp_path / "big.nt", keep_going=True)
        assert found.refused is not None
        told = {(line, text) for _, line, text in found.refused.collect()}
    finally:
        session.conf.set(size, before)  # type: ignore[attr-defined]

    assert told == {(1235, "wrong"), (4000, "wrong at the end")}


def test_a_label_of_a_blank_node_belongs_to_its_file(session: object, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.nt").write_text("_:n <x:p> _:n .", encoding="utf-8")

    apart, together = spark.read(tmp_path), spark.read(tmp_path, whole=True)

    assert (len(triples(apart)), len(triples(together))) == (2, 1)
    assert all(s == o for s, _, o in triples(apart))


@pytest.mark.parametrize("format", ["parquet", "nq", "nq.gz"])
def test_what_is_written_is_read_again(format: str, session: object, tmp_path: Path) -> None:
    (tmp_path / "all.nq").write_text("\n".join(LINES), encoding="utf-8")
    first = spark.read(tmp_path / "all.nq", whole=True)
    folder = tmp_path / f"out.{format}"

    first.write(folder, format=format)

    again = spark.read(folder, whole=True)
    columns = first.frame.columns
    assert sorted(again.frame.collect(), key=str) == sorted(
        first.frame.select(*columns).collect(), key=str
    )
    assert [path.name for path in tmp_path.iterdir() if "writing" in path.name] == []


def test_triples_are_written_once_for_two_graphs(session: object, tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_text("<x:s> <x:p> <x:o> <x:g> .\n<x:s> <x:p> <x:o> <x:h> .")

    spark.read(tmp_path / "a.nq").write(tmp_path / "out", format="nt")

    text = "".join(part.read_text() for part in sorted((tmp_path / "out").glob("part-*")))
    assert text == "<x:s> <x:p> <x:o> .\n"


def test_a_folder_is_overwritten_only_when_asked(session: object, tmp_path: Path) -> None:
    folder = tmp_path / "out.parquet"
    for name, overwrite in (("one", False), ("two", True)):
        (tmp_path / f"{name}.nt").write_text(f"<x:{name}> <x:p> <x:o> .")
        spark.read(tmp_path / f"{name}.nt").write(folder, overwrite=overwrite)

    with pytest.raises(BarrierGraphError, match=r"out\.parquet exists; .* or ask to overwrite it"):
        spark.read(folder).write(folder)

    assert triples(spark.read(folder)) == {("<x:two>", "<x:p>", "<x:o>")}
    spark.read(folder).write(folder, overwrite=True)  # of itself, which is read until the end
    assert triples(spark.read(folder)) == {("<x:two>", "<x:p>", "<x:o>")}


def test_a_path_that_is_not_there_is_told(session: object, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        spark.read(tmp_path / "nowhere.nq")

"""Tables of answers, and the one table of formats for command line, HTTP and files."""

from __future__ import annotations

from types import MappingProxyType

from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, parse_query_results

from barriergraph.errors import BarrierGraphError, NotFoundError, QueryError
from barriergraph.queries import View, heading
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    import pandas
    from pyoxigraph import Triple

    from barriergraph.bibliography import References

    Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
    Row: TypeAlias = tuple[Term | None, ...]

__all__ = ["ALIASES", "FORMATS", "Format", "Table", "find_format"]


class Format(Value):
    """A form of tables: the method of Table that gives it, its media type and file ending."""

    __slots__ = ("name", "method", "media_type", "ending")
    name: str
    method: str
    media_type: str
    ending: str


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        name: Format(name=name, method=f"to_{name}", media_type=media_type, ending=ending)
        for name, media_type, ending in (
            ("table", "text/plain", "txt"),
            ("csv", "text/csv", "csv"),
            ("tsv", "text/tab-separated-values", "tsv"),
            ("json", "application/sparql-results+json", "json"),
            ("xml", "application/sparql-results+xml", "xml"),
            ("markdown", "text/markdown", "md"),
            ("html", "text/html", "html"),
        )
    }
)

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "txt": "table",
        "text": "table",
        "md": "markdown",
        "srj": "json",
        "srx": "xml",
        "htm": "html",
        "application/json": "json",
        "application/xml": "xml",
    }
)


def find_format(name: str) -> Format:
    """Return the format that a name, an alias or a media type stands for, in any case.

    Raises: NotFoundError with the nearest names.

    >>> find_format("md").method
    'to_markdown'
    """
    wanted = ALIASES.get(name.lower(), name.lower())
    for form in FORMATS.values():
        if wanted in (form.name, form.media_type):
            return form
    from difflib import get_close_matches

    raise NotFoundError("format", name, get_close_matches(wanted, FORMATS) or list(FORMATS))


class Table:
    """The rows that answer a query, each a tuple of terms with None where nothing is bound.

    `labels` maps each column to its heading. A table does not change.

    >>> table = Table(("a",), [(Literal(1),), (None,)], labels={"a": "Amount"})
    >>> table.to_csv()
    'a\\r\\n1\\r\\n\\r\\n'
    """

    __slots__ = ("_cite", "columns", "labels", "rows", "title", "view")
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    title: str
    labels: Mapping[str, str]
    view: View

    def __init__(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[Term | None]],
        *,
        title: str = "",
        labels: Mapping[str, str] | None = None,
        view: View | None = None,
        cite: Callable[[Table], Sequence[Mapping[str, object]]] | None = None,
    ) -> None:
        """Keep rows; `cite` reads the CSL-JSON items of the sources behind them when asked."""
        put = object.__setattr__
        given = labels or {}
        put(self, "columns", tuple(columns))
        put(self, "rows", tuple(tuple(row) for row in rows))
        put(self, "title", title)
        put(self, "labels", MappingProxyType({name: given.get(name) or heading(name)
                                              for name in columns}))  # fmt: skip
        put(self, "view", view or View(kind="table", roles=()))
        put(self, "_cite", cite)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Table does not change; make another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Table does not change; make another one")

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        """Compare columns and rows; title and headings are only words about them."""
        if not isinstance(other, Table):
            return NotImplemented
        return self.columns == other.columns and self.rows == other.rows

    def __hash__(self) -> int:
        return hash((self.columns, self.rows))

    def __repr__(self) -> str:
        return f"<Table {self.title!r}: {len(self)} rows of {', '.join(self.columns)}>"

    def to(self, format: str, *, width: int = 80) -> str:
        """Return the table in any of FORMATS; `width` counts only for the one for terminals.

        Raises: NotFoundError for an unknown format, with the nearest names.
        """
        form = find_format(format)
        if form.name == "table":
            return self.to_text(width)
        return str(getattr(self, form.method)())

    def to_csv(self) -> str:
        """Return the rows as CSV with CRLF line ends; an unbound cell is empty.

        Source: https://www.w3.org/TR/sparql11-results-csv-tsv/
        """
        # Written here: the way through the engine, which reads before it writes, takes three
        # times as long, and CSV is what a pipe gets.
        written = _Written()
        lines = [",".join(self.columns)]
        lines += [",".join([written[term] for term in row]) for row in self.rows]
        return "\r\n".join((*lines, ""))

    def to_tsv(self) -> str:
        """Return the rows as tab-separated terms in Turtle's forms, which lose nothing.

        Source: https://www.w3.org/TR/sparql11-results-csv-tsv/
        """
        return self._serialize(QueryResultsFormat.TSV)

    def to_json(self) -> str:
        """Return the rows as SPARQL results in JSON.

        Source: https://www.w3.org/TR/sparql11-results-json/
        """
        return self._serialize(QueryResultsFormat.JSON)

    def to_xml(self) -> str:
        """Return the rows as SPARQL results in XML.

        A control character that XML cannot hold becomes U+FFFD.

        Source: https://www.w3.org/TR/rdf-sparql-XMLres/
        """
        text = self._serialize(QueryResultsFormat.XML)
        return text.translate({code: "\ufffd" for code in range(32) if code not in (9, 10, 13)})

    def to_markdown(self) -> str:
        """Return the rows as a Markdown table with headings, labels and links.

        A column `<x>` that has its `<x>Label` beside it is shown as that label, linked.
        """
        from barriergraph.markup import to_markdown

        return to_markdown(self)

    def to_html(self) -> str:
        """Return the rows as an HTML table with headings, labels and links, all escaped."""
        from barriergraph.markup import to_html

        return to_html(self)

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_text(self, width: int = 80) -> str:
        """Return the rows as people read them at a terminal of that width, ending in a count.

        A view `matrix` is drawn as one, with as many columns as fit.
        """
        from barriergraph.text import to_text

        return to_text(self, width)

    to_table = to_text

    def to_dicts(self) -> list[dict[str, object]]:
        """Return a dict for each row, with values of Python; IRIs are str, unbound is None.

        >>> Table(("year", "open"), [(Literal(2010), Literal(True))]).to_dicts()
        [{'year': 2010, 'open': True}]
        """
        from barriergraph.cells import value

        return [
            {name: value(term) for name, term in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas DataFrame; whole numbers stay whole where cells are empty.

        Raises: BarrierGraphError when pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise BarrierGraphError(
                "to_pandas() needs pandas, which is not installed; run: pip install pandas"
            ) from error
        dicts = self.to_dicts()
        series = {}
        for name in self.columns:
            values = [row[name] for row in dicts]
            # With a cell empty pandas would make 2010 into 2010.0.
            holed = None in values and {type(cell) for cell in values} == {int, type(None)}
            series[name] = pandas.Series(values, dtype="Int64" if holed else None)
        return pandas.DataFrame(series, columns=list(self.columns))

    def references(self) -> References:
        """Return the sources behind the rows, each once, for a reference manager.

        Raises: QueryError when the answer names no source, or was made without a graph.
        """
        if self._cite is None:
            raise QueryError("a table made without a graph knows no sources; take one from run()")
        from barriergraph.bibliography import References

        return References(self._cite(self))

    def _serialize(self, form: QueryResultsFormat) -> str:
        # The engine writes only what it has read; TSV is the form that keeps each term exactly.
        head = "\t".join(f"?{name}" for name in self.columns)
        lines = ("\t".join("" if term is None else str(term) for term in row) for row in self.rows)
        text = "\n".join((head, *lines, ""))
        solutions = parse_query_results(text, QueryResultsFormat.TSV)
        return solutions.serialize(format=form).decode()  # type: ignore[union-attr]

    _cite: Callable[[Table], Sequence[Mapping[str, object]]] | None


class _Written(dict["Term | None", str]):
    """Terms as cells of CSV, each written once: a map has thousands of cells of few terms."""

    def __missing__(self, term: Term | None) -> str:
        self[term] = written = _csv(term)
        return written


def _csv(term: Term | None) -> str:
    if term is None:
        return ""
    text = term.value if isinstance(term, NamedNode | Literal) else str(term)
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text

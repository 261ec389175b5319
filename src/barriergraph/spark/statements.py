"""A table of statements that answers stored queries, on one machine or on a cluster."""

from __future__ import annotations

from functools import cached_property

from barriergraph.catalogue import Catalogue
from barriergraph.errors import NotFoundError, SourceError, SourceErrors
from barriergraph.results import Table
from barriergraph.sources import modules
from barriergraph.spark.reading import COLUMNS, read_lines, read_parquet, read_raw, refused
from barriergraph.spark.resolving import bound
from barriergraph.spark.session import session as start
from barriergraph.spark.terms import decode
from barriergraph.spark.triples import Triples

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from pyspark.sql import DataFrame, SparkSession

    from barriergraph.queries import StoredQuery
    from barriergraph.validation import Report

#: So many refused lines are told of in an error.
TOLD = 5


def read(
    *paths: str | os.PathLike[str],
    session: SparkSession | None = None,
    whole: bool = False,
    keep_going: bool = False,
) -> Statements:
    """Return the statements of files or folders: N-Triples, N-Quads (also `.gz`), or Parquet.

    Paths may be anything that Spark reads, such as `hdfs:` or `s3a:`; what ends in `.parquet` was
    written by `Statements.write`. A label of a blank node belongs to its file, unless the files are
    parts of one `whole`, as those that `write` writes. With `keep_going`, lines that are wrong are
    not an error: they stand in `Statements.refused`.

    Raises: SourceErrors with file, line and text of the first lines that are wrong; SourceError
        for a path that cannot be read; BarrierGraphError without pyspark or Java.
    """
    running = session or start()
    names = [str(path) for path in paths]
    from pyspark.errors import AnalysisException

    try:
        if all(name.rstrip("/").endswith(".parquet") for name in names):
            frames = [read_parquet(running, name) for name in names]
            frame = frames[0]
            for other in frames[1:]:
                frame = frame.union(other)
            return Statements(frame, None)
        raw = read_raw(running, names)
    except AnalysisException as error:
        raise SourceError(", ".join(names), error.getMessage() or str(error)) from error
    lines = read_lines(raw, whole=whole)
    wrong = None
    if not lines.where("text IS NOT NULL").isEmpty():
        wrong = refused(raw, lines)
        if not keep_going:
            rows = wrong.orderBy("file", "line").limit(TOLD).collect()
            raise SourceErrors(
                [SourceError(_plain(f), f"no statement: {text!r}", line=n) for f, n, text in rows]
            )
    return Statements(lines.where("text IS NULL").select(*COLUMNS), wrong)


class Statements:
    """Statements as a DataFrame, with the stored queries over the union of their graphs.

    `frame` has the columns subject, predicate, object, kind, datatype, language and graph; blank
    nodes are written `_:label`. `refused` are the lines that could not be read: file, line and
    text; None when there are none. The first question reads all and keeps the triples in memory,
    or on disk beside it.
    """

    def __init__(
        self,
        frame: DataFrame,
        refused: DataFrame | None = None,
        *,
        queries: Mapping[str, StoredQuery] | None = None,
    ) -> None:
        self.frame = frame
        self.refused = refused
        self.queries = Catalogue(modules(())) if queries is None else queries

    @cached_property
    def triples(self) -> Triples:
        """The distinct triples, held for questions."""
        return Triples(self.frame)

    def with_queries(self, *folders: str | os.PathLike[str]) -> Statements:
        """Return the same statements with the stored queries of further modules."""
        made = Statements(self.frame, self.refused, queries=Catalogue(modules(folders)))
        if "triples" in self.__dict__:
            made.__dict__["triples"] = self.triples
        return made

    def stored_query(self, name: str) -> StoredQuery:
        """Return the stored query of a name.

        Raises: NotFoundError with the nearest names.
        """
        if name not in self.queries:
            from difflib import get_close_matches

            raise NotFoundError("query", name, get_close_matches(name, self.queries))
        return self.queries[name]

    def run(self, name: str, /, **parameters: object) -> DataFrame:
        """Answer a stored query and return its rows, one column for each of the query.

        Cells are terms as in N-Triples but not escaped: `<iri>`, `"text"@en`. Values are given as
        to `KnowledgeGraph.run`.

        Raises: as that, and QueryError for a query that asks for what is not translated.
        """
        return self.select(self.bind(name, **parameters))

    def table(self, name: str, /, **parameters: object) -> Table:
        """Answer a stored query and return the table that `KnowledgeGraph.run` would return.

        All rows are brought to this machine.

        Raises: as `run`.
        """
        query = self.stored_query(name)
        rows = self.run(name, **parameters).collect()
        return Table(
            tuple(query.columns),
            [[None if cell is None else decode(cell) for cell in row] for row in rows],
            title=query.title,
            labels=query.columns,
            view=query.view,
        )

    def bind(self, name: str, /, **parameters: object) -> str:
        """Return the text of a stored query with the parameters bound.

        Raises: as `run`.
        """
        return bound(self.stored_query(name), parameters, self.triples)

    def select(self, sparql: str) -> DataFrame:
        """Answer a SELECT query over the union of the graphs and return its rows, as `run` does.

        Raises: QueryError for a query that asks for what is not translated.
        """
        return self.triples.select(sparql)

    def sql(self, sparql: str) -> str:
        """Return the statement of Spark SQL that stands for a SELECT query.

        Raises: as `select`.
        """
        return self.triples.translated(sparql).sql

    def closure(self, path: str) -> DataFrame:
        """Return the pairs x, y that a path leads to in one or more steps, each once.

        A path is written as in SPARQL, with the prefixes of this package: `skos:broader`, or
        `rdfs:subClassOf|owl:equivalentClass`.

        Raises: QueryError for what is no path.
        """
        return self.triples.select(f"SELECT DISTINCT ?x ?y {{ ?x ({path})+ ?y }}", prefixed=True)

    def validate(self) -> Report:
        """Hold the statements to the shapes of the package and return the report.

        All of them are looked at: leave inferred graphs out when reading, as `check` does.

        Raises: QueryError for shapes that ask for what is not translated.
        """
        from barriergraph.spark.checking import validate

        return validate(self.triples)

    def same_sources(self) -> DataFrame:
        """Return which sources are one work: source, canonical, why.

        Sources are one when they have one DOI, or one title, year and first author and contradict
        each other in nothing; different DOIs are never one.
        """
        from barriergraph.spark.identity import same_sources

        return same_sources(self.triples)

    def merged(self) -> Statements:
        """Return the statements with every source named as its canonical source."""
        from barriergraph.spark.identity import rewritten

        frame = rewritten(self.frame, self.same_sources())
        return Statements(frame, self.refused, queries=self.queries)

    def infer(self) -> Statements:
        """Return the statements with all that the ontology among them entails.

        What is new stands in a named graph for each rule, as `barriergraph.load` has it.
        """
        from barriergraph.spark.inferring import infer

        return Statements(infer(self.frame), self.refused, queries=self.queries)

    def write(
        self, path: str | os.PathLike[str], *, format: str = "parquet", overwrite: bool = False
    ) -> None:
        """Write the statements as a folder: `parquet`, `nt` or `nq` (and `nt.gz`, `nq.gz`).

        The folder is there when all of it is written, or not at all. Files are in order of the
        predicate; read the text ones again with `whole=True`.

        Raises: BarrierGraphError for a folder that exists, unless `overwrite`, and for another
            format.
        """
        from barriergraph.spark.writing import write

        write(self.frame, str(path), format=format, overwrite=overwrite)


def _plain(address: str) -> str:
    """Return the path of a local file, or the address of another."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(address)
    return unquote(parts.path) if parts.scheme == "file" else address

"""A table of statements -> a folder of Parquet, N-Triples or N-Quads that is whole or not there."""

from __future__ import annotations

from uuid import uuid4

from barriergraph.datatypes import XSD
from barriergraph.errors import BarrierGraphError
from barriergraph.spark.terms import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyspark.sql import DataFrame, SparkSession

FORMATS = ("parquet", "nt", "nt.gz", "nq", "nq.gz")

_NODE = "CASE WHEN startswith({0}, '_:') THEN {0} ELSE concat('<', {0}, '>') END"
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


def write(frame: DataFrame, path: str, *, format: str, overwrite: bool) -> None:
    """Write statements beside the folder that is meant, then give it its name.

    Raises: BarrierGraphError for a folder that exists, unless `overwrite`, or an unknown format.
    """
    if format not in FORMATS:
        raise BarrierGraphError(f"statements are written as {', '.join(FORMATS)}, not {format!r}")
    folder = _Folder(frame.sparkSession, path)
    if folder.exists() and not overwrite:
        raise BarrierGraphError(f"{path} exists; choose another folder, or ask to overwrite it")
    beside = f"{path.rstrip('/')}.{uuid4().hex[:8]}.writing"
    try:
        if format == "parquet":
            ordered = frame.repartitionByRange("predicate", "object")
            ordered.sortWithinPartitions("predicate", "object").write.parquet(beside)
        else:
            lines = frame.repartitionByRange("predicate", "subject")
            lines = lines.sortWithinPartitions("predicate", "subject", "object")
            if not format.startswith("nq"):
                lines = lines.drop("graph").distinct()
            told = lines.selectExpr(f"{_line(quads=format.startswith('nq'))} AS value")
            packed = "gzip" if format.endswith(".gz") else "none"
            told.write.option("compression", packed).text(beside)
        folder.take(beside)
    finally:
        _Folder(frame.sparkSession, beside).delete()


def _line(*, quads: bool) -> str:
    text = "object"
    for char, escape in _ESCAPES.items():
        text = f"replace({text}, {quote(char)}, {quote(escape)})"
    value = (
        f"CASE kind WHEN 'literal' THEN concat('\"', {text}, '\"', CASE WHEN language IS NOT NULL "
        f"THEN concat('@', language) WHEN datatype IS NULL OR datatype = '{XSD}string' THEN '' "
        f"ELSE concat('^^<', datatype, '>') END) ELSE {_NODE.format('object')} END"
    )
    graph = f"CASE WHEN graph IS NULL THEN '' ELSE concat(' ', {_NODE.format('graph')}) END"
    parts = [_NODE.format("subject"), "' <'", "predicate", "'> '", value]
    return f"concat({', '.join([*parts, *([graph] if quads else []), quote(' .')])})"


class _Folder:
    """A folder of whatever file system Spark writes to."""

    def __init__(self, session: SparkSession, path: str) -> None:
        context: Any = session.sparkContext
        self._jvm: Any = context._jvm
        self._path: Any = self._jvm.org.apache.hadoop.fs.Path(path)
        settings = context._jsc.hadoopConfiguration()
        self._files = self._path.getFileSystem(settings)

    def exists(self) -> bool:
        return bool(self._files.exists(self._path))

    def delete(self) -> None:
        self._files.delete(self._path, True)

    def take(self, beside: str) -> None:
        """Give another folder this name; what had it before is deleted afterwards."""
        old = None
        if self.exists():
            old = self._jvm.org.apache.hadoop.fs.Path(f"{beside}.old")
            self._files.rename(self._path, old)
        if not self._files.rename(self._jvm.org.apache.hadoop.fs.Path(beside), self._path):
            if old is not None:
                self._files.rename(old, self._path)
            raise BarrierGraphError(f"{self._path.toString()} could not be given its name")
        if old is not None:
            self._files.delete(old, True)

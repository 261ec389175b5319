"""The batch that a cluster is for: statements read, checked, derived and asked by Spark.

`read` gives `Statements`, which answer the stored queries as `KnowledgeGraph.run` does, whether
Spark runs on this machine (`local[2]`) or on a cluster. `python -m barriergraph.spark` does the
same as a job. pyspark is not imported before something is read.
"""

from __future__ import annotations

from barriergraph.spark.session import session
from barriergraph.spark.statements import Statements, read

__all__ = ["Statements", "read", "session"]

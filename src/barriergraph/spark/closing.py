"""The transitive closure of a relation, by joining what is new until nothing is."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def closure(steps: DataFrame) -> DataFrame:
    """Return the pairs x, y that one or more of the given steps lead to, each once.

    Only what the last round found is joined again; a round that finds nothing new is the last.

    Source: semi-naive evaluation; Bancilhon and Ramakrishnan, An amateur's introduction to
        recursive query processing strategies, 1986
    """
    steps = steps.select("x", "y").distinct().localCheckpoint()
    after = steps.selectExpr("x AS y", "y AS z")
    known = new = steps
    while not new.isEmpty():
        further = new.join(after, "y").selectExpr("x", "z AS y").distinct()
        new = further.join(known, ["x", "y"], "left_anti").localCheckpoint()
        known = known.union(new)
    return known.localCheckpoint()

"""The session of Spark: one that runs, or a new one; and what to do when there can be none."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress

from barriergraph.errors import BarrierGraphError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: What `spark-submit` tells the program that it starts.
_SUBMITTED = "PYSPARK_GATEWAY_PORT"


def session(master: str | None = None, **settings: str) -> SparkSession:
    """Return the session that runs, or start one: `local[2]` unless `master` says otherwise.

    Under `spark-submit` the master is the one named there. A local session listens on the loopback
    only, has no web page and takes up to half of the machine's memory. `settings` are Spark's own,
    with `_` for `.`: `spark_driver_memory="4g"`.

    Raises: BarrierGraphError without pyspark, or without a Java that it can use.
    """
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise BarrierGraphError(
            "Spark is not installed; run: pip install 'barriergraph[spark]'"
        ) from error
    if (running := SparkSession.getActiveSession()) is not None:
        return running
    submitted = _SUBMITTED in os.environ
    home = os.environ.get("JAVA_HOME")
    if not submitted and not (home or shutil.which("java")):
        raise BarrierGraphError("Spark needs Java; install a Java 17 or newer, or set JAVA_HOME")
    builder = SparkSession.builder.appName("barriergraph")
    if not submitted or master:
        master = master or "local[2]"
        builder = builder.master(master)
        if master.startswith("local"):
            # Functions of Python run in this Python, not in whichever is the first on the path.
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            for name, value in {**_LOCAL, "spark.driver.memory": f"{_gigabytes()}g"}.items():
                builder = builder.config(name, value)
    for name, value in settings.items():
        builder = builder.config(name.replace("_", "."), value)
    try:
        return builder.getOrCreate()
    except PySparkRuntimeError as error:
        raise BarrierGraphError(
            f"Spark did not start ({error.getMessage()}); it needs a Java 17 or newer: "
            "see `java -version`"
        ) from error


def _gigabytes() -> int:
    """Return half of this machine's memory, or of what its group of processes may take."""
    sizes = []
    with suppress(ValueError, OSError, AttributeError):  # not every system tells
        sizes.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    with suppress(ValueError, OSError), open("/sys/fs/cgroup/memory.max", encoding="ascii") as file:
        sizes.append(int(file.read()))
    return max(1, min(sizes, default=6 * 2**30) // 2**31)


_LOCAL = {
    # Each table that is sent takes a page at least, and a query sends many small ones.
    "spark.buffer.pageSize": "1m",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}

"""The jobs of `python -m barriergraph.spark`, which `spark-submit` runs as they are.

spark-submit --master yarn job.py check hdfs:///statements.parquet, where job.py is this file; on
this machine, python -m barriergraph.spark --master local[2] check statements.nq
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from barriergraph.errors import BarrierGraphError
from barriergraph.spark import Statements, read, session
from barriergraph.spark.writing import FORMATS
from barriergraph.values import by_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a job and return 0, 1 when the answer is no, or 2 when it could not be done."""
    options = _parser().parse_args(arguments)
    job: Callable[[Statements, Namespace], int] = options.job
    try:
        running = session(options.master)
        running.sparkContext.setLogLevel("ERROR")
        statements = read(
            *options.input, session=running, whole=options.whole, keep_going=options.keep_going
        )
        if statements.refused is not None:
            _tell_refused(statements)
        return job(statements.with_queries(*options.module), options)
    except BarrierGraphError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("py4j", "pyspark"):
            raise
        said = " ".join(str(error).splitlines()[:2])  # a trace of Java's follows
        print(f"error: Spark could not do it: {said}", file=sys.stderr)
        return 2  # and not the 1 of a traceback, which means that there are faults


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m barriergraph.spark", description=__doc__)
    parser.add_argument("--master", help="local[2] unless spark-submit or this says otherwise")
    parser.add_argument("--module", action="append", default=[], help="a module with more queries")
    parser.add_argument(
        "--whole", action="store_true", help="the files are parts of one set of statements"
    )
    parser.add_argument(
        "--keep-going", action="store_true", help="go on without the lines that are wrong"
    )
    jobs = parser.add_subparsers(required=True, metavar="JOB")

    def job(name: str, told: str, work: Callable[[Statements, Namespace], int]) -> ArgumentParser:
        made = jobs.add_parser(name, help=told, description=told)
        made.set_defaults(job=work)
        return made

    def inputs(made: ArgumentParser) -> None:
        made.add_argument("input", nargs="+", help="N-Triples, N-Quads or .parquet")

    def output(made: ArgumentParser, *, needed: bool) -> None:
        made.add_argument("--output", required=needed, help="the folder to write")
        made.add_argument("--format", choices=FORMATS, default="parquet")
        made.add_argument("--overwrite", action="store_true")

    answer = job("answer", "answer a stored query, as CSV", _answer)
    answer.add_argument("name", help="a stored query")
    answer.add_argument("--set", action="append", default=[], metavar="PARAMETER=VALUE")
    inputs(answer)
    inputs(job("check", "hold the statements to the shapes", _check))
    sources = job("sources", "tell which sources are one work, or write them merged", _sources)
    output(sources, needed=False)
    inputs(sources)
    closure = job("closure", "tell the pairs that a path leads to", _closure)
    closure.add_argument("path", help="such as skos:broader")
    inputs(closure)
    infer = job("infer", "derive what follows, and write all of it", _infer)
    output(infer, needed=True)
    inputs(infer)
    write = job("write", "write the statements in another form", _write)
    output(write, needed=True)
    inputs(write)
    return parser


def _answer(statements: Statements, options: Namespace) -> int:
    values = by_name(map(_assigned, options.set))
    sys.stdout.write(statements.table(options.name, **values).to_csv())
    return 0


def _assigned(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise BarrierGraphError(f"--set takes PARAMETER=VALUE, not {text!r}")
    return name, value


def _check(statements: Statements, options: Namespace) -> int:
    report = statements.validate()
    for result in report.results:
        print(f"{result.focus_node}\t{result.shape}\t{result.message}")
    print(report, file=sys.stderr)
    return 1 if report.of_severity("Violation") else 0


def _sources(statements: Statements, options: Namespace) -> int:
    if options.output:
        _put(statements.merged(), options)
    else:
        for row in statements.same_sources().collect():
            print("\t".join(row))
    return 0


def _closure(statements: Statements, options: Namespace) -> int:
    for row in statements.closure(options.path).collect():
        print("\t".join(row))
    return 0


def _infer(statements: Statements, options: Namespace) -> int:
    _put(statements.infer(), options)
    return 0


def _write(statements: Statements, options: Namespace) -> int:
    _put(statements, options)
    return 0


def _put(statements: Statements, options: Namespace) -> None:
    statements.write(options.output, format=options.format, overwrite=options.overwrite)


def _tell_refused(statements: Statements) -> None:
    assert statements.refused is not None
    for file, line, text in statements.refused.orderBy("file", "line").limit(100).collect():
        print(f"{file}:{line}: no statement: {text!r}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

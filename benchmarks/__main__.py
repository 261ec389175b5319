"""Measure both sides of everything in one run: `python -m benchmarks`."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from benchmarks.measure import Options, Row, missed, spread
from benchmarks.report import publish, table
from benchmarks.results import HERE, Group, Results, machine, versions, write

#: The groups of measurements: each a function of a module, run in a process of its own.
GROUPS = {
    "process": ("answers", "new_process"),
    "queries": ("answers", "stored_queries"),
    "sizes": ("sizes", "sizes"),
    "checks": ("checks", "checks"),
    "serving": ("serving", "serving"),
    "pages": ("pages", "pages"),
    "authoring": ("authoring", "authoring"),
    "suggesting": ("suggesting", "suggesting"),
    "ondisk": ("ondisk", "ondisk"),
    "remote": ("remote", "remote"),
    "spark": ("spark", "spark"),
}
#: What takes longer than a quick look may.
SLOW = ("checks", "pages", "remote", "spark")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small graphs, one repeat")
    parser.add_argument("--large", action="store_true", help="graphs that take many minutes too")
    parser.add_argument("--write", action="store_true", help="write results, page and charts")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=GROUPS, default=[],
                        help=f"only these groups: {', '.join(GROUPS)}")  # fmt: skip
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write and given.only:
        parser.error("--write: results are those of one run, so leave out --only")
    options = Options(1 if given.quick else 5, given.quick, given.large)
    if given.into:
        return measured(given.only[0], options, given.into)
    about = (machine(), versions())
    for name, one in about[1].items():
        if one is None:
            print(f"{name} is left out: not installed", file=sys.stderr)
    groups: dict[str, Group] = {}
    for name in given.only or GROUPS:
        if given.quick and not given.only and name in SLOW:
            groups[name] = Group([], 0, ["left out of a quick run"])
            continue
        print(f"measuring {name}", file=sys.stderr)
        groups[name] = group(name, options)
        if groups[name].rows:
            print(f"{table(groups[name].rows, targets=True)}\n", flush=True)
    flags = "".join(f" --{flag}" for flag in ("quick", "large") if getattr(given, flag))
    results = Results(
        f"python -m benchmarks{flags}", date.today().isoformat(), *about, groups=groups
    )
    if given.write:
        write(results)
        publish(results)
    failed = [name for name, one in groups.items() if one.failed]
    for name in failed:
        print(f"{name} failed: {groups[name].failed}", file=sys.stderr)
    for work in missed(results.rows):
        print(f"below half of what is to be reached: {work}", file=sys.stderr)
    return 1 if failed or missed(results.rows) else 0


def measured(name: str, options: Options, into: Path) -> int:
    """Measure a group in this process, and write its rows as JSON."""
    module, function = GROUPS[name]
    warnings.simplefilter("ignore")  # those of the peers
    told = _Told()
    with contextlib.redirect_stderr(told):
        rows: list[Row] = getattr(import_module(f"benchmarks.{module}"), function)(options)
    found = {"rows": [spread(row)._asdict() for row in rows], "said": told.lines}
    into.write_text(json.dumps(found), encoding="utf-8")
    return 0


class _Told(io.StringIO):
    """What the measurements themselves say, which goes on to stderr; not what their peers log."""

    def write(self, text: str) -> int:
        print(text, end="", file=sys.__stderr__)
        return super().write(text)

    @property
    def lines(self) -> list[str]:
        return self.getvalue().splitlines()


def group(name: str, options: Options) -> Group:
    """Measure a group in a new process, so that none disturbs another or ends the run."""
    module, _ = GROUPS[name]
    if find_spec(f"benchmarks.{module}") is None:
        said = [f"left out: there is no benchmarks/{module}.py"]
        print(said[0], file=sys.stderr)
        return Group([], 0, said)
    limit = 150 if options.quick else 3600 if options.large else 1500
    flags = [f"--{flag}" for flag in ("quick", "large") if getattr(options, flag)]
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "rows.json"
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks", *flags, "--only", name, "--into", str(into)],
            stderr=subprocess.PIPE, encoding="utf-8", cwd=HERE.parent, start_new_session=True,
        )  # fmt: skip
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            os.killpg(process.pid, signal.SIGKILL)  # with the servers that it started

        clock = threading.Timer(limit, stop)
        clock.start()
        said = []
        for line in process.stderr or ():
            print(line, end="", file=sys.stderr)
            said.append(line.strip())
        code = process.wait()
        clock.cancel()
        seconds = time.monotonic() - start
        if stopped.is_set():
            return Group([], seconds, said, f"it did not end in {limit} seconds")
        if code:
            return Group([], seconds, [], said[-1] if said else f"it ended with {code}")
        found = json.loads(into.read_text(encoding="utf-8"))
    return Group([Row(**row) for row in found["rows"]], seconds, found["said"])


if __name__ == "__main__":
    sys.exit(main())

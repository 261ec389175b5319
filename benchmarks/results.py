"""The results of one run as a file: what was measured, with what, and on what machine."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import Row

HERE = Path(__file__).parent
FILE = HERE / "results.json"
#: The peers that are Python packages, ours first.
PACKAGES = ("barriergraph", "pyoxigraph", "rdflib", "pyshacl", "owlrl", "pyrudof", "oxigraph",
            "rdflib-endpoint", "pyspark")  # fmt: skip
#: Other peers, and what tells their version.
PROGRAMS = {"virtuoso-t": ("virtuoso-t", "-?"), "wrk": ("wrk", "-v"), "java": ("java", "-version")}


class Group(NamedTuple):
    """What one group of measurements gave: rows, how long it took, what it said, why it failed."""

    rows: list[Row]
    seconds: float
    said: list[str]
    failed: str = ""


class Results(NamedTuple):
    """One run: its options in words, the machine, the version of each peer or none, the groups."""

    options: str
    date: str
    machine: dict[str, str]
    versions: dict[str, str | None]
    groups: dict[str, Group]

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups.values() for row in group.rows]


def write(results: Results, path: Path = FILE) -> None:
    """Write results as JSON."""
    groups = {
        name: group._asdict() | {"rows": [row._asdict() for row in group.rows]}
        for name, group in results.groups.items()
    }
    text = json.dumps(results._asdict() | {"groups": groups}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path = FILE) -> Results:
    """Return the results of a file."""
    told = json.loads(path.read_text(encoding="utf-8"))
    groups = {
        name: Group(**group | {"rows": [Row(**row) for row in group["rows"]]})
        for name, group in told["groups"].items()
    }
    return Results(**told | {"groups": groups})


def machine() -> dict[str, str]:
    """Return what the machine is, and how busy it was."""
    cpu = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
    return {
        "Python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": cpu[0] if cpu else platform.processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GB",
        "load average at the start": f"{os.getloadavg()[0]:.1f}",
    }


def versions() -> dict[str, str | None]:
    """Return the version of each peer, None of one that is not there."""
    found: dict[str, str | None] = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    for name, words in PROGRAMS.items():
        found[name] = _asked(words) if shutil.which(words[0]) else None
    return found


def _asked(words: tuple[str, ...]) -> str:
    done = subprocess.run(words, capture_output=True, encoding="utf-8", errors="replace")
    lines = [
        line for line in (done.stdout + done.stderr).splitlines() if any(map(str.isdigit, line))
    ]
    return " ".join(lines[0].split())[:60] if lines else "of unknown version"

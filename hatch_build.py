"""Build hook: what the site takes from npm goes into `site/static/vendor/`, when npm is there.

The wheel is whole without it: the pages are plain then, and say so. Set BARRIERGRAPH_NO_NPM to
leave npm alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SITE = Path("src/barriergraph/site")
FRONTEND = SITE / "frontend"
VENDOR = SITE / "static" / "vendor"

#: The name in the vendor folder -> the file of a package.
TAKEN = {
    "yasqe.js": "@zazuko/yasqe/build/yasqe.min.js",
    "yasqe.css": "@zazuko/yasqe/build/yasqe.min.css",
    "oxigraph.js": "oxigraph/web.js",
    "oxigraph.wasm": "oxigraph/web_bg.wasm",
}

#: Whose folder of files was made from which lock file.
STAMP = "stamp.json"

SECONDS = 120


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Fetches the packages of the lock file before a wheel is built, editable or not."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill the vendor folder unless it matches the lock file, and have the wheel take it."""
        root = Path(self.root)
        if not is_current(root):
            try:
                fetch(root)
            except (OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
                print(
                    f"barriergraph: built without the SPARQL editor and the engine for browsers: "
                    f"{error}",
                    file=sys.stderr,
                )
        if is_current(root):
            build_data["artifacts"].append(f"/{VENDOR.as_posix()}/**")


def is_current(root: Path) -> bool:
    """Say whether the vendor folder holds what the lock file and this file name."""
    try:
        held = json.loads((root / VENDOR / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(held == stamp(root)) and all((root / VENDOR / name).is_file() for name in TAKEN)


def stamp(root: Path) -> dict[str, str]:
    """Return what the vendor folder depends on."""
    lock = (root / FRONTEND / "package-lock.json").read_bytes()
    return {"lock": hashlib.sha256(lock).hexdigest(), **TAKEN}


def fetch(root: Path) -> None:
    """Put the files of the packages into the vendor folder, with their licences.

    Raises: OSError or SubprocessError with what is in the way.
    """
    if os.environ.get("BARRIERGRAPH_NO_NPM"):
        raise OSError("BARRIERGRAPH_NO_NPM is set")
    npm = shutil.which("npm")
    if npm is None:
        raise OSError("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / FRONTEND / name, work)
        install(npm, work)
        ready = work / "ready"
        ready.mkdir()
        for name, source in TAKEN.items():
            shutil.copy(work / "node_modules" / source, ready / name)
        write_licences(work, ready)
        (ready / STAMP).write_text(json.dumps(stamp(root), indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(root / VENDOR, ignore_errors=True)
        shutil.copytree(ready, root / VENDOR)


def install(npm: str, work: Path) -> None:
    """Run npm in a folder with a lock file; no script of any package is run."""
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    with subprocess.Popen(
        command,
        cwd=work,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            told, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            # npm's own children would go on.
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            raise
    if process.returncode:
        words = told.decode("utf-8", "replace").strip().splitlines()
        raise OSError(f"npm ci failed: {words[-1] if words else process.returncode}")


def write_licences(work: Path, ready: Path) -> None:
    """Write which packages the files come from, under which licence, with the texts there are."""
    lines = [
        "These files come from npm as they were published. Each package is named with its version,",
        "its licence and where its source is; the licence texts that a package carries follow.",
        "",
    ]
    texts: list[str] = []
    for package in packages(work):
        about = json.loads((package / "package.json").read_text(encoding="utf-8"))
        source = about.get("repository") or about.get("homepage") or ""
        if isinstance(source, dict):
            source = source["url"]
        name = f"{about['name']} {about['version']}"
        lines.append(f"{name}: {about.get('license', 'no licence named')}; {source}".rstrip("; "))
        found = sorted(package.glob("[Ll][Ii][Cc][Ee][Nn][Ss][Ee]*"))
        texts += [
            f"\n--- {name}: {file.name} ---\n\n{file.read_text(encoding='utf-8').strip()}\n"
            for file in found
            if file.is_file()
        ]
    notice = "\n".join([*lines, *texts])
    (ready / "LICENCES.txt").write_text(notice, encoding="utf-8", newline="\n")


def packages(work: Path) -> Iterator[Path]:
    """Yield the folders of the packages that were installed, in order."""
    for about in sorted((work / "node_modules").rglob("package.json")):
        folder = about.parent
        parts = folder.relative_to(work / "node_modules").parts
        if len(parts) == (2 if parts[0].startswith("@") else 1):
            yield folder

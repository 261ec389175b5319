"""Checks against pyshacl: the command on the graph that ships, and what `sides` needs for others.

Ours has the compiling of the shapes in its time, except where one node is checked again after a
change: they were made ready before, as those of pyshacl are cached.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import warnings
from functools import cache
from pathlib import Path

import pyshacl
import rdflib
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, Triple, parse, serialize
from rdflib import RDF, SH

from barriergraph.sources import base_module
from barriergraph.validation import Report
from benchmarks.answers import command
from benchmarks.measure import Options, Row, median, timed

SPARQL = NamedNode(str(SH.sparql))

Found = set[tuple[str, ...]]


def checks(options: Options) -> list[Row]:
    """Measure the command on the graph that ships; whole graphs by size are in `sizes`."""
    return [command_on_shipped(60 if options.quick else 600 if options.large else 150)]


def command_on_shipped(limit: float) -> Row:
    """Check what ships in a new process, against the `pyshacl` command on the same files.

    pyshacl is given up on after so many seconds; what is told is then the least that it takes.
    """
    module = base_module()
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, parts in (("data", ("ontology", "data")), ("shapes", ("shapes",))):
            graph = rdflib.Graph()
            for part in parts:
                for file in module.files(part):
                    graph.parse(module.locate(file))
            paths.append(f"{folder}/{name}.ttl")
            graph.serialize(paths[-1])
        ours = median(command("-m", "barriergraph", "check", "--no-reasoner"), 5)

        def peer() -> None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                words = [sys.executable, "-m", "pyshacl", "-s", paths[1], paths[0]]
                subprocess.run(words, capture_output=True, timeout=limit, check=False)

        seconds = timed(peer)
    work = "`barriergraph check --no-reasoner`, new process"
    return Row(
        work, "the pyshacl command", ours, seconds, "at least 15", 15, unfinished=seconds >= limit
    )


def focus_node(folder: Path) -> NamedNode:
    """Return a finding with a fault that the shapes tell of, and leave its name for the peer."""
    for line in (folder / "faults.tsv").read_text(encoding="utf-8").splitlines():
        node = NamedNode(line.partition("\t")[0])
        if "/finding/" in node.value and "-again" not in node.value:
            (folder / "focus.txt").write_text(node.value, encoding="utf-8")
            return node
    raise AssertionError(f"{folder}: no finding has a fault")


@cache
def shapes(core: bool) -> tuple[Triple, ...]:
    """Return the shapes that ship; with `core` those that have no query."""
    module = base_module()
    store = Store()
    for path in module.files("shapes"):
        store.extend(parse(path=module.locate(path), format=RdfFormat.TURTLE))
    for quad in list(store.quads_for_pattern(None, SPARQL, None)) if core else ():
        for about in store.quads_for_pattern(quad.subject, None, None):
            store.remove(about)
        for link in store.quads_for_pattern(None, None, quad.subject):
            store.remove(link)
    return tuple(Triple(q.subject, q.predicate, q.object) for q in store)


def to_rdflib(triples: list[Triple] | tuple[Triple, ...]) -> rdflib.Graph:
    lines = serialize(triples, format=RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=lines, format="nt")


def run_pyshacl(data: rdflib.Graph, shapes: rdflib.Graph, **more: object) -> rdflib.Graph:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, report, _ = pyshacl.validate(
            data, shacl_graph=shapes, inference="none", inplace=True, **more
        )
    return report


def of_report(report: Report) -> Found:
    """Return focus node, path, component and value of each result."""
    return {
        tuple(
            "" if term is None or isinstance(term, BlankNode) else getattr(term, "value", str(term))
            for term in (result.focus_node, result.path, result.component, result.value)
        )
        for result in report.results
    }


def of_pyshacl(report: rdflib.Graph) -> Found:
    """Return the same of a report of pyshacl."""
    names = (SH.focusNode, SH.resultPath, SH.sourceConstraintComponent, SH.value)
    return {
        tuple(
            "" if term is None or isinstance(term, rdflib.BNode) else str(term)
            for term in (report.value(result, name) for name in names)
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }

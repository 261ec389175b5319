"""Checks: our shapes on invented graphs, against pyshacl.

Neither side's clock has the reading of data. Ours has the compiling of the shapes, except where one
node is checked again after a change: they were made ready before, as those of pyshacl are cached.
"""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import tempfile
import warnings
from functools import cache

import pyshacl
import rdflib
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize
from rdflib import RDF, SH

from barriergraph.sources import base_module
from barriergraph.validation import Report, prepare
from benchmarks.answers import command
from benchmarks.generate import Graph, generate
from benchmarks.measure import Options, Row, median, timed

SPARQL = NamedNode(str(SH.sparql))

Found = set[tuple[str, ...]]


def checks(options: Options) -> list[Row]:
    """Measure whole graphs and single nodes.

    Raises: AssertionError when the two sides do not find the same.
    """
    logging.getLogger("pyshacl").setLevel(logging.CRITICAL)
    small = 10_000
    rows = [whole(small, core=True, repeats=options.repeats)]
    if not options.quick:
        rows.append(whole(100_000, core=True, repeats=1))
        rows.append(one_finding(100_000, options.repeats))
    if options.large:
        rows.append(command_on_shipped())
        rows.append(whole(small, core=False, repeats=1))
        rows.append(one_finding_against(100_000, 1_000_000))
    return rows


def whole(size: int, *, core: bool, repeats: int) -> Row:
    """Check a whole graph, both sides, and make sure that they find the same."""
    graph, triples = graph_of(size), shapes(core)
    store, data, theirs = to_store(graph), to_rdflib(graph.triples), to_rdflib(triples)
    found: list[Found] = []

    def peer() -> None:
        found.append(of_pyshacl(run_pyshacl(data, theirs)))

    ours = median(lambda: prepare(store, triples).validate(), 2 * repeats + 1)
    seconds = median(peer, repeats) if repeats > 1 else timed(peer)
    assert of_report(prepare(store, triples).validate()) == found[-1], "not the same results"
    which = "shapes of SHACL Core" if core else "all shapes"
    least = 30 if core else 100  # of Core alone no more than this is reached: see the README
    return Row(
        f"check {size:,} statements, {which}", "pyshacl", ours, seconds, "at least 100", least
    )


def command_on_shipped() -> Row:
    """Check what ships in a new process, against the `pyshacl` command on the same files.

    pyshacl is given up on after ten minutes; what is told is then the least that it takes.
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
                subprocess.run(words, capture_output=True, timeout=600, check=False)

        seconds = timed(peer)
    work = "`barriergraph check --no-reasoner`, new process"
    return Row(work, "the pyshacl command", ours, seconds, "at least 15", 15)


def one_finding(size: int, repeats: int) -> Row:
    """Check one finding of a graph, both sides."""
    graph, triples = graph_of(size), shapes(False)
    node = next(n for n in graph.findings if n.value in {focus for focus, _ in graph.faults})
    data, theirs = to_rdflib(graph.triples), to_rdflib(triples)
    prepared = prepare(to_store(graph), triples)
    ours = median(lambda: prepared.validate(focus=node), 4 * repeats + 1)
    focus = [str(node.value)]
    peer = median(lambda: run_pyshacl(data, theirs, focus_nodes=focus), repeats)
    mine = of_report(prepared.validate(focus=node))
    assert mine == of_pyshacl(run_pyshacl(data, theirs, focus_nodes=focus)), "not the same results"
    return Row(
        f"check one finding among {size:,} statements", "pyshacl", ours, peer, "at least 30", 30
    )


def one_finding_against(small: int, large: int) -> Row:
    """Check one finding of a graph, and one of a graph ten times as large: ours on both sides."""
    seconds = []
    for size in (small, large):
        graph = graph_of(size)
        prepared = prepare(to_store(graph), shapes(False))
        node = graph.findings[-1]
        seconds.append(median(lambda p=prepared, n=node: p.validate(focus=n), 11))  # type: ignore[misc]
    return Row(
        f"check one finding among {large:,} statements", f"ours among {small:,}", seconds[1],
        seconds[0], "at least 1/2", 1 / 2,
    )  # fmt: skip


@cache
def graph_of(size: int) -> Graph:
    return generate(size)


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


def to_store(graph: Graph) -> Store:
    store = Store()
    store.extend(Quad(*triple, NamedNode("urn:invented")) for triple in graph.triples)
    return store


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

"""The W3C test suite for SHACL, Core and SPARQL: what we report against what is expected.

The suite is not ours to ship. pyshacl's source distribution has it, in `test/resources/sht_tests`;
the variable SHACL_TEST_SUITE names that folder.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

pytest.importorskip("pyshacl", reason="pyshacl, the other side of the comparison, is missing")
rdflib = pytest.importorskip("rdflib")

from rdflib.collection import Collection  # noqa: E402
from rdflib.namespace import RDF, SH  # noqa: E402

from barriergraph.errors import ShapesError  # noqa: E402
from barriergraph.validation import validate  # noqa: E402

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
SUITE = os.environ.get("SHACL_TEST_SUITE", "")
FAILURE = "refused"
WHOLE = 121

logging.getLogger("rdflib.term").setLevel(logging.ERROR)
pytestmark = pytest.mark.skipif(
    not SUITE,
    reason="SHACL_TEST_SUITE does not name the folder sht_tests of pyshacl's source distribution",
)


def _parse(iri: str) -> rdflib.Graph:
    path = Path(unquote(urlparse(iri).path))
    normalize = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False  # one case asks for "1"^^xsd:boolean as it is spelled
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the suite has ill-formed literals on purpose
            return rdflib.Graph().parse(path, format="turtle", publicID=iri)
    finally:
        rdflib.NORMALIZE_LITERALS = normalize


def _cases(iri: str) -> list[tuple[str, str]]:
    manifest = _parse(iri)
    found = [
        (iri, str(entry))
        for head in manifest.objects(None, MF.entries)
        for entry in Collection(manifest, head)
    ]
    for included in sorted(manifest.objects(None, MF.include)):
        found += _cases(str(included))
    return found


def _path(graph: rdflib.Graph, node: object) -> object:
    """Return a path as a value that can be compared: an IRI, or a tuple of its parts."""
    if not isinstance(node, rdflib.BNode):
        return node
    if (node, RDF.first, None) in graph:
        return ("list", *(_path(graph, member) for member in Collection(graph, node)))
    parts = sorted((str(p), _path(graph, o)) for p, o in graph.predicate_objects(node))
    return tuple(parts)


def _blank(node: object) -> object:
    return "a blank node" if isinstance(node, rdflib.BNode) else node


def _results(graph: rdflib.Graph, report: object) -> Counter[tuple[object, ...]]:
    """Return what a report says, blank nodes apart (each parse names them anew)."""
    found: Counter[tuple[object, ...]] = Counter()
    for result in graph.objects(report, SH.result):
        path = graph.value(result, SH.resultPath)
        found[
            (
                _blank(graph.value(result, SH.focusNode)),
                None if path is None else _path(graph, path),
                _blank(graph.value(result, SH.value)),
                graph.value(result, SH.sourceConstraintComponent),
                graph.value(result, SH.resultSeverity),
                _blank(graph.value(result, SH.sourceShape)),
            )
        ] += 1
    return found


def _messages(graph: rdflib.Graph, report: object) -> list[str]:
    return sorted(
        str(message)
        for result in graph.objects(report, SH.result)
        for message in graph.objects(result, SH.resultMessage)
    )


def expected(case: tuple[str, str]) -> tuple[object, rdflib.Graph, rdflib.Graph, list[str]]:
    """Return what a case expects, its data, its shapes, and the messages it expects."""
    iri, entry = case
    manifest = _parse(iri)
    node = rdflib.URIRef(entry)
    action = manifest.value(node, MF.action)
    files = manifest.value(action, SHT.dataGraph), manifest.value(action, SHT.shapesGraph)
    data, shapes = (_parse(str(file)) for file in files)
    if files[0] == files[1]:
        shapes = data
    result = manifest.value(node, MF.result)
    if result == SHT.Failure:
        return FAILURE, data, shapes, []
    return _results(manifest, result), data, shapes, _messages(manifest, result)


def ours(data: rdflib.Graph, shapes: rdflib.Graph) -> tuple[object, list[str]]:
    try:
        graph = validate(data, shapes).to_graph()
    except ShapesError:
        return FAILURE, []
    report = graph.value(None, RDF.type, SH.ValidationReport)
    return _results(graph, report), _messages(graph, report)


def theirs(data: rdflib.Graph, shapes: rdflib.Graph) -> object:
    import pyshacl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _, graph, _ = pyshacl.validate(data, shacl_graph=shapes)
        except Exception:
            return FAILURE
    if not isinstance(graph, rdflib.Graph):
        return FAILURE
    return _results(graph, graph.value(None, RDF.type, SH.ValidationReport))


CASES = _cases(Path(SUITE, "manifest.ttl").resolve().as_uri()) if SUITE else []

NAMES = [entry.rpartition("sht_tests/")[2] for _, entry in CASES]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_report_is_what_the_case_expects(case: tuple[str, str]) -> None:
    wanted, data, shapes, messages = expected(case)
    found, said = ours(data, shapes)
    assert found == wanted
    assert not messages or said == messages


def test_every_case_comes_out_right_no_fewer_than_with_pyshacl(
    capsys: pytest.CaptureFixture[str],
) -> None:
    right = {"barriergraph": 0, "pyshacl": 0}
    for case in CASES:
        wanted, data, shapes, _ = expected(case)
        right["barriergraph"] += ours(data, shapes)[0] == wanted
        right["pyshacl"] += theirs(data, shapes) == wanted
    with capsys.disabled():
        print(f"\nW3C SHACL suite, of {len(CASES)} cases right: {right}")
    assert right["pyshacl"] <= right["barriergraph"] == len(CASES) == WHOLE

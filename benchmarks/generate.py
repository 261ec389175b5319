"""Invented evidence graphs of any size, shaped like the data that ships.

`python -m benchmarks.generate 1e5 FOLDER` writes one as a module, to load with
`barriergraph.load(FOLDER, base=False)`. It holds one record at a time, so that ten million
statements need no more memory than ten thousand. Which of them have a fault, and what shape each
breaks, stands beside them in `faults.tsv`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from barriergraph.namespaces import PREFIXES
from barriergraph.sources import base_module
from benchmarks.faults import Record
from benchmarks.making import Maker

#: How many findings, and how many sources, have a fault, unless told otherwise.
FAULTY = 0.01
#: So many statements at least stand in each file but the last.
FILE_SIZE = 20_000
FORMATS = ("ttl", "nt")


class Graph(NamedTuple):
    """The statements, those of the ontology first, and the faults: focus node and shape."""

    triples: list[Triple]
    faults: set[tuple[str, str]]
    findings: list[NamedNode]


def generate(size: int, *, faulty: float = FAULTY, seed: int = 0) -> Graph:
    """Return a graph of at least so many statements, the same on every call.

    It keeps every shape but for the share `faulty` of its findings and sources, and as many
    sources that are entered twice; which those are, and what each breaks, is part of what is
    returned. A graph has at least some 5,000 statements.
    """
    graph = Graph(list(ontology()), set(), [])
    lines = []
    for record in Maker(size, len(graph.triples), faulty, seed).records():
        lines.append(n_triples(record))
        if record.fault:
            graph.faults.add((expanded(record.subject), PREFIXES["bgs"] + record.fault))
        if record.subject.startswith("finding:"):
            graph.findings.append(NamedNode(expanded(record.subject)))
    quads = parse("".join(lines), format=RdfFormat.N_TRIPLES)
    graph.triples.extend(quad.triple for quad in quads)
    return graph


def write(graph: Graph, folder: Path) -> None:
    """Write a graph as a module: files of one size each, below `data/`."""
    (folder / "data").mkdir(parents=True)
    for start in range(0, len(graph.triples), FILE_SIZE):
        path = folder / "data" / f"part-{start // FILE_SIZE}.ttl"
        part = graph.triples[start : start + FILE_SIZE]
        serialize(part, path, RdfFormat.N_TRIPLES)  # which is Turtle too


def stream(
    size: int, folder: Path, *, seed: int = 0, form: str = "ttl", faulty: float = FAULTY
) -> int:
    """Write the graph of `generate` in constant memory, and return its number of statements.

    `form` is "ttl" or "nt"; the same seed gives the same bytes. The folder must not exist.
    """
    (folder / "data").mkdir(parents=True)
    written = turtle if form == "ttl" else n_triples
    own = list(ontology())
    maker = Maker(size, len(own), faulty, seed)
    part, full = 0, FILE_SIZE
    out = _open(folder, part, form)
    out.write(str(serialize(own, format=RdfFormat.N_TRIPLES), "utf-8"))  # type: ignore[arg-type]
    with (folder / "faults.tsv").open("w", encoding="utf-8", newline="\n") as faults:
        try:
            for record in maker.records():
                if record.fault:
                    faults.write(f"{expanded(record.subject)}\t{PREFIXES['bgs']}{record.fault}\n")
                out.write(written(record))
                if maker.have >= full:
                    out.close()
                    part, full = part + 1, full + FILE_SIZE
                    out = _open(folder, part, form)
        finally:
            out.close()
    return maker.have


def _open(folder: Path, part: int, form: str) -> IO[str]:
    out = (folder / "data" / f"part-{part}.{form}").open("w", encoding="utf-8", newline="\n")
    if form == "ttl":
        out.writelines(f"@prefix {prefix}: <{start}> .\n" for prefix, start in PREFIXES.items())
    return out


def turtle(record: Record) -> str:
    """Return a record as Turtle that has the prefixes."""
    said = " ;\n    ".join(
        f"{name} {', '.join(values)}" for name, values in record.said.items() if values
    )
    return f"{record.subject} {said} .\n"


def n_triples(record: Record) -> str:
    """Return a record as N-Triples.

    >>> print(n_triples(Record("barrier:x", {"bg:position": ['"1"^^xsd:integer']})), end="")
    <https://w3id.org/barriergraph/id/barrier/x> \
<https://w3id.org/barriergraph/ontology#position> \
"1"^^<http://www.w3.org/2001/XMLSchema#integer> .
    """
    subject = _term(record.subject)
    return "".join(
        f"{subject} {_property(name)} {_term(value)} .\n"
        for name, values in record.said.items()
        for value in values
    )


def expanded(curie: str) -> str:
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def _term(value: str) -> str:
    if value[0] != '"':
        prefix, _, local = value.partition(":")
        return f"<{PREFIXES[prefix]}{local}>"
    text, mark, datatype = value.rpartition("^^")
    return f"{text}^^<{expanded(datatype)}>" if mark else value


_properties: dict[str, str] = {}


def _property(name: str) -> str:
    if name not in _properties:
        _properties[name] = _term(name)
    return _properties[name]


def ontology() -> Iterator[Triple]:
    """Yield the statements of the ontology that ships, each once, blank nodes numbered."""
    module = base_module()
    names: dict[BlankNode, BlankNode] = {}
    seen: set[Triple] = set()

    def named(term: NamedNode | BlankNode | Literal | Triple) -> Any:
        if not isinstance(term, BlankNode):
            return term
        return names.setdefault(term, BlankNode(f"ontology{len(names)}"))

    for path in sorted(module.files("ontology")):
        for quad in parse(path=module.locate(path), format=RdfFormat.TURTLE):
            triple = Triple(named(quad.subject), quad.predicate, named(quad.object))
            if triple not in seen:
                seen.add(triple)
                yield triple


def number(text: str) -> int:
    """Return a number of statements that is written out or as 1e6."""
    return int(text) if text.isdigit() else int(float(text))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("size", type=number, help="the number of statements, at least")
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--seed", type=int, default=0, help="another seed is another graph")
    parser.add_argument("--format", choices=FORMATS, default="ttl", help="how it is written")
    parser.add_argument("--faulty", type=float, default=FAULTY, help="the share with a fault")
    given = parser.parse_args()
    count = stream(
        given.size, given.folder, seed=given.seed, form=given.format, faulty=given.faulty
    )
    print(f"{count:,} statements in {given.folder}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

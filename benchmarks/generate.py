"""Invented evidence graphs of any size, shaped like the data that ships.

`python -m benchmarks.generate 100000 FOLDER` writes one as a module, to load with
`barriergraph.load(FOLDER, base=False)`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from barriergraph.namespaces import PREFIXES
from barriergraph.sources import base_module
from benchmarks.vocabulary import DOMAINS, SCALES, WORDS, iri

#: How many findings and sources have a fault, unless told otherwise.
FAULTY = 0.01
#: A concept has so many right below it, so that hierarchies grow in width, not in depth.
BRANCHES = 8
FILE_SIZE = 20_000

TYPE = iri("rdf:type")
XSD_URI = iri("xsd:anyURI")

#: What is said of one subject: its properties, each with its values.
Record = dict[str, list[NamedNode | Literal]]


class Graph(NamedTuple):
    """The statements, those of the ontology first, and the faults: focus node and shape."""

    triples: list[Triple]
    faults: set[tuple[str, str]]
    findings: list[NamedNode]


class Factors(NamedTuple):
    """Factors of one class: the nodes, and the kind and effect of what is found of them."""

    nodes: list[NamedNode]
    kind: NamedNode
    effect: NamedNode


def _drop(name: str) -> Callable[[Record], None]:
    return lambda record: record.update({name: []})


def _put(name: str, *values: NamedNode | Literal) -> Callable[[Record], None]:
    return lambda record: record.update({name: list(values)})


#: Mistakes that curators make in a finding of a barrier; each breaks the shape of its name only.
FINDING_FAULTS = {
    "FindingShape-basis": _drop("bg:basis"),
    "FindingShape-certainty": _put(
        "bg:certainty", iri("certainty:confirmed"), iri("certainty:probable")
    ),
    "FindingShape-statement": _put("bg:statement", Literal("No language is given.")),
    "FindingShape-finds": _put("bg:finds", iri("place:place-1")),
    "FindingShape-inDomain": _put("bg:inDomain", iri("role:role-1")),
    "FindingShape-effectOnSharing-kind": _put("bg:effectOnSharing", iri("effect:helps")),
    "FindingShape-locator-fullText": _drop("bg:locator"),
    "AddressShape-url": _put("bg:url", Literal("www.example.org", datatype=XSD_URI)),
    "TypedShape-property": _put("bg:certanty", iri("certainty:confirmed")),
    "TypedShape-domain": _put("bg:volume", Literal("1")),
}
SOURCE_FAULTS = {
    "SourceShape-doi": _put("bg:doi", Literal("https://doi.org/10.1000/1")),
    "SourceShape-setting": _drop("bg:setting"),
    "SourceShape-year-missing": _drop("bg:year"),
    "SourceShape-coversDomain": _put("bg:coversDomain", iri("role:role-1")),
}


def generate(size: int, *, faulty: float = FAULTY, seed: int = 0) -> Graph:
    """Return a graph of at least so many statements, the same on every call.

    It keeps every shape but for the share `faulty` of its findings and sources; which those are,
    and what each breaks, is part of what is returned. A graph has at least some 5,000 statements.
    """
    return _Maker(size, faulty, Random(seed)).make()


def write(graph: Graph, folder: Path) -> None:
    """Write a graph as a module: files of one size each, below `data/`."""
    (folder / "data").mkdir(parents=True)
    for start in range(0, len(graph.triples), FILE_SIZE):
        path = folder / "data" / f"part-{start // FILE_SIZE}.ttl"
        part = graph.triples[start : start + FILE_SIZE]
        serialize(part, path, RdfFormat.N_TRIPLES)  # which is Turtle too


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


class _Maker:
    def __init__(self, size: int, faulty: float, random: Random) -> None:
        self.size = size
        self.faulty = faulty
        self.random = random
        self.graph = Graph(list(ontology()), set(), [])

    def make(self) -> Graph:
        self.domains = self.concepts("domain", "PolicyDomain", len(DOMAINS), DOMAINS)
        self.places = self.concepts("place", "Place", 40)
        self.roles = self.concepts("role", "Profession", 40)
        for kind, cls, names in SCALES:
            self.concepts(kind, cls, len(names), names)
        self.factors = self.make_factors()
        needed = sum(len(factors.nodes) for factors in self.factors)
        number = 0
        while len(self.graph.triples) < self.size or len(self.graph.findings) < needed:
            number += 1
            self.source(number)
        return self.graph

    def make_factors(self) -> list[Factors]:
        """Make the factors: the more is known, the fewer of them are new."""
        count = int(1.5 * self.size**0.5)
        kinds = {
            "barrier": ("Barrier", 0.4, "hinders"),
            "enabler": ("Enabler", 0.45, "helps"),
            "risk": ("Risk", 0.08, "hinders"),
            "condition": ("Condition", 0.07, "unstated"),
        }
        found = []
        for name, (cls, share, effect) in kinds.items():
            nodes = self.concepts(name, cls, max(2, int(share * count)))
            kind = iri(f"kind:{'moderator' if name == 'condition' else name}")
            found.append(Factors(nodes, kind, iri(f"effect:{effect}")))
        for barrier, enabler in zip(found[0].nodes[::4], found[1].nodes[::4], strict=False):
            self.add(barrier, {"bg:counterpart": [enabler]})
        return found

    def concepts(
        self, kind: str, cls: str, count: int, names: tuple[str, ...] = ()
    ) -> list[NamedNode]:
        """Make the concepts of one scheme: factors in a hierarchy, others side by side."""
        factor = cls in ("Barrier", "Condition", "Enabler", "Risk")
        scheme = iri(f"scheme:{kind}s")
        title = Literal(f"{kind.capitalize()}s", language="en")
        self.add(scheme, {"rdf:type": [iri("skos:ConceptScheme")], "dcterms:title": [title]})
        names = names or tuple(f"{kind}-{number}" for number in range(1, count + 1))
        nodes = [iri(f"{kind}:{name}") for name in names]
        for number, (name, node) in enumerate(zip(names, nodes, strict=True)):
            label = name.replace("-", " ")
            record: Record = {
                "rdf:type": [iri(f"bg:{cls}")],
                "skos:prefLabel": [Literal(label.capitalize(), language="en")],
                "skos:definition": [self.text(f"What is called {label}")],
                "skos:inScheme": [scheme],
            }
            if number < BRANCHES or not factor:
                record["skos:topConceptOf"] = [scheme]
            else:
                record["skos:broader"] = [nodes[number // BRANCHES - 1]]
            if factor:
                level = self.random.choice(("individual", "organisational", "interorganisational"))
                record["bg:level"] = [iri(f"level:{level}")]
                record["skos:altLabel"] = [
                    Literal(f"{word} {label}", language="en") for word in ("so-called", "mere")
                ]
            if cls == "Risk":
                record["bg:borneBy"] = [iri("bearer:public")]
            self.add(node, record)
        return nodes

    def source(self, number: int) -> None:
        """Make a journal article with its authors, and what it finds."""
        random, name = self.random, f"author{number}"
        node = iri(f"source:{name}")
        record: Record = {
            "rdf:type": [iri("bg:JournalArticle")],
            "dcterms:title": [self.text("A study of how services share")],
            "bg:year": [Literal(random.randint(1995, 2025))],
            "bg:containerTitle": [Literal("Journal of Sharing", language="en")],
            "bg:volume": [Literal(str(random.randint(1, 90)))],
            "bg:doi": [Literal(f"10.1000/sharing.{number}")],
            "bg:url": [Literal(f"https://example.org/{number}", datatype=XSD_URI)],
            "bg:setting": [iri("setting:between-agencies")],
            "bg:settingBasis": [Literal("stated")],
            "bg:coversDomain": random.sample(self.domains, random.randint(1, 2)),
            "bg:coversPlace": [random.choice(self.places)],
            "bg:confidence": [iri("certainty:confirmed")],
            "bg:hasAuthorship": self.authors(name, number),
        }
        if number % 3 == 0:
            study = iri(f"study:study-{number // 6}")
            record["bg:reportsOn"] = [study]
            record["bg:studyBasis"] = [Literal("inferred")]
            if number % 6 == 0 or number == 3:
                label = Literal(f"Study {number // 6}", language="en")
                self.add(study, {"rdf:type": [iri("bg:Study")], "skos:prefLabel": [label]})
        for place in range(1, random.randint(3, 9)):
            self.finding(iri(f"finding:{name}-{place}"), node)
        if random.random() < self.faulty:
            wrong = random.choice(sorted(SOURCE_FAULTS))
            self.spoil(node, record, wrong, SOURCE_FAULTS[wrong])
        self.add(node, record)

    def authors(self, name: str, number: int) -> list[NamedNode | Literal]:
        """Make the authorships of a source: the first author is new, others may be known."""
        people = {number, *(self.random.randint(max(1, number - 50), number) for _ in range(2))}
        found: list[NamedNode | Literal] = []
        for position, person in enumerate(sorted(people, reverse=True), 1):
            node = iri(f"authorship:{name}-{position}")
            author = iri(f"person:person-{person}")
            self.add(node, {
                "rdf:type": [iri("bg:Authorship")],
                "bg:author": [author],
                "bg:position": [Literal(position)],
            })  # fmt: skip
            found.append(node)
        self.add(iri(f"person:person-{number}"), {
            "rdf:type": [iri("bg:Person")],
            "foaf:name": [Literal(f"Ann Author{number}")],
            "foaf:familyName": [Literal(f"Author{number}")],
            "foaf:givenName": [Literal("Ann")],
        })  # fmt: skip
        return found

    def finding(self, node: NamedNode, source: NamedNode) -> None:
        """Make a finding; by turns of every factor, so that none is without evidence."""
        random, number = self.random, len(self.graph.findings)
        factors = self.factors[0]
        for factors in self.factors:
            if number < len(factors.nodes):
                break
            number -= len(factors.nodes)
        else:
            factors = random.choices(self.factors, weights=(45, 40, 8, 7))[0]
            number = int(len(factors.nodes) * random.random() ** 2)  # some are found most
        record: Record = {
            "rdf:type": [iri("bg:Finding")],
            "bg:statement": [self.text("The authors say that")],
            "bg:reportedIn": [source],
            "bg:kind": [factors.kind],
            "bg:finds": [factors.nodes[number]],
            "bg:effectOnSharing": [factors.effect],
            "bg:basis": [iri("basis:full-text")],
            "bg:certainty": [iri(f"certainty:{random.choice(('confirmed', 'probable'))}")],
            "bg:locator": [Literal(f"page {random.randint(1, 400)}", language="en")],
            "bg:url": [Literal(f"https://example.org/{node.value[-6:]}", datatype=XSD_URI)],
        }
        if random.random() < 0.6:
            record["bg:inDomain"] = [random.choice(self.domains)]
        if random.random() < 0.15:
            record["bg:aboutRole"] = [random.choice(self.roles)]
        if random.random() < 0.15 and factors is self.factors[1]:
            record["bg:against"] = [random.choice(self.factors[0].nodes)]
        if random.random() < 0.1 and factors is self.factors[0]:
            record["bg:addressedBy"] = [random.choice(self.factors[1].nodes)]
        turn = len(self.graph.findings) > sum(len(factors.nodes) for factors in self.factors)
        if turn and factors is self.factors[0] and random.random() < 2 * self.faulty:
            wrong = random.choice(sorted(FINDING_FAULTS))
            self.spoil(node, record, wrong, FINDING_FAULTS[wrong])
        self.graph.findings.append(node)
        self.add(node, record)

    def spoil(
        self, node: NamedNode, record: Record, shape: str, fault: Callable[[Record], None]
    ) -> None:
        fault(record)
        self.graph.faults.add((node.value, PREFIXES["bgs"] + shape))

    def text(self, start: str) -> Literal:
        """Return a sentence about as long as those of the data that ships."""
        words = " ".join(self.random.choices(WORDS, k=self.random.randint(6, 18)))
        return Literal(f"{start} {words}.", language="en")

    def add(self, subject: NamedNode, record: Record) -> None:
        for name, values in record.items():
            predicate = TYPE if name == "rdf:type" else iri(name)
            self.graph.triples.extend(Triple(subject, predicate, value) for value in values)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("size", type=int, help="the number of statements")
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
    options = parser.parse_args()
    write(generate(options.size), options.folder)


if __name__ == "__main__":
    main()

"""What invented graphs say: one record after the other, from a seed, with little remembered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from random import Random
from typing import NamedTuple

from benchmarks.faults import FINDING_FAULTS, SOURCE_FAULTS, TWICE, Record, Said
from benchmarks.vocabulary import DOMAINS, SCALES, WORDS

#: A concept has so many right below it, so that hierarchies grow in width, not in depth.
BRANCHES = 8
#: The factor of rank k is found 1/k^SKEW as often as the first, which is the law of Zipf.
SKEW = 1.0
#: One source in so many is known only as a candidate of an unresolved citation.
CANDIDATES = 25
#: How often a source reports on a study, and how many sources a study has.
STUDIED, SOURCES_OF_A_STUDY = 0.4, (1, 1, 1, 2, 2, 3, 4, 6)
#: How often a source has a citation that a finding is credited to.
CITING = 0.15
#: The shares of the findings: of barriers, enablers, risks and conditions.
SHARES = (0.45, 0.40, 0.08, 0.07)


class Factors(NamedTuple):
    """Factors of one class: their nodes, most found first, and what is found of them."""

    nodes: list[str]
    weights: list[float]
    kind: str
    effect: str


class Maker:
    """Makes the records of one graph; `size` is how many statements it is to have.

    `have` counts those made, and starts with those that stand before them.
    """

    def __init__(self, size: int, have: int, faulty: float, seed: int) -> None:
        if not 0 <= faulty <= SHARES[0]:
            raise ValueError(f"faulty: between 0 and {SHARES[0]} is expected, {faulty} was given")
        self.size, self.have, self.faulty = size, have, faulty
        self.random = Random(seed)
        self.findings = self.studies = self.left = 0

    def records(self) -> Iterator[Record]:
        """Yield concepts, and then sources with what they find, until there are enough."""
        for record in self._all():
            self.have += sum(map(len, record.said.values()))
            yield record

    def _all(self) -> Iterator[Record]:
        self.domains = [f"domain:{name}" for name in DOMAINS]
        self.domain_weights = zipf(len(DOMAINS))
        self.places = [f"place:place-{number}" for number in range(1, 41)]
        self.roles = [f"role:role-{number}" for number in range(1, 41)]
        yield from self.concepts("domain", "PolicyDomain", self.domains)
        yield from self.concepts("place", "Place", self.places)
        yield from self.concepts("role", "Profession", self.roles)
        for kind, cls, names in SCALES:
            yield from self.concepts(kind, cls, [f"{kind}:{name}" for name in names])
        self.factors: list[Factors] = []
        yield from self.all_factors()
        self.needed = sum(len(factors.nodes) for factors in self.factors)
        number = 0
        while self.have < self.size or self.findings < self.needed:
            number += 1
            yield from self.source(number)

    def all_factors(self) -> Iterator[Record]:
        """Make the factors: the more is known, the fewer of them are new."""
        count = int(1.5 * self.size**0.5)
        for name, cls, kind, share, effect in (
            ("barrier", "Barrier", "barrier", 0.4, "hinders"),
            ("enabler", "Enabler", "enabler", 0.45, "helps"),
            ("risk", "Risk", "risk", 0.08, "hinders"),
            ("condition", "Condition", "moderator", 0.07, "unstated"),
        ):
            amount = max(2, int(share * count))
            nodes = [f"{name}:{name}-{number}" for number in range(1, amount + 1)]
            yield from self.concepts(name, cls, nodes)
            self.factors.append(Factors(nodes, zipf(amount), f"kind:{kind}", f"effect:{effect}"))
        barriers, enablers = self.factors[0].nodes, self.factors[1].nodes
        for barrier, enabler in zip(barriers[::4], enablers[::4], strict=False):
            yield Record(barrier, {"bg:counterpart": [enabler]})

    def concepts(self, kind: str, cls: str, nodes: list[str]) -> Iterator[Record]:
        """Make the concepts of one scheme: factors in a hierarchy, others side by side."""
        factor = cls in ("Barrier", "Condition", "Enabler", "Risk")
        scheme = f"scheme:{kind}s"
        yield Record(scheme, {
            "rdf:type": ["skos:ConceptScheme"],
            "dcterms:title": [f'"{kind.capitalize()}s"@en'],
        })  # fmt: skip
        for number, node in enumerate(nodes):
            label = node.partition(":")[2].replace("-", " ")
            said: Said = {
                "rdf:type": [f"bg:{cls}"],
                "skos:prefLabel": [f'"{label.capitalize()}"@en'],
                "skos:definition": [self.text(f"What is called {label}")],
                "skos:inScheme": [scheme],
            }
            if number < BRANCHES or not factor:
                said["skos:topConceptOf"] = [scheme]
            else:
                said["skos:broader"] = [nodes[number // BRANCHES - 1]]
            if factor:
                level = self.random.choice(("individual", "organisational", "interorganisational"))
                said["bg:level"] = [f"level:{level}"]
                said["skos:altLabel"] = [f'"so-called {label}"@en', f'"mere {label}"@en']
            if cls == "Risk":
                said["bg:borneBy"] = ["bearer:public"]
            yield Record(node, said)

    def source(self, number: int) -> Iterator[Record]:
        """Make a journal article with its authors and what it finds; some are entered twice."""
        random, name = self.random, f"author{number}"
        node = f"source:{name}"
        covered = {self.one(self.domains, self.domain_weights) for _ in range(random.randint(1, 2))}
        said: Said = {
            "rdf:type": ["bg:JournalArticle"],
            "dcterms:title": [self.text("A study of how services share")],
            "bg:year": [integer(random.randint(1995, 2025))],
            "bg:containerTitle": ['"Journal of Sharing"@en'],
            "bg:volume": [f'"{random.randint(1, 90)}"'],
            "bg:doi": [f'"10.1000/sharing.{number}"'],
            "bg:url": [f'"https://example.org/{number}"^^xsd:anyURI'],
            "bg:setting": ["setting:between-agencies"],
            "bg:settingBasis": ['"stated"'],
            "bg:coversDomain": sorted(covered),
            "bg:coversPlace": [random.choice(self.places)],
            "bg:confidence": ["certainty:confirmed"],
        }
        if number % CANDIDATES == 0:
            said["bg:confidence"] = ["certainty:candidate"]
            said["bg:candidateReason"] = [self.text("It has the year and the author, and")]
        if random.random() < STUDIED:
            yield from self.study(said)
        yield Record(f"person:person-{number}", {
            "rdf:type": ["bg:Person"],
            "foaf:name": [f'"Ann Author{number}"'],
            "foaf:familyName": [f'"Author{number}"'],
            "foaf:givenName": ['"Ann"'],
        })  # fmt: skip
        yield from self.entry(name, number, said)
        cited = ""
        if number > 2 * CANDIDATES and random.random() < CITING:
            cited = f"citation:{name}"
            yield self.citation(cited, node, number)
        for place in range(1, random.randint(3, 9)):
            yield self.finding(f"finding:{name}-{place}", node, cited if place == 1 else "")
        if random.random() < self.faulty:
            fault = random.choice(tuple(SOURCE_FAULTS))
            SOURCE_FAULTS[fault](said)
            yield Record(node, said, fault)
            return
        yield Record(node, said)
        if random.random() < self.faulty:
            again = f"{name}-again"
            twice = said | {"bg:doi": [f'"10.1000/SHARING.{number}"']}
            yield from self.entry(again, number, twice)
            yield self.finding(f"finding:{again}-1", f"source:{again}", "")
            yield Record(f"source:{again}", twice, TWICE)

    def study(self, said: Said) -> Iterator[Record]:
        """Say what study the source reports on: that of the one before, or a new one."""
        if not self.left:
            self.studies += 1
            self.left = self.random.choice(SOURCES_OF_A_STUDY)
            yield Record(f"study:study-{self.studies}", {
                "rdf:type": ["bg:Study"],
                "skos:prefLabel": [f'"Study {self.studies}"@en'],
            })  # fmt: skip
        self.left -= 1
        said["bg:reportsOn"] = [f"study:study-{self.studies}"]
        said["bg:studyBasis"] = ['"inferred"']

    def entry(self, name: str, number: int, said: Said) -> Iterator[Record]:
        """Make the authorships of a source: the first author is new, others may be known."""
        people = {number, *(self.random.randint(max(1, number - 50), number) for _ in range(2))}
        said["bg:hasAuthorship"] = []
        for position, person in enumerate(sorted(people, reverse=True), 1):
            node = f"authorship:{name}-{position}"
            said["bg:hasAuthorship"].append(node)
            yield Record(node, {
                "rdf:type": ["bg:Authorship"],
                "bg:author": [f"person:person-{person}"],
                "bg:position": [integer(position)],
            })  # fmt: skip

    def citation(self, node: str, source: str, number: int) -> Record:
        """Make a citation that a source prints: half of them are settled, half have candidates."""
        random = self.random
        said: Said = {
            "rdf:type": ["bg:Citation"],
            "bg:citedAs": [f'"Author {number}"'],
            "bg:citedIn": [source],
        }
        if random.random() < 0.5:
            earlier = random.randint(1, number - 1)
            earlier -= earlier % CANDIDATES == 0  # a candidate is not settled
            said["bg:identifiedAs"] = [f"source:author{earlier}"]
        else:
            known = random.sample(range(1, (number - 1) // CANDIDATES + 1), 2)
            likely, possible = (f"source:author{CANDIDATES * place}" for place in known)
            said["bg:possiblyIdentifiedAs"] = [possible]
            if random.random() < 0.5:
                said["bg:likelyIdentifiedAs"] = [likely]
        return Record(node, said)

    def finding(self, node: str, source: str, cited: str) -> Record:
        """Make a finding; at first of every factor by turns, so that none is without evidence."""
        random, number = self.random, self.findings
        self.findings += 1
        first = number < self.needed
        if first:
            for factors in self.factors:
                if number < len(factors.nodes):
                    break
                number -= len(factors.nodes)
            found = factors.nodes[number]
        else:
            factors = random.choices(self.factors, weights=SHARES)[0]
            found = self.one(factors.nodes, factors.weights)
        barriers, enablers = self.factors[:2]
        said: Said = {
            "rdf:type": ["bg:Finding"],
            "bg:statement": [self.text("The authors say that")],
            "bg:reportedIn": [source],
            "bg:kind": [factors.kind],
            "bg:finds": [found],
            "bg:effectOnSharing": [factors.effect],
            "bg:basis": ["basis:full-text"],
            "bg:certainty": [f"certainty:{random.choice(('confirmed', 'probable'))}"],
            "bg:locator": [f'"page {random.randint(1, 400)}"@en'],
            "bg:url": [f'"https://example.org/{self.findings}"^^xsd:anyURI'],
        }
        if random.random() < 0.6:
            said["bg:inDomain"] = [self.one(self.domains, self.domain_weights)]
        if random.random() < 0.15:
            said["bg:aboutRole"] = [random.choice(self.roles)]
        if factors is enablers and random.random() < 0.15:
            said["bg:against"] = [self.one(barriers.nodes, barriers.weights)]
        if factors is barriers and random.random() < 0.1:
            said["bg:addressedBy"] = [self.one(enablers.nodes, enablers.weights)]
        if cited:
            said["bg:attributedTo"] = [cited]
        if factors is barriers and not first and random.random() < self.faulty / SHARES[0]:
            fault = random.choice(tuple(FINDING_FAULTS))
            FINDING_FAULTS[fault](said)
            return Record(node, said, fault)
        return Record(node, said)

    def one(self, nodes: list[str], weights: list[float]) -> str:
        return self.random.choices(nodes, cum_weights=weights)[0]

    def text(self, start: str) -> str:
        """Return a sentence about as long as those of the data that ships."""
        words = " ".join(self.random.choices(WORDS, k=self.random.randint(6, 18)))
        return f'"{start} {words}."@en'


def zipf(amount: int) -> list[float]:
    """Return the weights of so many ranks, each added to those before it.

    >>> zipf(3)
    [1.0, 1.5, 1.8333333333333333]
    """
    return list(accumulate(1 / rank**SKEW for rank in range(1, amount + 1)))


def integer(number: int) -> str:
    return f'"{number}"^^xsd:integer'

"""The documentation of the ontology: each class and property, its axioms, duties and use."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Triple

from barriergraph.inference import rules
from barriergraph.namespaces import BASE, BG, compact, expand, rule_of, slug
from barriergraph.rdf import Graph, named
from barriergraph.site import drawings
from barriergraph.site.frame import Frame
from barriergraph.site.inventory import TYPE
from barriergraph.site.reading import Reading, is_inferred
from barriergraph.values import Value

_CURIE = re.compile(r"\b[a-z][a-z0-9]*:[A-Za-z][\w-]*")
_SUBCLASS, _SUBPROPERTY = named("rdfs:subClassOf"), named("rdfs:subPropertyOf")

#: How many statements use a term, and in which named graphs they stand.
_USED = "SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {used} }} }}"
_USED_IN = "SELECT DISTINCT ?g {{ GRAPH ?g {{ {used} }} }}"

#: Of more statements that use a term the first are not looked for: some are shown.
_ORDERED = 20_000

#: What kinds of term there are: the class of OWL, and the heading of the section.
KINDS = (
    ("owl:Class", "Classes"),
    ("owl:ObjectProperty", "Properties between things"),
    ("owl:DatatypeProperty", "Properties with a value"),
)


class Term(Value):
    """A class or property as the documentation has it."""

    __slots__ = (
        "anchor", "curie", "iri", "name", "definition", "above", "below", "domains", "ranges",
        "axioms", "duties", "uses", "examples", "derived", "file",
    )  # fmt: skip
    anchor: str
    curie: str
    iri: str
    name: str
    definition: Markup
    above: tuple[Markup, ...]
    below: tuple[Markup, ...]
    domains: tuple[Markup, ...]
    ranges: tuple[Markup, ...]
    axioms: tuple[Markup, ...]
    duties: tuple[tuple[Markup, str], ...]
    uses: int
    examples: tuple[Markup, ...]
    derived: bool
    file: Markup


class Use(Value):
    """How a term is used: how often, whether only in what is derived, and a few statements."""

    __slots__ = ("amount", "derived", "first")
    amount: int
    derived: bool
    first: tuple[Triple, ...]


class Duty(Value):
    """A shape: its anchor, what it is about, its message and severity."""

    __slots__ = ("iri", "anchor", "name", "message", "severity")
    iri: str
    anchor: str
    name: str
    message: str
    severity: str


class Vocabulary:
    """The terms of the ontology files and the shapes that apply to them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @cached_property
    def shapes(self) -> Graph:
        """The statements of all shapes."""
        return self._reading.graph.shapes()

    @cached_property
    def axioms(self) -> dict[str, list[str]]:
        """What the ontology says in words, by the CURIE of each term that it speaks of."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for rule in rules(self._reading.store):
            for curie in _CURIE.findall(rule.axiom):
                found[curie][rule.axiom] = None
        return {curie: sorted(told) for curie, told in found.items()}

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """The shapes that have a message of their own, sorted by name."""
        of: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for triple in self.shapes:
            if isinstance(triple.subject, NamedNode):
                of[triple.subject.value][compact(triple.predicate.value)].append(triple.object)
        found = []
        for iri, said in of.items():
            message = next((str(one.value) for one in said["sh:message"]), "")  # type: ignore[attr-defined]
            severity = next((slug(one.value) for one in said["sh:severity"]), "Violation")  # type: ignore[attr-defined]
            if message:
                found.append(
                    Duty(iri=iri, anchor=slug(iri), name=slug(iri), message=message,
                         severity=severity.lower())
                )  # fmt: skip
        return tuple(sorted(found, key=lambda one: one.name))

    @cached_property
    def _duties_of(self) -> dict[str, list[Duty]]:
        """The shapes by the IRI of the class that they look at or the property that they follow."""
        by_iri = {duty.iri: duty for duty in self.duties}
        found: dict[str, dict[str, Duty]] = defaultdict(dict)
        for triple in self.shapes:
            curie = compact(triple.predicate.value)
            if curie in ("sh:targetClass", "sh:path") and isinstance(triple.subject, NamedNode):
                duty = by_iri.get(triple.subject.value)
                if duty is not None and isinstance(triple.object, NamedNode):
                    found[triple.object.value][duty.iri] = duty
        return {iri: sorted(of.values(), key=lambda one: one.name) for iri, of in found.items()}

    def sections(self, frame: Frame) -> Iterator[tuple[str, tuple[Term, ...]]]:
        """Yield the headings of the documentation, each with its terms sorted by name."""
        for curie, heading in KINDS:
            terms = [self.term(frame, node) for node in self._declared(named(curie))]
            if terms:
                yield heading, tuple(terms)

    def outline(self, frame: Frame) -> list[tuple[int, str, str | None]]:
        """Return the classes, each after the one above it: how deep, its name and its address."""
        classes = self._declared(named("owl:Class"))
        inside = set(classes)
        tops = [one for one in classes if not inside & {*self._asserted(one, _SUBCLASS)} - {one}]
        found: list[tuple[int, str, str | None]] = []

        def add(node: NamedNode, above: frozenset[NamedNode]) -> None:
            found.append((len(above), self._reading.name(node), frame.iri(node.value)))
            for one in self._asserted_below(node):
                if one in inside and one not in above and one != node:
                    add(one, above | {node})

        for top in tops:
            add(top, frozenset())
        return found

    def _asserted_below(self, node: NamedNode) -> list[NamedNode]:
        found = {
            quad.subject
            for quad in self._reading.store.quads_for_pattern(None, _SUBCLASS, node)
            if not is_inferred(quad) and isinstance(quad.subject, NamedNode)
        }
        return sorted(found, key=lambda one: self._reading.name(one).casefold())

    def _declared(self, kind: NamedNode) -> list[NamedNode]:
        """Return the terms of a kind that the ontology files of the graph define as their own."""
        reading = self._reading
        nodes = {
            quad.subject
            for quad in reading.store.quads_for_pattern(None, TYPE, kind)
            if isinstance(quad.subject, NamedNode)
            and (quad.subject.value.startswith(BG) or quad.subject.value in reading.terms)
        }
        return sorted(nodes, key=lambda one: (reading.name(one).casefold(), one.value))

    def term(self, frame: Frame, node: NamedNode) -> Term:
        """Return a class or property with all that is known of it."""
        reading, curie = self._reading, compact(node.value)
        definition = reading.definition(node)
        is_class = bool(reading.linked(node, _SUBCLASS)) or named("owl:Class") in reading.linked(
            node, TYPE
        )
        link = _SUBCLASS if is_class else _SUBPROPERTY
        used = self._used(node, is_class)
        examples = [
            _example(frame, triple, is_class)
            for triple in used.first
            if isinstance(triple.subject, NamedNode)
        ]
        homes = {
            quad.graph_name for quad in reading.store.quads_for_pattern(node, None, None)
            if not is_inferred(quad)
        }  # fmt: skip
        return Term(
            anchor=_anchor(reading, node),
            curie=curie,
            iri=node.value,
            name=reading.name(node),
            definition=Markup("") if definition is None else frame.literal(definition),
            above=tuple(frame.link(one) for one in self._asserted(node, link)),
            below=tuple(
                frame.link(one) for one in (
                    self._asserted_below(node) if is_class
                    else reading.linked(node, _SUBPROPERTY, back=True))
                if one != node
            ),
            domains=tuple(frame.link(o) for o in reading.linked(node, named("rdfs:domain"))),
            ranges=tuple(frame.link(o) for o in reading.linked(node, named("rdfs:range"))),
            axioms=tuple(_linked(frame, told) for told in self.axioms.get(curie, ())),
            duties=tuple(
                (Markup('<a href="{}">{}</a>').format(frame.to(f"shapes#{duty.anchor}"),
                 duty.message), duty.severity)
                for duty in self._duties_of.get(node.value, ())
            ),
            uses=used.amount,
            examples=tuple(examples),
            derived=used.derived,
            file=Markup(", ").join(frame.link(home) for home in sorted(homes, key=str)
                                   if isinstance(home, NamedNode)),
        )  # fmt: skip

    def _used(self, node: NamedNode, is_class: bool) -> Use:
        """Return how a term is used, and the first statements that use it."""
        store = self._reading.store
        pattern = (None, TYPE, node) if is_class else (None, node, None)
        used = f"?s a {node}" if is_class else f"?s {node} ?o"
        rows = store.query(_USED.format(used=used), use_default_graph_as_union=True)
        assert isinstance(rows, QuerySolutions)
        amount = int(next(rows)[0].value)
        graphs = store.query(_USED_IN.format(used=used))
        assert isinstance(graphs, QuerySolutions)
        quads: Iterable[Quad] = store.quads_for_pattern(*pattern)
        if amount <= _ORDERED:
            quads = sorted(quads, key=str)
        return Use(
            amount=amount,
            derived=bool(amount) and all(rule_of(row[0].value) is not None for row in graphs),
            first=tuple(quad.triple for quad in islice(quads, 3)),
        )

    def _asserted(self, node: NamedNode, link: NamedNode) -> list[NamedNode]:
        found = {
            quad.object
            for quad in self._reading.store.quads_for_pattern(node, link, None)
            if not is_inferred(quad) and isinstance(quad.object, NamedNode)
        }
        return sorted(found, key=lambda one: self._reading.name(one).casefold())


def page(frame: Frame, vocabulary: Vocabulary, ontology: str) -> bytes:
    """Return the documentation of all terms, under the name of one of the ontologies."""
    reading, node = frame.reading, NamedNode(ontology)
    about = reading.texts(node, named("dcterms:description"))
    outline = vocabulary.outline(frame)
    return frame.render(
        "ontology.html",
        title=reading.name(node),
        about=about[0].value if about else "",
        iri=ontology,
        data=ontology.removeprefix(BASE),
        ontology_version=reading.version,
        sections=list(vocabulary.sections(frame)),
        outline=outline,
        drawing=drawings.hierarchy(outline),
    )


def shapes_page(frame: Frame, vocabulary: Vocabulary) -> bytes:
    """Return the page of all duties."""
    return frame.render("shapes.html", title="Duties of the data", duties=vocabulary.duties)


def _anchor(reading: Reading, node: NamedNode) -> str:
    path = reading.path(node.value) or ""
    return path.partition("#")[2] or slug(node.value)


def _linked(frame: Frame, told: str) -> Markup:
    """Return an axiom in words, its terms linked."""
    parts, last = [], 0
    for match in _CURIE.finditer(told):
        iri = expand(match.group())
        parts.append(Markup("{}").format(told[last : match.start()]))
        parts.append(Markup("{}").format(match.group()) if iri is None else
                     frame.link(NamedNode(iri), match.group()))  # fmt: skip
        last = match.end()
    return Markup("").join([*parts, Markup("{}").format(told[last:])])


def _example(frame: Frame, triple: Triple, is_class: bool) -> Markup:
    if is_class:
        return frame.link(triple.subject)
    value = triple.object
    text = frame.link(value)
    if isinstance(value, Literal) and len(value.value) > 80:
        text = Markup("{}").format(f"{value.value[:79]}…")
    return Markup("{} → {}").format(frame.link(triple.subject), text)

"""Scaffolds: a new thing as Turtle or SPARQL that passes `check`, with comments that teach."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.columns import EFFECTS
from barriergraph.authoring.drafts import below, written
from barriergraph.authoring.identifiers import bare_doi
from barriergraph.authoring.kinds import Field, Kind
from barriergraph.authoring.manifest import space
from barriergraph.authoring.people import authorships
from barriergraph.authoring.question import question
from barriergraph.authoring.slugs import to_slug
from barriergraph.authoring.turtle import Block, Term, block
from barriergraph.datatypes import XSD, literal
from barriergraph.errors import BarrierGraphError, NotFoundError, ParameterError
from barriergraph.files import read_text
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import ID, compact, slug
from barriergraph.output import write_file
from barriergraph.rdf import named
from barriergraph.values import Value


class Scaffold(Value):
    """A new thing: its IRI (or name), the file in the module, and the text to be put there."""

    __slots__ = ("file", "iri", "text")
    iri: str
    file: str
    text: str


def scaffold(
    kind: Kind, name: str, answers: Mapping[str, str], graph: KnowledgeGraph, folder: str
) -> Scaffold:
    """Return a new thing of a module; `answers` are what was said for each field.

    Raises: ParameterError for an answer that does not fit, with the nearest names;
        BarrierGraphError for a name that cannot be one or that is taken.
    """
    if kind.name == "query":
        stem, text = question(name, answers, graph)
        return Scaffold(iri=stem, file=kind.file.format(slug=stem), text=text)
    known = space(folder)
    iri = _iri(kind, name, known)
    if any(True for _ in graph.store.quads_for_pattern(NamedNode(iri), None, None)):
        raise BarrierGraphError(f"{compact(iri)} is there already; choose another name")
    _check_new(kind, answers.get("label") or name, answers.get("doi", ""), graph)
    values = {
        field.name: _terms(field, answers.get(field.name, ""), graph) for field in kind.fields
    }
    blocks = _blocks(kind, iri, name, values, known, graph)
    text = written(blocks, _TEACH[kind.name], known)
    return Scaffold(iri=iri, file=kind.file.format(slug=slug(iri)), text=text)


def add(folder: str, made: Scaffold) -> str:
    """Put a scaffold into its file, at the end of what stands there, and return the path.

    Raises: BarrierGraphError for a query that is there already, or a path out of the module.
    """
    path = below(folder, made.file)
    text = made.text
    if os.path.lexists(path):
        if path.endswith(".rq"):
            raise BarrierGraphError(f"{path} is there already; choose another name")
        before = read_text(path)
        head = [line for line in text.splitlines() if line.startswith("PREFIX ")]
        rest = [line for line in head if line not in before.splitlines()]
        body = text.partition("\n\n")[2]
        comment, _, below_it = body.partition("\n\n")
        body = below_it if comment in before else body  # it was said once
        text = "\n".join([before.rstrip("\n"), "", *rest, *([""] if rest else []), body])
    write_file(path, text.encode(), folders=True)
    return path


def _iri(kind: Kind, name: str, known: str) -> str:
    if not kind.folder:
        words = re.findall(r"[A-Za-z0-9]+", name)
        camel = "".join(word[:1].upper() + word[1:] for word in words)
        local = camel if kind.name == "class" else camel[:1].lower() + camel[1:]
    else:
        local = to_slug(name)
    if not re.match(r"[A-Za-z]", local):
        raise BarrierGraphError(f"{name!r} is no name; begin it with a letter from a to z")
    return f"{known}{kind.folder}/{local}" if kind.folder else f"{known}{local}"


def _terms(field: Field, answer: str, graph: KnowledgeGraph) -> list[Term]:
    """Return what an answer stands for: members of a class, or the text as it is."""
    given = answer.strip() or (field.default or "")
    if not given:
        if field.default is None:
            raise ParameterError(field.name, expected="an answer", given="nothing")
        return []
    parts = [part.strip() for part in given.split(";")] if field.several else [given]
    if field.choices and given not in field.choices:
        from difflib import get_close_matches

        near = get_close_matches(given, field.choices)
        raise ParameterError(
            field.name, expected=" or ".join(field.choices), given=given, near=near
        )
    if not field.cls:
        return [Literal(part) for part in parts if part]
    found: list[Term] = []
    for part in filter(None, parts):
        try:
            ours = field.cls.startswith("owl:") and ":" not in part
            found.append(_ours(graph, part, field.cls) if ours else graph.resolve(part, field.cls))
        except NotFoundError as error:
            raise BarrierGraphError(f"--{field.name}: {error}") from None
    return found


def _check_new(kind: Kind, label: str, doi: str, graph: KnowledgeGraph) -> None:
    """Refuse a concept that the graph has by that name, and a source that it has by that DOI."""
    if kind.scheme:
        try:
            found = graph.resolve(label, kind.cls)
        except NotFoundError:
            return
        raise BarrierGraphError(
            f"{compact(found.value)} is called {label!r} already; use it, or choose another name"
        )
    if doi:
        same = Literal(_matched("doi", doi))
        for quad in graph.store.quads_for_pattern(None, named("bg:doi"), same):
            raise BarrierGraphError(f"{compact(quad.subject.value)} has that DOI already; use it")  # type: ignore[union-attr]


def _ours(graph: KnowledgeGraph, name: str, cls: str) -> NamedNode:
    """Return a term of the ontology by its name, ours before one that is borrowed."""
    try:
        return graph.resolve(f"bg:{name}", cls)
    except NotFoundError:
        return graph.resolve(name, cls)


def _blocks(
    kind: Kind,
    iri: str,
    name: str,
    values: Mapping[str, Sequence[Term]],
    known: str,
    graph: KnowledgeGraph,
) -> list[Block]:
    node = NamedNode(iri)
    if kind.scheme:
        return [_concept(kind, node, name, values)]
    if kind.name == "source":
        return _source(node, values, known, graph)
    if kind.name == "finding":
        return [_finding(node, values)]
    return [_term(kind, node, name, values, known)]


def _concept(kind: Kind, node: NamedNode, name: str, values: Mapping[str, Sequence[Term]]) -> Block:
    scheme = NamedNode(f"{ID}scheme/{kind.scheme}")
    return block(node, [
        (named("rdf:type"), [named(kind.cls)]),
        (named("skos:prefLabel"), _english(values["label"]) or [_label(name)]),
        (named("skos:altLabel"), _english(values["alt"])),
        (named("skos:definition"), _english(values["definition"])),
        (named("skos:inScheme"), [scheme]),
        (named("skos:topConceptOf"), [] if values["broader"] else [scheme]),
        (named("skos:broader"), values["broader"]),
        (named("bg:level"), values.get("level", ())),
    ])  # fmt: skip


def _source(
    node: NamedNode, values: Mapping[str, Sequence[Term]], known: str, graph: KnowledgeGraph
) -> list[Block]:
    names = [one.value for one in values["author"]]
    places, people = authorships(node, names, known, graph)
    doi = [Literal(_matched("doi", one.value)) for one in values["doi"]]
    return [
        block(node, [
            (named("rdf:type"), [named(f"bg:{one.value}") for one in values["type"]]),
            (named("dcterms:title"), _english(values["title"])),
            (named("bg:hasAuthorship"), places),
            (named("bg:year"), _typed("year", "integer", values["year"])),
            (named("bg:containerTitle"), _english(values["container"])),
            (named("bg:doi"), doi),
            (named("bg:url"), _typed("url", "anyURI", values["url"])),
            (named("bg:setting"), values["setting"]),
            (named("bg:settingBasis"), values["setting-basis"]),
            (named("bg:confidence"), values["confidence"]),
        ]),
        *people,
    ]  # fmt: skip


def _finding(node: NamedNode, values: Mapping[str, Sequence[Term]]) -> Block:
    effect = EFFECTS.get(slug(values["kind"][0].value), "unstated")
    return block(node, [
        (named("rdf:type"), [named("bg:Finding")]),
        (named("bg:statement"), _english(values["statement"])),
        (named("bg:reportedIn"), values["source"]),
        (named("bg:kind"), values["kind"]),
        (named("bg:finds"), values["factor"]),
        (named("bg:inDomain"), values["domain"]),
        (named("bg:aboutRole"), values["role"]),
        (named("bg:effectOnSharing"), [NamedNode(f"{ID}effect/{effect}")]),
        (named("bg:basis"), values["basis"]),
        (named("bg:certainty"), values["certainty"]),
        (named("bg:locator"), _english(values["locator"])),
    ])  # fmt: skip


def _term(
    kind: Kind, node: NamedNode, name: str, values: Mapping[str, Sequence[Term]], known: str
) -> Block:
    above = "rdfs:subClassOf" if kind.name == "class" else "rdfs:subPropertyOf"
    target = [named(one.value) for one in values.get("range", ())]
    is_data = bool(target) and target[0].value.startswith(XSD)
    return block(node, [
        (named("rdf:type"), [named("owl:DatatypeProperty" if is_data else kind.cls)]),
        (named(above), values["under"]),
        (named("rdfs:label"), _english(values["label"]) or [_label(name, small=True)]),
        (named("skos:definition"), _english(values["definition"])),
        (named("rdfs:domain"), values.get("domain-class", ())),
        (named("rdfs:range"), target),
        (named("rdfs:isDefinedBy"), [NamedNode(known)]),
    ])  # fmt: skip


def _label(name: str, *, small: bool = False) -> Literal:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.replace("-", " ")).strip()
    text = words.lower() if small else words[:1].upper() + words[1:]
    return Literal(text, language="en")


def _english(values: Sequence[Term]) -> list[Literal]:
    return [Literal(one.value, language="en") for one in values]


def _typed(name: str, datatype: str, values: Sequence[Term]) -> list[Literal]:
    found = []
    for one in values:
        term = literal(XSD + datatype, one.value)
        if term is None:
            raise ParameterError(name, expected=f"an xsd:{datatype}", given=one.value)
        found.append(term)
    return found


def _matched(name: str, text: str) -> str:
    found = bare_doi(text)
    if not found:
        raise ParameterError(name, expected="a DOI such as 10.1000/182", given=text)
    return found


_TEACH = {
    "barrier": "A concept: one name, other names, what it is, and where it stands among others.",
    "source": "A source: what is known of it. Leave out what is not known; never guess a field.",
    "finding": "A finding: one thing that one source says, in your own words, never copied.",
    "class": "A class of your own, under one that is there: queries for that one find yours, too.",
    "property": "A property of your own: what it says something of, and what it leads to.",
}
_TEACH |= dict.fromkeys(("enabler", "profession", "domain"), _TEACH["barrier"])

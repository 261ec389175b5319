"""What a page says of its thing to machines: schema.org's words, and the graph's own."""

from __future__ import annotations

import json
from collections.abc import Mapping

from markupsafe import Markup
from pyoxigraph import NamedNode

from barriergraph.namespaces import BG, ONTOLOGY, PREFIXES
from barriergraph.rdf import Graph, named
from barriergraph.site.inventory import TYPE
from barriergraph.site.reading import Reading, is_inferred

_SCHEMA = PREFIXES["schema"]


def structured(reading: Reading, node: NamedNode) -> list[Markup]:
    """Return JSON-LD about a thing, in schema.org's words and in ours, safe inside a script.

    Source: JSON-LD 1.1, https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents
    """
    own = Graph(quad.triple for quad in reading.quads(node) if not is_inferred(quad))
    return [embedded(_in_schema_org(reading, node)), _safe(own.serialize("jsonld").decode())]


def embedded(document: object) -> Markup:
    """Return a JSON document that can stand inside a script element."""
    return _safe(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


def _safe(text: str) -> Markup:
    return Markup(text.strip().replace("<", "\\u003c").replace("&", "\\u0026"))


def _in_schema_org(reading: Reading, node: NamedNode) -> dict[str, object]:
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@id": node.value,
        "@type": _types(reading, node),
        "name": reading.long_name(node),
    }
    definition = reading.definition(node)
    if definition is not None and definition.value != found["name"]:
        found["description"] = definition.value
    names = [text.value for text in reading.texts(node, named("skos:altLabel"))]
    if names:
        found["alternateName"] = names
    if reading.is_a(node, f"{BG}Source"):
        found |= _work(reading, node)
    else:
        found["isPartOf" if found["@type"] == "Claim" else "subjectOf"] = {"@id": ONTOLOGY}
    return found


def _types(reading: Reading, node: NamedNode) -> str | list[str]:
    """Return schema.org's classes that a thing is of; a concept is a term, a finding a claim."""
    found = sorted(
        {
            quad.object.value.removeprefix(_SCHEMA)
            for quad in reading.store.quads_for_pattern(node, TYPE, None)
            if isinstance(quad.object, NamedNode) and quad.object.value.startswith(_SCHEMA)
        }
    )
    if found:
        return found[0] if len(found) == 1 else found
    if reading.is_a(node, f"{BG}SourceStatement"):
        return "Claim"
    if reading.is_a(node, f"{BG}Source"):
        return "CreativeWork"
    concept = reading.is_a(node, named("skos:Concept").value)
    return "DefinedTerm" if concept else "Thing"


def _work(reading: Reading, node: NamedNode) -> dict[str, object]:
    """Return the bibliography of a source in schema.org's words."""
    item = dict(reading.graph.references([node]).items[0])
    found: dict[str, object] = {}
    if "container-title" in item:
        found["isPartOf"] = {"@type": "CreativeWork", "name": item["container-title"]}
    if "publisher" in item:
        found["publisher"] = {"@type": "Organization", "name": item["publisher"]}
    if "issued" in item:
        found["datePublished"] = str(item["issued"]["date-parts"][0][0])  # type: ignore[index]
    if "DOI" in item:
        found["identifier"] = f"https://doi.org/{item['DOI']}"
    if "URL" in item:
        found["url"] = item["URL"]
    if "author" in item:
        found["author"] = [_author(one) for one in item["author"]]  # type: ignore[attr-defined]
    return found


def _author(author: Mapping[str, str]) -> dict[str, str]:
    if "literal" in author:
        return {"@type": "Organization", "name": author["literal"]}
    names = (author.get("given"), author.get("family"), author.get("suffix"))
    return {"@type": "Person", "name": " ".join(name for name in names if name)}

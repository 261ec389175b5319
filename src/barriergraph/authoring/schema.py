"""A JSON Schema of records in YAML, so that an editor completes them and marks what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import NamedNode

from barriergraph.authoring.identifiers import DOI
from barriergraph.namespaces import BASE, BG, PREFIXES, slug
from barriergraph.results import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.graph import KnowledgeGraph

    Schema = dict[str, object]

_SLUG = "^[a-z0-9]+(-[a-z0-9]+)*$"
_DOI = f"^{DOI}$"
_URL = r"^https?://[^\s/]+\S*$"
_PAGES = "^[A-Za-z]*[0-9]+(-[A-Za-z]*[0-9]+)?$"

#: Concepts that are named by their slugs: class -> name of the definition
_NAMED = {
    "bg:Factor": "factor",
    "bg:Enabler": "enabler",
    "bg:Condition": "condition",
    "bg:PolicyDomain": "policy_domain",
    "bg:Role": "role",
    "bg:Kind": "kind",
    "bg:Basis": "basis",
    "bg:Certainty": "certainty",
    "bg:Effect": "effect",
    "bg:Setting": "setting",
    "bg:Method": "method",
    "bg:Level": "level",
}


def record_schema(graph: KnowledgeGraph) -> dict[str, object]:
    """Return a JSON Schema of a list of records, each a source with its findings.

    What a value may be is what the graph has: the slugs of its barriers, domains, roles and so
    on, each with its label and definition for the editor to show. No other key is let through.

    Raises: as `graph.instances`.

    >>> from barriergraph import load
    >>> schema = record_schema(load())
    >>> schema["type"], schema["items"]["required"]
    ('array', ['id', 'type', 'title', 'setting', 'confidence'])

    Source: https://json-schema.org/draft/2020-12/schema
    """
    told = _definitions(graph)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE}schema/records",
        "title": "Records of sources and their findings",
        "description": "A list of sources, each with what it reports, in your own words.",
        "type": "array",
        "items": _record(),
        "$defs": {
            **{name: _choice(graph, graph.instances(cls), told) for cls, name in _NAMED.items()},
            "type": _choice(graph, _classes(graph, told), told),
            "organisation": _by_name(graph, "bg:Organisation"),
            "place": _by_name(graph, "bg:Place"),
            "author": _author(),
            "applies_to": _applies_to(),
            "finding": _finding(),
        },
    }


def _record() -> Schema:
    return _object(
        "A source, and what it reports.",
        {
            "id": _text("The short name of the source, such as smith2020.", _SLUG),
            "type": _ref("What kind of work it is.", "type"),
            "title": _text("Its title."),
            "authors": {"description": "Its authors, in order.", "type": "array",
                        "items": {"$ref": "#/$defs/author"}},
            "year": {"description": "The year of publication.", "type": "integer",
                     "minimum": 1800, "maximum": 2100},
            "container": _text("The journal, book, series or site that it stands in."),
            "volume": _number("The volume of the journal."),
            "issue": _number("The issue of the journal."),
            "pages": _number("Its pages, such as 12-34, or the number of an article.", _PAGES),
            "doi": _text("Its DOI, without the address of a resolver.", _DOI),
            "url": _text("The address where it stands.", _URL),
            "publisher": _text("The name of its publisher."),
            "setting": _ref("Between whom it studies sharing, or unstated.", "setting"),
            "setting_basis": _words("Whether the source states its setting, or you inferred it.",
                                    "stated", "inferred"),
            "method": _ref("How the study behind it was done.", "method"),
            "sample": _text("Whom or what the study looked at."),
            "confidence": _ref("How sure the record of the work is.", "certainty"),
            "policy_domains": _several("Policy domains that it is about as a whole.",
                                       "policy_domain"),
            "professions": _several("Roles that it is about as a whole.", "role"),
            "places": _several("Places that it is about as a whole.", "place"),
            "findings": {"description": "What it reports.", "type": "array",
                         "items": {"$ref": "#/$defs/finding"}},
        },
        required=("id", "type", "title", "setting", "confidence"),
    )  # fmt: skip


def _author() -> Schema:
    schema = _object(
        "A person by family and given name, or an organisation.",
        {
            "family": _text("The family name of a person."),
            "given": _text("The given names of a person."),
            "organisation": _ref("An organisation of the graph.", "organisation"),
        },
    )
    return schema | {
        "oneOf": [{"required": ["family"]}, {"required": ["organisation"]}],
        "dependentRequired": {"given": ["family"]},
    }


def _finding() -> Schema:
    schema = _object(
        "What the source says about one factor.",
        {
            "id": _text("The short name of the finding; made from the source if left out.", _SLUG),
            "statement": _text("What the source says, in your own words, in one sentence."),
            "kind": _ref("What it says of the factor.", "kind"),
            "barrier": _several("The factor that it is about: a barrier, enabler, risk, benefit, "
                                "tension or condition.", "factor"),
            "factor": _several("The same as barrier.", "factor"),
            "effect": _ref("What it says about the effect on sharing; none-found for a null "
                           "result.", "effect"),
            "no_effect_of": _several("What had no effect, where that is not the factor.", "factor"),
            "addressed_by": _several("Enablers against it.", "enabler"),
            "against": _several("What an enabler is set against.", "factor"),
            "link_basis": _words("Whether the source itself makes the link to what addresses it, "
                                 "or you do; stated if left out.", "stated", "inferred"),
            "moderator": _ref("The condition that alters an effect.", "condition"),
            "antecedent": _ref("The factor whose influence is altered.", "factor"),
            "outcome": _ref("The factor that is influenced.", "factor"),
            "policy_domains": _several("Policy domains that the source names for it.",
                                       "policy_domain"),
            "professions": _several("Roles that the source names for it.", "role"),
            "places": _several("Places that the source names for it.", "place"),
            "applies_to": {"description": "Roles that the source names for it, or domains, roles "
                           "and places by key.",
                           "anyOf": [*_one_or_more("role"), {"$ref": "#/$defs/applies_to"}]},
            "basis": _ref("What of the source was read.", "basis"),
            "certainty": _ref("How sure the reading is; confirmed if left out.", "certainty"),
            "locator": _number("The page or section where it stands."),
            "url": _text("The address where it was read.", _URL),
            "second_hand": {"description": "Whether the source tells it of another.",
                            "type": "boolean"},
            "stated_as": _text("The form in which the source puts it, where that is not the kind, "
                               "such as harm-of-not-sharing."),
            "mapping_note": _text("How loosely it fits the factor."),
            "note": _text("For whoever maintains this."),
            "level": _ref("The level of a factor that is new here.", "level"),
            "definition": _text("One sentence that defines what is new here."),
        },
        required=("statement", "kind", "basis"),
    )  # fmt: skip
    return schema | {
        "anyOf": [{"required": [key]} for key in ("barrier", "factor", "addressed_by")],
        "not": {"required": ["barrier", "factor"]},
        "dependentRequired": {
            "moderator": ["antecedent", "outcome"],
            "antecedent": ["moderator", "outcome"],
            "outcome": ["moderator", "antecedent"],
        },
        "dependentSchemas": {
            "link_basis": {"anyOf": [{"required": ["addressed_by"]}, {"required": ["against"]}]},
        },
    }


def _applies_to() -> Schema:
    names = {"policy_domain": "policy domains", "profession": "roles", "place": "places"}
    defs = {"policy_domain": "policy_domain", "profession": "role", "place": "place"}
    return _object(
        "What the source names for a finding.",
        {
            key: _several(f"The {told} that the source names.", defs[name])
            for name, told in names.items()
            for key in (name, f"{name}s")
        },
    )


def _choice(graph: KnowledgeGraph, nodes: Sequence[NamedNode], told: Mapping[str, str]) -> Schema:
    """Return the slugs of some nodes, each with its name and meaning for an editor to show."""
    each = sorted({slug(node.value): node for node in nodes}.items())
    if not each:
        return {"not": {}}  # what the graph has none of cannot be named
    return {
        "enum": [name for name, _ in each],
        "enumDescriptions": [
            ": ".join(text for text in (graph.label(node), told.get(node.value, "")) if text)
            for _, node in each
        ],
    }


def _by_name(graph: KnowledgeGraph, cls: str) -> Schema:
    """Return the slugs and the names of what people name rather by its name."""
    nodes = graph.instances(cls)
    labels = sorted({graph.label(node) for node in nodes})
    return {"anyOf": [_choice(graph, nodes, {}), {"enum": labels}]} if labels else {"not": {}}


def _classes(graph: KnowledgeGraph, told: Mapping[str, str]) -> list[NamedNode]:
    """Return the classes of works; those that rules derive are left out."""
    found = _asked(graph, "?term rdfs:subClassOf+ bg:Source BIND(?term AS ?text)")
    nodes = [NamedNode(iri) for iri in found if iri != f"{BG}Source"]
    return [node for node in nodes if not told.get(node.value, "").startswith("Derived")]


def _definitions(graph: KnowledgeGraph) -> dict[str, str]:
    return _asked(graph, "?term skos:definition ?text")


def _asked(graph: KnowledgeGraph, pattern: str) -> dict[str, str]:
    table = graph.query(
        f"PREFIX bg: <{BG}> PREFIX rdfs: <{PREFIXES['rdfs']}> PREFIX skos: <{PREFIXES['skos']}> "
        f"SELECT ?term ?text WHERE {{ {pattern} FILTER(isIRI(?term)) }} ORDER BY ?term DESC(?text)"
    )
    assert isinstance(table, Table)
    return {str(getattr(row[0], "value", "")): str(getattr(row[1], "value", ""))
            for row in table.rows}  # fmt: skip


def _object(told: str, properties: Schema, required: Sequence[str] = ()) -> Schema:
    return {
        "description": told,
        "type": "object",
        "properties": properties,
        **({"required": list(required)} if required else {}),
        "additionalProperties": False,
    }


def _text(told: str, pattern: str = r"\S") -> Schema:
    return {"description": told, "type": "string", "pattern": pattern}


def _number(told: str, pattern: str = r"\S") -> Schema:
    """Return what is text to the graph and that YAML may take for a number, such as a volume."""
    return {"description": told, "type": ["string", "integer"], "pattern": pattern}


def _words(told: str, *words: str) -> Schema:
    return {"description": told, "enum": list(words)}


def _ref(told: str, name: str) -> Schema:
    return {"description": told, "$ref": f"#/$defs/{name}"}


def _several(told: str, name: str) -> Schema:
    return {"description": told, "anyOf": _one_or_more(name)}


def _one_or_more(name: str) -> list[Schema]:
    one: Schema = {"$ref": f"#/$defs/{name}"}
    return [one, {"type": "array", "items": one, "uniqueItems": True}]

"""`/openapi.json`: the stored queries as an OpenAPI description, made from the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from barriergraph import __version__
from barriergraph.datatypes import XSD
from barriergraph.graph import KnowledgeGraph
from barriergraph.queries import Parameter, StoredQuery
from barriergraph.results import FORMATS

#: The datatypes of parameters as JSON Schema has them; any other is a string.
_TYPES = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "double": {"type": "number"},
    "boolean": {"type": "boolean"},
    "gYear": {"type": "string", "pattern": "^-?[0-9]{4,}$"},
    "date": {"type": "string", "format": "date"},
    "anyURI": {"type": "string", "format": "uri"},
}

#: Offers the values of a parameter.
Offer = Callable[[Parameter], Sequence[dict[str, object]]]

_PROBLEM = {
    "description": "What is wrong, and what to do",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def openapi(graph: KnowledgeGraph, base: str, offer: Offer) -> dict[str, object]:
    """Return the description of the API of a graph's stored queries.

    Source: OpenAPI Specification 3.1.0, https://spec.openapis.org/oas/v3.1.0
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "barriergraph",
            "summary": "What stops, and what helps, public services sharing information",
            "version": __version__,
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": base.rstrip("/")}],
        "paths": {
            f"/queries/{query.name}/results": {"get": _operation(query, offer)}
            for query in graph.queries.values()
        },
        "components": {"schemas": {"Problem": _problem_schema()}},
    }


def _operation(query: StoredQuery, offer: Offer) -> dict[str, object]:
    return {
        "operationId": query.name,
        "summary": query.title,
        "description": query.question,
        "tags": list(query.tags),
        "parameters": [
            *(_parameter(query, one, offer) for one in query.parameters.values()),
            *_paging(),
        ],
        "responses": {
            "200": {"description": "The answer", "content": _content(query)},
            "400": _PROBLEM,
            "406": _PROBLEM,
        },
    }


def _parameter(query: StoredQuery, parameter: Parameter, offer: Offer) -> dict[str, object]:
    schema: dict[str, object] = {"type": "string"}
    values = [one["value"] for one in offer(parameter)]
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    elif values:
        schema["enum"] = values
    elif parameter.iri and parameter.iri.startswith(XSD):
        schema = dict(_TYPES.get(parameter.iri.removeprefix(XSD), schema))
    if parameter.default is not None:
        schema["default"] = parameter.default
        if schema.get("type") == "integer":
            schema["default"] = int(parameter.default)
    examples = {
        f"example{number}": {"value": [value for name, value in example if name == parameter.name]}
        for number, example in enumerate(query.examples, 1)
        if any(name == parameter.name for name, _ in example)
    }
    default = schema.pop("default", None)
    found: dict[str, object] = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "schema": {"type": "array", "items": schema},
        "style": "form",
        "explode": True,
    }
    if default is not None:
        found["schema"] = {"type": "array", "items": schema, "default": [default]}
    if examples:
        found["examples"] = examples
    return found


def _paging() -> list[dict[str, object]]:
    number = {"type": "integer", "minimum": 0, "maximum": 10**12 - 1}
    return [
        {"name": "limit", "in": "query", "schema": number, "description": "How many rows at most"},
        {"name": "offset", "in": "query", "schema": number, "description": "How many to pass over"},
        {
            "name": "labels",
            "in": "query",
            "schema": {"type": "string", "enum": ["only"]},
            "description": "'only' leaves out the IRIs that have a label beside them",
        },
    ]


def _content(query: StoredQuery) -> dict[str, object]:
    row = {
        "type": "object",
        "properties": {
            name: {"$comment": heading, "type": "object", "description": heading}
            for name, heading in query.columns.items()
        },
    }
    table = {
        "type": "object",
        "properties": {
            "head": {"type": "object"},
            "results": {
                "type": "object",
                "properties": {"bindings": {"type": "array", "items": row}},
            },
        },
        "required": ["head", "results"],
    }
    content: dict[str, object] = {"application/sparql-results+json": {"schema": table}}
    for name in ("csv", "tsv", "xml", "markdown", "html"):
        content[FORMATS[name].media_type] = {"schema": {"type": "string"}}
    return content


def _problem_schema() -> dict[str, object]:
    return {
        "type": "object",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "near": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["type", "title", "status", "detail"],
    }

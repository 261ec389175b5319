"""The form of a stored query: a field for each parameter, with what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from barriergraph.namespaces import slug
from barriergraph.queries import Parameter, StoredQuery
from barriergraph.site.reading import Reading
from barriergraph.values import Value

#: A list in a form offers no more values than this.
_OFFERED = 1000


class Choice(Value):
    """A value that a parameter may have: how it is written, its IRI, its name, how often used."""

    __slots__ = ("value", "iri", "label", "count")
    value: str
    iri: str | None
    label: str
    count: int | None


class Field(Value):
    """A parameter in a form: what may be chosen (nothing where text is written) and what was."""

    __slots__ = ("parameter", "choices", "chosen", "text")
    parameter: Parameter
    choices: tuple[Choice, ...]
    chosen: frozenset[str]
    text: str


def fields(
    reading: Reading, query: StoredQuery, given: Sequence[tuple[str, str]]
) -> tuple[Field, ...]:
    """Return the fields of the form of a query, filled with what is given."""
    found = []
    for name, parameter in query.parameters.items():
        chosen = [value for key, value in given if key == name and value]
        found.append(
            Field(
                parameter=parameter,
                choices=() if is_long(reading, parameter) else choices(reading, parameter),
                chosen=frozenset(chosen),
                text=chosen[0] if chosen else parameter.default or "",
            )
        )
    return tuple(found)


def is_long(reading: Reading, parameter: Parameter) -> bool:
    """Tell whether a parameter has more values than a list holds, so that one is written."""
    if parameter.choices or not parameter.is_class or parameter.iri is None:
        return False
    return reading.has_more(parameter.iri, _OFFERED)


def choices(
    reading: Reading, parameter: Parameter, uses: Mapping[str, int] | None = None
) -> tuple[Choice, ...]:
    """Return the values that a parameter may have, sorted by name; none where text is written.

    `uses` tells how often each thing is spoken of, if that is to be told of the values.
    """
    if parameter.choices:
        return tuple(
            Choice(value=value, iri=None, label=value, count=None) for value in parameter.choices
        )
    if not parameter.is_class or parameter.iri is None:
        return ()
    found = [
        Choice(
            value=slug(node.value),
            iri=node.value,
            label=reading.name(node),
            count=None if uses is None else uses.get(node.value, 0),
        )
        for node in reading.members(parameter.iri)
    ]
    return tuple(sorted(found, key=lambda one: (one.label.casefold(), one.value)))


def as_dict(choice: Choice) -> dict[str, object]:
    """Return a choice for programs."""
    found: dict[str, object] = {"value": choice.value}
    if choice.iri is not None:
        found["iri"] = choice.iri
    found["label"] = choice.label
    if choice.count is not None:
        found["count"] = choice.count
    return found

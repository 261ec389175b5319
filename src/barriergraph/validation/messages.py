"""What a result says when its shape has no message, and how messages name their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal

from barriergraph.validation.shapes import show
from barriergraph.validation.vocabulary import COMPONENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.shapes import Shape, Shapes, Term

_SAYS = {
    "and": "has to conform to every shape of sh:and",
    "class": "has to be an instance of {0}",
    "closed": "has a property that its closed shape does not know",
    "datatype": "has to be a well-formed literal of datatype {0}",
    "disjoint": "must not be a value of {0} as well",
    "equals": "has to be a value of the path and of {0}, or of neither",
    "hasValue": "has to have the value {0}",
    "in": "has to be one of the members of sh:in",
    "languageIn": "has to be in one of the languages of sh:languageIn",
    "lessThan": "has to be less than each value of {0}",
    "lessThanOrEquals": "must not be greater than any value of {0}",
    "maxCount": "has more values than {0}",
    "maxExclusive": "has to be less than {0}",
    "maxInclusive": "must not be greater than {0}",
    "maxLength": "must not be longer than {0} characters",
    "minCount": "has fewer values than {0}",
    "minExclusive": "has to be greater than {0}",
    "minInclusive": "must not be less than {0}",
    "minLength": "must not be shorter than {0} characters",
    "node": "has to conform to {0}",
    "nodeKind": "has to be of kind {0}",
    "not": "must not conform to {0}",
    "or": "has to conform to a shape of sh:or",
    "pattern": "has to match {0}",
    "qualifiedMaxCount": "has more conforming values than {0}",
    "qualifiedMinCount": "has fewer conforming values than {0}",
    "sparql": "breaks a constraint in SPARQL",
    "uniqueLang": "has two values in one language",
    "xone": "has to conform to exactly one shape of sh:xone",
}
_NAMES = {component: name for name, component in COMPONENTS.items()}
_SLOT = re.compile(r"\{[?$](\w+)\}")


def default_message(shapes: Shapes, shape: Shape, component: str) -> str:
    """Return what a component asks of a shape's values, in a few words."""
    name = _NAMES.get(component)
    if name is None:
        return f"breaks {component}"
    values = shapes.get(shape.node, name)
    return _SAYS.get(name, f"breaks {component}").format(" and ".join(map(show, values)))


def filled(message: Literal, values: Mapping[str, Term]) -> Literal:
    """Return a message with `{?name}` and `{$name}` replaced by values, where there are any.

    >>> filled(Literal("not {?value}", language="en"), {"value": Literal("7")})
    <Literal value=not 7 language=en>

    Source: https://www.w3.org/TR/shacl/#sparql-constraints-message
    """
    text = _SLOT.sub(
        lambda slot: values[slot[1]].value if slot[1] in values else slot[0], message.value
    )
    return Literal(text, language=message.language) if message.language else Literal(text)


def best(messages: Sequence[Literal]) -> str | None:
    """Return the message for people: in English if there is one, or None of none.

    >>> best([Literal("nein", language="de"), Literal("no", language="en")])
    'no'
    """
    ranked = sorted(messages, key=lambda m: ((m.language or "en") != "en", str(m)))
    return ranked[0].value if ranked else None

"""Mistakes that curators make; each breaks the shape of its name, and only that."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

#: What is said of one subject: its properties, each with its values, written as in Turtle.
Said = dict[str, list[str]]


class Record(NamedTuple):
    """One subject, what is said of it, and the shape that it breaks if it breaks one."""

    subject: str
    said: Said
    fault: str = ""


def _drop(name: str) -> Callable[[Said], None]:
    return lambda said: said.update({name: []})


def _put(name: str, *values: str) -> Callable[[Said], None]:
    return lambda said: said.update({name: list(values)})


#: Mistakes in a finding of a barrier.
FINDING_FAULTS = {
    "FindingShape-basis": _drop("bg:basis"),
    "FindingShape-certainty": _put("bg:certainty", "certainty:confirmed", "certainty:probable"),
    "FindingShape-statement": _put("bg:statement", '"No language is given."'),
    "FindingShape-finds": _put("bg:finds", "place:place-1"),
    "FindingShape-inDomain": _put("bg:inDomain", "role:role-1"),
    "FindingShape-effectOnSharing-kind": _put("bg:effectOnSharing", "effect:helps"),
    "FindingShape-locator-fullText": _drop("bg:locator"),
    "AddressShape-url": _put("bg:url", '"www.example.org"^^xsd:anyURI'),
    "TypedShape-property": _put("bg:certanty", "certainty:confirmed"),
    "TypedShape-domain": _put("bg:volume", '"1"'),
}
SOURCE_FAULTS = {
    "SourceShape-doi": _put("bg:doi", '"https://doi.org/10.1000/1"'),
    "SourceShape-setting": _drop("bg:setting"),
    "SourceShape-year-missing": _drop("bg:year"),
    "SourceShape-coversDomain": _put("bg:coversDomain", "role:role-1"),
}
#: What a source breaks that was entered twice, the second time with its DOI in capitals.
TWICE = "SourceShape-doi"

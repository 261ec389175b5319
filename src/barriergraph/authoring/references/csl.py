"""Items of CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from barriergraph.authoring.references.entry import CSL, Fault, Raw, kind

_FIELDS = {
    "title": "title",
    "containerTitle": "container-title",
    "volume": "volume",
    "issue": "issue",
    "pages": "page",
    "doi": "DOI",
    "isbn": "ISBN",
    "url": "URL",
    "publisherName": "publisher",
    "language": "language",
}
_PARTICLES = ("dropping-particle", "non-dropping-particle", "family")
_SPACE = re.compile(r"[\s,]*")


def read(text: str) -> Iterator[Raw | tuple[int, Fault]]:
    """Yield the items of a file in order, and for each that cannot be read its line and why.

    Lines are counted from 1.

    Raises: Fault for JSON that is not a list; json.JSONDecodeError for what is not JSON.

    Source: https://docs.citationstyles.org/en/stable/specification.html
    """
    if not isinstance(json.loads(text), list):
        raise Fault("not a list of items", "save it as CSL-JSON, which is a list")
    keys: set[str] = set()
    for line, item in _items(text):
        try:
            raw = _raw(item, line)
            if raw.key and raw.key in keys:
                raise Fault(f"another item has the id {raw.key!r}", "give this one its own id")
            keys.add(raw.key)
            yield raw
        except Fault as fault:
            yield line, fault


def _items(text: str) -> Iterator[tuple[int, object]]:
    """Yield the members of a list that is known to be sound, each with its line."""
    decoder = json.JSONDecoder()
    place = _after(text, text.index("[") + 1)
    line, counted = 1, 0
    while text[place] != "]":
        line, counted = line + text.count("\n", counted, place), place
        item, place = decoder.raw_decode(text, place)
        yield line, item
        place = _after(text, place)


def _after(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _raw(item: object, line: int) -> Raw:
    if not isinstance(item, dict):
        raise Fault("not an item", "write an object with type, title, author and issued")
    fields = {}
    for name, csl in _FIELDS.items():
        value = item.get(csl)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
            fields[name] = str(value)
        elif value not in (None, ""):
            raise Fault(f"{csl} is not a text", "write it in quotation marks")
    fields["year"] = _year(item.get("issued"))
    cls = kind(str(item.get("type", "")), CSL)
    if re.fullmatch(r"[0-9]{4}-?[0-9]{3}[0-9Xx]", fields.get("isbn", "")):
        del fields["isbn"]
    names = [_name(name) for name in _people(item.get("author"))]
    told = [name for name in names if not _others(name)]
    return Raw(
        line=line, key=str(item.get("id", "")), kind=cls,
        fields={name: text for name, text in fields.items() if text}, names=told,
        complete=len(told) == len(names), notes=(),
    )  # fmt: skip


def _year(issued: object) -> str:
    """Return what an item says of its date, in a form that is a year only where it is plain.

    >>> _year({"date-parts": [[1996, 6]]}), _year({"raw": "in press"})
    ('1996', 'in press')
    >>> _year({"date-parts": [[1998]], "circa": True})
    'c. 1998'
    """
    if not isinstance(issued, dict):
        return "" if issued is None else str(issued)
    parts = issued.get("date-parts")
    if not isinstance(parts, list) or not parts or not isinstance(parts[0], list) or not parts[0]:
        return str(issued.get("raw") or issued.get("literal") or "")
    told = "/".join(str(part[0]) for part in parts if isinstance(part, list) and part)
    if len(parts) > 1 and len(set(told.split("/"))) == 1:
        told = told.split("/")[0]
    return f"c. {told}" if issued.get("circa") else told


def _people(value: object) -> list[Mapping[str, object]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(name, dict) for name in value):
        raise Fault("author is not a list of names", "write each as family and given, or literal")
    return value


def _name(name: Mapping[str, object]) -> dict[str, str]:
    if not name.get("family"):
        return {"literal": str(name.get("literal") or name.get("given") or "")}
    family = " ".join(str(name[part]) for part in _PARTICLES if name.get(part))
    return {
        "family": family,
        "given": str(name.get("given") or ""),
        "suffix": str(name.get("suffix") or ""),
    }


def _others(name: Mapping[str, str]) -> bool:
    told = name.get("literal", name.get("family", ""))
    return told.strip().lower() in ("et al", "et al.", "others")

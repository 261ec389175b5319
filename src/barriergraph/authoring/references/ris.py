"""Records of RIS."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from barriergraph.authoring.references.entry import RIS, Fault, Raw, kind

#: field of the graph -> names that rispy gives to tags of RIS, the best first
_FIELDS = {
    "title": ("title", "primary_title"),
    "year": ("year", "publication_year", "date"),
    "containerTitle": ("alternate_title3", "secondary_title", "journal_name", "alternate_title2"),
    "volume": ("volume",),
    "issue": ("number",),
    "doi": ("doi",),
    "isbn": ("issn",),
    "publisherName": ("publisher",),
    "language": ("language",),
}
_TAG = re.compile(r"([A-Z][A-Z0-9])  -(?: |$)")


def read(text: str) -> Iterator[Raw | tuple[int, Fault]]:
    """Yield the records of a file in order, and for each that cannot be read its line and why.

    Lines are counted from 1. What stands between records is passed over.

    Source: https://en.wikipedia.org/wiki/RIS_(file_format)
    """
    import rispy

    keys: set[str] = set()
    for line, lines, ended in _records(text):
        if not ended:
            yield line, Fault("the record does not end", "close it with a line 'ER  - '")
            continue
        record = rispy.loads("\n".join(lines))[0]
        key = str(record.get("id", ""))
        if key and key in keys:
            yield line, Fault(f"another record has the ID {key!r}", "give this one its own ID")
            continue
        keys.add(key)
        yield _raw(record, line, key)


def _records(text: str) -> Iterator[tuple[int, Sequence[str], bool]]:
    """Yield the line, the lines and whether it is closed of each record, long lines as one."""
    start, lines = 0, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        found = _TAG.match(line)
        if found and found[1] == "TY":
            if lines:
                yield start, lines, False
            start, lines = number, [line]
        elif found and found[1] == "ER" and lines:
            yield start, [*lines, "ER  - "], True
            lines = []
        elif found and lines:
            lines.append(line)
        elif lines and line.strip():
            lines[-1] += f" {line.strip()}"
    if lines:
        yield start, lines, False


def _raw(record: Mapping[str, object], line: int, key: str) -> Raw:
    fields = {name: _first(record, names) for name, names in _FIELDS.items()}
    pages = [_first(record, (name,)) for name in ("start_page", "end_page")]
    fields["pages"] = "-".join(dict.fromkeys(page for page in pages if page))
    addresses = _several(record, "urls")
    fields["url"] = addresses[0] if addresses else ""
    if re.fullmatch(r"[0-9]{4}-?[0-9]{3}[0-9Xx]", fields["isbn"]):
        fields["isbn"] = ""  # the tag is shared with the ISSN
    notes = [f"the address {url} is not taken over beside the first" for url in addresses[1:]]
    cls = kind(str(record["type_of_reference"]), RIS)
    if cls in ("Book", "BookChapter", "Report", "Thesis"):
        fields["issue"] = ""
    names = [*_several(record, "authors"), *_several(record, "first_authors")]
    told = [_name(name) for name in names if not _others(name)]
    return Raw(
        line=line, key=key, kind=cls, fields={n: t for n, t in fields.items() if t}, names=told,
        complete=len(told) == len(names), notes=notes,
    )  # fmt: skip


def _others(name: str) -> bool:
    return name.strip().lower() in ("et al", "et al.", "others")


def _name(text: str) -> dict[str, str]:
    """Return the parts of a name; one without a comma is an organisation's.

    >>> _name("Berg, Ada, Jr."), _name("Home Office")
    ({'family': 'Berg', 'given': 'Ada', 'suffix': 'Jr.'}, {'literal': 'Home Office'})
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1:
        return {"literal": text}
    return dict(zip(("family", "given", "suffix"), parts, strict=False))


def _first(record: Mapping[str, object], names: Sequence[str]) -> str:
    return next((str(record[name]).strip() for name in names if record.get(name)), "")


def _several(record: Mapping[str, object], name: str) -> list[str]:
    found = record.get(name)
    return (
        [str(one).strip() for one in found if str(one).strip()] if isinstance(found, list) else []
    )

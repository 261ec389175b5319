"""Entries of BibTeX and BibLaTeX."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from functools import cache

from barriergraph.authoring.references.entry import BIBTEX, Fault, Raw, clean, kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bibtexparser.middlewares import LatexDecodingMiddleware
    from bibtexparser.model import Block, Entry

#: field of the graph -> fields of BibTeX, the best first
_FIELDS = {
    "title": ("title",),
    "year": ("year", "date"),
    "volume": ("volume",),
    "pages": ("pages",),
    "doi": ("doi",),
    "isbn": ("isbn",),
    "url": ("url",),
    "publisherName": ("publisher", "institution", "school", "organization"),
    "language": ("language", "langid"),
}
_CONTAINERS = ("journal", "journaltitle", "booktitle")
_ADDRESSES = ("doi", "url")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read(text: str) -> Iterator[Raw | tuple[int, Fault]]:
    """Yield the entries of a file in order, and for each that cannot be read its line and why.

    Lines are counted from 1. What stands outside entries is passed over, as BibTeX does.

    Source: https://ctan.org/pkg/bibtex
    """
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry, ParsingFailedBlock, String

    # What it cannot parse is told from here; its own log would come in between.
    logger = logging.getLogger("bibtexparser")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    macros = {month: month for month in _MONTHS}
    for block in parse_string(text, parse_stack=[]).blocks:
        line = (block.start_line or 0) + 1
        try:
            if isinstance(block, String):
                macros[block.key.lower()] = _expanded(block.value, macros)
            elif isinstance(block, ParsingFailedBlock):
                raise _broken(block)
            elif isinstance(block, Entry):
                yield _raw(block, line, macros)
        except Fault as fault:
            yield line, fault


def _broken(block: Block) -> Fault:
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock

    if isinstance(block, DuplicateBlockKeyBlock):
        return Fault(f"another entry has the key {block.key!r}", "give this one its own key")
    if isinstance(block, DuplicateFieldKeyBlock):
        names = ", ".join(sorted(block.duplicate_keys))
        return Fault(f"the entry has {names} more than once", "keep one of them")
    return Fault("the entry cannot be read", "look for a brace, quote or comma that is missing")


def _raw(entry: Entry, line: int, macros: Mapping[str, str]) -> Raw:
    found = {
        field.key.lower(): _expanded(field.value, macros)
        for field in entry.fields
        if field.key.lower() in _USED
    }
    cls = kind(entry.entry_type, BIBTEX)
    fields = {name: _first(found, names) for name, names in _FIELDS.items()}
    fields["containerTitle"] = _first(found, _containers(cls, found))
    if cls in ("JournalArticle", "ConferencePaper", ""):
        fields["issue"] = _first(found, ("number", "issue"))
    if not fields["url"] and _address(found.get("howpublished", "")):
        fields["url"] = _address(found["howpublished"])
    names, complete = _names(found.get("author", ""))
    notes = ["its editors are not taken over"] if found.get("editor") and not names else []
    if found.get("crossref"):
        notes.append(f"what it has from the entry {found['crossref']!r} is not taken over")
    return Raw(
        line=line, key=entry.key, kind=cls, names=names, complete=complete, notes=notes,
        fields={
            name: _address(value) or value if name in _ADDRESSES else decoded(value)
            for name, value in fields.items()
            if value
        },
    )  # fmt: skip


def _containers(cls: str, found: Mapping[str, str]) -> tuple[str, ...]:
    if cls in ("Book", "Report", "Thesis"):
        return (*_CONTAINERS, "series")
    if cls == "" and not _address(found.get("howpublished", "")):
        return (*_CONTAINERS, "howpublished")
    return _CONTAINERS


def _first(found: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((found[name] for name in names if found.get(name, "").strip()), "")


def _expanded(value: str, macros: Mapping[str, str]) -> str:
    """Return a value without its braces or quotes, with macros put in and parts joined by #."""
    parts, depth, start, quoted = [], 0, 0, False
    for place, char in enumerate(value):
        escaped = place > 0 and value[place - 1] == "\\"
        if char in "{}" and not escaped:
            depth += 1 if char == "{" else -1
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "#" and not depth and not quoted:
            parts.append(value[start:place])
            start = place + 1
    return "".join(_part(part.strip(), macros) for part in (*parts, value[start:]))


def _part(part: str, macros: Mapping[str, str]) -> str:
    if len(part) > 1 and (part[0], part[-1]) in (("{", "}"), ('"', '"')):
        return part[1:-1]
    if not part or part.isdigit():
        return part
    if part.lower() not in macros:
        raise Fault(f"{part!r} stands for nothing", "put it in braces, or define it with @string")
    return macros[part.lower()]


def _address(text: str) -> str:
    """Return a DOI or address without the TeX around it, or an empty text for other texts."""
    bare = re.sub(r"\\url\s*\{(.*)\}", r"\1", text.strip())
    bare = bare.replace("{\\textless}", "<").replace("{\\textgreater}", ">")
    bare = re.sub(r"\{?\\([_&%#$~])(?:\{\})?\}?", r"\1", bare)
    return bare if re.match(r"https?://|10\.|doi", bare, re.IGNORECASE) else ""


def _names(text: str) -> tuple[list[dict[str, str]], bool]:
    from bibtexparser.middlewares.names import (
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    names, complete = [], True
    for name in split_multiple_persons_names(text):
        if name.strip().lower() in ("others", "et al.", "et al"):
            complete = False
            continue
        if _braced(name.strip()):
            names.append({"literal": decoded(name)})
            continue
        parts = parse_single_name_into_parts(name, strict=False)
        names.append({
            "family": decoded(" ".join((*parts.von, *parts.last))),
            "given": decoded(" ".join(parts.first)),
            "suffix": decoded(" ".join(parts.jr)),
        })  # fmt: skip
    return names, complete


def _braced(name: str) -> bool:
    """Tell whether one pair of braces is around a whole name, which makes it an organisation's.

    >>> _braced("{Home Office}"), _braced("{A} and {B}"), _braced("{\\\\'E}mile")
    (True, False, False)
    """
    if not (name.startswith("{") and name.endswith("}")) or name.startswith("{\\"):
        return False
    depth = 0
    for place, char in enumerate(name):
        depth += {"{": 1, "}": -1}.get(char, 0)
        if not depth:
            return place == len(name) - 1
    return False


def decoded(text: str) -> str:
    r"""Return TeX as plain text, without braces.

    >>> decoded(r"The {NHS} and the caf{\'e}: 5% of {\"U}bel")
    'The NHS and the café: 5% of Übel'
    """
    if not re.search(r"[\\{}~$]|--|``|''", text):
        return clean(text)
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    # A bare % is text to BibTeX, and would begin a comment in TeX.
    kept = re.sub(r"(?<!\\)%", r"\\%", text)
    library = Library([Entry("misc", "x", [Field("x", kept)])])
    entries = _decoder().transform(library).entries
    if not entries:
        raise Fault(f"{text!r} is not TeX that can be read", "write it as plain text")
    return clean(str(entries[0].fields[0].value))


@cache
def _decoder() -> LatexDecodingMiddleware:
    from bibtexparser.middlewares import LatexDecodingMiddleware

    return LatexDecodingMiddleware()


_USED = {
    *(name for names in _FIELDS.values() for name in names),
    *_CONTAINERS, "author", "crossref", "editor", "howpublished", "issue", "number", "series",
}  # fmt: skip

"""Sources -> CSL-JSON, and from there to BibTeX and RIS, as reference managers read them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    Item: TypeAlias = Mapping[str, object]
    Name: TypeAlias = Mapping[str, str]

#: class of the ontology -> type in CSL, in BibTeX and in RIS
TYPES: dict[str, tuple[str, str, str]] = {
    "Book": ("book", "book", "BOOK"),
    "BookChapter": ("chapter", "incollection", "CHAP"),
    "CaseStudy": ("report", "techreport", "RPRT"),
    "ConferencePaper": ("paper-conference", "inproceedings", "CPAPER"),
    "JournalArticle": ("article-journal", "article", "JOUR"),
    "Report": ("report", "techreport", "RPRT"),
    "Thesis": ("thesis", "phdthesis", "THES"),
    "WebPage": ("webpage", "misc", "ELEC"),
}
OTHER_TYPE = ("document", "misc", "GEN")

_BY_CSL = {names[0]: names for names in (*TYPES.values(), OTHER_TYPE)}

#: CSL field -> the field of a record that holds it
_FIELDS = {
    "title": "title",
    "container-title": "containerTitle",
    "volume": "volume",
    "issue": "issue",
    "page": "pages",
    "DOI": "doi",
    "ISBN": "isbn",
    "URL": "url",
    "publisher": "publisherName",
}


class References:
    """The sources behind an answer as CSL-JSON items, in the order given.

    >>> len(References([]))
    0
    """

    __slots__ = ("items",)
    items: tuple[Item, ...]

    def __init__(self, items: Iterable[Item]) -> None:
        object.__setattr__(self, "items", tuple(items))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("References do not change; make others")

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __repr__(self) -> str:
        return f"<References: {', '.join(str(item['id']) for item in self.items)}>"

    def to_csl_json(self) -> str:
        """Return the items as a JSON array.

        Source: https://docs.citationstyles.org/en/stable/specification.html
        """
        import json

        return json.dumps([dict(item) for item in self.items], ensure_ascii=False, indent=2) + "\n"

    def to_bibtex(self) -> str:
        """Return an entry of BibTeX for each item, its key the source's slug."""
        from bibtexparser.entrypoint import write_string
        from bibtexparser.library import Library
        from bibtexparser.model import Block, Entry, Field
        from bibtexparser.writer import BibtexFormat

        form = BibtexFormat()  # type: ignore[no-untyped-call]
        form.indent = "  "
        form.block_separator = "\n"
        form.trailing_comma = True
        entries: list[Block] = [
            Entry(
                _kinds(item)[1],
                str(item["id"]),
                [Field(name, f"{{{text}}}") for name, text in _bibtex_fields(item)],
            )
            for item in self.items
        ]
        # The default middlewares would put braces around the braces.
        return write_string(Library(entries), unparse_stack=[], bibtex_format=form)

    def to_ris(self) -> str:
        """Return a record of RIS for each item."""
        import rispy

        return str(rispy.dumps([_ris_record(item) for item in self.items], enforce_list_tags=False))


def items(records: Iterable[Mapping[str, object]]) -> tuple[Item, ...]:
    """Return a CSL-JSON item for each source, given its bibliography as the ontology names it.

    A record has `slug`, `type` (the class's local name), `title` and any of `year`,
    `containerTitle`, `volume`, `issue`, `pages`, `doi`, `isbn`, `url`, `publisherName`; `authors`
    in order, each a dict of `family`, `given` and `suffix`, or of `literal` for an organisation;
    `recollected`, the fields that nobody has confirmed, which become a note.

    >>> items([{"slug": "a1", "type": "Book", "title": "On blame", "year": 1996}])
    ({'id': 'a1', 'type': 'book', 'title': 'On blame', 'issued': {'date-parts': [[1996]]}},)
    """
    return tuple(_item(record) for record in records)


def _item(record: Mapping[str, object]) -> Item:
    item: dict[str, object] = {
        "id": str(record["slug"]),
        "type": TYPES.get(str(record.get("type", "")), OTHER_TYPE)[0],
    }
    authors = [_csl_name(name) for name in _sequence(record.get("authors"))]
    if authors:
        item["author"] = authors
    for field, source in _FIELDS.items():
        if record.get(source) not in (None, ""):
            item[field] = str(record[source])
    if record.get("year") not in (None, ""):
        item["issued"] = {"date-parts": [[int(str(record["year"]))]]}
    recollected = [str(field) for field in _sequence(record.get("recollected"))]
    if recollected:
        item["note"] = f"not confirmed: {', '.join(recollected)}"
    return item


def _csl_name(name: object) -> Name:
    given = dict(name) if isinstance(name, dict) else {"literal": str(name)}
    if given.get("literal"):
        return {"literal": str(given["literal"])}
    found = {part: str(given[part]) for part in ("family", "given", "suffix") if given.get(part)}
    # Somebody known by one name only has no family name to sort by.
    return found if "family" in found else {"literal": found.get("given", "")}


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _kinds(item: Item) -> tuple[str, str, str]:
    return _BY_CSL.get(str(item["type"]), OTHER_TYPE)


def _authors(item: Item) -> list[dict[str, str]]:
    return [dict(name) for name in _sequence(item.get("author")) if isinstance(name, dict)]


def _year(item: Item) -> str:
    issued = item.get("issued")
    return str(issued["date-parts"][0][0]) if isinstance(issued, dict) else ""


def _pages(item: Item) -> list[str]:
    """Return the first and the last page, or the one that there is, or what else is written."""
    text = str(item.get("page", "")).replace("\N{EN DASH}", "-")
    return [part.strip() for part in text.split("-") if part.strip()]


def _bibtex_fields(item: Item) -> Iterator[tuple[str, str]]:
    kind = _kinds(item)[1]
    container = {"article": "journal", "misc": "howpublished"}.get(kind, "booktitle")
    publisher = {"techreport": "institution", "phdthesis": "school"}.get(kind, "publisher")
    fields = {
        "author": " and ".join(_bibtex_name(name) for name in _authors(item)),
        "title": _keep_capitals(_tex(item.get("title"))),
        container if kind not in ("techreport", "book", "phdthesis") else "series": _tex(
            item.get("container-title")
        ),
        "year": _year(item),
        "volume": _tex(item.get("volume")),
        "number": _tex(item.get("issue")),
        "pages": _tex("--".join(_pages(item))),
        publisher: _tex(item.get("publisher")),
        "isbn": _tex(item.get("ISBN")),
        "doi": _verbatim(item.get("DOI")),
        "url": _verbatim(item.get("URL")),
        "note": _tex(item.get("note")),
    }
    return ((name, text) for name, text in fields.items() if text)


def _bibtex_name(name: dict[str, str]) -> str:
    if "literal" in name:
        return f"{{{_tex(name['literal'])}}}"  # braces keep 'and' and commas of an organisation
    family = _tex(name["family"])
    if family[:1].islower() or " and " in family or "," in family:
        family = f"{{{family}}}"
    parts = (family, _tex(name.get("suffix")), _tex(name.get("given")))
    return ", ".join(part for part in parts if part)


_TEX = {
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
} | {char: f"\\{char}" for char in "&%$#_"}


def _tex(value: object) -> str:
    text = " ".join(str(value or "").split())
    return "".join(_TEX.get(char, char) for char in text)


def _verbatim(value: object) -> str:
    """Return an address for a field that is not TeX, with what would end the field encoded."""
    return str(value or "").replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _keep_capitals(text: str) -> str:
    """Return a title with braces around words such as NHS, which styles would put in lower case."""
    words = []
    for word in text.split(" "):
        bare = word.strip(".,:;()?!'\"")
        capitals = sum(char.isupper() for char in bare) > 1 and "\\" not in bare
        words.append(word.replace(bare, f"{{{bare}}}") if capitals else word)
    return " ".join(words)


def _ris_record(item: Item) -> dict[str, object]:
    kind = _kinds(item)[2]
    first, last = (*_pages(item), "", "")[:2]
    container = "journal_name" if kind == "JOUR" else "secondary_title"
    record: dict[str, object] = {
        "type_of_reference": kind,
        "id": item["id"],
        "authors": [_ris_name(name) for name in _authors(item)],
        "title": item.get("title"),
        container: item.get("container-title"),
        "year": _year(item),
        "volume": item.get("volume"),
        "number": item.get("issue"),
        "start_page": first,
        "end_page": last,
        "publisher": item.get("publisher"),
        "issn": item.get("ISBN"),
        "doi": item.get("DOI"),
        "urls": [item["URL"]] if item.get("URL") else None,
        "notes": [item["note"]] if item.get("note") else None,
    }
    return {
        name: [_one_line(part) for part in value] if isinstance(value, list) else _one_line(value)
        for name, value in record.items()
        if value
    }


def _ris_name(name: dict[str, str]) -> str:
    if "literal" in name:
        # A comma would part the name of an organisation into family and given name.
        return name["literal"].replace(",", "")
    parts = (name["family"], name.get("given", ""), name.get("suffix", ""))
    return ", ".join(part for part in parts if part)


def _one_line(value: object) -> str:
    return " ".join(str(value).split())

"""An entry of a bibliography, as its file has it and in the form that the graph keeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from barriergraph.authoring.drafts import Refusal
from barriergraph.authoring.identifiers import bare_doi
from barriergraph.bibliography import OTHER_TYPE, TYPES
from barriergraph.values import Value

#: Further names of types, in lower case, that fit a class of the ontology; others are of none.
_MORE: tuple[dict[str, str], ...] = (
    {"post": "WebPage", "post-weblog": "WebPage"},
    {"collection": "Book", "conference": "ConferencePaper", "electronic": "WebPage",
     "inbook": "BookChapter", "mastersthesis": "Thesis", "mvbook": "Book", "online": "WebPage",
     "proceedings": "Book", "report": "Report", "thesis": "Thesis", "www": "WebPage"},
    {"blog": "WebPage", "conf": "ConferencePaper", "ebook": "Book", "echap": "BookChapter",
     "edbook": "Book", "ejour": "JournalArticle"},
)  # fmt: skip
CSL, BIBTEX, RIS = 0, 1, 2

#: Works that have an ISBN of their own; that of a chapter or a paper is its book's.
_WITH_ISBN = ("Book", "Report", "Thesis")

_URL = re.compile(r"https?://[^\s/]+\S*")
_PAGES = re.compile(r"[A-Za-z]*[0-9]+(-[A-Za-z]*[0-9]+)?")
_YEAR = re.compile(r"([0-9]{4})(?:[-/][0-9]{1,2}){0,2}/*")
_LANGUAGES = {
    "american": "en", "british": "en", "dutch": "nl", "english": "en", "french": "fr",
    "german": "de", "italian": "it", "ngerman": "de", "portuguese": "pt", "spanish": "es",
    "ukenglish": "en", "usenglish": "en",
}  # fmt: skip


class Raw(Value):
    """An entry as its file has it: the line and key, the class that its type fits (or empty).

    `fields` go by the names of `bibliography.items`, with `language`; `names` are the authors in
    order, each with family, given and suffix, or literal; `complete` says if they are all.
    """

    __slots__ = ("complete", "fields", "key", "kind", "line", "names", "notes")
    line: int
    key: str
    kind: str
    fields: Mapping[str, str]
    names: Sequence[Mapping[str, str]]
    complete: bool
    notes: Sequence[str]


class Entry(Value):
    """An entry in the form that the graph keeps: as Raw, with `record` for `bibliography.items`.

    `language` is the tag of its texts.
    """

    __slots__ = ("complete", "key", "kind", "language", "line", "notes", "record")
    line: int
    key: str
    kind: str
    language: str
    record: Mapping[str, object]
    complete: bool
    notes: Sequence[str]


class Fault(Exception):
    """Why an entry is refused, and what to do about it."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(reason)


def kind(name: str, form: int) -> str:
    """Return the class that a type of CSL, BibTeX or RIS fits, or an empty text.

    >>> kind("techreport", BIBTEX), kind("JOUR", RIS), kind("misc", BIBTEX)
    ('Report', 'JournalArticle', '')
    """
    table = {
        names[form].lower(): cls
        for cls, names in TYPES.items()
        if cls != "CaseStudy"
        and names[form] != OTHER_TYPE[form]  # a case study looks like a report
    }
    wanted = name.strip().lower()
    return table.get(wanted) or _MORE[form].get(wanted, "")


def clean(text: str) -> str:
    """Return a text on one line, without what cannot be written.

    >>> clean(" Fog\\n  and\\x00 mist ")
    'Fog and mist'
    """
    kept = "".join(char for char in text if char.isprintable() or char.isspace())
    return " ".join(kept.split())


def tidy(raw: Raw) -> Entry:
    """Return an entry in the form that the graph keeps; what is not plain is left out and noted.

    Raises: Fault for an entry without a title, or with a DOI or ISBN that is none.
    """
    notes = list(raw.notes)
    given = {name: clean(text) for name, text in raw.fields.items()}
    if not any(char.isalnum() for char in given.get("title", "")):
        raise Fault("the entry has no title", "give it one")
    record: dict[str, object] = {"slug": raw.key, "type": raw.kind or "Source"}
    record["title"] = given["title"]
    for name, check in _CHECKS.items():
        text = given.get(name, "")
        value = check(text) if text else ""
        if value:
            record[name] = value
        elif text:
            notes.append(f"{name} {text!r} is left out: {_PLAIN[name]}")
    doi = _doi(given)
    if doi:
        record["doi"] = doi
    if given.get("isbn") and raw.kind in _WITH_ISBN:
        record["isbn"] = isbn(given["isbn"])
    record["authors"] = [name for name in map(_name, raw.names) if name]
    if not raw.kind:
        notes.append("its type fits no class of sources; it is written as a bg:Source")
    tag = language(given.get("language", ""))
    if not tag:
        notes.append(f"language {given['language']!r} is not known; the title is tagged as English")
    return Entry(
        line=raw.line, key=raw.key, kind=raw.kind or "Source", language=tag or "en",
        record=record, complete=raw.complete, notes=notes,
    )  # fmt: skip


def doi(text: str) -> str:
    """Return a DOI in lower case without the address of a resolver.

    Raises: Fault for what is no DOI.

    >>> doi("https://doi.org/10.5555/ABC")
    '10.5555/abc'
    """
    found = bare_doi(text)
    if not found:
        raise Fault(f"{text!r} is not a DOI", "write it as 10.1000/xyz, or leave it out")
    return found


def isbn(text: str) -> str:
    """Return the first ISBN of a text in thirteen digits without hyphens.

    Raises: Fault for what is none, or whose check digit is wrong.

    >>> isbn("0-306-40615-2")
    '9780306406157'
    """
    found = re.findall(r"[0-9][0-9 -]{8,15}[0-9Xx]|[0-9]{9}[0-9Xx]", text)
    for part in re.split(r"[,;]", text) + found:
        digits = re.sub(r"[\s-]|^\s*ISBN:?", "", part.upper())
        if re.fullmatch(r"[0-9]{9}[0-9X]", digits) and not _sum10(digits) % 11:
            digits = "978" + digits[:9]
            return digits + str(-_sum13(digits) % 10)
        if re.fullmatch(r"97[89][0-9]{10}", digits) and not _sum13(digits) % 10:
            return digits
    raise Fault(f"{text!r} is not an ISBN", "correct its digits, or leave it out")


def year(text: str) -> str:
    """Return the year of a plain year or date, or an empty text for anything else.

    >>> year("1998"), year("1998-05"), year("2001/03//"), year("c. 1998"), year("in press")
    ('1998', '1998', '2001', '', '')
    """
    found = _YEAR.fullmatch(text)
    return found[1] if found and 1800 <= int(found[1]) <= 2100 else ""


def pages(text: str) -> str:
    """Return a page or a range with a hyphen, or an empty text for anything else.

    >>> pages("377--394"), pages("e12"), pages("1-4, 9")
    ('377-394', 'e12', '')
    """
    line = re.sub(r"\s*[-\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}]+\s*", "-", text)
    return line if _PAGES.fullmatch(line) else ""


def language(text: str) -> str:
    """Return the tag of a language, English for none; an empty text for what is not known.

    >>> language(""), language("fr-FR"), language("ngerman"), language("Elvish, high")
    ('en', 'fr-fr', 'de', '')
    """
    wanted = text.strip().lower() or "en"
    if wanted in _LANGUAGES:
        return _LANGUAGES[wanted]
    return wanted if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", wanted) else ""


def refusal(file: str, line: int | None, fault: Fault, *, column: str = "") -> Refusal:
    """Return a fault with its place."""
    return Refusal(
        file=file, sheet="", row=line, column=column, reason=fault.reason, remedy=fault.remedy
    )


def _name(parts: Mapping[str, str]) -> dict[str, str]:
    """Return a name without its empty parts; what has no family name is taken as one name."""
    name = {part: clean(text) for part, text in parts.items() if clean(text)}
    if not name or "family" in name or "literal" in name:
        return name
    return {"literal": " ".join(name.values())}


def _doi(given: Mapping[str, str]) -> str:
    if given.get("doi"):
        return doi(given["doi"])
    url = given.get("url", "")
    return bare_doi(url) if "doi.org/" in url else ""


def _sum10(digits: str) -> int:
    values = (10 if digit == "X" else int(digit) for digit in digits)
    return sum(place * value for place, value in zip(range(10, 0, -1), values, strict=True))


def _sum13(digits: str) -> int:
    return sum((1, 3)[place % 2] * int(digit) for place, digit in enumerate(digits))


def _url(text: str) -> str:
    return text if _URL.fullmatch(text) else ""


_CHECKS: dict[str, Callable[[str], str]] = {
    "year": year, "containerTitle": str, "volume": str, "issue": str, "pages": pages, "url": _url,
    "publisherName": str,
}  # fmt: skip
_PLAIN = {
    "year": "write a year of four digits",
    "pages": "write a page or a range such as 12-34",
    "url": "write an address that begins with http:// or https://",
}

"""YAML records: sources with their authors, and the findings of each."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.columns import BY_NAME, straight
from barriergraph.authoring.drafts import Refusal
from barriergraph.authoring.identifiers import bare_doi
from barriergraph.authoring.people import People, authorship, several
from barriergraph.authoring.sheets.cells import Bad, Place, Refused, Row
from barriergraph.authoring.sheets.keys import APPLIES, FINDING, key_of, said, turn
from barriergraph.authoring.sheets.resolving import Names
from barriergraph.authoring.sheets.yamls import Entry, Told, read_yaml
from barriergraph.authoring.turtle import Block, Term, block
from barriergraph.namespaces import compact, slug
from barriergraph.rdf import named
from barriergraph.values import Value

RECORD = (
    "id", "type", "title", "authors", "year", "container", "volume", "issue", "pages", "doi",
    "url", "publisher", "setting", "setting_basis", "method", "sample", "confidence",
    "policy_domains", "professions", "places", "findings",
)  # fmt: skip
_REQUIRED = ("id", "type", "title", "setting", "confidence")

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YEAR = re.compile(r"1[89][0-9]{2}|20[0-9]{2}|2100")
_PAGES = re.compile(r"[A-Za-z]*[0-9]+(-[A-Za-z]*[0-9]+)?")
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")


class Record(Value):
    """A sound record: the source, its blocks (none where the graph has it), and its findings.

    `people` are the persons among its authors.
    """

    __slots__ = ("blocks", "people", "rows", "source")
    source: NamedNode
    blocks: Sequence[Block]
    people: frozenset[NamedNode]
    rows: Sequence[Row]


class Records:
    """The records of one file: `found` and `people`, and what was refused and noted."""

    def __init__(self, path: str, names: Names, people: People, space: str) -> None:
        self.file = os.path.basename(path)
        self.found: list[Record] = []
        self.refusals: list[Refusal] = []
        self.notes: list[str] = []
        self.people = people
        self._space = space
        self._names = names
        self._ids: dict[str, int] = {}
        self._dois: dict[str, int] = {}
        for entry in _list(self.file, read_yaml(path)):
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        told = Told(self.file, entry, RECORD, "")
        if not isinstance(entry.value, Mapping):
            self.refusals += told.refusals
            return
        rows = [
            self._finding(one, number) for number, one in enumerate(told.entries("findings"), 1)
        ]
        known = self._known(told)
        if known is not None:
            self.notes.append(
                f"{self.file}, row {told.line}: {compact(known.value)} is in the graph; "
                "only the findings are taken"
            )
            source, blocks, people = known, list[Block](), frozenset[NamedNode]()
        else:
            source, blocks, people = self._source(told)
        if told.refusals:
            self.refusals += told.refusals
            lost = len(told.entries("findings"))
            if lost:
                self.notes.append(
                    f"{self.file}, row {told.line}: the record is refused, and its findings "
                    f"({lost}) with it"
                )
            return
        sound = [row for row in rows if row is not None]
        self.found.append(Record(source=source, blocks=blocks, people=people, rows=sound))

    def _known(self, told: Told) -> NamedNode | None:
        """Return the source of the graph that has the id or the DOI of a record, or None."""
        for key, seen in (("id", self._ids), ("doi", self._dois)):
            text = told.text(key).casefold() if key == "id" else bare_doi(told.text(key))
            if text and text in seen:
                told.wrong(key, f"{text!r} stands in row {seen[text]} already", "merge the two")
            elif text:
                seen[text] = told.place(key).row or 0
        for text in (told.text("id"), told.text("doi")):
            found = self._names.fitting(text, "bg:Source") if text else ()
            own = f"{self._space}source/{text}"
            found = (own,) if own in found else found
            named_so = [iri for iri in found if slug(iri) == text]
            if len(named_so) > 1:
                those = " and ".join(map(compact, named_so))
                told.wrong("id", f"{text!r} stands for {those}", "choose another")
            if len(found) == 1 and (slug(found[0]) == text or bare_doi(text)):
                return NamedNode(found[0])
        return None

    def _source(self, told: Told) -> tuple[NamedNode, list[Block], frozenset[NamedNode]]:
        for key in _REQUIRED:
            if key not in told:
                told.wrong(key, "the key is missing", "write it; 'unstated' is a setting"
                           if key == "setting" else "write it")  # fmt: skip
        name = told.text("id")
        if name and not _SLUG.fullmatch(name):
            told.wrong("id", f"{name!r} is no id", "use small letters, digits and single hyphens")
            name = ""
        source = NamedNode(f"{self._space}source/{name or 'refused'}")
        if name and next(self._names.of(source), None) is not None:
            told.wrong("id", f"{name!r} is in the graph, and no source", "choose another")
        places, blocks, people = self._authors(told, slug(source.value))
        return source, [self._work(told, source, places), *blocks], people

    def _check(self, told: Told) -> None:
        """Refuse what the shapes of sources would refuse."""
        year, pages = told.text("year"), _pages(told)
        if year and not _YEAR.fullmatch(year):
            told.wrong("year", f"{year!r} is no year", "write four digits, or nothing")
        if pages and not _PAGES.fullmatch(pages):
            told.wrong("pages", f"{pages!r} is no range of pages", "write it such as 12-34")
        if "doi" in told and not bare_doi(told.text("doi")):
            told.wrong("doi", f"{told.text('doi')!r} is no DOI", "write it such as 10.1000/182")
        if "url" in told and not _ADDRESS.fullmatch(told.text("url")):
            told.wrong("url", f"{told.text('url')!r} is no web address", "begin it with https://")
        basis = told.text("setting_basis")
        if basis not in ("", "stated", "inferred"):
            told.wrong("setting_basis", f"{basis!r} is not a choice", "write stated or inferred")

    def _work(self, told: Told, source: NamedNode, places: Sequence[NamedNode]) -> Block:
        self._check(told)
        return block(source, [
            (named("rdf:type"), self._type(told)),
            (named("dcterms:title"), _words(told.text("title"))),
            (named("bg:hasAuthorship"), places),
            (named("bg:year"), _typed(told.text("year"), "xsd:integer")),
            (named("bg:containerTitle"), _words(told.text("container"))),
            (named("bg:volume"), _typed(told.text("volume"))),
            (named("bg:issue"), _typed(told.text("issue"))),
            (named("bg:pages"), _typed(_pages(told))),
            (named("bg:doi"), _typed(bare_doi(told.text("doi")))),
            (named("bg:url"), _typed(told.text("url"), "xsd:anyURI")),
            (named("bg:publisherName"), _words(told.text("publisher"))),
            (named("bg:setting"), self._nodes(told, "setting", "bg:Setting")),
            (named("bg:settingBasis"), _typed(told.text("setting_basis"))),
            (named("bg:method"), self._nodes(told, "method", "bg:Method")),
            (named("bg:sample"), _words(told.text("sample"))),
            (named("bg:coversDomain"), self._nodes(told, "policy_domains", "bg:PolicyDomain")),
            (named("bg:coversRole"), self._nodes(told, "professions", "bg:Role")),
            (named("bg:coversPlace"), self._nodes(told, "places", "bg:Place")),
            (named("bg:confidence"), self._nodes(told, "confidence", "bg:Certainty")),
        ], told.text("title"))  # fmt: skip

    def _type(self, told: Told) -> list[Term]:
        text = re.sub(r"[^a-z]", "", told.text("type").casefold())
        kinds = sorted(self._names.below("bg:Source"))
        found = [NamedNode(iri) for iri in kinds if slug(iri).casefold() == text]
        if text and not found:
            known = ", ".join(slug(iri) for iri in kinds)
            told.wrong("type", f"{told.text('type')!r} is no type", f"known are {known}")
        return list(found)

    def _nodes(self, told: Told, key: str, cls: str) -> list[Term]:
        found: list[Term] = []
        for text in told.texts(key):
            one = self._names.resolve(text, cls)
            if isinstance(one, Bad):
                told.wrong(key, one.reason, one.remedy)
            else:
                found.append(one)
        if key in ("setting", "method", "confidence"):
            told.text(key)
        return sorted(set(found), key=str)

    def _authors(
        self, told: Told, name: str
    ) -> tuple[list[NamedNode], list[Block], frozenset[NamedNode]]:
        places, blocks, people = [], [], set()
        for position, entry in enumerate(told.entries("authors"), 1):
            one = Told(
                self.file, entry, ("family", "given", "organisation"), f"authors {position}. "
            )
            author: NamedNode | Bad
            if "organisation" in one:
                author = self._names.resolve(one.text("organisation"), "bg:Organisation")
            elif "family" in one:
                author = self._person(one.text("family"), one.text("given"))
            else:
                author = Bad(
                    reason="the family name is missing", remedy="write family, or organisation"
                )
            if isinstance(author, Bad):
                one.wrong("", author.reason, author.remedy)
            else:
                people.add(author)
                place = NamedNode(f"{self._space}authorship/{name}-{position}")
                places.append(place)
                blocks.append(authorship(place, author, position))
            told.refusals += one.refusals
        return places, blocks, frozenset(people)

    def _person(self, family: str, given: str) -> NamedNode | Bad:
        found = self.people.find(family, given)
        if len(found) > 1:
            return Bad(
                reason=several(f"{given} {family}".strip(), found),
                remedy="tell them apart by their given names in data/",
            )
        return self.people.person(family, given)

    def _finding(self, entry: Entry, number: int) -> Row | None:
        """Return a finding as the row of a sheet, or None and refuse it."""
        told = Told(self.file, entry, list(FINDING), f"findings {number}. ")
        cells: dict[str, tuple[str, ...]] = {}
        lines: dict[str, tuple[Place, str]] = {}
        keys = [key for key in FINDING if key in told and key != "applies_to"]
        found = [(FINDING[key], key, told, told.texts(key)) for key in keys]
        found += self._applies(told)
        for column, key, where, texts in found:
            several = BY_NAME[column].several
            if not several and len(texts) > 1:
                where.wrong(key, "holds a list where one text is expected", "write one")
            if (column in cells and not several) or (key == "factor" and "barrier" in told):
                where.wrong(key, "says again what another key says", "take one of them out")
            cells[column] = tuple(dict.fromkeys((*cells.get(column, ()), *said(column, texts))))
            lines[column] = (where.place(key), where.shown(key))
        turn(cells, lines)
        self.refusals += told.refusals
        if told.refusals:
            return None
        for column in BY_NAME:
            lines.setdefault(column, (told.place(), told.shown(key_of(column))))
        return Row(place=told.place(), cells={k: v for k, v in cells.items() if v}, lines=lines)

    def _applies(self, told: Told) -> list[tuple[str, str, Told, tuple[str, ...]]]:
        entry = told.mapping("applies_to")
        if entry is None:
            texts = told.texts("applies_to")
            return [("role", "applies_to", told, texts)] if texts else []
        within = Told(self.file, entry, list(APPLIES), told.shown("applies_to. "))
        found = [
            (column, key, within, within.texts(key))
            for key, column in APPLIES.items()
            if key in within
        ]
        told.refusals += within.refusals
        return found


def _list(file: str, entry: Entry) -> Sequence[Entry]:
    if isinstance(entry.value, str | Mapping):
        bad = Bad(reason="is not a list of records", remedy="begin each record with '- id: '")
        raise Refused(Place(file=file, sheet="", row=entry.line).refusal(bad))
    return entry.value


def _pages(told: Told) -> str:
    """Return the pages of a record with plain hyphens and without spaces."""
    return straight(told.text("pages")).replace(" ", "")


def _words(text: str) -> list[Term]:
    return [Literal(text, language="en")] if text else []


def _typed(text: str, datatype: str = "xsd:string") -> list[Term]:
    return [Literal(text, datatype=named(datatype))] if text else []

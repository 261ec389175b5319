"""What would be written into a module, what was refused and why, and writing it safely."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from barriergraph.authoring.columns import fold
from barriergraph.authoring.slugs import to_slug
from barriergraph.authoring.turtle import Block, Term, document
from barriergraph.errors import BarrierGraphError
from barriergraph.files import read_text
from barriergraph.namespaces import ID, compact, namespace, slug
from barriergraph.output import write_file
from barriergraph.rdf import named
from barriergraph.values import Value

#: The first line of a file that an import owns; what follows the sum is for people.
_OWNED = re.compile(r"# Written by barriergraph from (?P<from>.*); sum (?P<sum>[0-9a-f]{16})\.\n")
_ADVICE = (
    "# Change that and import it again: this file, once edited by hand, is not written again.\n"
)

NEW, SAME, CHANGED, EDITED = "new", "same", "changed", "edited by hand"
OTHER = "made from another file"

#: Endings of files that are one sheet or bibliography, saved in another form.
_FORMS = ({".csv", ".tsv", ".xlsx", ".xlsm"}, {".yaml", ".yml"}, {".bib", ".bibtex"})
_STATEMENT, _REPORTED = named("bg:statement"), named("bg:reportedIn")
_TITLE = named("dcterms:title")

#: What is said of things, each property with one value, in the order of the file.
Said = Mapping[NamedNode, Sequence[tuple[NamedNode, Term]]]


class Refusal(Value):
    """Something in a file that is not taken over, where, why, and what to do about it.

    `row` is counted as the reader of the file counts it (the first row of a sheet, the heading,
    is 1; in a text file it is the line); `sheet` and `column` are empty where there is none.
    """

    __slots__ = ("column", "file", "reason", "remedy", "row", "sheet")
    file: str
    sheet: str
    row: int | None
    column: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        place = self.file
        if self.sheet:
            place += f", sheet {self.sheet}"
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}"
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}: {self.reason}{remedy}"


class Draft(Value):
    """What an import makes: the text of each file by its path in the module, and what was refused.

    `accepted` counts what is in the files, by what it is, such as {"findings": 20}; `notes` are
    for the person, such as what was merged with what.
    """

    __slots__ = ("accepted", "files", "notes", "origin", "refusals")
    origin: str
    files: Mapping[str, str]
    accepted: Mapping[str, int]
    refusals: Sequence[Refusal]
    notes: Sequence[str]


def owned(text: str, origin: str) -> str:
    """Return text as a file that says where it comes from and shows if it was edited later.

    >>> print(owned("a b c .\\n", "sheet.csv").splitlines()[0])
    # Written by barriergraph from sheet.csv; sum a9a4072c7134a04f.
    """
    name = re.sub(r"\s+", " ", origin)
    return f"# Written by barriergraph from {name}; sum {_sum(text)}.\n{_ADVICE}\n{text}"


def imported(origin: str, kind: str = "") -> str:
    """Return the file of a module into which what stands in a file of that name is taken.

    The ending does not count, for a sheet saved in another form is the same sheet; `kind` keeps
    apart what is not.

    >>> imported("Findings 2024.csv"), imported("papers.bib", "references")
    ('data/imported/findings-2024.ttl', 'data/imported/papers-references.ttl')
    """
    name = os.path.splitext(origin)[0]
    stem = to_slug(name)
    if (not re.search("[a-z]", stem) and not name.isascii()) or not stem:
        stem = f"{stem}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")
    return f"data/imported/{stem}{kind and f'-{kind}'}.ttl"


def state(path: str, text: str) -> str:
    """Tell what writing would do to a file: NEW, SAME, CHANGED, or EDITED or OTHER and left alone.

    It is OTHER where it was made from a file of another name or, of the same name, from one that
    has no finding or source in common with this.

    Raises: SourceError for a file that cannot be read.
    """
    if not os.path.lexists(path):
        return NEW
    found = read_text(path).replace("\r\n", "\n")
    origin = _unedited(found)
    if origin is None:
        return EDITED
    here = _OWNED.sub("", text, count=1)
    if _OWNED.sub("", found, count=1) == here:
        return SAME
    new = _OWNED.match(text)
    same = new is None or one_file(origin, new["from"])
    return CHANGED if same and related(said(here), said(found)) else OTHER


def renewed(before: str, after: str) -> str:
    """Return a file that a command changed as one that an import still owns, if it did before.

    >>> text = owned("a b c .\\n", "a.csv")
    >>> renewed(text, text.replace("b c", "b d")) == owned("a b d .\\n", "a.csv")
    True
    >>> renewed(text + "x", text + "y") == text + "y"
    True
    """
    origin = _unedited(before)
    if origin is None:
        return after
    body = after[after.index("\n") + 1 :].removeprefix(_ADVICE + "\n")
    return owned(body, origin)


def _unedited(text: str) -> str | None:
    """Return the name of the file that an import made a text from, None once it was edited."""
    head = _OWNED.match(text)
    if head is None or _sum(text[head.end() :].removeprefix(_ADVICE + "\n")) != head["sum"]:
        return None
    return head["from"]


def maker_of(text: str) -> str:
    """Return the name of the file that an import made the text of a file from, or ''.

    >>> maker_of(owned("", "a.csv")), maker_of("")
    ('a.csv', '')
    """
    head = _OWNED.match(text)
    return "" if head is None else head["from"]


def below(module: str, file: str) -> str:
    """Return the path of a file of a module.

    Raises: BarrierGraphError for a path that leads out of the module, also by a link.
    """
    path = os.path.join(module, *file.split("/"))
    root = os.path.realpath(module)
    if os.path.commonpath([root, os.path.realpath(path)]) != root or os.path.isabs(file):
        raise BarrierGraphError(f"{file}: this path leads out of the module {module}")
    return path


def states(module: str, draft: Draft) -> dict[str, str]:
    """Return what `put` would do with each file of a draft.

    Raises: as `put`.
    """
    places = {file: below(module, file) for file in draft.files}  # all of them, before any is read
    return {
        file: state(places[file], owned(text, draft.origin)) for file, text in draft.files.items()
    }


def put(module: str, draft: Draft) -> dict[str, str]:
    """Write the files of a draft, each in one move, and return what was done with each.

    A file that was edited by hand since it was written, or made from another file, is left as it
    is, and so told.

    Raises: BarrierGraphError for a path that leads out of the module; SourceError.
    """
    done = states(module, draft)
    for file, text in draft.files.items():
        if done[file] in (NEW, CHANGED):
            whole = owned(text, draft.origin)
            write_file(below(module, file), whole.encode(), folders=True)
    return done


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def written(blocks: Sequence[Block], heading: str, space: str) -> str:
    """Return blocks as Turtle, with a prefix `my-<kind>` for what stands below a module's space."""
    if space == ID:
        return document(blocks, heading)
    used = {one.subject.value for one in blocks} | {
        term.value
        for one in blocks
        for predicate, values in one.statements
        for term in (predicate, *values)
        if isinstance(term, NamedNode)
    }
    own = {namespace(iri) for iri in used if iri.startswith(space)} - {space}
    more = {f"my-{slug(one[:-1])}": one for one in sorted(own)}
    return document(blocks, heading, more={**more, "my": space})


def shown(node: NamedNode, space: str) -> str:
    """Return a thing as a file of a module spells it.

    >>> shown(NamedNode("https://example.org/dogs/finding/x-1"), "https://example.org/dogs/")
    'my-finding:x-1'
    """
    kind = slug(namespace(node.value)[:-1])
    own = space != ID and node.value.startswith(f"{space}{kind}/")
    return f"my-{kind}:{slug(node.value)}" if own else compact(node.value)


def number(count: int, what: str) -> str:
    """Return a number of things.

    >>> number(1, "finding"), number(2, "people"), number(1, "people")
    ('1 finding', '2 people', '1 person')
    """
    one = "person" if what == "people" else what.removesuffix("s")
    many = "people" if one == "person" else f"{one}s"
    return f"{count} {one if count == 1 else many}"


def said(text: str) -> Said:
    """Return what a Turtle text says of each thing that has an address, in order.

    Raises: SyntaxError.
    """
    found: dict[NamedNode, list[tuple[NamedNode, Term]]] = {}
    for quad in parse(text.encode(), RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            found.setdefault(quad.subject, []).append((quad.predicate, quad.object))
    return found


def topics(things: Said) -> dict[tuple[str, str], NamedNode]:
    """Return findings by source and folded statement, and sources by address and folded title."""
    found: dict[tuple[str, str], NamedNode] = {}
    for node, pairs in things.items():
        places = [value.value for name, value in pairs if name == _REPORTED]
        for name, value in pairs:
            if name in (_STATEMENT, _TITLE):
                place = node.value if name == _TITLE else next(iter(places), "")
                found.setdefault((place, fold(value.value)), node)
    return found


def related(new: Said, old: Said) -> bool:
    """Tell whether one of two may be a later state of the other: what they say has much in common.

    A finding of the same source or a source of the same address may be put somewhat otherwise.
    """
    one, other = topics(new), topics(old)
    if not one or not other or {text for _, text in one} & {text for _, text in other}:
        return True
    from rapidfuzz import fuzz, process

    by_place: dict[str, list[str]] = {}
    for place, text in other:
        by_place.setdefault(place, []).append(text)
    return any(
        process.extractOne(text, by_place.get(place, ()), scorer=fuzz.ratio, score_cutoff=60)
        for place, text in one
    )


def one_file(one: str, other: str) -> bool:
    """Tell whether two names are of one file, perhaps saved in another form.

    >>> one_file("a.csv", "a.xlsx"), one_file("a.bib", "a.ris"), one_file("a.csv", "A.csv")
    (True, False, False)
    """
    names = [os.path.splitext(re.sub(r"\s+", " ", name)) for name in (one, other)]
    (stem, ending), (stem_too, ending_too) = names
    endings = {ending.lower(), ending_too.lower()}
    return stem == stem_too and (len(endings) == 1 or any(endings <= form for form in _FORMS))

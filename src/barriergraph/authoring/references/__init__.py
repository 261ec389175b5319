"""From a bibliography in BibTeX, RIS or CSL-JSON to sources of a module."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence

from pyoxigraph import NamedNode

from barriergraph.authoring.columns import fold
from barriergraph.authoring.drafts import (
    Draft,
    Refusal,
    imported,
    shown,
    topics,
    written,
)
from barriergraph.authoring.earlier import Earlier
from barriergraph.authoring.people import People
from barriergraph.authoring.references import bibtex, csl, ris
from barriergraph.authoring.references.entry import Entry, Fault, Raw, refusal, tidy
from barriergraph.authoring.references.known import Index, contradictions, further, known
from barriergraph.authoring.references.naming import Names, key
from barriergraph.authoring.references.writing import blocks
from barriergraph.bibliography import items
from barriergraph.errors import SourceError
from barriergraph.files import read_text
from barriergraph.namespaces import slug
from barriergraph.rdf import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.authoring.turtle import Term
    from barriergraph.bibliography import Item
    from barriergraph.graph import KnowledgeGraph

_READERS = {".bib": bibtex.read, ".bibtex": bibtex.read, ".ris": ris.read, ".json": csl.read}

#: The endings of bibliographies.
ENDINGS = tuple(_READERS)


def read_references(
    path: str | os.PathLike[str],
    graph: KnowledgeGraph,
    *,
    into: str | os.PathLike[str] | None = None,
) -> Draft:
    """Return the sources of a bibliography as a draft of `data/imported/<name of the file>.ttl`.

    An entry that the graph has already, by DOI, ISBN, or title and year, is not made again; one
    that contradicts what the graph has is refused. What is new gets addresses of the module `into`,
    or without it ours. What stands only in the file of an earlier import, in that module or
    without it in any, does not count but for its addresses, so that the same bibliography gives
    the same file; what is no longer said is noted, and kept where entries are refused. Nothing is
    written.

    Raises: SourceError for a file that cannot be read, is not UTF-8 or of no known format, with
        its line; QueryError as `graph.query`; as `Earlier`.
    """
    place = os.fspath(path)
    origin = os.path.basename(place)
    ending = os.path.splitext(origin)[1]
    if ending.lower() not in _READERS:
        raise SourceError(place, f"not a bibliography: it ends with none of {', '.join(_READERS)}")
    file = imported(origin, "references")
    entries: list[Entry] = []
    refusals: list[Refusal] = []
    for one in _entries(place, ending.lower()):
        if isinstance(one, Entry):
            entries.append(one)
        else:
            refusals.append(refusal(origin, *one))
    if not entries and not refusals:
        none = Fault("no entry is in the file", "look if it was exported whole")
        refusals.append(refusal(origin, None, none))
    earlier = Earlier(graph, file, origin, into)
    draft = _draft(origin, file, entries, refusals, graph, earlier)
    if draft.refusals and earlier.said:
        draft = _draft(origin, file, entries, refusals, graph, earlier, keep=True)
    return draft


def _entries(path: str, ending: str) -> Iterator[Entry | tuple[int, Fault]]:
    text = read_text(path).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return
    try:
        for one in _READERS[ending](text):
            try:
                yield tidy(one) if isinstance(one, Raw) else one
            except Fault as fault:
                assert isinstance(one, Raw)
                yield one.line, _about(one, fault)
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg}"
        raise SourceError(path, reason, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise SourceError(path, "nested too deeply") from None
    except Fault as fault:
        raise SourceError(path, f"{fault.reason}; {fault.remedy}") from None


def _about(raw: Raw, fault: Fault) -> Fault:
    return Fault(f"{raw.key}: {fault.reason}", fault.remedy) if raw.key else fault


def _draft(
    origin: str, file: str, entries: Sequence[Entry], faults: Sequence[Refusal],
    graph: KnowledgeGraph, earlier: Earlier, *, keep: bool = False,
) -> Draft:  # fmt: skip
    there = known(graph, earlier.graphs)
    index, here = Index(there.items), Index(())
    names = Names(there, People(graph, earlier.space, earlier.graphs, earlier.said), earlier)
    taken = {slug(str(item["id"])) for item in there.items}
    places = _kept(entries, earlier, taken)
    taken |= {slug(one.value) for one in places.values()}
    reserved = {slug(one.value) for one in earlier.said} if keep else set[str]()
    sources: list[tuple[NamedNode, Entry, list[NamedNode]]] = []
    notes: list[str] = []
    refusals = list(faults)
    for entry in entries:
        item = _item(entry)
        place = f"{origin}, line {entry.line}"
        old = index.find(item)
        twin = old or here.find(item)
        if twin is not None:
            contrary = contradictions(item, twin)
            if contrary:
                refusals.append(_contrary(origin, entry, twin, contrary, earlier.space))
            else:
                notes.append(f"{place}: {_same(twin, item, old is not None, earlier.space)}")
            continue
        node = places.get(entry.line)
        if node is None:
            node = NamedNode(
                f"{earlier.space}source/{key(entry, taken if entry.key else taken | reserved)}"
            )
        taken.add(slug(node.value))
        here.add({**item, "id": node.value})
        authors = _authors(entry, names, notes, place, earlier.space)
        notes.extend(f"{place}: {note}" for note in entry.notes)
        sources.append((node, entry, authors))
    refusals.sort(key=lambda one: one.row or 0)
    found = blocks(sources, names.people.made, names.organisations, earlier.space)
    carried, told = earlier.carry(found, bool(refusals))
    found += carried
    heading = f"Sources of {origin}. What they study is not known from a bibliography."
    return Draft(
        origin=origin,
        files={file: written(found, heading, earlier.space)} if found else {},
        accepted={
            "sources": len(sources),
            "people": len(names.people.made),
            "organisations": len(names.organisations),
        },
        refusals=tuple(refusals),
        notes=(*notes, *told),
    )


def _kept(
    entries: Sequence[Entry], earlier: Earlier, taken: Collection[str]
) -> dict[int, NamedNode]:
    """Return the addresses that works had in the earlier import, by the line of the entry."""
    titles: dict[str, list[NamedNode]] = {}
    for (place, title), node in topics(earlier.said).items():
        if place == node.value and slug(place) not in taken:
            titles.setdefault(title, []).append(node)
    found: dict[int, NamedNode] = {}
    for entry in entries:
        same = titles.get(fold(str(entry.record["title"])), [])
        own = [one for one in same if _year(earlier.said[one]) == str(entry.record.get("year", ""))]
        if len(own) == 1 and own[0] not in found.values():
            found[entry.line] = own[0]
    return found


def _year(pairs: Sequence[tuple[NamedNode, Term]]) -> str:
    return next((value.value for name, value in pairs if name == named("bg:year")), "")


def _item(entry: Entry) -> Item:
    return items([entry.record])[0]


def _authors(
    entry: Entry, names: Names, notes: list[str], place: str, space: str
) -> list[NamedNode]:
    told = entry.record["authors"]
    assert isinstance(told, list)
    found: list[NamedNode] = []
    for name in told:
        before = len(names.people.made)
        author = names.author(name)
        found.append(author)
        new = len(names.people.made) > before
        doubt = names.doubt(name, author) if new or author not in names.people.made else ()
        if doubt:
            others = " or ".join(shown(one, space) for one in doubt)
            what = "is new, and" if new else "is taken, and it"
            notes.append(f"{place}: {shown(author, space)} {what} may be {others}")
    return found


def _same(twin: Item, item: Item, old: bool, space: str) -> str:
    more = further(item, twin)
    also = f"; not taken over: its {', '.join(more)}" if more else ""
    name = shown(NamedNode(str(twin["id"])), space)
    return f"already there as {name}{also}" if old else f"the same as {name} of this file{also}"


def _contrary(
    origin: str, entry: Entry, twin: Item, contrary: Sequence[str], space: str
) -> Refusal:
    name = entry.key or str(entry.record["title"])
    other = shown(NamedNode(str(twin["id"])), space)
    return refusal(
        origin,
        entry.line,
        Fault(
            f"{name} contradicts {other}: {'; '.join(contrary)}",
            "correct the one that is wrong, or tell the two works apart by their titles",
        ),
    )

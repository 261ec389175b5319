"""From a bibliography in BibTeX, RIS or CSL-JSON to sources of a module."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from barriergraph.authoring.drafts import Draft, Refusal, imported
from barriergraph.authoring.references import bibtex, csl, ris
from barriergraph.authoring.references.entry import Entry, Fault, Raw, refusal, tidy
from barriergraph.authoring.references.known import Index, contradictions, further, known
from barriergraph.authoring.references.naming import Author, Names, key
from barriergraph.authoring.references.writing import written
from barriergraph.bibliography import items
from barriergraph.errors import SourceError
from barriergraph.sources import Module, read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.bibliography import Item
    from barriergraph.graph import KnowledgeGraph

_READERS = {".bib": bibtex.read, ".bibtex": bibtex.read, ".ris": ris.read, ".json": csl.read}


def read_references(path: str | os.PathLike[str], graph: KnowledgeGraph) -> Draft:
    """Return the sources of a bibliography as a draft of `data/imported/<name of the file>.ttl`.

    An entry that the graph has already, by DOI, ISBN, or title and year, is not made again; one
    that contradicts what the graph has is refused. What stands only in the file of an earlier
    import does not count, so that the same bibliography gives the same file. Nothing is written.

    Raises: SourceError for a file that cannot be read, is not UTF-8 or of no known format, with
        its line; QueryError as `graph.query`.
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
    return _draft(origin, file, entries, refusals, graph)


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
    origin: str, file: str, entries: Sequence[Entry], refusals: list[Refusal],
    graph: KnowledgeGraph,
) -> Draft:  # fmt: skip
    there = known(graph, _own(file, graph.modules))
    index, here, names = Index(there.items.values()), Index(()), Names(there)
    taken = set(there.items)
    sources: list[tuple[str, Entry, list[Author]]] = []
    notes: list[str] = []
    for entry in entries:
        item = _item(entry)
        place = f"{origin}, line {entry.line}"
        old = index.find(item)
        twin = old or here.find(item)
        if twin is not None:
            contrary = contradictions(item, twin)
            if contrary:
                refusals.append(_contrary(origin, entry, twin, contrary))
            else:
                notes.append(f"{place}: {_same(twin, item, old is not None)}")
            continue
        slug = key(entry, taken)
        taken.add(slug)
        here.add({**item, "id": slug})
        authors = _authors(entry, names, notes, place)
        notes.extend(f"{place}: {note}" for note in entry.notes)
        sources.append((slug, entry, authors))
    refusals.sort(key=lambda one: one.row or 0)
    kinds = [kind for kind, _ in names.new]
    return Draft(
        origin=origin,
        files={file: written(origin, sources, names.new.values())} if sources else {},
        accepted={
            "sources": len(sources),
            "people": kinds.count("person"),
            "organisations": kinds.count("organisation"),
        },
        refusals=tuple(refusals),
        notes=tuple(notes),
    )


def _own(file: str, modules: Iterable[Module]) -> list[str]:
    """Return the named graphs that an earlier import of the same file may stand in."""
    return [one.graph(quote(file)) for one in modules if one.name is not None]


def _item(entry: Entry) -> Item:
    return items([entry.record])[0]


def _authors(entry: Entry, names: Names, notes: list[str], place: str) -> list[Author]:
    told = entry.record["authors"]
    assert isinstance(told, list)
    found: list[Author] = []
    for name in told:
        before = len(names.new)
        found.append(names.author(name))
        near = names.near(name) if len(names.new) > before and "family" in name else []
        if near:
            people = " or ".join(f"person:{one}" for one in near)
            notes.append(f"{place}: person:{found[-1].slug} is new, and may be {people}")
    return found


def _same(twin: Item, item: Item, old: bool) -> str:
    more = further(item, twin)
    also = f"; not taken over: its {', '.join(more)}" if more else ""
    if old:
        return f"already there as source:{twin['id']}{also}"
    return f"the same as source:{twin['id']} of this file{also}"


def _contrary(origin: str, entry: Entry, twin: Item, contrary: Sequence[str]) -> Refusal:
    named = entry.key or str(entry.record["title"])
    return refusal(
        origin,
        entry.line,
        Fault(
            f"{named} contradicts source:{twin['id']}: {'; '.join(contrary)}",
            "correct the one that is wrong, or tell the two works apart by their titles",
        ),
    )

"""From a file of findings to a draft: what would be written, and what is refused and why."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

from barriergraph.authoring.drafts import Draft, Refusal, imported, written
from barriergraph.authoring.earlier import Earlier
from barriergraph.authoring.people import People
from barriergraph.authoring.sheets.cells import Bad, Place, Refused, Row
from barriergraph.authoring.sheets.findings import Findings
from barriergraph.authoring.sheets.identities import Identities, order
from barriergraph.authoring.sheets.proposing import Proposals
from barriergraph.authoring.sheets.reading import read_csv, read_workbook
from barriergraph.authoring.sheets.records import Record, Records
from barriergraph.authoring.sheets.resolving import Names
from barriergraph.authoring.turtle import Block
from barriergraph.graph import KnowledgeGraph
from barriergraph.values import Value

_ENDINGS = {".csv": "sheet", ".tsv": "sheet", ".xlsx": "book", ".xlsm": "book",
            ".yaml": "records", ".yml": "records"}  # fmt: skip


def read_sheet(
    path: str | os.PathLike[str],
    graph: KnowledgeGraph,
    *,
    propose: bool = False,
    into: str | os.PathLike[str] | None = None,
) -> Draft:
    """Return what a sheet (.csv, .xlsx) or list of records (.yaml) of findings gives.

    A row gives a finding or is refused as a whole. With `propose`, a name that the graph does not
    have becomes a concept, if the row defines it. What is new gets addresses of the module
    `into`, or without it ours. The file that the same sheet gave before, in that module or without
    it in any, is left out of account but for its addresses, which what is still said keeps; what
    is no longer said is noted, and kept where rows are refused.

    Raises: NotFoundError for a file that does not exist, with near names; SourceError for a folder
        or a file that cannot be read; as `Earlier`. What is wrong inside the sheet is refused in
        the draft.
    """
    where = os.fspath(path)
    origin = os.path.basename(where)
    file = imported(origin, "records" if origin.lower().endswith((".yaml", ".yml")) else "")
    earlier = Earlier(graph, file, origin, into)
    try:
        names = Names(graph, earlier.graphs)
        content = _content(where, names, graph, earlier)
        return _draft(content, origin, file, names, earlier, propose)
    except Refused as refused:
        return Draft(origin=origin, files={}, accepted={}, refusals=[refused.refusal], notes=[])


class _Content(Value):
    """The sound rows of a file, each with its source if that is known, and its records if any."""

    __slots__ = ("notes", "records", "refusals", "rows")
    rows: Sequence[tuple[Row, NamedNode | None]]
    records: Records | None
    refusals: Sequence[Refusal]
    notes: Sequence[str]


def _content(path: str, names: Names, graph: KnowledgeGraph, earlier: Earlier) -> _Content:
    origin = os.path.basename(path)
    kind = _ENDINGS.get(os.path.splitext(origin)[1].lower())
    if kind is None:
        bad = Bad(reason="is neither a sheet nor records", remedy="save it as .csv, .xlsx or .yaml")
        raise Refused(Place(file=origin, sheet="", row=None).refusal(bad))
    if kind == "records":
        people = People(graph, earlier.space, earlier.graphs, earlier.said)
        records = Records(path, names, people, earlier.space)
        rows = [(row, record.source) for record in records.found for row in record.rows]
        return _Content(
            rows=rows, records=records, refusals=records.refusals, notes=records.notes
        )  # fmt: skip
    table = read_csv(path) if kind == "sheet" else read_workbook(path)
    return _Content(
        rows=[(row, None) for row in table.rows],
        records=None,
        refusals=table.refusals,
        notes=table.notes,
    )


def _draft(
    content: _Content, origin: str, file: str, names: Names, earlier: Earlier, propose: bool
) -> Draft:
    proposals = Proposals(names, origin, earlier.space) if propose else None
    identities = Identities(names, earlier)
    identities.reserve(content.rows)
    maker = Findings(names, identities, proposals)
    findings: list[Block] = []
    refusals = list(content.refusals)
    for row, source in content.rows:
        made = maker.take(row, source)
        if isinstance(made, Block):
            findings.append(made)
        else:
            refusals += made
    findings.sort(key=lambda one: order(one.subject.value))
    concepts = proposals.blocks if proposals else []
    records = content.records.found if content.records else []
    people = {one for record in records for one in record.people}
    authors = content.records.people.made if content.records else {}
    persons = [authors[one] for one in sorted(people & authors.keys(), key=str)]
    counts = {
        "findings": len(findings),
        "sources": sum(bool(record.blocks) for record in records),
        "persons": len(persons),
        "concepts": len(concepts),
    }
    blocks = [*concepts, *persons, *(_sources(records, findings) if records else findings)]
    kept, notes = earlier.carry(blocks, bool(refusals))
    blocks += kept
    return Draft(
        origin=origin,
        files={file: written(blocks, f"Findings of {origin}.", earlier.space)} if blocks else {},
        accepted={what: count for what, count in counts.items() if count},
        refusals=sorted(refusals, key=lambda one: one.row or 0),
        notes=[*content.notes, *maker.notes, *notes],
    )


def _sources(records: Sequence[Record], findings: Sequence[Block]) -> Iterator[Block]:
    """Yield each source with its authorships, and after it its findings."""
    by_source: dict[str, list[Block]] = {}
    for one in findings:
        by_source.setdefault(_source(one), []).append(one)
    for record in sorted(records, key=lambda one: one.source.value):
        yield from record.blocks
        yield from by_source.pop(record.source.value, ())


def _source(finding: Block) -> str:
    return next(
        values[0].value
        for predicate, values in finding.statements
        if predicate.value.endswith("#reportedIn")
    )

"""Suggestions as a table to look at, and as a findings sheet to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.columns import COLUMNS, SEPARATOR
from barriergraph.errors import BarrierGraphError
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import BG, PREFIXES, compact
from barriergraph.results import Table
from barriergraph.suggesting.suggestions import FOUND, Suggestion

#: What a spreadsheet program would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DECIMAL = NamedNode(f"{PREFIXES['xsd']}decimal")
#: The column of each class that is no factor, and the kind that a class of factors decides.
_COLUMNS = {f"{BG}PolicyDomain": "domain", f"{BG}Role": "role", f"{BG}Place": "place"}
_KINDS = {f"{BG}{cls}": cls.lower() for cls in ("Barrier", "Enabler", "Risk", "Benefit", "Tension")}
_HEADINGS = {
    "concept": "Concept", "conceptLabel": "Concept", "class": "Class", "words": "Words",
    "start": "From", "end": "To", "how": "How", "negated": "Negated", "sentence": "Sentence",
    "text": "Text", "score": "Score",
}  # fmt: skip


def to_table(suggestions: Iterable[Suggestion]) -> Table:
    """Return suggestions as rows, in their order; offsets count characters from 0.

    `how` names the finding, as in "as in finding:x", where its likeness speaks first.

    >>> to_table(()).columns[:4]
    ('concept', 'conceptLabel', 'class', 'words')
    """
    rows = [
        (
            one.concept,
            Literal(one.label),
            one.cls,
            Literal(" ".join(one.words.split())),
            Literal(one.start),
            Literal(one.end),
            Literal(_why(one)),
            Literal(one.negated),
            Literal(one.sentence),
            Literal(" ".join(one.sentence_text.split())),
            Literal(f"{one.score:.2f}", datatype=_DECIMAL),
        )
        for one in suggestions
    ]
    return Table(tuple(_HEADINGS), rows, title="Concepts that the text mentions", labels=_HEADINGS)


def draft_sheet(graph: KnowledgeGraph, suggestions: Iterable[Suggestion]) -> str:
    r"""Return a findings sheet in CSV with a row for each sentence that a factor is suggested for.

    The sentence stands in the note, for the statement is left to the person, in whose own words it
    has to be, and so are source, basis and, where the factors' class does not decide it, the kind.
    A cell that a spreadsheet program would take for a formula begins with an apostrophe.

    >>> from barriergraph import load
    >>> draft_sheet(load(), ()).startswith("id,source,statement,kind,factor,")
    True
    """
    by_sentence: dict[int, list[Suggestion]] = {}
    for one in suggestions:
        by_sentence.setdefault(one.sentence, []).append(one)
    names = [column.name for column in COLUMNS]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for _, found in sorted(by_sentence.items()):
        cells = _cells(graph, found)
        if cells["factor"]:
            writer.writerow([_safe(cells.get(name, "")) for name in names])
    return out.getvalue()


def _why(one: Suggestion) -> str:
    first = one.reasons[0]
    return f"as in {compact(first.what)}" if first.how == FOUND else first.how


def _cells(graph: KnowledgeGraph, found: Sequence[Suggestion]) -> Mapping[str, str]:
    groups: dict[str, list[str]] = {"factor": []}
    for one in found:
        column = _COLUMNS.get(one.cls.value, "factor")
        groups.setdefault(column, []).append(_name(graph, one))
    kinds = {_KINDS.get(one.cls.value, "") for one in found if one.cls.value not in _COLUMNS}
    note = f"from the text: {' '.join(found[0].sentence_text.split())}"
    if found[0].negated:
        note += " (a negation is in it, which was not read)"
    return {
        **{column: f"{SEPARATOR} ".join(names) for column, names in groups.items()},
        "kind": kinds.pop() if len(kinds) == 1 else "",
        "note": note,
    }


def _name(graph: KnowledgeGraph, one: Suggestion) -> str:
    """Return the label of a concept, or its CURIE where the label would not lead back to it."""
    cls = one.cls if one.cls.value in _COLUMNS else NamedNode(f"{BG}Factor")
    try:
        known = graph.resolve(one.label, cls) == one.concept
    except BarrierGraphError:
        known = False
    return one.label if known and SEPARATOR not in one.label else compact(one.concept.value)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell

"""A difference as the part of a changelog."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.comparing.answers import QueryChange
from barriergraph.comparing.brackets import Object
from barriergraph.comparing.changes import (
    ADDED,
    CHANGED,
    DEFINITION,
    DEPRECATION,
    LABEL,
    PARENT,
    REMOVED,
    Change,
    Difference,
)
from barriergraph.comparing.step import step
from barriergraph.namespaces import compact
from barriergraph.rdf import named
from barriergraph.terms import shorten

_NOTE = named("skos:changeNote").value
_MARKS = re.compile(r"([\\`*_\[\]<>#|~&])")

#: A string, or an IRI outside strings.
_NAMES = re.compile(r'"(?:[^"\\]|\\.)*"|<([^<>]*)>')

#: Longer values are cut in a changelog, after a word near this many characters.
_LONGEST = 200


def to_markdown(difference: Difference) -> str:
    """Return a difference in Markdown: Added, Changed, Deprecated, Removed, Moved, answers, notes.

    A thing stands under each heading that is true of it, with its name and CURIE.
    """
    parts = [f"From {_code(difference.before)} to {_code(difference.after)}: "
             f"{step(difference)}."]  # fmt: skip
    for heading, lines in sections(difference):
        parts.append("\n".join([f"### {heading}", "", *(f"- {line}" for line in lines)]))
    return "\n\n".join(parts) + "\n"


def sections(difference: Difference) -> Iterator[tuple[str, list[str]]]:
    """Yield the headings of a changelog with their lines in Markdown; none without a line."""
    queries = {what: _queries(difference, what) for what in (ADDED, CHANGED, REMOVED)}
    changed = difference.of(CHANGED)
    retired = [one for one in changed if one.retired]
    moved = [one for one in changed if one.moved]
    told = [
        ("Added", [*map(_named, difference.of(ADDED)), *queries[ADDED]]),
        ("Changed", [*_changed(difference, changed), *queries[CHANGED], *_others(difference)]),
        ("Deprecated", [_retired(difference, one) for one in retired]),
        ("Removed", [*map(_named, difference.of(REMOVED)), *queries[REMOVED]]),
        ("Moved", [_moved(difference, one) for one in moved]),
        ("Answers that change", _answers(difference)),
        ("Not compared", [shown(note) for note in difference.notes]),
    ]
    yield from ((heading, lines) for heading, lines in told if lines)


def shown(text: str) -> str:
    r"""Return text on one line as Markdown shows it, with its marks escaped.

    >>> shown("a *b*\nc")
    'a \\*b\\* c'
    """
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def value(difference: Difference, one: Object) -> str:
    """Return a value in Markdown: a thing with its name and CURIE, a literal as Turtle has it."""
    if isinstance(one, NamedNode):
        curie = compact(one.value)
        name = difference.labels.get(one.value, curie)
        return _code(curie) if name == curie else f"{shown(name)} ({_code(curie)})"
    text = _NAMES.sub(_compacted, str(one))
    return _code(shorten(text, _LONGEST))


def _compacted(match: re.Match[str]) -> str:
    short = match[0] if match[1] is None else compact(match[1])
    return match[0] if short == match[1] else short


def _code(text: str) -> str:
    line = " ".join(text.split())
    longest = max(map(len, re.findall("`+", line)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{space}{line}{space}{ticks}"


def _named(change: Change) -> str:
    if change.label == change.curie:
        return f"{change.kind} {_code(change.curie)}"
    return f"{change.kind} {shown(change.label)} ({_code(change.curie)})"


def _changed(difference: Difference, changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        left = [one for one in change.details if one.role not in (PARENT, DEPRECATION)]
        left = [one for one in left if not (change.retired and one.property == _NOTE)]
        left.sort(key=lambda one: (one.role != LABEL, one.role != DEFINITION))
        if change.restored:
            yield f"{_named(change)}: no longer deprecated"
        for one in left:
            name = one.role if one.role in (LABEL, DEFINITION) else _code(compact(one.property))
            yield f"{_named(change)}: {name} {_values(difference, one.before, one.after)}"


def _values(difference: Difference, before: Sequence[Object], after: Sequence[Object]) -> str:
    old, new = (", ".join(value(difference, one) for one in side) for side in (before, after))
    if old and new:
        return f"{old} → {new}"
    return f"added {new}" if new else f"removed {old}"


def _retired(difference: Difference, change: Change) -> str:
    others = ", ".join(value(difference, NamedNode(iri)) for iri in change.replacements)
    notes = [
        shown(note.value)
        for one in change.details
        if one.property == _NOTE
        for note in one.after
        if isinstance(note, Literal)
    ]
    advice = f"use {others}" if others else "nothing replaces it"
    return f"{_named(change)}: {'; '.join([advice, *notes])}"


def _moved(difference: Difference, change: Change) -> str:
    told = (f"{_code(compact(one.property))} {_values(difference, one.before, one.after)}"
            for one in change.moved)  # fmt: skip
    return f"{_named(change)}: {'; '.join(told)}"


def _queries(difference: Difference, what: str) -> list[str]:
    lines = []
    for one in difference.queries:
        if one.what == what:
            more = _parts(one)
            line = f"query {shown(one.title)} ({_code(one.name)})"
            lines.append(f"{line}: {'; '.join(more)}" if more else line)
    return lines


def _parts(one: QueryChange) -> list[str]:
    if one.what != CHANGED:
        return []
    told = (
        ("parameters added", one.parameters_added),
        ("parameters removed", one.parameters_removed),
        ("columns added", one.columns_added),
        ("columns removed", one.columns_removed),
    )
    return [f"{words} {', '.join(map(_code, names))}" for words, names in told if names] or [
        "its text"
    ]


def _others(difference: Difference) -> Iterator[str]:
    added, removed = difference.others
    if added or removed:
        yield f"statements about things without a type: {added} added, {removed} removed"


def _answers(difference: Difference) -> list[str]:
    lines = []
    for one in difference.answers:
        values = " ".join(f"{name}={given}" for name, given in one.values)
        asked = f" with {_code(values)}" if values else ""
        came = "1 row" if one.came == 1 else f"{one.came} rows"
        line = f"{shown(one.title)} ({_code(one.name)}){asked}"
        lines.append(f"{line}: {came} came, {one.went} went")
    return lines

"""A difference as text for a terminal, and as plain values for programs."""

from __future__ import annotations

import re
import textwrap

from barriergraph.comparing.answers import AnswerChange, QueryChange
from barriergraph.comparing.changes import Change, Detail, Difference
from barriergraph.comparing.markdown import sections
from barriergraph.comparing.step import reasons, step

_ESCAPED = re.compile(r"\\([\\`*_\[\]<>#|~&])|(`+)( ?)(.*?)\3\2")


def to_text(difference: Difference, width: int = 80) -> str:
    """Return a difference for people, in lines of a width in characters, as far as words allow."""
    head = f"From {difference.before} to {difference.after}: "
    if difference.empty and not difference.notes:
        return f"{head}nothing differs.\n"
    parts = [f"{head}{step(difference)}."]
    for heading, lines in sections(difference):
        folded = (_folded(_bare(line), width) for line in lines)
        parts.append("\n".join([heading, *folded]))
    return "\n\n".join(parts) + "\n"


def to_dict(difference: Difference) -> dict[str, object]:
    """Return a difference as strings, numbers, lists and dictionaries; terms as N-Triples has them.

    "step" is the step that it deserves, with "reasons" for each step.
    """
    return {
        "before": difference.before,
        "after": difference.after,
        "step": step(difference),
        "reasons": {name: list(texts) for name, texts in reasons(difference).items()},
        "changes": [_change(one) for one in difference.changes],
        "queries": [_query(one) for one in difference.queries],
        "answers": [_answer(one) for one in difference.answers],
        "others": {"added": difference.others[0], "removed": difference.others[1]},
        "notes": list(difference.notes),
    }


def _folded(line: str, width: int) -> str:
    return textwrap.fill(
        line, max(width, 20), initial_indent="  ", subsequent_indent="    ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _bare(line: str) -> str:
    return _ESCAPED.sub(lambda match: match[1] or match[4], line)


def _change(change: Change) -> dict[str, object]:
    return {
        "what": change.what,
        "iri": change.iri,
        "curie": change.curie,
        "kind": change.kind,
        "label": change.label,
        "deprecated": change.retired,
        "restored": change.restored,
        "replacements": list(change.replacements),
        "moved": bool(change.moved),
        "details": [_detail(one) for one in change.details],
    }


def _detail(one: Detail) -> dict[str, object]:
    return {
        "property": one.property,
        "role": one.role or None,
        "before": [str(value) for value in one.before],
        "after": [str(value) for value in one.after],
    }


def _query(one: QueryChange) -> dict[str, object]:
    return {
        "what": one.what,
        "name": one.name,
        "title": one.title,
        "parameters": {"added": list(one.parameters_added),
                       "removed": list(one.parameters_removed)},
        "columns": {"added": list(one.columns_added), "removed": list(one.columns_removed)},
    }  # fmt: skip


def _answer(one: AnswerChange) -> dict[str, object]:
    return {
        "name": one.name,
        "title": one.title,
        "values": [f"{name}={value}" for name, value in one.values],
        "came": one.came,
        "went": one.went,
    }

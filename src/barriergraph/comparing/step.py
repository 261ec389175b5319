"""The step from one version to the next: what it must be, and why."""

from __future__ import annotations

from collections.abc import Mapping

from barriergraph.comparing.changes import ADDED, CHANGED, REMOVED, Difference

MAJOR, MINOR, PATCH, NONE = "major", "minor", "patch", "none"


def step(difference: Difference) -> str:
    """Return the step that a difference deserves: MAJOR, MINOR, PATCH or NONE.

    A major step takes something with a name away (a term, a resource, a stored query, a parameter
    or a column), a minor step adds such or retires a term, a patch corrects.

    Source: Semantic Versioning 2.0.0, https://semver.org/
    """
    return next(iter(reasons(difference)), NONE)


def reasons(difference: Difference) -> Mapping[str, tuple[str, ...]]:
    """Return what asks for each step, the greatest first; steps that nothing asks for are left out.

    The reasons are short texts, such as "barrier:fog is removed".
    """
    found: dict[str, list[str]] = {MAJOR: [], MINOR: [], PATCH: []}
    for change in difference.changes:
        if change.what != CHANGED:
            which = MAJOR if change.what == REMOVED else MINOR
            found[which].append(f"{change.curie} is {change.what}")
        elif change.retired:
            found[MINOR].append(f"{change.curie} is deprecated")
        else:
            found[PATCH].append(f"{change.curie} is changed")
    for query in difference.queries:
        if query.what == REMOVED:
            found[MAJOR].append(f"query {query.name} is removed")
        elif query.what == ADDED:
            found[MINOR].append(f"query {query.name} is added")
        else:
            _parts(query.name, found, MAJOR, REMOVED, query.parameters_removed,
                   query.columns_removed)  # fmt: skip
            _parts(query.name, found, MINOR, ADDED, query.parameters_added, query.columns_added)
            found[PATCH].append(f"query {query.name} is changed")
    found[PATCH] += [f"answers of query {one} change" for one in _asked(difference)]
    if any(difference.others):
        found[PATCH].append("statements about things without a type differ")
    return {name: tuple(texts) for name, texts in found.items() if texts}


def _parts(
    query: str, found: dict[str, list[str]], which: str, what: str,
    parameters: tuple[str, ...], columns: tuple[str, ...],
) -> None:  # fmt: skip
    found[which] += [f"parameter {name} of query {query} is {what}" for name in parameters]
    found[which] += [f"column {name} of query {query} is {what}" for name in columns]


def _asked(difference: Difference) -> list[str]:
    return list(dict.fromkeys(one.name for one in difference.answers))

"""Stored queries of two versions: what they ask for and show, and the answers that differ."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import BlankNode, NamedNode, Store

from barriergraph import sources
from barriergraph.comparing.versions import Version
from barriergraph.errors import BarrierGraphError, SourceError
from barriergraph.files import read_text
from barriergraph.graph import KnowledgeGraph
from barriergraph.queries import StoredQuery, parse
from barriergraph.results import Table
from barriergraph.values import Value, by_name


class QueryChange(Value):
    """A stored query that was added, removed or changed (`what`).

    For a changed one, the names of parameters and columns that came and went; none of them when
    only the text is another.
    """

    __slots__ = (
        "columns_added", "columns_removed", "name", "parameters_added", "parameters_removed",
        "title", "what",
    )  # fmt: skip
    name: str
    title: str
    what: str
    parameters_added: tuple[str, ...]
    parameters_removed: tuple[str, ...]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]


class AnswerChange(Value):
    """A stored query whose answer differs: how many rows `came` and how many `went`.

    `values` are those of one of its examples, and empty for the answer without any. Columns that
    only one version has are left out of the comparison.
    """

    __slots__ = ("came", "name", "title", "values", "went")
    name: str
    title: str
    values: tuple[tuple[str, str], ...]
    came: int
    went: int


def query_changes(before: Version, after: Version) -> tuple[list[QueryChange], list[str]]:
    """Return the stored queries that differ, sorted by name, and notes on those not understood.

    A file has no stored queries, and nothing is said of them then.
    """
    if before.queries is None or after.queries is None:
        return [], []
    changes: list[QueryChange] = []
    notes: list[str] = []
    for name in sorted(before.queries.keys() | after.queries.keys()):
        old, new = before.queries.get(name), after.queries.get(name)
        if old == new:
            continue
        was, is_ = (_read(name, text, notes) for text in (old, new))
        what = "added" if old is None else "removed" if new is None else "changed"
        known = is_ or was
        pairs = (was, is_) if what == "changed" and was and is_ else (None, None)
        changes.append(
            QueryChange(
                name=name, title=known.title if known else name, what=what,
                parameters_added=_less(_parameters(pairs[1]), _parameters(pairs[0])),
                parameters_removed=_less(_parameters(pairs[0]), _parameters(pairs[1])),
                columns_added=_less(_columns(pairs[1]), _columns(pairs[0])),
                columns_removed=_less(_columns(pairs[0]), _columns(pairs[1])),
            )
        )  # fmt: skip
    return changes, notes


def answer_changes(
    before: Version, after: Version, *, same: bool
) -> tuple[list[AnswerChange], list[str]]:
    """Return the answers that differ, without values and for each example, and notes.

    The queries are those that both versions have; a file is asked those of the other version, or
    those that ship. A module is asked on top of what ships. `same` says that the statements are
    the same in both, so that only a query that was rewritten can answer otherwise.

    Raises: SourceError for a base that cannot be read.
    """
    old, new = _texts(before, after), _texts(after, before)
    same = (
        same and before.base == after.base and (before.queries is None) == (after.queries is None)
    )
    names = [name for name in sorted(old.keys() & new.keys()) if not same or old[name] != new[name]]
    if not names:
        return [], []
    notes: list[str] = []
    graphs = [_graph(one, texts, names) for one, texts in ((before, old), (after, new))]
    changes: list[AnswerChange] = []
    for name in names:
        if all(name in graph.queries for graph in graphs):
            changes += _differing(name, graphs, (before.name, after.name), notes)
    return changes, notes


def _differing(
    name: str, graphs: Sequence[KnowledgeGraph], called: Sequence[str], notes: list[str]
) -> Iterator[AnswerChange]:
    first, second = (graph.queries[name] for graph in graphs)
    shared = [column for column in second.columns if column in first.columns]
    for values in dict.fromkeys(((), *first.examples, *second.examples)):
        given = by_name(values)
        if not all(given.keys() <= query.parameters.keys() for query in (first, second)):
            continue
        rows = []
        for graph, version in zip(graphs, called, strict=True):
            try:
                rows.append(_rows(graph.run(name, **given), shared))
            except BarrierGraphError as error:
                words = " ".join(f"{parameter}={value}" for parameter, value in values)
                notes.append(f"{name} {words}".rstrip() + f": no answer in {version}: {error}")
        if len(rows) == 2 and rows[0] != rows[1]:
            came, went = (rows[1] - rows[0]).total(), (rows[0] - rows[1]).total()
            yield AnswerChange(name=name, title=second.title, values=values, came=came, went=went)


def _rows(table: Table, columns: Sequence[str]) -> Counter[tuple[object, ...]]:
    places = [table.columns.index(column) for column in columns]
    return Counter(
        tuple("[]" if isinstance(row[at], BlankNode) else row[at] for at in places)
        for row in table.rows
    )


def _texts(version: Version, other: Version) -> Mapping[str, str]:
    """Return the texts of the queries that a version can be asked, by name."""
    whole = version if version.queries is not None else other
    shipped = {} if whole.base is None else _shipped(whole.base)
    return {**shipped, **(whole.queries or {})}


def _shipped(base: sources.Module) -> dict[str, str]:
    return {
        os.path.basename(file)[:-3]: read_text(base.locate(file)) for file in base.files("queries")
    }


def _graph(version: Version, texts: Mapping[str, str], names: Sequence[str]) -> KnowledgeGraph:
    from barriergraph.inference import close

    store = Store()
    if version.base is not None and version.queries is not None:
        sources.read_into(store, [version.base])
    aside = {NamedNode(one) for one in version.aside}
    store.extend(quad for quad in version.store if quad.graph_name not in aside)
    close(store)
    read = {name: _read(name, texts[name], []) for name in names}
    queries = {name: query for name, query in read.items() if query is not None}
    return KnowledgeGraph(lambda: store, [], queries, cache=None, inferred=True)


def _read(name: str, text: str | None, notes: list[str]) -> StoredQuery | None:
    try:
        return None if text is None else parse(text, f"{name}.rq")
    except SourceError as error:
        notes.append(f"{error}: parameters, columns and answers are not compared")
        return None


def _parameters(query: StoredQuery | None) -> tuple[str, ...]:
    return () if query is None else tuple(query.parameters)


def _columns(query: StoredQuery | None) -> tuple[str, ...]:
    return () if query is None else tuple(query.columns)


def _less(names: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others)

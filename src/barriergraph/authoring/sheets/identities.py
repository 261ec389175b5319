"""Which address a finding gets, and whether it is there already."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.columns import fold
from barriergraph.authoring.drafts import topics
from barriergraph.authoring.earlier import Earlier
from barriergraph.authoring.sheets.cells import Bad, Row
from barriergraph.authoring.sheets.resolving import Names
from barriergraph.namespaces import ID, compact, slug
from barriergraph.terms import as_iri

_SPACE = f"{ID}finding/"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBERED = re.compile(r"(.*)-([1-9][0-9]{0,8})")


class Identities:
    """The addresses and statements of findings in the graph, and those given out so far.

    New addresses are below `earlier.space`; a row that says what a finding of the earlier import
    says has the address of that, and none of then is given to anything else.
    """

    def __init__(self, names: Names, earlier: Earlier) -> None:
        self._names = names
        self._space = f"{earlier.space}finding/"
        self._before = {
            topic: node for topic, node in topics(earlier.said).items() if topic[0] != node.value
        }
        self._used = {node.value for node in earlier.said}
        self._taken: dict[str, int] = {}
        self._highest: dict[str, int] = {}
        self._told: dict[tuple[str, str], str] = {}
        statements: dict[str, list[str]] = {}
        for quad in names.said("bg:statement"):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                statements.setdefault(quad.subject.value, []).append(fold(quad.object.value))
        for quad in names.said("bg:reportedIn"):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                for statement in statements.get(quad.subject.value, ()):
                    key = (quad.object.value, statement)
                    other = self._told.get(key)
                    self._told[key] = min(other or quad.subject.value, quad.subject.value)
        for iri in names.members("bg:Finding"):
            self._count(slug(iri))

    def reserve(self, rows: Sequence[tuple[Row, NamedNode | None]]) -> None:
        """Take note of the ids in a sheet, and of the addresses that rows without one have."""
        asked = set()
        for row, _ in rows:
            name = self._asked(row.first("id"))
            self._count(name)
            asked.add(name)
        kept = {}
        for row, source in rows if self._before else ():
            found = source or self._names.resolve(row.first("source"), "bg:Source")
            topic = ("" if isinstance(found, Bad) else found.value, fold(row.first("statement")))
            node = self._before.get(topic)
            if node and not row.first("id") and slug(node.value) not in asked:
                kept[topic] = node
        self._before = kept

    def given(self, text: str, row: int) -> NamedNode | Bad:
        """Return the address that the id cell of a row asks for, or why it cannot have it."""
        name = self._asked(text)
        if not _SLUG.fullmatch(name):
            return Bad(
                reason=f"{text!r} is no id: small letters, digits and single hyphens make one",
                remedy="correct it, or leave it empty",
            )
        node = NamedNode(self._space + name)
        iri = node.value
        if iri in self._taken:
            return Bad(
                reason=f"the id {text!r} stands in row {self._taken[iri]} already",
                remedy="choose another, or leave it empty",
            )
        if any(self._there(NamedNode(one + name)) for one in (self._space, _SPACE)):
            return Bad(
                reason=f"the id {text!r} is used elsewhere in the graph",
                remedy="choose another, or leave it empty",
            )
        self._taken[iri] = row
        return node

    def next(self, source: NamedNode, statement: str) -> NamedNode:
        """Return the address that a statement had before, or the one after the last of a source."""
        before = self._before.pop((source.value, fold(statement)), None)
        if before is not None:
            return before
        prefix = slug(source.value)
        while True:
            number = self._highest[prefix] = self._highest.get(prefix, 0) + 1
            node = NamedNode(f"{self._space}{prefix}-{number}")
            if node.value not in self._used and not self._there(node):
                return node

    def _asked(self, text: str) -> str:
        """Return the end of the address that an id cell asks for; else the cell as it is."""
        iri = as_iri(text) or ""
        for space in (self._space, _SPACE):
            if iri.startswith(space):
                return iri.removeprefix(space)
        return text

    def _there(self, node: NamedNode) -> bool:
        return next(self._names.of(node), None) is not None

    def repeated(self, source: NamedNode, statement: str, row: int) -> Bad | None:
        """Return what is wrong with a statement that was made before, or None and keep it."""
        key = (source.value, fold(statement))
        before = self._told.get(key)
        if before is None:
            self._told[key] = f"row {row}"
            return None
        where = before if before.startswith("row ") else compact(before)
        return Bad(
            reason=f"the same statement of the same source stands in {where}",
            remedy="leave this row out",
        )

    def _count(self, name: str) -> None:
        found = _NUMBERED.fullmatch(name)
        if found:
            self._highest[found[1]] = max(self._highest.get(found[1], 0), int(found[2]))


def order(iri: str) -> tuple[str, int, str]:
    """Return what findings are sorted by: the source's name, then the number.

    >>> sorted(["finding:a-10", "finding:a-9"], key=order)
    ['finding:a-9', 'finding:a-10']
    """
    found = _NUMBERED.fullmatch(iri)
    return (found[1], int(found[2]), iri) if found else (iri, 0, iri)

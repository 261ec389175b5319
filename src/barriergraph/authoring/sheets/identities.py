"""Which address a finding gets, and whether it is there already."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.sheets.cells import Bad, Row
from barriergraph.authoring.sheets.resolving import Names, fold
from barriergraph.namespaces import ID, compact, slug
from barriergraph.terms import as_iri

_SPACE = f"{ID}finding/"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBERED = re.compile(r"(.*)-([1-9][0-9]{0,8})")


class Identities:
    """The addresses and statements of findings in the graph, and those given out so far."""

    def __init__(self, names: Names) -> None:
        self._names = names
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
        for quad in names.said("rdf:type"):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(_SPACE):
                self._count(slug(quad.subject.value))

    def reserve(self, rows: Iterable[Row]) -> None:
        """Take note of the ids in a sheet, so that none is given out for another row."""
        for row in rows:
            self._count(slug(row.first("id").removeprefix("finding:")))

    def given(self, text: str, row: int) -> NamedNode | Bad:
        """Return the address that the id cell of a row asks for, or why it cannot have it."""
        iri = as_iri(text) or _SPACE + text
        if not _SLUG.fullmatch(slug(iri)):
            return Bad(
                reason=f"{text!r} is no id: small letters, digits and single hyphens make one",
                remedy="correct it, or leave it empty",
            )
        try:
            node = NamedNode(iri)
        except ValueError:
            return Bad(reason=f"{text!r} is no address", remedy="correct it, or leave it empty")
        if iri in self._taken:
            return Bad(
                reason=f"the id {text!r} stands in row {self._taken[iri]} already",
                remedy="choose another, or leave it empty",
            )
        if next(self._names.of(node), None) is not None:
            return Bad(
                reason=f"the id {text!r} is used elsewhere in the graph",
                remedy="choose another, or leave it empty",
            )
        self._taken[iri] = row
        return node

    def next(self, source: NamedNode) -> NamedNode:
        """Return the address that follows the last of a source."""
        prefix = slug(source.value)
        number = self._highest[prefix] = self._highest.get(prefix, 0) + 1
        return NamedNode(f"{_SPACE}{prefix}-{number}")

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

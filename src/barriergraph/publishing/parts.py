"""What a published folder is made of: parts that name their jobs and do each by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from pyoxigraph import NamedNode, Store

from barriergraph.edition import Edition
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import BASE, ID
from barriergraph.nanopublications import findings, nanopublication


class Pages(Protocol):
    """The static site: the addresses of its files, and the bytes of each.

    The same graph and path give the same bytes; `barriergraph.site.Site` is one.
    """

    def paths(self) -> tuple[str, ...]:
        """Return every address of the site, relative and without a leading slash."""

    def render(self, path: str) -> bytes:
        """Return what stands at an address."""


#: What the path of a finding's nanopublication ends with.
NANOPUBLICATION = ".nanopub.trig"

#: What makes the site of a graph for a base address, such as `barriergraph.site.Site`.
MakePages = Callable[..., Pages]


class Part(Protocol):
    """A part of the folder: the jobs that it has, and the files that each job makes."""

    def jobs(self) -> Sequence[str]:
        """Return the names of the jobs."""

    def make(self, job: str) -> Mapping[str, bytes]:
        """Return the files that a job makes, by their paths."""


class Site:
    """The pages as a part: each address is a job."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def jobs(self) -> Sequence[str]:
        """Return the addresses of the site."""
        return self._pages.paths()

    def make(self, job: str) -> Mapping[str, bytes]:
        """Return what stands at an address."""
        return {job: self._pages.render(job)}


class Nanopublications:
    """A file for each finding of the graph that has an address of ours.

    A module's findings, whose addresses are elsewhere, are in the dump of all of them.
    """

    def __init__(self, store: Store, told: Edition) -> None:
        self._store = store
        self._told = told
        self._findings = {
            nanopublication_path(node.value): node
            for node in findings(store)
            if node.value.startswith(ID)
        }

    def jobs(self) -> Sequence[str]:
        """Return the paths of the files."""
        return tuple(self._findings)

    def make(self, job: str) -> Mapping[str, bytes]:
        """Return a file with one nanopublication."""
        found: NamedNode = self._findings[job]
        return {job: nanopublication(self._store, found, of=self._told)}


def nanopublication_path(finding: str) -> str:
    """Return the path of the file with the nanopublication of a finding of ours.

    >>> nanopublication_path("https://w3id.org/barriergraph/id/finding/dawes1996-1")
    'id/finding/dawes1996-1.nanopub.trig'
    """
    return f"{finding.removeprefix(BASE)}{NANOPUBLICATION}"


def parts_of(
    graph: KnowledgeGraph, told: Edition, pages: MakePages, base: str | None
) -> tuple[Part, ...]:
    """Return the parts of the folder of a graph that can be made each by itself."""
    from barriergraph.publishing.dumps import Dumps

    store = graph.store
    return (
        Dumps(store, told),
        Site(pages(graph, base=base)),
        Nanopublications(store, told),
    )

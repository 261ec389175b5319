"""Where a statement stands: the file of its named graph, and the line in it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from barriergraph.positions import line_of, positions
from barriergraph.sources import LEFT_OUT, Module, turtle_files
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    Term = NamedNode | BlankNode | Literal | Triple


class Place(Value):
    """A file as shown to people, its path, and a line counted from one, or None if not known."""

    __slots__ = ("file", "path", "line")

    file: str
    path: str
    line: int | None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


class Places:
    """The files of some modules by the named graphs that they are read into."""

    def __init__(self, modules: Iterable[Module]) -> None:
        """Find the files of some modules, that which only a DL reasoner reads among them."""
        self._files: dict[str, tuple[str, str]] = {}
        for entry in modules:
            for file in (*turtle_files(entry), *entry.files("shapes"), LEFT_OUT):
                self._files[entry.graph(file)] = (entry.shown(file), entry.locate(file))

    def of(
        self, graph: str, subject: Term, predicate: Term | None = None, value: Term | None = None
    ) -> Place | None:
        """Return where a subject, or one of its statements, stands in the file of a named graph.

        The line is that of the subject when the statement itself is not found, and None when the
        file has it only inside brackets. None for a graph that no file is read into.
        """
        if graph not in self._files:
            return None
        file, path = self._files[graph]
        if not os.path.exists(path):
            return Place(file=file, path=path, line=None)
        verb = predicate.value if isinstance(predicate, NamedNode) else None
        text = value.value if isinstance(value, NamedNode | Literal) else None
        if isinstance(subject, NamedNode):
            line = line_of(path, subject.value, verb, text)
        else:  # brackets have no name, but what is said of them may be told by itself
            same = [p.line for p in positions(path) if p[:3] == ("", verb, text)]
            line = same[0] if len(same) == 1 else None
        return Place(file=file, path=path, line=line)

    def of_quad(self, quad: Quad) -> Place | None:
        """Return where a quad stands."""
        graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        return self.of(graph, quad.subject, quad.predicate, quad.object)

    def anywhere(self, subject: NamedNode) -> Place | None:
        """Return the first place where a subject stands, whatever the file, or None."""
        for graph in self._files:
            place = self.of(graph, subject)
            if place is not None and place.line is not None:
                return place
        return None

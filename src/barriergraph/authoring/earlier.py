"""What an import of the same file said before: its addresses, and what is gone since."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode

from barriergraph.authoring.drafts import (
    Said,
    maker_of,
    number,
    one_file,
    related,
    said,
    shown,
)
from barriergraph.authoring.manifest import space as space_of
from barriergraph.authoring.turtle import Block, Term, block
from barriergraph.errors import SourceError
from barriergraph.files import read_text
from barriergraph.namespaces import ID, rule_of
from barriergraph.rdf import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.graph import KnowledgeGraph

_AUTHORS = {named("bg:Person"), named("bg:Organisation")}

#: What only things of a kind have.
_SIGNS = {
    "finding": named("bg:statement"),
    "source": named("dcterms:title"),
    "concept": named("skos:inScheme"),
}


class Earlier:
    """What an import of the same file said before: `said`, and the named graphs that hold it.

    It is that of the module `into`, or without it that of all modules of a graph; what was made
    from another file does not count. `space` begins the addresses of what is new.

    Raises: SourceError for a file that cannot be read or is not Turtle; as `manifest.space`.
    """

    def __init__(
        self, graph: KnowledgeGraph, file: str, origin: str, into: str | os.PathLike[str] | None
    ) -> None:
        self.space = ID if into is None else space_of(os.fspath(into))
        self.graphs: set[str] = set()
        self.said: dict[NamedNode, list[tuple[NamedNode, Term]]] = {}
        place = None if into is None else os.path.realpath(into)
        found = [(one.locate(file), one.graph(file)) for one in graph.modules
                 if place in (None, os.path.realpath(one.path))]  # fmt: skip
        if into is not None and not found:
            found = [(os.path.join(into, *file.split("/")), "")]
        for path, name in found:
            text = read_text(path).replace("\r\n", "\n") if os.path.isfile(path) else ""
            maker = maker_of(text)
            if maker and not one_file(maker, origin):
                continue
            try:
                self.said.update({one: list(pairs) for one, pairs in said(text).items()})
            except SyntaxError as error:
                raise SourceError(path, error.msg, line=error.lineno) from None
            self.graphs.add(name)
        authors = [one for one, pairs in self.said.items() if _AUTHORS & {v for _, v in pairs}]
        self._needed = [one for one in authors if self._named(one, graph)]

    def _named(self, node: NamedNode, graph: KnowledgeGraph) -> bool:
        """Tell whether something outside names a thing."""
        places = {
            getattr(quad.graph_name, "value", "")
            for quad in graph.store.quads_for_pattern(None, None, node, None)
        }
        return any(place not in self.graphs and not rule_of(place) for place in places)

    def carry(
        self, blocks: Sequence[Block], refused: bool
    ) -> tuple[Sequence[Block], Sequence[str]]:
        """Return what of the earlier import new blocks lack and is kept, and notes of it.

        It is kept where something was refused, for that may be what is lacking; authors whom
        something else in the graph names are kept in any case.
        """
        new = {one.subject: [(p, v) for p, values in one.statements for v in values]
               for one in blocks}  # fmt: skip
        if not related(new, self.said):
            return [], []
        if not blocks and not refused:
            left = "nothing is in it, so what an earlier import of it made is left as it is"
            return [], [left] if self.said else []
        lacking = {
            what: [one for one, pairs in self.said.items() if one not in new and _is(what, pairs)]
            for what in ("finding", "source", "concept")
        }
        notes = []
        for what, nodes in lacking.items():
            if nodes:
                many = number(len(nodes), what)
                named = ", ".join(shown(one, self.space) for one in nodes[:5])
                named += ", …" if len(nodes) > 5 else ""
                verb = "is" if len(nodes) == 1 else "are"
                notes.append(
                    f"kept {many} of the earlier import, because rows were refused: {named}"
                    if refused
                    else f"{many} of the earlier import {verb} gone: {named}"
                )
        wanted = [one for nodes in lacking.values() for one in nodes] if refused else []
        kept = self._with([*wanted, *self._needed], new)
        return [self._block(one) for one in kept], notes

    def _with(self, nodes: Iterable[NamedNode], new: Said) -> list[NamedNode]:
        """Return things, and those that they name and nobody else describes, in the old order."""
        todo, found = list(nodes), set[NamedNode]()
        while todo:
            one = todo.pop()
            if one in self.said and one not in found and one not in new:
                found.add(one)
                todo += [value for _, value in self.said[one] if isinstance(value, NamedNode)]
        return [one for one in self.said if one in found]

    def _block(self, subject: NamedNode) -> Block:
        values: dict[NamedNode, list[Term]] = {}
        for predicate, value in self.said[subject]:
            values.setdefault(predicate, []).append(value)
        return block(subject, values.items())


def _is(what: str, pairs: Sequence[tuple[NamedNode, Term]]) -> bool:
    return any(name == _SIGNS[what] for name, _ in pairs)

"""Retired terms in a module's files -> what replaces them, all else left as it is written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import NamedNode, Store

from barriergraph import sources
from barriergraph.authoring.drafts import below, renewed
from barriergraph.authoring.mentions import Mention, mentions
from barriergraph.authoring.patches import Patch, exact_text
from barriergraph.authoring.sameness import KEPT, check_query, check_turtle
from barriergraph.errors import BarrierGraphError, QueryError
from barriergraph.files import parse
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import compact, slug
from barriergraph.queries import parse as parse_query
from barriergraph.rdf import named
from barriergraph.values import Value

_DEPRECATED, _REPLACED = named("owl:deprecated"), named("dcterms:isReplacedBy")

_EXAMPLE = re.compile(r"#\+\s*example\s*:")
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


class Undecided(Value):
    """A place where a retired term is named that a person has to see to, and why.

    `line` is counted from one; `replacements` are the IRIs that might stand there.
    """

    __slots__ = ("file", "line", "reason", "replacements", "term")
    file: str
    line: int
    term: str
    replacements: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        others = f" ({', '.join(map(compact, self.replacements))})" if self.replacements else ""
        return f"{self.file}:{self.line}: {compact(self.term)}: {self.reason}{others}"


class Plan(Value):
    """What migrating would do: files to rewrite, places for a person, and files left alone.

    `refused` gives the reason for each file that could not be rewritten safely.
    """

    __slots__ = ("files", "refused", "undecided")
    files: tuple[Patch, ...]
    undecided: tuple[Undecided, ...]
    refused: Mapping[str, str]

    def diff(self) -> str:
        """Return what would change as a unified diff, empty when nothing would."""
        return "".join(one.diff() for one in self.files)

    def write(self) -> list[str]:
        """Write each file in one move and return the paths.

        Raises: BarrierGraphError, before anything is written, for a file that changed meanwhile.
        """
        for one in self.files:
            one.check()
        for one in self.files:
            one.write()
        return [one.path for one in self.files]


def migrate(module_path: str | os.PathLike[str], graph: KnowledgeGraph) -> Plan:
    """Return how a module's Turtle and queries would name what replaces retired terms instead.

    Which terms are retired, and what replaces them, is what `graph` says, which has the module in
    it. Names and full IRIs are replaced where they stand; comments, order and layout stay. What
    is said of a retired term itself stays, and so does what it is said to replace or to be
    replaced by. A file is refused unless what it says afterwards is what it said with the terms
    replaced.

    Raises: as `sources.module`; SourceError for a file that cannot be read or is wrong.
    """
    entry = sources.module(module_path)
    retired = replacements(graph.store)
    if not retired:
        return Plan(files=(), undecided=(), refused={})
    files: list[Patch] = []
    undecided: list[Undecided] = []
    refused: dict[str, str] = {}
    files_there = [file for part in sources.PARTS for file in entry.files(part)]
    for file in sorted([*files_there, *entry.beside()]):
        try:
            path = below(entry.path, file)
        except BarrierGraphError as error:
            refused[file] = str(error)
            continue
        try:
            found, left = _rewritten(file, path, retired)
        except QueryError as error:
            refused[file] = str(error)
            continue
        undecided += left
        files += [found] if found else []
    return Plan(files=tuple(files), undecided=tuple(undecided), refused=refused)


def replacements(store: Store) -> dict[str, tuple[str, ...]]:
    """Return the retired terms, each with what is to be used instead, none of it retired itself.

    A retired replacement is followed to its own; one that leads back has none.
    """
    retired = {
        quad.subject.value
        for quad in store.quads_for_pattern(None, _DEPRECATED, None, None)
        if isinstance(quad.subject, NamedNode) and getattr(quad.object, "value", "") == "true"
    }
    told = {
        iri: sorted(
            {
                quad.object.value
                for quad in store.quads_for_pattern(NamedNode(iri), _REPLACED, None, None)
                if isinstance(quad.object, NamedNode)
            }
        )
        for iri in sorted(retired)
    }
    found = {}
    for iri in told:
        ends, seen, waiting = set(), {iri}, list(told[iri])
        while waiting:
            one = waiting.pop()
            if one not in retired:
                ends.add(one)
            elif one not in seen:
                seen.add(one)
                waiting += told[one]
        found[iri] = tuple(sorted(ends))
    return found


def _rewritten(
    file: str, path: str, retired: Mapping[str, tuple[str, ...]]
) -> tuple[Patch | None, list[Undecided]]:
    text = exact_text(path) or ""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text[len(mark) :]
    is_query = file.endswith(".rq")
    if is_query:
        parse_query(body, path)
    else:
        list(parse(path))  # a fault is told with its place
    spots = [one for one in mentions(body, is_query) if one.iri in retired]
    undecided: list[Undecided] = []
    pieces: list[tuple[int, int, str]] = []
    for one in spots:
        if one.top in retired or one.predicate in KEPT:
            continue
        new = retired[one.iri]
        reason = _reason(new, one)
        if reason:
            undecided.append(_undecided(file, body, one.start, one.iri, new, reason))
        else:
            pieces.append((one.start, one.end, _spelt(new[0], one, body)))
    undecided += _in_header(file, body, retired) if is_query else []
    if not pieces:
        return None, undecided
    after = body
    for start, end, word in reversed(pieces):
        after = after[:start] + word + after[end:]
    if is_query:
        check_query(body, after, path, len(pieces))
    else:
        check_turtle(body, after, retired)
    made = Patch(file=file, path=path, before=text, after=renewed(text, mark + after))
    return made, undecided


def _reason(new: Sequence[str], one: Mention) -> str:
    if not new:
        return "is retired and nothing replaces it; decide what to say instead"
    if len(new) > 1:
        return "is retired and several replace it; choose one"
    if one.subject == new[0]:
        return "is retired and would be replaced by the subject itself; take the statement out"
    return ""


def _undecided(
    file: str, text: str, at: int, term: str, new: Sequence[str], reason: str
) -> Undecided:
    line = text.count("\n", 0, at) + 1
    return Undecided(file=file, line=line, term=term, replacements=tuple(new), reason=reason)


def _spelt(iri: str, one: Mention, text: str) -> str:
    """Return an IRI as it is written where another stands: as a name where that is one."""
    if text[one.start] != "<":
        here = text[one.start : one.end].partition(":")[0] + ":"
        fits = [
            (prefix == here, len(space), f"{prefix}{iri[len(space) :]}")
            for prefix, space in one.prefixes.items()
            if iri.startswith(space) and _LOCAL.fullmatch(iri[len(space) :])
        ]
        if fits:
            return max(fits)[2]
    return f"<{iri}>"


def _in_header(file: str, text: str, retired: Mapping[str, tuple[str, ...]]) -> Iterator[Undecided]:
    """Yield the lines of a query's header, which are comments, that name a retired term."""
    words = {compact(iri): iri for iri in retired} | {f"<{iri}>": iri for iri in retired}
    slugs = {slug(iri): iri for iri in retired}
    at = 0
    for line in text.splitlines(keepends=True):
        known = words | slugs if _EXAMPLE.match(line) else words
        for word in re.split(r"[\s=,{}()]+", line) if line.startswith("#+") else ():
            term = known.get(word) or known.get(word.rstrip(".?!:;"))
            if term is not None:
                reason = "is retired and stands in the query's header; change it by hand"
                yield _undecided(file, text, at, term, retired[term], reason)
        at += len(line)

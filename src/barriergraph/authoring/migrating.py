"""Retired terms in a module's files -> what replaces them, all else left as it is written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple, parse

from barriergraph import sources
from barriergraph.errors import BarrierGraphError, QueryError, SourceError
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import compact
from barriergraph.output import write_file
from barriergraph.parts import resolve
from barriergraph.rdf import named, sorted_quads
from barriergraph.tokens import BLANK, IRI, LANGUAGE, MARK, NAME, WORD, tokens
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.tokens import Token

_DEPRECATED, _REPLACED = named("owl:deprecated"), named("dcterms:isReplacedBy")

#: Properties whose values name a retired term on purpose.
_KEPT = frozenset((_REPLACED.value, named("dcterms:replaces").value))
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


class Rewriting(Value):
    """A file of a module with its text as it is and as it would be, and how many terms change."""

    __slots__ = ("after", "before", "count", "file", "path")
    file: str
    path: str
    before: str
    after: str
    count: int


class Plan(Value):
    """What migrating would do: files to rewrite, places for a person, and files left alone.

    `refused` gives the reason for each file that could not be rewritten safely.
    """

    __slots__ = ("files", "refused", "undecided")
    files: tuple[Rewriting, ...]
    undecided: tuple[Undecided, ...]
    refused: Mapping[str, str]

    def diff(self) -> str:
        """Return what would change as a unified diff, empty when nothing would."""
        from difflib import unified_diff

        lines: list[str] = []
        for one in self.files:
            lines += unified_diff(
                one.before.splitlines(keepends=True), one.after.splitlines(keepends=True),
                f"a/{one.file}", f"b/{one.file}",
            )  # fmt: skip
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )

    def write(self) -> list[str]:
        """Write each file in one move and return the paths.

        Raises: BarrierGraphError, before anything is written, for a file that changed meanwhile.
        """
        for one in self.files:
            if _text(one.path) != one.before:
                raise BarrierGraphError(f"{one.path}: changed since it was read; plan again")
        for one in self.files:
            write_file(one.path, one.after.encode())
        return [one.path for one in self.files]


class _Mention(Value):
    """A name in a file: where it stands, what it means, and the prefixes that hold there."""

    __slots__ = ("end", "iri", "predicate", "prefixes", "start", "subject", "top")
    start: int
    end: int
    iri: str
    prefixes: Mapping[str, str]
    #: the subject and the property of the statement that it is the value of, else empty
    subject: str
    predicate: str
    #: the subject of the whole block, whatever the brackets
    top: str


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
    files: list[Rewriting] = []
    undecided: list[Undecided] = []
    refused: dict[str, str] = {}
    for part in sources.PARTS:
        for file in (*entry.files(part), *([sources.LEFT_OUT] if part == "ontology" else ())):
            path = entry.locate(file)
            if not os.path.isfile(path):
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
) -> tuple[Rewriting | None, list[Undecided]]:
    text = _text(path)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text[len(mark) :]
    is_query = file.endswith(".rq")
    if not is_query:
        list(sources.parse(path))  # a fault is told with its place
    spots = [one for one in _mentions(body, is_query) if one.iri in retired]
    undecided: list[Undecided] = []
    pieces: list[tuple[int, int, str]] = []
    for one in spots:
        if one.top in retired or one.predicate in _KEPT:
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
    (_check_query if is_query else _check_turtle)(body, after, pieces, retired)
    made = Rewriting(
        file=file, path=path, before=text, after=mark + after, count=len(pieces)
    )  # fmt: skip
    return made, undecided


def _reason(new: Sequence[str], one: _Mention) -> str:
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


def _spelt(iri: str, one: _Mention, text: str) -> str:
    """Return an IRI as it is written where another stands: as a name where that is one."""
    if text[one.start] != "<":
        fits = [
            (len(space), f"{prefix}{iri[len(space) :]}")
            for prefix, space in one.prefixes.items()
            if iri.startswith(space) and _LOCAL.fullmatch(iri[len(space) :])
        ]
        if fits:
            return max(fits)[1]
    return f"<{iri}>"


def _in_header(
    file: str, text: str, retired: Mapping[str, tuple[str, ...]]
) -> Iterator[Undecided]:
    """Yield the lines of a query's header, which are comments, that name a retired term."""
    words = {compact(iri): iri for iri in retired} | {f"<{iri}>": iri for iri in retired}
    at = 0
    for line in text.splitlines(keepends=True):
        if line.startswith("#+"):
            for word in re.split(r"[\s=,{}]+", line):
                if word in words:
                    term = words[word]
                    reason = "is retired and stands in the query's header; change it by hand"
                    yield _undecided(file, text, at, term, retired[term], reason)
        at += len(line)


def _mentions(text: str, is_query: bool) -> Iterator[_Mention]:
    """Yield the names in a file, in order, but those that prefixes and bases are declared by.

    Raises: QueryError where no token can be read.
    """
    if is_query:
        yield from _read(tokens(text), False)
        return
    # In braces, as Turtle stands in SPARQL, '<' after a name opens an IRI.
    found = tokens(f"{{{text}\n}}")[1:-1]
    yield from _read([(kind, word, at - 1) for kind, word, at in found], True)


def _read(found: Sequence[Token], is_turtle: bool) -> Iterator[_Mention]:
    prefixes: dict[str, str] = {}
    base, skip = "", 0
    reader = _Statements()
    for place, (kind, word, at) in enumerate(found):
        if place < skip:
            continue
        directive = word.lower().removeprefix("@") if kind in (WORD, LANGUAGE) else ""
        if directive in ("prefix", "base") and reader.between:
            size = 3 if directive == "prefix" else 2
            told = resolve(found[place + size - 1][1][1:-1], base)
            if directive == "base":
                base = told
            else:
                prefixes = {**prefixes, found[place + 1][1]: told}
            skip = place + size
            skip += is_turtle and word.startswith("@")  # its full stop
            continue
        iri = _meaning(kind, word, prefixes, base)
        subject, predicate, top = reader.next(kind, word, iri) if is_turtle else ("", "", "")
        if iri:
            yield _Mention(
                start=at, end=at + len(word), iri=iri, prefixes=prefixes, subject=subject,
                predicate=predicate, top=top,
            )  # fmt: skip


def _meaning(kind: str, word: str, prefixes: Mapping[str, str], base: str) -> str:
    if kind == IRI:
        return resolve(word[1:-1], base)
    if kind != NAME:
        return ""
    prefix, _, local = word.partition(":")
    space = prefixes.get(f"{prefix}:")
    return "" if space is None else space + re.sub(r"\\(.)", r"\1", local)


class _Statements:
    """Follows the statements of Turtle: whose subject and property a name is the value of."""

    def __init__(self) -> None:
        #: bracket, subject, property, and what comes next: 0 subject, 1 property, 2 value
        self._open: list[tuple[str, str, str, int]] = [("", "", "", 0)]

    @property
    def between(self) -> bool:
        """Whether a statement may begin here."""
        return len(self._open) == 1 and self._open[0][3] == 0

    def next(self, kind: str, word: str, iri: str) -> tuple[str, str, str]:
        """Take a token and return the subject, the property and the block's subject around it."""
        bracket, subject, predicate, stage = self._open[-1]
        if kind == MARK:
            self._mark(word)
        elif kind == LANGUAGE:
            pass
        elif bracket == "(":
            return "", predicate, self._open[0][1]
        elif stage == 0:
            self._open[-1] = (bracket, iri, "", 1)
            return "", "", iri
        elif stage == 1:
            self._open[-1] = (bracket, subject, iri, 2)
            return "", "", self._open[0][1]
        else:
            return subject, predicate, self._open[0][1]
        return "", "", self._open[0][1]

    def _mark(self, word: str) -> None:
        bracket, subject, predicate, stage = self._open[-1]
        if word in "[(":
            self._open.append((word, "", predicate if word == "(" else "", 1))
        elif word in "])":
            self._open.pop()
            bracket, subject, predicate, stage = self._open[-1]
            if bracket != "(" and stage == 0:
                self._open[-1] = (bracket, "", "", 1)
        elif word == ";":
            self._open[-1] = (bracket, subject, "", 1)
        elif word == "." and not bracket:
            self._open[-1] = ("", "", "", 0)

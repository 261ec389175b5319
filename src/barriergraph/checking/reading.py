"""Reading files for a check: as much of each as can be read, and what is wrong with the rest."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from pyoxigraph import NamedNode, Quad

from barriergraph.checking.faults import VIOLATION, WARNING, Fault
from barriergraph.errors import SourceError
from barriergraph.files import parse, read_text
from barriergraph.namespaces import PREFIXES
from barriergraph.places import Places
from barriergraph.sources import PARTS, Module
from barriergraph.values import Value

_PREFIX = re.compile(r"^[ \t]*@?prefix[ \t]+([\w.-]*):[ \t]*<([^>\s]*)>", re.MULTILINE | re.I)
_UNDECLARED = re.compile(r"prefix ([\w.-]*):? (?:has not been declared|not found)", re.I)
#: What the parser says, and what mends it most often.
_REMEDIES = {
    "A dot is expected": "end the statement before it with ' .', or go on with it with ' ;'",
    "Unexpected end of file": "close the quotation mark or bracket that is open",
    "should end with a ']'": "close the bracket that is open",
    "is not a valid predicate": "write 'a', a prefixed name or an IRI in <>",
    "Invalid IRI": "encode it, a blank as %20",
}
#: Files that people keep beside content.
_BESIDE = (".md", ".txt", ".rst", ".gitkeep")


class Read(Value):
    """A Turtle file as read: its module, part and name, its statements, and what is wrong."""

    __slots__ = ("module", "part", "file", "quads", "faults")

    module: Module
    part: str
    file: str
    quads: Sequence[Quad]
    faults: tuple[Fault, ...]

    @property
    def path(self) -> str:
        """The path of the file."""
        return self.module.locate(self.file)


def turtle(module: Module) -> Iterator[tuple[str, str]]:
    """Yield the part and the name of every Turtle file of a module, `ontology/dl.ttl` too."""
    for part in ("ontology", "data", "shapes"):
        for file in module.files(part):
            yield part, file
    for file in module.beside():
        yield "ontology", file


def read(module: Module, part: str, file: str) -> Read:
    """Read a Turtle file: the statements before the first error, and the errors as faults."""
    path = module.locate(file)
    graph = NamedNode(module.graph(file))
    quads: list[Quad] = []
    faults: list[Fault] = []
    text = ""
    try:
        text = read_text(path)
        for quad in parse(path):
            quads.append(Quad(quad.subject, quad.predicate, quad.object, graph))  # noqa: PERF401
    except SourceError as error:
        faults.append(fault_of(module, file, error))
    faults += _odd_prefixes(module, file, text)
    return Read(module=module, part=part, file=file, quads=quads, faults=tuple(faults))


def not_read(module: Module) -> Iterator[Fault]:
    """Yield a warning for each file in a module's folders that nothing reads, and for none else."""
    if not any(module.files(part) for part in PARTS):
        message = "The module holds no Turtle file and no query, so there is nothing to check."
        yield make_fault(module, "", WARNING, "syntax", "empty", message)
    for part, ending in PARTS.items():
        for folder, _, names in os.walk(module.locate(part)):
            for name in sorted(names):
                if name.startswith(".") or name.endswith((ending, *_BESIDE)):
                    continue
                path = os.path.join(folder, name)
                file = os.path.relpath(path, module.path).replace(os.sep, "/")
                kind = "Turtle" if ending == ".ttl" else "SPARQL"
                message = f"The file is not read: {part}/ holds {kind} files that end in {ending}."
                yield make_fault(module, file, WARNING, "syntax", "file-name", message)


def make_fault(
    module: Module, file: str, severity: str, step: str, duty: str, message: str,
    *, line: int | None = None, column: int | None = None, focus: str | None = None,
    value: str | None = None,
) -> Fault:  # fmt: skip
    """Return a fault at a place in a file of a module."""
    return Fault(
        severity=severity, step=step, duty=duty, file=module.shown(file),
        path=module.locate(file), line=line, column=column, focus=focus, predicate=None,
        value=value, message=message, hint=None,
    )  # fmt: skip


def fault_at(
    one: Read, quad: Quad, places: Places, severity: str, duty: str, message: str
) -> Fault:  # fmt: skip
    """Return what is wrong with a statement beside others, at the place where it stands."""
    place = places.of_quad(quad)
    return Fault(
        severity=severity, step="clashes", duty=duty,
        file=one.module.shown(one.file) if place is None else place.file,
        path=one.module.locate(one.file) if place is None else place.path,
        line=None if place is None else place.line, column=None,
        focus=getattr(quad.subject, "value", None), predicate=quad.predicate.value,
        value=str(quad.object), message=message, hint=None,
    )  # fmt: skip


def fault_of(module: Module, file: str, error: SourceError) -> Fault:
    """Return what is wrong with a file that cannot be read as a fault, with what mends it."""
    reason = error.reason[:1].upper() + error.reason[1:]
    undeclared = _UNDECLARED.search(error.reason)
    if undeclared:
        reason += _remedy(undeclared[1])
    for words, remedy in _REMEDIES.items():
        if words in error.reason:
            reason += f"; {remedy}"
    return make_fault(
        module, file, VIOLATION, "syntax", "turtle", f"{reason}.".replace("..", "."),
        line=error.line, column=error.column,
    )  # fmt: skip


def _remedy(prefix: str) -> str:
    if prefix in PREFIXES:
        return f"; write 'PREFIX {prefix}: <{PREFIXES[prefix]}>' at the top"
    near = get_close_matches(prefix, PREFIXES, 1)
    hint = f", or did you mean '{near[0]}:'?" if near else ""
    return f"; declare it with a PREFIX line at the top{hint}"


def _odd_prefixes(module: Module, file: str, text: str) -> Iterator[Fault]:
    """Yield the prefixes of ours that a file declares with another namespace than ours."""
    for match in _PREFIX.finditer(text):
        prefix, namespace = match.groups()
        usual = PREFIXES.get(prefix)
        if usual is None or namespace == usual or not _alike(namespace, usual):
            continue
        yield make_fault(
            module, file, VIOLATION, "syntax", "prefix",
            f"The prefix '{prefix}:' stands for <{usual}> everywhere else; correct it, "
            "or choose another prefix.",
            line=text.count("\n", 0, match.start(2)) + 1, value=f"<{namespace}>",
        )  # fmt: skip


def _alike(namespace: str, usual: str) -> bool:
    """Tell whether one is likely meant for the other: a researcher may have a `my:` like ours."""
    return bool(get_close_matches(namespace, [usual], 1, 0.8))


def declared_ontologies(files: Iterable[Read]) -> set[str]:
    """Return the IRIs of the ontologies that the files declare, versions included."""
    kinds = (PREFIXES["owl"] + "Ontology", PREFIXES["owl"] + "versionIRI")
    found: set[str] = set()
    for one in files:
        for quad in one.quads:
            if isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode):
                if quad.object.value == kinds[0]:
                    found.add(quad.subject.value)
                elif quad.predicate.value == kinds[1]:
                    found.add(quad.object.value)
    return found

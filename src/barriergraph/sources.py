"""Modules: the folders that hold content, and their files as named graphs in a store."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from pyoxigraph import NamedNode, Quad, Store

from barriergraph.errors import NotFoundError, SourceError
from barriergraph.files import beside, parse, raise_all, read_file, system_reason
from barriergraph.namespaces import GRAPH
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

#: The folders of a module, in the order in which they are read, and the files each holds.
PARTS = {"ontology": ".ttl", "data": ".ttl", "shapes": ".ttl", "queries": ".rq"}

#: What a module says of itself; it stands beside the folders.
MANIFEST = "module.ttl"

#: Read by a reasoner for OWL 2 DL only: it lies outside the profile that rules are made from.
LEFT_OUT = "ontology/dl.ttl"

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


class Module(Value):
    """A folder with any of `ontology/`, `data/`, `shapes/` and `queries/`.

    `name` is None for the content that ships, else the folder's own name; `path` is the folder.
    `listed`, if it is not None, are the only files that count, by part.
    """

    __slots__ = ("listed", "name", "path")

    path: str
    name: str | None
    listed: Mapping[str, Sequence[str]] | None

    def files(self, part: str) -> list[str]:
        """Return the files of one part, sorted, as paths relative to the module with '/' between.

        Hidden files are passed over, and so is `ontology/dl.ttl`, which no question needs.
        """
        if self.listed is not None:
            return sorted(self.listed.get(part, ()))
        ending = PARTS[part]
        found = _walk(os.path.join(self.path, part), part, ending)
        return sorted(name for name in found if name != LEFT_OUT)

    def beside(self) -> list[str]:
        """Return those of `module.ttl` and `ontology/dl.ttl` that are there.

        `files` names neither: the one stands in no folder, the other only a reasoner reads.
        """
        if self.listed is not None:
            return []
        names = (LEFT_OUT,) if self.name is None else (MANIFEST, LEFT_OUT)
        return [name for name in names if os.path.isfile(self.locate(name))]

    def locate(self, file: str) -> str:
        """Return the path of one of the module's files as a person can open it from here."""
        return os.path.join(self.path, *file.split("/"))

    def shown(self, file: str) -> str:
        """Return the name of a file for people: what ships is named from its root."""
        return file if self.name is None else self.locate(file)

    def graph(self, file: str) -> str:
        """Return the IRI of the named graph that holds a Turtle file.

        >>> Module(path=".", name=None, listed=None).graph("data/sources/dawes1996.ttl")
        'https://w3id.org/barriergraph/graph/data/sources/dawes1996'
        >>> Module(path="/tmp/mine", name="mine", listed=None).graph("data/a file.ttl")
        'https://w3id.org/barriergraph/graph/module/mine/data/a%20file'
        """
        stem = file.removesuffix(".ttl")
        local = stem if self.name is None else f"module/{self.name}/{stem}"
        return GRAPH + _escape(local)


def base_module() -> Module:
    """Return the content that ships: inside the package in a wheel, else the repository's.

    Of a package that is imported from a wheel as it is, as Spark does with `--py-files`, the
    content is unpacked into a temporary folder for as long as the process runs.

    Raises: SourceError when neither is there, which means a broken installation.
    """
    package = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(package, "content")
    repository = os.path.dirname(os.path.dirname(package))
    for root in (inside, repository):
        if os.path.isdir(os.path.join(root, "ontology")):
            return Module(path=root, name=None, listed=None)
    if os.path.isfile(archive := os.path.dirname(package)):
        return Module(path=_unpacked(archive).name, name=None, listed=None)
    raise SourceError(inside, "the content that ships is missing; install barriergraph again")


@cache
def _unpacked(archive: str) -> TemporaryDirectory[str]:
    """Return a folder with the content of a wheel, which is deleted when the process ends."""
    from tempfile import TemporaryDirectory
    from zipfile import ZipFile

    inside = "barriergraph/content/"
    made = TemporaryDirectory(prefix="barriergraph-")
    with ZipFile(archive) as wheel:
        for name in wheel.namelist():
            if name.startswith(inside) and not name.endswith("/"):
                path = os.path.join(made.name, *name.removeprefix(inside).split("/"))
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(wheel.read(name))
    return made


def module(path: str | os.PathLike[str]) -> Module:
    """Return the module in a folder of the user's.

    Nothing is read yet, and nothing in the folder is ever written.

    Raises: NotFoundError when the folder does not exist (with near names beside it), SourceError
        when it is a file, cannot be looked into or has none of the four folders.
    """
    root = os.fspath(path)
    try:
        inside = os.listdir(root)
    except FileNotFoundError:
        near = [path for path in beside(root) if os.path.isdir(path)]
        raise NotFoundError("module folder", root, near) from None
    except NotADirectoryError:
        raise SourceError(root, "a module is a folder, and this is a file") from None
    except OSError as error:
        raise SourceError(root, system_reason(error)) from None
    if not any(part in inside and os.path.isdir(os.path.join(root, part)) for part in PARTS):
        wanted = ", ".join(f"{part}/" for part in PARTS)
        raise SourceError(root, f"not a module: it has none of the folders {wanted}")
    return Module(path=root, name=os.path.basename(os.path.realpath(root)), listed=None)


def modules(paths: Iterable[str | os.PathLike[str]], *, base: bool = True) -> list[Module]:
    """Return the modules to load, in order, each once, with names that differ.

    A folder that is given twice is taken once; a second module of the same name gets '-2'.

    Raises: as `module`.
    """
    found = [base_module()] if base else []
    places = {os.path.realpath(entry.path) for entry in found}
    names: set[str | None] = set()
    for entry in map(module, paths):
        place = os.path.realpath(entry.path)
        if place in places:
            continue
        places.add(place)
        name, count = entry.name, 1
        while name in names:
            count += 1
            name = f"{entry.name}-{count}"
        names.add(name)
        found.append(Module(path=entry.path, name=name, listed=entry.listed))
    return found


def graphs(modules: Iterable[Module]) -> dict[str, str]:
    """Return the IRIs of the named graphs of some modules, each with its file as shown to people.

    Nothing is read but the names of files.
    """
    return {entry.graph(f): entry.shown(f) for entry in modules for f in turtle_files(entry)}


def read_into(store: Store, modules: Sequence[Module]) -> dict[str, str]:
    """Read every Turtle file into a named graph of its own and return the file of each graph.

    The keys are the graphs' IRIs, the values the files as shown to people. Files are read as they
    are: nothing is derived, nothing is checked beyond the syntax. When any file is wrong, the
    graphs read by this call are taken out again, so that nothing is half loaded.

    Raises: SourceError for a file that cannot be read or is not Turtle, with its line and column;
        SourceErrors when there are several.

    >>> from pyoxigraph import Store
    >>> store = Store()
    >>> files = read_into(store, [base_module()])
    >>> files["https://w3id.org/barriergraph/graph/ontology/barriergraph"]
    'ontology/barriergraph.ttl'

    Source: RDF 1.1 Turtle, https://www.w3.org/TR/turtle/
    """
    files: dict[str, str] = {}
    errors: list[SourceError] = []
    for entry in modules:
        for file in turtle_files(entry):
            graph = entry.graph(file)
            try:
                read_file(store, entry.locate(file), graph)
            except SourceError as error:
                errors.append(error)
            else:
                files[graph] = entry.shown(file)
    if errors:
        for graph in files:
            store.remove_graph(NamedNode(graph))
        raise_all(errors)
    return files


def shapes(entry: Module) -> Iterator[Quad]:
    """Yield the statements of a module's shapes.

    Raises: SourceError for a file that is wrong, with its line and column.
    """
    for file in entry.files("shapes"):
        yield from parse(entry.locate(file))


def axioms(entry: Module) -> Iterator[Quad]:
    """Yield the statements of a module's ontology, those that only a DL reasoner reads as well.

    Raises: SourceError for a file that is wrong, with its line and column.
    """
    for file in (*entry.files("ontology"), *(f for f in entry.beside() if f == LEFT_OUT)):
        graph = NamedNode(entry.graph(file))
        for quad in parse(entry.locate(file)):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)


def stamps(modules: Iterable[Module]) -> Iterator[tuple[str, object]]:
    """Yield the path of every file of some modules, with what tells whether it has changed."""
    for entry in modules:
        parts = [entry.files(part) for part in PARTS]
        for files in ([MANIFEST], *parts):
            for file in files:
                path = entry.locate(file)
                try:
                    found = os.stat(path)
                except OSError:
                    continue  # it was there a moment ago
                yield path, (found.st_size, found.st_mtime_ns)


def turtle_files(entry: Module) -> Iterator[str]:
    """Name the files that questions are asked of; shapes are duties, and no question needs them."""
    yield from (file for file in entry.beside() if file == MANIFEST)
    yield from entry.files("ontology")
    yield from entry.files("data")


def _walk(folder: str, prefix: str, ending: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise SourceError(folder, system_reason(error)) from None
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        if entry.is_dir():
            if not (entry.is_symlink() and _leads_back(entry.path, folder)):
                yield from _walk(entry.path, f"{prefix}/{name}", ending)
        elif name.endswith(ending):
            if not entry.is_file() and os.path.exists(entry.path):
                raise SourceError(entry.path, "neither a file nor a folder; move it away")
            yield f"{prefix}/{name}"


def _leads_back(link: str, folder: str) -> bool:
    target = os.path.realpath(link)
    return os.path.commonpath([target, os.path.realpath(folder)]) == target


def _escape(local: str) -> str:
    if _PLAIN.issuperset(local):
        return local
    from urllib.parse import quote

    return quote(local.encode(errors="surrogateescape"), safe="/")

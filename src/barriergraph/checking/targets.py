"""What is to be checked: folders and files as a person names them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from barriergraph import sources
from barriergraph.errors import NotFoundError, SourceError
from barriergraph.files import beside
from barriergraph.sources import PARTS, Module
from barriergraph.values import Value


class Targets(Value):
    """The modules to read, and the paths that faults are told of, or None for all of them."""

    __slots__ = ("modules", "wanted")

    modules: tuple[Module, ...]
    wanted: frozenset[str] | None


def targets(paths: Sequence[str], modules: Sequence[str], *, base: bool = True) -> Targets:
    """Return what to check for some paths: each a module, or a file in a module or by itself.

    A file by itself is data (`.ttl`) or a query (`.rq`), read on top of the content that ships.
    Without paths, everything is checked: what ships and the modules.

    Raises: NotFoundError for a path that does not exist, SourceError for one that is neither.
    """
    folders: list[str] = list(modules)
    files: dict[str, str | None] = {}
    for path in paths:
        if os.path.isdir(path):
            folders.append(path)
            files[path] = None
        elif os.path.isfile(path):
            home = _module_of(path)
            files[path] = home
            folders += [home] if home else []
        else:
            raise NotFoundError("file or folder", path, beside(path))
    found = sources.modules(folders, base=base)
    wanted: set[str] = set()
    for path, home in files.items():
        if home is None and os.path.isfile(path):
            found.append(_alone(path, {module.name for module in found}))
            wanted.update(_paths(found[-1]))
            continue
        place = os.path.realpath(home or path)
        module = next(one for one in found if os.path.realpath(one.path) == place)
        inside = _paths(module)
        if home is not None:
            inside = [one for one in inside if os.path.realpath(one) == os.path.realpath(path)]
            if not inside:
                raise SourceError(
                    path, "this file is not read: it has another ending than its folder's"
                )
        wanted.update(inside, [path] if home is None else ())
    return Targets(modules=tuple(found), wanted=frozenset(wanted) if paths else None)


def _module_of(path: str) -> str | None:
    """Return the folder of the module that a file lies in, or None."""
    folder = os.path.dirname(os.path.abspath(path))
    while os.path.dirname(folder) != folder:
        if os.path.basename(folder) in PARTS:
            home = os.path.dirname(folder)
            return home if os.path.isabs(path) else os.path.relpath(home)
        folder = os.path.dirname(folder)
    return None


def _alone(path: str, taken: set[str | None]) -> Module:
    """Return a file by itself as a module."""
    folder, file = os.path.split(path)
    ending = os.path.splitext(file)[1]
    if ending not in PARTS.values():
        raise SourceError(path, "neither a Turtle file (.ttl) nor a query (.rq)")
    name = f"file-{file}"
    while name in taken:
        name += "-2"
    part = "queries" if ending == ".rq" else "data"
    return Module(path=folder, name=name, listed={part: (file,)})


def _paths(module: Module) -> list[str]:
    files = [*(file for part in PARTS for file in module.files(part)), *module.beside()]
    return [module.locate(file) for file in files]

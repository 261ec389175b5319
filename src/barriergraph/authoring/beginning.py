"""Beginning a module: its folders, and the file that says what it is."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress

from barriergraph.authoring.manifest import EXAMPLE, Manifest
from barriergraph.authoring.slugs import to_slug
from barriergraph.errors import BarrierGraphError, ParameterError
from barriergraph.namespaces import BASE
from barriergraph.output import write_file
from barriergraph.sources import MANIFEST, PARTS


def new_module(folder: str, answers: Mapping[str, str]) -> Manifest:
    """Make the folder of a new module with its `module.ttl`, and return what it says of itself.

    Raises: BarrierGraphError when the folder is there and not empty, or cannot be made.
    """
    name = os.path.basename(os.path.normpath(folder))
    if not (answers.get("namespace") or to_slug(name)):
        raise BarrierGraphError(
            f"no address can be made of {name!r}; add --namespace, or choose another name"
        )
    told = Manifest(
        iri=answers.get("namespace") or f"{EXAMPLE}{to_slug(name)}/",
        title=answers.get("title") or name,
        description=answers["description"],
        creator=answers["creator"],
        licence=answers["licence"],
        version="0.1.0",
    )
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+[/#]", told.iri):
        raise ParameterError(
            "namespace", expected="a web address that ends with / or #", given=told.iri
        )
    if told.iri.startswith(BASE):
        raise ParameterError("namespace", expected="an address of your own", given=told.iri)
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", told.licence):
        raise ParameterError("licence", expected="the address of a licence", given=told.licence)
    if os.path.isdir(folder) and os.listdir(folder):
        raise BarrierGraphError(f"{folder} is there and not empty; name a new folder")
    here = os.path.isdir(folder)
    try:
        for part in PARTS:
            os.makedirs(os.path.join(folder, part), exist_ok=True)
        write_file(os.path.join(folder, MANIFEST), told.to_turtle().encode())
    except (OSError, BarrierGraphError) as error:
        # Empty folders would be in the way of who tries again.
        for made in (*(os.path.join(folder, part) for part in PARTS), *(() if here else (folder,))):
            with suppress(OSError):
                os.rmdir(made)
        if isinstance(error, OSError):
            raise BarrierGraphError(f"{folder}: cannot be made: {error.strerror}") from None
        raise
    return told

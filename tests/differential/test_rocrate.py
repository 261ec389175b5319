"""The research object, read by the `rocrate` package as any user of one would."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from barriergraph import KnowledgeGraph
from barriergraph.publishing.publish import publish

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    rocrate = pytest.importorskip("rocrate.rocrate", reason="needs the package rocrate")


class Page:
    """A site of one page."""

    def __init__(self, graph: KnowledgeGraph, *, base: str | None = None) -> None:
        pass

    def paths(self) -> tuple[str, ...]:
        return ("index.html",)

    def render(self, path: str) -> bytes:
        return b"<!doctype html>\n"


def test_the_package_finds_every_part_and_says_what_it_is(
    small: KnowledgeGraph, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    publish(small, folder, pages=Page, workers=1)

    crate = rocrate.ROCrate(folder)

    files = {one.id for one in crate.data_entities if one.type == "File"}
    folders = {one.id for one in crate.data_entities if one.type == "Dataset"}
    assert (crate.root_dataset["version"], crate.root_dataset["datePublished"]) == (
        "0.1.0",
        "2026-11-25",
    )
    assert crate.license.id == "https://creativecommons.org/licenses/by/4.0/"
    assert crate.metadata.get("conformsTo") == "https://w3id.org/ro/crate/1.1"
    assert [path for path in files if not (folder / path).is_file()] == []
    assert folders == {"dumps/graphs/", "id/"}
    assert {path.name for path in folder.glob("dumps/*") if path.is_file()} == {
        path.removeprefix("dumps/") for path in files if path.startswith("dumps/")
    }

"""The published folder as a research object: RO-Crate."""

from __future__ import annotations

import json
from collections.abc import Mapping

from barriergraph import __version__
from barriergraph.edition import CONTRIBUTORS, DATASET, DESCRIPTION, LICENSE, TITLE, Edition
from barriergraph.metadata.dcat import KEYWORDS
from barriergraph.metadata.distributions import Written

PATH = "ro-crate-metadata.json"
_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_PROFILE = "https://w3id.org/ro/crate/1.1"
_PROGRAM = "#barriergraph"


def crate(
    told: Edition, files: Mapping[str, tuple[str, str, Written]], folders: Mapping[str, str]
) -> bytes:
    """Return the description of a published folder as a research object.

    `files` gives, by path, the title, the media type and what was written; `folders` the title of
    each folder, whose path ends in '/'. What lies in a folder need not be told by itself.

    Source: RO-Crate 1.1, https://www.researchobject.org/ro-crate/specification/1.1/
    """
    published = told.modified or told.created
    root: dict[str, object] = {
        "@id": "./",
        "@type": "Dataset",
        "name": TITLE,
        "description": DESCRIPTION,
        "identifier": DATASET,
        "version": told.version,
        **({} if published is None else {"datePublished": published}),
        "license": {"@id": LICENSE},
        "keywords": list(KEYWORDS),
        "creator": {"@id": CONTRIBUTORS},
        "publisher": {"@id": CONTRIBUTORS},
        "hasPart": [{"@id": path} for path in sorted({*files, *folders})],
        "mentions": {"@id": "#build"},
    }
    graph: list[dict[str, object]] = [
        {
            "@id": PATH,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": _PROFILE},
        },
        root,
        {"@id": CONTRIBUTORS, "@type": "Organization", "name": told.creator},
        {
            "@id": LICENSE,
            "@type": "CreativeWork",
            "name": "Creative Commons Attribution 4.0 International",
        },
        {
            "@id": _PROGRAM,
            "@type": "SoftwareApplication",
            "name": "barriergraph",
            "version": __version__,
        },
        {
            "@id": "#build",
            "@type": "CreateAction",
            "name": "Publication of the graph",
            "instrument": {"@id": _PROGRAM},
            "result": {"@id": "./"},
        },
    ]
    graph += [
        {"@id": path, "@type": "Dataset", "name": title} for path, title in sorted(folders.items())
    ]
    graph += [
        {
            "@id": path,
            "@type": "File",
            "name": title,
            "encodingFormat": media_type,
            "contentSize": str(written.size),
            "sha256": written.sha256,
        }
        for path, (title, media_type, written) in sorted(files.items())
    ]
    document = {"@context": _CONTEXT, "@graph": graph}
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"

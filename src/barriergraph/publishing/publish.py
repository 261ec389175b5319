"""The graph as a folder for any host: every page and dump, and what is said of them as a whole."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping

from barriergraph.checking.questions import described
from barriergraph.edition import edition
from barriergraph.files import read_text
from barriergraph.graph import KnowledgeGraph
from barriergraph.metadata.crate import PATH as CRATE
from barriergraph.metadata.crate import crate
from barriergraph.metadata.dcat import dcat
from barriergraph.metadata.distributions import FOLDER, Written, distributions
from barriergraph.metadata.inputs import inputs, summed
from barriergraph.metadata.provenance import provenance
from barriergraph.metadata.service import description
from barriergraph.metadata.statistics import statistics
from barriergraph.metadata.void import void
from barriergraph.publishing.changes import feed
from barriergraph.publishing.dumps import SUMS, sums
from barriergraph.publishing.errors import PublishError
from barriergraph.publishing.folder import LIST, MARK, MARKER, replacing
from barriergraph.publishing.parts import MakePages, Part, Site, parts_of
from barriergraph.publishing.signposts import citation, robots, sitemaps
from barriergraph.publishing.w3id import w3id_files
from barriergraph.publishing.working import Worker, recipe, work
from barriergraph.rdf import Graph
from barriergraph.sources import base_module
from barriergraph.values import Value

#: Tells how many jobs there are, and gives what is told how many more are done.
Watch = Callable[[int], Callable[[int], None]]

_ADDRESS = re.compile(r"https?://[^\s/?#<>\"]+(/[^\s?#<>\"]*)?")


class Publication(Value):
    """What was published: the folder, and the size and sum of each file by its path in it."""

    __slots__ = ("files", "folder")

    folder: str
    files: Mapping[str, Written]

    @property
    def size(self) -> int:
        """The size of all files, in bytes."""
        return sum(one.size for one in self.files.values())


class Wish(Value):
    """What is to be published besides pages and dumps, and where it is going to stand.

    `base` is the address of the site, `endpoint` that of a SPARQL endpoint with the same graph;
    `w3id` asks for the redirects of w3id.org.
    """

    __slots__ = ("base", "endpoint", "w3id")

    base: str | None
    endpoint: str | None
    w3id: bool


def publish(
    graph: KnowledgeGraph,
    folder: str | os.PathLike[str],
    *,
    pages: MakePages,
    wish: Wish | None = None,
    workers: int | None = None,
    watch: Watch | None = None,
) -> Publication:
    """Write the static site, the dumps and the metadata of a graph into a folder.

    The folder is written beside its place and then takes it, so that it is never seen half done;
    a folder that was published before is replaced. The same graph gives the same bytes. `pages`
    makes the site (`barriergraph.site.Site`); `workers` is how many processes write (default: one
    a core).

    Raises: PublishError for a folder that holds anything else, for an address that is none, and
        when a page cannot be made; the folder is as it was then.
    """
    asked = _checked(wish or Wish(base=None, endpoint=None, w3id=False))
    told = edition(graph.store)
    with replacing(os.fspath(folder)) as made:
        parts = parts_of(graph, told, pages, asked.base)
        jobs = sum(len(part.jobs()) for part in parts)
        written = work(
            parts,
            recipe(graph, told, pages, asked.base),
            made,
            workers=workers or os.cpu_count() or 1,
            tell=(watch or _unwatched)(jobs),
        )
        writer = Worker((), made)

        def add(files: Mapping[str, bytes]) -> None:
            for path, data in files.items():
                if path in written:
                    raise PublishError(f"{path}: two parts of the site write it")
                writer.write(path, data)
                written[path] = summed(data)

        add({SUMS: sums(written, below=FOLDER)})
        add(_about(graph, asked, written))
        add(_signposts(parts, graph, asked))
        add({CRATE: _crate(graph, written)})
        if asked.w3id and asked.base is not None:
            add(w3id_files(asked.base, told))
        add({MARKER: MARK})
        writer.write(LIST, sums(written))
    return Publication(folder=os.fspath(folder), files=written)


def _checked(wish: Wish) -> Wish:
    for address in (wish.base, wish.endpoint):
        if address is not None and not _ADDRESS.fullmatch(address):
            raise PublishError(
                f"{address!r} is no address of a site; write one like https://example.org/graph/"
            )
    if wish.w3id and wish.base is None:
        raise PublishError("redirects need to know where to; give the address of the site (--base)")
    base = None if wish.base is None else wish.base.rstrip("/") + "/"
    return Wish(base=base, endpoint=wish.endpoint, w3id=wish.w3id)


def _about(graph: KnowledgeGraph, wish: Wish, written: Mapping[str, Written]) -> dict[str, bytes]:
    """Return what is said in RDF of the graph as a whole."""
    told, counts = edition(graph.store), statistics(graph.store)
    files = inputs(graph.modules)
    names = {one.iri: one.name for one in files}
    dumped = distributions(written, inferred=graph.inferred)
    where = {"base": wish.base, "endpoint": wish.endpoint}
    found = {
        "void.ttl": void(told, counts, names, **where),
        "dcat.ttl": dcat(told, dumped, **where),
        "prov.ttl": provenance(told, files),
        "queries.ttl": Graph(quad.triple for quad in described(graph.queries)).serialize(),
    }
    if wish.endpoint is not None:
        found["service.ttl"] = description(wish.endpoint, "turtle", counts)
    return found


def _signposts(parts: Iterable[Part], graph: KnowledgeGraph, wish: Wish) -> dict[str, bytes]:
    """Return what crawlers, feed readers and citers look for at the root of a site."""
    told, shipped = edition(graph.store), base_module()
    changes = feed(read_text(shipped.locate("CHANGELOG.md")), told, base=wish.base)
    found = {
        ".nojekyll": b"",
        # Where a server says how it is: scripts look here for who is to answer.
        "health": b'{"status": "static"}\n',
        "CITATION.cff": citation(read_text(shipped.locate("CITATION.cff")), told, wish.base),
        "robots.txt": robots(wish.base),
    }
    if changes is not None:
        found["feed.xml"] = changes
    if wish.base is not None:
        pages = [job for part in parts if isinstance(part, Site) for job in part.jobs()]
        found |= sitemaps(pages, wish.base)
    return found


_TITLES = {
    "CITATION.cff": ("How to cite the data set", "application/yaml"),
    "dcat.ttl": ("The data set as an entry of a catalogue (DCAT)", "text/turtle"),
    "feed.xml": ("What changed, as a feed", "application/atom+xml"),
    "index.html": ("The front page", "text/html"),
    "prov.ttl": ("How the data set was made (PROV-O)", "text/turtle"),
    "queries.ttl": ("The stored queries in RDF", "text/turtle"),
    "service.ttl": ("The description of the SPARQL endpoint", "text/turtle"),
    "void.ttl": ("The data set and its parts (VoID)", "text/turtle"),
    SUMS: ("The sums of the dumps", "text/plain"),
}

_FOLDERS = {
    f"{FOLDER}graphs/": "Each named graph by itself",
    "graph/": "A page of each named graph",
    "id/": "A page of each thing that the graph describes, and the same in RDF",
    "queries/": "A page of each stored query, and its answers",
}


def _crate(graph: KnowledgeGraph, written: Mapping[str, Written]) -> bytes:
    files = {
        path: (title, kind, written[path])
        for path, (title, kind) in _TITLES.items()
        if path in written
    }
    for one in distributions(written, inferred=graph.inferred):
        if one.written is not None:
            kind = "application/gzip" if one.packed else one.media_type
            files[one.path] = (one.title, kind, one.written)
    folders = {
        path: title
        for path, title in _FOLDERS.items()
        if any(one.startswith(path) for one in written)
    }
    return crate(edition(graph.store), files, folders)


def _unwatched(_: int) -> Callable[[int], None]:
    return lambda more: None

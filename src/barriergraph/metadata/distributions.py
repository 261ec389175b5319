"""The files in which the whole graph is had: their names, formats and what each holds."""

from __future__ import annotations

from collections.abc import Mapping

from barriergraph.namespaces import GRAPH
from barriergraph.rdf import RDF_FORMATS, keeps_graphs
from barriergraph.values import Value

FOLDER = "dumps/"

NANOPUBLICATIONS = f"{FOLDER}nanopublications.trig"


class Written(Value):
    """A file that was written: its size in bytes and its SHA-256 sum in hexadecimal digits."""

    __slots__ = ("sha256", "size")

    size: int
    sha256: str


class Distribution(Value):
    """A file of the graph: where it is below the site's address, and what it holds.

    `packed` says that it is compressed with gzip, `written` how large it came out, if it did.
    """

    __slots__ = ("media_type", "packed", "path", "title", "written")

    path: str
    media_type: str
    title: str
    packed: bool
    written: Written | None

    @property
    def name(self) -> str:
        """The name of the file without its folder."""
        return self.path.removeprefix(FOLDER)


def dumps() -> dict[str, tuple[str, bool]]:
    """Return the path of each dump of the whole graph, with its format and whether it is inferred.

    >>> dumps()["dumps/barriergraph-asserted.nq"]
    ('nquads', False)
    """
    return {
        f"{FOLDER}barriergraph{'' if inferred else '-asserted'}.{ending}": (name, inferred)
        for inferred in (True, False)
        for name, (_, _, ending) in RDF_FORMATS.items()
    }


def graph_dump(graph: str) -> str:
    """Return the path of the dump of a named graph.

    >>> graph_dump("https://w3id.org/barriergraph/graph/data/sources/dawes1996")
    'dumps/graphs/data/sources/dawes1996.ttl'
    """
    return f"{FOLDER}graphs/{graph.removeprefix(GRAPH)}.ttl"


def distributions(
    written: Mapping[str, Written] | None = None, *, inferred: bool = True
) -> list[Distribution]:
    """Return the distributions of the whole graph, plain and packed; `written` by their paths.

    Without `inferred`, what follows was not derived, and only what is asserted is there.

    >>> [one.path for one in distributions()][:2]
    ['dumps/barriergraph.ttl', 'dumps/barriergraph.ttl.gz']
    """
    found = []
    for path, (format, all_of_it) in dumps().items():
        if all_of_it and not inferred:
            continue
        media_type = RDF_FORMATS[format][1]
        what = "what is asserted and what follows" if all_of_it else "what is asserted"
        how = "by named graph" if keeps_graphs(format) else "as one graph"
        found.append((path, media_type, f"The graph {how}: {what}"))
    found.append((NANOPUBLICATIONS, "application/trig", "Every finding as a nanopublication"))
    return [
        Distribution(
            path=path + ending, media_type=media_type, title=title, packed=bool(ending),
            written=(written or {}).get(path + ending),
        )
        for path, media_type, title in found
        for ending in ("", ".gz")
    ]  # fmt: skip

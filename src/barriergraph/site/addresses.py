"""Where on the site a thing is found: IRIs -> paths below the site's root."""

from __future__ import annotations

from urllib.parse import quote

from barriergraph.namespaces import BASE, BG, GRAPH, ID, ONTOLOGY, PREFIXES, QUERY

#: The ending of pages; every path of the site has an ending, so that any host types it right.
PAGE = ".html"

_SHAPES = PREFIXES["bgs"]

#: What stands as it is in the path of a thing of ours, and of one elsewhere.
_OURS, _THEIRS = "/~:@!$&'()*+,;=-._", "/~:@,;=-._"


def path_of(iri: str) -> str | None:
    """Return the path of the page about an IRI of ours, without its ending, or None.

    A part of a page has a fragment. IRIs of other namespaces have paths of their own only when
    the graph holds things of that name; see `elsewhere`.

    >>> path_of("https://w3id.org/barriergraph/id/barrier/fear-of-sharing")
    'id/barrier/fear-of-sharing'
    >>> path_of("https://w3id.org/barriergraph/ontology#Barrier")
    'ontology#Barrier'
    >>> path_of("https://w3id.org/barriergraph/query/gaps"), path_of("https://example.org/") is None
    ('queries/gaps', True)
    """
    if iri.startswith(ID):
        return quote(iri[len(BASE) :], safe=_OURS)
    if iri.startswith(BG):
        return f"ontology#{quote(iri[len(BG) :])}"
    if iri.startswith(_SHAPES):
        return f"shapes#{quote(iri[len(_SHAPES) :])}"
    if iri.startswith(QUERY):
        return f"queries/{quote(iri[len(QUERY) :])}"
    if iri == ONTOLOGY or iri.startswith((f"{ONTOLOGY}/", GRAPH)):
        return quote(iri[len(BASE) :])
    if iri == _SHAPES.rstrip("#"):
        return "shapes"
    return None


def elsewhere(iri: str) -> str:
    """Return the path of the page about a thing whose IRI is in somebody else's namespace.

    >>> elsewhere("https://example.org/safe#fear")
    'at/example.org/safe~fear'
    """
    _, _, rest = iri.partition("://")
    return f"at/{quote((rest or iri).replace('#', '~'), safe=_THEIRS)}"


def requested(path: str) -> str:
    """Return a path as the site has it, given as a server decodes what a client asks for.

    >>> requested("id/barrier/peur-\xe9.html"), requested("at/example.org/a%20b.ttl")
    ('id/barrier/peur-%C3%A9.html', 'at/example.org/a%2520b.ttl')
    """
    safe = _OURS if path.startswith("id/") else _THEIRS if path.startswith("at/") else "/"
    return quote(path, safe=safe, errors="surrogateescape")


def up(path: str) -> str:
    """Return the way from a path to the site's root.

    >>> up("index.html"), up("id/barrier/fear-of-sharing.html")
    ('', '../../')
    """
    return "../" * path.count("/")


def href(path: str, target: str) -> str:
    """Return the relative address of a page from another one.

    >>> href("id/barrier/fear-of-sharing.html", "ontology#Barrier")
    '../../ontology.html#Barrier'
    """
    page, hash, part = target.partition("#")
    return f"{up(path)}{page}{PAGE}{hash}{part}"

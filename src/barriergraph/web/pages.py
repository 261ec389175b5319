"""The site behind HTTP: pages and files by their paths, and what an IRI names by negotiation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property, partial

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from barriergraph.edition import edition
from barriergraph.errors import NotFoundError, ParameterError, QueryError
from barriergraph.graph import KnowledgeGraph
from barriergraph.metadata.dcat import dcat
from barriergraph.metadata.distributions import distributions
from barriergraph.metadata.inputs import inputs
from barriergraph.metadata.statistics import statistics
from barriergraph.metadata.void import void
from barriergraph.namespaces import BASE, BG
from barriergraph.nanopublications import nanopublication
from barriergraph.publishing.dumps import Dumps
from barriergraph.publishing.parts import NANOPUBLICATION
from barriergraph.queries import StoredQuery
from barriergraph.site import Site
from barriergraph.site.addresses import requested
from barriergraph.site.answers import Given
from barriergraph.site.frame import Frame
from barriergraph.site.maps import EXTENT, maps
from barriergraph.site.remembered import Remembered
from barriergraph.web.http import Problem, answer, liked
from barriergraph.web.negotiation import choose

#: file ending -> media type
TYPES: Mapping[str, str] = {
    "bib": "application/x-bibtex",
    "css": "text/css",
    "csv": "text/csv",
    "gz": "application/gzip",
    "html": "text/html",
    "js": "text/javascript",
    "json": "application/json",
    "csl.json": "application/vnd.citationstyles.csl+json",
    "jsonld": "application/ld+json",
    "md": "text/markdown",
    "nq": "application/n-quads",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "ris": "application/x-research-info-systems",
    "rq": "application/sparql-query",
    "svg": "image/svg+xml",
    "trig": "application/trig",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "txt": "text/plain",
    "wasm": "application/wasm",
    "xml": "application/sparql-results+xml",
}

#: What a thing or a term can be had as; a page comes first: that is what a browser shows.
_FORMS = {"text/html": "html", "text/turtle": "ttl", "application/ld+json": "jsonld",
          "application/rdf+xml": "rdf", "application/n-triples": "nt"}  # fmt: skip

#: How many bytes of pages are remembered.
_REMEMBERED = 64 * 2**20


class Pages:
    """The pages of a graph, the last ones remembered."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.site = Site(graph)
        self._graph = graph
        self._bodies = Remembered[bytes](_REMEMBERED, len)

    async def page(self, request: Request) -> Response:
        """Answer any path of the site: a page or file, or one of several forms by `Accept`."""
        path = request.path_params.get("path") or "index.html"
        # To find that something is missing takes as long as to make a page.
        return await asyncio.to_thread(self._page, request, path)

    def _page(self, request: Request, path: str) -> Response:
        asked, path = path, requested(path)
        for one in dict.fromkeys((asked, path)):
            if self._has(one):
                return self._file(request, one)
        if path.endswith("/") and self._has(f"{path}index.html"):
            return self._file(request, f"{path}index.html")
        other = self._other(path)
        if other is not None:
            return answer(request, self._kept(path, other), media_type(path))
        if self._has(f"{path}.html"):
            return self._negotiated(request, path)
        raise _Missing(self.site, request, path)

    async def text(self, request: Request) -> Response:
        """Answer `/queries/{name}.rq`: the text of a stored query."""
        path = f"queries/{request.path_params['name']}.rq"
        return await asyncio.to_thread(self._page, request, path)

    async def query(self, request: Request) -> Response:
        """Answer `/query/{name}`, the IRI of a stored query: see its page, or its RDF."""
        name = request.path_params["name"]
        if name not in self._graph.queries:
            raise await asyncio.to_thread(_Missing, self.site, request, f"query/{name}")
        return Response(status_code=303, headers={"Location": f"/queries/{name}", "Vary": "Accept"})

    async def map(self, request: Request) -> Response:
        """Answer `/map` and `/map/{name}`, narrowed by what is given, as a page or a drawing."""
        name = request.path_params.get("name")
        if name is None and not maps(self.site.reading):
            raise await asyncio.to_thread(_Missing, self.site, request, "map")
        query = maps(self.site.reading)[0] if name is None else self._graph.stored_query(name)
        given = self._given(request, query)
        path = "map.html" if name is None else f"map/{name}.html"
        drawing = request.url.path.endswith(".svg")
        make = self.site.drawing if drawing else self.site.map
        more = () if drawing else (path,)
        key = (path, drawing, given)
        try:
            body = await asyncio.to_thread(self._kept, key, lambda: make(query, given, *more))
        except ParameterError as error:
            raise Problem(400, str(error), parameter=error.name, near=list(error.near)) from None
        except QueryError as error:
            raise Problem(400, error.reason) from None
        return answer(request, body, "image/svg+xml" if drawing else "text/html")

    async def search(self, request: Request) -> Response:
        """Answer `/search?q=`: what has these words."""
        words = request.query_params.get("q", "")[:200]
        body = await asyncio.to_thread(self.site.search, words)
        return answer(request, body, "text/html")

    async def void(self, request: Request) -> Response:
        """Answer `/void` and `/.well-known/void`: what the graph holds."""
        base = str(request.base_url)
        body = await asyncio.to_thread(self._kept, ("void", base), lambda: self._void(base))
        return answer(request, body, "text/turtle")

    def _void(self, base: str) -> bytes:
        store = self._graph.store
        names = {one.iri: one.name for one in inputs(self._graph.modules)}
        told = edition(store)
        return void(told, statistics(store), names, base=base, endpoint=f"{base}sparql")

    def _has(self, path: str) -> bool:
        return self.site.maker(path) is not None

    def _other(self, path: str) -> Callable[[], bytes] | None:
        """Return what makes a file that is published besides pages: a dump, or a finding's."""
        if not path.endswith(NANOPUBLICATION):
            return self._dumps.get(path)
        iri = f"{BASE}{path.removesuffix(NANOPUBLICATION)}"
        if iri not in self.site.reading.things or not self.site.reading.is_a(
            NamedNode(iri), f"{BG}Finding"
        ):
            return None
        return lambda: nanopublication(
            self._graph.store, NamedNode(iri), of=edition(self._graph.store)
        )

    @cached_property
    def _dumps(self) -> Mapping[str, Callable[[], bytes]]:
        """The dumps, by path."""
        told, store = edition(self._graph.store), self._graph.store
        parts = Dumps(store, told)
        listed = distributions(inferred=self._graph.inferred)
        return {
            "dcat.ttl": lambda: dcat(told, listed),
            **{
                path: partial(_made, parts, job, path)
                for job in parts.jobs()
                for path in (job, f"{job}.gz")
            },
        }

    def _file(self, request: Request, path: str) -> Response:
        body = self._kept(path, lambda: self.site.render(path))
        return answer(request, body, media_type(path), headers=self._links(path))

    def _negotiated(self, request: Request, path: str) -> Response:
        """Answer a path without ending: things lead elsewhere, terms and pages are answered."""
        offered = {kind: ending for kind, ending in _FORMS.items() if self._has(f"{path}.{ending}")}
        ending = offered[liked(request, tuple(offered))]
        if path.startswith(("id/", "at/")):
            # A thing is no page: what is said of it stands elsewhere.
            # Source: https://www.w3.org/TR/cooluris/#r303uri
            headers = {"Location": f"/{path}.{ending}", "Vary": "Accept"}
            return Response(status_code=303, headers={**headers, **self._links(f"{path}.html")})
        found = self._file(request, f"{path}.{ending}")
        found.headers["Content-Location"] = f"/{path}.{ending}"
        return found

    def _links(self, path: str) -> dict[str, str]:
        """Return the header that leads machines on from a page.

        Source: https://signposting.org/FAIR/
        """
        stem, _, ending = path.rpartition(".")
        if ending != "html" or not self._has(f"{stem}.ttl"):
            return {}
        links = [
            f'</{stem}.{other}>; rel="describedby"; type="{kind}"'
            for kind, other in _FORMS.items()
            if other != "html" and self._has(f"{stem}.{other}")
        ]
        iri = self.site.reading.things.at(stem)
        if iri is not None:
            links.append(f'<{iri}>; rel="cite-as"')
        if self._has(f"{stem}.bib"):
            links.append(f'</{stem}.bib>; rel="alternate"; type="application/x-bibtex"')
        links.append('<https://creativecommons.org/licenses/by/4.0/>; rel="license"')
        return {"Link": ", ".join(links)}

    def _given(self, request: Request, query: StoredQuery) -> Given:
        given = []
        for name, value in request.query_params.multi_items():
            if name != EXTENT:
                try:
                    query.parameter(name)
                except NotFoundError as error:
                    near = list(error.near)
                    hint = f"; did you mean {near[0]!r}?" if near else ""
                    told = f"the map has no filter {name!r}{hint}"
                    raise Problem(400, told, parameter=name, near=near) from None
            if value:
                given.append((name, value))
        return tuple(given)

    def _kept(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        body = self._bodies.get(key)
        return self._bodies.keep(key, make()) if body is None else body


def _made(part: Dumps, job: str, path: str) -> bytes:
    return part.make(job)[path]


class _Missing(Problem):
    """That nothing stands at a path: as a page to a browser, else as a problem."""

    def __init__(self, site: Site, request: Request, path: str) -> None:
        offered = ("application/problem+json", "text/html")
        as_page = choose(request.headers.get("accept"), offered) == "text/html"
        near = [] if as_page or site.maker(path) is not None else site.near(path)
        super().__init__(404, f"there is nothing at /{path}", near=near or None)
        self._page: bytes | None = None
        if as_page:  # which does not tell what is near
            frame = Frame(site.reading, path)
            self._page = frame.render("missing.html", title="Nothing here")

    def response(self) -> Response:
        """Return what is missing as a page or a problem."""
        if self._page is None:
            return super().response()
        return Response(self._page, 404, {"Vary": "Accept"}, "text/html")


def media_type(path: str) -> str:
    """Return the media type of a file by its ending.

    >>> media_type("id/source/dawes1996.csl.json"), media_type("queries/gaps/results.json")
    ('application/vnd.citationstyles.csl+json', 'application/sparql-results+json')
    """
    if path.endswith(".csl.json"):
        return TYPES["csl.json"]
    if path.startswith("queries/") and path.endswith(".json"):
        return "application/sparql-results+json"
    return TYPES.get(path.rpartition(".")[2], "application/octet-stream")

"""`/queries`: the stored queries, each with its parameters, a form, its answer and its text."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from barriergraph import catalogue
from barriergraph.checking.questions import described
from barriergraph.errors import NotFoundError, ParameterError, QueryError
from barriergraph.graph import KnowledgeGraph
from barriergraph.queries import Parameter, StoredQuery
from barriergraph.rdf import to_bytes
from barriergraph.results import FORMATS, Table, find_format
from barriergraph.site import Site, questions
from barriergraph.site.forms import as_dict as as_choice
from barriergraph.site.forms import choices
from barriergraph.site.frame import Frame
from barriergraph.site.remembered import Remembered
from barriergraph.web.http import Problem, answer, as_json, liked
from barriergraph.web.worker import GRAPHS

#: What a request may name beside the parameters of the query.
PAGING = ("limit", "offset", "labels")

#: What answers are remembered: of those that were written, so many bytes; of tables, so many
#: cells, each of which takes some hundred bytes.
_REMEMBERED, _CELLS = 64 * 2**20, 2**19

#: A table for people comes first: that is what a browser shows.
TABLES = tuple(
    FORMATS[name].media_type for name in ("json", "csv", "html", "tsv", "xml", "markdown")
)


class Questions:
    """The stored queries of a graph behind HTTP; their answers are remembered."""

    def __init__(self, graph: KnowledgeGraph, site: Site) -> None:
        self._graph = graph
        self._site = site
        self._tables = Remembered[Table](_CELLS, lambda table: len(table) * len(table.columns) + 1)
        self._bodies = Remembered[bytes](_REMEMBERED, len)

    async def catalogue(self, request: Request) -> Response:
        """Answer `/queries`: all stored queries, or those with a word (`q`) or a `tag`."""
        words = request.query_params.get("q", "").lower().split()
        tag = request.query_params.get("tag")
        found = [
            query
            for query in self._graph.queries.values()
            if (tag is None or tag in query.tags) and all(word in _words(query) for word in words)
        ]
        kind = _liked(request)
        if kind == "text/html":
            frame = Frame(self._site.reading, "queries.html")
            return answer(request, questions.catalogue(frame, found, words, tag), kind)
        if kind == "application/json":
            listed = [as_dict(query, str(request.base_url)) for query in found]
            return answer(request, as_json({"queries": listed}, indent=1), kind)
        return answer(request, self._in_rdf({query.name: query for query in found}, kind), kind)

    async def examples(self, request: Request) -> Response:
        """Answer `/.well-known/sparql-examples`: the catalogue in RDF."""
        kind = liked(request, tuple(GRAPHS))
        return answer(request, self._in_rdf(self._graph.queries, kind), kind)

    async def query(self, request: Request) -> Response:
        """Answer `/queries/{name}`: what is asked, the parameters, and a form."""
        query = self._query(request)
        kind = _liked(request)
        if kind == "text/html":
            given = request.query_params.multi_items()
            body = await asyncio.to_thread(self._site.question, query, given)
            return answer(request, body, kind)
        if kind == "application/json":
            document = as_dict(query, str(request.base_url))
            for parameter in document["parameters"]:  # type: ignore[attr-defined]
                offered = self.offered(query.parameters[parameter["name"]])
                parameter["values"] = offered[:100]
            return answer(request, as_json(document, indent=1), kind)
        return answer(request, self._in_rdf({query.name: query}, kind), kind)

    async def results(self, request: Request) -> Response:
        """Answer `/queries/{name}/results`: the answer, in the form asked for."""
        query = self._query(request)
        ending = request.path_params.get("ending")
        values, paging = self._values(request, query)
        kind = liked(request, TABLES) if ending is None else _by_ending(ending)
        key = (query.name, repr(sorted(values.items())), repr(sorted(paging.items())), kind)
        body = self._bodies.get(key)
        table = await self._table(query, values)
        part, more = _part(table, paging)
        if body is None:
            body = await asyncio.to_thread(self._bytes, query, part, kind, values)
            self._bodies.keep(key, body)
        links = [f'<{self._address(request, "bound.rq", paged=False)}>; rel="describedby"']
        if more is not None:
            pairs = [(n, v) for n, v in request.query_params.multi_items() if n != "offset"]
            address = urlencode([*pairs, ("offset", str(more))])
            links.append(f'<{request.url.path}?{address}>; rel="next"')
        return answer(request, body, kind, headers={"Link": ", ".join(links)})

    async def bound(self, request: Request) -> Response:
        """Answer `/queries/{name}/bound.rq`: the query as it is asked."""
        query = self._query(request)
        values, _ = self._values(request, query)
        try:
            text = self._graph.bind(query.name, **values)
        except ParameterError as error:
            raise _bad(error) from None
        return answer(request, text.encode(), "application/sparql-query")

    async def values(self, request: Request) -> Response:
        """Answer `/queries/{name}/values/{parameter}?q=`: the values that a parameter may have."""
        query = self._query(request)
        try:
            parameter = query.parameter(request.path_params["parameter"])
        except NotFoundError as error:
            raise Problem(404, str(error), near=list(error.near)) from None
        words = request.query_params.get("q", "").lower().split()
        found = [
            one
            for one in self.offered(parameter)
            if all(word in f"{one['value']} {one['label']}".lower() for word in words)
        ]
        return answer(request, as_json({"values": found}, indent=1), "application/json")

    async def _table(self, query: StoredQuery, values: Mapping[str, object]) -> Table:
        key = (query.name, repr(sorted(values.items())))
        table = self._tables.get(key)
        if table is not None:
            return table
        try:
            table = await asyncio.to_thread(lambda: self._graph.run(query.name, **values))
        except ParameterError as error:
            raise _bad(error) from None
        except QueryError as error:
            raise Problem(400, error.reason) from None
        return self._tables.keep(key, table)

    def _bytes(
        self, query: StoredQuery, table: Table, kind: str, values: Mapping[str, object]
    ) -> bytes:
        if kind != "text/html":
            return table.to(find_format(kind).name).encode()
        given = [(name, str(one)) for name, held in values.items() for one in held]  # type: ignore[attr-defined]
        return self._site.answer(query, table, given)

    def _query(self, request: Request) -> StoredQuery:
        try:
            return self._graph.stored_query(request.path_params["name"])
        except NotFoundError as error:
            raise Problem(404, str(error), near=list(error.near)) from None

    def _values(
        self, request: Request, query: StoredQuery
    ) -> tuple[dict[str, object], dict[str, str]]:
        values: dict[str, object] = {}
        paging: dict[str, str] = {}
        for name, value in request.query_params.multi_items():
            if name in query.parameters:
                if value:  # a form sends what was left empty
                    values.setdefault(name, []).append(value)  # type: ignore[attr-defined]
            elif name in PAGING:
                paging[name] = value
            else:
                try:
                    query.parameter(name)
                except NotFoundError as error:
                    raise Problem(400, str(error), parameter=name, near=list(error.near)) from None
        return values, paging

    def offered(self, parameter: Parameter) -> list[dict[str, object]]:
        """Return the values of a parameter with labels, and how often each is spoken of."""
        uses = self._graph.uses()
        return [as_choice(one) for one in choices(self._site.reading, parameter, uses)]

    def _in_rdf(self, queries: Mapping[str, StoredQuery], kind: str) -> bytes:
        return to_bytes([quad.triple for quad in described(queries)], kind)

    def _address(self, request: Request, last: str, *, paged: bool) -> str:
        pairs = [
            (name, value)
            for name, value in request.query_params.multi_items()
            if paged or name not in PAGING
        ]
        path = f"/queries/{request.path_params['name']}/{last}"
        return f"{path}?{urlencode(pairs)}" if pairs else path


def as_dict(query: StoredQuery, base: str) -> dict[str, object]:
    """Return a stored query for programs, with the address of its answer."""
    address = f"{base}queries/{query.name}"
    return {
        **catalogue.as_dict(query),
        "columns": dict(query.columns),
        "view": {"kind": query.view.kind, **dict(query.view.roles)},
        "examples": [f"{address}/results?{urlencode(example)}" for example in query.examples],
        "results": f"{address}/results",
        "page": address,
    }


def _words(query: StoredQuery) -> str:
    return f"{query.title} {query.question} {query.name} {' '.join(query.tags)}".lower()


def _part(table: Table, paging: Mapping[str, str]) -> tuple[Table, int | None]:
    """Return the page of a table that is asked for, and where the next begins, or None."""
    labels = paging.get("labels")
    if labels not in (None, "", "only"):
        raise Problem(400, "labels takes 'only', for a table without IRIs", parameter="labels")
    limit, offset = _whole(paging, "limit"), _whole(paging, "offset") or 0
    rows: Sequence[Sequence[object]] = table.rows
    end = len(rows) if limit is None else min(offset + limit, len(rows))
    kept = [
        place
        for place, name in enumerate(table.columns)
        if labels != "only" or f"{name}Label" not in table.columns
    ]
    if labels != "only" and offset == 0 and end == len(rows):
        return table, None
    part = Table(
        [table.columns[place] for place in kept],
        [[row[place] for place in kept] for row in table.rows[offset:end]],
        title=table.title,
        labels={table.columns[place]: table.labels[table.columns[place]] for place in kept},
    )
    return part, end if end < len(rows) else None


def _whole(paging: Mapping[str, str], name: str) -> int | None:
    text = paging.get(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Problem(400, f"{name} takes a whole number, not {text!r}", parameter=name)
    return int(text)


def _liked(request: Request) -> str:
    """Return how a question is to be told of: an address that ends in .html says so itself."""
    if request.url.path.endswith(".html"):
        return "text/html"
    return liked(request, ("application/json", "text/html", *GRAPHS))


def _by_ending(ending: str) -> str:
    for form in FORMATS.values():
        if form.ending == ending:
            return form.media_type
    endings = sorted(form.ending for form in FORMATS.values())
    raise Problem(404, f"no results end in '.{ending}'; there are {', '.join(endings)}")


def _bad(error: ParameterError) -> Problem:
    return Problem(
        400, str(error), parameter=error.name, expected=error.expected, given=error.given,
        near=list(error.near),
    )  # fmt: skip

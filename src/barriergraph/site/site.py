"""Every address of the site and what stands there, for the server and for static files alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from barriergraph.errors import NotFoundError
from barriergraph.explaining import Explainer
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import BASE, GRAPH, ID, KINDS, slug
from barriergraph.queries import StoredQuery
from barriergraph.results import FORMATS, Table
from barriergraph.site import data, listing, maps, questions, searching, things, vocabulary
from barriergraph.site.answers import Given
from barriergraph.site.frame import HERE, Frame
from barriergraph.site.matrix import Matrix, matrix
from barriergraph.site.reading import Reading
from barriergraph.site.structured import embedded

#: The endings under which an answer can be taken away.
ANSWERS = tuple(form.ending for form in FORMATS.values() if form.name != "table")

#: So many answers are kept: the forms of one answer stand side by side.
_KEPT = 8

STATIC = HERE / "static"

_EXAMPLE = re.compile(r"example-([1-9][0-9]*)\Z")


class Site:
    """The pages and files about a graph.

    `paths` names them all, `render` makes one. The same path always gives the same bytes: they
    depend on nothing but the graph, so that what a server answers and what is published are the
    same. `base` is the address that the site has for good, if it has one.

    >>> from barriergraph import load
    >>> site = Site(load())
    >>> b"<h1>Fear of sharing</h1>" in site.render("id/barrier/fear-of-sharing.html")
    True
    """

    def __init__(self, graph: KnowledgeGraph, *, base: str | None = None) -> None:
        self.graph = graph
        self.base = base
        self.reading = Reading(graph)
        self.vocabulary = vocabulary.Vocabulary(self.reading)
        self._matrices: dict[str, Matrix] = {}
        self._tables: dict[tuple[str, Given], Table] = {}

    @cached_property
    def explainer(self) -> Explainer | None:
        """What explains derived statements, or None for a graph in which nothing was derived."""
        return self.graph.explainer() if self.graph.inferred else None

    @cached_property
    def entries(self) -> tuple[searching.Entry, ...]:
        """All that can be searched."""
        return searching.entries(self.reading)

    @cached_property
    def addresses(self) -> dict[str, Callable[[Frame], bytes]]:
        """Every path of the site, with what makes the page or file there."""
        return dict(self._addresses())

    def paths(self) -> tuple[str, ...]:
        """Return every path of the site, relative to its root, sorted."""
        return tuple(sorted(self.addresses))

    def render(self, path: str) -> bytes:
        """Return the page or file at a path.

        Raises: NotFoundError with the nearest paths.
        """
        make = self.addresses.get(path)
        if make is None:
            raise NotFoundError("page", path, get_close_matches(path, self.addresses))
        return make(Frame(self.reading, path))

    def page_of(self, iri: str) -> str | None:
        """Return the path, without ending, of the page about an IRI of this site, or None.

        >>> from barriergraph import load
        >>> Site(load()).page_of("https://w3id.org/barriergraph/ontology#Barrier")
        'ontology#Barrier'
        """
        path = self.reading.path(iri)
        return path if path is not None and f"{path.partition('#')[0]}.html" in self.addresses else None

    def map(self, query: StoredQuery, given: Given, path: str | None = None) -> bytes:
        """Return the page of a map, narrowed by what is given."""
        frame = Frame(self.reading, path or f"map/{query.name}.html")
        return maps.page(frame, query, self.matrix(query, given), given)

    def drawing(self, query: StoredQuery, given: Given) -> bytes:
        """Return a map as SVG."""
        return maps.svg(self.reading, query, self.matrix(query, given), given)

    def answer(self, query: StoredQuery, table: Table, given: Given) -> bytes:
        """Return the page of an answer to a stored query."""
        frame = Frame(self.reading, f"queries/{query.name}/results.html")
        return questions.answer(frame, query, table, given)

    def question(self, query: StoredQuery, given: Given) -> bytes:
        """Return the page of a stored query, its form filled with what is given."""
        return questions.question(Frame(self.reading, f"queries/{query.name}.html"), query, given)

    def search(self, words: str) -> bytes:
        """Return the page of a search."""
        found = searching.find(self.entries, words)
        frame = Frame(self.reading, "search.html")
        return frame.render("search.html", title="Search", words=words, found=found, limit=200)

    def table(self, query: StoredQuery, given: Given) -> Table:
        """Return the answer of a query to what was asked with it; the last few are kept."""
        asked = tuple((name, value) for name, value in given if name in query.parameters and value)
        key = (query.name, asked)
        table = self._tables.pop(key, None)
        if table is None:
            values: dict[str, list[str]] = {}
            for name, value in asked:
                values.setdefault(name, []).append(value)
            table = self.graph.run(query.name, **values)
        self._tables[key] = table
        if len(self._tables) > _KEPT:
            del self._tables[next(iter(self._tables))]
        return table

    def matrix(self, query: StoredQuery, given: Given) -> Matrix:
        """Return the answer of a query as a matrix; that to no question in particular is kept."""
        asked = any(name in query.parameters and value for name, value in given)
        found = None if asked else self._matrices.get(query.name)
        if found is None:
            found = matrix(self.table(query, given))
            if not asked:
                self._matrices[query.name] = found
        return found

    def _addresses(self) -> Iterator[tuple[str, Callable[[Frame], bytes]]]:
        yield "index.html", self._front
        yield "404.html", lambda frame: frame.render("missing.html", title="Nothing here")
        yield "about.html", lambda frame: frame.render("about.html", title="About, data and citing",
                                                       kinds=listing.kinds(self.reading))  # fmt: skip
        yield "search.html", lambda _: self.search("")
        yield "search.json", lambda _: _as_json(searching.index(self.entries))
        yield "sparql.html", lambda frame: frame.render("sparql.html", title="SPARQL",
                                                        queries=list(self.graph.queries.values()))  # fmt: skip
        for file in sorted(STATIC.rglob("*")):
            if file.is_file():
                yield f"static/{file.relative_to(STATIC).as_posix()}", _file(file)
        yield from self._of_things()
        yield from self._of_terms()
        yield from self._of_questions()
        yield from self._of_maps()

    def _front(self, frame: Frame) -> bytes:
        query = next(iter(maps.maps(self.reading)), None)
        drawn = None
        if query is not None:
            whole = self.matrix(query, ())
            part = maps.leading(self.reading, whole)
            drawn = maps.drawn(frame, query, whole, (), part=part)
        return frame.render(
            "index.html",
            title="What stops, and what helps, public services sharing information",
            map=drawn,
            maps=maps.maps(self.reading),
            kinds=listing.kinds(self.reading),
            domains=[] if drawn is None or drawn.query.view.column("columns") != "domain" else
            [(name, frame.iri(iri)) for iri, name in drawn.matrix.columns.items()],
            queries=list(self.graph.queries.values()),
            structured=[embedded(_dataset(self.reading))],
        )  # fmt: skip

    def _of_things(self) -> Iterator[tuple[str, Callable[[Frame], bytes]]]:
        for iri, path in self.reading.things.items():
            yield f"{path}.html", self._thing(iri)
            for ending, form in data.ENDINGS.items():
                yield f"{path}.{ending}", _of(data.of_thing, self.reading, iri, form)
            if things.has_references(self.reading, things.NamedNode(iri)):
                for ending in data.REFERENCES:
                    yield f"{path}.{ending}", _of(data.references, self.reading, iri, ending)
        for kind in KINDS:
            if any(iri.startswith(f"{ID}{kind}/") for iri in self.reading.things):
                yield f"id/{kind}.html", _page(listing.kind_page, kind)
        for iri in sorted(self.graph.named_graphs()):
            path = iri.removeprefix(BASE) if iri.startswith(GRAPH) else None
            if path is not None:
                yield f"{path}.html", _page(listing.graph_page, iri)
                yield f"{path}.ttl", _of(data.of_graphs, self.reading, [iri], "turtle")

    def _thing(self, iri: str) -> Callable[[Frame], bytes]:
        def make(frame: Frame) -> bytes:
            shown = list(things.sections(frame, iri))
            return things.thing(frame, iri, shown, self.explainer)

        return make

    def _of_terms(self) -> Iterator[tuple[str, Callable[[Frame], bytes]]]:
        version = self.reading.version
        graphs = data.ontology_graphs(self.reading)
        for path in ("ontology", *([f"ontology/{version}"] if version else [])):
            yield f"{path}.html", lambda frame: vocabulary.page(frame, self.vocabulary)
            for ending, form in data.ENDINGS.items():
                yield f"{path}.{ending}", _of(data.of_graphs, self.reading, graphs, form)
        yield "shapes.html", lambda frame: vocabulary.shapes_page(frame, self.vocabulary)
        for ending, form in data.ENDINGS.items():
            yield f"shapes.{ending}", _of(lambda form: self.vocabulary.shapes.serialize(form), form)

    def _of_questions(self) -> Iterator[tuple[str, Callable[[Frame], bytes]]]:
        queries = self.graph.queries
        yield "queries.html", lambda frame: questions.catalogue(frame, queries.values())
        yield "queries.json", lambda _: _as_json(questions.for_scripts(self.reading))
        for query in queries.values():
            yield f"queries/{query.name}.html", _page(questions.question, query)
            yield f"queries/{query.name}.rq", _of(lambda text: text.encode(), query.text)
            states = {"results": (), **{f"example-{number}": example
                                        for number, example in enumerate(query.examples, 1)}}  # fmt: skip
            for name, given in states.items():
                for ending in ANSWERS:
                    yield f"queries/{query.name}/{name}.{ending}", self._state(query, name, given, ending)

    def _state(
        self, query: StoredQuery, name: str, given: Given, ending: str
    ) -> Callable[[Frame], bytes]:
        def make(frame: Frame) -> bytes:
            table = self.table(query, given)
            if ending == "html":
                return questions.answer(frame, query, table, given, name=name)
            form = next(one for one in FORMATS.values() if one.ending == ending)
            return table.to(form.name).encode()

        return make

    def _of_maps(self) -> Iterator[tuple[str, Callable[[Frame], bytes]]]:
        for query in maps.maps(self.reading):
            pages = [f"map/{query.name}.html"]
            if query.name == maps.maps(self.reading)[0].name:
                pages.append("map.html")
            for path in pages:
                yield path, lambda frame, query=query: self.map(query, (), frame.path)  # type: ignore[misc]
            yield f"map/{query.name}.svg", _of(self.drawing, query, ())
            whole = ((maps.EXTENT, "all"),)
            path = f"map/{query.name}/all"
            yield f"{path}.html", lambda frame, query=query: self.map(query, whole, frame.path)  # type: ignore[misc]
            yield f"{path}.svg", _of(self.drawing, query, whole)
            for row in self.matrix(query, ()).rows:
                yield f"map/{query.name}/{slug(row)}.html", self._row(query, row)

    def _row(self, query: StoredQuery, row: str) -> Callable[[Frame], bytes]:
        return lambda frame: maps.row_page(frame, query, self.matrix(query, ()), row)


def _page(make: Callable[..., bytes], *given: object) -> Callable[[Frame], bytes]:
    return lambda frame: make(frame, *given)


def _of(make: Callable[..., bytes], *given: object) -> Callable[[Frame], bytes]:
    return lambda _: make(*given)


def _file(path: Path) -> Callable[[Frame], bytes]:
    return lambda _: path.read_bytes()


def _as_json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _dataset(reading: Reading) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": BASE,
        "name": "barriergraph",
        "description": "What stops, and what helps, public services sharing information: for "
        "whom, where, and on what evidence.",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "version": reading.version,
        "isAccessibleForFree": True,
        "keywords": ["information sharing", "public services", "evidence gap map"],
    }

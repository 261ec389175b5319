"""Every address of the site and what stands there, for the server and for static files alike."""

from __future__ import annotations

from collections import OrderedDict
from difflib import get_close_matches
from functools import cached_property
from threading import Lock

from barriergraph.errors import NotFoundError
from barriergraph.explaining import Explainer
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import BASE
from barriergraph.queries import StoredQuery
from barriergraph.results import Table
from barriergraph.site import maps, questions, searching, vocabulary
from barriergraph.site.addresses import PAGE
from barriergraph.site.answers import Given
from barriergraph.site.frame import Frame
from barriergraph.site.listing import Lists
from barriergraph.site.matrix import Matrix, matrix
from barriergraph.site.reading import Reading
from barriergraph.site.routes import Maker, few, route, routes
from barriergraph.values import by_name

#: So many answers are kept: the forms of one answer stand side by side.
_KEPT = 8

#: An answer of more rows is not kept beside the matrix that was made of it.
_LARGE = 20_000

#: So many of what a search finds are shown.
_FOUND = 200

#: A path that is none is compared with so many things at most: of its folder, or else beside it.
_COMPARED, _BESIDE = 2_000, 64


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
        self.index = searching.Index(self.reading)
        self.lists = Lists(self.reading)
        self.vocabulary = vocabulary.Vocabulary(self.reading)
        self._matrices: dict[str, Matrix] = {}
        self._tables: OrderedDict[object, Table] = OrderedDict()
        self._lock = Lock()

    @cached_property
    def explainer(self) -> Explainer | None:
        """What explains derived statements, or None for a graph in which nothing was derived."""
        return self.graph.explainer() if self.graph.inferred else None

    @cached_property
    def addresses(self) -> dict[str, Maker]:
        """Every path of the site, with what makes the page or file there.

        That reads all things and the rows of all maps; `maker` finds one path without.
        """
        return dict(routes(self))

    @cached_property
    def _few(self) -> dict[str, Maker]:
        return dict(few(self))

    def paths(self) -> tuple[str, ...]:
        """Return every path of the site, relative to its root, sorted."""
        return tuple(sorted(self.addresses))

    def maker(self, path: str) -> Maker | None:
        """Return what makes the page or file at a path, or None where there is nothing."""
        if "addresses" in self.__dict__:
            return self.addresses.get(path)
        return self._few.get(path) or route(self, path)

    def render(self, path: str) -> bytes:
        """Return the page or file at a path.

        Raises: NotFoundError with the nearest paths.
        """
        make = self.maker(path)
        if make is None:
            raise NotFoundError("page", path, self.near(path))
        return make(Frame(self.reading, path))

    def near(self, path: str) -> list[str]:
        """Return the paths that come closest to one: of pages that are few, or of things.

        Of the things in its folder, or where those are many, of those beside it in the alphabet.
        """
        things = self.reading.things
        stem, dot, ending = path.rpartition(".")
        end = f".{ending}" if dot else PAGE
        beside = things.of_kind(path.split("/")[1]) if path.startswith("id/") else ()
        if not 0 < len(beside) <= _COMPARED:
            beside = things.near(f"{BASE}{stem or path}", _BESIDE)
        return get_close_matches(
            path, [*self._few, *(f"{things.path(iri)}{end}" for iri in beside)]
        )

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
        total, found = self.index.find(words, _FOUND) if words else (0, [])
        frame = Frame(self.reading, "search.html")
        return frame.render("search.html", title="Search", words=words, found=found, total=total)

    def table(self, query: StoredQuery, given: Given) -> Table:
        """Return the answer of a query to what was asked with it; the last few are kept."""
        asked = _asked(query, given)
        found = self._tables.pop((query.name, asked), None)
        if found is None:
            found = self.graph.run(query.name, **by_name(asked))
        self._tables[query.name, asked] = found
        while len(self._tables) > _KEPT:
            self._tables.popitem(last=False)
        return found

    def matrix(self, query: StoredQuery, given: Given) -> Matrix:
        """Return the answer of a query as a matrix; that to no question in particular is kept."""
        asked = _asked(query, given)
        if asked:
            return self._matrix(query, given)
        with self._lock:  # it can take seconds, and many pages are made from it
            if query.name not in self._matrices:
                self._matrices[query.name] = self._matrix(query, ())
            return self._matrices[query.name]

    def _matrix(self, query: StoredQuery, given: Given) -> Matrix:
        table = self.table(query, given)
        if len(table) > _LARGE:
            self._tables.pop((query.name, _asked(query, given)), None)
        return matrix(table)


def _asked(query: StoredQuery, given: Given) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in given if name in query.parameters and value)

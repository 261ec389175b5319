"""Every address of the site, with what makes the page or file there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from barriergraph.edition import edition
from barriergraph.metadata.dcat import schema_org
from barriergraph.metadata.distributions import distributions
from barriergraph.namespaces import BASE, GRAPH, KINDS, ONTOLOGY, slug
from barriergraph.queries import StoredQuery
from barriergraph.rdf import named
from barriergraph.results import FORMATS
from barriergraph.site import data, listing, maps, questions, searching, things, vocabulary
from barriergraph.site.answers import Given
from barriergraph.site.frame import HERE, Frame
from barriergraph.site.structured import embedded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.site.site import Site

#: The endings under which an answer can be taken away.
ANSWERS = tuple(form.ending for form in FORMATS.values() if form.name != "table")

#: Those of an example.
_SHORT = ("html", "csv", "json")

#: What the files of a thing end with, beside one another.
_ENDINGS = tuple(f".{ending}" for ending in ("html", *data.ENDINGS, *data.REFERENCES))

#: The number of a page of a long list, and the ending.
_NUMBER = re.compile(r"(-[1-9][0-9]*)?\.html$")

_WHOLE = ((maps.EXTENT, "all"),)

_STATIC = HERE / "static"

#: What makes a page or file, given its frame.
Maker = Callable[[Frame], bytes]


def routes(site: Site) -> Iterator[tuple[str, Maker]]:
    """Yield every path of a site, with what makes the page or file there."""
    yield from few(site)
    for iri in site.reading.things:
        path = site.reading.things.path(iri)
        assert path is not None
        yield from _of_thing(site, iri, path)
    for kind in KINDS:
        yield from _of_kind(site, kind)
    for query in site.graph.queries.values():
        yield from _of_examples(site, query)
    for query in maps.maps(site.reading):
        yield from _of_rows(site, query)


def few(site: Site) -> Iterator[tuple[str, Maker]]:
    """Yield the paths that are few however large the graph is, and cost nothing to find."""
    reading = site.reading
    yield "index.html", partial(_front, site)
    yield "404.html", partial(_missing, site)
    yield (
        "about.html",
        lambda frame: frame.render(
            "about.html",
            title="About, data and citing",
            kinds=site.lists.kinds,
            dumps=distributions(inferred=site.graph.inferred),
        ),
    )
    yield "search.html", lambda _: site.search("")
    yield "search.json", lambda _: _as_json(searching.as_lists(site.index))
    yield (
        "sparql.html",
        lambda frame: frame.render(
            "sparql.html",
            title="SPARQL",
            queries=list(site.graph.queries.values()),
            vendor=(_STATIC / "vendor").is_dir(),
        ),
    )
    for file in sorted(_STATIC.rglob("*")):
        if file.is_file():
            yield f"static/{file.relative_to(_STATIC).as_posix()}", _of(file.read_bytes)
    for iri in sorted(site.graph.named_graphs()):
        if iri.startswith(GRAPH):
            path = iri.removeprefix(BASE)
            yield f"{path}.html", _page(listing.graph_page, iri)
            yield f"{path}.ttl", _of(data.of_graph, reading, iri, "turtle")
    yield from _of_terms(site)
    yield from _of_questions(site)
    yield from _of_maps(site)


def route(site: Site, path: str) -> Maker | None:
    """Return what makes the page or file at a path that is none of the `few`, or None.

    Only what stands beside it is looked at: a thing with its files, the pages of a kind, the
    examples of a question, or the rows of a map.
    """
    return next((make for found, make in _beside(site, path) if found == path), None)


def _beside(site: Site, path: str) -> Iterator[tuple[str, Maker]]:
    folder, _, rest = path.partition("/")
    if folder in ("id", "at"):
        kind = _NUMBER.sub("", rest)
        if folder == "id" and kind in KINDS:
            yield from _of_kind(site, kind)
        stem = next((path.removesuffix(end) for end in _ENDINGS if path.endswith(end)), "")
        iri = site.reading.things.at(stem)
        if iri is not None:
            yield from _of_thing(site, iri, stem)
        return
    name, _, last = rest.partition("/")
    if folder == "queries" and last.startswith("example-") and name in site.graph.queries:
        yield from _of_examples(site, site.graph.queries[name])
    elif folder == "map" and last:
        for query in maps.maps(site.reading):
            if query.name == name:
                yield from _of_rows(site, query)


def _front(site: Site, frame: Frame) -> bytes:
    reading = site.reading
    query = next(iter(maps.maps(reading)), None)
    drawn, domains = None, []
    if query is not None:
        whole = site.matrix(query, ())
        drawn = maps.drawn(frame, query, whole, (), part=maps.leading(reading, whole))
        if query.view.column("columns") == "domain":
            domains = [(name, frame.iri(iri)) for iri, name in drawn.matrix.columns.items()]
    told = schema_org(
        edition(reading.store), distributions(inferred=site.graph.inferred), base=site.base
    )
    return frame.render(
        "index.html",
        title="What stops, and what helps, public services sharing information",
        map=drawn,
        kinds=site.lists.kinds,
        domains=domains,
        queries=list(site.graph.queries.values()),
        structured=[embedded(told)],
    )


def _missing(site: Site, frame: Frame) -> bytes:
    """Return the page that a host shows in the place of any other, so that links must not be
    relative to it where the site's address is known."""
    if site.base is not None:
        frame.root = urlsplit(site.base).path
    return frame.render("missing.html", title="Nothing here")


def _of_thing(site: Site, iri: str, path: str) -> Iterator[tuple[str, Maker]]:
    """Yield the page of a thing, and the same as data and references."""
    reading = site.reading
    yield f"{path}.html", partial(_thing, site, iri)
    for ending, form in data.ENDINGS.items():
        yield f"{path}.{ending}", _of(data.of_thing, reading, iri, form)
    if things.has_references(reading, NamedNode(iri)):
        for ending in data.REFERENCES:
            yield f"{path}.{ending}", _of(data.references, reading, iri, ending)


def _of_kind(site: Site, kind: str) -> Iterator[tuple[str, Maker]]:
    for number, path in enumerate(listing.pages(site.lists, kind), 1):
        yield f"{path}.html", _page(listing.kind_page, site.lists, kind, number)


def _thing(site: Site, iri: str, frame: Frame) -> bytes:
    return things.thing(frame, iri, list(things.sections(frame, iri)), site.explainer)


def _of_terms(site: Site) -> Iterator[tuple[str, Maker]]:
    """Yield the pages of the ontologies, each under its IRI and that of its version."""
    reading, words = site.reading, site.vocabulary
    ontologies = reading.linked(named("owl:Ontology"), named("rdf:type"), back=True)
    for ontology in ontologies:
        if ontology.value != ONTOLOGY and not ontology.value.startswith(f"{ONTOLOGY}/"):
            continue
        graph = reading.home(ontology)
        for one in (ontology, *reading.linked(ontology, named("owl:versionIRI"))):
            path = one.value.removeprefix(BASE)
            yield f"{path}.html", _page(vocabulary.page, words, ontology.value)
            for ending, form in data.ENDINGS.items():
                yield f"{path}.{ending}", _of(data.of_graph, reading, graph, form)
    yield "shapes.html", _page(vocabulary.shapes_page, words)
    for ending, form in data.ENDINGS.items():
        yield f"shapes.{ending}", _of(lambda form: words.shapes.serialize(form), form)


def _of_questions(site: Site) -> Iterator[tuple[str, Maker]]:
    queries = site.graph.queries
    yield "queries.html", lambda frame: questions.catalogue(frame, queries.values())
    yield "queries.json", lambda _: _as_json(questions.for_scripts(site.reading))
    for query in queries.values():
        path = f"queries/{query.name}"
        yield f"{path}.html", _page(questions.question, query)
        yield f"{path}.rq", _of(query.text.encode)
        for ending in ANSWERS:
            yield f"{path}/results.{ending}", partial(_state, site, query, "results", (), ending)


def _of_examples(site: Site, query: StoredQuery) -> Iterator[tuple[str, Maker]]:
    for number, given in enumerate(site.reading.examples(query), 1):
        name = f"example-{number}"
        for ending in _SHORT:
            path = f"queries/{query.name}/{name}.{ending}"
            yield path, partial(_state, site, query, name, given, ending)


def _state(
    site: Site, query: StoredQuery, name: str, given: Given, ending: str, frame: Frame
) -> bytes:
    table = site.table(query, given)
    if ending == "html":
        return questions.answer(frame, query, table, given, name=name)
    form = next(one for one in FORMATS.values() if one.ending == ending)
    return table.to(form.name).encode()


def _of_maps(site: Site) -> Iterator[tuple[str, Maker]]:
    for place, query in enumerate(maps.maps(site.reading)):
        path = f"map/{query.name}"
        for page in (f"{path}.html", *(() if place else ("map.html",))):
            yield page, partial(_map, site, query, ())
        yield f"{path}.svg", _of(site.drawing, query, ())
        yield f"{path}/all.html", partial(_map, site, query, _WHOLE)
        yield f"{path}/all.svg", _of(site.drawing, query, _WHOLE)


def _of_rows(site: Site, query: StoredQuery) -> Iterator[tuple[str, Maker]]:
    for row in site.matrix(query, ()).rows:
        yield f"map/{query.name}/{slug(row)}.html", partial(_row, site, query, row)


def _map(site: Site, query: StoredQuery, given: Given, frame: Frame) -> bytes:
    return site.map(query, given, frame.path)


def _row(site: Site, query: StoredQuery, row: str, frame: Frame) -> bytes:
    return maps.row_page(frame, query, site.matrix(query, ()), row)


def _page(make: Callable[..., bytes], *given: object) -> Maker:
    return lambda frame: make(frame, *given)


def _of(make: Callable[..., bytes], *given: object) -> Maker:
    return lambda _: make(*given)


def _as_json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

"""The pages of the stored queries: the list, one with its form, and an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from barriergraph.datatypes import XSD
from barriergraph.namespaces import PREFIXES
from barriergraph.queries import StoredQuery
from barriergraph.results import FORMATS, Table
from barriergraph.site import maps
from barriergraph.site.answers import ROWS, Given, show
from barriergraph.site.forms import as_dict, choices, fields, is_long
from barriergraph.site.frame import Frame
from barriergraph.site.matrix import matrix
from barriergraph.site.reading import Reading


def catalogue(
    frame: Frame, queries: Iterable[StoredQuery], words: Sequence[str] = (), tag: str | None = None
) -> bytes:
    """Return the page that lists stored queries, those of a tag or with some words."""
    return frame.render(
        "queries.html",
        title="Questions",
        queries=list(queries),
        words=" ".join(words),
        tag=tag,
        tags=sorted({one for query in frame.reading.graph.queries.values() for one in query.tags}),
    )


def question(frame: Frame, query: StoredQuery, given: Given = ()) -> bytes:
    """Return the page of a stored query: what it asks, a form, how to ask it, and its text."""
    examples = frame.reading.examples(query)
    example = urlencode(examples[0]) if examples else ""
    address = f"http://127.0.0.1:8000/queries/{query.name}/results.csv"
    return frame.render(
        "query.html",
        title=query.title,
        query=query,
        fields=fields(frame.reading, query, given),
        examples=[(f"example-{number}", _spelt(one)) for number, one in enumerate(examples, 1)],
        downloads=_downloads(),
        address=f"{address}?{example}" if example else address,
        command=" ".join(["barriergraph run", query.name, *map(_spelt, examples[:1])]),
    )


def answer(
    frame: Frame, query: StoredQuery, table: Table, given: Given = (), *, name: str = "results"
) -> bytes:
    """Return the page with an answer, as its view draws it; `name` is how its files are called."""
    asked = [(key, value) for key, value in given if key in query.parameters and value]
    is_map = query.view.kind == "matrix"
    return frame.render(
        "answer.html",
        title=table.title,
        query=query,
        fields=fields(frame.reading, query, asked),
        given=asked,
        suffix=f"?{urlencode(asked)}" if asked and name == "results" else "",
        spelt=_spelt(asked),
        name=name,
        total=len(table),
        rows=ROWS,
        shown=None if is_map else show(frame, query, table, asked),
        map=maps.drawn(frame, query, matrix(table), asked, summed=False) if is_map else None,
        downloads=[one for one in _downloads() if name == "results" or one[1] in ("csv", "json")],
    )


def for_scripts(reading: Reading) -> dict[str, object]:
    """Return the stored queries as a script in a browser asks them: text, slots, and values.

    A parameter of too many values for a list has none here: it takes an IRI or a CURIE.
    """
    uses = reading.graph.uses()
    return {
        "prefixes": dict(PREFIXES),
        "queries": [
            {
                "name": query.name,
                "title": query.title,
                "question": query.question,
                "tags": list(query.tags),
                "text": query.text,
                "columns": dict(query.columns),
                "view": {"kind": query.view.kind, **dict(query.view.roles)},
                "behind": None if query.behind is None else
                {"query": query.behind.query, "values": dict(query.behind.values)},
                "parameters": [
                    {
                        "name": parameter.name,
                        "type": parameter.type,
                        "description": parameter.description,
                        "datatype": parameter.iri if (parameter.iri or "").startswith(XSD)
                        else None,
                        "default": parameter.default,
                        "repeatable": True,
                        "slot": list(query.spans[parameter.name]),
                        "values": None if is_long(reading, parameter) else
                        [as_dict(one) for one in choices(reading, parameter, uses)],
                    }
                    for parameter in query.parameters.values()
                ],
                "examples": [[list(pair) for pair in one] for one in query.examples],
            }
            for query in reading.graph.queries.values()
        ],
    }  # fmt: skip


def _downloads() -> list[tuple[str, str]]:
    return [
        (form.name, form.ending) for form in FORMATS.values() if form.name not in ("html", "table")
    ]


def _spelt(pairs: Iterable[tuple[str, str]]) -> str:
    """Return what was asked as the command line takes it."""
    from shlex import quote

    return " ".join(f"{name}={quote(value)}" for name, value in pairs)

"""Plain pages for people at a browser: the stored queries, a form for each, and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from barriergraph.queries import Parameter, StoredQuery
from barriergraph.results import FORMATS, Table

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; } th, td { padding: .2rem .6rem; text-align: left;
border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); vertical-align: top; }
label { display: block; margin-top: 1rem; font-weight: 600; }
select, input { font: inherit; max-width: 100%; }
button { font: inherit; margin-top: 1rem; padding: .3rem 1rem; }
pre { overflow-x: auto; padding: .5rem; border: 1px solid; }
.scroll { overflow-x: auto; } small { font-weight: 400; }
"""


def catalogue(queries: Iterable[StoredQuery], words: Sequence[str], tag: str | None) -> bytes:
    """Return the page that lists stored queries, with a search."""
    items = "".join(
        f'<li><a href="/queries/{escape(query.name)}">{escape(query.title)}</a><br>'
        f"{escape(query.question)}<br><small>"
        + " ".join(f'<a href="/queries?tag={escape(one)}">{escape(one)}</a>' for one in query.tags)
        + "</small></li>"
        for query in queries
    )
    kept = f" tagged {escape(tag)}" if tag else ""
    body = (
        f"<h1>Questions{kept}</h1>"
        '<form action="/queries" role="search"><label for="q">Search</label>'
        f'<input id="q" name="q" type="search" value="{escape(" ".join(words))}"> '
        "<button>Search</button></form>"
        + (f"<ul>{items}</ul>" if items else "<p>No question has these words.</p>")
        + '<p>Any other question in SPARQL: <a href="/sparql">/sparql</a>. '
        'The API: <a href="/openapi.json">/openapi.json</a>.</p>'
    )
    return _page("Questions", body)


def query(
    asked: StoredQuery,
    values: Mapping[str, Sequence[Mapping[str, object]]],
    given: Sequence[tuple[str, str]],
) -> bytes:
    """Return the page of a stored query: what it asks, a form, how to ask it, and its text."""
    fields = "".join(_field(one, values[name], given) for name, one in asked.parameters.items())
    address = f"/queries/{asked.name}/results"
    examples = "".join(
        f'<li><a href="{address}.html?{escape(_query(example))}">'
        f"{escape(' '.join(f'{name}={value}' for name, value in example))}</a></li>"
        for example in asked.examples
    )
    downloads = " ".join(
        f'<a href="{address}.{form.ending}">{form.name}</a>' for form in FORMATS.values()
    )
    body = (
        f'<p><a href="/queries">All questions</a></p><h1>{escape(asked.title)}</h1>'
        f"<p>{escape(asked.question)}</p>"
        f'<form action="{address}.html">{fields}<button>Ask</button></form>'
        + (f"<h2>Examples</h2><ul>{examples}</ul>" if examples else "")
        + f"<h2>The whole answer</h2><p>{downloads}</p>"
        + "<h2>From a program</h2>"
        + _snippets(asked)
        + f"<h2>The query</h2><pre><code>{escape(asked.text)}</code></pre>"
    )
    return _page(asked.title, body)


def results(table: Table, name: str) -> bytes:
    """Return the page with an answer to the stored query of a name."""
    count = "1 row" if len(table) == 1 else f"{len(table)} rows"
    body = (
        '<p><a href="/queries">All questions</a> · '
        f'<a href="/queries/{escape(name)}">Ask this otherwise</a></p>'
        f"<h1>{escape(table.title)}</h1><p>{count}</p>"
        f'<div class="scroll">{table.to_html()}</div>'
    )
    return _page(table.title, body, wide=True)


def _field(
    parameter: Parameter, values: Sequence[Mapping[str, object]], given: Sequence[tuple[str, str]]
) -> str:
    name = escape(parameter.name)
    chosen = {value for key, value in given if key == parameter.name}
    label = (
        f'<label for="p-{name}">{escape(parameter.description or parameter.name)} '
        f"<small>({name})</small></label>"
    )
    if values:
        options = "".join(
            f'<option value="{escape(str(one["value"]))}"'
            f"{' selected' if one['value'] in chosen else ''}>{escape(str(one['label']))}</option>"
            for one in values
        )
        size = min(len(values), 6)
        return (
            f'{label}<select id="p-{name}" name="{name}" multiple size="{size}">{options}</select>'
        )
    value = escape(next(iter(chosen), parameter.default or ""))
    return f'{label}<input id="p-{name}" name="{name}" value="{value}">'


def _snippets(asked: StoredQuery) -> str:
    example = _query(asked.examples[0]) if asked.examples else ""
    address = f"http://127.0.0.1:8000/queries/{asked.name}/results.csv"
    address += f"?{example}" if example else ""
    texts = {
        "curl": f"curl '{address}'",
        "Python": f'import pandas\ntable = pandas.read_csv("{address}")',
        "R": f'table <- read.csv("{address}")',
    }
    return "".join(
        f"<h3>{name}</h3><pre><code>{escape(text)}</code></pre>" for name, text in texts.items()
    )


def _query(example: Sequence[tuple[str, str]]) -> str:
    from urllib.parse import urlencode

    return urlencode(example)


def _page(title: str, body: str, *, wide: bool = False) -> bytes:
    style = _STYLE + ("body { max-width: 90rem; } caption { display: none; }" if wide else "")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} - barriergraph</title><style>{style}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    ).encode()

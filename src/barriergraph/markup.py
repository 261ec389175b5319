"""Tables as Markdown and as HTML, with labels, links and everything escaped."""

from __future__ import annotations

from barriergraph.cells import count, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from barriergraph.results import Table

_MARKDOWN = {ord(char): f"\\{char}" for char in "\\`*_[]|<>~&"} | {ord("\n"): "<br>"}
_HTML = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;",
         ord("'"): "&#x27;"}  # fmt: skip


def to_markdown(table: Table) -> str:
    """Return a table in GitHub's Markdown, numbers to the right.

    Source: https://github.github.com/gfm/#tables-extension-
    """
    columns = visible(table)
    lines = [
        _row(column.heading.translate(_MARKDOWN) for column in columns),
        _row("---:" if column.numeric else "---" for column in columns),
    ]
    lines += [
        _row(_markdown(column.texts[place], column.links[place]) for column in columns)
        for place in range(len(table))
    ]
    return "\n".join([*lines, ""])


def to_html(table: Table) -> str:
    """Return a table in HTML, with its title as caption and its count of rows below."""
    columns = visible(table)
    lines = ["<table>"]
    if table.title:
        lines.append(f"<caption>{table.title.translate(_HTML)}</caption>")
    heads = "".join(f'<th scope="col">{c.heading.translate(_HTML)}</th>' for c in columns)
    lines += [f"<thead><tr>{heads}</tr></thead>", "<tbody>"]
    for place in range(len(table)):
        cells = "".join(
            f"<td{_RIGHT if column.numeric else ''}>"
            f"{_html(column.texts[place], column.links[place])}</td>"
            for column in columns
        )
        lines.append(f"<tr>{cells}</tr>")
    foot = f'<tfoot><tr><td colspan="{max(len(columns), 1)}">{count(len(table), "row")}</td></tr>'
    return "\n".join([*lines, "</tbody>", f"{foot}</tfoot>", "</table>", ""])


_RIGHT = ' style="text-align:right"'


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _is_web(link: str | None) -> bool:
    # An IRI of another scheme, such as javascript:, would run when it is followed.
    return link is not None and link.lower().startswith(("https://", "http://"))


def _markdown(text: str, link: str | None) -> str:
    words = text.translate(_MARKDOWN)
    return f"[{words}](<{link}>)" if link and _is_web(link) else words


def _html(text: str, link: str | None) -> str:
    words = text.translate(_HTML).replace("\n", "<br>")
    if link and _is_web(link):
        return f'<a href="{link.translate(_HTML)}">{words}</a>'
    return words

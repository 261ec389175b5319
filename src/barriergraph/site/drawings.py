"""Small drawings as SVG, each with its words: a line over years, things and their links, a map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from barriergraph.site.matrix import Matrix

_WIDE, _HIGH, _EDGE = 640, 160, 36


def timeline(points: Sequence[tuple[int, float]], words: str) -> Markup:
    """Return a line of values over years; the table beside it says the same in numbers."""
    years = [year for year, _ in points]
    most = max(value for _, value in points) or 1
    first, last = min(years), max(years)
    span = max(last - first, 1)

    def at(year: int, value: float) -> tuple[float, float]:
        x = _EDGE + (year - first) / span * (_WIDE - 2 * _EDGE)
        return round(x, 1), round(_HIGH - 24 - value / most * (_HIGH - 48), 1)

    places = [at(year, value) for year, value in sorted(points)]
    path = f"M{places[0][0]} {places[0][1]}"
    for (_, before), (x, y) in pairwise(places):
        path += f"L{x} {before}L{x} {y}"  # what is counted stays until the next is added
    title = Markup("{}, {} to {}: from {:g} to {:g}").format(
        words, first, last, sorted(points)[0][1], sorted(points)[-1][1]
    )
    ends = [
        Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, y, anchor, text)
        for x, y, anchor, text in (
            (_EDGE, _HIGH - 6, "start", first),
            (_WIDE - _EDGE, _HIGH - 6, "end", last),
            (_EDGE - 6, places[-1][1] + 4, "end", f"{most:g}"),
            (_EDGE - 6, _HIGH - 20, "end", "0"),
        )
    ]
    return Markup(
        '<svg class="line" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>'
        '<path class="axis" d="M{} {}H{}"/><path class="run" d="{}"/>{}</svg>'
    ).format(_WIDE, _HIGH, title, title, _EDGE, _HIGH - 24, _WIDE - _EDGE, path,
             Markup("").join(ends))  # fmt: skip


def network(pairs: Sequence[tuple[str, str]]) -> Markup:
    """Return things in two columns with a line for each pair; the table says the same."""
    lefts = list(dict.fromkeys(start for start, _ in pairs))
    rights = list(dict.fromkeys(end for _, end in pairs))
    step = 24
    high = max(len(lefts), len(rights)) * step + 12

    def spot(names: Sequence[str], name: str) -> float:
        gap = (high - len(names) * step) / 2
        return gap + names.index(name) * step + step / 2

    lines = [
        Markup('<path class="edge" d="M250 {:g}C320 {:g} 320 {:g} 390 {:g}"/>').format(
            spot(lefts, start), spot(lefts, start), spot(rights, end), spot(rights, end)
        )
        for start, end in pairs
    ]
    words = [
        Markup('<text x="{}" y="{:g}" text-anchor="{}">{}</text>').format(
            x, spot(names, name) + 4, anchor, _cut(name)
        )
        for x, anchor, names in ((244, "end", lefts), (396, "start", rights))
        for name in names
    ]
    return Markup(
        '<svg class="net" viewBox="0 0 {} {:g}" role="img" aria-label="{} links, the same as in '
        'the table below">{}{}</svg>'
    ).format(_WIDE, high, len(pairs), Markup("").join(lines), Markup("").join(words))


def around(centre: str, neighbours: Sequence[tuple[str, str, str | None]]) -> Markup:
    """Return a thing amid what it is linked to: name, link and address of each neighbour."""
    wide, high = 640, 320
    parts = []
    amount = max(len(neighbours), 1)
    for place, (name, link, address) in enumerate(neighbours):
        turn = 2 * math.pi * (place + 0.5) / amount - math.pi / 2
        x, y = wide / 2 + 190 * math.cos(turn), high / 2 + 128 * math.sin(turn)
        anchor = "start" if x > wide / 2 + 20 else "end" if x < wide / 2 - 20 else "middle"
        words = Markup(
            '<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}<title>{}: {}</title></text>'
        ).format(
            x + (8 if anchor == "start" else -8 if anchor == "end" else 0),
            y + (4 if anchor != "middle" else 18 if y > high / 2 else -10),
            anchor, _cut(name, 26), link, name,
        )  # fmt: skip
        if address:
            words = Markup('<a href="{}">{}</a>').format(address, words)
        parts.append(
            Markup(
                '<path class="edge" d="M{:g} {:g}L{:.1f} {:.1f}"/>'
                '<circle cx="{:.1f}" cy="{:.1f}" r="4"/>{}'
            ).format(wide / 2, high / 2, x, y, x, y, words)
        )
    return Markup(
        '<svg class="net" viewBox="0 0 {} {}" role="group" aria-label="{} and its neighbours, '
        'the same as the list">{}<circle class="centre" cx="{:g}" cy="{:g}" r="7"/></svg>'
    ).format(wide, high, centre, Markup("").join(parts), wide / 2, high / 2)


def hierarchy(names: Sequence[tuple[int, str, str | None]]) -> Markup:
    """Return names under one another as a drawing: depth, name and address of each, in order."""
    across, down = 170, 22
    parts, above = [], dict[int, int]()
    for place, (depth, name, address) in enumerate(names):
        x, y = 8 + across * depth, 14 + down * place
        above[depth] = y
        if depth:
            parts.append(
                Markup('<path class="edge" d="M{} {}V{}H{}"/>').format(
                    x - across + 6, above[depth - 1] + 5, y, x - 4
                )
            )
        words = Markup('<text x="{}" y="{}">{}</text>').format(x, y + 4, _cut(name, 26))
        parts.append(
            words if address is None else Markup('<a href="{}">{}</a>').format(address, words)
        )
    wide = 8 + across * (max((depth for depth, _, _ in names), default=0) + 1)
    return Markup(
        '<svg class="net" viewBox="0 0 {0} {1}" role="group" aria-label="The same as the list '
        'of classes">{2}</svg>'
    ).format(wide, 14 + down * len(names), Markup("").join(parts))


#: The shades of a map, from a gap to the fullest; they differ in lightness, so that they also
#: differ in print and to those who see fewer colours.
SHADES = ("#ffffff", "#d3e5e8", "#93c1c9", "#4d929f", "#135a69")
_INK = ("#5b6670", "#12262b", "#12262b", "#ffffff", "#ffffff")


def grid(matrix: Matrix, title: str, words: str) -> bytes:
    """Return a matrix as an SVG document of its own."""
    left, top, wide, high = 260, 130, 78, 24
    width = left + wide * len(matrix.columns) + 10
    height = top + high * len(matrix.rows) + 34
    parts: list[Markup] = []
    for place, name in enumerate(matrix.columns.values()):
        x = left + wide * place + wide / 2
        parts.append(
            Markup('<text transform="translate({:g} {:g}) rotate(-38)">{}</text>').format(
                x, top - 8, _cut(name, 24)
            )
        )
    for line_at, line in enumerate(matrix.rows.values()):
        y = top + high * line_at
        parts.append(
            Markup('<text x="{}" y="{}">{}</text>').format(
                10 + 14 * line.depth, y + 16, _cut(line.name, 36)
            )
        )
        for place, column in enumerate(matrix.columns):
            cell = matrix.cell(line.iri, column)
            x = left + wide * place
            parts.append(
                Markup(
                    '<g><title>{}, {}: {}</title><rect x="{}" y="{}" width="{}" height="{}" '
                    'fill="{}" stroke="#c3ccd1"/><text x="{:g}" y="{}" text-anchor="middle" '
                    'fill="{}">{}</text></g>'
                ).format(
                    line.name,
                    matrix.columns[column],
                    cell.amount,
                    x,
                    y,
                    wide,
                    high,
                    SHADES[cell.shade],
                    x + wide / 2,
                    y + 16,
                    _INK[cell.shade],
                    cell.amount or "·",
                )
            )
    text = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#12262b"><title>{2}</title>'
        '<rect width="{0}" height="{1}" fill="#ffffff"/>'
        '<text x="10" y="20" font-size="15" font-weight="600">{2}</text>{3}'
        '<text x="10" y="{4}" fill="#5b6670">{5}</text></svg>\n'
    ).format(width, height, title, Markup("").join(parts), height - 12, words)
    return text.encode()


def _cut(text: str, length: int = 34) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"

"""Charts of the results as SVG: ratios against their targets, and how seconds grow.

Each says in words what it shows, and marks differ in shape as well as in colour. The ground is a
white card, so that they can be read on a dark page too. The same rows give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from benchmarks.measure import Row

OURS, PEER, MISSED, INK, FAINT = "#135a69", "#a04a00", "#a8201a", "#12262b", "#5b6670"
LINE = "#d5dce0"
#: Of what is measured at several sizes, the panels of the chart of growth.
PANELS = {
    "load": "load",
    "check": "check, all shapes",
    "check-core": "check, shapes of SHACL Core",
    "infer": "infer",
    "queries": "all stored queries, geometric mean",
    "focus": "check one finding",
}


def ratios(rows: Sequence[Row]) -> bytes:
    """Return a dot for each row with a target: its ratio as a multiple of the target."""
    rows = [row for row in rows if row.least]
    left, wide, top, step = 570, 330, 98, 24
    shares = [row.ratio / row.least for row in rows]
    low = min([0.5, *shares])
    high = max([10.0, *shares])
    decades = (math.floor(math.log10(low)), math.ceil(math.log10(high)))
    width, height = left + wide + 150, top + step * len(rows) + 20

    def x(share: float) -> float:
        place = (math.log10(share) - decades[0]) / (decades[1] - decades[0])
        return round(left + wide * place, 1)

    parts = []
    for decade in range(decades[0], decades[1] + 1):
        at = x(10.0**decade)
        parts.append(_line(at, top - 12, at, height - 16, LINE))
        parts.append(_text(at, top - 18, f"{10.0**decade:g}", "middle", FAINT))
    parts.append(_line(x(1), top - 12, x(1), height - 16, INK, dash="4 3"))
    parts.append(_text(x(1), top - 34, "target", "middle", INK))
    for place, (row, share) in enumerate(zip(rows, shares, strict=True)):
        y = top + step * place + 8
        name = f"{row.work}, against {row.peer}".replace("`", "")
        parts.append(_text(left - 14, y + 4, _cut(name, 86), "end", INK, name))
        parts.append(_line(x(1), y, x(share), y, OURS if row.met else MISSED))
        parts.append(_mark(x(share), y, row.met))
        words = f"{_times(row.ratio)} (target {_times(row.least)})"
        more = "over " if row.unfinished else ""
        parts.append(_text(left + wide + 14, y + 4, more + words, "start", INK))
    title = "Each ratio as a multiple of its target"
    words = (
        f"{sum(row.met is True for row in rows)} of {len(rows)} targets are reached; right of the "
        "line is better. A circle is reached, a diamond missed, a square a peer stopped before."
    )
    return _document(width, height, title, words, parts)


def growth(rows: Sequence[Row]) -> bytes:
    """Return a panel for each work: seconds by the number of statements, both as powers of ten."""
    wide, high, across, down = 300, 190, 400, 262
    shown = {
        series: found
        for series in PANELS
        if (found := [row for row in rows if row.series == series and row.size])
    }
    parts = []
    for number, (series, found) in enumerate(shown.items()):
        left, top = 62 + across * (number % 2), 92 + down * (number // 2)
        parts += _panel(PANELS[series], found, left, top, wide, high)
    lines = (len(shown) + 1) // 2
    title = "How the seconds grow with the number of statements"
    words = (
        "Both axes are powers of ten. Filled circles are barriergraph, others the peers by name; "
        "a hollow mark with an arrow was stopped before its end."
    )
    return _document(2 * across + 20, 70 + down * lines, title, words, parts)


def _panel(
    name: str, rows: Sequence[Row], left: float, top: float, wide: float, high: float
) -> list[Markup]:
    sizes = [math.log10(row.size) for row in rows]
    seconds = [value for row in rows for value in (row.ours, row.theirs) if value]
    first, last = math.floor(min(sizes)), math.ceil(max(sizes))
    last = max(last, first + 1)
    low, top_decade = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    top_decade = max(top_decade, low + 1)

    def at(size: float, value: float) -> tuple[float, float]:
        x = (math.log10(size) - first) / (last - first)
        y = (math.log10(value) - low) / (top_decade - low)
        return round(left + wide * 0.78 * x, 1), round(top + high * (1 - y), 1)

    parts = [_text(left, top - 12, name, "start", INK, bold=True)]
    for decade in range(low, top_decade + 1):
        y = at(10.0**first, 10.0**decade)[1]
        parts.append(_line(left, y, left + wide, y, LINE))
        parts.append(_text(left - 10, y + 4, f"{10.0**decade:g} s", "end", FAINT))
    for decade in range(first, last + 1):
        x = at(10.0**decade, 10.0**low)[0]
        parts.append(_line(x, top, x, top + high, LINE))
        parts.append(_text(x, top + high + 16, f"{10**decade:,}", "middle", FAINT))
    mine = {row.size: row.ours for row in rows}
    lines = [("barriergraph", OURS, sorted(mine.items()), set[int]())]
    for peer in dict.fromkeys(row.peer for row in rows if row.peer):
        those = [row for row in rows if row.peer == peer and row.theirs]
        stopped = {row.size for row in those if row.unfinished}
        lines.append((peer, PEER, sorted((row.size, row.theirs) for row in those), stopped))
    taken: list[float] = []
    for label, colour, points, stopped in lines:
        places = [at(*point) for point in points]
        path = " ".join(f"{'L' if n else 'M'}{x:g} {y:g}" for n, (x, y) in enumerate(places))
        dash = "" if colour == OURS else "5 3"
        parts.append(
            Markup('<path d="{}" fill="none" stroke="{}" stroke-width="2"{}/>').format(
                path, colour, Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
            )
        )
        for (size, value), (x, y) in zip(points, places, strict=True):
            hollow = size in stopped
            shape = _circle(x, y, colour) if colour == OURS else _square(x, y, colour, hollow)
            words = f"{label}, {size:,} statements: {'over ' if hollow else ''}{value:.3g} s"
            parts.append(Markup("<g><title>{}</title>{}</g>").format(words, shape))
            if hollow:
                parts.append(_text(x, y - 8, "↑", "middle", colour))
        x, y = places[-1]
        while any(abs(y - other) < 14 for other in taken):
            y += 14 if colour == OURS else -14
        taken.append(y)
        parts.append(_text(x + 9, y + 4, label, "start", colour))
    return parts


def _document(
    width: float, height: float, title: str, words: str, parts: Iterable[Markup]
) -> bytes:
    text = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:g} {1:g}" width="{0:g}" '
        'height="{1:g}" role="img" aria-labelledby="title words" '
        'font-family="system-ui, sans-serif" font-size="12"><title id="title">{2}</title>'
        '<desc id="words">{3}</desc><rect width="{0:g}" height="{1:g}" rx="8" fill="#ffffff"/>'
        '<text x="16" y="24" font-size="15" font-weight="600" fill="{4}">{2}</text>'
        '<text x="16" y="42" font-size="11" fill="{5}">{3}</text>\n{6}\n</svg>\n'
    ).format(width, height, title, words, INK, FAINT, Markup("\n").join(parts))
    return text.encode()


def _text(
    x: float, y: float, words: str, anchor: str, colour: str, title: str = "", *, bold: bool = False
) -> Markup:
    more = Markup("<title>{}</title>").format(title) if title and title != words else ""
    weight = Markup(' font-weight="600"') if bold else ""
    return Markup('<text x="{:g}" y="{:g}" text-anchor="{}" fill="{}"{}>{}{}</text>').format(
        x, y, anchor, colour, weight, more, words
    )


def _line(x: float, y: float, x2: float, y2: float, colour: str, *, dash: str = "") -> Markup:
    return Markup('<path d="M{:g} {:g}L{:g} {:g}" stroke="{}"{}/>').format(
        x, y, x2, y2, colour, Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
    )


def _mark(x: float, y: float, met: bool | None) -> Markup:
    if met:
        return _circle(x, y, OURS)
    if met is None:
        return _square(x, y, PEER, True)
    return Markup('<path d="M{:g} {:g}l6 6l-6 6l-6 -6z" fill="{}"/>').format(x, y - 6, MISSED)


def _circle(x: float, y: float, colour: str) -> Markup:
    return Markup('<circle cx="{:g}" cy="{:g}" r="4.5" fill="{}"/>').format(x, y, colour)


def _square(x: float, y: float, colour: str, hollow: bool) -> Markup:
    return Markup(
        '<rect x="{:g}" y="{:g}" width="8" height="8" fill="{}" stroke="{}" stroke-width="1.5"/>'
    ).format(x - 4, y - 4, "#ffffff" if hollow else colour, colour)


def _times(value: float) -> str:
    """Return a ratio in three figures at most.

    >>> _times(2272.03), _times(50.44), _times(1.5), _times(0.137)
    ('2,272', '50', '1.5', '1/7.3')
    """
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.2g}" if value >= 1 else f"1/{1 / value:.2g}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"

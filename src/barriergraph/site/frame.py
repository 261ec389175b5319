"""The frame of every page: templates, and what all of them can say."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from barriergraph import __version__
from barriergraph.cells import count, shown
from barriergraph.site.addresses import href, up
from barriergraph.site.reading import Reading

HERE = Path(__file__).parent

Node = NamedNode | BlankNode | Literal | Triple


@lru_cache(1)
def environment() -> Environment:
    """Return the templates, which escape whatever they are given."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    found.filters["count"] = count
    return found


class Frame:
    """A page in the making: it knows where it stands, and so how to link to others."""

    def __init__(self, reading: Reading, path: str) -> None:
        self.reading = reading
        self.path = path
        self.root = up(path)

    def to(self, target: str) -> str:
        """Return the address of a path without ending, such as 'queries/gaps'."""
        return href(self.path, target)

    def file(self, target: str) -> str:
        """Return the address of a path as it is, such as 'dumps/barriergraph.ttl'."""
        return f"{self.root}{target}"

    def iri(self, iri: str) -> str | None:
        """Return the address to follow for an IRI, or None where there is nothing to follow."""
        path = self.reading.path(iri)
        if path is not None:
            return self.to(path)
        # An IRI of another scheme, such as javascript:, would run when it is followed.
        return iri if iri.lower().startswith(("https://", "http://")) else None

    def link(self, node: Node, text: str | None = None) -> Markup:
        """Return a term as people read it, leading to its page if it has one."""
        if isinstance(node, Literal):
            return self.literal(node)
        words = text or (self.reading.name(node) if isinstance(node, NamedNode) else shown(node))
        address = self.iri(node.value) if isinstance(node, NamedNode) else None
        # Put together here: most of a page are links, and Markup.format takes ten times as long.
        if address is None:
            return escape(words)
        return Markup(f'<a href="{escape(address)}">{escape(words)}</a>')

    def link_iri(self, iri: str, text: str) -> Markup:
        """Return a text that leads to the page about an IRI."""
        return self.link(NamedNode(iri), text)

    def literal(self, node: Literal) -> Markup:
        """Return a literal as people read it, in its language; a web address leads there."""
        if node.language:
            # Every page is in English.
            if node.language == "en":
                return escape(node.value)
            return Markup('<span lang="{}">{}</span>').format(node.language, node.value)
        if node.value.startswith(("https://", "http://")) and " " not in node.value:
            return Markup('<a href="{0}">{0}</a>').format(node.value)
        return escape(shown(node))

    def render(self, template: str, **values: object) -> bytes:
        """Return a page made from a template, in UTF-8."""
        page = environment().get_template(template)
        text = page.render(frame=self, root=self.root, version=__version__, **values)
        return text.encode()


#: What makes a page, given its frame.
Maker = Callable[[Frame], bytes]

"""What each verb of the command line does: load, answer, write; True when the answer is yes."""

from __future__ import annotations

import os
import sys
import warnings

from barriergraph.errors import EngineWarning, NotFoundError, ParameterError, QueryError
from barriergraph.namespaces import slug
from barriergraph.output import watched, width, write
from barriergraph.values import Value, by_name

TYPE_CHECKING = False  # importing typing would cost every start some milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from barriergraph.graph import KnowledgeGraph
    from barriergraph.queries import Parameter, StoredQuery
    from barriergraph.results import Table

#: How many allowed values the help of a query names before it points to 'NAME parameter=?'.
SOME = 6


class Content(Value):
    """What is asked: what ships with some folders on top of it, or an endpoint elsewhere.

    With `asserted_only`, what follows is left out; `store` is the folder of a graph on disk. With
    `fetch`, stored queries are answered here, from what they need of the endpoint.
    """

    __slots__ = ("modules", "asserted_only", "endpoint", "store", "fetch")

    modules: tuple[str, ...]
    asserted_only: bool
    endpoint: str | None
    store: str | None
    fetch: bool

    def load(self) -> KnowledgeGraph:
        """Return the graph of the content, or the endpoint that is asked in its place."""
        from barriergraph.opening import connect, load

        if self.endpoint is not None:
            return connect(self.endpoint, *self.modules, fetch=self.fetch)
        infer = not self.asserted_only
        if self.store is None:
            return load(*self.modules, infer=infer)
        from barriergraph.output import progress

        with progress("graph on disk") as tell:
            graph = load(*self.modules, infer=infer, store=self.store, tell=tell)
        from barriergraph.ondisk.tables import guard

        assert graph.database is not None
        guard(graph.database)
        return graph


def list_queries(content: Content, *, format: str | None) -> bool:
    """Write the stored queries: name, question, parameters and tags."""
    queries = content.load().queries.values()
    if format == "json":
        from json import dumps

        from barriergraph.catalogue import as_dict

        write(dumps([as_dict(query) for query in queries], indent=2, ensure_ascii=False))
        return True
    from pyoxigraph import Literal

    from barriergraph.results import Table

    rows = tuple(
        tuple(
            Literal(text)
            for text in (
                query.name, query.question, " ".join(query.parameters), " ".join(query.tags)
            )
        )
        for query in queries
    )  # fmt: skip
    columns = ("name", "question", "parameters", "tags")
    write_table(Table(columns, rows, title="Stored queries"), format)
    return True


def run(
    content: Content, name: str, assignments: Sequence[str], *, format: str | None,
    cite: str | None,
) -> bool:  # fmt: skip
    """Write the answer of a stored query, or with `cite` the sources behind it."""
    graph = content.load()
    query = _stored(content, graph, name)
    values = by_name(_assigned(query, assignments))
    for parameter, given in values.items():
        if given == ["?"]:
            _write_values(graph, query.parameter(parameter))
            return True
    with warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always", EngineWarning)
        table = graph.run(name, **values)
    for doubt in doubts:
        print(f"barriergraph: warning: {doubt.message}", file=sys.stderr)
    _warn_of_derived(graph, query.text)
    if cite is None:
        write_table(table, format)
        return True
    references = table.references()
    convert = {
        "bibtex": references.to_bibtex, "ris": references.to_ris, "csl": references.to_csl_json,
    }  # fmt: skip
    write(convert[cite]())
    return True


def _stored(content: Content, graph: KnowledgeGraph, name: str) -> StoredQuery:
    """Return a stored query; whoever asks for one of their own may have left out the module."""
    try:
        return graph.stored_query(name)
    except NotFoundError as error:
        if content.modules or error.near:
            raise
        raise QueryError(f"{error}; one of a module needs --module DIR") from None


def help_on_query(content: Content, name: str) -> bool:
    """Write what a stored query asks, its parameters with some of their values, and examples."""
    graph = content.load()
    query = _stored(content, graph, name)
    lines = [f"{query.title} ({name})", query.question]
    if query.parameters:
        lines += ["", "parameters (repeat one to keep any of its values):"]
    for parameter in query.parameters.values():
        default = "" if parameter.default is None else f" = {parameter.default}"
        lines.append(f"  {parameter.name}: {parameter.type}{default}  {parameter.description}")
        allowed = [value for value, _ in _allowed(graph, parameter)]
        if allowed:
            more = len(allowed) - SOME
            rest = f" … {more} more: '{parameter.name}=?' lists all" if more > 0 else ""
            lines.append(f"      {', '.join(allowed[:SOME])}{rest}")
    if query.examples:
        lines += ["", "examples:"]
    for example in query.examples:
        pairs = "".join(f" {_quoted(f'{key}={value}')}" for key, value in example)
        lines.append(f"  barriergraph run {name}{pairs}")
    write("\n".join(lines))
    return True


def sparql(content: Content, file: str, *, format: str | None) -> bool:
    """Write the answer of a SPARQL query: one in a file, the text itself, or '-' for stdin."""
    from barriergraph.files import decode, read_text
    from barriergraph.rdf import Graph

    if file == "-":
        text = decode("stdin", sys.stdin.buffer.read())
    elif "{" in file and not os.path.exists(file):
        text = file
    else:
        text = read_text(file)
    graph = content.load()
    answer = graph.query(text)
    _warn_of_derived(graph, text)
    if isinstance(answer, bool):
        write("true" if answer else "false")
        return answer
    if isinstance(answer, Graph):
        write(answer.serialize(format or "turtle"))
        return True
    write_table(answer, format)
    return True


def show(content: Content, term: str, *, format: str | None) -> bool:
    """Write every statement about a term and every one that points to it, with their files."""
    from barriergraph.rdf import ALIASES, RDF_FORMATS

    resource = content.load().describe(term)
    if format == "table" or (format is None and watched()):
        write(resource.to_text())
    elif format in RDF_FORMATS or (format in ALIASES and format not in ("json", "xml")):
        write(resource.to_graph().serialize(format))
    else:
        write_table(resource.to_table(), format)
    return True


def why(content: Content, subject: str, predicate: str, object: str, *, format: str | None) -> bool:
    """Write how a statement follows from what is asserted; False when it does not hold."""
    found = content.load().why(subject, predicate, object)
    if format == "turtle":
        write(found.to_turtle())
    elif format == "json":
        from json import dumps

        write(dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        write(found.to_text())
    return found.holds


def publish(
    content: Content, folder: str, *, base: str | None, endpoint: str | None, w3id: bool,
    quiet: bool,
) -> bool:  # fmt: skip
    """Write the static site, the dumps and the metadata into a folder, and tell how much."""
    import signal
    from contextlib import ExitStack

    from barriergraph.output import counting
    from barriergraph.publishing.publish import Wish, publish
    from barriergraph.site import Site

    def stop(*_: object) -> None:
        raise KeyboardInterrupt  # so that what is half done is taken away

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with ExitStack() as stack:
            done = publish(
                content.load(), folder, pages=Site,
                wish=Wish(base=base, endpoint=endpoint, w3id=w3id),
                watch=None if quiet
                else lambda jobs: stack.enter_context(counting("publishing", jobs)),
            )  # fmt: skip
    finally:
        signal.signal(signal.SIGTERM, before)
    if not quiet:
        write(f"{len(done.files)} files, {done.size / 1e6:.1f} MB, in {folder}")
    return True


def _warn_of_derived(graph: KnowledgeGraph, query: str) -> None:
    if graph.inferred:
        return
    for term in graph.derived_terms(query):
        print(
            f"barriergraph: warning: the query asks for {term}, which only rules write; "
            "leave out --asserted-only to have it",
            file=sys.stderr,
        )


def write_table(table: Table, format: str | None) -> None:
    """Write a table in a format, by default as fits the reader: a terminal or a program."""
    name = format or ("table" if watched() else "csv")
    if name == "table":
        write(table.to_text(width()))
        return
    write(table.to(name))


def _assigned(query: StoredQuery, assignments: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the parameters and their values, from `name=value` as typed.

    Raises: QueryError for what is not of that form or has no value.
    """
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals:
            known = ", ".join(f"{known}=…" for known in query.parameters) or "no parameters"
            raise QueryError(f"{text!r} is not NAME=VALUE; '{query.name}' takes {known}")
        query.parameter(name)
        if not value:
            raise QueryError(f"{text!r} gives no value; leave it out to keep everything")
        yield name, value


def _write_values(graph: KnowledgeGraph, parameter: Parameter) -> None:
    allowed = _allowed(graph, parameter)
    if not allowed:
        raise ParameterError(parameter.name, expected=parameter.expected, given="?")
    longest = max(len(value) for value, _ in allowed)
    if watched():
        write("\n".join(f"{value:<{longest}}  {label}" for value, label in allowed))
    else:
        write("\n".join(f"{value}\t{label}" for value, label in allowed))


def _allowed(graph: KnowledgeGraph, parameter: Parameter) -> list[tuple[str, str]]:
    """Return the values that a parameter may have, with their labels; none if without end."""
    if parameter.choices:
        return [(value, value) for value in parameter.choices]
    if not parameter.is_class or parameter.iri is None:
        return []
    from pyoxigraph import NamedNode

    nodes = graph.instances(NamedNode(parameter.iri))
    return [(slug(node.value), graph.label(node)) for node in nodes]


def _quoted(text: str) -> str:
    from shlex import quote

    return quote(text)

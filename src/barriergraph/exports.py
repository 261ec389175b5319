"""What the verb `export` writes: RDF, nanopublications, sheets, databases, mappings, schemas."""

from __future__ import annotations

from barriergraph.errors import QueryError
from barriergraph.output import write, write_file
from barriergraph.verbs import Content

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyoxigraph import NamedNode

    from barriergraph.graph import KnowledgeGraph


def export(content: Content, *, format: str, output: str | None, graph: str | None) -> bool:
    """Write the graph or one named graph in an RDF format, to stdout or to a file in one move."""
    _put(content.load().export(format, graph=graph), output)
    return True


def export_nanopublications(
    content: Content, findings: Sequence[str], *, output: str | None
) -> bool:
    """Write findings (without any: all) as nanopublications, to stdout or to a file in one move."""
    _put(content.load().nanopublications(*findings), output)
    return True


#: What is exported beside RDF.
FORMS = ("sheet", "sqlite", "sssom", "schema", "protege")


def export_form(
    content: Content, form: str, findings: Sequence[str], *, output: str | None
) -> bool:
    """Write findings as a sheet, the graph as a database or for Protégé, mappings, or a schema."""
    if findings and form != "sheet":
        raise QueryError(f"export {form} takes the whole graph; leave out {findings[0]!r}")
    if form in ("sqlite", "protege") and output is None:
        kind = "a file" if form == "sqlite" else "a folder"
        raise QueryError(f"export {form} writes {kind}; add --output")
    graph = content.load()
    if form == "sssom":
        from barriergraph.authoring.mappings import sssom

        _put(sssom(graph).encode(), output)
    elif form == "schema":
        from json import dumps

        from barriergraph.authoring.schema import record_schema

        text = dumps(record_schema(graph), indent=2, ensure_ascii=False)
        _put(f"{text}\n".encode(), output)
    elif form == "sheet":
        from barriergraph.authoring.sheets import sheet_csv, write_sheet

        chosen = [graph.resolve(one, "bg:Finding") for one in findings] or _of_modules(graph)
        if output is None:
            write(sheet_csv(graph, chosen))
        else:
            write_sheet(output, graph, chosen)
    else:
        from barriergraph.authoring.protege import write_protege
        from barriergraph.authoring.sqlite import write_sqlite

        assert output is not None
        done = (
            write_sqlite(output, graph)
            if form == "sqlite"
            else write_protege(output, graph.modules)
        )
        write("\n".join(done))
    return True


def _of_modules(graph: KnowledgeGraph) -> list[NamedNode] | None:
    """Return the findings of the user's modules; None, for all, when there is no module."""
    from pyoxigraph import NamedNode

    from barriergraph.namespaces import GRAPH
    from barriergraph.rdf import named

    if all(one.name is None for one in graph.modules):
        return None
    of_type = graph.store.quads_for_pattern(None, named("rdf:type"), named("bg:Finding"))
    own = {
        quad.subject
        for quad in of_type
        if isinstance(quad.subject, NamedNode)
        and str(quad.graph_name).startswith(f"<{GRAPH}module/")
    }
    return sorted(own, key=str)


def _put(data: bytes, output: str | None) -> None:
    if output is None:
        write(data)
    else:
        write_file(output, data)

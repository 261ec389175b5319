"""What each verb of the command line takes, and how it is handed on."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence

from barriergraph import exports, verbs
from barriergraph.errors import BarrierGraphError

TABLE_FORMATS = ("table", "csv", "tsv", "json", "xml", "markdown", "html")
RDF_FORMATS = ("turtle", "ntriples", "nquads", "trig", "rdfxml", "jsonld")

#: What is said of --fetch without an endpoint.
FETCHES = "--fetch takes what is needed from an endpoint; add --endpoint URL"


class UsageError(BarrierGraphError):
    """A command line that cannot be understood."""


def content(options: argparse.Namespace) -> verbs.Content:
    only = getattr(options, "asserted_only", False)
    endpoint = getattr(options, "endpoint", None)
    store = getattr(options, "store", None)
    if store is not None and endpoint is not None:
        raise UsageError("an endpoint has a store of its own; leave out --store or --endpoint")
    fetch = getattr(options, "fetch", False)
    if fetch and endpoint is None:
        raise UsageError(FETCHES)
    return verbs.Content(
        modules=tuple(options.module), asserted_only=only, endpoint=endpoint, store=store,
        fetch=fetch,
    )  # fmt: skip


def _fill_list(parser: argparse.ArgumentParser) -> None:
    _format(parser, ("table", "csv", "json"))


def _list(options: argparse.Namespace) -> bool:
    return verbs.list_queries(content(options), format=options.format)


def _fill_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a stored query")
    parser.add_argument(
        "values", nargs="*", metavar="PARAMETER=VALUE",
        help="what to keep: a slug, CURIE, IRI or literal; '?' lists the values",
    )  # fmt: skip
    _format(parser, TABLE_FORMATS)
    parser.add_argument(
        "--cite", choices=("bibtex", "ris", "csl"), help="write the sources behind the answer"
    )
    parser.add_argument(
        "--fetch", action="store_true",
        help="with --endpoint: fetch what the query needs, and answer it here",
    )  # fmt: skip
    parser.add_argument(
        "-h", "--help", action="store_true", help="explain the query NAME, or this verb"
    )


def _run_query(options: argparse.Namespace) -> bool:
    if options.help and options.name is None:
        print(options.usage(), end="")
        return True
    if options.name is None:
        raise UsageError("run needs the name of a stored query; 'barriergraph list' names them")
    if options.help:
        return verbs.help_on_query(content(options), options.name)
    return verbs.run(
        content(options), options.name, options.values, format=options.format, cite=options.cite
    )


def _fill_sparql(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="a file with a query, the query itself, or '-' for stdin"
    )
    _format(parser, (*TABLE_FORMATS, *RDF_FORMATS))


def _sparql(options: argparse.Namespace) -> bool:
    return verbs.sparql(content(options), options.file, format=options.format)


def _fill_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("term", metavar="TERM", help="a slug, CURIE, IRI or label")
    _format(parser, (*TABLE_FORMATS, *RDF_FORMATS))


def _show(options: argparse.Namespace) -> bool:
    return verbs.show(content(options), options.term, format=options.format)


def _fill_why(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("subject", metavar="SUBJECT", help="a slug, CURIE, IRI or label")
    parser.add_argument("predicate", metavar="PREDICATE", help="a property, or 'a'")
    parser.add_argument("object", metavar="OBJECT", help="a term, or the text of a literal")
    parser.add_argument(
        "--format", choices=("tree", "turtle", "json"), metavar="FORMAT",
        help="tree (the default), turtle or json",
    )  # fmt: skip


def _why(options: argparse.Namespace) -> bool:
    return verbs.why(
        content(options), options.subject, options.predicate, options.object,
        format=options.format,
    )  # fmt: skip


def _fill_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="*", metavar="WHAT",
        help="nothing for RDF; sheet (of findings), sqlite, sssom (mappings), schema (of YAML "
        "records) or protege; or the findings of --nanopub",
    )  # fmt: skip
    parser.add_argument(
        "--format", metavar="FORMAT",
        help="turtle (the default), ntriples, nquads, trig, rdfxml or jsonld; or an alias",
    )  # fmt: skip
    parser.add_argument(
        "--output", metavar="FILE", help="write this file, in one move; without it, stdout"
    )
    parser.add_argument(
        "--graph", metavar="GRAPH", help="one named graph: its IRI, or the file that it holds"
    )
    parser.add_argument(
        "--nanopub", action="store_true", help="findings as nanopublications in TriG"
    )


def _export(options: argparse.Namespace) -> bool:
    here = content(options)
    if options.nanopub:
        if options.graph is not None or options.format not in (None, "trig"):
            raise UsageError("--nanopub writes findings in TriG; leave out --graph and --format")
        return exports.export_nanopublications(here, options.what, output=options.output)
    if options.what:
        form, *rest = options.what
        if form not in exports.FORMS:
            raise UsageError(
                f"{form!r} is none of {', '.join(exports.FORMS)}; leave it out for RDF, "
                "or add --nanopub"
            )
        if options.graph is not None or options.format is not None:
            raise UsageError(f"export {form} takes neither --graph nor --format")
        return exports.export_form(here, form, rest, output=options.output)
    return exports.export(
        here, format=options.format or "turtle", output=options.output, graph=options.graph
    )


def _fill_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH",
        help="a module, or a file of one or by itself; without any, all that ships and --module",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=("text", "json", "sarif", "turtle"), default="text", metavar="FORMAT",
        help="text (the default), json, sarif (for code review) or turtle (a SHACL report)",
    )  # fmt: skip
    parser.add_argument(
        "--strict", action="store_true",
        help="exit 1 for warnings, too, and 2 when the reasoner could not be asked",
    )  # fmt: skip
    parser.add_argument("--all", action="store_true", help="list every place, of infos too")
    parser.add_argument("--watch", action="store_true", help="check again whenever a file changes")
    parser.add_argument(
        "--inferred", action="store_true", help="hold what follows to the duties, too"
    )
    parser.add_argument(
        "--no-reasoner", action="store_true", help="leave out HermiT, which takes some seconds"
    )
    _fill_update(
        parser, "where the endpoint takes updates, to hold a copy of what is asserted meanwhile"
    )
    parser.add_argument(
        "--fetch", action="store_true",
        help="with --endpoint: fetch what the duties need, and check it here",
    )  # fmt: skip


def _check(options: argparse.Namespace) -> int:
    from barriergraph.checking.verb import Request, check

    request = Request(
        paths=options.paths, modules=options.module, format=options.format,
        strict=options.strict, reasoner=not options.no_reasoner, inferred=options.inferred,
        every=options.all, watch=options.watch, endpoint=options.endpoint, store=options.store,
        update=options.update, user=options.user, fetch=options.fetch,
    )  # fmt: skip
    if options.endpoint is None and options.fetch:
        raise UsageError(FETCHES)
    if options.endpoint is None and (options.update or options.user):
        raise UsageError("--update and --user are for an endpoint; add --endpoint URL")
    if request.store is not None and (request.paths or request.watch or request.endpoint):
        raise UsageError("--store checks all that a folder holds; leave out what else is asked")
    return check(request)


def _fill_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="the port (default: 8000)")
    parser.add_argument(
        "--timeout", type=float, default=10, metavar="SECONDS",
        help="how long a query may take (default: 10)",
    )  # fmt: skip
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 2, metavar="N",
        help="how many processes answer SPARQL queries (default: one a core)",
    )  # fmt: skip
    parser.add_argument(
        "--memory", type=int, default=2048, metavar="MB",
        help="how much memory a process may use (default: 2048; 0: any)",
    )  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="no line for each request")
    parser.add_argument(
        "--reload", action="store_true", help="serve what has changed as soon as a file has"
    )


def _serve(options: argparse.Namespace) -> bool:
    from barriergraph.web.server import Settings, serve

    serve(
        Settings(
            modules=options.module, host=options.host, port=options.port,
            timeout=options.timeout, workers=max(1, options.workers), memory=options.memory,
            quiet=options.quiet, infer=not options.asserted_only, reload=options.reload,
            store=options.store,
        )
    )  # fmt: skip
    return True


def _fill_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--endpoint", required=True, metavar="URL", dest="to", help="where queries are asked"
    )
    _fill_update(
        parser, "where updates are taken (default: the same address, or its /update for /query)"
    )


def _fill_update(parser: argparse.ArgumentParser, told: str) -> None:
    parser.add_argument("--update", metavar="URL", help=told)
    parser.add_argument(
        "--user", metavar="NAME", help="who writes; the password is in BARRIERGRAPH_PASSWORD"
    )


def _fill_push(parser: argparse.ArgumentParser) -> None:
    _fill_target(parser)
    parser.add_argument(
        "--graph-store", metavar="URL", help="where graphs are put, by the Graph Store Protocol"
    )


def _fill_infer(parser: argparse.ArgumentParser) -> None:
    _fill_target(parser)
    parser.add_argument(
        "--fresh", action="store_true", help="take out what was derived before, first"
    )
    parser.add_argument(
        "--timeout", type=float, default=600, metavar="SECONDS",
        help="how long one update may take (default: 600)",
    )  # fmt: skip


def _infer(options: argparse.Namespace) -> bool:
    from barriergraph import engines

    return engines.infer(
        options.to, update=options.update, user=options.user, fresh=options.fresh,
        timeout=options.timeout,
    )  # fmt: skip


def _push(options: argparse.Namespace) -> bool:
    from barriergraph import engines

    return engines.push(
        content(options), options.to, update=options.update, store=options.graph_store,
        user=options.user,
    )  # fmt: skip


def _fill_publish(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="new, empty, or published before")
    parser.add_argument("--base", metavar="URL", help="where the site is going to stand")
    parser.add_argument(
        "--sparql", metavar="URL", help="a SPARQL endpoint with this graph, to be told of"
    )
    parser.add_argument(
        "--w3id", action="store_true", help="write the redirects from w3id.org to --base, too"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress and no summary")


def _publish(options: argparse.Namespace) -> bool:
    return verbs.publish(
        content(options), options.folder, base=options.base, endpoint=options.sparql,
        w3id=options.w3id, quiet=options.quiet,
    )  # fmt: skip


def _format(parser: argparse.ArgumentParser, names: Sequence[str]) -> None:
    parser.add_argument(
        "--format", choices=names, metavar="FORMAT",
        help=f"{', '.join(names)}; without it, table at a terminal, else csv (turtle for graphs)",
    )  # fmt: skip


def _fill_doctor(parser: argparse.ArgumentParser) -> None:
    _format(parser, TABLE_FORMATS)


def _doctor(options: argparse.Namespace) -> bool:
    from barriergraph import engines

    return engines.doctor(content(options), format=options.format)


Verb = tuple[
    str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], bool | int]
]

VERBS: dict[str, Verb] = {
    "list": ("list the stored queries and their parameters", _fill_list, _list),
    "run": ("answer a stored query", _fill_run, _run_query),
    "sparql": ("answer a SPARQL query: a file, its text, or '-'", _fill_sparql, _sparql),
    "show": ("show a term, each statement with its file", _fill_show, _show),
    "why": ("show how a statement follows, down to files and lines", _fill_why, _why),
    "check": ("say what is wrong with content, where, and what to do", _fill_check, _check),
    "serve": ("answer SPARQL and the stored queries over HTTP", _fill_serve, _serve),
    "publish": ("write pages, dumps and metadata for any web host", _fill_publish, _publish),
    "push": ("load the graph into a SPARQL engine elsewhere", _fill_push, _push),
    "infer": ("derive what follows in a SPARQL engine elsewhere", _fill_infer, _infer),
    "doctor": ("tell what a SPARQL engine elsewhere answers rightly", _fill_doctor, _doctor),
    "export": ("write the graph as RDF, a sheet, a database or mappings", _fill_export, _export),
}

#: The verbs that may ask an endpoint elsewhere.
ENDPOINT = ("list", "run", "sparql", "show", "check", "export", "doctor")

#: The verbs that may leave out what is inferred.
ASSERTED_ONLY = ("run", "sparql", "show", "export", "serve", "publish", "push")

#: The verbs that may keep the graph in a folder, as a database.
ON_DISK = (
    "list", "run", "sparql", "show", "why", "check", "export", "serve", "publish", "push",
)  # fmt: skip

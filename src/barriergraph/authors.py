"""The verbs of those who write a module: what each takes, does and tells."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping

from barriergraph import verbs
from barriergraph.errors import BarrierGraphError, NotFoundError
from barriergraph.options import UsageError, Verb, content
from barriergraph.output import write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.authoring.drafts import Draft
    from barriergraph.graph import KnowledgeGraph

#: What is meant as the name of a file, not as a text.
_FILE = re.compile(r"\S+\.(?:txt|md|text|rst|csv|pdf|docx?|html?)", re.IGNORECASE)


def _fill_new(parser: argparse.ArgumentParser) -> None:
    from barriergraph.authoring.kinds import FLAGS, KINDS

    parser.add_argument(
        "what", metavar="KIND", help=f"{', '.join(KINDS)} or sheet",
    )  # fmt: skip
    parser.add_argument(
        "name", metavar="NAME", help="what it is called; for a module or sheet its folder or file"
    )
    groups = {
        kinds: parser.add_argument_group(f"of a {', '.join(kinds)}")
        for kinds in dict.fromkeys(FLAGS.values())
    }
    for name, kinds in FLAGS.items():
        field = next(one for one in KINDS[kinds[0]].fields if one.name == name)
        needed = "" if field.default is not None else " (needed)"
        groups[kinds].add_argument(
            f"--{name}", metavar="TEXT", help=f"{field.question}{needed}".replace("%", "%%")
        )


def _new(options: argparse.Namespace) -> bool:
    from barriergraph.authoring.asking import answers
    from barriergraph.authoring.beginning import new_module
    from barriergraph.authoring.kinds import FLAGS, find_kind
    from barriergraph.authoring.scaffolds import add, scaffold

    if options.what == "sheet":
        from barriergraph.authoring.sheets import template

        template(options.name, content(options).load())
        home = options.module[-1] if options.module else "DIR"
        write(
            f"{options.name}: fill it in, then 'barriergraph import {options.name} --module {home}'"
        )
        return True
    kind = find_kind(options.what)
    given = {name: getattr(options, name.replace("-", "_")) or "" for name in FLAGS}
    wrong = [name for name, value in given.items() if value and kind.name not in FLAGS[name]]
    if wrong:
        raise UsageError(f"a {kind.name} takes no --{wrong[0]}; see 'barriergraph new --help'")
    if kind.name == "module":
        told = new_module(options.name, answers(kind, given, None))
        write(f"{options.name}: a module with addresses below {told.iri}")
        return True
    home = _home(options)
    graph = content(options).load()
    made = scaffold(kind, options.name, answers(kind, given, graph), graph, home)
    write(f"{add(home, made)}: {made.iri}\ncheck it with 'barriergraph check {home}'")
    return True


def _fill_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE",
        help="a findings sheet (csv, xlsx), records (yaml), or a bibliography (bib, ris, json)",
    )  # fmt: skip
    parser.add_argument("--write", action="store_true", help="write it, instead of showing it")
    parser.add_argument(
        "--propose", action="store_true", help="make concepts of names that the graph has not"
    )


def _import(options: argparse.Namespace) -> bool:
    from barriergraph.authoring.drafts import EDITED, OTHER, put, states

    home = _home(options)
    draft = _read(options.file, content(options).load(), home, propose=options.propose)
    done = put(home, draft) if options.write else states(home, draft)
    left = {file: state for file, state in done.items() if state in (EDITED, OTHER)}
    for file, state in done.items():
        path = os.path.join(home, file)
        if options.write:
            write(f"{path}: {state}")
        elif file not in left:
            write(f"# {path}\n{draft.files[file]}")
    talk = [*(f"note: {note}" for note in draft.notes), *map(str, draft.refusals)]
    if not options.write:
        talk += [f"{os.path.join(home, file)} would be: {state}" for file, state in done.items()]
    talk += _summary(draft, done, partly=bool(left), written=options.write)
    talk += [_advice(os.path.join(home, file), state, draft) for file, state in left.items()]
    for line in talk:
        print(f"barriergraph: {line}", file=sys.stderr)
    return not draft.refusals and not left


def _summary(
    draft: Draft, done: Mapping[str, str], *, partly: bool, written: bool
) -> Iterator[str]:
    """Yield in one line what was taken over and what was not, if there is something to say."""
    from barriergraph.authoring.drafts import SAME, number

    counts = ", ".join(number(count, what) for what, count in draft.accepted.items() if count)
    places = {(one.sheet, one.row) for one in draft.refusals}
    rows = number(len(places), "row") if all(row for _, row in places) else "the file"
    same = bool(done) and set(done.values()) == {SAME}
    told = [] if partly else [f"{counts or 'nothing'} taken over"]
    told = ["nothing has changed"] if same else told
    told += [f"{rows} refused"] if places else []
    told += [] if written or partly or same else ["nothing is written yet: add --write"]
    if told:
        yield "; ".join(told)


def _advice(path: str, state: str, draft: Draft) -> str:
    """Return what to do about a file that is left as it is."""
    from barriergraph.authoring.drafts import EDITED, maker_of
    from barriergraph.files import read_text

    if state == EDITED:
        return (
            f"{path} was edited by hand and is left as it is; move your changes to a file of "
            "their own and delete it, then import again"
        )
    name = maker_of(read_text(path))
    other = f"another {name}" if name == draft.origin else name
    return f"{path} was made from {other}; give one of them another name"


def _read(path: str, graph: KnowledgeGraph, home: str, *, propose: bool) -> Draft:
    from barriergraph.authoring.references import ENDINGS, read_references

    if path.lower().endswith(ENDINGS):
        return read_references(path, graph, into=home)
    from barriergraph.authoring.sheets import read_sheet

    return read_sheet(path, graph, propose=propose, into=home)


def _fill_suggest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="a text, a file of it, or '-' for stdin")
    parser.add_argument(
        "--format", choices=("table", "csv", "tsv", "json", "markdown", "sheet"), metavar="FORMAT",
        help="table, csv, tsv, json or markdown; sheet: rows for 'import', to be filled in",
    )  # fmt: skip


def _suggest(options: argparse.Namespace) -> bool:
    from barriergraph.files import beside, decode
    from barriergraph.suggesting import draft_sheet, read, suggest, to_table

    if options.text == "-":
        text = decode("stdin", sys.stdin.buffer.read())
    elif os.path.isfile(options.text):
        text = read(options.text)
    elif os.path.isdir(options.text) or _FILE.fullmatch(options.text):
        near = beside(options.text)
        raise NotFoundError("text file", options.text, near)
    else:
        text = options.text
    if not text.strip():
        raise BarrierGraphError("there is no text; name a file, or write the text")
    graph = content(options).load()
    found = suggest(graph, text)
    if options.format == "sheet":
        write(draft_sheet(graph, found))
    else:
        verbs.write_table(to_table(found), options.format)
    return bool(found)


def _fill_diff(parser: argparse.ArgumentParser) -> None:
    for name in ("before", "after"):
        parser.add_argument(
            name, metavar=name.upper(), help="a folder, a dump, or a git revision such as HEAD~1"
        )
    parser.add_argument(
        "--format", choices=("text", "markdown", "json", "turtle", "kgcl"), metavar="FORMAT",
        default="text", help="text (the default), markdown, json, turtle (PROV-O) or kgcl",
    )  # fmt: skip
    parser.add_argument(
        "--no-answers", action="store_true", help="leave out which answers change, which is quicker"
    )


def _diff(options: argparse.Namespace) -> bool:
    import json

    from barriergraph.comparing import compare, version
    from barriergraph.output import width

    found = compare(version(options.before), version(options.after), answers=not options.no_answers)
    form: dict[str, Callable[[], str]] = {
        "text": lambda: found.to_text(width()),
        "markdown": found.to_markdown,
        "json": lambda: json.dumps(found.to_dict(), indent=2, ensure_ascii=False),
        "turtle": found.to_turtle,
        "kgcl": found.to_kgcl,
    }
    write(form[options.format]())
    return found.empty


def _fill_deprecate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("term", metavar="TERM", help="what is no longer to be used")
    parser.add_argument("--replaced-by", metavar="TERM", help="what is to be used instead")
    parser.add_argument("--since", metavar="VERSION", required=True, help="since which version")
    parser.add_argument(
        "--advice", metavar="TEXT", required=True, help="what to do instead, and why"
    )


def _deprecate(options: argparse.Namespace) -> bool:
    from barriergraph.authoring.deprecating import deprecate

    home = _home(options)
    graph = content(options).load()
    other = None if options.replaced_by is None else graph.resolve(options.replaced_by)
    retired = deprecate(
        graph.resolve(options.term), graph, home, replaced_by=other,
        version=options.since, advice=options.advice,
    )  # fmt: skip
    for note in retired.notes:
        print(f"barriergraph: note: {note}", file=sys.stderr)
    for path in retired.write():
        write(f"{path}: written")
    return True


def _fill_migrate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="write it, instead of showing it")


def _migrate(options: argparse.Namespace) -> bool:
    from barriergraph.authoring.drafts import maker_of
    from barriergraph.authoring.migrating import migrate

    plan = migrate(_home(options), content(options).load())
    if options.write:
        for path in plan.write():
            write(f"{path}: written")
    else:
        write(plan.diff())
    for patch in plan.files:
        if maker := maker_of(patch.after):
            print(
                f"barriergraph: note: {patch.path} was made from {maker}; name the new terms "
                "there, too, or the next import asks for the old ones",
                file=sys.stderr,
            )
    refused = [f"{file}: {reason}" for file, reason in plan.refused.items()]
    for line in (*plan.undecided, *refused):
        print(f"barriergraph: {line}", file=sys.stderr)
    return not plan.undecided and not refused


def _home(options: argparse.Namespace) -> str:
    """Return the folder of the module to be written: the last one named, or where one stands."""
    from barriergraph.sources import MANIFEST

    if options.module:
        return str(options.module[-1])
    if os.path.isfile(MANIFEST):
        options.module = ["."]
        return "."
    raise BarrierGraphError(
        "which module is meant? Add --module DIR; 'barriergraph new module DIR' makes one"
    )


VERBS: dict[str, Verb] = {
    "new": ("start a module, a sheet, a concept, a source, a finding, a query or a term",
            _fill_new, _new),
    "import": ("take findings sheets, records and bibliographies into a module",
               _fill_import, _import),
    "suggest": ("name the concepts that a text mentions", _fill_suggest, _suggest),
    "diff": ("say what changed between two versions", _fill_diff, _diff),
    "deprecate": ("retire a term, with advice and a replacement", _fill_deprecate, _deprecate),
    "migrate": ("replace retired terms in a module", _fill_migrate, _migrate),
}  # fmt: skip

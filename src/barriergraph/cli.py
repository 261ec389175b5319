"""The command `barriergraph`: verbs, exit codes, and what goes to stdout and to stderr."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from barriergraph import __version__
from barriergraph.authors import VERBS as WRITING
from barriergraph.errors import BarrierGraphError, DamagedError, NotFoundError
from barriergraph.options import ASSERTED_ONLY, ENDPOINT, ON_DISK, UsageError
from barriergraph.options import VERBS as ASKING
from barriergraph.output import CannotWriteError, width

DONE, NO, FAILED, INTERRUPTED = 0, 1, 2, 130

VERBS = {**ASKING, **WRITING}

#: Names folders that are loaded by every verb, with what the system puts between paths.
HABIT = "BARRIERGRAPH_MODULES"


USAGE = """\
usage: barriergraph VERB ... [--module DIR ...]

Ask a knowledge graph of barriers to information sharing between public services.

verbs:
{verbs}

Every verb takes --module DIR, to load a folder of your own on top, and may be given again;
BARRIERGRAPH_MODULES names folders that are always loaded.
'barriergraph VERB --help' says more; 'barriergraph run NAME --help' explains a stored query.

exit: 0 done, 1 the answer is no, 2 could not be done
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal; argparse itself would import shutil to find that out."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=width() - 2)


class _Parser(argparse.ArgumentParser):
    """A parser that answers a mistake with what was asked, what is wrong and what to do."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message}; see '{self.prog} --help'")

    def options(self) -> list[str]:
        return [name for action in self._actions for name in action.option_strings]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: those of the process); return its exit code.

    >>> main(["--version"])
    barriergraph 0.1.0
    0
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(given)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader has gone, as with '| head': what is left to write goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BarrierGraphError as error:
        for line in str(error).splitlines():
            print(f"barriergraph: {line}", file=sys.stderr)
        return FAILED
    except RuntimeError as error:
        # The engine has no type for it; not every way to the graph knows where it lies.
        damaged = DamagedError.of(error, "the folder of --store")
        if damaged is None:
            raise
        print(f"barriergraph: {damaged}", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"barriergraph: {CannotWriteError.of(error)}", file=sys.stderr)
        return FAILED


def _run(given: list[str]) -> int:
    place = _place_of_verb(given)
    if place is None:
        return _without_verb(given)
    name = given[place]
    if name not in VERBS:
        from difflib import get_close_matches

        raise NotFoundError("verb", name, get_close_matches(name, VERBS) or list(VERBS))
    _, fill, act = VERBS[name]
    parser = _Parser(
        prog=f"barriergraph {name}",
        description=VERBS[name][0],
        allow_abbrev=False,
        add_help=name != "run",  # 'run NAME --help' needs the graph
        formatter_class=_Help,
    )
    fill(parser)
    _common(parser, name)
    try:
        options = _parse(parser, given[:place] + given[place + 1 :])
    except SystemExit:  # --help and --version have printed already
        return DONE
    habit = os.environ.get(HABIT, "").split(os.pathsep)
    options.module = [*filter(None, habit), *options.module]
    if name == "run":
        options.usage = parser.format_help
    answer = act(options)
    return answer if type(answer) is int else DONE if answer else NO


def _common(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument(
        "--module", action="append", default=[], metavar="DIR",
        help="load the content of this folder on top (may be given again)",
    )  # fmt: skip
    if name in ENDPOINT:
        parser.add_argument(
            "--endpoint", metavar="URL", help="ask this SPARQL endpoint instead of what ships"
        )
    if name in ON_DISK:
        parser.add_argument(
            "--store", metavar="DIR",
            help="keep the graph as a database in this folder, and open it from there",
        )  # fmt: skip
    if name in ASSERTED_ONLY:
        parser.add_argument(
            "--asserted-only", action="store_true",
            help="leave out what follows from the files, and see only what they say",
        )  # fmt: skip
    parser.add_argument(
        "--version", action="version", version=f"barriergraph {__version__}",
        help="print the version",
    )  # fmt: skip


def _parse(parser: _Parser, given: list[str]) -> argparse.Namespace:
    options, rest = parser.parse_known_intermixed_args(given)
    for text in rest:
        if text.startswith("-"):
            from difflib import get_close_matches

            name = text.partition("=")[0]
            raise NotFoundError("option", name, get_close_matches(name, parser.options()))
    if rest:
        parser.error(f"{rest[0]!r} is one argument too many")
    return options


def _place_of_verb(given: list[str]) -> int | None:
    """Return where the verb stands: the first argument that is neither option nor its value."""
    skip = False
    for place, text in enumerate(given):
        if skip:
            skip = False
        elif text in ("--module", "--endpoint", "--store"):
            skip = True
        elif not text.startswith("-"):
            return place
    return None


def _without_verb(given: list[str]) -> int:
    known = ("--help", "-h", "--version", "--module")
    for text in given:
        if text in ("--help", "-h"):
            print(USAGE.format(verbs=_verb_lines()), end="")
            return DONE
        if text == "--version":
            print(f"barriergraph {__version__}")
            return DONE
        if text.startswith("-") and text.partition("=")[0] not in known:
            from difflib import get_close_matches

            raise NotFoundError("option", text, get_close_matches(text, known))
    raise UsageError(f"no verb given; write one of {', '.join(VERBS)}, or --help")


def _verb_lines() -> str:
    return "\n".join(f"  {name:<10} {words}" for name, (words, _, _) in VERBS.items())

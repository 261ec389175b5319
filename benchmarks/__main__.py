"""Measure both sides in one run and print a table: `python -m benchmarks [--quick] [--write]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.answers import new_process, stored_queries
from benchmarks.measure import Options, machine, missed, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one repeat; ratios only roughly")
    parser.add_argument("--write", action="store_true", help="put the table into its README")
    parser.add_argument("--new-process", action="store_true", help="only answers in a new process")
    parser.add_argument("--large", action="store_true", help="graphs that take many minutes too")
    arguments = parser.parse_args()
    options = Options(1 if arguments.quick else 5, arguments.quick, arguments.large)
    rows = new_process(options)
    if not arguments.new_process:
        from benchmarks.authoring import authoring
        from benchmarks.checks import checks
        from benchmarks.inference import inference
        from benchmarks.pages import pages
        from benchmarks.serving import serving
        from benchmarks.suggesting import suggesting

        for measure in (serving, pages, checks, inference, authoring, suggesting, stored_queries):
            rows += measure(options)
    text = f"{table(rows)}\n\n{machine()}; medians of {options.repeats} on the peer's side.\n"
    print(text)
    if arguments.write:
        readme = Path(__file__).parent / "README.md"
        head, mark, _ = readme.read_text(encoding="utf-8").partition("<!-- table -->\n")
        readme.write_text(head + mark + "\n" + text, encoding="utf-8")
    if missed(rows):
        names = ", ".join(missed(rows))
        print(f"below half of what is to be reached: {names}", file=sys.stderr)
    return 1 if missed(rows) else 0


if __name__ == "__main__":
    sys.exit(main())

"""Asking a person at a terminal for what a new thing needs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from barriergraph.authoring.kinds import Field, Kind
from barriergraph.errors import BarrierGraphError
from barriergraph.graph import KnowledgeGraph

#: So few values are named at once; of more, some.
_FEW = 12


def answers(kind: Kind, given: Mapping[str, str], graph: KnowledgeGraph | None) -> dict[str, str]:
    """Return what was given for each field, and what a person at the terminal says to the rest.

    Without a terminal what may be left out has its default.

    Raises: BarrierGraphError that names the flags of what is missing when nobody can be asked.
    """
    found = {name: value for name, value in given.items() if value}
    missing = [field for field in kind.fields if field.name not in found]
    if not sys.stdin.isatty():
        needed = [f"--{field.name}" for field in missing if field.default is None]
        if needed:
            raise BarrierGraphError(
                f"a new {kind.name} needs {', '.join(needed)}; see 'barriergraph new --help'"
            )
        return {**{field.name: field.default or "" for field in missing}, **found}
    for field in missing:
        found[field.name] = _ask(field, graph)
    return found


def _ask(field: Field, graph: KnowledgeGraph | None) -> str:
    allowed = _allowed(field, graph)
    if allowed:
        more = "" if len(allowed) <= _FEW else f", … ({len(allowed)} in all)"
        print(f"  {', '.join(allowed[:_FEW])}{more}", file=sys.stderr)
    default = f" [{field.default}]" if field.default else ""
    while True:
        print(f"{field.question}{default} ", end="", file=sys.stderr, flush=True)
        said = sys.stdin.readline()
        if not said:
            raise KeyboardInterrupt  # the end of the input: the person has gone
        if said.strip() or field.default is not None:
            answer = said.strip() or field.default or ""
            fault = _fault(field, answer, graph)
            if fault is None:
                return answer
            print(f"  {fault}", file=sys.stderr)
            continue
        print("  there has to be an answer", file=sys.stderr)


def _fault(field: Field, answer: str, graph: KnowledgeGraph | None) -> str | None:
    """Return what is wrong with an answer that is to name members of a class, or None."""
    if graph is None or not field.cls.startswith("bg:"):
        return None
    parts = answer.split(";") if field.several else [answer]
    for part in filter(None, (part.strip() for part in parts)):
        try:
            graph.resolve(part, field.cls)
        except BarrierGraphError as error:
            return str(error)
    return None


def _allowed(field: Field, graph: KnowledgeGraph | None) -> Sequence[str]:
    if field.choices:
        return field.choices
    if not field.cls.startswith("bg:") or graph is None:
        return ()
    return [graph.label(node) for node in graph.instances(field.cls)]

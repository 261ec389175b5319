"""What a check found, written for people and for programs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from barriergraph.checking.faults import INFO, SEVERITIES, VIOLATION, WARNING, Fault, Outcome
from barriergraph.namespaces import BASE, PREFIXES, compact
from barriergraph.rdf import named, to_bytes

#: How many places of one duty are shown before the rest is counted.
_PLACES = 20
_COLOURS = {VIOLATION: "31;1", WARNING: "33;1", INFO: "36"}
_LEVELS = {VIOLATION: "error", WARNING: "warning", INFO: "note"}


def to_text(
    outcome: Outcome, *, colour: bool = False, every: bool = False, width: int = 100
) -> str:
    """Return the faults for people, under the duty that each breaks, the worst last.

    Infos are only counted, unless `every` asks for all; so are more than twenty places of one duty.
    """
    lines: list[str] = []
    for severity in (INFO, WARNING, VIOLATION):
        found = [fault for fault in outcome.faults if fault.severity == severity]
        for (_, message), group in groupby(found, key=lambda fault: (fault.duty, fault.message)):
            members = list(group)
            shown = len(members) if every else 0 if severity == INFO else _PLACES
            lines += _group(severity, message, members, shown, colour, width)
    return "\n".join([*lines, *_summary(outcome, colour), ""])


def _group(
    severity: str, message: str, members: list[Fault], shown: int, colour: bool, width: int
) -> Iterator[str]:
    from textwrap import wrap

    head = f"{severity}: {message} ({members[0].duty})"
    first, *rest = wrap(head, max(width, 40), break_long_words=False, break_on_hyphens=False)
    yield _painted(severity, colour) + first.removeprefix(severity)
    yield from (f"    {line}" for line in rest)
    for fault in members[:shown]:
        parts = [fault.place or "?"]
        if fault.focus:
            parts.append(compact(fault.focus))
        if fault.predicate and not fault.value and compact(fault.predicate) not in message:
            parts.append(compact(fault.predicate))
        if fault.value:
            parts.append(_one_line(fault.value))
        if fault.hint:
            parts.append(f"({fault.hint})")
        yield f"    {'  '.join(parts)}"
    if len(members) > shown:
        more = "more " if shown else ""
        yield f"    {len(members) - shown} {more}places; --all lists them"
    yield ""


def _summary(outcome: Outcome, colour: bool) -> Iterator[str]:
    told = [f"{outcome.files} files read", *outcome.told]
    yield "; ".join(told)
    for reason in outcome.left_out:
        yield f"left out: {reason}"
    counts = outcome.counts
    words = ", ".join(_number(counts[severity], severity) for severity in SEVERITIES)
    verdict = "sound" if outcome.sound else "not sound"
    paint = "32;1" if outcome.sound else _COLOURS[VIOLATION]
    yield f"{_ansi(verdict, paint) if colour else verdict}: {words}"


def to_json(outcome: Outcome) -> str:
    """Return the outcome as JSON: `sound`, `counts`, `faults`, `told`, `leftOut`, `files`."""
    from json import dumps

    return dumps(
        {
            "sound": outcome.sound,
            "counts": dict(outcome.counts),
            "faults": [
                {name: getattr(fault, name) for name in Fault.__slots__ if name != "path"}
                for fault in outcome.faults
            ],
            "told": list(outcome.told),
            "leftOut": list(outcome.left_out),
            "files": outcome.files,
        },
        indent=2,
        ensure_ascii=False,
    )


def to_sarif(outcome: Outcome, version: str) -> str:
    """Return the faults as SARIF, which code review shows beside the lines.

    Source: SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    from json import dumps

    rules = {fault.duty: fault for fault in outcome.faults}
    driver = {
        "name": "barriergraph",
        "version": version,
        "informationUri": BASE,
        "rules": [
            {"id": duty, "shortDescription": {"text": _rule_text(fault)}}
            for duty, fault in sorted(rules.items())
        ],
    }
    run: dict[str, object] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif(fault, sorted(rules)) for fault in outcome.faults],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return dumps(document, indent=2, ensure_ascii=False)


def _sarif(fault: Fault, rules: list[str]) -> dict[str, object]:
    told = [fault.message]
    told += [f"Here: {compact(fault.focus)}."] if fault.focus else []
    told += [f"Value: {_one_line(fault.value)}"] if fault.value else []
    told += [f"{fault.hint[:1].upper()}{fault.hint[1:]}"] if fault.hint else []
    found: dict[str, object] = {
        "ruleId": fault.duty,
        "ruleIndex": rules.index(fault.duty),
        "level": _LEVELS[fault.severity],
        "message": {"text": " ".join(told)},
    }
    if fault.path:
        place: dict[str, object] = {"artifactLocation": {"uri": _uri(fault.path)}}
        if fault.line is not None:
            column = {} if fault.column is None else {"startColumn": fault.column}
            place["region"] = {"startLine": fault.line, **column}
        found["locations"] = [{"physicalLocation": place}]
    return found


def to_turtle(outcome: Outcome) -> bytes:
    """Return the faults as a SHACL validation report, each with the file and line it stands at.

    A fault that no shape sees has no source shape, and a component in our own namespace.

    Source: https://www.w3.org/TR/shacl/#validation-report
    """
    triples: list[Triple] = []

    def say(node: BlankNode, curie: str, value: NamedNode | BlankNode | Literal) -> None:
        triples.append(Triple(node, named(curie), value))

    report = BlankNode("report")
    say(report, "rdf:type", named("sh:ValidationReport"))
    say(report, "sh:conforms", Literal(not outcome.faults))
    for number, fault in enumerate(outcome.faults):
        node = BlankNode(f"r{number}")
        say(report, "sh:result", node)
        say(node, "rdf:type", named("sh:ValidationResult"))
        say(node, "sh:resultSeverity", named(f"sh:{fault.severity.title()}"))
        say(node, "sh:resultMessage", Literal(fault.message, language="en"))
        say(node, "prov:atLocation", Literal(fault.place))
        if fault.duty.startswith("bgs:"):
            say(node, "sh:sourceShape", named(fault.duty))
        else:
            component = NamedNode(f"{PREFIXES['bgs']}check-{fault.duty}")
            say(node, "sh:sourceConstraintComponent", component)
        if fault.focus and ":" in fault.focus:
            say(node, "sh:focusNode", NamedNode(fault.focus))
        if fault.predicate:
            say(node, "sh:resultPath", NamedNode(fault.predicate))
        if fault.value:
            say(node, "sh:value", Literal(fault.value))
    return to_bytes(triples, "turtle")


#: The formats of an outcome for programs.
FORMATS: Mapping[str, Callable[[Outcome], str | bytes]] = {"json": to_json, "turtle": to_turtle}


def _uri(path: str) -> str:
    from urllib.parse import quote

    near = os.path.relpath(path)
    return quote((path if near.startswith("..") else near).replace(os.sep, "/"))


def _rule_text(fault: Fault) -> str:
    return fault.message if fault.step in ("duties", "queries", "imports") else fault.step


def _number(count: int, severity: str) -> str:
    return f"{count} {severity}{'' if count == 1 else 's'}"


def _one_line(text: str) -> str:
    line = " ".join(re.sub(r"<([^<>\s]+)>", lambda iri: compact(iri[1]), text).split())
    return line if len(line) <= 80 else f"{line[:79]}…"


def _painted(severity: str, colour: bool) -> str:
    return _ansi(severity, _COLOURS[severity]) if colour else severity


def _ansi(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"

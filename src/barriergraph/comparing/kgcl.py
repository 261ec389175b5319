"""A difference in KGCL, the Knowledge Graph Change Language, as far as that can say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.comparing.brackets import Object
from barriergraph.comparing.changes import (
    ADDED,
    DEFINITION,
    LABEL,
    PARENT,
    REMOVED,
    SYNONYM,
    Change,
    Detail,
    Difference,
)
from barriergraph.namespaces import compact
from barriergraph.rdf import named

_TYPE = named("rdf:type").value
_ANNOTATION = named("owl:AnnotationProperty")
#: A definition in KGCL is one of these; others are annotations.
_DEFINITION = named("skos:definition").value
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]+)?")
_STRING = named("xsd:string")


def to_kgcl(difference: Difference) -> str:
    """Return a difference as KGCL commands, one a line, each thing by its full IRI.

    What KGCL has no command for stands in a comment: brackets, values that are neither names nor
    replaced one for one, texts of several lines, stored queries.

    Source: https://github.com/INCATools/kgcl, and the grammar of
        https://github.com/gouttegd/kgcl-java, which reads quotes after a backslash.
    """
    lines: list[str] = []
    for change in difference.changes:
        lines += _lines(change)
    lines += [f"# query {one.name}: {one.what}" for one in difference.queries]
    added, removed = difference.others
    if added or removed:
        lines.append(f"# things without a type: {added} statements added, {removed} removed")
    return "".join(f"{line}\n" for line in lines)


def _lines(change: Change) -> Iterator[str]:
    node = _iri(change.iri)
    if change.what == REMOVED:
        yield f"delete {node}"
        return
    details = list(change.details)
    if change.what == ADDED:
        label = next((one for one in details if one.role == LABEL and _text(one.after[0])), None)
        if label is None:
            yield f"# {node} is added, without a name that KGCL can write"
        else:
            yield f"create {_node_type(change)} {node} {_text(label.after[0])}"
            details[details.index(label)] = _without_first(label)
        details = [one for one in details if not _told(change, one)]
    if change.retired:
        yield _obsolete(node, change.replacements)
    if change.restored:
        yield f"unobsolete {node}"
    for one in details:
        if one.role != "deprecation":
            yield from _detail(node, one)


def _node_type(change: Change) -> str:
    types = [value for one in change.details if one.property == _TYPE for value in one.after]
    if change.kind == "property":
        return "annotation property" if _ANNOTATION in types else "relation"
    return "class" if change.kind == "class" else "instance"


def _told(change: Change, detail: Detail) -> bool:
    """Tell whether creating a thing says its type already, as for a class or a property."""
    return detail.property == _TYPE and change.kind in ("class", "property")


def _without_first(detail: Detail) -> Detail:
    return Detail(
        property=detail.property, role=detail.role, before=detail.before, after=detail.after[1:]
    )


def _obsolete(node: str, replacements: Sequence[str]) -> str:
    others = ", ".join(map(_iri, replacements))
    word = "replacement" if len(replacements) == 1 else "alternative"
    return f"obsolete {node} with {word} {others}" if others else f"obsolete {node}"


def _detail(node: str, one: Detail) -> Iterator[str]:
    before, after = list(one.before), list(one.after)
    if one.role == PARENT and len(before) == len(after) == 1:
        old, new = before[0], after[0]
        if isinstance(old, NamedNode) and isinstance(new, NamedNode):
            yield f"move {node} from {_iri(old.value)} to {_iri(new.value)}"
            return
    if one.role != SYNONYM and one.property != _TYPE:
        for old, new in _pairs(before, after):
            yield _replaced(node, one, old, new)
            before.remove(old)
            after.remove(new)
    yield from (_single(node, one, value, False) for value in before)
    yield from (_single(node, one, value, True) for value in after)


def _pairs(before: Sequence[Object], after: Sequence[Object]) -> list[tuple[Object, Object]]:
    """Return the texts that one other text replaces: the only one in its language, or at all."""
    found: list[tuple[Object, Object]] = []
    for old in before:
        if isinstance(old, Literal) and _text(old):
            same = [one for one in before if _alike(one, old)]
            new = [one for one in after if _alike(one, old)]
            if len(same) == len(new) == 1 and _text(new[0]):
                found.append((old, new[0]))
    return found


def _alike(one: Object, other: Literal) -> bool:
    return (
        isinstance(one, Literal)
        and one.language == other.language
        and one.datatype == other.datatype
    )


def _replaced(node: str, one: Detail, old: Object, new: Object) -> str:
    was, is_ = _text(old), _text(new)
    if one.role == LABEL:
        return f"rename {node} from {was} to {is_}"
    if one.role == DEFINITION and one.property == _DEFINITION:
        return f"change definition of {node} from {was} to {is_}"
    return f"change annotation of {node} with {_iri(one.property)} from {was} to {is_}"


def _single(node: str, one: Detail, value: Object, added: bool) -> str:
    if isinstance(value, NamedNode):
        verb = "create" if added else "delete"
        return f"{verb} edge {node} {_iri(one.property)} {_iri(value.value)}"
    text = _text(value)
    if text and one.role == SYNONYM:
        verb = "create" if added else "remove"
        return f"{verb} synonym {text} for {node}"
    if text and one.property == _DEFINITION:
        return f"add definition {text} to {node}" if added else f"remove definition for {node}"
    words = "added" if added else "removed"
    return f"# {node} {compact(one.property)}: {words} {' '.join(str(value).split())}"


def _text(value: Object) -> str:
    """Return a literal as KGCL writes it, or nothing for what it cannot write."""
    if not isinstance(value, Literal) or "\n" in value.value or "\r" in value.value:
        return ""
    quoted = value.value.replace("\\", "\\\\").replace("'", "\\'")
    if value.language:
        return f"'{quoted}'@{value.language}" if _LANGUAGE.fullmatch(value.language) else ""
    if value.datatype == _STRING:
        return f"'{quoted}'"
    curie = compact(value.datatype.value)
    return f"'{quoted}'^^{curie}" if re.fullmatch(r"\w+:\w+", curie, re.ASCII) else ""


def _iri(iri: str) -> str:
    return f"<{iri}>"

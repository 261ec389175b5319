"""Constraints that look at one value alone: its kind, type, size, spelling and language."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import Literal, NamedNode

from barriergraph.errors import ShapesError
from barriergraph.validation.exact import KEPT
from barriergraph.validation.patterns import check_pattern
from barriergraph.validation.shapes import show
from barriergraph.validation.vocabulary import NODE_KINDS, SH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.constraints import Above, Expressions
    from barriergraph.validation.shapes import Shape, Term


def typed(variable: str) -> str:
    """Return an expression for a term that may be kept under a datatype of ours, as it was."""
    datatype = f"STR(DATATYPE({variable}))"
    plain = f'STRDT(STR({variable}), IRI(STRAFTER({datatype}, "{KEPT}")))'
    return f'IF(STRSTARTS({datatype}, "{KEPT}"), {plain}, {variable})'


def _class(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    below = c.classes(_iri(s, "class", parameter))
    if len(below) == 1:
        return f"NOT EXISTS {{ {v} a {below[0]} }}"
    of, names = c.fresh(), ", ".join(map(str, below))
    return f"NOT EXISTS {{ {v} a {of} FILTER({of} IN ({names})) }}"


def _datatype(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    datatype = _iri(s, "datatype", parameter).value
    names = [f"<{datatype}>", f"<{KEPT}{datatype}>"] if c.kept else [f"<{datatype}>"]
    tests = [f"isLiteral({v})", f"DATATYPE({v}) IN ({', '.join(names)})"]
    spelled = c.well_formed(datatype, v)
    return f"!({' && '.join([*tests, spelled] if spelled else tests)})"


_KINDS = {
    "BlankNode": "isBlank({v})",
    "BlankNodeOrIRI": "(isBlank({v}) || isIRI({v}))",
    "BlankNodeOrLiteral": "(isBlank({v}) || isLiteral({v}))",
    "IRI": "isIRI({v})",
    "IRIOrLiteral": "(isIRI({v}) || isLiteral({v}))",
    "Literal": "isLiteral({v})",
}


def _node_kind(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    name = _iri(s, "nodeKind", parameter).value.removeprefix(SH)
    if name not in NODE_KINDS:
        wanted = ", ".join(f"sh:{kind}" for kind in NODE_KINDS)
        raise ShapesError(
            show(s.node), f"sh:nodeKind takes one of {wanted}, not {show(parameter)!r}"
        )
    return "!" + _KINDS[name].format(v=v)


def _bound(operator: str) -> Callable[[Expressions, Shape, Term, str, str, Above], str]:
    def test(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
        if not isinstance(parameter, Literal):
            raise ShapesError(show(s.node), f"{show(parameter)!r} is no literal to compare with")
        # Written plainly: a constant of the query is read as the engine compares it.
        return f"!COALESCE({c.typed(v)} {operator} {parameter}, false)"

    return test


def _length(name: str, operator: str) -> Callable[[Expressions, Shape, Term, str, str, Above], str]:
    def test(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
        size = c.shapes.integer(s.node, name) or 0
        if name == "minLength" and size == 0:
            return f"isBlank({v})"
        return f"(isBlank({v}) || STRLEN(STR({v})) {operator} {size})"

    return test


def _pattern(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    flags = c.shapes.one(s.node, "flags")
    text = flags.value if isinstance(flags, Literal) else ""
    check_pattern(parameter.value, text, show(s.node))
    return f"(isBlank({v}) || !REGEX(STR({v}), {Literal(parameter.value)}, {Literal(text)}))"


def _language_in(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    ranges = [Literal(member.value) for member in c.shapes.items(parameter)]
    matches = " || ".join(f"LANGMATCHES(LANG({v}), {tag})" for tag in ranges) or "false"
    return f'!(isLiteral({v}) && LANG({v}) != "" && ({matches}))'


def _in(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    members = c.shapes.items(parameter)
    if all(isinstance(member, NamedNode) for member in members):
        return f"!({v} IN ({', '.join(map(c.write, members))}))" if members else "true"
    same = " || ".join(f"sameTerm({v}, {c.write(member)})" for member in members)
    return f"!({same})"


def _iri(shape: Shape, name: str, parameter: Term) -> NamedNode:
    if not isinstance(parameter, NamedNode):
        raise ShapesError(show(shape.node), f"sh:{name} takes an IRI, not {show(parameter)!r}")
    return parameter


TESTS: dict[str, Callable[[Expressions, Shape, Term, str, str, Above], str]] = {
    "class": _class,
    "datatype": _datatype,
    "in": _in,
    "languageIn": _language_in,
    "maxExclusive": _bound("<"),
    "maxInclusive": _bound("<="),
    "maxLength": _length("maxLength", ">"),
    "minExclusive": _bound(">"),
    "minInclusive": _bound(">="),
    "minLength": _length("minLength", "<"),
    "nodeKind": _node_kind,
    "pattern": _pattern,
}

"""Stored queries: one competency question a file, with parameters that are bound as terms."""

from __future__ import annotations

import os
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, Store

from barriergraph.datatypes import XSD, literal
from barriergraph.errors import NotFoundError, ParameterError, QueryError, SourceError
from barriergraph.headers import Parameter, read_header
from barriergraph.sparql import check_tokens, columns, prefixes, slots
from barriergraph.specialising import filters
from barriergraph.tokens import tokens
from barriergraph.values import Value
from barriergraph.views import View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from barriergraph.headers import Header
    from barriergraph.parts import Slot
    from barriergraph.views import Behind

    #: A slug, CURIE or IRI and the IRI of a class -> the individual that is meant.
    Resolve: TypeAlias = Callable[[str, str], NamedNode]

__all__ = ["Parameter", "StoredQuery", "View", "heading", "not_parsed", "parse"]


class StoredQuery(Value):
    """A question with its SPARQL text; `columns` maps each column to its heading.

    `page` names the parameters on the pages of whose values the answer stands; `behind` says what
    stands behind a row.
    """

    __slots__ = (
        "name", "title", "question", "tags", "parameters", "columns", "view", "examples",
        "page", "behind", "text", "path", "spans",
    )  # fmt: skip
    name: str
    title: str
    question: str
    tags: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    columns: Mapping[str, str]
    view: View
    examples: tuple[tuple[tuple[str, str], ...], ...]
    page: tuple[str, ...]
    behind: Behind | None
    text: str
    path: str
    #: parameter -> where the items of its slot start and end in `text`
    spans: Mapping[str, tuple[int, int]]

    def __hash__(self) -> int:
        return hash((self.path, self.text))

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of that name.

        Raises: NotFoundError with the nearest names.
        """
        if name not in self.parameters:
            near = _near(name, self.parameters) or sorted(self.parameters)
            raise NotFoundError(f"parameter of '{self.name}'", name, near)
        return self.parameters[name]

    def bind(
        self, values: Mapping[str, Sequence[NamedNode | Literal]], *, direct: bool = False
    ) -> str:
        r"""Return the text with the slot of each parameter given holding its terms.

        A parameter left out keeps its default, or keeps everything. The values are written as
        terms, so that no value can change what the query asks. With `direct`, a pattern stands
        for the filter of a parameter that has a value, and nothing for that of one that keeps
        everything, which is sooner answered; but Virtuoso loses rows by it.

        Raises: NotFoundError for an unknown parameter; ParameterError for no or no such term.

        >>> query = parse('''#+ title: T
        ... #+ question: Q?
        ... #+ parameter word: xsd:string  A word
        ... SELECT ?word { VALUES ?word { UNDEF } }''', "t.rq")
        >>> query.bind({"word": [Literal('a" } #')]}).splitlines()[-1]
        'SELECT ?word { VALUES ?word { "a\\" } #" } }'
        """
        known = filters(self.text) if direct else {}
        pieces = [
            (one.start, one.end, "")
            for name, one in known.items()
            if one.idle and name not in values and self.parameter(name).default is None
        ]
        for name, terms in values.items():
            parameter = self.parameter(name)
            if isinstance(terms, str | NamedNode | Literal) or not terms:
                raise ParameterError(
                    name, expected="one or more terms (leave it out for any)", given=str(terms)
                )
            start, end = self.spans[parameter.name]
            pieces.append((start, end, f" {' '.join(_written(name, term) for term in terms)} "))
            narrowed = known.get(name)
            if narrowed is not None and narrowed.told is not None and parameter.is_class:
                pieces.append((narrowed.start, narrowed.end, narrowed.told))
        text = self.text
        for start, end, items in sorted(pieces, reverse=True):
            text = text[:start] + items + text[end:]
        return text

    def terms(
        self, parameters: Mapping[str, object], resolve: Resolve
    ) -> dict[str, list[NamedNode | Literal]]:
        """Return what a person gave for parameters, one value or several each, as terms.

        None stands for a parameter that is left out.

        Raises: as `term`, and ParameterError for no value at all.
        """
        found: dict[str, list[NamedNode | Literal]] = {}
        for parameter, value in parameters.items():
            if value is None:
                continue
            given = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
            found[parameter] = [self.term(parameter, one, resolve) for one in given]
            if not given:
                raise ParameterError(parameter, expected="one value or more", given="[]")
        return found

    def term(self, name: str, value: object, resolve: Resolve) -> NamedNode | Literal:
        """Return a value that a person gave for a parameter as the term that it stands for.

        The value is text, a number, a truth value, a date, a path, or a term of pyoxigraph or of
        rdflib. `resolve` finds the individual of a class.

        Raises: NotFoundError for an unknown parameter; ParameterError, with what was expected
        and the nearest names, for a value that does not fit.
        """
        parameter = self.parameter(name)
        text, datatype = _taken_apart(value)
        if text is None or not text.strip():
            given = "" if text is not None else repr(value)
            raise ParameterError(
                name, expected=f"{parameter.expected}, or is left out", given=given
            )
        if parameter.choices:
            if text not in parameter.choices:
                near = _near(text, parameter.choices)
                raise ParameterError(name, expected=parameter.expected, given=text, near=near)
            return Literal(text)
        if parameter.is_class:
            return _individual(parameter, text, datatype, resolve)
        return _literal(parameter, text, datatype)


def parse(text: str, path: str | Path) -> StoredQuery:
    """Return the stored query that a file holds; its name is the file's without the ending.

    Raises: SourceError with path and line for a header that is wrong, a slot without parameter, a
    parameter without slot, a query that the engine cannot parse, that is not a SELECT with named
    columns or that does more than read this graph.

    >>> parse("#+ title: T\\n#+ question: Q?\\nSELECT ?a { ?a ?b ?c }", "one.rq").name
    'one'
    """
    place = os.fspath(path)
    try:
        found = tokens(text)
        declared = prefixes(found)
        header = read_header(text, place, declared)
        check_tokens(text, found, ())
        names = columns(found)
    except QueryError as error:
        raise SourceError(place, error.reason, line=error.line, column=error.column) from error
    if not names:
        raise SourceError(place, "a stored query is a SELECT that names its columns", line=1)
    _check_columns(header, names, place)
    spans = _spans(header, slots(found), text, place, declared)
    _check_grammar(text, place)
    labels = {name: header.columns.get(name, (heading(name), 0))[0] for name in names}
    return StoredQuery(
        name=os.path.splitext(os.path.basename(place))[0],
        title=header.title,
        question=header.question,
        tags=header.tags,
        parameters=MappingProxyType({name: one for name, (one, _) in header.parameters.items()}),
        columns=MappingProxyType(labels),
        view=header.view,
        examples=header.examples,
        page=header.page,
        behind=header.behind,
        text=text,
        path=place,
        spans=MappingProxyType(spans),
    )


def not_parsed(error: SyntaxError) -> QueryError:
    """Return what the engine says of a query that it cannot parse, with its line and column.

    >>> not_parsed(SyntaxError("error at 2:9: expected OPTIONAL")).args
    ('line 2, column 9: the query cannot be parsed: expected OPTIONAL',)
    """
    place, colon, reason = error.msg.removeprefix("error at ").partition(": ")
    line, _, column = place.partition(":")
    if colon and line.isdecimal() and column.isdecimal():
        words = f"the query cannot be parsed: {reason}"
        return QueryError(words, line=int(line), column=int(column))
    return QueryError(f"the query cannot be parsed: {error.msg}")


def heading(column: str) -> str:
    """Return words for a column that has no heading of its own.

    >>> heading("policyDomainLabel"), heading("studies")
    ('Policy domain', 'Studies')
    """
    name = column.removesuffix("Label") or column
    words = "".join(f" {char.lower()}" if char.isupper() else char for char in name)
    words = words.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _check_grammar(text: str, place: str) -> None:
    try:
        Store().query(text)  # an empty graph has nothing to answer: this only parses
    except SyntaxError as error:
        fault = not_parsed(error)
        raise SourceError(place, fault.reason, line=fault.line, column=fault.column) from None


def _check_columns(header: Header, names: tuple[str, ...], place: str) -> None:
    for name, (_, line) in header.columns.items():
        if name not in names:
            raise SourceError(
                place, f"SELECT has no column '{name}'{_hint(name, names)}", line=line
            )
    for role, name in header.view.roles:
        if name not in names:
            reason = f"{role}={name}: SELECT has no column '{name}'{_hint(name, names)}"
            raise SourceError(place, reason, line=header.view_line)
    for parameter, name in header.behind.values if header.behind else ():
        if name not in names and name not in header.parameters:
            known = (*names, *header.parameters)
            reason = f"{parameter}={name}: no column or parameter '{name}'{_hint(name, known)}"
            raise SourceError(place, reason, line=header.behind_line)


def _spans(
    header: Header, found: list[Slot], text: str, place: str, declared: Mapping[str, str]
) -> dict[str, tuple[int, int]]:
    spans: dict[str, tuple[int, int]] = {}
    for slot in found:
        line = text.count("\n", 0, slot.at) + 1
        if slot.name not in header.parameters:
            if slot.items == ("UNDEF",):
                reason = f"no parameter is declared for the slot of '?{slot.name}'"
                raise SourceError(place, f"{reason}; add a '#+ parameter' line", line=line)
            continue  # an ordinary VALUES block
        if slot.name in spans:
            raise SourceError(place, f"parameter '{slot.name}' has a second slot", line=line)
        parameter = header.parameters[slot.name][0]
        if not _is_default(parameter, slot.items, declared):
            holds = parameter.default or "UNDEF"
            reason = f"the slot of '{slot.name}' holds {' '.join(slot.items)!r}, not {holds!r}"
            raise SourceError(place, f"{reason} as its parameter line says", line=line)
        spans[slot.name] = (slot.start, slot.end)
    for name, (_, line) in header.parameters.items():
        if name not in spans:
            reason = f"parameter '{name}' has no slot; add VALUES ?{name} {{ UNDEF }}"
            raise SourceError(place, reason, line=line)
    return spans


def _is_default(parameter: Parameter, items: tuple[str, ...], declared: Mapping[str, str]) -> bool:
    if parameter.default is None:
        return items == ("UNDEF",)
    given = "".join(items)
    if parameter.is_class:
        prefix, _, local = given.partition(":")
        iri = given[1:-1] if given.startswith("<") else declared.get(prefix, "") + local
        return parameter.default in (given, iri) or iri.endswith(f"/{parameter.default}")
    term = Literal(parameter.default) if parameter.iri is None else None
    term = term or literal(parameter.iri or "", parameter.default)
    if term is None:
        return False
    prefix = next((name for name, iri in declared.items() if iri == XSD), "xsd")
    typed = f'"{term.value}"^^'
    spelt = (
        f"{typed}{prefix}:{term.datatype.value.removeprefix(XSD)}",
        f"{typed}<{term.datatype}>",
    )
    bare = (parameter.default, term.value) if parameter.is_bare else (str(term), f"'{term.value}'")
    return given in (*bare, *spelt, str(term))


def _taken_apart(value: object) -> tuple[str | None, str | None]:
    """Return a value's text and, when it is a typed literal, its datatype's IRI."""
    if isinstance(value, bool):
        return str(value).lower(), None
    if isinstance(value, NamedNode):
        return f"<{value.value}>", None
    if isinstance(value, Literal):
        return value.value, value.datatype.value
    if isinstance(value, str):  # rdflib's terms are strings too
        datatype = getattr(value, "datatype", None)
        is_iri = type(value).__name__ == "URIRef"
        return (f"<{value}>" if is_iri else str(value)), str(datatype) if datatype else None
    if isinstance(value, int | float | os.PathLike):
        return str(os.fspath(value) if isinstance(value, os.PathLike) else value), None
    if type(value).__module__ in ("decimal", "_decimal", "_pydecimal"):
        return f"{value:f}", None
    return (str(value.isoformat()), None) if hasattr(value, "isoformat") else (None, None)


def _individual(
    parameter: Parameter, text: str, datatype: str | None, resolve: Resolve
) -> NamedNode:
    name = text[1:-1] if text.startswith("<") and text.endswith(">") else text.strip()
    if datatype not in (None, f"{XSD}string"):
        raise ParameterError(parameter.name, expected=parameter.expected, given=text)
    try:
        return resolve(name, parameter.iri or "")
    except NotFoundError as error:
        raise ParameterError(
            parameter.name, expected=parameter.expected, given=name, near=error.near
        ) from error


def _literal(parameter: Parameter, text: str, datatype: str | None) -> Literal:
    wanted = parameter.iri or ""
    is_iri = text.startswith("<") and text.endswith(">") and wanted == f"{XSD}anyURI"
    fits = datatype in (None, wanted, f"{XSD}string")
    whole = wanted in (f"{XSD}decimal", f"{XSD}double", f"{XSD}float")
    fits = fits or (whole and datatype == f"{XSD}integer")
    term = literal(wanted, text[1:-1] if is_iri else text) if fits else None
    if term is None:
        raise ParameterError(parameter.name, expected=parameter.expected, given=text)
    return term


def _written(name: str, term: object) -> str:
    if not isinstance(term, NamedNode | Literal):
        raise ParameterError(name, expected="an IRI or a literal", given=str(term))
    return str(term)


def _near(name: str, names: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(name, list(names))


def _hint(name: str, names: Iterable[str]) -> str:
    near = _near(name, names)
    return f"; did you mean '{near[0]}'?" if near else ""

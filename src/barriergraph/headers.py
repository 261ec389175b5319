"""The header of a stored query: lines `#+ KEY: VALUE` above the SPARQL text."""

from __future__ import annotations

from barriergraph.datatypes import XSD, expected, literal
from barriergraph.errors import SourceError
from barriergraph.namespaces import PREFIXES, expand
from barriergraph.values import Value
from barriergraph.views import Behind, View, read_behind, read_view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

MARK = "#+"


class Parameter(Value):
    """What may be asked for: a `type` as written, and the `iri` of that class or datatype.

    `choices` are the strings of a braced list; only then `iri` is None.
    """

    __slots__ = ("name", "type", "iri", "choices", "default", "description")
    name: str
    type: str
    iri: str | None
    choices: tuple[str, ...]
    default: str | None
    description: str

    @property
    def is_class(self) -> bool:
        """Say whether the values are the individuals of a class."""
        return self.iri is not None and not self.iri.startswith(XSD)

    @property
    def is_bare(self) -> bool:
        """Say whether SPARQL writes the values without quotes."""
        return (self.iri or "").removeprefix(XSD) in ("boolean", "decimal", "double", "integer")

    @property
    def expected(self) -> str:
        """What to give, in words, for a message.

        >>> read_parameter("since", "xsd:integer  Earliest year").expected
        'a whole number such as 2010'
        """
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        return expected(self.iri or "") or f"a {self.type}"


class Header(Value):
    """What the header's lines say; parameters and columns come with their lines."""

    __slots__ = (
        "title", "question", "tags", "parameters", "columns", "view", "view_line", "examples",
        "page", "behind", "behind_line",
    )  # fmt: skip
    title: str
    question: str
    tags: tuple[str, ...]
    parameters: dict[str, tuple[Parameter, int]]
    columns: dict[str, tuple[str, int]]
    view: View
    view_line: int
    examples: tuple[tuple[tuple[str, str], ...], ...]
    page: tuple[str, ...]
    behind: Behind | None
    behind_line: int


def read_header(text: str, path: str, prefixes: Mapping[str, str] | None = None) -> Header:
    """Return the header of a stored query's text; `path` is for messages only.

    `prefixes` are those that the query declares: a type may be written with them.

    Raises: SourceError with the line of the first thing that is wrong.
    """
    single: dict[str, tuple[str, int]] = {}
    parameters: dict[str, tuple[Parameter, int]] = {}
    labels: dict[str, tuple[str, int]] = {}
    examples: list[tuple[str, int]] = []
    for number, key, name, value in _lines(text, path):
        taken = parameters if key == "parameter" else labels if key == "column" else ()
        if key in single or name in taken:
            raise SourceError(path, f"a second '{f'{key} {name}'.strip()}'", line=number)
        if key == "parameter":
            with _Line(path, number):
                parameters[name] = (read_parameter(name, value, prefixes), number)
        elif key == "column":
            labels[name] = (value, number)
        elif key == "example":
            examples.append((value, number))
        else:
            single[key] = (value, number)
    for key in ("title", "question"):
        if key not in single:
            raise SourceError(path, f"the header has no '{MARK} {key}:' line", line=1)
    view, view_line = single.get("view", ("table", 1))
    tags, tags_line = single.get("tags", ("", 1))
    with _Line(path, view_line):
        drawn = read_view(view)
    with _Line(path, tags_line):
        words = _tags(tags)
    page, page_line = single.get("page", ("", 1))
    with _Line(path, page_line):
        shown_by = _page(page, parameters)
    behind, behind_line = single.get("behind", ("", 1))
    with _Line(path, behind_line):
        source = read_behind(behind) if behind else None
    return Header(
        title=single["title"][0],
        question=single["question"][0],
        tags=words,
        parameters=parameters,
        columns=labels,
        view=drawn,
        view_line=view_line,
        examples=tuple(_examples(path, examples, parameters)),
        page=shown_by,
        behind=source,
        behind_line=behind_line,
    )


def read_parameter(name: str, value: str, prefixes: Mapping[str, str] | None = None) -> Parameter:
    """Return the parameter that `TYPE [= DEFAULT]  DESCRIPTION` declares.

    Raises: ValueError with what is wrong.

    >>> read_parameter("basis", "{abstract, full text} = abstract  What was read").choices
    ('abstract', 'full text')
    """
    choices: tuple[str, ...] = ()
    if value.startswith("{"):
        listed, closed, rest = value[1:].partition("}")
        kind = f"{{{listed}}}" if closed else ""
        words = listed.split(",") if "," in listed else listed.split()
        choices = tuple(word.strip() for word in words)
        if not closed or not all(choices) or len(set(choices)) < len(choices) or not choices:
            raise ValueError("a braced list holds different words, such as {yes, no}")
    else:
        kind, _, rest = value.partition(" ")
        rest = f" {rest}"
    default, _, description = rest.removeprefix(" ").partition("  ")
    if not default.startswith("="):
        default, description = "", rest if rest.startswith("  ") else ""
    if not kind or not description.strip():
        raise ValueError("a parameter is 'TYPE  words for people' or 'TYPE = DEFAULT  words', "
                         "with two spaces before the words")  # fmt: skip
    parameter = Parameter(
        name=name,
        type=kind,
        iri=None if choices else _type(kind, prefixes or {}),
        choices=choices,
        default=default[1:].strip() or None,
        description=description.strip(),
    )
    if default and parameter.default is None:
        raise ValueError("nothing follows '='")
    if parameter.default is not None:
        _check_value(parameter, parameter.default)
    return parameter


def _lines(text: str, path: str) -> list[tuple[int, str, str, str]]:
    """Return line, key, name and value of each header line."""
    found = []
    in_header = True
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith(MARK):
            in_header = in_header and not line.strip()
            continue
        if not in_header:
            raise SourceError(path, "a header line stands below the query's text", line=number)
        head, colon, value = line[len(MARK) :].partition(":")
        key, *names = head.split()[:3] or [""]
        named = key in ("parameter", "column")
        plain = key in ("title", "question", "tags", "view", "example", "page", "behind")
        if not colon or not (named or plain) or len(names) != named:
            raise SourceError(path, f"'{line.strip()}' is no header line; {_FORM}", line=number)
        if named and not (names[0].isascii() and names[0].isidentifier()):
            raise SourceError(path, f"'{names[0]}' is no name of a variable", line=number)
        if not value.strip():
            raise SourceError(path, f"nothing follows '{head.strip()}:'", line=number)
        found.append((number, key, names[0] if named else "", value.strip()))
    return found


_FORM = (
    f"write '{MARK} KEY: VALUE' with title, question, tags, parameter NAME, column NAME, view, "
    "page, behind or example"
)


class _Line:
    """Inside it a ValueError is an error of that line of the file."""

    def __init__(self, path: str, number: int) -> None:
        self._path, self._number = path, number

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, ValueError):
            raise SourceError(self._path, str(error), line=self._number) from error


def _type(kind: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = kind.partition(":")
    iri = prefixes[prefix] + local if local and prefix in prefixes else expand(kind)
    if iri is None:
        raise ValueError(f"'{kind}' is no type; write a class such as bg:Barrier, a datatype such "
                         "as xsd:integer, or a list such as {yes, no}; the query declares the "
                         "prefix of a class of your own")  # fmt: skip
    if iri.startswith(XSD) and expected(iri) is None:
        raise ValueError(f"parameters cannot have the datatype '{kind}'; take xsd:string")
    return iri


def _check_value(parameter: Parameter, value: str) -> None:
    """Check a default or an example; whether a class has such an individual only a graph knows."""
    name = parameter.name
    if parameter.choices and value not in parameter.choices:
        raise ValueError(f"parameter '{name}' takes {parameter.expected}, not '{value}'")
    if parameter.iri and not parameter.is_class and literal(parameter.iri, value) is None:
        raise ValueError(f"parameter '{name}' takes {parameter.expected}, not '{value}'")
    prefix, colon, _ = value.partition(":")
    if parameter.is_class and colon and "://" not in value and prefix not in PREFIXES:
        raise ValueError(f"parameter '{name}': no prefix '{prefix}:' is known")


def _tags(value: str) -> tuple[str, ...]:
    tags = tuple(tag.strip() for tag in value.split(",")) if value else ()
    if not all(tags) or len(set(tags)) < len(tags):
        raise ValueError("write different words with commas between them")
    return tags


def _page(value: str, parameters: Mapping[str, tuple[Parameter, int]]) -> tuple[str, ...]:
    names = _tags(value)
    for name in names:
        if name not in parameters or not parameters[name][0].is_class:
            raise ValueError(f"'{name}' is no parameter whose values are individuals of a class")
    return names


def _examples(
    path: str, lines: list[tuple[str, int]], parameters: dict[str, tuple[Parameter, int]]
) -> list[tuple[tuple[str, str], ...]]:
    known = {name: parameter for name, (parameter, _) in parameters.items()}
    found = []
    for value, number in lines:
        with _Line(path, number):
            found.append(_example(value, known))
    return found


def _example(value: str, parameters: dict[str, Parameter]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for part in _split(value):
        name, equals, given = part.partition("=")
        if not equals or not given:
            raise ValueError(f"an example is a list of NAME=VALUE, not '{part}'")
        if name not in parameters:
            raise ValueError(f"the example names no parameter of this query: '{name}'")
        _check_value(parameters[name], given)
        pairs.append((name, given))
    return tuple(pairs)


def _split(value: str) -> list[str]:
    """Return the words of a line as a POSIX shell parts them."""
    if not any(char in value for char in "'\"\\"):
        return value.split()
    parts: list[str] = []
    quote, part = "", None
    chars = iter(value)
    for char in chars:
        if char == "\\" and quote != "'":
            part = (part or "") + next(chars, "")
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote, part = char, part or ""
        elif char.isspace() and not quote:
            parts += [] if part is None else [part]
            part = None
        else:
            part = (part or "") + char
    if quote:
        raise ValueError("a quote of the example is never closed")
    return parts + ([] if part is None else [part])

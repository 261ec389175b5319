"""What can be scaffolded: the kinds of things, and what has to be known of each."""

from __future__ import annotations

from barriergraph.errors import NotFoundError
from barriergraph.values import Value

#: The answer that stands for leaving something out.
NOTHING = ""


class Field(Value):
    """Something to be known: `name` is that of the flag, `question` what a person is asked.

    `cls` is the CURIE of the class of which it names a member or more (`several`); `choices` are
    the only answers, where there are such. Without an answer it is `default`; if that is None,
    there has to be one.
    """

    __slots__ = ("choices", "cls", "default", "name", "question", "several")
    name: str
    question: str
    cls: str
    several: bool
    choices: tuple[str, ...]
    default: str | None


class Kind(Value):
    """A kind of thing: the class, the folder of its address, its scheme, the file, the fields."""

    __slots__ = ("cls", "fields", "file", "folder", "name", "scheme")
    name: str
    cls: str
    folder: str
    scheme: str
    file: str
    fields: tuple[Field, ...]


def _field(
    name: str, question: str, default: str | None = None, *, cls: str = "", several: bool = False,
    choices: tuple[str, ...] = (),
) -> Field:  # fmt: skip
    return Field(
        name=name, question=question, cls=cls, several=several, choices=choices, default=default
    )


_LABEL = _field("label", "What is it called?", NOTHING)
_DEFINITION = _field("definition", "What is it? One sentence with a full stop")
_ALSO = _field("alt", "What else is it called? (several: 'a; b')", NOTHING, several=True)
_LEVEL = _field("level", "At which level does it lie?", cls="bg:Level")


def _concept(name: str, cls: str, folder: str, scheme: str, *more: Field) -> Kind:
    broader = _field("broader", "Under which one does it stand? (nothing: at the top)", NOTHING,
                     cls=cls)  # fmt: skip
    return Kind(
        name=name, cls=cls, folder=folder, scheme=scheme, file="data/concepts.ttl",
        fields=(_LABEL, _DEFINITION, broader, _ALSO, *more),
    )  # fmt: skip


_TYPES = ("JournalArticle", "Report", "Book", "BookChapter", "ConferencePaper", "Thesis",
          "WebPage")  # fmt: skip

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _concept("barrier", "bg:Barrier", "barrier", "barriers", _LEVEL),
        _concept("enabler", "bg:Enabler", "enabler", "enablers", _LEVEL),
        _concept("profession", "bg:Profession", "role", "roles"),
        _concept("domain", "bg:PolicyDomain", "domain", "policy-domains"),
        Kind(
            name="source", cls="bg:Source", folder="source", scheme="", file="data/sources.ttl",
            fields=(
                _field("title", "What is its title?"),
                _field("type", "What is it?", "Report", choices=_TYPES),
                _field("author", "Who wrote it? (several: 'Family, Given; Family, Given')",
                       NOTHING, several=True),
                _field("year", "In which year did it appear? (nothing: not known)", NOTHING),
                _field("container", "In which journal or book is it? (nothing: in none)", NOTHING),
                _field("doi", "What is its DOI? (nothing: none)", NOTHING),
                _field("url", "Where can it be read? (nothing: not known)", NOTHING),
                _field("setting", "Between whom does it study sharing?", "unstated",
                       cls="bg:Setting"),
                _field("setting-basis", "Does it say so, or is it your reading?", "inferred",
                       choices=("stated", "inferred")),
                _field("confidence", "How sure is this record?", "probable",
                       cls="bg:Certainty"),
            ),
        ),
        Kind(
            name="finding", cls="bg:Finding", folder="finding", scheme="",
            file="data/findings.ttl",
            fields=(
                _field("source", "Which source reports it?", cls="bg:Source"),
                _field("statement", "What does it say, in your own words?"),
                _field("kind", "What kind of finding is it?", cls="bg:Kind"),
                _field("factor", "Which barrier, enabler or other factor is it about?",
                       cls="bg:Factor", several=True),
                _field("domain", "In which policy domains? (nothing: none named)", NOTHING,
                       cls="bg:PolicyDomain", several=True),
                _field("role", "About which professions or service users? (nothing: none named)",
                       NOTHING, cls="bg:Role", several=True),
                _field("basis", "What of the source was read?", cls="bg:Basis"),
                _field("certainty", "How sure is the reading?", "confirmed",
                       cls="bg:Certainty"),
                _field("locator", "On which page or in which section? (nothing: not known)",
                       NOTHING),
            ),
        ),
        Kind(
            name="class", cls="owl:Class", folder="", scheme="", file="ontology/terms.ttl",
            fields=(
                _LABEL, _DEFINITION,
                _field("under", "Under which class does it stand?", cls="owl:Class"),
            ),
        ),
        Kind(
            name="property", cls="owl:ObjectProperty", folder="", scheme="",
            file="ontology/terms.ttl",
            fields=(
                _LABEL, _DEFINITION,
                _field("domain-class", "What does it say something of? (a class)",
                       cls="owl:Class"),
                _field("range", "What does it lead to? (a class, or xsd:string and the like)"),
                _field("under", "Under which property does it stand? (nothing: none)", NOTHING,
                       cls="owl:ObjectProperty"),
            ),
        ),
        Kind(
            name="query", cls="", folder="", scheme="", file="queries/{slug}.rq",
            fields=(
                _field("title", "What is the answer called?", NOTHING),
                _field("question", "Which question does it answer?"),
            ),
        ),
        Kind(
            name="module", cls="owl:Ontology", folder="", scheme="", file="module.ttl",
            fields=(
                _field("title", "What is the module called?", NOTHING),
                _field("description", "What is it about?"),
                _field("creator", "Whose is it?"),
                _field("licence", "Under which licence? (an address)",
                       "https://creativecommons.org/licenses/by/4.0/"),
                _field("namespace", "With what do its addresses begin? (nothing: example.org)",
                       NOTHING),
            ),
        ),
    )
}  # fmt: skip

#: All flags of `new`, each with the kinds that it counts for.
FLAGS: dict[str, tuple[str, ...]] = {
    name: tuple(kind.name for kind in KINDS.values() if name in {f.name for f in kind.fields})
    for name in dict.fromkeys(field.name for kind in KINDS.values() for field in kind.fields)
}


def find_kind(name: str) -> Kind:
    """Return the kind of a name.

    Raises: NotFoundError with the nearest names.
    """
    if name not in KINDS:
        from difflib import get_close_matches

        raise NotFoundError("kind of thing", name, get_close_matches(name, KINDS) or list(KINDS))
    return KINDS[name]

"""The columns of a findings sheet: what each says of a finding, and what may stand in it."""

from __future__ import annotations

from barriergraph.values import Value

#: What the kind of a finding says of its effect on sharing; of other kinds it says nothing.
EFFECTS = {"barrier": "hinders", "risk": "hinders", "enabler": "helps", "mitigation": "helps"}

#: Between several values in a cell.
SEPARATOR = ";"


class Column(Value):
    """A column: its name, the class of what it names (or empty), if it is needed, what it says.

    `several` says that a cell may hold more values, with SEPARATOR between; `choices` are the only
    values, where there are such.
    """

    __slots__ = ("choices", "cls", "help", "name", "required", "several")
    name: str
    cls: str
    required: bool
    several: bool
    choices: tuple[str, ...]
    help: str


def _column(
    name: str, help: str, cls: str = "", *, required: bool = False, several: bool = False,
    choices: tuple[str, ...] = (),
) -> Column:  # fmt: skip
    return Column(
        name=name, cls=cls, required=required, several=several, choices=choices, help=help
    )


COLUMNS: tuple[Column, ...] = (
    _column("id", "Name of the finding in its address; made from the source when empty"),
    _column("source", "The source: its key, DOI or title", "bg:Source", required=True),
    _column("statement", "What the source says, in your own words", required=True),
    _column("kind", "What kind of finding it is", "bg:Kind", required=True),
    _column("factor", "The barrier, enabler, risk, … that it is about", "bg:Factor",
            required=True, several=True),
    _column("effect", "Write none-found for a null result; when empty it follows the kind",
            choices=("none-found", "hinders", "helps", "unstated")),
    _column("no_effect_of", "With none-found: what had no effect, where the factor is something "
            "else; write none if nothing is named", "bg:Factor", several=True),
    _column("addressed_by", "Enablers that address it", "bg:Enabler", several=True),
    _column("against", "What an enabler is set against", "bg:Factor", several=True),
    _column("link", "Whose link to the two before it is: the source's or yours",
            choices=("stated", "suggested")),
    _column("moderator", "What alters an effect", "bg:Condition"),
    _column("antecedent", "What has the effect", "bg:Factor"),
    _column("outcome", "What it has an effect on", "bg:Factor"),
    _column("domain", "Policy domains", "bg:PolicyDomain", several=True),
    _column("role", "Professions or service users", "bg:Role", several=True),
    _column("place", "Places", "bg:Place", several=True),
    _column("basis", "What was read of the source", "bg:Basis", required=True),
    _column("certainty", "How sure the reading is; confirmed when empty", "bg:Certainty"),
    _column("locator", "Page or section"),
    _column("url", "Address where the finding was read"),
    _column("second_hand", "Write yes if the source tells it of another",
            choices=("yes", "no")),
    _column("stated_as", "The form in which the source puts it, such as harm-of-not-sharing"),
    _column("mapping_note", "How loosely it fits the factor"),
    _column("note", "For whoever maintains this"),
    _column("level", "Level of a factor that is new in this row", "bg:Level"),
    _column("definition", "One sentence that defines what is new in this row"),
)  # fmt: skip

BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}

_STRAIGHT = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u00b4`"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
}


def straight(text: str) -> str:
    r"""Return a text with straight quotes and plain hyphens, as a keyboard has them.

    >>> straight("\u201cyes\u201d \u2013 no")
    '"yes" - no'
    """
    return text.translate(_STRAIGHT)


def fold(text: str) -> str:
    """Return a text as it is compared: in small letters, with straight quotes and single spaces.

    >>> fold("People's  Choice")
    "people's choice"
    """
    return " ".join(straight(text).casefold().split())

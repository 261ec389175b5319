"""How an answer is drawn, and what stands behind a cell of it: lines of a stored query's header."""

from __future__ import annotations

from barriergraph.values import Value

#: view -> the roles that it names, all of them columns
VIEWS: dict[str, tuple[str, ...]] = {
    "table": (),
    "matrix": ("rows", "columns", "cell"),
    "bars": ("x", "y"),
    "timeline": ("x", "y"),
    "network": ("from", "to"),
    "chain": ("step", "thing"),
}


class View(Value):
    """How an answer is drawn: its kind, and the column that plays each role."""

    __slots__ = ("kind", "roles")
    kind: str
    roles: tuple[tuple[str, str], ...]

    def column(self, role: str) -> str:
        """Return the column that plays a role.

        >>> read_view("bars x=year y=studies").column("x")
        'year'
        """
        return dict(self.roles)[role]


class Behind(Value):
    """What stands behind a row: the stored query to ask, and what its parameters hold.

    Each of `values` pairs a parameter of that query with a column of the row, or else with a
    parameter of the query whose row it is. Parameters of the same name hold the same besides.
    """

    __slots__ = ("query", "values")
    query: str
    values: tuple[tuple[str, str], ...]


def read_view(value: str) -> View:
    """Return the view that a header's line names.

    Raises: ValueError with what is wrong.

    >>> read_view("network from=person to=citation").roles
    (('from', 'person'), ('to', 'citation'))
    """
    kind, *rest = value.split()
    pairs = [tuple(part.split("=", 1)) for part in rest]
    wanted = VIEWS.get(kind)
    if wanted is None:
        raise ValueError(f"no view '{kind}'; the views are {', '.join(VIEWS)}")
    roles = {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and pair[1]}
    if sorted(roles) != sorted(wanted) or len(rest) != len(wanted):
        form = " ".join([kind, *(f"{role}=COLUMN" for role in wanted)])
        raise ValueError(f"the view is written '{form}'")
    return View(kind=kind, roles=tuple((role, roles[role]) for role in wanted))


def read_behind(value: str) -> Behind:
    """Return what a header's line says to stand behind a row.

    Raises: ValueError with what is wrong.

    >>> read_behind("findings-about factor=barrier").values
    (('factor', 'barrier'),)
    """
    query, *rest = value.split()
    pairs = [part.partition("=") for part in rest]
    if not rest or not all(name and equals and held for name, equals, held in pairs):
        raise ValueError("what stands behind a row is written 'QUERY PARAMETER=COLUMN …'")
    return Behind(query=query, values=tuple((name, held) for name, _, held in pairs))

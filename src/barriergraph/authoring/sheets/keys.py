"""The keys of a finding in a record, and how they stand for the columns of a sheet."""

from __future__ import annotations

from barriergraph.authoring.columns import BY_NAME
from barriergraph.authoring.sheets.cells import Place

#: key of a finding -> column of a sheet
FINDING = {
    "barrier": "factor", "factor": "factor", "link_basis": "link", "policy_domains": "domain",
    "professions": "role", "applies_to": "role", "places": "place",
    **{name: name for name in BY_NAME if name not in ("source", "link", "domain", "role", "place")},
}  # fmt: skip
#: key below applies_to -> column of a sheet
APPLIES = {
    "policy_domain": "domain", "policy_domains": "domain", "profession": "role",
    "professions": "role", "place": "place", "places": "place",
}  # fmt: skip


def said(column: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts of a key as a sheet would say them."""
    words = {"link": {"inferred": "suggested"}, "second_hand": {"true": "yes", "false": "no"}}
    return tuple(words.get(column, {}).get(text.casefold(), text) for text in texts)


def turn(cells: dict[str, tuple[str, ...]], lines: dict[str, tuple[Place, str]]) -> None:
    """Take the remedy of a mitigation or enabler as its factor, and what it is for as its object.

    Records name under `barrier` what is addressed, also where the finding is of the remedy.
    """
    kind = next(iter(cells.get("kind", ())), "").casefold()
    if kind in ("mitigation", "enabler") and "addressed_by" in cells and "against" not in cells:
        cells["against"] = cells.pop("factor", ())
        cells["factor"] = cells.pop("addressed_by")
        against, factor = lines.pop("factor", None), lines.pop("addressed_by")
        lines["factor"] = factor
        if against:
            lines["against"] = against


def key_of(column: str) -> str:
    """Return the key of a finding that stands for a column of a sheet."""
    return next((key for key, name in FINDING.items() if name == column), column)

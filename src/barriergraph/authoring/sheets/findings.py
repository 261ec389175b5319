"""From a row to a finding: what each column says, and what does not go together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.columns import BY_NAME, COLUMNS, EFFECTS
from barriergraph.authoring.drafts import Refusal
from barriergraph.authoring.sheets.cells import Bad, Row
from barriergraph.authoring.sheets.identities import Identities
from barriergraph.authoring.sheets.proposing import Proposals
from barriergraph.authoring.sheets.resolving import Names
from barriergraph.authoring.turtle import Block, Term, block
from barriergraph.namespaces import slug
from barriergraph.rdf import named

#: The form of a statement that says nothing of an effect on sharing.
HARM = "harm-of-not-sharing"
#: What stands in no_effect_of where a null result names nothing that had no effect.
NOTHING = "none"

_NUMBER = re.compile(r"[-+]?[0-9.,]+%?")
_WORDS = re.compile(r"[a-z]+(?:-[a-z]+)*")
_ADDRESS = re.compile(r"https?://[^\s/<>\"{}|\\^`]+[^\s<>\"{}|\\^`]*")
_TRIO = ("moderator", "antecedent", "outcome")


class Findings:
    """Makes findings of rows, one after another; `notes` are for the person."""

    def __init__(self, names: Names, identities: Identities, proposals: Proposals | None) -> None:
        self.notes: list[str] = []
        self._names = names
        self._identities = identities
        self._proposals = proposals

    def take(self, row: Row, source: NamedNode | None = None) -> Block | list[Refusal]:
        """Return the finding that a row gives, or everything that is wrong with the row.

        With `source`, what the row says of the source is not looked at.
        """
        one = _Reading(row, self._names, self._proposals)
        found = source or one.node("source")
        kind = one.node("kind")
        for column in COLUMNS:
            one.check(column.name, source is not None)
        values = one.values(slug(kind.value) if kind else "")
        one.rules(slug(kind.value) if kind else "")
        subject = self._subject(one, row, found)
        if found is None or kind is None or subject is None or one.refusals:
            return one.refusals
        repeated = self._identities.repeated(found, row.first("statement"), row.place.row or 0)
        if repeated:
            return [row.refusal("statement", repeated)]
        if self._proposals is not None:
            for text, made in one.proposed.items():
                clash = self._proposals.keep(text, made)
                if clash:
                    return [row.refusal("", clash)]
        self._note(row, slug(kind.value), one)
        return _finding(subject, found, kind, values, row)

    def _subject(self, one: _Reading, row: Row, source: NamedNode | None) -> NamedNode | None:
        """Return the address; a refused row uses one up, so that mending it moves no other."""
        if row.first("id"):
            found = self._identities.given(row.first("id"), row.place.row or 0)
            if isinstance(found, Bad):
                one.refusals.append(row.refusal("id", found))
                return None
            return found
        return self._identities.next(source, row.first("statement")) if source else None

    def _note(self, row: Row, kind: str, one: _Reading) -> None:
        place = str(row.refusal("", Bad(reason="", remedy=""))).removesuffix(": ")
        if kind == "benefit" and "factor" not in row.cells:
            self.notes.append(f"{place}: names no benefit, so no answer about factors has it")
        for text, made in one.proposed.items():
            self.notes.append(f"{place}: {text!r} is proposed as {slug(made.subject.value)!r}")
        if not one.proposed and ("definition" in row.cells or "level" in row.cells):
            self.notes.append(
                f"{place}: level and definition are left out, for nothing is new here"
            )


class _Reading:
    """A row being read: what was found wrong, and what is to be proposed."""

    def __init__(self, row: Row, names: Names, proposals: Proposals | None) -> None:
        self.row = row
        self.refusals: list[Refusal] = []
        self.proposed: dict[str, Block] = {}
        self._names = names
        self._proposals = proposals

    def wrong(self, column: str, reason: str, remedy: str) -> None:
        self.refusals.append(self.row.refusal(column, Bad(reason=reason, remedy=remedy)))

    def node(self, column: str) -> NamedNode | None:
        """Return the one thing that a cell names, or None where it is empty or refused."""
        text = self.row.first(column)
        found = self._names.resolve(text, BY_NAME[column].cls) if text else None
        if isinstance(found, Bad):
            self.refusals.append(self.row.refusal(column, found))
            return None
        return found

    def nodes(self, column: str, kind: str) -> list[Term]:
        """Return the things that a cell names, new ones among them, sorted by address."""
        cls = BY_NAME[column].cls
        found = set()
        for text in self.row.cells.get(column, ()):
            one = self._names.resolve(text, cls)
            if isinstance(one, Bad) and not self._names.fitting(text, cls):
                one = self._new(text, column, cls, kind) or one
            if isinstance(one, Bad):
                self.refusals.append(self.row.refusal(column, one))
            else:
                found.add(one)
        return sorted(found, key=str)

    def _new(self, text: str, column: str, cls: str, kind: str) -> NamedNode | Bad | None:
        if self._proposals is None or column == "place":
            return None
        before = self._proposals.find(text, cls)
        if before:
            return before
        if text in self.proposed:
            return self.proposed[text].subject
        if self.proposed:
            return Bad(
                reason=f"{text!r} and {next(iter(self.proposed))!r} are both new in one row",
                remedy="give one of them a row of its own before, with its definition",
            )
        made = self._proposals.propose(text, column, cls, kind, self.row)
        if isinstance(made, Bad):
            return made
        self.proposed[text] = made
        return made.subject

    def check(self, name: str, sourced: bool) -> None:
        """Refuse a cell that is empty or holds what its column cannot say."""
        column, text = BY_NAME[name], self.row.first(name)
        if not text:
            optional = not column.required or (name == "source" and sourced)
            if not optional and not (name == "factor" and self._factorless()):
                self.wrong(name, "the cell is empty", f"{column.help[:1].lower()}{column.help[1:]}")
            return
        if column.choices and text not in column.choices:
            self.wrong(name, f"{text!r} is not a choice", f"write {' or '.join(column.choices)}")
        if name == "statement" and _NUMBER.fullmatch(text):
            self.wrong(name, f"{text!r} is a number where a text is expected", "write a sentence")
        if name == "url" and not _ADDRESS.fullmatch(text):
            self.wrong(name, f"{text!r} is no web address", "begin it with http:// or https://")
        if name == "stated_as" and not _WORDS.fullmatch(text):
            self.wrong(name, f"{text!r} is not in small letters with hyphens", f"such as {HARM}")

    def _factorless(self) -> bool:
        kind = self._names.resolve(self.row.first("kind"), "bg:Kind")
        return "against" in self.row.cells or kind == named("kind:benefit")

    def values(self, kind: str) -> dict[str, list[Term]]:
        """Return what the row names, by the property that it stands for."""
        row, effect = self.row, self._effect(kind)
        none = row.cells.get("no_effect_of", ())
        factors = self.nodes("factor", kind)
        without = self.nodes("no_effect_of", kind) if none not in ((), (NOTHING,)) else []
        if effect == "none-found" and not none:
            factors, without = [], factors
        suggested = row.first("link") == "suggested"
        addressed, against = self.nodes("addressed_by", kind), self.nodes("against", kind)
        found: dict[str, list[Term]] = {
            "finds": factors,
            "findsNoEffectOf": without,
            "mayBeAddressedBy" if suggested else "addressedBy": addressed,
            "mayCounter" if suggested else "against": against,
        }
        for name in _TRIO:
            found[name] = self.nodes(name, kind)
        found["inDomain"] = self.nodes("domain", kind)
        found["aboutRole"] = self.nodes("role", kind)
        found["atPlace"] = self.nodes("place", kind)
        found["effectOnSharing"] = [named(f"effect:{effect}")]
        found["basis"] = [node] if (node := self.node("basis")) else []
        certain = self.node("certainty") if row.first("certainty") else named("certainty:confirmed")
        found["certainty"] = [certain] if certain else []
        self._named = found
        return found

    def _effect(self, kind: str) -> str:
        told = self.row.first("effect")
        if told in BY_NAME["effect"].choices:
            return told
        return usual_effect(kind, self.row.first("stated_as"), "no_effect_of" in self.row.cells)

    def rules(self, kind: str) -> None:
        """Refuse what the shapes of findings would refuse."""
        row, found = self.row, self._named
        if kind in ("enabler", "mitigation") and "addressed_by" in row.cells:
            self.wrong("addressed_by", f"a finding of kind {kind} is not addressed by anything",
                       "name what it counters in the column against")  # fmt: skip
        if kind and kind not in ("benefit", "enabler", "mitigation") and "against" in row.cells:
            self.wrong("against", f"a finding of kind {kind} is against nothing",
                       "name its remedy in the column addressed_by")  # fmt: skip
        if kind == "mitigation":
            self._mitigation(found)
        if 0 < sum(name in row.cells for name in _TRIO) < len(_TRIO):
            missing = next(name for name in _TRIO if name not in row.cells)
            self.wrong(missing, "the cell is empty, though others of the three are filled",
                       "moderator, antecedent and outcome go together")  # fmt: skip
        if row.first("link") and "addressed_by" not in row.cells and "against" not in row.cells:
            self.wrong("link", "there is no link", "fill addressed_by or against, or empty this")
        if found["certainty"] == [named("certainty:candidate")]:
            self.wrong("certainty", "candidate is for the record of a work", "choose another")
        if "no_effect_of" in row.cells and self._effect(kind) != "none-found":
            self.wrong("effect", "does not fit no_effect_of", "write none-found, or empty one")
        for node in set(found["finds"]) & set(found["findsNoEffectOf"]):
            assert isinstance(node, NamedNode)
            self.wrong("no_effect_of", f"{slug(node.value)!r} stands in factor, too",
                       "take it out of one of them")  # fmt: skip
        if row.first("stated_as") == HARM and kind not in ("risk", ""):
            self.wrong("kind", "what is stated as a harm of not sharing is a risk", "write risk")

    def _mitigation(self, found: dict[str, list[Term]]) -> None:
        if "against" not in self.row.cells:
            self.wrong("against", "the cell is empty, and a mitigation counters something",
                       "name it, and write suggested in link if the pairing is yours")  # fmt: skip
        if "factor" not in self.row.cells:
            self.wrong("factor", "the cell is empty", "name the enabler that is of use")
            return
        enablers = set(self._names.members("bg:Enabler"))
        made = [*self.proposed.values(), *(self._proposals.blocks if self._proposals else ())]
        isa = (named("rdf:type"), (named("bg:Enabler"),))
        enablers |= {one.subject.value for one in made if isa in one.statements}
        nodes = [*found["finds"], *found["findsNoEffectOf"]]
        if nodes and not any(node.value in enablers for node in nodes):
            self.wrong("factor", "a mitigation is of an enabler, and this names none",
                       "name the enabler here, and what it counters in against")  # fmt: skip


def usual_effect(kind: str, stated_as: str, null: bool) -> str:
    """Return the effect on sharing of a finding whose row does not say it.

    >>> usual_effect("barrier", "", False), usual_effect("risk", HARM, False)
    ('hinders', 'unstated')
    """
    if null:
        return "none-found"
    return "unstated" if stated_as == HARM else EFFECTS.get(kind, "unstated")


def _finding(
    subject: NamedNode, source: NamedNode, kind: NamedNode, values: dict[str, list[Term]], row: Row
) -> Block:
    def text(column: str, datatype: str = "") -> Sequence[Term]:
        value = row.first(column)
        if not value:
            return []
        if datatype:
            return [Literal(value, datatype=named(datatype))]
        return [Literal(value, language="en")]

    second = {"yes": "true", "no": "false"}.get(row.first("second_hand"), "")
    return block(subject, [
        (named("rdf:type"), [named("bg:Finding")]),
        (named("bg:statement"), text("statement")),
        (named("bg:reportedIn"), [source]),
        (named("bg:kind"), [kind]),
        *((named(f"bg:{name}"), nodes) for name, nodes in values.items()),
        (named("bg:locator"), text("locator")),
        (named("bg:statedAs"), text("stated_as", "xsd:string")),
        (named("bg:mappingNote"), text("mapping_note")),
        (named("bg:secondHand"),
         [Literal(second, datatype=named("xsd:boolean"))] if second else []),
        (named("bg:url"), text("url", "xsd:anyURI")),
        (named("skos:note"), text("note")),
    ])  # fmt: skip

"""Reading YAML with the line of everything, and nothing taken for what it does not say."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from barriergraph.authoring.columns import straight
from barriergraph.authoring.drafts import Refusal
from barriergraph.authoring.sheets.cells import Bad, Place, Refused, clean, nearest
from barriergraph.authoring.sheets.reading import read_text
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node


class Entry(Value):
    """A value in a YAML file and its line: a text, a list of entries or entries by key.

    A number, date or truth value is the text that stands there; null is an empty text.
    """

    __slots__ = ("line", "value")
    line: int
    value: str | Sequence[Entry] | Mapping[str, Entry]


class Told:
    """What is read from one mapping of a file, and everything that is wrong with it."""

    def __init__(self, file: str, entry: Entry, known: Sequence[str], within: str) -> None:
        self.file = file
        self.line = entry.line
        self.refusals: list[Refusal] = []
        self._within = within
        self._entries: Mapping[str, Entry] = {}
        if not isinstance(entry.value, Mapping):
            self.wrong("", "is not a mapping of keys to values", "write 'key: value' lines")
            return
        self._entries = entry.value
        for key, value in entry.value.items():
            if key not in known:
                near = nearest(key, known, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
                self.wrong(key, "the key is unknown", hint, value.line)

    def __contains__(self, key: str) -> bool:
        return bool(self._entries.get(key, Entry(line=0, value="")).value)

    def place(self, key: str = "") -> Place:
        """Return where a key stands."""
        line = self._entries[key].line if key in self._entries else self.line
        return Place(file=self.file, sheet="", row=line)

    def shown(self, key: str) -> str:
        """Return the name of a key for people."""
        return f"{self._within}{key}" if key else self._within.rstrip(". ")

    def wrong(self, key: str, reason: str, remedy: str, line: int | None = None) -> None:
        """Refuse a key, or the whole mapping."""
        place = Place(file=self.file, sheet="", row=line) if line else self.place(key)
        refusal = place.refusal(Bad(reason=reason, remedy=remedy), self.shown(key))
        if refusal not in self.refusals:
            self.refusals.append(refusal)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a key: one, those of a list, or none."""
        entry = self._entries.get(key)
        if entry is None:
            return ()
        parts = [entry] if isinstance(entry.value, str) else entry.value
        found = []
        for part in parts:
            if isinstance(parts, Mapping) or not isinstance(part, Entry):
                self.wrong(key, "holds keys where a text or a list of texts is expected", "")
                return ()
            text = clean(part.value) if isinstance(part.value, str) else None
            if isinstance(text, str):
                found += [text] if text else []
            elif text is None:
                self.wrong(key, "holds more than a text or a list of texts", "", part.line)
            else:
                self.wrong(key, text.reason, text.remedy, part.line)
        return tuple(dict.fromkeys(found))

    def text(self, key: str) -> str:
        """Return the one text of a key, or ''."""
        found = self.texts(key)
        if len(found) > 1:
            self.wrong(key, "holds a list where one text is expected", "write one")
        return found[0] if found else ""

    def entries(self, key: str) -> Sequence[Entry]:
        """Return the entries in the list of a key."""
        entry = self._entries.get(key)
        if entry is None or entry.value == "":
            return ()
        if isinstance(entry.value, str | Mapping):
            self.wrong(key, "is not a list", "begin each part with '- '")
            return ()
        return entry.value

    def mapping(self, key: str) -> Entry | None:
        """Return the entry of a key if it is a mapping."""
        entry = self._entries.get(key)
        return entry if entry is not None and isinstance(entry.value, Mapping) else None


def read_yaml(path: str) -> Entry:
    """Return what a YAML file holds.

    Raises: as `read_text`; Refused for what is not YAML, a key that stands twice or an alias, with
        the line.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    text = read_text(path)
    file = os.path.basename(path)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
        if node is None:
            raise _refused(file, None, "is empty", "write a list of records")
        return _entry(file, node, set())
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        line = None if mark is None else mark.line + 1
        raise _refused(file, line, f"is not YAML: {said}", "correct this line") from None
    except RecursionError:
        raise _refused(file, None, "is nested too deeply", "write a flat list") from None


def _entry(file: str, node: Node, seen: set[int]) -> Entry:
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    line = node.start_mark.line + 1
    if id(node) in seen:
        raise _refused(file, line, "an alias (*) points here", "write the text out at both places")
    seen.add(id(node))
    if isinstance(node, ScalarNode):
        empty = str(node.tag).endswith(":null")
        return Entry(line=line, value="" if empty else str(node.value))
    if isinstance(node, SequenceNode):
        return Entry(line=line, value=tuple(_entry(file, one, seen) for one in node.value))
    assert isinstance(node, MappingNode)
    found: dict[str, Entry] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise _refused(file, at, "a key is not a text", "write 'key: value' lines")
        name = straight(str(key.value)).strip("'\" ")
        if name in found:
            first = found[name].line
            raise _refused(
                file, at, f"the key {name!r} stands twice, first in line {first}", "take one out"
            )
        found[name] = Entry(line=at, value=_entry(file, value, seen).value)
    return Entry(line=line, value=found)


def _refused(file: str, line: int | None, reason: str, remedy: str) -> Refused:
    place = Place(file=file, sheet="", row=line)
    return Refused(place.refusal(Bad(reason=reason, remedy=remedy)))

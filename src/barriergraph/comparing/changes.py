"""What differs between two versions: things, what is said of them, stored queries, answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from barriergraph.comparing.answers import AnswerChange, QueryChange, answer_changes, query_changes
from barriergraph.comparing.brackets import Object, Statement
from barriergraph.comparing.naming import Names
from barriergraph.comparing.versions import Version
from barriergraph.namespaces import compact
from barriergraph.rdf import named
from barriergraph.values import Value

ADDED, REMOVED, CHANGED = "added", "removed", "changed"

LABEL, DEFINITION, SYNONYM, PARENT, DEPRECATION, OTHER = (
    "label", "definition", "synonym", "parent", "deprecation", "",
)  # fmt: skip

#: What the value of a property is to its subject.
_ROLES = {
    named(curie).value: role
    for role, curies in (
        (LABEL, ("skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name")),
        (DEFINITION, ("skos:definition", "dcterms:description")),
        (SYNONYM, ("skos:altLabel",)),
        (PARENT, ("skos:broader", "rdfs:subClassOf", "rdfs:subPropertyOf")),
        (DEPRECATION, ("owl:deprecated", "dcterms:isReplacedBy")),
    )
    for curie in curies
}
_DEPRECATED = named("owl:deprecated").value
_REPLACED = named("dcterms:isReplacedBy").value


class Detail(Value):
    """A property of a thing with the values that only one of the versions has.

    `role` says what it is to the thing: LABEL, DEFINITION, SYNONYM, PARENT, DEPRECATION or OTHER.
    """

    __slots__ = ("after", "before", "property", "role")
    property: str
    role: str
    before: tuple[Object, ...]
    after: tuple[Object, ...]


class Change(Value):
    """A thing that was ADDED, REMOVED or CHANGED: its IRI, kind, name, and the details.

    `retired` says that it is deprecated now and was not before, `restored` the reverse;
    `replacements` are the IRIs that stand for it in the later version.
    """

    __slots__ = (
        "details", "iri", "kind", "label", "replacements", "restored", "retired", "what",
    )  # fmt: skip
    iri: str
    kind: str
    label: str
    what: str
    details: tuple[Detail, ...]
    retired: bool
    restored: bool
    replacements: tuple[str, ...]

    @property
    def curie(self) -> str:
        """The short form of the IRI."""
        return compact(self.iri)

    @property
    def moved(self) -> tuple[Detail, ...]:
        """The details that say where in the hierarchy it stands, if that changed."""
        changed = self.what == CHANGED
        return tuple(one for one in self.details if changed and one.role == PARENT)


class Difference(Value):
    """What differs between two versions, `before` and `after`, by their names; false if nothing.

    `others` counts the statements about things without a type: those added, those removed.
    `labels` gives the names of the things that the changes mention, by IRI; `notes` say what could
    not be compared.
    """

    __slots__ = (
        "after", "answers", "before", "changes", "labels", "notes", "others", "queries",
    )  # fmt: skip
    before: str
    after: str
    changes: tuple[Change, ...]
    queries: tuple[QueryChange, ...]
    answers: tuple[AnswerChange, ...]
    others: tuple[int, int]
    labels: dict[str, str]
    notes: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether the versions say the same and answer the same."""
        return not (self.changes or self.queries or self.answers or any(self.others))

    def __bool__(self) -> bool:
        return not self.empty

    def of(self, what: str) -> tuple[Change, ...]:
        """Return the changes of one sort: ADDED, REMOVED or CHANGED."""
        return tuple(one for one in self.changes if one.what == what)

    def to_text(self, width: int = 80) -> str:
        """Return the difference for people at a terminal, in lines of a width in characters."""
        from barriergraph.comparing.plain import to_text

        return to_text(self, width)

    def to_markdown(self) -> str:
        """Return the difference as the part of a changelog."""
        from barriergraph.comparing.markdown import to_markdown

        return to_markdown(self)

    def to_turtle(self) -> str:
        """Return the difference as Turtle in the terms of PROV."""
        from barriergraph.comparing.prov import to_turtle

        return to_turtle(self)

    def to_kgcl(self) -> str:
        """Return the difference in KGCL, with comments for what KGCL cannot say."""
        from barriergraph.comparing.kgcl import to_kgcl

        return to_kgcl(self)

    def to_dict(self) -> dict[str, object]:
        """Return the difference for programs, as strings, numbers, lists and dictionaries."""
        from barriergraph.comparing.plain import to_dict

        return to_dict(self)


def compare(before: Version, after: Version, *, answers: bool = True) -> Difference:
    """Return what differs between two versions; stored queries are asked only with `answers`.

    A statement counts once, whatever named graph or file it stands in.

    Raises: SourceError for a base that cannot be read.
    """
    gone = before.statements - after.statements
    come = after.statements - before.statements
    names = Names(after, before)
    changes, others = _changes(gone, come, before, after, names)
    queries, notes = query_changes(before, after)
    differing: Sequence[AnswerChange] = ()
    if answers:
        differing, more = answer_changes(before, after, same=not gone and not come)
        notes = [*notes, *more]
    return Difference(
        before=before.name,
        after=after.name,
        changes=tuple(changes),
        queries=tuple(queries),
        answers=tuple(differing),
        others=others,
        labels={iri: names.label(iri) for iri in sorted(_mentioned(changes))},
        notes=tuple(notes),
    )


def _changes(
    gone: Iterable[Statement], come: Iterable[Statement], before: Version, after: Version,
    names: Names,
) -> tuple[list[Change], tuple[int, int]]:  # fmt: skip
    told: dict[str, dict[str, tuple[list[Object], list[Object]]]] = {}
    for side, statements in enumerate((gone, come)):
        for subject, name, value in statements:
            told.setdefault(subject, {}).setdefault(name, ([], []))[side].append(value)
    changes, added, removed = [], 0, 0
    for subject, properties in told.items():
        kind = names.kind(subject) if subject else ""
        if not kind:
            removed += sum(len(old) for old, _ in properties.values())
            added += sum(len(new) for _, new in properties.values())
            continue
        was, is_ = names.typed(subject, before), names.typed(subject, after)
        what = ADDED if is_ and not was else REMOVED if was and not is_ else CHANGED
        changes.append(_change(subject, kind, what, properties, names, after))
    changes.sort(key=lambda one: (one.kind, one.label.casefold(), one.iri))
    return changes, (added, removed)


def _change(
    iri: str, kind: str, what: str, properties: dict[str, tuple[list[Object], list[Object]]],
    names: Names, after: Version,
) -> Change:  # fmt: skip
    details = tuple(
        Detail(
            property=name, role=_ROLES.get(name, OTHER),
            before=tuple(sorted(old, key=str)), after=tuple(sorted(new, key=str)),
        )
        for name, (old, new) in sorted(properties.items())
    )  # fmt: skip
    flag = next((one for one in details if one.property == _DEPRECATED), None)
    was, is_ = (any(map(_true, one)) for one in ((flag.before, flag.after) if flag else ((), ())))
    return Change(
        iri=iri, kind=kind, what=what, details=details, label=names.label(iri),
        retired=is_ and not was and what != ADDED, restored=was and not is_ and what != REMOVED,
        replacements=names.objects(iri, _REPLACED, after) if is_ else (),
    )  # fmt: skip


def _true(value: Object) -> bool:
    return getattr(value, "value", "") in ("true", "1")


def _mentioned(changes: Iterable[Change]) -> set[str]:
    from pyoxigraph import NamedNode

    found: set[str] = set()
    for change in changes:
        found.update(change.replacements)
        for one in change.details if change.what == CHANGED else ():
            found |= {v.value for v in (*one.before, *one.after) if isinstance(v, NamedNode)}
    return found

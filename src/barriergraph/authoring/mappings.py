"""The mappings of our concepts to published classifications as SSSOM."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.edition import LICENSE
from barriergraph.namespaces import BASE, INFERRED, ONTOLOGY, PREFIXES, compact
from barriergraph.results import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.graph import KnowledgeGraph

    Term = object

#: The set, which is described in the file itself.
SET = f"{BASE}mappings"

COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label",
    "mapping_justification", "subject_source", "object_source", "comment",
)  # fmt: skip

#: A match that a curator asserts. Those of rules are left out: they repeat these.
_JUSTIFICATION = "semapv:ManualMappingCuration"
_SEMAPV = "https://w3id.org/semapv/vocab/"
_PROPOSED = "Proposed by barriergraph; the authors of the classification have not made it."

_ASKED = f"""\
PREFIX bg: <{PREFIXES["bg"]}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT ?subject ?match ?object ?proposed
  (MIN(STR(?in)) AS ?subjectSource) (MIN(STR(?of)) AS ?objectSource)
WHERE {{
  VALUES (?property ?match ?proposed) {{
    (bg:proposedCloseMatch skos:closeMatch true)
    (bg:proposedBroadMatch skos:broadMatch true)
    (bg:proposedNarrowMatch skos:narrowMatch true)
    (bg:proposedRelatedMatch skos:relatedMatch true)
    (skos:exactMatch skos:exactMatch false)
    (skos:closeMatch skos:closeMatch false)
    (skos:broadMatch skos:broadMatch false)
    (skos:narrowMatch skos:narrowMatch false)
    (skos:relatedMatch skos:relatedMatch false)
  }}
  GRAPH ?graph {{ ?subject ?property ?object }}
  FILTER(!STRSTARTS(STR(?graph), "{INFERRED}"))
  FILTER(isIRI(?subject) && isIRI(?object))
  OPTIONAL {{ ?subject skos:inScheme ?in }}
  OPTIONAL {{ ?object skos:inScheme ?of }}
}}
GROUP BY ?subject ?match ?object ?proposed"""


def sssom(graph: KnowledgeGraph) -> str:
    """Return the mappings as TSV with a header in YAML, sorted by subject, predicate and object.

    They are what curators wrote, by hand; a proposal of this project says so. The date of a
    mapping is not known, and left out.

    Raises: as `graph.query`.

    >>> from barriergraph import load
    >>> print(sssom(load()).splitlines()[0])
    #mapping_set_id: https://w3id.org/barriergraph/mappings

    Source: https://mapping-commons.github.io/sssom/spec-formats-tsv/
    """
    rows = sorted(_rows(graph))
    lines = [*_header(_version(graph), rows), "\t".join(COLUMNS)]
    lines += ["\t".join(map(_cell, row)) for row in rows]
    return "\n".join(lines) + "\n"


def _rows(graph: KnowledgeGraph) -> Iterable[tuple[str, ...]]:
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for subject, match, object, proposed, inside, of in _table(graph, _ASKED):
        ids = tuple(compact(_text(term)) for term in (subject, match, object))
        note = _PROPOSED if _text(proposed) == "true" else ""
        row = (
            ids[0], _label(graph, subject), ids[1], ids[2], _label(graph, object), _JUSTIFICATION,
            compact(_text(inside)), compact(_text(of)), note,
        )  # fmt: skip
        # What is said to hold outright is no proposal any more.
        key = (ids[0], ids[1], ids[2])
        found[key] = min(row, found.get(key, row), key=lambda one: one[-1])
    return found.values()


def _header(version: str, rows: Sequence[tuple[str, ...]]) -> list[str]:
    ids = [cell for row in rows for cell in (row[0], row[2], row[3], row[6], row[7])]
    used = {cell.partition(":")[0] for cell in ids if cell}
    prefixes = {prefix: space for prefix, space in PREFIXES.items() if prefix in used}
    if rows:
        prefixes["semapv"] = _SEMAPV
    return [
        f"#mapping_set_id: {SET}",
        '#mapping_set_title: "barriergraph: mappings to published classifications"',
        *([f"#mapping_set_version: {_quoted(version)}"] if version else []),
        f"#license: {LICENSE}",
        *(["#curie_map:"] if prefixes else []),
        *(f"#  {prefix}: {prefixes[prefix]}" for prefix in sorted(prefixes)),
    ]


def _version(graph: KnowledgeGraph) -> str:
    asked = f"SELECT ?version WHERE {{ <{ONTOLOGY}> <{PREFIXES['owl']}versionInfo> ?version }}"
    return min((_text(row[0]) for row in _table(graph, asked)), default="")


def _label(graph: KnowledgeGraph, term: Term) -> str:
    """Return the name of a term, or nothing where it has none."""
    assert isinstance(term, NamedNode)
    label = graph.label(term)
    return "" if label == compact(term.value) else label


def _table(graph: KnowledgeGraph, text: str) -> Sequence[Sequence[Term]]:
    found = graph.query(text)
    assert isinstance(found, Table)
    return found.rows


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


def _cell(text: str) -> str:
    r"""Return a cell as SSSOM has it: quoted where a tab, a line end or a quote is in it.

    >>> print(_cell('a "silo" or two'))
    "a ""silo"" or two"
    """
    if any(char in text for char in '\t\r\n"'):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

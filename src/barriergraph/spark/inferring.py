"""What follows from the ontology among statements: its rules, run by Spark until nothing is new."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import NamedNode, Quad, Store

from barriergraph.inference import Rule, is_recursive, rules, strata
from barriergraph.inference.rules import key_of, meets
from barriergraph.namespaces import INFERRED, PREFIXES
from barriergraph.spark.reading import COLUMNS
from barriergraph.spark.terms import LANG_STRING, decode, encode, quote
from barriergraph.spark.triples import Triples
from barriergraph.spark.values import datatype, is_iri, is_literal, lang, lexical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: So many rules are asked at once.
TOGETHER = 24
_NEW = f"{INFERRED}new"
_AXIOMS = tuple(PREFIXES[name] for name in ("owl", "rdfs"))
_LISTS = tuple(f"<{PREFIXES['rdf']}{name}>" for name in ("first", "rest"))
_TYPE = f"<{PREFIXES['rdf']}type>"


def infer(statements: DataFrame) -> DataFrame:
    """Return statements with all that the axioms among them entail, each rule in its own graph.

    Rules that feed no rule before them are asked together, once; those that feed each other are
    asked again for what is new, until nothing is.

    Source: OWL 2 RL rules, https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
    """
    triples = Triples(statements)
    new: list[DataFrame] = []
    for level in levels(rules(_ontology(triples))):
        once = [rule for group in level if not is_recursive(group) for rule in group]
        again = [rule for group in level if is_recursive(group) for rule in group]
        found = _derived(triples, [(rule, rule.body.asking(rule.head)) for rule in (*once, *again)])
        while found is not None:
            new.append(found)
            triples = triples.and_more(found)
            found = _derived(triples, _with_new(again), found) if again else None
    return _all(statements, new)


def levels(found: Sequence[Rule]) -> list[list[list[Rule]]]:
    """Return groups of rules in levels: a group draws on itself and on levels before it."""
    made: list[list[list[Rule]]] = []
    for group in strata(found):
        atoms = [key_of(atom) for rule in group for atom in rule.body.atoms]
        needed = 0
        for number, level in enumerate(made):
            heads = [key_of(rule.head) for other in level for rule in other]
            if any(meets(head, atom) for head in heads for atom in atoms):
                needed = number + 1
        if needed == len(made):
            made.append([])
        made[needed].append(group)
    return made


def _with_new(found: Sequence[Rule]) -> list[tuple[Rule, str]]:
    """Return what rules ask when one of their statements is new, for each of its places."""
    return [
        (rule, rule.body.asking(rule.head, place, f"<{_NEW}>"))
        for rule in found
        for place in range(len(rule.body.atoms))
    ]


def _derived(
    triples: Triples, asked: Sequence[tuple[Rule, str]], new: DataFrame | None = None
) -> DataFrame | None:
    """Return the triples that rules derive and that are not there yet: s, p, o and graph."""
    tables = {} if new is None else {_NEW: triples.named(new, "new")}
    selects = []
    for rule, where in asked:
        names = [slot for slot in rule.head if isinstance(slot, str)]
        names += [name for name, _ in rule.body.bound]
        shown = " ".join(f"?{name}" for name in dict.fromkeys(names)) or "(1 AS ?holds)"
        given = {name: encode(node) for name, node in rule.body.bound}
        query = f"SELECT DISTINCT {shown} WHERE {{ {where} }}"
        statement = triples.translated(query, tables=tables, given=given, ordered=False)
        if not statement.empty:
            head = ", ".join(
                f"{f'`{slot}`' if isinstance(slot, str) else quote(encode(slot))} AS {column}"  # type: ignore[arg-type]
                for slot, column in zip(rule.head, "spo", strict=True)
            )
            selects.append(f"SELECT {head}, {quote(rule.graph)} AS graph FROM ({statement.sql})")
    found: DataFrame | None = None
    for start in range(0, len(selects), TOGETHER):
        part = " UNION ALL ".join(selects[start : start + TOGETHER])
        sql = (
            f"SELECT s, p, o, min(graph) AS graph FROM ({part}) d LEFT ANTI JOIN {triples.table} t "
            "ON d.s = t.s AND d.p = t.p AND d.o = t.o "
            "WHERE NOT startswith(d.s, '\"') GROUP BY s, p, o"
        )
        frame = triples.session.sql(sql).localCheckpoint()
        found = frame if found is None else found.union(frame)
    if found is None:
        return None
    found = found.groupBy("s", "p", "o").agg({"graph": "min"})
    found = found.withColumnRenamed("min(graph)", "graph").localCheckpoint()
    return None if found.isEmpty() else found


def _ontology(triples: Triples) -> Store:
    """Return the axioms: what is said with OWL, RDFS and lists."""
    listed = ", ".join(map(quote, _LISTS))
    starts = [f"startswith({{0}}, {quote('<' + iri)})" for iri in _AXIOMS]
    said, kinds = (" OR ".join(starts).format(name) for name in ("p", "o"))
    kinds = f"{kinds} OR o = {quote(encode(NamedNode(PREFIXES['rdf'] + 'Property')))}"
    rows = triples.session.sql(
        f"SELECT s, p, o FROM {triples.table} WHERE {said} OR p IN ({listed}) "
        f"OR (p = {quote(_TYPE)} AND ({kinds}))"
    )
    store = Store()
    store.extend(Quad(*map(decode, row)) for row in rows.collect())  # type: ignore[arg-type]
    return store


def _all(statements: DataFrame, new: Sequence[DataFrame]) -> DataFrame:
    whole = statements
    bare = "CASE WHEN startswith({0}, '<') THEN substring({0}, 2, length({0}) - 2) ELSE {0} END"
    literal = is_literal("o")
    kind = f"CASE WHEN {literal} THEN 'literal' WHEN {is_iri('o')} THEN 'iri' ELSE 'blank' END"
    told = bare.format(f"({datatype('o')})")
    for frame in new:
        whole = whole.union(
            frame.selectExpr(
                f"{bare.format('s')} AS subject",
                f"{bare.format('p')} AS predicate",
                f"CASE WHEN {literal} THEN {lexical('o')} ELSE {bare.format('o')} END AS object",
                f"{kind} AS kind",
                f"nullif({told}, {quote(LANG_STRING)}) AS datatype",
                f"nullif({lang('o')}, '') AS language",
                "graph",
            ).select(*COLUMNS)
        )
    return whole

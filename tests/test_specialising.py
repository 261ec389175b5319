"""A parameter with a value narrows by a pattern: the same rows as by a filter afterwards."""

import pytest

from barriergraph import KnowledgeGraph
from barriergraph.specialising import filters

CLIMB = "OPTIONAL { ?f bg:inDomain/skos:broader* ?w } FILTER(!BOUND(?d) || ?w = ?d)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"SELECT ?f {{ VALUES ?d {{ UNDEF }} {CLIMB} }}", ["?f bg:inDomain/skos:broader* ?d ."]),
        # The slot stands in another group, where the filter may not see its value.
        (f"SELECT ?f {{ VALUES ?d {{ UNDEF }} {{ SELECT ?f {{ {CLIMB} }} }} }}", []),
        # What was climbed to is shown, too.
        (f"SELECT ?w {{ VALUES ?d {{ UNDEF }} {CLIMB} }}", []),
        (f"SELECT ?f {{ VALUES ?d {{ UNDEF }} {{}} UNION {{}} {CLIMB} }}", []),
        # The filter is about another variable, or keeps what has no value.
        ("SELECT ?f { VALUES ?d { UNDEF } OPTIONAL { ?f ?p ?w } FILTER(!BOUND(?d) || ?v = ?d) }",
         []),
        ("SELECT ?f { VALUES ?d { UNDEF } OPTIONAL { ?f ?p ?w } FILTER(!BOUND(?w) || ?w = ?d) }",
         []),
        ("SELECT ?f { VALUES ?d { UNDEF } OPTIONAL { ?f ?p ?w } }", []),
    ],
)  # fmt: skip
def test_only_what_says_the_same_is_replaced(text: str, expected: list[str]) -> None:
    assert [one.told for one in filters(text).values() if one.told] == expected


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        (f"SELECT DISTINCT ?f {{ VALUES ?d {{ UNDEF }} {CLIMB} }}", True),
        (f"SELECT ?f {{ VALUES ?d {{ UNDEF }} {CLIMB} }}", False),
        (f"SELECT (COUNT(DISTINCT ?f) AS ?n) {{ VALUES ?d {{ UNDEF }} {CLIMB} }}", True),
        (f"SELECT (COUNT(?f) AS ?n) {{ VALUES ?d {{ UNDEF }} {CLIMB} }}", False),
        (f"SELECT (MAX(?f) AS ?n) {{ VALUES ?d {{ UNDEF }} {CLIMB} }} HAVING (COUNT(*) > 1)",
         False),
        (f"SELECT ?f {{ {{ SELECT DISTINCT ?f {{ {{ VALUES ?d {{ UNDEF }} {CLIMB} }} UNION {{}} }} "
         "} }", True),
        (f"SELECT DISTINCT ?f {{ {{ SELECT (SUM(?f) AS ?n) {{ VALUES ?d {{ UNDEF }} {CLIMB} }} }} "
         "}", False),
    ],
)  # fmt: skip
def test_a_filter_is_idle_where_how_often_a_row_is_met_does_not_matter(
    text: str, idle: bool
) -> None:
    assert [one.idle for one in filters(text).values()] == [idle]


def test_the_same_rows_with_and_without_idle_filters(real: KnowledgeGraph) -> None:
    compared = 0
    for query in real.queries.values():
        plain, short = query.bind({}), query.bind({}, direct=True)
        if plain != short:
            assert real.query(short) == real.query(plain), query.name
            compared += 1
    assert compared > 5


def test_the_same_rows_with_and_without_shortcuts(real: KnowledgeGraph) -> None:
    compared = 0
    for query in real.queries.values():
        for name, narrowed in filters(query.text).items():
            if narrowed.told is None:
                continue
            cls = query.parameters[name].iri
            assert cls is not None
            members = real.instances(cls)[::4]
            for given in ([one] for one in members):
                plain, short = query.bind({name: given}), query.bind({name: given}, direct=True)
                assert short != plain
                assert real.query(short) == real.query(plain), (query.name, name, given)
                compared += 1
            several = query.bind({name: members}, direct=True)
            assert real.query(several) == real.query(query.bind({name: members}))
    assert compared > 250

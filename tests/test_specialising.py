"""A parameter with a value narrows by a pattern: the same rows as by a filter afterwards."""

import pytest

from barriergraph import KnowledgeGraph
from barriergraph.specialising import shortcuts

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
    assert [told for _, _, told in shortcuts(text).values()] == expected


def test_the_same_rows_with_and_without_shortcuts(real: KnowledgeGraph) -> None:
    compared = 0
    for query in real.queries.values():
        for name in shortcuts(query.text):
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

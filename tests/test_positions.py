from __future__ import annotations

from pathlib import Path

from barriergraph.positions import Position, line_of, positions

EX = "https://example.org/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TEXT = r'''@prefix ex: <https://example.org/> .
# ex:not a ex:Subject .
ex:a a ex:Kind ;
    ex:says "one. ex:b ex:no ; # \"still\" text",
        """two
lines"""@en ;
    ex:holds [ ex:inner ex:z ] ;
    ex:list ( ex:x ex:y ) .
<https://example.org/b>
    ex:next ex:c.d ;
    ex:count 1.5 ;
.
'''


def test_every_statement_outside_brackets_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "some.ttl"
    file.write_text(TEXT, encoding="utf-8")

    assert [p for p in positions(str(file)) if p.predicate] == [
        Position(EX + "a", TYPE, EX + "Kind", 3),
        Position(EX + "a", EX + "says", 'one. ex:b ex:no ; # "still" text', 4),
        Position(EX + "a", EX + "says", "two\nlines", 5),
        Position(EX + "b", EX + "next", EX + "c.d", 10),
        Position(EX + "b", EX + "count", "1.5", 11),
    ]


def test_a_statement_that_is_not_found_falls_back_to_its_subject(tmp_path: Path) -> None:
    file = tmp_path / "some.ttl"
    file.write_text(TEXT, encoding="utf-8")

    assert line_of(file, EX + "b", EX + "next", EX + "c.d") == 10
    assert line_of(file, EX + "b", EX + "nothing") == 9
    assert line_of(file, EX + "nobody") is None

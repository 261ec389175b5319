from __future__ import annotations

import csv
import io
import shutil
import time
from decimal import Decimal
from math import log, sqrt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from barriergraph import KnowledgeGraph, load
from barriergraph.authoring.columns import COLUMNS
from barriergraph.errors import SourceError
from barriergraph.namespaces import BG, ID, compact
from barriergraph.suggesting import (
    LARGEST,
    LEAST,
    Suggestion,
    draft_sheet,
    read,
    suggest,
    to_table,
)
from barriergraph.suggesting.index import APART, EXACT, INFLECTED, Index, Label
from barriergraph.suggesting.likeness import Likeness, Told
from barriergraph.suggesting.reading import CLASSES, knowledge
from barriergraph.suggesting.suggestions import DEFINED, FOUND
from barriergraph.suggesting.words import LONGEST, negated, plain, sentences, stem, words
from benchmarks.evaluation import NESTED, OVERALL, evaluate

ROOT = Path(__file__).parent.parent
BAKERY = Path(__file__).parent / "fixtures" / "suggesting"


@pytest.fixture(scope="module")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The invented graph of bakers under our ontology."""
    folder = tmp_path_factory.mktemp("bakery")
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    shutil.copytree(BAKERY / "data", folder / "data")
    return load(folder, base=False)


def label(text: str, name: str, cls: str = "Barrier", *, english: bool = True) -> Label:
    return Label(
        concept=NamedNode(f"{ID}barrier/{name}"), cls=NamedNode(BG + cls), text=text,
        by="preferred", english=english,
    )  # fmt: skip


def found(index: Index, text: str) -> list[tuple[str, str, str]]:
    """Return each match: the label, the words as they stand in the text, and how."""
    told = words(text)
    return [
        (match.label.text, text[told[match.first].start : told[match.last - 1].end], match.how)
        for match in index.matches(told)
    ]


def only(*texts: str) -> Index:
    return Index([label(text, f"b{place}") for place, text in enumerate(texts)])


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("organisation", "organization"), ("Organisations", "organizations"),
        ("behaviour", "behavior"), ("programmes", "programs"), ("analysed", "analyzed"),
        ("centre", "center"), ("modelling", "modeling"), ("labour", "labor"),
        ("defence", "defense"), ("judgement", "judgment"), ("dialogue", "dialog"),
        ("catalogues", "catalogs"), ("practising", "practicing"),
    ],
)  # fmt: skip
def test_british_words_are_spelt_as_american_ones(british: str, american: str) -> None:
    assert plain(british) == plain(american) == american


def test_short_words_keep_their_spelling() -> None:
    kept = ["hour", "tour", "four", "wise", "tell", "telling", "rogue", "league", "metre"]
    assert [plain(word) for word in kept] == kept


def test_words_have_their_places_and_lose_only_possessive_endings() -> None:
    text = "The GPs' and nurse\u2019s cross-border e\u0301tude, 2nd_try"
    assert [(word.text, word.plain, word.capitals) for word in words(text)] == [
        ("The", "the", ""), ("GPs", "gps", "GP"), ("and", "and", ""),
        ("nurse\u2019s", "nurse", ""), ("cross", "cross", ""), ("border", "border", ""),
        ("e\u0301tude", "\u00e9tude", ""), ("2nd", "2nd", ""), ("try", "try", ""),
    ]  # fmt: skip
    assert all(text[word.start : word.end] == word.text for word in words(text))


def test_a_word_too_long_for_a_stem_is_its_own() -> None:
    assert stem("x" * 39 + "s") == "x" * 39 + "s"
    assert stem("tests") == "test"


def test_sentences_end_at_stops_blank_lines_and_items() -> None:
    text = (
        "# Heading\n\nDr. Rye et al. spoke (e.g. of dough). Why?! No one\nknew.\n"
        "- one\n- two\n  more\n1. three ... and on"
    )
    assert [text[start:end] for start, end in sentences(text)] == [
        "# Heading", "Dr. Rye et al. spoke (e.g. of dough).", "Why?!", "No one\nknew.",
        "- one", "- two\n  more", "1. three ... and on",
    ]  # fmt: skip
    assert sentences(" \n\t ") == []
    assert sentences("a" * (LONGEST + 1)) == [(0, LONGEST), (LONGEST, LONGEST + 1)]


@pytest.mark.parametrize("piece", [".", ".'", " ", "\n", " \n a", "a'", "a\u0301", "1"])
def test_reading_takes_time_in_proportion_to_the_length(piece: str) -> None:
    text = piece * 100_000
    start = time.perf_counter()
    assert all(0 <= first < last <= len(text) for first, last in sentences(text))
    words(text)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("They share.", False), ("They do not share.", True), ("They can\u2019t.", True),
        ("Without bread", True), ("NO bread", True), ("Notable knots", False),
    ],
)  # fmt: skip
def test_negation_is_seen_by_its_words(text: str, answer: bool) -> None:
    assert negated(words(text)) is answer


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("fear of sharing", EXACT), ("FEAR OF SHARING", EXACT), ("Fear, of\n sharing", EXACT),
        ("feared sharing", INFLECTED), ("fears about their sharing", INFLECTED),
        ("fear of sharing's", EXACT), ("fear the shared", INFLECTED),
    ],
)  # fmt: skip
def test_a_label_is_found_in_its_inflections(text: str, how: str) -> None:
    assert found(only("Fear of sharing"), f"Some {text} here") == [("Fear of sharing", text, how)]


def test_a_label_is_not_found_in_other_words() -> None:
    index = only("Fear of sharing", "Policy", "Trust")
    assert found(index, "Fearsome shapes, police and entrusted things") == []


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("Organisational behaviour", "organizational behavior"),
        ("Organizational behavior", "organisational behaviour"),
        ("Front-line staff", "front line staff"), ("Front-line staff", "frontline staff"),
        ("Children's services", "children\u2019s services"), ("The Mill", "mill"),
    ],
)  # fmt: skip
def test_spelling_hyphens_and_apostrophes_make_no_difference(told: str, text: str) -> None:
    assert found(only(told), f"of {text}.") == [(told, text, EXACT)]


def test_abbreviations_are_found_in_capitals_only() -> None:
    index = only("MASH", "GP", "IT systems", "nhs health care", "NHS care", "USA")
    assert found(index, "mash the gp usa") == []
    assert found(index, "GPs' MASH's, the NHS health care and IT systems") == [
        ("GP", "GPs", EXACT), ("MASH", "MASH's", EXACT),
        ("nhs health care", "NHS health care", EXACT), ("IT systems", "IT systems", EXACT),
    ]  # fmt: skip
    assert found(index, "it systems") == []
    assert found(index, "the nhs health care") == []


def test_only_the_longest_of_labels_within_each_other_is_told() -> None:
    index = only("Trust", "Lack of trust", "Public trust", "Lack of trust in public bodies")
    assert found(index, "a lack of trust in public bodies") == [
        ("Lack of trust in public bodies", "lack of trust in public bodies", EXACT)
    ]
    assert found(index, "lack of public trust and trust") == [
        ("Public trust", "public trust", EXACT), ("Trust", "trust", EXACT),
        ("Lack of trust", "lack of public trust", APART),
    ]  # fmt: skip


def test_two_concepts_of_the_same_label_are_both_told() -> None:
    index = Index([label("Police", "one"), label("police", "two", "Role")])
    assert found(index, "The police") == [("Police", "police", EXACT), ("police", "police", EXACT)]


def test_a_label_with_one_telling_word_is_found_as_written_only() -> None:
    index = only("Is it legal", "Nobody's job")
    assert found(index, "legal") == []
    assert found(index, "They ask: is it legal?") == [("Is it legal", "is it legal", EXACT)]
    assert found(index, "It is nobody\u2019s job") == [("Nobody's job", "nobody\u2019s job", EXACT)]


def test_words_that_turn_the_sense_belong_to_a_label() -> None:
    assert found(only("No procedure"), "a procedure") == []
    assert found(only("No procedure"), "no such procedures") == [
        ("No procedure", "no such procedures", INFLECTED)
    ]


def test_labels_of_another_language_are_found_as_they_are_written() -> None:
    index = Index([label("peur de la farine", "b", english=False)])
    assert found(index, "la Peur de la farine") == [
        ("peur de la farine", "Peur de la farine", EXACT)
    ]
    assert found(index, "les peurs de la farine; peur farine") == []


def test_words_of_a_label_may_stand_apart_within_a_window() -> None:
    index = only("Fear of sharing")
    assert found(index, "sharing with strangers they fear") == [
        ("Fear of sharing", "sharing with strangers they fear", APART)
    ]
    assert found(index, "sharing one two three fear") == [
        ("Fear of sharing", "sharing one two three fear", APART)
    ]
    assert found(index, "sharing one two three four fear") == []


def test_the_nearest_words_are_taken_and_weighed_by_how_telling_they_are() -> None:
    index = only("Fear of sharing", "Lack of sharing", "Lack of trust")
    weights = {"fear": 1.0, "share": 1 - log(2) / log(4), "lack": 0.5, "trust": 1.0}
    assert index.weights == pytest.approx(weights)
    (match,) = index.matches(words("sharing cold bread, sharing warm fear"))
    assert (match.first, match.last, match.how) == (3, 6, APART)
    assert match.close == pytest.approx(1.0 * 2 / 3)


def test_one_word_in_another_form_than_the_plural_is_less_close() -> None:
    index = only("Policy", "Training")
    closes = [match.close for match in index.matches(words("policies training trained"))]
    assert closes == [1.0, 1.0, 0.5]


def test_no_labels_find_nothing() -> None:
    assert Index([]).matches(words("bread")) == []


def test_likeness_is_the_cosine_of_weighed_stems() -> None:
    one, two = NamedNode("urn:one"), NamedNode("urn:two")
    told = [
        Told(finding=NamedNode(f"urn:f{n}"), statement="", keys=keys, sources=frozenset({f"s{n}"}),
             concepts=frozenset({one}))
        for n, keys in enumerate([("x",), ("y",), ("z",)])
    ]  # fmt: skip
    likeness = Likeness({one: ("x", "y"), two: ("y",)}, told)
    rare, common = log(3 / 1.5), log(3 / 2.5)
    length = sqrt(rare**2 + common**2)
    assert likeness.to_concepts(likeness.vector(["y"])) == pytest.approx(
        {one: common / length, two: 1.0}
    )
    assert likeness.vector([]) == {}
    near = likeness.to_findings(likeness.vector(["x", "y"]))
    assert [(cosine, one.finding.value) for cosine, one in near] == [
        (pytest.approx(rare / length), "urn:f0"), (pytest.approx(common / length), "urn:f1"),
    ]  # fmt: skip
    kept = likeness.to_findings(likeness.vector(["x", "y"]), {"s0"})
    assert [one.finding.value for _, one in kept] == ["urn:f1"]


def test_vector_grows_with_the_logarithm_of_the_count() -> None:
    likeness = Likeness({NamedNode("urn:a"): ("x", "y")}, [])
    raw = [1 + log(2), 1.0]
    length = sqrt(raw[0] ** 2 + raw[1] ** 2)
    expected = {"x": raw[0] / length, "y": raw[1] / length}
    assert likeness.vector(["x", "x", "y"]) == pytest.approx(expected)


def brief(suggestions: tuple[Suggestion, ...]) -> list[tuple[object, ...]]:
    return [
        (s.sentence, compact(s.concept.value), compact(s.cls.value), s.words, s.how, s.by)
        for s in suggestions
    ]


TEXT = """Master bakers do not fear the flour. The secretive organizations stay.

PAST at the mill: peur de la farine. Old ovens!
"""


def test_a_text_is_read_sentence_by_sentence(bakery: KnowledgeGraph) -> None:
    told = suggest(bakery, TEXT)
    assert sorted(brief(told)) == [
        (1, "barrier:fear-of-flour", "bg:Barrier", "fear the flour", INFLECTED, "preferred"),
        (1, "role:baker", "bg:Role", TEXT[:36], DEFINED, ""),
        (1, "role:master-baker", "bg:Role", "Master bakers", INFLECTED, "preferred"),
        (2, "barrier:secret-organisation", "bg:Barrier", "secretive organizations", INFLECTED,
         "preferred"),
        (3, "barrier:fear-of-flour", "bg:Barrier", "peur de la farine", EXACT, "preferred"),
        (3, "domain:patisserie", "bg:PolicyDomain", "PAST", EXACT, "alternative"),
        (3, "place:mill", "bg:Place", "mill", EXACT, "preferred"),
        (4, "barrier:old-oven", "bg:Barrier", "ovens", EXACT, "hidden"),
    ]  # fmt: skip
    assert {s.sentence: s.negated for s in told} == {1: True, 2: False, 3: False, 4: False}
    assert all(TEXT[s.start : s.end] == s.words for s in told)
    assert [s.sentence for s in told] == [1, 1, 1, 2, 3, 3, 3, 4]


def test_a_finding_with_a_like_statement_speaks_for_its_concepts(bakery: KnowledgeGraph) -> None:
    told = suggest(bakery, "Apprentices whisper at midnight.")
    # Two findings of a cosine of 1 leave open 0.6 each; one of them is about bakers, too.
    assert [(s.label, s.how, round(s.score, 9)) for s in told] == [
        ("Secretive organisation", FOUND, 0.64), ("Baker", FOUND, 0.4),
    ]  # fmt: skip
    assert [reason.what for reason in told[0].reasons] == [
        f"{ID}finding/oat1901-1", f"{ID}finding/rye1900-1",
    ]  # fmt: skip
    assert (told[0].words, told[0].by) == ("Apprentices whisper at midnight.", "")


def test_a_definition_speaks_for_its_concept(bakery: KnowledgeGraph) -> None:
    (told,) = suggest(bakery, "In the morning the neighbours chewed crusts.")
    assert (told.label, told.how, told.words) == ("Tasting", DEFINED, told.sentence_text)
    # All stems but that of the label are shared: a cosine of sqrt(4/5), times 1.5, is over 0.95.
    assert told.score == pytest.approx(0.95)


def test_a_score_is_what_the_reasons_leave_open_taken_from_one(bakery: KnowledgeGraph) -> None:
    (told,) = suggest(bakery, "Old ovens!")
    exact, defined = told.reasons
    assert (exact.how, exact.score, exact.what, exact.by) == (EXACT, 0.4, "ovens", "hidden")
    assert defined.how == DEFINED
    assert told.score == pytest.approx(1 - 0.6 * (1 - defined.score))


def test_limit_keeps_the_best_in_the_order_of_the_text(bakery: KnowledgeGraph) -> None:
    told = suggest(bakery, TEXT)
    best = sorted(told, key=lambda s: -s.score)[:3]
    kept = suggest(bakery, TEXT, limit=3)
    assert set(kept) == set(best)
    assert list(kept) == [s for s in told if s in kept]
    with pytest.raises(ValueError, match="limit is how many to keep, 1 or more, not 0"):
        suggest(bakery, TEXT, limit=0)


@pytest.mark.parametrize("text", ["", " \n ", "…", "🥖🥖", "xyzzy"])
def test_a_text_that_says_nothing_suggests_nothing(bakery: KnowledgeGraph, text: str) -> None:
    assert suggest(bakery, text) == ()


def test_a_retired_concept_is_not_suggested(bakery: KnowledgeGraph) -> None:
    assert suggest(bakery, "A mouldy ledger.") == ()


def test_what_is_known_is_read_once(bakery: KnowledgeGraph) -> None:
    assert knowledge(bakery) is knowledge(bakery)


def sheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_sheet_has_a_row_for_each_sentence_with_a_factor(bakery: KnowledgeGraph) -> None:
    text = "Master bakers do not fear the\nflour. The mill. Ovens burn: =SUM of burns at tastings."
    written = draft_sheet(bakery, suggest(bakery, text))
    assert written.splitlines()[0] == ",".join(column.name for column in COLUMNS)
    rows = [{name: cell for name, cell in row.items() if cell} for row in sheet(written)]
    assert rows[0] == {
        "kind": "barrier",
        "factor": "Fear of flour",
        "role": "Master baker; Baker",
        "note": "from the text: Master bakers do not fear the flour. "
        "(a negation is in it, which was not read)",
    }
    assert len(rows) == 2
    assert rows[1].keys() == {"factor", "note"}
    assert rows[1]["note"] == "from the text: Ovens burn: =SUM of burns at tastings."
    assert sorted(rows[1]["factor"].removeprefix("'").split("; ")) == [
        "=SUM of burns", "Tasting", "barrier:old-oven",
    ]  # fmt: skip


def test_a_cell_that_would_be_a_formula_has_an_apostrophe(bakery: KnowledgeGraph) -> None:
    (row,) = sheet(draft_sheet(bakery, suggest(bakery, "A sum of burns.")))
    assert (row["factor"], row["kind"]) == ("'=SUM of burns", "risk")


def test_an_empty_sheet_has_its_heading(bakery: KnowledgeGraph) -> None:
    assert sheet(draft_sheet(bakery, suggest(bakery, "The mill."))) == []


def test_a_table_has_a_row_for_each_suggestion(bakery: KnowledgeGraph) -> None:
    assert to_table(suggest(bakery, "It is in\nthe mill.")).to_dicts() == [
        {
            "concept": f"{ID}place/mill", "conceptLabel": "The Mill", "class": f"{BG}Place",
            "words": "mill", "start": 13, "end": 17, "how": EXACT, "negated": False,
            "sentence": 1, "text": "It is in the mill.",
            "score": Decimal("0.97"),
        }
    ]  # fmt: skip


def test_a_table_names_the_finding_that_speaks_for_a_concept(bakery: KnowledgeGraph) -> None:
    told = to_table(suggest(bakery, "Apprentices whisper at midnight.")).to_dicts()
    assert [(row["conceptLabel"], row["how"]) for row in told] == [
        ("Secretive organisation", "as in finding:oat1901-1"),
        ("Baker", "as in finding:oat1901-1"),
    ]


def test_a_file_is_read_up_to_a_size(tmp_path: Path) -> None:
    path = tmp_path / "text.md"
    path.write_text("\ufeff# Bread\n", encoding="utf-8")
    assert read(str(path)) == "# Bread\n"
    path.write_bytes(b"a" * (LARGEST + 1))
    with pytest.raises(SourceError, match=r"text\.md: is 5\.0 MB large; at most 5 MB are read"):
        read(str(path))
    path.write_bytes(b"caf\xe9")
    with pytest.raises(SourceError, match=r"text\.md:1:4: "):
        read(str(path))
    with pytest.raises(SourceError, match=r"none\.md: cannot be read: No such file"):
        read(str(tmp_path / "none.md"))


PIECES = st.sampled_from(
    ["Fear of flour", "master baker's", "PAST", "\u202e", "\u0301", "مخبز", "בצק", "👩‍🍳", "ß",
     "İ", "\n\n", ". A", "'", "\u2019s", "x" * 5000, "ﬁne pastry", "\x00", "-", " "]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12).map(" ".join))
def test_offsets_point_at_the_words_in_any_text(bakery: KnowledgeGraph, text: str) -> None:
    for one in suggest(bakery, text):
        assert text[one.start : one.end] == one.words != ""
        assert one.words in one.sentence_text
        assert LEAST <= one.score <= 1
        assert one.cls in CLASSES


def test_figures_of_a_graph_are_worked_out_on_held_out_findings(bakery: KnowledgeGraph) -> None:
    # The two like statements stand in different folds, so that each speaks for the other.
    figures = {
        (one.step, one.cls): (one.told, one.right, one.wanted)
        for one in evaluate(bakery, folds=2)
        if one.cls in (OVERALL, "Barrier", "Role")
    }
    assert figures == {
        ("labels", OVERALL): (0, 0, 3), ("labels", "Barrier"): (0, 0, 2),
        ("labels", "Role"): (0, 0, 1),
        ("labels, words apart", OVERALL): (0, 0, 3), ("labels, words apart", "Barrier"): (0, 0, 2),
        ("labels, words apart", "Role"): (0, 0, 1),
        ("labels and definitions", OVERALL): (0, 0, 3),
        ("labels and definitions", "Barrier"): (0, 0, 2),
        ("labels and definitions", "Role"): (0, 0, 1),
        ("all", OVERALL): (3, 2, 3), ("all", "Barrier"): (2, 2, 2), ("all", "Role"): (1, 0, 1),
        (NESTED, OVERALL): (3, 2, 3), (NESTED, "Barrier"): (2, 2, 2), (NESTED, "Role"): (1, 0, 1),
    }  # fmt: skip
    with pytest.raises(ValueError, match="folds are 2 or more, not 1"):
        evaluate(bakery, folds=1)


def test_likeness_raises_what_labels_find_on_the_shipped_findings(real: KnowledgeGraph) -> None:
    overall = {one.step: one for one in evaluate(real) if one.cls == OVERALL}
    assert overall[NESTED].f1 > overall["labels"].f1 + 0.1
    assert overall["all"].recall > 0.3
    assert overall["all"].precision > 0.3


def test_known_mentions_in_the_shipped_graph(real: KnowledgeGraph) -> None:
    text = "Social workers feared sharing under the GDPR. A MASH in Leicestershire helped."
    told = {(s.sentence, compact(s.concept.value), s.words) for s in suggest(real, text) if s.by}
    assert told == {
        (1, "role:social-worker", "Social workers"),
        (1, "barrier:fear-of-sharing", "feared sharing"),
        (1, "barrier:fear-of-data-law", "feared sharing under the GDPR"),
        (1, "domain:data-protection-law", "GDPR"),
        (2, "domain:safeguarding-children", "MASH"),
        (2, "place:leicestershire", "Leicestershire"),
    }


def test_an_abstract_takes_less_than_a_fifth_of_a_second(real: KnowledgeGraph) -> None:
    text = ("Police and nurses feared sharing records without consent. " * 32)[:1800]
    suggest(real, text)
    start = time.perf_counter()
    suggest(real, text)
    assert time.perf_counter() - start < 0.2

"""Sources as CSL-JSON, BibTeX and RIS."""

from __future__ import annotations

import json

import bibtexparser
import pytest
import rispy

from barriergraph.bibliography import TYPES, References, items

ARTICLE = {
    "slug": "dawes1996",
    "type": "JournalArticle",
    "title": "NHS & councils: 100% of {risks} on interagency_sharing",
    "year": 1996,
    "containerTitle": "Journal of Policy Analysis & Management",
    "volume": "15",
    "issue": "3",
    "pages": "377\N{EN DASH}394",
    "doi": "10.1002/(SICI)1520_6688<377::AID>3.0",
    "url": "https://example.org/a_b?c=d&e=%20",
    "authors": [
        {"family": "Dawes", "given": "Sharon S."},
        {"family": "van der Berg", "given": "Åsa", "suffix": "Jr"},
        {"literal": "Fire, Police and Rescue"},
    ],
    "recollected": ["pages", "doi"],
}
REPORT = {
    "slug": "audit2009",
    "type": "Report",
    "title": "Is there something I should know?",
    "publisherName": "Audit Commission",
    "isbn": "978-1-23",
}


def references() -> References:
    return References(items([ARTICLE, REPORT]))


def test_items_are_csl_with_authors_in_order_and_unconfirmed_fields_in_a_note() -> None:
    assert json.loads(references().to_csl_json()) == [
        {
            "id": "dawes1996",
            "type": "article-journal",
            "author": [
                {"family": "Dawes", "given": "Sharon S."},
                {"family": "van der Berg", "given": "Åsa", "suffix": "Jr"},
                {"literal": "Fire, Police and Rescue"},
            ],
            "title": ARTICLE["title"],
            "container-title": ARTICLE["containerTitle"],
            "volume": "15",
            "issue": "3",
            "page": "377\N{EN DASH}394",
            "DOI": ARTICLE["doi"],
            "URL": ARTICLE["url"],
            "issued": {"date-parts": [[1996]]},
            "note": "not confirmed: pages, doi",
        },
        {
            "id": "audit2009",
            "type": "report",
            "title": "Is there something I should know?",
            "ISBN": "978-1-23",
            "publisher": "Audit Commission",
        },
    ]


def test_bibtex_is_written_as_bibtex_reads_it() -> None:
    assert references().to_bibtex() == (
        "@article{dawes1996,\n"
        "  author = {Dawes, Sharon S. and {van der Berg}, Jr, Åsa and {Fire, Police and Rescue}},\n"
        "  title = {{NHS} \\& councils: 100\\% of \\{risks\\} on interagency\\_sharing},\n"
        "  journal = {Journal of Policy Analysis \\& Management},\n"
        "  year = {1996},\n"
        "  volume = {15},\n"
        "  number = {3},\n"
        "  pages = {377--394},\n"
        "  doi = {10.1002/(SICI)1520_6688<377::AID>3.0},\n"
        "  url = {https://example.org/a_b?c=d&e=%20},\n"
        "  note = {not confirmed: pages, doi},\n"
        "}\n"
        "\n"
        "@techreport{audit2009,\n"
        "  title = {Is there something I should know?},\n"
        "  institution = {Audit Commission},\n"
        "  isbn = {978-1-23},\n"
        "}\n"
    )


def test_bibtex_reads_back() -> None:
    library = bibtexparser.parse_string(references().to_bibtex())
    assert library.failed_blocks == []
    assert [(entry.key, entry.entry_type) for entry in library.entries] == [
        ("dawes1996", "article"),
        ("audit2009", "techreport"),
    ]


def test_ris_reads_back_as_it_was() -> None:
    assert rispy.loads(references().to_ris()) == [
        {
            "type_of_reference": "JOUR",
            "id": "dawes1996",
            "authors": ["Dawes, Sharon S.", "van der Berg, Åsa, Jr", "Fire Police and Rescue"],
            "title": ARTICLE["title"],
            "journal_name": ARTICLE["containerTitle"],
            "year": "1996",
            "volume": "15",
            "number": "3",
            "start_page": "377",
            "end_page": "394",
            "doi": ARTICLE["doi"],
            "urls": [ARTICLE["url"]],
            "notes": ["not confirmed: pages, doi"],
        },
        {
            "type_of_reference": "RPRT",
            "id": "audit2009",
            "title": "Is there something I should know?",
            "publisher": "Audit Commission",
            "issn": "978-1-23",
        },
    ]


@pytest.mark.parametrize("kind", [*TYPES, "Podcast"])
def test_every_kind_of_source_is_written_in_every_format(kind: str) -> None:
    record = {**ARTICLE, "type": kind, "publisherName": "A press"}
    found = References(items([record]))
    entry = bibtexparser.parse_string(found.to_bibtex()).entries[0]
    (ris,) = rispy.loads(found.to_ris())
    assert (entry.key, ris["id"], found.items[0]["id"]) == ("dawes1996",) * 3


def test_a_line_break_in_a_field_breaks_no_record() -> None:
    found = References(items([{"slug": "a", "type": "Book", "title": "One\nER  - \nTwo }"}]))
    assert rispy.loads(found.to_ris())[0]["title"] == "One ER - Two }"
    assert bibtexparser.parse_string(found.to_bibtex()).failed_blocks == []


def test_a_person_of_one_name_is_not_parted() -> None:
    (item,) = items([{"slug": "a", "type": "Book", "authors": [{"given": "Teresa"}]}])
    assert item["author"] == [{"literal": "Teresa"}]


def test_no_sources_are_empty_in_every_format() -> None:
    none = References([])
    assert (none.to_csl_json(), none.to_bibtex(), none.to_ris()) == ("[]\n", "", "")

"""Facts of the shipped graph, checked by hand against the report's page and the evidence."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest

from barriergraph import KnowledgeGraph
from barriergraph.namespaces import PREFIXES, compact

ROOT = Path(__file__).parent.parent
DECLARATIONS = "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())


def ask(kg: KnowledgeGraph, pattern: str, *variables: str) -> set[tuple[str, ...]]:
    """Return the bindings of the variables, IRIs as CURIEs and literals as their text."""
    names = " ".join(f"?{name}" for name in variables)
    found = kg.store.query(
        f"{DECLARATIONS} SELECT DISTINCT {names} WHERE {{ {pattern} }}",
        use_default_graph_as_union=True,
    )
    return {
        tuple(compact(term.value) if isinstance(term, pyoxigraph.NamedNode) else term.value
              for term in row)
        for row in found
    }  # fmt: skip


def test_the_page_prints_eleven_citations_under_seven_key_findings(real: KnowledgeGraph) -> None:
    answer = ask(
        real,
        "?finding a bg:KeyFinding ; bg:position ?position ; bg:restsOn/bg:citedAs ?printed",
        "position",
        "printed",
    )

    assert answer == {
        ("1", "Socitm 2011"),
        ("1", "Wilks 2014"),
        ("2", "Dawes et al 2009"),
        ("2", "Dawes 2010"),
        ("3", "6 et al. 2004"),
        ("3", "Richardson and Asthana 2006"),
        ("3", "Wilson et al 2011b"),
        ("4", "Bock et al 2005"),
        ("5", "Haidet and Paterniti 2003"),
        ("5", "Wilson et al 2011b"),
        ("6", "Connelly and Kelloway 2003"),
        ("7", "Dawes 1996"),
    }
    assert len(ask(real, "?citation a bg:Citation", "citation")) == 11


def test_seven_citations_are_settled(real: KnowledgeGraph) -> None:
    answer = ask(real, "?citation bg:citedAs ?printed ; bg:identifiedAs ?work", "printed", "work")

    assert answer == {
        ("Bock et al 2005", "source:bock2005"),
        ("Connelly and Kelloway 2003", "source:connelly2003"),
        ("Dawes 1996", "source:dawes1996"),
        ("Dawes 2010", "source:dawes2010"),
        ("Dawes et al 2009", "source:dawes2009"),
        ("Haidet and Paterniti 2003", "source:haidet2003"),
        ("Richardson and Asthana 2006", "source:richardson2006"),
    }


def test_four_citations_are_open_and_show_their_candidates(real: KnowledgeGraph) -> None:
    answer = ask(
        real,
        """?citation a bg:Citation ; bg:citedAs ?printed .
           FILTER NOT EXISTS { ?citation bg:identifiedAs ?work }
           OPTIONAL { ?citation bg:likelyIdentifiedAs ?l }
           OPTIONAL { ?citation bg:possiblyIdentifiedAs ?p }
           BIND(COALESCE(?l, "none") AS ?likely) BIND(COALESCE(?p, "none") AS ?possible)""",
        "printed",
        "likely",
        "possible",
    )

    assert answer == {
        ("Socitm 2011", "none", "source:socitm2010-too-many-cooks"),
        ("Socitm 2011", "none", "source:socitm2011-planting-the-flag"),
        ("Wilks 2014", "none", "none"),
        ("6 et al. 2004", "source:six-institutional-shaping", "source:six2005-joined-up-part1"),
        (
            "Wilson et al 2011b",
            "source:wilson2011-remixing",
            "source:wilson2011-information-for-localism",
        ),
    }


def test_gender_moderates_and_both_readings_are_findings(real: KnowledgeGraph) -> None:
    answer = ask(
        real,
        """?finding bg:moderator ?moderator ; bg:antecedent ?antecedent ; bg:outcome ?outcome ;
               bg:reportedIn ?source""",
        "finding",
        "source",
        "moderator",
        "antecedent",
        "outcome",
    )

    through = (
        "condition:gender",
        "condition:social-interaction-culture",
        "condition:perceived-knowledge-sharing-culture",
    )
    report = "source:ceis2015-academic-report"
    assert answer == {
        ("finding:connelly2003-3", "source:connelly2003", *through),
        ("finding:ceis2015-academic-report-11", report, *through),
        ("finding:key-finding-6", report, *through),
    }
    assert ask(real, "source:connelly2003 bg:setting ?setting", "setting") == {
        ("setting:inside-one-organisation",)
    }


def test_the_report_is_one_study_and_states_no_direction(real: KnowledgeGraph) -> None:
    report = (
        "?finding bg:reportedIn source:ceis2015-academic-report ; a/rdfs:subClassOf* bg:Finding"
    )

    assert ask(real, f"{report} ; bg:effectOnSharing ?effect", "effect") == {("effect:unstated",)}
    assert len(ask(real, report, "finding")) == 14 + 7 + 7
    assert ask(real, "source:ceis2015-academic-report bg:reportsOn ?study", "study") == {
        ("study:academic-thinking-page",)
    }


def test_only_one_membership_of_the_panel_is_stated(real: KnowledgeGraph) -> None:
    assert ask(real, "?panel bg:member/foaf:name ?name", "name") == {("Rob Wilson",)}
    assert ask(real, "?panel bg:associate/foaf:name ?name", "name") == {
        ("James Cornford",),
        ("Mark Hepworth",),
        ("Mike Martin",),
        ("Nick Frost",),
        ("Sue Baines",),
        ("Sue Richardson",),
    }


def test_three_of_the_twelve_seminars_are_known(real: KnowledgeGraph) -> None:
    answer = ask(
        real,
        "?seminar bg:partOfSeries/bg:plannedSeminars ?planned ; bg:onDomain ?domain",
        "seminar",
        "domain",
        "planned",
    )

    assert answer == {
        (
            "seminar:2014-11-25-health-and-social-care",
            "domain:health-and-social-care",
            "12",
        ),
        ("seminar:2015-bradford-families", "domain:troubled-families", "12"),
        ("seminar:2015-07-02-smart-places", "domain:smart-cities", "12"),
    }


def test_counts_are_those_of_the_evidence_less_the_merges(real: KnowledgeGraph) -> None:
    # 253 records: less 4 unresolved citations and 2 records of a document recorded twice.
    assert len(ask(real, "?source a/rdfs:subClassOf* bg:Source", "source")) == 253 - 4 - 2
    # 751 findings: less 2 said twice by those documents, and the 7 key findings are findings, too.
    assert len(ask(real, "?finding a bg:Finding", "finding")) == 751 - 2 + 7
    assert len(ask(real, "?finding a bg:KeyFinding", "finding")) == 7


@pytest.mark.parametrize(
    ("scheme", "count"),
    [
        ("barriers", 108),
        ("benefits", 16),
        ("conditions", 30),
        ("enablers", 151),
        ("levels", 7),
        ("methods", 9),
        ("policy-domains", 48),
        ("risks", 20),
        ("roles", 54),
        ("settings", 7),
        ("tensions", 11 + 22),
    ],
)
def test_every_concept_of_a_scheme_is_there(real: KnowledgeGraph, scheme: str, count: int) -> None:
    concepts = ask(real, f"?concept skos:inScheme scheme:{scheme} ; skos:prefLabel ?label",
                   "concept", "label")  # fmt: skip

    assert len(concepts) == count


def test_null_results_are_kept_apart_from_support(real: KnowledgeGraph) -> None:
    null = ask(real, "?finding bg:effectOnSharing effect:none-found", "finding")
    support = ask(
        real,
        """?finding bg:effectOnSharing effect:none-found ; bg:finds ?factor .
           FILTER(?factor != condition:no-measured-benefit)""",
        "finding",
        "factor",
    )

    assert len(null) == 20
    assert support == set()


def test_every_reference_into_the_graph_leads_somewhere(real: KnowledgeGraph) -> None:
    dangling = ask(
        real,
        """?subject ?predicate ?object .
           FILTER(STRSTARTS(STR(?object), "https://w3id.org/barriergraph/id/"))
           FILTER NOT EXISTS { ?object a ?class }""",
        "subject",
        "object",
    )

    assert dangling == set()


def test_merged_slugs_are_found_as_alternative_labels(real: KnowledgeGraph) -> None:
    merged = ask(real, "?concept bg:mergedFrom ?slug ; skos:inScheme ?scheme", "concept", "slug")
    labels = ask(
        real, "?concept bg:mergedFrom ?s ; skos:prefLabel|skos:altLabel ?label", "concept", "label"
    )
    spoken = {(concept, label.lower()) for concept, label in labels}

    assert len(merged) == 21
    assert {(concept, slug.replace("-", " ")) for concept, slug in merged} <= spoken


DATA_FILES = sorted((ROOT / "data").rglob("*.ttl"))


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda path: path.stem)
def test_a_data_file_is_tidy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    triples = list(pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE))
    prefixes = re.findall(r"^PREFIX (\w*): <(.*)>$", text, re.MULTILINE)
    body = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>|^#.*$|^PREFIX.*$', "", text, flags=re.MULTILINE)
    body += " ".join(re.findall(r"\^\^\w+:\w+", text))

    assert [name for name, _ in prefixes] == sorted(name for name, _ in prefixes)
    assert {name for name, _ in prefixes} == set(re.findall(r"(?<![\w:-])(\w+):(?=\w)", body))
    assert all(PREFIXES[name] == iri for name, iri in prefixes)
    assert not any(isinstance(quad.subject, pyoxigraph.BlankNode) for quad in triples)


WORDS = {
    "prefLabel", "altLabel", "definition", "scopeNote", "changeNote", "note", "title", "statement",
    "missing", "departsFromSource", "locator", "sample", "mappingNote", "candidateReason",
}  # fmt: skip


def test_words_carry_a_language(real: KnowledgeGraph) -> None:
    bare = {
        (quad.subject.value, quad.predicate.value)
        for quad in real.store
        if isinstance(quad.object, pyoxigraph.Literal)
        and re.split("[#/]", quad.predicate.value)[-1] in WORDS
        and quad.object.language is None
    }

    assert bare == set()

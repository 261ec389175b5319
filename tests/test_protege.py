"""What Protégé is to open says what the files say, and finds its imports in the folder."""

import re
from pathlib import Path
from xml.etree import ElementTree

import rdflib
from rdflib import OWL
from rdflib.compare import isomorphic

from barriergraph.cli import main
from barriergraph.sources import base_module

EXAMPLE = Path(__file__).parent.parent / "examples" / "domestic-abuse"
URI = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri"


def test_the_folder_has_every_ontology_and_finds_its_imports(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["export", "protege", "--output", str(out), "--module", str(EXAMPLE)]) == 0

    catalog = ElementTree.parse(out / "catalog-v001.xml").getroot()
    named = {one.attrib["name"]: one.attrib["uri"] for one in catalog.findall(URI)}
    assert named == {
        "https://w3id.org/barriergraph/ontology": "barriergraph.owl",
        "https://w3id.org/barriergraph/ontology/alignments": "alignments.owl",
        "https://w3id.org/barriergraph/ontology/dl": "dl.owl",
        "https://w3id.org/barriergraph/data": "barriergraph-data.owl",
        "https://example.org/domestic-abuse/": "domestic-abuse-module.owl",
        "urn:x-barriergraph:domestic-abuse:data": "domestic-abuse-data.owl",
    }
    assert {path.name for path in out.iterdir()} == {*named.values(), "catalog-v001.xml"}
    imports = set()
    for file in named.values():
        text = (out / file).read_text(encoding="utf-8")
        imports |= set(re.findall(r'owl:imports rdf:resource="([^"]+)"', text))
    assert imports == {"https://w3id.org/barriergraph/ontology"}


def test_an_ontology_says_the_same_in_both_forms_but_for_its_import(tmp_path: Path) -> None:
    main(["export", "protege", "--output", str(tmp_path)])
    core = rdflib.URIRef("https://w3id.org/barriergraph/ontology")

    for name in ("barriergraph", "alignments", "dl"):
        turtle = Path(base_module().locate(f"ontology/{name}.ttl"))
        written = rdflib.Graph().parse(tmp_path / f"{name}.owl", format="xml")
        plain = rdflib.Graph().parse(turtle)
        if name != "barriergraph":
            plain.add((core + f"/{name}", OWL.imports, core))
        assert isomorphic(written, plain)

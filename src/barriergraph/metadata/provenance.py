"""How the data set was made, from which files and by what, in PROV-O."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version

from pyoxigraph import Literal, NamedNode

from barriergraph import __version__
from barriergraph.edition import CONTRIBUTORS, DATASET, Edition
from barriergraph.metadata.draft import Draft, english, typed
from barriergraph.metadata.inputs import Input
from barriergraph.namespaces import BASE
from barriergraph.rdf import named

DOCUMENT = f"{BASE}prov"


def provenance(told: Edition, files: Iterable[Input]) -> bytes:
    """Return in Turtle what was used to make the data set, each file with its SHA-256 sum.

    The time is that of the edition: when the command ran is not told, for it would differ in every
    run.

    Raises: SourceError for a file that is gone.

    Source: PROV-O, https://www.w3.org/TR/prov-o/
    """
    draft = Draft()
    build, dataset = NamedNode(f"{DOCUMENT}#build"), NamedNode(DATASET)
    contributors = NamedNode(CONTRIBUTORS)
    draft.say(build, "rdf:type", named("prov:Activity"))
    draft.say(build, "rdfs:label", english("Publication of the graph"))
    for name, number in (("barriergraph", __version__), ("pyoxigraph", version("pyoxigraph"))):
        agent = NamedNode(f"{DOCUMENT}#{name}")
        draft.say(build, "prov:wasAssociatedWith", agent)
        draft.say(agent, "rdf:type", named("prov:SoftwareAgent"))
        draft.say(agent, "foaf:name", Literal(name))
        draft.say(agent, "pav:version", Literal(number))
    draft.say(dataset, "rdf:type", named("prov:Entity"))
    draft.say(dataset, "prov:wasGeneratedBy", build)
    draft.say(dataset, "prov:wasAttributedTo", contributors)
    draft.say(dataset, "prov:generatedAtTime", told.when())
    draft.say(contributors, "rdf:type", named("prov:Agent"))
    draft.say(contributors, "foaf:name", Literal(told.creator))
    for file in files:
        node, written = NamedNode(file.iri), file.written()
        checksum = NamedNode(f"{DOCUMENT}#{file.iri.removeprefix(BASE)}")
        draft.say(build, "prov:used", node)
        draft.say(dataset, "prov:wasDerivedFrom", node)
        draft.say(node, "rdf:type", named("prov:Entity"))
        draft.say(node, "dcterms:title", Literal(file.name))
        draft.say(node, "dcat:byteSize", typed(written.size, "xsd:nonNegativeInteger"))
        draft.say(node, "spdx:checksum", checksum)
        draft.say(checksum, "rdf:type", named("spdx:Checksum"))
        draft.say(checksum, "spdx:algorithm", named("spdx:checksumAlgorithm_sha256"))
        draft.say(checksum, "spdx:checksumValue", typed(written.sha256, "xsd:hexBinary"))
    return draft.to_turtle()

"""The words of SHACL: which parameter belongs to which constraint component."""

from __future__ import annotations

from functools import cache

from pyoxigraph import NamedNode

from barriergraph.namespaces import PREFIXES

SH = PREFIXES["sh"]
XSD = PREFIXES["xsd"]
RDF = PREFIXES["rdf"]
RDFS = PREFIXES["rdfs"]
OWL = PREFIXES["owl"]

RDF_TYPE = NamedNode(RDF + "type")
RDF_FIRST = NamedNode(RDF + "first")
RDF_REST = NamedNode(RDF + "rest")
RDF_NIL = NamedNode(RDF + "nil")
LANG_STRING = RDF + "langString"
SUBCLASS = NamedNode(RDFS + "subClassOf")
RDFS_CLASS = NamedNode(RDFS + "Class")
OWL_CLASS = NamedNode(OWL + "Class")
OWL_IMPORTS = NamedNode(OWL + "imports")


@cache
def sh(name: str) -> NamedNode:
    """Return a term of SHACL.

    >>> sh("path").value
    'http://www.w3.org/ns/shacl#path'
    """
    return NamedNode(SH + name)


#: The parameters of which each value (or each pair with its companions) is one constraint.
COMPONENTS = {
    name: f"{SH}{component}ConstraintComponent"
    for name, component in (
        ("and", "And"),
        ("class", "Class"),
        ("closed", "Closed"),
        ("datatype", "Datatype"),
        ("disjoint", "Disjoint"),
        ("equals", "Equals"),
        ("hasValue", "HasValue"),
        ("in", "In"),
        ("languageIn", "LanguageIn"),
        ("lessThan", "LessThan"),
        ("lessThanOrEquals", "LessThanOrEquals"),
        ("maxCount", "MaxCount"),
        ("maxExclusive", "MaxExclusive"),
        ("maxInclusive", "MaxInclusive"),
        ("maxLength", "MaxLength"),
        ("minCount", "MinCount"),
        ("minExclusive", "MinExclusive"),
        ("minInclusive", "MinInclusive"),
        ("minLength", "MinLength"),
        ("node", "Node"),
        ("nodeKind", "NodeKind"),
        ("not", "Not"),
        ("or", "Or"),
        ("pattern", "Pattern"),
        ("property", "Property"),
        ("qualifiedMaxCount", "QualifiedMaxCount"),
        ("qualifiedMinCount", "QualifiedMinCount"),
        ("sparql", "SPARQL"),
        ("uniqueLang", "UniqueLang"),
        ("xone", "Xone"),
    )
}

#: Parameters that go with another and are no constraint by themselves.
COMPANIONS = ("flags", "ignoredProperties", "qualifiedValueShape", "qualifiedValueShapesDisjoint")

#: Parameters whose values are shapes, and those whose values are lists of shapes.
SHAPE_VALUED = ("node", "not", "property", "qualifiedValueShape")
SHAPE_LISTS = ("and", "or", "xone")

TARGETS = ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")

PATH_WORDS = ("alternativePath", "inversePath", "oneOrMorePath", "zeroOrMorePath", "zeroOrOnePath")

NODE_KINDS = ("BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRI", "IRIOrLiteral", "Literal")

#: The words of SHACL Core and SHACL-SPARQL that are neither a parameter nor a companion of one.
OTHER_WORDS = frozenset(
    """AbstractResult ConstraintComponent Info NodeShape Parameter Parameterizable PrefixDeclaration
    PropertyGroup PropertyShape ResultAnnotation SPARQLAskExecutable SPARQLAskValidator
    SPARQLConstraint SPARQLExecutable SPARQLSelectExecutable SPARQLSelectValidator Shape
    ValidationReport ValidationResult Validator Violation Warning alternativePath annotationProperty
    annotationValue annotationVarName ask conforms construct deactivated declare defaultValue
    description detail entailment focusNode group inversePath labelTemplate message name namespace
    nodeValidator oneOrMorePath optional order parameter path prefix prefixes propertyValidator
    result resultAnnotation resultMessage resultPath resultSeverity select severity shapesGraph
    shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape sparql
    suggestedShapesGraph targetClass targetNode targetObjectsOf targetSubjectsOf update validator
    value zeroOrMorePath zeroOrOnePath""".split()
)

#: Words of SHACL 1.2 and of the advanced features, by which nothing here is checked.
UNCHECKED_WORDS = frozenset(
    """ExpressionConstraintComponent Function JSConstraint JSConstraintComponent JSExecutable
    JSFunction JSLibrary JSRule JSTarget JSTargetType JSValidator Rule SPARQLConstructExecutable
    SPARQLFunction SPARQLRule SPARQLTarget SPARQLTargetType SPARQLUpdateExecutable Target TargetType
    TripleRule agentInstruction bind codeIdentifier condition conformanceDisallows expression
    filterShape intent intersection js jsFunctionName jsLibrary jsLibraryURL maxListLength
    memberShape minListLength node nodeByExpression nodes object predicate reificationRequired
    reifierShape returnType rootClass rule shape singleLine someValue subject subsetOf target
    targetWhere this union uniqueMembers uniqueValuesForClass values""".split()
) - {"node"}

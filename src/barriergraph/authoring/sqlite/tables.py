"""The tables of the database: what each holds, and where in the graph it stands."""

from __future__ import annotations

from barriergraph.values import Value


class Field(Value):
    """A column: its name, type, the property that fills it, and the table that it points to.

    `kind` is a type of Frictionless (string, integer, boolean). `path` is a CURIE, or one of the
    words of rows.SPECIAL. `help` is empty where the ontology says what the property means.
    """

    __slots__ = ("help", "kind", "name", "path", "target")
    name: str
    kind: str
    path: str
    target: str
    help: str


class Entities(Value):
    """A table with a row for each individual of a class, keyed by its slug.

    `types` are the classes below it that its rows are told apart by.
    """

    __slots__ = ("cls", "fields", "help", "label", "name", "types")
    name: str
    cls: str
    label: str
    types: tuple[str, ...]
    fields: tuple[Field, ...]
    help: str


class Links(Value):
    """A table of pairs: `pattern` is SPARQL for ?a and ?b (and ?c, what is said of the pair).

    The first two fields point to the tables of ?a and ?b; all fields together are the key.
    """

    __slots__ = ("fields", "help", "name", "pattern")
    name: str
    pattern: str
    fields: tuple[Field, ...]
    help: str


def _field(name: str, path: str, help: str = "", *, to: str = "", kind: str = "string") -> Field:
    return Field(name=name, kind=kind, path=path, target=to, help=help)


_ID = _field("id", "id", "Its short name, the last part of its IRI")
_IRI = _field("iri", "iri", "Its address in the graph")
_TYPE = _field("type", "type", "What kind of thing it is")
_LABEL = _field("label", "label", "Its name")


def _concepts(
    name: str, cls: str, help: str, *more: Field, types: tuple[str, ...] = ()
) -> Entities:
    fields = (
        _ID, _IRI, *((_TYPE,) if types else ()), _LABEL,
        _field("alternative_labels", "alternatives", "Other names, with '; ' between"),
        _field("definition", "skos:definition", "What it means"),
        _field("scope_note", "skos:scopeNote", "How it is used"),
        *more,
    )  # fmt: skip
    return Entities(name=name, cls=cls, label="label", types=types, fields=fields, help=help)


ENTITIES: tuple[Entities, ...] = (
    _concepts("kinds", "bg:Kind", "What a finding says of its factor"),
    _concepts("effects", "bg:Effect", "What a finding says about the effect on sharing"),
    _concepts("bases", "bg:Basis", "What of a source was read"),
    _concepts("certainties", "bg:Certainty", "How sure a reading or a record is"),
    _concepts("settings", "bg:Setting", "Between whom a source studies the sharing of information"),
    _concepts("methods", "bg:Method", "How the study behind a source was done"),
    _concepts("levels", "bg:Level", "Where a factor lies"),
    _concepts("domains", "bg:PolicyDomain", "Fields of policy in which services share information"),
    _concepts("roles", "bg:Role", "Professions and service users",
              types=("bg:Profession", "bg:ServiceUser")),
    _concepts("places", "bg:Place", "Places that evidence comes from",
              _field("place_type", "bg:placeType")),
    _concepts("factors", "bg:Factor", "What bears on whether and how information is shared",
              types=("bg:Barrier", "bg:Enabler", "bg:Risk", "bg:Benefit", "bg:Tension",
                     "bg:Condition")),
    _concepts("studies", "bg:Study", "Studies that one or more sources report on"),
    Entities(
        name="authors", cls="bg:Person bg:Organisation", label="name",
        types=("bg:Person", "bg:Organisation"),
        fields=(
            _ID, _IRI, _TYPE, _field("name", "label", "Its name"),
            _field("family_name", "foaf:familyName", "The family name of a person"),
            _field("given_name", "foaf:givenName", "The given names of a person"),
        ),
        help="People and organisations, as authors and otherwise named",
    ),
    Entities(
        name="sources", cls="bg:Source", label="title",
        types=("bg:JournalArticle", "bg:Report", "bg:Book", "bg:BookChapter", "bg:ConferencePaper",
               "bg:Thesis", "bg:WebPage", "bg:CaseStudy", "bg:EventRecord"),
        fields=(
            _ID, _IRI, _TYPE,
            _field("title", "dcterms:title", "Its title"),
            _field("year", "bg:year", kind="integer"),
            _field("container", "bg:containerTitle"),
            _field("volume", "bg:volume"),
            _field("issue", "bg:issue"),
            _field("pages", "bg:pages"),
            _field("doi", "bg:doi"),
            _field("isbn", "bg:isbn"),
            _field("url", "bg:url"),
            _field("publisher", "bg:publisherName"),
            _field("authors_complete", "bg:authorsComplete", kind="boolean"),
            _field("setting", "bg:setting", to="settings"),
            _field("setting_basis", "bg:settingBasis"),
            _field("method", "bg:method", to="methods"),
            _field("sample", "bg:sample"),
            _field("confidence", "bg:confidence", to="certainties"),
        ),
        help="Works that report something about the sharing of information",
    ),
    Entities(
        name="findings", cls="bg:Finding", label="statement", types=("bg:KeyFinding",),
        fields=(
            _ID, _IRI, _TYPE,
            _field("source", "bg:reportedIn", to="sources"),
            _field("statement", "bg:statement"),
            _field("kind", "bg:kind", to="kinds"),
            _field("effect", "bg:effectOnSharing", to="effects"),
            _field("basis", "bg:basis", to="bases"),
            _field("certainty", "bg:certainty", to="certainties"),
            _field("locator", "bg:locator"),
            _field("url", "bg:url"),
            _field("second_hand", "bg:secondHand", kind="boolean"),
            _field("stated_as", "bg:statedAs"),
            _field("moderator", "bg:moderator", to="factors"),
            _field("antecedent", "bg:antecedent", to="factors"),
            _field("outcome", "bg:outcome", to="factors"),
            _field("mapping_note", "bg:mappingNote"),
        ),
        help="What one source says, in our own words",
    ),
)  # fmt: skip


def _links(
    name: str, pattern: str, first: tuple[str, str], second: tuple[str, str], help: str,
    *more: Field,
) -> Links:  # fmt: skip
    fields = (_field(first[0], "", to=first[1]), _field(second[0], "", to=second[1]), *more)
    return Links(name=name, pattern=pattern, fields=fields, help=help)


_FINDING, _SOURCE, _FACTOR = ("finding", "findings"), ("source", "sources"), ("factor", "factors")
_DOMAIN, _ROLE, _PLACE = ("domain", "domains"), ("role", "roles"), ("place", "places")
_REMEDIES = " ".join(
    f'({prop} "{name}")'
    for prop, name in (
        ("bg:addressedBy", "addressed by"), ("bg:mayBeAddressedBy", "may be addressed by"),
        ("bg:against", "against"), ("bg:mayCounter", "may counter"),
    )
)  # fmt: skip

LINKS: tuple[Links, ...] = (
    _links("source_author", "?a bg:hasAuthorship ?x . ?x bg:author ?b ; bg:position ?c",
           _SOURCE, ("author", "authors"), "The authors of each source in order",
           _field("position", "", "The place among the authors, from one", kind="integer")),
    _links("source_study", "?a bg:reportsOn ?b", _SOURCE, ("study", "studies"),
           "The study that a source reports on; evidence is counted in studies"),
    _links("source_domain", "?a bg:coversDomain ?b", _SOURCE, _DOMAIN,
           "Policy domains that a source as a whole is about"),
    _links("source_role", "?a bg:coversRole ?b", _SOURCE, _ROLE,
           "Roles that a source as a whole is about"),
    _links("source_place", "?a bg:coversPlace ?b", _SOURCE, _PLACE,
           "Places that a source as a whole is about"),
    _links("finding_factor",
           'VALUES (?p ?c) { (bg:finds "yes") (bg:findsNoEffectOf "no") } ?a ?p ?b',
           _FINDING, _FACTOR, "The factors that a finding is about",
           _field("at_work", "", "Whether it reports the factor to be at work (yes), or looked for"
                  " an effect and found none (no)")),
    _links("finding_remedy", f"VALUES (?p ?c) {{ {_REMEDIES} }} ?a ?p ?b", _FINDING, _FACTOR,
           "Enablers against what a finding reports, and what an enabler is against",
           _field("link", "", "'addressed by' and 'against' are the source's own words; with 'may'"
                  " it is the curator's pairing")),
    _links("finding_domain", "?a bg:inDomain ?b", _FINDING, _DOMAIN,
           "Policy domains that the source names for a finding"),
    _links("finding_role", "?a bg:aboutRole ?b", _FINDING, _ROLE,
           "Professions and service users that the source names for a finding"),
    _links("finding_place", "?a bg:atPlace ?b", _FINDING, _PLACE,
           "Places that the source names for a finding"),
    _links("factor_level", "?a bg:level ?b", _FACTOR, ("level", "levels"),
           "The level at which a factor lies"),
    _links("factor_counterpart", "?a bg:counterpart ?b", _FACTOR, ("counterpart", "factors"),
           "A barrier and the enabler that is its mirror image; neither is evidence of the other"),
    _links("factor_broader", "?a skos:broader ?b", _FACTOR, ("broader", "factors"),
           "A factor and a wider one"),
    _links("domain_broader", "?a skos:broader ?b", _DOMAIN, ("broader", "domains"),
           "A policy domain and a wider one"),
    _links("role_broader", "?a skos:broader ?b", _ROLE, ("broader", "roles"),
           "A role and a wider one"),
    _links("place_broader", "?a skos:broader ?b", _PLACE, ("broader", "places"),
           "A place and the one that it lies in"),
)  # fmt: skip

TABLES: tuple[Entities | Links, ...] = (*ENTITIES, *LINKS)

#: Columns that full text search looks into, by table.
SEARCHED: dict[str, tuple[str, ...]] = {
    "factors": ("label", "alternative_labels", "definition"),
    "findings": ("statement",),
    "sources": ("title",),
}


def _listed(link: str, table: str) -> str:
    column = LINKS_BY_NAME[link].fields[1].name
    return (
        f"(SELECT group_concat(label, '; ') FROM (SELECT DISTINCT t.label AS label FROM {link} l"
        f' JOIN "{table}" t ON t.id = l."{column}" WHERE l.finding = f.id ORDER BY t.label))'
    )


LINKS_BY_NAME = {table.name: table for table in LINKS}

#: Views: name -> what it says, and its SQL
VIEWS: dict[str, tuple[str, str]] = {
    "findings_wide": (
        "A row for each finding, with names instead of keys",
        f"""SELECT f.id, f.statement, k.label AS kind,
  {_listed("finding_factor", "factors")} AS factors, e.label AS effect,
  {_listed("finding_domain", "domains")} AS domains, {_listed("finding_role", "roles")} AS roles,
  {_listed("finding_place", "places")} AS places, f.source, s.title AS source_title,
  (SELECT group_concat(name, '; ') FROM (SELECT a.name AS name FROM source_author l
    JOIN authors a ON a.id = l.author WHERE l.source = s.id ORDER BY l.position)) AS authors,
  s.year, s.type AS source_type, t.label AS setting, m.label AS method, b.label AS basis,
  c.label AS certainty, f.second_hand, f.locator, COALESCE(f.url, s.url) AS url, s.doi
FROM findings f
LEFT JOIN sources s ON s.id = f.source
LEFT JOIN kinds k ON k.id = f.kind
LEFT JOIN effects e ON e.id = f.effect
LEFT JOIN bases b ON b.id = f.basis
LEFT JOIN certainties c ON c.id = f.certainty
LEFT JOIN settings t ON t.id = s.setting
LEFT JOIN methods m ON m.id = s.method""",
    ),
    "factor_evidence": (
        "How many findings, sources and independent studies report each factor to be at work;"
        " sources of one study count once",
        """SELECT x.id, x.type, x.label, COUNT(DISTINCT l.finding) AS findings,
  COUNT(DISTINCT f.source) AS sources, COUNT(DISTINCT COALESCE('study ' || s.study, f.source))
  AS studies
FROM factors x
LEFT JOIN finding_factor l ON l.factor = x.id AND l.at_work = 'yes'
LEFT JOIN findings f ON f.id = l.finding
LEFT JOIN source_study s ON s.source = f.source
GROUP BY x.id, x.type, x.label""",
    ),
}

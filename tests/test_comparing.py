"""What differs between two versions, worked out by hand for two states of an invented module."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from barriergraph.comparing import Difference, compare, reasons, step, version
from barriergraph.comparing.brackets import written
from barriergraph.errors import BarrierGraphError, NotFoundError, SourceError

HERE = Path(__file__).parent / "fixtures" / "comparing"
ID = "https://w3id.org/barriergraph/id/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
LAMPS = "https://lamps.example/terms#"


@pytest.fixture(scope="module")
def difference() -> Difference:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(HERE)
        return compare(version("before"), version("after"), answers=False)


def _write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def _statements(text: str) -> set[tuple[str, str, object]]:
    return set(written(quad.triple for quad in parse(text.encode(), RdfFormat.TURTLE)))


def test_text(difference: Difference) -> None:
    assert (
        difference.to_text(100)
        == """\
From before to after: major.

Added
  concept Gale (barrier:gale)
  query New lamps (new-lamps)

Changed
  concept Sea fog (barrier:fog): label "Fog"@en → "Sea fog"@en
  concept Sea fog (barrier:fog): definition "Air that hides the lamp."@en → "Air over the sea that
    hides the keeper's lamp."@en
  concept Sea fog (barrier:fog): skos:altLabel "thick air"@en → "haar"@en
  concept Sea fog (barrier:fog): skos:note "A keeper's word"@en → "A keeper's word for it"@en
  concept Sea fog (barrier:fog): https://lamps.example/terms#seenFrom [
    <https://lamps.example/terms#by> [ <https://lamps.example/terms#name> "Greta" ] ;
    <https://lamps.example/terms#tower> "north" ] → [ <https://lamps.example/terms#by> [
    <https://lamps.example/terms#name> "Gus" ] ; <https://lamps.example/terms#tower> "north" ]
  concept Sea fog (barrier:fog): bg:mergedFrom removed "murk"
  property lights (https://lamps.example/terms#lights): rdfs:range [ owl:unionOf (
    <https://lamps.example/terms#Lamp> <https://lamps.example/terms#Wick> ) ] → [ owl:unionOf (
    <https://lamps.example/terms#Wick> <https://lamps.example/terms#Lamp> ) ]
  query Barriers here (barriers-here): parameters added wider; columns added wider; columns removed
    note
  statements about things without a type: 2 added, 1 removed

Deprecated
  concept Mist (barrier:mist): use Sea fog (barrier:fog); Since 2.0.0: use fog.

Removed
  concept Drizzle (barrier:drizzle)
  query Old lamps (old-lamps)

Moved
  concept Sea fog (barrier:fog): skos:broader Bad weather (barrier:bad-weather) → Storm
    (barrier:storm)
"""
    )


def test_markdown_of_what_was_retired_and_moved(difference: Difference) -> None:
    parts = difference.to_markdown().split("\n\n")
    assert parts[0] == "From `before` to `after`: major."
    assert [part for part in parts if part.startswith("#")] == [
        "### Added", "### Changed", "### Deprecated", "### Removed", "### Moved",
    ]  # fmt: skip
    assert parts[parts.index("### Added") + 1] == (
        "- concept Gale (`barrier:gale`)\n- query New lamps (`new-lamps`)"
    )
    assert parts[parts.index("### Deprecated") + 1] == (
        "- concept Mist (`barrier:mist`): use Sea fog (`barrier:fog`); Since 2.0.0: use fog."
    )
    assert parts[parts.index("### Moved") + 1] == (
        "- concept Sea fog (`barrier:fog`): `skos:broader` Bad weather (`barrier:bad-weather`) → "
        "Storm (`barrier:storm`)\n"
    )


def test_kgcl(difference: Difference) -> None:
    fog, gale = f"<{ID}barrier/fog>", f"<{ID}barrier/gale>"
    seen = f'# {fog} {LAMPS}seenFrom: {{}} [ <{LAMPS}by> [ <{LAMPS}name> "{{}}" ] ; '
    seen += f'<{LAMPS}tower> "north" ]'
    union = (
        f"# <{LAMPS}lights> rdfs:range: {{}} [ <http://www.w3.org/2002/07/owl#unionOf> ( {{}} ) ]"
    )
    lamp, wick = f"<{LAMPS}Lamp>", f"<{LAMPS}Wick>"
    assert difference.to_kgcl().splitlines() == [
        f"delete <{ID}barrier/drizzle>",
        f"create instance {gale} 'Gale'@en",
        f"create edge {gale} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/barriergraph/ontology#Barrier>",
        f"create edge {gale} <{SKOS}broader> <{ID}barrier/storm>",
        f"obsolete <{ID}barrier/mist> with replacement {fog}",
        f'# <{ID}barrier/mist> skos:changeNote: added "Since 2.0.0: use fog."@en',
        f"remove synonym 'thick air'@en for {fog}",
        f"create synonym 'haar'@en for {fog}",
        f"move {fog} from <{ID}barrier/bad-weather> to <{ID}barrier/storm>",
        f"change definition of {fog} from 'Air that hides the lamp.'@en "
        "to 'Air over the sea that hides the keeper\\'s lamp.'@en",
        f"change annotation of {fog} with <{SKOS}note> from 'A keeper\\'s word'@en "
        "to 'A keeper\\'s word for it'@en",
        f"rename {fog} from 'Fog'@en to 'Sea fog'@en",
        seen.format("removed", "Greta"),
        seen.format("added", "Gus"),
        f'# {fog} bg:mergedFrom: removed "murk"',
        union.format("removed", f"{lamp} {wick}"),
        union.format("added", f"{wick} {lamp}"),
        "# query barriers-here: changed",
        "# query new-lamps: added",
        "# query old-lamps: removed",
        "# things without a type: 2 statements added, 1 removed",
    ]


def test_kgcl_of_classes_and_properties(tmp_path: Path) -> None:
    head = (
        f"PREFIX ex: <{LAMPS}>\nPREFIX owl: <http://www.w3.org/2002/07/owl#>\n"
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nPREFIX skos: <" + SKOS + ">\n"
    )
    old = _write(
        tmp_path, "old.ttl",
        f'{head}ex:a a owl:Class ; rdfs:label "a" ; owl:deprecated true ; skos:definition "A" .'
        'ex:b a owl:Class ; rdfs:label "b"@en-GB, "b2"@en-GB .',
    )  # fmt: skip
    new = _write(
        tmp_path, "new.ttl",
        f'{head}ex:a a owl:Class ; rdfs:label "a" .'
        'ex:b a owl:Class ; rdfs:label "c"@en-GB, "b2"@en-GB ; owl:deprecated true .'
        'ex:c a owl:Class ; rdfs:label "c\\\\d" ; rdfs:subClassOf ex:b ; ex:size 3 .'
        'ex:p a owl:AnnotationProperty ; rdfs:label "p" . ex:q a owl:DatatypeProperty ; '
        'rdfs:label """q\nr""" .',
    )  # fmt: skip
    found = compare(version(old, base=False), version(new, base=False), answers=False)
    sub = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
    assert found.to_kgcl().splitlines() == [
        f"unobsolete <{LAMPS}a>",
        f"remove definition for <{LAMPS}a>",
        f"obsolete <{LAMPS}b>",
        f"rename <{LAMPS}b> from 'b'@en-gb to 'c'@en-gb",
        f"create class <{LAMPS}c> 'c\\\\d'",
        f"create edge <{LAMPS}c> <{sub}> <{LAMPS}b>",
        f'# <{LAMPS}c> {LAMPS}size: added "3"^^<http://www.w3.org/2001/XMLSchema#integer>',
        f"create annotation property <{LAMPS}p> 'p'",
        f"# <{LAMPS}q> is added, without a name that KGCL can write",
        f'# <{LAMPS}q> rdfs:label: added "q\\nr"',
    ]


def test_prov(difference: Difference) -> None:
    text = difference.to_turtle()
    quads = {
        (str(q.subject), str(q.predicate).rpartition("/")[2].rpartition("#")[2][:-1], str(q.object))
        for q in parse(text.encode(), RdfFormat.TURTLE)
    }
    assert {(s, p, o) for s, p, o in quads if p.startswith("was")} == {
        ("_:after", "wasRevisionOf", "_:before"),
        ("_:after", "wasGeneratedBy", "_:revision"),
        (f"<{ID}barrier/drizzle>", "wasInvalidatedBy", "_:change1"),
        (f"<{ID}barrier/gale>", "wasGeneratedBy", "_:change2"),
        ("<https://w3id.org/barriergraph/query/new-lamps>", "wasGeneratedBy", "_:change7"),
        ("<https://w3id.org/barriergraph/query/old-lamps>", "wasInvalidatedBy", "_:change8"),
    }
    assert {(s, o) for s, p, o in quads if p == "used"} == {
        ("_:revision", "_:before"),
        ("_:change3", f"<{ID}barrier/mist>"),
        ("_:change4", f"<{ID}barrier/fog>"),
        ("_:change5", f"<{LAMPS}lights>"),
        ("_:change6", "<https://w3id.org/barriergraph/query/barriers-here>"),
    }
    assert sorted((s, o) for s, p, o in quads if p == "type" and o.startswith('"')) == [
        ("_:change1", '"removed"'),
        ("_:change2", '"added"'),
        ("_:change3", '"changed"'),
        ("_:change3", '"deprecated"'),
        ("_:change4", '"changed"'),
        ("_:change4", '"moved"'),
        ("_:change5", '"changed"'),
        ("_:change6", '"changed"'),
        ("_:change7", '"added"'),
        ("_:change8", '"removed"'),
    ]


def test_plain_values(difference: Difference) -> None:
    told = difference.to_dict()
    assert (told["before"], told["after"], told["step"]) == ("before", "after", "major")
    assert told["others"] == {"added": 2, "removed": 1}
    assert told["queries"][0] == {
        "what": "changed", "name": "barriers-here", "title": "Barriers here",
        "parameters": {"added": ["wider"], "removed": []},
        "columns": {"added": ["wider"], "removed": ["note"]},
    }  # fmt: skip
    assert told["changes"][2] == {
        "what": "changed", "iri": f"{ID}barrier/mist", "curie": "barrier:mist", "kind": "concept",
        "label": "Mist", "deprecated": True, "restored": False,
        "replacements": [f"{ID}barrier/fog"], "moved": False,
        "details": [
            {"property": "http://purl.org/dc/terms/isReplacedBy", "role": "deprecation",
             "before": [], "after": [f"<{ID}barrier/fog>"]},
            {"property": "http://www.w3.org/2002/07/owl#deprecated", "role": "deprecation",
             "before": [], "after": ['"true"^^<http://www.w3.org/2001/XMLSchema#boolean>']},
            {"property": f"{SKOS}changeNote", "role": None,
             "before": [], "after": ['"Since 2.0.0: use fog."@en']},
        ],
    }  # fmt: skip


def test_step(difference: Difference) -> None:
    assert step(difference) == "major"
    assert reasons(difference) == {
        "major": (
            "barrier:drizzle is removed",
            "column note of query barriers-here is removed",
            "query old-lamps is removed",
        ),
        "minor": (
            "barrier:gale is added",
            "barrier:mist is deprecated",
            "parameter wider of query barriers-here is added",
            "column wider of query barriers-here is added",
            "query new-lamps is added",
        ),
        "patch": (
            "barrier:fog is changed",
            f"{LAMPS}lights is changed",
            "query barriers-here is changed",
            "statements about things without a type differ",
        ),
    }


def test_answers() -> None:
    found = compare(version(HERE / "before", base=False), version(HERE / "after", base=False))
    # The columns barrier and name: drizzle and Fog went, gale and Sea fog came; the example of
    # only one version that names its own parameter is left out.
    assert [(one.name, one.values, one.came, one.went) for one in found.answers] == [
        ("barriers-here", (), 2, 2),
        ("barriers-here", (("barrier", "fog"),), 1, 1),
    ]
    assert found.notes == ()
    assert found.to_text(90).split("Answers that change\n")[1] == (
        "  Barriers here (barriers-here): 2 rows came, 2 went\n"
        "  Barriers here (barriers-here) with barrier=fog: 1 row came, 1 went\n"
    )


def test_an_example_without_answer_is_told(tmp_path: Path) -> None:
    for name, barrier in (("old", "fog"), ("new", "mist")):
        text = (HERE / "before" / "queries" / "barriers-here.rq").read_text(encoding="utf-8")
        _write(tmp_path, f"{name}/queries/barriers-here.rq", text)
        head = "PREFIX bg: <https://w3id.org/barriergraph/ontology#>"
        _write(tmp_path, f"{name}/data/a.ttl", f"{head} <{ID}barrier/{barrier}> a bg:Barrier .")
    new = str(tmp_path / "new")
    found = compare(version(tmp_path / "old", base=False), version(new, base=False))
    assert found.answers == ()
    assert found.notes == (
        f"barriers-here barrier=fog: no answer in {new}: parameter 'barrier' takes a bg:Barrier, "
        "not 'fog'",
    )


def test_a_query_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    _write(tmp_path, "old/queries/a.rq", "SELECT ?a { ?a ?b ?c }")
    _write(tmp_path, "new/queries/a.rq", "#+ title: A\n#+ question: A?\nSELECT ?a { ?a ?b ?c }")
    found = compare(version(tmp_path / "old", base=False), version(tmp_path / "new", base=False))
    assert [(one.name, one.title, one.what) for one in found.queries] == [("a", "A", "changed")]
    assert len(found.notes) == 1
    assert found.notes[0].startswith("a.rq:1")
    assert step(found) == "patch"


def test_the_same_is_nothing() -> None:
    found = compare(version(HERE / "before"), version(HERE / "before"))
    assert found.empty
    assert not found
    assert step(found) == "none"
    assert reasons(found) == {}
    assert found.to_text() == f"From {HERE / 'before'} to {HERE / 'before'}: nothing differs.\n"
    assert found.to_kgcl() == ""
    assert "wasRevisionOf" not in found.to_turtle()
    assert found.to_dict()["changes"] == []


def test_a_module_that_speaks_of_what_ships_changes_it(tmp_path: Path) -> None:
    head = f"PREFIX skos: <{SKOS}>\n<{ID}barrier/fear-of-sharing> skos:"
    old = _write(tmp_path, "old/data/a.ttl", f'{head}note "a" .')
    new = _write(tmp_path, "new/data/a.ttl", f'{head}note "b" ; skos:broader <{ID}barrier/x> .')
    found = compare(
        version(Path(old).parents[1]), version(Path(new).parents[1]), answers=False
    )  # fmt: skip
    assert [(one.what, one.kind, one.label) for one in found.changes] == [
        ("changed", "concept", "Fear of sharing")
    ]
    assert found.others == (0, 0)


@pytest.mark.parametrize(
    ("ending", "form"),
    [
        ("nt", RdfFormat.N_TRIPLES), ("nq", RdfFormat.N_QUADS), ("ttl", RdfFormat.TURTLE),
        ("trig", RdfFormat.TRIG), ("rdf", RdfFormat.RDF_XML), ("jsonld", RdfFormat.JSON_LD),
    ],
)  # fmt: skip
def test_every_format_says_the_same(tmp_path: Path, ending: str, form: RdfFormat) -> None:
    folder = version(HERE / "after", base=False)
    quads = list(folder.store)
    from pyoxigraph import serialize

    data = serialize(
        quads if form.supports_datasets else [quad.triple for quad in quads], format=form
    )
    plain, packed = tmp_path / f"a.{ending}", tmp_path / f"a.{ending}.gz"
    plain.write_bytes(data)
    packed.write_bytes(gzip.compress(data))
    for path in (plain, packed):
        found = version(path, base=False)
        assert found.statements == folder.statements
        assert not compare(folder, found)


def test_what_rules_derived_is_left_out_of_a_file(tmp_path: Path) -> None:
    graph = "https://w3id.org/barriergraph/graph/"
    path = _write(
        tmp_path, "a.nq",
        f"<x:a> <x:b> <x:c> <{graph}data/a> .\n<x:a> <x:b> <x:d> <{graph}inferred/cax-sco> .\n",
    )  # fmt: skip
    assert [str(value) for _, _, value in version(path).statements] == ["<x:c>"]


def test_brackets_are_told_apart_by_what_they_say() -> None:
    first = '<x:a> <x:p> [ <x:q> 1, 2 ; <x:r> [ <x:s> ( "b" <x:c> ) ] ], [] .'
    again = '<x:a> <x:p> _:e, _:d . _:d <x:r> _:c ; <x:q> 2, 1 . _:c <x:s> ( "b" <x:c> ) .'
    number = "http://www.w3.org/2001/XMLSchema#integer"
    assert _statements(first) == _statements(again) == {
        ("x:a", "x:p", "[]"),
        ("x:a", "x:p", f'[ <x:q> "1"^^<{number}> ; <x:q> "2"^^<{number}> ; '
                       '<x:r> [ <x:s> ( "b" <x:c> ) ] ]'),
    }  # fmt: skip


def test_brackets_that_are_shared_or_go_in_circles() -> None:
    shared = "<x:a> <x:p> _:b . <x:c> <x:p> _:b . _:b <x:q> 'd' ."
    apart = "<x:a> <x:p> [ <x:q> 'd' ] . <x:c> <x:p> [ <x:q> 'd' ] ."
    assert _statements(apart) == {
        ("x:a", "x:p", '[ <x:q> "d" ]'),
        ("x:c", "x:p", '[ <x:q> "d" ]'),
    }
    text = '<x:a> <x:p> _:c14n0 . <x:c> <x:p> _:c14n0 . _:c14n0 <x:q> "d" .'
    assert _statements(shared) == {("x:a", "x:p", text), ("x:c", "x:p", text)}
    circle = "<x:a> <x:p> _:b . _:b <x:q> _:c . _:c <x:q> _:b ."
    assert len(_statements(circle)) == 1
    assert _statements(circle) == _statements(circle.replace("_:b", "_:z"))
    assert _statements("_:b <x:q> _:b .") == {("", "", "_:c14n0 <x:q> _:c14n0 .")}
    assert _statements("[] <x:q> 1 . [] <x:q> 1 .") == {
        ("", "", '[ <x:q> "1"^^<http://www.w3.org/2001/XMLSchema#integer> ]'),
        ("", "", '[ <x:q> "1"^^<http://www.w3.org/2001/XMLSchema#integer> ] #2'),
    }


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the two states of the module in a folder, committed one by one."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "repository"
    _git(tmp_path, "init", "-q", str(root))
    for state in ("before", "after"):
        shutil.rmtree(root / "lamps", ignore_errors=True)
        shutil.copytree(HERE / state, root / "lamps")
        _write(root, "dump.ttl", f"<x:a> <x:b> '{state}' .")
        _git(root, "add", "-A")
        _git(root, "-c", "user.name=Gus", "-c", "user.email=gus@lamps.example",
             "commit", "-q", "-m", state)  # fmt: skip
    monkeypatch.chdir(root / "lamps")
    return root


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def test_revisions(repository: Path) -> None:
    for name, state in (("HEAD~1:lamps", "before"), ("HEAD:lamps", "after")):
        found, folder = version(name, base=False), version(HERE / state, base=False)
        assert found.statements == folder.statements
        assert found.queries == folder.queries
        assert found.aside == folder.aside
    assert [str(v) for _, _, v in version("HEAD~1:dump.ttl").statements] == ['"before"']
    (repository / "lamps" / "data" / "fog.ttl").write_text("", encoding="utf-8")
    assert len(version("HEAD:lamps", base=False).statements) > len(
        version(".", base=False).statements
    )
    (repository / "lamps" / "HEAD:lamps").mkdir()
    with pytest.raises(SourceError, match="not a module"):
        version("HEAD:lamps")


def test_revisions_that_are_refused(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BarrierGraphError, match="begins with '-'"):
        version("--output=stolen")
    assert not (repository / "lamps" / "stolen").exists()
    with pytest.raises(NotFoundError, match="no file, folder or git revision named 'quaries'"):
        version("quaries")
    with pytest.raises(NotFoundError) as error:
        version("querys")
    assert error.value.near == ("queries",)
    with pytest.raises(BarrierGraphError, match="HEAD: this revision has none of the folders"):
        version("HEAD")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BarrierGraphError, match="without git on the PATH"):
        version("HEAD:lamps")


def test_hooks_and_pagers_are_not_run(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proof = repository / "proof"
    _git(repository, "config", "core.fsmonitor", f"touch {proof}; false")
    _git(repository, "config", "core.pager", f"touch {proof}; cat")
    assert version("HEAD:lamps", base=False).queries is not None
    assert not proof.exists()


def test_outside_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFoundError, match="no file, folder or git revision named 'HEAD'"):
        version("HEAD")


def test_files_that_are_wrong(tmp_path: Path) -> None:
    broken = _write(tmp_path, "a.ttl", "<x:a> <x:b>\n.")
    with pytest.raises(SourceError) as error:
        version(broken)
    assert error.value.line == 2
    with pytest.raises(SourceError, match="not known as RDF by its ending"):
        version(_write(tmp_path, "a.docx", ""))
    packed = tmp_path / "a.nt.gz"
    packed.write_bytes(gzip.compress(b"<x:a> <x:b> <x:c> .")[:-9])
    with pytest.raises(SourceError, match="not a whole gzip file"):
        version(packed)
    _write(tmp_path, "m/data/a.ttl", "oops")
    _write(tmp_path, "m/data/b.ttl", "oops")
    with pytest.raises(SourceError) as error:
        version(tmp_path / "m")
    assert len(str(error.value).splitlines()) == 2

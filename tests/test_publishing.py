"""A graph as a folder: what is in it, that its bytes stay, and that nothing is ever lost."""

from __future__ import annotations

import gzip
import hashlib
import json
import signal
import subprocess
import sys
import time
import types
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse
from rdflib.compare import isomorphic, to_isomorphic

from barriergraph import KnowledgeGraph, load
from barriergraph.cli import main
from barriergraph.edition import edition
from barriergraph.publishing.changes import feed, releases
from barriergraph.publishing.dumps import Dumps
from barriergraph.publishing.errors import PublishError
from barriergraph.publishing.publish import Publication, Wish, publish
from barriergraph.publishing.signposts import citation, robots, sitemaps

BASE = "https://example.org/graph/"
ATOM = "{http://www.w3.org/2005/Atom}"


class Fake:
    """A site of three pages, which says for whom it was made."""

    def __init__(self, graph: KnowledgeGraph, *, base: str | None = None) -> None:
        self._base = base

    def paths(self) -> tuple[str, ...]:
        return ("index.html", "404.html", "id/barrier/shyness.html")

    def render(self, path: str) -> bytes:
        return f"{path} at {self._base}\n".encode()


class Failing(Fake):
    def render(self, path: str) -> bytes:
        raise ValueError("no such page")


class Straying(Fake):
    def paths(self) -> tuple[str, ...]:
        return ("../elsewhere.html",)


class Doubling(Fake):
    def paths(self) -> tuple[str, ...]:
        return ("void.ttl",)


def put(
    graph: KnowledgeGraph, folder: Path, *, pages: type[Fake] = Fake, base: str | None = BASE,
    endpoint: str | None = None, w3id: bool = False, workers: int = 1,
) -> Publication:  # fmt: skip
    wish = Wish(base=base, endpoint=endpoint, w3id=w3id)
    return publish(graph, folder, pages=pages, wish=wish, workers=workers)


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="session")
def published(small: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small graph, published with all that may be asked for."""
    folder = tmp_path_factory.mktemp("published") / "site"
    put(small, folder, endpoint=f"{BASE}sparql", w3id=True)
    return folder


def test_the_folder_has_pages_metadata_and_nanopublications(published: Path) -> None:
    found = set(files(published))

    assert {path for path in found if "/" not in path} == {
        ".barriergraph", ".nojekyll", "404.html", "CITATION.cff", "SHA256SUMS", "dcat.ttl",
        "feed.xml", "health", "index.html", "prov.ttl", "queries.ttl", "ro-crate-metadata.json",
        "robots.txt", "service.ttl", "sitemap.xml", "void.ttl",
    }  # fmt: skip
    assert {path for path in found if path.startswith(("w3id/", "id/barrier/"))} == {
        "id/barrier/shyness.html", "w3id/.htaccess", "w3id/README.md",
    }  # fmt: skip
    assert "id/finding/gull1990-1.nanopub.trig" in found
    assert (published / "index.html").read_text() == f"index.html at {BASE}\n"


def test_every_file_stands_in_the_sums_as_sha256sum_reads_them(published: Path) -> None:
    def listed(folder: Path) -> dict[str, str]:
        lines = (folder / "SHA256SUMS").read_text().splitlines()
        return {line[66:]: line[:64] for line in lines}

    def real(folder: Path) -> dict[str, str]:
        return {
            path: hashlib.sha256(data).hexdigest()
            for path, data in files(folder).items()
            if path != "SHA256SUMS"
        }

    assert listed(published) == real(published)
    assert listed(published / "dumps") == real(published / "dumps")


def test_each_dump_is_the_graph(small: KnowledgeGraph, published: Path) -> None:
    wanted = rdflib.Graph()
    for triple in small.to_rdflib().triples((None, None, None)):
        wanted.add(triple)
    wanted = to_isomorphic(wanted)

    wrong = []
    for ending, name in (("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml")):
        found = rdflib.Graph().parse(published / f"dumps/barriergraph.{ending}", format=name)
        if not isomorphic(found, wanted):
            wrong.append(ending)

    assert wrong == []


def test_dumps_that_keep_named_graphs_say_the_same(published: Path) -> None:
    forms = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}
    sizes = {
        (ending, which): len(
            set(parse(path=published / f"dumps/barriergraph{which}.{ending}", format=form))
        )
        for ending, form in forms.items()
        for which in ("", "-asserted")
    }

    assert len({size for (_, which), size in sizes.items() if which}) == 1
    assert len({size for (_, which), size in sizes.items() if not which}) == 1
    assert sizes["nq", ""] > sizes["nq", "-asserted"]


def test_asserted_dumps_have_what_the_files_say(small: KnowledgeGraph, published: Path) -> None:
    bare = load(*[one.path for one in small.modules], base=False, infer=False)
    sought = Dumps(bare.store, edition(bare.store)).make("dumps/barriergraph-asserted.nq")

    found = (published / "dumps/barriergraph-asserted.nq").read_bytes()

    assert found == sought["dumps/barriergraph-asserted.nq"]


def test_packed_dumps_hold_the_plain_ones(published: Path) -> None:
    dumps = files(published / "dumps")

    packed = {path[:-3]: gzip.decompress(dumps[path]) for path in dumps if path.endswith(".gz")}

    assert packed == {
        path: data for path, data in dumps.items()
        if not path.endswith(".gz") and path != "SHA256SUMS"
    }  # fmt: skip


def test_each_named_graph_has_a_dump(small: KnowledgeGraph, published: Path) -> None:
    found = {path for path in files(published / "dumps" / "graphs") if path.endswith(".ttl")}

    assert found == {
        f"{name.removeprefix('https://w3id.org/barriergraph/graph/')}.ttl"
        for name in small.named_graphs()
    }


def test_the_same_graph_gives_the_same_bytes(
    small: KnowledgeGraph, published: Path, tmp_path: Path
) -> None:
    put(small, tmp_path / "again", endpoint=f"{BASE}sparql", w3id=True)

    assert files(tmp_path / "again") == files(published)


def test_several_processes_give_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys; from barriergraph import load\n"
        "from barriergraph.publishing.publish import publish\n"
        "class Fake:\n"
        "    def __init__(self, graph, *, base=None): pass\n"
        "    def paths(self): return tuple(f'id/page-{n}.html' for n in range(200))\n"
        "    def render(self, path): return path.encode()\n"
        "graph = load(infer=False)\n"
        "for workers in (1, 2): publish(graph, sys.argv[workers], pages=Fake, workers=workers)\n"
    )
    one, two = tmp_path / "one", tmp_path / "two"

    subprocess.run([sys.executable, "-c", script, one, two], check=True)

    assert files(one) == files(two)
    assert (two / "id" / "page-199.html").read_text() == "id/page-199.html"


def test_addresses_are_left_out_where_the_site_has_none(
    small: KnowledgeGraph, tmp_path: Path
) -> None:
    put(small, tmp_path / "site", base=None)

    found = files(tmp_path / "site")
    assert {"sitemap.xml", "service.ttl", "w3id/.htaccess"} & set(found) == set()
    assert found["robots.txt"] == b"User-agent: *\nAllow: /\n"
    assert [path for path, data in found.items() if b"here.invalid" in data] == []


def test_a_folder_that_was_published_is_replaced(small: KnowledgeGraph, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    put(small, folder, w3id=True)

    put(small, folder)

    assert not (folder / "w3id").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_empty_folder_is_taken(small: KnowledgeGraph, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()

    put(small, folder)

    assert (folder / "void.ttl").is_file()


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (
            lambda folder: (folder.mkdir(), (folder / "thesis.txt").write_text("mine")),
            "was not made by 'barriergraph publish' and would be replaced; "
            "name another folder, or empty this one",
        ),
        (
            lambda folder: folder.write_text("mine"),
            "is not a folder; name another one, or one that is not there",
        ),
    ],
)
def test_what_was_not_published_is_never_replaced(
    small: KnowledgeGraph, tmp_path: Path, prepare: Callable[[Path], object], message: str
) -> None:
    folder = tmp_path / "site"
    prepare(folder)
    before = files(tmp_path)

    with pytest.raises(PublishError) as error:
        put(small, folder)

    assert str(error.value) == f"{folder}: {message}"
    assert files(tmp_path) == before


@pytest.mark.parametrize("added", ["CNAME", ".git/config", "id/barrier/mine.html"])
def test_what_was_added_to_a_published_folder_is_not_lost(
    small: KnowledgeGraph, tmp_path: Path, added: str
) -> None:
    folder = tmp_path / "site"
    put(small, folder)
    (folder / added).parent.mkdir(exist_ok=True)
    (folder / added).write_text("mine")
    before = files(tmp_path)

    with pytest.raises(PublishError, match="which was not published and would be lost"):
        put(small, folder)

    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        (Failing, "index.html: ValueError: no such page"),
        (Straying, "'../elsewhere.html' is no path below a folder"),
        (Doubling, "void.ttl: two parts of the site write it"),
    ],
)  # fmt: skip
def test_the_old_folder_is_kept_when_the_new_one_fails(
    small: KnowledgeGraph, tmp_path: Path, pages: type[Fake], message: str
) -> None:
    folder = tmp_path / "site"
    put(small, folder)
    before = files(tmp_path)

    with pytest.raises(PublishError) as error:
        put(small, folder, pages=pages)

    assert str(error.value) == message
    assert files(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_old_folder_is_kept_when_the_run_is_interrupted(
    small: KnowledgeGraph, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    put(small, folder)
    before = files(tmp_path)

    def interrupt(jobs: int) -> Callable[[int], None]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(small, folder, pages=Failing, workers=1, watch=interrupt)

    assert files(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("base", ["example.org", "ftp://example.org/", "https://e.org/?a#b"])
def test_an_address_that_is_none_is_refused(
    small: KnowledgeGraph, tmp_path: Path, base: str
) -> None:
    with pytest.raises(PublishError) as error:
        put(small, tmp_path / "site", base=base)

    assert str(error.value) == (
        f"{base!r} is no address of a site; write one like https://example.org/graph/"
    )


def test_the_research_object_lists_what_is_there(published: Path) -> None:
    document = json.loads((published / "ro-crate-metadata.json").read_text(encoding="utf-8"))

    by_id = {one["@id"]: one for one in document["@graph"]}
    parts = {one["@id"] for one in by_id["./"]["hasPart"]}
    assert by_id["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    assert [path for path in parts if not (published / path).exists()] == []
    assert {path for path in parts if by_id[path]["@type"] == "File"} == {
        path for path in parts if (published / path).is_file()
    }
    assert {
        path: by_id[path]["sha256"] for path in parts if by_id[path]["@type"] == "File"
    } == {
        path: hashlib.sha256((published / path).read_bytes()).hexdigest()
        for path in parts
        if (published / path).is_file()
    }  # fmt: skip


def test_the_sitemap_names_the_pages(published: Path) -> None:
    root = ET.fromstring((published / "sitemap.xml").read_bytes())

    assert [one.text for one in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")] == [
        f"{BASE}id/barrier/shyness.html",
        BASE,
    ]


def test_a_long_sitemap_is_parted_under_an_index() -> None:
    found = sitemaps(["c.html", "a.html", "b.html", "a.ttl"], "https://example.org/", most=2)

    locations = {
        path: [one.text for one in ET.fromstring(data).iter() if one.tag.endswith("loc")]
        for path, data in found.items()
    }
    at = "https://example.org/"
    assert locations == {
        "sitemap.xml": [f"{at}sitemap-1.xml", f"{at}sitemap-2.xml"],
        "sitemap-1.xml": [f"{at}a.html", f"{at}b.html"],
        "sitemap-2.xml": [f"{at}c.html"],
    }


def test_the_feed_tells_versions_with_the_days_that_are_known(small: KnowledgeGraph) -> None:
    text = (
        "# Changelog\n\n## 0.2.0 (unreleased)\n\n- Not yet.\n\n## 0.1.0 (unreleased)\n\n"
        "- Has `run` &\n  more.\n\n## 0.0.1 (2020-02-03)\n\n- First.\n"
    )

    root = ET.fromstring(feed(text, edition(small.store, {}), base=BASE) or b"")

    told = [
        tuple(str(entry.findtext(ATOM + name)) for name in ("title", "updated", "content"))
        for entry in root.iter(f"{ATOM}entry")
    ]
    assert told == [
        (
            "barriergraph 0.1.0",
            "2026-11-25T00:00:00Z",
            "<ul><li>Has <code>run</code> &amp; more.</li></ul>",
        ),
        ("barriergraph 0.0.1", "2020-02-03T00:00:00Z", "<ul><li>First.</li></ul>"),
    ]
    assert root.findtext(f"{ATOM}updated") == "2026-11-25T00:00:00Z"


def test_there_is_no_feed_where_no_day_is_known(small: KnowledgeGraph) -> None:
    assert feed("## 9.0.0 (unreleased)\n\n- x\n", edition(small.store), base=None) is None


def test_the_changelog_that_ships_can_be_told() -> None:
    text = (Path(__file__).parent.parent / "CHANGELOG.md").read_text(encoding="utf-8")

    assert [one.version for one in releases(text)][-1] == "0.1.0"


def test_the_citation_file_has_the_version_and_the_address(small: KnowledgeGraph) -> None:
    text = "cff-version: 1.2.0\nversion: 9\nauthors:\n  - name: A\n"

    assert citation(text, edition(small.store), BASE).decode() == (
        f"cff-version: 1.2.0\nauthors:\n  - name: A\nversion: 0.1.0\nurl: {BASE}\n"
    )


def test_robots_are_led_to_the_sitemap() -> None:
    assert robots(BASE) == (
        b"User-agent: *\nAllow: /\n\nSitemap: https://example.org/graph/sitemap.xml\n"
    )


def test_the_command_publishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = types.ModuleType("barriergraph.site")
    site.Site = Fake  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "barriergraph.site", site)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    folder = tmp_path / "site"

    code = main(["publish", str(folder), "--base", BASE, "--w3id", "--asserted-only"])

    found = files(folder)
    size = sum(len(data) for path, data in found.items() if path != "SHA256SUMS") / 1e6
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert out == f"{len(found) - 1} files, {size:.1f} MB, in {folder}\n"
    assert "dumps/barriergraph-asserted.nq.gz" in found
    assert "dumps/barriergraph.nq.gz" not in found


def test_the_command_needs_an_address_for_redirects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = types.ModuleType("barriergraph.site")
    site.Site = Fake  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "barriergraph.site", site)

    code = main(["publish", str(tmp_path / "site"), "--w3id"])

    assert (code, capsys.readouterr().err) == (
        2,
        "barriergraph: redirects need to know where to; give the address of the site (--base)\n",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_stopped_command_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    script = (
        "import signal, sys, time, types\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Site:\n"
        "    def __init__(self, graph, *, base=None): pass\n"
        "    def paths(self): return tuple(f'{n}.html' for n in range(2000))\n"
        "    def render(self, path):\n"
        "        time.sleep(0.05)\n"
        "        return b'page'\n"
        "site = sys.modules['barriergraph.site'] = types.ModuleType('barriergraph.site')\n"
        "site.Site = Site\n"
        "from barriergraph.cli import main\n"
        "sys.exit(main(['publish', sys.argv[1], '--asserted-only']))\n"
    )
    folder = tmp_path / "site"
    running = subprocess.Popen([sys.executable, "-c", script, folder])
    try:
        for _ in range(600):
            if any(tmp_path.glob("site.partial-*/dumps")) or running.poll() is not None:
                break
            time.sleep(0.05)
        running.send_signal(signal.Signals[name])
        code = running.wait(60)
    finally:
        running.kill()

    assert (code, list(tmp_path.iterdir())) == (130, [])

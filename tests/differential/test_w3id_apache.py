"""The redirects for w3id.org, asked of a real Apache: every kind of IRI by what a client accepts.

The addresses were worked out by hand. The server is an instance of its own on a free port of
loopback; no service of the system is touched.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from barriergraph.publishing.w3id import htaccess

BASE = "https://example.org/graph/"
MODULES = Path("/usr/lib/apache2/modules")

APACHE = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
pytestmark = pytest.mark.skipif(
    APACHE is None or not MODULES.is_dir(), reason="needs Debian's apache2, which is not installed"
)

_CONFIG = """\
ServerRoot "{root}"
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile "{root}/pid"
ErrorLog "{root}/error.log"
LogLevel warn
Mutex file:{root} default
{user}
{modules}
DocumentRoot "{root}/www"
<Directory "{root}/www">
    AllowOverride All
    Require all granted
</Directory>
"""

_MODULES = ("mpm_event", "authz_core", "rewrite", "headers", "dir", "mime", "negotiation")


@pytest.fixture(scope="module")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of an Apache that serves the redirects below `/barriergraph/`, as w3id.org does."""
    root = tmp_path_factory.mktemp("apache")
    for folder in (root, *root.parents[:2]):
        folder.chmod(0o755)  # its processes are of another user when it is started by root
    www = root / "www" / "barriergraph"
    www.mkdir(parents=True)
    (www / ".htaccess").write_text(htaccess(BASE), encoding="utf-8")
    (root / "mime.types").write_text("text/html html\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    modules = [
        f"LoadModule {name}_module {MODULES}/mod_{name}.so"
        for name in _MODULES
        if (MODULES / f"mod_{name}.so").exists()
    ]
    modules.append(f'TypesConfig "{root}/mime.types"')
    user = "User www-data\nGroup www-data" if Path.home() == Path("/root") else ""
    config = root / "apache.conf"
    config.write_text(_CONFIG.format(root=root, port=port, modules="\n".join(modules), user=user))
    server = subprocess.Popen(
        [str(APACHE), "-f", str(config), "-D", "FOREGROUND"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Accept": ""})
    try:
        for _ in range(100):
            if server.poll() is not None:
                pytest.fail(f"apache2 did not start: {server.stdout and server.stdout.read()}")
            try:
                client.get("/")
                break
            except httpx.ConnectError:
                time.sleep(0.05)
        yield client
    finally:
        client.close()
        server.terminate()
        server.wait(10)
        if server.stdout is not None:
            server.stdout.close()


def leads(apache: httpx.Client, path: str, accept: str | None) -> str:
    """Return where an IRI leads, relative to the site, or the status if it leads nowhere."""
    request = apache.build_request("GET", f"/barriergraph/{path}")
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    response = apache.send(request)
    if response.status_code != 303:
        return str(response.status_code)
    return response.headers["location"].removeprefix(BASE)


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
THING = "id/barrier/fear-of-sharing"

#: What a client accepts -> the ending of the form that it gets of a thing with all five forms.
ACCEPT = {
    None: "html",
    "*/*": "html",
    BROWSER: "html",
    "text/html": "html",
    "text/turtle": "ttl",
    "TEXT/Turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/n-triples": "nt",
    # q-values, as numbers
    "text/html;q=0.5, text/turtle": "ttl",
    "text/turtle, text/html;q=0.5": "ttl",
    "text/turtle;q=0.9, application/ld+json;q=0.95": "jsonld",
    "text/turtle;q=0.90, application/ld+json;q=0.9": "ttl",
    "text/turtle;q=0.123, application/rdf+xml;q=0.124": "rdf",
    "text/html;q=1.000, text/turtle": "html",
    "text/html;q=0.999, text/turtle;q=1.0": "ttl",
    "text/turtle ; q=0.2 , application/n-triples ; q=0.3": "nt",
    "application/ld+json;profile=x;q=0.2, text/turtle;q=0.3": "ttl",
    "application/ld+json;profile=x, text/turtle;q=0.3": "jsonld",
    # what is refused, and ranges
    "text/html;q=0, */*": "ttl",
    "text/html;q=0.0, text/turtle;q=0, */*;q=0.1": "jsonld",
    "*/*;q=0.1, text/turtle;q=0.5": "ttl",
    "text/*": "html",
    "text/*;q=0.5, application/rdf+xml": "rdf",
    "text/*, text/html;q=0.1": "ttl",
    "application/*": "jsonld",
    "application/*;q=0.4, */*;q=0.3, text/html;q=0.2, text/turtle;q=0.1": "jsonld",
    "image/png": "406",
    "text/html;q=0": "406",
    "*/*;q=0": "406",
    "application/n-triples;q=0.001, */*;q=0": "nt",
    # what Java and Python libraries send
    "text/turtle, application/x-turtle;q=0.9, application/rdf+xml;q=0.8, */*;q=0.1": "ttl",
    "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1": "rdf",
}


@pytest.mark.parametrize(("accept", "ending"), ACCEPT.items(), ids=lambda value: str(value))
def test_a_thing_is_had_in_the_form_that_is_liked_best(
    apache: httpx.Client, accept: str | None, ending: str
) -> None:
    wanted = ending if ending.isdigit() else f"{THING}.{ending}"

    assert leads(apache, THING, accept) == wanted


#: path -> where it leads for HTML, for Turtle, for JSON-LD and for N-Triples
PATHS = {
    "": ("",) * 4,
    "id/finding/key-finding-6": tuple(
        f"id/finding/key-finding-6.{ending}" for ending in ("html", "ttl", "jsonld", "nt")
    ),
    "ontology": ("ontology.html", "ontology.ttl", "ontology.jsonld", "ontology.nt"),
    "ontology/0.1.0": tuple(
        f"ontology/0.1.0.{ending}" for ending in ("html", "ttl", "jsonld", "nt")
    ),
    "ontology/alignments": tuple(
        f"ontology/alignments.{ending}" for ending in ("html", "ttl", "jsonld", "nt")
    ),
    "shapes": ("shapes.html", "shapes.ttl", "shapes.jsonld", "shapes.nt"),
    "query/gaps": ("queries/gaps.html", "queries.ttl", "406", "406"),
    "graph/data/sources/dawes1996": (
        "graph/data/sources/dawes1996.html", "graph/data/sources/dawes1996.ttl", "406", "406",
    ),
    "graph/inferred/prp-inv1-foundBy": (
        "graph/inferred/prp-inv1-foundBy.html", "graph/inferred/prp-inv1-foundBy.ttl", "406", "406",
    ),
    "graph/module/mine/data/a%20file": (
        "graph/module/mine/data/a%20file.html", "graph/module/mine/data/a%20file.ttl", "406", "406",
    ),
    "id/finding/dawes1996-1/nanopub": ("id/finding/dawes1996-1.nanopub.trig",) * 4,
    "void": ("void.ttl",) * 4,
    "dcat": ("dcat.ttl",) * 4,
    "prov": ("prov.ttl",) * 4,
    "id/barrier/fear-of-sharing.jsonld": ("id/barrier/fear-of-sharing.jsonld",) * 4,
    "ontology.rdf": ("ontology.rdf",) * 4,
    "ontology/0.1.0.ttl": ("ontology/0.1.0.ttl",) * 4,
    "queries/gaps/results.csv": ("queries/gaps/results.csv",) * 4,
    "dumps/barriergraph.nq.gz": ("dumps/barriergraph.nq.gz",) * 4,
    "map.html": ("map.html",) * 4,
    "ontologist": ("ontologist",) * 4,
    "search.html?q=fear": ("search.html?q=fear",) * 4,
}  # fmt: skip


@pytest.mark.parametrize(("path", "wanted"), PATHS.items(), ids=lambda value: str(value))
def test_every_kind_of_iri_leads_to_the_site(
    apache: httpx.Client, path: str, wanted: tuple[str, ...]
) -> None:
    kinds = ("text/html", "text/turtle", "application/ld+json", "application/n-triples")

    assert tuple(leads(apache, path, kind) for kind in kinds) == wanted


def test_a_redirect_tells_caches_and_browsers_what_it_depends_on(apache: httpx.Client) -> None:
    response = apache.get(f"/barriergraph/{THING}", headers={"Accept": "text/turtle"})

    assert (response.headers["vary"], response.headers["access-control-allow-origin"]) == (
        "Accept", "*",
    )  # fmt: skip

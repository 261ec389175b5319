"""The redirects with which w3id.org leads from the IRIs of the graph to a published site."""

from __future__ import annotations

from collections.abc import Iterator

from barriergraph.edition import TITLE, Edition

#: ending -> (variable of Apache, media type), what is liked best first where a client does not care
_OFFERED = {
    "html": ("Q_HTML", "text/html"),
    "ttl": ("Q_TTL", "text/turtle"),
    "jsonld": ("Q_JSONLD", "application/ld+json"),
    "rdf": ("Q_RDF", "application/rdf+xml"),
    "nt": ("Q_NT", "application/n-triples"),
}

_ENDINGS = "|".join([*_OFFERED, "trig", "csv", "json"])

_HEAD = """\
# Redirects of https://w3id.org/barriergraph/ to {base}
# Written by 'barriergraph publish --w3id'; the README.md beside this file explains it.

Options +FollowSymLinks -Indexes -MultiViews
RewriteEngine On

<IfModule mod_headers.c>
    Header always set Access-Control-Allow-Origin "*"
    Header always merge Vary "Accept"
</IfModule>

# What is one file, whatever the client likes.
RewriteRule ^$ {base} [R=303,L]
RewriteRule ^((?:graph|id|ontology|queries|shapes)(?:/.*)?\\.(?:{endings}))$ {base}$1 [R=303,L]
RewriteRule ^(id/[^/]+/[^/]+)/nanopub$ {base}$1.nanopub.trig [R=303,L]
RewriteRule ^(void|dcat|prov)$ {base}$1.ttl [R=303,L]
RewriteRule !^(?:graph|id|ontology|query|shapes)(?:/|$) - [S={skipped}]
"""

_README = """\
# barriergraph

{title}.

`.htaccess` redirects the IRIs below https://w3id.org/barriergraph/ with 303 (See Other) to
{base} (version {version}).

| IRI | leads to |
|---|---|
| `/id/KIND/NAME`, `/shapes` | `.html`, `.ttl`, `.jsonld`, `.rdf` or `.nt` behind it, by `Accept` |
| `/ontology`, `/ontology/VERSION` | the same |
| `/graph/NAME` | `.html` or `.ttl` behind it, by `Accept` |
| `/query/NAME` | `/queries/NAME.html`, or `/queries.ttl`, by `Accept` |
| `/id/finding/NAME/nanopub` | `/id/finding/NAME.nanopub.trig` |
| `/void`, `/dcat`, `/prov` | `.ttl` behind it |
| anything else | the same path |

Quality values are compared as numbers, and what is more particular goes before `text/*` and `*/*`.
Where a client likes two forms equally, or says nothing, HTML goes before Turtle, JSON-LD, RDF/XML
and N-Triples. A client that accepts none of them gets 406.

What rules of mod_rewrite cannot do: read a comma inside a quoted parameter of `Accept`, tell one
media type with a parameter (`application/ld+json;profile=…`) from the same without it, and say 404
for a name that the graph does not have; the site says that. Apache 2.4 or later is needed.

Contact: whoever sends these files to https://github.com/perma-id/w3id.org adds their GitHub account
here.
"""


def w3id_files(base: str, told: Edition) -> dict[str, bytes]:
    """Return the files for w3id.org, by path, given the address of the site, which ends in '/'."""
    readme = _README.format(title=TITLE, base=base, version=told.version)
    return {"w3id/.htaccess": htaccess(base).encode(), "w3id/README.md": readme.encode()}


def htaccess(base: str) -> str:
    """Return the rules for Apache that lead from `https://w3id.org/barriergraph/…` to a site.

    The first rule that matches wins. What the client likes is weighed in variables: each media
    range of `Accept` that matches sets the weight of the forms it means, the more particular ones
    later, and then the heaviest form is taken. Weights are compared as texts: without the zeros at
    their end, decimal fractions and 1 are ordered so, too.

    Source: HTTP Semantics, section 12.5.1, https://www.rfc-editor.org/rfc/rfc9110#field.accept,
    and https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html
    """
    where = base.replace("\\", "\\\\").replace("$", "\\$").replace("%", "\\%")
    weighing, leading = list(_weighing()), list(_leading(where))
    rules = sum(line.startswith("RewriteRule") for line in (*weighing, *leading))
    lines = [
        _HEAD.format(base=where, endings=_ENDINGS, skipped=rules).rstrip("\n"),
        *weighing,
        *leading,
        "",
        "# Anything else is where it is on the site.",
        f"RewriteRule ^(.*)$ {where}$1 [R=303,L]",
        "",
    ]
    return "\n".join(lines)


def _weighing() -> Iterator[str]:
    """Yield the rules that weigh the forms by `Accept`."""
    ranges = {"*/*": [name for name, _ in _OFFERED.values()]}
    for name, media_type in _OFFERED.values():
        ranges.setdefault(f"{media_type.partition('/')[0]}/*", []).append(name)
    ranges |= {media_type: [name] for name, media_type in _OFFERED.values()}
    yield "\n# How much the client likes each form: 1, or its q-value; nothing said is */*."
    yield "RewriteCond %{HTTP:Accept} ^$"
    yield f"RewriteRule ^ - [{_set(ranges['*/*'], '1')}]"
    for media_range, names in ranges.items():
        pattern = media_range.replace("*", "\\*").replace("+", "\\+").replace(".", "\\.")
        start = f"(?:^|,)\\s*{pattern}\\s*"
        yield f"RewriteCond %{{HTTP:Accept}} {start}(?:[,;]|$) [NC]"
        yield f"RewriteRule ^ - [{_set(names, '1')}]"
        yield (
            f"RewriteCond %{{HTTP:Accept}} {start}(?:;[^,]*?)?;\\s*q\\s*=\\s*"
            "(0(?:\\.[0-9]*[1-9])?) [NC]"
        )
        yield f"RewriteRule ^ - [{_set(names, '%1')}]"
    yield "\n# The form that is liked best; the first of several."
    yield "RewriteRule ^ - [E=Q:0]"
    for ending, (name, _) in _OFFERED.items():
        yield f"RewriteCond expr \"reqenv('{name}') > reqenv('Q')\""
        yield f"RewriteRule ^ - [E=Q:%{{ENV:{name}}},E=FORM:{ending}]"
        if ending == "ttl":  # some things have these two forms only
            yield "RewriteRule ^ - [E=PAGE:%{ENV:FORM}]"


def _leading(where: str) -> Iterator[str]:
    """Yield the rules that lead on to the form that is liked best, or say that there is none."""
    yield "\n# Stored queries and named graphs have a page and Turtle."
    yield "RewriteCond %{ENV:PAGE} =html"
    yield f"RewriteRule ^query/([^/]+)$ {where}queries/$1.html [R=303,L]"
    yield "RewriteCond %{ENV:PAGE} =ttl"
    yield f"RewriteRule ^query/([^/]+)$ {where}queries.ttl [R=303,L]"
    yield "RewriteCond %{ENV:PAGE} !^$"
    yield f"RewriteRule ^(graph/.+)$ {where}$1.%{{ENV:PAGE}} [R=303,L]"
    yield "\n# Everything else has all forms."
    yield "RewriteCond %{ENV:FORM} !^$"
    yield f"RewriteRule ^(id/.+|ontology(?:/.+)?|shapes)$ {where}$1.%{{ENV:FORM}} [R=303,L]"
    yield "RewriteRule ^(?:(?:graph|id)/.+|ontology(?:/.+)?|query/[^/]+|shapes)$ - [R=406,L]"


def _set(names: list[str], value: str) -> str:
    return ",".join(f"E={name}:{value}" for name in names)

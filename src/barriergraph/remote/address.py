"""Where an endpoint is, and who asks there; a password is never told on."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from barriergraph.errors import EndpointError
from barriergraph.values import Value

SCHEMES = ("http", "https")

#: Who asks, as it stands before the host. A password may hold what else ends it, such as '/'.
_ASKING = re.compile(r"(?<=//)[^/?#]*@|(?<=//)[^/?#:]*:[^?#]*@")

#: What stands for itself in an address; everything else is percent-encoded.
_PLAIN = "%/:?#[]@!$&'()*+,;=-._~|"


class Address(Value):
    """An address without who asks, and the `user` and `password` that it was given with.

    As text it is the address with the two masked.
    """

    __slots__ = ("url", "user", "password")

    url: str
    user: str | None
    password: str

    def __str__(self) -> str:
        return self.url if self.user is None else self.url.replace("//", "//***@", 1)

    def __repr__(self) -> str:
        return f"Address({str(self)!r})"


def address(text: str) -> Address:
    """Return the address of an endpoint, taken apart.

    Raises: EndpointError for anything that is not an http or https address.

    >>> address("http://ada:secret@127.0.0.1:7878/query")
    Address('http://***@127.0.0.1:7878/query')
    >>> address("http://ada:s%40@localhost/query").password
    's@'
    """
    try:
        parts = urlsplit(text)
        if parts.scheme not in SCHEMES:
            raise EndpointError(
                masked(text), "an endpoint has an address that begins with http:// or https://"
            )
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or port == 0 or any(char <= " " or char == "\x7f" for char in text):
        raise EndpointError(masked(text), "this is no address; write http://HOST:PORT/PATH")
    asking, _, place = parts.netloc.rpartition("@")
    user, _, password = asking.partition(":")
    url = parts._replace(netloc=place, fragment="").geturl()
    return Address(
        url=quote(url, safe=_PLAIN),
        user=unquote(user) if asking else None,
        password=unquote(password),
    )


def masked(text: str) -> str:
    """Return a text with who asks left out of its address, even where it is no good address.

    >>> masked("ftp://ada:se/cret@host/file"), masked("http://host/?mail=a@b")
    ('ftp://***@host/file', 'http://host/?mail=a@b')
    """
    return _ASKING.sub("***@", text, count=1)


def origin(url: str) -> tuple[str, str | None, int]:
    """Return scheme, host and port of an address.

    >>> origin("http://localhost/sparql") == origin("http://LOCALHOST:80/")
    True
    """
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)

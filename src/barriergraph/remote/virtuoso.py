"""What Virtuoso does in its own way."""

from __future__ import annotations

_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"


def with_plain_booleans(results: bytes) -> bytes:
    """Return JSON results with each truth value as true or false, where Virtuoso has 1 or 0.

    Results that cannot be read are returned as they are.

    >>> one = '{"type": "literal", "datatype": "http://www.w3.org/2001/XMLSchema#boolean"'
    >>> found = f'{{"results": {{"bindings": [{{"x": {one}, "value": "1"}}}}]}}}}'
    >>> b'"value": "true"' in with_plain_booleans(found.encode())
    True
    """
    from json import dumps, loads

    if _BOOLEAN.encode() not in results:
        return results
    try:
        document = loads(results)
        for row in document["results"]["bindings"]:
            for term in row.values():
                if term.get("datatype") == _BOOLEAN and term["value"] in ("0", "1"):
                    term["value"] = "true" if term["value"] == "1" else "false"
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return results
    return dumps(document).encode()

"""The verbs that write to, and look at, a SPARQL engine elsewhere: load, derive, find out."""

from __future__ import annotations

import sys

from barriergraph.errors import QueryError
from barriergraph.output import progress, write
from barriergraph.verbs import Content, write_table


def push(
    content: Content, endpoint: str, *, update: str | None, store: str | None, user: str | None
) -> bool:
    """Load the graph into an endpoint, telling each named graph on stderr."""
    from barriergraph.pushing import push, target

    where = target(endpoint, update=update, store=store, user=user)
    graph = content.load()
    with progress("loading") as tell:
        loaded, skipped = push(graph.store, where, tell=tell)
    write(f"{loaded} named graphs loaded, {skipped} were there already")
    return True


def infer(
    endpoint: str, *, update: str | None, user: str | None, fresh: bool, timeout: float
) -> bool:
    """Derive in an endpoint what follows from what it has, and tell how much is new."""
    from barriergraph.inferring import infer
    from barriergraph.remote import target

    with progress("deriving") as tell:
        new = infer(
            target(endpoint, update=update, user=user), fresh=fresh, timeout=timeout, tell=tell
        )
    write(f"{new} statements derived")
    return True


def doctor(content: Content, *, format: str | None) -> bool:
    """Write what the endpoint can do, and which stored queries it answers as this engine does."""
    from barriergraph.doctor import abilities, answers, to_table

    if content.endpoint is None:
        raise QueryError("which engine is to be looked at? Add --endpoint URL")
    here = Content(
        modules=content.modules, asserted_only=False, endpoint=None, store=None, fetch=False
    ).load()
    there = content.load()
    found = list(abilities(there))
    *there_whole, derived = (one.verdict == "right" for one in found[:3])
    if all(there_whole) and derived:
        with progress("asking") as tell:
            found += answers(here, there, tell)
    write_table(to_table(found), format)
    wrong = {one.name for one in found if one.verdict != "right"}
    if not all(there_whole):
        print(
            "barriergraph: the graph is not there as a whole; load it with 'barriergraph push "
            "--endpoint URL', and see that queries are asked of the union of the named graphs",
            file=sys.stderr,
        )
    elif not derived:
        print(
            "barriergraph: what follows from the graph is not there; derive it with 'barriergraph "
            "infer --endpoint URL'",
            file=sys.stderr,
        )
    else:
        asked = set(here.queries)
        right = len(asked - wrong)
        others = "; --fetch has 'run' answer the others here" if right < len(asked) else ""
        print(
            f"barriergraph: {right} of {len(asked)} stored queries right{others}", file=sys.stderr
        )
    return not wrong

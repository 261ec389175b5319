"""Which edition of the graph this is: its maker, version, licence and dates, as it says itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode, Store

from barriergraph.errors import BarrierGraphError
from barriergraph.namespaces import BASE, ONTOLOGY
from barriergraph.rdf import named
from barriergraph.values import Value

#: The data set, and those who make it; what `…/void` says of them is found at these IRIs.
DATASET = f"{BASE}void#dataset"
CONTRIBUTORS = f"{BASE}void#contributors"

#: What the data set is called, and what it is about, in one line each.
TITLE = "barriergraph: a knowledge graph of barriers to information sharing between public services"
DESCRIPTION = (
    "What stops, and what helps, public services sharing information: for whom, where, and on what "
    "evidence. Findings of reports and research in our own words, each with its source."
)

LICENSE = "https://creativecommons.org/licenses/by/4.0/"

_XSD = "http://www.w3.org/2001/XMLSchema#"


class Edition(Value):
    """What the ontology says of itself, and the moment at which the edition counts as made.

    `created`, `modified` and `moment` are None where nothing is said of them.
    """

    __slots__ = ("created", "creator", "modified", "moment", "version")

    creator: str
    version: str
    created: str | None
    modified: str | None
    moment: datetime | None

    def when(self) -> Literal | None:
        """Return the moment as a literal of xsd:dateTime, or None when none is known."""
        return None if self.moment is None else date_time(self.moment)


def edition(store: Store, environment: Mapping[str, str] | None = None) -> Edition:
    """Return the edition that a store holds.

    Its moment is that of `SOURCE_DATE_EPOCH`, if that is set, else the day on which the ontology
    says that it was modified: never that of a clock, so that the same files give the same bytes.

    Raises: BarrierGraphError for a `SOURCE_DATE_EPOCH` that is no count of seconds.

    >>> from barriergraph import load
    >>> edition(load().store).version
    '0.1.0'

    Source: https://reproducible-builds.org/specs/source-date-epoch/
    """
    from barriergraph import __version__

    def said(curie: str) -> str | None:
        quads = store.quads_for_pattern(NamedNode(ONTOLOGY), named(curie), None, None)
        return min((q.object.value for q in quads if isinstance(q.object, Literal)), default=None)

    modified = said("dcterms:modified")
    return Edition(
        creator=said("dcterms:creator") or "The barriergraph contributors",
        version=said("owl:versionInfo") or __version__,
        created=said("dcterms:created"),
        modified=modified,
        moment=_moment(os.environ if environment is None else environment, modified),
    )


def date_time(moment: datetime) -> Literal:
    """Return a moment as a literal of xsd:dateTime, in UTC."""
    return Literal(text_of(moment), datatype=NamedNode(f"{_XSD}dateTime"))


def text_of(moment: datetime) -> str:
    """Return a moment as ISO 8601 writes it.

    >>> text_of(datetime(2026, 11, 25, tzinfo=UTC))
    '2026-11-25T00:00:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(environment: Mapping[str, str], modified: str | None) -> datetime | None:
    epoch = environment.get("SOURCE_DATE_EPOCH")
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError):
            raise BarrierGraphError(
                f"SOURCE_DATE_EPOCH is {epoch!r}; give it in whole seconds since 1970, or unset it"
            ) from None
    return None if modified is None else datetime.fromisoformat(modified).replace(tzinfo=UTC)

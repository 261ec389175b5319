"""Running checks on an engine elsewhere, and here those that it answers wrongly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from barriergraph.errors import EndpointError, QueryError
from barriergraph.validation.gates import Gates
from barriergraph.validation.run import FEW, Found, Runner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.remote import RemoteStore
    from barriergraph.remote.fetching import Fetching
    from barriergraph.validation.plans import Check
    from barriergraph.validation.run import Graphs
    from barriergraph.validation.shapes import Shapes, Term

#: When an engine elsewhere gives no answer so often in a row, it is not asked any more.
SILENT = 3


class Elsewhere(Runner):
    """Runs checks on the given graphs of an endpoint, or on its default graph when None are given.

    A check that its engine is known to answer wrongly is made here, from what it needs of the
    endpoint; one that can be made neither there nor here is `refused`. Where single focus nodes are
    asked about, an engine that refuses one check ends them all.
    """

    def __init__(self, store: RemoteStore, shapes: Shapes, graphs: Graphs | None) -> None:
        super().__init__(store, shapes, graphs)  # type: ignore[arg-type]
        self._remote = store

    def run(self, checks: Iterable[Check], focus: Collection[Term] | None) -> list[Found]:
        """Return the faults, those of the given focus nodes only if there are any."""
        from barriergraph.remote.fetching import Fetching

        listed = list(checks)
        doubts = [self._remote.doubt_check(_name(check)) for check in listed]
        pairs = list(zip(listed, doubts, strict=True))
        found = super().run([check for check, doubt in pairs if doubt is None], focus)
        fetching = Fetching(self._remote, self._graphs)
        doubtful = [(check, doubt) for check, doubt in pairs if doubt is not None]
        return found + list(
            self._tried(doubtful, lambda check, doubt: self._here(check, doubt, focus, fetching))
        )

    def _all(self, checks: list[Check]) -> Iterator[Found]:
        gates = Gates(self.rows, self._has, checks, FEW)
        pairs = [(check, "") for check in checks]
        return self._tried(pairs, lambda check, _: list(self._past(gates, check)))

    def _tried(
        self, checks: list[tuple[Check, str]], faults: Callable[[Check, str], list[Found]]
    ) -> Iterator[Found]:
        """Return the faults of checks, each with its doubt; those that fail are refused."""
        silent = 0  # how often in a row the engine gave no answer
        for check, doubt in checks:
            try:
                found = faults(check, doubt)
            except (EndpointError, QueryError) as error:
                silent = silent + 1 if isinstance(error, EndpointError) else 0
                if silent == SILENT and (self._remote.fetches or not doubt):
                    raise  # of those in doubt the others are told, though none can be fetched
                self.refused.append((check, f"{doubt} ({error})" if doubt else str(error)))
            else:
                silent = 0
                yield from found

    def _here(
        self, check: Check, doubt: str, focus: Collection[Term] | None, fetching: Fetching
    ) -> list[Found]:
        """Return the faults of a check, found here in what it needs of the endpoint."""
        from barriergraph.remote.fetching import TOO_MANY

        size = fetching.fetch(*(text for text in (check.text, check.each) if text))
        if size is None:
            raise QueryError(TOO_MANY)
        self.fetched.append((check, doubt, size))
        return Runner(fetching.found, self._shapes, None).run([check], focus)


def _name(check: Check) -> str:
    return getattr(check.shape.node, "value", "")

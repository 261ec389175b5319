"""Connections that stall are closed, so that clients which hang do not use up the descriptors."""

from __future__ import annotations

import asyncio

#: How long a client may send, or take, nothing of what is waited for, in seconds.
PATIENCE = 30.0


def patient() -> type[asyncio.Protocol]:
    """Return uvicorn's protocol of HTTP, which by itself waits for ever.

    A connection is closed that sends no whole head of a request, or takes nothing of its answer,
    for PATIENCE seconds; it is looked at as often, so that it may last twice as long. One whose
    query is being answered is never closed.
    """
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    class Patient(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self._seen = (self.cycle, 0)
            self._look_later()

        def connection_lost(self, error: Exception | None) -> None:
            self._looking.cancel()
            super().connection_lost(error)

        def _look_later(self) -> None:
            self._looking = self.loop.call_later(PATIENCE, self._look)

        def _look(self) -> None:
            unread = self.transport.get_write_buffer_size()
            waits = self.cycle is None or self.cycle.response_complete or unread
            if waits and self._seen == (self.cycle, unread):
                self.transport.abort()
            else:
                self._seen = (self.cycle, unread)
                self._look_later()

    return Patient

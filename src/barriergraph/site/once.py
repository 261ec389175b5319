"""What takes seconds in a large graph, worked out by one thread while the others wait for it."""

from __future__ import annotations

from functools import cached_property
from threading import RLock
from typing import Any, TypeVar

T = TypeVar("T")


class once(cached_property[T]):  # noqa: N801
    """A property that is worked out once, also where several threads ask for it at a time.

    `functools.cached_property` lets each of them work it out, since Python 3.12.

    >>> class Drawer:
    ...     @once
    ...     def content(self) -> list[str]:
    ...         print("looking")
    ...         return ["socks"]
    >>> drawer = Drawer()
    >>> drawer.content is drawer.content
    looking
    True
    """

    def __set_name__(self, owner: type[Any], name: str) -> None:
        super().__set_name__(owner, name)
        self._turn = RLock()

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> T:  # type: ignore[override]
        if instance is None:
            return self  # type: ignore[return-value]
        with self._turn:
            kept: dict[str | None, T] = instance.__dict__
            if self.attrname in kept:  # by another thread meanwhile
                return kept[self.attrname]
            made: T = super().__get__(instance, owner)
            return made

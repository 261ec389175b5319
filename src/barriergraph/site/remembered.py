"""What was made last, kept up to a size in all."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


class Remembered(Generic[T]):
    """Values by key; those that were asked for longest ago make room for new ones.

    `size` weighs a value, and all together weigh `most` at most; one that is heavier is kept alone.
    Several threads may ask.

    >>> bodies = Remembered(6, len)
    >>> for key in ("one", "two", "three"):
    ...     _ = bodies.keep(key, key)
    >>> bodies.get("one"), bodies.get("two"), bodies.get("three")
    (None, None, 'three')
    >>> bodies.keep("all", "a long answer")
    'a long answer'
    >>> bodies.get("three"), bodies.get("all"), bodies.weight
    (None, 'a long answer', 6)
    """

    def __init__(self, most: int, size: Callable[[T], int]) -> None:
        self._kept: LRUCache[Hashable, T] = LRUCache(most, lambda value: min(size(value), most))
        self._turn = Lock()

    @property
    def weight(self) -> int:
        """What is kept weighs together; a value heavier than all may weigh counts as that."""
        return int(self._kept.currsize)

    def get(self, key: Hashable) -> T | None:
        """Return what is kept by a key, or None."""
        with self._turn:
            return self._kept.get(key)

    def keep(self, key: Hashable, value: T) -> T:
        """Keep a value, and return it."""
        with self._turn:
            self._kept[key] = value
        return value

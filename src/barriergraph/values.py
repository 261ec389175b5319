"""Immutable records, without the import time of dataclasses (10 ms of every command)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeVar, dataclass_transform

    T = TypeVar("T")
else:

    def dataclass_transform(**_: object) -> object:
        return lambda cls: cls


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Value:
    """A record whose fields are its `__slots__`: given by keyword, compared by value, kept.

    >>> class Pair(Value):
    ...     __slots__ = ("left", "right")
    >>> Pair(left=1, right=2) == Pair(left=1, right=2)
    True
    >>> Pair(left=1, right=2)
    Pair(left=1, right=2)
    """

    __slots__: tuple[str, ...] = ()

    def __init__(self, **fields: object) -> None:
        if fields.keys() != set(self.__slots__):
            wanted = ", ".join(self.__slots__)
            raise TypeError(f"{type(self).__name__} takes exactly {wanted}, by keyword")
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change; make another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change; make another one")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.__slots__))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({fields})"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), {name: getattr(self, name) for name in self.__slots__}))


def by_name(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """Return what is given for each name, such as that of a parameter, in order.

    >>> by_name([("domain", "health"), ("by", "year"), ("domain", "smart-cities")])
    {'domain': ['health', 'smart-cities'], 'by': ['year']}
    """
    found: dict[str, list[T]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _rebuild(cls: type[Value], fields: dict[str, object]) -> Value:
    return cls(**fields)

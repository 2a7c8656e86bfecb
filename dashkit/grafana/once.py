"""What is found out about a server once, and then remembered."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, TypeVar

_Value = TypeVar("_Value")


class once(Generic[_Value]):  # noqa: N801 - used like `property`
    """A property that is computed once, with a lock for each instance.

    `functools.cached_property` has one lock for all instances before Python 3.12 ("Changed in version 3.12",
    https://docs.python.org/3/library/functools.html#functools.cached_property): each server would wait for all others.
    """

    def __init__(self, compute: Callable[[Any], _Value]) -> None:
        self._compute, self._name = compute, ""
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> _Value:
        known: dict[str, Any] = instance.__dict__
        with known.setdefault("_finding_out", RLock()):
            if self._name not in known:
                known[self._name] = self._compute(instance)
            value: _Value = known[self._name]
            return value

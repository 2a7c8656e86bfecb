"""What is lost on the way from v2 to the classic schema, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from dashkit import _json

#: What says nothing when it is dropped.
_NOTHING: tuple[Any, ...] = (None, "", [], {}, False)


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that the classic schema cannot say.

    Attributes:
        pointer: the JSON pointer into the v2 document.
        what: what it is about, such as ``row 'API' / panel 'p95'``.
        message: what becomes of it.
    """

    pointer: str
    what: str
    message: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the v2 document. The losses that are found there are added to ``losses``."""

    losses: list[Loss]
    pointer: str = ""
    names: tuple[str, ...] = ()

    def at(self, *keys: str | int) -> Spot:
        """Return the place that the keys lead to."""
        return replace(self, pointer=self.pointer + "".join(f"/{_json.pointer_part(str(key))}" for key in keys))

    def named(self, kind: str, name: str) -> Spot:
        """Return the same place as that of a thing with a name of its own: ``row 'API'``. What has none is not named."""
        return replace(self, names=(*self.names, f"{kind} {name!r}")) if name else self

    def lose(self, message: str) -> None:
        """Note a loss here."""
        self.losses.append(Loss(self.pointer, " / ".join(self.names) or "dashboard", message))

    def lose_rest(self, spec: dict[str, Any], known: Iterable[str]) -> None:
        """Note each key that is not known, if it says anything."""
        kept = frozenset(known)
        for key, value in spec.items():
            if key not in kept and value not in _NOTHING:
                self.at(key).lose(f"`{key}` is dropped: the classic schema has no place for it")

"""Targets and limits, which thresholds, alerts and descriptions are all derived from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashkit.authoring.look import Thresholds, thresholds
from dashkit.authoring.renamed import warn_renamed

_NAMES = ("target", "warning", "critical")


@dataclass(frozen=True, slots=True, init=False)
class Limit:
    """The good, warning and critical values of a quantity that should stay low or, with ``floor``, high.

    ``Limit(target=0.001, warning=0.005, critical=0.01)``
    """

    target: float
    warning: float
    critical: float
    floor: bool

    if TYPE_CHECKING:

        def __init__(self, *, target: float, warning: float, critical: float, floor: bool = False) -> None: ...

    else:

        def __init__(self, *old: float, floor: bool = False, **values: Any) -> None:
            if old:
                named = ", ".join(f"{name}={value!r}" for name, value in zip(_NAMES, old, strict=False))
                warn_renamed(f"the values of Limit have names now: Limit({named})")
                values = dict(zip(_NAMES, old, strict=False)) | values
            if values.keys() != set(_NAMES):
                raise TypeError(
                    f"Limit needs target=, warning= and critical=, and takes floor=; it has {sorted(values)}"
                )
            for name, value in (*values.items(), ("floor", floor)):
                object.__setattr__(self, name, value)
            _check(self)

    def samples(self) -> tuple[float, float, float]:
        """Return a good value, one that only warns, and a critical one, for tests."""
        between = (self.warning + self.critical) / 2
        if self.floor:
            fine = (1 + self.warning) / 2 if self.warning < 1 else self.warning * 1.2
            return fine, between, self.critical * 0.9
        return self.warning * 0.5, between, self.critical * 1.2 if self.critical >= 1 else (self.critical + 1) / 2

    def thresholds(self, *, line: bool = False) -> Thresholds:
        """Return green, orange and red thresholds. For a ``line`` in a time series, the good side is transparent."""
        good = "transparent" if line else "green"
        if self.floor:
            if self.warning == self.critical:
                return thresholds("red", (self.critical, good))
            return thresholds("red", (self.critical, "orange"), (self.warning, good))
        if self.warning == self.critical:
            return thresholds(good, (self.critical, "red"))
        return thresholds(good, (self.warning, "orange"), (self.critical, "red"))


def _check(limit: Limit) -> None:
    values = [limit.target, limit.warning, limit.critical]
    if values != sorted(values, reverse=limit.floor):
        way = "fall" if limit.floor else "rise"
        raise ValueError(f"target, warning and critical must {way}: {values}")

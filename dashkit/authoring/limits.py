"""Targets and limits, which thresholds, alerts and descriptions are all derived from."""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.authoring.look import Thresholds, thresholds


@dataclass(frozen=True, slots=True)
class Limit:
    """The good, warning and critical values of a quantity that should stay low or, with ``floor``, high."""

    target: float
    warning: float
    critical: float
    floor: bool = False

    def __post_init__(self) -> None:
        values = [self.target, self.warning, self.critical]
        if values != sorted(values, reverse=self.floor):
            way = "fall" if self.floor else "rise"
            raise ValueError(f"target, warning and critical must {way}: {values}")

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

"""Targets and limits: one value that thresholds of panels, alerts and descriptions are all made from."""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.authoring.look import Thresholds, thresholds


@dataclass(frozen=True, slots=True)
class Limit:
    """A value that should not be exceeded (or, with ``floor``, undercut): where it warns, where it is critical."""

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
        """A value that is fine, one that only warns, and one that is critical; for tests."""
        between = (self.warning + self.critical) / 2
        if self.floor:
            fine = (1 + self.warning) / 2 if self.warning < 1 else self.warning * 1.2
            return fine, between, self.critical * 0.9
        return self.warning * 0.5, between, self.critical * 1.2 if self.critical >= 1 else (self.critical + 1) / 2

    def thresholds(self, *, line: bool = False) -> Thresholds:
        """Green, orange, red; as ``line`` in a time series the good side is left uncoloured."""
        good = "transparent" if line else "green"
        if self.floor:
            if self.warning == self.critical:
                return thresholds("red", (self.critical, good))
            return thresholds("red", (self.critical, "orange"), (self.warning, good))
        if self.warning == self.critical:
            return thresholds(good, (self.critical, "red"))
        return thresholds(good, (self.warning, "orange"), (self.critical, "red"))

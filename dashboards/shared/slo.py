"""Targets and limits of the watched systems, and the PromQL that compares a system with them.

Panels take thresholds, reference lines and descriptions from here, so that a target changes in one place.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.authoring import Thresholds, thresholds


@dataclass(frozen=True, slots=True)
class Limit:
    """A value that should not be exceeded (or, with ``floor``, undercut): where it warns, where it is critical."""

    target: float
    warning: float
    critical: float
    floor: bool = False

    def thresholds(self, *, line: bool = False) -> Thresholds:
        """Green, orange, red; as ``line`` in a time series the good side is left uncoloured."""
        good = "transparent" if line else "green"
        if self.floor:
            return thresholds("red", (self.critical, "orange"), (self.warning, good))
        if self.warning == self.critical:
            return thresholds(good, (self.critical, "red"))
        return thresholds(good, (self.warning, "orange"), (self.critical, "red"))


@dataclass(frozen=True, slots=True)
class Availability:
    """An objective on the share of requests that did not fail."""

    target: float

    def budget_left(self, ratio: str) -> str:
        """Share of the error budget that is left, from the PromQL of the share of good requests: 1 is all, below 0 is spent."""
        return f"1 - (1 - ({ratio})) / (1 - {self.target})"

    def percent(self) -> str:
        return f"{self.target * 100:g} %"


BUDGET = thresholds("red", (0, "orange"), (0.25, "green"))
"""Error budget left: red once it is spent, orange below a quarter."""


def error_ratio(selector: str, window: str = "$__rate_interval", by: str = "") -> str:
    """Share of failed requests of ``http_requests_total{selector}``; 0, not nothing, where none failed.

    Both sides are summed: a ratio of unaggregated rates would divide each status by itself.
    """
    group = f" by ({by})" if by else ""
    every = f"sum{group} (rate(http_requests_total{{{selector}}}[{window}]))"
    failed = f'sum{group} (rate(http_requests_total{{{selector}, status=~"5.."}}[{window}]))'
    return f"({failed} or 0 * {every}) / {every}"


def quantile(q: float, histogram: str, selector: str, by: str = "", window: str = "$__rate_interval") -> str:
    """A quantile of a histogram over all instances; the buckets are rates, summed with their ``le``."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({q:g}, sum by ({labels}) (rate({histogram}_bucket{{{selector}}}[{window}])))"

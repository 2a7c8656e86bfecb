"""Series for testing rules, derived from the selectors that should match them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dashkit.model.alerts import number

_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')


def sample_labels(matchers: str) -> dict[str, str]:
    """Return labels that satisfy the matchers: ``service="a", status=~"5..|429"`` gives ``{"service": "a", "status": "500"}``.

    For a pattern, that is its first alternative, with 0 for each dot. Negative matchers are ignored.
    """
    labels = {}
    for name, kind, value in _MATCHER.findall(matchers):
        if kind == "=":
            labels[name] = value
        elif kind == "=~":
            first = value.split("|")[0]
            labels[name] = "x" if first in (".+", ".*") else first.replace(".", "0")
    return labels


def series(selector: str, **more: str) -> str:
    """Return a series that the selector matches: ``series('up{job=~"a|b"}', instance="i")`` is ``up{instance="i", job="a"}``."""
    name, _, matchers = selector.partition("{")
    return with_labels(name, {**sample_labels(matchers), **more})


def with_labels(name: str, labels: Mapping[str, str]) -> str:
    """Return a series with this name and these labels."""
    inside = ", ".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    return f"{name}{{{inside}}}"


Sample = Callable[[float], dict[str, str]]
"""A function from a value to series for which an expression has that value, in promtool's notation: one sample per minute."""

_EVENTS = 1_000_000


def gauge_at(*selectors: str) -> Sample:
    """Return gauges that stay at the value."""
    return lambda value: {series(selector): f"{number(value)}x100" for selector in selectors}


def rate_at(selector: str, per: float = 1.0) -> Sample:
    """Return a counter that increases by the value per second, or per minute if ``per`` is 60."""
    return lambda value: {series(selector): f"0+{number(value / per * 60)}x100"}


def share_at(part: str, total: str) -> Sample:
    """Return series of one counter for two selectors; the value is the share of ``part`` in ``total``."""

    def sample(value: float) -> dict[str, str]:
        every, some = sample_labels(total), sample_labels(part)
        others = dict.fromkeys(some.keys() - every.keys(), "other")
        rest, chosen = round(_EVENTS * (1 - value)), round(_EVENTS * value)
        return {series(total, **others): f"0+{rest}x100", series(part): f"0+{chosen}x100"}

    return sample


def good_at(good: str, bad: str) -> Sample:
    """Return two counters; the value is the share of ``good`` in their sum."""
    return lambda value: {
        series(good): f"0+{round(_EVENTS * value)}x100", series(bad): f"0+{round(_EVENTS * (1 - value))}x100",
    }  # fmt: skip


def part_at(part: str, total: str) -> Sample:
    """Return two counters; the value is the share of ``part`` in ``total``, which counts everything."""
    return lambda value: {series(part): f"0+{round(_EVENTS * value)}x100", series(total): f"0+{_EVENTS}x100"}


def quantile_at(histogram: str, selector: str) -> Sample:
    """Return a histogram with all observations close to the value."""

    def sample(value: float) -> dict[str, str]:
        labels = sample_labels(selector)
        bounds = ((number(value * 0.999), 0), (number(value * 1.001), _EVENTS), ("+Inf", _EVENTS))
        return {with_labels(f"{histogram}_bucket", {**labels, "le": le}): f"0+{count}x100" for le, count in bounds}

    return sample


def mean_at(histogram: str, selector: str) -> Sample:
    """Return a histogram whose observations have this mean."""
    labels = sample_labels(selector)
    return lambda value: {
        with_labels(f"{histogram}_sum", labels): f"0+{round(_EVENTS * value)}x100",
        with_labels(f"{histogram}_count", labels): f"0+{_EVENTS}x100",
    }


def inverted(sample: Sample) -> Sample:
    """Return the samples for an expression that is 1 minus the one that ``sample`` is for."""
    return lambda value: sample(1 - value)

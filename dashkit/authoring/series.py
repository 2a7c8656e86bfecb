"""Series for the tests of rules: what a selector would find."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dashkit.model.alerts import number

_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')


def sample_labels(matchers: str) -> dict[str, str]:
    """Labels that the matchers select: the value, or the first alternative of a pattern with 0 for each dot.

    ``service="a", status=~"5..|429", code!="1"`` gives ``{"service": "a", "status": "500"}``.
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
    """One series that the selector finds: ``series('up{job=~"a|b"}', instance="i")`` is ``up{instance="i", job="a"}``."""
    name, _, matchers = selector.partition("{")
    return with_labels(name, {**sample_labels(matchers), **more})


def with_labels(name: str, labels: Mapping[str, str]) -> str:
    """A series by its name and labels."""
    inside = ", ".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    return f"{name}{{{inside}}}"


Sample = Callable[[float], dict[str, str]]
"""From a value to series, in promtool's notation, of which an expression makes that value: an hour, a sample a minute."""

_EVENTS = 1_000_000


def gauge_at(*selectors: str) -> Sample:
    """Gauges that stand at the value."""
    return lambda value: {series(selector): f"{number(value)}x100" for selector in selectors}


def rate_at(selector: str, per: float = 1.0) -> Sample:
    """A counter that gains the value each second; ``per`` is 60 for a value per minute."""
    return lambda value: {series(selector): f"0+{number(value / per * 60)}x100"}


def share_at(part: str, total: str) -> Sample:
    """Two selectors of one counter: the value is the share of ``part`` in ``total``."""

    def sample(value: float) -> dict[str, str]:
        every, some = sample_labels(total), sample_labels(part)
        others = dict.fromkeys(some.keys() - every.keys(), "other")
        rest, chosen = round(_EVENTS * (1 - value)), round(_EVENTS * value)
        return {series(total, **others): f"0+{rest}x100", series(part): f"0+{chosen}x100"}

    return sample


def good_at(good: str, bad: str) -> Sample:
    """Two counters: the value is the share of the first in both."""
    return lambda value: {
        series(good): f"0+{round(_EVENTS * value)}x100", series(bad): f"0+{round(_EVENTS * (1 - value))}x100",
    }  # fmt: skip


def part_at(part: str, total: str) -> Sample:
    """Two counters: the value is what the first has of the second, which counts all."""
    return lambda value: {series(part): f"0+{round(_EVENTS * value)}x100", series(total): f"0+{_EVENTS}x100"}


def quantile_at(histogram: str, selector: str) -> Sample:
    """A histogram with all observations right around the value."""

    def sample(value: float) -> dict[str, str]:
        labels = sample_labels(selector)
        bounds = ((number(value * 0.999), 0), (number(value * 1.001), _EVENTS), ("+Inf", _EVENTS))
        return {with_labels(f"{histogram}_bucket", {**labels, "le": le}): f"0+{count}x100" for le, count in bounds}

    return sample


def mean_at(histogram: str, selector: str) -> Sample:
    """A histogram whose observations have the value as their mean."""
    labels = sample_labels(selector)
    return lambda value: {
        with_labels(f"{histogram}_sum", labels): f"0+{round(_EVENTS * value)}x100",
        with_labels(f"{histogram}_count", labels): f"0+{_EVENTS}x100",
    }


def inverted(sample: Sample) -> Sample:
    """For an expression that is 1 minus that of ``sample``."""
    return lambda value: sample(1 - value)

"""Say how the routing that an Alertmanager has differs from that of the source. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashkit.doctor.matchers import written
from dashkit.doctor.routes import Branch, Configuration, Inhibitor
from dashkit.model.durations import is_duration, seconds

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


def differences(wanted: Configuration, live: Configuration) -> list[str]:
    """Return in words what differs in what they do; how it is written does not count. Settings of receivers do not either:
    Alertmanager hides the secrets among them.
    """
    return [
        *_routes(wanted.top, live.top),
        *_inhibitors(wanted.inhibitors, live.inhibitors),
        *_named("receiver", wanted.receivers, live.receivers),
        *_named("time interval", _times(wanted.intervals), _times(live.intervals)),
    ]


def named(branch: Branch) -> str:
    """Return what a route is called: ``the top route``, or ``route 2.1 {severity="high"}``."""
    return f"route {branch.number} {written(branch.matchers)}" if branch.number else "the top route"


def _routes(wanted: Branch, live: Branch) -> Iterator[str]:
    if wanted.matchers != live.matchers:
        yield f"route {wanted.number} is for {written(live.matchers)}, in the source for {written(wanted.matchers)}"
        return  # what follows would be about two different routes
    for word, ours, theirs in _said(wanted, live):
        if ours != theirs:
            yield f"{named(wanted)}: {word} is {theirs or 'nothing'}, in the source {ours or 'nothing'}"
    for one, other in zip(wanted.branches, live.branches, strict=False):
        yield from _routes(one, other)
    for missing in wanted.branches[len(live.branches) :]:
        yield f"{named(missing)} is missing"
    for more in live.branches[len(wanted.branches) :]:
        yield f"{named(more)} is not in the source"


def _said(wanted: Branch, live: Branch) -> Iterator[tuple[str, str, str]]:
    yield "the receiver", wanted.receiver, live.receiver
    yield "group_by", ", ".join(sorted(wanted.group_by)), ", ".join(sorted(live.group_by))
    for word, ours, theirs in (
        ("group_wait", wanted.wait, live.wait),
        ("group_interval", wanted.interval, live.interval),
        ("repeat_interval", wanted.repeat, live.repeat),
    ):
        same = is_duration(ours) and is_duration(theirs) and seconds(ours) == seconds(theirs)
        yield word, ours, ours if same else theirs
    yield "mute_time_intervals", ", ".join(sorted(wanted.muted)), ", ".join(sorted(live.muted))
    yield "active_time_intervals", ", ".join(sorted(wanted.active)), ", ".join(sorted(live.active))
    if wanted.number:
        yield "continue", str(wanted.goes_on).lower(), str(live.goes_on).lower()


def _inhibitors(wanted: Sequence[Inhibitor], live: Sequence[Inhibitor]) -> Iterator[str]:
    yield from (f"the inhibition of {_shown(rule)} is missing" for rule in wanted if rule not in live)
    yield from (f"the inhibition of {_shown(rule)} is not in the source" for rule in live if rule not in wanted)


def _shown(rule: Inhibitor) -> str:
    return f"{written(rule.target)} by {written(rule.source)}"


def _named(word: str, wanted: Mapping[str, Any], live: Mapping[str, Any]) -> Iterator[str]:
    for name, ours in sorted(wanted.items()):
        if name not in live:
            yield f"{word} {name} is missing"
        elif live[name] != ours:
            yield f"{word} {name} differs"
    yield from (f"{word} {name} is not in the source" for name in sorted(live.keys() - wanted.keys()))


def _times(intervals: Mapping[str, Any]) -> dict[str, Any]:
    return {name: [_time(entry) for entry in entries] for name, entries in intervals.items()}


def _time(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return one time interval in a form in which two are equal if they mean the same."""
    result: dict[str, Any] = {
        key: sorted(_range(key, str(one)) for one in values)
        for key, values in entry.items()
        if key in ("weekdays", "days_of_month", "months", "years") and values
    }
    if times := entry.get("times"):
        result["times"] = sorted((str(one["start_time"]), str(one["end_time"])) for one in times)
    return {**result, "location": str(entry.get("location") or "UTC")}


def _range(key: str, text: str) -> str:
    """Return a range such as ``monday:friday``: with the same day twice for a single one, and months as numbers."""
    first, _, last = text.lower().partition(":")
    ends = [first.strip(), (last or first).strip()]
    if key == "months":
        ends = [str(_MONTHS.index(end) + 1) if end in _MONTHS else end for end in ends]
    return ":".join(ends)

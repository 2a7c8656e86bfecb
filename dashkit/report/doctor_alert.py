"""An alert explained, and where alerts go, as text and as JSON values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from dashkit.doctor.alert_explained import Active, Answer, Explained, Goes, Verdict
from dashkit.doctor.alert_routes import Found, Way, routed_by, told
from dashkit.doctor.alert_series import Part
from dashkit.doctor.matchers import written
from dashkit.doctor.routes import Branch
from dashkit.model.durations import duration
from dashkit.model.words import counted
from dashkit.report.problems import safe
from dashkit.report.style import Style, plain

_BLOCKS = "▁▂▃▄▅▆▇█"
_COLOURS = {Verdict.FIRING: "red", Verdict.PENDING: "yellow", Verdict.CALM: "green"}
#: How many names, alerts or parts are listed without --verbose.
_LISTED = 10
#: How many characters of a part are shown without --verbose.
_WIDTH = 100


def alert_text(answer: Answer, style: Style = plain, *, verbose: bool = False) -> Iterator[str]:
    """Yield the explanation of each alert."""
    for number, alert in enumerate(answer.alerts):
        yield from [""] if number else []
        yield from _alert(alert, style, None if verbose else _LISTED)


def _alert(alert: Explained, style: Style, most: int | None) -> Iterator[str]:
    severity = f" ({alert.severity})" if alert.severity else ""
    verdict = style(alert.verdict.value, _COLOURS.get(alert.verdict, "yellow"))
    yield f"{style(safe(alert.name + severity), 'bold')} {verdict}"
    for reason in alert.reasons:
        yield f"  {style('because', 'dim')} {safe(reason.text)}"
        if reason.mend:
            yield f"    {style('->', 'cyan')} {reason.mend}"
    wait = f", for {duration(alert.wait)}" if alert.wait else ""
    yield f"  {style('condition', 'dim')} {safe(' '.join(alert.condition.split()))}{wait}"
    yield f"  {style('now', 'dim')} {_part(alert.value)}" + (f"; the limit is {alert.limit}" if alert.limit else "")
    yield f"  {style('last ' + duration(alert.history.hours * 3600), 'dim')} {_history(alert)}"
    parts = [part for part in dict.fromkeys(alert.parts) if part != alert.value]
    if parts:
        yield f"  {style('parts', 'dim')}"
    for part in parts[:most]:
        mark = style("-", "yellow") if not part.series else " "
        yield f"    {mark} {safe(_short(part.text, most))}: {_part(part)}"
    if most is not None and len(parts) > most:
        yield f"      and {len(parts) - most} more"
    yield from _actives(alert.active, style, most)
    yield from _goes(alert.goes, style)


def _short(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


def _part(part: Part) -> str:
    if not part.series:
        return "nothing"
    if part.low is None or part.high is None:
        return f"{counted(part.series, 'value')}, no number"
    if part.series == 1:
        return f"{part.low:.4g}"
    return f"{part.low:.4g} to {part.high:.4g}, of {part.series} series"


def _history(alert: Explained) -> str:
    values = alert.history.values
    if not values:
        return "nothing"
    held = f"held for {duration(round(alert.history.held))}" if alert.history.held else "never held"
    return f"{sparkline(alert.history.points)} {min(values):.4g} to {max(values):.4g}; its condition {held}"


def sparkline(points: Sequence[float | None]) -> str:
    """Return values as a line of blocks, the highest one full; a blank is no data."""
    finite = [point for point in points if point is not None and math.isfinite(point)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    scale = (len(_BLOCKS) - 1) / (high - low) if high > low else 0.0

    def block(point: float | None) -> str:
        if point is None:
            return " "
        return _BLOCKS[round((min(max(point, low), high) - low) * scale)]

    return "".join(map(block, points))


def _actives(active: Sequence[Active], style: Style, most: int | None) -> Iterator[str]:
    if not active:
        return
    yield f"  {style('alerts', 'dim')}"
    for one in active[:most]:
        labels = ", ".join(f'{label}="{value}"' for label, value in sorted(one.labels.items()) if label != "alertname")
        state = f"{one.state} since {_time(one.since)}" + (
            f", {duration(math.ceil(one.left))} left" if one.left else ""
        )
        yield f"    {state}, value {one.value:.4g}{safe(_delivered(one))}  {style(safe(labels), 'dim')}"
    if most is not None and len(active) > most:
        yield f"    and {len(active) - most} more"


def _delivered(one: Active) -> str:
    if one.delivery is None:
        return ""
    held = [f"silenced by {by}" for by in one.delivery.silenced] + [
        f"inhibited by {by}" for by in one.delivery.inhibited
    ]
    if not one.delivery.known:
        return ", not in Alertmanager"
    return f", {'; '.join(held)}" if held else f", with {', '.join(one.delivery.receivers)}"


def _goes(goes: Goes | None, style: Style) -> Iterator[str]:
    if goes is None:
        return
    yield f"  {style('goes to', 'dim')}, by the routing of {goes.source}"
    for stop in goes.stops:
        yield safe(f"    {told(stop)}, by {routed_by(stop)}")
    for stop in goes.elsewhere:
        yield safe(f"    or, depending on {', '.join(goes.deciding)}: {told(stop)}, by {routed_by(stop)}")


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def alert_data(answer: Answer) -> dict[str, Any]:
    """Return the explanations as JSON values; times are seconds since 1970."""
    return {
        "alerts": [_alert_data(alert) for alert in answer.alerts],
        "failures": [str(error) for error in answer.failures],
    }


def _alert_data(alert: Explained) -> dict[str, Any]:
    goes = alert.goes
    return {
        "name": alert.name,
        "severity": alert.severity,
        "group": alert.group,
        "verdict": alert.verdict.name.lower(),
        "reasons": [
            {"cause": reason.cause.name.lower(), "text": reason.text, "mend": reason.mend} for reason in alert.reasons
        ],
        "condition": alert.condition,
        "for": alert.wait,
        "limit": alert.limit,
        "value": _part_data(alert.value),
        "history": {
            "hours": alert.history.hours,
            "points": [_finite(point) for point in alert.history.points],
            "held": alert.history.held,
        },
        "parts": [_part_data(part) for part in alert.parts],
        "alerts": [_active_data(one) for one in alert.active],
        "differs": list(alert.differs),
        "goes": None if goes is None else {
            "source": goes.source, "routes": [_stop_data(stop) for stop in goes.stops],
            "elsewhere": [_stop_data(stop) for stop in goes.elsewhere], "deciding": list(goes.deciding),
        },
    }  # fmt: skip


def _part_data(part: Part) -> dict[str, Any]:
    return {"text": part.text, "series": part.series, "low": _finite(part.low), "high": _finite(part.high)}


def _finite(value: float | None) -> float | None:
    """Return a number that JSON has."""
    return value if value is not None and math.isfinite(value) else None


def _active_data(one: Active) -> dict[str, Any]:
    delivery = one.delivery
    return {
        "labels": dict(one.labels), "state": one.state, "since": one.since, "value": _finite(one.value), "left": one.left,
        "alertmanager": None if delivery is None else {
            "known": delivery.known, "receivers": list(delivery.receivers), "silenced": list(delivery.silenced),
            "inhibited": list(delivery.inhibited),
        },
    }  # fmt: skip


def _stop_data(stop: Branch) -> dict[str, Any]:
    return {
        "route": stop.number, "matchers": list(map(str, stop.matchers)), "receiver": stop.receiver,
        "group_by": list(stop.group_by), "group_wait": stop.wait, "group_interval": stop.interval,
        "repeat_interval": stop.repeat, "muted": list(stop.muted), "active": list(stop.active),
    }  # fmt: skip


def routing_text(found: Found, style: Style = plain, *, verbose: bool = False) -> Iterator[str]:
    """Yield where the alerts go, then what is odd."""
    yield style(f"by the routing of {found.source}", "dim")
    for ways in _alike(found.routes.ways):
        yield from _ways(ways, style, verbose=verbose)
    routes = found.routes
    for branch in routes.unused:
        yield safe(
            f"{style('no alert reaches', 'yellow')} route {branch.number} {written(branch.matchers)} ({branch.receiver})"
        )
    if routes.fallen:
        yield style("no route matches", "yellow") + safe(f" {_names(routes.fallen, None if verbose else _LISTED)}")
    for name in routes.mute:
        yield style("tells nobody", "yellow") + safe(f": receiver {name} has no way to send")
    for pattern in routes.unread:
        yield style("taken as not matching", "yellow") + safe(f": the pattern in route {pattern}, which only Go reads")
    for difference in found.differences or ():
        yield style("not as in the source", "yellow") + safe(f": {difference}")


def _alike(ways: Sequence[Way]) -> list[list[Way]]:
    """Return those of one severity that go the same way together: there are many systems, and few routes."""
    found: dict[tuple[object, ...], list[Way]] = {}
    for way in ways:
        key = (dict(way.labels).get("severity"), way.stops, way.elsewhere, way.deciding)
        found.setdefault(key, []).append(way)
    return list(found.values())


def _ways(ways: Sequence[Way], style: Style, *, verbose: bool) -> Iterator[str]:
    """Yield where alerts go that differ at most in their system and team."""
    way = ways[0]
    alone = len(ways) == 1
    about = _about(label for label in way.labels if alone or label[0] == "severity") or "no severity"
    yield f"{style(safe(about), 'bold')}: {counted(sum(len(one.alerts) for one in ways), 'alert')}"
    for stop in way.stops:
        yield f"  {style('->', 'cyan')} {safe(told(stop))}"
    for stop in way.elsewhere:
        yield f"  {style('or', 'dim')} {safe(told(stop))}, depending on {', '.join(way.deciding)}"
    for one in ways if verbose or not alone else ():
        others = _about(label for label in one.labels if label[0] != "severity") or "without system or team"
        names = _names(one.alerts, None) if verbose else str(len(one.alerts))
        yield f"     {style(safe(names if alone else f'{others}: {names}'), 'dim')}"


def _about(labels: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"{label}={value}" for label, value in labels)


def _names(names: Sequence[str], most: int | None) -> str:
    return ", ".join(names[:most]) + (
        f" and {len(names) - most} more" if most is not None and len(names) > most else ""
    )


def routing_data(found: Found) -> dict[str, Any]:
    """Return where the alerts go as JSON values."""
    routes = found.routes
    return {
        "source": found.source,
        "ways": [
            {
                **dict(way.labels), "receivers": list(way.receivers), "routes": [_stop_data(stop) for stop in way.stops],
                "elsewhere": [_stop_data(stop) for stop in way.elsewhere], "deciding": list(way.deciding),
                "alerts": list(way.alerts),
            }
            for way in routes.ways
        ],
        "unreached_routes": [_stop_data(branch) for branch in routes.unused],
        "unmatched_alerts": list(routes.fallen),
        "receivers_without_a_way": list(routes.mute),
        "unread_patterns": list(routes.unread),
        "differences": None if found.differences is None else list(found.differences),
    }  # fmt: skip

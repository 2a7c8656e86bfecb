"""Hours of a mute timing: what `dashkit.deploy.routing` makes of `Hours`, read backwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dashkit.authoring.call import Call
from dashkit.deploy.routing import DAYS, outside
from dashkit.model.routing import Hours

_OUTSIDE = "outside "


def hours_of(name: str, intervals: Sequence[Any]) -> tuple[str, Call] | None:
    """Return the name of the hours outside of which a mute timing is, and the call that makes them; None if it is another."""
    if not name.startswith(_OUTSIDE):
        return None
    own = name.removeprefix(_OUTSIDE)
    for hours in _candidates(own, intervals):
        if outside(hours)["time_intervals"] == list(intervals):
            place = (hours.location,) if hours.location != "UTC" else ()
            return own, Call("Hours", (own, hours.days, hours.start, hours.end, *place))
    return None


def _candidates(name: str, intervals: Sequence[Any]) -> Iterator[Hours]:
    times = [time for interval in intervals for time in interval.get("times") or ()]
    others = [day for interval in intervals for day in interval.get("weekdays") or ()]
    start = next((time["end_time"] for time in times if time.get("start_time") == "00:00"), "00:00")
    end = next((time["start_time"] for time in times if time.get("end_time") == "24:00"), "24:00")
    location = next((interval["location"] for interval in intervals if interval.get("location")), "UTC")
    days = [day for day in DAYS if day not in others]
    if days:
        yield Hours(name, days[0] if len(days) == 1 else f"{days[0]}:{days[-1]}", start, end, location)

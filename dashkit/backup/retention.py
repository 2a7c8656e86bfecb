"""Which archives to keep. Pure: archives, policy and time in, a decision for each archive out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Stamp:
    """The parsed name of an archive.

    Attributes:
        moment: in UTC.
        state: empty for a complete backup, ``part`` for one of selected kinds, ``incomplete`` if it missed something.
        mark: distinguishes archives of the same second.
    """

    name: str
    context: str
    moment: datetime
    size: int = 0
    state: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How many archives to keep, 0 for none. ``within`` keeps all that are younger than this."""

    last: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    within: timedelta = timedelta(0)

    @property
    def empty(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Decision:
    """An archive and every reason to keep it. Without a reason it is removed."""

    stamp: Stamp
    reasons: tuple[str, ...]

    @property
    def keep(self) -> bool:
        return bool(self.reasons)


INCOMPLETE, PART = "incomplete", "part"
#: Why an archive from the future is kept.
FUTURE = "dated in the future: was a clock wrong?"
#: By how much the clocks of two machines may differ.
_SKEW = timedelta(hours=1)
#: Why an archive is kept that the policy would remove.
UNPROVEN = "none of this context is verified"
_PERIODS: tuple[tuple[str, str, Callable[[datetime], object]], ...] = (
    ("daily", "day", lambda moment: moment.date()),
    ("weekly", "week", lambda moment: moment.isocalendar()[:2]),
    ("monthly", "month", lambda moment: (moment.year, moment.month)),
)


def of_the_future(stamp: Stamp, now: datetime) -> bool:
    """Return whether a clock was wrong, then or now. Such an archive is neither the newest, nor a reason to remove another."""
    return stamp.moment > now + _SKEW


def retain(archives: Iterable[Stamp], policy: RetentionPolicy, now: datetime, proven: frozenset[str]) -> list[Decision]:
    """Return a decision for each archive, context by context, newest first. Contexts do not affect each other.

    ``proven`` has the names of the archives that were verified. The newest of them in each context is always kept. An empty
    policy removes nothing, and nothing is removed from a context without a proven archive. Archives of selected kinds form a
    separate group. An incomplete archive never takes the place of a complete one: it is removed once a younger one is verified.
    An archive from the future is kept, and does not count.
    """
    groups: dict[tuple[str, str], list[Stamp]] = {}
    found: list[Decision] = []
    for stamp in archives:
        if of_the_future(stamp, now):
            found.append(Decision(stamp, (FUTURE,)))
        else:
            groups.setdefault((stamp.context, stamp.state), []).append(stamp)
    for context, state in sorted(groups):
        newest_first = sorted(groups[context, state], key=lambda stamp: (stamp.moment, stamp.name), reverse=True)
        if state == INCOMPLETE:
            complete = [stamp.moment for stamp in groups.get((context, ""), ()) if stamp.name in proven]
            newest = max(complete, default=None)
            found += [_incomplete(stamp, policy, now, newest) for stamp in newest_first]
        else:
            found += _group(newest_first, policy, now, proven)
    return found


def _incomplete(stamp: Stamp, policy: RetentionPolicy, now: datetime, newest: datetime | None) -> Decision:
    """Decide about an incomplete archive. ``newest`` is the time of the newest complete one that is verified."""
    reasons = ["young enough"] if policy.within and now - stamp.moment <= policy.within else []
    reasons += ["the policy is empty"] if policy.empty else []
    reasons += ["none that is younger is verified"] if newest is None or newest <= stamp.moment else []
    return Decision(stamp, tuple(reasons))


def _group(stamps: list[Stamp], policy: RetentionPolicy, now: datetime, proven: frozenset[str]) -> list[Decision]:
    reasons: dict[str, list[str]] = {stamp.name: [] for stamp in stamps}
    for place, stamp in enumerate(stamps[: policy.last], 1):
        reasons[stamp.name].append("newest" if place == 1 else f"{place} of the last {policy.last}")
    for option, word, period in _PERIODS:
        seen: set[object] = set()
        for stamp in stamps:
            # The newest of each period represents it.
            if len(seen) < getattr(policy, option) and period(stamp.moment) not in seen:
                seen.add(period(stamp.moment))
                reasons[stamp.name].append(f"{word} {len(seen)} of {getattr(policy, option)}")
    for stamp in stamps:
        if policy.within and now - stamp.moment <= policy.within:
            reasons[stamp.name].append("young enough")
    verified = next((stamp.name for stamp in stamps if stamp.name in proven), None)
    if verified is not None:
        reasons[verified].append("newest that is verified")
    for stamp in stamps:
        if policy.empty:
            reasons[stamp.name].append("the policy is empty")
        elif verified is None and not reasons[stamp.name]:
            reasons[stamp.name].append(UNPROVEN)
    return [Decision(stamp, tuple(reasons[stamp.name])) for stamp in stamps]

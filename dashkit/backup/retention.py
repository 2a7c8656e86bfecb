"""Which archives to keep. Pure: archives, policy and the time go in, a decision for each comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Stamp:
    """An archive by name; ``moment`` is UTC.

    ``state`` is empty for a whole backup, ``part`` for one of chosen kinds, ``incomplete`` for one that missed something.
    ``mark`` tells two of one second apart.
    """

    name: str
    context: str
    moment: datetime
    size: int = 0
    state: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How many of what to keep; 0 for none. ``within`` keeps all that are younger than this."""

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
    """An archive, and every reason to keep it; without one it goes."""

    stamp: Stamp
    reasons: tuple[str, ...]

    @property
    def keep(self) -> bool:
        return bool(self.reasons)


INCOMPLETE, PART = "incomplete", "part"
#: Why one of the future stays.
FUTURE = "dated in the future: was a clock wrong?"
#: By how much the clocks of two machines may differ.
_SKEW = timedelta(hours=1)
#: Why one stays that the policy would let go.
UNPROVEN = "none of this context is verified"
_PERIODS: tuple[tuple[str, str, Callable[[datetime], object]], ...] = (
    ("daily", "day", lambda moment: moment.date()),
    ("weekly", "week", lambda moment: moment.isocalendar()[:2]),
    ("monthly", "month", lambda moment: (moment.year, moment.month)),
)


def of_the_future(stamp: Stamp, now: datetime) -> bool:
    """Whether its time has not come: a clock was wrong, then or now. It is neither the newest, nor a reason to remove another."""
    return stamp.moment > now + _SKEW


def retain(archives: Iterable[Stamp], policy: RetentionPolicy, now: datetime, proven: frozenset[str]) -> list[Decision]:
    """A decision for each archive, context by context, newest first: none can push another's out.

    ``proven`` are the names of archives that were verified; the newest of them in each context always stays. Of an empty policy
    nothing is removed; nor of a context without a proven archive. Archives of chosen kinds are a group of their own, and an
    incomplete one takes no whole one's place: it goes once a younger one is whole. One of the future stays, and does not count.
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
        if state != INCOMPLETE:
            found += _group(newest_first, policy, now, proven)
            continue
        whole = [stamp.moment for stamp in groups.get((context, ""), ()) if stamp.name in proven]
        found += [_incomplete(stamp, policy, now, whole) for stamp in newest_first]
    return found


def _incomplete(stamp: Stamp, policy: RetentionPolicy, now: datetime, whole: list[datetime]) -> Decision:
    reasons = ["young enough"] if policy.within and now - stamp.moment <= policy.within else []
    reasons += ["the policy is empty"] if policy.empty else []
    reasons += ["none that is younger is verified"] if not any(moment > stamp.moment for moment in whole) else []
    return Decision(stamp, tuple(reasons))


def _group(stamps: list[Stamp], policy: RetentionPolicy, now: datetime, proven: frozenset[str]) -> list[Decision]:
    reasons: dict[str, list[str]] = {stamp.name: [] for stamp in stamps}
    for place, stamp in enumerate(stamps[: policy.last], 1):
        reasons[stamp.name].append("newest" if place == 1 else f"{place} of the last {policy.last}")
    for option, word, period in _PERIODS:
        seen: set[object] = set()
        for stamp in stamps:
            # The newest of each period stands for it.
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

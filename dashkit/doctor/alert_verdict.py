"""What becomes of an alert now, and why. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashkit.doctor.alert_explained import VERDICTS, Active, Verdict
from dashkit.doctor.alert_why import Cause, Reason
from dashkit.doctor.prometheus_rules import BUILD
from dashkit.model.durations import duration


@dataclass(frozen=True, slots=True)
class Loaded:
    """What Prometheus has of an alert.

    Attributes:
        wanted: whether Prometheus is to evaluate it.
        listed: whether the server lists its rules.
        rule: as it lists it; None if it has not loaded it.
        differs: how that differs from the source, in words.
    """

    wanted: bool
    listed: bool
    rule: Mapping[str, Any] | None
    differs: tuple[str, ...]
    active: tuple[Active, ...]


def judged(loaded: Loaded, group: str, empty: Callable[[], list[Reason]]) -> tuple[Verdict, list[Reason]]:
    """Return the verdict, and its reasons.

    Args:
        group: the name of the alert's group.
        empty: finds why its condition has no result; returns nothing if it has one.
    """
    differs = "; ".join(loaded.differs)
    other = [Reason(Cause.CALM, f"the rule that Prometheus has differs: {differs}", BUILD)] if differs else []
    verdict, reasons = _judged(loaded, group, empty)
    return verdict, [*reasons, *other]


def _judged(loaded: Loaded, group: str, empty: Callable[[], list[Reason]]) -> tuple[Verdict, list[Reason]]:
    firing = [one for one in loaded.active if one.state == "firing"]
    if firing:
        return _delivered(firing)
    if loaded.active:
        left = math.ceil(min(one.left for one in loaded.active))
        return Verdict.PENDING, [Reason(Cause.CALM, f"its `for` is over in {duration(left)}")]
    error = " ".join(str((loaded.rule or {}).get("lastError") or "").split())
    if error:
        return Verdict.BROKEN, [Reason(Cause.NO_DATA, error[:300], "correct its expression")]
    reasons = empty()
    if loaded.rule is None and loaded.listed and loaded.wanted:
        missing = Reason(Cause.NO_DATA, f"no group {group} of Prometheus has a rule of this name", BUILD)
        return Verdict.NOT_LOADED, [missing, *reasons]
    if reasons:
        return VERDICTS[reasons[0].cause], reasons
    if not loaded.wanted:
        text = "each context of the project has `evaluator: grafana`: the page of the rule in Grafana shows its state"
        return Verdict.ELSEWHERE, [Reason(Cause.CALM, text)]
    if loaded.rule is None:
        return Verdict.DUE, [Reason(Cause.CALM, "the server does not list its rules, so its state is not known")]
    return Verdict.DUE, [] if loaded.differs else [Reason(Cause.CALM, "the rule has not been evaluated since")]


def _delivered(firing: Sequence[Active]) -> tuple[Verdict, list[Reason]]:
    asked = [one.delivery for one in firing if one.delivery is not None]
    if not asked or any(delivery.told for delivery in asked):
        return Verdict.FIRING, []
    if not any(delivery.known for delivery in asked):
        mend = "dashkit doctor --prometheus URL says which Alertmanagers it knows"
        return Verdict.NOT_SENT, [Reason(Cause.CALM, "Prometheus fires it, but has not sent it there", mend)]
    silenced = {f"silenced by {one}" for delivery in asked for one in delivery.silenced}
    inhibited = {f"inhibited by {one}" for delivery in asked for one in delivery.inhibited}
    return Verdict.HELD_BACK, [Reason(Cause.CALM, text) for text in sorted(silenced | inhibited)]

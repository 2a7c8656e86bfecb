"""Recording rules as Grafana evaluates them, and which alerts wait for what they record. Pure.

Prometheus goes through a group in order, and a rule may read what the one before it has just recorded. Grafana evaluates the
rules of a group at the same time; so what reads another's series goes into a group of its own, and reads what was recorded one
interval before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from dashkit.model.alerts import AlertGroup, RecordingRule
from dashkit.promql.nodes import Selector
from dashkit.promql.tree import parse

#: Between the name of a group in the source and the number of its stage.
STAGE = " - recorded "


def stages(group: AlertGroup) -> list[tuple[str, list[RecordingRule]]]:
    """The recording rules of a group, by name of the group in Grafana: none reads what its own group records."""
    left = list(group.recordings)
    known = {rule.record for rule in left}
    found: list[list[RecordingRule]] = []
    while left:
        waiting = {rule.record for rule in left}
        # One that reads itself, or in a circle, reads what was recorded before whatever the stage.
        ready = [rule for rule in left if not (names(rule.expr) & known & waiting - {rule.record})] or left
        # All rules of one series are of one stage.
        held = {rule.record for rule in left} - {rule.record for rule in ready}
        ready = [rule for rule in ready if rule.record not in held]
        found.append(ready or left)
        left = [rule for rule in left if rule not in found[-1]]
    return [(f"{group.name}{STAGE}{number}", members) for number, members in enumerate(found, start=1)]


def source_group(name: str) -> str:
    """The group of the source that a group in Grafana is made of."""
    return name.partition(STAGE)[0]


def waiting_alerts(groups: Iterable[AlertGroup]) -> list[str]:
    """The names of the alerts that read a series which a recording rule of the project makes, sorted."""
    every = list(groups)
    recorded = {rule.record for group in every for rule in group.recordings}
    return sorted({rule.name for group in every for rule in group.alerts if names(rule.expr) & recorded})


def names(expr: str) -> set[str]:
    """The metrics that a PromQL expression reads; of one that cannot be read, every word that may be one."""
    found = parse(expr)
    if found.tree is None:
        return set(re.findall(r"[A-Za-z_:][\w:]*", expr))
    return {place.node.name for place in found.places if isinstance(place.node, Selector)}


def recorded_uid(rule: RecordingRule, system: str, name: str) -> str:
    """The same for the same series: a readable beginning, and a digest of what it is called."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{system}-{rule.record}")[:31]
    return f"{readable}-{hashlib.sha256(f'{system}{name}'.encode()).hexdigest()[:8]}"


def title(rule: RecordingRule) -> str:
    """``slo:error_ratio:rate5m{service="checkout"}``: what a recording rule makes."""
    labels = ", ".join(f'{name}="{value}"' for name, value in sorted(rule.labels.items()))
    return f"{rule.record}{{{labels}}}" if labels else rule.record

"""Recording rules the way Grafana evaluates them, and the alerts that depend on them. Pure.

Prometheus evaluates a group in order, and a rule can read what the one before it has just recorded. Grafana evaluates the rules
of a group at the same time. So a rule that reads another rule's series is put into a separate group, and reads what was recorded
one interval earlier.
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
    """Split a group's recording rules into groups for Grafana, by name, so that none reads what its own group records."""
    left = list(group.recordings)
    known = {rule.record for rule in left}
    found: list[list[RecordingRule]] = []
    while left:
        waiting = {rule.record for rule in left}
        # A rule that reads itself, or is part of a cycle, reads what was recorded before, whatever its stage.
        ready = [rule for rule in left if not (names(rule.expr) & known & waiting - {rule.record})] or left
        # All rules of one series belong to the same stage.
        held = {rule.record for rule in left} - {rule.record for rule in ready}
        ready = [rule for rule in ready if rule.record not in held]
        found.append(ready or left)
        left = [rule for rule in left if rule not in found[-1]]
    return [(f"{group.name}{STAGE}{number}", members) for number, members in enumerate(found, start=1)]


def source_group(name: str) -> str:
    """Return the group in the source that a group in Grafana comes from."""
    return name.partition(STAGE)[0]


def waiting_alerts(groups: Iterable[AlertGroup]) -> list[str]:
    """Return the sorted names of the alerts that read a series recorded by one of the project's rules."""
    every = list(groups)
    recorded = {rule.record for group in every for rule in group.recordings}
    return sorted({rule.name for group in every for rule in group.alerts if names(rule.expr) & recorded})


def names(expr: str) -> set[str]:
    """Return the metrics that a PromQL expression reads; if it cannot be parsed, every word that may be one."""
    found = parse(expr)
    if found.tree is None:
        return set(re.findall(r"[A-Za-z_:][\w:]*", expr))
    return {place.node.name for place in found.places if isinstance(place.node, Selector)}


def recorded_uid(rule: RecordingRule, system: str, name: str) -> str:
    """Return a uid that is stable for a series: a readable beginning, and a digest of the rule's name."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{system}-{rule.record}")[:31]
    return f"{readable}-{hashlib.sha256(f'{system}{name}'.encode()).hexdigest()[:8]}"


def title(rule: RecordingRule) -> str:
    """Return the title of a recording rule: its series, such as ``slo:error_ratio:rate5m{service="checkout"}``."""
    labels = ", ".join(f'{name}="{value}"' for name, value in sorted(rule.labels.items()))
    return f"{rule.record}{{{labels}}}" if labels else rule.record

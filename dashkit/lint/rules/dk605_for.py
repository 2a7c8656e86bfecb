"""An alert that fires at the first sample beyond its limit.

Without ``for`` a single late scrape wakes somebody. ``for: 0s`` says that it is meant so; for something that is
absent the expression itself waits.

Bad::

    - alert: HighErrorRate
      expr: errors > 1

Good::

    - alert: HighErrorRate
      expr: errors > 1
      for: 5m
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Alert
from dashkit.model.durations import is_duration
from dashkit.model.problem import Severity


@rule("DK605", Severity.WARNING, on=Alert)
def alert_for(alert: Alert, facts: Facts) -> Iterator[Finding]:
    if alert.recorded or alert.query is None:
        return
    for key in ("for", "keep_firing_for"):
        value = alert.json.get(key)
        if value is not None and not is_duration(value):
            message = f"`{key}` {value!r} is no duration such as 5m"
            yield Finding(message, pointer=f"/{key}", severity=Severity.ERROR)
    waits = ("absent", "_over_time(", "increase(", "vector(")
    if "for" not in alert.json and not any(word in alert.query.text for word in waits):
        yield Finding("it fires at the first sample beyond its limit", "for: 5m", pointer="/for")

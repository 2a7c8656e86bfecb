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
from dashkit.model.durations import seconds
from dashkit.model.problem import Severity


@rule("DK605", Severity.WARNING, on=Alert)
def alert_for(alert: Alert, facts: Facts) -> Iterator[Finding]:
    if alert.recorded or alert.query is None:
        return
    wait = alert.json.get("for")
    if wait is None:
        waits = ("absent", "_over_time(", "increase(", "vector(")
        if not any(word in alert.query.text for word in waits):
            yield Finding("it fires at the first sample beyond its limit", "for: 5m", pointer="/for")
        return
    try:
        seconds(str(wait)) if wait not in (0, "0") else 0
    except ValueError:
        yield Finding(f"`for` {wait!r} is no duration such as 5m", pointer="/for", severity=Severity.ERROR)

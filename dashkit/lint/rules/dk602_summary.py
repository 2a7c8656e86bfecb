"""An alert without a summary.

Who is woken reads the annotation ``summary``; without it the message is the name of the alert and a list of labels.

Bad::

    - alert: HighErrorRate
      expr: errors > 1

Good::

    annotations: {summary: "Checkout fails for 5 % of customers"}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Alert, text
from dashkit.model.problem import Severity


@rule("DK602", Severity.ERROR, on=Alert)
def summary(alert: Alert, facts: Facts) -> Iterator[Finding]:
    if not alert.recorded and not text(alert.annotations.get("summary")).strip():
        severity = (
            Severity.WARNING if alert.annotations.get("description") or alert.annotations.get("message") else None
        )
        yield Finding(
            "the alert has no summary", "annotations: {summary: ...}", pointer="/annotations", severity=severity
        )

"""A recorded series whose name does not say so.

By convention it is ``level:metric:operation``: the labels that are left, the metric, what was done. A name without
colons looks like that of an exporter.

Bad::

    record: errors_rate

Good::

    record: job:errors:rate5m
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Alert
from dashkit.model.problem import Severity


@rule("DK613", Severity.INFO, on=Alert)
def record_name(alert: Alert, facts: Facts) -> Iterator[Finding]:
    if alert.recorded and alert.name and ":" not in alert.name:
        yield Finding(f"{alert.name} looks like a metric of an exporter", "level:metric:operation", pointer="/record")

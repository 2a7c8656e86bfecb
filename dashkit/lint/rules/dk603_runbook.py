"""An alert without a runbook.

``runbook_url`` leads whoever is on call to what to look at and what helps. An alert for which nobody can write that
down is one that nobody can act on.

Bad::

    annotations: {summary: "Queue is long"}

Good::

    annotations: {summary: "Queue is long", runbook_url: "https://runbooks.example.org/queue"}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Alert
from dashkit.model.problem import Severity


@rule("DK603", Severity.WARNING, on=Alert)
def runbook(alert: Alert, facts: Facts) -> Iterator[Finding]:
    watchdog = alert.query is not None and alert.query.text.replace(" ", "").startswith("vector(")
    if (
        not alert.recorded
        and not watchdog
        and not any(alert.annotations.get(key) for key in ("runbook_url", "runbook"))
    ):
        compiled = alert.source.path.endswith(".py")
        hint = (
            "say where runbooks are: alerts.runbooks of dashkit.yaml" if compiled else "annotations: {runbook_url: ...}"
        )
        yield Finding("the alert has no runbook", hint, pointer="/annotations")

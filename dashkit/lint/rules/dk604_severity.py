"""An alert without the label ``severity``, or with a value that routing does not know.

Routing decides by it who is called. An alert that no route is for ends at the default receiver, or nowhere. The
values are ``check.severities`` of dashkit.yaml.

Bad::

    labels: {team: shop}

Good::

    labels: {team: shop, severity: critical}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Alert, mapping
from dashkit.model.problem import Severity


@rule("DK604", Severity.WARNING, on=Alert)
def severity_label(alert: Alert, facts: Facts) -> Iterator[Finding]:
    if alert.recorded:
        return
    # Prometheus 3 has labels for a whole group; YAML may read one as a number.
    value = str(alert.labels.get("severity", mapping(alert.group_json.get("labels")).get("severity")) or "")
    if not value:
        yield Finding("the alert has no label severity", pointer="/labels")
    elif facts.severities and value not in facts.severities and "{{" not in value:
        known = ", ".join(facts.severities)
        yield Finding(
            f"severity {value!r} is unknown", f"known: {known}", pointer="/labels/severity", severity=Severity.ERROR
        )

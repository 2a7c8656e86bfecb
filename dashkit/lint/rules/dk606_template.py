"""A label or annotation whose template is broken.

Prometheus then sends ``<error expanding template>`` to whoever is on call, or refuses the file.

Bad::

    summary: "{{ $value | humanise }} errors on {{ $labels.instance }"

Good::

    summary: "{{ $value | humanize }} errors on {{ $labels.instance }}"
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Alert, text
from dashkit.lint.templates import fault
from dashkit.model.problem import Severity


@rule("DK606", Severity.ERROR, on=Alert)
def template_syntax(alert: Alert, facts: Facts) -> Iterator[Finding]:
    for kind, texts in (("labels", alert.labels), ("annotations", alert.annotations)):
        for name, value in texts.items():
            message = fault(text(value))
            if message:
                yield Finding(f"{name}: {message}", pointer=f"/{kind}/{name}")

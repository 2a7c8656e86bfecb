"""Two queries of a panel have the same refId.

Grafana sends both and keeps one of the answers; alerts and expressions that say ``B`` mean either.

Bad::

    {"targets": [{"refId": "A", "expr": "up"}, {"refId": "A", "expr": "down"}]}

Good::

    {"targets": [{"refId": "A", "expr": "up"}, {"refId": "B", "expr": "down"}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel, text
from dashkit.model.problem import Severity


@rule("DK302", Severity.ERROR, on=Panel)
def duplicate_ref(panel: Panel, facts: Facts) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, target in enumerate(panel.targets):
        ref = text(target.get("refId"))
        if ref and ref in seen:
            hint = "dashkit check --fix gives each its own"
            yield Finding(f"two queries have the refId {ref}", hint, pointer=f"/targets/{index}/refId")
        seen.add(ref)

"""The legend names a label that the query does not keep.

All lines get the same name, or an empty one, and nobody can tell which is which.

Bad::

    sum by (service) (rate(http_requests_total[$__rate_interval]))    with the legend {{pod}}

Good::

    sum by (service) (rate(http_requests_total[$__rate_interval]))    with the legend {{service}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import known_labels
from dashkit.lint.subjects import Query, text
from dashkit.model.problem import Severity
from dashkit.promql.labels import labels_of

_SINGLE = frozenset({"stat", "gauge", "singlestat"})
_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@rule("DK336", Severity.WARNING, on=Query)
def legend_label(query: Query, facts: Facts) -> Iterator[Finding]:
    tree = query.expression.tree
    if query.role != "panel" or tree is None or query.hidden or query.target.get("format") == "table":
        return
    legend = text(query.target.get("legendFormat"))
    if "{{" not in legend:
        return
    labels = labels_of(tree, known_labels(facts))
    lost = [name for name in _LABEL.findall(legend) if name != "__name__" and not labels.may_have(name)]
    if lost:
        names = ", ".join(dict.fromkeys(lost))
        kept = ", ".join(sorted(labels.possible)) if labels.possible else ""
        hint = f"it keeps {kept}" if kept and len(kept) < 80 else ""
        single = labels.possible == frozenset() and query.panel is not None and query.panel.kind in _SINGLE
        severity = Severity.INFO if single else None  # one number: its name is not shown
        message = f"the legend names {names}, which the query does not keep"
        yield Finding(message, hint, pointer="/legendFormat", severity=severity)

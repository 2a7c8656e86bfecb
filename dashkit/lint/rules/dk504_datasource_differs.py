"""A query names another datasource than its panel.

Unless the panel's is ``-- Mixed --``, Grafana asks the panel's datasource everything, and what the query says
counts for nothing.

Bad::

    panel: {"uid": "${datasource}"}; query: {"uid": "${loki}"}

Good::

    panel: {"uid": "-- Mixed --"}; query: {"uid": "${loki}"}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel, datasource_uid
from dashkit.model.problem import Severity
from dashkit.spec.datasources import MIXED


@rule("DK504", Severity.WARNING, on=Panel)
def datasource_differs(panel: Panel, facts: Facts) -> Iterator[Finding]:
    own = _plain(panel.datasource)
    if not own or own in (MIXED, "-- Dashboard --"):
        return
    for index, target in enumerate(panel.targets):
        other = _plain(datasource_uid(target.get("datasource")))
        if other and other not in (own, "__expr__", "-100"):
            message = f"the panel asks {panel.datasource!r}, this query means {other!r}"
            yield Finding(message, "let the panel's be -- Mixed --", pointer=f"/targets/{index}/datasource")


def _plain(uid: str) -> str:
    """``$ds``, ``${ds}`` and ``[[ds]]`` are the same variable."""
    return uid.replace("${", "$").replace("}", "").replace("[[", "$").replace("]]", "")

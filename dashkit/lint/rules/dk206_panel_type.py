"""A panel type that the chosen Grafana does not have.

Nothing is drawn but "Panel plugin not found". Types of plugins have a dash and a maker's name; whether the server
has them the check cannot know, so they are not reported, and types of Grafana's own that came later or went are.

Bad::

    {"type": "timeserie"}

Good::

    {"type": "timeseries"}
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.grafana_names import GONE_PANELS, MIGRATED_PANELS, PANEL_TYPES
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel
from dashkit.model.problem import Severity


@rule("DK206", Severity.WARNING, on=Panel)
def panel_type(panel: Panel, facts: Facts) -> Iterator[Finding]:
    kind = panel.kind
    if not kind:
        if not panel.is_library:
            yield Finding("the panel has no type", pointer="/type", severity=Severity.ERROR)
        return
    if kind in MIGRATED_PANELS or kind in GONE_PANELS:
        return
    versions = PANEL_TYPES.get(kind)
    if versions is None:
        near = difflib.get_close_matches(kind, PANEL_TYPES, n=1, cutoff=0.85)
        if near or "-" not in kind:
            hint = f"did you mean {near[0]!r}?" if near else ""
            message = f"Grafana has no panel type {kind!r}"
            yield Finding(message, hint, pointer="/type", severity=Severity.ERROR)
    elif facts.grafana < versions[0]:
        message = f"panel type {kind!r} came with Grafana {versions[0]}; the chosen one is {facts.grafana}"
        yield Finding(message, pointer="/type", severity=Severity.ERROR)
    elif versions[1] and facts.grafana > versions[1]:
        message = f"panel type {kind!r} went with Grafana {versions[1] + 1}"
        yield Finding(message, pointer="/type", severity=Severity.ERROR)

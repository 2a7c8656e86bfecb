"""Bring a classic dashboard to a form without what says nothing in Grafana, so that what is left is what somebody meant.

Two dashboards with the same quiet form look and work the same in every Grafana that dashkit knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from dashkit.authoring.paths import Json, copied
from dashkit.document.walk import label, panels
from dashkit.model.words import counted
from dashkit.quiet import filled, mapped, unsaid, unseen, versions
from dashkit.quiet.traces import Rule

#: What is filled in decides what is unseen, and what is unseen leaves lists empty.
RULES: tuple[Rule, ...] = (*versions.RULES, *filled.RULES, *mapped.RULES, *unseen.RULES, *unsaid.RULES)


@dataclass(frozen=True, slots=True)
class Remark:
    """A place that the quiet form does without, or has in another form, and why nobody sees the difference."""

    panel: str
    place: str
    done: str
    reason: str


def quiet(spec: Json) -> tuple[Json, list[Remark]]:
    """Return a copy of a classic document in canonical form without what says nothing, and what was done about it."""
    result: Json = copied(spec)
    return result, [remark for placed in panels(result) for remark in _quieten(placed.panel)]


def _quieten(panel: Json) -> Iterator[Remark]:
    if panel.get("type") == "row" or "libraryPanel" in panel or _retired(panel):
        return
    for rule in _rules(str(panel.get("type"))):
        for place in rule.apply(panel):
            yield Remark(label(panel), place, rule.done, rule.reason)


@cache
def _rules(kind: str) -> tuple[Rule, ...]:
    """Return the rules that look at panels of a kind."""
    return tuple(rule for rule in RULES if not rule.kinds or kind in rule.kinds)


def _retired(panel: Json) -> bool:
    """Return whether Grafana makes a table of today from this one, which may look at anything in it."""
    return panel.get("type") == "table" and "styles" in panel


def in_words(remarks: Iterable[Remark]) -> list[str]:
    """Return a line for each place and reason, with the number of panels, the most frequent first."""
    counts = Counter((remark.place, remark.done, remark.reason) for remark in remarks)
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [f"{done}: {place} ({counted(number, 'panel')}): {reason}" for (place, done, reason), number in order]

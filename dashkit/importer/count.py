"""How the panels of a module are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashkit.authoring.call import Call, calls
from dashkit.authoring.panels import KINDS
from dashkit.document.walk import panels


@dataclass(frozen=True, slots=True)
class Counts:
    """Panels by a helper for their kind, by `panel`, and as plain JSON."""

    helper: int = 0
    panel: int = 0
    plain: int = 0


def counts(made: Call | dict[str, Any]) -> Counts:
    """Count the panels of a call of `new_dashboard`, or of a document that is written as it is."""
    if not isinstance(made, Call):
        return Counts(plain=sum(placed.panel.get("type") != "row" for placed in panels(made)))
    names = [call.helper for call in calls(made.keywords.get("panels"))]
    return Counts(sum(name in KINDS for name in names), names.count("panel"))

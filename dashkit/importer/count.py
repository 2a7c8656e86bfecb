"""How the panels of a module are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashkit.authoring.call import Call
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
    names = [call.helper for call in _calls(made.keywords.get("panels"))]
    return Counts(sum(name in KINDS for name in names), names.count("panel"))


def _calls(value: Any) -> Iterator[Call]:
    if isinstance(value, Call):
        if value.helper in ("row", "grid", "tabs", "tab", "auto_grid"):
            for argument in value.arguments:
                yield from _calls(argument)
        else:
            yield value
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _calls(entry)

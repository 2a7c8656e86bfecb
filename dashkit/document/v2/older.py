"""Make a classic dashboard that came from v2 one that older versions of Grafana read.

Before 12.3, Grafana knows no variable of type ``switch``: it shows none, and queries that use it stay as they are written.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from dashkit.document.v2.loose import items, mapping, text
from dashkit.document.v2.up_variables import switch_values
from dashkit.document.variables import offered, offering
from dashkit.document.walk import entries


@dataclass(frozen=True, slots=True)
class Replaced:
    """A classic document, and what became of its switches.

    Attributes:
        spec: the document with the switches replaced.
        names: the variables that are custom ones now.
        left: the switches that stayed, since no custom variable has their values: an empty one, or one with `` : `` in it.
    """

    spec: dict[str, Any]
    names: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def without_switches(classic: dict[str, Any]) -> Replaced:
    """Return a copy in which each switch is a custom variable that offers the same two values."""
    spec = copy.deepcopy(classic)
    names: list[str] = []
    left: list[str] = []
    for variable in entries(spec, "templating"):
        if variable.get("type") == "switch":
            (names if _replace(variable) else left).append(text(variable.get("name")))
    return Replaced(spec, tuple(names), tuple(left))


def _replace(switch: dict[str, Any]) -> bool:
    """Make a switch a custom variable, and return whether that is possible."""
    values = switch_values(switch)
    pairs = [(value, value) for value in values]
    query = offering(pairs)
    if offered(query) != pairs:
        return False
    chosen = mapping(switch.get("current")).get("value")
    # As Grafana does it, the first one counts.
    chosen = items(chosen)[0] if items(chosen) else chosen
    current = chosen if chosen in values else values[1]
    switch.update(
        type="custom",
        query=query,
        current={"text": current, "value": current},
        options=[{"selected": value == current, "text": value, "value": value} for value in values],
        multi=False,
        includeAll=False,
        allowCustomValue=False,
    )
    return True

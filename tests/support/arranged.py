"""Dashboards of many shapes as modules, and what people do with their panels in Grafana."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

from dashkit.document.layout import COLUMNS, DEFAULT_GRID
from dashkit.quiet.drawn import drawn

Json = dict[str, Any]


@dataclass
class Section:
    """A row and its panels, whose ``y`` counts from where the row begins; without a header, what stands above all rows."""

    header: Json | None
    panels: list[Json] = field(default_factory=list)

    @property
    def height(self) -> int:
        """How many lines its panels take."""
        return max((one["gridPos"]["y"] + one["gridPos"]["h"] for one in self.panels), default=0)


def sections(spec: Json) -> list[Section]:
    """The rows of a document."""
    found = [Section(None)]
    top = 0
    for panel in deepcopy(spec["panels"]):
        if panel["type"] == "row":
            top = panel["gridPos"]["y"] + 1
            found.append(Section(panel, []))
        for one in panel.get("panels", []) if panel["type"] == "row" else [panel]:
            at = {**DEFAULT_GRID, **one.get("gridPos", {})}
            found[-1].panels.append({**one, "gridPos": {**at, "y": at["y"] - top}})
    return found


def document(spec: Json, parts: list[Section]) -> Json:
    """The document that Grafana saves for rows: each where it draws it."""
    panels: list[Json] = []
    y = 0
    for part in parts:
        placed = drawn(deepcopy(part.panels))
        height = max((one["gridPos"]["y"] + one["gridPos"]["h"] for one in placed), default=0)
        top = y if part.header is None else y + 1
        placed = [{**one, "gridPos": {**one["gridPos"], "y": one["gridPos"]["y"] + top}} for one in placed]
        if part.header is None:
            panels += placed
        else:
            folded = bool(part.header.get("collapsed"))
            panels.append(
                {**part.header, "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1}, "panels": placed if folded else []}
            )
            panels += [] if folded else placed
            height = 0 if folded else height
        y = top + height
    return {**deepcopy(spec), "panels": panels}


# --- modules -------------------------------------------------------------------------------------------------------------------

_WIDTHS = (4, 6, 8, 12, 16, 24)


def _panel(pick: Random, names: list[str]) -> str:
    names.append(f"P{len(names) + 1}")
    said = pick.choice(["", "", "width", "height", "both"])
    width = f", width={pick.choice(_WIDTHS)}" if said in ("width", "both") else ""
    height = f", height={pick.randint(2, 10)}" if said in ("height", "both") else ""
    key = f", key={pick.randint(1, 10**6)}" if pick.randint(0, 5) == 0 else ""
    helper = pick.choice(['text("{}", "x"', 'stat("{}", "up"', 'timeseries("{}", "up"'])
    return f"{helper.format(names[-1])}{width}{height}{key})"


def _element(pick: Random, names: list[str]) -> str:
    if pick.randint(0, 2):
        return _panel(pick, names)
    columns = pick.choice([1, 2, 3, 4, 6])
    inside = [_panel(pick, names) for _ in range(pick.randint(1, 5))]
    height = pick.choice(["", f", height={pick.randint(2, 10)}"])
    return f"grid({columns}, {', '.join(inside)}{height})"


def modules(pick: Random, uid: str) -> str:
    """A module with a dashboard of rows, grids and panels."""
    names: list[str] = []
    lines = [_element(pick, names) for _ in range(pick.randint(0, 3))]
    for number in range(pick.randint(0, 3)):
        inside = [_element(pick, names) for _ in range(pick.randint(0, 3))]
        collapsed = pick.choice(["", "", ", collapsed=True"])
        lines.append(f'row("R{number}"{"".join(f", {one}" for one in inside)}{collapsed})')
    if not names:
        lines.insert(0, _panel(pick, names))
    panels = "".join(f"        {line},\n" for line in lines)
    return (
        "from dashkit.authoring import datasource_variable, grid, new_dashboard, row, stat, text, timeseries\n\n"
        f'dashboard = new_dashboard(\n    "{uid}",\n    uid="{uid}",\n    variables=datasource_variable(),\n    panels=[\n{panels}    ],\n)\n'
    )


#: What Grafana's editor writes into a text panel, besides the text.
_CODE = {"language": "plaintext", "showLineNumbers": False, "showMiniMap": False}

# --- edits ---------------------------------------------------------------------------------------------------------------------

EDITS = (
    "swap",
    "move",
    "resize",
    "remove",
    "add",
    "other row",
    "reorder rows",
    "remove row",
    "fold",
    "new row",
    "rename row",
)


def edit(pick: Random, parts: list[Section], kind: str, number: int) -> None:
    """Do what a person does, if there is anything to do it with."""
    full = [part for part in parts if part.panels]
    rows = [part for part in parts if part.header is not None]
    if kind == "add":
        part = pick.choice(parts)
        _add(pick, part, number)
    elif kind == "new row":
        made = Section(
            {"id": 900_000 + number, "type": "row", "title": f"New {number}", "collapsed": False, "panels": []}
        )
        _add(pick, made, number)
        if full and pick.random() < 0.5:
            _take(pick, full, made)
        parts.insert(pick.randint(1, len(parts)), made)
    elif kind in ("fold", "remove row", "rename row") and rows:
        part = pick.choice(rows)
        assert part.header is not None
        if kind == "remove row":
            parts.remove(part)
        elif kind == "fold":
            part.header["collapsed"] = not part.header.get("collapsed")
        else:
            part.header["title"] = f"Renamed {number}"
    elif kind == "reorder rows" and len(rows) > 1:
        parts[1:] = pick.sample(parts[1:], len(parts) - 1)
    elif kind == "other row" and full and len(parts) > 1:
        _take(pick, full, pick.choice(parts))
    elif full:
        _within(pick, pick.choice(full), kind)


def _within(pick: Random, part: Section, kind: str) -> None:
    panel = pick.choice(part.panels)
    at = panel["gridPos"]
    if kind == "remove":
        part.panels.remove(panel)
    elif kind == "resize":
        at["w"] = min(pick.choice(_WIDTHS), COLUMNS - at["x"])
        at["h"] = pick.randint(2, 10)
    elif kind == "move":
        at["x"] = pick.randint(0, (COLUMNS - at["w"]) // 2) * 2
        at["y"] = pick.randint(0, part.height)
    elif kind == "swap":
        other = pick.choice(part.panels)
        panel["gridPos"], other["gridPos"] = other["gridPos"], at


def _add(pick: Random, part: Section, number: int) -> None:
    width = pick.choice(_WIDTHS)
    at = {
        "x": pick.choice([0, COLUMNS - width]),
        "y": pick.choice([0, part.height]),
        "w": width,
        "h": pick.randint(2, 10),
    }
    part.panels.append({"id": 800_000 + number, "type": "text", "title": f"Added {number}", "gridPos": at,
                        "options": {"content": "x", "mode": "markdown", "code": _CODE}})  # fmt: skip


def _take(pick: Random, full: list[Section], to: Section) -> None:
    """Drag a panel into another row."""
    part = pick.choice(full)
    panel = pick.choice(part.panels)
    part.panels.remove(panel)
    panel["gridPos"]["y"] = pick.choice([0, to.height])
    to.panels.append(panel)

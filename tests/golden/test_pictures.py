"""Small pictures of panels, looked at before they were kept: `scripts/update-golden` draws them again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import draw, field_config
from dashkit.preview.scene import Box, Scene
from dashkit.preview.svg import dark, svg
from tests.support.scenes import every

FOLDER = Path(__file__).with_name("pictures")
START, MINUTE = 1_700_000_000_000, 60_000
TIMES = [START + number * MINUTE for number in range(7)]
STEPS = [{"color": "green", "value": None}, {"color": "orange", "value": 4}, {"color": "red", "value": 8}]


def frame(**columns: list[Any]) -> Frame:
    fields = [
        Field(name, "string" if isinstance(values[0], str) else "number", values) for name, values in columns.items()
    ]
    return Frame((Field("Time", "time", TIMES), *fields))


SERIES = frame(api=[3, 5, 4, None, 6, 9, 7], db=[1, 2, 1, 2, 3, 2, 1])
ROWS = Frame((Field("service", "string", ["api", "db"]), Field("errors", "number", [9, 2])))
LIST = {"legend": {"showLegend": True, "displayMode": "list", "placement": "bottom"}}
COLOURED = {"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": STEPS}, "min": 0, "max": 10}

#: By name: the type, the data, the options of fields and of the panel.
CASES: dict[str, tuple[str, Frame, dict[str, Any], dict[str, Any]]] = {
    "timeseries": ("timeseries", SERIES, {"unit": "reqps", "custom": {"fillOpacity": 20}}, LIST),
    "stacked-bars": ("timeseries", SERIES, {"custom": {"drawStyle": "bars", "fillOpacity": 80, "stacking": {"mode": "normal", "group": "A"}}}, LIST),
    "thresholds": ("timeseries", SERIES, {**COLOURED, "custom": {"thresholdsStyle": {"mode": "dashed+area"}}}, {"legend": {"showLegend": False}}),
    "stat": ("stat", SERIES, {**COLOURED, "unit": "percent"}, {"graphMode": "area", "colorMode": "background"}),
    "gauge": ("gauge", SERIES, COLOURED, {}),
    "bargauge": ("bargauge", SERIES, COLOURED, {"displayMode": "lcd", "orientation": "horizontal"}),
    "piechart": ("piechart", SERIES, {}, {"pieType": "donut", "displayLabels": ["percent"], **LIST}),
    "barchart": ("barchart", ROWS, {}, LIST),
    "table": ("table", ROWS, {**COLOURED, "custom": {"cellOptions": {"type": "color-background"}}}, {}),
    "state-timeline": ("state-timeline", frame(api=[1, 1, 0, 0, 1, 1, 1]), {"mappings": [{"type": "value", "options": {"0": {"text": "down", "color": "red"}, "1": {"text": "up", "color": "green"}}}], "color": {"mode": "fixed", "fixedColor": "green"}}, {"mergeValues": True, **LIST}),
}  # fmt: skip


def picture(name: str) -> Scene:
    """Draw a case."""
    kind, source, defaults, options = CASES[name]
    panel = {"type": kind, "title": name, "fieldConfig": {"defaults": defaults, "overrides": []}, "options": options}
    data = Data(resolved([source], field_config(panel)), TimeRange(TIMES[0], TIMES[-1]))
    return draw(panel, data, Box(0, 0, 240, 120))


def scene_text(scene: Scene) -> str:
    """Write each shape of a scene on a line."""
    return "\n".join(str(shape) for shape in every(scene.shapes) if not hasattr(shape, "shapes")) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_a_panel_looks_as_it_did_when_somebody_looked_at_it(name: str) -> None:
    assert svg(picture(name), dark) + "\n" == (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["timeseries", "stat"])
def test_the_shapes_of_a_panel_are_those_that_somebody_read(name: str) -> None:
    assert scene_text(picture(name)) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_no_picture_is_left_over() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(CASES)

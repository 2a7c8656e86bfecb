"""What panels have in common becomes a function of the module."""

from __future__ import annotations

import ast
from typing import Any

from dashkit.authoring.call import Call
from dashkit.importer.module import module_text

STYLE = {"unit": "s", "fill": 30, "min": 0}


def dashboard(*panels: Call) -> Call:
    return Call("new_dashboard", ("T",), {"uid": "t", "panels": [Call("row", ("R", *panels))]})


def line(number: int, **options: Any) -> Call:
    return Call("timeseries", (f"P{number}", "up"), {"key": number, **options})


def test_options_that_most_panels_share_are_said_once() -> None:
    panels = [line(number, **STYLE, legend="right") for number in range(1, 4)]
    text = module_text(dashboard(*panels, line(4, unit="bytes")))
    assert text.count("def timeseries_panel(title: str, *queries: Any, **options: Any) -> Panel:") == 1
    assert "return timeseries(title, *queries, unit='s', fill=30, min=0, legend='right', **options)" in text
    assert "timeseries_panel('P1', 'up', key=1)" in text
    assert "timeseries('P4', 'up', key=4, unit='bytes')" in text
    ast.parse(text)


def test_a_panel_that_says_more_than_the_style_says_it() -> None:
    text = module_text(dashboard(*(line(n, **STYLE) for n in range(1, 4)), line(4, **STYLE, stack="normal")))
    assert "timeseries_panel('P4', 'up', key=4, stack='normal')" in text


def test_a_module_imports_what_its_styles_call() -> None:
    limits = Call("thresholds", ("green", (5, "red")))
    text = module_text(dashboard(*(line(n, **STYLE, thresholds=limits) for n in range(1, 4))))
    assert text.count("thresholds('green', (5, 'red'))") == 1
    assert "row, thresholds, timeseries" in text


def test_what_few_panels_share_stays_where_it_is() -> None:
    few = module_text(dashboard(line(1, **STYLE), line(2, **STYLE), line(3, unit="bytes")))
    little = module_text(dashboard(*(line(n, unit="s") for n in range(1, 6))))
    assert "def " not in few + little


def test_long_values_that_repeat_become_constants() -> None:
    entries = [{"id": "calculateField", "options": {"mode": "reduceRow", "replaceFields": True, "alias": "Total"}}]
    panels = [Call("stat", (f"S{n}", "up"), {"key": n, "transformations": entries}) for n in range(1, 4)]
    text = module_text(dashboard(*panels))
    assert text.count("calculateField") == 1
    assert "transformations=TRANSFORMATIONS" in text

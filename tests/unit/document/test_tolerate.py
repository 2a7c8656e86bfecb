"""What Grafana stores and shows although it is not quite right is mended with a note, in files from a Grafana."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.compiler.compile import compile_document
from dashkit.document.normalise import Origin
from dashkit.errors import SpecError


def document(**more: Any) -> dict[str, Any]:
    panel = {"id": 1, "type": "stat", "title": "A", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 4}}
    return {"uid": "a", "title": "A", "schemaVersion": 42, "panels": [panel], **more}


def with_panel(**more: Any) -> dict[str, Any]:
    made = document()
    made["panels"][0] |= more
    return made


@pytest.mark.parametrize(
    ("made", "note"),
    [
        (with_panel(fieldConfig={"defaults": {"noValue": 0}, "overrides": []}), "panel 'A': noValue 0 is read as \"0\""),
        (with_panel(fieldConfig={"defaults": {"max": "100"}, "overrides": []}), "panel 'A': max \"100\" is read as 100"),
        (with_panel(gridPos={"x": 0, "y": 0, "w": 6, "h": 4.0}), ""),
        (with_panel(targets=[{"refId": "A", "expr": "up", "instant": "true"}]), "panel 'A': instant \"true\" is read as true"),
        (with_panel(fieldConfig={"defaults": {"min": ""}, "overrides": []}), "panel 'A': min is empty, and left out"),
        (document(graphTooltip="1"), 'graphTooltip "1" is read as 1'),
        (document(templating={"list": [{"name": "a", "type": "custom", "query": "a", "hide": "2"}]}), 'hide "2" is read as 2'),
        (document(schemaVersion="39"), "schemaVersion '39' is read as the number 39"),
        (document(templating={"list": [{"name": "", "type": "custom", "query": "a"}]}), "variable '' has a name that nothing can"),
        (document(templating={"list": [{"name": "a-b", "type": "custom", "query": "a"}]}), "variable 'a-b' has a name"),
    ],
)  # fmt: skip
def test_a_slip_in_a_file_is_mended_with_a_note(made: dict[str, Any], note: str) -> None:
    result = compile_document(made, Origin.FILE, {})
    assert [entry.startswith(note) for entry in result.notes] == ([True] if note else [])
    again = compile_document(result.spec, Origin.FILE, {})
    assert again.spec == result.spec


def test_what_was_mended_counts_for_the_layout() -> None:
    made = document()
    made["panels"] = [{"type": "row", "title": "R", "collapsed": "false", "panels": made["panels"]}]
    result = compile_document(made, Origin.FILE, {})
    assert [(panel["type"], panel.get("panels")) for panel in result.spec["panels"]] == [("row", []), ("stat", None)]


@pytest.mark.parametrize(
    "made",
    [
        document(schemaVersion="²"),
        document(templating={"list": [{"name": "a", "type": ""}]}),
        with_panel(fieldConfig={"defaults": {}, "overrides": ""}),
        with_panel(fieldConfig={"defaults": {"noValue": {}}, "overrides": []}),
        with_panel(fieldConfig={"defaults": {"max": "much"}, "overrides": []}),
        document(schemaVersion="old"),
        document(templating={"list": [{"name": "a", "type": "riddle"}]}),
    ],
)
def test_what_has_no_right_form_is_an_error(made: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        compile_document(made, Origin.FILE, {})


def test_an_author_is_told_instead() -> None:
    with pytest.raises(SpecError, match="not of type 'string'"):
        compile_document(with_panel(fieldConfig={"defaults": {"noValue": 0}, "overrides": []}), Origin.PYTHON, {})


@pytest.mark.parametrize("origin", [Origin.FILE, Origin.PYTHON])
def test_panels_of_others_may_overlap_and_leave_the_grid(origin: Origin) -> None:
    made = document()
    made["panels"] += [
        {**made["panels"][0], "id": 2},
        {**made["panels"][0], "id": 3, "gridPos": {"x": 20, "y": 9, "w": 12, "h": 4}},
    ]
    spec = compile_document(made, origin, {}).spec
    assert [panel["gridPos"]["x"] for panel in spec["panels"]] == [0, 0, 20]

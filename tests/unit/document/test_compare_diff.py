"""When two dashboards are the same, and what to say when they are not."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dashkit.document.compare import content_digest, same
from dashkit.document.diff import changes
from dashkit.document.normalise import Origin, normalise


def base() -> dict[str, Any]:
    return normalise(
        {
            "uid": "u",
            "title": "T",
            "tags": ["b", "a"],
            "templating": {"list": [{"name": "job", "type": "query", "query": "label_values(up, job)"}]},
            "panels": [
                {"type": "timeseries", "title": "Latency", "targets": [{"expr": "a"}, {"expr": "b"}]},
                {"type": "stat", "title": "Errors", "targets": [{"expr": "c"}]},
                {"type": "stat", "title": "Third", "targets": [{"expr": "d"}]},
            ],
        },
        Origin.PYTHON,
    ).spec


def said(new: dict[str, Any]) -> list[str]:
    return [str(change) for change in changes(base(), new)]


@pytest.mark.parametrize(
    "noise",
    [
        {"id": 5, "version": 9, "iteration": 3, "schemaVersion": 41},
        {"gnetId": None, "style": "dark", "liveNow": False, "weekStart": ""},
        {"tags": ["b", "a"]},
        {"annotations": {"list": []}},
        {"meta": {"x": 1}},
    ],
)
def test_what_servers_add_on_their_own_is_no_difference(noise: dict[str, Any]) -> None:
    assert same(base(), {**base(), **noise})
    assert changes(base(), {**base(), **noise}) == []


def test_noise_in_panels_and_variables_is_no_difference() -> None:
    other = base()
    for panel in other["panels"]:
        panel |= {"pluginVersion": "12.3.3", "transparent": False, "links": [], "options": {**panel.get("options", {})}}
        panel["gridPos"] = {key: float(value) for key, value in panel["gridPos"].items()}
    other["panels"].reverse()
    other["templating"]["list"][0] |= {"current": {"text": "x", "value": "x"}, "options": [{"value": "x"}]}
    assert same(base(), other)
    assert content_digest(base()) == content_digest(other)


def test_the_selection_of_a_fixed_choice_belongs_to_the_author() -> None:
    choice = {"name": "env", "type": "custom", "query": "a,b", "current": {"text": "a", "value": "a"}}
    first, second = ({**base(), "templating": {"list": [{**choice, "current": {"text": v, "value": v}}]}} for v in "ab")
    assert not same(first, second)


def test_a_changed_query_is_said_with_both_texts() -> None:
    new = base()
    new["panels"][0]["targets"][1]["expr"] = "b2"
    (change,) = changes(base(), new)
    assert str(change) == "panel 'Latency' query B changed"
    assert (change.old, change.new) == ("b", "b2")


def test_added_and_removed_panels_and_queries() -> None:
    new = base()
    del new["panels"][2]
    del new["panels"][0]["targets"][1]
    new["panels"].append({"type": "text", "title": "Note", "id": 77, "gridPos": {"x": 0, "y": 90, "w": 24, "h": 3}})
    assert said(new) == ["panel 'Third' removed", "panel 'Note' added", "panel 'Latency' query B removed"]


def test_a_renamed_panel_is_one_change_though_its_derived_id_differs() -> None:
    new = base()
    new["panels"][0] |= {"title": "Latency p95", "id": 12345}
    assert said(new) == [
        "panel 'Latency' renamed to 'Latency p95', and its id changes: links to it break (a `key` keeps it)"
    ]
    new["panels"][0]["id"] = base()["panels"][0]["id"]
    assert said(new) == ["panel 'Latency' renamed to 'Latency p95'"]


def test_moved_and_resized() -> None:
    new = base()
    new["panels"][1]["gridPos"] = {**new["panels"][1]["gridPos"], "y": new["panels"][1]["gridPos"]["y"] + 2, "h": 6}
    assert said(new) == ["panel 'Errors' resized 6x8 -> 6x6", "panel 'Errors' moved down by 2"]


def test_panels_pushed_down_by_an_insertion_are_one_line() -> None:
    new = base()
    for panel in new["panels"]:
        panel["gridPos"]["y"] += 5
    assert said(new) == ["3 panels moved down by 5 together"]


def test_options_variables_tags_and_settings() -> None:
    new = base()
    new["panels"][1]["fieldConfig"] = {"defaults": {"unit": "s"}, "overrides": []}
    new["templating"]["list"][0]["query"] = "label_values(job)"
    new["templating"]["list"].append({"name": "env", "type": "custom", "query": "a"})
    new["tags"] = ["a", "c"]
    new["title"] = "T2"
    found = said(new)
    assert "setting title 'T' -> 'T2'" in found
    assert "tags +c -b" in found
    assert "variable 'env' added" in found
    assert any(text.startswith("variable 'job' query:") for text in found)
    assert any("fieldConfig" in text and "added" in text for text in found)


def test_a_panel_moved_into_a_row() -> None:
    new = copy.deepcopy(base())
    moved = new["panels"].pop(2)
    new["panels"].append(
        {
            "type": "row",
            "title": "More",
            "id": 9,
            "collapsed": True,
            "panels": [moved],
            "gridPos": {"x": 0, "y": 50, "w": 24, "h": 1},
        }
    )
    assert "panel 'Third' moved to row 'More'" in said(new)


@pytest.mark.parametrize(
    ("key", "value"), [("links", [None, 5]), ("links", 5), ("panels", [{"id": 1, "gridPos": [1]}])]
)
def test_documents_of_odd_shapes_differ_without_an_error(key: str, value: object) -> None:
    whole = {"title": "T", "links": [{"title": "A"}], "panels": [{"id": 1, "gridPos": {"x": 1}}]}
    for old, new in ((whole, whole | {key: value}), (whole | {key: value}, whole)):
        assert changes(old, new)
        assert not changes(new, new)

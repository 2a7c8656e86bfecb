"""The canonical document."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.document.normalise import Origin, normalise
from dashkit.document.validate import validate
from dashkit.document.variables import BUILT_IN_ANNOTATION
from dashkit.errors import SpecError
from dashkit.model.panel_id import panel_id


def spec_of(origin: Origin = Origin.PYTHON, **values: Any) -> dict[str, Any]:
    result = normalise({"uid": "u", "title": "T", **values}, origin).spec
    if result["schemaVersion"] >= 42:
        validate(result)
    return result


def panel(title: str, **values: Any) -> dict[str, Any]:
    return {"type": "timeseries", "title": title, **values}


def test_a_minimal_document_gets_what_grafana_would_add() -> None:
    spec = spec_of()
    assert spec["schemaVersion"] == 42
    assert spec["annotations"]["list"] == [BUILT_IN_ANNOTATION]
    assert spec["templating"] == {"list": []}
    assert spec["time"] == {"from": "now-6h", "to": "now"}


def test_keys_of_one_server_and_of_old_grafanas_are_gone() -> None:
    old = {
        "id": 7,
        "version": 3,
        "iteration": 1,
        "gnetId": None,
        "hideControls": False,
        "sharedCrosshair": True,
        "style": "dark",
    }
    spec = spec_of(Origin.GRAFANALIB, **old)
    assert not old.keys() & spec.keys()
    assert spec["graphTooltip"] == 1


def test_nulls_are_gone_at_each_depth() -> None:
    spec = spec_of(panels=[panel("a", options={"legend": {"calcs": [], "width": None}}, interval=None)])
    assert spec["panels"][0]["options"] == {"legend": {"calcs": []}}
    assert "interval" not in spec["panels"][0]


@pytest.mark.parametrize("uid", ["", None, "a b", "x" * 41, "ünïcode", 7])
def test_a_uid_is_required_and_never_made_up(uid: object) -> None:
    with pytest.raises(SpecError) as refused:
        normalise({"uid": uid, "title": "T"}, Origin.PYTHON)
    assert refused.value.pointer == "/uid"


@pytest.mark.parametrize("title", ["", "  ", None, 3])
def test_a_title_is_required(title: object) -> None:
    with pytest.raises(SpecError, match="no title"):
        normalise({"uid": "u", "title": title}, Origin.PYTHON)


def test_inserting_a_panel_changes_no_other_id() -> None:
    before = {p["title"]: p["id"] for p in spec_of(panels=[panel("a"), panel("c")])["panels"]}
    after = {p["title"]: p["id"] for p in spec_of(panels=[panel("a"), panel("b"), panel("c")])["panels"]}
    assert after["a"] == before["a"]
    assert after["c"] == before["c"]


def test_an_explicit_key_keeps_the_id_when_the_title_changes() -> None:
    first, second = (spec_of(panels=[panel(title, key="latency")])["panels"][0] for title in ("Latency", "Latency p95"))
    assert first["id"] == second["id"] == panel_id("latency")
    assert "key" not in first


def test_panels_of_the_same_title_get_different_ids() -> None:
    ids = [p["id"] for p in spec_of(panels=[panel("a"), panel("a"), panel("a")])["panels"]]
    assert len(set(ids)) == 3


def test_an_id_claimed_twice_is_an_error_that_names_both() -> None:
    with pytest.raises(SpecError, match="'a' and 'b' have the same id 5"):
        spec_of(panels=[panel("a", id=5), panel("b", id=5)])


def test_a_name_as_datasource_becomes_an_object_with_the_type_of_its_variable() -> None:
    variable = {"name": "ds", "type": "datasource", "query": "prometheus"}
    spec = spec_of(
        templating={
            "list": [variable, {"name": "job", "type": "query", "query": "label_values(up, job)", "datasource": "$ds"}]
        },
        panels=[panel("a", datasource="${ds}", targets=[{"expr": "up"}, {"expr": "up", "datasource": "other"}])],
        annotations={"list": [{"name": "n", "expr": "up", "datasource": "[[ds]]"}]},
    )
    chosen = {"type": "prometheus", "uid": "${ds}"}
    assert spec["panels"][0]["datasource"] == chosen
    assert spec["panels"][0]["targets"][0]["datasource"] == chosen
    assert spec["panels"][0]["targets"][1]["datasource"] == {"type": "prometheus", "uid": "other"}
    assert spec["templating"]["list"][1]["datasource"] == chosen
    assert spec["annotations"]["list"][1]["datasource"] == chosen


@pytest.mark.parametrize(
    ("expr", "kind"),
    [
        ('{app="a"} |= "error"', "loki"),
        ('sum(rate({app="a"} | json | level="error" [5m]))', "loki"),
        ('{app="a"} != "debug"', "loki"),
        ('up{app="a"} != 1', "prometheus"),
        ('{app="a"}', "prometheus"),
        ('a{b="c"} or d{e="f"}', "prometheus"),
    ],
)
def test_a_name_as_datasource_has_the_type_that_its_query_is_written_for(expr: str, kind: str) -> None:
    spec = spec_of(panels=[panel("a", datasource="Somewhere", targets=[{"expr": expr}])])
    assert spec["panels"][0]["datasource"] == {"type": kind, "uid": "Somewhere"}


def test_a_panel_without_datasource_takes_the_only_variable() -> None:
    variable = {"name": "source", "type": "datasource", "query": "loki"}
    spec = spec_of(templating={"list": [variable]}, panels=[panel("a", targets=[{"expr": "{}"}])])
    assert spec["panels"][0]["datasource"] == {"type": "loki", "uid": "${source}"}


def test_a_panel_without_datasource_and_without_variable_stays_with_the_servers_default() -> None:
    spec = spec_of(panels=[panel("a", targets=[{"expr": "up"}])])
    assert "datasource" not in spec["panels"][0]


def test_queries_of_a_mixed_panel_keep_their_own_datasource() -> None:
    targets = [
        {"expr": "up", "datasource": {"type": "prometheus", "uid": "p"}},
        {"expr": "{}", "datasource": {"type": "loki", "uid": "l"}},
    ]
    spec = spec_of(panels=[panel("a", datasource="-- Mixed --", targets=targets)])
    assert spec["panels"][0]["datasource"] == {"type": "datasource", "uid": "-- Mixed --"}
    assert [t["datasource"]["uid"] for t in spec["panels"][0]["targets"]] == ["p", "l"]


def test_ref_ids_are_filled_in_and_kept() -> None:
    targets = [{"expr": "a"}, {"expr": "b", "refId": "A"}, {"expr": "c", "refId": "A"}, {"expr": "d", "refId": ""}]
    spec = spec_of(panels=[panel("a", targets=targets)])
    assert [(t["expr"], t["refId"]) for t in spec["panels"][0]["targets"]] == [
        ("a", "B"),
        ("b", "A"),
        ("c", "C"),
        ("d", "D"),
    ]


def test_an_old_foreign_document_keeps_its_schema_so_that_grafana_migrates_it() -> None:
    rows = [{"title": "r", "panels": [{"type": "graph", "title": "g", "span": 6}]}]
    spec = spec_of(Origin.FILE, schemaVersion=14, rows=rows, id=3)
    assert spec["schemaVersion"] == 14
    assert spec["rows"] == rows
    assert "id" not in spec


def test_a_foreign_document_of_36_or_later_is_carried_to_42() -> None:
    table = {"type": "table", "fieldConfig": {"defaults": {"custom": {"displayMode": "lcd-gauge"}}, "overrides": []}}
    legend = panel("a", options={"legend": {"displayMode": "hidden", "placement": "bottom"}})
    spec = spec_of(Origin.FILE, schemaVersion=36, refresh=False, panels=[legend, table])
    assert spec["schemaVersion"] == 42
    assert spec["refresh"] == ""
    assert spec["panels"][0]["options"]["legend"] == {"displayMode": "list", "placement": "bottom", "showLegend": False}
    assert spec["panels"][1]["fieldConfig"]["defaults"]["custom"] == {"cellOptions": {"mode": "lcd", "type": "gauge"}}


def test_a_library_panel_is_reduced_to_its_reference() -> None:
    library = {
        "id": 4,
        "title": "L",
        "libraryPanel": {"uid": "lib", "name": "Lib"},
        "targets": [{"expr": "x"}],
        "type": "stat",
    }
    assert set(spec_of(panels=[library])["panels"][0]) == {"id", "title", "gridPos", "libraryPanel"}


def test_legacy_rows_become_grid_panels() -> None:
    rows = [
        {
            "title": "First",
            "showTitle": True,
            "height": "250px",
            "panels": [{"type": "text", "span": 6}, {"type": "text", "span": 6}],
        },
        {"title": "Second", "collapse": True, "panels": [{"type": "text", "span": 12}]},
    ]
    spec = spec_of(Origin.GRAFANALIB, rows=rows)
    assert [(p["type"], p["gridPos"]["y"], p["gridPos"]["w"]) for p in spec["panels"]] == [
        ("row", 0, 24),
        ("text", 1, 12),
        ("text", 1, 12),
        ("row", 8, 24),
    ]
    assert spec["panels"][3]["collapsed"] is True
    assert len(spec["panels"][3]["panels"]) == 1

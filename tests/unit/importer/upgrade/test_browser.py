"""What the browser of a real Grafana 10.1.2 makes of panels of kinds that are gone is the judge of how ours are rewritten."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashkit.importer.upgrade import upgrade
from dashkit.quiet.panels import quiet
from tests.conftest import ROOT
from tests.support.differences import differences, not_accepted

#: Panels as they were, and the same panels after the browser opened them.
RECORDED: list[dict[str, Any]] = json.loads((ROOT / "tests/golden/upgrade/browser-10.1.2.json").read_bytes())

_DEFAULT = "Grafana fills it in anyway"
_AS_BEFORE = "it looks as it did before; Grafana does not carry it over"
_LEFT = "Grafana leaves it lying on the panel"
#: Paths, after the kind, where ours differs from Grafana's, and why that is right.
DIFFERENCES = {
    "graph/fieldConfig/defaults/noValue": _AS_BEFORE,
    "graph/fieldConfig/defaults/custom/stacking/mode": "10.1 forgets that shares were stacked, 12 does not",
    "graph/fieldConfig/defaults/custom/fillOpacity": "a band fills between two lines, and not below the others",
    "graph/fieldConfig/defaults/thresholds/steps/*/color": "a line has the colour of the line, not of the area",
    "graph/fieldConfig/overrides": "Grafana forgets series that the legend does not show",
    "graph/fieldConfig/overrides/*/properties": "10.1 forgets the side of the right axis, 12 does not",
    "graph/fieldConfig/overrides/*/properties/**": "10.1 hides the lines of a series that says it has some, 12 does not",
    "graph/options/legend/calcs/*": "the old legend showed them in this order",
    "graph/options/legend/sortBy": _AS_BEFORE,
    "graph/options/legend/sortDesc": _AS_BEFORE,
    "singlestat/type": "a dial was shown, and Grafana makes a tile of it",
    "singlestat/options/*": "a dial has other options than a tile, and of a single value, both orientations look the same",
    "singlestat/options/reduceOptions/calcs/*": "a name has no mean",
    "singlestat/fieldConfig/defaults/color": _DEFAULT,
    "singlestat/fieldConfig/defaults/thresholds": _DEFAULT,
    "singlestat/fieldConfig/defaults/unit": _AS_BEFORE,
    "table-old/fieldConfig/defaults/displayName": "an empty name is none",
    "table-old/fieldConfig/defaults/decimals": "10.1 stops at a style without thresholds, 12 does not",
    "table-old/fieldConfig/defaults/unit": "10.1 stops at a style without thresholds, 12 does not",
    "table-old/fieldConfig/overrides": "the first style that fits was used, so it comes last; columns have today's names",
    "table-old/fieldConfig/overrides/**": "the first style that fits was used, so it comes last; columns have today's names",
    "table-old/options/sortBy": _AS_BEFORE,
    "table-old/transformations/*/id": "today's name of the same",
    "table-old/transformations/*/options/**": "what such a transformation does not read, or takes anyway",
    "heatmap/options/cellGap": "the old heatmap had one pixel",
    "heatmap/options/color/steps": "a number of colours that nobody can tell from this one",
    "heatmap/options/tooltip/mode": "today's form of the same",
    "heatmap/options/tooltip/show": "today's form of the same",
    "heatmap/options/cellValues": _DEFAULT,
    "heatmap/options/exemplars": _DEFAULT,
    "heatmap/options/showValue": _DEFAULT,
    "heatmap/options/filterValues": _DEFAULT,
    "heatmap/options/rowsFrame": _DEFAULT,
    "heatmap/options/calculation": _DEFAULT,
    "grafana-piechart-panel/options/displayLabels": _DEFAULT,
    "grafana-piechart-panel/options/legend/placement": "the legend is not shown",
    "grafana-piechart-panel/fieldConfig/defaults/decimals": "none were said",
    "gauge/fieldConfig/defaults/color": _DEFAULT,
    "gauge/fieldConfig/defaults/thresholds/steps/*/index": _LEFT,
}


def upgraded(panel: dict[str, Any]) -> dict[str, Any]:
    spec = {"uid": "u", "title": "T", "schemaVersion": 30, "panels": [{"id": 1, "targets": [{"refId": "A"}], **panel}]}
    return quietly(upgrade(spec).spec["panels"][0])


def quietly(panel: dict[str, Any]) -> dict[str, Any]:
    made = quiet({"panels": [panel]})[0]["panels"][0]
    return {key: value for key, value in made.items() if key in ("type", "options", "fieldConfig", "transformations")}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """Return what differs and is not accepted, by title, and the rows of the table that were needed."""
    used: set[str] = set()
    rest = {}
    for one in RECORDED:
        before, after = one["before"], quietly({"id": 1, **one["after"]})
        kind = before["type"]
        named = ((f"{kind}{path}", *values) for path, *values in differences(upgraded(before), after))
        rest[before["title"]] = not_accepted(named, DIFFERENCES, used)
    return {"rest": {title: left for title, left in rest.items() if left}, "used": used}


def test_panels_become_what_the_browser_makes_of_them(found: dict[str, Any]) -> None:
    assert found["rest"] == {}


def test_each_accepted_difference_is_there(found: dict[str, Any]) -> None:
    assert set(DIFFERENCES) - found["used"] == set()

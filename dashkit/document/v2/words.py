"""The words that v2 has for the numbers and names of the classic schema."""

from __future__ import annotations

HIDE = {0: "dontHide", 1: "hideLabel", 2: "hideVariable", 3: "inControlsMenu"}
REFRESH = {0: "never", 1: "onDashboardLoad", 2: "onTimeRangeChanged"}
SORT = {
    0: "disabled",
    1: "alphabeticalAsc",
    2: "alphabeticalDesc",
    3: "numericalAsc",
    4: "numericalDesc",
    5: "alphabeticalCaseInsensitiveAsc",
    6: "alphabeticalCaseInsensitiveDesc",
    7: "naturalAsc",
    8: "naturalDesc",
}
CURSOR = {0: "Off", 1: "Crosshair", 2: "Tooltip"}
VARIABLE = {
    "query": "QueryVariable",
    "textbox": "TextVariable",
    "constant": "ConstantVariable",
    "datasource": "DatasourceVariable",
    "interval": "IntervalVariable",
    "custom": "CustomVariable",
    "groupby": "GroupByVariable",
    "adhoc": "AdhocVariable",
    "switch": "SwitchVariable",
}

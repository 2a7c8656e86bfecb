"""The words of the v2 schema for what the classic one says in numbers and other names."""

from __future__ import annotations

CURSOR = {0: "Off", 1: "Crosshair", 2: "Tooltip"}
HIDE = {0: "dontHide", 1: "hideLabel", 2: "hideVariable", 3: "inControlsMenu"}
REFRESH = {0: "never", 1: "onDashboardLoad", 2: "onTimeRangeChanged"}
SORT = {
    0: "disabled", 1: "alphabeticalAsc", 2: "alphabeticalDesc", 3: "numericalAsc", 4: "numericalDesc",
    5: "alphabeticalCaseInsensitiveAsc", 6: "alphabeticalCaseInsensitiveDesc", 7: "naturalAsc", 8: "naturalDesc",
}  # fmt: skip
#: The type of a classic variable by the kind of one of v2.
VARIABLE = {
    "QueryVariable": "query", "TextVariable": "textbox", "ConstantVariable": "constant", "DatasourceVariable": "datasource",
    "IntervalVariable": "interval", "CustomVariable": "custom", "GroupByVariable": "groupby", "AdhocVariable": "adhoc",
    "SwitchVariable": "switch",
}  # fmt: skip

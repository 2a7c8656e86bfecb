"""The words of the v2 schema, and what the classic schema says instead of them."""

from __future__ import annotations

from typing import Any

HIDE: dict[Any, str] = {0: "dontHide", 1: "hideLabel", 2: "hideVariable", 3: "inControlsMenu"}
"""Where a variable is hidden."""

REFRESH: dict[Any, str] = {0: "never", 1: "onDashboardLoad", 2: "onTimeRangeChanged"}
"""When a variable asks for its options."""

SORT: dict[Any, str] = {
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
"""How a variable sorts its options."""

CURSOR: dict[Any, str] = {0: "Off", 1: "Crosshair", 2: "Tooltip"}
"""What the panels of a dashboard share under the pointer."""

VARIABLES: dict[Any, str] = {
    "adhoc": "AdhocVariable",
    "constant": "ConstantVariable",
    "custom": "CustomVariable",
    "datasource": "DatasourceVariable",
    "groupby": "GroupByVariable",
    "interval": "IntervalVariable",
    "query": "QueryVariable",
    "switch": "SwitchVariable",
    "textbox": "TextVariable",
}
"""The kinds of variables, by their classic type."""

REFRESH_INTERVALS = ("5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d")
"""What the refresh button offers if a dashboard does not say."""

LEGACY_QUERY = "__legacyStringValue"
"""The key of a variable's query that is only a text."""

ANGULAR = "__angularMigration"
"""The key of a panel's options under which the keys of an older plugin wait for the browser to migrate them."""

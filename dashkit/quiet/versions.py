"""The version of Grafana that saved a panel: it decides which of the panel's old forms are rewritten when it is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.authoring.paths import Json
from dashkit.quiet.kinds import AXES, GRAPHS, NO_FIELDS, STATES
from dashkit.quiet.traces import Rule, at, defaults, drop

#: Kinds that rewrite the same old forms whatever the version, or none at all.
_ANY_VERSION = (
    GRAPHS
    | (AXES - {"xychart"})
    | STATES
    | (NO_FIELDS - {"text"})
    | {"table", "piechart", "heatmap", "logs", "nodeGraph"}
)
_NEW_GAUGE = 13


def _version(panel: Json) -> Iterator[str]:
    version = panel.get("pluginVersion")
    kind = panel.get("type")
    if isinstance(version, str) and (
        kind in _ANY_VERSION
        or (kind == "text" and not {"content", "mode"} & panel.keys())
        or (kind in ("stat", "bargauge") and _same_tile(panel, _number(version)))
        or (kind == "gauge" and _same_tile(panel, _number(version)) and _old(version))
    ):
        yield from drop(panel, "pluginVersion")


def _number(version: str) -> float | None:
    """Return major and minor version as Grafana reads them. It reads ``v11.4.0`` as no number, which is older than none."""
    match = re.match(r"\s*\d+(\.\d+)?", version)
    return float(match[0]) if match else None


def _old(version: str) -> bool:
    number = _number(version)
    return number is not None and number < _NEW_GAUGE


def _same_tile(panel: Json, version: float | None) -> bool:
    """Return whether Grafana rewrites a tile without a version as it rewrites this one: not at all, or equally."""
    options, fields = panel.get("options", {}), defaults(panel)
    if not isinstance(options, dict) or options.keys() & {"fieldOptions", "valueOptions"} or "title" in fields:
        return False
    # Before 8.0, percentages had a scale of their own.
    ends = all(isinstance(at(panel, f"fieldConfig.defaults.{end}"), int | float) for end in ("min", "max"))
    same_scale = fields.get("unit") not in ("percent", "percentunit") or ends or (version is not None and version < 8)
    return same_scale and isinstance(panel.get("fieldConfig"), dict)


RULES: tuple[Rule, ...] = (Rule("it decides nothing for a panel like this", _version),)

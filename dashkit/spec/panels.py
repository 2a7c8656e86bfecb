"""What all panels have in common: nulls, defaults, links, field configuration."""

from __future__ import annotations

from typing import Any

from dashkit.spec.datasources import References, query_type
from dashkit.spec.legacy_panels import modern_panel
from dashkit.spec.targets import modern_targets
from dashkit.spec.thresholds import modern_thresholds

#: Keys that never persist in Grafana, or that only its panels before 8 had.
_TRANSIENT = (
    "cachedPluginOptions", "cacheTimeout", "configRev", "editable", "error", "events", "hasRefreshed",
    "hasSavedPanelEditChange", "height", "isEditing", "isInView", "isNew", "isViewing", "minSpan", "plugin",
    "queryRunner", "refreshWhenInView", "replaceVariables", "scopedVars", "span",
)  # fmt: skip
_FOREIGN_TRANSIENT = tuple(key for key in _TRANSIENT if key not in ("height", "span", "minSpan"))
#: Values that Grafana 12 drops from a panel that it stores.
_DEFAULTS: dict[str, Any] = {
    "title": "",
    "description": "",
    "transparent": False,
    "links": [],
    "options": {},
    "targets": [],
    "transformations": [],
    "fieldConfig": {"defaults": {}, "overrides": []},
    "hideTimeOverride": False,
    "repeat": "",
    "interval": "",
}
_LIBRARY_KEYS = ("id", "title", "gridPos", "libraryPanel")
#: grafanalib asks for 100 points of each panel, however wide it is drawn; no author chose that.
_GRAFANALIB_POINTS = 100


def normalise_panel(panel: dict[str, Any], references: References, *, legacy: bool) -> None:
    """Bring one panel (not its nested ones) to canonical form, in place; ``legacy`` for one made by grafanalib.

    Nulls are expected to be gone already.
    """
    if panel.get("libraryPanel"):
        for key in [key for key in panel if key not in _LIBRARY_KEYS]:
            del panel[key]
        return
    for key in _TRANSIENT if legacy else _FOREIGN_TRANSIENT:
        panel.pop(key, None)
    if legacy:
        modern_panel(panel)
        if panel.get("maxDataPoints") == _GRAFANALIB_POINTS:
            del panel["maxDataPoints"]
    if panel.get("type") == "row":
        panel.setdefault("collapsed", False)
        panel.setdefault("panels", [])
        if panel.get("repeat") == "":
            del panel["repeat"]
        panel.pop("datasource", None)
        panel.pop("targets", None)
        if panel.get("title") == "":
            del panel["title"]
        return
    targets = panel.get("targets")
    targets = targets if isinstance(targets, list) else []
    _datasource(panel, targets, references)
    panel["targets"] = modern_targets(targets, panel.get("datasource"), references, legacy=legacy)
    _field_config(panel, legacy=legacy)
    for key, default in _DEFAULTS.items():
        if key in panel and panel[key] == default:
            del panel[key]
    if panel.get("targets") == [{"refId": "A"}]:
        del panel["targets"]


def _datasource(panel: dict[str, Any], targets: list[Any], references: References) -> None:
    hint = next((kind for target in targets if isinstance(target, dict) and (kind := query_type(target))), "")
    reference = references.resolve(panel.get("datasource"), hint=hint)
    if reference is None and targets:
        reference = references.default
    if reference is None:
        panel.pop("datasource", None)
    else:
        panel["datasource"] = dict(reference)


def _field_config(panel: dict[str, Any], *, legacy: bool) -> None:
    config = panel.get("fieldConfig")
    if not isinstance(config, dict):
        return
    defaults = config.setdefault("defaults", {})
    config.setdefault("overrides", [])
    if "thresholds" in defaults:
        thresholds = modern_thresholds(defaults["thresholds"])
        if thresholds is None:
            del defaults["thresholds"]
        else:
            defaults["thresholds"] = thresholds
    if legacy:
        for key, empty in (("mappings", []), ("unit", ""), ("custom", {}), ("links", [])):
            if defaults.get(key) == empty:
                defaults.pop(key, None)
        for key in ("axisLabel",):
            if (defaults.get("custom") or {}).get(key) == "":
                del defaults["custom"][key]
    for override in config["overrides"]:
        for entry in override.get("properties") or () if isinstance(override, dict) else ():
            if entry.get("id") == "thresholds" and (modern := modern_thresholds(entry.get("value"))):
                entry["value"] = modern

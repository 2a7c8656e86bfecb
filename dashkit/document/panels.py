"""What all panels have in common: transient keys, defaults, datasources, field configuration."""

from __future__ import annotations

from typing import Any

from dashkit.document.datasources import References, query_type, set_datasource
from dashkit.document.edit import drop, drop_defaults, keep
from dashkit.document.legacy_panels import modern_panel
from dashkit.document.targets import modern_targets
from dashkit.document.thresholds import modern_thresholds

#: Keys that Grafana never stores, or that only its panels before version 8 had.
_TRANSIENT = (
    "cachedPluginOptions", "cacheTimeout", "configRev", "editable", "error", "events", "hasRefreshed",
    "hasSavedPanelEditChange", "height", "isEditing", "isInView", "isNew", "isViewing", "minSpan", "plugin",
    "queryRunner", "refreshWhenInView", "replaceVariables", "scopedVars", "span",
)  # fmt: skip
_FOREIGN_TRANSIENT = tuple(key for key in _TRANSIENT if key not in ("height", "span", "minSpan"))
#: Values that Grafana 12 removes from a panel when it stores it.
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
#: grafanalib sets this on every panel, however wide it is. No author chose it.
_GRAFANALIB_POINTS = 100


def normalise_panel(panel: dict[str, Any], references: References, *, legacy: bool) -> None:
    """Bring one panel, without its nested ones, to canonical form in place. Nulls must already be removed.

    ``legacy`` is for panels built by grafanalib.
    """
    if panel.get("libraryPanel"):
        keep(panel, *_LIBRARY_KEYS)
        return
    drop(panel, *(_TRANSIENT if legacy else _FOREIGN_TRANSIENT))
    if legacy:
        modern_panel(panel)
        drop_defaults(panel, {"maxDataPoints": _GRAFANALIB_POINTS})
    if panel.get("type") == "row":
        panel.setdefault("collapsed", False)
        panel.setdefault("panels", [])
        drop(panel, "datasource", "targets")
        drop_defaults(panel, {"repeat": "", "title": ""})
        return
    targets = panel.get("targets")
    targets = targets if isinstance(targets, list) else []
    hint = next((kind for target in targets if isinstance(target, dict) and (kind := query_type(target))), "")
    reference = references.resolve(panel.get("datasource"), hint=hint)
    set_datasource(panel, references.default if reference is None and targets else reference)
    panel["targets"] = modern_targets(targets, panel.get("datasource"), references, legacy=legacy)
    _field_config(panel, legacy=legacy)
    drop_defaults(panel, _DEFAULTS)
    drop_defaults(panel, {"targets": [{"refId": "A"}]})


def _field_config(panel: dict[str, Any], *, legacy: bool) -> None:
    config = panel.get("fieldConfig")
    if not isinstance(config, dict):
        return
    defaults = config.setdefault("defaults", {})
    config.setdefault("overrides", [])
    if "thresholds" in defaults:
        defaults["thresholds"] = modern_thresholds(defaults["thresholds"])
        drop_defaults(defaults, {"thresholds": None})
    if legacy:
        drop_defaults(defaults, {"mappings": [], "unit": "", "custom": {}, "links": []})
        drop_defaults(defaults.get("custom") or {}, {"axisLabel": ""})
    for override in config["overrides"]:
        for entry in override.get("properties") or () if isinstance(override, dict) else ():
            if entry.get("id") == "thresholds" and (modern := modern_thresholds(entry.get("value"))):
                entry["value"] = modern

"""Groups of Grafana-managed rules as provisioning files, and back.

https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/. Grafana fills variables
into most texts of such a file, so that a dollar there is doubled. It takes annotations and the models of queries as they are
(read in its sources, 10.1.2 and 12.4.3): a doubled dollar would stay there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashkit.deploy.alert_documents import DASHBOARD, PANEL
from dashkit.deploy.routing import doubled
from dashkit.errors import InputError
from dashkit.model.dashboard import FolderPath
from dashkit.model.durations import seconds
from dashkit.model.folder import folder_uid
from dashkit.model.live import GrafanaAlertGroup

#: Keys that the provisioning API spells otherwise than the files.
_SPELT = {
    "keep_firing_for": "keepFiringFor",
    "missingSeriesEvalsToResolve": "missing_series_evals_to_resolve",
}
_BACK = {file: api for api, file in _SPELT.items()}
_AS_THEY_ARE = ("data", "annotations", "missing_series_evals_to_resolve", "isPaused")


def group_document(group: GrafanaAlertGroup, path: FolderPath, organisation: int, *, nested: bool) -> dict[str, Any]:
    """Return the content of a file with one group.

    Args:
        path: that of its folder, which Grafana finds, or makes, by its titles.
        nested: whether folders can be in folders. Grafana reads a path with slashes then.
    """
    return {
        "apiVersion": 1,
        "groups": [
            {
                "orgId": organisation,
                "name": doubled(group.name),
                "folder": doubled(_folder(path, nested=nested)),
                "interval": f"{group.interval}s",
                "rules": [_rule(rule) for rule in group.rules],
            }
        ],
    }


def groups_of(document: Any, *, nested: bool, where: str) -> list[tuple[GrafanaAlertGroup, FolderPath]]:
    """Return the groups of a file and the paths of their folders. Raises `InputError` for any other document."""
    try:
        return [_group(entry, nested=nested) for entry in document.get("groups") or ()]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"not a file with alert rules of Grafana: {error!r}", where=where) from None


def removal(uids: list[str], organisation: int) -> dict[str, Any]:
    """Return the content of a file that removes rules. Grafana keeps those that just leave a file."""
    return {"apiVersion": 1, "deleteRules": [{"orgId": organisation, "uid": uid} for uid in sorted(uids)]}


def halved(value: Any) -> Any:
    """Undo `dashkit.deploy.routing.doubled`."""
    if isinstance(value, Mapping):
        return {key: halved(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [halved(entry) for entry in value]
    return value.replace("$$", "$") if isinstance(value, str) else value


def _folder(path: FolderPath, *, nested: bool) -> str:
    return "/".join(title.replace("/", "\\/") for title in path) if nested else " / ".join(path)


def _path(text: str, *, nested: bool) -> FolderPath:
    parts = text.replace("\\/", "\0").split("/") if nested else text.split(" / ")
    return tuple(part.replace("\0", "/") for part in parts)


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    result = {}
    for key, value in rule.items():
        name = _SPELT.get(key, key)
        result[name] = value if name in _AS_THEY_ARE else doubled(value)
    if record := rule.get("record"):
        result["record"] = doubled(
            {"metric": record["metric"], "from": record["from"], "targetDatasourceUid": record["target_datasource_uid"]}
        )
    # Grafana links a rule to its panel by these. It shows the annotations of the same meaning, too.
    if dashboard := rule.get("annotations", {}).get(DASHBOARD):
        result |= {"dashboardUid": dashboard, "panelId": int(rule["annotations"][PANEL])}
    return result


def _group(entry: Mapping[str, Any], *, nested: bool) -> tuple[GrafanaAlertGroup, FolderPath]:
    path = _path(halved(entry["folder"]), nested=nested)
    rules = tuple(map(_read_rule, entry["rules"]))
    interval = int(seconds(str(entry["interval"])))
    return GrafanaAlertGroup(folder_uid(path), halved(entry["name"]), interval, rules), path


def _read_rule(entry: Mapping[str, Any]) -> dict[str, Any]:
    result = {}
    for name, value in entry.items():
        if name not in ("dashboardUid", "panelId"):
            result[_BACK.get(name, name)] = value if name in _AS_THEY_ARE else halved(value)
    if record := result.get("record"):
        result["record"] = {
            "metric": record["metric"], "from": record["from"], "target_datasource_uid": record["targetDatasourceUid"],
        }  # fmt: skip
    return {"labels": {}, "annotations": {}, "isPaused": False, **result}

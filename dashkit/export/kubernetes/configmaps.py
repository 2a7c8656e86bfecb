"""ConfigMaps for the sidecars of Grafana's Helm chart, which write what is in them as files that Grafana provisions.

https://github.com/grafana/helm-charts/blob/main/charts/grafana/README.md and k8s-sidecar 2.10 say which label and annotation
they read. Grafana before 13 names a folder by the last directory only, so each folder is one directory.
"""

from __future__ import annotations

import re
from typing import Any

from dashkit.deploy.desired import Desired
from dashkit.deploy.fit import Takes, fit
from dashkit.errors import InputError
from dashkit.export import yaml_text
from dashkit.export.desired_state import DatasourceSettings
from dashkit.export.kubernetes.resource import Maker, Resources, plain_json
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import folder_text

_NOTE = "Written by `dashkit export kubernetes`; change dashkit.yaml instead."
#: A dollar that is not the start of a variable of Grafana's environment.
_PLAIN_DOLLAR = re.compile(r"\$(?!\{\w+\})")


def configmaps(maker: Maker) -> Resources:
    """Yield a ConfigMap for each dashboard, and one for the datasources.

    Raises:
        InputError: Grafana would provision none of two dashboards, or a dashboard is too large or loses what it must not.
    """
    state, options = maker.state, maker.options
    taken: dict[tuple[str, str], str] = {}
    for item in state.dashboards:
        board, folder = classic(item, maker), directory(item.folder)
        other = taken.setdefault((folder, item.title), item.uid)
        if other != item.uid:
            raise InputError(
                f"{item.uid} and {other} are both {item.title!r} in {folder or 'General'!r}; Grafana provisions neither",
                where=str(item.source), hint="change one of the titles",
            )  # fmt: skip
        name = maker.name(f"dashboard-{item.uid}")
        annotations = {options.folder_annotation: folder} if folder and options.folder_annotation else {}
        data = plain_json({**board.spec, "uid": item.uid})
        yield (
            f"dashboards/{name}.yaml",
            maker.configmap(name, {f"{item.uid}.json": data}, dict([options.label]), annotations),
        )
    if state.datasources:
        name = maker.name("datasources")
        made = [datasource(entry, state.organisation) for entry in state.datasources]
        data = yaml_text.text({"apiVersion": 1, "datasources": made}, _NOTE, sort_keys=True)
        yield (
            f"datasources/{name}.yaml",
            # All datasource files end up in one directory: the name of the file is the project's, too.
            maker.configmap(name, {f"{name}.yaml": data}, {"grafana_datasource": "1"}),
        )


def classic(item: Desired, maker: Maker) -> Desired:
    """Return a dashboard in the classic schema, and warn of what that loses."""
    fitted = fit(item, Takes())
    if fitted.lost and item.strict:
        raise InputError(
            f"{item.uid} cannot be a classic dashboard: {'; '.join(fitted.lost)}", where=str(item.source),
            hint="use --form operator, or remove strict=True",
        )  # fmt: skip
    for sentence in fitted.lost:
        maker.warn(f"{item.uid}: {sentence}")
    return fitted


def directory(path: FolderPath) -> str:
    """Return the name of a directory that Grafana names a folder by: ``A - B`` for A / B. Empty for the root."""
    if not path:
        return ""
    # The sidecar would make directories of slashes, and Grafana skips directories that start with a dot.
    return folder_text(tuple(title.replace("/", "-") for title in path)).replace(" / ", " - ").lstrip(". ") or "folder"


def datasource(entry: DatasourceSettings, organisation: int) -> dict[str, Any]:
    """Return an entry of a provisioning file. Grafana fills in variables there, so other dollars are doubled.

    https://grafana.com/docs/grafana/latest/administration/provisioning/#data-sources
    """
    secrets = {setting: f"${{{variable}}}" for setting, variable in entry.secrets.items()}
    found = {
        "uid": entry.uid, "name": _doubled(entry.name or entry.uid), "type": entry.type, "access": "proxy",
        "orgId": organisation, "url": _PLAIN_DOLLAR.sub("$$", entry.url), "isDefault": entry.default,
        "jsonData": _doubled(entry.settings), "secureJsonData": secrets,
    }  # fmt: skip
    return {key: value for key, value in found.items() if value not in ({}, False)}


def _doubled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _doubled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_doubled(inner) for inner in value]
    return value.replace("$", "$$") if isinstance(value, str) else value

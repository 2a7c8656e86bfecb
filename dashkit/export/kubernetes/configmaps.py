"""ConfigMaps for the sidecars of Grafana's Helm chart, which write what is in them as files that Grafana provisions.

https://github.com/grafana/helm-charts/blob/main/charts/grafana/README.md and k8s-sidecar 2.10 say which label and annotation
they read. Grafana 12 and older name a folder by the last directory only (grafana/grafana issue 107158), so each folder is one
directory.
"""

from __future__ import annotations

import re
from typing import Any

from dashkit.deploy.desired import Desired
from dashkit.deploy.fit import Takes, fit
from dashkit.errors import InputError
from dashkit.export import yaml_text
from dashkit.export.desired_state import DatasourceSettings
from dashkit.export.kubernetes.resource import Maker, Resource, Resources, plain_json
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import folder_text

_NOTE = "Written by `dashkit export kubernetes`; change dashkit.yaml instead."
#: A dollar that is not the start of a variable of Grafana's environment.
_PLAIN_DOLLAR = re.compile(r"\$(?!\{\w+\})")


def configmaps(maker: Maker) -> Resources:
    """Yield a ConfigMap for each dashboard, and one for the datasources.

    Raises:
        InputError: two dashboards have one title and folder, or one is too large or loses what it must not.
    """
    yield from _dashboards(maker)
    state = maker.state
    if state.datasources:
        made = [datasource(entry, state.organisation) for entry in state.datasources]
        data = yaml_text.text({"apiVersion": 1, "datasources": made}, _NOTE, sort_keys=True)
        yield _file("datasources", data, "grafana_datasource", maker)


def _file(what: str, data: bytes, label: str, maker: Maker) -> tuple[str, Resource]:
    """Return a ConfigMap of one file for a sidecar, which puts those of all projects into one directory."""
    name = maker.name(what)
    return f"{what}/{name}.yaml", maker.configmap(name, {f"{name}.yaml": data}, {label: "1"})


def _dashboards(maker: Maker) -> Resources:
    state, options = maker.state, maker.options
    taken: dict[tuple[str, str], str] = {}
    for item in state.dashboards:
        board, folder = classic(item, maker), directory(item.folder)
        other = taken.setdefault((folder, item.title), item.uid)
        if other != item.uid:
            raise InputError(
                f"{item.uid} and {other} are both {item.title!r} in {folder or 'General'!r}; Grafana would stop provisioning",
                where=str(item.source), hint="change one of the titles",
            )  # fmt: skip
        name = maker.name(f"dashboard-{item.uid}")
        annotations = {options.folder_annotation: folder} if folder and options.folder_annotation else {}
        data = plain_json({**board.spec, "uid": item.uid})
        yield (
            f"dashboards/{name}.yaml",
            maker.configmap(name, {f"{item.uid}.json": data}, dict([options.label]), annotations),
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

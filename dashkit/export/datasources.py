"""Datasources as Grafana's provisioning files describe them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from dashkit.deploy.routing import doubled
from dashkit.export.desired_state import DatasourceSettings

#: A dollar that is not the start of a variable of Grafana's environment.
_PLAIN_DOLLAR = re.compile(r"\$(?!\{\w+\})")


def datasources_document(datasources: Iterable[DatasourceSettings], organisation: int) -> dict[str, Any]:
    """Return the content of a file. Grafana fills in variables there, so other dollars are doubled.

    https://grafana.com/docs/grafana/latest/administration/provisioning/#data-sources
    """
    return {"apiVersion": 1, "datasources": [_datasource(entry, organisation) for entry in datasources]}


def _datasource(entry: DatasourceSettings, organisation: int) -> dict[str, Any]:
    secrets = {setting: f"${{{variable}}}" for setting, variable in entry.secrets.items()}
    found = {
        "uid": entry.uid, "name": doubled(entry.name or entry.uid), "type": entry.type, "access": "proxy",
        "orgId": organisation, "url": _PLAIN_DOLLAR.sub("$$", entry.url), "isDefault": entry.default,
        "jsonData": doubled(entry.settings), "secureJsonData": secrets,
    }  # fmt: skip
    return {key: value for key, value in found.items() if value not in ({}, False)}

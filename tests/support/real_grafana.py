"""A dashboard on its way through a real Grafana, where DASHKIT_TEST_GRAFANA_URL names one."""

import os
from typing import Any

import pytest

from dashkit._http import Connection, Settings
from dashkit.model.secret import Secret

URL = os.environ.get("DASHKIT_TEST_GRAFANA_URL", "")
needs_real_grafana = pytest.mark.skipif(not URL, reason="DASHKIT_TEST_GRAFANA_URL names no real Grafana")


def stored(spec: dict[str, Any], uid: str) -> Any:
    """Return what Grafana 12 holds of ``spec`` after a save as v1beta1, and remove it again."""
    user = os.environ.get("DASHKIT_TEST_GRAFANA_USER", "admin")
    password = os.environ.get("DASHKIT_TEST_GRAFANA_PASSWORD", "admin")
    connection = Connection(Settings(url=URL, user=user, password=Secret(password)))
    if connection.get("/apis/dashboard.grafana.app").status == 404:
        pytest.skip("this server has no v1beta1")
    base = "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards"
    body = {"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard", "metadata": {"name": uid}, "spec": spec}
    connection.delete(f"{base}/{uid}")
    try:
        assert connection.write("POST", base, body).status == 201
        return connection.get(f"{base}/{uid}").json()["spec"]
    finally:
        connection.delete(f"{base}/{uid}")

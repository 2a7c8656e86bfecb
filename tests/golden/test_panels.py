"""Each grafanalib panel class compiles to what its golden file says.

`scripts/update-golden` writes the files anew; they are reviewed like code. That Grafana stores them as they are is
proven by `test_real_fixed_point`, on a real server.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from dashkit import _json
from dashkit._http import Connection, Settings
from dashkit.compiler.plain import plain
from dashkit.model.secret import Secret
from dashkit.spec.normalise import Origin, normalise
from dashkit.spec.validate import validate
from tests.golden.cases import dashboard, panel_classes

FOLDER = Path(__file__).parent / "panels"
REAL = os.environ.get("DASHKIT_TEST_GRAFANA_URL", "")


def compiled(name: str) -> dict[str, Any]:
    spec = normalise(plain(dashboard(name)), Origin.GRAFANALIB, datasource_types={"prom": "prometheus"}).spec
    validate(spec)
    return spec


@pytest.mark.parametrize("name", sorted(panel_classes()))
def test_panel_class_compiles_to_its_golden_file(name: str) -> None:
    assert _json.pretty(compiled(name)["panels"]).decode() == (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def test_there_is_a_golden_file_for_each_class_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(panel_classes())


@pytest.mark.parametrize("name", sorted(panel_classes()))
def test_compiling_is_idempotent(name: str) -> None:
    once = compiled(name)
    text = _json.compact(once)
    again = normalise(_json.parse(text), Origin.FILE).spec
    assert _json.compact(again) == text


@pytest.mark.skipif(not REAL, reason="DASHKIT_TEST_GRAFANA_URL names no real Grafana")
@pytest.mark.parametrize("name", sorted(panel_classes()))
def test_real_fixed_point(name: str) -> None:
    user, password = (
        os.environ.get("DASHKIT_TEST_GRAFANA_USER", "admin"),
        os.environ.get("DASHKIT_TEST_GRAFANA_PASSWORD", "admin"),
    )
    connection = Connection(Settings(url=REAL, user=user, password=Secret(password)))
    if connection.get("/apis/dashboard.grafana.app").status == 404:
        pytest.skip("this server has no v1beta1")
    spec = {key: value for key, value in compiled(name).items() if key != "uid"}
    base, uid = "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards", f"golden-{name.lower()}"
    body = {"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard", "metadata": {"name": uid}, "spec": spec}
    connection.delete(f"{base}/{uid}")
    try:
        assert connection.write("POST", base, body).status == 201
        assert connection.get(f"{base}/{uid}").json()["spec"] == spec
    finally:
        connection.delete(f"{base}/{uid}")

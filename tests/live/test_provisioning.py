"""The project's own files, read by real Grafana servers.

DASHKIT_TEST_GRAFANA_HOMES has the home directories of one or more, separated by colons; each has its program in ``bin/grafana``.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.conftest import ROOT, Program

ADMIN = ("admin", "admin")
_HOMES = [Path(home) for home in os.environ.get("DASHKIT_TEST_GRAFANA_HOMES", "").split(":") if home]
_CONFIG = """\
project: live
dashboards: [{dashboards}]
alerts: {{grafana: 'https://g.example.org', runbooks: 'https://r.example.org'}}
check: {{grafana: '{version}'}}
datasources:
  prometheus: {{type: prometheus, url: 'http://127.0.0.1:9090', default: true, settings: {{prometheusType: Prometheus}}}}
contexts:
  files: {{directory: files, evaluator: grafana, recording: {recording}, mounted_at: {folder}/out, uid_prefix: lv-, folder_prefix: Team}}
"""
_INI = """\
[paths]
data = {data}
provisioning = {provisioning}
[server]
http_addr = 127.0.0.1
http_port = {port}
[database]
type = sqlite3
[analytics]
reporting_enabled = false
check_for_updates = false
check_for_plugin_updates = false
[plugins]
preinstall =
preinstall_disabled = true
[log]
level = warn
"""

pytestmark = pytest.mark.skipif(not _HOMES, reason="DASHKIT_TEST_GRAFANA_HOMES names no Grafana to start")


@contextmanager
def started(home: Path, provisioning: Path, data: Path) -> Iterator[str]:
    """A Grafana that has read the files, and its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = data.with_suffix(".ini")
    config.write_text(_INI.format(data=data, provisioning=provisioning, port=port))
    url = f"http://127.0.0.1:{port}"
    with (data.with_suffix(".log")).open("wb") as log:
        command = [str(home / "bin/grafana"), "server", "--homepath", str(home), "--config", str(config)]
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=home)
        try:
            _wait(url, server, data.with_suffix(".log"))
            yield url
        finally:
            server.terminate()
            server.wait(30)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()[-3000:]
        try:
            if requests.get(f"{url}/api/health", timeout=2).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.2)
    pytest.fail(f"it does not answer: {log.read_text()[-3000:]}")


@pytest.fixture(params=_HOMES, ids=lambda home: home.name)
def home(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def version_of(home: Path) -> str:
    said = subprocess.run([str(home / "bin/grafana"), "--version"], capture_output=True, text=True, check=True).stdout
    return said.rpartition("version ")[2].split()[0].partition(".")[0]


def recording(version: str) -> str:
    """What evaluates the recording rules: Grafana does from 12 on."""
    return "grafana" if int(version) >= 12 else "prometheus"


def test_a_server_reads_every_dashboard_and_rule(
    home: Path, tmp_path: Path, dashkit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = version_of(home)
    shutil.copytree(ROOT / "dashboards", tmp_path / "modules")
    config = _CONFIG.format(dashboards="modules", folder=tmp_path, version=version, recording=recording(version))
    (tmp_path / "dashkit.yaml").write_text(config)
    for name in ("PAGERDUTY_KEY", "SLACK_URL"):
        monkeypatch.setenv(name, "https://hooks.example.org/x")
    monkeypatch.setenv("DASHKIT_USER", "admin")
    monkeypatch.setenv("DASHKIT_PASSWORD", "admin")
    exported = dashkit("export", "provisioning", "-c", "files", "-o", "out", cwd=tmp_path)
    assert exported.code == 0, exported.err
    with started(home, tmp_path / "out", tmp_path / "data") as url:
        for _ in range(20):  # dashboards come after the server answers
            verified = dashkit("export", "provisioning", "-c", "files", "-o", "out", "--verify", url, cwd=tmp_path)
            if verified.code == 0:
                break
            time.sleep(2)
        assert verified.code == 0, verified.out + verified.err
        assert "has read all" in verified.err
        search = requests.get(f"{url}/api/search?type=dash-db", auth=ADMIN, timeout=10).json()
        assert len(search) == len(list((tmp_path / "out/dashboards").glob("*/*/*.json"))) >= 35
        unlike = (tmp_path / "data.log").read_text()
        assert "not unique" not in unlike
        assert "used more than once" not in unlike
        _a_rule_goes(url, tmp_path, dashkit)


def _a_rule_goes(url: str, project: Path, dashkit: Program) -> None:
    """A rule that leaves the source is gone once the files are read again."""
    source = project / "modules/alerts/shop.py"
    name = "ShopHighLatency"
    before = {rule["uid"] for rule in _rules(url)}
    source.write_text(source.read_text().replace(f'"{name}"', f'"{name}Renamed"'))
    assert dashkit("export", "provisioning", "-c", "files", "-o", "out", cwd=project).code == 0
    reload = requests.post(f"{url}/api/admin/provisioning/alerting/reload", auth=ADMIN, timeout=60)
    assert reload.ok, reload.text
    after = {rule["uid"] for rule in _rules(url)}
    gone = before - after
    assert gone
    assert all(name in uid for uid in gone)
    assert len(after - before) == len(gone)


def _rules(url: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = requests.get(f"{url}/api/v1/provisioning/alert-rules", auth=ADMIN, timeout=30).json()
    return found


def test_what_a_directory_is_pushed_is_what_was_exported(home: Path, tmp_path: Path, dashkit: Program) -> None:
    config = _CONFIG.format(
        dashboards=ROOT / "dashboards", folder=tmp_path, version=version_of(home), recording=recording(version_of(home))
    )
    (tmp_path / "dashkit.yaml").write_text(config.replace("directory: files", "directory: out"))
    assert dashkit("export", "provisioning", "-c", "files", "-o", "out", cwd=tmp_path).code == 0
    compared = dashkit("diff", "-c", "files", "--format", "json", "--exit-code", cwd=tmp_path)
    assert compared.code == 0, compared.out
    assert json.loads(compared.out)["summary"]["keep"] >= 35

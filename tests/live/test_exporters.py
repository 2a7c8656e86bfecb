"""The catalogue of what others export, held against the real exporters where the distribution has them."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from dashkit.metrics.catalogue import Catalogue
from tests.support.project import catalogues
from tests.support.prometheus import free_port

PG_BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path("/nonexistent"))

#: What an exporter only says in circumstances that a test machine does not have.
CIRCUMSTANCES = {
    "probe_ssl_earliest_cert_expiry": "only of an address with TLS",
}


def catalogue(name: str) -> Catalogue:
    return next(entry for entry in catalogues() if entry.name == name)


@contextlib.contextmanager
def running(command: list[str], address: str, environment: dict[str, str] | None = None) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment or {"PATH": "/usr/bin:/bin"}
    )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                requests.get(address, timeout=2)
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


def exported(text: str) -> dict[str, tuple[str, set[str]]]:
    """Metrics of an answer: type, and the labels that any series has."""
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    found: dict[str, tuple[str, set[str]]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name = re.match(r"[\w:]+", line)
            assert name
            _kind, labels = found.setdefault(name[0], (types.get(name[0], "untyped"), set()))
            labels |= set(re.findall(r'[{,](\w+)="', line))
    return found


def assert_is_what_is_exported(name: str, text: str) -> None:
    real = exported(text)
    for metric in catalogue(name).metrics:
        if metric.name in CIRCUMSTANCES:
            continue
        assert metric.name in real, f"{metric.name} is not exported"
        kind, labels = real[metric.name]
        assert (metric.kind, metric.labels) == (kind, labels), metric.name


@pytest.mark.skipif(shutil.which("prometheus-node-exporter") is None, reason="no node exporter is installed")
def test_the_node_exporter_exports_what_the_catalogue_says() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    address = url.removeprefix("http://")
    with running(["prometheus-node-exporter", f"--web.listen-address={address}"], f"{url}/metrics"):
        assert_is_what_is_exported("node", requests.get(f"{url}/metrics", timeout=10).text)


@pytest.mark.skipif(shutil.which("prometheus-blackbox-exporter") is None, reason="no blackbox exporter is installed")
def test_the_blackbox_exporter_exports_what_the_catalogue_says() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    address = url.removeprefix("http://")
    config = "--config.file=/etc/prometheus/blackbox.yml"
    with running(["prometheus-blackbox-exporter", config, f"--web.listen-address={address}"], f"{url}/metrics"):
        params = {"module": "http_2xx", "target": f"{url}/metrics"}
        assert_is_what_is_exported("blackbox", requests.get(f"{url}/probe", params=params, timeout=10).text)


@pytest.mark.skipif(
    shutil.which("prometheus-postgres-exporter") is None or not (PG_BIN / "initdb").exists(),
    reason="no PostgreSQL with its exporter is installed",
)
def test_the_postgres_exporter_exports_what_the_catalogue_says(tmp_path: Path) -> None:
    import os
    import pwd

    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    data = Path(tmp_path / "pg")
    data.mkdir()
    if user:
        for folder in (data, *data.parents):
            if folder == Path("/tmp"):
                break
            with contextlib.suppress(PermissionError):
                folder.chmod(folder.stat().st_mode | 0o055)
        os.chown(data, pwd.getpwnam("postgres").pw_uid, -1)
    port = free_port()
    subprocess.run([*user, str(PG_BIN / "initdb"), "-D", str(data / "db"), "-A", "trust", "-U", "postgres"],
                   check=True, capture_output=True, timeout=60, cwd="/")  # fmt: skip
    server = subprocess.Popen(
        [*user, str(PG_BIN / "postgres"), "-D", str(data / "db"), "-p", str(port), "-k", str(data), "-h", "127.0.0.1"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{free_port()}"
        source = f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=disable"
        command = ["prometheus-postgres-exporter", f"--web.listen-address={url.removeprefix('http://')}"]
        with running(command, f"{url}/metrics", {"DATA_SOURCE_NAME": source, "PATH": "/usr/bin:/bin"}):
            deadline = time.monotonic() + 30
            while "pg_up 1" not in (text := requests.get(f"{url}/metrics", timeout=10).text):
                assert time.monotonic() < deadline, "the exporter does not reach the server"
                time.sleep(0.3)
            assert_is_what_is_exported("postgres", text)
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="no Prometheus is installed")
def test_prometheus_exports_what_the_catalogue_says(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    (tmp_path / "rules.yml").write_text('groups: [{name: g, rules: [{record: "a:b:c", expr: vector(1)}]}]\n')
    (tmp_path / "p.yml").write_text(
        f"rule_files: [{tmp_path / 'rules.yml'}]\n"
        "alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:9']}]}]}\n"
        f"scrape_configs: [{{job_name: p, scrape_interval: 1s, static_configs: [{{targets: ['{url.removeprefix('http://')}']}}]}}]\n"
    )
    command = [
        "prometheus", f"--config.file={tmp_path / 'p.yml'}", f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address={url.removeprefix('http://')}",
    ]  # fmt: skip
    with running(command, f"{url}/-/ready"):
        deadline = time.monotonic() + 30
        while "head_samples_appended_total{" not in (text := requests.get(f"{url}/metrics", timeout=10).text):
            assert time.monotonic() < deadline, "it has scraped nothing"
            time.sleep(0.3)
        real = exported(text)
    prometheus = catalogue("prometheus")
    for metric in prometheus.metrics:
        if "prometheus" in metric.jobs and metric.name not in prometheus.recorded:
            assert metric.name in real, metric.name
            kind, labels = real[metric.name]
            assert (metric.kind, metric.labels) == (kind, labels), metric.name


@pytest.mark.skipif(shutil.which("prometheus-alertmanager") is None, reason="no Alertmanager is installed")
def test_alertmanager_exports_what_the_catalogue_says(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    (tmp_path / "am.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    command = [
        "prometheus-alertmanager", f"--config.file={tmp_path / 'am.yml'}", f"--storage.path={tmp_path / 'data'}",
        f"--web.listen-address={url.removeprefix('http://')}", "--cluster.listen-address=",
    ]  # fmt: skip
    with running(command, f"{url}/-/ready"):
        real = exported(requests.get(f"{url}/metrics", timeout=10).text)
    own = [metric for metric in catalogue("prometheus").metrics if metric.jobs == {"alertmanager"}]
    assert own
    for metric in own:
        kind, labels = real[metric.name]
        assert (metric.kind, metric.labels) == (kind, labels - {"reason"}), metric.name

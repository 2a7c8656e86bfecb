"""The catalogue of what others export, held against the real exporters where the distribution has them."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest
import requests

from dashkit.metrics.catalogue import Catalogue
from scripts.demo_exporter import real
from tests.support.project import catalogues

#: What an exporter only says in circumstances that a test machine does not have.
CIRCUMSTANCES = {
    "probe_ssl_earliest_cert_expiry": "only of an address with TLS",
}


def catalogue(name: str) -> Catalogue:
    return next(entry for entry in catalogues() if entry.name == name)


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
    found = exported(text)
    for metric in catalogue(name).metrics:
        if metric.name in CIRCUMSTANCES:
            continue
        assert metric.name in found, f"{metric.name} is not exported"
        kind, labels = found[metric.name]
        assert (metric.kind, metric.labels) == (kind, labels), metric.name


@pytest.mark.skipif(not real.have_node(), reason="no node exporter is installed")
def test_the_node_exporter_exports_what_the_catalogue_says() -> None:
    with real.node_exporter() as address:
        assert_is_what_is_exported("node", requests.get(f"http://{address}/metrics", timeout=10).text)


@pytest.mark.skipif(not real.have_blackbox(), reason="no blackbox exporter is installed")
def test_the_blackbox_exporter_exports_what_the_catalogue_says() -> None:
    with real.blackbox_exporter() as address:
        params = {"module": "http_2xx", "target": f"http://{address}/metrics"}
        assert_is_what_is_exported("blackbox", requests.get(f"http://{address}/probe", params=params, timeout=10).text)


@pytest.mark.skipif(not real.have_postgres(), reason="no PostgreSQL with its exporter is installed")
def test_the_postgres_exporter_exports_what_the_catalogue_says(tmp_path: Path) -> None:
    with real.postgres_exporter(tmp_path / "postgres") as address:
        assert_is_what_is_exported("postgres", requests.get(f"http://{address}/metrics", timeout=10).text)


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="no Prometheus is installed")
def test_prometheus_exports_what_the_catalogue_says(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text('groups: [{name: g, rules: [{record: "a:b:c", expr: vector(1)}]}]\n')
    (tmp_path / "p.yml").write_text(
        f"rule_files: [{tmp_path / 'rules.yml'}]\n"
        "alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:9']}]}]}\n"
        "scrape_configs: [{job_name: p, scrape_interval: 1s, static_configs: [{targets: [localhost]}]}]\n"
    )
    command = [
        "prometheus", f"--config.file={tmp_path / 'p.yml'}", f"--storage.tsdb.path={tmp_path / 'data'}",
    ]  # fmt: skip
    with real.program(command, "/-/ready") as address:
        deadline = time.monotonic() + 30
        while "head_samples_appended_total{" not in (
            text := requests.get(f"http://{address}/metrics", timeout=10).text
        ):
            assert time.monotonic() < deadline, "it has scraped nothing"
            time.sleep(0.3)
        found = exported(text)
    prometheus = catalogue("prometheus")
    for metric in prometheus.metrics:
        if "prometheus" in metric.jobs and metric.name not in prometheus.recorded:
            assert metric.name in found, metric.name
            kind, labels = found[metric.name]
            assert (metric.kind, metric.labels) == (kind, labels), metric.name


@pytest.mark.skipif(shutil.which("prometheus-alertmanager") is None, reason="no Alertmanager is installed")
def test_alertmanager_exports_what_the_catalogue_says(tmp_path: Path) -> None:
    (tmp_path / "am.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    command = [
        "prometheus-alertmanager", f"--config.file={tmp_path / 'am.yml'}", f"--storage.path={tmp_path / 'data'}",
        "--cluster.listen-address=",
    ]  # fmt: skip
    with real.program(command, "/-/ready") as address:
        found = exported(requests.get(f"http://{address}/metrics", timeout=10).text)
    own = [metric for metric in catalogue("prometheus").metrics if metric.jobs == {"alertmanager"}]
    assert own
    for metric in own:
        kind, labels = found[metric.name]
        assert (metric.kind, metric.labels) == (kind, labels - {"reason"}), metric.name

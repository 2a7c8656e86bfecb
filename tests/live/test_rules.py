"""The built rule files and routing, with_severities by promtool, amtool and a real Alertmanager."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support import rules
from tests.support.prometheus import missing


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    return rules.write(Path(tmp_path_factory.mktemp("rules")))


def run(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


needs_prometheus = pytest.mark.skipif(bool(missing()), reason=f"no real Prometheus: {missing()}")
needs_amtool = pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed")


@needs_prometheus
def test_promtool_finds_nothing_wrong_with_the_rule_files(built: Path) -> None:
    out = run("promtool", "check", "rules", *map(str, sorted((built / "rules").glob("*.yml"))))
    assert out.count("SUCCESS") == len(list((built / "rules").glob("*.yml")))


@needs_prometheus
def test_every_alert_fires_when_it_should_and_only_then(built: Path) -> None:
    files = sorted((built / "rules" / "tests").glob("*.yml"))
    assert len(files) >= 5
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda file: run("promtool", "test", "rules", str(file)), files))


@needs_amtool
def test_amtool_accepts_the_routing(built: Path) -> None:
    run("amtool", "check-config", str(built / "alertmanager" / "alertmanager.yml"))


@needs_amtool
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("severity=critical", "on-call"),
        ("severity=high", "chat"),
        ("severity=medium", "chat"),
        ("severity=low", "mail"),
        ("symptom=watchdog severity=low", "watchdog"),
        ("severity=unknown", "chat"),
    ],
)
def test_each_severity_goes_to_its_receiver(built: Path, labels: str, receiver: str) -> None:
    config = str(built / "alertmanager" / "alertmanager.yml")
    out = run("amtool", "config", "routes", "test", f"--config.file={config}", "system=shop", *labels.split())
    assert out.strip() == receiver


def test_no_secret_is_in_the_routing(built: Path) -> None:
    text = (built / "alertmanager" / "alertmanager.yml").read_text()
    assert "routing_key_file" in text
    assert "api_url_file" in text
    assert "routing_key:" not in text
    assert "api_url:" not in text

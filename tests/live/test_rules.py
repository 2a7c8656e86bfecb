"""The built rule files and routing, with_severities by promtool, amtool and a real Alertmanager."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support import rules
from tests.support.narrow import narrowed
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
    tests = [test for file in files for test in by_alert(file, built)]
    assert len(tests) > 100
    out = run("promtool", "test", "rules", *map(str, tests))
    assert out.count("SUCCESS") == len(tests)


def by_alert(file: Path, built: Path) -> Iterator[Path]:
    """Write a file of tests for each alert, which loads no more rules than that one needs: the whole takes minutes."""
    groups = yaml.load((built / "rules" / file.name).read_text(), yaml.CSafeLoader)["groups"]
    tests = defaultdict(list)
    whole = yaml.load(file.read_text(), yaml.CSafeLoader)
    for test in whole["tests"]:
        (name,) = {found for one in test["promql_expr_test"] for found in re.findall('alertname="(.+?)"', one["expr"])}
        tests[name].append(test)
    assert tests.keys() == {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule}
    for name, chosen in tests.items():
        rules = file.with_name(f"{file.stem}-{name}.rules.json")
        rules.write_text(json.dumps({"groups": narrowed(groups, lambda rule, name=name: rule.get("alert") == name)}))
        path = file.with_name(f"{file.stem}-{name}.json")
        path.write_text(json.dumps({**whole, "rule_files": [rules.name], "tests": chosen}))
        yield path


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

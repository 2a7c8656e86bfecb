"""What the program says is said once, and at the right place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dashkit.cli.console import Console, Progress
from dashkit.errors import ExitCode
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project, environment

FACTORY = """\
from dashkit.authoring import datasource_variable, new_dashboard, prometheus, stat


def of(service):
    return new_dashboard(f"Of {service}", uid=service, variables=datasource_variable(), panels=[
        stat("Up", prometheus(f'sum(up{{job="{service}"}}) by (job', "x"), description="d"),
    ])


dashboards = [of(f"service-{number}") for number in range(20)]
"""


def test_what_one_line_causes_again_and_again_is_one_block(project: Project, dashkit: Program) -> None:
    project.write("dashboards/many.py", FACTORY)
    result = dashkit("check", cwd=project.folder)
    assert result.out.count("error DK301") == 1
    assert re.search(r"in service-0, Up, and 19 more like it in 20 places", result.out)
    assert "20 errors" in result.out
    data = json.loads(dashkit("check", "--format", "json", cwd=project.folder).out)
    assert len(data["problems"]) == 20


def test_the_hint_explains_the_worst_problem(project: Project, dashkit: Program) -> None:
    project.dashboard("a", extra="")
    project.dashboard("b", expr="sum(up", extra="")
    result = dashkit("check", "--min-severity", "info", cwd=project.folder)
    first = next(line for line in result.out.splitlines() if re.search(r": (error|warning|info) DK", line))
    assert " error " not in first
    assert "dashkit explain DK301" in result.err


def test_a_module_that_failed_is_not_followed_by_praise(project: Project, dashkit: Program) -> None:
    project.write("dashboards/bad.py", "raise RuntimeError('no')\n")
    result = dashkit("check", cwd=project.folder)
    assert result.code == ExitCode.INPUT
    assert "no problems" not in result.out + result.err
    assert "nothing could be checked" in result.err


def test_progress_with_a_total_says_how_long_it_takes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    progress = Progress(Console(), 10, "saving")
    for _ in range(10):
        now[0] += 12
        progress.step()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "1/10 saving, 108 s left"
    assert lines[5] == "6/10 saving, 48 s left"
    assert lines[-1] == "10/10 saving"


def test_a_minified_file_is_quoted_by_its_pointer(tmp_path: Path, dashkit: Program) -> None:
    panel = {
        "id": 1,
        "type": "stat",
        "title": "A",
        "gridPos": {"x": 0, "y": 0, "w": 6, "h": 4},
        "description": "d" * 600,
    }
    panel |= {
        "fieldConfig": {"defaults": {"unit": "reqpss"}, "overrides": []},
        "targets": [{"refId": "A", "expr": "up"}],
    }
    spec = {"uid": "a", "title": "A", "schemaVersion": 42, "panels": [panel]}
    (tmp_path / "mini.json").write_text(json.dumps(spec))
    (tmp_path / "pretty.json").write_text(json.dumps(spec, indent=2))
    mini = dashkit("check", "mini.json", cwd=tmp_path).out
    assert "| /panels/0/fieldConfig/defaults/unit" in mini
    pretty = dashkit("check", "pretty.json", cwd=tmp_path).out
    number = next(i for i, line in enumerate(json.dumps(spec, indent=2).splitlines(), 1) if "reqpss" in line)
    assert f"pretty.json:{number}: warning DK204" in pretty
    for text in (mini, pretty):
        blocks = re.findall(r"\| (.*)\n    \| ( *\^+)\n", text)
        assert all(len(marks) <= len(line) for line, marks in blocks)


def test_files_from_elsewhere_are_checked_by_a_catalogue(project: Project, dashkit: Program, tmp_path: Path) -> None:
    catalogue = "name: c\nmetrics:\n  known_total: {help: Known., type: counter, labels: {job: [a]}}\n"
    project.write("metrics/c.yaml", catalogue)
    project.write("dashkit.yaml", "project: test\ncheck: {metrics: [metrics]}\n")
    panel = {
        "id": 1,
        "type": "timeseries",
        "title": "A",
        "description": "d",
        "targets": [{"refId": "A", "expr": "rate(knwon_total[5m])"}],
    }
    other = tmp_path / "elsewhere.json"
    other.write_text(json.dumps({"uid": "a", "title": "A", "schemaVersion": 42, "panels": [panel]}))
    plain = dashkit("check", str(other), cwd=project.folder)
    assert "knwon_total" not in plain.out.replace("rate(knwon", "")
    for arguments in (("--catalogue",), ("--metrics", "metrics"), ("--metrics", "metrics/c.yaml")):
        found = dashkit("check", str(other), *arguments, cwd=project.folder)
        assert "DK332" in found.out, (arguments, found)
    assert dashkit("check", str(other), "--metrics", "nowhere", cwd=project.folder).code == ExitCode.USAGE


LINKED = """\
from dashkit.authoring import datasource_variable, link, new_dashboard, stat

dashboard = new_dashboard("A", uid="a", variables=datasource_variable(), panels=[
    stat("Up", "sum(up)", description="d", links=link("Other", "/d/other")),
])
"""


def test_a_link_to_another_projects_dashboard_is_looked_up(
    project: Project, dashkit: Program, sandbox: RunningSandbox
) -> None:
    project.write("dashboards/a.py", LINKED)
    offline = dashkit("check", cwd=project.folder)
    assert (offline.code, "warning DK506" in offline.out) == (0, True)
    refused = dashkit("push", cwd=project.folder, env=environment(sandbox))
    assert refused.code == ExitCode.FOUND
    assert "link to dashboard 'other', which neither the project nor the server has" in refused.out + refused.err
    project.dashboard("other", extra="")
    assert dashkit("push", "--only", "other", cwd=project.folder, env=environment(sandbox)).code == 0
    (project.folder / "dashboards/ops/other.py").unlink()
    assert dashkit("push", cwd=project.folder, env=environment(sandbox)).code == 0


def test_a_problem_of_an_adopted_file_does_not_block_a_push(
    project: Project, dashkit: Program, sandbox: RunningSandbox
) -> None:
    panel = {"id": 1, "type": "timeseries", "title": "A", "targets": [{"refId": "A", "expr": "sum(up"}]}
    spec = {"uid": "theirs", "title": "Theirs", "schemaVersion": 42, "panels": [panel]}
    project.write("dashboards/theirs.json", json.dumps(spec))
    assert dashkit("check", cwd=project.folder).code == ExitCode.FOUND
    pushed = dashkit("push", cwd=project.folder, env=environment(sandbox))
    assert pushed.code == 0, pushed
    project.write("dashkit.yaml", "project: test\ncheck: {adopted: []}\n")
    project.write("dashboards/theirs.json", json.dumps({**spec, "title": "Theirs, again"}))
    assert dashkit("push", cwd=project.folder, env=environment(sandbox)).code == ExitCode.FOUND
    project.write("dashboards/twin.json", json.dumps({**spec, "title": "Twin"}))
    assert dashkit("push", cwd=project.folder, env=environment(sandbox)).code == ExitCode.INPUT


def test_a_context_of_the_environment_can_adjust_what_is_pushed(
    project: Project, dashkit: Program, sandbox: RunningSandbox
) -> None:
    project.write("dashboards/a.py", LINKED)
    adjusted = {
        **environment(sandbox), "DASHKIT_FOLDER_PREFIX": "Staging/Two", "DASHKIT_UID_PREFIX": "stg-", "DASHKIT_TAGS": "x, y",
        "DASHKIT_DATASOURCES": "prometheus=prom-stg,nobody=n", "DASHKIT_EVALUATOR": "prometheus",
    }  # fmt: skip
    planned = dashkit("diff", "--format", "json", cwd=project.folder, env=adjusted)
    assert '"stg-a"' in planned.out
    assert "`datasources` of context environment maps nobody, which no dashboard refers to" in planned.err
    for name, value in (("DASHKIT_UID_PREFIX", "a b"), ("DASHKIT_EVALUATOR", "me"), ("DASHKIT_DATASOURCES", "x")):
        refused = dashkit("diff", cwd=project.folder, env={**adjusted, name: value})
        assert (refused.code, name in refused.err) == (ExitCode.USAGE, True)
    for name, meant in (
        ("DASHKIT_PREFIX", "UID_PREFIX"),
        ("DASHKIT_FOLDER", "FOLDER_PREFIX"),
        ("DASHKIT_ORG", "ORG_ID"),
    ):
        refused = dashkit("diff", cwd=project.folder, env={**adjusted, name: "x"})
        assert (refused.code, f"did you mean DASHKIT_{meant}?" in refused.err) == (ExitCode.USAGE, True)
    for name in ("DASHKIT_TOKEN_PROD", "DASHKIT_PROMETHEUS_URL"):
        assert dashkit("diff", cwd=project.folder, env={**adjusted, name: "x"}).code == planned.code


def test_a_panel_of_a_datasource_that_the_server_lacks_counts_as_empty(
    project: Project, dashkit: Program, sandbox: RunningSandbox
) -> None:
    text = LINKED.replace('links=link("Other", "/d/other")', 'datasource={"type": "loki", "uid": "logs"}')
    project.write("dashboards/a.py", text.replace('"sum(up)"', "loki('{a=\"b\"}')").replace("import ", "import loki, "))
    result = dashkit("check", "--live", "--format", "json", cwd=project.folder, env=environment(sandbox))
    data = json.loads(result.out)
    assert [(found["rule"], found["message"]) for found in data["problems"] if found["rule"].startswith("DK7")] == [
        ("DK701", "this Grafana has no datasource 'logs'")
    ]
    assert [panel["panel"] for panel in data["live"]["empty_panels"]] == ["Up"]

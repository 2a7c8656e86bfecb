"""``dashkit check`` and ``dashkit explain`` as programs: what is read, what is said, how it ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from dashkit.cli.main import run
from dashkit.document.read import as_resource
from dashkit.document.v2.up import up
from tests.conftest import SHARED, Program, Project, RunningSandbox, environment
from tests.support.checking import BROKEN, MODULE, document, write_misspelt_shop


@pytest.fixture
def shop(project: Project) -> Project:
    """One dashboard whose second panel, made at line 6, has a misspelt metric."""
    return write_misspelt_shop(project)


def test_a_problem_names_the_line_of_the_panel_and_marks_the_part(shop: Project, dashkit: Program) -> None:
    result = dashkit("check", cwd=shop.folder)
    assert result.code == 1
    lines = result.out.splitlines()
    assert lines[0] == "dashboards/ops/shop.py:6: error DK332: no metric http_request_total in the catalogue"
    assert lines[1] == "    in shop, Errors"
    assert lines[2] == '    | sum(rate(http_request_total{status="500"}[5m]))'
    assert lines[3] == "    |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    assert lines[4] == "    -> did you mean http_requests_total?"
    assert "1 error in 1 dashboard" in result.out


def test_a_good_project_is_told_in_one_line(project: Project, dashkit: Program) -> None:
    project.dashboard("a", extra="")
    result = dashkit("check", cwd=project.folder)
    assert (result.code, result.out.splitlines()[0]) == (0, "1 info in 1 dashboard")


def test_json_has_the_fields_that_are_promised(shop: Project, dashkit: Program) -> None:
    result = dashkit("check", "--format", "json", cwd=shop.folder)
    data = json.loads(result.out)
    (problem,) = data["problems"]
    assert problem["rule"] == "DK332"
    assert problem["severity"] == "error"
    assert problem["dashboard"] == "shop"
    assert problem["panel"] == "Errors"
    assert problem["location"] == {"path": "dashboards/ops/shop.py", "line": 6}
    assert problem["pointer"].endswith("/targets/0/expr")
    assert problem["hint"] == "did you mean http_requests_total?"
    marked = problem["excerpt"]
    assert marked["text"][marked["start"] : marked["end"]] == 'http_request_total{status="500"}[5m]'
    assert data["summary"]["error"] == 1
    assert data["summary"]["rules"]["DK332"] == 1


def test_the_order_and_the_text_are_the_same_each_time(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/other.json", BROKEN)
    first, second = (dashkit("check", "--min-severity", "info", cwd=shop.folder).out for _ in range(2))
    assert first == second
    assert first.index("other.json") < first.index("shop.py:6")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--fail-on", "never"], 0),
        (["--fail-on", "info"], 1),
        (["--min-severity", "error"], 1),
        (["--grafana", "9"], 2),
        (["--until", "2027-01-01"], 2),
        (["--accept", "DK332"], 2),
        (["nowhere.json"], 3),
    ],
)
def test_exit_codes(shop: Project, dashkit: Program, arguments: list[str], code: int) -> None:
    assert dashkit("check", *arguments, cwd=shop.folder).code == code


def test_fail_on_and_severities_come_from_the_file(shop: Project, dashkit: Program) -> None:
    text = "project: test\ncheck:\n  metrics: [metrics]\n  fail_on: error\n  rules: {DK332: warning, DK202: off}\n"
    shop.write("dashkit.yaml", text)
    result = dashkit("check", cwd=shop.folder)
    assert result.code == 0
    assert "warning DK332" in result.out
    shop.write("dashkit.yaml", text.replace("DK332", "DK999"))
    result = dashkit("check", cwd=shop.folder)
    assert result.code == 2
    assert "there is no rule DK999" in result.err


def test_a_path_limits_what_is_reported_not_what_is_known(shop: Project, dashkit: Program) -> None:
    shop.dashboard("other", folder="dev", extra="")
    result = dashkit("check", "dashboards/dev", "--min-severity", "info", cwd=shop.folder)
    assert result.code == 0
    assert "dashboards/dev/other.py:2" in result.out
    assert "shop.py" not in result.out
    absolute = str(shop.folder / "dashboards/ops/shop.py")
    assert f"{absolute}:6: error" in dashkit("check", absolute, cwd=shop.folder).out


def test_a_module_that_does_not_load_hides_no_other(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/broken.py", "import nothing_like_it\n")
    result = dashkit("check", cwd=shop.folder)
    assert result.code == 3
    assert "broken.py:1" in result.err
    assert "DK332" in result.out


def test_two_modules_of_one_uid_are_a_problem_of_both_names(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/twin.py", MODULE.replace("http_request_total", "http_requests_total"))
    result = dashkit("check", cwd=shop.folder)
    assert result.code == 1
    assert "DK104" in result.out
    assert "dashboards/ops/shop.py" in result.out


def test_files_from_elsewhere_need_no_project(tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "x.json").write_text(BROKEN)
    (tmp_path / "rules.yaml").write_text("groups:\n- name: g\n  rules:\n  - alert: Down\n    expr: up ==\n")
    (tmp_path / "package.json").write_text('{"name": "no dashboard"}')
    (tmp_path / "values.yaml").write_text("image: x\n")
    result = dashkit("check", ".", cwd=tmp_path)
    assert result.code == 1
    assert "x.json:13: error DK301" in result.out
    assert "rules.yaml:4: error DK301" in result.out
    assert "package.json" not in result.out + result.err
    assert dashkit("check", "package.json", cwd=tmp_path).code == 1


@pytest.mark.parametrize(
    "wrap",
    [
        lambda value: value,
        lambda value: {"dashboard": value, "meta": {"folderUid": "f"}},
        lambda value: {"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard", "metadata": {"name": "x"}, "spec": value},
        lambda value: {**value, "__inputs": [{"name": "DS_P", "type": "datasource", "pluginId": "prometheus"}], "__elements": {"a": {}}},
    ],
)  # fmt: skip
def test_any_wrapping_is_read_and_the_line_is_the_files(wrap: object, tmp_path: Path, dashkit: Program) -> None:
    text = json.dumps(wrap(json.loads(BROKEN)), indent=1)  # type: ignore[operator]
    (tmp_path / "x.json").write_text(text)
    data = json.loads(dashkit("check", "x.json", "--format", "json", cwd=tmp_path).out)
    problem = next(entry for entry in data["problems"] if entry["rule"] == "DK301")
    line = text.splitlines()[problem["location"]["line"] - 1]
    assert '"expr": "sum(up"' in line


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for text in (BROKEN, "groups: [{name: g, rules: [{alert: Down, expr: 'up =='}]}]"):
        stream = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr(sys, "stdin", stream)
        assert run(["check", "-"]) == 1
        assert "<stdin>:" in capsys.readouterr().out


def test_a_dashboard_of_the_v2_schema_is_checked_at_its_own_places(tmp_path: Path, dashkit: Program) -> None:
    classic = {"uid": "x", "title": "X", "schemaVersion": 42, "panels": [
        {"id": 1, "type": "stat", "title": "S", "targets": [{"refId": "A", "expr": "rate(up[5m)"}], "datasource": {"type": "prometheus"}}
    ]}  # fmt: skip
    (tmp_path / "x.json").write_text(json.dumps(as_resource("x", "v2beta1", up(classic)), indent=1))
    result = dashkit("check", "x.json", "--format", "json", cwd=tmp_path)
    assert result.code == 1
    (problem,) = [one for one in json.loads(result.out)["problems"] if one["severity"] == "error"]
    assert (problem["rule"], problem["panel"]) == ("DK301", "S")
    assert problem["pointer"] == "/spec/elements/panel-1/spec/data/spec/queries/0/spec/query/spec/expr"
    lines = (tmp_path / "x.json").read_text().split("\n")
    assert '"expr"' in lines[problem["location"]["line"] - 1]


def test_what_the_v2_schema_does_not_allow_is_an_error(tmp_path: Path, dashkit: Program) -> None:
    spec = {
        "title": "X",
        "elements": {"a": {"kind": "Panel", "spec": {"id": "one"}}},
        "layout": {"kind": "Heap", "spec": {}},
    }
    (tmp_path / "x.json").write_text(json.dumps(as_resource("x", "v2beta1", spec)))
    result = dashkit("check", "x.json", cwd=tmp_path)
    assert result.code == 1
    assert "DK101" in result.out


def test_a_comment_suppresses_in_the_call_it_stands_in(shop: Project, dashkit: Program) -> None:
    inside = MODULE.replace('"Errors",', '"Errors",  # dashkit: allow[DK332] the exporter comes in January')
    shop.write("dashboards/ops/shop.py", inside)
    result = dashkit("check", cwd=shop.folder)
    assert result.code == 0
    assert "1 suppressed" in result.out
    above = MODULE.replace("    stat(\n", "    # dashkit: allow[DK332] it comes in January\n    stat(\n")
    shop.write("dashboards/ops/shop.py", above)
    assert dashkit("check", cwd=shop.folder).code == 0
    head = '"""Shop."""\n# dashkit: allow[DK332] it comes in January\n' + MODULE
    shop.write("dashboards/ops/shop.py", head)
    assert dashkit("check", cwd=shop.folder).code == 0
    elsewhere = MODULE.replace('description="x"),', 'description="x"),  # dashkit: allow[DK332] not here')
    shop.write("dashboards/ops/shop.py", elsewhere)
    result = dashkit("check", cwd=shop.folder)
    assert result.code == 1
    assert "DK001" in result.out


def test_a_suppression_wants_a_reason_and_ends_with_its_day(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/shop.py", MODULE.replace("    stat(\n", "    stat(  # dashkit: allow[DK332]\n"))
    result = dashkit("check", cwd=shop.folder)
    assert "error DK003: invalid suppression: the reason is missing" in result.out
    assert "error DK332" in result.out
    dated = MODULE.replace("    stat(\n", "    stat(  # dashkit: allow[DK332] comes soon, until 2020-01-31\n")
    shop.write("dashboards/ops/shop.py", dated)
    result = dashkit("check", cwd=shop.folder)
    assert "shop.py:6: error DK002: suppressed until 2020-01-31: comes soon" in result.out
    assert "error DK332" in result.out


def test_accept_writes_a_comment_above_the_panel(shop: Project, dashkit: Program) -> None:
    result = dashkit("check", "--accept", "DK332", "--reason", "it comes", "--until", "2099-01-31", cwd=shop.folder)
    assert result.code == 0, result.out
    text = (shop.folder / "dashboards/ops/shop.py").read_text()
    assert "    # dashkit: allow[DK332] it comes, until 2099-01-31\n    stat(\n" in text
    assert dashkit("check", cwd=shop.folder).code == 0


@pytest.mark.parametrize(
    "before",
    [
        "project: test\n",
        "project: test  # a name\ncheck:\n  fail_on: error\n",
        "check:\n  suppress:\n    - rule: DK111\n      reason: it is a wall\n      dashboard: wall\n# the end\nproject: test\n",
    ],
)
def test_accept_adds_to_the_file_for_json_and_keeps_the_rest(before: str, project: Project, dashkit: Program) -> None:
    project.write("dashkit.yaml", before)
    project.write("dashboards/ops/x.json", BROKEN)
    result = dashkit("check", "--accept", "DK301", "--reason", "mended next: week", cwd=project.folder)
    after = (project.folder / "dashkit.yaml").read_text()
    value = yaml.safe_load(after)
    assert value["check"]["suppress"][-1] == {
        "rule": "DK301",
        "dashboard": "x",
        "panel": "P",
        "reason": "mended next: week",
    }
    assert value["project"] == "test"
    for line in before.splitlines():
        assert line in after.splitlines()
    assert "DK301" not in result.out


def test_fix_mends_json_files_and_says_what(tmp_path: Path, dashkit: Program) -> None:
    panels = [
        {"id": 2, "type": "stat", "title": title, "targets": [{"expr": "up"}, {"expr": "up > 0"}]} for title in "ab"
    ]
    path = tmp_path / "x.json"
    path.write_text(document(panels=panels, schemaVersion=38))
    result = dashkit("check", "--fix", "x.json", cwd=tmp_path)
    assert "~ schemaVersion 38 -> 42" in result.err
    assert "1 panel got a new id" in result.err
    assert "panel 'b' added" not in result.err
    assert "1 file rewritten, 0 unchanged" in result.err
    fixed = json.loads(path.read_text())
    assert len({panel["id"] for panel in fixed["panels"]}) == 2
    assert [target["refId"] for target in fixed["panels"][0]["targets"]] == ["A", "B"]
    again = dashkit("check", "--fix", "x.json", cwd=tmp_path)
    assert "0 files rewritten, 1 unchanged" in again.err


def test_fix_keeps_the_wrapping(tmp_path: Path, dashkit: Program) -> None:
    resource = {
        "apiVersion": "dashboard.grafana.app/v1beta1",
        "kind": "Dashboard",
        "metadata": {"name": "x", "labels": {"team": "shop"}},
        "spec": {key: value for key, value in json.loads(document()).items() if key != "uid"},
    }
    path = tmp_path / "x.json"
    path.write_text(json.dumps(resource))
    assert dashkit("check", "--fix", "x.json", cwd=tmp_path).code == 0
    fixed = json.loads(path.read_text())
    assert fixed["metadata"] == resource["metadata"]
    assert "uid" not in fixed["spec"]
    assert fixed["spec"]["title"] == "X"


def test_fix_leaves_alone_what_it_cannot_mend(tmp_path: Path, dashkit: Program) -> None:
    path = tmp_path / "x.json"
    path.write_text(document(uid=""))
    before = path.read_text()
    result = dashkit("check", "--fix", "x.json", cwd=tmp_path)
    assert result.code == 3
    assert "has no uid" in result.err
    assert path.read_text() == before


def test_own_rules_follow_the_same_protocol(shop: Project, dashkit: Program) -> None:
    shop.write(
        "lint/team.py",
        "from dashkit.lint.api import Finding, Panel, Severity, rule\n\n"
        '@rule("TEAM001", Severity.ERROR, on=Panel)\n'
        "def short_title(panel, context):\n"
        '    """Titles are short."""\n'
        "    if len(panel.title) > 6:\n"
        '        yield Finding(f"{panel.title} is long", pointer="/title")\n',
    )
    shop.write("dashkit.yaml", "project: test\ncheck:\n  own_rules: [lint/team.py]\n")
    result = dashkit("check", cwd=shop.folder)
    assert "shop.py:5: error TEAM001: Requests is long" in result.out
    assert "Titles are short." in dashkit("explain", "TEAM001", cwd=shop.folder).out
    shop.write("dashkit.yaml", "project: test\ncheck:\n  own_rules: [lint/team.py]\n  rules: {TEAM001: off}\n")
    assert "TEAM001" not in dashkit("check", cwd=shop.folder).out


def test_an_own_rule_must_not_take_the_id_of_another(shop: Project, dashkit: Program) -> None:
    shop.write("lint/team.py", "from dashkit.lint.rules.queries import promql_syntax\n")
    shop.write("dashkit.yaml", "project: test\ncheck:\n  own_rules: [lint/team.py]\n")
    result = dashkit("check", cwd=shop.folder)
    assert result.code == 3
    assert "defines no rule" in result.err


def test_explain_prints_the_page_of_a_rule(dashkit: Program, tmp_path: Path) -> None:
    result = dashkit("explain", "dk317", cwd=tmp_path)
    assert result.out.startswith("DK317 sides-never-match (error)\n")
    assert "Bad::" in result.out
    assert dashkit("explain", "sides-never-match", cwd=tmp_path).out == result.out
    assert len(dashkit("explain", cwd=tmp_path).out.splitlines()) > 100
    unknown = dashkit("explain", "DK3177", cwd=tmp_path)
    assert unknown.code == 2
    assert "dashkit explain DK317" in unknown.err


def test_sarif_is_what_code_hosts_read(shop: Project, dashkit: Program) -> None:
    data = json.loads(dashkit("check", "--format", "sarif", cwd=shop.folder).out)
    (run_,) = data["runs"]
    (result,) = run_["results"]
    assert run_["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "DK332"
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "dashboards/ops/shop.py"}, "region": {"startLine": 6}}
    assert result["level"] == "error"


def test_junit_has_a_case_for_each_file(shop: Project, dashkit: Program) -> None:
    shop.dashboard("good", extra="")
    root = ElementTree.fromstring(dashkit("check", "--format", "junit", cwd=shop.folder).out)
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failed == ["dashboards/ops/shop.py"]


def test_github_annotations_escape_what_would_end_them(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/shop.py", MODULE.replace('"Errors"', '"100 %, a: b"'))
    result = dashkit("check", "--format", "github", cwd=shop.folder)
    assert result.out.startswith(
        "::error file=dashboards/ops/shop.py,line=6,title=DK332::shop, 100 %25, a: b: no metric"
    )
    assert "%0Adid you mean" in result.out


def test_markdown_is_a_table(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/shop.py", MODULE.replace('"Errors"', '"a | b <c>"'))
    result = dashkit("check", "--format", "markdown", cwd=shop.folder)
    assert "| error | DK332 | `dashboards/ops/shop.py:6` | shop, a \\| b &lt;c> | no metric" in result.out


def test_a_hostile_title_does_not_reach_the_terminal(tmp_path: Path, dashkit: Program) -> None:
    panels = [
        {"id": 1, "type": "stat", "title": "\x1b]0;owned\x07", "targets": [{"refId": "A", "expr": "sum(\x1b[31mup"}]}
    ]
    (tmp_path / "x.json").write_text(document(panels=panels))
    for name in ("text", "junit", "markdown"):
        assert "\x1b" not in dashkit("check", "x.json", "--format", name, cwd=tmp_path).out


def test_push_checks_first_and_writes_nothing(shop: Project, dashkit: Program, sandbox: RunningSandbox) -> None:
    env = environment(sandbox)
    result = dashkit("push", cwd=shop.folder, env=env)
    assert result.code == 1
    assert "error DK332" in result.out
    assert "nothing was written" in result.err
    assert dashkit("diff", "--exit-code", cwd=shop.folder, env=env).code == 1
    assert dashkit("push", "--no-check", cwd=shop.folder, env=env).code == 0
    # What is there already is not looked at again.
    assert dashkit("push", cwd=shop.folder, env=env).code == 0


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="the corpus of real dashboards is not beside the project")
def test_a_directory_of_real_dashboards_is_read_in_one_go(dashkit: Program, tmp_path: Path) -> None:
    result = dashkit("check", str(SHARED / "corpus"), "--format", "json", "--fail-on", "never", cwd=tmp_path)
    assert result.code == 0
    assert json.loads(result.out)["summary"]["dashboards"] == 108


@pytest.mark.skipif(sys.platform != "linux", reason="forks only on Linux")
def test_a_large_project_gives_the_same_on_one_core_and_on_all(project: Project) -> None:
    """Own rules see every dashboard in one process, whatever they keep."""
    project.write("dashkit.yaml", "project: test\ncheck:\n  own_rules: [rules.py]\n")
    project.write(
        "rules.py",
        "from dashkit.lint.api import Board, Finding, Severity, rule\n"
        "seen = []\n"
        '@rule("TEAM001", Severity.INFO, on=Board)\n'
        "def counted(board, context):\n"
        '    "How many came before."\n'
        "    seen.append(board.uid)\n"
        '    yield Finding(f"number {len(seen)}")\n',
    )
    panels = [{"type": "timeseries", "targets": [{"refId": "A", "expr": f"rate(up[{n}m]) ++"}]} for n in range(1, 13)]
    for number in range(50):
        made = {"uid": f"d{number}", "title": f"D {number}", "schemaVersion": 39, "panels": panels}
        project.write(f"dashboards/d{number:02}.json", json.dumps(made, indent=1))
    code = "from dashkit.cli.main import run; import sys; {}; raise SystemExit(run(['check', '--format', 'json', '--min-severity', 'info']))"
    forked = "from dashkit import _parallel; _parallel._cores = lambda: 3"
    found = []
    for how in ("pass", forked):
        done = subprocess.run(
            [sys.executable, "-c", code.format(how)], cwd=project.folder, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (1, "")
        found.append(json.loads(done.stdout))
    assert found[0] == found[1]
    numbers = [problem["message"] for problem in found[0]["problems"] if problem["rule"] == "TEAM001"]
    assert sorted(numbers, key=len) == [f"number {number}" for number in range(1, 51)]

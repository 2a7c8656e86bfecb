"""What a check reads, what it says of what it cannot, and that it loses nothing."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from dashkit.cli.main import run
from tests.conftest import ROOT, Program, Project, RunningSandbox, environment
from tests.support.checking import BROKEN, MODULE, document, write_misspelt_shop


@pytest.fixture
def shop(project: Project) -> Project:
    """One dashboard whose second panel, made at line 6, has a misspelt metric."""
    return write_misspelt_shop(project)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("dashboards/nowhere.py", "no such file"),
        ("dashboards/opz", "no such file"),
        ("nowhere", "no such file"),
        ("dashboards/README.md", "neither a module"),
        ("empty", "no dashboards and no rules"),
        ("dashboards/nothing", "no dashboards and no rules"),
    ],
)
def test_a_path_that_holds_nothing_is_never_a_pass(path: str, says: str, shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/README.md", "# words\n")
    shop.write("empty/notes.txt", "x")
    shop.write("dashboards/nothing/notes.txt", "x")
    result = dashkit("check", path, cwd=shop.folder)
    assert result.code == 3
    assert says in result.err


def test_a_helper_is_no_failure_for_who_names_every_changed_file(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/shared/helper.py", "x = 1\n")
    result = dashkit("check", "dashboards/shared/helper.py", cwd=shop.folder)
    assert result.code == 0
    assert "not a dashboard or alert module" in result.err


def test_a_rule_file_beside_the_modules_is_checked(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/rules.yaml", "groups: [{name: g, rules: [{alert: Down, expr: 'up =='}]}]\n")
    assert "DK301" in dashkit("check", "dashboards/rules.yaml", cwd=shop.folder).out


@pytest.mark.parametrize("path", [".", "..", "dashboards", "../project"])
def test_a_directory_around_the_dashboards_is_the_project(path: str, shop: Project, dashkit: Program) -> None:
    result = dashkit("check", path, cwd=shop.folder)
    assert result.code == 1
    assert "error DK332" in result.out


def test_a_directory_around_the_dashboards_is_read_to_its_end(shop: Project, dashkit: Program) -> None:
    shop.write("legacy/old.json", BROKEN)
    assert dashkit("build", cwd=shop.folder).code == 0
    out = dashkit("check", ".", cwd=shop.folder).out
    assert "legacy/old.json:13: error DK301" in out
    assert "error DK332" in out
    assert "build/" not in out  # what was made of the modules is not looked at twice
    assert "in 1 dashboard" in dashkit("check", "build", cwd=shop.folder).out


def test_a_link_that_leads_around_is_followed_once(tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/x.json").write_text(BROKEN)
    (tmp_path / "all").mkdir()
    (tmp_path / "all/linked").symlink_to(tmp_path / "real")
    (tmp_path / "real/back").symlink_to(tmp_path / "all")
    assert dashkit("check", "all", cwd=tmp_path).out.count("error DK301") == 1


def test_alert_modules_from_elsewhere_are_read_wherever_they_lie(tmp_path: Path, dashkit: Program) -> None:
    module = "from dashkit.authoring.alerts import record, rule_group\n\n"
    module += "groups = [rule_group('shop', 'shop', record('job:up:sum', 'sum(up'))]\n"
    (tmp_path / "other/alerts").mkdir(parents=True)
    (tmp_path / "other/alerts/shop.py").write_text(module)
    for path in (".", "other", "other/alerts", "other/alerts/shop.py"):
        result = dashkit("check", path, cwd=tmp_path)
        assert "error DK301" in result.out, (path, result.out, result.err)


def test_a_directory_is_not_empty_because_its_files_were_named_before(tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "some").mkdir()
    (tmp_path / "some/x.json").write_text(BROKEN)
    result = dashkit("check", "some/x.json", "some", cwd=tmp_path)
    assert result.code == 1
    assert result.out.count("error DK301") == 1


def test_a_module_in_a_hidden_directory_is_not_run(tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / ".venv/alerts").mkdir(parents=True)
    (tmp_path / ".venv/alerts/x.py").write_text("import dashkit.authoring\nraise SystemExit('it was run')\n")
    (tmp_path / "x.json").write_text(document())
    result = dashkit("check", ".", cwd=tmp_path)
    assert result.code == 0, (result.out, result.err)


def test_a_module_from_elsewhere_that_makes_nothing_is_no_pass(tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "x.py").write_text("x = 1\n")
    result = dashkit("check", "x.py", cwd=tmp_path)
    assert result.code == 3
    assert "exports neither" in result.err


def test_the_language_is_that_of_the_project(shop: Project, dashkit: Program) -> None:
    wide = MODULE.replace(
        "sum(rate(http_requests_total[$__rate_interval]))", "sum(rate(http_requests_total)) default 0"
    )
    shop.write("dashboards/ops/shop.py", wide)
    assert "DK301" in dashkit("check", cwd=shop.folder).out
    shop.write("dashkit.yaml", "project: test\ncheck: {metrics: [metrics], language: metricsql}\n")
    assert "DK301" not in dashkit("check", cwd=shop.folder).out


def test_a_project_is_found_around_what_is_named(shop: Project, dashkit: Program, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    result = dashkit("check", str(shop.folder / "dashboards/ops/shop.py"), cwd=elsewhere)
    assert "error DK332" in result.out


def test_a_file_is_the_one_where_the_person_stands(shop: Project, dashkit: Program) -> None:
    shop.write("x.json", document())
    shop.write("sub/x.json", BROKEN)
    result = dashkit("check", "x.json", cwd=shop.folder / "sub")
    assert result.code == 1
    assert result.out.startswith("x.json:13: error DK301")


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "x.json").write_text(BROKEN)
    (tmp_path / "link.json").symlink_to("x.json")
    result = dashkit("check", ".", "x.json", cwd=tmp_path)
    assert "1 dashboard" in result.out
    assert "DK104" not in result.out


def test_modules_in_a_directory_from_elsewhere_are_read(tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "boards").mkdir()
    (tmp_path / "boards/shop.py").write_text(MODULE.replace("sum(rate(http_requests", "sum((rate(http_requests"))
    (tmp_path / "boards/setup.py").write_text("raise SystemExit('this is not for you')\n")
    result = dashkit("check", "boards", cwd=tmp_path)
    assert result.code == 1, result.err
    assert "boards/shop.py:5: error DK301" in result.out
    assert "setup.py" not in result.err


def test_files_of_other_tools_are_left_alone_in_a_directory(tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "keycloak.yaml").write_text("groups: [{name: admins, path: /admins}]\n")
    (tmp_path / "provisioned.yaml").write_text(
        "apiVersion: 1\ngroups: [{name: g, folder: f, rules: [{uid: x, title: y}]}]\n"
    )
    (tmp_path / "sales.json").write_text('{"title": "Sales", "rows": [{"country": "DE"}]}')
    (tmp_path / "x.json").write_text("\ufeff" + document())
    result = dashkit("check", ".", "--min-severity", "warning", cwd=tmp_path)
    assert (result.code, result.err) == (0, "")
    assert "no problems in 1 dashboard" in result.out or "infos in 1 dashboard" in result.out


def test_standard_input_hides_no_other_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "x.json").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{")))
    assert run(["check", "-", "x.json"]) == 3
    out, err = capsys.readouterr()
    assert "DK301" in out
    assert "<stdin>" in err


def test_what_could_not_be_read_is_in_every_format(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/broken.py", "x = [\n")
    assert (
        "::error file=dashboards/ops/broken.py,line=1,title=DK100"
        in dashkit("check", "--format", "github", cwd=shop.folder).out
    )
    assert "| error | DK100 |" in dashkit("check", "--format", "markdown", cwd=shop.folder).out
    sarif = json.loads(dashkit("check", "--format", "sarif", cwd=shop.folder).out)
    assert "DK100" in {result["ruleId"] for result in sarif["runs"][0]["results"]}
    junit = ElementTree.fromstring(dashkit("check", "--format", "junit", cwd=shop.folder).out)
    assert "dashboards/ops/broken.py" in {
        case.get("name") for case in junit.iter("testcase") if case.find("failure") is not None
    }
    assert json.loads(dashkit("check", "--format", "json", cwd=shop.folder).out)["failures"][0]["where"].endswith(
        "broken.py:1"
    )


@pytest.mark.parametrize(
    "text",
    [
        "x = [1,  # dashkit: allow[DK332] r\n",
        "print 'x'  # dashkit: allow[DK332] r\n",
        "\ufeff# dashkit: allow[DK332] r\nx = [\n",
        "x = '\x00'  # dashkit: allow[DK332] r\n",
    ],
)
def test_a_module_that_does_not_parse_hides_nothing_else(text: str, shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/broken.py", text)
    shop.write("dashboards/_notes.py", text)
    result = dashkit("check", cwd=shop.folder)
    assert result.code == 3
    assert "broken.py" in result.err
    assert "error DK332" in result.out


def test_the_order_does_not_hang_on_hashes(tmp_path: Path) -> None:
    expr = " + ".join(["rate(foo[5m])"] * 6)
    panel = {"id": 1, "type": "timeseries", "title": "P", "targets": [{"refId": "A", "expr": expr}]}
    (tmp_path / "x.json").write_text(document(panels=[panel]))
    command = [sys.executable, "-m", "dashkit", "check", "x.json", "--format", "json", "--min-severity", "info"]
    outputs = {
        subprocess.run(
            command, cwd=tmp_path, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": str(seed)}
        ).stdout
        for seed in range(4)
    }  # fmt: skip
    assert len(outputs) == 1
    assert len(json.loads(outputs.pop())["problems"]) > 10


def test_a_directory_that_cannot_be_read_is_not_an_empty_one(
    shop: Project, dashkit: Program, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = environment(sandbox)
    assert dashkit("push", "--no-check", cwd=shop.folder, env=env).code == 0
    scandir = os.scandir

    def refusing(path: object = ".") -> object:
        if str(path).endswith("dashboards/ops"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refusing)
    result = dashkit("push", "--prune", "--dry-run", cwd=shop.folder, env=env)
    assert result.code == 3
    assert "dashboards/ops: cannot be read: Permission denied" in result.err
    assert "delete" not in result.out
    assert dashkit("check", cwd=shop.folder).code == 3


def test_severities_of_the_file_hold_for_whoever_finds(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/shop.py", MODULE + "# dashkit: allow[DK301] nothing here\n")
    assert "DK001" in dashkit("check", cwd=shop.folder).out
    shop.write("dashkit.yaml", "project: test\ncheck: {rules: {DK001: off}}\n")
    assert "DK001" not in dashkit("check", cwd=shop.folder).out


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("    1 / 0\n    yield\n", "rule TEAM001 failed: ZeroDivisionError"),
        ("    yield panel.nothing\n", "rule TEAM001 failed: AttributeError"),
    ],
)
def test_a_fault_of_an_own_rule_names_the_rule(body: str, says: str, shop: Project, dashkit: Program) -> None:
    head = "from dashkit.lint.api import Finding, Panel, Severity, rule\n"
    shop.write(
        "team.py",
        f'{head}@rule("TEAM001", Severity.ERROR, on=Panel)\ndef mine(panel, context):\n    """Mine."""\n{body}',
    )
    shop.write("dashkit.yaml", "project: test\ncheck: {own_rules: [team.py]}\n")
    result = dashkit("check", cwd=shop.folder)
    assert result.code == 3
    assert says in result.err
    assert "team.py:5" in result.err


@pytest.mark.filterwarnings("default")
def test_an_own_rule_with_imports_of_0_1_works_and_says_what_to_import(shop: Project, dashkit: Program) -> None:
    shop.write(
        "team.py",
        "from dashkit.lint.facts import Facts\nfrom dashkit.lint.rule import Finding, rule\n"
        "from dashkit.lint.subjects import Panel\nfrom dashkit.model.problem import Severity\n"
        '@rule("TEAM001", Severity.ERROR, on=Panel)\ndef mine(panel: Panel, facts: Facts):\n    """Mine."""\n'
        '    yield Finding("found by the old rule")\n',
    )
    shop.write("dashkit.yaml", "project: test\ncheck: {own_rules: [team.py]}\n")
    for name in ("facts", "subjects"):
        sys.modules.pop(f"dashkit.lint.{name}", None)  # a module warns once, as it is first imported
    result = dashkit("check", cwd=shop.folder)
    assert "found by the old rule" in result.out
    lines = [line for line in result.err.splitlines() if "is now dashkit.lint.api" in line]
    assert [line.split(": ")[1] for line in lines] == ["team.py:1", "team.py:3"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('@rule("DK900", Severity.ERROR, on=Panel)', 2),
        ('@rule("TEAM001", Severity.ERROR, on=dict)', 2),
        ('@rule("team1", Severity.ERROR, on=Panel)', 3),
    ],
)
def test_an_own_rule_that_could_never_run_is_refused(line: str, code: int, shop: Project, dashkit: Program) -> None:
    head = "from dashkit.lint.api import Finding, Panel, Severity, rule\n"
    shop.write("team.py", f'{head}{line}\ndef mine(panel, context):\n    """Mine."""\n')
    shop.write("dashkit.yaml", "project: test\ncheck: {own_rules: [team.py]}\n")
    assert dashkit("check", cwd=shop.folder).code == code


@pytest.mark.parametrize(
    "arguments",
    [
        ["DKXXX", "--reason", "x"],
        ["dk332", "--reason", "x"],
        ["DK001", "--reason", "x"],
        ["DK332", "--reason", "x", "--until", "2020-01-01"],
        ["DK332", "--reason", "will come, until march"],
        ["DK332", "--reason", " "],
    ],
)
def test_accept_refuses_what_would_be_wrong(arguments: list[str], shop: Project, dashkit: Program) -> None:
    before = (shop.folder / "dashboards/ops/shop.py").read_text()
    assert dashkit("check", "--accept", *arguments, cwd=shop.folder).code == 2
    assert (shop.folder / "dashboards/ops/shop.py").read_text() == before


def test_accept_never_breaks_a_module(shop: Project, dashkit: Program) -> None:
    text = (
        MODULE.replace("\n", "\r\n")
        .replace("panels = [", "wide = \\\r\n    3\r\npanels = [")
        .replace("    stat(", "    stat(")
    )
    text += 'extra = \\\r\n    timeseries("x", prometheus("sum(up"))\r\npanels.append(extra)\r\n'
    path = shop.folder / "dashboards/ops/shop.py"
    path.write_bytes(text.encode())
    result = dashkit("check", "--accept", "DK301", "--reason", "later", cwd=shop.folder)
    after = path.read_bytes()
    assert b"\r\n" in after
    assert b"\n" not in after.replace(b"\r\n", b"")
    assert "DK301" not in result.out.replace("allow[DK301]", "")
    compile(after, "shop.py", "exec")


def test_accept_puts_no_comment_into_a_text(shop: Project, dashkit: Program) -> None:
    path = shop.folder / "dashboards/ops/shop.py"
    line = 'words = """\n""", panels.append(timeseries("y", prometheus("sum(up")))\n'
    text = MODULE.replace("dashboard = new", f"{line}dashboard = new")
    path.write_text(text)
    result = dashkit("check", "--accept", "DK301", "--reason", "later", cwd=shop.folder)
    assert result.code == 3
    assert "cannot be added automatically" in result.err
    assert path.read_text() == text


def test_accept_keeps_the_line_ends_of_each_line(shop: Project, dashkit: Program) -> None:
    path = shop.folder / "dashboards/ops/shop.py"
    path.write_bytes(MODULE.replace("    stat(\n", "    stat(\r\n").encode())
    assert dashkit("check", "--accept", "DK332", "--reason", "later", cwd=shop.folder).code == 0
    after = path.read_bytes()
    assert after.count(b"\r\n") == 2
    assert (
        after.replace(b"    # dashkit: allow[DK332] later\r\n", b"")
        == MODULE.replace("    stat(\n", "    stat(\r\n").encode()
    )


def test_accept_has_no_file_to_write_to_behind_standard_input(shop: Project, dashkit: Program) -> None:
    result = dashkit("check", "-", "--accept", "DK301", "--reason", "later", cwd=shop.folder)
    assert result.code == 2
    assert "standard input" in result.err


def test_accept_keeps_the_line_ends_of_the_file(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/x.json", BROKEN)
    path = shop.folder / "dashkit.yaml"
    path.write_bytes(b"project: test\r\ncheck:\r\n  fail_on: error\r\n")
    dashkit("check", "--accept", "DK301", "--reason", "later", cwd=shop.folder)
    after = path.read_bytes()
    assert b"rule: DK301" in after
    assert b"\n" not in after.replace(b"\r\n", b"")


def test_accept_writes_all_or_nothing(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/x.json", BROKEN)
    broken = MODULE.replace("sum(rate(http_requests", "sum((rate(http_requests")
    shop.write("dashboards/ops/shop.py", broken)
    shop.write("dashkit.yaml", "project: test\ncheck: {fail_on: error}\n")
    result = dashkit("check", "--accept", "DK301", "--reason", "later", cwd=shop.folder)
    assert result.code == 3
    assert "not in block style" in result.err
    assert (shop.folder / "dashboards/ops/shop.py").read_text() == broken


def test_an_accepted_title_may_hold_anything(shop: Project, dashkit: Program) -> None:
    panels = [{"id": 1, "type": "stat", "title": "[Prod] *", "targets": [{"refId": "A", "expr": "sum(up"}]}]
    shop.write("dashboards/ops/x.json", document(uid="", title="[Shop] ?", panels=panels))
    result = dashkit("check", "--accept", "DK301", "--reason", "later", cwd=shop.folder)
    assert "DK301" not in result.out
    assert "DK001" not in dashkit("check", cwd=shop.folder).out


def test_an_accepted_file_from_elsewhere_is_not_unused_in_the_project(shop: Project, dashkit: Program) -> None:
    shop.write("grafana/x.json", BROKEN)
    result = dashkit("check", "grafana/x.json", "--accept", "DK301", "--reason", "later", cwd=shop.folder)
    assert result.code == 0, result.out
    entry = yaml.safe_load((shop.folder / "dashkit.yaml").read_text())["check"]["suppress"][0]
    assert entry["path"] == "grafana/x.json"
    assert "DK001" not in dashkit("check", cwd=shop.folder).out
    assert dashkit("check", "../grafana", cwd=shop.folder / "dashboards").code == 0


def test_fix_never_touches_what_is_no_dashboard(tmp_path: Path, dashkit: Program) -> None:
    texts = {
        "sales.json": '{"uid": "u1", "title": "Sales", "rows": [{"country": "DE", "n": 1}]}',
        "table.json": '{"uid": "u2", "title": "T", "schemaVersion": 1, "elements": []}',
        "export.json": json.dumps({**json.loads(document()), "__inputs": [{"name": "DS_P", "type": "datasource"}]}),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "x.json").write_text(document(schemaVersion=38))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/link.json").symlink_to("../x.json")
    result = dashkit("check", "--fix", ".", cwd=tmp_path)
    for name, text in texts.items():
        assert (tmp_path / name).read_text() == text
    assert "was exported for sharing" in result.err
    assert (tmp_path / "sub/link.json").is_symlink()
    assert json.loads((tmp_path / "x.json").read_text())["schemaVersion"] == 42


def test_fix_says_its_words_beside_the_result(tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "x.json").write_text(document(schemaVersion=38))
    result = dashkit("check", "--fix", "x.json", "--format", "json", cwd=tmp_path)
    assert json.loads(result.out)["summary"]["dashboards"] == 1
    assert dashkit("check", "--fix", "nothing.yaml", cwd=tmp_path).code == 3


def test_a_long_expression_stops_nothing(tmp_path: Path, dashkit: Program) -> None:
    exprs = ["+".join(["up"] * 600), "(" * 3000 + "up" + ")" * 3000, "sum(up"]
    panels = [
        {"id": number, "type": "stat", "title": str(number), "targets": [{"refId": "A", "expr": expr}]}
        for number, expr in enumerate(exprs, 1)
    ]
    (tmp_path / "x.json").write_text(document(panels=panels))
    result = dashkit("check", "x.json", cwd=tmp_path)
    assert result.code == 1
    assert result.out.count("error DK301") == 1


def test_rule_files_in_every_shape(tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "rules.yaml").write_text(
        "kind: PrometheusRuleList\nitems:\n- spec:\n    groups:\n"
        "    - name: g\n      interval: abc\n      rules:\n      - just text\n      - alert: Down\n        expr: up ==\n"
        "    - name: g\n      rules:\n      - record: a:b\n        expr: up\n        keep_firing_for: 5x\n"
    )
    data = json.loads(dashkit("check", "rules.yaml", "--format", "json", cwd=tmp_path).out)
    found = {
        (problem["rule"], problem["location"]["line"]) for problem in data["problems"] if problem["severity"] == "error"
    }
    assert {("DK601", 8), ("DK301", 9), ("DK611", 13), ("DK601", 13)} <= found
    messages = {problem["message"] for problem in data["problems"]}
    assert "`interval` 'abc' of the group is not a duration such as 1m" in messages


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("groups:\n- name: g\n", 0, ""),
        ("groups:\n- name: g\n  rules: {a: b}\n", 1, "`rules` of the group must be a list"),
        ("groups:\n- rules: []\n", 1, "the group has no name"),
        ("groups: []\n", 3, "no groups of rules"),
        ("groups:\n- name: g\n  rules: []\ngroup: []\n", 3, "unknown key `group` beside `groups`"),
        ("groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n    expr: up == 0\n", 3, "duplicate key `expr`"),
        ("groups:\n- ? [a, b]\n  : c\n", 3, ""),
    ],
)
def test_a_rule_file_is_judged_as_prometheus_reads_it(
    text: str, code: int, says: str, tmp_path: Path, dashkit: Program
) -> None:
    (tmp_path / "rules.yaml").write_text(text)
    result = dashkit("check", "rules.yaml", cwd=tmp_path)
    assert result.code == code, (result.out, result.err)
    assert says in result.out + result.err
    if shutil.which("promtool"):
        verdict = subprocess.run(
            ["promtool", "check", "rules", tmp_path / "rules.yaml"], capture_output=True, check=False
        )
        # A file without a group is none to us; Prometheus loads nothing from it without a word.
        assert (verdict.returncode == 0) == (code == 0 or text == "groups: []\n"), verdict.stdout + verdict.stderr


def test_the_push_of_a_part_minds_only_that_part(shop: Project, dashkit: Program, sandbox: RunningSandbox) -> None:
    shop.dashboard("good", extra="")
    shop.write(
        "dashboards/ops/z.py",
        "# dashkit: allow[DK999] wrong\n" + MODULE.replace('uid="shop"', 'uid="z"').replace("Shop", "Z"),
    )
    env = environment(sandbox)
    assert dashkit("push", "--only", "good", cwd=shop.folder, env=env).code == 0
    result = dashkit("push", "--dry-run", "--format", "json", cwd=shop.folder, env=env)
    assert result.code == 1
    data = json.loads(result.out)
    assert {problem["rule"] for problem in data["problems"]} == {"DK332"}
    assert data["actions"]


def test_a_pull_does_not_write_over_what_somebody_wrote(tmp_path: Path, dashkit: Program) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text("name: shop\nmetrics: {}\n")
    result = dashkit("metrics", "pull", "--prometheus", "http://127.0.0.1:1", "-o", "shop.yaml", cwd=tmp_path)
    assert result.code == 6
    assert path.read_text() == "name: shop\nmetrics: {}\n"


@pytest.mark.parametrize(
    "url", ["ftp://me:s3cret@host", "me:s3cret@host:9090", "http://h?token=s3cret", "http://[::1", "host:1"]
)
def test_an_address_is_never_echoed(url: str, tmp_path: Path, dashkit: Program) -> None:
    result = dashkit("metrics", "pull", "--prometheus", url, cwd=tmp_path)
    assert result.code == 2
    assert "s3cret" not in result.out + result.err


def test_the_program_names_its_own_folder_nowhere(dashkit: Program) -> None:
    assert str(ROOT) not in dashkit("check", "--help").out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("groups: &g\n- name: a\n  rules: *g\n", "contains itself"),
        ("a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
        ) + "groups: [{name: a, rules: [{alert: A, expr: up}]}]\n", "expands to more than 1,000,000 values"),
    ],
    ids=["circle", "bomb"],
)  # fmt: skip
def test_yaml_without_end_is_no_rule_file(tmp_path: Path, dashkit: Program, text: str, words: str) -> None:
    (tmp_path / "rules.yml").write_text(text)
    result = dashkit("check", "rules.yml", cwd=tmp_path)
    assert (result.code, words in result.out + result.err) == (3, True), result.out + result.err


def test_a_dashboard_of_very_many_panels_is_looked_at_in_part_and_says_so(tmp_path: Path, dashkit: Program) -> None:
    panel = {"type": "stat", "title": "P", "targets": [{"refId": "A", "expr": "up"}]}
    panels = [{**panel, "id": number, "gridPos": {"x": 0, "y": number, "w": 24, "h": 1}} for number in range(1, 5003)]
    (tmp_path / "wide.json").write_text(json.dumps({"uid": "wide", "title": "Wide", "panels": panels}))
    result = dashkit("check", "wide.json", cwd=tmp_path)
    assert "5,002 panels; only the first 5,000 were checked" in result.out

"""dashkit import: JSON files become modules that make the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dashkit.document.read import as_resource
from dashkit.document.v2.up import up
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import ROOT, SHARED, Program, Project, environment

SHOP: dict[str, Any] = {
    "uid": "shop", "title": "Shop: orders", "schemaVersion": 42, "refresh": "30s", "time": {"from": "now-1h", "to": "now"},
    "templating": {"list": [{"type": "datasource", "name": "datasource", "query": "prometheus"}]},
    "panels": [
        {"id": 7, "type": "stat", "title": "Orders", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 4},
         "targets": [{"refId": "A", "expr": "sum(orders)"}], "datasource": {"type": "prometheus", "uid": "${datasource}"}},
        {"id": 9, "type": "row", "title": "Latency", "gridPos": {"x": 0, "y": 4, "w": 24, "h": 1}, "collapsed": False},
        {"id": 8, "type": "timeseries", "title": "p95", "gridPos": {"x": 0, "y": 5, "w": 12, "h": 8},
         "targets": [{"refId": "A", "expr": "p95", "legendFormat": "{{job}}"}], "fieldConfig": {"defaults": {"unit": "s"}},
         "datasource": {"type": "prometheus", "uid": "${datasource}"}},
    ],
}  # fmt: skip


def test_a_file_becomes_a_module_that_reads_well(project: Project, dashkit: Program) -> None:
    project.write("old/shop.json", json.dumps(SHOP))
    result = dashkit("import", "old/shop.json", "--to", "dashboards", cwd=project.folder)
    assert result.code == 0, result.err
    module = (project.folder / "dashboards/shop_orders.py").read_text()
    assert module.startswith('"""Shop: orders."""\n\nfrom dashkit.authoring import datasource_variable')
    assert 'time="1h"' in module
    assert 'row("Latency", timeseries("p95", prometheus("p95", "{{job}}"), unit="s"' in " ".join(
        module.split()
    ).replace("( ", "(")
    assert "position" not in module
    built = dashkit("build", cwd=project.folder)
    assert built.code == 0, built.err
    made = json.loads((project.folder / "build/dashboards/shop.json").read_text())
    assert [panel["id"] for panel in made["panels"] if panel["type"] != "row"] == [7, 8]


def test_directories_are_kept_and_the_report_says_how_panels_are_written(project: Project, dashkit: Program) -> None:
    project.write("old/team/shop.json", json.dumps(SHOP))
    project.write("old/.dashkit-manifest.json", '{"files": []}')
    project.write("old/other.json", json.dumps({**SHOP, "uid": "other", "title": "Other", "schemaVersion": 16}))
    result = dashkit("import", "old", "--report", "--format", "json", cwd=project.folder)
    assert result.code == 0, result.err
    said = json.loads(result.out)
    assert said["summary"] == {
        "dashboards": 2, "equal": 2, "failed": 0, "panels": {"helper": 2, "panel": 0, "dict": 2},
    }  # fmt: skip
    assert [one["file"] for one in said["dashboards"]] == ["other.py", "team/shop_orders.py"]
    (note,) = said["dashboards"][0]["modernised"]
    assert note == "schema 16 keeps its number and its panels as they are; --upgrade brings them to today's"
    assert (project.folder / "dashboards/team/shop_orders.py").is_file()


def test_an_export_with_inputs_has_a_datasource_variable_or_the_one_that_is_named(
    project: Project, dashkit: Program
) -> None:
    inputs = [
        {"name": "DS_PROM", "label": "Prometheus", "type": "datasource", "pluginId": "prometheus"},
        {"name": "VAR_JOB", "label": "Job", "type": "constant", "value": ""},
    ]
    panel = {**SHOP["panels"][0], "datasource": {"type": "prometheus", "uid": "${DS_PROM}"}}
    panel["targets"] = [{"refId": "A", "expr": 'up{job="${VAR_JOB}"}'}]
    project.write("shop.json", json.dumps({**SHOP, "__inputs": inputs, "panels": [panel], "templating": {"list": []}}))
    failed = dashkit("import", "shop.json", cwd=project.folder)
    assert (failed.code, "--input VAR_JOB=VALUE" in failed.err) == (3, True)
    assert dashkit("import", "shop.json", "--input", "VAR_JOB=api", cwd=project.folder).code == 0
    module = (project.folder / "dashboards/shop_orders.py").read_text()
    assert 'variables=[datasource_variable(label="Prometheus")]' in module
    assert """'up{job="api"}'""" in module
    named = ("--input", "VAR_JOB=api", "--input", "DS_PROM=main", "--force")
    assert dashkit("import", "shop.json", *named, cwd=project.folder).code == 0
    module = (project.folder / "dashboards/shop_orders.py").read_text()
    assert 'datasource={"type": "prometheus", "uid": "main"}' in module
    assert "DS_PROM" not in module


def test_a_broken_source_hides_no_other(project: Project, dashkit: Program) -> None:
    project.write("old/a.json", "{")
    project.write("old/b.json", '{"a": 1}')
    project.write("old/shop.json", json.dumps(SHOP))
    project.write("old/twin.json", json.dumps({**SHOP, "title": "Twin"}))
    result = dashkit("import", "old", cwd=project.folder)
    assert result.code == 5
    for part in ("a.json", "b.json", "its uid 'shop' is that of old/shop.json, too"):
        assert part in result.err
    assert [path.name for path in (project.folder / "dashboards").iterdir()] == ["shop_orders.py"]


def test_a_file_that_was_edited_is_not_overwritten(project: Project, dashkit: Program) -> None:
    project.write("shop.json", json.dumps(SHOP))
    assert dashkit("import", "shop.json", cwd=project.folder).code == 0
    assert "same" in dashkit("import", "shop.json", cwd=project.folder).err
    path = project.folder / "dashboards/shop_orders.py"
    path.write_text(path.read_text() + "# mine\n")
    refused = dashkit("import", "shop.json", cwd=project.folder)
    assert (refused.code, "--force" in refused.err) == (3, True)
    assert path.read_text().endswith("# mine\n")
    assert dashkit("import", "shop.json", "--force", cwd=project.folder).code == 0
    assert "# mine" not in path.read_text()


def test_as_json_writes_what_a_build_would(project: Project, dashkit: Program) -> None:
    project.write("shop.json", json.dumps(SHOP))
    assert dashkit("import", "shop.json", "--as", "json", cwd=project.folder).code == 0
    made = json.loads((project.folder / "dashboards/shop_orders.json").read_text())
    assert made["panels"][0]["id"] == 7


def in_tabs(**more: Any) -> dict[str, Any]:
    spec = up(SHOP)
    tab = {"kind": "TabsLayoutTab", "spec": {"title": "First", "layout": spec["layout"], **more}}
    return as_resource("shop", "v2beta1", {**spec, "layout": {"kind": "TabsLayout", "spec": {"tabs": [tab]}}})


def test_a_v2_dashboard_becomes_a_module_with_tabs(project: Project, dashkit: Program) -> None:
    project.write("shop.json", json.dumps(in_tabs()))
    result = dashkit("import", "shop.json", cwd=project.folder)
    assert result.code == 0, result.err
    module = (project.folder / "dashboards/shop_orders.py").read_text()
    assert 'tabs(\n            tab(\n                "First"' in module
    assert dashkit("build", cwd=project.folder).code == 0
    made = json.loads((project.folder / "build/dashboards/shop.json").read_text())
    assert made["spec"]["layout"]["kind"] == "TabsLayout"


def test_a_v2_dashboard_that_the_classic_schema_can_say_becomes_a_classic_module(
    project: Project, dashkit: Program
) -> None:
    project.write("shop.json", json.dumps(as_resource("shop", "v2beta1", up(SHOP))))
    assert dashkit("import", "shop.json", cwd=project.folder).code == 0
    assert 'row(\n            "Latency"' in (project.folder / "dashboards/shop_orders.py").read_text()


def test_what_no_module_says_stays_json(project: Project, dashkit: Program) -> None:
    resource = in_tabs(someday={"new": True})
    project.write("shop.json", json.dumps(resource))
    result = dashkit("import", "shop.json", "--report", cwd=project.folder)
    assert (result.code, "stays JSON: no module makes the same" in result.out) == (0, True)
    assert json.loads((project.folder / "dashboards/shop_orders.json").read_text()) == resource
    assert dashkit("import", "shop.json", "--as", "json", cwd=project.folder).code == 0


LAYOUTS = SHARED / "conversions" / "v2beta1-to-classic"


@pytest.mark.skipif(not LAYOUTS.is_dir(), reason="the recorded conversions are not beside the project")
def test_each_recorded_layout_becomes_a_module_that_makes_the_same(tmp_path: Path, dashkit: Program) -> None:
    for number, path in enumerate(sorted(LAYOUTS.glob("*.json"))):
        spec = {**json.loads(path.read_bytes())["v2beta1"], "title": path.stem}
        (tmp_path / path.name).write_text(json.dumps(as_resource(f"u{number}", "v2beta1", spec)))
    result = dashkit("import", str(tmp_path), "--to", str(tmp_path / "out"), "--format", "json", cwd=tmp_path)
    assert result.code == 0, result.err
    said = json.loads(result.out)
    assert [one["source"] for one in said["dashboards"] if not one["file"].endswith(".py")] == []
    assert said["summary"]["equal"] == said["summary"]["dashboards"] == 25


def test_a_source_that_is_not_there_is_said(project: Project, dashkit: Program) -> None:
    (project.folder / "empty").mkdir()
    assert "does not exist" in dashkit("import", "nothing.json", cwd=project.folder).err
    assert "has no .json file" in dashkit("import", "empty", cwd=project.folder).err
    assert dashkit("import", cwd=project.folder).code == 2


@pytest.mark.parametrize("text", ['"""\nraise SystemExit(9)\n"""', "'; import os", "\\", "{0}", "#"])
def test_what_a_dashboard_says_is_never_run(project: Project, dashkit: Program, text: str) -> None:
    panels = [{**SHOP["panels"][0], "title": text, "description": text, "targets": [{"refId": "A", "expr": text}]}]
    project.write("shop.json", json.dumps({**SHOP, "title": f"Shop {text}", "description": text, "panels": panels}))
    result = dashkit("import", "shop.json", "--format", "json", cwd=project.folder)
    assert (result.code, json.loads(result.out)["summary"]["equal"]) == (0, 1), result.err


CORPUS = SHARED / "corpus"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of other people's dashboards is not beside the project")
def test_each_dashboard_of_the_corpus_becomes_a_module_that_makes_the_same(tmp_path: Path, dashkit: Program) -> None:
    result = dashkit("import", str(CORPUS), "--to", "out", "--report", "--format", "json", cwd=tmp_path)
    assert result.code == 0, result.err
    said = json.loads(result.out)
    assert [one["source"] for one in said["dashboards"] if not one["equal"]] == []
    assert len(list((tmp_path / "out").glob("*.py"))) == said["summary"]["dashboards"] == 108
    modern = [one for one in said["dashboards"] if not one["panels"]["dict"]]
    assert len(modern) == 70
    assert sum(one["panels"]["helper"] for one in modern) > 800


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of other people's dashboards is not beside the project")
def test_modules_pass_a_strict_type_checker(tmp_path: Path, dashkit: Program) -> None:
    pytest.importorskip("mypy")
    sources = [str(path) for path in sorted(CORPUS.glob("*.json"))[::9]]
    assert dashkit("import", *sources, "--to", "out", cwd=tmp_path).code == 0
    # In a process of its own: it changes how deep Python may recurse.
    options = ["--strict", "--explicit-package-bases", "--config-file", "", "--cache-dir", str(tmp_path / "cache")]
    command = [sys.executable, "-m", "mypy", *options, "out"]
    env = {**os.environ, "MYPYPATH": str(ROOT)}
    checked = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env)
    assert checked.returncode == 0, checked.stdout


def test_a_folder_of_a_server_becomes_modules_without_what_the_context_adds(
    project: Project, dashkit: Program, sandbox: RunningSandbox
) -> None:
    env = {**environment(sandbox), "DASHKIT_UID_PREFIX": "eu-", "DASHKIT_TAGS": "eu"}
    project.write("dashboards/team-a/shop.json", json.dumps(SHOP))
    project.write("dashboards/team-a/_folder.yaml", "title: 'Team: A'\n")
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    (project.folder / "dashboards/team-a/shop.json").unlink()
    (project.folder / "dashboards/team-a/_folder.yaml").unlink()
    result = dashkit("import", "--folder", "Team: A", cwd=project.folder, env=env)
    assert result.code == 0, result.err
    module = (project.folder / "dashboards/team-a/shop_orders.py").read_text()
    assert 'uid="shop"' in module
    assert "eu-" not in module
    assert '"eu"' not in module
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    assert "1 unchanged" in dashkit("push", cwd=project.folder, env=env).out


def test_a_dashboard_that_is_not_on_the_server_is_said(
    project: Project, dashkit: Program, sandbox: RunningSandbox
) -> None:
    result = dashkit("import", "--uid", "nothing", cwd=project.folder, env=environment(sandbox))
    assert (result.code, "no dashboard with uid 'nothing'" in result.err) == (4, True)
    both = dashkit("import", "a.json", "--all", cwd=project.folder, env=environment(sandbox))
    assert (both.code, "one at a time" in both.err) == (2, True)


def test_a_backup_is_a_source_and_the_context_of_it_is_taken_back(
    project: Project, dashkit: Program, sandbox: RunningSandbox
) -> None:
    env = environment(sandbox) | {"DASHKIT_UID_PREFIX": "eu-", "DASHKIT_TAGS": "eu"}
    project.write("dashboards/team-a/shop.json", json.dumps(SHOP))
    project.write("dashboards/team-a/_folder.yaml", "title: 'Team: A'\n")
    project.write("dashboards/other.json", json.dumps({**SHOP, "uid": "other", "title": "Other"}))
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    assert dashkit("backup", cwd=project.folder, env=env).code == 0
    result = dashkit(
        "import", "latest", "--folder", "Team: A", "--to", "again", "-c", "environment", cwd=project.folder, env=env
    )
    assert result.code == 0, result.err
    assert sorted(path.name for path in (project.folder / "again").rglob("*.*")) == ["_folder.yaml", "shop_orders.py"]
    module = (project.folder / "again/team-a/shop_orders.py").read_text()
    assert 'uid="shop"' in module
    assert "eu-" not in module
    (archive,) = (project.folder / "backups").glob("*.zip")
    everything = dashkit("import", str(archive), "--to", "raw", cwd=project.folder, env=environment(sandbox))
    assert everything.code == 0, everything.err
    assert 'uid="eu-shop"' in (project.folder / "raw/team-a/shop_orders.py").read_text()
    absent = dashkit("import", str(archive), "--uid", "nothing", cwd=project.folder, env=environment(sandbox))
    assert (absent.code, "no dashboard with uid 'nothing' in the archive" in absent.err) == (3, True)
    nowhere = dashkit("import", str(archive), "--folder", "Nowhere", cwd=project.folder, env=environment(sandbox))
    assert (nowhere.code, "has no dashboard in the folder 'Nowhere'" in nowhere.err) == (3, True)


def test_a_damaged_backup_is_no_source(project: Project, dashkit: Program, sandbox: RunningSandbox) -> None:
    project.dashboard("checkout")
    env = environment(sandbox)
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    assert dashkit("backup", cwd=project.folder, env=env).code == 0
    (archive,) = (project.folder / "backups").glob("*.zip")
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 255
    archive.write_bytes(data)
    result = dashkit("import", str(archive), "--to", "again", cwd=project.folder, env=env)
    assert result.code != 0
    assert archive.name in result.err
    assert not (project.folder / "again").exists()


def test_a_long_dashboard_becomes_a_module_for_each_row(project: Project, dashkit: Program) -> None:
    at = {"x": 0, "w": 24, "h": 8}
    panels: list[dict[str, Any]] = []
    for number in range(120):
        if number % 40 == 0:
            panels.append(
                {
                    "id": 900 + number,
                    "type": "row",
                    "title": f"Part {number}",
                    "gridPos": {**at, "y": number * 9, "h": 1},
                }
            )
        target = {"refId": "A", "expr": f"metric_{number}" + " + 1" * (number % 5)}
        kind = ("stat", "timeseries", "gauge")[number % 3]
        panels.append({"id": number + 1, "type": kind, "title": f"P{number}", "gridPos": {**at, "y": number * 9 + 1},
                       "description": f"What number {number} says. " * 4 + f"It ends with {number}.",
                       "targets": [target], "datasource": {"type": "prometheus", "uid": "p"}})  # fmt: skip
    project.write("long.json", json.dumps({**SHOP, "panels": panels}))
    result = dashkit("import", "long.json", "--report", "--format", "json", cwd=project.folder)
    assert result.code == 0, result.err
    (said,) = json.loads(result.out)["dashboards"]
    folder = project.folder / "dashboards"
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.py"))
    parts = [f"_shop_orders/part_{number}.py" for number in (0, 40, 80)]
    assert files == ["_shop_orders/__init__.py", "_shop_orders/common.py", *parts, "shop_orders.py"]
    assert said["lines"] == sum((folder / path).read_text().count("\n") for path in files)
    built = dashkit("build", cwd=project.folder)
    assert built.code == 0, built.err
    (folder / parts[0]).write_text("edited = 1\n")
    again = dashkit("import", "long.json", cwd=project.folder)
    assert (again.code, "part_0.py exists and differs" in again.err) == (3, True)
    assert (folder / parts[0]).read_text() == "edited = 1\n"


def test_a_file_of_another_dashboard_is_never_in_the_way(project: Project, dashkit: Program) -> None:
    project.write("shop.json", json.dumps(SHOP))
    project.write("twin.json", json.dumps({**SHOP, "uid": "twin"}))
    assert dashkit("import", "shop.json", cwd=project.folder).code == 0
    first = (project.folder / "dashboards/shop_orders.py").read_text()
    assert dashkit("import", "twin.json", "--force", cwd=project.folder).code == 0
    assert (project.folder / "dashboards/shop_orders.py").read_text() == first
    assert 'uid="twin"' in (project.folder / "dashboards/shop_orders_twin.py").read_text()
    both = dashkit("import", "shop.json", "twin.json", "--to", "new", cwd=project.folder)
    assert (both.code, "'shop' in this folder has the title 'Shop: orders', too" in both.err) == (5, True)


def test_an_input_that_no_source_has_is_an_error_and_writes_nothing(project: Project, dashkit: Program) -> None:
    inputs = [{"name": "DS_PROM", "label": "Prometheus", "type": "datasource", "pluginId": "prometheus"}]
    project.write("shop.json", json.dumps({**SHOP, "__inputs": inputs}))
    result = dashkit("import", "shop.json", "--input", "DS_PROMM=main", cwd=project.folder)
    assert (result.code, "no source has the input DS_PROMM" in result.err, "there is DS_PROM" in result.err) == (
        2,
        True,
        True,
    )
    assert not (project.folder / "dashboards").exists()


def test_a_dashboard_without_a_uid_says_how_it_gets_one(project: Project, dashkit: Program) -> None:
    project.write("shop.json", json.dumps({key: value for key, value in SHOP.items() if key != "uid"}))
    result = dashkit("import", "shop.json", cwd=project.folder)
    assert (result.code, "--new-uid" in result.err) == (3, True)
    assert dashkit("import", "shop.json", "--new-uid", "shop", cwd=project.folder).code == 0

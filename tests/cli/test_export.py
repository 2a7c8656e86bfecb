"""``dashkit export provisioning``, and a directory of such files as a target of diff and push."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Program, Project

CONFIG = """\
project: shop
alerts: {grafana: "https://g.example.org"}
datasources:
  prometheus: {type: prometheus, url: "http://prometheus:9090", default: true, secrets: {httpHeaderValue1: PROMETHEUS_KEY}}
  loki: loki
contexts:
  files: {directory: files, evaluator: grafana, mounted_at: /srv/grafana}
  other: {directory: elsewhere, uid_prefix: stg-, folder_prefix: Staging, datasources: {prometheus: prom-stg}}
"""


@pytest.fixture
def files(shop: Project) -> Project:
    """A project with a dashboard, alerts, routing and two contexts of files."""
    shop.write("dashkit.yaml", CONFIG)
    return shop


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def test_an_export_has_a_provider_for_each_folder_and_all_files(files: Project, dashkit: Program) -> None:
    files.dashboard("deep", folder="data_platform")
    result = dashkit("export", "provisioning", "-c", "files", "-o", "out", cwd=files.folder)
    assert result.code == 0, result.err
    out = files.folder / "out"
    providers = loaded(out / "dashboards/shop.yaml")["providers"]
    assert [entry["folder"] for entry in providers] == ["Data platform", "Ops"]
    assert len({entry["name"] for entry in providers}) == 2
    for entry in providers:
        here = out / Path(entry["options"]["path"]).relative_to("/srv/grafana")
        assert [path.suffix for path in here.iterdir()] == [".json"]
        assert (entry["allowUiUpdates"], entry["disableDeletion"]) == (False, False)
    assert json.loads((out / "dashboards/shop/ops/overview.json").read_text())["tags"] == ["dashkit:shop"]
    (datasource,) = loaded(out / "datasources/shop.yaml")["datasources"]
    assert datasource["uid"] == "prometheus"
    assert datasource["secureJsonData"] == {"httpHeaderValue1": "${PROMETHEUS_KEY}"}
    assert {path.name for path in (out / "alerting").iterdir()} >= {"shop.contact-points.yaml", "shop.policies.yaml"}


def test_an_export_again_changes_nothing_and_check_says_so(files: Project, dashkit: Program) -> None:
    command = ("export", "provisioning", "-c", "files", "-o", "out")
    dashkit(*command, cwd=files.folder)
    before = tree(files.folder / "out")
    assert dashkit(*command, "--check", cwd=files.folder).code == 0
    assert "up to date" in dashkit(*command, cwd=files.folder).err
    assert tree(files.folder / "out") == before


def test_check_names_what_is_not_up_to_date_and_writes_nothing(files: Project, dashkit: Program) -> None:
    command = ("export", "provisioning", "-c", "files", "-o", "out")
    files.dashboard("old")
    dashkit(*command, cwd=files.folder)
    (files.folder / "dashboards/ops/old.py").unlink()
    files.dashboard("new")
    before = tree(files.folder / "out")
    result = dashkit(*command, "--check", cwd=files.folder)
    assert result.code == 1
    assert "differs: dashboards/shop/ops/new.json" in result.out
    assert "no longer in the source: dashboards/shop/ops/old.json" in result.out
    assert tree(files.folder / "out") == before
    dashkit(*command, cwd=files.folder)
    assert "dashboards/shop/ops/old.json" not in tree(files.folder / "out")


def test_a_file_of_somebody_else_is_neither_overwritten_nor_removed(files: Project, dashkit: Program) -> None:
    mine = files.write("out/dashboards/shop.yaml", "mine\n")
    other = files.write("out/dashboards/other.yaml", "other\n")
    result = dashkit("export", "provisioning", "-c", "files", "-o", "out", cwd=files.folder)
    assert result.code == 6
    assert "dashboards/shop.yaml is there already" in result.err
    assert mine.read_text() == "mine\n"
    mine.unlink()
    assert dashkit("export", "provisioning", "-c", "files", "-o", "out", cwd=files.folder).code == 0
    assert other.read_text() == "other\n"


def test_an_export_after_an_interrupted_one_goes_on(files: Project, dashkit: Program) -> None:
    command = ("export", "provisioning", "-c", "files", "-o", "out")
    files.write("out/datasources", "a file where a directory belongs")
    assert dashkit(*command, cwd=files.folder).code == 3
    (files.folder / "out/datasources").unlink()
    source = files.folder / "dashboards/ops/overview.py"
    source.write_text(source.read_text().replace("'Overview'", "'Another one'"))
    assert dashkit(*command, cwd=files.folder).code == 0


def test_a_context_adjusts_what_is_exported_and_two_share_a_directory(files: Project, dashkit: Program) -> None:
    out, command = files.folder / "out", ("export", "provisioning", "-o", "out", "-c")
    assert dashkit(*command, "files", cwd=files.folder).code == 0
    first = tree(out)
    assert dashkit(*command, "other", cwd=files.folder).code == 0
    (board,) = out.glob("dashboards/shop-stg-*/staging.ops/stg-overview.json")
    assert json.loads(board.read_text())["tags"] == ["dashkit:shop:stg-"]
    (datasources,) = out.glob("datasources/shop-stg-*.yaml")
    assert loaded(datasources)["datasources"][0]["uid"] == "prom-stg"
    # Prometheus evaluates the rules of that context.
    assert not list(out.glob("alerting/shop-stg-*"))
    assert tree(out).items() >= first.items()


def test_grafana_is_told_of_rules_that_are_gone(files: Project, dashkit: Program) -> None:
    command = ("export", "provisioning", "-c", "files", "-o", "out")
    dashkit(*command, cwd=files.folder)
    source = files.folder / "dashboards/alerts/shop.py"
    text = source.read_text()
    source.write_text(text.replace("ShopBroken", "ShopDown"))
    dashkit(*command, cwd=files.folder)
    removed = files.folder / "out/alerting/shop.removed.yaml"
    assert [entry["uid"] for entry in loaded(removed)["deleteRules"]] == ["shop-ShopBroken-high"]
    assert dashkit(*command, "--check", cwd=files.folder).code == 0
    source.write_text(text)
    dashkit(*command, cwd=files.folder)
    assert [entry["uid"] for entry in loaded(removed)["deleteRules"]] == ["shop-ShopDown-high"]


def test_a_folder_of_alerts_and_dashboards_goes_by_its_title(files: Project, dashkit: Program) -> None:
    """Grafana makes the folders of rules first, and gives them uids of its own."""
    files.dashboard("deep", folder="ops/deep")
    files.write("dashkit.yaml", CONFIG.replace("alerts: {", "check: {grafana: '10'}\nalerts: {folder: Ops / Deep, "))
    assert dashkit("export", "provisioning", "-c", "files", "-o", "out", cwd=files.folder).code == 0
    providers = loaded(files.folder / "out/dashboards/shop.yaml")["providers"]
    # Grafana 10 has no folders in folders.
    assert {one["folder"]: "folderUid" in one for one in providers} == {"Ops": True, "Ops / Deep": False}


def test_rules_of_somebody_else_are_not_removed_with_the_projects(files: Project, dashkit: Program) -> None:
    group = {"orgId": 1, "name": "mine", "folder": "X", "interval": "60s", "rules": [{"uid": "mine", "title": "Mine"}]}
    files.write("out/alerting/shop.mine.yaml", json.dumps({"apiVersion": 1, "groups": [group]}))
    assert dashkit("export", "provisioning", "-c", "files", "-o", "out", cwd=files.folder).code == 0
    assert not (files.folder / "out/alerting/shop.removed.yaml").exists()


@pytest.mark.parametrize("command", [("export", "provisioning", "-c", "files", "-o", "."), ("push", "-c", "here")])
def test_files_never_land_among_the_sources(files: Project, dashkit: Program, command: tuple[str, ...]) -> None:
    files.write("dashkit.yaml", CONFIG + "  here: {directory: .}\n")
    before = tree(files.folder / "dashboards")
    result = dashkit(*command, cwd=files.folder)
    assert result.code == 2
    assert "this is where the project's own dashboards are" in result.err
    assert tree(files.folder / "dashboards") == before


@pytest.mark.parametrize("command", [("export", "provisioning", "-o", "out"), ("push",)])
def test_alerts_in_no_folder_are_refused(files: Project, dashkit: Program, command: tuple[str, ...]) -> None:
    files.write("dashkit.yaml", CONFIG.replace("alerts: {", "alerts: {folder: General, "))
    result = dashkit(*command, "-c", "files", cwd=files.folder)
    assert result.code == 2
    assert "alert rules cannot be in General" in result.err


def test_a_renamed_group_takes_its_rules_along(files: Project, dashkit: Program) -> None:
    dashkit("push", "-c", "files", cwd=files.folder)
    source = files.folder / "dashboards/alerts/shop.py"
    source.write_text(source.read_text().replace('"shop", "shop"', '"renamed", "shop"'))
    assert dashkit("push", "-c", "files", cwd=files.folder).code == 0
    names = {loaded(path)["groups"][0]["name"] for path in (files.folder / "files/alerting").iterdir()}
    assert names == {"renamed", "renamed - recorded 1"}
    assert dashkit("diff", "-c", "files", "--exit-code", cwd=files.folder).code == 0


def test_a_push_to_a_directory_writes_what_an_export_would(files: Project, dashkit: Program) -> None:
    plan = dashkit("diff", "-c", "files", "--exit-code", cwd=files.folder)
    assert plan.code == 1
    assert "to create" in plan.out
    assert not (files.folder / "files").exists()
    pushed = dashkit("push", "-c", "files", cwd=files.folder)
    assert pushed.code == 0, pushed.err
    assert dashkit("diff", "-c", "files", "--exit-code", cwd=files.folder).code == 0
    dashkit("export", "provisioning", "-c", "files", "-o", "out", cwd=files.folder)
    exported, written = tree(files.folder / "out"), tree(files.folder / "files")
    own = {name for name in written if not name.startswith(".")}
    assert {name: exported[name] for name in own} == {name: written[name] for name in own}
    # What only Grafana has, and what only an export writes.
    rest = {".dashkit-manifest-shop.json", "datasources/shop.yaml"}
    rest |= {f"alerting/shop.{name}.yaml" for name in ("contact-points", "mute-timings", "policies")}
    assert exported.keys() - own == rest


def test_a_push_to_a_directory_moves_changes_and_prunes(files: Project, dashkit: Program) -> None:
    files.dashboard("moved", folder="ops")
    files.dashboard("gone", folder="ops")
    dashkit("push", "-c", "files", cwd=files.folder)
    (files.folder / "dashboards/ops/moved.py").unlink()
    (files.folder / "dashboards/ops/gone.py").unlink()
    files.dashboard("moved", folder="dev")
    result = dashkit("push", "-c", "files", "--prune", "--yes", cwd=files.folder)
    assert result.code == 0, result.err
    boards = {name for name in tree(files.folder / "files") if name.endswith(".json") and name[0] != "."}
    assert boards == {"dashboards/shop/dev/moved.json", "dashboards/shop/ops/overview.json"}
    assert [entry["folder"] for entry in loaded(files.folder / "files/dashboards/shop.yaml")["providers"]] == [
        "Dev",
        "Ops",
    ]
    assert dashkit("diff", "-c", "files", "--exit-code", cwd=files.folder).code == 0


def test_a_dashboard_that_dashkit_did_not_write_is_refused(files: Project, dashkit: Program) -> None:
    mine = files.write("files/dashboards/shop/ops/overview.json", '{"uid": "overview", "title": "Mine"}')
    result = dashkit("push", "-c", "files", cwd=files.folder)
    assert result.code == 5
    assert "not made by dashkit" in result.out
    assert json.loads(mine.read_text())["title"] == "Mine"
    assert dashkit("push", "-c", "files", "--adopt", cwd=files.folder).code == 0
    assert json.loads(mine.read_text())["title"] != "Mine"


def test_a_broken_file_is_named(files: Project, dashkit: Program) -> None:
    dashkit("push", "-c", "files", cwd=files.folder)
    (files.folder / "files/dashboards/shop/ops/overview.json").write_text("<<<<<<< HEAD\n")
    result = dashkit("diff", "-c", "files", cwd=files.folder)
    assert result.code == 3
    assert "files/dashboards/shop/ops/overview.json: not valid JSON" in result.err


def test_files_never_land_among_the_modules_which_would_compile_them(files: Project, dashkit: Program) -> None:
    refused = dashkit("export", "provisioning", "-c", "files", "-o", ".", cwd=files.folder)
    assert (refused.code, "choose another --output" in refused.err) == (2, True)
    files.write("dashkit.yaml", "project: shop\ncontexts:\n  here: {directory: .}\n")
    refused = dashkit("push", cwd=files.folder)
    assert (refused.code, "choose another `directory`" in refused.err) == (2, True)
    assert dashkit("build", cwd=files.folder).code == 0


@pytest.mark.parametrize(
    "command", [("-o", ""), ("-o", "p", "--verify", ""), ("-o", "p", "--context", "")], ids=lambda command: command[-2]
)
def test_an_empty_variable_of_the_shell_is_no_default(
    files: Project, dashkit: Program, command: tuple[str, ...]
) -> None:
    result = dashkit("export", "provisioning", *command, cwd=files.folder)
    assert (result.code, "is empty; is an environment variable missing?" in result.err) == (2, True)
    assert not (files.folder / "p").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dashboards/shop.yaml", "providers: 5"),
        ("dashboards/shop.yaml", "providers: [{name: x}]"),
        ("alerting/shop.removed.yaml", "deleteRules: [{}]"),
        ("alerting/shop.x.yaml", "groups: 5"),
        ("dashboards/shop/ops/x.json", '{"uid": "x", "tags": 5}'),
    ],
)
def test_a_file_of_another_form_is_named(files: Project, dashkit: Program, name: str, text: str) -> None:
    files.write(f"files/{name}", text)
    result = dashkit("diff", "-c", "files", cwd=files.folder)
    assert result.code == 3
    assert f"files/{name}: " in result.err


@pytest.mark.parametrize(
    "command", [("backup",), ("absorb",), ("context", "check"), ("rollback", "--list"), ("watch",)]
)
def test_other_commands_say_that_they_need_a_server(files: Project, dashkit: Program, command: tuple[str, ...]) -> None:
    where = ("files",) if command[0] == "context" else ("-c", "files")
    result = dashkit(*command, *where, cwd=files.folder)
    assert result.code == 2, result.err
    assert "context files is a directory of provisioning files; this command needs a server" in result.err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("mimir: {type: prometheus, url: 'http://m', default: true}", "both have the `default: true`"),
        ("mimir: {type: prometheus, url: 'http://m', name: prom-stg}", "both have the name 'prom-stg'"),
        ("prom-stg: {type: prometheus, url: 'http://m', name: other}", "both have the uid 'prom-stg'"),
        ("mimir: {type: prometheus, url: 'http://me:hush@m'}", "the URL contains a password"),
    ],
)
def test_datasources_that_grafana_would_not_take_are_refused(
    files: Project, dashkit: Program, more: str, words: str
) -> None:
    files.write("dashkit.yaml", CONFIG.replace("  loki: loki", f"  {more}"))
    result = dashkit("export", "provisioning", "-c", "other", "-o", "out", cwd=files.folder)
    assert result.code == 2
    assert words in result.err
    assert "hush" not in result.err
    assert not (files.folder / "out").exists()


def test_a_password_in_a_url_can_be_a_variable(files: Project, dashkit: Program) -> None:
    files.write("dashkit.yaml", CONFIG.replace("http://prometheus", "http://me:${PASSWORD}@prometheus"))
    assert dashkit("export", "provisioning", "-c", "files", "-o", "out", cwd=files.folder).code == 0


def test_no_dashboard_is_lost_to_a_file_of_the_same_name(project: Project, dashkit: Program) -> None:
    project.write("dashkit.yaml", "project: test\ncheck: {grafana: 13}\n")
    project.dashboard("_folder").rename(project.folder / "dashboards/ops/odd.py")
    result = dashkit("export", "gitsync", "-o", "out", cwd=project.folder)
    assert result.code == 6
    assert "two files would be called Ops/_folder.json" in result.err


def test_a_context_is_a_server_or_a_directory(files: Project, dashkit: Program) -> None:
    files.write("dashkit.yaml", CONFIG + "  both: {directory: x, url: 'http://127.0.0.1:1'}\n")
    result = dashkit("push", "-c", "both", cwd=files.folder)
    assert result.code == 2
    assert "`url` and `directory` exclude each other" in result.err


def test_alerts_that_would_never_fire_are_refused_as_by_a_push(files: Project, dashkit: Program) -> None:
    files.write("dashkit.yaml", CONFIG + "check: {grafana: '11'}\n")
    source = files.folder / "dashboards/alerts/shop.py"
    source.write_text(
        source.read_text().replace("sum by (service) (rate(errors_total[$__rate_interval]))", "shop:errors:rate5m")
    )
    result = dashkit("export", "provisioning", "-c", "files", "-o", "out", cwd=files.folder)
    assert result.code == 6, result.err
    assert "1 alert would never fire" in result.err
    assert not (files.folder / "out").exists()


def test_directories_are_targets_of_a_push_to_several_contexts(files: Project, dashkit: Program) -> None:
    result = dashkit("push", "-c", "files", "-c", "other", cwd=files.folder)
    assert result.code == 0, result.err
    assert (files.folder / "files/dashboards/shop/ops/overview.json").is_file()
    assert len(list((files.folder / "elsewhere/dashboards").glob("shop-stg-*/staging.ops/stg-overview.json"))) == 1
    assert dashkit("diff", "-c", "files", "-c", "other", "--exit-code", cwd=files.folder).code == 0
    result = dashkit("push", "-c", "files", "--annotate", "--message", "x", "--on-drift", "overwrite", cwd=files.folder)
    assert result.code == 0, result.err


def test_an_annotation_needs_a_server_and_the_files_are_written_all_the_same(files: Project, dashkit: Program) -> None:
    result = dashkit("push", "-c", "files", "--annotate", cwd=files.folder)
    assert result.code == 5
    assert "files have no annotations" in result.err
    assert (files.folder / "files/dashboards/shop/ops/overview.json").is_file()

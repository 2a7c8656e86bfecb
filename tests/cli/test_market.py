"""Dashboards of grafana.com as dependencies: import --id, and the commands of dashkit market."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock

from dashkit.document.v2.up import up
from tests.conftest import Program, Project, Result
from tests.support.market import Market, fault, serving

INPUTS = [{"name": "DS_PROMETHEUS", "label": "Prometheus", "type": "datasource", "pluginId": "prometheus"}]


def hosts(**more: Any) -> dict[str, Any]:
    """A dashboard as its author exported it."""
    panel = {
        "id": 7, "type": "stat", "title": "Load", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 4},
        "datasource": {"type": "prometheus", "uid": "${DS_PROMETHEUS}"}, "targets": [{"refId": "A", "expr": "node_load1"}],
    }  # fmt: skip
    return {
        "__inputs": INPUTS, "__requires": [{"type": "grafana", "id": "grafana", "version": "11.0.0"}], "gnetId": 1860, "id": None,
        "uid": "hosts", "title": "Node Exporter Full", "schemaVersion": 39, "panels": [panel], "templating": {"list": []}, **more,
    }  # fmt: skip


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Iterator[Market]:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    with serving() as running:
        running.publish(1860, hosts())
        yield running


class Shop:
    """A project whose marketplace is the stand-in, and the program in it."""

    def __init__(self, project: Project, program: Program, market: Market) -> None:
        self.project, self.program, self.folder = project, program, project.folder
        project.write("dashkit.yaml", f"project: test\nmarket: {{url: {market.url}}}\n")

    def __call__(self, *arguments: str) -> Result:
        return self.program(*arguments, cwd=self.folder)

    def done(self, *arguments: str) -> Result:
        result = self(*arguments)
        assert result.code == 0, result.err
        return result

    def pins(self) -> dict[int, dict[str, Any]]:
        return {one["id"]: one for one in yaml.safe_load((self.folder / "dashkit.lock").read_bytes())["dashboards"]}

    def said(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--format", "json").out)

    def offline(self) -> None:
        """Let nothing answer any more."""
        self.project.write("dashkit.yaml", "project: test\nmarket: {url: http://127.0.0.1:9}\n")


@pytest.fixture
def shop(project: Project, dashkit: Program, market: Market) -> Shop:
    return Shop(project, dashkit, market)


MODULE = "dashboards/node_exporter_full.py"


def test_a_dashboard_becomes_a_module_and_its_newest_revision_is_pinned(shop: Shop, market: Market) -> None:
    market.publish(1860, hosts(description="second"))
    result = shop.done("import", "--id", "1860")
    assert f"wrote {MODULE}" in result.err
    assert "dashkit.lock pins dashboard 1860 at revision 2" in result.err
    assert market.asked == ["/api/dashboards/1860/revisions", "/api/dashboards/1860/revisions/2/download"]
    pin = shop.pins()[1860]
    assert (pin["revision"], pin["title"], pin["uid"], pin["file"]) == (2, "Node Exporter Full", "hosts", MODULE)
    assert 'stat("Load", prometheus("node_load1"' in (shop.folder / MODULE).read_text()
    assert (shop.folder / "dashkit.lock").read_text().startswith("# Dashboards of grafana.com")
    shop.done("build")
    assert json.loads((shop.folder / "build/dashboards/hosts.json").read_text())["panels"][0]["id"] == 7


def test_what_is_pinned_stays_pinned_until_another_revision_is_named(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860")
    market.publish(1860, hosts(description="second"))
    assert f"same  {MODULE}" in shop.done("import", "--id", "1860").err
    assert shop.pins()[1860]["revision"] == 1
    shop.done("import", "--id", "1860", "--revision", "2")
    assert (shop.pins()[1860]["revision"], "second" in (shop.folder / MODULE).read_text()) == (2, True)
    shop.done("import", "--id", "1860", "--revision", "1")
    assert (shop.pins()[1860]["revision"], "second" in (shop.folder / MODULE).read_text()) == (1, False)


def test_what_is_pinned_and_cached_needs_no_network(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860")
    module, lock = (shop.folder / MODULE).read_bytes(), (shop.folder / "dashkit.lock").read_bytes()
    (shop.folder / MODULE).unlink()
    shop.offline()
    shop.done("import", "--id", "1860")
    assert ((shop.folder / MODULE).read_bytes(), (shop.folder / "dashkit.lock").read_bytes()) == (module, lock)
    shop.done("market", "verify")
    result = shop("market", "outdated")
    assert (result.code, "cannot connect" in result.err, "market.url" in result.err) == (4, True, True)


def test_another_checkout_gets_the_same_from_the_lock_file(
    shop: Shop, market: Market, tmp_path: Path, dashkit: Program
) -> None:
    shop.done("import", "--id", "1860", "--title", "Hosts")
    market.publish(1860, hosts(description="second"))
    (tmp_path / "other").mkdir()
    other = Shop(Project(tmp_path / "other"), dashkit, market)
    other.project.write("dashkit.lock", (shop.folder / "dashkit.lock").read_text())
    other.done("import", "--id", "1860")
    assert (other.folder / "dashkit.lock").read_bytes() == (shop.folder / "dashkit.lock").read_bytes()
    assert (other.folder / "dashboards/hosts.py").read_bytes() == (shop.folder / "dashboards/hosts.py").read_bytes()


def test_a_title_and_a_uid_are_given_and_kept(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860", "--title", "All hosts", "--new-uid", "all-hosts", "--to", "dashboards/infra")
    module = shop.folder / "dashboards/infra/all_hosts.py"
    market.publish(1860, hosts(title="Renamed by its author", uid="changed", description="second"))
    shop.done("import", "--id", "1860", "--revision", "2")
    for text in ('"All hosts"', 'uid="all-hosts"', "second"):
        assert text in module.read_text()
    market.publish(1860, hosts(description="third"))
    shop.done("market", "update")
    for text in ('"All hosts"', 'uid="all-hosts"', "third"):
        assert text in module.read_text()
    assert shop.pins()[1860]["options"] == {"title": "All hosts", "uid": "all-hosts"}


def test_a_file_gets_another_title_and_uid(shop: Shop) -> None:
    shop.project.write("hosts.json", json.dumps(hosts()))
    shop.done("import", "hosts.json", "--title", "Hosts", "--new-uid", "all-hosts")
    module = (shop.folder / "dashboards/hosts.py").read_text()
    for part in ('"Hosts"', 'uid="all-hosts"', 'datasource_variable(label="Prometheus")'):
        assert part in module
    shop.project.write("other.json", json.dumps(hosts(uid="other")))
    result = shop("import", "hosts.json", "other.json", "--title", "Hosts")
    assert (result.code, "for a single dashboard" in result.err) == (2, True)


def test_a_dashboard_without_a_uid_gets_one_that_stays(shop: Shop, market: Market) -> None:
    old = hosts(schemaVersion=14, rows=[{"panels": [{"id": 1, "type": "graph"}], "height": 200}])
    for key in ("uid", "panels"):
        del old[key]
    market.publish(7249, old)
    shop.done("import", "--id", "7249", "--title", "Kubernetes nodes")
    market.publish(7249, {**old, "uid": "late"})
    shop.done("market", "update")
    assert (shop.pins()[7249]["revision"], shop.pins()[7249]["uid"]) == (2, "grafana-com-7249")
    shop.done("build")
    assert (
        json.loads((shop.folder / "build/dashboards/grafana-com-7249.json").read_text())["title"] == "Kubernetes nodes"
    )


def test_a_copy_with_the_uid_of_its_original_is_refused_until_it_gets_its_own(shop: Shop, market: Market) -> None:
    market.publish(11074, hosts())
    shop.done("import", "--id", "1860")
    result = shop("import", "--id", "11074")
    assert (result.code, "that of dashboard 1860" in result.err, "--new-uid" in result.err) == (3, True, True)
    # As it has its title, too, it gets a file of its own.
    shop.done("import", "--id", "11074", "--new-uid", "copy")
    assert [pin["file"] for pin in shop.pins().values()] == [MODULE, "dashboards/node_exporter_full_copy.py"]
    assert 'uid="hosts"' in (shop.folder / MODULE).read_text()


def test_one_that_fails_hides_no_other_and_all_are_asked_for_one_by_one(shop: Shop, market: Market) -> None:
    market.publish(2, {"title": "no dashboard", "panels": 5})
    market.publish(3, hosts(uid="three", title="Three"))
    result = shop("import", "--id", "1", "--id", "2", "--id", "1860", "--id", "3", "--id", "3")
    assert result.code == 5
    assert "there is no dashboard 1" in result.err
    assert "dashboard 2, revision 1: `panels` must be a list" in result.err
    assert sorted(shop.pins()) == [3, 1860]
    assert market.most == 1


def test_a_server_that_wants_a_rest_gets_it(shop: Shop, market: Market) -> None:
    market.faults.append(fault({}, 429, Retry_After="600"))
    result = shop("import", "--id", "1860", "--id", "2")
    assert (result.code, "asks to be left alone" in result.err) == (4, True)
    assert len(market.asked) == 1
    assert not (shop.folder / "dashkit.lock").exists()


def test_an_answer_that_breaks_off_writes_nothing(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860")
    market.publish(1860, hosts(description="second"))
    before = (shop.folder / "dashkit.lock").read_bytes(), (shop.folder / MODULE).read_bytes()
    market.faults += [fault(b'{"title": "Ho')]
    assert shop("import", "--id", "1860", "--revision", "2").code == 4
    assert ((shop.folder / "dashkit.lock").read_bytes(), (shop.folder / MODULE).read_bytes()) == before


def test_other_content_for_a_pinned_revision_is_an_error(shop: Shop, market: Market, tmp_path: Path) -> None:
    shop.done("import", "--id", "1860")
    market.publish(1860, hosts(description="replaced"), revision=1)
    for path in (tmp_path / "home/.cache/dashkit/market").iterdir():
        path.write_text("{}")
    before = (shop.folder / MODULE).read_bytes()
    result = shop("import", "--id", "1860", "--force")
    assert (result.code, "no longer what dashkit.lock pins" in result.err) == (3, True)
    assert (shop.folder / MODULE).read_bytes() == before
    result = shop("market", "verify", "--format", "json")
    assert (result.code, json.loads(result.out)["dashboards"][0]["content"]) == (1, "changed")
    assert "no longer what dashkit.lock pins" in result.err


def test_a_pinned_dashboard_is_found_in_its_file(shop: Shop) -> None:
    shop.done("import", "--id", "1860", "--to", "dashboards/infra")
    assert "same  dashboards/infra/node_exporter_full.py" in shop.done("import", "--id", "1860").err
    result = shop("import", "--id", "1860", "--to", "dashboards/team")
    assert (result.code, "is in dashboards/infra/node_exporter_full.py already" in result.err) == (3, True)
    (shop.folder / "dashboards/team").mkdir()
    (shop.folder / "dashboards/infra/node_exporter_full.py").rename(
        shop.folder / "dashboards/team/node_exporter_full.py"
    )
    shop.done("import", "--id", "1860", "--to", "dashboards/team")
    assert shop.pins()[1860]["file"] == "dashboards/team/node_exporter_full.py"


def test_what_is_written_outside_of_the_project_is_not_pinned(shop: Shop, market: Market, tmp_path: Path) -> None:
    shop.done("import", "--id", "1860")
    lock = (shop.folder / "dashkit.lock").read_bytes()
    market.publish(1860, hosts(description="second"))
    result = shop.done("import", "--id", "1860", "--revision", "2", "--to", str(tmp_path / "look"))
    assert "is outside of the project" in result.err
    assert "second" in (tmp_path / "look/node_exporter_full.py").read_text()
    assert (shop.folder / "dashkit.lock").read_bytes() == lock
    assert "second" not in (shop.folder / MODULE).read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--id", "1860", "hosts.json"),
        ("--id", "1860", "--all"),
        ("--id", "1860", "--id", "2", "--revision", "1"),
        ("--id", "1860", "--id", "2", "--title", "T"),
        ("--id", "0"),
        ("--id", "node-exporter"),
        ("hosts.json", "--revision", "1"),
    ],
)
def test_options_that_do_not_go_together_are_refused(shop: Shop, market: Market, arguments: tuple[str, ...]) -> None:
    shop.project.write("hosts.json", json.dumps(hosts()))
    assert shop("import", *arguments).code == 2
    assert market.asked == []


def test_outdated_shows_what_has_a_newer_revision(shop: Shop, market: Market) -> None:
    market.publish(3, hosts(uid="three", title="Three"))
    shop.done("import", "--id", "1860", "--id", "3")
    assert shop.done("market", "outdated", "--exit-code").out == ""
    for _ in range(9):
        market.publish(1860, hosts())
    result = shop.done("market", "outdated")
    assert result.out.splitlines() == [
        "  id  title               pinned  latest  published",
        "1860  Node Exporter Full       1      10  2026-03-10",
    ]
    assert "1 of 2 dashboards with a newer revision: dashkit market update" in result.err
    assert shop("market", "outdated", "--exit-code").code == 1
    assert shop("market", "outdated", "3", "--exit-code").code == 0
    assert "What is new in 10" in shop.done("market", "outdated", "-v").out
    said = shop.said("market", "outdated")
    assert said["summary"] == {"dashboards": 2, "outdated": 1, "failed": 0}
    assert [(one["id"], one["pinned"], one["latest"], one["outdated"]) for one in said["dashboards"]] == [
        (3, 1, 1, False),
        (1860, 1, 10, True),
    ]


def test_a_dashboard_that_is_gone_hides_no_other(shop: Shop, market: Market) -> None:
    market.publish(3, hosts(uid="three", title="Three"))
    shop.done("import", "--id", "1860", "--id", "3")
    market.publish(1860, hosts())
    del market.documents[3]
    result = shop("market", "outdated")
    assert (result.code, "there is no dashboard 3" in result.err, "1860" in result.out) == (5, True, True)
    assert "1 of 2 dashboards with a newer revision, 1 unknown: dashkit market update" in result.err
    result = shop("market", "update")
    assert (result.code, shop.pins()[1860]["revision"], shop.pins()[3]["revision"]) == (5, 2, 1)
    result = shop("market", "outdated", "3")
    assert result.code == 4


def test_update_takes_the_newest_revision_and_keeps_the_file_and_the_uid(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860", "--to", "dashboards/infra")
    shop.done("market", "update")
    market.publish(1860, hosts(title="Renamed by its author", uid="changed", description="second"))
    result = shop.done("market", "update")
    assert "wrote dashboards/infra/node_exporter_full.py: Renamed by its author, revision 1 -> 2" in result.err
    pin = shop.pins()[1860]
    assert (pin["revision"], pin["title"], pin["uid"]) == (2, "Renamed by its author", "hosts")
    assert 'uid="hosts"' in (shop.folder / "dashboards/infra/node_exporter_full.py").read_text()
    assert [path.name for path in (shop.folder / "dashboards").rglob("*.py")] == ["node_exporter_full.py"]
    assert "0 updated, 1 unchanged" in shop.done("market", "update").err
    shop.done("market", "verify")


def test_update_leaves_alone_what_was_edited(shop: Shop, market: Market) -> None:
    market.publish(3, hosts(uid="three", title="Three"))
    shop.done("import", "--id", "1860", "--id", "3")
    module = shop.folder / MODULE
    module.write_text(module.read_text() + "# mine\n")
    edited, lock = module.read_bytes(), (shop.folder / "dashkit.lock").read_bytes()
    market.publish(1860, hosts(description="second"))
    result = shop("market", "update")
    assert (result.code, "was edited since it was imported" in result.err, "--force" in result.err) == (6, True, True)
    assert (module.read_bytes(), (shop.folder / "dashkit.lock").read_bytes()) == (edited, lock)
    market.publish(3, hosts(uid="three", title="Three", description="second"))
    said = shop("market", "update", "--format", "json")
    assert (said.code, json.loads(said.out)["summary"]) == (5, {"dashboards": 2, "updated": 1, "failed": 1})
    shop.done("market", "update", "--force")
    assert ("# mine" in module.read_text(), shop.pins()[1860]["revision"]) == (False, 2)


def test_an_edit_of_the_ends_of_lines_is_none(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860")
    module = shop.folder / MODULE
    module.write_bytes(module.read_bytes().replace(b"\n", b"\r\n"))
    market.publish(1860, hosts(description="second"))
    shop.done("market", "update")
    assert shop.pins()[1860]["revision"] == 2


def test_an_edited_module_is_not_overwritten_by_an_import(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860")
    module = shop.folder / MODULE
    module.write_text(module.read_text() + "# mine\n")
    market.publish(1860, hosts(description="second"))
    result = shop("import", "--id", "1860", "--revision", "2")
    assert (result.code, "--force" in result.err, "# mine" in module.read_text()) == (3, True, True)
    assert shop.pins()[1860]["revision"] == 1


def test_update_does_not_bring_back_what_was_deleted(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860")
    (shop.folder / MODULE).unlink()
    market.publish(1860, hosts(description="second"))
    result = shop("market", "update")
    assert (result.code, "is gone" in result.err, (shop.folder / MODULE).exists()) == (6, True, False)
    shop.done("market", "update", "--force")
    assert "second" in (shop.folder / MODULE).read_text()


def test_verify_says_what_became_of_content_and_files(shop: Shop, market: Market) -> None:
    market.publish(3, hosts(uid="three", title="Three"))
    shop.done("import", "--id", "1860", "--id", "3")
    asked = len(market.asked)
    module = shop.folder / MODULE
    module.write_text(module.read_text() + "# mine\n")
    result = shop.done("market", "verify")
    assert result.out.splitlines() == [
        "ok: 3 revision 1: content as pinned; dashboards/three.py is as imported",
        f"ok: 1860 revision 1: content as pinned; {MODULE} is edited since",
    ]
    assert len(market.asked) == asked
    shop.done("market", "verify", "--download")
    assert len(market.asked) == asked + 2
    module.unlink()
    result = shop("market", "verify", "--format", "json")
    said = json.loads(result.out)
    assert (result.code, said["dashboards"][1]["state"], said["summary"]["faults"]) == (1, "missing", 1)


def test_verify_of_what_is_not_cached_asks_the_marketplace(shop: Shop, market: Market, tmp_path: Path) -> None:
    shop.done("import", "--id", "1860")
    for path in (tmp_path / "home/.cache/dashkit/market").iterdir():
        path.write_text("{}")
    shop.done("market", "verify")
    for path in (tmp_path / "home/.cache/dashkit/market").iterdir():
        path.unlink()
    shop.offline()
    result = shop("market", "verify")
    assert (result.code, "content unknown" in result.out, "cannot connect" in result.err) == (4, True, True)


@pytest.mark.parametrize(
    "title",
    ['"""\nraise SystemExit(9)\n"""', "\x1b]0;owned\x07\x1b[31mred", "../../../etc/passwd", "- {a: *b}\n# x", "Ü\u2028\x85\u202e", "a" * 400],
)  # fmt: skip
def test_a_title_is_a_text_and_nothing_else(shop: Shop, market: Market, title: str) -> None:
    market.publish(5, hosts(uid="five", title=f"T {title}"))
    shop.done("import", "--id", "5")
    (module,) = (shop.folder / "dashboards").rglob("*.py")
    assert re.fullmatch(r"[a-z0-9_]+\.py", module.name)
    assert module.parent == shop.folder / "dashboards"
    assert shop.pins()[5]["title"] == f"T {title}".strip()
    market.publish(5, hosts(uid="five", title=f"T {title}", description=title))
    shown = [shop.done("market", name) for name in ("outdated", "verify", "update", "outdated")]
    shown.append(shop.done("market", "outdated", "-v"))
    for result in shown:
        assert [line for line in f"{result.out}{result.err}".split("\n") if not line.isprintable()] == []
    shop.done("build")


def test_what_stays_json_is_updated_as_json(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860", "--as", "json")
    market.publish(1860, hosts(description="second"))
    shop.done("market", "update")
    assert json.loads((shop.folder / "dashboards/node_exporter_full.json").read_text())["description"] == "second"
    assert not (shop.folder / MODULE).exists()
    assert "same" in shop.done("import", "--id", "1860").err


def test_a_module_gives_way_to_the_json_of_the_same_dashboard(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860")
    layout = {"kind": "TabsLayout", "spec": {"tabs": [], "someday": {"new": True}}}
    market.publish(1860, {**up({**hosts(), "__inputs": []}), "layout": layout})
    shop.done("market", "update")
    assert [path.name for path in (shop.folder / "dashboards").iterdir()] == ["node_exporter_full.json"]
    assert shop.pins()[1860]["file"] == "dashboards/node_exporter_full.json"
    shop.done("market", "verify")


def test_a_broken_lock_file_is_named_with_its_line(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860")
    text = (shop.folder / "dashkit.lock").read_text()
    broken = text.replace("- id", "<<<<<<< HEAD\n- id")
    shop.project.write("dashkit.lock", broken)
    for arguments in (("market", "outdated"), ("market", "update"), ("market", "verify"), ("import", "--id", "3")):
        result = shop(*arguments)
        assert (result.code, "dashkit.lock:6: not valid YAML" in result.err) == (3, True)
    assert (shop.folder / "dashkit.lock").read_text() == broken
    assert len(market.asked) == 2


@pytest.mark.parametrize("option", ["as: yaml", "title: 7", "someday: true"])
def test_an_option_that_is_not_known_is_said_and_not_dropped(shop: Shop, market: Market, option: str) -> None:
    shop.done("import", "--id", "1860")
    market.publish(1860, hosts(description="second"))
    lock = (shop.folder / "dashkit.lock").read_text() + f"  options: {{{option}}}\n"
    shop.project.write("dashkit.lock", lock)
    for arguments in (("market", "update"), ("import", "--id", "1860", "--revision", "2")):
        result = shop(*arguments)
        assert (result.code, f"the option `{option}" in result.err.replace("True", "true")) == (3, True)
    assert (shop.folder / "dashkit.lock").read_text() == lock


def test_an_id_that_is_not_pinned_is_said(shop: Shop) -> None:
    for name in ("outdated", "update"):
        result = shop("market", name, "5")
        assert (result.code, "does not have dashboard 5" in result.err, "dashkit import --id 5" in result.err) == (
            3,
            True,
            True,
        )


def test_a_project_without_dashboards_of_the_marketplace_has_nothing_to_do(shop: Shop, market: Market) -> None:
    assert "pins no dashboards" in shop.done("market", "outdated").err
    assert "0 updated, 0 unchanged" in shop.done("market", "update").err
    shop.done("market", "verify")
    assert market.asked == []
    assert not (shop.folder / "dashkit.lock").exists()


def test_two_runs_at_once_do_not_lose_an_entry(shop: Shop, market: Market) -> None:
    shop.done("import", "--id", "1860")
    with FileLock(shop.folder / ".dashkit/market.lock"):
        for arguments in (("import", "--id", "3"), ("market", "update")):
            result = shop(*arguments)
            assert (result.code, "in progress" in result.err) == (6, True)
        shop.done("market", "verify")


@pytest.mark.parametrize(
    "url", ["ftp://grafana.com", "https://user:password@mirror", "grafana.com", "https://mirror?a=b"]
)
def test_an_address_that_is_none_is_named_with_its_line(shop: Shop, url: str) -> None:
    shop.project.write("dashkit.yaml", f"project: test\nmarket:\n  url: {url}\n")
    result = shop("market", "verify")
    assert (result.code, "dashkit.yaml:3: `market.url`" in result.err) == (2, True)


def test_certificate_authorities_that_are_not_there_are_said(shop: Shop) -> None:
    shop.done("import", "--id", "1860")
    shop.project.write("dashkit.yaml", "project: test\nmarket: {url: 'https://127.0.0.1:9', ca: nothing.pem}\n")
    result = shop("market", "outdated")
    assert (result.code, "market.ca" in result.err) == (2, True)


def test_what_inputs_stand_for_is_pinned_and_kept_by_an_update(shop: Shop, market: Market) -> None:
    constant = {"name": "VAR_JOB", "label": "Job", "type": "constant"}
    market.publish(7249, hosts(uid="nodes", __inputs=[*INPUTS, constant], title="Nodes ${VAR_JOB}"))
    failed = shop("import", "--id", "7249")
    assert (failed.code, "--input VAR_JOB=VALUE" in failed.err) == (3, True)
    shop.done("import", "--id", "7249", "--input", "VAR_JOB=api", "--input", "DS_PROMETHEUS=main")
    assert shop.pins()[7249]["options"] == {"inputs": {"DS_PROMETHEUS": "main", "VAR_JOB": "api"}}
    market.publish(7249, hosts(uid="nodes", __inputs=[*INPUTS, constant], title="More ${VAR_JOB}"))
    shop.done("market", "update")
    (module,) = (shop.folder / "dashboards").glob("*.py")
    assert '"More api"' in module.read_text()
    assert '"uid": "main"' in module.read_text()


def test_an_upgrade_is_pinned_and_an_update_makes_one_too(shop: Shop, market: Market) -> None:
    graph = {"id": 1, "type": "graph", "title": "Load", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}, "targets": []}
    market.publish(11, hosts(uid="old", schemaVersion=22, title="Old", panels=[graph]))
    shop.done("import", "--id", "11", "--upgrade")
    assert shop.pins()[11]["options"] == {"upgrade": True}
    market.publish(11, hosts(uid="old", schemaVersion=22, title="Older", panels=[graph]))
    shop.done("market", "update")
    (module,) = (shop.folder / "dashboards").glob("*.py")
    assert "timeseries(" in module.read_text()
    assert '"Older"' in module.read_text()

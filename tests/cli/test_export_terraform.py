"""``dashkit export terraform`` and ``gitsync`` as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashkit.model.folder import folder_uid
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project
from tests.support.alerting import evaluated
from tests.support.terraform import mistakes


def read(path: Path) -> Any:
    return json.loads(path.read_text())


@pytest.fixture
def pushed(shop: Project, sandbox: RunningSandbox, dashkit: Program) -> Project:
    """The shop, whose dashboard and rules a Grafana has, and that has one more dashboard since."""
    evaluated(shop, sandbox)
    assert dashkit("push", "-c", "here", "--yes", cwd=shop.folder).code == 0
    assert dashkit("rules", "push", "-c", "here", "--yes", cwd=shop.folder).code == 0
    shop.dashboard("fresh", folder="new")
    return shop


def test_the_module_takes_over_what_the_server_has_and_creates_the_rest(pushed: Project, dashkit: Program) -> None:
    result = dashkit("export", "terraform", "-o", "out", "-c", "here", "--live", cwd=pushed.folder)
    assert (result.code, result.out) == (0, "")
    blocks = {block["to"]: block["id"] for block in read(pushed.folder / "out/imports.tf.json")["import"]}
    made: dict[str, Any] = {}
    for path in (pushed.folder / "out").glob("*.tf.json"):
        made |= read(path).get("resource", {})
    assert list(mistakes(made)) == []
    addresses = {f"{kind}.{name}" for kind, members in made.items() for name in members}
    new = f"grafana_folder.{folder_uid(('New',))}"
    assert addresses - blocks.keys() == {"grafana_dashboard.fresh", new, "grafana_contact_point.chat"}
    assert blocks["grafana_dashboard.overview"] == "1:overview"
    (group,) = (text for address, text in blocks.items() if "rule_group" in address)
    assert group == f"1:{folder_uid(('Alerts',))}:shop"


def test_without_live_no_server_is_asked(shop: Project, dashkit: Program) -> None:
    shop.write("dashkit.yaml", "project: test\ncontexts: {here: {url: 'http://127.0.0.1:9', evaluator: grafana}}\n")
    result = dashkit("export", "terraform", "-o", "out", "-c", "here", cwd=shop.folder)
    assert result.code == 0
    assert not (shop.folder / "out/imports.tf.json").exists()
    assert (shop.folder / "out/rules.tf.json").exists()
    assert dashkit("export", "terraform", "-o", "out", "-c", "here", "--check", cwd=shop.folder).code == 0
    shop.dashboard("fresh")
    checked = dashkit("export", "terraform", "-o", "out", "-c", "here", "--check", cwd=shop.folder)
    assert checked.code == 1
    assert "differs: dashboards.tf.json" in checked.out


def test_git_sync_gets_dashboards_and_a_word_on_the_rules(shop: Project, dashkit: Program) -> None:
    shop.write(
        "dashkit.yaml",
        "project: test\ncheck: {grafana: 13}\n"
        "contexts: {here: {url: 'http://127.0.0.1:9', evaluator: grafana, folder_prefix: Team, uid_prefix: x-}}\n",
    )
    result = dashkit("export", "gitsync", "-o", "out", cwd=shop.folder)
    assert result.code == 0
    assert read(shop.folder / "out/Team/Ops/x-overview.json")["metadata"]["name"] == "x-overview"
    assert read(shop.folder / "out/Team/Ops/_folder.json")["spec"] == {"title": "Ops"}
    assert "Git Sync has no alert rules" in result.err

"""dashkit import: dashboards of Jsonnet files and mixins become modules."""

from __future__ import annotations

import json

import pytest

from dashkit.compiler.compile import Sources, compile_all
from dashkit.model.dashboard import CompiledDashboard
from tests.conftest import Program, Project

LIBRARY = """
{
  board(title):: { title: title, schemaVersion: 42, panels: [], tags: $._tags },
  _tags:: [],
  panel(id, title, expr):: {
    id: id, type: 'timeseries', title: title, gridPos: { x: 0, y: 0, w: 12, h: 8 },
    datasource: { type: 'prometheus', uid: 'prometheus' }, targets: [{ refId: 'A', expr: expr }],
  },
}
"""
MIXIN = """
local lib = import 'shop-lib/main.libsonnet';
{
  _config+:: { selector: 'job="shop"' },
  grafanaDashboardFolder: 'Team: Shop',
  grafanaDashboards+:: {
    'orders.json': lib.board('Orders') + { uid: 'orders', panels: [lib.panel(1, 'Orders', 'rate(orders{%s}[5m])' % $._config.selector)] },
    'stock.json': lib.board('Stock') + { panels: [lib.panel(1, 'Left', 'stock{%s}' % $._config.selector)] },
  },
  prometheusAlerts+:: { groups+: [{ name: 'shop', rules: [{ alert: 'ShopDown', expr: 'up{%s} == 0' % $._config.selector }] }] },
  prometheusRules+:: { groups+: [{ name: 'shop', rules: [{ record: 'a:b', expr: 'b' }, { record: 'c:d', expr: 'd' }] }] },
}
"""


@pytest.fixture
def mixin(project: Project) -> Project:
    """A project with a mixin in ``mixins/shop``, and what people have beside one."""
    project.write("mixins/shop/mixin.libsonnet", MIXIN)
    project.write("mixins/shop/vendor/shop-lib/main.libsonnet", LIBRARY)
    project.write("mixins/shop/vendor/shop-lib/example.jsonnet", "error 'a library is not imported'")
    project.write("mixins/shop/vendor/shop-lib/fixture.json", "[]")
    project.write("mixins/shop/jsonnetfile.json", '{"version": 1, "dependencies": []}')
    project.write("mixins/shop/jsonnetfile.lock.json", '{"version": 1, "dependencies": []}')
    project.write("mixins/shop/dashboards.jsonnet", "(import 'mixin.libsonnet').grafanaDashboards")
    project.write("mixins/shop/lib/more.jsonnet", "error 'is a part of the mixin'")
    return project


def test_the_dashboards_of_a_mixin_become_modules_in_its_folder(mixin: Project, dashkit: Program) -> None:
    result = dashkit("import", "mixins/shop/mixin.libsonnet", cwd=mixin.folder)
    assert result.code == 0, result.err
    folder = mixin.folder / "dashboards" / "team-shop"
    assert {path.name for path in folder.iterdir()} == {"orders.py", "stock.py", "_folder.yaml"}
    assert "title: 'Team: Shop'" in (folder / "_folder.yaml").read_text()
    assert """rate(orders{job="shop"}[5m])""" in (folder / "orders.py").read_text()
    assert "mixin.libsonnet: 1 dashboard without a uid got one from the name of the file" in result.err
    assert "wrote alerts/shop.py" in result.err
    assert "1 alert and 2 recording rules imported, equal to the source" in result.err
    first = (folder / "stock.py").read_text()
    assert dashkit("import", "mixins/shop/mixin.libsonnet", cwd=mixin.folder).err.count("same ") == 3
    assert (folder / "stock.py").read_text() == first
    assert dashkit("build", cwd=mixin.folder).code == 0


def test_a_directory_with_a_mixin_is_imported_as_the_mixin(mixin: Project, dashkit: Program) -> None:
    mixin.write("mixins/plain.jsonnet", "{ uid: 'plain', title: 'Plain', schemaVersion: 42, panels: [] }")
    mixin.write("mixins/lib.libsonnet", "error 'a library is not imported'")
    mixin.write("mixins/vendor/board.json", json.dumps({"uid": "sold", "title": "Sold", "panels": []}))
    result = dashkit("import", "mixins", "--format", "json", cwd=mixin.folder)
    assert result.code == 0, result.err
    made = {one["source"]: one["file"] for one in json.loads(result.out)["dashboards"]}
    assert made == {
        "mixins/plain.jsonnet": "plain.py",
        "mixins/shop/mixin.libsonnet: orders.json": "shop/team-shop/orders.py",
        "mixins/shop/mixin.libsonnet: stock.json": "shop/team-shop/stock.py",
        "mixins/vendor/board.json": "vendor/sold.py",
    }


def test_each_form_of_dashboards_is_taken(mixin: Project, dashkit: Program) -> None:
    mixin.write(
        "some/two.jsonnet", "{ 'a.json': { uid: 'a', title: 'A', panels: [] }, 'b.json': { title: 'B', panels: [] } }"
    )
    mixin.write("some/text.jsonnet", "std.manifestJson({ uid: 'text', title: 'Text', panels: [] })")
    mixin.write("some/rules.jsonnet", "std.manifestYamlDoc((import '../mixins/shop/mixin.libsonnet').prometheusAlerts)")
    mixin.write("jsonnetfile.json", "{}")
    result = dashkit("import", "some", "-J", "mixins/shop/vendor", cwd=mixin.folder)
    assert result.code == 0, result.err
    assert {path.name for path in (mixin.folder / "dashboards").iterdir()} == {"a.py", "alerts", "b.py", "text.py"}
    assert "wrote alerts/rules.py" in result.err
    as_json = dashkit("import", "some", "-J", "mixins/shop/vendor", "--as", "json", "--to", "raw", cwd=mixin.folder)
    assert "some/rules.jsonnet: 1 alert is not imported" in as_json.err


def test_a_library_from_elsewhere_and_a_variable_are_given_on_the_command_line(
    mixin: Project, dashkit: Program
) -> None:
    text = "(import 'shop-lib/main.libsonnet').board(std.extVar('title')) + { uid: 'a' }"
    mixin.write("a/a.jsonnet", text)
    missing = dashkit("import", "a/a.jsonnet", cwd=mixin.folder)
    assert missing.code == 3
    assert "a/a.jsonnet:1: the import 'shop-lib/main.libsonnet' is in no directory" in missing.err
    assert "--jpath DIR" in missing.err
    given = ("import", "a/a.jsonnet", "--jpath", "mixins/shop/vendor")
    unset = dashkit(*given, cwd=mixin.folder)
    assert (unset.code, "--ext-str title=VALUE" in unset.err) == (3, True)
    result = dashkit(*given, "--ext-str", "title=Any = thing", cwd=mixin.folder)
    assert result.code == 0, result.err
    assert '"Any = thing"' in (mixin.folder / "dashboards/any_thing.py").read_text()
    wrong = dashkit(*given, "--ext-str", "title", cwd=mixin.folder)
    assert (wrong.code, "'title' is not of the form NAME=VALUE" in wrong.err) == (2, True)


def test_a_broken_jsonnet_file_hides_no_other(mixin: Project, dashkit: Program) -> None:
    mixin.write("some/a.jsonnet", "{ uid: 'a', title: 'A', panels: [ }")
    mixin.write("some/b.jsonnet", "importstr '/etc/passwd'")
    mixin.write("some/c.jsonnet", "{ grafanaDashboards: { 'x.json': 1 } }")
    mixin.write("some/d.jsonnet", "{ library(x):: x }")
    mixin.write("some/good.jsonnet", "{ uid: 'good', title: 'Good', panels: [] }")
    result = dashkit("import", "some", cwd=mixin.folder)
    assert result.code == 5
    for part in (
        "some/a.jsonnet:1: ", "some/b.jsonnet:1: the import '/etc/passwd' has an absolute path",
        "some/c.jsonnet: x.json: a dashboard must be a JSON object", "some/d.jsonnet: makes neither dashboards nor rules",
    ):  # fmt: skip
        assert part in result.err
    assert [path.name for path in (mixin.folder / "dashboards").iterdir()] == ["good.py"]


@pytest.mark.parametrize("title", ["../../evil", "/etc", ".hidden", "Alerts", "shared"])
def test_a_folder_of_any_title_is_below_the_target_and_is_built(mixin: Project, dashkit: Program, title: str) -> None:
    board = {"uid": "a", "title": "A", "schemaVersion": 42, "panels": []}
    value = {"grafanaDashboardFolder": title, "grafanaDashboards": {"a.json": board}}
    mixin.write("a/mixin.libsonnet", json.dumps(value))
    assert dashkit("import", "a", cwd=mixin.folder).code == 0
    (module,) = (mixin.folder / "dashboards").rglob("a.py")
    assert len(module.relative_to(mixin.folder / "dashboards").parts) == 2
    (made,) = compile_all(Sources(mixin.folder, (mixin.folder / "dashboards",)))
    assert isinstance(made, CompiledDashboard)
    assert made.folder == (title,)

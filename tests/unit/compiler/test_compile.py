"""From files to compiled dashboards."""

from __future__ import annotations

import json
import sys
import types

import pytest

from dashkit import _json
from dashkit.compiler.compile import Failure, Sources, compile_all
from dashkit.compiler.write import MANIFEST, OutputFolder, file_name
from dashkit.model.dashboard import CompiledDashboard
from tests.conftest import SHARED, Project

HEAD = "from grafanalib.core import Dashboard, TimeSeries, AlertList, Target\n"


def compiled(project: Project) -> list[CompiledDashboard | Failure]:
    return list(compile_all(Sources(project.folder, (project.folder / "dashboards",))))


def good(project: Project) -> dict[str, CompiledDashboard]:
    found = compiled(project)
    failures = [entry for entry in found if isinstance(entry, Failure)]
    assert failures == []
    return {entry.uid: entry for entry in found if isinstance(entry, CompiledDashboard)}


def failures(project: Project) -> list[Failure]:
    return [entry for entry in compiled(project) if isinstance(entry, Failure)]


@pytest.mark.parametrize(
    "export",
    [
        "dashboard = Dashboard(title='A', uid='a')",
        "dashboard = {'title': 'A', 'uid': 'a'}",
        "dashboards = [Dashboard(title='A', uid='a')]",
        "dashboards = ({'title': 'A', 'uid': u} for u in ['a'])",
        "def dashboard():\n    return Dashboard(title='A', uid='a')",
        "def dashboards():\n    yield Dashboard(title='A', uid='a')",
        "dashboards = lambda: [lambda: {'title': 'A', 'uid': 'a'}]",
    ],
)
def test_each_form_of_export_is_collected(project: Project, export: str) -> None:
    project.write("dashboards/team/a.py", HEAD + export)
    assert good(project)["a"].folder == ("Team",)


@pytest.mark.filterwarnings("ignore:Prefer using dashboardv2")
def test_a_builder_of_the_foundation_sdk_compiles(project: Project) -> None:
    pytest.importorskip("grafana_foundation_sdk")
    project.write(
        "dashboards/sdk.py",
        "from grafana_foundation_sdk.builders import dashboard as sdk, timeseries, prometheus\n"
        "panel = timeseries.Panel().title('Up').with_target(prometheus.Dataquery().expr('up'))\n"
        "dashboard = sdk.Dashboard('SDK').uid('sdk').with_panel(panel)\n",
    )
    spec = good(project)["sdk"].spec
    assert spec["panels"][0]["targets"][0]["expr"] == "up"
    assert spec["panels"][0]["type"] == "timeseries"


def test_nothing_but_the_two_names_is_collected(project: Project) -> None:
    project.write("dashboards/a.py", "other = {'title': 'B', 'uid': 'b'}\ndashboard = {'title': 'A', 'uid': 'a'}\n")
    assert set(good(project)) == {"a"}


@pytest.mark.filterwarnings("default")
def test_the_old_helper_called_dashboard_is_no_export(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    text = "from dashkit.authoring import *\ndashboards = [dashboard('A', uid='a', panels=[])]\n"
    project.write("dashboards/a.py", text)
    assert set(good(project)) == {"a"}
    assert capsys.readouterr().err == "warning: dashboards/a.py:2: dashboard(...) is now new_dashboard(...)\n"
    project.write("dashboards/a.py", text.replace("dashboards =", "dashbords ="))
    (failure,) = failures(project)
    assert "neither" in failure.message


def test_helpers_are_no_dashboards(project: Project) -> None:
    for name in ("_draft", "shared/panels", "alerts/rules", ".hidden"):
        project.write(f"dashboards/{name}.py", "raise RuntimeError('must not load')\n")
    project.dashboard("a")
    assert set(good(project)) == {"a"}


def test_relative_imports_reach_shared_modules(project: Project) -> None:
    project.write("dashboards/shared/names.py", "TITLE = 'From shared'\n")
    project.write("dashboards/ops/_queries.py", "UID = 'q'\n")
    text = "from ..shared.names import TITLE\nfrom ._queries import UID\ndashboard = {'title': TITLE, 'uid': UID}\n"
    project.write("dashboards/ops/a.py", text)
    assert good(project)["q"].title == "From shared"


def test_a_module_of_the_same_name_elsewhere_is_neither_used_nor_lost(project: Project) -> None:
    elsewhere = types.ModuleType("dashboards")
    sys.modules["dashboards"] = elsewhere
    try:
        project.dashboard("a")
        assert set(good(project)) == {"a"}
        assert sys.modules["dashboards"] is elsewhere
        assert "dashboards.ops" not in sys.modules
    finally:
        del sys.modules["dashboards"]


def test_two_projects_do_not_share_modules(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Project(tmp_path_factory.mktemp("other"))
    for place, title in ((project, "one"), (other, "two")):
        place.write("dashboards/shared/names.py", f"TITLE = {title!r}\n")
        place.write("dashboards/x/a.py", "from ..shared.names import TITLE\ndashboard = {'title': TITLE, 'uid': 'a'}\n")
    assert (good(project)["a"].title, good(other)["a"].title) == ("one", "two")


def test_the_folder_comes_from_the_directory_or_the_module(project: Project) -> None:
    project.dashboard("deep", folder="data_platform/kafka")
    project.dashboard("top", folder="")
    project.write("dashboards/ops/named.py", "folder = 'Team A/Service'\ndashboard = {'title': 'N', 'uid': 'n'}\n")
    project.write("dashboards/ops/root.py", "folder = ''\ndashboard = {'title': 'R', 'uid': 'r'}\n")
    folders = {uid: dashboard.folder for uid, dashboard in good(project).items()}
    assert folders == {"deep": ("Data platform", "Kafka"), "top": (), "n": ("Team A", "Service"), "r": ()}


def test_json_files_are_dashboards_too(project: Project) -> None:
    classic = {"title": "C", "uid": "c", "schemaVersion": 39, "panels": []}
    resource = {
        "apiVersion": "dashboard.grafana.app/v1",
        "kind": "Dashboard",
        "metadata": {"name": "k"},
        "spec": {"title": "K"},
    }
    project.write("dashboards/ops/c.json", json.dumps(classic))
    project.write("dashboards/ops/k.json", json.dumps(resource))
    assert {uid: d.folder for uid, d in good(project).items()} == {"c": ("Ops",), "k": ("Ops",)}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus of real dashboards is not here")
def test_a_hundred_real_dashboards_compile(project: Project) -> None:
    found = list(compile_all(Sources(SHARED, (SHARED / "corpus",))))
    assert [entry for entry in found if isinstance(entry, Failure)] == []
    assert len(found) == 108


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("x = 1\ny = x / 0\n", "bad.py:2", "ZeroDivisionError"),
        ("def f(:\n", "bad.py:1", "SyntaxError"),
        ("import no_such_module\n", "bad.py:1", "ModuleNotFoundError"),
        ("import sys\nsys.exit(3)\n", "bad.py:2", "sys.exit"),
        ("from posix import _exit\n_exit(0)\n", "bad.py:2", "os._exit"),
        ("import os\nos.execv('/bin/true', ['true'])\n", "bad.py:2", "os.execv"),
        ("import os\ntry:\n    os._exit(0)\nexcept Exception:\n    pass\n", "bad.py:3", "os._exit"),
        ("x = 1\n", "bad.py", "neither `dashboard` nor `dashboards`"),
        ("dashboard = {}\ndashboards = []\n", "bad.py", "both"),
        ("dashboard = 7\n", "bad.py", "int, not a dashboard"),
        ("dashboard = {'title': 'x', 'uid': 'x', 'panels': [object()]}\n", "bad.py", "no JSON form"),
        ("dashboard = {'title': 'x', 'uid': 'a b'}\n", "bad.py", "not allowed"),
        ("dashboard = {'title': 'x'}\n", "bad.py", "no uid"),
        ("folder = 3\ndashboard = {'title': 'x', 'uid': 'x'}\n", "bad.py", "`folder` must be a string"),
        (
            "def dashboards():\n    yield {'title': 'ok', 'uid': 'ok'}\n    raise ValueError('late')\n",
            "bad.py:3",
            "late",
        ),
        ("class E(Exception):\n    pass\nraise E('own')\n", "bad.py:3", "own"),
    ],
)
def test_a_broken_module_is_named_with_its_line_and_hides_no_other(
    project: Project, text: str, where: str, words: str
) -> None:
    project.write("dashboards/ops/bad.py", text)
    project.dashboard("good")
    found = compiled(project)
    (failure,) = [entry for entry in found if isinstance(entry, Failure)]
    assert failure.where.endswith(where)
    assert words in failure.message
    assert "good" in {entry.uid for entry in found if isinstance(entry, CompiledDashboard)}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("from dashkit.authoring import timeserie\n", "timeseries"),
        ("import dashkit.authoring as a\na.timeserie()\n", "timeseries"),
        ("def panel():\n    pass\npanl()\n", "panel"),
        ("def f(title):\n    pass\nf(titel=1)\n", "title"),
        ("from dashkit.authoring import new_dashboard\nnew_dashboard('A', uid='a', timezon='utc')\n", "timezone"),
        ("from dashkit.authoring import AlertGroup\nAlertGroup('a', rulez=[])\n", "rules"),
    ],
)
def test_a_misspelt_name_is_told_with_the_right_one(project: Project, text: str, meant: str) -> None:
    project.write("dashboards/ops/bad.py", text)
    (failure,) = compiled(project)
    assert isinstance(failure, Failure)
    assert failure.hint == f"did you mean {meant}?"
    assert "Did you mean" not in failure.message


@pytest.mark.parametrize(
    "text", ["x = nothing_like_it_is_here\n", "def f(a):\n    pass\nf(wholly_different=1)\n", "raise NameError('x')\n"]
)
def test_a_name_without_a_neighbour_has_no_hint(project: Project, text: str) -> None:
    project.write("dashboards/ops/bad.py", text)
    (failure,) = compiled(project)
    assert isinstance(failure, Failure)
    assert failure.hint == ""


def test_an_error_deep_in_a_shared_helper_is_shown_where_it_happens(project: Project) -> None:
    project.write("dashboards/shared/h.py", "def panel():\n    return 1 / 0\n")
    project.write("dashboards/ops/bad.py", "from ..shared.h import panel\ndashboard = panel()\n")
    (failure,) = failures(project)
    assert failure.where == "dashboards/shared/h.py:2"
    assert failure.excerpt == "return 1 / 0"


def test_a_broken_json_file_is_named(project: Project) -> None:
    project.write("dashboards/bad.json", '{"title": ')
    (failure,) = failures(project)
    assert failure.where == "dashboards/bad.json"
    assert "line 1" in failure.message


def test_a_uid_used_twice_is_an_error_that_names_both_places(project: Project) -> None:
    project.dashboard("a", folder="one", title="First")
    project.write("dashboards/two/b.py", "dashboard = {'title': 'Second', 'uid': 'a'}\n")
    (failure,) = failures(project)
    assert failure.where == "dashboards/two/b.py"
    assert "dashboards/one/a.py:2" in failure.message


def test_a_title_used_twice_in_a_folder_is_an_error_and_in_two_folders_is_not(project: Project) -> None:
    project.dashboard("a", folder="one", title="Same")
    project.dashboard("b", folder="two", title="Same")
    assert set(good(project)) == {"a", "b"}
    project.dashboard("c", folder="one", title="Same")
    (failure,) = failures(project)
    assert "'Same' in folder 'One'" in failure.message


def test_each_panel_remembers_its_line(project: Project) -> None:
    lines = [
        "from ..shared.h import made",
        "dashboard = Dashboard(title='A', uid='a', panels=[",
        "    TimeSeries(title='one'),",
        "    AlertList(title='two'),",
        "    made('three'),",
        "]).auto_panel_ids()",
    ]
    project.write("dashboards/shared/h.py", HEAD + "def made(t):\n    return TimeSeries(title=t)\n")
    project.write("dashboards/ops/a.py", HEAD + "\n".join(lines))
    dashboard = good(project)["a"]
    found = {panel["title"]: dashboard.panels[panel["id"]].line for panel in dashboard.spec["panels"]}
    # A panel made in a shared helper is that of the line that called it.
    assert found == {"one": 4, "two": 5, "three": 6}


def test_an_invalid_panel_is_named_with_its_line_and_pointer(project: Project) -> None:
    lines = [
        "dashboard = Dashboard(title='A', uid='a', panels=[",
        "    TimeSeries(title='fine'),",
        "    TimeSeries(title='bad', unit=7),",
        "])",
    ]
    project.write(
        "dashboards/ops/a.py",
        HEAD + "\n".join(lines).replace("unit=7", "extraJson={'fieldConfig': {'defaults': {'decimals': 'two'}}}"),
    )
    (failure,) = failures(project)
    assert failure.where == "dashboards/ops/a.py:4"
    assert failure.pointer == "/panels/1/fieldConfig/defaults/decimals"
    assert "'bad'" in failure.hint


def test_loading_leaves_grafanalib_as_it_was(project: Project) -> None:
    from grafanalib import core

    project.dashboard("a")
    before = core.Dashboard.auto_panel_ids
    good(project)
    assert core.Dashboard.auto_panel_ids is before
    assert core.TimeSeries(title="x").title == "x"
    assert core.Dashboard(title="t", panels=[core.Text(title="a")]).auto_panel_ids().panels[0].id == 1


def test_what_a_module_prints_does_not_reach_stdout(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write("dashboards/a.py", "print('hello')\ndashboard = {'title': 'A', 'uid': 'a'}\n")
    good(project)
    out, err = capsys.readouterr()
    assert (out, err) == ("", "hello\n")


def test_the_same_source_gives_the_same_bytes_and_only_our_old_files_go(project: Project) -> None:
    project.dashboard("a")
    project.dashboard("b", folder="other")
    output = project.folder / "out"

    def build(*, complete: bool = True) -> list[str]:
        folder = OutputFolder(output)
        for dashboard in good(project).values():
            folder.write(file_name(dashboard), _json.pretty(dashboard.spec))
        return folder.finish(complete=complete)

    build()
    first = {path.name: path.read_bytes() for path in output.rglob("*.json")}
    (output / "other" / "mine.json").write_text("{}")
    stamp = (output / "ops" / "a.json").stat().st_mtime_ns
    build()
    assert (output / "ops" / "a.json").stat().st_mtime_ns == stamp
    assert {name: data for name, data in first.items() if name != MANIFEST}.items() <= {
        path.name: path.read_bytes() for path in output.rglob("*.json")
    }.items()
    (project.folder / "dashboards" / "other" / "b.py").unlink()
    assert build(complete=False) == []
    assert (output / "other" / "b.json").exists()
    assert build() == ["other/b.json"]
    assert (output / "other" / "mine.json").exists()

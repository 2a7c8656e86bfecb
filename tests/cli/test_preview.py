"""``dashkit preview``, ``dashkit diff --html`` and the pages of the sandbox."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project, environment


def test_pages_and_pictures_are_written_for_each_dashboard(project: Project, dashkit: Program) -> None:
    project.dashboard("checkout")
    project.dashboard("payments")
    result = dashkit(
        "preview", "--output", "site", "--png", "png", "--svg", "svg", "--theme", "light", cwd=project.folder
    )
    assert result.code == 0, result.err
    assert "3 files in site/, with sample data" in result.err
    written = {
        path.relative_to(project.folder).as_posix() for path in project.folder.glob("[ps]*/*.*") if path.name[0] != "."
    }
    assert written == {
        "site/index.html", "site/checkout.html", "site/payments.html", "png/checkout.png", "png/payments.png",
        "svg/checkout.svg", "svg/payments.svg",
    }  # fmt: skip
    assert (project.folder / "png/checkout.png").read_bytes().startswith(b"\x89PNG")


def test_pages_of_dashboards_that_are_gone_are_removed(project: Project, dashkit: Program) -> None:
    module = project.dashboard("checkout")
    project.dashboard("payments")
    dashkit("preview", "--output", "site", cwd=project.folder)
    module.unlink()
    dashkit("preview", "--output", "site", cwd=project.folder)
    assert sorted(path.name for path in (project.folder / "site").glob("*.html")) == ["index.html", "payments.html"]


def test_only_what_is_named_is_written_and_nothing_else_removed(project: Project, dashkit: Program) -> None:
    module = project.dashboard("checkout")
    project.dashboard("payments")
    dashkit("preview", "--output", "site", cwd=project.folder)
    result = dashkit("preview", str(module), "--output", "site", cwd=project.folder)
    assert "2 files" in result.err
    assert (project.folder / "site/payments.html").exists()


def test_a_broken_module_is_reported_and_the_others_are_written(project: Project, dashkit: Program) -> None:
    project.dashboard("checkout")
    project.write("dashboards/broken.py", "dashboard = foo\n")
    result = dashkit("preview", "--output", "site", cwd=project.folder)
    assert result.code == 3
    assert "dashboards/broken.py:1" in result.err
    assert (project.folder / "site/checkout.html").exists()


def test_a_file_from_elsewhere_is_drawn(tmp_path: Path, dashkit: Program) -> None:
    old = '{"title": "Old", "uid": "old", "schemaVersion": 16, "panels": [{"id": 1, "type": "graph", "title": "Load", "targets": []}]}'
    (tmp_path / "old.json").write_text(old)
    result = dashkit("preview", "old.json", "--svg", "svg", cwd=tmp_path)
    assert result.code == 0, result.err
    assert "Load" in (tmp_path / "svg/old.svg").read_text()


def test_findings_of_the_check_stand_beside_their_panel(project: Project, dashkit: Program) -> None:
    project.dashboard("checkout", expr="sum(")
    dashkit("preview", "--output", "site", cwd=project.folder)
    page = (project.folder / "site/checkout.html").read_text()
    assert "DK301" in page
    assert "findings of the check" in page


def test_several_sources_of_data_exclude_each_other(project: Project, dashkit: Program) -> None:
    result = dashkit("preview", "--sample", "--prometheus", "http://127.0.0.1:1", "--output", "x", cwd=project.folder)
    assert result.code == 2
    assert "choose one of" in result.err


def test_without_its_packages_the_preview_says_what_to_install(
    project: Project, dashkit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "resvg_py" else find(name, *rest)
    )
    result = dashkit("preview", cwd=project.folder)
    assert result.code == 2
    assert "resvg_py" in result.err
    assert "grafana-dashkit[preview]" in result.err


def test_a_prometheus_that_does_not_answer_is_named_in_each_panel(project: Project, dashkit: Program) -> None:
    project.dashboard("checkout")
    result = dashkit("preview", "--prometheus", "http://127.0.0.1:1", "--output", "site", cwd=project.folder)
    assert result.code == 0
    assert 'class="failed"' in (project.folder / "site/checkout.html").read_text()


def test_changes_are_shown_before_and_after(project: Project, dashkit: Program, sandbox: RunningSandbox) -> None:
    project.dashboard("checkout", expr="up")
    env = environment(sandbox)
    assert dashkit("push", "--yes", cwd=project.folder, env=env).code == 0
    project.dashboard("checkout", expr="rate(up[5m])")
    result = dashkit("diff", "--html", "changes.html", "--png", "pictures", cwd=project.folder, env=env)
    assert result.code == 0, result.err
    page = (project.folder / "changes.html").read_text()
    assert page.count("<figure>") == 2
    assert "rate(up[5m])" in page
    assert len(list((project.folder / "pictures").glob("checkout-*-changed.png"))) == 1


def test_without_changes_the_page_says_so(project: Project, dashkit: Program, sandbox: RunningSandbox) -> None:
    project.dashboard("checkout")
    env = environment(sandbox)
    dashkit("push", "--yes", cwd=project.folder, env=env)
    dashkit("diff", "--html", "changes.html", cwd=project.folder, env=env)
    assert "A push would change no dashboard" in (project.folder / "changes.html").read_text()


def test_an_old_document_is_drawn_with_todays_panels(tmp_path: Path, dashkit: Program) -> None:
    rows = (
        '[{"title": "Row", "showTitle": true, "panels": [{"id": 1, "type": "singlestat", "title": "Stat", "span": 6}]}]'
    )
    (tmp_path / "old.json").write_text(f'{{"title": "Old", "uid": "old", "schemaVersion": 14, "rows": {rows}}}')
    result = dashkit("preview", "old.json", "--svg", "svg", cwd=tmp_path)
    assert result.code == 0, result.err
    picture = (tmp_path / "svg/old.svg").read_text()
    assert "Row" in picture
    assert "is not previewed" not in picture


def test_pages_and_pictures_can_share_a_folder(project: Project, dashkit: Program) -> None:
    project.dashboard("checkout")
    for option in ("--png", "--svg", "--output"):
        assert dashkit("preview", option, "shared", cwd=project.folder).code == 0
    names = {path.name for path in (project.folder / "shared").iterdir()}
    assert {"checkout.png", "checkout.svg", "checkout.html", "index.html"} <= names


def test_each_dashboard_has_a_file_of_its_own_whatever_its_uid(tmp_path: Path, dashkit: Program) -> None:
    uids = ["index", "a b", "a-b", "A-B", "x" * 300, "../up", "shop/eu"]
    links = [{"type": "dashboards", "tags": ["all"], "title": "x"}]
    for number, uid in enumerate(uids):
        spec = {
            "uid": uid,
            "title": f"Number {number}",
            "tags": ["all"],
            "schemaVersion": 39,
            "panels": [],
            "links": links,
        }
        (tmp_path / f"{number}.json").write_text(json.dumps(spec), encoding="utf-8")
    result = dashkit("preview", ".", "--output", "../site", cwd=tmp_path)
    assert result.code == 0, result.err
    pages = list((tmp_path.parent / "site").glob("*.html"))
    assert len(pages) == 1 + len(uids)
    assert len({path.name.lower() for path in pages}) == len(pages)
    linked = set(
        re.findall(r'href="([^"/]+\.html)"', (tmp_path.parent / "site/index.html").read_text(encoding="utf-8"))
    )
    assert linked == {path.name for path in pages} - {"index.html"}
    other = set(re.findall(r'href="([^"/]+\.html)"', (tmp_path.parent / "site/a-b.html").read_text(encoding="utf-8")))
    assert other == {path.name for path in pages} - {"a-b.html"}


def test_one_odd_dashboard_hides_no_other(tmp_path: Path, dashkit: Program) -> None:
    odd = {
        "uid": "odd",
        "title": "Odd",
        "tags": 5,
        "links": [{"type": "dashboards", "tags": 5}],
        "panels": [{"id": 1, "type": []}],
    }
    worse = {"uid": "worse", "title": "Worse", "panels": [{"id": 1, "type": "stat", "gridPos": {"x": float("inf")}}]}
    good = {"uid": "good", "title": "Good", "schemaVersion": 39, "panels": []}
    for spec in (odd, worse, good):
        (tmp_path / f"{spec['uid']}.json").write_text(json.dumps(spec).replace("Infinity", "1e999"), encoding="utf-8")
    result = dashkit("preview", ".", "--output", "../site", "--svg", "../svg", cwd=tmp_path)
    assert result.code == 3
    assert "worse" in result.err
    assert "odd" not in result.err
    for folder, suffix in (("site", ".html"), ("svg", ".svg")):
        assert {f"odd{suffix}", f"good{suffix}"} <= {path.name for path in (tmp_path.parent / folder).iterdir()}


def test_a_build_keeps_the_pictures_in_its_folder(project: Project, dashkit: Program) -> None:
    project.dashboard("checkout")
    dashkit("preview", "--png", "out", "--output", "out", cwd=project.folder)
    dashkit("build", "--output", "out", cwd=project.folder)
    dashkit("preview", "--output", "out", cwd=project.folder)
    names = {
        path.relative_to(project.folder / "out").as_posix() for path in (project.folder / "out").rglob("checkout*")
    }
    assert names == {"checkout.png", "checkout.html", "ops/checkout.json"}


@pytest.mark.parametrize(
    ("arguments", "said"), [(["-"], "standard input cannot be followed"), (["--bind", ""], "--bind needs an address")]
)
def test_what_cannot_be_served_is_refused(project: Project, dashkit: Program, arguments: list[str], said: str) -> None:
    result = dashkit("preview", *arguments, cwd=project.folder)
    assert result.code == 2
    assert said in result.err

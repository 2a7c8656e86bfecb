"""``dashkit preview``, ``dashkit diff --html`` and the pages of the sandbox."""

from __future__ import annotations

import importlib.util
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

"""docs/checking.md does not lie: its catalogue reads, its configuration is valid, its rules run, its comment suppresses."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT, Program, Project

PAGE = (ROOT / "docs/checking.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def documented(project: Project) -> Project:
    """A project with the catalogue and the rules of the page."""
    catalogue, _suppressions, wishes = blocks("yaml")[:3]
    panel, rules = blocks("python")
    project.write("metrics/shop.yaml", catalogue)
    project.write("lint/team.py", rules)
    project.write("dashkit.yaml", f"project: test\n{wishes}  metrics: [metrics]\n")
    project.write(
        "dashboards/ops/shop.py",
        "from dashkit.authoring import new_dashboard as new, prometheus, stat, timeseries\n"
        f"orders = {panel}"
        "future = timeseries('Future', prometheus('predict_linear(jobs_waiting[1h], 60)'))\n"
        "wrong = timeseries('Wrong', prometheus('rate(jobs_waiting[5m])'))\n"
        "dashboard = new('Shop', uid='shop', panels=[orders, future, wrong])\n",
    )
    return project


def test_the_rules_and_the_catalogue_of_the_page_work(documented: Project, dashkit: Program) -> None:
    out = dashkit("check", "--min-severity", "info", cwd=documented.folder).out
    assert "error TEAM002: we do not predict" in out
    assert "warning TEAM001: the description names no team" in out
    assert "error DK310: rate() of the gauge jobs_waiting" in out
    assert "warning DK410: the dashboard has no variable $environment" in out
    assert "warning DK340: jobs_waiting has no matcher" in out
    assert "DK327" not in out
    assert "DK001" not in out


def test_the_suppressions_of_the_page_are_read(documented: Project, dashkit: Program) -> None:
    documented.write("dashkit.yaml", blocks("yaml")[1])
    result = dashkit("check", cwd=documented.folder)
    assert "DK003" not in result.out
    assert "unused suppression of DK202" in result.out

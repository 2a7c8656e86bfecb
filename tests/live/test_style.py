"""What every dashboard of this project has, so that it can be read."""

from __future__ import annotations

import pytest

from dashkit.model.dashboard import CompiledDashboard
from dashkit.spec.walk import panels
from tests.live.test_dashboards import dashboards


@pytest.mark.parametrize("dashboard", dashboards(), ids=lambda dashboard: dashboard.uid)
def test_panels_say_what_they_show_and_what_good_looks_like(dashboard: CompiledDashboard) -> None:
    visible = 0
    for placed in panels(dashboard.spec):
        panel = placed.panel
        if panel["type"] in ("row", "text"):
            continue
        assert panel["title"], placed.pointer
        assert len(panel.get("description", "")) > 15, panel["title"]
        if panel["type"] not in ("table", "heatmap", "logs"):
            assert panel["fieldConfig"]["defaults"].get("unit"), panel["title"]
        if "/panels/" not in placed.pointer.removeprefix("/panels/"):
            visible += len(panel.get("targets", []))
    assert visible <= 30, visible
    assert dashboard.spec.get("description")
    assert dashboard.spec["links"]


def test_each_family_has_a_dashboard() -> None:
    families = {dashboard.folder[0] for dashboard in dashboards()}
    assert families == {"Business", "Development", "Executive", "Infrastructure", "Operations"}

"""What every dashboard of this project has, so that it can be read and found."""

from __future__ import annotations

import pytest

from dashkit.document.walk import entries, panels
from dashkit.model.dashboard import CompiledDashboard
from tests.support.project import dashboards

FAMILIES = {
    "Executive": {"orchestrator-executive", "shop-slo", "platform-overview"},
    "Operations": {
        "orchestrator-operations", "shop-service-overview", "shop-api-gateway", "shop-logs", "freeagentics-overview",
        "shop-auth-service", "shop-business-logic", "shop-data-processor", "freeagentics-api", "synthdata-overview", "synthdata-security", "inquiry-pipeline", "inquiry-system-health",
    },
    "Development": {"orchestrator-development", "inquiry-model-performance", "freeagentics-agents", "synthdata-generation"},
    "Business": {"orchestrator-tools", "shop-business", "freeagentics-users", "synthdata-business", "inquiry-business"},
    "Infrastructure": {
        "shop-infrastructure", "hosts", "containers", "kubernetes-cluster", "kubernetes-workloads", "istio-mesh", "argocd",
        "postgresql", "prometheus", "backup-health",
    },
}  # fmt: skip

#: What the guides want to be fresher or calmer than the rest.
REFRESH = {
    "inquiry-pipeline": "30s",
    "inquiry-system-health": "30s",
    "inquiry-model-performance": "1m",
    "inquiry-business": "5m",
}

each_dashboard = pytest.mark.parametrize("dashboard", dashboards(), ids=lambda dashboard: dashboard.uid)


@each_dashboard
def test_panels_say_what_they_show_and_what_good_looks_like(dashboard: CompiledDashboard) -> None:
    for placed in panels(dashboard.spec):
        panel = placed.panel
        if panel["type"] in ("row", "text"):
            continue
        assert panel["title"], placed.pointer
        assert len(panel.get("description", "")) > 15, panel["title"]
        if panel["type"] not in ("table", "heatmap", "logs", "alertlist"):
            assert panel["fieldConfig"]["defaults"].get("unit"), panel["title"]


@each_dashboard
def test_lines_are_told_apart_by_a_legend(dashboard: CompiledDashboard) -> None:
    for placed in panels(dashboard.spec):
        if placed.panel["type"] != "timeseries":
            continue
        for target in placed.panel["targets"]:
            named = target.get("legendFormat") or "alias" in target
            assert named or placed.panel["options"]["legend"]["showLegend"] is False, placed.panel["title"]


@each_dashboard
def test_at_most_thirty_queries_run_before_a_row_is_opened(dashboard: CompiledDashboard) -> None:
    placed = list(panels(dashboard.spec))
    if dashboard.schema:  # of the tabs, the first is open
        first = next(part for one in placed for part in one.around if part.startswith("tab "))
        placed = [one for one in placed if all(part in ("row ''", first) for part in one.around)]
    else:
        placed = [one for one in placed if one.pointer.count("/") == 2]
    assert 0 < sum(len(one.panel.get("targets", [])) for one in placed) <= 30


@each_dashboard
def test_it_has_the_usual_equipment(dashboard: CompiledDashboard) -> None:
    spec = dashboard.spec
    assert spec["description"]
    names = [variable["name"] for variable in entries(spec, "templating")]
    assert names[:2] == ["datasource", "environment"]
    assert dashboard.folder[0].lower() in spec["tags"]
    sources = [link["url"] for link in spec["links"] if link["title"] == "Source"]
    assert sources == [f"https://git.example.org/dashkit/blob/main/{dashboard.source.path}"]
    targets = [entry.get("target", entry) for entry in entries(spec, "annotations")]
    tags = [target["tags"] for target in targets if "tags" in target]
    assert ["dashkit", "deployment"] in tags


@each_dashboard
def test_its_links_lead_to_dashboards_of_the_project(dashboard: CompiledDashboard) -> None:
    known = {entry.uid for entry in dashboards()}
    links = [link["url"] for link in dashboard.spec["links"]]
    links += [link["url"] for placed in panels(dashboard.spec) for link in placed.panel.get("links", [])]
    targets = {url.removeprefix("/d/").partition("?")[0] for url in links if url.startswith("/d/")}
    assert targets <= known
    assert targets or dashboard.folder[0] == "Infrastructure"


def test_every_family_has_its_dashboards() -> None:
    found: dict[str, set[str]] = {}
    for dashboard in dashboards():
        found.setdefault(dashboard.folder[0], set()).add(dashboard.uid)
    assert found == FAMILIES


@pytest.mark.parametrize(("uid", "refresh"), REFRESH.items())
def test_it_refreshes_as_often_as_the_guide_wants(uid: str, refresh: str) -> None:
    assert next(entry for entry in dashboards() if entry.uid == uid).spec["refresh"] == refresh

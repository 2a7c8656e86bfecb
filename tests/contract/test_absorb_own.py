"""Ten edits each on five of the project's own dashboards become changes of their modules, and nothing is left to push."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from dashkit.document.walk import panels as placed
from tests.conftest import ROOT, Program, Project
from tests.contract.conftest import Rig

Json = dict[str, Any]
FILES = {
    "kubernetes-cluster": "infrastructure/kubernetes_cluster.py",
    "postgresql": "infrastructure/postgresql.py",
    "inquiry-business": "business/inquiry_business.py",
    "orchestrator-development": "development/orchestrator_development.py",
    "shop-service-overview": "operations/shop_service_overview.py",
}


def _panels(spec: Json, fits: Callable[[Json], Any] = bool) -> list[Json]:
    found = [one.panel for one in placed(spec) if one.panel.get("type") != "row"]
    return [panel for panel in found if fits(panel)]


def _defaults(panel: Json) -> Json:
    found: Json = panel.get("fieldConfig", {}).get("defaults", {})
    return found


def _targets(panel: Json, key: str) -> Iterator[Json]:
    return (target for target in panel.get("targets", []) if target.get(key))


def _steps(panel: Json) -> list[Json]:
    return list(_defaults(panel).get("thresholds", {}).get("steps", [])[1:])


def ten_edits(spec: Json, pick: Random) -> None:
    """Edit what people edit: ten things, each of a panel that is chosen."""
    pick.choice(_panels(spec))["title"] += " now"
    _defaults(pick.choice(_panels(spec, lambda panel: _defaults(panel).get("unit"))))["unit"] = "cps"
    _defaults(pick.choice(_panels(spec, lambda panel: panel["type"] in ("stat", "timeseries"))))["decimals"] = 4
    _steps(pick.choice(_panels(spec, _steps)))[-1]["value"] *= 1.5
    legend = pick.choice(_panels(spec, lambda panel: any(_targets(panel, "legendFormat"))))
    next(_targets(legend, "legendFormat"))["legendFormat"] = "{{instance}}"
    query = pick.choice(_panels(spec, lambda panel: any(_targets(panel, "expr"))))
    next(_targets(query, "expr"))["expr"] += " > 0"
    pick.choice(_panels(spec))["description"] = "Edited: what it shows."
    spec |= {"refresh": "10s", "tags": [*spec["tags"], "edited"]}
    spec["templating"]["list"].insert(2, {
        "type": "custom", "name": "zone", "label": "Zone", "query": "a,b", "multi": False, "includeAll": False, "hide": 0,
        "current": {"text": "a", "value": "a"}, "options": [],
    })  # fmt: skip
    bottom = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in spec["panels"])
    source = {"type": "prometheus", "uid": "${datasource}"}
    added = {
        "id": 4242, "type": "timeseries", "title": "Added", "gridPos": {"x": 0, "y": bottom, "w": 24, "h": 8}, "datasource": source,
        "targets": [{"refId": "A", "expr": "up", "datasource": source}], "fieldConfig": {"defaults": {}, "overrides": []}, "options": {},
    }  # fmt: skip
    last = spec["panels"][-1]
    (last["panels"] if last.get("collapsed") else spec["panels"]).append(added)


def test_ten_edits_on_each_of_five_dashboards_are_taken(rig: Rig, project: Project, dashkit: Program) -> None:
    shutil.copytree(ROOT / "dashboards/shared", project.folder / "dashboards/shared")
    for path in FILES.values():
        project.write(f"dashboards/{path}", (ROOT / "dashboards" / path).read_text())
    project.write("dashkit.yaml", f"project: ct-{rig.run}\n")
    env = {
        "DASHKIT_URL": rig.url, "DASHKIT_USER": rig.user, "DASHKIT_PASSWORD": rig.password,
        "DASHKIT_UID_PREFIX": rig.uid(""), "DASHKIT_FOLDER_PREFIX": f"Contract {rig.run}",
    }  # fmt: skip

    def run(*words: str) -> str:
        result = dashkit(*words, cwd=project.folder, env=env)
        assert result.code == 0, result.out + result.err
        return result.out + result.err

    run("push", "-q", "--yes", "--no-check")
    for uid in FILES:
        stored = rig.stored(uid)
        ten_edits(stored["dashboard"], Random(uid))
        rig.api(
            "POST", "/api/dashboards/db", {"dashboard": stored["dashboard"], "folderUid": stored["meta"]["folderUid"]}
        )
    said = run("absorb", "--yes")
    plan = run("push", "--yes", "--no-check")
    assert plan.count("the source now matches an edit in the UI; marks it as pushed") == len(FILES), said
    assert f"{len(FILES)} unchanged" in run("push", "--no-check")

"""The same suite against the sandbox in each version and, where DASHKIT_TEST_GRAFANA_URL names one, a real Grafana.

A real server is used as its admin (DASHKIT_TEST_GRAFANA_USER and _PASSWORD, else admin/admin); whatever a test makes there
carries a random prefix and is removed afterwards.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from dashkit._http import Connection, Settings
from dashkit.deploy.apply import apply
from dashkit.deploy.desired import Adjustments, desired
from dashkit.deploy.fit import Takes, fit
from dashkit.deploy.outcome import Outcome
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.read import make_plan
from dashkit.deploy.steps import DashboardStep, Plan
from dashkit.document.normalise import Origin, normalise
from dashkit.grafana.client import Grafana
from dashkit.model.dashboard import CompiledDashboard, Location
from dashkit.model.item import Limits
from dashkit.model.secret import Secret
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store

_REAL = os.environ.get("DASHKIT_TEST_GRAFANA_URL", "")
TARGETS = ["sandbox-12.4", "sandbox-12.3", "sandbox-11.6", "sandbox-10.1", *(["real"] if _REAL else [])]


class Rig:
    """A server, a project of one tag on it, and short words for what tests do."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.connection = Connection(Settings(url=url, user=user, password=Secret(password)))
        self.grafana = Grafana(self.connection)
        self.url, self.user, self.password = url, user, password
        self.run = secrets.token_hex(4)
        self.adjustments = Adjustments(owner_tag=f"dashkit:ct-{self.run}", folder_prefix=(f"Contract {self.run}",))

    def uid(self, name: str) -> str:
        return f"ct{self.run}-{name}"

    def compiled(
        self, name: str, *, expr: str = "up", title: str = "", folder: tuple[str, ...] = ()
    ) -> CompiledDashboard:
        spec = {
            "uid": self.uid(name),
            "title": title or f"Contract {name}",
            "panels": [
                {"type": "timeseries", "title": "One", "targets": [{"expr": expr}], "datasource": "prom"},
                {"type": "stat", "title": "Two", "targets": [{"expr": "vector(1)"}], "datasource": "prom"},
            ],
        }
        spec = normalise(spec, Origin.PYTHON, datasource_types={"prom": "prometheus"}).spec
        return CompiledDashboard(spec["uid"], spec["title"], folder, spec, Location("test.py", 1))

    def plan(
        self, *dashboards: CompiledDashboard, policy: Policy | None = None, orphans: bool = True
    ) -> Plan[DashboardStep]:
        known = frozenset(dashboard.uid for dashboard in dashboards)
        takes = Takes(self.grafana.v2, self.grafana.scoped_variables)
        wanted = [fit(item, takes) for item in desired(dashboards, self.adjustments, known)]
        return make_plan(wanted, self.grafana, policy or Policy(), owner_tag=self.adjustments.tag, orphans=orphans)

    def push(self, *dashboards: CompiledDashboard, policy: Policy | None = None, message: str = "") -> list[Outcome]:
        outcomes = self.apply(self.plan(*dashboards, policy=policy), message=message)
        assert [str(outcome.error) for outcome in outcomes if outcome.error] == []
        return outcomes

    def apply(self, plan: Plan[DashboardStep], message: str = "") -> list[Outcome]:
        return list(apply(plan.folders, plan.steps, self.grafana, message=message, commit="abc1234").outcomes)

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """What a person does in the UI, or another tool."""
        answer = (
            self.connection.get(path)
            if method == "GET"
            else self.connection.write(method, path, body, headers={"User-Agent": "kubectl/v1.34"})
        )
        assert answer.ok, (method, path, answer.status, answer.content)
        return answer.json()

    def patch(self, path: str, change: Any) -> None:
        """Change a part of a resource, as programs do that know Kubernetes."""
        headers = {"Content-Type": "application/merge-patch+json", "User-Agent": "kubectl/v1.34"}
        answer = self.connection.write("PATCH", path, change, headers=headers)
        assert answer.ok, (path, answer.status, answer.content)

    def edit(self, name: str, **changes: Any) -> None:
        """Save the dashboard with other values, as the UI does."""
        stored = self.api("GET", f"/api/dashboards/uid/{self.uid(name)}")
        folder = changes.pop("folder_uid", stored["meta"].get("folderUid", ""))
        body = {"dashboard": {**stored["dashboard"], **changes}, "folderUid": folder, "message": "by hand"}
        self.api("POST", "/api/dashboards/db", body)

    def stored(self, name: str) -> dict[str, Any]:
        value: dict[str, Any] = self.api("GET", f"/api/dashboards/uid/{self.uid(name)}")
        return value

    def token(self, role: str) -> str:
        account = self.api("POST", "/api/serviceaccounts", {"name": f"ct{self.run}-{role.lower()}", "role": role})
        key: str = self.api("POST", f"/api/serviceaccounts/{account['id']}/tokens", {"name": f"ct{self.run}-{role}"})[
            "key"
        ]
        self.accounts = [*getattr(self, "accounts", []), account["id"]]
        return key

    def as_token(self, token: str) -> Grafana:
        return Grafana(Connection(Settings(url=self.url, token=Secret(token))))

    def delete(self, uid: str) -> None:
        for item in self.grafana.items("dashboards", Limits(keys=frozenset({uid}))):
            self.grafana.remove(item)

    def clean(self) -> None:
        for uid in [live.uid for live in self.grafana.read_everything() if live.uid.startswith(f"ct{self.run}-")]:
            self.delete(uid)
        for folder in self.grafana.folders():
            if self.run in folder.title:
                with contextlib.suppress(Exception):
                    self.connection.delete(f"/api/folders/{folder.uid}")
        for account in getattr(self, "accounts", []):
            self.connection.delete(f"/api/serviceaccounts/{account}")


@pytest.fixture(params=TARGETS)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """Each server in turn."""
    if request.param == "real":
        user = os.environ.get("DASHKIT_TEST_GRAFANA_USER", "admin")
        found = Rig(_REAL, user, os.environ.get("DASHKIT_TEST_GRAFANA_PASSWORD", "admin"))
        yield found
        found.clean()
        return
    with RunningSandbox(Sandbox(Store(), FLAVOURS[request.param.partition("-")[2]])) as running:
        yield Rig(running.url, "admin", "admin")

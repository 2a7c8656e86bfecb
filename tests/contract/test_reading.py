"""How much a push that changes nothing asks of a server: it grows with the project, not with the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashkit._http import Connection, Settings
from dashkit.deploy.apply import apply
from dashkit.deploy.desired import Adjustments, Desired, desired
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.read import make_plan
from dashkit.document.normalise import Origin, normalise
from dashkit.grafana.client import Grafana
from dashkit.model.dashboard import CompiledDashboard, Location
from dashkit.model.secret import Secret
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.records import Dashboard
from dashkit.sandbox.store import Store, now

OURS = 35


def project() -> list[Desired]:
    compiled = []
    for number in range(OURS):
        panels = [{"type": "stat", "title": f"Panel {one}", "description": "x" * 400} for one in range(20)]
        spec = normalise({"uid": f"our-{number:02}", "title": f"Our {number}", "panels": panels}, Origin.PYTHON).spec
        compiled.append(CompiledDashboard(spec["uid"], spec["title"], (), spec, Location("x.py", 1)))
    return desired(compiled, Adjustments("dashkit:reading"), frozenset())


@pytest.fixture(params=["12.3", "12.4"])
def crowded(request: pytest.FixtureRequest) -> Iterator[RunningSandbox]:
    """A server with many dashboards of other people."""
    store, moment = Store(), now()
    with store.transaction():
        for number in range(2000):
            theirs = Dashboard(
                f"their-{number:04}", number + 1, f"Their {number}", "", 1, "v0alpha1", [], {"title": "x" * 2000, "panels": []}, "",
                moment, moment, "admin", "admin",
            )  # fmt: skip
            store.put_dashboard(theirs, message="", author="admin")
    with RunningSandbox(Sandbox(store, FLAVOURS[request.param])) as running:
        yield running


def test_a_push_without_a_change_asks_little_however_many_dashboards_others_have(
    crowded: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = project()
    grafana = Grafana(Connection(Settings(url=crowded.url, user="admin", password=Secret("admin"))))
    first = make_plan(wanted, grafana, Policy(), owner_tag="dashkit:reading")
    assert not any(apply(first.folders, first.steps, grafana).errors)
    sizes: list[int] = []
    send = Connection.send

    def counted(connection: Connection, *arguments: Any, **options: Any) -> Any:
        answer = send(connection, *arguments, **options)
        sizes.append(len(answer.content))
        return answer

    monkeypatch.setattr(Connection, "send", counted)
    again = Grafana(Connection(Settings(url=crowded.url, user="admin", password=Secret("admin"))))
    assert make_plan(wanted, again, Policy(), owner_tag="dashkit:reading").empty
    assert len(sizes) <= 50
    assert sum(sizes) < 2_000_000

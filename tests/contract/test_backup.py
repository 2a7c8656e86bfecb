"""Backup and restore on each server: what comes back is what was there."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dashkit._http import Connection, Settings
from dashkit.archive.manifest import ArchiveOrigin
from dashkit.archive.read import Archive, open_archive
from dashkit.archive.verify import verify
from dashkit.archive.write import ZipWriter
from dashkit.backup.adapt import Adaptation
from dashkit.backup.collect import collect
from dashkit.backup.restore import restore
from dashkit.backup.restore_plan import Terms, plan_restore
from dashkit.backup.select import select
from dashkit.deploy.steps import Action
from dashkit.grafana.client import Grafana
from dashkit.model.item import Limits
from dashkit.model.kinds import Kind, chosen
from dashkit.model.secret import Secret
from tests.contract.conftest import Rig
from tests.support.filled import SECRETS, add_v2, fill, send, share

#: Belong to the whole server, or have keys that are unique on it: another organisation cannot stand for an empty server.
_SHARED = ("organisations", "users", "snapshots", "public-dashboards")


class Place:
    """An organisation to fill, back up and restore into."""

    def __init__(self, rig: Rig, number: int) -> None:
        settings = Settings(url=rig.url, user="admin", password=Secret("admin"), org_id=number)
        self.connection = Connection(settings)
        self.grafana = Grafana(self.connection)


@pytest.fixture
def places(rig: Rig) -> Iterator[Callable[[], Place]]:
    """Makes empty organisations."""
    made: list[int] = []

    def make() -> Place:
        name = f"bk-{rig.run}-{len(made)}"
        number = int(send(rig.connection, "POST", "/api/orgs", {"name": name})["orgId"])
        made.append(number)
        place = Place(rig, number)
        # The alerting of a new organisation comes up within a minute.
        for _ in range(90):
            if place.connection.get("/api/v1/provisioning/policies").ok:
                break
            time.sleep(1)
        return place

    yield make
    for number in made:
        rig.connection.delete(f"/api/orgs/{number}")


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    _OPEN.close()


_OPEN = ExitStack()


def back_up(grafana: Grafana, path: Path, kinds: tuple[Kind, ...], *, history: int = 0) -> Archive:
    sink = io.BytesIO()
    with ZipWriter(sink) as writer:
        reports = collect(grafana, kinds, writer, limits=Limits(history=history))
        assert [(report.kind, report.why) for report in reports if report.failure] == []
        names = dict([grafana.organisation])
        writer.finish(ArchiveOrigin("0", "2026-01-01T00:00:00Z", "test", grafana.url, grafana.version, names), reports)
    path.write_bytes(sink.getvalue())
    return _OPEN.enter_context(open_archive(path))


def digests(archive: Archive) -> dict[tuple[str, str], str]:
    return {(entry.kind, entry.key): entry.content for entry in archive.manifest.entries}


def test_a_restore_into_an_empty_place_gives_the_same_backup(
    rig: Rig, places: Callable[[], Place], tmp_path: Path
) -> None:
    modern = rig.grafana.server.number >= (12,)
    # 10.1.2 keeps correlations without their organisation: one of the same uid shows those of all, also of deleted ones.
    kinds = chosen((), _SHARED if modern else (*_SHARED, "correlations"))
    first, second = places(), places()
    fill(first.connection, modern=modern, run=f"bk{rig.run}", people=False)
    if modern:
        add_v2(first.connection, first.grafana.server.namespace)
    archive = back_up(first.grafana, tmp_path / "first.zip", kinds)
    assert [fault for fault in verify(archive) if not fault.note] == []
    there = {kind for kind, _ in digests(archive)}
    assert there == {kind.name for kind in kinds}
    data = (tmp_path / "first.zip").read_bytes() + b"".join(archive.read(entry) for entry in archive.manifest.entries)
    assert [secret for secret in SECRETS if secret.encode() in data] == []

    # On 10 the log-in of a service account is unique on the whole server.
    for account in first.grafana.items("service-accounts"):
        first.connection.delete(f"/api/serviceaccounts/{account.server['id']}")
    selection = select(archive, kinds)
    steps = plan_restore(archive, selection, second.grafana, Terms(Adaptation(), "fail"))
    assert {step.action for step in steps} <= {Action.CREATE, Action.UPDATE, Action.KEEP}
    outcomes = restore(archive, steps, second.grafana, adaptation=Adaptation(), secrets={}, message="Restored").outcomes
    assert [(outcome.step.entry.path, str(outcome.error)) for outcome in outcomes if outcome.error] == []

    after = back_up(second.grafana, tmp_path / "second.zip", kinds)
    assert digests(after) == digests(archive)
    # Run again, there is nothing to do.
    again = plan_restore(archive, select(archive, kinds), second.grafana, Terms(Adaptation(), "fail"))
    assert {step.action for step in again} == {Action.KEEP}


def test_a_backup_of_a_server_lists_people_and_shared_things(rig: Rig, tmp_path: Path) -> None:
    kinds = chosen(["users,organisations,service-accounts,preferences"])
    account = f"bk{rig.run}-lister"
    token = rig.as_token(rig.token("Viewer"))
    archive = back_up(rig.grafana, tmp_path / "a.zip", kinds)
    users = [archive.item(entry) for entry in archive.manifest.entries if entry.kind == "users"]
    admin = next(user for user in users if user.key == "admin")
    assert admin.content["isGrafanaAdmin"] is True
    assert admin.secrets == ("password",)
    assert account not in {entry.key for entry in archive.manifest.entries}
    # A token cannot reach the server's own lists, which is no failure; a viewer's lists are shorter, which is one.
    with ZipWriter(io.BytesIO()) as writer:
        reports = {report.kind: report for report in collect(token, chosen(()), writer, limits=Limits())}
        asked = collect(token, chosen(["users"]), writer, limits=Limits(), asked=frozenset({"users"}))
    assert reports["users"].why.startswith("out of reach")
    assert not reports["users"].failure
    assert reports["dashboards"].failure
    assert "only what is shared with it" in reports["dashboards"].why
    assert asked[0].failure


def test_an_overwrite_brings_a_changed_dashboard_back(rig: Rig, tmp_path: Path) -> None:
    rig.push(rig.compiled("kept", folder=("Team",)))
    kinds = chosen(["dashboards,folders"])
    archive = back_up(rig.grafana, tmp_path / "a.zip", kinds)
    rig.edit("kept", title="Changed by hand")
    uid = rig.uid("kept")
    for on_conflict, expected in (("fail", Action.REFUSE), ("skip", Action.SKIP), ("overwrite", Action.UPDATE)):
        steps = plan_restore(archive, select(archive, kinds, (uid,)), rig.grafana, Terms(Adaptation(), on_conflict))
        decided = {step.entry.key: step.action for step in steps}
        assert decided[uid] is expected
        # The folder that it needs is there: it is left as it is.
        assert {kind for key, kind in decided.items() if key != uid} <= {Action.KEEP}
    step = next(step for step in steps if step.entry.key == uid)
    assert any("title" in str(change) for change in step.changes)
    outcomes = restore(archive, steps, rig.grafana, adaptation=Adaptation(), secrets={}, message="Restored").outcomes
    assert [str(outcome.error) for outcome in outcomes if outcome.error] == []
    assert rig.stored("kept")["dashboard"]["title"] == "Contract kept"
    # The next push knows its own: nothing was edited, and nothing is to do.
    assert rig.plan(rig.compiled("kept", folder=("Team",))).empty


def test_an_edit_between_plan_and_restore_is_not_overwritten(rig: Rig, tmp_path: Path) -> None:
    rig.push(rig.compiled("raced"))
    archive = back_up(rig.grafana, tmp_path / "a.zip", chosen(["dashboards"]))
    rig.edit("raced", title="Before the plan")
    selection = select(archive, chosen(["dashboards"]), (rig.uid("raced"),))
    steps = plan_restore(archive, selection, rig.grafana, Terms(Adaptation(), "overwrite"))
    rig.edit("raced", title="After the plan")
    outcomes = restore(archive, steps, rig.grafana, adaptation=Adaptation(), secrets={}, message="Restored").outcomes
    assert [outcome.error is not None for outcome in outcomes if outcome.step.entry.kind == "dashboards"] == [True]
    assert rig.stored("raced")["dashboard"]["title"] == "After the plan"


def test_history_keeps_the_versions_of_each_dashboard(rig: Rig, tmp_path: Path) -> None:
    rig.push(rig.compiled("aged"))
    for title in ("Second", "Third"):
        rig.edit("aged", title=title)
    kinds = chosen(["dashboards,dashboard-versions"])
    archive = back_up(rig.grafana, tmp_path / "a.zip", kinds, history=2)
    mine = [
        archive.item(e)
        for e in archive.manifest.entries
        if e.kind == "dashboard-versions" and e.key.startswith(rig.uid("aged"))
    ]
    assert [item.content["spec"]["title"] for item in mine] == ["Third", "Second"]
    assert select(archive, kinds).entries == tuple(
        sorted((e for e in archive.manifest.entries if e.kind == "dashboards"), key=lambda e: e.key)
    )


@pytest.mark.parametrize("rig", ["sandbox-12.3", "sandbox-10.1"], indirect=True)
def test_a_whole_server_comes_back(rig: Rig, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """All kinds, also those that another organisation of the same server cannot hold. (Done by hand on real ones.)"""
    from dashkit.sandbox.app import RunningSandbox, Sandbox
    from dashkit.sandbox.flavour import FLAVOURS
    from dashkit.sandbox.store import Store

    modern = rig.grafana.server.number >= (12,)
    fill(rig.connection, modern=modern)
    share(rig.connection, modern=modern)
    kinds = chosen(())
    archive = back_up(rig.grafana, tmp_path / "a.zip", kinds)
    missing = {kind.name for kind in kinds} - {kind for kind, _ in digests(archive)}
    assert missing == (set() if modern else {"public-dashboards"})
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3" if modern else "10.1"])) as other:
        target = Grafana(Connection(Settings(url=other.url, user="admin", password=Secret("admin"))))
        steps = plan_restore(archive, select(archive, kinds), target, Terms(Adaptation(), "fail"))
        outcomes = restore(archive, steps, target, adaptation=Adaptation(), secrets={}, message="Restored").outcomes
        assert [(outcome.step.entry.path, str(outcome.error)) for outcome in outcomes if outcome.error] == []
        after = back_up(target, tmp_path / "b.zip", kinds)
    assert digests(after) == digests(archive)

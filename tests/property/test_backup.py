"""backup -> restore -> backup is the same, whatever folders, titles and documents there are."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashkit._http import Connection, Settings
from dashkit.archive.manifest import ArchiveOrigin
from dashkit.archive.read import open_archive
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
from dashkit.model.kinds import chosen
from dashkit.model.secret import Secret
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.support.filled import send

KINDS = chosen(["folders,folder-permissions,dashboards,dashboard-permissions,mute-timings,annotations,playlists"])
TITLES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30).filter(
    lambda text: text.strip() not in ("", "General") and text.strip().lower() != "general"
)
VALUES: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
WORLD = st.fixed_dictionaries(
    {
        "folders": st.lists(TITLES, max_size=4, unique_by=str.strip),
        "dashboards": st.lists(
            st.tuples(TITLES, st.integers(0, 4), st.dictionaries(st.sampled_from("abcde"), VALUES)), max_size=5
        ),
        "timings": st.lists(TITLES, max_size=3, unique=True),
        "notes": st.lists(TITLES, max_size=4),
        "playlists": st.lists(TITLES, max_size=3),
    }
)


def build(connection: Connection, world: dict[str, Any], *, modern: bool) -> None:
    for number, title in enumerate(world["folders"]):
        above = {"parentUid": f"f{number - 1}"} if modern and number % 2 else {}
        send(connection, "POST", "/api/folders", {"uid": f"f{number}", "title": title, **above})
    for number, (title, folder, more) in enumerate(world["dashboards"]):
        place = f"f{folder}" if folder < len(world["folders"]) else ""
        spec = {**more, "uid": f"d{number}", "title": f"{title} {number}", "tags": []}
        send(connection, "POST", "/api/dashboards/db", {"dashboard": spec, "folderUid": place})
    for name in world["timings"]:
        body = {"name": name, "time_intervals": [{"weekdays": ["monday"]}]}
        send(connection, "POST", "/api/v1/provisioning/mute-timings", body, headers={"X-Disable-Provenance": "1"})
    for number, text in enumerate(world["notes"]):
        send(connection, "POST", "/api/annotations", {"text": text, "time": 1700000000000 + number // 2, "tags": ["t"]})
    for name in world["playlists"]:
        send(
            connection,
            "POST",
            "/api/playlists",
            {"name": name, "interval": "5m", "items": [{"type": "dashboard_by_tag", "value": "x"}]},
        )


def save(grafana: Grafana, path: Path) -> None:
    sink = io.BytesIO()
    with ZipWriter(sink) as writer:
        reports = collect(grafana, KINDS, writer, limits=Limits())
        assert [report.why for report in reports if report.failure] == []
        writer.finish(ArchiveOrigin("0", "", "c", grafana.url, grafana.version, dict([grafana.organisation])), reports)
    path.write_bytes(sink.getvalue())


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(WORLD, st.sampled_from(sorted(FLAVOURS)))
def test_what_is_restored_is_what_was_backed_up(world: dict[str, Any], flavour: str) -> None:
    with (
        RunningSandbox(Sandbox(Store(), FLAVOURS[flavour])) as first,
        RunningSandbox(Sandbox(Store(), FLAVOURS[flavour])) as second,
        tempfile.TemporaryDirectory() as folder,
    ):
        links = [Connection(Settings(url=one.url, user="admin", password=Secret("admin"))) for one in (first, second)]
        source, target = map(Grafana, links)
        build(links[0], world, modern=FLAVOURS[flavour].modern)
        save(source, Path(folder) / "a.zip")
        terms = Terms(Adaptation(), "fail")
        with open_archive(Path(folder) / "a.zip") as archive:
            assert [fault for fault in verify(archive) if not fault.note] == []
            steps = plan_restore(archive, select(archive, KINDS), target, terms)
            outcomes = restore(archive, steps, target, adaptation=Adaptation(), secrets={}, message="m").outcomes
            assert [str(outcome.error) for outcome in outcomes if outcome.error] == []
            again = plan_restore(archive, select(archive, KINDS), target, terms)
            assert {step.action for step in again} <= {Action.KEEP}
            save(target, Path(folder) / "b.zip")
            with open_archive(Path(folder) / "b.zip") as after:
                before = {(entry.kind, entry.key): entry.content for entry in archive.manifest.entries}
                assert {(entry.kind, entry.key): entry.content for entry in after.manifest.entries} == before
        for link in links:
            link.close()

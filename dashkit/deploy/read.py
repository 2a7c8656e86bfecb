"""Read what a plan needs, with as few requests as possible."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from dashkit.deploy.dashboard_plan import KEPT_VERSIONS, comparable, decide, needs_history, unchanged
from dashkit.deploy.desired import Desired
from dashkit.deploy.folders import FolderTree
from dashkit.deploy.plan_input import Found, History, Policy
from dashkit.deploy.proof import proof_of
from dashkit.deploy.protocol import Readable
from dashkit.deploy.steps import DashboardStep, Plan
from dashkit.document.compare import content_digest
from dashkit.model.live import LiveDashboard, LiveFolder, Version
from dashkit.model.marker import DIGEST_RULES, parse_marker
from dashkit.quiet.alike import look_alike

_READERS = 4


def make_plan(
    desired: list[Desired],
    target: Readable,
    policy: Policy,
    *,
    owner_tag: str,
    orphans: bool = True,
    folders: list[LiveFolder] | None = None,
) -> Plan[DashboardStep]:
    """Read folders, dashboards and (for those that differ) versions, then decide.

    ``owner_tag`` marks the project's dashboards. Without ``orphans``, dashboards that the source no longer has are not looked
    for: it is for a push of a part. ``folders`` are those of the server, if they are known.
    """
    nested = target.nested_folders  # first, so that one thread finds out about the server, not two
    with ThreadPoolExecutor(1) as pool:
        listed = pool.submit(lambda: target.folders() if folders is None else folders)
        live, alike = _read(desired, target, owner_tag if orphans else "")
        tree = FolderTree(listed.result(), nested=nested)
        found = Found(live, tree, owner_tag=owner_tag, orphans=orphans, alike=alike)
    same_already = unchanged(desired, found)
    savers = frozenset(
        live[uid].updated_by for uid in same_already if live[uid].message is None and live[uid].version > 1
    )
    found = replace(found, unchanged=same_already, people=target.people(savers) if savers else savers)
    if wanted := needs_history(desired, found, policy):
        mine = {item.uid for item in desired}
        told = {uid: history for uid in wanted if uid in mine and (history := _told(live[uid]))}
        wanted = [uid for uid in wanted if uid not in told]
        with ThreadPoolExecutor(_READERS) as pool:
            read = pool.map(lambda uid: _history(target, live[uid], unchanged=uid in same_already), wanted)
            histories = dict(zip(wanted, read, strict=True))
        found = replace(found, histories={**told, **histories})
    return decide(desired, found, policy)


def _read(desired: list[Desired], target: Readable, tag: str) -> tuple[dict[str, LiveDashboard], frozenset[str]]:
    """Return only the dashboards that matter, so that those of a large server do not fill the memory, and which are as desired.

    They are compared as they come: the next ones are on their way meanwhile.
    """
    wanted = {item.uid: item for item in desired}
    found: dict[str, LiveDashboard] = {}
    alike = set[str]()
    for live in target.read(frozenset(wanted), tag, proof_of(desired)):
        item = wanted.get(live.uid)
        if item is not None or (tag and tag in live.tags):
            found[live.uid] = live
        if item is not None and (
            live.spec is item.spec or (comparable(live, item) and look_alike(live.spec, item.spec))
        ):
            alike.add(live.uid)
    return found, frozenset(alike)


def _told(live: LiveDashboard) -> History | None:
    """Return the newest version of a dashboard if that came with it and is a push of ours; None to ask for the versions.

    A message alone is only the word of the client that saved. Here the digest in it is that of the document which was read, so
    nothing is there that was not pushed.
    """
    marker = parse_marker(live.message) if live.message is not None else None
    if marker is None or marker.uid != live.uid or marker.edited or marker.rules != DIGEST_RULES or not live.spec:
        return None
    if marker.digest != content_digest(live.spec, live.folder_uid):
        return None
    newest = Version(
        live.version, live.message or "", live.updated, live.updated_by, live.spec, live.folder_uid, live.schema
    )
    return History((newest,))


def _history(target: Readable, live: LiveDashboard, *, unchanged: bool) -> History:
    """Read the versions. For an unchanged dashboard the newest one is enough if it is ours, as it usually is."""
    versions = target.versions(live.uid, 1 if unchanged else KEPT_VERSIONS)
    if unchanged and versions and parse_marker(versions[0].message) is None:
        versions = target.versions(live.uid, KEPT_VERSIONS)
    return History(readable=False) if versions is None else History(tuple(versions))

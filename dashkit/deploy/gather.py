"""Read what a plan needs, with as few requests as will do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from dashkit.deploy.desired import Desired
from dashkit.deploy.folders import FolderTree
from dashkit.deploy.plan import Found, History, Plan, Policy, decide, needs_history
from dashkit.deploy.protocol import Target
from dashkit.model.live import LiveDashboard

_READERS = 4
#: Grafana keeps 20 versions unless told otherwise.
_VERSIONS = 20


def make_plan(desired: list[Desired], target: Target, policy: Policy, *, orphan_tag: str) -> Plan:
    """Read folders, dashboards and (for those that differ) versions, then decide.

    ``orphan_tag`` empty: orphans are neither looked for nor planned, as in a push of a part.
    """
    with ThreadPoolExecutor(1) as pool:
        folders = pool.submit(target.folders)
        live = _read(desired, target, orphan_tag)
        found = Found(live, FolderTree(folders.result(), nested=target.nested_folders), orphan_tag=orphan_tag)
    wanted = needs_history(desired, found, policy)
    if wanted:
        with ThreadPoolExecutor(_READERS) as pool:
            histories = dict(zip(wanted, pool.map(lambda uid: _history(target, uid), wanted), strict=True))
        found = Found(found.live, found.tree, histories, orphan_tag)
    return decide(desired, found, policy)


def _read(desired: list[Desired], target: Target, orphan_tag: str) -> dict[str, LiveDashboard]:
    """Of all that is read only what matters is kept, so that a large server does not fill the memory."""
    uids = frozenset(item.uid for item in desired)
    return {
        live.uid: live
        for live in target.read(uids, orphan_tag)
        if live.uid in uids or (orphan_tag and orphan_tag in live.tags)
    }


def _history(target: Target, uid: str) -> History:
    versions = target.versions(uid, _VERSIONS)
    return History(readable=False) if versions is None else History(tuple(versions))

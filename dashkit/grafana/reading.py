"""Read the dashboards that a push needs in the way that costs the server least."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from dashkit._http import Connection
from dashkit.grafana.answers import expect
from dashkit.grafana.dashboards import read_listed, read_some, search
from dashkit.grafana.lists import resources
from dashkit.grafana.resource import METADATA, api_path, head_of, unified, with_document
from dashkit.grafana.server import ServerInfo
from dashkit.model.live import LiveDashboard, Proof

#: Milliseconds of a server for a dashboard: asked for by its uid, and as one of a list. Measured with 12.3 and 12.4, with SQLite.
_ONE, _LISTED, _LISTED_UNIFIED, _HEAD = 6.0, 2.6, 1.6, 0.7
#: Up to this many are asked for one by one, whatever else there is.
_FEW = 20


def read_wanted(
    connection: Connection,
    server: ServerInfo,
    uids: frozenset[str],
    tag: str,
    proven: Proof,
    in_unified_storage: Callable[[], bool],
) -> Iterator[LiveDashboard]:
    """Yield those of ``uids`` that exist, all that carry ``tag`` (if given), and perhaps others. Each once.

    Lists and the search index may lag behind, and a new token may see empty ones: what they lack is asked for by its uid, and
    so is what only the tag tells of, which a push may delete.
    """
    with ThreadPoolExecutor(1) as pool:
        owned = pool.submit(lambda: frozenset(search(connection, tag) if tag else ()))
        if not server.api or len(uids) <= _FEW:
            yield from read_some(connection, server, uids | owned.result())
            return
        unified_storage = in_unified_storage()
        # When there are so many others, it is better to ask for each.
        most = math.ceil(len(uids) * _ONE / (_HEAD if unified_storage else _LISTED))
        count = sum(1 for _ in search(connection, limit=most))
        if count >= most:
            yield from read_some(connection, server, uids)
        elif unified_storage:
            yield from _by_heads(connection, server, uids, proven)
        else:
            yield from _from_list(connection, server, uids)
        yield from read_some(connection, server, owned.result() - uids)


def is_unified(connection: Connection, server: ServerInfo) -> bool | None:
    """Return whether dashboards are in unified storage; None if the credentials see none to tell by."""
    page = expect(connection.get(api_path(server), {"limit": 1}, headers=METADATA)).object()
    found = next(map(head_of, page.get("items") or ()), None)
    return None if found is None else unified(found.version, found.token)


def _by_heads(
    connection: Connection, server: ServerInfo, uids: frozenset[str], proven: Proof
) -> Iterator[LiveDashboard]:
    """Yield dashboards: those whose heads prove their documents, and then the others."""
    left, count = set(uids), 0
    for item in resources(connection, api_path(server), headers=METADATA):
        head, count = head_of(item), count + 1
        if head.uid in left and (spec := proven(head)) is not None:
            left.discard(head.uid)
            yield with_document(head, spec)
    if len(left) * _ONE < count * _LISTED_UNIFIED:
        yield from read_some(connection, server, left)
    else:
        yield from _from_list(connection, server, frozenset(left))


def _from_list(connection: Connection, server: ServerInfo, uids: frozenset[str]) -> Iterator[LiveDashboard]:
    """Yield dashboards from the list of all; what it lacks is asked for."""
    left = set(uids)
    for live in read_listed(connection, server, uids):
        left.discard(live.uid)
        yield live
    yield from read_some(connection, server, left)

"""Read the dashboards that a push needs in the way that costs the server least."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dashkit._http import Connection
from dashkit.grafana.answers import expect
from dashkit.grafana.dashboards import read_all, read_some, search
from dashkit.grafana.lists import resources
from dashkit.grafana.resource import METADATA, api_path, head_of, unified, with_document
from dashkit.grafana.server import ServerInfo
from dashkit.model.live import Head, LiveDashboard

Proof = Callable[[Head], dict[str, Any] | None]
#: Milliseconds of a server for a dashboard: asked for by its uid, and as one of a list. Measured with 12.3 and 12.4, with SQLite.
_ONE, _LISTED, _LISTED_UNIFIED, _HEAD = 6.0, 2.6, 1.6, 0.7
#: Up to this many are asked for one by one, whatever else there is.
_FEW = 20


def read_wanted(
    connection: Connection, server: ServerInfo, uids: frozenset[str], tag: str, proven: Proof
) -> Iterator[LiveDashboard]:
    """Yield those of ``uids`` that exist, all that carry ``tag`` (if given), and perhaps others. Each once.

    Lists and the search index may lag behind, and a new token may see empty ones: what they lack is asked for by its uid, and
    so is what only the tag tells of, which a push may delete.
    """
    with ThreadPoolExecutor(1) as pool:
        owned = pool.submit(lambda: frozenset(search(connection, tag) if tag else ()))
        if not server.api or len(uids) <= _FEW:
            yield from read_some(connection, server, uids | owned.result())
        elif is_unified(connection, server):
            left, count, most = set(uids), 0, math.ceil(len(uids) * _ONE / _HEAD)
            # One more than is worth listing: then there are so many that it is better to ask for each.
            for item in resources(connection, api_path(server), headers=METADATA, most=most + 1):
                head, count = head_of(item), count + 1
                if head.uid in left and (spec := proven(head)) is not None:
                    left.discard(head.uid)
                    yield with_document(head, spec)
            many = math.inf if count > most else count
            yield from _documents(connection, server, frozenset(left), many, _LISTED_UNIFIED)
            yield from read_some(connection, server, owned.result() - uids)
        else:
            most = math.ceil(len(uids) * _ONE / _LISTED)
            count = sum(1 for _ in search(connection, limit=most))
            yield from _documents(connection, server, uids, count, _LISTED)
            yield from read_some(connection, server, owned.result() - uids)


def is_unified(connection: Connection, server: ServerInfo) -> bool | None:
    """Return whether dashboards are in unified storage; None if the credentials see none to tell by."""
    page = expect(connection.get(api_path(server), {"limit": 1}, headers=METADATA)).object()
    found = next(map(head_of, page.get("items") or ()), None)
    return None if found is None else unified(found.version, found.token)


def _documents(
    connection: Connection, server: ServerInfo, wanted: frozenset[str], count: float, listed: float
) -> Iterator[LiveDashboard]:
    """Yield dashboards, one by one or from the list of all: ``count`` entries that take ``listed`` milliseconds each."""
    left = set(wanted)
    if len(wanted) * _ONE >= count * listed:
        for live in read_all(connection, server):
            if live.uid in left:
                left.discard(live.uid)
                yield live
    yield from read_some(connection, server, left)

"""Read dashboards: through ``/apis`` if the server has it, otherwise through the legacy API."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any

from dashkit._http import Connection, Response
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect, message_of
from dashkit.grafana.lists import pages, read_each, resources
from dashkit.grafana.resource import api_path, folder_of, live_dashboard, stored, tags_of, without_injected
from dashkit.grafana.server import ServerInfo
from dashkit.model.live import LiveDashboard

_SEARCH_PAGE = 5000


def read_documents(connection: Connection, server: ServerInfo, uids: Iterable[str] | None) -> Iterator[LiveDashboard]:
    """Yield all dashboards, or those of ``uids`` that exist."""
    if uids is not None:
        return read_some(connection, server, uids)
    return read_listed(connection, server) if server.api else read_some(connection, server, search(connection))


def read_listed(
    connection: Connection, server: ServerInfo, wanted: Container[str] | None = None
) -> Iterator[LiveDashboard]:
    """Yield the dashboards of the list below ``/apis``: all, or those whose uids are ``wanted``."""
    for item in resources(connection, api_path(server)):
        if wanted is None or (item.get("metadata") or {}).get("name") in wanted:
            yield _document(connection, server, item)


def read_some(connection: Connection, server: ServerInfo, uids: Iterable[str]) -> Iterator[LiveDashboard]:
    """Yield those of ``uids`` that exist."""
    return read_each(lambda uid: _read_one(connection, server, uid), sorted(uids))


def count_hits(connection: Connection, kind: str) -> int:
    """Return how many of ``dash-db`` or ``dash-folder`` the search index has, a source independent of the lists."""
    return sum(1 for _ in _hits(connection, {"type": kind}))


def search(connection: Connection, tag: str = "", *, limit: int = 0) -> Iterator[str]:
    """Yield the uids of all dashboards, or of those with a tag, from the search index; with ``limit`` at most so many."""
    # Pages shift while dashboards are created and deleted, so one may appear twice.
    seen = {""}
    params = {"type": "dash-db", **({"tag": tag} if tag else {})}
    for hit in _hits(connection, params, min(limit, _SEARCH_PAGE) or _SEARCH_PAGE):
        uid = str(hit.get("uid") or "")
        if uid not in seen:
            seen.add(uid)
            yield uid
            if limit and len(seen) > limit:
                return


def in_folder(connection: Connection, folder_uid: str) -> Iterator[tuple[str, str]]:
    """Yield uid and title of the dashboards and folders that the search index has in a folder."""
    for hit in _hits(connection, {"folderUIDs": folder_uid}):  # 10 does not know the parameter, and lists everything
        if hit.get("folderUid") == folder_uid:
            yield str(hit.get("uid")), str(hit.get("title"))


def _hits(connection: Connection, params: dict[str, str], size: int = _SEARCH_PAGE) -> Iterator[dict[str, Any]]:
    return pages(connection, "/api/search", params, size="limit", limit=size)


def _read_one(connection: Connection, server: ServerInfo, uid: str) -> LiveDashboard | None:
    if not server.api:
        return _read_legacy(connection, uid)
    answer = connection.get(api_path(server, uid))
    if _absent(answer):
        return None
    return _document(connection, server, expect(answer).object())


def _document(connection: Connection, server: ServerInfo, item: dict[str, Any]) -> LiveDashboard:
    """Return a dashboard with the document that is stored, which takes another request if the resource does not have it."""
    schema, spec = stored(item)
    if schema and spec is None:
        uid = str((item.get("metadata") or {}).get("name") or "")
        original = expect(connection.get(api_path(server, uid, version=schema))).object()
        conversion = (item.get("status") or {}).get("conversion") or {}
        item = {**item, "status": {"conversion": {**conversion, "failed": True, "source": original}}}
    return live_dashboard(item)


def _absent(answer: Response) -> bool:
    # The Kubernetes layer occasionally reports "not found" with a 500.
    return answer.status == 404 or (answer.status == 500 and "not found" in message_of(answer).lower())


def _read_legacy(connection: Connection, uid: str) -> LiveDashboard | None:
    answer = expect(connection.get(f"/api/dashboards/uid/{uid}"), 404, 406)
    if answer.status == 404:
        return None
    if answer.status == 406:  # 12: stored in the v2 schema
        return LiveDashboard(uid, uid, "", {}, 0, schema="v2")
    value = answer.object()
    spec, meta = value.get("dashboard"), value.get("meta")
    if not isinstance(spec, dict) or not isinstance(meta, dict):
        raise ServerError("answered without a dashboard", where=answer.where)
    provisioned = meta.get("provisioned") or meta.get("provisionedExternalId")
    return LiveDashboard(
        uid=str(spec.get("uid") or uid),
        title=str(spec.get("title") or ""),
        folder_uid=folder_of(meta.get("folderUid")),
        spec=without_injected(spec),
        version=int(meta.get("version") or spec.get("version") or 0),
        tags=tags_of(spec),
        manager="file provisioning" if provisioned else "",
        updated=str(meta.get("updated") or ""),
        updated_by=str(meta.get("updatedBy") or ""),
    )

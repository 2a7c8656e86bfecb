"""Read dashboards and their versions: through ``/apis`` if the server has it, otherwise through the legacy API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dashkit._http import Connection, Response
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect, message_of
from dashkit.grafana.lists import pages, read_each, resources
from dashkit.grafana.server import ServerInfo
from dashkit.model.live import LiveDashboard, Version

_FOLDER = "grafana.app/folder"
_SEARCH_PAGE = 5000
_INJECTED = ("id", "uid", "version")


def api_path(server: ServerInfo, uid: str = "", *, version: str = "") -> str:
    """Return the path of a dashboard, or of all, below ``/apis``."""
    base = f"/apis/dashboard.grafana.app/{version or server.api}/namespaces/{server.namespace}/dashboards"
    return f"{base}/{uid}" if uid else base


def read_documents(connection: Connection, server: ServerInfo, uids: Iterable[str] | None) -> Iterator[LiveDashboard]:
    """Yield all dashboards, or those of ``uids`` that exist. One that is stored in the v2 schema has its v2 document."""
    if uids is None and server.api:
        return (_document(connection, server, item) for item in resources(connection, api_path(server)))
    wanted = search(connection) if uids is None else sorted(uids)
    return read_each(lambda uid: _read_one(connection, server, uid, v2=True), wanted)


def read_all(connection: Connection, server: ServerInfo) -> Iterator[LiveDashboard]:
    """Yield every dashboard of the organisation, through ``/apis``."""
    return map(_from_resource, resources(connection, api_path(server)))


def read_some(connection: Connection, server: ServerInfo, uids: Iterable[str]) -> Iterator[LiveDashboard]:
    """Yield those of ``uids`` that exist."""
    return read_each(lambda uid: _read_one(connection, server, uid), sorted(uids))


def count_hits(connection: Connection, kind: str) -> int:
    """Return how many of ``dash-db`` or ``dash-folder`` the search index has, a source independent of the lists."""
    return sum(1 for _ in _hits(connection, {"type": kind}))


def search(connection: Connection, tag: str = "") -> Iterator[str]:
    """Yield the uids of all dashboards, or of those with a tag, from the search index."""
    # Pages shift while dashboards are created and deleted, so one may appear twice.
    seen = {""}
    for hit in _hits(connection, {"type": "dash-db", **({"tag": tag} if tag else {})}):
        uid = str(hit.get("uid") or "")
        if uid not in seen:
            seen.add(uid)
            yield uid


def _hits(connection: Connection, params: dict[str, str]) -> Iterator[dict[str, Any]]:
    return pages(connection, "/api/search", params, size="limit", limit=_SEARCH_PAGE)


def versions(connection: Connection, uid: str, limit: int) -> list[Version] | None:
    """Return up to ``limit`` versions, newest first; None if the token may not read them."""
    answer = expect(connection.get(f"/api/dashboards/uid/{uid}/versions", {"limit": limit}), 403, 404)
    if answer.status == 403:
        return None
    if answer.status == 404:
        return []
    value = answer.json()
    entries = value.get("versions") or [] if isinstance(value, dict) else value
    for entry in entries:
        if not entry.get("parentVersion"):
            # The list has "Initial save" for the first version, no matter with which message it was saved.
            first = connection.get(f"/api/dashboards/uid/{uid}/versions/{entry.get('version')}")
            entry["message"] = first.object().get("message") if first.ok else ""
    found = [
        Version(
            number=int(entry.get("version") or 0),
            message=str(entry.get("message") or ""),
            created=str(entry.get("created") or ""),
            created_by=str(entry.get("createdBy") or ""),
            spec=_without_injected(entry.get("data") or {}),
        )
        for entry in entries
    ]
    # 12 lists a v2 version after the older classic one.
    return sorted(found, key=lambda version: version.number, reverse=True)


def _read_one(connection: Connection, server: ServerInfo, uid: str, *, v2: bool = False) -> LiveDashboard | None:
    if not server.api:
        return _read_legacy(connection, uid)
    answer = connection.get(api_path(server, uid))
    if _absent(answer):
        return None
    item = expect(answer).object()
    return _document(connection, server, item) if v2 else _from_resource(item)


def _document(connection: Connection, server: ServerInfo, item: dict[str, Any]) -> LiveDashboard:
    """Return a dashboard with the document that is stored, never one whose conversion lost something or failed."""
    conversion = (item.get("status") or {}).get("conversion") or {}
    stored = str(conversion.get("storedVersion") or "")
    if (conversion.get("failed") or stored.startswith("v2")) and not (conversion.get("source") or {}).get("spec"):
        uid = str((item.get("metadata") or {}).get("name") or "")
        original = expect(connection.get(api_path(server, uid, version=stored or "v2beta1"))).object()
        item = {**item, "status": {"conversion": {**conversion, "source": original}}}
    return _from_resource(item, v2=True)


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
        folder_uid=_folder(meta.get("folderUid")),
        spec=_without_injected(spec),
        version=int(meta.get("version") or spec.get("version") or 0),
        tags=_tags(spec),
        manager="file provisioning" if provisioned else "",
        updated=str(meta.get("updated") or ""),
        updated_by=str(meta.get("updatedBy") or ""),
    )


def _from_resource(item: dict[str, Any], *, v2: bool = False) -> LiveDashboard:
    """Convert a resource. With ``v2`` a dashboard in that schema has its document; otherwise ``spec`` is empty."""
    metadata = item.get("metadata") or {}
    annotations = metadata.get("annotations") or {}
    conversion = (item.get("status") or {}).get("conversion") or {}
    stored = str(conversion.get("storedVersion") or "")
    schema = stored if stored.startswith("v2") else ""
    version, token = int(metadata.get("generation") or 0), str(metadata.get("resourceVersion") or "")
    spec = item.get("spec") or {}
    if schema or conversion.get("failed"):
        spec = (conversion.get("source") or {}).get("spec") or spec
    return LiveDashboard(
        uid=str(metadata.get("name") or ""),
        title=str(spec.get("title") or ""),
        folder_uid=_folder(annotations.get(_FOLDER)),
        spec={} if schema and not v2 else _without_injected(spec),
        version=version,
        tags=_tags(spec),
        schema=schema,
        manager=_manager(annotations),
        updated=str(annotations.get("grafana.app/updatedTimestamp") or metadata.get("creationTimestamp") or ""),
        updated_by=str(annotations.get("grafana.app/updatedBy") or ""),
        token=token,
        message=str(annotations.get("grafana.app/message") or "") if unified(version, token) else None,
    )


def unified(version: int, token: str) -> bool:
    """Return whether a dashboard with this version and token is in unified storage, where a token is more than the version.

    Only there does the server make sure that just one of two writes over the same version succeeds. Only there does it return
    messages with dashboards.
    """
    return token not in ("", str(version))


def _tags(spec: dict[str, Any]) -> tuple[str, ...]:
    tags = spec.get("tags")
    return tuple(map(str, tags)) if isinstance(tags, list) else ()


def _folder(uid: Any) -> str:
    """Return a folder's uid, empty for the root. 12 keeps the word for the root if someone saved with it."""
    return "" if uid in (None, "general") else str(uid)


def _manager(annotations: dict[str, Any]) -> str:
    kind, name = annotations.get("grafana.app/managedBy") or "", annotations.get("grafana.app/managerId") or ""
    if kind == "classic-file-provisioning":
        return "file provisioning"
    return " ".join(part for part in (kind, name) if part)


def _without_injected(spec: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key not in _INJECTED}

"""Read dashboards and their versions, by ``/apis`` where it is served, else by the legacy API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dashkit._http import Connection, Response
from dashkit._parallel import ordered_map
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect, failure, message_of
from dashkit.grafana.server import ServerInfo
from dashkit.model.live import LiveDashboard, Version

_FOLDER = "grafana.app/folder"
READERS = 4
"""Reads at a time; more brought nothing on any version that was measured."""
_PAGE, _SEARCH_PAGE = 1000, 5000
_INJECTED = ("id", "uid", "version")


def api_path(server: ServerInfo, uid: str = "", *, version: str = "") -> str:
    base = f"/apis/dashboard.grafana.app/{version or server.api}/namespaces/{server.namespace}/dashboards"
    return f"{base}/{uid}" if uid else base


def read_documents(connection: Connection, server: ServerInfo, uids: Iterable[str] | None) -> Iterator[LiveDashboard]:
    """All dashboards, or those of ``uids`` that exist; one stored in the v2 schema with its document in that schema."""
    if uids is None and server.api:
        return (_document(connection, server, item) for item in _resources(connection, server))
    wanted = search(connection) if uids is None else sorted(uids)
    if not server.api:
        found = ordered_map(lambda uid: _read_legacy(connection, server, uid), wanted, READERS)
    else:
        found = ordered_map(lambda uid: _read_document(connection, server, uid), wanted, READERS)
    return (live for live in found if live is not None)


def read_all(connection: Connection, server: ServerInfo) -> Iterator[LiveDashboard]:
    """Every dashboard of the organisation."""
    return (_from_resource(item) for item in _resources(connection, server))


def _resources(connection: Connection, server: ServerInfo) -> Iterator[dict[str, Any]]:
    """In pages that the server cuts at about 2 MiB."""
    params: dict[str, Any] = {"limit": _PAGE}
    while True:
        page = expect(connection.get(api_path(server), params)).object()
        yield from page.get("items") or ()
        token = (page.get("metadata") or {}).get("continue")
        if not token:
            return
        params = {"limit": _PAGE, "continue": token}


def read_some(connection: Connection, server: ServerInfo, uids: Iterable[str]) -> Iterator[LiveDashboard]:
    """Those of ``uids`` that exist."""
    read = _read_resource if server.api else _read_legacy
    found = ordered_map(lambda uid: read(connection, server, uid), sorted(uids), READERS)
    return (live for live in found if live is not None)


def count_hits(connection: Connection, kind: str) -> int:
    """How many of ``dash-db`` or ``dash-folder`` the search index has: another answer than that of the lists."""
    page, found = 1, 0
    while True:
        hits = expect(connection.get("/api/search", {"type": kind, "limit": _SEARCH_PAGE, "page": page})).objects()
        found += len(hits)
        if len(hits) < _SEARCH_PAGE:
            return found
        page += 1


def search(connection: Connection, tag: str = "") -> Iterator[str]:
    """The uids of all dashboards, or of those with a tag, from the search index."""
    page = 1
    seen: set[str] = set()
    while True:
        params: dict[str, Any] = {"type": "dash-db", "limit": _SEARCH_PAGE, "page": page}
        if tag:
            params["tag"] = tag
        hits = expect(connection.get("/api/search", params)).objects()
        for uid in (str(hit.get("uid") or "") for hit in hits):
            # Pages drift while dashboards come and go: one may appear twice.
            if uid and uid not in seen:
                seen.add(uid)
                yield uid
        if len(hits) < _SEARCH_PAGE:
            return
        page += 1


def versions(connection: Connection, uid: str, limit: int) -> list[Version] | None:
    """The newest versions, newest first; None where the token may not see them."""
    answer = expect(connection.get(f"/api/dashboards/uid/{uid}/versions", {"limit": limit}), 403, 404)
    if answer.status == 403:
        return None
    if answer.status == 404:
        return []
    value = answer.json()
    entries = value.get("versions") or [] if isinstance(value, dict) else value
    for entry in entries:
        if not entry.get("parentVersion"):
            # The list says "Initial save" for the first version, whatever message it was saved with.
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


def _read_resource(connection: Connection, server: ServerInfo, uid: str) -> LiveDashboard | None:
    answer = connection.get(api_path(server, uid))
    return None if _absent(answer) else _from_resource(expect(answer).object())


def _read_document(connection: Connection, server: ServerInfo, uid: str) -> LiveDashboard | None:
    answer = connection.get(api_path(server, uid))
    return None if _absent(answer) else _document(connection, server, expect(answer).object())


def _document(connection: Connection, server: ServerInfo, item: dict[str, Any]) -> LiveDashboard:
    """A dashboard with its document as it is stored, never one that was converted with loss or not at all."""
    conversion = (item.get("status") or {}).get("conversion") or {}
    stored = str(conversion.get("storedVersion") or "")
    if (conversion.get("failed") or stored.startswith("v2")) and not (conversion.get("source") or {}).get("spec"):
        uid = str((item.get("metadata") or {}).get("name") or "")
        original = expect(connection.get(api_path(server, uid, version=stored or "v2beta1"))).object()
        item = {**item, "status": {"conversion": {**conversion, "source": original}}}
    return _from_resource(item, v2=True)


def _absent(answer: Response) -> bool:
    # The Kubernetes layer now and then says "not found" with a 500.
    return answer.status == 404 or (answer.status == 500 and "not found" in message_of(answer).lower())


def _read_legacy(connection: Connection, _server: ServerInfo, uid: str) -> LiveDashboard | None:
    answer = connection.get(f"/api/dashboards/uid/{uid}")
    if answer.status == 404:
        return None
    if answer.status == 406:  # 12: stored in the v2 schema
        return LiveDashboard(uid, uid, "", {}, 0, schema="v2")
    if not answer.ok:
        raise failure(answer)
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
    """``v2`` keeps the document of a dashboard in that schema, which else is left empty: nothing else here reads it."""
    metadata = item.get("metadata") or {}
    annotations = metadata.get("annotations") or {}
    conversion = (item.get("status") or {}).get("conversion") or {}
    stored = str(conversion.get("storedVersion") or "")
    version, token = int(metadata.get("generation") or 0), str(metadata.get("resourceVersion") or "")
    spec = item.get("spec") or {}
    if stored.startswith("v2") or conversion.get("failed"):
        spec = ((conversion.get("source") or {}).get("spec")) or spec
    return LiveDashboard(
        uid=str(metadata.get("name") or ""),
        title=str(spec.get("title") or ""),
        folder_uid=_folder(annotations.get(_FOLDER)),
        spec={} if stored.startswith("v2") and not v2 else _without_injected(spec),
        version=version,
        tags=_tags(spec),
        schema=stored if stored.startswith("v2") else "",
        manager=_manager(annotations),
        updated=str(annotations.get("grafana.app/updatedTimestamp") or metadata.get("creationTimestamp") or ""),
        updated_by=str(annotations.get("grafana.app/updatedBy") or ""),
        token=token,
        message=str(annotations.get("grafana.app/message") or "") if unified(version, token) else None,
    )


def unified(version: int, token: str) -> bool:
    """Whether a dashboard with this version and token lies in unified storage, where a token is more than the version.

    Only there a server makes sure that of two writes over one version but one succeeds, and tells messages with dashboards.
    """
    return token not in ("", str(version))


def _tags(spec: dict[str, Any]) -> tuple[str, ...]:
    tags = spec.get("tags")
    return tuple(map(str, tags)) if isinstance(tags, list) else ()


def _folder(uid: Any) -> str:
    """12 keeps the word that stands for the root, if somebody saved with it."""
    return "" if uid in (None, "general") else str(uid)


def _manager(annotations: dict[str, Any]) -> str:
    kind, name = annotations.get("grafana.app/managedBy") or "", annotations.get("grafana.app/managerId") or ""
    if kind == "classic-file-provisioning":
        return "file provisioning"
    return " ".join(part for part in (kind, name) if part)


def _without_injected(spec: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key not in _INJECTED}

"""The versions of a dashboard: through ``/apis`` if the server has it, otherwise through the legacy API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dashkit._http import Connection
from dashkit.grafana.access import shown_names
from dashkit.grafana.answers import expect
from dashkit.grafana.lists import resources
from dashkit.grafana.resource import api_path, version_of, without_injected
from dashkit.grafana.server import ServerInfo
from dashkit.model.live import Version
from dashkit.model.marker import parse_marker


def versions(connection: Connection, server: ServerInfo, uid: str, limit: int) -> list[Version] | None:
    """Return up to ``limit`` versions, newest first; None if the credentials may not read them.

    Several may have the same number: unified storage counts a save that changes nothing but the message as the same version.
    """
    return _listed(connection, server, uid, limit) if server.api else _legacy(connection, uid, limit)


def _listed(connection: Connection, server: ServerInfo, uid: str, limit: int) -> list[Version] | None:
    # The legacy list loses messages where numbers repeat, puts v2 last, and does not say in which folder each version was.
    selection = {"labelSelector": "grafana.app/get-history=true", "fieldSelector": f"metadata.name={uid}"}
    answer = connection.get(api_path(server), {**selection, "limit": limit})
    if answer.status == 403:
        return None
    found = expect(answer).object()
    entries = resources(connection, api_path(server), params=selection, first=found, most=limit)
    return _named(connection, server, _with_documents(connection, server, list(map(version_of, entries)), selection))


def _with_documents(
    connection: Connection, server: ServerInfo, found: list[Version], selection: Mapping[str, Any]
) -> list[Version]:
    """Add the documents of versions of the v2 schema, which only the list in that schema has."""
    for schema in sorted({one.schema for one in found if one.schema.startswith("v2") and not one.spec}):
        path = api_path(server, version=schema)
        native = list(resources(connection, path, params=selection, most=len(found)))
        for index, (one, item) in enumerate(zip(found, native, strict=False)):
            if one.schema == schema and one.number == (item.get("metadata") or {}).get("generation"):
                found[index] = replace(one, spec=without_injected(item.get("spec") or {}))
    return found


def _named(connection: Connection, server: ServerInfo, found: Iterable[Version]) -> list[Version]:
    """Put the names of those who saved in place of their ids, where a person reads them: not in versions of ours."""
    entries = list(found)
    ids = frozenset(entry.created_by for entry in entries if entry.created_by and parse_marker(entry.message) is None)
    names = shown_names(connection, server, ids) if ids else {}
    return [replace(entry, created_by=names.get(entry.created_by, entry.created_by)) for entry in entries]


def _legacy(connection: Connection, uid: str, limit: int) -> list[Version] | None:
    answer = expect(connection.get(f"/api/dashboards/uid/{uid}/versions", {"limit": limit}), 403, 404)
    if answer.status == 403:
        return None
    if answer.status == 404:
        return []
    value = answer.json()
    entries = value.get("versions") or [] if isinstance(value, dict) else value
    return sorted((_entry(connection, uid, entry) for entry in entries), key=lambda one: one.number, reverse=True)


def _entry(connection: Connection, uid: str, entry: Mapping[str, Any]) -> Version:
    number, message = int(entry.get("version") or 0), str(entry.get("message") or "")
    if not entry.get("parentVersion"):
        # The list has "Initial save" for the first version, no matter with which message it was saved.
        first = connection.get(f"/api/dashboards/uid/{uid}/versions/{number}")
        message = str(first.object().get("message") or "") if first.ok else ""
    created, who = str(entry.get("created") or ""), str(entry.get("createdBy") or "")
    return Version(number, message, created, who, without_injected(entry.get("data") or {}))

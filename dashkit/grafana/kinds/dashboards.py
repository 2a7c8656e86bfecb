"""Dashboards as they are stored (classic or v2, never converted), their versions, and their public addresses.

https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit._parallel import ordered_map
from dashkit.errors import ConflictError, ServerError
from dashkit.grafana.answers import expect
from dashkit.grafana.dashboards import READERS, api_path, count_hits, read_documents, search, unified, versions
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part
from dashkit.grafana.save import Save, delete, save
from dashkit.grafana.server import ServerInfo
from dashkit.model.item import CLASSIC, Item, Limits, dashboard_item
from dashkit.model.live import LiveDashboard

_RESTORED = "Restored by dashkit"


def _read(scope: Scope, limits: Limits) -> Iterator[Item]:
    for live in read_documents(scope.connection, scope.server, limits.keys):
        yield dashboard_item(live)


def _write(scope: Scope, wanted: Write) -> None:
    item, content = wanted.item, wanted.item.content
    message = str(item.server.get("message") or _RESTORED)
    if content["schema"] != CLASSIC:
        _write_v2(scope, wanted, message)
        return
    save(
        scope.connection,
        scope.server,
        Save(item.key, dict(content["spec"]), str(content["folder"]), _base(wanted.live), message),
    )


def proven(server: ServerInfo, live: Item | None) -> bool:
    """Whether success of a save in place of ``live`` proves that this is what is stored.

    Of one that is new it does, but for servers where another of the same title is written over.
    """
    base = _base(live)
    return not server.unique_titles if base is None else unified(base.version, base.token)


def _base(live: Item | None) -> LiveDashboard | None:
    """What was looked at: an edit in between is a conflict."""
    if live is None:
        return None
    stored = "" if live.content["schema"] == CLASSIC else str(live.content["schema"])
    version = int(live.server.get("version") or 0)
    return LiveDashboard(live.key, live.name, "", {}, version, schema=stored, token=live.token)


def _write_v2(scope: Scope, wanted: Write, message: str) -> None:
    item = wanted.item
    schema, folder = str(item.content["schema"]), str(item.content["folder"])
    if not scope.server.api:
        text = f"Grafana {scope.server.version} does not store dashboards of schema {schema}"
        raise ServerError(text, status=422, where=item.key)
    annotations = {"grafana.app/message": message, **({"grafana.app/folder": folder} if folder else {})}
    metadata: dict[str, Any] = {"name": item.key, "annotations": annotations}
    body = {
        "apiVersion": f"dashboard.grafana.app/{schema}", "kind": "Dashboard", "metadata": metadata,
        "spec": item.content["spec"],
    }  # fmt: skip
    if wanted.live is None:
        scope.send("POST", api_path(scope.server, version=schema), body)
        return
    path = api_path(scope.server, item.key, version=schema)
    there = expect(scope.connection.get(path)).object()["metadata"]
    if there.get("generation") != wanted.live.server.get("version"):
        raise ConflictError("saved by someone since the plan was made", status=412, where=item.key)
    metadata["resourceVersion"] = there["resourceVersion"]
    scope.send("PUT", path, body)


def _delete(scope: Scope, item: Item) -> None:
    delete(scope.connection, scope.server, item.key, _base(item))


def _read_versions(scope: Scope, limits: Limits) -> Iterator[Item]:
    if not limits.history:
        return

    def one(uid: str) -> list[Item]:
        found = versions(scope.connection, uid, limits.history)
        if found is None:
            raise ServerError("the versions of a dashboard may not be read", status=403, where=uid)
        return [
            Item(
                "dashboard-versions", f"{uid}/{entry.number}", f"{entry.spec.get('title') or uid}, version {entry.number}",
                {"dashboard": uid, "number": entry.number, "message": entry.message, "spec": entry.spec},
                server={"created": entry.created, "created_by": entry.created_by},
            )
            for entry in found
        ]  # fmt: skip

    for items in ordered_map(one, search(scope.connection), READERS):
        yield from items


_PUBLIC = "uid accessToken isEnabled annotationsEnabled timeSelectionEnabled share"


def _read_public(scope: Scope, limits: Limits) -> Iterator[Item]:
    found = scope.pages("/api/dashboards/public-dashboards", "publicDashboards")
    # The list says no more than uid and address.
    uids = sorted({str(entry["dashboardUid"]) for entry in found if entry.get("dashboardUid")})

    def one(uid: str) -> Item | None:
        answer = expect(scope.connection.get(f"/api/dashboards/uid/{uid}/public-dashboards/"), 404)
        return Item("public-dashboards", uid, uid, part(answer.object(), _PUBLIC)) if answer.ok else None

    return (item for item in ordered_map(one, uids, READERS) if item is not None)


def _write_public(scope: Scope, wanted: Write) -> None:
    base, content = f"/api/dashboards/uid/{wanted.item.key}/public-dashboards/", wanted.item.content
    if wanted.live is None:
        scope.send("POST", base, content)
    else:
        scope.send("PATCH", f"{base}{wanted.live.content['uid']}", content)


def _count(scope: Scope) -> int:
    return count_hits(scope.connection, "dash-db")


def _count_public(scope: Scope) -> int:
    return int(scope.get("/api/dashboards/public-dashboards", {"perpage": 1, "page": 1})["totalCount"])


HANDLER = KindHandler(_read, _write, _count, _delete)
VERSIONS = KindHandler(_read_versions)
PUBLIC = KindHandler(_read_public, _write_public, _count_public)

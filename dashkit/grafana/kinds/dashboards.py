"""Dashboards as they are stored (classic or v2, never converted), their versions, and their public addresses.

https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.errors import ServerError
from dashkit.grafana.dashboards import count_hits, read_documents, search
from dashkit.grafana.history import versions
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part, total
from dashkit.grafana.lists import pages, read_each
from dashkit.grafana.resource import unified
from dashkit.grafana.save import Save, delete, save
from dashkit.grafana.server import ServerInfo
from dashkit.model.item import CLASSIC, Item, Limits, dashboard_item
from dashkit.model.live import LiveDashboard

_RESTORED = "Restored by dashkit"


def _read(scope: Scope, limits: Limits) -> Iterator[Item]:
    return map(dashboard_item, read_documents(scope.connection, scope.server, limits.keys))


def _write(scope: Scope, wanted: Write) -> None:
    item, base = wanted.item, _base(wanted.live) if wanted.live else None
    message = str(item.server.get("message") or _RESTORED)
    unified_storage = base is None and scope.unified_storage
    new = Save(
        item.key, item.content["spec"], str(item.content["folder"]), base, message, _schema(item), unified_storage
    )
    save(scope.connection, scope.server, new)


def proven(server: ServerInfo, live: Item | None) -> bool:
    """Return whether a successful save in place of ``live`` proves that this is what is stored.

    For a new dashboard it does, except on servers where a save overwrites another one with the same title.
    """
    return unified(_version(live), live.token) if live else not server.unique_titles


def _base(live: Item) -> LiveDashboard:
    """Return what was read: an edit since then is a conflict."""
    return LiveDashboard(live.key, live.name, "", {}, _version(live), schema=_schema(live), token=live.token)


def _schema(item: Item) -> str:
    """Return the version of the v2 schema, empty for a classic dashboard."""
    schema = str(item.content["schema"])
    return "" if schema == CLASSIC else schema


def _version(live: Item) -> int:
    return int(live.server.get("version") or 0)


def _delete(scope: Scope, item: Item) -> None:
    delete(scope.connection, scope.server, _base(item))


def _read_versions(scope: Scope, limits: Limits) -> Iterator[Item]:
    if not limits.history:
        return

    def read(uid: str) -> list[Item]:
        found = versions(scope.connection, scope.server, uid, limits.history)
        if found is None:
            raise ServerError("the token may not read the versions of a dashboard", status=403, where=uid)
        return [
            Item(
                "dashboard-versions", f"{uid}/{entry.number}", f"{entry.spec.get('title') or uid}, version {entry.number}",
                {"dashboard": uid, "number": entry.number, "message": entry.message, "spec": entry.spec},
                server={"created": entry.created, "created_by": entry.created_by},
            )
            # Where several have a number, the oldest has the message of the save that made it.
            for entry in {entry.number: entry for entry in found}.values()
        ]  # fmt: skip

    for items in read_each(read, search(scope.connection)):
        yield from items


_PUBLIC = "/api/dashboards/public-dashboards"
_PUBLIC_CONTENT = "uid accessToken isEnabled annotationsEnabled timeSelectionEnabled share"


def _public_path(uid: str) -> str:
    return f"/api/dashboards/uid/{uid}/public-dashboards/"


def _read_public(scope: Scope, _limits: Limits) -> Iterator[Item]:
    def read(uid: str) -> Item | None:
        answer = scope.find(_public_path(uid))
        return Item("public-dashboards", uid, uid, part(answer.object(), _PUBLIC_CONTENT)) if answer else None

    # The list only has uid and address.
    found = pages(scope.connection, _PUBLIC, member="publicDashboards")
    return read_each(read, sorted({str(entry["dashboardUid"]) for entry in found if entry.get("dashboardUid")}))


def _write_public(scope: Scope, wanted: Write) -> None:
    path, content = _public_path(wanted.item.key), wanted.item.content
    if wanted.live is None:
        scope.send("POST", path, content)
    else:
        scope.send("PATCH", f"{path}{wanted.live.content['uid']}", content)


HANDLER = KindHandler(_read, _write, lambda scope: count_hits(scope.connection, "dash-db"), _delete)
VERSIONS = KindHandler(_read_versions)
PUBLIC = KindHandler(_read_public, _write_public, total(_PUBLIC))

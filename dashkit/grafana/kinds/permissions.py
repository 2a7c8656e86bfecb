"""Who may see and change a folder or a dashboard.

The answers do not include inherited entries, and their order changes from one request to the next (seen on 12.3.3 and 10.1.2).
https://grafana.com/docs/grafana/latest/developers/http_api/dashboard_permissions/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dashkit import _json
from dashkit.grafana.dashboards import search
from dashkit.grafana.kinds.folders import read_folders
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, number
from dashkit.grafana.lists import read_each
from dashkit.model.item import Item, Limits

_LEVELS = {1: "View", 2: "Edit", 4: "Admin"}
_NUMBERS = {name: level for level, name in _LEVELS.items()}


def _folders(scope: Scope) -> Iterator[str]:
    return (folder.uid for folder in read_folders(scope.connection, scope.server))


def _dashboards(scope: Scope) -> Iterator[str]:
    return search(scope.connection)


def _handler(kind: str, path: str, uids: Callable[[Scope], Iterable[str]]) -> KindHandler:
    def read(scope: Scope, limits: Limits) -> Iterator[Item]:
        def one(uid: str) -> Item | None:
            answer = scope.find(f"{path}/{uid}/permissions")
            if answer is None:
                return None
            entries = [_entry(scope, entry) for entry in answer.objects()]
            return Item(kind, uid, uid, {"permissions": sorted(entries, key=_json.compact)})

        return read_each(one, (uid for uid in uids(scope) if limits.keys is None or uid in limits.keys))

    def write(scope: Scope, wanted: Write) -> None:
        items = [_wire(scope, entry) for entry in wanted.item.content["permissions"]]
        scope.send("POST", f"{path}/{wanted.item.key}/permissions", {"items": items})

    return KindHandler(read, write)


def _entry(scope: Scope, entry: dict[str, Any]) -> dict[str, str]:
    level = _LEVELS.get(int(entry.get("permission") or 0), str(entry.get("permissionName")))
    if entry.get("role"):
        return {"role": str(entry["role"]), "permission": level}
    if entry.get("teamId"):
        return {"team": str(entry["team"]), "permission": level}
    login = str(entry.get("userLogin") or "")
    if login.startswith("sa-") and login in scope.accounts:
        return {"account": scope.accounts[login], "permission": level}
    return {"user": login, "permission": level}


def _wire(scope: Scope, entry: dict[str, str]) -> dict[str, Any]:
    """Convert an entry to the form that the API accepts."""
    level = {"permission": _NUMBERS[entry["permission"]]}
    if "role" in entry:
        return {"role": entry["role"], **level}
    if "team" in entry:
        return {"teamId": number(scope.team_ids, entry["team"], "team"), **level}
    if "account" in entry:
        return {"userId": number(scope.account_ids, entry["account"], "service account"), **level}
    return {"userId": number(scope.user_ids, entry["user"], "user"), **level}


FOLDERS = _handler("folder-permissions", "/api/folders", _folders)
DASHBOARDS = _handler("dashboard-permissions", "/api/dashboards/uid", _dashboards)

"""Who the credentials belong to, and what they allow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from dashkit._http import Connection
from dashkit.grafana.answers import expect
from dashkit.grafana.server import ServerInfo

_DASHBOARDS = ("dashboards:read", ("dashboards:*", "folders:*", "*"))
_FOLDERS = ("folders:read", ("folders:*", "*"))
_DATASOURCES = ("datasources:read", ("datasources:*", "*"))
#: By kind, the grant without which a list silently leaves things out: an action, for one of these scopes.
SEES_ALL: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "folders": _FOLDERS,
    "folder-permissions": _FOLDERS,
    "library-panels": _FOLDERS,
    "dashboards": _DASHBOARDS,
    "dashboard-versions": _DASHBOARDS,
    "dashboard-permissions": _DASHBOARDS,
    "public-dashboards": _DASHBOARDS,
    "annotations": _DASHBOARDS,
    "alert-rules": ("alert.rules:read", ("folders:*", "*")),
    "datasources": _DATASOURCES,
    "correlations": _DATASOURCES,
    # Without it, users see only the snapshots that they created.
    "snapshots": ("org.users:read", ("users:*", "*")),
}


@dataclass(frozen=True, slots=True)
class Access:
    """The organisation and the granted actions, each with its scopes."""

    organisation: str
    organisation_id: int
    actions: Mapping[str, tuple[str, ...]]

    def missing(self, needs: Mapping[str, str]) -> dict[str, str]:
        """Return the needed actions that are not granted, with their reasons."""
        return {action: reason for action, reason in needs.items() if action not in self.actions}

    def unseen(self, kind: str) -> str:
        """Return why a list of that kind may be incomplete with these credentials; empty if it is complete."""
        if kind not in SEES_ALL:
            return ""
        action, scopes = SEES_ALL[kind]
        if any(scope in scopes for scope in self.actions.get(action, ())):
            return ""
        return f"this credential sees only what is shared with it ({action} is not granted for all)"


#: The author that 10 and 11 record for a service account: no name at all, or its login.
_ACCOUNT = re.compile(r"Anonymous|sa-\d+-.*")


def read_people(connection: Connection, server: ServerInfo, savers: frozenset[str]) -> frozenset[str]:
    """Return the names, among those that saved a dashboard, that are not, or may not be, service accounts.

    12 also writes ``user:`` for an account, unless it has unified storage. Its display API reveals who is behind a name, in one
    request.
    """
    if not server.api:
        unclear = frozenset(name for name in savers if not _ACCOUNT.fullmatch(name))
        return unclear - _own_account(connection) if unclear else unclear
    unclear = frozenset(name for name in savers if not name.startswith("service-account:"))
    if not unclear:
        return unclear
    return unclear - {f"user:{one.uid}" for one in _shown(connection, server, unclear) if one.account}


def _own_account(connection: Connection) -> frozenset[str]:
    """Return the name of the service account that asks, which is what 11.6 writes for it; nothing for a person."""
    answer = expect(connection.get("/api/user"), 403, 404)
    user = answer.object() if answer.ok else {}
    return frozenset([str(user.get("name"))] if str(user.get("uid")).startswith("service-account:") else [])


class _Shown(NamedTuple):
    """Who saved something; ``account`` for service accounts."""

    uid: str
    name: str
    account: bool


def _shown(connection: Connection, server: ServerInfo, ids: frozenset[str]) -> list[_Shown]:
    """Return who is behind ids such as ``user:eg5m3zf9j84jke``, as far as the server tells."""
    answer = connection.get(
        f"/apis/iam.grafana.app/v0alpha1/namespaces/{server.namespace}/display", {"key": sorted(ids)}
    )
    if not answer.ok:
        return []
    found = []
    for entry in answer.object().get("display") or ():
        identity = entry.get("identity") or {}
        account = identity.get("type") == "service-account"
        found.append(_Shown(str(identity.get("name") or ""), str(entry.get("displayName") or ""), account))
    return found


def shown_names(connection: Connection, server: ServerInfo, ids: frozenset[str]) -> dict[str, str]:
    """Return the names of those whose ids have one, in one request."""
    names = {one.uid: one.name for one in _shown(connection, server, ids) if one.name}
    return {id_: names[uid] for id_ in ids if (uid := id_.partition(":")[2]) in names}


def read_organisation(connection: Connection) -> tuple[int, str]:
    """Return number and title of the organisation. Wrong credentials raise `ServerError` with status 401.

    Credentials that are limited to a folder may not read their organisation. Then it has no title, and its number is the one
    recorded with the account, or 0 if there is none.
    """
    answer = expect(connection.get("/api/org"), 403)
    organisation = answer.object() if answer.ok else _of_account(connection)
    return int(organisation.get("id") or 0), str(organisation.get("name") or "")


def read_access(connection: Connection, organisation: tuple[int, str]) -> Access:
    """Read the granted actions."""
    actions = expect(connection.get("/api/access-control/user/permissions")).object()
    number, title = organisation
    return Access(title, number, {action: tuple(map(str, scopes or ())) for action, scopes in actions.items()})


def _of_account(connection: Connection) -> dict[str, Any]:
    answer = expect(connection.get("/api/user"), 403, 404)
    return {"id": answer.object().get("orgId")} if answer.ok else {}

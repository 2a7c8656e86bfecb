"""Who we are to the server, and what a push would lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashkit._http import Connection
from dashkit.grafana.answers import expect

#: What a first push needs: action -> what for. Reading and writing are granted for each folder and dashboard, so a
#: server without any lists neither, though whoever creates one gets both.
PUSH_NEEDS: Mapping[str, str] = {
    "dashboards:create": "create dashboards",
    "folders:read": "find folders",
    "folders:create": "create folders",
}
PRUNE_NEEDS: Mapping[str, str] = {"dashboards:delete": "prune"}


@dataclass(frozen=True, slots=True)
class Access:
    """The organisation and the granted actions."""

    organisation: str
    organisation_id: int
    actions: frozenset[str]

    def missing(self, needs: Mapping[str, str]) -> dict[str, str]:
        return {action: reason for action, reason in needs.items() if action not in self.actions}


def read_access(connection: Connection) -> Access:
    """Two requests. `ServerError` 401 for wrong credentials."""
    organisation = expect(connection.get("/api/org")).object()
    actions = expect(connection.get("/api/access-control/user/permissions")).object()
    return Access(str(organisation.get("name") or ""), int(organisation.get("id") or 0), frozenset(actions or ()))

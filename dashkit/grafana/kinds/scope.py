"""What the handlers of all kinds share: the connection, caches of a run, and the ids that the server gave to names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashkit._http import Connection, Response
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect
from dashkit.grafana.dashboards import search
from dashkit.grafana.lists import pages
from dashkit.grafana.once import once
from dashkit.grafana.proofs import proved
from dashkit.grafana.reading import is_unified
from dashkit.grafana.server import ServerInfo
from dashkit.model.item import Item, Limits
from dashkit.model.secret import Secret

ACCOUNTS, TEAMS = "/api/serviceaccounts/search", "/api/teams/search"


class Scope:
    """One organisation of one server. Its only state: the names of its people, and the folders that are known to exist."""

    def __init__(self, connection: Connection, server: ServerInfo) -> None:
        self.connection, self.server = connection, server
        #: How many seconds are left to wait for the alerting of a new organisation, which starts within a minute.
        self.patience = 75
        #: The uids of folders that are known to exist.
        self.folders_seen: set[str] = set()
        self._unified: bool | None = None

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON at a path."""
        return expect(self.connection.get(path, params)).json()

    def find(self, path: str) -> Response | None:
        """Return the answer for an object, None if there is no such object."""
        answer = expect(self.connection.get(path), 404)
        return answer if answer.ok else None

    def objects(self, path: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return a list of objects, empty if the server answers null."""
        answer = expect(self.connection.get(path, params))
        return answer.objects() if answer.content.strip() != b"null" else []

    def send(self, method: str, path: str, body: Any, *, headers: Mapping[str, str] | None = None) -> Any:
        """Write, and return the answer as JSON; None if it is empty. It must be what this endpoint sends (see `proved`)."""
        return proved(self.connection.write(method, path, body, headers=headers), method, path)

    def delete(self, path: str, *, headers: Mapping[str, str] | None = None) -> None:
        """Delete. Succeeds if the object is already gone."""
        proved(self.connection.delete(path, headers=headers), "DELETE", path, 404)

    @property
    def unified_storage(self) -> bool:
        """Whether dashboards are in unified storage, as far as there are any to tell by."""
        if self._unified is None and self.server.api:
            self._unified = is_unified(self.connection, self.server)
        return bool(self._unified)

    @once
    def accounts(self) -> dict[str, str]:
        """The names of service accounts by login. The login of the same account differs between versions."""
        found = pages(self.connection, ACCOUNTS, member="serviceAccounts")
        return {str(entry["login"]): str(entry["name"]) for entry in found}

    @once
    def account_ids(self) -> dict[str, int]:
        """The ids of service accounts by name."""
        found = pages(self.connection, ACCOUNTS, member="serviceAccounts")
        return {str(entry["name"]): int(entry["id"]) for entry in found}

    @once
    def user_ids(self) -> dict[str, int]:
        """The ids of the organisation's users by login."""
        return {str(entry["login"]): int(entry["userId"]) for entry in self.objects("/api/org/users")}

    @once
    def team_ids(self) -> dict[str, int]:
        """The ids of teams by name."""
        return {str(team["name"]): int(team["id"]) for team in pages(self.connection, TEAMS, member="teams")}

    @once
    def dashboard_uids(self) -> frozenset[str]:
        """The uids of all dashboards."""
        return frozenset(search(self.connection))

    def forget(self, *names: str) -> None:
        """Drop these cached properties, because objects were created."""
        for name in names:
            self.__dict__.pop(name, None)


@dataclass(frozen=True, slots=True)
class Write:
    """An object to write. ``live`` is what the server has in its place, None if it has nothing.

    ``secrets`` has the known values among `Item.secrets`.
    """

    item: Item
    live: Item | None = None
    secrets: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KindHandler:
    """How one kind is read, written, counted by the server itself, and deleted. None if there is no way to."""

    read: Callable[[Scope, Limits], Iterable[Item]]
    write: Callable[[Scope, Write], None] | None = None
    count: Callable[[Scope], int] | None = None
    delete: Callable[[Scope, Item], None] | None = None


def total(path: str) -> Callable[[Scope], int]:
    """Return a function that reads the total of a paged list."""
    return lambda scope: int(scope.get(path, {"perpage": 1, "page": 1})["totalCount"])


def part(value: Mapping[str, Any], names: str) -> dict[str, Any]:
    """Return the named keys that are present and not null."""
    return {name: value[name] for name in names.split() if value.get(name) is not None}


def number(table: Mapping[str, int], name: str, what: str) -> int:
    """Return the id that this server gave to a name. Raises `ServerError` if it does not know the name."""
    if name not in table:
        # With a status: nothing was sent, so nothing can have arrived.
        hint = "restore users, teams and accounts too"
        raise ServerError(f"there is no {what} {name!r} on this server", status=404, hint=hint)
    return table[name]

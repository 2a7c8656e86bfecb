"""What reading and writing of kept objects share: the connection, the limits of a run, and names for numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dashkit._http import Connection
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect
from dashkit.grafana.dashboards import search
from dashkit.grafana.proofs import proved
from dashkit.grafana.server import ServerInfo
from dashkit.model.item import Item, Limits
from dashkit.model.secret import Secret

_PAGE = 1000


class Scope:
    """One organisation of one server; remembers the names of its people and which folders it saw, and nothing else."""

    def __init__(self, connection: Connection, server: ServerInfo) -> None:
        self.connection, self.server = connection, server
        #: Seconds that are left to wait for the alerting of a new organisation, which comes up within a minute.
        self.patience = 75
        #: Of which it is known that they are there.
        self.folders_seen: set[str] = set()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        return expect(self.connection.get(path, params)).json()

    def objects(self, path: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """A list; one that a server calls null is empty (templates of 12)."""
        answer = expect(self.connection.get(path, params))
        return answer.objects() if answer.content.strip() != b"null" else []

    def send(self, method: str, path: str, body: Any, *, headers: Mapping[str, str] | None = None) -> Any:
        """Write; the answer as JSON, None where it is empty. It must say what this endpoint says (see `proved`)."""
        return proved(expect(self.connection.write(method, path, body, headers=headers)), method, path)

    def delete(self, path: str, *, headers: Mapping[str, str] | None = None) -> None:
        """Delete; what is gone already counts as done."""
        answer = expect(self.connection.delete(path, headers=headers), 404)
        if answer.ok:
            proved(answer, "DELETE", path)

    def pages(self, path: str, member: str = "", *, first: int = 1) -> Iterator[Any]:
        """All entries of a paged list, in ``member`` of the answer or the answer itself; ``first`` is its first page's number."""
        for page in itertools.count(first):
            value = self.get(path, {"perpage": _PAGE, "page": page})
            entries = value.get(member) if member else value
            if not isinstance(entries, list):
                raise ServerError("answered without a list", where=path)
            yield from entries
            if len(entries) < _PAGE:
                return

    @cached_property
    def accounts(self) -> dict[str, str]:
        """Service accounts: log-in to name. The log-in of the same account differs between versions."""
        found = self.pages("/api/serviceaccounts/search", "serviceAccounts")
        return {str(entry["login"]): str(entry["name"]) for entry in found}

    @cached_property
    def account_ids(self) -> dict[str, int]:
        found = self.pages("/api/serviceaccounts/search", "serviceAccounts")
        return {str(entry["name"]): int(entry["id"]) for entry in found}

    @cached_property
    def user_ids(self) -> dict[str, int]:
        """Users of the organisation by log-in."""
        return {str(entry["login"]): int(entry["userId"]) for entry in self.objects("/api/org/users")}

    @cached_property
    def team_ids(self) -> dict[str, int]:
        return {str(team["name"]): int(team["id"]) for team in self.pages("/api/teams/search", "teams")}

    @cached_property
    def dashboard_uids(self) -> frozenset[str]:
        return frozenset(search(self.connection))

    def forget(self, *names: str) -> None:
        """Look these up anew: some were made."""
        for name in names:
            self.__dict__.pop(name, None)


@dataclass(frozen=True, slots=True)
class Write:
    """An object to write: ``live`` is what the server has in its place, None where it has nothing.

    ``secrets`` are those of `Item.secrets` that are known.
    """

    item: Item
    live: Item | None = None
    secrets: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KindHandler:
    """How one kind is read and written. ``count`` is what the server itself says how many there are."""

    read: Callable[[Scope, Limits], Iterable[Item]]
    write: Callable[[Scope, Write], None] | None = None
    count: Callable[[Scope], int] | None = None
    #: Takes an object back: for what a push made.
    delete: Callable[[Scope, Item], None] | None = None


def part(value: Mapping[str, Any], names: str) -> dict[str, Any]:
    """Those of the keys that are there and not null."""
    return {name: value[name] for name in names.split() if value.get(name) is not None}


def number(table: Mapping[str, int], name: str, what: str) -> int:
    """The number that this server gave; `ServerError` where it knows no such name."""
    if name not in table:
        # With a status: nothing was sent, so that nothing can have arrived.
        hint = "restore users, teams and accounts too"
        raise ServerError(f"there is no {what} {name!r} on this server", status=404, hint=hint)
    return table[name]

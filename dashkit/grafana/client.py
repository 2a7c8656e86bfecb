"""A Grafana as the use cases see it: a few methods, whatever the version behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from dashkit._http import Connection
from dashkit.grafana import dashboards, folders
from dashkit.grafana.access import Access, read_access, read_people
from dashkit.grafana.alert_groups import read_groups
from dashkit.grafana.kinds import HANDLERS
from dashkit.grafana.kinds.dashboards import proven
from dashkit.grafana.kinds.scope import Scope, Write
from dashkit.grafana.queries import read_datasources, run_query
from dashkit.grafana.server import ServerInfo, discover
from dashkit.model.item import Item, Limits
from dashkit.model.live import Datasource, GrafanaAlertGroup, LiveDashboard, LiveFolder, Version
from dashkit.model.secret import Secret

#: Up to so many dashboards are read one by one; for more, a list of everything is fewer requests.
_ONE_BY_ONE = 20


class Grafana:
    """One organisation of one server. Holds what was found out about the server, and no other state."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def server(self) -> ServerInfo:
        return discover(self._connection)

    @property
    def url(self) -> str:
        return self._connection.url

    @property
    def nested_folders(self) -> bool:
        return self.server.nested_folders

    @property
    def unique_titles(self) -> bool:
        return self.server.unique_titles

    @property
    def writers(self) -> int:
        return self.server.writers

    @property
    def verified(self) -> bool:
        return self.server.verified

    @property
    def recording_rules(self) -> bool:
        return self.server.recording_rules

    @property
    def version(self) -> str:
        return self.server.version

    def read(self, uids: frozenset[str], tag: str = "") -> Iterator[LiveDashboard]:
        """Those of ``uids`` that exist and, with ``tag``, all that carry it; each once, others perhaps too."""
        if self.server.api and (len(uids) > _ONE_BY_ONE or not self.verified):
            yield from dashboards.read_all(self._connection, self.server)
            return
        wanted = set(uids)
        if tag:
            wanted |= set(dashboards.search(self._connection, tag))
        if not self.server.api and len(uids) > _ONE_BY_ONE:
            # One request tells which of them exist, and saves a 404 for each new one.
            wanted &= set(dashboards.search(self._connection))
        yield from dashboards.read_some(self._connection, self.server, wanted)

    def read_everything(self) -> Iterator[LiveDashboard]:
        """Every dashboard of the organisation."""
        if self.server.api:
            yield from dashboards.read_all(self._connection, self.server)
        else:
            yield from dashboards.read_some(self._connection, self.server, dashboards.search(self._connection))

    def folders(self) -> list[LiveFolder]:
        return folders.read_folders(self._connection, self.server)

    def versions(self, uid: str, limit: int = 20) -> list[Version] | None:
        return dashboards.versions(self._connection, uid, limit)

    def people(self, savers: frozenset[str]) -> frozenset[str]:
        """Those of the names in `LiveDashboard.updated_by` that are, or may be, no service account's."""
        return read_people(self._connection, self.server, savers)

    @property
    def reads(self) -> str:
        """By which API dashboards are read, for people."""
        return f"/apis dashboard.grafana.app/{self.server.api}" if self.server.api else "/api (legacy)"

    @property
    def writes(self) -> str:
        """By which API dashboards are written, for people."""
        if self.server.writes != "legacy":
            return f"/apis dashboard.grafana.app/{self.server.writes}"
        return "/api (legacy)" + (
            f"; /apis {self.server.api} for what lies in unified storage" if self.server.api else ""
        )

    def datasources(self) -> list[Datasource]:
        """All that the credentials may see."""
        return read_datasources(self._connection)

    def ask(self, query: Mapping[str, Any], start: str, end: str) -> tuple[int, str]:
        """Ask one query as a panel does: how many series (or columns) have a value, and the error."""
        frames = run_query(self._connection, query, start, end)
        return frames.series, frames.error

    def alert_groups(self) -> list[GrafanaAlertGroup]:
        """Every group of Grafana-managed alert rules."""
        return read_groups(self._connection)

    def annotate(self, text: str, tags: list[str]) -> None:
        """An event of now, for the whole organisation."""
        self._scope.send("POST", "/api/annotations", {"text": text, "tags": tags})

    def items(self, kind: str, limits: Limits | None = None) -> Iterator[Item]:
        """The objects of a kind of `dashkit.model.kinds`, one after the other."""
        yield from HANDLERS[kind].read(self._scope, limits or Limits())

    def count(self, kind: str) -> int | None:
        """What the server itself says how many there are; None where it does not."""
        count = HANDLERS[kind].count
        return count(self._scope) if count else None

    def put(self, item: Item, live: Item | None, secrets: Mapping[str, Secret] | None = None) -> None:
        """Create an object, or replace exactly ``live``. `ServerError` where that cannot be."""
        write = HANDLERS[item.kind].write
        assert write is not None, item.kind
        write(self._scope, Write(item, live, secrets or {}))

    def proves(self, item: Item, live: Item | None) -> bool:
        """Whether success of that `put` proves that this is what is schema: but for dashboards outside of unified storage."""
        return item.kind != "dashboards" or proven(self.server, live)

    def remove(self, item: Item) -> None:
        """Delete an object; one that is gone already counts as done."""
        delete = HANDLERS[item.kind].delete
        assert delete is not None, item.kind
        delete(self._scope, item)

    @cached_property
    def _scope(self) -> Scope:
        return Scope(self._connection, self.server)

    @cached_property
    def _access(self) -> Access:
        return read_access(self._connection)

    @property
    def organisation(self) -> tuple[int, str]:
        """Number and name of the organisation that answers."""
        return self._access.organisation_id, self._access.organisation

    def unseen(self, kind: str) -> str:
        """Why a list of that kind may lack what is there; empty where it shows all."""
        return self._access.unseen(kind)

    def organisations(self) -> dict[int, str]:
        """All of the server, by number."""
        return {int(item.server["id"]): item.name for item in self.items("organisations")}

    def access(self) -> Access:
        """Who the credentials are, and what they may do."""
        return read_access(self._connection)

"""Grafana as the use cases see it: a few methods, the same for every version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashkit._http import Connection
from dashkit.grafana import dashboards
from dashkit.grafana.access import Access, read_access, read_organisation, read_people
from dashkit.grafana.health import check_datasource, read_health, read_settings
from dashkit.grafana.history import versions
from dashkit.grafana.kinds import HANDLERS
from dashkit.grafana.kinds.alert_groups import read_groups, read_versions
from dashkit.grafana.kinds.dashboards import proven
from dashkit.grafana.kinds.folders import read_folders
from dashkit.grafana.kinds.scope import Scope, Write
from dashkit.grafana.once import once
from dashkit.grafana.queries import query_results, read_annotations, read_datasources, run_query
from dashkit.grafana.reading import read_wanted
from dashkit.grafana.server import ServerInfo, discover
from dashkit.model.health import DatasourceHealth, ServerHealth, ServerSettings
from dashkit.model.item import Item, Limits
from dashkit.model.live import Datasource, GrafanaAlertGroup, LiveDashboard, LiveFolder, Proof, Version, unproven
from dashkit.model.secret import Secret


class Grafana:
    """One organisation of one server. Its only state is what it has found out about the server and the credentials."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @once
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
    def v2(self) -> str:
        return self.server.v2

    @property
    def scoped_variables(self) -> bool:
        return self.server.scoped_variables

    @property
    def version(self) -> str:
        return self.server.version

    def read(self, uids: frozenset[str], tag: str = "", proven: Proof = unproven) -> Iterator[LiveDashboard]:
        """Yield dashboards; see `dashkit.deploy.protocol.Readable.read`."""
        scope = self._scope
        return read_wanted(self._connection, self.server, uids, tag, proven, lambda: scope.unified_storage)

    def read_everything(self) -> Iterator[LiveDashboard]:
        """Yield every dashboard of the organisation."""
        yield from dashboards.read_documents(self._connection, self.server, None)

    def folders(self) -> list[LiveFolder]:
        """Return every folder that the credentials can see."""
        return read_folders(self._connection, self.server)

    def inside(self, folder_uid: str, known: frozenset[str]) -> list[str]:
        """Return the names of what is in a folder, besides dashboards whose uids are ``known``."""
        names = [title for uid, title in dashboards.in_folder(self._connection, folder_uid) if uid not in known]
        names += [item.name for item in self.items("library-panels") if item.content["folder"] == folder_uid]
        return names + [group.name for group in self.alert_groups() if group.folder_uid == folder_uid]

    def versions(self, uid: str, limit: int = 20) -> list[Version] | None:
        """Return up to ``limit`` versions of a dashboard, newest first; None if the credentials may not read them."""
        return versions(self._connection, self.server, uid, limit)

    def people(self, savers: frozenset[str]) -> frozenset[str]:
        """Return the names of ``savers`` (see `LiveDashboard.updated_by`) that are not, or may not be, service accounts."""
        return read_people(self._connection, self.server, savers)

    @property
    def reads(self) -> str:
        """The API through which dashboards are read, for display."""
        return f"/apis dashboard.grafana.app/{self.server.api}" if self.server.api else "/api (legacy)"

    @property
    def writes(self) -> str:
        """The API through which dashboards are written, for display."""
        if self.server.writes != "legacy":
            return f"/apis dashboard.grafana.app/{self.server.writes}"
        unified = f"; /apis {self.server.api} for dashboards in unified storage" if self.server.api else ""
        return f"/api (legacy){unified}"

    def datasources(self) -> list[Datasource]:
        """Return all datasources that the credentials may see."""
        return read_datasources(self._connection)

    def health(self) -> ServerHealth:
        """Return what the server says of itself without a login."""
        return read_health(self._connection)

    def settings(self) -> ServerSettings:
        """Return what the server tells its pages."""
        return read_settings(self._connection)

    def certificate_ends(self) -> float | None:
        """Return when the server's certificate expires, in Unix seconds; None if none is verified."""
        return self._connection.certificate_ends()

    def datasource_health(self, uid: str) -> DatasourceHealth:
        """Let the server check a datasource."""
        return check_datasource(self._connection, uid)

    def ask(self, query: Mapping[str, Any], start: str, end: str) -> tuple[int, str]:
        """Run one query as a panel does. Return how many series (or columns) have a value, and the error."""
        return run_query(self._connection, query, start, end)

    def results(self, queries: Sequence[Mapping[str, Any]], start: str, end: str) -> Mapping[str, Any]:
        """Run the queries of a panel; return frames or an error by refId."""
        return query_results(self._connection, queries, start, end)

    def marks(self, start: str, end: str, tags: Sequence[str]) -> list[dict[str, Any]]:
        """Return the annotations between two times that have all the tags."""
        return read_annotations(self._connection, start, end, tags)

    def alert_groups(self) -> list[GrafanaAlertGroup]:
        """Return every group of Grafana-managed alert rules."""
        return read_groups(self._connection)

    def rule_versions(self, uid: str) -> list[dict[str, Any]]:
        """Return the versions of an alert rule, newest first; none if the server does not keep or show them."""
        return read_versions(self._connection, uid)

    def annotate(self, text: str, tags: list[str]) -> None:
        """Add an annotation for the whole organisation, at the current time."""
        self._scope.send("POST", "/api/annotations", {"text": text, "tags": tags})

    def items(self, kind: str, limits: Limits | None = None) -> Iterator[Item]:
        """Yield the objects of a kind of `dashkit.model.kinds`."""
        yield from HANDLERS[kind].read(self._scope, limits or Limits())

    def count(self, kind: str) -> int | None:
        """Return how many objects of a kind there are by the server's own count; None if it does not count them."""
        count = HANDLERS[kind].count
        return count(self._scope) if count else None

    def put(self, item: Item, live: Item | None, secrets: Mapping[str, Secret] | None = None) -> None:
        """Create an object, or replace exactly ``live``. See `dashkit.deploy.protocol.Writable.put`."""
        write = HANDLERS[item.kind].write
        assert write is not None, item.kind
        write(self._scope, Write(item, live, secrets or {}))

    def proves(self, item: Item, live: Item | None) -> bool:
        """Return whether a successful `put` proves what is stored. It does, except for dashboards outside unified storage."""
        return item.kind != "dashboards" or proven(self.server, live)

    def remove(self, item: Item) -> None:
        """Delete an object. Succeeds if it is already gone."""
        delete = HANDLERS[item.kind].delete
        assert delete is not None, item.kind
        delete(self._scope, item)

    @once
    def _scope(self) -> Scope:
        return Scope(self._connection, self.server)

    @once
    def _access(self) -> Access:
        return read_access(self._connection, self.organisation)

    @once
    def organisation(self) -> tuple[int, str]:
        """Number and name of the organisation that the credentials belong to."""
        return read_organisation(self._connection)

    def unseen(self, kind: str) -> str:
        """Return why a list of that kind may be incomplete with these credentials; empty if it is complete."""
        return self._access.unseen(kind)

    def organisations(self) -> dict[int, str]:
        """Return the names of the server's organisations, by number."""
        return {int(item.server["id"]): item.name for item in self.items("organisations")}

    def access(self) -> Access:
        """Return who the credentials belong to, and what they allow."""
        return self._access

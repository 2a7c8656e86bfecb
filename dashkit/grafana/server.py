"""Which Grafana we are talking to. Detected once per run, never configured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dashkit._http import Connection
from dashkit.document.read import V2_VERSIONS
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect

OLDEST = (9, 5)
#: The contract suite has not been run against this or any later major version.
FIRST_UNVERIFIED = 13


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """A server's version, and what follows from it.

    Attributes:
        api: the version of the dashboard API group to read with; empty if the server does not have the group.
        apis: all versions of the group for classic dashboards that dashkit knows, that one first.
        v2: the version of the v2 schema to write; empty if the server has none that dashkit knows.
        writes: ``legacy``, or that version; empty if it cannot be known which of them is right.
    """

    version: str
    number: tuple[int, ...]
    namespace: str = "default"
    api: str = ""
    folder_api: str = ""
    writes: str = "legacy"
    apis: tuple[str, ...] = ()
    v2: str = ""

    @property
    def verified(self) -> bool:
        return self.number[0] < FIRST_UNVERIFIED

    @property
    def nested_folders(self) -> bool:
        """Whether folders can contain folders. 10 accepts ``parentUid`` and ignores it."""
        return self.number >= (11,)

    @property
    def unique_titles(self) -> bool:
        """Whether titles are unique in a folder, as before 11.3. A save with a taken title overwrites that other dashboard."""
        return self.number < (11, 3)

    @property
    def scoped_variables(self) -> bool:
        """Whether rows and tabs of the v2 schema can have variables. Before, the server drops them."""
        return bool(self.v2) and self.number >= (13, 1)

    @property
    def new_rules_by_group(self) -> bool:
        """Whether a group can bring new rules. 10 accepts a group only if all its rules exist; 11 could not be tested."""
        return self.number >= (12,)

    @property
    def recording_rules(self) -> bool:
        """Whether it evaluates recording rules. 10 turns them into alerts; 11.6 refuses them by default; 12 records."""
        return self.number >= (12,)

    @property
    def writers(self) -> int:
        """How many writes to run at a time. Measured with SQLite: a second one makes 12 a third faster, and 10 slower."""
        return 2 if self.number >= (12,) else 1


def discover(connection: Connection) -> ServerInfo:
    """Find out what the server is. Raises `ServerError` if it is too old, or not Grafana."""
    health = connection.get("/api/health")
    if health.status == 404:
        raise ServerError(
            "there is no Grafana at this address", status=404, where=health.where,
            hint="the URL must be Grafana's root, including its sub-path, such as https://host/grafana",
        )  # fmt: skip
    version = expect(health, 503).object().get("version")
    settings: dict[str, Any] | None = None
    if not version:  # hidden by auth.anonymous.hide_version
        settings = _settings(connection)
        version = (settings.get("buildInfo") or {}).get("version")
    number = parse_version(str(version or ""))
    if number is None:
        raise ServerError("this server does not report its version: is it Grafana?", where=health.where)
    if number < OLDEST:
        raise ServerError(f"Grafana {version} is too old: dashkit needs 9.5 or later", where=connection.url)
    if number < (12,):
        return ServerInfo(str(version), number)
    settings = settings or _settings(connection)
    served, preferred = _group(connection, "dashboard.grafana.app")
    folders, _ = _group(connection, "folder.grafana.app")
    # v0alpha1 returns a dashboard as it was saved through the legacy API, unmigrated. Where v1 is preferred, and in 13, the
    # migrated form is what is stored.
    modern = preferred == "v1" or number >= (13,)
    order = ("v1", "v1beta1", "v0alpha1") if modern else ("v0alpha1", "v1beta1", "v1")
    apis = tuple(name for name in order if name in served)
    api = apis[0] if apis else ""
    folder_api = next((name for name in ("v1", "v1beta1") if name in folders), "")
    namespace = str(settings.get("namespace") or "default")
    # 12 and later have the group. Where it does not show, a write through the legacy API could hit what only the group can see.
    writes = (api if modern else "legacy") if api else ""
    v2 = next((name for name in reversed(V2_VERSIONS) if name in served), "")
    return ServerInfo(str(version), number, namespace, api, folder_api, writes, apis, v2)


def parse_version(text: str) -> tuple[int, ...] | None:
    """Return the numbers of a version: ``"12.3.3-pre"`` is (12, 3, 3)."""
    found = re.match(r"\d+\.\d+(?:\.\d+)?", text)
    return tuple(map(int, found[0].split("."))) if found else None


def _settings(connection: Connection) -> dict[str, Any]:
    return expect(connection.get("/api/frontend/settings")).object()


def _group(connection: Connection, name: str) -> tuple[list[str], str]:
    """Return the versions of an API group and the preferred one; nothing if the server does not have it."""
    answer = connection.get(f"/apis/{name}")
    if answer.status == 404:
        return [], ""
    # Any other failure must not fall back to the legacy API: it could overwrite what only the other API can see.
    group = expect(answer).object()
    versions = [str(entry.get("version")) for entry in group.get("versions") or ()]
    return versions, str((group.get("preferredVersion") or {}).get("version") or "")

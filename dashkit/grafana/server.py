"""What kind of Grafana answers: found once for each run, never configured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dashkit._http import Connection
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect, failure

OLDEST = (9, 5)
#: The contract suite has not been run on this or a later major version.
FIRST_UNVERIFIED = 13


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """A server's version and what follows from it.

    ``api`` is the version of the dashboard API group to read with, empty where the group is not served; ``writes`` is
    ``legacy`` or that version.
    """

    version: str
    number: tuple[int, ...]
    namespace: str = "default"
    api: str = ""
    folder_api: str = ""
    writes: str = "legacy"

    @property
    def verified(self) -> bool:
        return self.number[0] < FIRST_UNVERIFIED

    @property
    def nested_folders(self) -> bool:
        """10 takes ``parentUid`` and ignores it."""
        return self.number >= (11,)

    @property
    def unique_titles(self) -> bool:
        """Before 11.3 a title is unique in its folder, and an overwrite with another's title hits that other dashboard."""
        return self.number < (11, 3)

    @property
    def new_rules_by_group(self) -> bool:
        """10 takes a group of rules only once each of them exists; 11 could not be tried."""
        return self.number >= (12,)

    @property
    def recording_rules(self) -> bool:
        """10 makes alerts of them, 11.6 refuses them as it comes; 12 writes what they record to Prometheus."""
        return self.number >= (12,)

    @property
    def writers(self) -> int:
        """Writers at a time, as measured with SQLite: a second one helps 12 a third, and slows 10."""
        return 2 if self.number >= (12,) else 1


def discover(connection: Connection) -> ServerInfo:
    """Ask the server what it is. `ServerError` for one that is too old, or that is no Grafana."""
    health = connection.get("/api/health")
    if health.status == 404:
        raise ServerError(
            "there is no Grafana at this address", status=404, where=health.where,
            hint="the URL must name Grafana's root, with its sub-path, such as https://host/grafana",
        )  # fmt: skip
    version = expect(health, 503).object().get("version")
    settings: dict[str, Any] | None = None
    if not version:  # hidden by auth.anonymous.hide_version
        settings = _settings(connection)
        version = (settings.get("buildInfo") or {}).get("version")
    number = parse_version(str(version or ""))
    if number is None:
        raise ServerError("this server does not say its version: is it a Grafana?", where=health.where)
    if number < OLDEST:
        raise ServerError(f"Grafana {version} is too old: dashkit needs 9.5 or later", where=connection.url)
    if number < (12,):
        return ServerInfo(str(version), number)
    settings = settings or _settings(connection)
    dashboards = _group_versions(connection, "dashboard.grafana.app")
    folders = _group_versions(connection, "folder.grafana.app")
    # v0alpha1 gives a dashboard as it was saved through the legacy API, unmigrated; 13 stores what it migrated.
    order = ("v0alpha1", "v1beta1") if number < (13,) else ("v1", "v1beta1")
    api = next((name for name in order if name in dashboards), "")
    folder_api = next((name for name in ("v1", "v1beta1") if name in folders), "")
    namespace = str(settings.get("namespace") or "default")
    return ServerInfo(str(version), number, namespace, api, folder_api, "legacy" if number < (13,) else api or "legacy")


def parse_version(text: str) -> tuple[int, ...] | None:
    """``"12.3.3-pre"`` is (12, 3, 3)."""
    found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in found.groups() if part is not None) if found else None


def _settings(connection: Connection) -> dict[str, Any]:
    return expect(connection.get("/api/frontend/settings")).object()


def _group_versions(connection: Connection, group: str) -> list[str]:
    answer = connection.get(f"/apis/{group}")
    if answer.status == 404:
        return []
    if not answer.ok:
        # Falling back to the legacy API here could overwrite what only the other API can see.
        raise failure(answer)
    versions = answer.object().get("versions") or []
    return [str(entry.get("version")) for entry in versions]

"""One object of a server, in the form that an archive keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dashkit import _json
from dashkit.errors import InputError
from dashkit.model.live import GrafanaAlertGroup, LiveDashboard

#: The schema of dashboards that are not stored as v2.
CLASSIC = "classic"


class Ref(NamedTuple):
    """What names an object: ``dashboards/checkout``."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"


@dataclass(frozen=True, slots=True)
class Item:
    """An object of any kind.

    ``key`` names it on each server alike (a uid, a name, a log-in, never a number that one server gave). ``content`` is what a
    restore writes; ``secrets`` are the names of what the server did not tell; ``server`` is what it made on its own (ids,
    times, authors, versions): kept for people to read, and not compared. ``token`` is what the server wants back, so that it
    notices an edit in between; no archive has it.
    """

    kind: str
    key: str
    name: str
    content: dict[str, Any]
    secrets: tuple[str, ...] = ()
    server: dict[str, Any] = field(default_factory=dict)
    token: str = ""

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.key)

    @property
    def digest(self) -> str:
        """SHA-256 of the content: the same on another server that holds the same."""
        return _json.plain_digest(self.content)

    def document(self) -> bytes:
        """Canonical JSON, as it stands in an archive."""
        value = {"kind": self.kind, "key": self.key, "name": self.name, "content": self.content}
        value |= {"secrets": list(self.secrets)} if self.secrets else {}
        return _json.pretty({**value, **({"server": self.server} if self.server else {})})


@dataclass(frozen=True, slots=True)
class Limits:
    """What of a kind is wanted.

    ``keys`` are the objects, where not all (a reader may give more); ``history`` the newest versions of each dashboard;
    ``since`` the earliest annotation, in milliseconds.
    """

    keys: frozenset[str] | None = None
    history: int = 0
    since: int = 0


#: What a restore relies on, by kind.
_FIELDS: dict[str, dict[str, type]] = {
    "organisations": {"name": str},
    "users": {"login": str, "organisations": dict},
    "service-accounts": {"name": str, "role": str, "isDisabled": bool},
    "teams": {"name": str, "members": list},
    "datasources": {"name": str, "type": str},
    "folders": {"title": str, "folder": str},
    "folder-permissions": {"permissions": list},
    "library-panels": {"folder": str, "name": str, "model": dict},
    "dashboards": {"folder": str, "schema": str, "spec": dict},
    "dashboard-permissions": {"permissions": list},
    "contact-points": {"name": str, "settings": dict},
    "templates": {"template": str},
    "mute-timings": {"time_intervals": list},
    "alert-rules": {"folder": str, "group": str, "interval": int, "rules": list},
    "playlists": {"name": str, "items": list},
    "correlations": {"sourceUID": str},
}


def parse_item(data: bytes, *, where: str) -> Item:
    """What `Item.document` wrote. `InputError` for anything else."""
    value = _json.parse(data, where=where)
    if not isinstance(value, dict):
        raise InputError("not an object of an archive", where=where)
    kind, key, name = (value.get(word) for word in ("kind", "key", "name"))
    content, secrets, server = value.get("content"), value.get("secrets", []), value.get("server", {})
    if (
        not (isinstance(kind, str) and isinstance(key, str) and isinstance(name, str))
        or not isinstance(content, dict)
        or not isinstance(server, dict)
        or not isinstance(secrets, list)
        or not all(isinstance(secret, str) for secret in secrets)
    ):
        raise InputError("not an object of an archive: kind, key, name and content are needed", where=where)
    for field_name, kinds in _FIELDS.get(kind, {}).items():
        if not isinstance(content.get(field_name), kinds):
            raise InputError(f"not an object of kind {kind}: its {field_name} is missing or odd", where=where)
    return Item(kind, key, name, content, tuple(secrets), server)


def dashboard_item(live: LiveDashboard) -> Item:
    """A dashboard as it is kept. One stored in the v2 schema needs its document."""
    content = {"folder": live.folder_uid, "schema": live.schema or CLASSIC, "spec": live.spec}
    server = {"version": live.version, "updated": live.updated, "updated_by": live.updated_by, "manager": live.manager}
    kept = {name: value for name, value in server.items() if value}
    return Item("dashboards", live.uid, live.title, content, server=kept, token=live.token)


def group_item(group: GrafanaAlertGroup) -> Item:
    """A group of alert rules as it is kept."""
    content = {"folder": group.folder_uid, "group": group.name, "interval": group.interval, "rules": list(group.rules)}
    server = {"provenance": group.provenance} if group.provenance else {}
    return Item("alert-rules", f"{group.folder_uid}/{group.name}", group.name, content, server=server)

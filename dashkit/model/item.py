"""One object of a server, in the form that archives hold."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from dashkit import _json
from dashkit.errors import InputError
from dashkit.model.live import GrafanaAlertGroup, LiveDashboard

#: The schema of dashboards that are not stored in the v2 schema.
CLASSIC = "classic"


class Ref(NamedTuple):
    """The name of an object: ``dashboards/checkout``."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"


@dataclass(frozen=True, slots=True)
class Item:
    """An object of any kind.

    Attributes:
        key: names it on every server alike: a uid, a name, a login; never a number that one server assigned.
        content: what a restore writes.
        secrets: the names of the values that the server did not reveal.
        server: what the server added (ids, times, authors, versions). It is there to read, and never compared.
        token: what the server wants back to notice an edit in between. It is not part of an archive.
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
        """SHA-256 of the content; equal on any server that holds the same."""
        return _json.plain_digest(self.content)

    def document(self) -> bytes:
        """Return the canonical JSON that an archive holds."""
        value: dict[str, Any] = {"kind": self.kind, "key": self.key, "name": self.name, "content": self.content}
        if self.secrets:
            value["secrets"] = list(self.secrets)
        if self.server:
            value["server"] = self.server
        return _json.pretty(value)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a kind to read.

    Attributes:
        keys: the objects, None for all. A reader may return more.
        history: how many of the newest versions of each dashboard.
        since: the time of the earliest annotation, in milliseconds.
    """

    keys: frozenset[str] | None = None
    history: int = 0
    since: int = 0


#: The fields that a restore relies on, by kind.
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
    """Parse what `Item.document` wrote. Raises `InputError` for anything else."""
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
    """Return a dashboard as an item. One that is stored in the v2 schema has to come with its document."""
    content = {"folder": live.folder_uid, "schema": live.schema or CLASSIC, "spec": live.spec}
    server = {"version": live.version, "updated": live.updated, "updated_by": live.updated_by, "manager": live.manager}
    server = {name: value for name, value in server.items() if value}
    return Item("dashboards", live.uid, live.title, content, server=server, token=live.token)


def next_version(live: Item | None) -> int:
    """Return the number of the version that a save in place of a dashboard makes."""
    return int(live.server.get("version") or 0) + 1 if live else 1


def without_rules(group: Item, uids: Container[str]) -> Item:
    """Return a group of alert rules without those with these uids."""
    rules = [rule for rule in group.content["rules"] if str(rule["uid"]) not in uids]
    return replace(group, content={**group.content, "rules": rules})


def group_item(group: GrafanaAlertGroup) -> Item:
    """Return a group of alert rules as an item."""
    content = {"folder": group.folder_uid, "group": group.name, "interval": group.interval, "rules": list(group.rules)}
    server = {"provenance": group.provenance} if group.provenance else {}
    return Item("alert-rules", f"{group.folder_uid}/{group.name}", group.name, content, server=server)

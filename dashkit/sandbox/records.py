"""What the sandbox holds, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: the admin, or a service account."""

    login: str
    role: str
    account: int = 0
    org_id: int = 1


@dataclass(frozen=True, slots=True)
class Folder:
    uid: str
    id: int
    title: str
    parent: str
    version: int
    created: str
    updated: str
    author: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A stored dashboard; ``api`` is the version of the schema it was saved in."""

    uid: str
    id: int
    title: str
    folder: str
    version: int
    api: str
    tags: list[str]
    spec: dict[str, Any]
    manager: str
    created: str
    updated: str
    created_by: str
    updated_by: str


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A Grafana-managed alert rule; ``body`` is what the provisioning API takes, without its place."""

    uid: str
    folder: str
    group: str
    place: int
    interval: int
    provenance: str
    body: dict[str, Any]

"""The sandbox's data, as values. Fields are in the order of the columns in `dashkit.sandbox.store`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """The user or service account (``account``) that sends a request."""

    login: str
    role: str
    account: int = 0


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
    #: Differs after each write, in the whole store.
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A stored dashboard. ``api`` is the schema version it was saved in.

    In unified storage there is also the ``message`` of the last save, the ``clients`` that ever saved it, and a ``status``:
    what became of the conversion of the previous document to ``api``.
    """

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
    message: str = ""
    status: dict[str, Any] = field(default_factory=dict)
    revision: int = 0
    clients: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A Grafana-managed alert rule. ``body`` has the form of the provisioning API, without the rule's place."""

    uid: str
    folder: str
    group: str
    place: int
    interval: int
    provenance: str
    body: dict[str, Any]

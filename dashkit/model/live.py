"""What is stored in a Grafana, as values that do not depend on the API they came through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LiveFolder:
    """A folder; ``parent_uid`` is empty for one at the root."""

    uid: str
    title: str
    parent_uid: str = ""


@dataclass(frozen=True, slots=True)
class Datasource:
    """One datasource of the organisation."""

    uid: str
    name: str
    type: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class LiveDashboard:
    """A stored dashboard.

    ``spec`` is the classic document without id, uid and version, empty where the dashboard is stored in the v2 schema
    (``schema`` is then that version). ``manager`` names another tool that owns it (``file provisioning``, ``terraform
    shop``), empty for none. ``token`` is what the server wants back to detect an edit in between. ``message`` is that of the
    newest version, None where a server does not tell it with the dashboard.
    """

    uid: str
    title: str
    folder_uid: str
    spec: dict[str, Any]
    version: int
    tags: tuple[str, ...] = ()
    schema: str = ""
    manager: str = ""
    updated: str = ""
    updated_by: str = ""
    token: str = ""
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One entry of a dashboard's history; ``spec`` may be empty where the server does not send it."""

    number: int
    message: str
    created: str
    created_by: str
    spec: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GrafanaAlertGroup:
    """A group of Grafana-managed rules, desired or live.

    ``rules`` are documents with the keys of the provisioning API that dashkit sets: uid, title, condition, data, noDataState,
    execErrState, for, labels, annotations, isPaused. ``provenance`` names what manages them, empty for the UI and dashkit.
    """

    folder_uid: str
    name: str
    interval: int
    rules: tuple[Mapping[str, Any], ...]
    provenance: str = ""

"""What a Grafana stores, as values that do not depend on the API that they came through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LiveFolder:
    """A folder. ``parent_uid`` is empty at the root."""

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

    Attributes:
        spec: the document in the schema that it is stored in, without id, uid and version; empty if the server does not show it.
        schema: the version of the v2 schema, empty for a classic dashboard.
        manager: another tool that owns it (``file provisioning``, ``terraform shop``); empty for none.
        token: what the server wants back to detect an edit in between.
        message: that of the newest version; None if the server does not return it with the dashboard.
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
class Head:
    """What a list says of a dashboard in unified storage without its document.

    Attributes:
        version: the generation, which grows with each save that changes something.
        message: that of the newest save, which the client that saved has set.
        created: when, by the server's clock (RFC 3339).
        clients: the programs that saved it, as the server recorded them; none if it did not.
    """

    uid: str
    folder_uid: str
    version: int
    message: str
    created: str
    clients: frozenset[str]
    manager: str = ""
    updated: str = ""
    updated_by: str = ""
    token: str = ""


Proof = Callable[[Head], dict[str, Any] | None]
"""Returns the document of a dashboard if its head proves what that is, else None."""


def unproven(_head: Head) -> None:
    """Prove nothing."""


@dataclass(frozen=True, slots=True)
class Version:
    """One entry of a dashboard's history.

    Attributes:
        spec: the document; empty if the server does not send it.
        folder: the uid of the folder that it was in, empty for the root; None if the server does not say.
        schema: the version of the v2 schema, empty for a classic dashboard.
        clients: the programs that had saved the dashboard, as the server recorded them; none if it did not.
        born: when the dashboard was created, by the server's clock (RFC 3339); empty if the server does not say.
    """

    number: int
    message: str
    created: str
    created_by: str
    spec: dict[str, Any]
    folder: str | None = None
    schema: str = ""
    clients: frozenset[str] = frozenset()
    born: str = ""


@dataclass(frozen=True, slots=True)
class GrafanaAlertGroup:
    """A group of Grafana-managed rules, desired or live.

    Attributes:
        interval: seconds between evaluations.
        rules: documents with those keys of the provisioning API that dashkit sets: uid, title, condition, data, noDataState,
            execErrState, for, labels, annotations, isPaused.
        provenance: what manages the rules; empty for the UI and dashkit.
    """

    folder_uid: str
    name: str
    interval: int
    rules: tuple[Mapping[str, Any], ...]
    provenance: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Folder and name, which identify a group."""
        return self.folder_uid, self.name

"""What a Grafana says of itself and of its datasources, for a check-up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dashkit.model.live import Datasource


@dataclass(frozen=True, slots=True)
class ServerHealth:
    """What anybody may ask.

    Attributes:
        database: ``ok`` or ``failing``; empty if the server does not say.
        clock: the time of the answer by the server's clock, in Unix seconds; None if it does not say.
    """

    database: str
    clock: float | None


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What the server tells its own pages.

    Attributes:
        edition: such as ``Open Source`` or ``Enterprise``; empty if it does not say.
        licence_ends: in Unix seconds; 0 without a licence.
        renderer: whether an image renderer is there; None if it does not say.
        datasources: those that the credentials may query, which may be more than they may list.
        backends: the types of those that have a part which runs on the server.
    """

    edition: str
    licence_ends: float
    renderer: bool | None
    datasources: tuple[Datasource, ...]
    backends: frozenset[str]


class Verdict(Enum):
    """What came of the health check of a datasource."""

    OK = "ok"
    FAILED = "failed"
    #: Its plugin has no health check.
    NO_CHECK = "no check"
    #: No part of its plugin runs on the server: it has none, or that part has ended.
    NOT_RUNNING = "not running"
    #: Its plugin is not installed.
    NO_PLUGIN = "no plugin"


@dataclass(frozen=True, slots=True)
class DatasourceHealth:
    """The verdict, and the message of the plugin or the server."""

    verdict: Verdict
    message: str

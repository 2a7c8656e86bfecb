"""What the use cases need of the world: the front end wires it, a test makes it up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from dashkit.backup.protocol import BackupSource
from dashkit.deploy.protocol import Readable, Writable

if TYPE_CHECKING:
    from dashkit.archive.manifest import ArchiveOrigin
    from dashkit.backup.journal import Record
    from dashkit.compiler.compile import Failure
    from dashkit.config.context import Context
    from dashkit.config.project import Project
    from dashkit.config.secrets import Credentials
    from dashkit.metrics.prometheus import Prometheus
    from dashkit.model.dashboard import CompiledDashboard
    from dashkit.model.item import Ref
    from dashkit.model.live import Datasource, GrafanaAlertGroup, LiveDashboard


class Access(Protocol):
    """Who the credentials are, and what they may do."""

    @property
    def organisation(self) -> str: ...

    @property
    def organisation_id(self) -> int: ...

    def missing(self, needs: Mapping[str, str]) -> dict[str, str]:
        """Those of the needed actions that are not granted."""


class Server(Readable, Writable, BackupSource, Protocol):
    """One organisation of one Grafana; `dashkit.grafana.client.Grafana` is one."""

    @property
    def verified(self) -> bool:
        """Whether dashkit's contract has been run against this version."""

    @property
    def recording_rules(self) -> bool:
        """Whether it evaluates recording rules."""

    def alert_groups(self) -> list[GrafanaAlertGroup]:
        """Every group of Grafana-managed alert rules."""

    def read_everything(self) -> Iterable[LiveDashboard]:
        """Every dashboard of the organisation."""

    def organisations(self) -> dict[int, str]:
        """All of the server, by number; `ServerError` for who is no admin of it."""

    def datasources(self) -> list[Datasource]:
        """All that the credentials may see."""

    def ask(self, query: Mapping[str, Any], start: str, end: str) -> tuple[int, str]:
        """Ask one query as a panel does: how many series (or columns) have a value, and the error."""

    @property
    def reads(self) -> str:
        """By which API dashboards are read, for people."""

    @property
    def writes(self) -> str:
        """By which API they are written."""

    def access(self) -> Access:
        """Who the credentials are, and what they may do."""

    def annotate(self, text: str, tags: list[str]) -> None:
        """An event of now, for the whole organisation."""


class Journal(Protocol):
    """Where the pushes of a project to a context are kept; `dashkit.backup.journal_store.StoreJournal` is one."""

    def names(self, now: datetime) -> list[tuple[str, bool]]:
        """Of all that is kept, newest first, and last what is dated in the future; and whether it is a rollback."""

    def read(self, name: str, context_url: str, organisation: int) -> Record | None:
        """What was kept under that name; None for nothing, `RefusedError` where it is of another server or organisation."""

    def keep(
        self,
        record: Callable[[str], Record],
        origin: ArchiveOrigin,
        now: datetime,
        warnings: list[str],
        *,
        rollback: bool = False,
    ) -> str:
        """Keep what ``record`` makes of a name that nobody else has; returns that name. What raises here stops the run."""

    def settle(self, name: str, untouched: Sequence[Ref]) -> None:
        """Take out of what is kept under that name the objects of which nothing was written after all."""


class Connect(Protocol):
    """From a context to its server; no request is sent yet."""

    def __call__(self, context: Context, credentials: Credentials) -> Server: ...


@dataclass(frozen=True, slots=True)
class Event:
    """How far something is: ``done`` of ``total`` (None: nobody knows) were ``verb``: written, read, asked."""

    verb: str
    done: int
    total: int | None = None


def _now() -> datetime:
    return datetime.now(UTC)


def _compiled(project: Project) -> Iterable[CompiledDashboard | Failure]:
    from dashkit.app.source import compiled

    return compiled(project)


def _journal(place: str, label: str) -> Journal:
    from dashkit.backup.journal_store import open_journal

    return open_journal(place, label)


@dataclass(frozen=True, slots=True)
class Ports:
    """All that a use case reaches beyond its request."""

    project: Project
    environ: Mapping[str, str]
    connect: Connect
    #: A Prometheus by its address; no request is sent yet.
    prometheus: Callable[[str], Prometheus]
    #: The one behind a datasource of a context's Grafana, by its uid.
    behind: Callable[[Context, Credentials, str], Prometheus]
    clock: Callable[[], datetime] = _now
    #: Seconds that only go on, for how long something takes.
    timer: Callable[[], float] = time.monotonic
    compile: Callable[[Project], Iterable[CompiledDashboard | Failure]] = _compiled
    #: By its place (a directory or URL) and its label.
    journal: Callable[[str, str], Journal] = _journal
    progress: Callable[[Event], None] = field(default=lambda event: None)

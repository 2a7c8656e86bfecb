"""What the use cases need from the outside world: the front end wires it, tests substitute it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
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
    from dashkit.market.client import Marketplace
    from dashkit.metrics.alertmanager import Alertmanager
    from dashkit.metrics.prometheus import Prometheus
    from dashkit.model.dashboard import CompiledDashboard
    from dashkit.model.health import DatasourceHealth, ServerHealth, ServerSettings
    from dashkit.model.item import Ref
    from dashkit.model.live import Datasource, GrafanaAlertGroup, LiveDashboard


class Access(Protocol):
    """The organisation and the rights of the credentials."""

    @property
    def organisation(self) -> str: ...

    @property
    def organisation_id(self) -> int: ...

    def missing(self, needs: Mapping[str, str]) -> dict[str, str]:
        """Return the needed actions that are not granted."""


class Server(Readable, Writable, BackupSource, Protocol):
    """One organisation of one Grafana; implemented by `dashkit.grafana.client.Grafana`."""

    @property
    def verified(self) -> bool:
        """Whether dashkit has been tested against this version."""

    @property
    def v2(self) -> str:
        """The version of the v2 schema to write; empty if the server takes only classic dashboards."""

    @property
    def scoped_variables(self) -> bool:
        """Whether rows and tabs can have variables of their own."""

    @property
    def recording_rules(self) -> bool:
        """Whether the server evaluates recording rules."""

    def alert_groups(self) -> list[GrafanaAlertGroup]:
        """Return every group of Grafana-managed alert rules."""

    def rule_versions(self, uid: str) -> list[dict[str, Any]]:
        """Return the versions of an alert rule, newest first; none if the server does not keep or show them."""

    def read_everything(self) -> Iterable[LiveDashboard]:
        """Yield every dashboard of the organisation."""

    def organisations(self) -> dict[int, str]:
        """Return all organisations of the server: id -> name. Raises `ServerError` without server admin rights."""

    def datasources(self) -> list[Datasource]:
        """Return the datasources that the credentials may see."""

    def health(self) -> ServerHealth:
        """Return what the server says of itself without a login."""

    def settings(self) -> ServerSettings:
        """Return what the server tells its pages."""

    def certificate_ends(self) -> float | None:
        """Return when the server's certificate expires, in Unix seconds; None without TLS, or if any is accepted."""

    def datasource_health(self, uid: str) -> DatasourceHealth:
        """Let the server check a datasource. Raises `ServerError` with 403 without the right, and if no answer comes."""

    def ask(self, query: Mapping[str, Any], start: str, end: str) -> tuple[int, str]:
        """Send one query as a panel does; return how many series (or columns) have a value, and the error."""

    def results(self, queries: Sequence[Mapping[str, Any]], start: str, end: str) -> Mapping[str, Any]:
        """Run the queries of a panel between two times in milliseconds; return frames or an error by refId."""

    def marks(self, start: str, end: str, tags: Sequence[str]) -> list[dict[str, Any]]:
        """Return the annotations between two times in milliseconds that have all the tags."""

    @property
    def reads(self) -> str:
        """The API through which dashboards are read, to show."""

    @property
    def writes(self) -> str:
        """The API through which dashboards are written, to show."""

    def inside(self, folder_uid: str, known: frozenset[str]) -> list[str]:
        """Return the names of what is in a folder, besides dashboards whose uids are ``known``."""

    def access(self) -> Access:
        """Return the organisation and the rights of the credentials."""

    def annotate(self, text: str, tags: list[str]) -> None:
        """Create an annotation at the current time, for the whole organisation."""


class Journal(Protocol):
    """The records of pushes of a project to a context; implemented by `dashkit.backup.journal_store.StoreJournal`."""

    def names(self, now: datetime) -> list[tuple[str, bool]]:
        """Return the names, newest first (those dated in the future last), and whether each is a rollback."""

    def read(self, name: str, context_url: str, organisation: int) -> Record | None:
        """Return a record; None if there is none. Raises `RefusedError` if it is of another server or organisation."""

    def keep(
        self,
        record: Callable[[str], Record],
        origin: ArchiveOrigin,
        now: datetime,
        warnings: list[str],
        *,
        rollback: bool = False,
    ) -> str:
        """Store the record that ``record`` makes for a new unique name, and return the name. An exception stops the run."""

    def settle(self, name: str, untouched: Sequence[Ref]) -> None:
        """Drop from a record the objects that were not written after all."""


class Connect(Protocol):
    """Connect to the server of a context; sends no request yet."""

    def __call__(self, context: Context, credentials: Credentials) -> Server: ...


@dataclass(frozen=True, slots=True)
class Event:
    """Progress: ``done`` of ``total`` (None if unknown) were ``verb``, such as "written" or "read"."""

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


def _market(url: str, ca: Path | None) -> Marketplace:
    from dashkit.market.client import URL, marketplace

    return marketplace(url or URL, ca)


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that a use case needs besides its request."""

    project: Project
    environ: Mapping[str, str]
    connect: Connect
    #: Connects to the Prometheus at a URL; sends no request yet.
    prometheus: Callable[[str], Prometheus]
    #: Connects to the Prometheus behind a datasource, by its uid, of a context's Grafana.
    behind: Callable[[Context, Credentials, str], Prometheus]
    #: Connects to the Alertmanager at a URL; sends no request yet.
    alertmanager: Callable[[str], Alertmanager]
    clock: Callable[[], datetime] = _now
    #: A monotonic clock in seconds, to measure durations.
    timer: Callable[[], float] = time.monotonic
    compile: Callable[[Project], Iterable[CompiledDashboard | Failure]] = _compiled
    #: Opens a journal by its place (a directory or URL) and its label.
    journal: Callable[[str, str], Journal] = _journal
    #: Connects to grafana.com, or to the mirror at a URL with its certificate authorities; sends no request yet.
    market: Callable[[str, Path | None], Marketplace] = _market
    progress: Callable[[Event], None] = field(default=lambda event: None)
    #: Waits for so many seconds.
    sleep: Callable[[float], None] = time.sleep
    #: Whether the person has interrupted the run, for what runs in threads: Ctrl-C reaches only the main thread.
    stopped: Callable[[], bool] = lambda: False

"""Back up a server into an archive."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from dashkit import _files
from dashkit.app.archive import archive_location
from dashkit.app.connect import insecure, require_organisation, unverified
from dashkit.app.forget import Forgotten, Keep, decided, policy_of
from dashkit.app.forget import Prepared as ToForget
from dashkit.app.forget import carry_out as forget
from dashkit.app.lock import only_run
from dashkit.app.ports import Event, Ports, Server
from dashkit.app.times import moment_of
from dashkit.archive.manifest import ArchiveOrigin, KindReport
from dashkit.archive.write import TreeWriter, Writer, ZipWriter
from dashkit.backup.archive_name import archive_name, plain_context
from dashkit.backup.collect import collect
from dashkit.backup.metrics import BackupRun, metrics_text
from dashkit.backup.retention import INCOMPLETE, PART, RetentionPolicy
from dashkit.backup.stores import LOCK, DirectoryStore, Pending, Store, open_store
from dashkit.config.context import Context, choose
from dashkit.config.project import STATE
from dashkit.config.secrets import Credentials, credentials
from dashkit.errors import DashkitError, ServerError, UsageError
from dashkit.model.item import Limits
from dashkit.model.kinds import BY_NAME, Kind, chosen

STDOUT = "standard output"


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit backup`."""

    keep: Keep = field(default_factory=Keep)
    context_name: str | None = None
    #: A directory, a URL, or ``-`` for standard output.
    output: str = ""
    kinds: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    all_orgs: bool = False
    history: int | None = None
    since: str = ""
    #: ``zip`` or ``tree``.
    form: str = "zip"
    metrics_file: Path | None = None
    forget: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What to read, from which server, and where to write it. No request has been sent yet."""

    request: Request
    context: Context
    credentials: Credentials
    kinds: tuple[Kind, ...]
    limits: Limits
    policy: RetentionPolicy | None
    began: datetime
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What was written ``where``, with a report per kind, and the old archives that were removed afterwards."""

    where: str
    reports: tuple[KindReport, ...]
    size: int
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    to_forget: ToForget | None = None
    forgotten: Forgotten = field(default_factory=Forgotten)
    #: What failed once the archive was written: removing old ones, or the metrics file.
    failure: DashkitError | None = None

    @property
    def failures(self) -> list[KindReport]:
        return [report for report in self.reports if report.failure]

    @property
    def objects(self) -> int:
        return sum(report.objects for report in self.reports)


def prepare(request: Request, ports: Ports) -> Prepared:
    """Validate the options, and find the context."""
    policy = _policy(request)
    if request.form == "tree" and (not request.output or request.output == "-" or "://" in request.output):
        raise UsageError("--format tree needs a directory", hint="--output grafana/")
    kinds = chosen(request.kinds, request.exclude)
    if request.history:
        kinds = tuple(kind for kind in BY_NAME.values() if kind in kinds or kind.name == "dashboard-versions")
    elif any(kind.name == "dashboard-versions" for kind in kinds):
        raise UsageError("dashboard-versions needs --history", hint="for example --history 10")
    if request.metrics_file and not request.metrics_file.parent.is_dir():
        raise UsageError(f"--metrics-file: no such directory: {request.metrics_file.parent}")
    if request.output.endswith(".zip") and "://" not in request.output:
        raise UsageError(
            f"--output {request.output} is a file name", hint="give a directory; the archive gets its name by itself"
        )
    context = choose(ports.project, request.context_name, ports.environ)
    began = ports.clock()
    since = int(moment_of(request.since, "--since", began).timestamp() * 1000) if request.since else 0
    limits = Limits(history=request.history or 0, since=since)
    try:
        keys = credentials(context, ports.project.root, ports.environ)
    except DashkitError:
        # A token that is not set must not look like a backup that nobody started.
        with contextlib.suppress(DashkitError):
            run = BackupRun(context.name, began.timestamp(), 0, failures=1)
            _write_metrics(request.metrics_file, run, ports, ports.timer())
        raise
    return Prepared(request, context, keys, kinds, limits, policy, began, insecure(context))


def carry_out(prepared: Prepared, ports: Ports, stdout: BinaryIO | None = None) -> Result:
    """Lock, read, write, and remove old archives. The metrics file is written even if the backup fails.

    Raises:
        RefusedError: another backup to the same place is in progress.
        ServerError: nothing at all could be read.
        InputError: the archive cannot be written.
    """
    run, started = BackupRun(prepared.context.name, prepared.began.timestamp(), 0, failures=1), ports.timer()
    with _lock(prepared, ports):
        # Inside the lock: a run that is refused leaves the metrics file to the other run.
        try:
            result, store = _read(prepared, ports, stdout)
            result = replace(result, seconds=ports.timer() - started)
            objects = Counter[str]()
            for report in result.reports:
                objects[report.kind] += report.objects
            run = replace(run, size=result.size, failures=len(result.failures), objects=objects)
            if prepared.policy is not None and store is not None:
                result = _forgotten(result, store, prepared, prepared.policy, ports)
        except BaseException:
            with contextlib.suppress(DashkitError):
                _write_metrics(prepared.request.metrics_file, run, ports, started)
            raise
        try:
            _write_metrics(prepared.request.metrics_file, run, ports, started)
        except DashkitError as error:  # the archive itself is safe
            return replace(result, failure=result.failure or error)
        return result


def _forgotten(result: Result, store: Store, prepared: Prepared, policy: RetentionPolicy, ports: Ports) -> Result:
    try:
        to_forget = decided(store, policy, plain_context(prepared.context.name), ports)
        return replace(result, to_forget=to_forget, forgotten=forget(to_forget))
    except DashkitError as error:  # the archive itself is safe
        return replace(result, failure=error)


def _policy(request: Request) -> RetentionPolicy | None:
    if not request.forget:
        if not request.keep.empty:
            raise UsageError("--keep-... needs --forget")
        return None
    policy = policy_of(request.keep)
    if request.form == "tree" or request.output == "-":
        raise UsageError("--forget cannot be used with --format tree or with standard output")
    return policy


def _write_metrics(path: Path | None, run: BackupRun, ports: Ports, started: float) -> None:
    if path:
        ended = replace(run, ended=ports.clock().timestamp(), seconds=ports.timer() - started)
        before = _files.read_bytes(path).decode("utf-8", "replace") if path.is_file() else ""
        _files.write_atomic(path, metrics_text(ended, before).encode(), mode=0o644)


def _read(prepared: Prepared, ports: Ports, stdout: BinaryIO | None) -> tuple[Result, Store | None]:
    request, kinds = prepared.request, prepared.kinds
    warnings: list[str] = []
    places = list(_organisations(prepared, ports, warnings))
    asked = frozenset(kind.name for kind in kinds) if request.kinds else frozenset()
    reports: list[KindReport] = []

    def progress(kind: Kind, found: int, total: int | None) -> None:
        ports.progress(Event(f"{kind.name} read", found, total))

    with _writer(prepared, ports, stdout) as (writer, target):
        for place, server in enumerate(places):
            # Server-wide kinds are read once, with the first organisation.
            own = tuple(kind for kind in kinds if place == 0 or not kind.server)
            reports += collect(server, own, writer, limits=prepared.limits, asked=asked, progress=progress)
        if all(report.failure for report in reports) and not any(report.objects for report in reports):
            raise ServerError(
                f"nothing could be read: {reports[0].why}", where=prepared.context.url, hint="dashkit context check"
            )
        first = places[0]
        names = dict(server.organisation for server in places)
        created = "" if request.form == "tree" else prepared.began.strftime("%Y-%m-%dT%H:%M:%SZ")
        context = prepared.context
        origin = ArchiveOrigin(
            version("grafana-dashkit"), created, context.name, context.url, first.version, names, prepared.limits.since
        )
        writer.finish(origin, reports)
        if target.archive is not None:
            target.archive.name = archive_name(context.name, target.moment, _state(kinds, reports))
    return Result(target.where, tuple(reports), writer.size, warnings=tuple(warnings)), target.store


def _state(kinds: tuple[Kind, ...], reports: list[KindReport]) -> str:
    """Return the state of the archive for its name."""
    if any(report.failure for report in reports):
        return INCOMPLETE
    return PART if set(chosen(())) - set(kinds) else ""


def _organisations(prepared: Prepared, ports: Ports, warnings: list[str]) -> Iterator[Server]:
    """Yield a connection for each organisation; only the context's own without ``--all-orgs``."""
    context, keys = prepared.context, prepared.credentials
    server = ports.connect(context, keys)
    if not prepared.request.all_orgs:
        require_organisation(context, server)
        warnings += unverified(server)
        yield server
        return
    if not keys.user:
        raise UsageError(
            "--all-orgs needs a user and password: a token belongs to one organisation",
            hint="set `user` and password_* in the context",
        )
    for number in sorted(server.organisations()):
        one = ports.connect(replace(context, org_id=number), keys)
        require_organisation(replace(context, org_id=number), one)
        yield one


@dataclass(slots=True)
class _Place:
    """The destination of an archive; in a store its name is made from ``moment``."""

    moment: datetime
    fixed: str = ""
    store: Store | None = None
    archive: Pending | None = None

    @property
    def where(self) -> str:
        if self.store is None or self.archive is None:
            return self.fixed
        return f"{self.store.where.rstrip('/')}/{self.archive.name}"


@contextmanager
def _writer(prepared: Prepared, ports: Ports, stdout: BinaryIO | None) -> Iterator[tuple[Writer, _Place]]:
    request, context, began = prepared.request, prepared.context, prepared.began
    if request.form == "tree":
        with TreeWriter(Path(request.output).expanduser()) as tree:
            yield tree, _Place(began, request.output)
    elif request.output == "-":
        assert stdout is not None
        with ZipWriter(stdout) as writer:
            yield writer, _Place(began, STDOUT)
    else:
        store = open_store(archive_location(ports, context, request.output))
        moment = began
        # No two archives of a context share a second, not even with different states.
        while any(store.has(archive_name(context.name, moment, state)) for state in ("", PART, INCOMPLETE)):
            moment += timedelta(seconds=1)
        name = archive_name(context.name, moment)
        with store.new(name) as pending, ZipWriter(pending.stream) as writer:
            yield writer, _Place(moment, store=store, archive=pending)


@contextmanager
def _lock(prepared: Prepared, ports: Ports) -> Iterator[None]:
    """Lock the directory of archives; for a tree or a remote store, lock this context in this checkout."""
    request, context = prepared.request, prepared.context
    place = archive_location(ports, context, request.output)
    path = ports.project.root / STATE / f"backup-{plain_context(context.name)}.lock"
    if request.form == "zip" and request.output != "-" and isinstance(open_store(place), DirectoryStore):
        path = Path(place).expanduser() / LOCK
    with only_run(path, "backup"):
        yield

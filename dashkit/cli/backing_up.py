"""A run of ``dashkit backup``: lock, read, write, tell, and forget what is old."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from dashkit import _files
from dashkit.archive.manifest import KindReport, Origin
from dashkit.archive.write import TreeWriter, Writer, ZipWriter
from dashkit.backup.collect import collect
from dashkit.backup.metrics import Run, metrics_text
from dashkit.backup.naming import archive_name, plain_context
from dashkit.backup.retention import INCOMPLETE, PART, Policy
from dashkit.backup.stores import LOCK, DirectoryStore, Pending, Store, open_store
from dashkit.cli.backup_options import moment_of, only_run, place_of
from dashkit.cli.connect import connect, require_organisation, warn_unverified
from dashkit.cli.console import Console, Progress, counted
from dashkit.config.context import Context, choose
from dashkit.config.project import STATE, Project
from dashkit.config.secrets import Credentials, credentials
from dashkit.errors import DashkitError, ExitCode, ServerError, UsageError, worst
from dashkit.grafana.client import Grafana
from dashkit.model.item import Limits
from dashkit.model.kinds import BY_NAME, Kind, chosen

STDOUT = "standard output"


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for."""

    context: str | None
    output: str
    kinds: tuple[str, ...]
    exclude: tuple[str, ...]
    all_organisations: bool
    history: int
    since: str
    form: str
    metrics: Path | None
    policy: Policy | None


def back_up(project: Project, request: Request, console: Console) -> ExitCode:
    """Do it; the metrics file is written whether it went well or not."""
    kinds = chosen(request.kinds, request.exclude)
    if request.history:
        kinds = tuple(kind for kind in BY_NAME.values() if kind in kinds or kind.name == "dashboard-versions")
    elif any(kind.name == "dashboard-versions" for kind in kinds):
        raise UsageError("dashboard-versions without a number", hint="--history 10")
    if request.metrics and not request.metrics.parent.is_dir():
        raise UsageError(f"--metrics-file: there is no directory {request.metrics.parent}")
    if request.output.endswith(".zip") and "://" not in request.output:
        raise UsageError(
            f"--output {request.output} names a file", hint="name the directory; the archive has a name of its own"
        )
    context = choose(project, request.context, os.environ)
    if context.insecure:
        console.warn(f"context {context.name} accepts any certificate (tls.insecure)")
    began, clock = datetime.now(UTC), time.monotonic()
    since = int(moment_of(request.since, "--since", began).timestamp() * 1000) if request.since else 0
    limits = Limits(history=request.history, since=since)
    keys = credentials(context, project.root, os.environ)
    run = Run(context.name, began.timestamp(), 0, failures=1)
    with _terminable(), _lock(project, request, context):
        # A run that is refused because of another leaves the metrics to that.
        try:
            result = _read(project, request, context, keys, kinds, limits, began, console)
            failures = [report for report in result.reports if report.failure]
            objects = Counter({report.kind: 0 for report in result.reports})
            for report in result.reports:
                objects[report.kind] += report.objects
            run = replace(run, size=result.size, failures=len(failures), objects=objects)
            _tell(result, time.monotonic() - clock, console)
            code = ExitCode.PARTIAL if failures else ExitCode.OK
            if request.policy is not None and result.store is not None:
                from dashkit.cli.forgetting import forget

                code = worst([code, forget(result.store, request.policy, console, context=plain_context(context.name))])
        except BaseException:
            with contextlib.suppress(DashkitError):
                _write_metrics(request, run, clock)
            raise
        _write_metrics(request, run, clock)
        return code


@contextmanager
def _terminable() -> Iterator[None]:
    """systemd and Kubernetes end a run by SIGTERM: as an interrupt does, that takes what is half written along."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _write_metrics(request: Request, run: Run, clock: float) -> None:
    if request.metrics:
        ended = replace(run, ended=time.time(), seconds=time.monotonic() - clock)
        before = _files.read_bytes(request.metrics).decode("utf-8", "replace") if request.metrics.is_file() else ""
        _files.write_atomic(request.metrics, metrics_text(ended, before).encode(), mode=0o644)


@dataclass(frozen=True, slots=True)
class _Result:
    where: str
    reports: tuple[KindReport, ...]
    size: int
    store: Store | None


def _read(
    project: Project,
    request: Request,
    context: Context,
    keys: Credentials,
    kinds: tuple[Kind, ...],
    limits: Limits,
    began: datetime,
    console: Console,
) -> _Result:
    places = list(_organisations(context, keys, console, all_of_them=request.all_organisations))
    asked = frozenset(kind.name for kind in kinds) if request.kinds else frozenset()
    reports: list[KindReport] = []
    progress = Progress(console, None, "read")
    with _writer(project, request, context, began) as (writer, target):
        for place, grafana in enumerate(places):
            # What belongs to the server is read once.
            own = tuple(kind for kind in kinds if place == 0 or not kind.server)
            reports += collect(
                grafana, own, writer, limits=limits, asked=asked,
                progress=lambda kind: progress.step(f"read; {kind.name}"),
            )  # fmt: skip
        progress.end()
        if all(report.failure for report in reports) and not any(report.objects for report in reports):
            # Nothing that deserves to be called an archive.
            raise ServerError(
                f"nothing could be read: {reports[0].why}", where=context.url, hint="dashkit context check"
            )
        first = places[0]
        names = dict(grafana.organisation for grafana in places)
        created = "" if request.form == "tree" else began.strftime("%Y-%m-%dT%H:%M:%SZ")
        origin = Origin(version("dashkit"), created, context.name, context.url, first.version, names, limits.since)
        writer.finish(origin, reports)
        if target.archive is not None:
            target.archive.name = archive_name(context.name, target.moment, _state(kinds, reports))
    return _Result(target.where, tuple(reports), writer.size, target.store)


def _state(kinds: tuple[Kind, ...], reports: list[KindReport]) -> str:
    """What the name of an archive says of it."""
    if any(report.failure for report in reports):
        return INCOMPLETE
    return PART if set(chosen(())) - set(kinds) else ""


def _organisations(context: Context, keys: Credentials, console: Console, *, all_of_them: bool) -> Iterator[Grafana]:
    """A client for each organisation, the context's own alone unless all are wanted."""
    grafana = connect(context, keys)
    if not all_of_them:
        require_organisation(context, grafana)
        warn_unverified(grafana, console)
        yield grafana
        return
    if not keys.user:
        raise UsageError(
            "--all-orgs with a token, which belongs to one organisation", hint="`user` and password_* in the context"
        )
    for number in sorted(grafana.organisations()):
        one = connect(replace(context, org_id=number), keys)
        require_organisation(replace(context, org_id=number), one)
        yield one


@dataclass(slots=True)
class _Place:
    """Where an archive goes; in a store under a name that follows from ``moment``."""

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
def _writer(project: Project, request: Request, context: Context, began: datetime) -> Iterator[tuple[Writer, _Place]]:
    if request.form == "tree":
        with TreeWriter(Path(request.output).expanduser()) as tree:
            yield tree, _Place(began, request.output)
    elif request.output == "-":
        sys.stdout.flush()
        with ZipWriter(sys.stdout.buffer) as writer:
            yield writer, _Place(began, STDOUT)
    else:
        store = open_store(place_of(project, context, request.output))
        moment = began
        # No two archives of a context have one second, whatever became of them.
        while any(store.has(archive_name(context.name, moment, state)) for state in ("", PART, INCOMPLETE)):
            moment += timedelta(seconds=1)
        name = archive_name(context.name, moment)
        with store.new(name) as pending, ZipWriter(pending.stream) as writer:
            yield writer, _Place(moment, store=store, archive=pending)


@contextmanager
def _lock(project: Project, request: Request, context: Context) -> Iterator[None]:
    """Of the directory of archives that is written to; for a tree or a store elsewhere, of this checkout and context."""
    place = place_of(project, context, request.output)
    path = project.root / STATE / f"backup-{plain_context(context.name)}.lock"
    if request.form == "zip" and request.output != "-" and isinstance(open_store(place), DirectoryStore):
        path = Path(place).expanduser() / LOCK
    with only_run(path, "backup"):
        yield


def _tell(result: _Result, seconds: float, console: Console) -> None:
    total = sum(report.objects for report in result.reports)
    console.info(f"{counted(total, 'object')}, {size_text(result.size)} in {seconds:.1f} s")
    if result.where != STDOUT and not console.quiet:
        console.out(result.where)
    several = len({report.organisation for report in result.reports}) > 1
    for report in result.reports:
        place = f" of organisation {report.organisation}" if several else ""
        if report.failure:
            console.error(f"{report.kind}{place}: {report.why}")
        elif report.why:
            console.info(f"without {report.kind}{place}: {report.why}")
    failed = sum(report.failure for report in result.reports)
    if failed:
        console.error(
            f"the archive is not complete: {counted(failed, 'kind')} of {len(result.reports)} not read in full"
        )


def size_text(size: float) -> str:
    """``512 B``, ``3.4 kB``, ``2.1 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError("unreachable")

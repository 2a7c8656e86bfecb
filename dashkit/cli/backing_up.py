"""A run of ``dashkit backup``: lock, read, write, tell, and forget what is old."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from dashkit import _files
from dashkit.archive.manifest import KindReport, Origin
from dashkit.archive.write import TreeWriter, Writer, ZipWriter
from dashkit.backup.collect import collect
from dashkit.backup.metrics import Run, metrics_text
from dashkit.backup.naming import free_name, plain_context
from dashkit.backup.retention import Policy
from dashkit.backup.stores import LOCK, DirectoryStore, Store, open_store
from dashkit.cli.backup_options import moment_of, only_run, place_of
from dashkit.cli.connect import connect, require_organisation
from dashkit.cli.console import Console, Progress, counted
from dashkit.config.context import Context, choose
from dashkit.config.project import STATE, Project
from dashkit.config.secrets import Credentials, credentials
from dashkit.errors import DashkitError, ExitCode, ServerError, UsageError, worst
from dashkit.grafana.client import Grafana
from dashkit.model.item import Limits
from dashkit.model.kinds import BY_NAME, Kind, chosen


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
    context = choose(project, request.context, os.environ)
    if context.insecure:
        console.warn(f"context {context.name} accepts any certificate (tls.insecure)")
    began, clock = datetime.now(UTC), time.monotonic()
    since = int(moment_of(request.since, "--since", began).timestamp() * 1000) if request.since else 0
    limits = Limits(history=request.history, since=since)
    keys = credentials(context, project.root, os.environ)
    run = Run(context.name, began.timestamp(), 0, failures=1)
    with _lock(project, request, context):
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
    with _writer(project, request, context, began) as (writer, where, store):
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
    return _Result(where, tuple(reports), writer.size, store)


def _organisations(context: Context, keys: Credentials, console: Console, *, all_of_them: bool) -> Iterator[Grafana]:
    """A client for each organisation, the context's own alone unless all are wanted."""
    grafana = connect(context, keys)
    if not all_of_them:
        require_organisation(context, grafana)
        if not grafana.verified:
            console.warn(f"Grafana {grafana.version} is unverified: dashkit's contract has not been run against it")
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


@contextmanager
def _writer(
    project: Project, request: Request, context: Context, began: datetime
) -> Iterator[tuple[Writer, str, Store | None]]:
    if request.form == "tree":
        with TreeWriter(Path(request.output).expanduser()) as tree:
            yield tree, request.output, None
    elif request.output == "-":
        sys.stdout.flush()
        with ZipWriter(sys.stdout.buffer) as writer:
            yield writer, "standard output", None
    else:
        store = open_store(place_of(project, context, request.output))
        name = free_name(context.name, began, store.has)
        with store.new(name) as stream, ZipWriter(stream) as writer:
            yield writer, f"{store.where.rstrip('/')}/{name}", store


@contextmanager
def _lock(project: Project, request: Request, context: Context) -> Iterator[None]:
    """Of the directory that is written to; for a store elsewhere, of this checkout and context."""
    place = request.output if request.form == "tree" else place_of(project, context, request.output)
    local = isinstance(open_store(place), DirectoryStore) if request.output != "-" else False
    path = Path(place).expanduser() / LOCK if local else project.root / STATE / f"backup-{context.name}.lock"
    with only_run(path, "backup"):
        yield


def _tell(result: _Result, seconds: float, console: Console) -> None:
    total = sum(report.objects for report in result.reports)
    console.info(f"{counted(total, 'object')}, {size_text(result.size)} in {seconds:.1f} s")
    if result.where != "standard output" and not console.quiet:
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

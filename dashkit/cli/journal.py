"""The journal of pushes: what a push overwrites is kept before it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from dashkit.archive.manifest import Origin
from dashkit.backup.journal import KEPT, Record, keep, push_name, record_of
from dashkit.backup.naming import archive_name, plain_context
from dashkit.backup.retention import retain
from dashkit.backup.stores import Store, open_store
from dashkit.cli.console import Console
from dashkit.cli.rule_plan import RulePlan
from dashkit.config.context import Context
from dashkit.config.project import STATE, Project
from dashkit.deploy.actions import Plan
from dashkit.errors import DashkitError, ServerError
from dashkit.grafana.client import Grafana
from dashkit.model.item import Item, Limits

#: After the label, of a rollback's own record.
ROLLBACK = ".rollback"


def journal_of(project: Project, context: Context) -> Store:
    """Where the pushes to a context are kept."""
    return open_store(context.journal or str(project.root / STATE / "pushes"))


def label(project: Project, context: Context) -> str:
    """Under which the pushes of a project to a context stand in a journal, which others may share."""
    return f"{project.name}.{context.name}"


def write_ahead(
    project: Project, context: Context, grafana: Grafana, plan: Plan | None, rules: RulePlan | None, console: Console
) -> str:
    """Keep what the plans are about to change; returns the name of the push, empty where nothing is to be written.

    `InputError` where it cannot be kept: then nothing is to be pushed. Of older pushes the last twenty stay.
    """
    actions = plan.writes if plan else []
    groups = rules.writes if rules else []
    if not actions and not groups:
        return ""
    live = rules.live if rules else ()

    def record(name: str) -> Record:
        return record_of(
            name, actions, lambda uid: _whole(grafana, uid), lambda uid: _permissions(grafana, uid), groups, live
        )

    return keep_record(project, context, grafana, record, console)


def keep_record(
    project: Project,
    context: Context,
    grafana: Grafana,
    record: Callable[[str], Record],
    console: Console,
    *,
    rollback: bool = False,
) -> str:
    """Keep what ``record`` makes of the name that is free now, a push or a ``rollback``; returns that name."""
    store = journal_of(project, context)
    now = datetime.now(UTC)
    own = label(project, context)
    stands_as = own + (ROLLBACK if rollback else "")
    # No push and no rollback share a name.
    moment = now
    while any(store.has(archive_name(name, moment)) for name in (own, own + ROLLBACK)):
        moment += timedelta(seconds=1)
    archive = archive_name(stands_as, moment)
    name = push_name(archive)
    number, title = grafana.organisation
    created = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    origin = Origin(version("dashkit"), created, context.name, context.url, grafana.version, {number: title})
    keep(store, record(name), archive, origin, number)
    _tidy(store, stands_as, now, console)
    return name


def _permissions(grafana: Grafana, uid: str) -> list[Item]:
    """Those of a dashboard that is deleted; none where they may not be read."""
    try:
        return list(grafana.stored("dashboard-permissions", Limits(keys=frozenset({uid}))))
    except ServerError:
        return []


def _whole(grafana: Grafana, uid: str) -> Item | None:
    return next(iter(grafana.stored("dashboards", Limits(keys=frozenset({uid})))), None)


def _tidy(store: Store, name: str, now: datetime, console: Console) -> None:
    try:
        stamps = [stamp for stamp in store.stamps() if stamp.context == plain_context(name)]
        for decision in retain(stamps, KEPT, now, frozenset(stamp.name for stamp in stamps)):
            if not decision.keep:
                store.remove(decision.stamp.name)
    except DashkitError as error:  # an old one too many is no reason not to push
        console.warn(f"old pushes could not be removed: {error}")

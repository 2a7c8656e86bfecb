"""The journal of pushes: what a push overwrites is kept before it does."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version

from dashkit.archive.manifest import Origin
from dashkit.backup.journal import KEPT, keep, push_name, record_of
from dashkit.backup.naming import free_name, plain_context
from dashkit.backup.retention import retain
from dashkit.backup.stores import Store, open_store
from dashkit.cli.console import Console
from dashkit.cli.rule_plan import RulePlan
from dashkit.config.context import Context
from dashkit.config.project import STATE, Project
from dashkit.deploy.actions import Plan
from dashkit.errors import DashkitError
from dashkit.grafana.client import Grafana
from dashkit.model.item import Item, Limits


def journal_of(project: Project, context: Context) -> Store:
    """Where the pushes to a context are kept."""
    return open_store(context.journal or str(project.root / STATE / "pushes"))


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
    store = journal_of(project, context)
    now = datetime.now(UTC)
    archive = free_name(context.name, now, store.has)
    name = push_name(archive)
    number, title = grafana.organisation
    created = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    origin = Origin(version("dashkit"), created, context.name, context.url, grafana.version, {number: title})
    record = record_of(name, actions, lambda uid: _whole(grafana, uid), groups, rules.live if rules else ())
    keep(store, record, archive, origin, number)
    _tidy(store, context, now, console)
    return name


def _whole(grafana: Grafana, uid: str) -> Item | None:
    return next(iter(grafana.stored("dashboards", Limits(keys=frozenset({uid})))), None)


def _tidy(store: Store, context: Context, now: datetime, console: Console) -> None:
    try:
        stamps = [stamp for stamp in store.stamps() if stamp.context == plain_context(context.name)]
        for decision in retain(stamps, KEPT, now, frozenset(stamp.name for stamp in stamps)):
            if not decision.keep:
                store.remove(decision.stamp.name)
    except DashkitError as error:  # an old one too many is no reason not to push
        console.warn(f"old pushes could not be removed: {error}")

"""The journal of a project and context: what a push replaces is saved there before it is replaced."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from dashkit.app.connect import Connected
from dashkit.app.ports import Event, Journal, Ports, Server
from dashkit.archive.manifest import ArchiveOrigin
from dashkit.backup.journal import Record, record_of
from dashkit.backup.rollback import record_of_rollback
from dashkit.config.project import STATE
from dashkit.deploy.outcome import Hooks
from dashkit.deploy.steps import Step
from dashkit.errors import DashkitError, ServerError
from dashkit.model.item import Item, Limits


def journal_of(ports: Ports, found: Connected) -> Journal:
    """Return the journal that the context names, else the one beside dashkit.yaml."""
    place = found.context.journal or str(ports.project.root / STATE / "pushes")
    return ports.journal(place, f"{ports.project.name}.{found.context.name}")


def journal_hooks(ports: Ports, found: Connected, warnings: list[str], *, undoes: str | None = None) -> Hooks:
    """Return the hooks of a run: they save what it replaces before anything is written, and report progress.

    Args:
        warnings: gets what went wrong with the journal without stopping the run.
        undoes: the push that the run rolls back; None for a push.
    """

    def record(name: str, steps: Sequence[Step]) -> Record:
        if undoes is not None:
            return record_of_rollback(name, steps, undoes)
        server = found.server
        return record_of(name, steps, lambda uid: _whole(server, uid), lambda uid: _permissions(server, uid))

    def keep(steps: Sequence[Step]) -> str:
        if undoes is None and all(step.ref.kind == "folders" for step in steps):
            return ""  # nothing that could be rolled back
        now = ports.clock()
        number, title = found.server.organisation
        origin = ArchiveOrigin(
            version("grafana-dashkit"), now.strftime("%Y-%m-%dT%H:%M:%SZ"), found.context.name, found.context.url,
            found.server.version, {number: title},
        )  # fmt: skip
        journal = journal_of(ports, found)
        return journal.keep(lambda name: record(name, steps), origin, now, warnings, rollback=undoes is not None)

    def settle(name: str, untouched: Sequence[Step]) -> None:
        try:
            journal_of(ports, found).settle(name, [step.ref for step in untouched])
        except DashkitError as error:
            warnings.append(f"the journal lists more changes for push {name} than it made: {error}")

    return Hooks(
        keep, settle, progress=lambda done, total: ports.progress(Event("written", done, total)), stopped=ports.stopped
    )


def _permissions(server: Server, uid: str) -> list[Item]:
    """Return the permissions of a dashboard that is about to be deleted; none if they may not be read."""
    try:
        return list(server.items("dashboard-permissions", Limits(keys=frozenset({uid}))))
    except ServerError:
        return []


def _whole(server: Server, uid: str) -> Item | None:
    return next(iter(server.items("dashboards", Limits(keys=frozenset({uid})))), None)

"""Take over dashboards that were made elsewhere: import them, and mark them as the project's without changing them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dashkit.app import import_, import_request, pull
from dashkit.app.commit import source_commit
from dashkit.app.connect import Connected, require_organisation, unverified
from dashkit.app.consent import Question, require
from dashkit.app.done import Done
from dashkit.app.import_request import Imported
from dashkit.app.journal import journal_hooks
from dashkit.app.lock import only_writer
from dashkit.app.ports import Event, Ports
from dashkit.app.source import all_dashboards
from dashkit.config.context import choose
from dashkit.deploy.adopt_plan import Surroundings, adoption
from dashkit.deploy.apply import apply
from dashkit.deploy.dashboard_plan import KEPT_VERSIONS
from dashkit.deploy.desired import Desired, desired
from dashkit.deploy.fit import Takes, fit
from dashkit.deploy.plan_input import History
from dashkit.deploy.steps import Action, DashboardStep, Plan
from dashkit.errors import DashkitError, InputError, UsageError
from dashkit.model.dashboard import CompiledDashboard, FolderPath
from dashkit.model.live import LiveDashboard
from dashkit.model.words import counted

_MESSAGE = "Adopted without a change"


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit adopt`: some dashboards, a folder with everything below it, or the whole organisation."""

    to: Path = Path("dashboards")
    context_name: str | None = None
    uids: tuple[str, ...] = ()
    folder: str | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was imported, and what is left to save.

    Attributes:
        imported: the files that were written for dashboards that the source did not have.
        plan: a step for each of the dashboards.
    """

    connected: Connected
    imported: tuple[Imported, ...]
    plan: Plan[DashboardStep]
    tag: str
    warnings: tuple[str, ...] = ()

    @property
    def failed(self) -> list[DashkitError]:
        """What could not be imported."""
        return [one.error for one in self.imported if one.error is not None]


@contextmanager
def prepare(request: Request, ports: Ports) -> Iterator[Prepared]:
    """Import what the source does not have yet, compile the source, and compare it with the server.

    The block holds a lock against other runs that write to this context.
    """
    if bool(request.uids) + bool(request.folder) + request.everything != 1:
        raise UsageError("nothing to adopt: name dashboards by their uids, or give one of --folder and --all")
    name = choose(ports.project, request.context_name, ports.environ).name
    with only_writer(ports.project, name, dry_run=False):
        yield _prepared(request, ports)


def _prepared(request: Request, ports: Ports) -> Prepared:
    wanted = pull.Request(
        request.to, request.context_name, request.uids, request.folder, everything=request.everything, force=True
    )
    chosen = pull.prepare(wanted, ports)
    found, adjustments = chosen.connected, chosen.places.adjustments
    require_organisation(found.context, found.server)
    source = _source(ports)
    imported = _imported(chosen, request, source, ports)
    takes = Takes(found.server.v2, found.server.scoped_variables)
    everything = _source(ports) if any(one.changed for one in imported) else source
    known = frozenset(one.uid for one in everything)
    items = {item.uid: fit(item, takes) for item in desired(everything, adjustments, known)}
    around = Surroundings(chosen.tree, adjustments, _histories(chosen, items, ports))
    missed = {one.source for one in imported if one.error is not None}
    steps = tuple(adoption(live, items.get(live.uid), around) for live in chosen.chosen if live.uid not in missed)
    warnings = (*chosen.warnings, *unverified(found.server))
    return Prepared(found, tuple(imported), Plan((), steps), adjustments.tag, warnings)


def _source(ports: Ports) -> list[CompiledDashboard]:
    """Return the dashboards of the source; none in a project that has no directory of them yet."""
    return all_dashboards(ports) if any(map(Path.is_dir, ports.project.dashboards)) else []


def _imported(chosen: pull.Prepared, request: Request, source: list[CompiledDashboard], ports: Ports) -> list[Imported]:
    """Write a module for each dashboard that the source does not have and that nothing else owns."""
    there = {one.uid for one in source}
    titles = {(one.folder, one.title): one.uid for one in source}
    new = [live for live in chosen.chosen if _is_new(live, chosen, there)]
    # A project whose module says what another one says already compiles no more.
    twins = [live for live in new if (chosen.places.paths.get(live.folder_uid, ()), live.title) in titles]
    failed = [Imported(live.uid, live.uid, live.title, error=_twin(live, chosen, titles)) for live in twins]
    new = [live for live in new if live not in twins]
    if not new and not chosen.absent:
        return failed
    return (
        failed
        + import_.from_server(import_request.Request(to=request.to), replace(chosen, chosen=tuple(new)), ports).results
    )


def _is_new(live: LiveDashboard, chosen: pull.Prepared, there: set[str]) -> bool:
    """Return whether a dashboard can be adopted and is not in the source. What cannot be adopted leaves no file behind."""
    adjustments = chosen.places.adjustments
    uid, inside = live.uid.removeprefix(adjustments.uid_prefix), adjustments.folder_prefix
    here = chosen.tree.path(live.folder_uid)
    return (
        not live.manager
        and live.uid.startswith(adjustments.uid_prefix)
        and uid not in there
        and here[: len(inside)] == inside
    )


def _twin(live: LiveDashboard, chosen: pull.Prepared, titles: dict[tuple[FolderPath, str], str]) -> InputError:
    folder = chosen.places.paths.get(live.folder_uid, ())
    other = titles[folder, live.title]
    text = f"{other!r} in this folder has the title {live.title!r}, too, which a project has once in a folder"
    return InputError(text, where=live.uid, hint="rename one of them in Grafana")


def _histories(chosen: pull.Prepared, items: dict[str, Desired], ports: Ports) -> dict[str, History]:
    """Read the versions of those that carry the project's tag: only a version message of ours makes them the project's."""
    tagged: list[LiveDashboard] = [
        one
        for one in chosen.chosen
        if one.uid in items and chosen.places.adjustments.tag in one.tags and not one.manager
    ]
    found = {}
    for number, live in enumerate(tagged, 1):
        versions = chosen.connected.server.versions(live.uid, KEPT_VERSIONS)
        found[live.uid] = History(readable=False) if versions is None else History(tuple(versions))
        ports.progress(Event("looked up", number, len(tagged)))
    return found


def questions(prepared: Prepared) -> tuple[Question, ...]:
    """Return what has to be confirmed."""
    count = counted(len(prepared.plan.writes), "dashboard")
    if not prepared.plan.writes:
        return ()
    where = prepared.connected.context.name
    return (Question(f"this would save {count} on {where}", f"Mark {count} on {where} with the tag {prepared.tag}?"),)


def carry_out(prepared: Prepared, consent: bool, ports: Ports) -> Done:
    """Save the dashboards with the project's tag and version message, after keeping what they were in the journal.

    Raises:
        RefusedError: this was not confirmed.
        InputError: the journal cannot be written; nothing else was written either.
    """
    require(questions(prepared), consent)
    warnings: list[str] = []
    result = apply(
        (), prepared.plan.of(Action.UPDATE), prepared.connected.server, message=_MESSAGE,
        commit=source_commit(ports.project.root, ports.environ),
        hooks=journal_hooks(ports, prepared.connected, warnings),
    )  # fmt: skip
    return Done(result, tuple(warnings))

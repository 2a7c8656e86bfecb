"""Restore an archive to a server."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dashkit import _files
from dashkit.app.archive import opened
from dashkit.app.connect import Connected, connected, require_organisation, unverified
from dashkit.app.consent import Question, require
from dashkit.app.lock import only_writer
from dashkit.app.ports import Event, Ports, Server
from dashkit.app.rollback import CONFLICT_HINT
from dashkit.archive.read import Archive
from dashkit.backup.adapt import Adaptation, flat_titles
from dashkit.backup.archive_name import plain_context
from dashkit.backup.progress import Begun, progress_file
from dashkit.backup.receivers import default_receiver
from dashkit.backup.restore import restore
from dashkit.backup.restore_plan import SECRETIVE, RestoreStep, Terms, plan_restore
from dashkit.backup.secrets import from_environment, parse_secrets, secret_name, template
from dashkit.backup.select import Selection, select
from dashkit.config.project import STATE
from dashkit.deploy.folders import FolderTree, folder_step
from dashkit.deploy.outcome import Hooks, Result
from dashkit.deploy.steps import Action, FolderStep
from dashkit.errors import InputError, RefusedError, ServerError, UsageError
from dashkit.model.folder import parse_folder
from dashkit.model.item import Item
from dashkit.model.kinds import chosen
from dashkit.model.secret import Secret
from dashkit.model.words import counted


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit restore`."""

    archive: str
    context_name: str | None = None
    kinds: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    organisation: str = ""
    into_folder: str = ""
    #: ``OLD=NEW``.
    map_datasource: tuple[str, ...] = ()
    #: A file, or ``env``.
    secrets: str = ""
    on_conflict: str = "fail"
    #: Nothing will be written, so no lock is needed.
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a restore would do, with the open archive."""

    request: Request
    connected: Connected
    archive: Archive
    selection: Selection
    steps: tuple[RestoreStep, ...]
    folders: tuple[FolderStep, ...]
    adaptation: Adaptation
    secrets: Mapping[str, Secret]
    begun: Begun
    warnings: tuple[str, ...] = ()

    @property
    def refused(self) -> int:
        return sum(step.action is Action.REFUSE for step in self.steps)

    @property
    def conflicts(self) -> int:
        """How many steps block the restore; a kind that these credentials cannot read blocks only itself."""
        return sum(step.action is Action.REFUSE and step.base is not None for step in self.steps)


def missing_secrets(request: Request, ports: Ports) -> tuple[list[str], tuple[str, ...]]:
    """Return a template with a line for each secret of what would be restored, and warnings."""
    with opened(ports, request.context_name, request.archive) as archive:
        selection = _selected(request, archive)
        return list(template(_with_secrets(archive, selection))), incomplete(archive)


@contextmanager
def prepare(request: Request, ports: Ports) -> Iterator[Prepared]:
    """Select, read the server, and plan; the block holds a lock against other runs that write to this context."""
    datasources = _datasources(request.map_datasource)
    with opened(ports, request.context_name, request.archive) as archive:
        selection = _selected(request, archive)
        found = connected(ports, request.context_name)
        context, server = found.context, found.server
        require_organisation(context, server)
        warnings = [*incomplete(archive), *found.warnings]
        secrets = _secrets(request.secrets, archive, selection, ports, warnings)
        warnings += unverified(server)
        state = ports.project.root / STATE
        with only_writer(ports.project, context.name, dry_run=request.dry_run):
            adaptation, folders = _adaptation(request, archive, selection, server, datasources)
            begun = Begun(progress_file(state, plain_context(context.name), archive))
            selection = _without_mapped(selection, adaptation)
            warnings += _wrong_mapping(archive, server, datasources)
            terms = Terms(adaptation, request.on_conflict, secrets, begun.half_made, ports.clock())
            steps = plan_restore(archive, selection, server, terms)
            old = archive.manifest.origin.organisations.get(selection.organisation, "")
            if old != (new := server.organisation[1]):
                warnings.append(f"organisation {old!r} of the archive is restored into {new!r}")
            yield Prepared(
                request, found, archive, selection, tuple(steps), folders, adaptation, secrets, begun, tuple(warnings)
            )


def questions(prepared: Prepared) -> tuple[Question, ...]:
    """Return what has to be confirmed: nothing if nothing would be written."""
    writes = sum(step.writes for step in prepared.steps)
    if not writes or prepared.conflicts:
        return ()
    what = counted(writes, "object")
    return (Question(f"{what} would be written", f"Write {what} to {prepared.connected.where}?"),)


def carry_out(prepared: Prepared, consent: bool, ports: Ports) -> Result:
    """Carry out the restore, in order of dependencies.

    Raises:
        RefusedError: there are conflicts on the server, or the restore was not confirmed.
    """
    refuse_conflicts(prepared)
    require(questions(prepared), consent)
    result = Result()
    if any(step.writes for step in prepared.steps):
        result = restore(
            prepared.archive, prepared.steps, prepared.connected.server,
            adaptation=prepared.adaptation, secrets=prepared.secrets, folders=prepared.folders,
            message=f"Restored from {Path(prepared.archive.where).name}",
            hooks=Hooks(
                begin=lambda ref: prepared.begun.note(*ref),
                progress=lambda done, total: ports.progress(Event("restored", done, total)),
            ),
        )  # fmt: skip
    if not prepared.refused and not any(result.errors):
        prepared.begun.done()  # also if an earlier run finished its work, but was cut off before this line
    return result


def refuse_conflicts(prepared: Prepared) -> None:
    """Raise `RefusedError` if there are conflicts on the server."""
    if prepared.conflicts:
        what = counted(prepared.conflicts, "object")
        raise RefusedError(f"conflicts on the server: {what}; nothing was written", hint=CONFLICT_HINT)


def incomplete(archive: Archive) -> tuple[str, ...]:
    """Return a warning if the archive is incomplete."""
    if archive.manifest.complete:
        return ()
    return (f"{archive.where} is incomplete: dashkit archive show lists what is missing",)


def _selected(request: Request, archive: Archive) -> Selection:
    kinds = chosen(request.kinds)
    return select(archive, kinds, request.only, request.organisation, moved=bool(request.into_folder))


def _datasources(pairs: tuple[str, ...]) -> dict[str, str]:
    result = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not (old and equals and new):
            hint = "give two uids: --map-datasource prom=prom-staging"
            raise UsageError(f"--map-datasource {pair!r} is not OLD=NEW", hint=hint)
        result[old] = new
    return result


def _adaptation(
    request: Request, archive: Archive, selection: Selection, server: Server, datasources: dict[str, str]
) -> tuple[Adaptation, tuple[FolderStep, ...]]:
    """Return how objects change on the way, and the folders to create for them."""
    flat = {} if server.nested_folders else flat_titles(selection.folders)
    names = _renamed_organisation(archive, selection, server)
    receivers = default_receiver(archive, selection, server)
    if not request.into_folder:
        return Adaptation(datasources=datasources, flat=flat, organisations=names, receivers=receivers), ()
    if flat:
        raise UsageError(f"--into-folder: Grafana {server.version} has no nested folders")
    into, missing = FolderTree(server.folders(), nested=True).resolve(parse_folder(request.into_folder))
    adaptation = Adaptation(into, datasources, flat, names, selection.named, receivers)
    return adaptation, tuple(map(folder_step, missing))


def _renamed_organisation(archive: Archive, selection: Selection, server: Server) -> dict[str, str]:
    """Map the archive's organisation to the server's, unless the server also has one with the old name."""
    every = archive.manifest.origin.organisations
    old, new = every.get(selection.organisation, ""), server.organisation[1]
    if not old or old == new:
        return {}
    try:
        existing = set(server.organisations().values())
    except ServerError:  # only a server admin may list organisations, or write users
        return {}
    return {} if old in existing and len(every) > 1 else {old: new}


def _without_mapped(selection: Selection, adaptation: Adaptation) -> Selection:
    """Drop datasources and the organisation that are mapped to others."""
    mapped = {("datasources", uid) for uid in adaptation.datasources}
    mapped |= {("organisations", name) for name in adaptation.organisations}
    kept = tuple(entry for entry in selection.entries if (entry.kind, entry.key) not in mapped)
    return replace(selection, entries=kept)


def _wrong_mapping(archive: Archive, server: Server, datasources: Mapping[str, str]) -> Iterator[str]:
    if not datasources:
        return
    known = {entry.key for entry in archive.manifest.entries if entry.kind == "datasources"}
    for uid in sorted(datasources.keys() - known) if known else ():
        yield f"--map-datasource: the archive has no datasource {uid!r}"
    try:
        existing = {item.key for item in server.items("datasources")}
    except ServerError:
        return
    for uid in sorted(set(datasources.values()) - existing):
        yield f"--map-datasource: the server has no datasource {uid!r}"


def _secrets(
    source: str, archive: Archive, selection: Selection, ports: Ports, warnings: list[str]
) -> dict[str, Secret]:
    if not source:
        return {}
    if source == "env":
        return from_environment(_with_secrets(archive, selection), ports.environ)
    path = Path(source)
    data = _files.read_bytes(path)
    try:
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            warnings.append(f"{path} is readable by other users: chmod 600 {path}")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
    found = parse_secrets(data, where=str(path))
    names = {secret_name(item, secret) for item in _with_secrets(archive, selection) for secret in item.secrets}
    for name in sorted(found.keys() - names):
        near = difflib.get_close_matches(name, names, n=1)
        guess = f"; did you mean {near[0]!r}?" if near else ""
        warnings.append(f"{path}: nothing that is restored has a secret {name!r}{guess}")
    return found


def _with_secrets(archive: Archive, selection: Selection) -> Sequence[Item]:
    return [archive.item(entry) for entry in selection.entries if entry.kind in SECRETIVE]

"""The dashboards in an archive of `dashkit backup`, for an import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from dashkit.app import pull
from dashkit.app.archive import LATEST, opened
from dashkit.app.connect import adjustments_of
from dashkit.app.import_sources import Found
from dashkit.app.ports import Ports
from dashkit.archive.manifest import NAME
from dashkit.archive.read import Archive
from dashkit.backup.archive_name import stamp_of
from dashkit.config.context import named
from dashkit.deploy.desired import Adjustments
from dashkit.deploy.folders import FolderTree
from dashkit.errors import InputError
from dashkit.model.folder import near_folders
from dashkit.model.item import CLASSIC
from dashkit.model.live import LiveDashboard, LiveFolder

_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which dashboards: those with these uids, those in a folder and below, or all of them, which is what no choice means."""

    uids: tuple[str, ...] = ()
    folder: str | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What an archive holds of what was chosen; ``absent`` are uids that are not in it."""

    places: pull.Places
    chosen: tuple[LiveDashboard, ...]
    absent: tuple[str, ...]
    warnings: tuple[str, ...]


def is_archive(source: Path) -> bool:
    """Return whether a source is an archive: a file, a tree, a URL, a name from `archive list`, ``latest``."""
    name = str(source)
    if source.is_dir():
        return (source / NAME).is_file()
    if source.is_file():
        with source.open("rb") as file:
            return file.read(len(_ZIP)) == _ZIP
    return name == LATEST or name.startswith(f"{LATEST}:") or ":/" in name or bool(stamp_of(name))


def in_archive(source: Path, selection: Selection, context_name: str | None, ports: Ports) -> Held:
    """Read the dashboards of an archive that were chosen.

    What the context of the archive adds to the source, if the project has that context, is taken back.

    Raises:
        ArchiveError: the archive cannot be trusted.
        InputError: it has dashboards of several organisations, or none in the folder.
    """
    # A path has one slash where an address has two.
    name = str(source).replace(":/", "://", 1) if not source.exists() else str(source)
    with opened(ports, context_name, name) as archive:
        origin = archive.manifest.origin.context
        known = context_name or (origin if origin in ports.project.contexts else None)
        adjustments = Adjustments(ports.project.tag)
        number = None
        if known:
            context = named(ports.project, known, ports.environ)
            adjustments, number = adjustments_of(ports.project, context), context.org_id
        number = _organisation(archive, number)
        tree = FolderTree(list(_folders(archive, number)), nested=True)
        where = pull.places(adjustments, tree)
        every = sorted(_dashboards(archive, number), key=lambda item: item.uid)
    wanted = {adjustments.full_uid(uid) for uid in selection.uids}
    full = {uid: tree.path(uid) for uid in tree.uids}
    path = pull.folder_named(selection.folder, full, adjustments) if selection.folder else ()
    every = [item for item in every if not wanted or item.uid in wanted]
    if selection.folder:
        every = [item for item in every if path is not None and full.get(item.folder_uid, ())[: len(path)] == path]
        if not every:
            hint = near_folders(selection.folder, full.values())
            raise InputError(f"has no dashboard in the folder {selection.folder!r}", where=name, hint=hint)
    absent = tuple(sorted(wanted - {item.uid for item in every}))
    return Held(where, tuple(every), absent, tuple(pull.unclear(adjustments)))


def _organisation(archive: Archive, wanted: int | None) -> int:
    """Return the organisation whose dashboards are meant."""
    there = sorted({entry.organisation for entry in archive.manifest.entries if entry.kind == "dashboards"})
    if not there:
        raise InputError("has no dashboards in it", where=archive.where)
    if wanted in there:
        return wanted
    if len(there) > 1:
        titles = archive.manifest.origin.organisations
        names = ", ".join(f"{number} ({titles.get(number, '?')})" for number in there)
        hint = "--context NAME of a context whose org_id is one of them"
        raise InputError(f"has dashboards of several organisations: {names}", where=archive.where, hint=hint)
    return there[0]


def _folders(archive: Archive, organisation: int) -> Iterator[LiveFolder]:
    for entry in archive.manifest.entries:
        if entry.kind == "folders" and entry.organisation == organisation:
            content = archive.item(entry).content
            yield LiveFolder(entry.key, content["title"], content["folder"])


def _dashboards(archive: Archive, organisation: int) -> Iterator[LiveDashboard]:
    for entry in archive.manifest.entries:
        if entry.kind == "dashboards" and entry.organisation == organisation:
            item = archive.item(entry)
            content = item.content
            schema = "" if content["schema"] == CLASSIC else content["schema"]
            yield LiveDashboard(item.key, item.name, content["folder"], content["spec"], 0, schema=schema)


def missing(uid: str) -> Found:
    """Return a dashboard that is not in the archive, which says so when it is read."""
    return Found(uid, (), partial(_absent, uid))


def _absent(uid: str) -> Any:
    raise InputError(f"no dashboard with uid {uid!r} in the archive", hint="dashkit archive show -v lists everything")

"""Write live dashboards as JSON files of the source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from dashkit import _files, _json
from dashkit.app.connect import Connected, adjustments_of, connected
from dashkit.app.ports import Ports
from dashkit.compiler.compile import compile_document
from dashkit.compiler.discover import FOLDER_FILE, HELPERS
from dashkit.deploy.desired import Adjustments, source_form
from dashkit.deploy.folders import FolderTree
from dashkit.errors import DashkitError, InputError, ServerError, UsageError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.folder import folder_slug, folder_title, folder_uid, parse_folder
from dashkit.model.live import LiveDashboard
from dashkit.spec.normalise import Origin


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for: some dashboards, a folder with all below it, or all of the organisation."""

    directory: Path
    context_name: str | None = None
    uids: tuple[str, ...] = ()
    folder: str | None = None
    everything: bool = False
    #: Replace files that differ.
    force: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """Which dashboards were found, and the directory of each folder by its path; ``absent`` are uids that nothing has."""

    request: Request
    connected: Connected
    adjustments: Adjustments
    chosen: tuple[LiveDashboard, ...]
    absent: tuple[str, ...]
    paths: dict[str, tuple[str, ...]]
    names: dict[tuple[str, ...], str]
    #: Which module makes which uid already.
    made: dict[str, str]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of one dashboard; ``error`` is None where its file is there."""

    uid: str
    title: str
    file: str
    changed: bool = False
    error: DashkitError | None = None


def prepare(request: Request, ports: Ports) -> Prepared:
    """Read the server, and find out where files go."""
    if bool(request.uids) + bool(request.folder) + request.everything != 1:
        raise UsageError("say what to pull: one of --uid, --folder, --all")
    found = connected(ports, request.context_name)
    server = found.server
    adjustments = adjustments_of(ports.project, found.context)
    folders = server.folders()
    tree = FolderTree(folders, nested=server.nested_folders)
    paths = {entry.uid: adjustments.without_prefix(tree.path(entry.uid)) for entry in folders}
    uids = tuple(adjustments.full_uid(uid) for uid in request.uids)
    wanted = adjustments.without_prefix(parse_folder(request.folder)) if request.folder else ()
    chosen: list[LiveDashboard] = []
    for item in server.read(frozenset(uids)) if uids else server.read_everything():
        path = paths.get(item.folder_uid, ())
        below = request.folder and path[: len(wanted)] == wanted and (wanted or not path)
        if item.uid in uids or request.everything or below:
            chosen.append(item)
    if request.folder and not chosen and wanted not in paths.values():
        raise ServerError(f"no folder {request.folder!r}", status=404, where=server.url)
    there = {item.uid for item in chosen}
    return Prepared(
        request, found, adjustments, tuple(sorted(chosen, key=lambda item: item.uid)),
        tuple(uid for uid in uids if uid not in there), paths, _directory_names(set(paths.values())),
        {} if request.force else _modules_by_uid(ports), found.warnings,
    )  # fmt: skip


def carry_out(prepared: Prepared, told: Callable[[Pulled], None] = lambda pulled: None) -> list[Pulled]:
    """Write the files; ``told`` hears of each dashboard as it is done."""
    results: list[Pulled] = []

    def tell(pulled: Pulled) -> None:
        results.append(pulled)
        told(pulled)

    for uid in prepared.absent:
        error = ServerError(f"no dashboard with uid {uid!r}", status=404, where=prepared.connected.server.url)
        tell(Pulled(uid, "", "", error=error))
    for item in prepared.chosen:
        parts = prepared.paths.get(item.folder_uid, ())
        uid = item.uid.removeprefix(prepared.adjustments.uid_prefix)
        # A file that starts with _ would be a helper; the uid stands inside.
        file = f"{'uid' if uid[0] == '_' else ''}{uid}.json"
        name = "/".join([*(prepared.names[parts[: depth + 1]] for depth in range(len(parts))), file])
        try:
            changed = _write(item, uid, name, parts, prepared)
        except InputError as error:
            failure = InputError(error.message, where=item.uid, hint=error.hint)
            tell(Pulled(item.uid, item.title, name, error=failure))
        else:
            tell(Pulled(item.uid, item.title, name, changed))
    return results


def _write(item: LiveDashboard, uid: str, name: str, parts: tuple[str, ...], prepared: Prepared) -> bool:
    directory, force = prepared.request.directory, prepared.request.force
    if uid in prepared.made:
        raise InputError(f"{prepared.made[uid]} makes this dashboard already", hint="--force writes the file beside it")
    if item.schema:
        raise InputError(f"is stored in the {item.schema} schema, which has no classic form")
    spec = source_form(item.spec, prepared.adjustments) | {"uid": uid, "title": item.title}
    data = _json.pretty(compile_document(spec, Origin.FILE, {}).spec)
    target = _files.safe_join(directory, name)
    if target.exists() and not force and _files.read_bytes(target) != data:
        raise InputError(f"{target} exists and differs", hint="--force replaces it")
    changed = _files.write_atomic(target, data)
    _write_titles(directory, parts, prepared.names)
    return changed


def _modules_by_uid(ports: Ports) -> dict[str, str]:
    """Which Python module makes which uid, so that no file is written beside one that makes the same."""
    try:
        found = [entry for entry in ports.compile(ports.project) if isinstance(entry, CompiledDashboard)]
    except InputError:  # no source yet: pull makes it
        return {}
    return {entry.uid: entry.source.path for entry in found if entry.source.path.endswith(".py")}


def _directory_names(paths: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """A directory for each folder path: its slug, with a tail where another folder or a directory of helpers has it."""
    every = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    taken: dict[tuple[tuple[str, ...], str], int] = {}
    for path in every:
        place = (path[:-1], folder_slug(path[-1]))
        taken[place] = taken.get(place, 0) + 1
    names = {}
    for path in every:
        slug = folder_slug(path[-1])
        shared = slug in HELPERS or taken[path[:-1], slug] > 1
        names[path] = f"{slug}-{folder_uid(path)[-8:]}" if shared else slug
    return names


def _write_titles(directory: Path, parts: tuple[str, ...], names: dict[tuple[str, ...], str]) -> None:
    """Keep the exact title of each folder whose directory would come back as another."""
    for depth, title in enumerate(parts, start=1):
        directory = directory / names[parts[:depth]]
        if folder_title(directory.name) != title:
            line = yaml.safe_dump({"title": title}, allow_unicode=True, width=10_000)
            text = f"# The folder's title, which the directory's name cannot say.\n{line}"
            _files.write_atomic(directory / FOLDER_FILE, text.encode())

"""Write live dashboards as JSON files into the source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dashkit import _files, _json
from dashkit.app.connect import Connected, adjustments_of, connected
from dashkit.app.ports import Ports
from dashkit.compiler.compile import compile_document
from dashkit.compiler.discover import FOLDER_FILE, HELPERS
from dashkit.deploy.desired import Adjustments, ambiguous, source_form
from dashkit.deploy.folders import FolderTree
from dashkit.document.normalise import Origin
from dashkit.document.read import V2_VERSIONS, as_resource
from dashkit.errors import DashkitError, InputError, ServerError, UsageError
from dashkit.model.dashboard import CompiledDashboard, FolderPath
from dashkit.model.folder import find_folder, folder_slug, folder_title, folder_uid, near_folders
from dashkit.model.live import LiveDashboard


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit pull`: some dashboards, a folder with everything below it, or the whole organisation."""

    directory: Path
    context_name: str | None = None
    uids: tuple[str, ...] = ()
    folder: str | None = None
    everything: bool = False
    #: Overwrite files that differ.
    force: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """Where the source has what a server has.

    Attributes:
        adjustments: what the context adds to the source.
        paths: the path of the source by the uid of a folder.
        names: the name of a directory by the path of its folder.
    """

    adjustments: Adjustments
    paths: dict[str, tuple[str, ...]]
    names: dict[tuple[str, ...], str]

    def directories(self, item: LiveDashboard) -> tuple[str, ...]:
        """Return the directories for the folder of a dashboard."""
        parts = self.paths.get(item.folder_uid, ())
        return tuple(self.names[parts[: depth + 1]] for depth in range(len(parts)))

    def document(self, item: LiveDashboard) -> dict[str, Any]:
        """Return a dashboard as a file of the source holds it, without what the context added.

        Raises:
            InputError: it is stored in a schema that is not read.
        """
        if item.schema and (not item.spec or item.schema not in V2_VERSIONS):
            raise InputError(f"is stored in the schema {item.schema}, which dashkit does not read", where=item.uid)
        uid = item.uid.removeprefix(self.adjustments.uid_prefix)
        spec = source_form(item.spec, self.adjustments)
        return as_resource(uid, item.schema, spec) if item.schema else spec | {"uid": uid, "title": item.title}

    def write_titles(self, directory: Path, item: LiveDashboard) -> None:
        """Save the titles of the folder of a dashboard, and of those above, that their directories' names do not say."""
        write_titles(directory, self.paths.get(item.folder_uid, ()), self.names)


def places(adjustments: Adjustments, tree: FolderTree) -> Places:
    """Return where the source has what is in these folders."""
    paths = {uid: adjustments.without_prefix(tree.path(uid)) for uid in tree.uids}
    return Places(adjustments, paths, _directory_names(set(paths.values())))


@dataclass(frozen=True, slots=True)
class Prepared:
    """The dashboards to pull; ``absent`` are requested uids that do not exist, ``tree`` the folders of the server."""

    request: Request
    connected: Connected
    places: Places
    chosen: tuple[LiveDashboard, ...]
    absent: tuple[str, ...]
    tree: FolderTree
    #: The module that already defines a dashboard, by uid.
    modules: dict[str, str]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pulled:
    """The result for one dashboard; ``error`` is None if its file is in place."""

    uid: str
    title: str
    file: str
    changed: bool = False
    error: DashkitError | None = None


def prepare(request: Request, ports: Ports) -> Prepared:
    """Read the server, and decide where files go."""
    if bool(request.uids) + bool(request.folder) + request.everything != 1:
        raise UsageError("give one of --uid, --folder and --all: that says which dashboards")
    found = connected(ports, request.context_name)
    server = found.server
    adjustments = adjustments_of(ports.project, found.context)
    tree = FolderTree(server.folders(), nested=server.nested_folders)
    where = places(adjustments, tree)
    uids = tuple(adjustments.full_uid(uid) for uid in request.uids)
    full = {uid: tree.path(uid) for uid in tree.uids}
    wanted = folder_named(request.folder, full, adjustments) if request.folder else ()
    if wanted is None:
        hint = near_folders(str(request.folder), full.values())
        raise ServerError(f"no folder {request.folder!r}", status=404, where=server.url, hint=hint)
    chosen: list[LiveDashboard] = []
    for item in server.read(frozenset(uids)) if uids else server.read_everything():
        path = full.get(item.folder_uid, ())
        below = request.folder and path[: len(wanted)] == wanted and (wanted or not path)
        if item.uid in uids or request.everything or below:
            chosen.append(item)
    there = {item.uid for item in chosen}
    return Prepared(
        request, found, where, tuple(sorted(chosen, key=lambda item: item.uid)),
        tuple(uid for uid in uids if uid not in there), tree,
        {} if request.force else _modules_by_uid(ports), (*found.warnings, *unclear(adjustments)),
    )  # fmt: skip


def folder_named(text: str, full: Mapping[str, FolderPath], adjustments: Adjustments) -> FolderPath | None:
    """Return the path on the server of the folder that a text names: as it is there, or as the source has it."""
    here = find_folder(text, full.values())
    if here is not None and (here or not adjustments.folder_prefix):
        return here
    below = {path: adjustments.without_prefix(path) for path in full.values()}
    inside = find_folder(text, [short for path, short in below.items() if path != short])
    return next((path for path, short in below.items() if short == inside and path != short), None) if inside else here


def unclear(adjustments: Adjustments) -> Iterator[str]:
    """Yield what cannot be taken back to the source as it was."""
    for new, olds in ambiguous(adjustments.datasources).items():
        yield f"`datasources` maps {' and '.join(olds)} to {new}: which was meant cannot be told, so {new} stays"


def carry_out(prepared: Prepared, report: Callable[[Pulled], None] = lambda pulled: None) -> list[Pulled]:
    """Write the files; ``report`` is called with the result for each dashboard."""
    results: list[Pulled] = []
    for pulled in _pulled(prepared):
        results.append(pulled)
        report(pulled)
    return results


def _pulled(prepared: Prepared) -> Iterator[Pulled]:
    for uid in prepared.absent:
        error = ServerError(f"no dashboard with uid {uid!r}", status=404, where=prepared.connected.server.url)
        yield Pulled(uid, "", "", error=error)
    for item in prepared.chosen:
        uid = item.uid.removeprefix(prepared.places.adjustments.uid_prefix)
        # A name that starts with _ would mark a helper; the file contains the uid anyway.
        file = f"{'uid' if uid[0] == '_' else ''}{uid}.json"
        name = "/".join([*prepared.places.directories(item), file])
        try:
            yield Pulled(item.uid, item.title, name, _write(item, uid, name, prepared))
        except InputError as error:
            failure = InputError(error.message, where=item.uid, hint=error.hint)
            yield Pulled(item.uid, item.title, name, error=failure)


def _write(item: LiveDashboard, uid: str, name: str, prepared: Prepared) -> bool:
    directory, force = prepared.request.directory, prepared.request.force
    if uid in prepared.modules:
        raise InputError(
            f"{prepared.modules[uid]} already defines this dashboard", hint="--force writes the file anyway"
        )
    document = prepared.places.document(item)
    data = _json.pretty(document if item.schema else compile_document(document, Origin.FILE, {}).spec)
    target = _files.safe_join(directory, name)
    _files.refuse_other(target, data, force=force)
    changed = _files.write_atomic(target, data)
    prepared.places.write_titles(directory, item)
    return changed


def _modules_by_uid(ports: Ports) -> dict[str, str]:
    """Return the Python module that defines each uid, so that no file is written for a dashboard that has one."""
    try:
        found = [entry for entry in ports.compile(ports.project) if isinstance(entry, CompiledDashboard)]
    except InputError:  # no source yet: pull creates it
        return {}
    return {entry.uid: entry.source.path for entry in found if entry.source.path.endswith(".py")}


def _directory_names(paths: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Return a directory name for each folder path: its slug, with a suffix if that is ambiguous or the name of a helper."""
    every = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    taken = Counter((path[:-1], folder_slug(path[-1])) for path in every)
    names = {}
    for path in every:
        slug = folder_slug(path[-1])
        shared = slug in HELPERS or taken[path[:-1], slug] > 1
        names[path] = f"{slug}-{folder_uid(path)[-8:]}" if shared else slug
    return names


def write_titles(directory: Path, parts: tuple[str, ...], names: dict[tuple[str, ...], str]) -> None:
    """Save the title of each folder that could not be derived from its directory's name."""
    for depth, title in enumerate(parts, start=1):
        directory = directory / names[parts[:depth]]
        if folder_title(directory.name) != title:
            line = yaml.safe_dump({"title": title}, allow_unicode=True, width=10_000)
            text = f"# The folder's title, which the directory's name cannot say.\n{line}"
            _files.write_atomic(directory / FOLDER_FILE, text.encode())

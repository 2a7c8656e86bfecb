"""``dashkit pull``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashkit.cli import options
from dashkit.cli.console import counted
from dashkit.errors import ExitCode, InputError, UsageError

if TYPE_CHECKING:
    from dashkit.config.project import Project


@click.command(
    short_help="Write live dashboards as JSON files of the source.",
    epilog="""\b
Examples:
  dashkit pull --uid checkout --to dashboards
  dashkit pull --folder "Platform / Kubernetes" --to dashboards
  dashkit pull --all --to dashboards --context prod
""",
)
@options.context_option
@click.option("--uid", "uids", multiple=True, metavar="UID", help="This dashboard. Repeatable.")
@click.option(
    "--folder", "folder", metavar="PATH", help="All of this folder and those below it, such as 'Team/Service'."
)
@click.option("--all", "everything", is_flag=True, help="All of the organisation.")
@click.option(
    "--to", "directory", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where to write."
)
@click.option("--force", is_flag=True, help="Replace files that differ.")
@options.format_option("text", "json")
@options.common
def command(
    context_name: str | None,
    uids: tuple[str, ...],
    folder: str | None,
    everything: bool,
    directory: Path,
    force: bool,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Write dashboards that live in Grafana as JSON files, so that they can be built and pushed like any other.

    A file stands in the directory of its folder. What belongs to one server alone is left out: ids, versions, dashkit's own
    tags, and the context's prefixes, tags and datasources. Afterwards `dashkit push --adopt` takes the dashboards over.
    """
    from dashkit import _files, _json
    from dashkit.cli.planning import adjustments_of
    from dashkit.compiler.compile import compile_document
    from dashkit.deploy.desired import source_form
    from dashkit.deploy.folders import FolderTree
    from dashkit.errors import ServerError
    from dashkit.model.folder import parse_folder
    from dashkit.model.live import LiveDashboard
    from dashkit.spec.normalise import Origin

    if bool(uids) + bool(folder) + everything != 1:
        raise UsageError("say what to pull: one of --uid, --folder, --all")
    console = options.console(quiet, verbose)
    project = options.project(config)
    context, grafana = options.grafana(project, context_name, console)
    adjustments = adjustments_of(project, context)
    folders = grafana.folders()
    tree = FolderTree(folders, nested=grafana.nested_folders)
    paths = {entry.uid: adjustments.without_prefix(tree.path(entry.uid)) for entry in folders}
    uids = tuple(adjustments.full_uid(uid) for uid in uids)
    live = grafana.read(frozenset(uids)) if uids else grafana.read_everything()
    wanted = adjustments.without_prefix(parse_folder(folder)) if folder else ()
    made = {} if force else _modules_by_uid(project)
    names = _directory_names(set(paths.values()))
    chosen: list[LiveDashboard] = []
    for item in live:
        path = paths.get(item.folder_uid, ())
        if item.uid in uids or everything or (folder and path[: len(wanted)] == wanted and (wanted or not path)):
            chosen.append(item)
    absent = [uid for uid in uids if uid not in {item.uid for item in chosen}]
    if folder and not chosen and wanted not in paths.values():
        raise ServerError(f"no folder {folder!r}", status=404, where=grafana.url)
    results, failed = [], len(absent)
    for uid in absent:
        console.failure(ServerError(f"no dashboard with uid {uid!r}", status=404, where=grafana.url))
        results.append({"uid": uid, "title": "", "file": "", "error": "no such dashboard"})
    for item in sorted(chosen, key=lambda entry: entry.uid):
        parts = paths.get(item.folder_uid, ())
        uid = item.uid.removeprefix(adjustments.uid_prefix)
        # A file that starts with _ would be a helper; the uid stands inside.
        name = "/".join(
            [*(names[parts[: i + 1]] for i in range(len(parts))), f"{'uid' if uid[0] == '_' else ''}{uid}.json"]
        )
        entry = {"uid": item.uid, "title": item.title, "file": name, "error": ""}
        try:
            if uid in made:
                raise InputError(f"{made[uid]} makes this dashboard already", hint="--force writes the file beside it")
            if item.stored:
                raise InputError(f"is stored in the {item.stored} schema, which has no classic form")
            spec = source_form(item.spec, adjustments) | {"uid": uid, "title": item.title}
            data = _json.pretty(compile_document(spec, Origin.FILE, {}).spec)
            target = _files.safe_join(directory, name)
            if target.exists() and not force and _files.read_bytes(target) != data:
                raise InputError(f"{target} exists and differs", hint="--force replaces it")
            changed = _files.write_atomic(target, data)
            _write_titles(directory, parts, names)
            if not quiet and output_format == "text":
                console.info(f"{'wrote' if changed else 'same '} {name}")
        except InputError as error:
            failed += 1
            entry["error"] = error.message
            console.failure(InputError(error.message, where=item.uid, hint=error.hint))
        results.append(entry)
    if output_format == "json":
        console.json({"dashboards": results, "summary": {"pulled": len(results) - failed, "failed": failed}})
    else:
        console.info(f"{counted(len(results) - failed, 'dashboard')} in {directory}")
    if failed == len(results) and absent:
        return ExitCode.SERVER
    if failed:
        return ExitCode.PARTIAL if failed < len(results) else ExitCode.INPUT
    return ExitCode.OK


def _modules_by_uid(project: Project) -> dict[str, str]:
    """Which Python module makes which uid, so that no file is written beside one that makes the same."""
    from dashkit.cli.compile import compiled
    from dashkit.model.dashboard import CompiledDashboard

    try:
        found = [entry for entry in compiled(project) if isinstance(entry, CompiledDashboard)]
    except InputError:  # no source yet: pull makes it
        return {}
    return {entry.uid: entry.source.path for entry in found if entry.source.path.endswith(".py")}


def _directory_names(paths: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """A directory for each folder path: its slug, with a tail where another folder or a directory of helpers has it."""
    from dashkit.compiler.discover import HELPERS
    from dashkit.model.folder import folder_slug, folder_uid

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
    from dashkit import _files
    from dashkit.compiler.discover import FOLDER_FILE
    from dashkit.model.folder import folder_title

    for depth, title in enumerate(parts, start=1):
        directory = directory / names[parts[:depth]]
        if folder_title(directory.name) != title:
            text = f"# The folder's title, which the directory's name cannot say.\ntitle: {json.dumps(title)}\n"
            _files.write_atomic(directory / FOLDER_FILE, text.encode())

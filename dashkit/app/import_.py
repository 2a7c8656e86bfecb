"""Turn dashboards that exist as JSON into modules, with a proof that these make the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from dashkit.app import import_alert_blocks, import_jsonnet, pull
from dashkit.app.import_archives import Selection, in_archive, is_archive, missing
from dashkit.app.import_drafts import Draft, Taken, drafted
from dashkit.app.import_files import proven, saved
from dashkit.app.import_request import JSON, PYTHON, Done, Imported, Request
from dashkit.app.import_rules import alerts_root, from_groups
from dashkit.app.import_sources import Found, in_files, on_server, placed, renamed
from dashkit.app.ports import Event, Ports
from dashkit.errors import UsageError
from dashkit.importer.format import require_formatter
from dashkit.model.live import LiveDashboard


def carry_out(request: Request, ports: Ports) -> Done:
    """Write a module, or a JSON file, for each dashboard of the sources. A broken source hides no other.

    Raises:
        InputError: a source does not exist, or the formatter is not installed.
        UsageError: there are no sources, or both files and dashboards of a server.
        ServerError: the server cannot be read.
    """
    if len(request.sources) == 1 and is_archive(request.sources[0]):
        return _from_archive(request, ports)
    live = bool(request.uids or request.folder or request.everything)
    if request.revision:
        raise UsageError("--revision needs --id", hint="dashkit import --id 1860 --revision 37")
    if live == bool(request.sources):
        hint = "name files or directories, or one of --uid, --folder, --all and --id"
        raise UsageError("files and a server are imported one at a time" if live else "nothing to import", hint=hint)
    return from_server(request, _on_server(request, ports), ports) if live else _from_files(request, ports)


def _from_files(request: Request, ports: Ports) -> Done:
    """Write a module, or a JSON file, for each dashboard of the files, and the titles of folders that only a file says.

    The rules of mixins become modules, too.
    """
    _require_formatter(request)
    options = import_jsonnet.Options(request.library_paths, request.variables)
    contents = list(in_files(request.sources, partial(import_jsonnet.contents, options)))
    results = _imported((one for content in contents for one in content.found), request, ports)
    import_jsonnet.write_folders(request.to, contents, {one.source for one in results if one.error is None})
    warnings = [text for content in contents for text in content.warnings]
    groups = {content.where: list(content.groups) for content in contents if content.groups}
    if request.kind == JSON:
        warnings += [f"{where}: {import_jsonnet.not_taken(found)}" for where, found in groups.items()]
        return Done(results, tuple(warnings))
    to = alerts_root(ports.project, request.to)
    return Done(results, tuple(warnings), rules=tuple(from_groups(groups, to, force=request.force) if groups else ()))


def from_server(request: Request, prepared: pull.Prepared, ports: Ports) -> Done:
    """Write a module, or a JSON file, for each of the dashboards of a server that were chosen."""
    _require_formatter(request)
    results = _imported(on_server(prepared), request, ports)
    _write_titles(prepared.chosen, prepared.places, request.to, results)
    return Done(results, prepared.warnings)


def _from_archive(request: Request, ports: Ports) -> Done:
    """Write a module, or a JSON file, for each of the dashboards of a backup that were chosen."""
    _require_formatter(request)
    selection = Selection(request.uids, request.folder, everything=request.everything)
    held = in_archive(request.sources[0], selection, request.context_name, ports)
    results = _imported([*map(missing, held.absent), *placed(held.chosen, held.places)], request, ports)
    _write_titles(held.chosen, held.places, request.to, results)
    return Done(results, held.warnings)


def _require_formatter(request: Request) -> None:
    if request.kind == PYTHON:
        require_formatter()


def _imported(sources: Iterable[Found], request: Request, ports: Ports) -> list[Imported]:
    found = list(sources)
    if request.title or request.new_uid:
        if len(found) != 1:
            raise UsageError("--title and --new-uid are for a single dashboard", hint="import it on its own")
        found = [renamed(found[0], title=request.title, uid=request.new_uid)]
    return write_all(found, request, ports)


def write_all(found: Sequence[Found], request: Request, ports: Ports, others: Iterable[str] = ()) -> list[Imported]:
    """Write a module, or a JSON file, for each of the dashboards, as ``to``, ``kind`` and ``force`` of the request say.

    The files of ``others``, relative to the target, are not theirs to take.
    """
    drafts: list[Draft] = []
    taken = Taken()
    for path in map(PurePosixPath, others):
        taken.names[path.parts[:-1]].add(path.stem)
    for number, one in enumerate(found, 1):
        drafts.append(drafted(one, request, taken))
        ports.progress(Event("read", number, len(found)))
    if unknown := sorted(set(request.inputs) - taken.inputs):
        known = f"there is {', '.join(sorted(taken.inputs))}" if taken.inputs else "none of the sources has inputs"
        raise UsageError(f"no source has the input {unknown[0]}", hint=known)
    if request.one_file:
        drafts = [replace(draft, call=None) for draft in drafts]
    results = [saved(draft, request) for draft in proven(drafts)]
    return import_alert_blocks.write(results, request, ports) if request.kind == PYTHON else results


def _on_server(request: Request, ports: Ports) -> pull.Prepared:
    # What a module makes already is no reason not to write another: the uid says so when it is built.
    wanted = pull.Request(
        request.to, request.context_name, request.uids, request.folder, everything=request.everything, force=True
    )
    return pull.prepare(wanted, ports)


def _write_titles(
    items: Iterable[LiveDashboard], places: pull.Places, directory: Path, results: list[Imported]
) -> None:
    """Write the titles of folders that the names of their directories do not say."""
    done = {one.source for one in results if one.error is None}
    for item in items:
        if item.uid in done:
            places.write_titles(directory, item)

"""Turn dashboards that exist as JSON into modules, with a proof that these make the same."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from dashkit import _files, _json
from dashkit.app import import_jsonnet, pull
from dashkit.app.import_archives import Selection, in_archive, is_archive, missing
from dashkit.app.import_sources import Found, in_files, on_server, placed, renamed
from dashkit.app.ports import Event, Ports
from dashkit.authoring.call import Call
from dashkit.compiler.compile import compile_document
from dashkit.document.normalise import Origin
from dashkit.document.read import Resource, as_resource, read_v2
from dashkit.document.schema_steps import CURRENT
from dashkit.document.v2.down import down
from dashkit.errors import DashkitError, InputError, ServerError, UsageError
from dashkit.importer import fresh, package
from dashkit.importer.count import Counts, counts
from dashkit.importer.dynamic import dynamic_board
from dashkit.importer.format import format_files, require_formatter
from dashkit.importer.inputs import Ask, resolved
from dashkit.importer.module import document_text, module_text
from dashkit.importer.names import module_name
from dashkit.importer.proof import written
from dashkit.importer.upgrade import Upgraded, upgrade
from dashkit.model.live import LiveDashboard
from dashkit.quiet.canonical import said
from dashkit.quiet.dynamic import dynamic, dynamic_canonical
from dashkit.quiet.filled import WRITTEN_OUT
from dashkit.quiet.panels import in_words, quiet

PYTHON, JSON = "python", "json"


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit import`: files and directories with such, or dashboards of a server as for `dashkit pull`."""

    sources: tuple[Path, ...] = ()
    to: Path = Path("dashboards")
    kind: str = PYTHON
    context_name: str | None = None
    uids: tuple[str, ...] = ()
    folder: str | None = None
    everything: bool = False
    #: Overwrite files that differ.
    force: bool = False
    #: Bring dashboards of old schemas, and panels of kinds that are gone, to what one makes today.
    upgrade: bool = False
    #: One file for each dashboard, however long.
    one_file: bool = False
    #: What Jsonnet may import from besides its own project, and what ``std.extVar`` gives it.
    library_paths: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    #: What inputs of exports stand for, and how to ask for the value of one that has none; None if nobody can be asked.
    inputs: Mapping[str, str] = field(default_factory=dict)
    ask: Ask | None = None
    #: Another title and uid, for a single dashboard.
    title: str = ""
    new_uid: str = ""
    #: Dashboards of grafana.com, which `dashkit.app.market_import` gets; the revision is for a single one.
    ids: tuple[int, ...] = ()
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one dashboard.

    Attributes:
        source: the file that it was read from, or the uid on the server.
        file: the file that was written, relative to the target; empty if none was.
        equal: the module, compiled in a process of its own, makes the same.
        lines: of the module, and of the JSON it was made of, pretty-printed.
        notes: what was mended on the way in.
        modernised: what is said as one says it today, if that was asked for.
        lost: what today's Grafana has no counterpart for.
        left_out: what says nothing in Grafana, and is not in the module.
        error: why nothing was written.
    """

    source: str
    uid: str = ""
    title: str = ""
    file: str = ""
    equal: bool = False
    changed: bool = False
    panels: Counts = field(default_factory=Counts)
    lines: tuple[int, int] = (0, 0)
    notes: tuple[str, ...] = ()
    modernised: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    error: DashkitError | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of each dashboard, and what could not be taken back to how the source would say it."""

    results: list[Imported]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Draft:
    """A file to write, and the digest of what a module in it has to make; empty for JSON."""

    imported: Imported
    data: bytes
    digest: str = ""
    #: What makes the dashboard, for a module of several files if it is long.
    call: Call | None = None
    #: More files, by their paths from the target on.
    more: Mapping[str, bytes] = field(default_factory=dict)
    #: The document, which the module can also hold as JSON if the helpers do not make the same after all.
    spec: dict[str, Any] | None = None
    #: What is written if no module makes the same.
    instead: _Draft | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    """The uids so far, and the names of modules by their directories."""

    uids: set[str] = field(default_factory=set)
    names: defaultdict[tuple[str, ...], set[str]] = field(default_factory=lambda: defaultdict(set))


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
    """Write a module, or a JSON file, for each dashboard of the files, and the titles of folders that only a file says."""
    _require_formatter(request)
    options = import_jsonnet.Options(request.library_paths, request.variables)
    contents = list(in_files(request.sources, partial(import_jsonnet.contents, options)))
    results = _imported((one for content in contents for one in content.found), request, ports)
    import_jsonnet.write_folders(request.to, contents, {one.source for one in results if one.error is None})
    return Done(results, tuple(text for content in contents for text in content.warnings))


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
    drafts: list[_Draft] = []
    taken = _Taken()
    for path in map(PurePosixPath, others):
        taken.names[path.parts[:-1]].add(path.stem)
    for number, one in enumerate(found, 1):
        drafts.append(_draft(one, request, taken))
        ports.progress(Event("read", number, len(found)))
    if request.one_file:
        drafts = [replace(draft, call=None) for draft in drafts]
    return [_saved(draft, request) for draft in _proven(drafts)]


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


def _draft(found: Found, request: Request, taken: _Taken) -> _Draft:
    try:
        draft = _drafted(found.read(), found, request, taken)
        if draft.imported.uid in taken.uids:
            raise InputError(f"uid {draft.imported.uid!r} is that of another source, too", where=found.shown)
    except (InputError, ServerError) as error:
        error.where = error.where or found.shown
        return _Draft(Imported(found.shown, error=error), b"")
    taken.uids.add(draft.imported.uid)
    taken.names[found.directories].add(Path(draft.imported.file).stem)
    return draft


def _drafted(value: Any, found: Found, request: Request, taken: _Taken) -> _Draft:
    if (resource := read_v2(value)) is not None:
        return _dynamic(resource, found, request, taken)
    value, notes = resolved(value, request.inputs, request.ask)
    compiled = compile_document(value, Origin.FILE, {})
    upgraded = upgrade(compiled.spec) if request.upgrade else Upgraded(compiled.spec)
    spec = upgraded.spec
    uid, title = spec["uid"], spec["title"]
    suffix = ".py" if request.kind == PYTHON else ".json"
    imported = Imported(found.shown, uid, title, _file(title, uid, found, suffix, taken))
    lost = (*upgraded.lost, *upgraded.alerts.unwritten)
    imported = replace(imported, notes=(*notes, *compiled.notes), modernised=upgraded.modernised, lost=lost)
    if request.kind == JSON:
        return _Draft(replace(imported, equal=True), _json.pretty(spec))
    return _classic(spec, imported)


def _classic(spec: dict[str, Any], imported: Imported) -> _Draft:
    """Return the module of a classic dashboard in canonical form."""
    quieter, remarks = quiet(spec)
    wanted = said(quieter)
    imported = replace(imported, lines=(0, _json.pretty(spec).count(b"\n")))
    made = written(imported.uid, wanted) if spec.get("schemaVersion") == CURRENT else None
    if made is not None and made.equal:
        left_out = tuple(in_words(one for one in remarks if one.done != WRITTEN_OUT))
        imported = replace(imported, panels=counts(made.call), left_out=left_out)
        return _Draft(imported, module_text(made.call).encode(), fresh.digest(wanted), made.call, spec=spec)
    note = f"schema {spec.get('schemaVersion')} keeps its number and its panels as they are; --upgrade brings them to today's"
    notes = imported.notes if made else (*imported.notes, note)
    imported = replace(imported, notes=notes, panels=counts(spec))
    return _Draft(imported, document_text(spec).encode(), fresh.digest(wanted))


def _dynamic(resource: Resource, found: Found, request: Request, taken: _Taken) -> _Draft:
    """Return the module of a dashboard of the v2 schema, or its JSON where no module makes it."""
    uid, spec, title = resource.uid, resource.spec, str(resource.spec.get("title") or "")
    if not uid:
        hint = "save the whole resource, with apiVersion and metadata"
        raise InputError(
            "a dashboard of the v2 schema has its uid in the resource around it, which is missing", hint=hint
        )
    data = _json.pretty(as_resource(uid, resource.schema, spec))
    notes = ("stays JSON: no module makes the same",) if request.kind == PYTHON else ()
    imported = Imported(found.shown, uid, title, _file(title, uid, found, ".json", taken), True, notes=notes)
    as_json = _Draft(imported, data)
    if request.kind == JSON:
        return as_json
    file = _file(title, uid, found, ".py", taken)
    imported = Imported(found.shown, uid, title, file, lines=(0, data.count(b"\n")))
    lowered = down(spec)
    try:
        if not lowered.losses:  # the classic schema says all of it, and so does a module without tabs and the like
            classic = compile_document({**lowered.classic, "uid": uid}, Origin.FILE, {}).spec
            return replace(_classic(classic, imported), instead=as_json)
        document = dynamic(uid, spec)
        call = dynamic_board(document)
        wanted = fresh.digest(dynamic_canonical(document))
        text = module_text(call)
    except (InputError, TypeError, ValueError, LookupError, AttributeError):
        return as_json  # shaped in a way that no module makes
    return _Draft(replace(imported, panels=counts(call)), text.encode(), wanted, call, instead=as_json)


def _file(title: str, uid: str, found: Found, suffix: str, taken: _Taken) -> str:
    if found.file:
        return str(PurePosixPath(found.file).with_suffix(suffix))
    folder = found.directories
    return "/".join((*folder, module_name(title, uid, taken.names[folder]) + suffix))


def _proven(drafts: list[_Draft]) -> list[_Draft]:
    """Return the drafts, formatted, whose modules make the same in a fresh process.

    Those that do not are written as plain JSON, and tried once more.
    """
    first = _compiled_alone([draft for draft in drafts if draft.digest])
    again = [_plain(one, one.spec) for one in first.values() if not one.imported.equal and one.spec is not None]
    proven = first | _compiled_alone(again)
    found = [proven.get(draft.imported.file, draft) if draft.digest else draft for draft in drafts]
    return [draft if draft.imported.equal else draft.instead or draft for draft in found]


def _plain(draft: _Draft, spec: dict[str, Any]) -> _Draft:
    """Return the module with the dashboard as JSON."""
    notes = (*draft.imported.notes, "written as JSON: no calls make the same")
    imported = replace(draft.imported, panels=counts(spec), notes=notes, left_out=())
    return replace(draft, data=document_text(spec).encode(), imported=imported, call=None)


def _compiled_alone(drafts: list[_Draft]) -> dict[str, _Draft]:
    """Format modules, compile them in a process of their own, and return them by their files: whether they are equal, too."""
    if not drafts:
        return {}
    folder = Path(tempfile.mkdtemp(prefix="dashkit-import-"))
    try:
        written = _formatted(folder / fresh.ROOT, drafts)
        digests = fresh.compiled(folder).digests
        found = {}
        for draft in written:
            file = draft.imported.file
            count = sum(data.count(b"\n") for data in (draft.data, *draft.more.values()))
            equal = digests.get(f"{fresh.ROOT}/{file}") == draft.digest
            imported = replace(draft.imported, equal=equal, lines=(count, draft.imported.lines[1]))
            found[file] = replace(draft, imported=imported)
        return found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _formatted(folder: Path, drafts: list[_Draft]) -> list[_Draft]:
    """Write modules to a folder, those that are long in several files, and return them formatted."""
    for draft in drafts:
        _files.write_atomic(folder / draft.imported.file, draft.data)
    format_files(folder)
    written = [replace(draft, data=_files.read_bytes(folder / draft.imported.file)) for draft in drafts]
    several = {draft.imported.file: files for draft in written if (files := _in_parts(draft))}
    if not several:
        return written
    for path, text in (pair for files in several.values() for pair in files.items()):
        _files.write_atomic(folder / path, text.encode())
    format_files(folder)
    return [
        replace(
            draft,
            data=_files.read_bytes(folder / draft.imported.file),
            more={
                path: _files.read_bytes(folder / path)
                for path in several[draft.imported.file]
                if path != draft.imported.file
            },
        )
        if draft.imported.file in several
        else draft
        for draft in written
    ]


def _in_parts(draft: _Draft) -> dict[str, str]:
    """Return the files of a module that is too long for one; none if one is enough, or has to be."""
    if draft.call is None or draft.data.count(b"\n") <= package.LINES:
        return {}
    file = PurePosixPath(draft.imported.file)
    return {str(file.parent / path): text for path, text in package.package(draft.call, file.stem).items()}


def _saved(draft: _Draft, request: Request) -> Imported:
    imported = draft.imported
    if imported.error is not None:
        return imported
    try:
        if not imported.equal:
            raise InputError("no module makes the same; nothing was written", where=imported.source)
        # The module that needs the others comes last.
        files = {
            _files.safe_join(request.to, path): data
            for path, data in (*draft.more.items(), (imported.file, draft.data))
        }
        for target, data in files.items():
            if target.exists() and not request.force and _files.read_bytes(target) != data:
                raise InputError(f"{target} exists and differs", where=imported.source, hint="--force overwrites it")
        changed = [_files.write_atomic(target, data) for target, data in files.items()]
        return replace(imported, changed=any(changed))
    except InputError as error:
        return replace(imported, file="", error=error)

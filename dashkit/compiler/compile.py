"""Compile everything below the configured paths, with a result for each dashboard, or a failure if it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dashkit import _files, _json
from dashkit.compiler.collect import exported, folder_of
from dashkit.compiler.discover import SourceFile, discover
from dashkit.compiler.dynamic import SCHEMA, compile_dynamic
from dashkit.compiler.load import authors_code, load, package_for
from dashkit.compiler.plain import plain
from dashkit.compiler.record import recording
from dashkit.document.normalise import UID, Normalised, Origin, normalise
from dashkit.document.read import Resource, read_document, read_v2
from dashkit.document.tolerate import schema_number, tolerate
from dashkit.document.v2.compose import is_dynamic
from dashkit.document.v2.validate import faults
from dashkit.document.validate import validate
from dashkit.document.walk import panels
from dashkit.errors import InputError, SpecError
from dashkit.model.dashboard import CompiledDashboard, FolderPath, Location
from dashkit.model.folder import folder_text
from dashkit.model.notes import SOURCE_KEY, STRICT_KEY


@dataclass(frozen=True, slots=True)
class Failure:
    """A dashboard or module that did not compile."""

    where: str
    message: str
    hint: str = ""
    pointer: str = ""
    #: The source file, and the uid if it is known.
    path: str = ""
    uid: str = ""
    #: The line of source that failed.
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """What to compile: paths in ``project``, and the known types of datasources by uid."""

    project: Path
    paths: tuple[Path, ...]
    datasource_types: Mapping[str, str] = field(default_factory=dict)
    #: Selects files below the paths; None means all of them.
    wanted: Callable[[Path], bool] | None = None


def compile_all(sources: Sources) -> Iterator[CompiledDashboard | Failure]:
    """Yield each dashboard as soon as it is compiled, in a fixed order.

    A broken module or dashboard yields a `Failure`, and the next one follows. If two dashboards have the same uid, or the
    same title in the same folder, the second one fails with a message that names the first.
    """
    seen = _Seen()
    for result in _compile_each(sources, modules_only=False):
        yield seen.check(result) if isinstance(result, CompiledDashboard) else result


def compile_modules(sources: Sources) -> Iterator[CompiledDashboard | Failure]:
    """Yield the dashboards of Python modules only, including duplicates. For callers that read the JSON files themselves."""
    return _compile_each(sources, modules_only=True)


def _compile_each(sources: Sources, *, modules_only: bool) -> Iterator[CompiledDashboard | Failure]:
    for path in sources.paths:
        files = [file for file in discover([path.resolve()]) if not modules_only or file.path.suffix == ".py"]
        files = [file for file in files if sources.wanted is None or sources.wanted(file.path)]
        if not files:
            continue
        with package_for(files[0].root):
            for file in files:
                yield from _file(file, sources)


def _file(file: SourceFile, sources: Sources) -> Iterator[CompiledDashboard | Failure]:
    shown = shown_path(file.path, sources.project)
    try:
        if file.path.suffix == ".json":
            yield _json_file(file, shown, sources)
        else:
            yield from _module(file, shown, sources)
    except InputError as error:
        yield failure_of(error, shown)


def _module(file: SourceFile, shown: str, sources: Sources) -> Iterator[CompiledDashboard | Failure]:
    with recording(sources.project, file.path):
        with authors_code(sources.project, shown):
            module = load(file.path, file.root)
            folder = folder_of(module, file.folder)
            objects = exported(module)
        while True:
            with authors_code(sources.project, shown):
                try:
                    value = next(objects)
                except StopIteration:
                    return
            document = None
            try:
                with authors_code(sources.project, shown):
                    origin = _origin(value)
                    document = plain(value)
                if (resource := read_v2(document)) is not None:
                    yield _v2(resource, folder, Location(shown))
                else:
                    yield _compile(document, origin, folder, shown, sources)
            except InputError as error:
                yield failure_of(error, shown, document)


def _origin(value: Any) -> Origin:
    return Origin.GRAFANALIB if hasattr(value, "to_json_data") else Origin.PYTHON


def _json_file(file: SourceFile, shown: str, sources: Sources) -> CompiledDashboard:
    if not file.path.is_file():
        raise InputError("is not a regular file", where=shown)
    value = _json.parse(_files.read_bytes(file.path), where=shown)
    if (resource := read_v2(value)) is not None:
        return _v2(resource, file.folder, Location(shown))
    return _compile(value, Origin.FILE, file.folder, shown, sources)


def _v2(resource: Resource, folder: FolderPath, place: Location) -> CompiledDashboard:
    """Return a dashboard of the v2 schema. Its document stays what it is."""
    uid, spec = resource.uid, resource.spec
    if not resource.schema or not uid:
        hint = "`dashkit pull` writes such files: apiVersion, kind, metadata with the name, spec"
        raise SpecError(
            "a dashboard of the v2 schema has its uid in the resource around it, which is missing", hint=hint
        )
    if not UID.fullmatch(uid):
        raise SpecError(f"invalid uid {uid!r}: use 1 to 40 of A-Z a-z 0-9 _ -", pointer="/metadata/name")
    title = spec.get("title")
    if not isinstance(title, str) or not title.strip():
        raise SpecError("the dashboard has no title", pointer="/spec/title")
    for pointer, message in faults(spec)[:1]:
        raise SpecError(
            message, pointer=f"/spec{pointer}".rstrip("/"), hint="dashkit check lists everything that is wrong"
        )
    _json.compact(spec)
    return CompiledDashboard(uid, title, folder, spec, place, schema=resource.schema)


def _compile(value: Any, origin: Origin, folder: FolderPath, shown: str, sources: Sources) -> CompiledDashboard:
    place, variables = _take_places(value, sources.project)
    name = (value.get("uid") or value.get("title") if isinstance(value, dict) else None) or "dashboard"
    strict, schema = _take_strict(value), SCHEMA if origin is not Origin.FILE and is_dynamic(value) else ""
    uid = str(value.get("uid") or "") if isinstance(value, dict) else ""

    def compiled(document: dict[str, Any]) -> Normalised:
        return compile_document(document, origin, sources.datasource_types, sources.project)

    try:
        normalised = compile_dynamic(value, sources.datasource_types, compiled) if schema else compiled(value)
    except InputError as error:
        error.message = f"{name}: {error.message}"
        if not error.where and place is not None:
            error.where = str(place)
        raise
    spec = normalised.spec
    places = {number: shown_place(source, sources.project) for number, source in normalised.sources.items()}
    if place is None or place.path != shown:
        place = Location(shown, min((entry.line for entry in places.values() if entry.path == shown), default=0))
    return CompiledDashboard(
        uid if schema else spec["uid"],
        spec["title"],
        folder,
        spec,
        place,
        places,
        variables,
        normalised.notes,
        schema,
        strict,
    )


def _take_strict(value: Any) -> bool:
    """Remove and return the note on whether a dashboard may lose nothing on an older Grafana."""
    return isinstance(value, dict) and value.pop(STRICT_KEY, False) is True


def _take_places(value: Any, project: Path) -> tuple[Location | None, dict[str, Location]]:
    """Remove and return the notes on where the dashboard, and each of its variables by name, was constructed."""
    if not isinstance(value, dict):
        return None, {}

    def taken(entry: dict[str, Any]) -> Location | None:
        note = entry.pop(SOURCE_KEY, None)
        return shown_place(note, project) if note else None

    templating = value.get("templating")
    entries = templating.get("list") if isinstance(templating, dict) else None
    found = {
        str(entry.get("name")): taken(entry)
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
    }
    return taken(value), {name: source for name, source in found.items() if source}


def compile_document(
    value: Any, origin: Origin, datasource_types: Mapping[str, str], project: Path = Path()
) -> Normalised:
    """Return the canonical form of a document, validated. Raises `SpecError` if anything is wrong with it."""
    notes: list[str] = []
    try:
        if origin is not Origin.GRAFANALIB:
            value = read_document(value).spec
        if origin is Origin.FILE:
            notes += schema_number(value)
        try:
            normalised = normalise(value, origin, datasource_types=datasource_types)
        except SpecError as error:
            error.where = str(shown_place(error.source, project)) if error.source else ""
            raise
        mended = _validated(normalised, origin, project)
        if mended:  # what was mended may say how the rest is meant, as `collapsed` of a row does
            notes += mended
            normalised = normalise(normalised.spec, origin, datasource_types=datasource_types)
        _json.compact(normalised.spec)  # report what JSON cannot represent here, while the file is known
    except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
        # A document may have any value anywhere. An odd one fails this dashboard, but not the others.
        raise SpecError(
            f"not shaped like a dashboard ({type(error).__name__}: {error})",
            hint="compare it with a dashboard that Grafana exported",
        ) from error
    return replace(normalised, notes=tuple(notes))


def _validated(normalised: Normalised, origin: Origin, project: Path) -> list[str]:
    """Validate a document, and return notes of the slips in it that Grafana takes. Raises `SpecError` for anything else."""
    try:
        validate(normalised.spec)
    except SpecError as error:
        if origin is Origin.FILE:
            return tolerate(normalised.spec, error)
        error.where = _panel_place(normalised, error.pointer, project)
        raise
    return []


def _panel_place(normalised: Normalised, pointer: str, project: Path) -> str:
    """Return the file and line of the panel that contains a JSON pointer, or an empty string if it is unknown."""
    inside = [placed for placed in panels(normalised.spec) if f"{pointer}/".startswith(f"{placed.pointer}/")]
    source = normalised.sources.get(inside[-1].panel.get("id", 0)) if inside else None
    return str(shown_place(source, project)) if source else ""


class _Seen:
    """The uids and titles so far, with their dashboards."""

    def __init__(self) -> None:
        self._uids: dict[str, str] = {}
        self._titles: dict[tuple[FolderPath, str], str] = {}

    def check(self, dashboard: CompiledDashboard) -> CompiledDashboard | Failure:
        uid, title, folder = dashboard.uid, dashboard.title, dashboard.folder
        text = ""
        if uid in self._uids:
            text = f"uid {uid!r} of {title!r} is already used by {self._uids[uid]}"
        elif (folder, title) in self._titles:
            text = f"title {title!r} in folder {folder_text(folder)!r} is already used by {self._titles[folder, title]}"
        if text:
            return Failure(str(dashboard.source), text, path=dashboard.source.path, uid=uid)
        self._uids[uid] = f"{title!r} in {dashboard.source}"
        self._titles[folder, title] = f"{uid!r} in {dashboard.source}"
        return dashboard


def failure_of(error: InputError, shown: str, document: Any = None) -> Failure:
    """Turn an error into a failure of the file ``shown``."""
    pointer = error.pointer if isinstance(error, SpecError) else ""
    uid = document.get("uid") if isinstance(document, dict) else None
    uid = uid if isinstance(uid, str) else ""
    return Failure(error.where or shown, error.message, error.hint, pointer, shown, uid, error.excerpt)


def shown_path(path: Path, base: Path) -> str:
    """Return a path relative to ``base`` if it is below it, else unchanged."""
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)


def shown_place(source: tuple[str, int], base: Path) -> Location:
    """Return the location of a file and line, with a path relative to ``base`` if it is below it."""
    path, line = source
    return Location(shown_path(Path(path), base), line)

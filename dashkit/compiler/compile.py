"""Compile everything below the configured paths: one result for each dashboard, one failure for each that is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashkit import _files, _json
from dashkit.compiler.collect import exported, folder_of
from dashkit.compiler.discover import SourceFile, discover
from dashkit.compiler.load import authors_code, load, package_for
from dashkit.compiler.plain import plain
from dashkit.compiler.record import recording
from dashkit.errors import InputError, SpecError
from dashkit.model.dashboard import CompiledDashboard, FolderPath, Location
from dashkit.model.folder import folder_text
from dashkit.spec.normalise import SOURCE_KEY, Normalised, Origin, normalise
from dashkit.spec.read import read_document
from dashkit.spec.validate import validate
from dashkit.spec.walk import panels


@dataclass(frozen=True, slots=True)
class Failure:
    """A dashboard or module that did not compile."""

    where: str
    message: str
    hint: str = ""
    pointer: str = ""
    #: The source file, and the uid where one is known.
    path: str = ""
    uid: str = ""
    #: The line of source that failed.
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """What to compile: paths in ``project``, and what is known of datasources (type by uid)."""

    project: Path
    paths: tuple[Path, ...]
    datasource_types: Mapping[str, str] = field(default_factory=dict)
    #: Which files of the paths; all if None.
    wanted: Callable[[Path], bool] | None = None


def compile_all(sources: Sources) -> Iterator[CompiledDashboard | Failure]:
    """Each dashboard as soon as it is compiled, in a fixed order.

    A broken module or dashboard yields a `Failure` and the next one follows. So does one whose uid, or whose title in its
    folder, another has already: the second of the two fails and names the first.
    """
    seen = _Seen()
    for result in _compile_each(sources, modules_only=False):
        yield seen.check(result) if isinstance(result, CompiledDashboard) else result


def compile_modules(sources: Sources) -> Iterator[CompiledDashboard | Failure]:
    """As `compile_all`, but Python modules only, and two of one uid or title both: for who looks at the files himself."""
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
                yield _compile(document, origin, folder, shown, sources)
            except InputError as error:
                yield failure_of(error, shown, document)


def _origin(value: Any) -> Origin:
    return Origin.GRAFANALIB if hasattr(value, "to_json_data") else Origin.PYTHON


def _json_file(file: SourceFile, shown: str, sources: Sources) -> CompiledDashboard:
    value = _json.parse(_files.read_bytes(file.path), where=shown)
    return _compile(value, Origin.FILE, file.folder, shown, sources)


def _compile(value: Any, origin: Origin, folder: FolderPath, shown: str, sources: Sources) -> CompiledDashboard:
    place, variables = _take_places(value, sources)
    name = (value.get("uid") or value.get("title") if isinstance(value, dict) else None) or "dashboard"
    try:
        normalised = compile_document(value, origin, sources.datasource_types, sources.project)
    except InputError as error:
        error.message = f"{name}: {error.message}"
        raise
    spec = normalised.spec
    places = {
        number: Location(shown_path(Path(place[0]), sources.project), place[1])
        for number, place in normalised.sources.items()
    }
    if place is None or place.path != shown:
        place = Location(shown, min((entry.line for entry in places.values() if entry.path == shown), default=0))
    return CompiledDashboard(spec["uid"], spec["title"], folder, spec, place, places, variables)


def _take_places(value: Any, sources: Sources) -> tuple[Location | None, dict[str, Location]]:
    """Remove the notes of the dashboard and of its variables: where it was made, and each of those by name."""
    if not isinstance(value, dict):
        return None, {}

    def taken(entry: dict[str, Any]) -> Location | None:
        note = entry.pop(SOURCE_KEY, None)
        return Location(shown_path(Path(note[0]), sources.project), note[1]) if note else None

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
    """The canonical form of one document, validated; `SpecError` for whatever is wrong with it."""
    try:
        if origin is not Origin.GRAFANALIB:
            value = read_document(value).spec
        normalised = normalise(value, origin, datasource_types=datasource_types)
        try:
            validate(normalised.spec)
        except SpecError as error:
            error.where = _panel_place(normalised, error.pointer, project)
            raise
        _json.compact(normalised.spec)  # what no JSON can hold is named here, with the file
    except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
        # A document may hold anything anywhere. What is odd is this dashboard's fault, and stops no other.
        raise SpecError(
            f"not shaped like a dashboard ({type(error).__name__}: {error})",
            hint="compare it with one that Grafana exported",
        ) from error
    return normalised


def _panel_place(normalised: Normalised, pointer: str, project: Path) -> str:
    """File and line of the panel that a JSON pointer leads into; empty where none is known."""
    inside = [placed for placed in panels(normalised.spec) if f"{pointer}/".startswith(f"{placed.pointer}/")]
    place = normalised.sources.get(inside[-1].panel.get("id", 0)) if inside else None
    return f"{shown_path(Path(place[0]), project)}:{place[1]}" if place else ""


class _Seen:
    """The uids and titles met so far, with their places."""

    def __init__(self) -> None:
        self._uids: dict[str, str] = {}
        self._titles: dict[tuple[FolderPath, str], str] = {}

    def check(self, dashboard: CompiledDashboard) -> CompiledDashboard | Failure:
        title = (dashboard.folder, dashboard.title)
        other = self._uids.get(dashboard.uid)
        if other is not None:
            text = f"uid {dashboard.uid!r} of {dashboard.title!r} is also that of {other}"
            return Failure(str(dashboard.source), text, path=dashboard.source.path, uid=dashboard.uid)
        other = self._titles.get(title)
        if other is not None:
            where = folder_text(dashboard.folder)
            text = f"title {dashboard.title!r} in folder {where!r} is also that of {other}"
            return Failure(str(dashboard.source), text, path=dashboard.source.path, uid=dashboard.uid)
        self._uids[dashboard.uid] = f"{dashboard.title!r} in {dashboard.source}"
        self._titles[title] = f"{dashboard.uid!r} in {dashboard.source}"
        return dashboard


def failure_of(error: InputError, shown: str, document: Any = None) -> Failure:
    pointer = error.pointer if isinstance(error, SpecError) else ""
    uid = document.get("uid") if isinstance(document, dict) else None
    uid = uid if isinstance(uid, str) else ""
    return Failure(error.where or shown, error.message, error.hint, pointer, shown, uid, error.excerpt)


def shown_path(path: Path, base: Path) -> str:
    """Below ``base`` without it, elsewhere in full."""
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)

"""Find what a check examines: the project, files and modules from elsewhere, standard input."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dashkit.app.contents import Gathered, Reader, alerts_of
from dashkit.app.source import alert_links, sources
from dashkit.compiler.alerts import FOLDER
from dashkit.compiler.discover import discover
from dashkit.compiler.write import MANIFEST
from dashkit.config.project import Project
from dashkit.model.links import AlertLinks

_SUFFIXES = (".json", ".yaml", ".yml")
#: A module from elsewhere is run only if it mentions a library for dashboards.
_LIBRARIES = (b"grafanalib", b"dashkit.authoring", b"grafana_foundation_sdk")
_NOTHING_HERE = "no dashboards and no rules in this directory"
_NO_SUCH_FILE = "no such file or directory"


def gather(project: Project, paths: tuple[str, ...]) -> Gathered:
    """Read what is at the paths. Without any, or if one is inside the project, read the whole project."""
    reader = Reader(project)
    inside = [path for path in paths if path != "-" and _is_inside(Path(path), project)]
    if inside or not paths:
        _read_project(reader)
        reader.found.ours = True
        reader.found.whole = not reader.found.failures
    for path in paths:
        if path == "-":
            reader.stdin()
        elif path in inside:
            _rest_of_project(Path(path), reader)
        else:
            _elsewhere(Path(path), reader)
    return reader.found


def _is_inside(path: Path, project: Project) -> bool:
    """Return whether a path is a folder of dashboards, below one, or a directory that contains one."""
    resolved = path.resolve()
    roots = [root.resolve() for root in project.dashboards]
    return any(resolved.is_relative_to(root) or (root.is_relative_to(resolved) and root.exists()) for root in roots)


def _read_project(reader: Reader) -> None:
    project = reader.project
    reader.dashboards(sources(project), owned=True)
    for file in discover([root.resolve() for root in project.dashboards if root.exists()]):
        if file.path.suffix == ".json":
            reader.file(file.path, owned=True, named=True, folder=file.folder)
    links = alert_links(project)
    for group in reader.groups(sources(project)):
        reader.found.groups.append(group)
        reader.found.alerts += alerts_of(group, links)


def _rest_of_project(path: Path, reader: Reader) -> None:
    """Read a path inside the project that its modules and JSON files do not cover, such as a rule file."""
    resolved = path.resolve()
    if not path.exists():
        reader.fail(path, _NO_SUCH_FILE)
    elif path.is_dir():
        owned = reader.project.owns(resolved)
        _files_below(path, reader, owned=owned, built=owned)
        if not _has_read_below(resolved, reader):
            reader.fail(path, _NOTHING_HERE)
    elif path.suffix in _SUFFIXES:
        reader.file(path, owned=True, named=True)
    elif path.suffix != ".py":
        reader.fail(path, "neither a module, nor a dashboard, nor a rule file")
    elif resolved not in reader.found.read:
        reader.found.notes.append(f"{path}: not a dashboard or alert module; it is checked where it is used")


def _elsewhere(path: Path, reader: Reader) -> None:
    resolved = path.resolve()
    if path.is_dir():
        before = len(reader.found.read)
        _files_below(path, reader, owned=False)
        _modules_elsewhere(resolved, reader)
        if len(reader.found.read) == before and not _has_read_below(resolved, reader):
            reader.fail(path, _NOTHING_HERE)
    elif not path.exists():
        reader.fail(path, _NO_SUCH_FILE)
    elif path.suffix == ".py":
        if not resolved.name.startswith(("_", ".")):
            _modules_elsewhere(resolved, reader)
        if resolved not in reader.found.read:
            reader.fail(path, "not a dashboard or alert module")
    else:
        reader.file(path, owned=False, named=True)


def _has_read_below(resolved: Path, reader: Reader) -> bool:
    return any(resolved in read.parents for read in reader.found.read)


def _files_below(path: Path, reader: Reader, *, owned: bool, built: bool = True) -> None:
    """Read the JSON and rule files of a directory. Follows links, but visits each real directory once.

    Without ``built``, skips the directories that dashkit writes its output to.
    """

    def unreadable(error: OSError) -> None:
        reader.fail(Path(error.filename), f"cannot be read: {error.strerror}")

    visited: set[Path] = set()
    for directory, names, files in os.walk(path, onerror=unreadable, followlinks=True):
        real = Path(directory).resolve()
        if real in visited or (not built and MANIFEST in files):
            names[:] = []
            continue
        visited.add(real)
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(_SUFFIXES) and not name.startswith("."):
                reader.file(Path(directory, name), owned=owned, named=False)


def _modules_elsewhere(path: Path, reader: Reader) -> None:
    """Read the dashboard and alert modules at or below a path outside the project."""
    named = path.is_file()

    def wanted(module: Path) -> bool:
        if module in reader.found.read:
            return False
        if named:
            return module == path
        try:
            text = module.read_bytes()
        except OSError:
            return False
        return any(library in text for library in _LIBRARIES)

    chosen = replace(sources(reader.project), wanted=wanted)
    folders = list(_alert_folders(path))
    if path not in folders and path.parent not in folders:
        reader.dashboards(replace(chosen, paths=(path,)), owned=False)
    for folder in folders:
        for group in reader.groups(replace(chosen, paths=(folder.parent,))):
            for alert in alerts_of(group, AlertLinks()):
                alert.owned, alert.panel = False, None
                reader.found.alerts.append(alert)


def _alert_folders(path: Path) -> Iterator[Path]:
    """Yield the folders of alert modules at or below a path: those named ``alerts``."""
    if path.is_file():
        if path.parent.name == FOLDER:
            yield path.parent
        return
    for directory, names, _ in os.walk(path):
        names[:] = sorted(name for name in names if not name.startswith("."))
        if Path(directory).name == FOLDER:
            yield Path(directory)

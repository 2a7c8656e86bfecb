"""Read what a check looks at: the project, files from elsewhere, standard input.

A place is a path below the project's root, written relative to it; elsewhere it is absolute. So one text is one file, from
wherever the command is run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dashkit import _files, _json
from dashkit.app.source import alert_links, sources
from dashkit.compiler.alerts import FOLDER, compile_alerts
from dashkit.compiler.compile import Failure, Sources, compile_document, compile_modules, failure_of, shown_path
from dashkit.compiler.discover import discover
from dashkit.compiler.write import MANIFEST
from dashkit.config.project import Project
from dashkit.errors import InputError
from dashkit.export.rule_files import rule_file
from dashkit.lint.elements import Alert, Board
from dashkit.lint.files import (
    Contents,
    NoRulesError,
    looks_like_dashboard,
    looks_like_rules,
    read_dashboard,
    read_rules,
)
from dashkit.lint.parse import alerts, board
from dashkit.model.alerts import AlertGroup, AlertRule
from dashkit.model.dashboard import CompiledDashboard, FolderPath
from dashkit.model.links import AlertLinks
from dashkit.model.panel_id import panel_id
from dashkit.model.problem import Problem
from dashkit.spec.normalise import Origin
from dashkit.spec.walk import panels

STDIN = "<stdin>"
#: A module from elsewhere is run only if it says that it makes dashboards.
_MAKES_DASHBOARDS = (b"grafanalib", b"dashkit.authoring", b"grafana_foundation_sdk")


@dataclass
class Gathered:
    """All that a run looks at."""

    boards: list[Board] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    groups: list[AlertGroup] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    #: Problems of files that hold a dashboard which the rules cannot look at.
    problems: list[Problem] = field(default_factory=list)
    #: Paths that were named and hold nothing to check.
    notes: list[str] = field(default_factory=list)
    #: JSON files by place.
    texts: dict[str, bytes] = field(default_factory=dict)
    #: Whether the project was read, and whether all of it could be.
    ours: bool = False
    whole: bool = False
    #: Every file that was read.
    read: set[Path] = field(default_factory=set)


def gather(project: Project, paths: tuple[str, ...]) -> Gathered:
    """What is at the paths; the whole project where one of them lies in it, or without any."""
    into = Gathered()
    inside = [path for path in paths if path != "-" and is_inside(Path(path), project)]
    if inside or not paths:
        _project(project, into)
        into.ours = True
        into.whole = not into.failures
    for path in paths:
        if path in inside:
            _rest_of_project(Path(path), project, into)
        else:
            _elsewhere(path, project, into)
    return into


def is_inside(path: Path, project: Project) -> bool:
    """Whether a path is one of the folders of dashboards, below one, or a directory that one is in."""
    resolved = path.resolve()
    roots = [root.resolve() for root in project.dashboards]
    return any(resolved.is_relative_to(root) or (root.is_relative_to(resolved) and root.exists()) for root in roots)


def display_path(path: Path, project: Project) -> str:
    """The one text for a file."""
    return shown_path(Path(os.path.abspath(path)), project.root)


def _project(project: Project, into: Gathered) -> None:
    _take_dashboards(sources(project), project, into, owned=True)
    for root in project.dashboards:
        for file in discover([root.resolve()]) if root.exists() else ():
            if file.path.suffix == ".json":
                _read_file(file.path, project, into, owned=True, named=True, folder=file.folder)
    links = alert_links(project)
    for group in _take_rules(sources(project), project, into):
        into.groups.append(group)
        into.alerts += alerts_of(group, links)


def _take_dashboards(chosen: Sources, project: Project, into: Gathered, *, owned: bool) -> None:
    for result in compile_modules(chosen):
        if isinstance(result, Failure):
            into.failures.append(result)
            into.read.add((project.root / result.path).resolve())
        else:
            made = compiled_board(result, project)
            made.owned = owned
            into.boards.append(made)
            into.read.add((project.root / result.source.path).resolve())


def _take_rules(chosen: Sources, project: Project, into: Gathered) -> Iterator[AlertGroup]:
    for result in compile_alerts(chosen):
        if isinstance(result, Failure):
            into.failures.append(result)
            into.read.add((project.root / result.path).resolve())
        elif isinstance(result, AlertGroup):
            into.read.add((project.root / result.source.path).resolve())
            yield result


def compiled_board(result: CompiledDashboard, project: Project) -> Board:
    """What rules look at in a compiled dashboard."""
    return board(
        result.spec, result.source, folder=result.folder, places=result.panels, variable_places=result.variables,
        datasource_types=project.datasource_types, compiled=True,
    )  # fmt: skip


def alerts_of(group: AlertGroup, links: AlertLinks) -> Iterator[Alert]:
    """The rules of a compiled group, each with its own line."""
    made = alerts(rule_file([group], links)["groups"], group.source)
    for alert, rule in zip(made, group.rules, strict=True):
        if isinstance(rule, AlertRule):
            alert.source = rule.source
            if rule.panel is not None:
                alert.panel = (rule.panel[0], panel_id(rule.panel[1]))
        yield alert


def _rest_of_project(path: Path, project: Project, into: Gathered) -> None:
    """A path inside the project that its modules and JSON files do not cover: a rule file, a helper, nothing."""
    resolved = path.resolve()
    if not path.exists():
        into.failures.append(Failure(str(path), "no such file or directory", path=display_path(path, project)))
    elif path.is_dir():
        ours = any(resolved.is_relative_to(root.resolve()) for root in project.dashboards)
        _files_below(path, project, into, owned=ours, built=ours)
        if not any(resolved in read.parents for read in into.read):
            message = "no dashboards and no rules in this directory"
            into.failures.append(Failure(str(path), message, path=display_path(path, project)))
    elif path.suffix in (".json", ".yaml", ".yml"):
        _read_file(path, project, into, owned=True, named=True)
    elif path.suffix != ".py":
        message = "neither a module, nor a dashboard, nor a rule file"
        into.failures.append(Failure(str(path), message, path=display_path(path, project)))
    elif resolved not in into.read:
        into.notes.append(f"{path}: no dashboard or alert module; what it makes is checked where it is used")


def _files_below(path: Path, project: Project, into: Gathered, *, owned: bool, built: bool = True) -> None:
    """The JSON and rule files of a directory, links followed, each real directory once; with or without what dashkit built."""
    visited: set[Path] = set()
    for directory, names, files in os.walk(path, onerror=_unreadable(into), followlinks=True):
        real = Path(directory).resolve()
        if real in visited or (not built and MANIFEST in files):
            names[:] = []
            continue
        visited.add(real)
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            if name.endswith((".json", ".yaml", ".yml")) and not name.startswith("."):
                _read_file(Path(directory, name), project, into, owned=owned, named=False)


def _elsewhere(text: str, project: Project, into: Gathered) -> None:
    path = Path(text)
    if text == "-":
        try:
            _contents(STDIN, sys.stdin.buffer.read(), into, owned=False, named=True)
        except InputError as error:
            into.failures.append(failure_of(error, STDIN))
    elif path.is_dir():
        before = len(into.read)
        _files_below(path, project, into, owned=False)
        _modules_elsewhere(path.resolve(), project, into)
        if len(into.read) == before and not any(path.resolve() in read.parents for read in into.read):
            message = "no dashboards and no rules in this directory"
            into.failures.append(Failure(text, message, path=display_path(path, project)))
    elif not path.exists():
        into.failures.append(Failure(text, "no such file or directory", path=display_path(path, project)))
    elif path.suffix == ".py":
        resolved = path.resolve()
        if not resolved.name.startswith(("_", ".")):
            _modules_elsewhere(resolved, project, into)
        if resolved not in into.read:
            into.failures.append(Failure(text, "no dashboard or alert module", path=display_path(path, project)))
    else:
        _read_file(path, project, into, owned=False, named=True)


def _unreadable(into: Gathered) -> Callable[[OSError], None]:
    def told(error: OSError) -> None:
        into.failures.append(
            Failure(str(error.filename), f"cannot be read: {error.strerror}", path=str(error.filename))
        )

    return told


def _modules_elsewhere(path: Path, project: Project, into: Gathered) -> None:
    """The dashboard and alert modules at or below a path outside the project."""
    named = path.is_file()

    def wanted(module: Path) -> bool:
        if module in into.read:
            return False
        if named:
            return module == path
        try:
            text = module.read_bytes()
        except OSError:
            return False
        return any(word in text for word in _MAKES_DASHBOARDS)

    chosen = replace(sources(project), wanted=wanted)
    folders = [*_alert_folders(path)]
    if path not in folders and path.parent not in folders:
        _take_dashboards(replace(chosen, paths=(path,)), project, into, owned=False)
    for folder in folders:
        for group in _take_rules(replace(chosen, paths=(folder.parent,)), project, into):
            for alert in alerts_of(group, AlertLinks()):
                alert.owned, alert.panel = False, None
                into.alerts.append(alert)


def _alert_folders(path: Path) -> Iterator[Path]:
    """Where alert modules lie: in folders of that name, beside the dashboards wherever those are."""
    if path.is_file():
        if path.parent.name == FOLDER:
            yield path.parent
        return
    for directory, names, _ in os.walk(path):
        names[:] = sorted(name for name in names if not name.startswith("."))
        if Path(directory).name == FOLDER:
            yield Path(directory)


def _read_file(
    path: Path, project: Project, into: Gathered, *, owned: bool, named: bool, folder: FolderPath = ()
) -> None:
    resolved = path.resolve()
    if resolved in into.read:
        return
    place = display_path(path, project)
    try:
        if not path.is_file():
            raise InputError("is no regular file", where=place)
        data = _files.read_bytes(path).removeprefix(b"\xef\xbb\xbf")
        types = dict(project.datasource_types) if owned else None
        if _contents(place, data, into, owned=owned, named=named, folder=folder, types=types):
            into.read.add(resolved)
    except InputError as error:
        into.read.add(resolved)
        into.failures.append(failure_of(error, place))


def _contents(
    place: str,
    data: bytes,
    into: Gathered,
    *,
    owned: bool,
    named: bool,
    folder: FolderPath = (),
    types: dict[str, str] | None = None,
) -> bool:
    """Take what a file holds; False for a file in a directory that is neither dashboard nor rule file."""
    if place.endswith((".yaml", ".yml")) or (place == STDIN and not data.lstrip().startswith((b"{", b"["))):
        if not named and not looks_like_rules(data):
            return False
        try:
            found = read_rules(data, place)
        except NoRulesError:
            if named:
                raise
            return False
        for alert in found.alerts:
            alert.owned = owned
        into.alerts += found.alerts
        return True
    value = _json.parse(data, where=place)
    if not named and not looks_like_dashboard(value):
        return False
    contents: Contents = read_dashboard(value, place, folder=folder, datasource_types=types, owned=owned)
    into.texts[place] = data
    if contents.board is not None:
        made = _as_pushed(contents.board, value, types) if owned else None
        if made is not None and not _same_places(made, contents.board):
            del into.texts[place]  # its lines would be those of other panels
        into.boards.append(made or contents.board)
    if contents.problem is not None:
        into.problems.append(contents.problem)
    return True


def _as_pushed(raw: Board, value: Any, types: Mapping[str, str] | None) -> Board | None:
    """A JSON file of the project in the form that a push gives it; None where it does not compile, which the rules tell."""
    try:
        spec = compile_document(value, Origin.FILE, types or {}).spec
    except InputError:
        return None
    return board(
        spec, raw.source, folder=raw.folder, prefix=raw.prefix, inputs=raw.inputs, datasource_types=types, compiled=True,
    )  # fmt: skip


def _same_places(one: Board, other: Board) -> bool:
    """Whether what one document has at a place is what the other has there."""

    def places(entry: Board) -> list[tuple[str, object]]:
        found = [(placed.pointer, placed.panel.get("title")) for placed in panels(dict(entry.json))]
        return [*found, *((variable.pointer, variable.name) for variable in entry.variables)]

    return places(one) == places(other)


def comments_in(places: Iterable[str], project: Project) -> dict[str, str]:
    """The Python modules among some places whose comments may suppress, by place."""
    found = {}
    for place in sorted(set(places)):
        if place.endswith(".py"):
            try:
                text = _files.read_bytes(project.root / place).decode(errors="replace")
            except InputError:
                continue
            if "dashkit:" in text:
                found[place] = text
    return found


def modules_of(project: Project) -> Iterator[str]:
    """The places of all Python files below the folders of dashboards."""
    for root in project.dashboards:
        if root.is_dir():
            yield from (shown_path(path.resolve(), project.root) for path in sorted(root.rglob("*.py")))

"""Turn files and compiled modules into the dashboards and alerts that the check examines."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from dashkit import _files, _json
from dashkit.compiler.alerts import compile_alerts
from dashkit.compiler.compile import Failure, Sources, compile_document, compile_modules, failure_of, shown_path
from dashkit.config.project import Project
from dashkit.document.normalise import Origin
from dashkit.document.walk import panels
from dashkit.errors import InputError
from dashkit.export.rule_files import rule_file
from dashkit.lint.elements import Alert, Board
from dashkit.lint.files import NoRulesError, looks_like_dashboard, looks_like_rules, read_dashboard, read_rules
from dashkit.lint.parse import alerts, board
from dashkit.model.alerts import AlertGroup, AlertRule, RecordingRule
from dashkit.model.dashboard import CompiledDashboard, FolderPath
from dashkit.model.links import AlertLinks
from dashkit.model.panel_id import panel_id
from dashkit.model.problem import Problem
from dashkit.model.routing import Routing

STDIN = "<stdin>"
_Compiled = TypeVar("_Compiled", CompiledDashboard, AlertGroup)


@dataclass
class Gathered:
    """Everything that a run checks."""

    boards: list[Board] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    groups: list[AlertGroup] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    #: Problems of files that contain a dashboard which the rules cannot examine.
    problems: list[Problem] = field(default_factory=list)
    #: Notes about named paths that contain nothing to check.
    notes: list[str] = field(default_factory=list)
    #: JSON files by place, compressed: they are only needed for the lines of what is found in them.
    texts: dict[str, bytes] = field(default_factory=dict)
    #: Whether the project was read, and whether all of it could be.
    ours: bool = False
    whole: bool = False
    #: Every file that was read.
    read: set[Path] = field(default_factory=set)


class Reader:
    """Reads modules and files into ``found``, each file once.

    A place is a path relative to the project's root, or an absolute path outside of it. That way a file always has the same
    place, whichever directory the command is run in.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.found = Gathered()

    def fail(self, path: Path, message: str) -> None:
        place = shown_path(Path(os.path.abspath(path)), self.project.root)
        self.found.failures.append(Failure(str(path), message, path=place))

    def dashboards(self, chosen: Sources, *, owned: bool) -> None:
        """Read dashboard modules."""
        for result in self._compiled(compile_modules(chosen)):
            made = compiled_board(result, self.project)
            made.owned = owned
            self.found.boards.append(made)

    def groups(self, chosen: Sources) -> Iterator[AlertGroup]:
        """Read alert modules."""
        results = (result for result in compile_alerts(chosen) if not isinstance(result, Routing))
        yield from self._compiled(results)

    def _compiled(self, results: Iterable[_Compiled | Failure]) -> Iterator[_Compiled]:
        for result in results:
            path = result.path if isinstance(result, Failure) else result.source.path
            self.found.read.add((self.project.root / path).resolve())
            if isinstance(result, Failure):
                self.found.failures.append(result)
            else:
                yield result

    def stdin(self) -> None:
        try:
            self._contents(STDIN, sys.stdin.buffer.read(), owned=False, named=True)
        except InputError as error:
            self.found.failures.append(failure_of(error, STDIN))

    def file(self, path: Path, *, owned: bool, named: bool, folder: FolderPath = ()) -> None:
        """Read a JSON or YAML file.

        Args:
            owned: whether it is part of the project.
            named: whether it must be a dashboard or a rule file; other files in a directory are skipped.
        """
        resolved = path.resolve()
        if resolved in self.found.read:
            return
        place = shown_path(Path(os.path.abspath(path)), self.project.root)
        try:
            if not path.is_file():
                raise InputError("is not a regular file", where=place)
            data = _files.read_bytes(path).removeprefix(b"\xef\xbb\xbf")
            if self._contents(place, data, owned=owned, named=named, folder=folder):
                self.found.read.add(resolved)
        except InputError as error:
            self.found.read.add(resolved)
            self.found.failures.append(failure_of(error, place))

    def _contents(self, place: str, data: bytes, *, owned: bool, named: bool, folder: FolderPath = ()) -> bool:
        """Read the content of a file; return False if it was skipped."""
        if place.endswith((".yaml", ".yml")) or (place == STDIN and not data.lstrip().startswith((b"{", b"["))):
            return self._rules(place, data, owned=owned, named=named)
        value = _json.parse(data, where=place)
        if not named and not looks_like_dashboard(value):
            return False
        types = dict(self.project.datasource_types) if owned else None
        contents = read_dashboard(value, place, folder=folder, datasource_types=types, owned=owned)
        self.found.texts[place] = zlib.compress(data, 1)
        if contents.board is not None:
            pushed = _as_pushed(contents.board, value, types) if owned else None
            if pushed is not None and not _same_places(pushed, contents.board):
                del self.found.texts[place]  # its lines would be those of other panels
            self.found.boards.append(pushed or contents.board)
        if contents.problem is not None:
            self.found.problems.append(contents.problem)
        return True

    def _rules(self, place: str, data: bytes, *, owned: bool, named: bool) -> bool:
        if not named and not looks_like_rules(data):
            return False
        try:
            found = read_rules(data, place).alerts
        except NoRulesError:
            if named:
                raise
            return False
        for alert in found:
            alert.owned = owned
        self.found.alerts += found
        return True


def compiled_board(result: CompiledDashboard, project: Project) -> Board:
    """Return a compiled dashboard as the rules see it."""
    made = board(
        result.spec, result.source, folder=result.folder, places=result.panels, variable_places=result.variables,
        uid=result.uid if result.schema else "", datasource_types=project.datasource_types, compiled=True,
    )  # fmt: skip
    made.strict = result.strict
    return made


def alerts_of(group: AlertGroup, links: AlertLinks) -> Iterator[Alert]:
    """Yield the rules of a compiled group, each with its own line."""
    made = alerts(rule_file([group], links)["groups"], group.source)
    if not group.rules:
        yield from made  # one alert stands for a group without rules
        return
    for alert, rule in zip(made, group.rules, strict=True):
        if not isinstance(rule, RecordingRule):
            alert.source = rule.source
        if isinstance(rule, AlertRule) and rule.panel is not None:
            alert.panel = (rule.panel[0], panel_id(rule.panel[1]))
        yield alert


def _as_pushed(raw: Board, value: Any, types: dict[str, str] | None) -> Board | None:
    """Return a JSON file of the project as a push would write it; None if that is the file, or nothing, which a rule reports."""
    if raw.is_v2:
        return None  # it is pushed as it is
    try:
        spec = compile_document(value, Origin.FILE, types or {}).spec
    except InputError:
        return None
    return board(
        spec, raw.source, folder=raw.folder, prefix=raw.prefix, inputs=raw.inputs, datasource_types=types, compiled=True,
    )  # fmt: skip


def _same_places(one: Board, other: Board) -> bool:
    """Return whether two documents have the same panels and variables at the same pointers."""

    def places(entry: Board) -> list[tuple[str, object]]:
        found = [(placed.pointer, placed.panel.get("title")) for placed in panels(dict(entry.json))]
        return [*found, *((variable.pointer, variable.name) for variable in entry.variables)]

    return places(one) == places(other)

"""What the preview shows: the project's dashboards, and files from elsewhere, compiled anew after each save."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dashkit import _json
from dashkit.app.check import check_paths
from dashkit.app.check_context import scrape_interval
from dashkit.app.gather import gather
from dashkit.app.ports import Event, Ports
from dashkit.app.shown_paths import ShownPaths
from dashkit.compiler.compile import Failure, compile_document
from dashkit.compiler.write import OutputFolder
from dashkit.config.project import Project
from dashkit.document.layout import arrange, rows_to_panels
from dashkit.document.legacy_panels import modern_panel
from dashkit.document.normalise import Origin
from dashkit.document.walk import panels
from dashkit.errors import DashkitError, InputError
from dashkit.lint.elements import Board as Elements
from dashkit.lint.values import objects, text, texts
from dashkit.metrics.catalogue import Catalogue, read_catalogues
from dashkit.model.problem import Problem
from dashkit.preview.dynamic.document import readable
from dashkit.preview.picture import MARGIN, dashboard_picture
from dashkit.preview.png import png
from dashkit.preview.sample.recorded import recorded_expressions
from dashkit.preview.sample.source import Sample
from dashkit.preview.sources.port import Board, DataSource, Listed
from dashkit.preview.static_site import file_names, site
from dashkit.preview.svg import dark, light, svg
from dashkit.preview.view import Asked, opened

_log = logging.getLogger("dashkit")


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit preview`.

    ``prometheus`` is a URL and ``context_name`` names a Grafana; without either, the data is made up. ``output`` is the folder
    for pages, ``png`` and ``svg`` those for pictures, None for not at all.
    """

    paths: tuple[str, ...] = ()
    sample: bool = False
    prometheus: str = ""
    context_name: str | None = None
    output: Path | None = None
    png: Path | None = None
    svg: Path | None = None
    theme: str = "dark"
    width: int = 1440

    @property
    def writes(self) -> bool:
        """Whether files are written, rather than pages served."""
        return bool(self.output or self.png or self.svg)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The dashboards as they are now, and what did not compile.

    ``catalogues`` and ``recorded`` (expressions by the names that they are recorded under) are what sample data is made from.
    """

    boards: Sequence[Board] = ()
    failures: Sequence[Failure] = ()
    catalogues: Sequence[Catalogue] = ()
    recorded: dict[str, str] = field(default_factory=dict)
    #: Milliseconds between two samples of a series.
    scrape: float = 15_000
    #: The folders that all this was read from.
    folders: Sequence[Path] = ()


def snapshot(project: Project, paths: tuple[str, ...]) -> Snapshot:
    """Compile the project, or what is at the paths, and read the metric catalogue."""
    gathered = gather(project, paths)
    shown = ShownPaths(project.root, paths)
    failures = [shown.failure(entry) for entry in gathered.failures if shown.selects(entry.path or entry.where)]
    boards: list[Board] = []
    for entry in gathered.boards:
        if shown.selects(entry.source.path):
            try:
                boards.append(_board(entry, project))
            except Exception as error:  # one odd file hides no other
                failures.append(_not_shown(entry.source.path, error))
    recorded = recorded_expressions(rule for group in gathered.groups for rule in group.recordings)
    scrape = scrape_interval(project) * 1000
    return Snapshot(boards, failures, _catalogues(project), recorded, scrape, folders(project))


def folders(project: Project) -> list[Path]:
    """Return the folders that a project's dashboards and catalogues are in."""
    return [*project.dashboards, *_catalogue_folders(project)]


def _catalogue_folders(project: Project) -> list[Path]:
    return [project.root / name for name in project.check.get("metrics", ())]


def _board(elements: Elements, project: Project) -> Board:
    spec = _as_drawn(elements, project)
    title = elements.title or elements.source.path
    uid = text(spec.get("uid")) or elements.uid or Path(elements.source.path).stem
    tags = tuple(texts(spec.get("tags")))
    places = {panel.id: str(panel.source) for panel in elements.panels if panel.id and panel.source.line}
    return Board(Listed(uid, title, tuple(map(str, elements.folder)), tags), spec, places)


def _not_shown(where: str, error: Exception) -> Failure:
    _log.debug("a dashboard cannot be shown", exc_info=True)
    return Failure(where, f"cannot be shown ({type(error).__name__}: {error})")


#: Panels of old Grafanas, which new ones replace when they open a dashboard.
_OLD = frozenset(("graph", "singlestat", "grafana-piechart-panel", "grafana-worldmap-panel", "natel-discrete-panel"))


def _as_drawn(elements: Elements, project: Project) -> Mapping[str, Any]:
    """Return a document with today's panels in today's grid, as Grafana's pages make it of an old one."""
    if elements.is_v2:
        with contextlib.suppress(InputError):
            return {**readable(elements.raw), "uid": elements.uid}
    spec = dict(elements.json)
    if not elements.compiled:
        with contextlib.suppress(InputError):
            spec = compile_document(spec, Origin.FILE, project.datasource_types).spec
    if not spec.get("rows") and not any(text(placed.panel.get("type")) in _OLD for placed in panels(spec)):
        return spec
    spec = dict(_json.parse(_json.compact(spec)))
    if isinstance(spec.get("rows"), list) and not spec.get("panels"):
        spec["panels"] = arrange(rows_to_panels(map(dict, objects(spec.pop("rows")))), strict=False)
    for placed in panels(spec):
        if text(placed.panel.get("type")) in _OLD:
            with contextlib.suppress(InputError, TypeError, ValueError, AttributeError, LookupError):
                modern_panel(placed.panel)  # an odd panel stays one that is not previewed
    return spec


def _catalogues(project: Project) -> list[Catalogue]:
    found: list[Catalogue] = []
    for folder in _catalogue_folders(project):
        try:
            found += read_catalogues(folder) if folder.is_dir() else []
        except InputError:
            continue  # the check reports it; the sample invents what it misses
    return found


def problems(ports: Ports, paths: tuple[str, ...]) -> dict[str, list[Problem]]:
    """Return what the check finds, by the uid of the dashboard; nothing if it cannot run."""
    found: dict[str, list[Problem]] = {}
    try:
        checked = check_paths(ports, paths)
    except DashkitError:
        return {}
    for problem in checked.problems:
        found.setdefault(problem.dashboard, []).append(problem)
    return found


@dataclass(frozen=True, slots=True)
class Written:
    """How many files are in each folder, whose data they have, and what did not compile or cannot be shown."""

    counts: Sequence[tuple[Path, int]]
    data_title: str
    failures: Sequence[Failure]


def sample_of(found: Snapshot) -> Sample:
    """Return sample data for the metrics that the project knows."""
    return Sample(found.catalogues, found.recorded)


def write(request: Request, data: DataSource | None, ports: Ports) -> Written:
    """Write pages and pictures of the dashboards; without ``data``, with sample data."""
    found = snapshot(ports.project, request.paths)
    source = data or sample_of(found)
    counts: list[tuple[Path, int]] = []
    failures = list(found.failures)
    whole = not found.failures and not request.paths

    def save(folder: Path, files: Sequence[tuple[str, Callable[[], bytes]]], suffix: str) -> None:
        failed = _files(folder, files, suffix, ports, complete=whole)
        failures.extend(failed)
        counts.append((folder, len(files) - len(failed)))

    if request.output:
        noted = problems(ports, request.paths)
        boards = [replace(board, problems=noted.get(board.listed.uid, ())) for board in found.boards]
        save(request.output, list(site(boards, source, found.scrape, ports.clock())), ".html")
    names = file_names(board.listed.uid for board in found.boards)
    for folder, suffix in ((request.png, ".png"), (request.svg, ".svg")):
        if folder:
            files = [
                (f"{names[board.listed.uid]}{suffix}", _picture(board, source, found, request, suffix, ports))
                for board in found.boards
            ]
            save(folder, files, suffix)
    return Written(counts, source.title, failures)


def _files(
    folder: Path, files: Sequence[tuple[str, Callable[[], bytes]]], suffix: str, ports: Ports, *, complete: bool
) -> list[Failure]:
    """Write files, and return what cannot be shown."""
    output = OutputFolder(folder)
    failed: list[Failure] = []
    for number, (name, make) in enumerate(files, 1):
        try:
            content = make()
        except Exception as error:  # one dashboard hides no other
            failed.append(_not_shown(str(folder / name), error))
        else:
            output.write(name, content)
        ports.progress(Event("written", number, len(files)))
    # Pages and pictures may share a folder: each kind removes only its own.
    output.finish(complete=complete and not failed, suffix=suffix)
    return failed


def _picture(
    board: Board, data: DataSource, found: Snapshot, request: Request, suffix: str, ports: Ports
) -> Callable[[], bytes]:
    def make() -> bytes:
        shown = opened(board, Asked(width=request.width - 2 * MARGIN), data, found.scrape, (), ports.clock())
        scene = dashboard_picture(shown, data, request.width)
        text = svg(scene, light if request.theme == "light" else dark)
        return text.encode() if suffix == ".svg" else png(text)

    return make

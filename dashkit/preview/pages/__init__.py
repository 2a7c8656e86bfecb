"""Pages of the preview as text: an index, a dashboard, the parts of a dashboard that change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dashkit import _json
from dashkit.lint.values import text
from dashkit.model.problem import Problem, Severity
from dashkit.preview.blocks import every_item
from dashkit.preview.draw import Drawn
from dashkit.preview.scene import Group, Html, Readings, Scene, Shape
from dashkit.preview.sources.port import Board, Listed
from dashkit.preview.svg import both, svg

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from dashkit.preview.compared import Compared, Pair
    from dashkit.preview.view import Opened

STATIC = Path(__file__).with_name("static")

#: Quick ranges of the time picker, as Grafana offers them.
RANGES = (
    ("now-5m", "Last 5 minutes"), ("now-15m", "Last 15 minutes"), ("now-30m", "Last 30 minutes"), ("now-1h", "Last 1 hour"),
    ("now-3h", "Last 3 hours"), ("now-6h", "Last 6 hours"), ("now-12h", "Last 12 hours"), ("now-24h", "Last 24 hours"),
    ("now-2d", "Last 2 days"), ("now-7d", "Last 7 days"), ("now-30d", "Last 30 days"), ("now-90d", "Last 90 days"),
    ("now-6M", "Last 6 months"), ("now-1y", "Last 1 year"),
)  # fmt: skip
REFRESHES = ("", "5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h")


class Failed(NamedTuple):
    """A module or file that does not compile."""

    where: str
    message: str
    hint: str = ""
    excerpt: str = ""


class Live(NamedTuple):
    """What a page knows of the server that it comes from.

    Attributes:
        version: of what the page shows, so that no change is missed before it listens.
        token: what it has to send to have edits of a Grafana taken into the source; empty if it may not do that, None if no
            edits are looked for.
    """

    version: str
    token: str | None = None


class Assets(NamedTuple):
    """Style and script of a page that stands alone, and what a policy calls the script."""

    style: str
    script: str
    digest: str


class Link(NamedTuple):
    """A link of a dashboard: a title, and where it leads, or the links that it opens as a menu."""

    title: str
    url: str
    new_tab: bool = False
    menu: Sequence[Link] = ()


@cache
def templates() -> Environment:
    from jinja2 import Environment, PackageLoader

    return Environment(
        loader=PackageLoader("dashkit.preview.pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def index_page(
    listed: Sequence[Listed],
    data_title: str,
    failures: Sequence[Failed],
    assets: Assets | None = None,
    *,
    live: Live | None = None,
) -> str:
    """Return the page that lists all dashboards by folder: a ``live`` one, or one that stands alone."""
    folders: dict[tuple[str, ...], list[Listed]] = {}
    for one in sorted(listed, key=lambda entry: (entry.folder, entry.title.lower())):
        folders.setdefault(one.folder, []).append(one)
    return (
        templates()
        .get_template("index.html")
        .render(folders=folders, count=len(listed), data_title=data_title, failures=failures, assets=assets, live=live)
    )


def dashboard_page(
    board: Board, data_title: str, written: Mapping[str, str], failures: Sequence[Failed], live: Live
) -> str:
    """Return the page of a dashboard, whose content the script fetches; ``written`` are its times ``from`` and ``to``."""
    spec = board.spec
    return templates().get_template("dashboard.html").render(
        board=board, data_title=data_title, ranges=RANGES, refreshes=REFRESHES, written=written, failures=failures, live=live,
        refresh=text(spec.get("refresh")), tooltip=spec.get("graphTooltip") if isinstance(spec.get("graphTooltip"), int) else 0,
    )  # fmt: skip


def static_page(board: Board, data_title: str, layouts: Sequence[tuple[str, str]], assets: Assets) -> str:
    """Return a page with a dashboard in it, in several layouts: the name of each, and its filled frame."""
    return (
        templates()
        .get_template("static.html")
        .render(board=board, data_title=data_title, layouts=layouts, assets=assets, failures=())
    )


Page = Callable[[Assets], str]
"""Returns a page that has style and script in it."""


def comparison_page(found: Sequence[tuple[Compared, Sequence[Pair]]], where: str, data_title: str) -> Page:
    """Return the page that shows what a push would change."""
    return lambda assets: (
        templates()
        .get_template("comparison.html")
        .render(found=found, where=where, data_title=data_title, assets=assets, failures=(), content=content)
    )


def missing_page(uid: str, data_title: str, failures: Sequence[Failed], live: Live) -> str:
    """Return the page for a dashboard that does not exist, or not any more."""
    return templates().get_template("missing.html").render(uid=uid, data_title=data_title, failures=failures, live=live)


def banner(failures: Sequence[Failed]) -> str:
    """Return what stands above a page while modules are broken; nothing if none is."""
    return templates().get_template("banner.html").render(failures=failures)


def frame(shown: Opened, contents: Mapping[str, Mapping[str, Any]] | None = None, *, prefix: str = "") -> str:
    """Return the variables of a dashboard, and its panels: empty ones, or with their ``contents`` by key.

    ``prefix`` makes names unique where a page has a dashboard twice.
    """
    found: dict[int, list[Problem]] = {}
    for problem in shown.board.problems:
        found.setdefault(problem.panel_id, []).append(problem)
    return templates().get_template("frame.html").render(
        board=shown.board, variables=shown.variables, sections=shown.sections,
        links=shown.links, problems=found, edits=shown.board.edits, worst=_worst, title_of=shown.title_of, contents=contents,
        prefix=prefix,
        links_of=shown.links_of, described=lambda panel: text(panel.get("description")),
        count_of=lambda section: sum(1 for _ in every_item([section])),
    )  # fmt: skip


def trouble(message: str) -> str:
    """Return what stands in place of a dashboard that cannot be shown."""
    return f'<p class="failed trouble">This dashboard cannot be shown. {_escaped(message)}</p>'


def _worst(problems: Sequence[Problem]) -> str:
    return max((problem.severity for problem in problems), default=Severity.OFF).word


def panel(drawn: Drawn, key: str) -> Mapping[str, Any]:
    """Return what stands in a panel; ``key`` makes its ids unique in the page."""
    return {"title": drawn.title, "error": drawn.error, "notes": list(drawn.scene.notes), "html": content(drawn, key)}


def content(drawn: Drawn, key: str) -> str:
    """Return the content of a panel as HTML: the picture, the parts that scroll, and what the pointer reads."""
    scene = drawn.scene
    error = f'<p class="failed">{_escaped(drawn.error)}</p>' if drawn.error else ""
    parts = "".join(_part(one) for one in _html_parts(scene.shapes))
    readings = ""
    if scene.readings:
        data = _json.compact(readings_data(scene.readings)).decode().replace("<", "\\u003c")
        readings = f'<script type="application/json">{data}</script>'
    picture = svg(scene, both, name=key, parts=True) if _has_shapes(scene) else ""
    return f"{error}{picture}{parts}{readings}"


def _has_shapes(scene: Scene) -> bool:
    return any(not isinstance(shape, Html) for shape in scene.shapes)


def _html_parts(shapes: Sequence[Shape]) -> list[Html]:
    found: list[Html] = []
    for shape in shapes:
        if isinstance(shape, Html):
            found.append(shape)
        elif isinstance(shape, Group):
            found += _html_parts(shape.shapes)
    return found


def _part(part: Html) -> str:
    box = part.box
    place = f"left:{box.x:.1f}px;top:{box.y:.1f}px;width:{box.width:.1f}px;height:{box.height:.1f}px"
    return f'<div class="part" style="{place}" tabindex="-1">{part.html}</div>'


def readings_data(readings: Readings) -> dict[str, Any]:
    """Return readings as the script takes them."""
    plot = readings.plot
    return {
        "plot": [round(side, 1) for side in plot],
        "range": [readings.start, readings.end],
        "time": readings.time,
        "at": [round(place) if readings.time else place for place in readings.places],
        "titles": list(readings.titles),
        "series": [
            {
                "number": one.number, "name": one.name, "colour": both(one.colour), "texts": list(one.texts),
                "y": [y if y is None else round(y, 1) for y in one.heights],
            }
            for one in readings.series
        ],
    }  # fmt: skip


def _escaped(written: str) -> Markup:
    from markupsafe import escape

    return escape(written)

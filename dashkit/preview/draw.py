"""From a panel to its picture: fill in variables, ask for data, transform it, draw it."""

from __future__ import annotations

import logging
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, NamedTuple

from dashkit.errors import DashkitError
from dashkit.lint.values import datasource_uid, mapping, objects, text
from dashkit.model.durations import is_duration, seconds
from dashkit.preview.chrome import content_size
from dashkit.preview.data import Annotation, Data, TimeRange
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.intervals import duration_text, interval_of
from dashkit.preview.layout import Item, Size
from dashkit.preview.links import address
from dashkit.preview.panels import UNPADDED, draw, field_config
from dashkit.preview.panels.other import failed
from dashkit.preview.scene import Scene
from dashkit.preview.sources.port import Answer, DataSource, Listed, View
from dashkit.preview.sources.steps import Steps, steps_of
from dashkit.preview.tables.old_tables import is_old
from dashkit.preview.transform import Transformed, transformed
from dashkit.promql import interpolate
from dashkit.promql.interpolate import Values

_log = logging.getLogger("dashkit")
#: How values are written into the queries of a datasource, by its type.
_FORMS: Mapping[str, interpolate.Form] = {
    "loki": interpolate.prometheus, "mysql": interpolate.sql, "postgres": interpolate.sql,
    "grafana-postgresql-datasource": interpolate.sql, "mssql": interpolate.sql,
}  # fmt: skip
_REFS = [
    *string.ascii_uppercase,
    *(f"{one}{other}" for one in string.ascii_uppercase for other in string.ascii_uppercase),
]
_OTHER_PANEL = "-- Dashboard --"
#: How many points a panel is asked for that is not drawn.
_USUAL_POINTS = 500


@dataclass(frozen=True, slots=True)
class Page:
    """What all panels of a dashboard share."""

    spec: Mapping[str, Any]
    values: Values
    time: TimeRange
    scrape: float = 15_000
    zone: tzinfo = UTC
    annotations: Sequence[Annotation] = ()
    #: Variables such as ``__dashboard``.
    built_in: Mapping[str, str] = field(default_factory=dict)
    #: All dashboards, for panels that list them.
    listed: Sequence[Listed] = ()


class Drawn(NamedTuple):
    """A panel as it is shown; ``error`` is what its queries answered."""

    title: str
    description: str
    scene: Scene
    error: str = ""


def drawn(item: Item, page: Page, data: DataSource, outer: Size) -> Drawn:
    """Return a panel drawn at a size in pixels, its border included; one that cannot be drawn says so, and hides no other."""
    try:
        return _drawn(item, page, data, outer)
    except Exception as error:  # a page with one panel missing is better than none
        _log.debug("a panel cannot be drawn", exc_info=True)
        title = text(item.panel.get("title"))
        box = content_size(outer, titled=bool(title))
        message = f"cannot be drawn ({type(error).__name__}: {error})"
        return Drawn(title, text(item.panel.get("description")), failed(item.panel, message, box))


def _drawn(item: Item, page: Page, data: DataSource, outer: Size) -> Drawn:
    panel = item.panel
    values = {**page.values, **item.scoped}
    kind = text(panel.get("type"))
    box = content_size(outer, titled=bool(text(panel.get("title"))), padded=kind not in UNPADDED)
    time = shown_range(panel, page.time)
    points = panel.get("maxDataPoints")
    # Grafana counts the pixels of the whole panel, with its border and padding.
    most = points if isinstance(points, int) and points > 0 else max(1, round(outer.width))
    view = view_of({"interval": _plain(panel.get("interval"), values, page)}, time, page.scrape, most)
    fill = filler(values, view, page.built_in)
    shown = _shown({key: value for key, value in panel.items() if key not in ("targets", "panels")}, fill)
    if is_old(panel, page.spec.get("schemaVersion")):
        shown["fieldConfig"] = {}
    if kind == "dashlist":
        shown["_dashboards"] = [
            {"uid": one.uid, "title": one.title, "folder": " / ".join(one.folder), "tags": list(one.tags)}
            for one in page.listed
        ]
    answers = _answers(panel, page, data, view, values)
    error = next((answer.error for answer in answers if answer.error), "")
    notes = [note for answer in answers for note in answer.notes]
    result = _transformed(answers, shown, page)
    fields = resolved(result.frames, field_config(shown))
    scene = draw(
        shown, Data(fields, time, page.zone, page.annotations, tuple(dict.fromkeys([*notes, *result.notes]))), box
    )
    return Drawn(text(shown.get("title")), text(shown.get("description")), scene, error)


def has_data(item: Item, page: Page, data: DataSource) -> bool:
    """Return whether there is anything in what the queries and transformations of a panel give."""
    values = {**page.values, **item.scoped}
    view = view_of(
        {"interval": _plain(item.panel.get("interval"), values, page)},
        shown_range(item.panel, page.time),
        page.scrape,
        _USUAL_POINTS,
    )
    answers = _answers(item.panel, page, data, view, values)
    return any(frame.length for frame in _transformed(answers, item.panel, page).frames)


def _transformed(answers: Sequence[Answer], panel: Mapping[str, Any], page: Page) -> Transformed:
    frames = [frame for answer in answers for frame in answer.frames]
    return transformed(frames, _transformations(panel, page.spec.get("schemaVersion")))


def _transformations(panel: Mapping[str, Any], schema: object) -> list[Mapping[str, Any]]:
    """Return the transformations of a panel. Below schema 31, making fields of labels also put the frames together."""
    steps = objects(panel.get("transformations"))
    place = next((number for number, step in enumerate(steps) if step.get("id") == "labelsToFields"), None)
    if place is None or not isinstance(schema, int) or schema >= 31:
        return [*steps]
    return [*steps[: place + 1], {"id": "merge", "options": {}}, *steps[place + 1 :]]


def shown_range(panel: Mapping[str, Any], time: TimeRange) -> TimeRange:
    """Return the range of a panel, which may have its own length and be shifted back."""
    own, shift = text(panel.get("timeFrom")).removeprefix("now-"), text(panel.get("timeShift")).removeprefix("now-")
    start, end = time.start, time.end
    if is_duration(own):
        start = end - seconds(own) * 1000
    if is_duration(shift):
        start, end = start - seconds(shift) * 1000, end - seconds(shift) * 1000
    return TimeRange(start, end)


def view_of(panel: Mapping[str, Any], time: TimeRange, scrape: float, points: int) -> View:
    """Return what a panel asks for, with the interval that Grafana computes from range, width and lower limit."""
    least = text(panel.get("interval")).lstrip(">")
    limit = seconds(least) * 1000 if is_duration(least) else scrape
    return View(time, interval_of(time.width, points, limit), scrape, points)


def filler(
    values: Values, view: View, built_in: Mapping[str, str], steps: Steps | None = None
) -> Callable[[str, interpolate.Form], str]:
    """Return the function that fills variables into a text; ``steps`` are those of the query that it belongs to."""
    step = steps.step if steps else view.interval
    known = {
        **built_in,
        **interpolate.built_in(view.time.start / 1000, view.time.end / 1000, step / 1000, view.scrape / 1000),
        "__interval": duration_text(step),
        "__auto": duration_text(step),
    }
    if steps:
        known |= {"__rate_interval": f"{steps.rate / 1000:g}s", "__rate_interval_ms": f"{steps.rate:.0f}"}
    return lambda written, form: interpolate.interpolate(written, values, known, form)


def _plain(written: Any, values: Values, page: Page) -> str:
    """Return a text with the dashboard's variables filled in; those of the time range stay."""
    return interpolate.interpolate(text(written), values, page.built_in, interpolate.glob)


def _shown(value: Any, fill: Callable[[str, interpolate.Form], str], key: str = "") -> Any:
    """Return a part of a panel with variables filled in: for people, or escaped where it is an address."""
    if isinstance(value, str):
        form = address if key == "url" else interpolate.shown
        return fill(value, form) if "$" in value or "[[" in value else value
    if isinstance(value, Mapping):
        return {name: _shown(item, fill, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(item, fill) for item in value]
    return value


def _answers(panel: Mapping[str, Any], page: Page, data: DataSource, view: View, values: Values) -> list[Answer]:
    targets: list[Mapping[str, Any]] = []
    for target in objects(panel.get("targets")):
        if target.get("hide") is True:
            continue
        reference = target.get("datasource") or panel.get("datasource")
        if datasource_uid(reference) == _OTHER_PANEL:
            return _from_panel(target, page, data, view)
        reference = interpolate.filled(reference, lambda one: _plain(one, values, page))
        filled = _filled(target, text(mapping(reference).get("type")), page, view, values)
        targets.append({**filled, "datasource": reference, "refId": _ref(filled, targets)})
    if not targets:
        return []
    try:
        return data.ask(panel, targets, view)
    except DashkitError as failure:
        return [Answer(error=failure.message)]


def _filled(target: Mapping[str, Any], kind: str, page: Page, view: View, values: Values) -> dict[str, Any]:
    """Return a query with variables filled in; ``kind`` is the type of its datasource.

    A query of a Prometheus has steps of its own, and its ``interval`` then says which.
    """
    prometheus = "prometheus" in kind or (not kind and "expr" in target)
    form = interpolate.prometheus if prometheus else _FORMS.get(kind, interpolate.glob)
    steps = None
    if prometheus:
        steps = steps_of({**target, "interval": _plain(target.get("interval"), values, page)}, view)
        target = {**target, "interval": f"{steps.step:.0f}ms", "intervalFactor": 1}
    fill = filler(values, view, page.built_in, steps)
    filled: dict[str, Any] = interpolate.filled(target, lambda one: fill(one, form))
    return filled


def _ref(target: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> str:
    """Return the name of a query: its own, or the first letter that is free if it has none or another has the same."""
    used = {text(one.get("refId")) for one in before}
    own = text(target.get("refId"))
    return own if own and own not in used else next(name for name in _REFS if name not in used)


def _from_panel(target: Mapping[str, Any], page: Page, data: DataSource, view: View) -> list[Answer]:
    """Return the answers of the panel whose data this one shows."""
    wanted = target.get("panelId")
    for panel in _every(page.spec):
        asks = [panel, *objects(panel.get("targets"))]
        if panel.get("id") == wanted and all(datasource_uid(one.get("datasource")) != _OTHER_PANEL for one in asks):
            return _answers(panel, page, data, view, page.values)
    return [Answer(error=f"shows the data of panel {wanted}, which is not in this dashboard")]


def _every(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    top = objects(spec.get("panels"))
    return [*top, *(nested for panel in top for nested in objects(panel.get("panels")))]

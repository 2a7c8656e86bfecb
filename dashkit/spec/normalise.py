"""From any classic document to the canonical one: what Grafana 12 itself would store.

The measure: posted to Grafana 12 at v1beta1, the document comes back as it was sent. Normalising twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from dashkit.errors import SpecError
from dashkit.model.panel_id import panel_ids
from dashkit.spec.datasources import References
from dashkit.spec.layout import DEFAULT_GRID, arrange, rows_to_panels
from dashkit.spec.panels import normalise_panel
from dashkit.spec.schema_steps import CURRENT, carry_over
from dashkit.spec.variables import modern_annotations, modern_variables
from dashkit.spec.walk import label, panels

#: Under these keys the compiler passes on what a panel's Python object knew; they never reach the result.
SOURCE_KEY, PANEL_KEY = "__source__", "key"

_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_DROPPED = (
    "__elements", "__inputs", "__requires", "events", "gnetId", "hideControls", "id", "iteration", "meta", "nav",
    "pulldowns", "rows", "sharedCrosshair", "style", "variables", "version",
)  # fmt: skip
_TOP_DEFAULTS: dict[str, Any] = {
    "editable": True,
    "fiscalYearStartMonth": 0,
    "graphTooltip": 0,
    "links": [],
    "refresh": "",
    "tags": [],
    "time": {"from": "now-6h", "to": "now"},
    "timepicker": {},
    "timezone": "browser",
    "weekStart": "",
}


class Origin(Enum):
    """Who wrote a document decides what may be assumed of it."""

    GRAFANALIB = "grafanalib"
    #: A dict or builder of a Python module: today's shape, and its author can mend it.
    PYTHON = "python"
    #: A file that came from a Grafana: taken as it is wherever Grafana would take it.
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Normalised:
    """A canonical document; ``sources`` gives file and line of construction by panel id, where known."""

    spec: dict[str, Any]
    sources: dict[int, tuple[str, int]]


def normalise(spec: dict[str, Any], origin: Origin, *, datasource_types: Mapping[str, str] | None = None) -> Normalised:
    """The canonical form of ``spec``, which is consumed.

    Args:
        spec: a classic document of plain JSON values.
        origin: grafanalib's output is modernised whole; another document of schema 36 or later (or without a number,
            as one writes by hand) is brought to 42, an older one keeps its number, so that Grafana migrates it.
        datasource_types: types of datasources by uid, for references that name only the uid.

    Raises:
        SpecError: no title, no uid or an illegal one, panels that overlap or do not fit the grid.
    """
    _drop_nulls(spec)
    _check_identity(spec)
    _check_lists(spec)
    legacy = origin is Origin.GRAFANALIB
    variables = _list(spec, "templating")
    references = References(variables, datasource_types or {})
    modern = legacy or "schemaVersion" not in spec
    if modern:
        if spec.get("rows"):
            spec["panels"] = rows_to_panels(spec["rows"]) + list(spec.get("panels") or ())
        spec["schemaVersion"] = CURRENT
    elif not carry_over(spec):
        return Normalised(_keep_old(spec), {})
    _top_level(spec, legacy=legacy)
    spec["templating"] = {"list": modern_variables(variables, references)}
    spec["annotations"] = {"list": modern_annotations(_list(spec, "annotations"), references)}
    sources, keys = _take_notes(spec)
    for placed in panels(spec):
        # grafanalib's panels inside a dict of the author's own are grafanalib's all the same.
        normalise_panel(placed.panel, references, legacy=legacy or id(placed.panel) in sources)
        if origin is Origin.FILE and "gridPos" not in placed.panel:
            placed.panel["gridPos"] = dict(DEFAULT_GRID)  # so Grafana draws it
    _number(spec, keys, strict=origin is not Origin.FILE)
    spec["panels"] = arrange(spec["panels"], strict=origin is not Origin.FILE)
    by_id = {}
    for placed in panels(spec):
        if placed.panel.get("gridPos") == DEFAULT_GRID:
            del placed.panel["gridPos"]
        if id(placed.panel) in sources:
            by_id[placed.panel["id"]] = sources[id(placed.panel)]
    return Normalised(spec, by_id)


def _keep_old(spec: dict[str, Any]) -> dict[str, Any]:
    """A document too old to carry over: only what identifies it on one server is removed."""
    for key in ("__elements", "__inputs", "__requires", "id", "iteration", "meta", "version"):
        spec.pop(key, None)
    for placed in panels(spec):
        placed.panel.pop(SOURCE_KEY, None)
    return spec


def _check_identity(spec: dict[str, Any]) -> None:
    title = spec.get("title")
    if not isinstance(title, str) or not title.strip():
        raise SpecError("the dashboard has no title", pointer="/title")
    spec["title"] = title.strip()
    uid = spec.get("uid")
    if not isinstance(uid, str) or not uid:
        raise SpecError(
            f"dashboard {title!r} has no uid",
            pointer="/uid",
            hint='choose one that stays, such as uid="shop-overview": links, alerts and permissions hang on it',
        )
    if not _UID.fullmatch(uid):
        raise SpecError(f"uid {uid!r} is not allowed: 1 to 40 of the characters A-Z a-z 0-9 _ -", pointer="/uid")


def _check_lists(spec: dict[str, Any]) -> None:
    for key in ("panels", "rows", "tags", "links"):
        if not isinstance(spec.get(key, []), list):
            raise SpecError(f"`{key}` is a list, not {type(spec[key]).__name__}", pointer=f"/{key}")
    for key in ("templating", "annotations", "time", "timepicker"):
        if not isinstance(spec.get(key, {}), dict):
            raise SpecError(f"`{key}` is an object, not {type(spec[key]).__name__}", pointer=f"/{key}")
    for index, panel in enumerate(spec.get("panels", [])):
        if not isinstance(panel, dict):
            raise SpecError(f"a panel is an object, not {type(panel).__name__}", pointer=f"/panels/{index}")


def _top_level(spec: dict[str, Any], *, legacy: bool) -> None:
    if legacy:
        if spec.get("sharedCrosshair") and not spec.get("graphTooltip"):
            spec["graphTooltip"] = 1
        timepicker = spec.get("timepicker") or {}
        for key, empty in (("hidden", False), ("nowDelay", ""), ("time_options", None)):
            if empty is None or timepicker.get(key) == empty:
                timepicker.pop(key, None)
    for key in _DROPPED:
        spec.pop(key, None)
    for key, default in _TOP_DEFAULTS.items():
        if key not in spec:
            spec[key] = default.copy() if isinstance(default, dict | list) else default
    if not isinstance(spec["refresh"], str):
        spec["refresh"] = ""
    if spec.get("description") == "":
        del spec["description"]
    if spec.get("preload") is None:
        spec["preload"] = False
    spec["tags"] = sorted({str(tag) for tag in spec["tags"]})
    spec.setdefault("panels", [])


def _list(spec: dict[str, Any], key: str) -> list[Any]:
    holder = spec.get(key)
    entries = holder.get("list") if isinstance(holder, dict) else None
    return entries if isinstance(entries, list) else []


def _take_notes(spec: dict[str, Any]) -> tuple[dict[int, tuple[str, int]], dict[int, str]]:
    """Remove the compiler's notes from the panels; both results are keyed by the identity of the panel object."""
    sources, keys = {}, {}
    explicits: dict[Any, dict[str, Any]] = {}
    for placed in panels(spec):
        panel = placed.panel
        source = panel.pop(SOURCE_KEY, None)
        if source is not None:
            sources[id(panel)] = source
        explicit = panel.pop(PANEL_KEY, None)
        if explicit and explicit in explicits:
            raise SpecError(
                f"panels {label(explicits[explicit])} and {label(panel)} have the same key {explicit!r}",
                pointer=placed.pointer,
            )
        if explicit:
            explicits[explicit] = panel
        name = panel.get("title") or panel.get("type") or "panel"
        keys[id(panel)] = str(explicit) if explicit else f"{placed.row}/{name}"
    return sources, keys


def _number(spec: dict[str, Any], keys: dict[int, str], *, strict: bool) -> None:
    """Ids for panels without one; an id that two panels claim is an author's mistake, which Grafana mends in a file."""
    claimed: dict[int, dict[str, Any]] = {}
    waiting = []
    for placed in panels(spec):
        panel = placed.panel
        number = panel.get("id")
        if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**31:
            if number in claimed and not strict:
                waiting.append(panel)
                continue
            if number in claimed:
                raise SpecError(
                    f"panels {label(claimed[number])} and {label(panel)} have the same id {number}",
                    pointer=f"{placed.pointer}/id",
                    hint="remove the id of one: dashkit derives a stable one",
                )
            claimed[number] = panel
        else:
            waiting.append(panel)
    for panel, number in zip(waiting, panel_ids((keys[id(p)] for p in waiting), claimed), strict=True):
        panel["id"] = number


def _drop_nulls(value: Any) -> None:
    """Grafana drops null keys on save; so the document does without from the start."""
    if isinstance(value, dict):
        empty = [key for key, item in value.items() if item is None]
        for key in empty:
            del value[key]
        for item in value.values():
            if item.__class__ is dict or item.__class__ is list:
                _drop_nulls(item)
    elif isinstance(value, list):
        for item in value:
            if item.__class__ is dict or item.__class__ is list:
                _drop_nulls(item)

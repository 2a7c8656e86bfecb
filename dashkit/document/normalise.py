"""Turn any classic document into the canonical one, which is what Grafana 12 itself would store.

A canonical document that is posted to Grafana 12 at v1beta1 comes back unchanged. Normalising it again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from enum import Enum
from typing import Any

from dashkit.document.datasources import References
from dashkit.document.edit import drop, drop_defaults
from dashkit.document.layout import DEFAULT_GRID, arrange, rows_to_panels
from dashkit.document.panels import normalise_panel
from dashkit.document.schema_steps import CURRENT, carry_over
from dashkit.document.variables import modern_annotations, modern_variables
from dashkit.document.walk import entries, label, panels
from dashkit.errors import SpecError
from dashkit.model.notes import OWN_KEY, PANEL_KEY, SOURCE_KEY
from dashkit.model.panel_id import panel_ids

UID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_DROPPED = (
    "__elements", "__inputs", "__requires", "events", "gnetId", "hideControls", "id", "iteration", "meta", "nav",
    "pulldowns", "rows", "sharedCrosshair", "style", "variables", "version",
)  # fmt: skip
_TOP_DEFAULTS: dict[str, Any] = {
    "editable": True,
    "fiscalYearStartMonth": 0,
    "graphTooltip": 0,
    "links": [],
    "panels": [],
    "preload": False,
    "refresh": "",
    "tags": [],
    "time": {"from": "now-6h", "to": "now"},
    "timepicker": {},
    "timezone": "browser",
    "weekStart": "",
}


class Origin(Enum):
    """Where a document is from, which decides what may be assumed about it."""

    GRAFANALIB = "grafanalib"
    #: A dict or builder of a Python module: in today's shape, and its author can fix it.
    PYTHON = "python"
    #: A file exported from a Grafana: accepted unchanged whenever Grafana would accept it.
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Normalised:
    """A canonical document.

    ``sources`` has the file and line that built each panel, by panel id, if known. ``notes`` say what was mended in it.
    """

    spec: dict[str, Any]
    sources: dict[int, tuple[str, int]]
    notes: tuple[str, ...] = ()


def normalise(spec: dict[str, Any], origin: Origin, *, datasource_types: Mapping[str, str] | None = None) -> Normalised:
    """Return the canonical form of ``spec``, which is modified.

    Args:
        spec: A classic document of plain JSON values.
        origin: grafanalib's output is modernised completely. Other documents are brought to schema 42 if they have schema
            36 or later, or no schema number, as in documents written by hand. Older ones keep their number, so that Grafana
            migrates them.
        datasource_types: Types of datasources by uid, for references that have only the uid.

    Raises:
        SpecError: The title or a valid uid is missing, or panels overlap or do not fit the grid.
    """
    _drop_nulls(spec)
    _check_identity(spec)
    _check_lists(spec)
    legacy = origin is Origin.GRAFANALIB
    variables = entries(spec, "templating")
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
    spec["annotations"] = {"list": modern_annotations(entries(spec, "annotations"), references)}
    sources: dict[int, tuple[str, int]] = {}
    try:
        _panels(spec, sources, references, origin)
    except SpecError as error:
        error.source = sources.get(id(error.panel))
        raise
    by_id = {}
    for placed in panels(spec):
        drop_defaults(placed.panel, {"gridPos": DEFAULT_GRID})
        if id(placed.panel) in sources:
            by_id[placed.panel["id"]] = sources[id(placed.panel)]
    return Normalised(spec, by_id)


def _panels(spec: dict[str, Any], sources: dict[int, tuple[str, int]], references: References, origin: Origin) -> None:
    """Bring all panels to canonical form, with their ids and places, and fill ``sources``."""
    legacy = origin is Origin.GRAFANALIB
    keys = _take_notes(spec, sources)
    for placed in panels(spec):
        # grafanalib's panels may also be inside the author's own dict.
        foreign = not placed.panel.pop(OWN_KEY, False)
        normalise_panel(placed.panel, references, legacy=(legacy or id(placed.panel) in sources) and foreign)
        if origin is Origin.FILE and "gridPos" not in placed.panel:
            placed.panel["gridPos"] = dict(DEFAULT_GRID)  # as Grafana draws it
    _number(spec, keys, strict=origin is not Origin.FILE)
    # Grafana takes panels that overlap or leave the grid, so others may have made such; ours never do on purpose.
    spec["panels"] = arrange(spec["panels"], strict=origin is Origin.GRAFANALIB)


def _keep_old(spec: dict[str, Any]) -> dict[str, Any]:
    """Remove only what ties a document to one server, if it is too old to carry over."""
    drop(spec, "__elements", "__inputs", "__requires", "id", "iteration", "meta", "version")
    for placed in panels(spec):
        drop(placed.panel, SOURCE_KEY)
    return spec


def _check_identity(spec: dict[str, Any]) -> None:
    title = spec.get("title")
    if not isinstance(title, str) or not title.strip():
        raise SpecError("the dashboard has no title", pointer="/title")
    spec["title"] = title.strip()
    uid = spec.get("uid")
    if uid is not None and not isinstance(uid, str):
        raise SpecError(f"the uid of dashboard {title!r} must be a text, not {uid!r}", pointer="/uid")
    if not uid:
        raise SpecError(
            f"dashboard {title!r} has no uid",
            pointer="/uid",
            hint='choose a permanent one, such as uid="shop-overview": links, alerts and permissions depend on it',
        )
    if not UID.fullmatch(uid):
        raise SpecError(f"uid {uid!r} is not allowed: use 1 to 40 of the characters A-Z a-z 0-9 _ -", pointer="/uid")


def _check_lists(spec: dict[str, Any]) -> None:
    for key in ("panels", "rows", "tags", "links"):
        if not isinstance(spec.get(key, []), list):
            raise SpecError(f"`{key}` must be a list, not {type(spec[key]).__name__}", pointer=f"/{key}")
    for key in ("templating", "annotations", "time", "timepicker"):
        if not isinstance(spec.get(key, {}), dict):
            raise SpecError(f"`{key}` must be an object, not {type(spec[key]).__name__}", pointer=f"/{key}")
    for index, panel in enumerate(spec.get("panels", [])):
        if not isinstance(panel, dict):
            raise SpecError(f"a panel must be an object, not {type(panel).__name__}", pointer=f"/panels/{index}")


def _top_level(spec: dict[str, Any], *, legacy: bool) -> None:
    if legacy:
        if spec.get("sharedCrosshair") and not spec.get("graphTooltip"):
            spec["graphTooltip"] = 1
        timepicker = spec.get("timepicker") or {}
        drop(timepicker, "time_options")
        drop_defaults(timepicker, {"hidden": False, "nowDelay": ""})
    drop(spec, *_DROPPED)
    for key, default in _TOP_DEFAULTS.items():
        spec.setdefault(key, copy(default))
    if not isinstance(spec["refresh"], str):
        spec["refresh"] = ""
    drop_defaults(spec, {"description": ""})
    spec["tags"] = sorted({str(tag) for tag in spec["tags"]})


def _take_notes(spec: dict[str, Any], sources: dict[int, tuple[str, int]]) -> dict[int, str]:
    """Remove the compiler's notes from the panels, and return their keys by the identity of the panel object.

    Where the panels were built is added to ``sources``, by identity too.
    """
    keys = {}
    claimed: dict[Any, dict[str, Any]] = {}
    for placed in panels(spec):
        panel = placed.panel
        source, key = panel.pop(SOURCE_KEY, None), panel.pop(PANEL_KEY, None)
        if source is not None:
            sources[id(panel)] = source
        if key and key in claimed:
            raise SpecError(
                f"panels {label(claimed[key])} and {label(panel)} have the same key {key!r}",
                pointer=placed.pointer,
                panel=panel,
            )
        if key:
            claimed[key] = panel
        name = panel.get("title") or panel.get("type") or "panel"
        keys[id(panel)] = str(key) if key else f"{placed.row}/{name}"
    return keys


def _number(spec: dict[str, Any], keys: dict[int, str], *, strict: bool) -> None:
    """Give ids to panels without one. A duplicate is an author's mistake if ``strict``; otherwise it is replaced."""
    claimed: dict[int, dict[str, Any]] = {}
    waiting = []
    for placed in panels(spec):
        panel = placed.panel
        number: Any = panel.get("id")
        valid = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**31
        if valid and number not in claimed:
            claimed[number] = panel
        elif valid and strict:
            raise SpecError(
                f"panels {label(claimed[number])} and {label(panel)} have the same id {number}",
                pointer=f"{placed.pointer}/id",
                hint="remove one of the ids: dashkit derives a stable one",
                panel=panel,
            )
        else:
            waiting.append(panel)
    for panel, number in zip(waiting, panel_ids((keys[id(p)] for p in waiting), claimed), strict=True):
        panel["id"] = number


def _drop_nulls(value: dict[str, Any] | list[Any]) -> None:
    """Remove null keys, which Grafana removes on save."""
    if isinstance(value, dict):
        for key in [key for key, item in value.items() if item is None]:
            del value[key]
    for item in value.values() if isinstance(value, dict) else value:
        if item.__class__ is dict or item.__class__ is list:
            _drop_nulls(item)

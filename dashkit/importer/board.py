"""The call that makes a whole dashboard, with everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dashkit.authoring import checks
from dashkit.authoring.call import Call, changed
from dashkit.authoring.conform import MismatchError
from dashkit.authoring.recognise import recognise
from dashkit.authoring.texts import folded
from dashkit.document.datasources import References
from dashkit.importer.places import Group, Place, flow
from dashkit.importer.settings import events, links, variables
from dashkit.model.durations import is_duration

Json = dict[str, Any]

#: What a dashboard that says nothing has, by `new_dashboard`.
_USUAL: Json = {"time": "6h", "refresh": "1m", "timezone": "browser"}
_STRUCTURE = ("title", "description", "tags", "templating", "links", "annotations", "time", "refresh", "timezone", "graphTooltip",
              "editable", "panels")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fallbacks:
    """What was written by helpers and did not come out as it was: it is written as raw JSON instead.

    Attributes:
        panels: the ids of panels.
        settings: keys of the dashboard.
    """

    panels: frozenset[int] = field(default_factory=frozenset)
    settings: frozenset[str] = field(default_factory=frozenset)


def board(uid: str, spec: Json, fallbacks: Fallbacks = Fallbacks()) -> Call:
    """Return the call of `new_dashboard` for a document in the form of `dashkit.quiet.canonical`."""
    entries = spec["templating"]["list"] if "templating" in spec else []
    made: Json = {"uid": uid}
    raw = {key: value for key, value in spec.items() if key not in _STRUCTURE}
    for key, value in (("description", spec.get("description")), ("tags", spec.get("tags"))):
        if value and (key != "description" or folded(value) == value):
            made[key] = value
        elif value:
            raw[key] = value
    lists = {
        "variables": variables(entries),
        "links": links(spec.get("links") or []),
        "annotations": events((spec.get("annotations") or {}).get("list") or [], entries),
    }
    made |= {name: value for name, value in lists.items() if value}
    said, unsaid = _settings(spec)
    made |= said
    raw |= unsaid | {key: spec[key] for key in fallbacks.settings if key in spec}
    references = References(entries, {})
    made["panels"] = list(_panels(spec.get("panels") or [], references.default, fallbacks))
    call = Call("new_dashboard", (spec["title"],), made)
    short: Call = with_short_datasources(call, references)
    return Call(short.helper, short.arguments, {**short.keywords, **({"raw": raw} if raw else {})})


def with_short_datasources(value: Any, references: References) -> Any:
    """Say ``${variable}`` where a call has the object that the compiler makes of it."""

    def short(call: Call) -> Call:
        source = call.keywords.get("datasource")
        if not isinstance(source, dict) or references.resolve(source.get("uid")) != source:
            return call
        return Call(call.helper, call.arguments, {**call.keywords, "datasource": source["uid"]})

    return changed(value, short)


def _settings(spec: Json) -> tuple[Json, Json]:
    """Return the arguments for time, refresh and the like, and what only raw JSON can say."""
    made: Json = {}
    raw: Json = {}
    for key, value in (
        ("time", _time(spec.get("time"))),
        ("refresh", spec.get("refresh", "")),
        ("timezone", spec.get("timezone", "")),
    ):
        if value == _USUAL[key]:
            continue
        if _takes(key, value):
            made[key] = value
        else:
            raw[key] = spec.get(key)
    pointer = spec.get("graphTooltip", 0)
    if pointer in (0, 1, 2):
        made |= {0: {"shared_crosshair": False}, 1: {}, 2: {"shared_tooltip": True}}[pointer]
    else:
        raw["graphTooltip"] = pointer
    if spec.get("editable") is False:
        made["editable"] = False
    return made, raw


def _time(value: Any) -> Any:
    if not isinstance(value, dict) or value.keys() != {"from", "to"}:
        return None
    start, end = value["from"], value["to"]
    short = start.removeprefix("now-") if isinstance(start, str) and end == "now" else ""
    return short if is_duration(short) else (start, end)


def _takes(key: str, value: Any) -> bool:
    check = {"time": checks.time_range, "refresh": checks.refresh, "timezone": checks.timezone}[key]
    if key == "refresh" and value == "":
        return True
    try:
        check(value)
    except (MismatchError, TypeError, AttributeError):
        return False
    return True


def _panels(panels: list[Json], default: Json | None, fallbacks: Fallbacks) -> Iterator[Any]:
    """Yield panels and rows. The panels after an open row are in it."""
    above: list[Json] = []
    rows: list[tuple[Json, list[Json]]] = []
    for panel in panels:
        if panel.get("type") == "row":
            rows.append((panel, list(panel.get("panels") or [])))
        elif rows:
            rows[-1][1].append(panel)
        else:
            above.append(panel)
    yield from groups(above, 0, default, fallbacks)
    for header, inside in rows:
        top = (header.get("gridPos") or {}).get("y", 0) + 1
        named = {
            **({"collapsed": True} if header.get("collapsed") else {}),
            **({"repeat": header["repeat"]} if header.get("repeat") else {}),
        }
        yield Call("row", (header.get("title", ""), *groups(inside, top, default, fallbacks)), named)


def groups(panels: list[Json], top: int, default: Json | None, fallbacks: Fallbacks = Fallbacks()) -> Iterator[Any]:
    """Yield panels as an author writes them, one after another or in grids, from the line ``top`` on."""
    for group in flow(panels, top) if panels else ():
        made = [panel_call(panel, place, default, fallbacks) for panel, place in group.panels]
        yield from [_grid(group, made)] if group.columns else made


def _grid(group: Group, made: list[Any]) -> Call:
    return Call("grid", (group.columns, *made), {"height": group.height} if group.height else {})


def panel_call(panel: Json, place: Place, default: Json | None, fallbacks: Fallbacks = Fallbacks()) -> Call:
    """Return the call that makes a panel, which says its place as ``place`` does."""
    if panel.get("id") in fallbacks.panels:
        return _raw(panel, place)
    call = recognise(panel, default)
    rest = {name: value for name, value in call.keywords.items() if name not in ("width", "height", "position")}
    return Call(call.helper, call.arguments, {**_said(place), **rest})


def _raw(panel: Json, place: Place) -> Call:
    rest = {key: value for key, value in panel.items() if key not in ("type", "title", "id", "gridPos")}
    return Call(
        "panel",
        (str(panel.get("type")), str(panel.get("title", ""))),
        {**_said(place), "key": panel["id"], "raw": rest},
    )


def _said(place: Place) -> Json:
    found = {"width": place.width, "height": place.height, "position": place.position}
    return {name: value for name, value in found.items() if value is not None}

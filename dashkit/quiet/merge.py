"""Bring together what changed in the source and what changed in Grafana since the last push. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashkit import _json
from dashkit.authoring.paths import copied
from dashkit.document.compare import content
from dashkit.document.normalise import Origin, normalise
from dashkit.document.schema_steps import CURRENT
from dashkit.document.v2.parts import is_v2
from dashkit.document.walk import entries, label
from dashkit.errors import InputError
from dashkit.quiet.canonical import canonical
from dashkit.quiet.drawn import drawn
from dashkit.quiet.panels import quiet

Json = dict[str, Any]
_MISSING: Any = object()
#: Lists whose entries have names of their own.
_NAMES: Mapping[str, Callable[[Json], Any]] = {
    "targets": lambda one: one.get("refId"),
    "links": lambda one: one.get("title"),
    "transformations": lambda one: one.get("id"),
    "overrides": lambda one: _json.compact(one.get("matcher")),
    "list": lambda one: one.get("name"),
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed the same thing, each in its own way.

    Attributes:
        what: ``panel 'Errors': fieldConfig.defaults.unit``.
        base: what was pushed last. All three are None where there is nothing.
    """

    what: str
    base: Any
    source: Any
    live: Any


@dataclass(slots=True)
class _Merge:
    conflicts: list[Conflict] = field(default_factory=list)

    def value(self, what: str, base: Any, source: Any, live: Any) -> Any:
        """Return the value that one of the sides changed."""
        if _alike(source, live) or _alike(live, base):
            return source
        if _alike(source, base):
            return live
        dicts = all(isinstance(one, dict) for one in (source, live)) and isinstance(base, dict | type(_MISSING))
        if dicts:
            return self.objects(what, base if isinstance(base, dict) else {}, source, live)
        name = what.rpartition(".")[2].rpartition(" ")[2]
        if name == "tags" and all(isinstance(one, list) for one in (base, source, live)):
            gone = {str(one) for one in base if one not in source or one not in live}
            return sorted({*map(str, source), *map(str, live)} - gone)
        if name in _NAMES and all(isinstance(one, list) for one in (base, source, live)):
            merged = self.named(what, base, source, live, _NAMES[name])
            if merged is not None:
                return merged
        self.conflicts.append(Conflict(what, *(None if one is _MISSING else one for one in (base, source, live))))
        return live

    def objects(self, what: str, base: Json, source: Json, live: Json) -> Json:
        """Merge key by key."""
        found = {}
        for key in [*source, *(one for one in live if one not in source)]:
            path = f"{what}{'.' if not what.endswith(': ') else ''}{key}"
            value = self.value(path, *(one.get(key, _MISSING) for one in (base, source, live)))
            if value is not _MISSING:
                found[key] = value
        return found

    def named(
        self, what: str, base: Sequence[Any], source: Sequence[Any], live: Sequence[Any], name: Callable[[Json], Any]
    ) -> list[Any] | None:
        """Merge lists entry by entry; None if that is not possible. The order is that of the side that changed it."""
        sides = []
        for side in (base, source, live):
            if not all(isinstance(one, dict) for one in side) or len({str(name(one)) for one in side}) < len(side):
                return None
            sides.append({str(name(one)): one for one in side})
        was, ours, theirs = sides
        common = [[one for one in side if one in was] for side in (was, ours, theirs)]
        first, second = (theirs, ours) if common[1] == [one for one in common[0] if one in ours] else (ours, theirs)
        order = _joined(list(first), list(second), was)
        found = []
        for key in order:
            value = self.value(
                f"{what} {key!r}", was.get(key, _MISSING), ours.get(key, _MISSING), theirs.get(key, _MISSING)
            )
            if value is not _MISSING:
                found.append(value)
        return found


def _joined(first: list[str], second: list[str], was: Mapping[str, Any]) -> list[str]:
    """Return the names of a list, and those that only another one has, each behind the one that it follows there."""
    result = list(first)
    for index, name in enumerate(second):
        if name not in result:
            before = next((one for one in reversed(second[:index]) if one in result), None)
            result.insert(result.index(before) + 1 if before is not None else 0, name)
    return result


def _alike(first: Any, second: Any) -> bool:
    if first is _MISSING or second is _MISSING:
        return first is second
    return _json.compact(first) == _json.compact(second)


def merged(base: Json, source: Json, live: Json) -> tuple[Json, tuple[Conflict, ...]]:
    """Merge three classic documents in canonical form. What is in conflict is as in Grafana.

    Where panels stand is one thing: if both sides moved some, that is a conflict.
    """
    merge = _Merge()
    parts = [_Parts.of(_with_rows_of(one, source)) for one in (base, source, live)]
    _, ours, theirs = parts
    settings = merge.objects("", *(part.settings for part in parts))
    rows = {}
    for number in {**ours.headers, **theirs.headers}:
        title = (ours.headers.get(number) or theirs.headers[number]).get("title")
        value = merge.value(f"row {title!r}: ", *(part.headers.get(number, _MISSING) for part in parts))
        if value is not _MISSING:
            rows[number] = value
    panels = {}
    for number in {**ours.panels, **theirs.panels}:
        shown = ours.panels.get(number) or theirs.panels[number]
        value = merge.value(f"panel {label(shown)}: ", *(part.panels.get(number, _MISSING) for part in parts))
        if value is not _MISSING:
            panels[number] = value
    layout = merge.value("the places of panels", *(part.layout for part in parts))
    placed = {number for _, inside in layout for number, *_ in inside}
    lost = [number for number in panels if number not in placed]
    if lost:  # one side has it, and the other one moved panels
        names = ", ".join(label(panels[number]) for number in lost)
        merge.conflicts.append(Conflict(f"the place of panel {names}", None, None, None))
    return _assembled(settings, rows, panels, layout), tuple(merge.conflicts)


def holds(base: Json, source: Json, live: Json) -> bool:
    """Return whether the source has everything that was changed in Grafana since the last push, besides its own changes.

    Args:
        base: what was pushed last. All three are documents of one schema; those of an old one hold nothing.
    """
    try:
        if all(is_v2(one) for one in (base, source, live)):
            forms = [content(one) for one in (base, source, live)]
            both, conflicts = merged_documents(*forms)
            return not conflicts and _alike(both, forms[1])
        forms = [_form(one) for one in (base, source, live)]
        both, conflicts = merged(*forms)
        return not conflicts and _alike(canonical(_form(both)), canonical(forms[1]))
    except (InputError, TypeError, ValueError, LookupError, AttributeError):
        return False  # shaped in a way that nothing is known about


def _form(spec: Json) -> Json:
    """Return a classic document in the form that is merged. Raises `InputError` for one of an old schema, or of another one."""
    form = normalise({**copied(spec), "uid": "compared"}, Origin.FILE).spec
    if is_v2(spec) or form["schemaVersion"] != CURRENT:
        raise InputError("not a document of today's classic schema")
    return quiet(form)[0]


def _with_rows_of(spec: Json, source: Json) -> Json:
    """Return a document whose rows have the ids of those with the same title in the source. Grafana may forget ids of rows."""
    left = [panel for panel in source.get("panels") or [] if panel.get("type") == "row"]
    ids = {panel.get("id") for panel in spec.get("panels") or []}
    left = [row for row in left if row.get("id") not in ids]
    panels = []
    for panel in spec.get("panels") or []:
        same = next((row for row in left if row.get("title") == panel.get("title")), None)
        if panel.get("type") == "row" and same is not None and panel.get("id") not in _row_ids(source):
            left.remove(same)
            panel = {**panel, "id": same["id"]}
        panels.append(panel)
    return {**spec, "panels": panels}


def _row_ids(spec: Json) -> set[Any]:
    return {panel.get("id") for panel in spec.get("panels") or [] if panel.get("type") == "row"}


def merged_documents(base: Json, source: Json, live: Json) -> tuple[Json, tuple[Conflict, ...]]:
    """Merge three documents of the v2 schema. The layout is one thing: if both sides changed it, that is a conflict."""
    merge = _Merge()
    layout = merge.value("the layout", *(one.get("layout", _MISSING) for one in (base, source, live)))
    rest = [{key: value for key, value in one.items() if key != "layout"} for one in (base, source, live)]
    found = merge.objects("", *rest)
    return {**found, **({} if layout is _MISSING else {"layout": layout})}, tuple(merge.conflicts)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A document in parts: panels by their ids without their places, and the places by rows."""

    settings: Json
    headers: dict[int, Json]
    panels: dict[int, Json]
    layout: list[tuple[int, list[list[int]]]]

    @staticmethod
    def of(spec: Json) -> _Parts:
        headers, panels = dict[int, Json](), dict[int, Json]()
        layout: list[tuple[int, list[list[int]]]] = [(0, [])]
        top = 0
        for panel in drawn([dict(one) for one in spec.get("panels") or []]):
            if panel.get("type") == "row":
                top = panel["gridPos"]["y"] + 1
                headers[panel["id"]] = {key: value for key, value in panel.items() if key not in ("panels", "gridPos")}
                layout.append((panel["id"], []))
            for one in panel.get("panels") or [] if panel.get("type") == "row" else [panel]:
                at = one["gridPos"]
                layout[-1][1].append([one["id"], at["x"], at["y"] - top, at["w"], at["h"]])
                panels[one["id"]] = {key: value for key, value in one.items() if key != "gridPos"}
        settings = {key: value for key, value in spec.items() if key != "panels"}
        for key in ("templating", "annotations"):
            settings[key] = {"list": entries(spec, key)}
        return _Parts(settings, headers, panels, layout)


def _assembled(settings: Json, rows: Mapping[int, Json], panels: Mapping[int, Json], layout: Sequence[Any]) -> Json:
    """Put a document together again."""
    found: list[Json] = []
    y = 0
    for number, inside in layout:
        if number and number not in rows:
            continue
        header = rows.get(number)
        top = y + 1 if header is not None else y
        placed = [
            {**panels[one], "gridPos": {"x": x, "y": top + line, "w": w, "h": h}}
            for one, x, line, w, h in inside if one in panels
        ]  # fmt: skip
        bottom = max((one["gridPos"]["y"] + one["gridPos"]["h"] for one in placed), default=top)
        if header is None:
            found += placed
        elif header.get("collapsed"):
            found.append({**header, "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}, "panels": placed})
            bottom = top
        else:
            found += [{**header, "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}, "panels": []}, *placed]
        y = bottom
    return {**settings, "panels": found}

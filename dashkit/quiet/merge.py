"""Bring together what changed in the source and what changed in Grafana since the last push. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
from dashkit.quiet.threeway import MISSING, Conflict, Merge, alike

Json = dict[str, Any]


def merged(base: Json, source: Json, live: Json) -> tuple[Json, tuple[Conflict, ...]]:
    """Merge three classic documents in canonical form. What is in conflict is as in Grafana.

    Where panels stand is one thing: if both sides moved some, that is a conflict.
    """
    merge = Merge()
    was, ours, theirs = (_Parts.of(_with_rows_of(one, source)) for one in (base, source, live))
    renamed = _renamed(was, ours)
    parts = [was.renumbered(renamed), ours, theirs.renumbered(renamed)]
    theirs = parts[2]
    settings = merge.objects("", *(part.settings for part in parts))
    rows = {}
    for number in {**ours.headers, **theirs.headers}:
        title = (ours.headers.get(number) or theirs.headers[number]).get("title")
        value = merge.value(f"row {title!r}: ", *(part.headers.get(number, MISSING) for part in parts))
        if value is not MISSING:
            rows[number] = value
    panels = {}
    for number in {**ours.panels, **theirs.panels}:
        shown = ours.panels.get(number) or theirs.panels[number]
        value = merge.value(f"panel {label(shown)}: ", *(part.panels.get(number, MISSING) for part in parts))
        if value is not MISSING:
            panels[number] = value
    layout = merge.value("the places of panels", *(part.layout for part in parts))
    placed = {number for _, inside in layout for number, *_ in inside}
    lost = [number for number in panels if number not in placed]
    if lost:  # one side has it, and the other one moved panels
        names = ", ".join(label(panels[number]) for number in lost)
        merge.conflicts.append(Conflict(f"the place of panel {names}", None, None, None))
    return _assembled(settings, rows, panels, layout), tuple(merge.conflicts)


def _renamed(was: _Parts, ours: _Parts) -> dict[int, int]:
    """Return the new ids of panels whose ids follow from titles that the source changed, by the old ones: the places stay."""
    places = {
        (row, *place, panel.get("type")): number
        for row, inside in ours.layout for number, *place in inside
        if (panel := ours.panels[number]) and number not in was.panels
    }  # fmt: skip
    found = {}
    for row, inside in was.layout:
        for number, *place in inside:
            new = places.get((row, *place, was.panels[number].get("type")))
            if new is not None and number not in ours.panels:
                found[number] = new
    return found


def holds(base: Json, source: Json, live: Json) -> bool:
    """Return whether the source has everything that was changed in Grafana since the last push, besides its own changes.

    Args:
        base: what was pushed last. All three are documents of one schema; those of an old one hold nothing.
    """
    try:
        if all(is_v2(one) for one in (base, source, live)):
            forms = [content(one) for one in (base, source, live)]
            both, conflicts = merged_documents(*forms)
            return not conflicts and alike(both, forms[1])
        forms = [_form(one) for one in (base, source, live)]
        both, conflicts = merged(*forms)
        return not conflicts and alike(canonical(_form(both)), canonical(forms[1]))
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
    merge = Merge()
    layout = merge.value("the layout", *(one.get("layout", MISSING) for one in (base, source, live)))
    rest = [{key: value for key, value in one.items() if key != "layout"} for one in (base, source, live)]
    found = merge.objects("", *rest)
    return {**found, **({} if layout is MISSING else {"layout": layout})}, tuple(merge.conflicts)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A document in parts: panels by their ids without their places, and the places by rows."""

    settings: Json
    headers: dict[int, Json]
    panels: dict[int, Json]
    layout: list[tuple[int, list[list[int]]]]

    def renumbered(self, ids: Mapping[int, int]) -> _Parts:
        """Return the same with other ids of panels."""
        panels = {
            ids.get(number, number): {**one, "id": ids.get(number, number)} for number, one in self.panels.items()
        }
        layout = [
            (row, [[ids.get(number, number), *place] for number, *place in inside]) for row, inside in self.layout
        ]
        return _Parts(self.settings, self.headers, panels, layout)

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

"""Dashboards of the v2 schema in the form in which they are compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashkit.document.normalise import Origin, normalise
from dashkit.document.v2.content import content
from dashkit.document.v2.down import down
from dashkit.document.v2.loose import mapping, objects, spec_of
from dashkit.quiet.canonical import canonical
from dashkit.quiet.conditions import plain_condition
from dashkit.quiet.drawn import drawn

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dynamic:
    """A document of the v2 schema, and what the classic schema says of it, in the form of `dashkit.quiet.canonical`."""

    uid: str
    spec: Json
    lowered: Json

    @property
    def names(self) -> dict[str, Any]:
        """The ids of panels, by the names of their elements."""
        return {name: spec_of(element).get("id") for name, element in mapping(self.spec.get("elements")).items()}


def dynamic(uid: str, spec: Json) -> Dynamic:
    """Read a document of the v2 schema."""
    return Dynamic(uid, spec, canonical(normalise({**down(spec).classic, "uid": uid}, Origin.PYTHON).spec))


def dynamic_canonical(document: Dynamic) -> Json:
    """Return what a document of the v2 schema says, without what says nothing: as a classic one, and its layout beside that."""
    shown = [{key: value for key, value in one.items() if key != "gridPos"} for one in flat(document.lowered)]
    rest = {key: value for key, value in document.lowered.items() if key != "panels"}
    layout = _plain_layout(mapping(content(document.spec).get("layout")))
    panels = sorted((one for one in shown if one.get("type") != "row"), key=lambda one: one["id"])
    return {**rest, "panels": panels, "layout": layout, "names": document.names}


def flat(spec: Json) -> Iterator[Json]:
    """Yield all panels and rows of a classic document, one after another."""
    for panel in spec.get("panels", []):
        yield {key: value for key, value in panel.items() if key != "panels"}
        yield from panel.get("panels", [])


def _plain_layout(layout: Json) -> Json:
    """Return a layout with panels where Grafana draws them, and conditions in one form."""
    spec = dict(spec_of(layout))
    for key in ("rows", "tabs", "items"):
        spec[key] = [_plain_part(part) for part in objects(spec.get(key))]
    if layout.get("kind") == "GridLayout":
        spec["items"] = [_item(panel) for panel in drawn([at_place(part) for part in spec["items"]])]
    return {"kind": layout.get("kind"), "spec": {key: value for key, value in spec.items() if value != []}}


def _plain_part(part: Json) -> Json:
    spec = dict(spec_of(part))
    if isinstance(spec.get("layout"), dict):
        spec["layout"] = _plain_layout(spec["layout"])
    if spec.get("conditionalRendering"):
        spec["conditionalRendering"] = plain_condition(spec["conditionalRendering"])
    return {**part, "spec": spec}


def at_place(part: Json) -> Json:
    """Return an item of a grid with its place as a classic panel has it."""
    spec = spec_of(part)
    place = {"x": spec.get("x", 0), "y": spec.get("y", 0), "w": spec.get("width", 6), "h": spec.get("height", 3)}
    return {"gridPos": place, "part": part}


def _item(panel: Json) -> Json:
    x, y, width, height = (panel["gridPos"][key] for key in "xywh")
    part: Json = panel["part"]
    return {**part, "spec": {**spec_of(part), "x": x, "y": y, "width": width, "height": height}}

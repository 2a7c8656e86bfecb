"""Read the layout and the elements of a v2 document: tabs, rows and panels, each in the words of the classic schema.

Nothing is converted for storing here: each part comes with its pointer in the document, and keys that only v2 has stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dashkit._json import pointer_part
from dashkit.document.v2.loose import items, mapping

MIXED = {"type": "datasource", "uid": "-- Mixed --"}
_GROUPS = (("tabs", "tab"), ("rows", "row"))


class Part(NamedTuple):
    """A panel, row or tab: its pointer, how it looks in the classic schema, and the tabs and rows around it, outermost first."""

    pointer: str
    panel: dict[str, Any]
    around: tuple[str, ...]


def is_v2(spec: Mapping[str, Any]) -> bool:
    """Return whether a document has the v2 schema."""
    return isinstance(spec.get("elements"), dict) and "panels" not in spec


def parts(spec: Mapping[str, Any]) -> Iterator[Part]:
    """Yield tabs, rows and panels in the order of the layout. Elements that it does not place follow at the end."""
    elements = mapping(spec.get("elements"))
    left = dict.fromkeys(elements)
    for part in _layout(mapping(spec.get("layout")), "/layout", (), elements):
        name = part.panel.get("element", "")
        left.pop(name, None)
        yield part
    for name in left:
        yield Part(f"/elements/{pointer_part(name)}", panel(mapping(elements[name])) | {"element": name}, ())


def _layout(layout: dict[str, Any], pointer: str, around: tuple[str, ...], elements: dict[str, Any]) -> Iterator[Part]:
    spec = mapping(layout.get("spec"))
    for key, word in _GROUPS:
        for number, group in enumerate(items(spec.get(key))):
            inner = mapping(mapping(group).get("spec"))
            here = f"{pointer}/spec/{key}/{number}"
            yield Part(here, _row(inner, word), around)
            named = f"{word} {str(inner.get('title') or '')!r}"
            yield from _layout(mapping(inner.get("layout")), f"{here}/spec/layout", (*around, named), elements)
    for item in items(spec.get("items")):
        place = mapping(mapping(item).get("spec"))
        name = str(mapping(place.get("element")).get("name") or "")
        shown = panel(mapping(elements.get(name))) | _place(place) | {"element": name}
        yield Part(f"/elements/{pointer_part(name)}", shown, around)


def _row(spec: dict[str, Any], word: str) -> dict[str, Any]:
    rest = {key: value for key, value in spec.items() if key not in ("layout", "collapse", "repeat", "variables")}
    found = {"type": "row", **rest, "collapsed": spec.get("collapse") is True, "tab": word == "tab"}
    layout = mapping(spec.get("layout"))
    options = {key: value for key, value in mapping(layout.get("spec")).items() if key not in ("items", "rows", "tabs")}
    if layout.get("kind") != "GridLayout":
        found["layout"] = {"kind": layout.get("kind"), **options}
    variable = str(mapping(spec.get("repeat")).get("value") or "")
    return found | ({"repeat": variable} if variable else {})


def _place(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "width" in spec:
        names = (("h", "height"), ("w", "width"), ("x", "x"), ("y", "y"))
        found["gridPos"] = {short: spec.get(name, 0) for short, name in names}
    repeat = mapping(spec.get("repeat"))
    if repeat.get("value"):
        found["repeat"] = repeat["value"]
        found |= {
            new: repeat[old]
            for new, old in (("repeatDirection", "direction"), ("maxPerRow", "maxPerRow"))
            if old in repeat
        }
    if "conditionalRendering" in spec:
        found["conditionalRendering"] = spec["conditionalRendering"]
    return found


def panel(element: Mapping[str, Any]) -> dict[str, Any]:
    """Return an element as a classic panel. Keys that only v2 has stay as they are."""
    spec = mapping(element.get("spec"))
    if element.get("kind") == "LibraryPanel":
        return dict(spec)
    shown, data = mapping(spec.get("vizConfig")), mapping(mapping(spec.get("data")).get("spec"))
    targets = [_target(mapping(mapping(query).get("spec"))) for query in items(data.get("queries"))]
    sources = [target["datasource"] for target in targets if target.get("datasource")]
    found = {key: value for key, value in spec.items() if key not in ("data", "vizConfig")}
    found |= mapping(data.get("queryOptions")) | mapping(shown.get("spec"))
    found["type"] = str(shown.get("group") or shown.get("kind") or "")
    found["targets"] = targets
    found["transformations"] = [_transformation(mapping(entry)) for entry in items(data.get("transformations"))]
    if sources:
        found["datasource"] = sources[0] if all(source == sources[0] for source in sources) else dict(MIXED)
    return found


def _target(query: dict[str, Any]) -> dict[str, Any]:
    inner = mapping(query.get("query"))
    found = {**mapping(inner.get("spec")), "refId": str(query.get("refId") or "")}
    if query.get("hidden") is True:
        found["hide"] = True
    source = source_of(inner)
    return found | ({"datasource": source} if source else {})


def source_of(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the datasource of a query as the classic schema has it."""
    name, kind = mapping(query.get("datasource")).get("name"), query.get("group")
    return {**({"type": kind} if kind else {}), **({"uid": name} if name else {})}


def _transformation(entry: dict[str, Any]) -> dict[str, Any]:
    spec = mapping(entry.get("spec"))
    return {"id": entry.get("group") or spec.get("id") or entry.get("kind"), **spec}

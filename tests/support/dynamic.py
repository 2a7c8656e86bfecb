"""Small dashboards of the v2 schema."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st


def panel(number: int, title: str = "", **more: Any) -> dict[str, Any]:
    """A stat panel."""
    spec = {"id": number, "title": title or f"P{number}", "vizConfig": {"group": "stat", "spec": {}}, **more}
    return {"kind": "Panel", "spec": spec}


def thing(kind: str, **spec: Any) -> dict[str, Any]:
    """What has a kind and a spec."""
    return {"kind": kind, "spec": spec}


def grid(*numbers: int, **more: Any) -> dict[str, Any]:
    """A grid with the panels below each other."""
    items = [
        thing("GridLayoutItem", element=named(n), x=0, y=8 * at, width=12, height=8, **more)
        for at, n in enumerate(numbers)
    ]
    return thing("GridLayout", items=items)


def auto(*numbers: int, item: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An auto grid of the panels."""
    items = [thing("AutoGridLayoutItem", element=named(n), **(item or {})) for n in numbers]
    return thing("AutoGridLayout", items=items, **more)


def named(number: int) -> dict[str, str]:
    """A reference to the element of a panel."""
    return {"kind": "ElementReference", "name": f"panel-{number}"}


def rows(*found: dict[str, Any]) -> dict[str, Any]:
    """A layout of rows."""
    return thing("RowsLayout", rows=[thing("RowsLayoutRow", **row) for row in found])


def tabs(*found: dict[str, Any]) -> dict[str, Any]:
    """A layout of tabs."""
    return thing("TabsLayout", tabs=[thing("TabsLayoutTab", **tab) for tab in found])


def board(layout: dict[str, Any], panels: int = 1, **more: Any) -> dict[str, Any]:
    """A dashboard with so many panels."""
    elements = {f"panel-{n}": panel(n) for n in range(1, panels + 1)}
    return {"title": "B", "elements": elements, "layout": layout, **more}


def query(source: str, **more: Any) -> dict[str, Any]:
    """A Prometheus query."""
    data = {"kind": "DataQuery", "group": "prometheus", "datasource": {"name": source}, "spec": {"expr": "up"}}
    return thing("PanelQuery", query=data, **more)


def data(**spec: Any) -> dict[str, Any]:
    """A dashboard with one panel of such a query group."""
    return board(grid(1)) | {"elements": {"panel-1": panel(1, data=thing("QueryGroup", **spec))}}


CONDITION = thing("ConditionalRenderingGroup", condition="and", visibility="show", items=[])


def places_of(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each holder and key in a JSON value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(entries):
        yield value, key
        yield from places_of(item)


def misshapen(spec: dict[str, Any], seed: int, leaves: list[Any]) -> dict[str, Any]:
    """Return a copy with other values in some places."""
    value, choose = copy.deepcopy(spec), random.Random(seed)
    for leaf in leaves:
        holder, key = choose.choice(list(places_of(value)))
        holder[key] = copy.deepcopy(leaf)
    return value


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just([]), st.just({}), st.just([None]),
    st.sampled_from([{"kind": "x"}, {"spec": 1}, "GridLayout", "panel-1", [{}], [{"kind": "Panel", "spec": {}}]]),
)  # fmt: skip

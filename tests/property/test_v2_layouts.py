"""Laws that hold for any layout of the v2 schema on its way to the classic one."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.document.layout import COLUMNS, overlaps
from dashkit.document.v2.down import Lowered, down
from dashkit.document.v2.up import up
from tests.support.dynamic import auto, named, panel, rows, tabs, thing

REPEAT = {"mode": "variable", "value": "job"}
NUMBERS = st.integers(1, 8)
HEADERS = st.fixed_dictionaries(
    {"title": st.sampled_from(["", "A", "B"])},
    optional={"collapse": st.booleans(), "hideHeader": st.booleans(), "repeat": st.just(REPEAT)},
)


@st.composite
def grids(draw: st.DrawFn) -> dict[str, Any]:
    """A grid in which no two panels overlap: lines of panels from left to right, with gaps."""
    items, y = [], draw(st.integers(0, 3))
    for line in draw(st.lists(st.lists(NUMBERS, min_size=1, max_size=3), max_size=3)):
        width = COLUMNS // len(line)
        for place, number in enumerate(line):
            size = {"width": draw(st.integers(1, width)), "height": draw(st.integers(1, 6))}
            items.append(thing("GridLayoutItem", element=named(number), x=place * width, y=y, **size))
        y += 6 + draw(st.integers(0, 2))
    return thing("GridLayout", items=draw(st.permutations(items)))


auto_grids = st.builds(
    lambda numbers, options: auto(*numbers, **options),
    st.lists(NUMBERS, max_size=5),
    st.fixed_dictionaries(
        {},
        optional={
            "maxColumnCount": st.integers(0, 30),
            "rowHeightMode": st.sampled_from(["short", "standard", "tall", "custom", "other"]),
            "rowHeight": st.integers(1, 600),
        },
    ),
)


def grouped(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Rows or tabs of such layouts."""
    groups = st.lists(st.builds(lambda header, layout: {**header, "layout": layout}, HEADERS, inner), max_size=3)
    return st.one_of(groups.map(lambda found: rows(*found)), groups.map(lambda found: tabs(*found)))


layouts = st.recursive(st.one_of(grids(), auto_grids), grouped, max_leaves=6)


@st.composite
def boards(draw: st.DrawFn) -> dict[str, Any]:
    """Dashboards with fewer elements than places, some of a kind that nobody knows, and with ids that are not unique."""
    elements = {}
    for number in range(1, draw(st.integers(0, 8)) + 1):
        element = panel(draw(st.integers(0, 9)), title=f"P{number}")
        kind = draw(st.sampled_from(["Panel", "Panel", "LibraryPanel", "Hologram"]))
        elements[f"panel-{number}"] = {**element, "kind": kind}
    return {"title": "B", "elements": elements, "layout": draw(layouts)}


def places(layout: dict[str, Any]) -> list[str]:
    """The names of the elements that a layout places, as often as it does."""
    spec = layout["spec"]
    groups = [group["spec"]["layout"] for key in ("rows", "tabs") for group in spec.get(key, [])]
    here = [item["spec"]["element"]["name"] for item in spec.get("items", [])]
    return here + [name for group in groups for name in places(group)]


def grouped_panels(found: Lowered) -> list[list[dict[str, Any]]]:
    """The panels at the top, then those in each row."""
    top = found.classic.get("panels", [])
    return [top, *(row["panels"] for row in top if row.get("panels"))]


@given(boards())
def test_no_panels_overlap_and_all_fit_the_grid(spec: dict[str, Any]) -> None:
    for together in grouped_panels(down(spec)):
        assert overlaps(together) == []
        for place in (one["gridPos"] for one in together):
            assert 0 <= place["x"] < place["x"] + place["w"] <= COLUMNS
            assert place["y"] >= 0


@given(boards())
def test_panels_in_a_collapsed_row_are_below_its_header(spec: dict[str, Any]) -> None:
    for row in down(spec).classic.get("panels", []):
        assert all(one["gridPos"]["y"] > row["gridPos"]["y"] for one in row.get("panels", []))


@pytest.mark.parametrize("as_grafana", [False, True])
@given(spec=boards())
def test_ids_are_unique(as_grafana: bool, spec: dict[str, Any]) -> None:
    found = down(spec, as_grafana=as_grafana)
    ids = Counter(one["id"] for together in grouped_panels(found) for one in together)
    assert [number for number, times in ids.items() if times > 1 or number < 1] == []


@given(boards())
def test_each_placed_element_arrives_or_is_named(spec: dict[str, Any]) -> None:
    found = down(spec)
    arrived = Counter(
        one["title"] for together in grouped_panels(found) for one in together if one.get("type") != "row"
    )
    said = [f"{loss.what}: {loss.message}" for loss in found.losses]
    for name, times in Counter(places(spec["layout"])).items():
        title = name.replace("panel-", "P")
        dropped = (f"panel {title!r}: an element of the unknown kind", f"there is no element {name!r}")
        assert arrived[title] + sum(any(text in entry for text in dropped) for entry in said) == times
    unplaced = spec["elements"].keys() - set(places(spec["layout"]))
    assert all(any(f"panel {name.replace('panel-', 'P')!r}" in text for text in said) for name in unplaced)


@given(boards())
def test_the_classic_form_says_the_same_when_it_becomes_v2_and_classic_again(spec: dict[str, Any]) -> None:
    once = down(spec).classic
    shown = [one for together in grouped_panels(Lowered(once, ())) for one in together]
    again = grouped_panels(down(up(once)))
    assert sorted(one.get("title", "") for one in shown) == sorted(
        one.get("title", "") for together in again for one in together
    )
    # Panels after a collapsed row join it on the way to v2, as in Grafana's conversion, wherever they are.
    top = once.get("panels", [])
    if not any(one.get("collapsed") and after.get("type") != "row" for one, after in pairwise(top)):
        assert all(overlaps(together) == [] for together in again)

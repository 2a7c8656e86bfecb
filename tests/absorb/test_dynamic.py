"""Edits of rows, tabs and grids of dynamic dashboards go into the calls that make them."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from dashkit.absorb.copy import copied
from dashkit.absorb.search import Search
from dashkit.absorb.told import by_hand
from tests.support.absorbing import documents, write

Json = dict[str, Any]
PATH = "dashboards/d.py"
MODULE = """\
from dashkit.authoring import auto_grid, grid, new_dashboard, prometheus, row, show_when, stat, tab, tabs, text, timeseries


def several(*names):
    return [stat(name, prometheus(name)) for name in names]


dashboard = new_dashboard(
    "D",
    uid="d",
    panels=[
        auto_grid(
            stat("A", prometheus("a")),
            stat("B", prometheus("b"), key="b"),  # the second
            stat("C", prometheus("c")),
            max_columns=5,
        ),
        tabs(
            tab(
                "One",
                grid(2, timeseries("D", prometheus("d")), timeseries("E", prometheus("e"))),
                row("Inner", text("F", "f")),
            ),
            tab("Two", timeseries("G", prometheus("g"))),
        ),
        row("Last", auto_grid(stat("H", prometheus("h")), several("I", "J")), collapsed=True),
    ],
)
"""


def rows(spec: Json) -> list[Json]:
    found: list[Json] = spec["layout"]["spec"]["rows"]
    return found


def inner(group: Json) -> Json:
    found: Json = group["spec"]["layout"]["spec"]
    return found


def auto(spec: Json) -> Json:
    return inner(rows(spec)[0])


def tabs(spec: Json) -> list[Json]:
    found: list[Json] = inner(rows(spec)[1])["tabs"]
    return found


def named(spec: Json, title: str) -> str:
    return next(name for name, element in spec["elements"].items() if element["spec"]["title"] == title)


def add(spec: Json, like: str, title: str, number: int) -> Json:
    """Add an element, and return a reference to it."""
    element = deepcopy(spec["elements"][named(spec, like)])
    element["spec"] |= {"id": number, "title": title}
    spec["elements"][f"panel-{number}"] = element
    return {"kind": "ElementReference", "name": f"panel-{number}"}


def swap(spec: Json) -> None:
    items = auto(spec)["items"]
    items[0], items[2] = items[2], items[0]


def remove(spec: Json) -> None:
    item = auto(spec)["items"].pop(1)
    del spec["elements"][item["spec"]["element"]["name"]]


def columns(spec: Json) -> None:
    auto(spec)["maxColumnCount"] = 4


def wider(spec: Json) -> None:
    auto(spec)["columnWidthMode"] = "wide"


def rename_tab(spec: Json) -> None:
    tabs(spec)[1]["spec"]["title"] = "Zwei"


def swap_tabs(spec: Json) -> None:
    tabs(spec).reverse()


def move_between(spec: Json) -> None:
    inner(rows(spec)[2])["items"].insert(0, auto(spec)["items"].pop(1))


def unfold(spec: Json) -> None:
    rows(spec)[2]["spec"]["collapse"] = False


def title(spec: Json) -> None:
    spec["elements"][named(spec, "G")]["spec"]["title"] = "GG"


def size(spec: Json) -> None:
    first, second = inner(inner(tabs(spec)[0])["rows"][0])["items"]
    first["spec"]["width"], second["spec"]["x"], second["spec"]["width"] = 8, 8, 16


def new_panel(spec: Json) -> None:
    element = add(spec, "A", "New", 5)
    auto(spec)["items"].insert(1, {"kind": "AutoGridLayoutItem", "spec": {"element": element}})


def new_tab(spec: Json) -> None:
    tab = deepcopy(tabs(spec)[1])
    tab["spec"]["title"] = "Three"
    inner(tab)["items"][0]["spec"]["element"] = add(spec, "G", "New", 6)
    tabs(spec).append(tab)


def remove_tab(spec: Json) -> None:
    tab = tabs(spec).pop(1)
    del spec["elements"][inner(tab)["items"][0]["spec"]["element"]["name"]]


def swap_rows(spec: Json) -> None:
    spec["layout"]["spec"]["rows"] = [rows(spec)[1], rows(spec)[0], rows(spec)[2]]


#: An edit, what stands in the module then, and what does not.
CASES: list[tuple[Callable[[Json], None], list[str], list[str]]] = [
    (swap, ['stat("C", prometheus("c")),\n            stat("B", prometheus("b"), key="b"),  # the second\n'], []),
    (remove, [], ['stat("B"', "# the second"]),
    (columns, ["max_columns=4"], ["max_columns=5"]),
    (wider, ['min_width="wide"'], []),
    (rename_tab, ['tab("Zwei", timeseries("G", prometheus("g"), key='], ['"Two"']),
    (swap_tabs, ['tab("Two", timeseries("G", prometheus("g"))),\n            tab(\n                "One"'], []),
    (move_between, ['stat("B", prometheus("b"), key="b"),  # the second\n'], []),
    (unfold, ['several("I", "J")))'], ["collapsed"]),
    (title, ['timeseries("GG", prometheus("g"), key='], []),
    (size, ['timeseries("D", prometheus("d"), width=8)', 'timeseries("E", prometheus("e"), width=16)'], ["grid(2"]),
    (new_panel, ['stat("A", prometheus("a")),\n            stat("New", '], []),
    (new_tab, ['tab("Three", timeseries("New", '], []),
    (remove_tab, [], ['"Two"']),
    (swap_rows, ['panels=[\n        tabs('], []),
]  # fmt: skip


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The modules after all edits, each of a dashboard of its own, by the names of the edits: found in one search."""
    names = [edit.__name__ for edit, _, _ in CASES]
    files = {
        f"dashboards/{name}.py": MODULE.replace('"D",\n    uid="d"', f'"{name}",\n    uid="{name}"') for name in names
    }
    with copied(write(tmp_path_factory.mktemp("dynamic"), files)) as copy:
        wanted = documents(copy, {}, names)
        for edit, _, _ in CASES:
            edit(wanted[edit.__name__])
        found = Search(copy, wanted).run()
    return {name: found.texts[f"dashboards/{name}.py"] for name in found.done}


@pytest.mark.parametrize(("edit", "there", "gone"), CASES, ids=[edit.__name__ for edit, _, _ in CASES])
def test_an_edit_of_the_layout_goes_into_its_calls(
    texts: dict[str, str], edit: Callable[[Json], None], there: list[str], gone: list[str]
) -> None:
    text = texts[edit.__name__]
    assert [one for one in there if one not in text] == []
    assert [one for one in gone if one in text] == []


def test_panels_that_one_call_makes_together_are_told_by_hand(tmp_path: Path) -> None:
    with copied(write(tmp_path, {PATH: MODULE})) as copy:
        spec = documents(copy, {}, ["d"])["d"]
        inner(rows(spec)[2])["items"].reverse()
        search = Search(copy, {"d": spec})
        found = search.run()
    assert not found.done
    assert not found.texts
    (left,) = found.left
    assert left.change is not None
    assert "several" in by_hand(left.change, search.project).why

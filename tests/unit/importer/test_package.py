"""A long dashboard becomes several modules, which make the same."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import dashkit.authoring as helpers
from dashkit import _json
from dashkit.authoring.call import Call
from dashkit.compiler.compile import Sources, compile_modules
from dashkit.importer.module import module_text
from dashkit.importer.package import package
from dashkit.model.dashboard import CompiledDashboard

BLOCK = '{job=~"$job", instance=~"$instance"}'
STYLE = {"unit": "s", "fill": 30, "legend": "table-right", "decimals": 2}


def line(number: int) -> Call:
    return Call(
        "timeseries", (f"P{number}", Call("prometheus", (f"rate(m{number}{BLOCK}[5m])",))), {"key": number, **STYLE}
    )


def row(title: str, first: int, *more: Any) -> Call:
    return Call("row", (title, *(line(number) for number in range(first, first + 3)), *more))


def board(*panels: Any) -> Call:
    return Call("new_dashboard", ("Shop",), {"uid": "shop", "panels": list(panels)})


def compiled(folder: Path) -> CompiledDashboard:
    (found,) = compile_modules(Sources(folder, (folder / "dashboards",)))
    assert isinstance(found, CompiledDashboard), found
    return found


def written(folder: Path, files: dict[str, str]) -> CompiledDashboard:
    for path, text in files.items():
        ast.parse(text)
        target = folder / "dashboards" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return compiled(folder)


@pytest.mark.parametrize(
    "panels",
    [
        [row("Requests", 1), row("Errors", 4)],
        [line(20), row("Requests", 1), row("Requests", 4), row("2 things", 7), row("stat", 10), row("", 13)],
        [row("A", 1, Call("grid", (2, line(30), line(31)))), row("common", 4), row("timeseries panel", 7)],
        [Call("tabs", (Call("tab", ("One", *row("R", 1).arguments[1:])), Call("tab", ("Two", row("R", 4)))))],
    ],
    ids=["rows", "odd titles", "names of ours", "tabs"],
)
def test_the_parts_make_what_one_module_makes(tmp_path: Path, panels: list[Any]) -> None:
    one, several = tmp_path / "one", tmp_path / "several"
    call = board(*panels)
    files = package(call, "shop")
    assert next(iter(files)) == "shop.py"
    assert len(files) > 3
    assert _json.compact(written(several, files).spec) == _json.compact(
        written(one, {"shop.py": module_text(call)}).spec
    )


def test_a_part_has_what_is_its_own_and_one_has_what_all_share() -> None:
    files = package(board(row("Requests", 1), row("Errors", 4)), "shop")
    assert sorted(files) == ["_shop/__init__.py", "_shop/common.py", "_shop/errors.py", "_shop/requests.py", "shop.py"]
    assert "def timeseries_panel(" in files["_shop/common.py"]
    assert "SELECTOR = " in files["_shop/common.py"]
    assert "from .common import SELECTOR, timeseries_panel" in files["_shop/requests.py"]
    assert "from ._shop.errors import errors" in files["shop.py"]
    assert "panels=[requests, errors]" in files["shop.py"]
    assert "SELECTOR" not in files["shop.py"]


def test_what_has_no_rows_stays_in_one_file() -> None:
    assert package(board(*map(line, range(1, 9))), "shop") == {}
    assert package(board(row("Only", 1)), "shop") == {}


def test_no_name_of_a_part_hides_a_helper() -> None:
    files = package(board(row("grid", 1), row("class", 4), row("prometheus", 7)), "shop")
    stems = {Path(path).stem for path in files}
    assert not stems & set(helpers.__all__)
    assert {"row_grid", "row_class", "row_prometheus"} <= stems

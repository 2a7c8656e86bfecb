"""Each grafanalib panel class compiles to what its golden file says.

`scripts/update-golden` writes the files anew; they are reviewed like code. That Grafana stores them as they are is
proven by `test_real_fixed_point`, on a real server.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashkit import _json
from dashkit.compiler.plain import plain
from dashkit.document.normalise import Origin, normalise
from dashkit.document.validate import validate
from tests.golden.cases import dashboard, panel_classes
from tests.support.real_grafana import needs_real_grafana, stored

FOLDER = Path(__file__).parent / "panels"


def compiled(name: str) -> dict[str, Any]:
    spec = normalise(plain(dashboard(name)), Origin.GRAFANALIB, datasource_types={"prom": "prometheus"}).spec
    validate(spec)
    return spec


@pytest.mark.parametrize("name", sorted(panel_classes()))
def test_panel_class_compiles_to_its_golden_file(name: str) -> None:
    assert _json.pretty(compiled(name)["panels"]).decode() == (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def test_there_is_a_golden_file_for_each_class_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(panel_classes())


@pytest.mark.parametrize("name", sorted(panel_classes()))
def test_compiling_is_idempotent(name: str) -> None:
    once = compiled(name)
    text = _json.compact(once)
    again = normalise(_json.parse(text), Origin.FILE).spec
    assert _json.compact(again) == text


@needs_real_grafana
@pytest.mark.parametrize("name", sorted(panel_classes()))
def test_real_fixed_point(name: str) -> None:
    spec = {key: value for key, value in compiled(name).items() if key != "uid"}
    assert stored(spec, f"golden-{name.lower()}") == spec

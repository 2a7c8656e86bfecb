"""One dashboard in dashkit, in grafanalib and in the Foundation SDK: the three compile to the same."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import Any

import pytest

from dashkit.compiler.compile import Sources, compile_all
from dashkit.document.normalise import Origin, normalise
from dashkit.model.dashboard import CompiledDashboard
from tests.conftest import ROOT

HERE = Path(__file__).parent
WAYS = ("dashkit", "grafanalib", "foundation_sdk")
#: What grafanalib and the SDK write although nobody said it, and cannot leave out. Each says what Grafana assumes anyway.
SAYS_NOTHING: dict[str, Any] = {
    "allowCustomValue": True,
    "footer": {"countRows": False, "reducer": [], "show": False},
    "frameIndex": 0,
    "hidden": False,
    "hideFrom": {"legend": False, "tooltip": False, "viz": False},
    "inspect": False,
    "percentChangeColorMode": "standard",
    "range": False,
    "refresh": 1,
    "repeatDirection": "h",
    "scaleDistribution": {"type": "linear"},
    "showPercentChange": False,
    "showTypeIcons": False,
    "skipUrlSync": False,
}


def compiled(way: str, folder: Path) -> dict[str, Any]:
    module = folder / "dashboards" / "checkout.py"
    module.parent.mkdir()
    shutil.copy(HERE / f"with_{way}.py", module)
    (result,) = compile_all(Sources(folder, (module.parent,)))
    assert isinstance(result, CompiledDashboard), result
    return result.spec


def plain(value: Any) -> Any:
    """Leave out what says nothing."""
    if isinstance(value, dict):
        return {
            key: plain(entry) for key, entry in value.items() if key not in SAYS_NOTHING or entry != SAYS_NOTHING[key]
        }
    return [plain(entry) for entry in value] if isinstance(value, list) else value


@pytest.mark.filterwarnings("ignore:Prefer using dashboardv2")
def test_three_ways_compile_to_the_same(tmp_path: Path) -> None:
    pytest.importorskip("grafana_foundation_sdk")
    specs = {}
    for way in WAYS:
        (tmp_path / way).mkdir()
        specs[way] = plain(compiled(way, tmp_path / way))
    assert specs["grafanalib"] == specs["dashkit"]
    assert specs["foundation_sdk"] == specs["dashkit"]
    assert [panel["type"] for panel in specs["dashkit"]["panels"]] == [
        "stat",
        "stat",
        "timeseries",
        "timeseries",
        "table",
    ]


def test_what_says_nothing_is_all_that_is_left_out(tmp_path: Path) -> None:
    spec = compiled("dashkit", tmp_path)
    assert plain(spec) == spec | {"panels": plain(spec["panels"]), "templating": plain(spec["templating"])}
    assert normalise(spec, Origin.FILE).spec["panels"]


def lines(way: str) -> int:
    """Lines of code, without imports, comments and blank ones."""
    text = (HERE / f"with_{way}.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    skipped = {tree.body[0].lineno}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            skipped |= set(range(node.lineno, (node.end_lineno or 0) + 1))
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and number not in skipped
        for number, line in enumerate(text.splitlines(), 1)
    )


def test_the_reference_shows_the_three_with_their_length() -> None:
    page = (ROOT / "docs/authoring.md").read_text(encoding="utf-8")
    for way in WAYS:
        text = (HERE / f"with_{way}.py").read_text(encoding="utf-8")
        assert text in page
        assert f"{lines(way)} lines" in page

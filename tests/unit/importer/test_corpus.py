"""How much of real dashboards the helpers say."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import dashkit.authoring as authoring
from dashkit.authoring.call import Call
from dashkit.authoring.panels import KINDS
from dashkit.authoring.recognise import recognise
from dashkit.compiler.compile import compile_document
from dashkit.compiler.plain import plain
from dashkit.document.normalise import Origin, normalise
from dashkit.document.schema_steps import CURRENT
from dashkit.document.walk import panels
from dashkit.quiet.panels import quiet
from tests.conftest import SHARED

CORPUS = sorted((SHARED / "corpus").glob("*.json"))
DEFAULT = {"type": "prometheus", "uid": "${datasource}"}
PLUGINS = {kind.plugin for kind in KINDS.values()}

pytestmark = pytest.mark.skipif(not CORPUS, reason="the corpus of real dashboards is not beside the project")


@cache
def canonical() -> tuple[dict[str, Any], ...]:
    return tuple(compile_document(json.loads(path.read_bytes()), Origin.FILE, {}).spec for path in CORPUS)


def everything(*, as_is: bool = False, current: bool = False) -> Iterator[dict[str, Any]]:
    """Yield all panels of the corpus, in the quiet form or as they are; perhaps only those that are canonical in today's schema."""
    for spec in canonical():
        if not current or spec["schemaVersion"] == CURRENT:
            yield from (one.panel for one in panels(spec if as_is else quiet(spec)[0]) if one.panel["type"] != "row")


def raw_parts(call: Call) -> set[str]:
    """Return which parts of a panel stand in the call as Grafana stores them."""
    overrides = call.keywords.get("overrides") or []
    raw = {name for name in ("options", "field_config", "raw") if name in call.keywords}
    return raw | ({"overrides"} if any(isinstance(one, dict) for one in overrides) else set())


def test_helpers_say_most_of_real_panels() -> None:
    counts: Counter[str] = Counter()
    for one in everything():
        if one["type"] in PLUGINS:
            raw = raw_parts(recognise(copy.deepcopy(one), DEFAULT))
            counts += Counter(all=1, look=int(not raw - {"raw"}), everything=int(not raw))
    assert counts["all"] > 1000
    assert counts["look"] / counts["all"] > 0.93
    assert counts["everything"] / counts["all"] > 0.73


@pytest.mark.parametrize("as_is", [False, True], ids=["quiet", "as-is"])
def test_nothing_of_a_real_panel_is_lost(as_is: bool) -> None:
    """What is read from a panel makes the same panel."""
    for one in everything(as_is=as_is, current=True):
        one = {**one, "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}}  # some leave the grid, which helpers do not
        made = recognise(copy.deepcopy(one), DEFAULT).make()
        board = authoring.new_dashboard("T", uid="t", panels=made, variables=authoring.datasource_variable())
        spec = normalise(plain(board), Origin.GRAFANALIB).spec
        (after,) = spec["panels"] if as_is else quiet(spec)[0]["panels"]
        if "datasource" not in one:  # one is compiled into each panel with queries
            after.pop("datasource", None)
        empty = {"defaults": {}, "overrides": []}  # as good as none
        assert {"fieldConfig": empty, **after} == {"fieldConfig": empty, **one}


def test_panels_of_any_age_become_calls() -> None:
    helpers = Counter(recognise(copy.deepcopy(one), DEFAULT).helper for one in everything(as_is=True))
    assert sum(helpers.values()) > 1300
    assert helpers["panel"] < 230

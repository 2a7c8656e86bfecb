"""Laws of `dashkit import --upgrade`."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashkit.compiler.compile import compile_document
from dashkit.document.normalise import Origin
from dashkit.document.schema_steps import CURRENT
from dashkit.document.walk import panels
from dashkit.importer.upgrade import upgrade
from dashkit.importer.upgrade.panels import RETIRED

WORDS = st.sampled_from(
    [
        "",
        "a",
        "/a.*/",
        "A-series",
        "null as zero",
        "connected",
        "current",
        "avg",
        "[[v]]",
        "5m",
        "80,90",
        "auto",
        "nan",
        "-inf",
    ]
)
NUMBERS = st.integers(-3, 1100) | st.floats(-10, 10, allow_nan=False) | st.booleans() | st.none()
VALUES = st.recursive(
    WORDS | NUMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
FLAGS = st.booleans() | st.none()


KINDS = [*RETIRED, "table", "heatmap", "text", "stat", "gauge", "timeseries", "row", "mine"]


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects with some of the keys."""
    return st.fixed_dictionaries({}, optional=keys)


AXES = st.lists(
    some(format=WORDS, min=NUMBERS | WORDS, max=NUMBERS, label=WORDS, show=FLAGS, logBase=NUMBERS, decimals=NUMBERS)
)
SERIES = st.lists(
    some(alias=WORDS, color=WORDS, yaxis=st.sampled_from([1, 2]), bars=FLAGS, lines=FLAGS, fill=NUMBERS, fillGradient=NUMBERS,
         stack=FLAGS | WORDS, dashes=FLAGS, legend=FLAGS, points=FLAGS, fillBelowTo=WORDS, nullPointMode=WORDS)
)  # fmt: skip
LIMITS = st.lists(
    some(op=st.sampled_from(["lt", "gt"]), value=NUMBERS, colorMode=WORDS, fill=FLAGS, line=FLAGS, fillColor=WORDS)
)
STYLES = st.lists(
    some(pattern=WORDS, type=st.sampled_from(["number", "string", "date", "hidden"]), unit=WORDS, decimals=NUMBERS, alias=WORDS,
         colorMode=st.sampled_from(["cell", "row", "value", None]), colors=st.lists(WORDS), thresholds=st.lists(WORDS | NUMBERS),
         link=FLAGS, linkUrl=WORDS, mappingType=NUMBERS, valueMaps=st.lists(some(value=WORDS, text=WORDS)))
)  # fmt: skip
SETTINGS = some(
    id=st.integers(1, 5),
    title=WORDS, span=st.integers(1, 12), yaxes=AXES, seriesOverrides=SERIES, styles=STYLES, legend=some(show=FLAGS, values=FLAGS,
    max=FLAGS, hideZero=FLAGS, sort=WORDS), thresholds=LIMITS | WORDS, xaxis=some(mode=st.sampled_from(["time", "series", "histogram"]),
    show=FLAGS, values=st.lists(WORDS)), aliasColors=st.dictionaries(WORDS, WORDS), stack=FLAGS, percentage=FLAGS, nullPointMode=WORDS,
    format=WORDS, valueName=WORDS, gauge=some(show=FLAGS, maxValue=NUMBERS), sparkline=some(show=FLAGS, lineColor=WORDS),
    colorBackground=FLAGS, colors=st.lists(WORDS), valueMaps=st.lists(some(value=WORDS, text=WORDS)), transform=WORDS,
    columns=st.lists(some(value=WORDS, text=WORDS)), sort=some(col=NUMBERS, desc=FLAGS), pluginVersion=WORDS, options=some(a=WORDS),
    timeRegions=st.lists(some(fill=FLAGS, line=FLAGS, colorMode=WORDS, fromDayOfWeek=NUMBERS)), mode=WORDS, content=WORDS, dataFormat=WORDS, color=some(min=NUMBERS, max=NUMBERS, mode=WORDS, colorScheme=WORDS),
    targets=st.lists(some(expr=WORDS, refId=WORDS), max_size=2), autoMigrateFrom=st.sampled_from(["graph", "singlestat", "x"]),
)  # fmt: skip
PANELS = st.builds(lambda kind, settings: {**settings, "type": kind}, st.sampled_from(KINDS), SETTINGS)
ODD = st.dictionaries(
    st.sampled_from(["yaxes", "legend", "styles", "thresholds", "gauge", "xaxis", "valueMaps"]), VALUES
)
DOCUMENTS = st.fixed_dictionaries(
    {"uid": st.just("u"), "title": st.just("T"), "schemaVersion": st.integers(1, CURRENT)},
    optional={
        "panels": st.lists(PANELS, max_size=4),
        "rows": st.lists(
            some(title=WORDS, showTitle=FLAGS, collapse=FLAGS, panels=st.lists(PANELS, max_size=2)), max_size=2
        ),
        "templating": st.just({"list": [{"type": "custom", "name": "v", "query": "a"}]}),
    },
)


def upgraded(document: dict[str, Any]) -> dict[str, Any]:
    return upgrade(copy.deepcopy(document)).spec


@given(DOCUMENTS)
def test_what_is_upgraded_is_of_today(document: dict[str, Any]) -> None:
    once = upgraded(document)
    assert once["schemaVersion"] == CURRENT
    left = [placed.panel.get("type") for placed in panels(once)]
    assert not {"graph", "table-old"} & set(left)


@given(DOCUMENTS)
def test_upgrading_again_changes_nothing(document: dict[str, Any]) -> None:
    once = upgraded(document)
    assert upgraded(once) == once
    assert upgrade(once).modernised == ()


@given(DOCUMENTS)
def test_the_compiler_takes_what_was_upgraded_as_it_is(document: dict[str, Any]) -> None:
    once = upgraded(document)
    assert compile_document(copy.deepcopy(once), Origin.FILE, {}).spec["panels"] is not None


@given(st.lists(PANELS.flatmap(lambda panel: ODD.map(lambda odd: {**panel, **odd})), max_size=3))
def test_no_panel_however_odd_keeps_the_others_from_being_upgraded(odd: list[dict[str, Any]]) -> None:
    document = {
        "uid": "u",
        "title": "T",
        "schemaVersion": 20,
        "panels": [*odd, {"id": 99, "type": "graph", "title": "G"}],
    }
    made = {placed.panel["id"]: placed.panel.get("type") for placed in panels(upgraded(document))}
    assert made[99] == "timeseries"

"""From the classic schema to v2 and back: a dashboard that says the same."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.document.compare import content
from dashkit.document.datasources import MIXED
from dashkit.document.layout import DEFAULT_GRID
from dashkit.document.normalise import Origin, normalise
from dashkit.document.v2.down import down
from dashkit.document.v2.migrated import migrated
from dashkit.document.v2.up import up
from tests.conftest import SHARED
from tests.support.classic import WORDS, compiled, documents
from tests.support.project import classic_dashboards

CORPUS = sorted((SHARED / "corpus").glob("*.json"))
corpus = pytest.mark.skipif(not CORPUS, reason="the dashboards of others are not beside the project")
ACCEPTED: list[tuple[str, str]] = [
    # What says nothing, or the same in other words.
    (r"\+ /links/\d+/(asDropdown|includeVars|keepTime|targetBlank): false", "v2 has all flags of a link"),
    (r'\+ /links/\d+/(icon|tooltip): ""|\+ /links/\d+/tags: \[\]', "v2 has all texts of a link, and its tags"),
    (r"\+ /templating/\w+/sort: 0", "v2 has a word for no order"),
    (r"\+ /.*/transformations/\d+/options: \{\}", "a transformation without options has empty ones"),
    (r'\+ /.*/mappings/\d+/options/match: ""', "a mapping of special values names one in v2"),
    (r"- /.*/fieldConfig/defaults/(custom|links|mappings): (\{\}|\[\])", "empty parts of a configuration are left out"),
    (
        r'- /.*/fieldConfig: \{"defaults": \{"custom": \{\}(, "links": \[\])?\}, "overrides": \[\]\}',
        "as above: all are empty",
    ),
    (r"- /.*/targets/\d+/hide: false", "a query that is not hidden"),
    (r'- /templating/\w+/(allValue|label|queryValue|valuelabels): (""|\{\})', "empty texts are left out"),
    (r'- /templating/\w+/current/(text|value): ""', "an empty choice is none"),
    (
        r"- /templating/\w+/current/selected: (true|false)",
        "v2 says of options whether they are selected, not of the choice",
    ),
    (
        r'- /timepicker: \{("hidden": false, )?"refresh_intervals": \["5s", .*, "1d"\]\}',
        "the intervals that are offered anyway",
    ),
    (r'~ /.*\d/targets/\d+/datasource/uid: "\$\{(\w+)\}" -> "\$\1"', "a datasource that was named by a text alone"),
    (r'~ /templating/\w+/datasource/uid: "\$\{(\w+)\}" -> "\$\1"', "the same for a variable"),
    (r'~ /annotations/list/\d+/datasource/uid: "\$(\w+)" -> "\$\{\1\}"', "the same for an annotation"),
    (
        r'~ /timezone: "browser" -> ""',
        "where a file names no time zone, ours is the browser's, and v2's that of the server",
    ),
    # What v2 has no place for.
    (r"~ /panels/row \d+/gridPos/y: \d+ -> \d+", "rows follow each other without gaps"),
    (r"~ /panels/row \d+/gridPos/h: \d+ -> 1", "the header of a row is one line high"),
    (r"~ /panels/row \d+/gridPos/x: \d+ -> 0", "the header of a row begins at the left"),
    (r"- /panels/row \d+/(collapse|showTitle|titleSize): .*", "what rows had before they were panels"),
    (r'- /panels/\d+/repeatDirection: "h"', "the direction of a repeat for no variable"),
    (r"- /.*/mappings/\d+/id: \d", "the ids of mappings, which Grafana dropped in version 8"),
    (r"- /.*/fieldConfig/defaults/unitScale: true", "keys of a field that v2 does not list"),
    (
        r"[+-] /panels/row \d+/panels/\d+/links/\d+/(dashboard|includeVars|keepTime|type|url): .*",
        "links of schema 18 in a row",
    ),
    (r"- /templating/\w+/(includeAll|multi): false", "a text or an interval is no choice"),
    (r"- /templating/\w+/options: \[\{.*\}\]", "a text or a constant has no options"),
    (r"- /templating/\w+/refresh: \d", "only queries and datasources are asked again"),
    (r"- /templating/\w+/error: .*", "what went wrong when it was saved"),
    (r"- /folderName: .*", "keys of a dashboard that Grafana does not know"),
]
"""What does not come back the same: (pattern of the whole line, reason). Each must be needed by a dashboard."""


def canonical(spec: dict[str, Any]) -> dict[str, Any]:
    named = {**copy.deepcopy(spec), "uid": "u", "title": spec.get("title") or "T"}
    return by_name(content(normalise(named, Origin.FILE).spec))


def by_name(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the document with objects instead of lists: panels by id, rows by their number, variables by name.

    A row's id says nothing, and what overlaps its header counts as below it. Lines are counted from the header. A panel's
    datasource is that of its queries: v2 has no place for another one.
    """
    found: dict[str, Any] = {}
    groups: list[tuple[int | None, list[dict[str, Any]]]] = [(None, [])]
    for panel in spec.get("panels", []):
        if panel.get("type") == "row":
            y = panel.get("gridPos", {}).get("y", 0)
            inside = {one["id"]: queried(one) for one in below(panel.get("panels", []), y)}
            row = {key: value for key, value in panel.items() if key != "id"}
            found[f"row {len(groups)}"] = {**row, **({"panels": inside} if inside else {})}
            groups.append((y, []))
        else:
            groups[-1][1].append(panel)
    found |= {one["id"]: queried(one) for y, panels in groups for one in below(panels, y)}
    variables = {entry.get("name"): entry for entry in spec.get("templating", {}).get("list", [])}
    return {**spec, "panels": found, "templating": variables}


def below(panels: list[dict[str, Any]], header: int | None) -> list[dict[str, Any]]:
    if header is None:
        return panels
    places = [one.get("gridPos", DEFAULT_GRID) for one in panels]
    start = min([header + 1, *(place["y"] for place in places)])
    return [{**one, "gridPos": {**at, "y": at["y"] - start}} for one, at in zip(panels, places, strict=True)]


def queried(panel: dict[str, Any]) -> dict[str, Any]:
    own = panel.get("datasource")
    inherited = {"datasource": own} if own and own.get("uid") != MIXED else {}
    shown = {key: value for key, value in panel.items() if key != "datasource"}
    return {**shown, "targets": [{**inherited, **target} for target in panel.get("targets", [])]}


def differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys(), key=str):
            if key in old and key in new:
                yield from differences(old[key], new[key], f"{path}/{key}")
            else:
                sign, value = ("-", old[key]) if key in old else ("+", new[key])
                yield f"{sign} {path}/{key}: {json.dumps(value)}"
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{path}/{index}")
    elif type(old) is not type(new) or old != new:
        yield f"~ {path}: {json.dumps(old)} -> {json.dumps(new)}"


def not_back(spec: dict[str, Any]) -> list[str]:
    """What is not the same after the way to v2 and back."""
    found = down(up(spec))
    assert found.losses == ()
    return list(differences(canonical(migrated(spec)), canonical(found.classic)))


def unexpected(spec: dict[str, Any]) -> list[str]:
    return [line for line in not_back(spec) if not any(re.fullmatch(pattern, line) for pattern, _ in ACCEPTED)]


@corpus
@pytest.mark.parametrize("path", CORPUS, ids=[path.stem for path in CORPUS])
def test_a_real_dashboard_comes_back(path: Path) -> None:
    assert unexpected(json.loads(path.read_bytes())) == []


def test_our_own_dashboards_come_back() -> None:
    assert len(classic_dashboards()) == 34
    assert {
        dashboard.uid: lines for dashboard in classic_dashboards() if (lines := unexpected(dict(dashboard.spec)))
    } == {}


@corpus
def test_each_accepted_difference_is_there() -> None:
    assert len(CORPUS) == 108
    specs = [*(json.loads(path.read_bytes()) for path in CORPUS), *(dict(one.spec) for one in classic_dashboards())]
    lines = {line for spec in specs for line in not_back(spec)}
    assert [pattern for pattern, _ in ACCEPTED if not any(re.fullmatch(pattern, line) for line in lines)] == []


NAMES = st.text("abcdefgh_", min_size=1, max_size=6)
CURRENT = st.builds(
    lambda value: {"text": value, "value": value}, st.one_of(WORDS, st.lists(WORDS, min_size=1, max_size=2))
)
SOURCE = st.sampled_from([{"type": "prometheus", "uid": "p"}, {"type": "loki", "uid": "${ds}"}])
OPTIONS = st.lists(st.builds(lambda value: {"selected": False, "text": value, "value": value}, WORDS), max_size=3)
CHOICE = {"multi": st.booleans(), "includeAll": st.booleans(), "allValue": WORDS, "allowCustomValue": st.just(False)}
COMMON = {"label": WORDS, "description": WORDS, "hide": st.integers(0, 3), "skipUrlSync": st.just(True)}


def variable(kind: str, /, needed: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(kind), "name": NAMES, **needed}, optional=COMMON | optional)


variables = st.one_of(
    variable(
        "query", {"query": st.one_of(WORDS, st.just({"query": "label_values(up, job)", "refId": "A"})), "datasource": SOURCE},
        refresh=st.integers(0, 2), sort=st.integers(1, 8), regex=WORDS, current=CURRENT, definition=WORDS, **CHOICE,
    ),
    variable("datasource", {"query": WORDS}, regex=WORDS, refresh=st.just(1), **CHOICE),
    variable("custom", {"query": WORDS}, current=CURRENT, options=OPTIONS, **CHOICE),
    variable("interval", {"query": WORDS, "refresh": st.just(2), "auto": st.booleans(), "auto_count": st.integers(1, 50),
                          "auto_min": WORDS}, current=CURRENT, options=OPTIONS),
    variable("textbox", {"query": WORDS}, current=CURRENT),
    variable("constant", {"query": WORDS}, current=CURRENT),
    variable("adhoc", {"datasource": SOURCE}, filters=st.just([{"key": "k", "operator": "=", "value": "v"}])),
)  # fmt: skip
annotations = st.fixed_dictionaries(
    {"name": NAMES, "datasource": SOURCE, "enable": st.booleans(), "hide": st.booleans()},
    optional={
        "iconColor": WORDS,
        "expr": WORDS,
        "target": st.just({"limit": 5}),
        "filter": st.just({"ids": [1]}),
    },
)
links = st.fixed_dictionaries(
    {"title": WORDS, "url": WORDS, "type": st.sampled_from(["link", "dashboards"])},
    optional={"keepTime": st.booleans(), "tags": st.lists(WORDS, max_size=2), "icon": WORDS, "tooltip": WORDS},
)
settings = st.fixed_dictionaries(
    {},
    optional={
        "graphTooltip": st.integers(0, 2), "editable": st.booleans(), "liveNow": st.booleans(), "preload": st.booleans(),
        "weekStart": st.just("monday"), "timezone": st.sampled_from(["utc", "browser"]), "fiscalYearStartMonth": st.integers(0, 11),
        "time": st.just({"from": "now-1h", "to": "now-1m"}), "links": st.lists(links, max_size=2),
        "timepicker": st.sampled_from([{}, {"hidden": True}, {"nowDelay": "1m", "refresh_intervals": ["1m"]}]),
        "templating": st.lists(variables, max_size=4, unique_by=lambda one: one["name"]).map(lambda found: {"list": found}),
        "annotations": st.lists(annotations, max_size=2).map(lambda found: {"list": found}),
    },
)  # fmt: skip
REPEAT = st.fixed_dictionaries(
    {"repeat": st.just("job")}, optional={"maxPerRow": st.integers(1, 6), "repeatDirection": st.sampled_from("hv")}
)
PANEL = st.fixed_dictionaries(
    {},
    optional={
        "interval": st.just("1m"),
        "maxDataPoints": st.integers(1, 500), "timeFrom": st.just("2h"), "timeShift": st.just("1d"), "cacheTimeout": st.just("60"),
        "transformations": st.just([{"id": "organize", "options": {"a": 1}, "disabled": True}]), "pluginVersion": st.just("12.0.0"),
        "links": st.just([{"title": "L", "url": "/d/x", "targetBlank": True}]), "hideTimeOverride": st.just(True),
    },
)  # fmt: skip


def placeable(panels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave out panels between a collapsed row and the next one: Grafana's conversion takes them into the row."""
    collapsed = False
    for panel in panels:
        collapsed = panel["collapsed"] if panel["type"] == "row" else collapsed
        if panel["type"] == "row" or not collapsed:
            yield panel


@st.composite
def whole(draw: st.DrawFn) -> dict[str, Any]:
    """A canonical document with something of all that both schemas can say."""
    spec = copy.deepcopy({**draw(documents), **draw(settings)})
    spec["panels"] = list(placeable(spec["panels"]))
    for panel in spec["panels"]:
        for one in (panel, *panel.get("panels", [])):
            repeat = draw(st.one_of(st.just({}), REPEAT))
            one |= (
                {key: repeat[key] for key in ("repeat",) if repeat}
                if one["type"] == "row"
                else {**draw(PANEL), **repeat}
            )
    return compiled(spec)


@given(whole())
def test_any_canonical_document_comes_back(spec: dict[str, Any]) -> None:
    assert unexpected(spec) == []


ROW = {
    "id": 1,
    "type": "row",
    "title": "R",
    "collapsed": True,
    "panels": [],
    "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1},
}
STAT = {"id": 2, "type": "stat", "gridPos": {"x": 0, "y": 1, "w": 12, "h": 8}}
LOST: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a variable of an unknown type": (
        {"templating": {"list": [{"type": "system", "name": "user"}]}}, ["- /templating/user"],
    ),
    "a key of the dashboard that v2 does not know": ({"mood": "good"}, ["- /mood"]),
    "the sizes of a repeat for no variable": ({"panels": [{**STAT, "maxPerRow": 2}]}, ["- /panels/2/maxPerRow"]),
    "the datasource of an annotation that does not say its type": (
        {"annotations": {"list": [{"name": "a", "hide": False, "datasource": {"uid": "p"}}]}}, ["- /annotations/list/0/datasource"],
    ),
    "that a panel after a collapsed row is not in it": (
        {"panels": [ROW, STAT]}, ["- /panels/2", "+ /panels/row 1/panels"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("spec", "lines"), LOST.values(), ids=LOST)
def test_what_the_way_to_v2_loses_does_not_come_back(spec: dict[str, Any], lines: list[str]) -> None:
    """Grafana's conversion drops it, so no document of v2 can give it back."""
    found = unexpected(compiled({"uid": "u", "title": "T", "panels": [], **copy.deepcopy(spec)}))
    assert [line.partition(":")[0] for line in found] == lines


def test_a_switch_comes_back_and_is_named() -> None:
    options = [{"selected": True, "text": "on", "value": "on"}, {"selected": False, "text": "off", "value": "off"}]
    switch = {"type": "switch", "name": "s", "current": {"text": "on", "value": "on"}, "options": options}
    spec = compiled({"uid": "u", "title": "T", "panels": [], "templating": {"list": [switch]}})
    found = down(up(spec))
    assert [loss.what for loss in found.losses] == ["variable 's'"]
    assert list(differences(canonical(spec), canonical(found.classic))) == ['+ /templating/s/query: ""']

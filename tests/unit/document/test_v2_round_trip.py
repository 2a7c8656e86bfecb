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
from dashkit.document.layout import DEFAULT_GRID
from dashkit.document.normalise import Origin, normalise
from dashkit.document.v2.down import down
from dashkit.document.v2.migrated import migrated
from dashkit.document.v2.up import up
from tests.conftest import SHARED
from tests.support.classic import WORDS, compiled, documents
from tests.support.project import dashboards

CORPUS = sorted((SHARED / "corpus").glob("*.json"))
corpus = pytest.mark.skipif(not CORPUS, reason="the dashboards of others are not beside the project")
_UID = r"~ /(panels/(row \d+/panels/)?\d+/(targets/\d+/)?|templating/\w+/|annotations/list/\d+/)datasource/uid"
ACCEPTED: list[tuple[str, str]] = [
    # What says nothing, or the same in other words.
    (r"\+ /links/\d+/(asDropdown|includeVars|keepTime|targetBlank): false", "v2 has all flags of a link"),
    (r'\+ /links/\d+/(icon|tooltip): ""|\+ /links/\d+/tags: \[\]', "v2 has all texts of a link, and its tags"),
    (r"\+ /templating/\w+/sort: 0", "v2 has a word for no order"),
    (r"\+ /.*/transformations/\d+/options: \{\}", "a transformation without options has empty ones"),
    (r'\+ /.*/mappings/\d+/options/match: ""', "a mapping of special values names one in v2"),
    (r"- /.*/fieldConfig/defaults/(custom|links|mappings): (\{\}|\[\])", "empty parts of a configuration are left out"),
    (r'- /.*/fieldConfig: \{"defaults": \{"custom": \{\}(, "links": \[\])?\}, "overrides": \[\]\}', "as above: all are empty"),
    (r"- /.*/targets/\d+/hide: false", "a query that is not hidden"),
    (r'- /templating/\w+/(allValue|label|queryValue|valuelabels): (""|\{\})', "empty texts are left out"),
    (r'- /templating/\w+/current/(text|value): ""', "an empty choice is none"),
    (r"- /templating/\w+/current/selected: (true|false)", "v2 says of options whether they are selected, not of the choice"),
    (r'- /timepicker: \{("hidden": false, )?"refresh_intervals": \["5s", .*, "1d"\]\}', "the intervals that are offered anyway"),
    (_UID + r': "\$\{(\w+)\}" -> "\$\4"', "a datasource that was named by a text alone"),
    (r'~ /annotations/list/\d+/datasource/uid: "\$(\w+)" -> "\$\{\1\}"', "the same for an annotation"),
    (r'~ /timezone: "browser" -> ""', "where a file names no time zone, ours is the browser's, and v2's that of the server"),
    # Of a panel's datasource, v2 knows only that of its queries.
    (r'~ /.*\d/datasource/type: "datasource" -> "\w+"', "queries of one datasource are not mixed"),
    (r'~ /.*\d/datasource/uid: "-- Mixed --" -> ".*"', "queries of one datasource are not mixed"),
    (r"[+-] /panels/(row \d+/panels/)?\d+/datasource: \{.*\}", "only queries have a datasource"),
    # What v2 has no place for.
    (r"~ /panels/row \d+/gridPos/y: \d+ -> \d+", "rows follow each other without gaps"),
    (r"~ /panels/row \d+/gridPos/h: \d+ -> 1", "the header of a row is one line high"),
    (r"~ /panels/row \d+/gridPos/x: \d+ -> 0", "the header of a row begins at the left"),
    (r"- /panels/row \d+/(collapse|showTitle|titleSize): .*", "what rows had before they were panels"),
    (r'- /panels/\d+/repeatDirection: "h"', "the direction of a repeat for no variable"),
    (r"- /.*/mappings/\d+/id: \d", "the ids of mappings, which Grafana dropped in version 8"),
    (r"- /.*/fieldConfig/defaults/unitScale: true", "keys of a field that v2 does not list"),
    (r"[+-] /panels/row \d+/panels/\d+/links/\d+/(dashboard|includeVars|keepTime|type|url): .*", "links of schema 18 in a row"),
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

    A row's id says nothing, and what overlaps its header counts as below it. Lines are counted from the header.
    """
    found: dict[str, Any] = {}
    groups: list[tuple[int | None, list[dict[str, Any]]]] = [(None, [])]
    for panel in spec.get("panels", []):
        if panel.get("type") == "row":
            y = panel.get("gridPos", {}).get("y", 0)
            inside = {one["id"]: one for one in below(panel.get("panels", []), y)}
            row = {key: value for key, value in panel.items() if key != "id"}
            found[f"row {len(groups)}"] = {**row, **({"panels": inside} if inside else {})}
            groups.append((y, []))
        else:
            groups[-1][1].append(panel)
    found |= {one["id"]: one for y, panels in groups for one in below(panels, y)}
    variables = {entry.get("name"): entry for entry in spec.get("templating", {}).get("list", [])}
    return {**spec, "panels": found, "templating": variables}


def below(panels: list[dict[str, Any]], header: int | None) -> list[dict[str, Any]]:
    if header is None:
        return panels
    places = [one.get("gridPos", DEFAULT_GRID) for one in panels]
    start = min([header + 1, *(place["y"] for place in places)])
    return [{**one, "gridPos": {**at, "y": at["y"] - start}} for one, at in zip(panels, places, strict=True)]


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
    assert len(dashboards()) == 35
    assert {dashboard.uid: lines for dashboard in dashboards() if (lines := unexpected(dict(dashboard.spec)))} == {}


@corpus
def test_each_accepted_difference_is_there() -> None:
    assert len(CORPUS) == 108
    specs = [*(json.loads(path.read_bytes()) for path in CORPUS), *(dict(one.spec) for one in dashboards())]
    lines = {line for spec in specs for line in not_back(spec)}
    assert [pattern for pattern, _ in ACCEPTED if not any(re.fullmatch(pattern, line) for line in lines)] == []

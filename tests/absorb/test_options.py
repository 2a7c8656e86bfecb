"""Every option of every helper: another value in Grafana becomes another argument in the code, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dashkit.authoring as authoring
from dashkit.absorb.boards import read_board
from dashkit.absorb.reshape import code
from dashkit.authoring.arguments import arguments_of
from dashkit.authoring.call import Call, made
from dashkit.authoring.panels import KINDS
from dashkit.authoring.queries import QUERY_KINDS
from dashkit.compiler.plain import plain
from dashkit.document.normalise import Origin, normalise
from tests.support.absorbing import absorb
from tests.support.samples import samples

#: Arguments that are about the place of a panel or its identity, or pass raw JSON on.
_OTHERS = ("when", "width", "height", "position", "key", "title", "raw", "options", "field_config", "content", "feed")
#: What an argument needs beside it.
_BESIDE: dict[str, dict[str, Any]] = {"min": {"max": 10**6}, "max": {"min": -(10**6)}, "x": {"y": "b"}}
_FIRST = {"text": ("some text",), "news": ("https://example.org/feed",)}
_WITHOUT_QUERIES = ("text", "news", "alert_list", "dashboard_list", "annotations_list")


@dataclass(frozen=True)
class Change:
    """A call before and after somebody changed one option."""

    option: str
    before: Call
    after: Call


def module(uid: str, calls: list[Call]) -> str:
    """A module with a dashboard of panels, one a line."""
    lines = "".join(f"        {code(call)},\n" for call in calls)
    return (
        "from dashkit.authoring import *\n\n"
        f'dashboard = new_dashboard("{uid}", uid="{uid}", variables=datasource_variable(), panels=[\n{lines}    ])\n'
    )


def recognised(panels: list[Any]) -> list[Call]:
    """The calls that code made of these panels would be."""
    made = authoring.new_dashboard("T", uid="t", panels=panels, variables=authoring.datasource_variable())
    spec = normalise(plain(made), Origin.GRAFANALIB).spec
    return list(read_board("t", spec).panels.values())


def changes_of(helper: str, first: tuple[Any, ...], names: list[Any]) -> Iterator[Change]:
    """Each option given, changed and left out."""
    told: list[tuple[str, Any]] = []
    for argument in names:
        for value in samples(argument):
            beside = _BESIDE.get(argument.name, {})
            try:
                told.append((argument.name, getattr(authoring, helper)(*made(list(first)), **{**beside, argument.name: value})))
            except (ValueError, TypeError):
                continue
    values: dict[str, list[Any]] = {}
    for (name, _), call in zip(told, recognised([panel for _, panel in told]), strict=True):
        beside = _BESIDE.get(name, {})
        if call.helper == helper and call.keywords.keys() == {name, *beside}:
            value = call.keywords[name]
            if isinstance(value, dict) and value.get("type") == "loki" and name == "datasource":
                continue  # so that its query would be one of Loki
            if code(value) not in map(code, values.setdefault(name, [])):
                values[name].append(value)
    for name, found in values.items():
        beside = _BESIDE.get(name, {})
        without = Call(helper, first, beside)
        for one, other in zip([None, *found[:2]], [*found[:2], None], strict=True):
            if name in ("min", "max") and None in (one, other):
                continue
            yield Change(name, *(without if v is None else Call(helper, first, {**beside, name: v}) for v in (one, other)))


def with_key(call: Call, number: int) -> Call:
    return Call(call.helper, (call.arguments[0] + str(number), *call.arguments[1:]), {"key": number, **call.keywords})


def test_an_option_of_a_panel_becomes_its_argument(tmp_path: Path) -> None:
    before, wanted, missing = {}, {}, {}
    for helper, kind in KINDS.items():
        names = [one for one in arguments_of(kind.table).values() if one.name not in _OTHERS]
        queries = () if helper in _WITHOUT_QUERIES else (Call("loki" if helper == "logs" else "prometheus", ("up",)),)
        found = list(changes_of(helper, ("P", *_FIRST.get(helper, ()), *queries), names))
        missing[helper] = {one.name for one in names} - {one.option for one in found}
        path, uid = f"dashboards/{helper}.py", helper.replace("_", "-")
        before[path] = module(uid, [with_key(one.before, index + 1) for index, one in enumerate(found)])
        wanted[path] = module(uid, [with_key(one.after, index + 1) for index, one in enumerate(found)])
    # One of these two alone is no point, and what shows no query has no use for a datasource and overrides.
    nothing = {helper: {"datasource", "overrides"} for helper in _WITHOUT_QUERIES}
    assert {helper: names for helper, names in missing.items() if names} == {"geomap": {"latitude", "longitude"}, **nothing}
    taken = absorb(tmp_path, before, wanted, *(helper.replace("_", "-") for helper in KINDS))
    for path, text in wanted.items():
        for made_line, line in zip(taken.texts[path].splitlines(), text.splitlines(), strict=True):
            assert made_line == line
    assert taken.found.left == ()

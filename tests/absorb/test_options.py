"""Every option of every helper: another value in Grafana becomes another argument in the code, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import dashkit.authoring as authoring
import dashkit.authoring.variables as variables
from dashkit.absorb.boards import read_board
from dashkit.absorb.reshape import code
from dashkit.authoring.arguments import Argument, arguments_of
from dashkit.authoring.call import Call
from dashkit.authoring.overrides import OverrideOptions
from dashkit.authoring.panels import KINDS
from dashkit.authoring.queries import QUERY_KINDS
from dashkit.compiler.plain import plain
from dashkit.document.normalise import Origin, normalise
from tests.support.absorbing import Absorbed, absorb
from tests.support.samples import samples

#: Arguments that are about the place of a panel or its identity, or pass raw JSON on.
_OTHERS = ("when", "width", "height", "position", "key", "title", "raw", "options", "field_config", "content", "feed")
#: What an argument needs beside it.
_BESIDE: dict[str, dict[str, Any]] = {"min": {"max": 10**6}, "max": {"min": -(10**6)}, "x": {"y": "b"}}
_POSITIONAL: dict[str, Any] = {
    "expr": "sum(up)",
    "legend": "{{job}}",
    "of": "A",
    "calc": "max",
    "step": "1m",
    "resources": ["/sub/x"],
}
_VARIABLES = (
    ("query_variable", variables.QUERY, ("v", "label_values(up, job)")),
    ("custom_variable", variables.CUSTOM, ("v", ["a", "b"])),
    ("datasource_variable", variables.DATASOURCE, ("v", "prometheus")),
    ("interval_variable", variables.INTERVAL, ("v", ["1m", "5m"])),
    ("constant_variable", variables.CONSTANT, ("v", "one")),
    ("text_variable", variables.TEXT, ("v", "one")),
    ("adhoc_variable", variables.ADHOC, ("v",)),
)
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


def changes_of(call: Call, names: list[Argument], seen: Callable[[list[Call]], list[Call]]) -> Iterator[Change]:
    """Each option of a helper given, changed and left out.

    Args:
        call: with its first arguments only.
        seen: returns calls as the search sees them, once they are compiled.
    """
    told: list[tuple[str, Call]] = []
    for argument in names:
        for value in samples(argument):
            given = replace(call, keywords={**call.keywords, **_BESIDE.get(argument.name, {}), argument.name: value})
            with suppress(ValueError, TypeError):
                given.make()
                told.append((argument.name, given))
    values: dict[str, list[Any]] = {}
    for (name, given), found in zip(told, seen([one for _, one in told]), strict=True):
        if not isinstance(found, Call) or found.helper != call.helper or found.keywords.keys() != given.keywords.keys():
            continue
        value = found.keywords[name]
        if name == "datasource" and isinstance(value, dict) and value.get("type") == "loki":
            continue  # its query would be one of Loki
        if code(value) not in map(code, values.setdefault(name, [])):
            values[name].append(value)
    for name, many in values.items():
        beside = {**call.keywords, **_BESIDE.get(name, {})}
        for one, other in zip([None, *many[:2]], [*many[:2], None], strict=True):
            if not (name in ("min", "max") and None in (one, other)):
                yield Change(
                    name, *(replace(call, keywords=beside if v is None else {**beside, name: v}) for v in (one, other))
                )


def panels_seen(calls: list[Call]) -> list[Call]:
    """Panels as the search sees them."""
    panels = [call.make() for call in calls]
    made = authoring.new_dashboard("T", uid="t", panels=panels, variables=authoring.datasource_variable())
    return list(read_board("t", normalise(plain(made), Origin.GRAFANALIB).spec).panels.values())


def queries_seen(calls: list[Call]) -> list[Call]:
    """Queries as the search sees them."""
    return [panel.arguments[1] for panel in panels_seen([Call("timeseries", ("P", call)) for call in calls])]


def overrides_seen(calls: list[Call]) -> list[Call]:
    """Overrides as the search sees them."""
    return [
        panel.keywords.get("overrides", [Call("override")])[0]
        for panel in panels_seen([Call("stat", ("P", "up"), {"overrides": [call]}) for call in calls])
    ]


def variables_seen(calls: list[Call]) -> list[Call]:
    """Variables as the search sees them, behind one of a datasource."""
    variables = [authoring.datasource_variable(), *(call.make() for call in calls)]
    made = authoring.new_dashboard("T", uid="t", panels=[], variables=variables)
    return read_board("t", normalise(plain(made), Origin.GRAFANALIB).spec).lists["variables"][1:]


def with_key(call: Call, number: int) -> Call:
    return Call(call.helper, (call.arguments[0] + str(number), *call.arguments[1:]), {"key": number, **call.keywords})


def test_an_option_of_a_panel_becomes_its_argument(tmp_path: Path) -> None:
    before, wanted, missing, seen = dict[str, str](), dict[str, str](), dict[str, set[str]](), set[str]()
    for helper, kind in KINDS.items():
        names = [one for one in arguments_of(kind.table).values() if one.name not in _OTHERS]
        queries = () if helper in _WITHOUT_QUERIES else (Call("loki" if helper == "logs" else "prometheus", ("up",)),)
        call = Call(helper, ("P", *_FIRST.get(helper, ()), *queries))
        found = list(changes_of(call, names, panels_seen))
        missing[helper] = {one.name for one in names} - {one.option for one in found}
        # What many helpers have is given, changed and left out with one of them, and one of these with the others.
        found = [one for index, one in enumerate(found) if one.option not in seen or index % 3 == len(before) % 3]
        seen |= missing[helper] | {one.option for one in found}
        path, uid = f"dashboards/{helper}.py", helper.replace("_", "-")
        before[path] = module(uid, [with_key(one.before, index + 1) for index, one in enumerate(found)])
        wanted[path] = module(uid, [with_key(one.after, index + 1) for index, one in enumerate(found)])
    # One of these two alone is no point, and what shows no query has no use for a datasource and overrides.
    nothing = {helper: {"datasource", "overrides"} for helper in _WITHOUT_QUERIES}
    assert {helper: names for helper, names in missing.items() if names} == {
        "geomap": {"latitude", "longitude"},
        **nothing,
    }
    taken = absorb(tmp_path, before, wanted, *(helper.replace("_", "-") for helper in KINDS))
    assert_becomes(taken, wanted)


def assert_becomes(taken: Absorbed, wanted: dict[str, str]) -> None:
    assert taken.found.left == ()
    for path, text in wanted.items():
        for made, line in zip(taken.texts[path].splitlines(), text.splitlines(), strict=True):
            assert made == line


def test_an_option_of_a_query_becomes_its_argument(tmp_path: Path) -> None:
    calls: list[tuple[Call, Call]] = []
    for kind in QUERY_KINDS:
        arguments = tuple(_POSITIONAL.get(name, f"{name} of it") for name in kind.positional)
        # Those of datasources that have several types need one.
        source = (
            {} if kind.type or "datasource" in kind.fixed else {"datasource": {"type": kind.types[0], "uid": "own"}}
        )
        call = Call(kind.helper, arguments, source)
        names = [
            one for one in arguments_of(kind.table).values() if one.name not in (*kind.positional, "raw", "datasource")
        ]
        found = list(changes_of(call, names, queries_seen))
        calls += [(one.before, one.after) for one in found]
        for index, value in enumerate(arguments):
            other = [*value, "/sub/y"] if isinstance(value, list) else "min" if value == "max" else f"{value}2"
            calls.append((call, replace(call, arguments=(*arguments[:index], other, *arguments[index + 1 :]))))
    panels = [
        [Call("timeseries", (f"P{index}", call), {"key": index + 1}) for index, call in enumerate(side)]
        for side in zip(*calls, strict=True)
    ]
    before, wanted = ({"dashboards/t.py": module("t", side)} for side in panels)
    assert_becomes(absorb(tmp_path, before, wanted, "t"), wanted)


def test_an_option_of_an_override_becomes_its_argument(tmp_path: Path) -> None:
    names = [one for one in arguments_of(OverrideOptions).values() if one.name not in ("custom", "raw")]
    found = list(changes_of(Call("override", ("a",), {"custom": {"hidden": 3}}), names, overrides_seen))
    panels = [
        [Call("stat", (f"P{index}", "up"), {"key": index + 1, "overrides": [call]}) for index, call in enumerate(side)]
        for side in ([one.before for one in found], [one.after for one in found])
    ]
    before, wanted = ({"dashboards/t.py": module("t", side)} for side in panels)
    assert_becomes(absorb(tmp_path, before, wanted, "t"), wanted)


def test_an_option_of_a_variable_becomes_its_argument(tmp_path: Path) -> None:
    calls: list[tuple[Call, Call]] = []
    for helper, kind, first in _VARIABLES:
        names = [one for one in arguments_of(kind.table).values() if one.name not in (*kind.positional, "raw")]
        found = list(changes_of(Call(helper, first), names, variables_seen))
        calls += [(one.before, one.after) for one in found]
        if len(first) > 1:
            call = Call(helper, first)
            calls.append(
                (
                    call,
                    replace(
                        call,
                        arguments=(
                            first[0],
                            "loki"
                            if kind is variables.DATASOURCE
                            else [*first[1], "c"]
                            if isinstance(first[1], list)
                            else f"{first[1]}5",
                        ),
                    ),
                )
            )

    def text(side: tuple[Call, ...]) -> dict[str, str]:
        named = [replace(call, arguments=(f"v{index}", *call.arguments[1:])) for index, call in enumerate(side)]
        lines = "".join(f"    {code(call)},\n" for call in named)
        head = 'from dashkit.authoring import *\n\ndashboard = new_dashboard("T", uid="t", panels=[text("T", "T")], variables=[\n'
        return {"dashboards/t.py": f"{head}    datasource_variable(),\n{lines}])\n"}

    before, wanted = map(text, zip(*calls, strict=True))
    assert_becomes(absorb(tmp_path, before, wanted, "t"), wanted)

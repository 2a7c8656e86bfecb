"""The reference of `dashkit.authoring`, from its functions and its tables of arguments."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

ROOT = Path(__file__).resolve().parent.parent

INTRO = """\
# The authoring vocabulary

Import everything from `dashkit.authoring`:

```python
from dashkit.authoring import new_dashboard, prometheus, row, stat, timeseries
```

The names are those of Grafana's menus. What you write is checked at once: a wrong value is an error with its line and the
nearest right one, and editors and type checkers know every option. A single value is enough where a list would have one entry,
and a text is enough for a PromQL query. `scripts/generate_docs.py` generates this page from the code.

## What has no option

Each panel takes raw JSON too, as Grafana shows it under *Inspect > Panel JSON*: `options` and `field_config` are written over
what the helper makes, key by key, and `raw` over the panel itself. None removes a key:

```python
stat("Errors", "sum(errors)", options={"wideLayout": None}, raw={"pluginVersion": "12.3.3"})
```

[`panel`](#panel) shows a panel of any kind, also one of a plugin. For these kinds of Grafana's own it is all there is to say:
`canvas`, `flamegraph`, `traces`, `datagrid`, `live`. [`query`](#query) is the same for queries. grafanalib's objects, the
Foundation SDK's builders and plain dicts stand beside the helpers of this page.

An option whose default is written can be left to Grafana with None: `timeseries("Load", "node_load1", min=None)`.
"""

LAYOUT = """\
Panels flow from left to right, and a new line begins where one would not fit. In a line, panels without a `height` are as high
as the highest. `grid` always begins on a new line. A panel with a `position` stays there. Sizes, unless you say another:
"""

DYNAMIC = """\
These make one of Grafana's dynamic dashboards. They mix freely with rows, grids and panels:

```python
new_dashboard(
    "Shop",
    uid="shop",
    variables=[datasource_variable(), switch_variable("debug")],
    panels=[
        stat("Orders", "sum(orders)"),
        tabs(
            tab("Latency", grid(2, timeseries("p95", P95), timeseries("p50", P50))),
            tab("Errors", auto_grid(timeseries("5xx", ERRORS), logs("Logs", LOGS, when=show_when(has_data=True)))),
        ),
        row("Debug", table("Builds", BUILDS), when=show_when(variable="debug", equals="true")),
    ],
)
```

Such a dashboard is compiled to Grafana's v2 schema. Each panel keeps the id that it has in a classic dashboard, and its `key` is
the name of its element. For a Grafana without that schema, a push makes a classic dashboard of it and names what is lost; with
`strict=True` it refuses.
"""

#: Sections, with their functions and the groups of options that are explained in them.
SECTIONS: dict[str, tuple[str, ...]] = {
    "Dashboards, rows and places": ("new_dashboard", "row", "grid"),
    "Tabs, auto grids and conditions": ("tabs", "tab", "auto_grid", "show_when"),
    "Options of every panel": ("PanelOptions",),
    "Options that kinds share": (
        "ValueOptions", "LineOptions", "ShapeOptions", "AxisOptions", "LegendOptions", "TooltipOptions", "TileOptions",
        "ReduceOptions", "StateOptions", "CellOptions",
    ),
    "Graphs over time": ("timeseries", "trend", "candlestick"),
    "Single values": ("stat", "gauge", "bar_gauge"),
    "Tables": ("table",),
    "Charts": ("bar_chart", "pie_chart", "xy_chart", "histogram", "heatmap"),
    "States": ("state_timeline", "status_history"),
    "Logs and texts": ("logs", "text"),
    "Lists": ("alert_list", "dashboard_list", "annotations_list", "news"),
    "Maps": ("geomap", "node_graph"),
    "Any panel": ("panel",),
    "Colours and texts for values": ("thresholds", "mapping", "override"),
    "Queries": (
        "prometheus", "loki", "elasticsearch", "sql", "influxdb", "graphite", "tempo", "cloudwatch", "azure_logs", "query",
        "QueryOptions",
    ),
    "Expressions": ("math", "reduce", "resample"),
    "Variables": (
        "query_variable", "custom_variable", "datasource_variable", "interval_variable", "constant_variable", "text_variable",
        "adhoc_variable", "switch_variable", "ChoiceOptions", "VariableOptions",
    ),
    "Links and events": ("link", "dashboard_link", "tag_links", "web_link", "event_annotation", "deploy_annotation"),
}  # fmt: skip


def page() -> str:
    """docs/authoring.md."""
    import dashkit.authoring as helpers

    tables = _tables()
    lines = [INTRO]
    for title, names in SECTIONS.items():
        lines += [f"## {title}", ""]
        if title.startswith("Dashboards"):
            lines += [LAYOUT, *_sizes(), ""]
        if title.startswith("Tabs"):
            lines += [DYNAMIC]
        for name in names:
            lines += _group(tables[name]) if name in tables else _function(name, getattr(helpers, name), tables)
    return "\n".join([*lines, *_comparison()]).rstrip() + "\n"


def _comparison() -> list[str]:
    """One dashboard in three ways, from the modules that a test compares."""
    ways = {"dashkit": "dashkit", "grafanalib": "grafanalib", "foundation_sdk": "the Grafana Foundation SDK 0.0.21"}
    texts = {way: (ROOT / f"tests/comparison/with_{way}.py").read_text(encoding="utf-8") for way in ways}
    counts = [f"{_count(text)} lines in {ways[way]}" for way, text in texts.items()]
    lines = [
        "## The same in three ways",
        "",
        "Two variables, two tiles, a graph, a repeated one, and a table that joins two queries:",
        f"{', '.join(counts)}, not counting",
        "imports. A test compiles all three, and they give the same dashboard. (What grafanalib and the SDK write without being",
        "asked, such as `skipUrlSync: false`, is left out of the comparison.)",
        "",
    ]
    for way, text in texts.items():
        lines += [f"### In {ways[way]}", "", "```python", text.rstrip(), "```", ""]
    return lines


def _count(text: str) -> int:
    tree = ast.parse(text)
    skipped = {tree.body[0].lineno}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            skipped |= set(range(node.lineno, (node.end_lineno or 0) + 1))
    numbered = enumerate((line.strip() for line in text.splitlines()), 1)
    return sum(number not in skipped and line != "" and not line.startswith("#") for number, line in numbered)


def _tables() -> dict[str, type]:
    import dashkit.authoring

    found: dict[str, type] = {}
    for name, module in list(sys.modules.items()):
        if name.startswith(dashkit.authoring.__name__):
            found |= {
                key: value for key, value in vars(module).items() if isinstance(value, type) and key.endswith("Options")
            }
    return found


def _sizes() -> list[str]:
    from dashkit.authoring.panels import KINDS
    from dashkit.document.layout import SIZES, USUAL_SIZE

    by_size: dict[tuple[int, int], list[str]] = {}
    for helper, kind in KINDS.items():
        by_size.setdefault(SIZES.get(kind.plugin, USUAL_SIZE), []).append(f"`{helper}`")
    rows = [f"| {width} x {height} | {', '.join(names)} |" for (width, height), names in sorted(by_size.items())]
    return ["| columns x lines | panels |", "|---:|---|", *rows]


def _group(table: type) -> list[str]:
    """A group of options that several helpers take."""
    own, bases = _own(table)
    text = (inspect.getdoc(table) or "").replace("``", "`")
    more = f" And those of {_links(bases)}." if bases else ""
    title = [] if table.__name__ == "PanelOptions" else [f"### {_words(table.__name__)}", ""]
    return [*title, text + more, "", *_rows(table, own, {}), ""]


def _function(name: str, function: Any, tables: dict[str, type]) -> list[str]:
    from dashkit.authoring.panels import KINDS

    lines = [f"### {name}", "", "```python", _signature(name, function), "```", "", prose(function), ""]
    options = inspect.signature(function).parameters.get("options")
    if options is None:
        return lines
    (table,) = get_args(options.annotation)
    defaults = dict(KINDS[name].defaults) if name in KINDS else {}
    own, bases = _own(table)
    if table.__name__ in {entry for names in SECTIONS.values() for entry in names}:
        return [*lines, f"It takes {_links([table.__name__])}.", ""]
    lines += [*_rows(table, own, defaults), ""] if own else []
    if bases:
        lines += [f"It {'also ' if own else ''}takes {_links(bases)}.{_changed(table, own, defaults)}", ""]
    return lines


def prose(value: Any) -> str:
    """The docstring of a function or class as Markdown."""
    lines: list[str] = []
    section = ""
    for line in (inspect.getdoc(value) or "").replace("``", "`").splitlines():
        entry = re.match(r"    (\w+): (.*)", line)
        if line in ("Args:", "Attributes:", "Raises:", "Returns:"):
            section = line
            lines += [{"Args:": "Arguments:", "Attributes:": "Arguments:", "Raises:": "Errors:"}.get(line, line), ""]
        elif section and entry:
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        else:
            section = section if line.startswith("    ") or not line else ""
            lines.append(f"  {line.strip()}" if section and line else line)
    return "\n".join(lines)


def _own(table: type) -> tuple[dict[str, str], list[str]]:
    """Return the comments of a table's own options, and the groups that it takes besides."""
    source = textwrap.dedent(inspect.getsource(table))
    tree = ast.parse(source).body[0]
    assert isinstance(tree, ast.ClassDef)
    bases = [base.id for base in tree.bases if isinstance(base, ast.Name) and base.id != "TypedDict"]
    known = {entry for names in SECTIONS.values() for entry in names}
    own = _comments(source)
    groups = []
    for base in bases:
        if base in known:
            groups.append(base)
        else:  # what another helper takes
            inner, more = _own(vars(sys.modules[table.__module__])[base])
            own, groups = inner | own, [*groups, *more]
    return own, groups


def _comments(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    pending: list[str] = []
    for line in source.splitlines():
        text = line.strip()
        if text.startswith("#:"):
            pending.append(text.removeprefix("#:").strip().replace("``", "`"))
        elif (match := re.match(r"(\w+): Annotated", text)) is not None:
            found[match[1]] = " ".join(pending)
            pending = []
    return found


def _rows(table: type, own: dict[str, str], defaults: dict[str, Any]) -> list[str]:
    from dashkit.authoring.arguments import arguments_of

    rows = ["| option | takes | default | |", "|---|---|---|---|"]
    for name, text in own.items():
        argument = arguments_of(table)[name]
        default = defaults.get(name, argument.place.default)
        shown = "" if default is None or callable(default) or isinstance(default, dict) else f"`{default!r}`"
        rows.append(f"| `{name}` | {_type(argument.type)} | {shown} | {text} |")
    return rows


def _changed(table: type, own: dict[str, str], defaults: dict[str, Any]) -> str:
    shown = [
        f"`{name}={value!r}`"
        for name, value in defaults.items()
        if name not in own and not callable(value) and value is not None
    ]
    return f" Its defaults: {', '.join(shown)}." if shown else ""


def _type(kind: Any) -> str:
    inner = [one for one in get_args(kind) if one is not type(None)]
    if get_origin(kind) is Literal:
        words = [f"`{word!r}`" for word in get_args(kind)]
        return ", ".join(words if len(words) < 14 else [*words[:10], "..."])
    if get_origin(kind) in (Union, types.UnionType):
        lists = [one for one in inner if get_origin(one) is list]
        single = [one for one in inner if one not in lists and not (one is int and float in inner)]
        if lists and get_args(lists[0])[0] in inner:
            return f"{_type(get_args(lists[0])[0])}, or a list"
        return " or ".join(_type(one) for one in (lists + (single or inner)))
    if get_origin(kind) is list:
        return f"a list of {_type(inner[0])}"
    if get_origin(kind) is dict:
        return "a dict"
    if get_origin(kind) is tuple:
        return f"({', '.join(_type(one) for one in inner)})"
    names = {str: "a text", bool: "True, False", int: "a whole number", float: "a number"}
    made = {"Thresholds": "`thresholds(...)`", "Mapping": "`mapping(...)`", "FieldOverride": "`override(...)`"}
    return names.get(kind) or made.get(kind.__name__, kind.__name__)


def _links(names: list[str]) -> str:
    texts = []
    for name in names:
        title = "Options of every panel" if name == "PanelOptions" else _words(name)
        words = title[0].lower() + title[1:]
        texts.append(f"the [{words}](#{title.lower().replace(' ', '-')})")
    return ", ".join(texts[:-1]) + (" and " if len(texts) > 1 else "") + texts[-1]


def _words(name: str) -> str:
    return {
        "ValueOptions": "Options of values", "LineOptions": "Options of lines", "ShapeOptions": "Options of shapes",
        "AxisOptions": "Options of axes", "LegendOptions": "Options of legends", "TooltipOptions": "Options of tooltips",
        "TileOptions": "Options of tiles", "ReduceOptions": "Options of calculations", "StateOptions": "Options of states",
        "CellOptions": "Options of columns", "QueryOptions": "Options of every query",
        "VariableOptions": "Options of every variable", "ChoiceOptions": "Options of choices",
    }[name]  # fmt: skip


def _annotation(kind: Any) -> str:
    """An annotation as its author wrote it: evaluated ones without the modules of their classes."""
    text = kind if isinstance(kind, str) else inspect.formatannotation(kind)
    return re.sub(r"\b(?:typing|dashkit(?:\.\w+)*|collections\.abc)\.(?=[A-Z])", "", text)


def _signature(name: str, function: Any) -> str:
    parts = []
    for parameter in inspect.signature(function).parameters.values():
        star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        kind = _annotation(parameter.annotation)
        if parameter.kind is parameter.VAR_KEYWORD:
            parts.append("**options")
            continue
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        if parameter.kind is parameter.KEYWORD_ONLY and not any(part.startswith("*") for part in parts):
            parts.append("*")
        parts.append(f"{star}{parameter.name}: {kind}{default}")
    return f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + ")"

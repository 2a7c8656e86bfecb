"""Hypothesis strategies for the arguments of helpers, made from their tables."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

import dashkit.authoring as authoring
from dashkit.authoring.arguments import Argument, arguments_of
from dashkit.authoring.overrides import OverrideOptions

TEXTS = st.text("abc $'\"{}\\/ü\n.", min_size=1, max_size=12).map(lambda value: value.strip() or "x")
WORDS = st.text("abcdef", min_size=1, max_size=6)
NUMBERS = st.integers(-5, 500) | st.floats(0, 1, allow_nan=False).map(lambda value: round(value, 3))
COLORS = st.sampled_from(["red", "dark-green", "#fff", "rgba(1, 2, 3, 0.5)", "text"])
DURATIONS = st.sampled_from(["1m", "30s", "1h30m", "$step"])
THRESHOLDS = st.builds(
    lambda base, values, color, percentage: authoring.thresholds(
        base, *((value, color) for value in sorted(set(values))), percentage=percentage
    ),
    COLORS, st.lists(NUMBERS, max_size=3), COLORS, st.booleans(),
)  # fmt: skip
MAPPINGS = st.builds(
    authoring.mapping,
    st.integers(-3, 9) | WORDS | st.sampled_from(["null", "nan", "/5../", (0, 10), (None, 3), (2, None)]),
    st.none() | TEXTS, st.just("") | COLORS,
)  # fmt: skip
LINKS = st.builds(authoring.link, WORDS, WORDS.map("/d/{}".format), new_tab=st.booleans())
#: Values of arguments whose type says too little.
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "unit": st.sampled_from(["s", "bytes", "suffix:msg", "percentunit"]),
    "color": COLORS | st.sampled_from(["palette-classic", "thresholds", "shades:blue"]),
    "node_unit": st.just("reqps"),
    "node_second_unit": st.just("reqps"),
    "edge_unit": st.just("reqps"),
    "edge_second_unit": st.just("reqps"),
    "interval": DURATIONS,
    "step": DURATIONS,
    "time_from": st.sampled_from(["24h", "now/d"]),
    "time_shift": st.sampled_from(["1d", "7d"]),
    "width": st.integers(1, 24),
    "height": st.integers(1, 30),
    "position": st.tuples(st.integers(0, 0), st.integers(0, 99)),
    "fill": st.integers(0, 100),
    "key": st.integers(1, 2**31 - 1) | WORDS,
    "data_links": st.lists(LINKS, min_size=1, max_size=2),
    "links": st.lists(LINKS, min_size=1, max_size=2),
    "transformations": st.just([{"id": "limit", "options": {"limitField": 3}}]),
    "datasource": st.sampled_from([{"type": "loki", "uid": "logs"}, {"type": "prometheus", "uid": "other"}]),
    "up_color": COLORS,
    "down_color": COLORS,
    "color_fill": COLORS,
    "exemplar_color": COLORS,
    "arcs": st.dictionaries(WORDS, COLORS, min_size=1, max_size=2),
    "connect_nulls": st.booleans() | st.integers(1000, 99_999),
    "disconnect_after": st.booleans() | st.integers(1000, 99_999),
    "options": st.just({"extra": {"deep": 1}}),
    "field_config": st.just({"defaults": {"filterable": True}}),
    "raw": st.just({"pluginVersion": "12.3.3"}),
    "custom": st.just({"hidden": 3}),
    "view": st.sampled_from(["zero", "fit", (52.5, 13.4, 5)]),
    "calcs": st.lists(st.sampled_from(["mean", "max", "p95"]), unique=True),
    "footer": st.lists(st.sampled_from(["sum", "max"]), min_size=1, unique=True),
    "states": st.lists(st.sampled_from(["firing", "normal", "error"]), unique=True),
    "labels": st.booleans(),
    "hidden": st.just(True)
    | st.lists(st.sampled_from(["legend", "tooltip", "viz"]), min_size=1, max_size=2, unique=True),
    "series": st.just([{"y": {"matcher": {"id": "byType", "options": "number"}}}]),
    "layers": st.just([{"config": {}, "name": "Own", "type": "osm-standard"}]),
    "dimensions": st.just({"InstanceId": ["*"]}),
    "overrides": st.deferred(lambda: st.lists(OVERRIDES | RAW_OVERRIDES, min_size=1, max_size=2)),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type."""
    inner = get_args(kind)
    if get_origin(kind) is Literal:
        return st.sampled_from(inner)
    if get_origin(kind) in (list, dict, tuple):
        if get_origin(kind) is list:
            return st.lists(values(inner[0]), min_size=1, max_size=2, unique=inner[0] is str)
        return st.dictionaries(WORDS, WORDS, min_size=1, max_size=2)
    if inner:
        return st.one_of([values(one) for one in inner if one is not type(None)])
    atoms = {
        bool: st.booleans(), int: st.integers(1, 99), float: NUMBERS, str: TEXTS.filter(lambda value: "\n" not in value),
        authoring.Thresholds: THRESHOLDS, authoring.Mapping: MAPPINGS,
    }  # fmt: skip
    return atoms[kind]


def options(table: type, *without: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some arguments of a table, a few at a time."""
    # A condition belongs to the place of a panel, not to the panel.
    known = {name: one for name, one in arguments_of(table).items() if name not in (*without, "when")}

    def of(argument: Argument) -> st.SearchStrategy[Any]:
        # Two names mean something else in one of the tables.
        another = {"labels": "bool", "view": "tuple"}.get(argument.name, "") not in str(argument.type)
        if argument.name in BY_NAME and not another:
            return BY_NAME[argument.name]
        return values(argument.type)

    chosen = st.lists(st.sampled_from(sorted(known)), max_size=8, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: of(known[name]) for name in names})).map(
        _consistent
    )


def _consistent(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out what contradicts the rest: an end of a scale without the other, columns beside transformations, x without y."""
    low, high = told.get("min"), told.get("max")
    rises = (low is None and high is None) or (low is not None and high is not None and low < high)
    left_out = set() if rises else {"min", "max"}
    if "transformations" in told:
        left_out |= {"join", "hide", "order", "rename"}
    if "x" in told and "y" not in told:
        left_out.add("x")
    return {name: value for name, value in told.items() if name not in left_out}


#: Overrides that no call makes.
RAW_OVERRIDES = st.sampled_from(
    [
        {"matcher": {"id": "byNames", "options": {"mode": "exclude", "names": ["a"]}}, "properties": []},
        {"matcher": {"id": "byName", "options": "a"}, "properties": [{"id": "unit", "value": ""}]},
        {"matcher": {"id": "byName", "options": "a"}, "properties": [{"id": "custom.align"}]},
    ]
)
OVERRIDES = st.builds(lambda name, told: authoring.override(name, **told), WORDS, options(OverrideOptions))


def build(helper: str, told: dict[str, Any], queries: list[Any]) -> Any:
    if helper == "panel":
        return authoring.panel("traces", "Title", *queries, **told)
    first = {"text": ["some text"], "news": ["https://example.org/feed"]}.get(helper, [])
    takes = [] if helper in ("text", "news", "alert_list", "dashboard_list", "annotations_list") else queries
    return getattr(authoring, helper)("Title", *first, *takes, **told)

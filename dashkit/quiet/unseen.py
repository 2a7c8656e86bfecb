"""What nobody sees because of something else in the panel."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit import _json
from dashkit.authoring.overrides import property_order
from dashkit.authoring.paths import Json
from dashkit.quiet.kinds import FIELDS, GRAPHS, STATES, TILES
from dashkit.quiet.traces import Rule, at, defaults, drop, equal, objects, overrides, properties

_GREY = "#808080"
#: Colour modes by series: thresholds do not colour anything.
_BY_SERIES = ("palette-classic", "palette-classic-by-name", "fixed", "shades")
_COLOURING = ("thresholds", "custom.thresholdsStyle", "custom.gradientMode")
#: What Grafana fills in if there are none.
_USUAL = {"mode": "absolute", "steps": [{"color": "green"}, {"color": "red", "value": 80}]}
#: Kinds whose missing thresholds Grafana fills in. A gauge of Grafana 12.4 is another one, and a pie has none.
_FILLED_THRESHOLDS = GRAPHS | STATES | {"stat", "bargauge", "table", "barchart", "histogram"}
#: Kinds that Grafana, if no version says otherwise, takes for older than 8.0, when percentages had a scale of their own.
_OLD_PERCENTAGES = {"stat": ("min", "max"), "bargauge": ("max",)}
_PERCENTAGES = {"percent": {"min": 0, "max": 100}, "percentunit": {"min": 0, "max": 1}}
#: Transformations that write settings of fields.
_CONFIGURING = ("configFromData", "rowsToFields")


def _fixed_colour(panel: Json) -> Iterator[str]:
    mode = at(panel, "fieldConfig.defaults.color.mode")
    known = panel.get("type") in FIELDS and isinstance(mode, str) and mode not in ("fixed", "shades")
    # Pills take the colour in every mode.
    if known and not (panel.get("type") == "table" and b'"pill"' in _json.compact(panel.get("fieldConfig") or {})):
        yield from drop(panel, "fieldConfig.defaults.color.fixedColor")


def _no_colour(panel: Json) -> Iterator[str]:
    """Write out the colour of what has none, except where Grafana looks for one of its own accord."""
    colours = [("fieldConfig.defaults.color.fixedColor", defaults(panel).get("color"))]
    for override in overrides(panel):
        if panel.get("type") not in TILES or at(override, "matcher.id") != "byName":
            held = [one for one in objects(override.get("properties")) if one.get("id") == "color"]
            colours += [("fieldConfig.overrides", one.get("value")) for one in held]
    for path, colour in colours if panel.get("type") in FIELDS - {"xychart"} else ():
        if isinstance(colour, dict) and colour.get("mode") in ("fixed", "shades") and colour.get("fixedColor") is None:
            colour["fixedColor"] = _GREY
            yield path


def _unseen_thresholds(panel: Json) -> Iterator[str]:
    thresholds = at(panel, "fieldConfig.defaults.thresholds")
    if (
        panel.get("type") in GRAPHS
        and isinstance(thresholds, dict)
        and (thresholds.get("steps") == [] or equal(thresholds, _USUAL))
        and (at(panel, "fieldConfig.defaults.color.mode") or "palette-classic") in _BY_SERIES
        and (at(panel, "fieldConfig.defaults.custom.thresholdsStyle.mode") or "off") == "off"
        and at(panel, "fieldConfig.defaults.custom.gradientMode") != "scheme"
        and not any(_colours(entry) for entry in properties(panel))
        and not any(one.get("id") in _CONFIGURING for one in objects(panel.get("transformations")))
    ):
        yield from drop(panel, "fieldConfig.defaults.thresholds")


def _filled_thresholds(panel: Json) -> Iterator[str]:
    if panel.get("type") in _FILLED_THRESHOLDS and equal(at(panel, "fieldConfig.defaults.thresholds"), _USUAL):
        yield from drop(panel, "fieldConfig.defaults.thresholds")


def _percentages(panel: Json) -> Iterator[str]:
    ends = _PERCENTAGES.get(str(defaults(panel).get("unit")), {})
    old = "pluginVersion" not in panel and isinstance(panel.get("options"), dict)
    for end in _OLD_PERCENTAGES.get(str(panel.get("type")), ()) if old else ():
        if end in ends and equal(defaults(panel).get(end), ends[end]):
            yield from drop(panel, f"fieldConfig.defaults.{end}")


def _percentages_of_bars(panel: Json) -> Iterator[str]:
    old = "pluginVersion" not in panel and isinstance(panel.get("options"), dict)
    if (
        panel.get("type") == "bargauge"
        and old
        and str(defaults(panel).get("unit")) in _PERCENTAGES
        and "min" not in defaults(panel)
    ):
        panel["fieldConfig"]["defaults"]["min"] = 0
        yield "fieldConfig.defaults.min"


def _colours(entry: Json) -> bool:
    """Return whether colours may follow thresholds because of this property of an override."""
    by_series = isinstance(entry.get("value"), dict) and entry["value"].get("mode") in _BY_SERIES
    return entry.get("id") in _COLOURING or (entry.get("id") == "color" and not by_series)


def _base_step(panel: Json) -> Iterator[str]:
    held = [("fieldConfig.defaults.thresholds", defaults(panel).get("thresholds"))]
    held += [
        ("fieldConfig.overrides", entry.get("value")) for entry in properties(panel) if entry.get("id") == "thresholds"
    ]
    for path, thresholds in held if panel.get("type") in FIELDS else ():
        steps = objects(thresholds.get("steps")) if isinstance(thresholds, dict) else []
        if isinstance(thresholds, dict) and steps and "mode" not in thresholds:
            thresholds["mode"] = "absolute"
            yield f"{path}.mode"
        if steps and "value" in steps[0]:
            del steps[0]["value"]
            yield f"{path}.steps.0.value"


def _footer(panel: Json) -> Iterator[str]:
    footer = at(panel, "options.footer")
    if panel.get("type") == "table" and isinstance(footer, dict) and not footer.get("show"):
        for key in ("show", "reducer", "countRows", "fields"):
            yield from drop(panel, f"options.footer.{key}")
        if footer.get("enablePagination") is False:
            yield from drop(panel, "options.footer.enablePagination")


def _cell_mode(panel: Json) -> Iterator[str]:
    custom = defaults(panel).get("custom")
    if (
        panel.get("type") == "table"
        and isinstance(custom, dict)
        and custom.get("displayMode") == "auto"
        and custom.get("cellOptions", {"type": "auto"}) == {"type": "auto"}
    ):
        yield from drop(panel, "fieldConfig.defaults.custom.displayMode")


def _empty_overrides(panel: Json) -> Iterator[str]:
    found = at(panel, "fieldConfig.overrides")
    if panel.get("type") in FIELDS and isinstance(found, list):
        kept = [one for one in found if not (isinstance(one, dict) and one.get("properties") == [])]
        if len(kept) < len(found):
            panel["fieldConfig"]["overrides"] = kept
            yield "fieldConfig.overrides"


def _dashes(panel: Json) -> Iterator[str]:
    styles = [("fieldConfig.defaults.custom.lineStyle", at(panel, "fieldConfig.defaults.custom.lineStyle"))]
    styles += [
        ("fieldConfig.overrides", one.get("value")) for one in properties(panel) if one.get("id") == "custom.lineStyle"
    ]
    for path, style in styles if panel.get("type") in GRAPHS else ():
        if style == {"fill": "dash"}:
            style["dash"] = [10, 10]
            yield path


def _alignment(panel: Json) -> Iterator[str]:
    """Leave out what resets the alignment to what it is, if nothing sets another one."""
    usual = at(panel, "fieldConfig.defaults.custom.align") in (None, "auto")
    found = [one for one in properties(panel) if one.get("id") == "custom.align"]
    if panel.get("type") == "table" and usual and found and all("value" not in one for one in found):
        for override in overrides(panel):
            held = override.get("properties")
            if isinstance(held, list):
                override["properties"] = [one for one in held if one not in found]
        yield "fieldConfig.overrides"


def _order(panel: Json) -> Iterator[str]:
    """Sort what an override sets as helpers do, if it sets nothing twice."""
    for override in overrides(panel) if panel.get("type") in FIELDS else ():
        held = override.get("properties")
        ids = [one.get("id") for one in objects(held)]
        if held and len(ids) == len(held) == len(set(map(str, ids))) and all(isinstance(one, str) for one in ids):
            override["properties"] = sorted(held, key=lambda one: property_order(one["id"]))
            if override["properties"] != held:
                yield "fieldConfig.overrides"


RULES: tuple[Rule, ...] = (
    Rule("the colour is that of the modes fixed and shades, and the mode is another one", _fixed_colour),
    Rule("Grafana draws in grey what has no colour", _no_colour, "written out"),
    Rule("the first colour of thresholds is that below all others, whatever its value", _base_step, "rewritten"),
    Rule(
        "they are none, or those that Grafana fills in, and neither lines nor colours follow them", _unseen_thresholds
    ),
    Rule("Grafana fills in the same", _filled_thresholds),
    Rule("Grafana gives percentages this scale, unless a version says otherwise", _percentages),
    Rule("Grafana begins percentages at 0, unless a version says otherwise", _percentages_of_bars, "written out"),
    Rule("the line at the bottom of a table is not shown", _footer),
    Rule("cells show their text unless something else is said", _cell_mode),
    Rule("an alignment that nobody sets needs no reset", _alignment),
    Rule("Grafana draws dashes of 10 pixels if a style has no lengths", _dashes, "written out"),
    Rule("an override may set its properties in any order", _order, "rewritten"),
    Rule("the override sets nothing", _empty_overrides),
)

"""Panels of kinds that are gone, and of kinds that had another form once, as panels of today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from dashkit.authoring.paths import Json, copied
from dashkit.document.edit import drop
from dashkit.document.legacy_graph import GRAPH_KEYS, modern_graph
from dashkit.document.legacy_heatmap import modern_heatmap
from dashkit.document.legacy_panels import DASHLIST_KEYS, modern_alertlist, modern_dashlist
from dashkit.document.legacy_retired import modern_discrete, modern_piechart, modern_singlestat, modern_worldmap
from dashkit.document.legacy_table import TABLE_KEYS, modern_table, saved_by_todays
from dashkit.document.legacy_tiles import drop_old_settings, is_old_tile, modern_tile
from dashkit.document.v2.loose import mapping, objects, text
from dashkit.document.walk import panels
from dashkit.importer.upgrade.lost import losses
from dashkit.model.words import counted

#: The kinds that are gone, each with what makes a panel of today of it.
RETIRED: dict[str, Callable[[Json], None]] = {
    "grafana-piechart-panel": modern_piechart,
    "grafana-singlestat-panel": modern_singlestat,
    "grafana-worldmap-panel": modern_worldmap,
    "graph": modern_graph,
    "natel-discrete-panel": modern_discrete,
    "singlestat": modern_singlestat,
    "table-old": modern_table,
}
#: Kinds that had their settings on the panel itself once, and have them among their options today.
_WITHOUT_OPTIONS: dict[str, Callable[[Json], None]] = {
    "alertlist": modern_alertlist,
    "dashlist": modern_dashlist,
    "heatmap": modern_heatmap,
}
_NAMES = {"grafana-piechart-panel": "old pie chart", "grafana-worldmap-panel": "world map", "table-old": "old table"}
_SINGLE = ("singlestat", "grafana-singlestat-panel")
#: Where a panel was of another kind before, or was made by a library that writes them always.
_LEFTOVERS = frozenset((*GRAPH_KEYS, *TABLE_KEYS, "nullPointMode", "valueName", "pieType", "legendType")) - {
    "alert", "hideTimeOverride",
}  # fmt: skip
ALIGNMENTS = ("auto", "left", "center", "right")
#: Kinds that are not of Grafana itself may read anything.
_OWN = frozenset(
    ("alertlist", "annolist", "barchart", "bargauge", "dashlist", "gauge", "geomap", "heatmap", "histogram", "logs",
     "nodeGraph", "piechart", "stat", "state-timeline", "status-history", "table", "text", "timeseries")
)  # fmt: skip


def modern_panels(spec: Json) -> tuple[Json, list[str], list[str]]:
    """Bring all panels to today's form in place, and return the document, what was done in words, and what was lost."""
    became: Counter[tuple[str, str]] = Counter()
    lost: Counter[str] = Counter()
    for placed in panels(spec):
        panel = placed.panel
        if panel.get("type") == "row" or panel.get("libraryPanel"):
            continue
        kind = _was(panel)
        before, lines = _converted(panel, kind) if kind in RETIRED else (_in_place(panel, kind), [])
        lost.update(lines)
        _queries(panel)
        new = text(panel.get("type"))
        if new in _OWN:
            drop(panel, *_LEFTOVERS)
        if before:
            became[before, new] += 1
    done = [_in_words(old, new, number) for (old, new), number in became.most_common()]
    return spec, done, [f"{words} ({counted(number, 'panel')})" for words, number in lost.most_common()]


def _queries(panel: Json) -> None:
    """Remove from queries of Prometheus what Grafana has not read since version 8."""
    for target in objects(panel.get("targets")):
        if isinstance(target.get("expr"), str):
            drop(target, "step", "legendLink", "metric")


def _in_words(old: str, new: str, number: int) -> str:
    panels_ = counted(number, f"{_NAMES.get(old, old)} panel")
    return f"{panels_} had settings in an older form" if old == new else f"{panels_} became {new}"


def _was(panel: Json) -> str:
    """Return of which kind a panel was before the server gave it a successor."""
    noted = text(panel.pop("autoMigrateFrom", None))
    before = noted if noted in RETIRED else text(panel.get("type"))
    return "table" if before == "table-old" and saved_by_todays(panel) else before


def _converted(panel: Json, kind: str) -> tuple[str, list[str]]:
    """Make a panel of today in place, and return what it was and what was lost. One that nobody can read stays what it is."""
    panel["type"] = kind
    made: Json = copied(panel)
    try:
        _as_read(made)
        lost = list(losses(made))
        RETIRED[kind](made)
    except (TypeError, ValueError, AttributeError, LookupError):
        return "", [f"{_NAMES.get(kind, kind)}: it has values where others belong, and stays what it is"]
    panel.clear()
    panel.update(made)
    return kind, lost


def _in_place(panel: Json, kind: str) -> str:
    """Bring the options of a kind that still exists to today's form, and return the kind, or nothing if they were."""
    if kind == "text" and not mapping(panel.get("options")) and ("content" in panel or "mode" in panel):
        mode, content = text(panel.pop("mode", None)), text(panel.pop("content", None))
        panel["options"] = {"content": content, "mode": mode if mode in ("html", "code") else "markdown"}
        return kind
    if kind in _WITHOUT_OPTIONS and not panel.get("options"):
        before = dict(panel)
        _WITHOUT_OPTIONS[kind](panel)
        return kind if panel != before else ""
    if is_old_tile(panel):
        modern_tile(panel)
        return kind
    drop_old_settings(panel)
    if kind == "dashlist":
        drop(panel, *DASHLIST_KEYS)
    if kind == "table":
        _alignments(panel)
    return ""


def _alignments(panel: Json) -> None:
    """Remove alignments that are none, such as the text ``null``, which Grafana reads as automatic."""
    config = mapping(panel.get("fieldConfig"))
    custom = mapping(mapping(config.get("defaults")).get("custom"))
    if "align" in custom and custom["align"] not in ALIGNMENTS:
        del custom["align"]
    for override in objects(config.get("overrides")):
        entries = objects(override.get("properties"))
        override["properties"] = [
            one for one in entries if one.get("id") != "custom.align" or one.get("value") in ALIGNMENTS
        ]


def _as_read(panel: Json) -> None:
    """Leave only what the panel of a kind that is gone read: no settings of fields, and mappings of values or of ranges."""
    kind = panel["type"]
    if kind == "graph":
        return
    panel.pop("fieldConfig", None)
    if kind in _SINGLE:
        colored = panel.get("colorBackground") or panel.get("colorValue")
        if colored and not panel.get("thresholds") and panel.get("colors"):
            panel["thresholds"] = "0"  # which is what an empty text counted as
    if kind in (*_SINGLE, "natel-discrete-panel"):
        chosen = panel.get("mappingType")
        if chosen == 1 or (chosen is None and objects(panel.get("valueMaps"))):
            panel.pop("rangeMaps", None)
        elif chosen is not None:
            panel.pop("valueMaps", None)

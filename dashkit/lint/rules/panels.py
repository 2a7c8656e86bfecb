"""Unknown panel types and transformations, leftovers of old versions, and panels that stay empty."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Panel
from dashkit.lint.rule import Finding, rule
from dashkit.lint.values import mapping, objects, text
from dashkit.model.grafana_names import GONE_PANELS, MIGRATED_PANELS, PANEL_TYPES, TRANSFORMATIONS
from dashkit.model.problem import Severity


@rule("DK206", Severity.WARNING, on=Panel)
def panel_type(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel type that the Grafana in use does not have.

    The panel only shows "Panel plugin not found". Built-in types that were added later or removed are reported.
    Types of other plugins contain a dash; they are not reported, because the check cannot know whether the
    server has them.
    """
    kind = panel.kind
    if not kind:
        if not panel.is_library:
            yield Finding("the panel has no type", pointer="/type", severity=Severity.ERROR)
        return
    if kind in MIGRATED_PANELS or kind in GONE_PANELS:
        return
    versions = PANEL_TYPES.get(kind)
    if versions is None:
        near = difflib.get_close_matches(kind, PANEL_TYPES, n=1, cutoff=0.85)
        if near or "-" not in kind:
            hint = f"did you mean {near[0]!r}?" if near else ""
            yield Finding(f"unknown panel type {kind!r}", hint, pointer="/type", severity=Severity.ERROR)
    elif context.grafana < versions[0]:
        message = f"panel type {kind!r} needs Grafana {versions[0]}, but {context.grafana} is in use"
        yield Finding(message, pointer="/type", severity=Severity.ERROR)
    elif versions[1] and context.grafana > versions[1]:
        message = f"panel type {kind!r} was removed in Grafana {versions[1] + 1}"
        yield Finding(message, pointer="/type", severity=Severity.ERROR)


@rule("DK207", Severity.INFO, on=Panel)
def angular_panel(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel type that was written for Angular.

    Grafana 11 disabled Angular, and 12 removed it. Grafana converts graph, singlestat and a few others to their
    successors every time the dashboard is opened, usually without visible changes. Others show an error.
    """
    if panel.kind in GONE_PANELS:
        severity = Severity.ERROR if context.grafana >= 12 else Severity.WARNING
        message = f"panel type {panel.kind!r} needs Angular, which Grafana 12 does not support"
        yield Finding(message, "use a built-in panel type", pointer="/type", severity=severity)
    elif panel.kind in MIGRATED_PANELS and context.grafana >= 11:
        successor = MIGRATED_PANELS[panel.kind]
        message = f"Grafana converts panel type {panel.kind!r} to {successor!r} every time the dashboard is opened"
        yield Finding(message, pointer="/type")


@rule("DK208", Severity.ERROR, on=Panel)
def no_queries(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel without a query.

    It always shows "No data", which looks like a quiet service.
    """
    own = panel.kind in ("timeseries", "stat", "gauge", "bargauge", "graph", "singlestat", "table", "heatmap", "piechart",
                         "histogram", "state-timeline", "status-history", "barchart", "logs")  # fmt: skip
    if own and panel.shows_queries and not panel.targets and not panel.json.get("snapshotData"):
        yield Finding("the panel has no query, so it never shows data", pointer="/targets")


@rule("DK209", Severity.WARNING, on=Panel)
def all_queries_hidden(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel whose queries are all hidden.

    Hidden queries are not drawn, so the panel is empty. Usually someone hid one to look at another.
    """
    if panel.shows_queries and panel.queries and all(query.hidden for query in panel.queries):
        yield Finding("all queries are hidden, so the panel is empty", pointer="/targets/0/hide")


@rule("DK212", Severity.WARNING, on=Panel)
def missing_ref(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """An override or transformation for a query that the panel does not have.

    It has no effect. Usually a query was renamed or removed, and the rest was forgotten.
    """
    refs = {query.ref for query in panel.queries if query.ref}
    if not refs or len(refs) != len(panel.queries):
        return
    for number, override in enumerate(panel.overrides):
        matcher = mapping(override.get("matcher"))
        wanted = matcher.get("options")
        if matcher.get("id") == "byFrameRefID" and isinstance(wanted, str) and _missing(wanted, refs, panel):
            pointer = f"/fieldConfig/overrides/{number}/matcher"
            yield Finding(f"the override is for query {wanted}, which the panel does not have", pointer=pointer)
    for number, entry in enumerate(objects(panel.json.get("transformations"))):
        options = mapping(entry.get("options"))
        names = [*mapping(options.get("renameByName")), *mapping(options.get("excludeByName"))]
        for name in names if entry.get("id") == "organize" else []:
            found = re.fullmatch(r"Value #(\S{1,20})", name)
            if found and _missing(found[1], refs, panel):
                pointer = f"/transformations/{number}/options"
                message = f"the transformation is for a column of query {found[1]}, which the panel does not have"
                yield Finding(message, pointer=pointer, severity=Severity.INFO)


def _missing(ref: str, refs: set[str], panel: Panel) -> bool:
    """Return whether neither a query nor a transformation has this ref; some transformations combine several."""
    applied = {text(entry.get("id")) for entry in objects(panel.json.get("transformations"))}
    combined = applied & {"reduce", "joinByField", "timeSeriesTable"} or set(re.split(r"[-,]", ref)) <= refs
    return ref not in refs and not combined


@rule("DK215", Severity.WARNING, on=Panel)
def legacy_alert(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A legacy alert inside a panel.

    Grafana 11 removed legacy alerting: the alert is never evaluated, and no one is notified.
    """
    if isinstance(panel.json.get("alert"), dict):
        severity = Severity.ERROR if context.grafana >= 11 else Severity.WARNING
        yield Finding("the legacy alert is not evaluated since Grafana 11", pointer="/alert", severity=severity)


@rule("DK216", Severity.WARNING, on=Panel)
def unknown_transformation(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """An unknown transformation.

    Grafana silently skips it, and the table has different columns than its author saw.
    """
    for number, entry in enumerate(objects(panel.json.get("transformations"))):
        name = text(entry.get("id"))
        if name and name not in TRANSFORMATIONS:
            near = difflib.get_close_matches(name, TRANSFORMATIONS, n=1, cutoff=0.75)
            hint = f"did you mean {near[0]!r}?" if near else ""
            yield Finding(f"unknown transformation {name!r}", hint, pointer=f"/transformations/{number}/id")


RULES = (
    panel_type,
    angular_panel,
    no_queries,
    all_queries_hidden,
    missing_ref,
    legacy_alert,
    unknown_transformation,
)

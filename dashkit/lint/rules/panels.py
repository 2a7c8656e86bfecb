"""Panels of a type, or with a part, that Grafana does not have; panels that stay empty."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Panel, mapping, objects, text
from dashkit.lint.grafana_names import GONE_PANELS, MIGRATED_PANELS, PANEL_TYPES, TRANSFORMATIONS
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK206", Severity.WARNING, on=Panel)
def panel_type(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel type that the chosen Grafana does not have.

    Nothing is drawn but "Panel plugin not found". Types of plugins have a dash and a maker's name; whether the
    server has them the check cannot know, so they are not reported, and types of Grafana's own that came later
    or went are.
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
            message = f"Grafana has no panel type {kind!r}"
            yield Finding(message, hint, pointer="/type", severity=Severity.ERROR)
    elif context.grafana < versions[0]:
        message = f"panel type {kind!r} came with Grafana {versions[0]}; the chosen one is {context.grafana}"
        yield Finding(message, pointer="/type", severity=Severity.ERROR)
    elif versions[1] and context.grafana > versions[1]:
        message = f"panel type {kind!r} went with Grafana {versions[1] + 1}"
        yield Finding(message, pointer="/type", severity=Severity.ERROR)


@rule("DK207", Severity.INFO, on=Panel)
def angular_panel(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel of a type written for Angular.

    Grafana 11 turned Angular off, 12 removed it. The old graph, singlestat and a few others become their
    successors each time the dashboard is opened, mostly as they were; others show an error.
    """
    if panel.kind in GONE_PANELS:
        severity = Severity.ERROR if context.grafana >= 12 else Severity.WARNING
        message = f"panel type {panel.kind!r} was written for Angular, which Grafana 12 does not have"
        yield Finding(message, "use a panel of Grafana's own", pointer="/type", severity=severity)
    elif panel.kind in MIGRATED_PANELS and context.grafana >= 11:
        successor = MIGRATED_PANELS[panel.kind]
        message = f"panel type {panel.kind!r} is turned into {successor!r} each time the dashboard is opened"
        yield Finding(message, pointer="/type")


@rule("DK208", Severity.ERROR, on=Panel)
def no_queries(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel of data has no query.

    It says "No data" for ever, and looks like a service that is quiet.
    """
    own = panel.kind in ("timeseries", "stat", "gauge", "bargauge", "graph", "singlestat", "table", "heatmap", "piechart",
                         "histogram", "state-timeline", "status-history", "barchart", "logs")  # fmt: skip
    if own and panel.shows_queries and not panel.targets and not panel.json.get("snapshotData"):
        yield Finding("the panel has no query, so it never shows data", pointer="/targets")


@rule("DK209", Severity.WARNING, on=Panel)
def all_queries_hidden(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """All queries of a panel are hidden.

    A hidden query is not shown: the panel is empty. Usually it was switched off in the editor to look at
    another one.
    """
    if panel.shows_queries and panel.queries and all(query.hidden for query in panel.queries):
        yield Finding("all queries of the panel are hidden, so it is empty", pointer="/targets/0/hide")


@rule("DK212", Severity.WARNING, on=Panel)
def missing_ref(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """An override, a transformation or a column speaks of a query that the panel does not have.

    It does nothing. Mostly a query was renamed or removed and the rest forgotten.
    """
    refs = {query.ref for query in panel.queries if query.ref}
    if not refs or len(refs) != len(panel.queries):
        return
    for number, override in enumerate(panel.overrides):
        matcher = mapping(override.get("matcher"))
        wanted = matcher.get("options")
        if matcher.get("id") == "byFrameRefID" and isinstance(wanted, str) and _missing(wanted, refs, panel):
            pointer = f"/fieldConfig/overrides/{number}/matcher"
            yield Finding(f"an override is for query {wanted}, which the panel does not have", pointer=pointer)
    for number, entry in enumerate(objects(panel.json.get("transformations"))):
        options = mapping(entry.get("options"))
        names = [*mapping(options.get("renameByName")), *mapping(options.get("excludeByName"))]
        for name in names if entry.get("id") == "organize" else []:
            found = re.fullmatch(r"Value #(\S{1,20})", name)
            if found and _missing(found[1], refs, panel):
                pointer = f"/transformations/{number}/options"
                message = f"a column of query {found[1]} is arranged, which the panel does not have"
                yield Finding(message, pointer=pointer, severity=Severity.INFO)


def _missing(ref: str, refs: set[str], panel: Panel) -> bool:
    """A transformation may have made the frame: joins and calculations name theirs by several refIds."""
    made = any(
        entry.get("id") in ("reduce", "joinByField", "timeSeriesTable")
        for entry in objects(panel.json.get("transformations"))
    )
    return ref not in refs and not made and not set(re.split(r"[-,]", ref)) <= refs


@rule("DK215", Severity.WARNING, on=Panel)
def legacy_alert(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel carries an alert of the old kind, inside the panel.

    Grafana 11 removed those alerts: it is never evaluated, and nobody is called.
    """
    if isinstance(panel.json.get("alert"), dict):
        severity = Severity.ERROR if context.grafana >= 11 else Severity.WARNING
        yield Finding("the panel's own alert is not evaluated since Grafana 11", pointer="/alert", severity=severity)


@rule("DK216", Severity.WARNING, on=Panel)
def unknown_transformation(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A transformation that Grafana does not have.

    Grafana leaves it out without a word, and the table has other columns than its author saw.
    """
    for number, entry in enumerate(objects(panel.json.get("transformations"))):
        name = text(entry.get("id"))
        if name and name not in TRANSFORMATIONS:
            near = difflib.get_close_matches(name, TRANSFORMATIONS, n=1, cutoff=0.75)
            hint = f"did you mean {near[0]!r}?" if near else ""
            yield Finding(f"Grafana has no transformation {name!r}", hint, pointer=f"/transformations/{number}/id")


RULES = (
    panel_type,
    angular_panel,
    no_queries,
    all_queries_hidden,
    missing_ref,
    legacy_alert,
    unknown_transformation,
)

"""Datasources of panels and queries."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Board, Panel, datasource_uid, datasource_uses
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity
from dashkit.promql.variables import find
from dashkit.spec.datasources import MIXED, NO_REAL


@rule("DK501", Severity.WARNING, on=Board)
def fixed_datasource(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A panel, variable or annotation names one datasource instead of a variable.

    On another Grafana that uid does not exist, and the panel says "Datasource was not found"; nobody can choose
    another one either. Where a context of dashkit.yaml maps datasources, a fixed one is a choice: turn the rule
    off.
    """
    if context.datasources:
        return  # the project says which exist: DK503 looks at those
    for use in datasource_uses(board):
        if use.uid not in NO_REAL and "$" not in use.uid and "[[" not in use.uid:
            message = f"datasource {use.uid!r} is written into {use.what}"
            yield Finding(message, "a variable", panel=use.panel, pointer=use.pointer)


@rule("DK502", Severity.ERROR, on=Board)
def undefined_datasource(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A datasource variable that the dashboard does not have.

    Everything with it says "Datasource ${...} was not found". Exports for sharing name theirs ``${DS_...}`` and
    list them under ``__inputs``; a push of one without that list ends so.
    """
    for use in datasource_uses(board):
        for reference in find(use.uid):
            if reference.name not in board.by_name:
                known = ", ".join(f"${{{name}}}" for name in board.datasource_variables)
                hint = f"it has {known}" if known else "it has no datasource variable"
                message = f"datasource {use.uid} of {use.what}: the dashboard has no such variable"
                yield Finding(message, hint, panel=use.panel, pointer=use.pointer)


@rule("DK503", Severity.ERROR, on=Board)
def unknown_datasource(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A datasource that the project does not know.

    ``datasources`` of dashkit.yaml lists what there is, by uid; a context maps them to those of its server.
    Silent where nothing is listed.
    """
    if not context.datasources:
        return
    for use in datasource_uses(board):
        if use.uid not in NO_REAL and "$" not in use.uid and use.uid not in context.datasources:
            near = difflib.get_close_matches(use.uid, context.datasources, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(context.datasources))}"
            yield Finding(
                f"datasource {use.uid!r} of {use.what} is unknown", hint, panel=use.panel, pointer=use.pointer
            )


@rule("DK504", Severity.WARNING, on=Panel)
def datasource_differs(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A query names another datasource than its panel.

    Unless the panel's is ``-- Mixed --``, Grafana asks the panel's datasource everything, and what the query
    says counts for nothing.
    """
    own = _plain(panel.datasource)
    if not own or own in (MIXED, "-- Dashboard --"):
        return
    for index, target in enumerate(panel.targets):
        other = _plain(datasource_uid(target.get("datasource")))
        if other and other not in (own, "__expr__", "-100"):
            message = f"the panel asks {panel.datasource!r}, this query means {other!r}"
            yield Finding(message, "let the panel's be -- Mixed --", pointer=f"/targets/{index}/datasource")


def _plain(uid: str) -> str:
    """``$ds``, ``${ds}`` and ``[[ds]]`` are the same variable."""
    return uid.replace("${", "$").replace("}", "").replace("[[", "$").replace("]]", "")


@rule("DK508", Severity.ERROR, on=Panel)
def shared_query(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel takes its data from a panel that does not exist.

    Panels of the datasource ``-- Dashboard --`` show what another panel has asked. When that one goes, they are
    empty.
    """
    if panel.datasource != "-- Dashboard --":
        return
    known = {other.id for other in panel.board.panels}
    for index, target in enumerate(panel.targets):
        wanted = target.get("panelId")
        if isinstance(wanted, int) and wanted not in known:
            message = f"it shows the data of panel {wanted}, which does not exist"
            yield Finding(message, pointer=f"/targets/{index}/panelId")
        elif wanted == panel.id:
            yield Finding("it shows its own data, which is none", pointer=f"/targets/{index}/panelId")


RULES = (
    fixed_datasource,
    undefined_datasource,
    unknown_datasource,
    datasource_differs,
    shared_query,
)

"""Datasources of panels and queries."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit.document.datasources import MIXED, NO_REAL
from dashkit.lint.context import CheckContext
from dashkit.lint.datasources import datasource_uses
from dashkit.lint.elements import Board, Panel
from dashkit.lint.rule import Finding, rule
from dashkit.lint.values import datasource_uid
from dashkit.model.problem import Severity
from dashkit.promql.variables import find


@rule("DK501", Severity.WARNING, on=Board)
def fixed_datasource(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A hard-coded datasource.

    On another Grafana the uid does not exist, and the panel shows "Datasource was not found"; users cannot
    choose another one either. Use a datasource variable. If the contexts in dashkit.yaml map datasources, turn
    this rule off.
    """
    if context.datasources:
        return  # the project lists the existing ones, which DK503 checks
    for use in datasource_uses(board):
        if use.uid not in NO_REAL and "$" not in use.uid and "[[" not in use.uid:
            message = f"datasource {use.uid!r} is hard-coded in {use.what}"
            yield Finding(message, "use a datasource variable", panel=use.panel, pointer=use.pointer)


@rule("DK502", Severity.ERROR, on=Board)
def undefined_datasource(board: Board, context: CheckContext) -> Iterator[Finding]:
    """An undefined datasource variable.

    Everything that uses it shows "Datasource ${...} was not found". Dashboards exported for sharing use
    ``${DS_...}`` and list those under ``__inputs``; without that list they break like this.
    """
    for use in datasource_uses(board):
        for reference in find(use.uid):
            if reference.name not in board.by_name:
                known = ", ".join(f"${{{name}}}" for name in board.datasource_variables)
                hint = f"the dashboard has {known}" if known else "add a datasource variable"
                message = f"datasource {use.uid} of {use.what} is not a variable of the dashboard"
                yield Finding(message, hint, panel=use.panel, pointer=use.pointer)


@rule("DK503", Severity.ERROR, on=Board)
def unknown_datasource(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A datasource that is not listed in dashkit.yaml.

    ``datasources`` in dashkit.yaml lists the existing ones by uid; a context can map them to those of its
    server. If nothing is listed, nothing is reported.
    """
    if not context.datasources:
        return
    for use in datasource_uses(board):
        if use.uid not in NO_REAL and "$" not in use.uid and use.uid not in context.datasources:
            near = difflib.get_close_matches(use.uid, context.datasources, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(context.datasources))}"
            message = f"datasource {use.uid!r} of {use.what} is unknown"
            yield Finding(message, hint, panel=use.panel, pointer=use.pointer)


@rule("DK504", Severity.WARNING, on=Panel)
def datasource_differs(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A query with a different datasource than its panel.

    Grafana sends all queries to the panel's datasource and ignores those of the queries, unless the panel uses
    ``-- Mixed --``.
    """
    own = _plain(panel.datasource)
    if not own or own in (MIXED, "-- Dashboard --"):
        return
    for index, target in enumerate(panel.targets):
        other = _plain(datasource_uid(target.get("datasource")))
        if other and other not in (own, "__expr__", "-100"):
            message = f"the query is for {other!r}, but the panel sends it to {panel.datasource!r}"
            yield Finding(message, "set the panel's datasource to -- Mixed --", pointer=f"/targets/{index}/datasource")


def _plain(uid: str) -> str:
    """Return ``$ds``, ``${ds}`` and ``[[ds]]`` in the same form."""
    return uid.replace("${", "$").replace("}", "").replace("[[", "$").replace("]]", "")


@rule("DK508", Severity.ERROR, on=Panel)
def shared_query(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel that reuses the data of a missing panel.

    Panels with the datasource ``-- Dashboard --`` show the query results of another panel. If that one is
    removed, they stay empty.
    """
    if panel.datasource != "-- Dashboard --":
        return
    known = {other.id for other in panel.board.panels}
    for index, target in enumerate(panel.targets):
        wanted = target.get("panelId")
        if isinstance(wanted, int) and wanted not in known:
            message = f"the panel shows the data of panel {wanted}, which does not exist"
            yield Finding(message, pointer=f"/targets/{index}/panelId")
        elif wanted == panel.id:
            yield Finding("the panel shows its own data, so it is always empty", pointer=f"/targets/{index}/panelId")


RULES = (
    fixed_datasource,
    undefined_datasource,
    unknown_datasource,
    datasource_differs,
    shared_query,
)

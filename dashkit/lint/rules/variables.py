"""Variables of a dashboard."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import LOKI, PROMETHEUS, Board, Query, Variable
from dashkit.lint.javascript import compiled
from dashkit.lint.parse import VARIABLE_FUNCTIONS
from dashkit.lint.rule import Finding, rule
from dashkit.lint.values import datasource_uid, mapping, objects, strings, text, used_variables
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Selector
from dashkit.promql.variables import ALWAYS_KNOWN, MARK, find

#: Names that only some datasources define (InfluxDB, SQL).
_OF_OTHERS = frozenset({"interval", "timeFilter", "measurement", "tag", "col", "m"})
#: The prefix of Grafana's own variables; unknown ones are not replaced.
_OWN = "__"
_GROUP = re.compile(r"\(\?P?<(\w+)>")
#: The same pattern as in Grafana.
_LABEL_VALUES = re.compile(r"label_values\((?:(.+),\s*)?([a-zA-Z_$\[][\w${}:\[\]]*)\)\s*", re.DOTALL)


@rule("DK401", Severity.ERROR, on=Board)
def undefined_variable(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A query or title with an undefined variable.

    Grafana leaves ``$service`` unchanged: the query looks for a service with that literal name, and finds none.
    """
    for panel in board.panels:
        reported: set[str] = set()
        for query in panel.queries:
            known = query.language in (PROMETHEUS, LOKI)
            for key, value in query.target.items():
                if key in ("datasource", "refId", "legendFormat", "expression"):
                    continue
                for name in sorted(_undefined(board, value, own=known and key == "expr") - reported):
                    near = _near(name, board)
                    # Other languages also use $: report only likely typos.
                    if not known and (not near or name in _OF_OTHERS):
                        continue
                    reported.add(name)
                    number = query.pointer.rpartition("/")[2]
                    severity = None if known and not query.hidden else Severity.WARNING
                    message = f"the query uses ${name}, which is not defined"
                    yield Finding(message, near, panel=panel, pointer=f"/targets/{number}/{key}", severity=severity)
        for name in sorted(_undefined(board, panel.title) - reported):
            message = f"the title uses ${name}, which is not defined"
            yield Finding(message, _near(name, board), panel=panel, pointer="/title", severity=Severity.WARNING)
    for variable in board.variables:
        if variable.kind == "query":
            for name in sorted(_undefined(board, variable.query)):
                pointer = f"{variable.pointer.removeprefix(board.prefix)}/query"
                message = f"variable ${variable.name} uses ${name}, which is not defined"
                # An unused variable does not affect any panel.
                severity = None if variable.name in board.used else Severity.WARNING
                yield Finding(message, _near(name, board), pointer=pointer, severity=severity)
    for query in board.queries:
        if query.role == "annotation":
            for name in sorted(_undefined(board, query.text)):
                pointer = query.pointer.removeprefix(board.prefix)
                message = f"annotation {query.target.get('name')!r} uses ${name}, which is not defined"
                yield Finding(message, _near(name, board), pointer=pointer)


def _undefined(board: Board, value: object, *, own: bool = False) -> set[str]:
    """Return the undefined names; with ``own`` also those that look like Grafana's own."""
    names: set[str] = set()
    for _, written in strings(value):
        if "$" not in written and "[[" not in written:
            continue
        # Grafana does not substitute in comments and templates.
        plain = re.sub(r"\{\{.*?\}\}", "", re.sub(r"#[^\n]*", "", written) if own else written, flags=re.DOTALL)
        groups = set(_GROUP.findall(written))  # $name in label_replace
        names |= {reference.name for reference in find(plain)} - groups
    known = ALWAYS_KNOWN | board.by_name.keys()
    return {name for name in names if name not in known and (own or not name.startswith(_OWN))}


def _near(name: str, board: Board) -> str:
    near = difflib.get_close_matches(name, [*board.by_name, *ALWAYS_KNOWN], n=1, cutoff=0.75)
    return f"did you mean ${near[0]}?" if near else ""


@rule("DK402", Severity.WARNING, on=Board)
def unused_variable(board: Board, context: CheckContext) -> Iterator[Finding]:
    """An unused variable.

    Users choose a value at the top of the page, and nothing changes. Ad-hoc filters apply automatically and are
    never reported.
    """
    for variable in board.variables:
        if not variable.name or variable.kind in ("adhoc", "system", "groupby") or variable.name in board.used:
            continue
        uncertain = variable.kind == "datasource" or any(panel.is_library for panel in board.panels)
        pointer = variable.pointer.removeprefix(board.prefix)
        message = f"nothing uses the variable ${variable.name}"
        yield Finding(message, pointer=pointer, severity=Severity.INFO if uncertain else None)


@rule("DK403", Severity.ERROR, on=Board)
def variable_cycle(board: Board, context: CheckContext) -> Iterator[Finding]:
    """Variables that depend on each other.

    Grafana cannot load any of them, and the dashboard stays empty.
    """
    needs = {
        variable.name: used_variables([variable.json.get(key) for key in ("query", "regex", "datasource")])
        & (set(board.by_name) - {variable.name})
        for variable in board.variables
    }
    reported: set[str] = set()
    for variable in board.variables:
        cycle = _cycle(variable.name, needs)
        if cycle and not reported & set(cycle):
            reported |= set(cycle)
            path = " -> ".join(f"${name}" for name in [*cycle, cycle[0]])
            yield Finding(
                f"variables depend on each other: {path}", pointer=variable.pointer.removeprefix(board.prefix)
            )


def _cycle(start: str, needs: dict[str, set[str]]) -> list[str]:
    """Return the path from a variable back to itself; empty if there is none."""
    paths = [[start]]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        for name in sorted(needs.get(path[-1], ())):
            if name == start:
                return path
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return []


@rule("DK404", Severity.WARNING, on=Variable)
def variable_refresh(variable: Variable, context: CheckContext) -> Iterator[Finding]:
    """A query variable that is never refreshed.

    With refresh 0, its values date from the day the dashboard was saved: new services are missing, and removed
    ones are still listed.
    """
    if variable.kind == "query" and variable.json.get("refresh") in (0, False):
        hint = "set refresh to 1 (on load) or 2 (on time range change)"
        yield Finding("its values are never refreshed", hint, pointer="/refresh")


@rule("DK405", Severity.ERROR, on=Query)
def multi_value(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A multi-value variable with ``=`` instead of ``=~``.

    If two values or All are chosen, Grafana inserts ``(a|b)`` or the value for All (``.*``), which only ``=~``
    understands: the panel is empty, although it works with a single value. A panel that repeats for the variable
    always has a single one.
    """
    board = query.board
    if board is None:
        return
    for selector, _ in query.expression.of(Selector):
        for matcher in selector.matchers:
            named = [name for name in board.by_name if f"{MARK}{name}" in matcher.value]
            multi = [board.by_name[name] for name in sorted(named, key=len, reverse=True) if board.by_name[name].multi]
            if matcher.op not in ("=", "!=") or not multi:
                continue
            variable = multi[0]
            if query.panel is not None and variable.name in query.panel.repeats:
                continue
            better = "=~" if matcher.op == "=" else "!~"
            message = f"${variable.name} can have several values, which `{matcher.op}` does not match"
            # An unused variable does not affect any panel.
            idle = query.variable is not None and query.variable.name not in board.used
            severity = Severity.WARNING if idle else None
            hint = f'use {matcher.label}{better}"{matcher.value.replace(MARK, "$")}"'
            yield Finding(message, hint, span=selector.span, severity=severity)


@rule("DK406", Severity.ERROR, on=Board)
def duplicate_variable(board: Board, context: CheckContext) -> Iterator[Finding]:
    """Two variables with the same name.

    Grafana shows both at the top of the page, but uses only one: a choice in the other has no effect.
    """
    seen: set[str] = set()
    for variable in board.variables:
        if variable.name in seen:
            pointer = f"{variable.pointer.removeprefix(board.prefix)}/name"
            yield Finding(f"two variables are named {variable.name!r}", pointer=pointer)
        seen.add(variable.name)


@rule("DK407", Severity.ERROR, on=Variable)
def variable_query(variable: Variable, context: CheckContext) -> Iterator[Finding]:
    """A variable with an empty query, or with an unknown function.

    Prometheus variables support ``label_values(series, label)``, ``label_names()``, ``metrics(regex)`` and
    ``query_result(query)``. Grafana takes anything else for a series, and the list is empty.
    """
    reference = mapping(variable.json.get("datasource"))
    kind = reference.get("type") or variable.board.datasource_variables.get(datasource_uid(reference).strip("${}"), "")
    if variable.kind != "query" or kind not in ("", PROMETHEUS):
        return
    query = variable.query.strip()
    if not query:
        if not isinstance(variable.json.get("query"), dict) or kind == PROMETHEUS:
            yield Finding("the query of the variable is empty", pointer="/query", severity=Severity.WARNING)
        return
    called = re.match(r"(\w+)\s*\(", query)
    if called and called[1] not in VARIABLE_FUNCTIONS:
        near = difflib.get_close_matches(called[1], VARIABLE_FUNCTIONS, n=1, cutoff=0.8)
        if near:
            yield Finding(f"unknown variable function {called[1]}()", f"did you mean {near[0]}()?", pointer="/query")
    elif called and called[1] == "label_values" and not _LABEL_VALUES.fullmatch(query):
        message = "label_values() without a label, or in a form that Grafana cannot read"
        yield Finding(message, "use label_values(up, job)", pointer="/query")


@rule("DK409", Severity.ERROR, on=Variable)
def variable_regex(variable: Variable, context: CheckContext) -> Iterator[Finding]:
    """A variable with an invalid regular expression.

    Grafana cannot filter the values with it: the list is empty or shows an error.
    """
    value = text(variable.json.get("regex"))
    if not value or "$" in value.replace("$/", "").replace("$)", "").rstrip("$"):
        return
    try:
        compiled(value)
    except re.error as error:
        # JavaScript and Python differ; these errors are errors in both.
        if any(word in str(error) for word in ("missing )", "unbalanced", "nothing to repeat")):
            yield Finding(f"invalid regular expression: {error}", pointer="/regex")


@rule("DK410", Severity.WARNING, on=Board)
def required_variables(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A dashboard without a variable that the project requires.

    Needs ``check.variables`` in dashkit.yaml::

        check: {variables: [datasource, environment]}
    """
    for name in context.variables:
        if name not in board.by_name:
            yield Finding(f"the dashboard has no variable ${name}", pointer="/templating/list")


@rule("DK411", Severity.WARNING, on=Variable)
def variable_current(variable: Variable, context: CheckContext) -> Iterator[Finding]:
    """A variable whose initial value is not one of its options.

    The dashboard opens with a value that users cannot choose again, and is usually empty.
    """
    if variable.kind != "custom" or variable.json.get("allowCustomValue") is True:
        return
    current = mapping(variable.json.get("current")).get("value")
    chosen = current if isinstance(current, list) else [current]
    options = {entry.strip().rpartition(" : ")[2].strip() for entry in variable.query.split(",")}
    options |= {text(entry.get("value")) for entry in objects(variable.json.get("options"))}
    options.add(text(variable.json.get("allValue")))
    if not options - {""} or "\\" in variable.query:
        return
    for value in chosen:
        if isinstance(value, str) and value and not value.startswith("$__") and value not in options:
            yield Finding(f"its initial value {value!r} is not one of its options", pointer="/current")


RULES = (
    undefined_variable,
    unused_variable,
    variable_cycle,
    variable_refresh,
    multi_value,
    duplicate_variable,
    variable_query,
    variable_regex,
    required_variables,
    variable_current,
)

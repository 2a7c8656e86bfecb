"""Determine the values of the variables when a dashboard opens, by querying the server."""

from __future__ import annotations

import contextlib

from dashkit.errors import ServerError
from dashkit.lint.elements import PROMETHEUS, Board, Variable
from dashkit.lint.interpolate import Span, interpolate
from dashkit.lint.problems import problem_of
from dashkit.lint.queries import QueryRunner
from dashkit.lint.rule import Finding
from dashkit.lint.values import datasource_uid, mapping, text
from dashkit.lint.variable_options import in_order, matching, options_of
from dashkit.model.problem import Problem, Severity
from dashkit.promql.interpolate import Chosen, Values
from dashkit.promql.tree import parse
from dashkit.promql.variables import find


def opening_values(board: Board, asker: QueryRunner, span: Span, problems: list[Problem]) -> dict[str, Chosen]:
    """Return the values of each variable when the dashboard opens; add a problem for each that finds none."""
    values: dict[str, Chosen] = {}
    for variable in in_order(board.variables, lambda one: one.name, _needs):
        saved = Chosen((board.values.get(variable.name, ""),), variable.multi)
        if variable.kind == "query":
            found = _queried(variable, board, values, asker, span)
            if isinstance(found, str):
                problems.append(_variable_problem(variable, found))
                values[variable.name] = saved
            elif found is None:
                # It cannot be queried here: use the saved value, else match anything.
                values[variable.name] = saved if saved.values[0] else Chosen((".*",), raw=True)
            else:
                if not found and variable.name in board.used:
                    problems.append(_variable_problem(variable, f"${variable.name} finds no values"))
                values[variable.name] = _chosen(variable, found)
        elif variable.kind == "datasource":
            for wanted in (_current(variable), ""):  # Grafana uses another one if the saved one is gone
                with contextlib.suppress(LookupError):
                    values[variable.name] = Chosen((asker.server.datasource(variable.query, wanted),))
                    break
        elif variable.kind == "custom":
            options = [part.strip().rpartition(" : ")[2].strip() for part in variable.query.split(",")]
            values[variable.name] = _chosen(variable, [option for option in options if option])
        else:
            values[variable.name] = saved
    return values


def _needs(variable: Variable) -> set[str]:
    reference = datasource_uid(variable.json.get("datasource"))
    return {used.name for part in (variable.query, reference) for used in find(part)}


def _queried(
    variable: Variable, board: Board, values: Values, asker: QueryRunner, span: Span
) -> list[str] | str | None:
    """Return the values that a query variable finds, or an error message.

    None if it has a datasource or form that cannot be queried here.
    """
    query = next((entry for entry in board.queries if entry.variable is variable), None)
    if query is None or query.language != PROMETHEUS or not asker.server.answers(PROMETHEUS):
        return None
    try:
        wanted = interpolate(datasource_uid(variable.json.get("datasource")), values, span)
        uid = asker.server.datasource(PROMETHEUS, wanted)
    except LookupError as error:
        return str(error)
    expr, label = interpolate(query.text, values, span), interpolate(query.label, values, span)
    call = variable.query.strip()
    if call.startswith("label_values"):
        if expr and parse(expr).error:
            return f"${variable.name}: not PromQL: {parse(expr).error}"
        found = asker.once(("values", uid, label, expr), lambda: asker.server.values(uid, label, expr))
    elif call.startswith("query_result"):
        found = asker.once(("results", uid, expr), lambda: asker.server.results(uid, expr, span.end))
    elif call.startswith("metrics("):
        wanted = interpolate(call.removeprefix("metrics(").removesuffix(")"), values, span)
        names = asker.once(("values", uid, "__name__", ""), lambda: asker.server.values(uid, "__name__", ""))
        found = matching(wanted, names) if isinstance(names, list) else names
    elif call.startswith("label_names("):
        found = asker.once(("names", uid), lambda: asker.server.names(uid))
    else:
        return None
    if isinstance(found, ServerError):
        return f"${variable.name}: {found.message}"
    if found is None:
        return None
    return [option.value for option in options_of(found, text(variable.json.get("regex")))]


def _current(variable: Variable) -> str:
    current = mapping(variable.json.get("current")).get("value")
    current = current[0] if isinstance(current, list) and current else current
    return current if isinstance(current, str) and not current.startswith("$__") else ""


def _chosen(variable: Variable, options: list[str]) -> Chosen:
    """Return what is selected when the dashboard opens: the saved value if it still exists, else All, else the first."""
    current = _current(variable)
    if current in options:
        return Chosen((current,), variable.multi)
    if variable.json.get("includeAll") is True:
        every = text(variable.json.get("allValue"))
        return Chosen((every,), raw=True) if every else Chosen(tuple(options) or (".*",), True, not options)
    return Chosen(tuple(options[:1]) or (current,), variable.multi)


def _variable_problem(variable: Variable, message: str) -> Problem:
    return problem_of(variable, "DK707", Severity.ERROR, Finding(message, pointer="/query"), variable.query)

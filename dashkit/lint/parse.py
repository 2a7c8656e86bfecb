"""Build the elements that rules examine from a dashboard of any version, or from the groups of a rule file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dashkit.document.datasources import MIXED, References, query_type
from dashkit.document.v2.parts import is_v2
from dashkit.document.v2.settings import scoped_variables
from dashkit.document.walk import entries, panels, settings
from dashkit.lint.elements import PROMETHEUS, Alert, Board, Panel, Query, Variable
from dashkit.lint.values import mapping, objects, text
from dashkit.model.dashboard import FolderPath, Location

#: The maximum number of panels to examine: a dashboard with more is generated, and no one reads so many findings.
MOST_PANELS = 5000


def board(
    spec: Mapping[str, Any],
    source: Location,
    *,
    folder: FolderPath = (),
    places: Mapping[int, Location] | None = None,
    variable_places: Mapping[str, Location] | None = None,
    inputs: int = 0,
    prefix: str = "",
    uid: str = "",
    datasource_types: Mapping[str, str] | None = None,
    compiled: bool = False,
    owned: bool = True,
) -> Board:
    """Return the elements of a dashboard, with at most `MOST_PANELS` panels.

    Args:
        places: source locations of panels, by id.
        variable_places: source locations of variables, by name.
        inputs: how many variables at the front come from the inputs of an export, not from the file's variables.
        prefix: the pointer of the dashboard in its file.
        uid: that of a dashboard of the v2 schema, whose document does not have it.
    """
    shown = read(spec) | ({"uid": uid} if uid else {})
    result = Board(shown, source, folder, prefix, compiled, owned, spec, inputs)
    variables = [*_variables(spec, shown, inputs)]
    known = References([entry for _, entry in variables], datasource_types or {})
    for pointer, entry in variables:
        place = (variable_places or {}).get(text(entry.get("name")), source)
        result.variables.append(Variable(result, f"{prefix}{pointer}", entry, place))
    result.values = {variable.name: _value(variable) for variable in result.variables}
    row_repeat = ""
    for number, placed in enumerate(panels(dict(spec))):
        if number >= MOST_PANELS:
            result.left_out += 1
            continue
        place = (places or {}).get(placed.panel.get("id", 0), source)
        own = text(placed.panel.get("repeat")).removeprefix("$")
        row_repeat = own if placed.panel.get("type") == "row" else row_repeat
        repeats = frozenset({own, row_repeat} - {""})
        panel = Panel(result, prefix + placed.pointer, placed.panel, placed.where, place, repeats)
        panel.queries = list(_panel_queries(panel, known))
        result.panels.append(panel)
        result.queries += panel.queries
    result.queries += _variable_queries(result, known)
    result.queries += _annotation_queries(result, known)
    return result


def read(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document in the words of the classic schema; of one of the v2 schema all but the panels."""
    if not is_v2(spec):
        return dict(spec)
    lists = {key: {"list": entries(dict(spec), key)} for key in ("templating", "annotations")}
    return {**settings(dict(spec)), **lists}


def _variables(
    spec: Mapping[str, Any], shown: Mapping[str, Any], inputs: int
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield all variables, each with its pointer in the document."""
    for index, entry in enumerate(objects(mapping(shown.get("templating")).get("list"))):
        if is_v2(spec):
            yield f"/variables/{index}", entry
        else:
            yield f"/templating/list/{index - inputs}" if index >= inputs else f"/__inputs/{index}", entry
    yield from scoped_variables(spec) if is_v2(spec) else ()


def _panel_queries(panel: Panel, known: References) -> Iterator[Query]:
    own = known.resolve(panel.json.get("datasource"))
    mixed = own is not None and own.get("uid") == MIXED
    for index, target in enumerate(panel.targets):
        hint = query_type(dict(target))
        chosen = known.resolve(target.get("datasource"), hint=hint)
        chosen = chosen or (None if mixed else own) or known.default
        language = str((chosen or {}).get("type") or hint)
        if language in ("", "datasource") and isinstance(target.get("expr"), str):
            language = "" if (chosen or {}).get("uid") == "-- Dashboard --" else PROMETHEUS
        pointer = f"{panel.pointer}/targets/{index}"
        yield Query(
            text(target.get("expr")), language, "panel", pointer, target, panel.board.values, panel.board, panel
        )


#: The functions in queries of Prometheus variables.
VARIABLE_FUNCTIONS = ("label_values", "label_names", "query_result", "metrics")


def _variable_queries(result: Board, known: References) -> Iterator[Query]:
    for variable in result.variables:
        reference = known.resolve(variable.json.get("datasource"))
        language = str((reference or {}).get("type") or "")
        query = variable.query.strip()
        name, _, rest = query.partition("(")
        if (
            variable.kind != "query"
            or name.strip() not in VARIABLE_FUNCTIONS
            or (language and PROMETHEUS not in language)
        ):
            continue
        inside = rest.rstrip().removesuffix(")")
        label = ""
        if name.strip() == "label_values":
            head, comma, tail = _last_comma(inside)
            broken = not comma and "{" in inside  # an unclosed brace swallows the comma
            head, comma, tail = inside.rpartition(",") if broken else (head, comma, tail)
            inside, label = (head, tail) if comma else ("", inside)
        elif name.strip() != "query_result":
            inside = ""
        pointer = f"{variable.pointer}/query"
        yield Query(
            inside.strip(), PROMETHEUS, "variable", pointer, variable.json, result.values, result, None, variable,
            None, label.strip(),
        )  # fmt: skip


def _last_comma(inside: str) -> tuple[str, str, str]:
    """Split at the last comma outside of brackets and strings: the series and the label."""
    depth, quoted, found = 0, "", -1
    for index, character in enumerate(inside):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "\"'`":
            quoted = character
        elif character in "({[":
            depth += 1
        elif character in ")}]":
            depth -= 1
        elif character == "," and depth == 0:
            found = index
    return (inside, "", "") if found < 0 else (inside[:found], ",", inside[found + 1 :])


def _annotation_queries(result: Board, known: References) -> Iterator[Query]:
    entries = objects(mapping(result.json.get("annotations")).get("list"))
    for index, entry in enumerate(entries):
        query = entry.get("expr") or mapping(entry.get("target")).get("expr")
        reference = known.resolve(entry.get("datasource"), hint=PROMETHEUS if query else "") or known.default or {}
        if isinstance(query, str):
            pointer = (
                f"{result.prefix}/annotations/{index}" if result.is_v2 else f"{result.prefix}/annotations/list/{index}"
            )
            language = str(reference.get("type") or PROMETHEUS)
            yield Query(query, language, "annotation", pointer, entry, result.values, result)


def _value(variable: Variable) -> str:
    """Return the value of the variable when the dashboard opens, as far as the document shows it."""
    current = mapping(variable.json.get("current")).get("value")
    if isinstance(current, list):
        current = current[0] if current else None
    if isinstance(current, str) and current and not current.startswith("$__"):
        return current
    if variable.kind in ("constant", "textbox"):
        return variable.query
    for option in objects(variable.json.get("options")):
        value = option.get("value")
        if isinstance(value, str) and not value.startswith("$__"):
            return value
    if variable.kind in ("custom", "interval"):
        first = variable.query.split(",")[0].strip()
        return first.rpartition(" : ")[2].strip()
    return ""


def alerts(groups: Any, source: Location, places: Mapping[tuple[int, int], Location] | None = None) -> list[Alert]:
    """Return the rules of a rule file; ``places`` are their locations by the numbers of group and rule.

    An entry that is not a mapping becomes an empty rule, so that it is reported.
    """
    result = []
    for number, group in enumerate(groups if isinstance(groups, list | tuple) else ()):
        about = mapping(group)
        rules = about.get("rules")
        if not isinstance(rules, list | tuple) or not rules:
            # Represent a group without rules by an empty one, so that the group's own faults are reported.
            result.append(Alert({}, text(about.get("name")), source, f"/groups/{number}", about, number, first=True))
            continue
        for index, entry in enumerate(rules):
            place = (places or {}).get((number, index), source)
            pointer = f"/groups/{number}/rules/{index}"
            rule = Alert(mapping(entry), text(about.get("name")), place, pointer, about, number, first=index == 0)
            role = "record" if rule.recorded else "alert"
            expr = mapping(entry).get("expr")
            written = str(expr) if isinstance(expr, int | float) and not isinstance(expr, bool) else text(expr)
            rule.query = Query(written, PROMETHEUS, role, f"{pointer}/expr", rule.json, alert=rule)
            result.append(rule)
    return result

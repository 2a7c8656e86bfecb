"""What a variable of a dashboard says.

Grafana 10.1 makes the options of a variable anew only if its ``refresh`` says so, and shows what is stored otherwise. Later ones
always make them. What is left out here means the same to both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashkit.document.compare import content
from dashkit.document.variables import ALL, is_plainly_offered, offered, offering

Json = dict[str, Any]

#: What is as good as missing if it is empty or false.
_EMPTY = frozenset(("allValue", "includeAll", "multi", "regex"))
#: When options are made anew: when the dashboard is opened, and when the time range changes, too.
_ANEW = (1, 2)


def variable_content(variable: Json) -> Json:
    """Return what a variable says, without what says nothing."""
    (result,) = content({"templating": {"list": [variable]}})["templating"]["list"]
    rule = _OF_KIND.get(str(result.get("type")))
    result = rule(result) if rule else result
    return {key: value for key, value in result.items() if key not in _EMPTY or value not in ("", False)}


def _query(variable: Json) -> Json:
    query, source = variable.get("query"), variable.get("datasource")
    prometheus = isinstance(source, dict) and source.get("type") == "prometheus"
    if prometheus and isinstance(query, dict) and query.keys() == {"query", "refId"}:
        text = query["query"]
        # A query with a name is one that is a text. But where a reader's search is part of it, Grafana 10.1 looks at texts only.
        if isinstance(text, str) and "__searchFilter" not in text:
            variable = {**variable, "query": text}
    return _without(variable, "definition")  # what the list of variables shows


def _custom(variable: Json) -> Json:
    query = variable.get("query")
    if not isinstance(query, str) or not query or not is_plainly_offered(query):
        return variable
    if variable.get("valuesFormat") not in (None, "csv"):
        return variable
    offers = [*([ALL] if variable.get("includeAll") else []), *offered(query)]
    if variable.get("refresh") not in _ANEW and _stored(variable) != offers:
        return variable
    result = {**_without(variable, "options"), "query": offering(offered(query)), **_current(variable)}
    # With another refresh, Grafana 10.1 replaces a choice that is not offered.
    chosen = (variable.get("current") or {}).get("value")
    known = [value for _, value in offers]
    valid = chosen and all(one in known for one in (chosen if isinstance(chosen, list) else [chosen]))
    return _without(result, "refresh") if valid else result


def _interval(variable: Json) -> Json:
    query = variable.get("query")
    if not isinstance(query, str) or not query:
        return variable
    made = variable.get("refresh", _ANEW[1]) in _ANEW
    return {**(_without(variable, "options") if made else variable), **_current(variable)}


def _textbox(variable: Json) -> Json:
    result = {**_without(variable, "options"), **_current(variable)}
    # With a refresh, Grafana 10.1 begins with the query.
    same = (variable.get("current") or {}).get("value") == str(variable.get("query") or "").strip()
    return _without(result, "refresh") if same else result


def _datasource(variable: Json) -> Json:
    return _without(variable, "queryValue", *(["refresh"] if variable.get("refresh") != 0 else []))


def _switch(variable: Json) -> Json:
    return _without(variable, "query")


def _stored(variable: Json) -> list[tuple[Any, Any]]:
    options = variable.get("options")
    return [(one.get("text"), one.get("value")) for one in options or () if isinstance(one, dict)]


def _current(variable: Json) -> Json:
    """Return the choice, without what says that it is one."""
    current = variable.get("current")
    return {"current": _without(current, "selected")} if isinstance(current, dict) else {}


def _without(value: Json, *keys: str) -> Json:
    return {key: entry for key, entry in value.items() if key not in keys}


_OF_KIND: Mapping[str, Callable[[Json], Json]] = {
    "custom": _custom, "datasource": _datasource, "interval": _interval, "query": _query, "switch": _switch, "textbox": _textbox,
}  # fmt: skip

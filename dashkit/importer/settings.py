"""The calls that make the variables, links and annotations of a dashboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from dashkit import _json
from dashkit.authoring import variables as made
from dashkit.authoring.arguments import arguments_of, read
from dashkit.authoring.call import Call
from dashkit.authoring.variables import VariableKind
from dashkit.compiler.plain import plain
from dashkit.document.datasources import References
from dashkit.document.variables import modern_annotations, modern_variables
from dashkit.quiet.canonical import link_content
from dashkit.quiet.variables import variable_content

Json = dict[str, Any]

_VARIABLES: dict[str, tuple[str, VariableKind]] = {
    "query": ("query_variable", made.QUERY),
    "custom": ("custom_variable", made.CUSTOM),
    "datasource": ("datasource_variable", made.DATASOURCE),
    "interval": ("interval_variable", made.INTERVAL),
    "constant": ("constant_variable", made.CONSTANT),
    "textbox": ("text_variable", made.TEXT),
    "adhoc": ("adhoc_variable", made.ADHOC),
}
#: What these helpers take if their first arguments are not given.
_FIRST = {
    "datasource_variable": ("datasource", "prometheus"),
    "interval_variable": ("interval", "1m,5m,15m,1h"),
    "adhoc_variable": ("filters",),
    "text_variable": (None, ""),
}


def variables(entries: list[Json]) -> list[Call | Json]:
    """Return what makes each variable: a call, or its JSON where no helper can."""
    references = References(entries, {})

    def stored(value: Any) -> Json:
        return variable_content(modern_variables([plain(value)], references)[0])

    return [_made(entry, _variable(entry, references), stored) for entry in entries]


def _switch(entry: Json) -> Iterator[Call]:
    on, off = ([str(one.get("value")) for one in entry.get("options") or ()] + ["true", "false"])[:2]
    named = {
        **_unless(on == "true", on=on),
        **_unless(off == "false", off=off),
        **_unless((entry.get("current") or {}).get("value") != on, default=True),
    }
    source = deepcopy(entry)
    source.setdefault("hide", 0)
    told = read(made.SWITCH.table, source, made.SWITCH.defaults)
    yield Call("switch_variable", (told.pop("name", None),), {**told, **named})


def _variable(entry: Json, references: References) -> Iterator[Call]:
    if entry.get("type") == "switch":
        yield from _switch(entry)
        return
    helper, kind = _VARIABLES.get(str(entry.get("type")), ("", made.QUERY))
    if not helper:
        return
    source = deepcopy(entry)
    for key in ("type", *kind.fixed, "definition", "options"):
        source.pop(key, None)
    # What is as good as missing, as helpers write it.
    for key, value in (("hide", 0), ("regex", ""), ("multi", False), ("includeAll", False)):
        source.setdefault(key, value)
    if isinstance(source.get("current"), dict) and source["current"]:
        source["current"].setdefault("selected", True)
    if source.get("datasource") == references.default:
        source.pop("datasource", None)
    keywords = read(kind.table, source, kind.defaults)
    chosen = (entry.get("current") or {}).get("text")
    if isinstance(chosen, str) and chosen and "default" in arguments_of(kind.table):
        keywords.setdefault("default", chosen)  # where several could be chosen, one was
    first = [keywords.pop(name, None) for name in kind.positional]
    usual = _FIRST.get(helper, ())
    while first and len(first) <= len(usual) and first[-1] == usual[len(first) - 1]:
        first.pop()
    if None in first:
        return
    yield Call(helper, tuple(first), keywords)
    yield Call(helper, tuple(first), {name: value for name, value in keywords.items() if name != "default"})


def _made(entry: Json, calls: Iterator[Call], stored: Callable[[Any], Json]) -> Call | Json:
    """Return the first call that makes an entry; what it says otherwise is written over it as raw JSON."""
    for call in calls:
        try:
            there = stored(call.make())
        except (TypeError, ValueError, LookupError):
            continue
        if _json.compact(there) == _json.compact(entry):
            return _shortest(call, entry, stored)
        raw = difference(there, entry)
        patched = Call(call.helper, call.arguments, {**call.keywords, "raw": raw})
        try:
            if _json.compact(stored(patched.make())) == _json.compact(entry):
                return patched
        except (TypeError, ValueError, LookupError):
            continue
    return entry


def _shortest(call: Call, entry: Json, stored: Callable[[Any], Json]) -> Call:
    """Return the call without the arguments that say what it does anyhow, such as the first choice as the selected one."""
    for name in call.keywords:
        without = Call(call.helper, call.arguments, {key: value for key, value in call.keywords.items() if key != name})
        if _json.compact(stored(without.make())) == _json.compact(entry):
            call = without
    return call


def difference(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> Json:
    """Return the JSON that, written over ``there``, makes ``wanted`` of it. None removes a key."""
    found: Json = {key: None for key in there if key not in wanted}
    for key, value in wanted.items():
        if key not in there or _json.compact(there[key]) != _json.compact(value):
            both = isinstance(value, dict) and isinstance(there.get(key), dict)
            found[key] = difference(there[key], value) if both else value
    return found


def links(entries: list[Json]) -> list[Call | Json]:
    """Return what makes each link of the dashboard."""
    return [_link(entry) for entry in entries]


def _link(entry: Json) -> Call | Json:
    title, url, tooltip, icon = (str(entry.get(key) or "") for key in ("title", "url", "tooltip", "icon"))
    tags = entry.get("tags") or []
    told = {
        "new_tab": bool(entry.get("targetBlank")),
        "keep_time": bool(entry.get("keepTime")),
        "keep_variables": bool(entry.get("includeVars")),
    }
    kept = {name: value for name, value in told.items() if value is (name == "new_tab")}
    web = {name: value for name, value in told.items() if value is not (name == "new_tab")}
    named = _unless(not tooltip, tooltip=tooltip)
    tries = [
        Call("dashboard_link", (title, url.removeprefix("/d/")), named | kept),
        Call("web_link", (title, url), named | _unless(icon == "external link", icon=icon) | web),
        Call(
            "tag_links",
            (title, *(tags if isinstance(tags, list) else ())),
            _unless(bool(entry.get("asDropdown")), menu=False) | named | kept,
        ),
    ]
    return next((call for call in tries if link_content(call.make()) == link_content(entry)), entry)


def events(entries: list[Json], variables: list[Json]) -> list[Call | Json]:
    """Return what makes each annotation, without the one that Grafana adds itself."""
    references = References(variables, {})

    def stored(value: Any) -> Json:
        *_, one = modern_annotations([plain(value)], references)
        return dict(one)

    found: list[Call | Json] = []
    for entry in entries:
        if entry.get("builtIn") != 1:
            found.append(next((call for call in _annotation(entry) if stored(call.make()) == entry), entry))
    return found


def _annotation(entry: Json) -> Iterator[Call]:
    name, color = str(entry.get("name") or ""), str(entry.get("iconColor") or "")
    target = entry.get("target")
    tags = target.get("tags") if isinstance(target, dict) else None
    if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        said = _unless(color == "purple", color=color) | _unless(name == "Deployments", name=name)
        yield Call("deploy_annotation", tuple(tags), said)
    if isinstance(entry.get("expr"), str):
        source = entry.get("datasource")
        uid = source.get("uid") if isinstance(source, dict) else source
        title, text = entry.get("titleFormat"), entry.get("textFormat")
        said = (
            _unless(title in (name, None), title=title)
            | _unless(not text, text=text)
            | _unless(color == "blue", color=color)
            | _unless(uid == "${datasource}", datasource=uid)
        )
        yield Call("event_annotation", (name, entry["expr"]), said)


def _unless(usual: bool, **named: Any) -> Json:
    return {} if usual else named

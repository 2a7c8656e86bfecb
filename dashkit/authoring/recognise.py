"""The way back: from a panel as Grafana stores it to the call of a helper that makes it.

The tables of arguments are read backwards. A helper's defaults are left out; what it has no argument for is passed on as raw
JSON, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import reduce
from string import ascii_uppercase
from typing import Any, cast

from dashkit.authoring import checks
from dashkit.authoring.arguments import NotSayableError, arguments_of, read
from dashkit.authoring.call import Call
from dashkit.authoring.conform import MismatchError, conform
from dashkit.authoring.panel import Kind, PanelOptions, falling
from dashkit.authoring.panels import KINDS
from dashkit.authoring.paths import Json, put, step
from dashkit.authoring.queries import QUERY_KINDS
from dashkit.authoring.query import QueryKind
from dashkit.document.layout import DEFAULT_GRID

_HELPERS = {kind.plugin: name for name, kind in KINDS.items()}
#: The arguments of a helper that follow the title.
_POSITIONAL = {"text": "content", "news": "feed"}
#: Helpers of panels that show no queries.
_WITHOUT_QUERIES = ("text", "news", "alert_list", "dashboard_list", "annotations_list")


def recognise(panel: Json, default: Json | None = None) -> Call:
    """Return the call that makes a panel, with its id, its place and its queries.

    Whatever a panel holds, this returns one: what Grafana would not read either is passed on raw.

    Args:
        panel: a panel in canonical form.
        default: the datasource of panels that name none, as an object.
    """
    source = deepcopy(panel)
    plugin, title = (_taken(source, key, str, "") for key in ("type", "title"))
    helper = _helper(plugin, panel)
    kind = KINDS.get(helper) or Kind(plugin, PanelOptions)
    targets = [] if helper in _WITHOUT_QUERIES else _queries_of(source)
    if "span" not in source:  # which is the width of a panel that has no place of its own
        source.setdefault("gridPos", dict(DEFAULT_GRID))
    key = _key(source)
    datasource = source.get("datasource")
    usual = kind.defaults.get("datasource", default)
    if datasource == usual:
        source.pop("datasource", None)
    keywords = kind.contract(read(kind.table, source, kind.defaults, known={"title": title}), len(targets))
    if datasource == usual:
        keywords.pop("datasource", None)
    if falling(kind, keywords):  # Grafana draws such a scale, but no helper makes one
        _keep_scale(kind, keywords, panel, source)
    first = [title, *([keywords.pop(_POSITIONAL[helper], None) or ""] if helper in _POSITIONAL else [])]
    return Call(
        helper,
        (*([plugin] if helper == "panel" else []), *first, *_queries(targets, datasource)),
        {**keywords, **key, **_raw(source)},
    )


def _helper(plugin: str, panel: Json) -> str:
    """Return the name of the helper. One that writes what the panel has not is none for it."""
    helper = _HELPERS.get(plugin, "panel")
    if helper in _POSITIONAL:
        path = arguments_of(KINDS[helper].table)[_POSITIONAL[helper]].place.path
        return "panel" if reduce(step, path, cast(Any, panel)) is None else helper
    return helper


def _taken(source: Json, key: str, kind: type, otherwise: Any) -> Any:
    """Remove and return an entry of the right type. Another one stays."""
    return source.pop(key) if isinstance(source.get(key), kind) else otherwise


def _queries_of(source: Json) -> list[Any]:
    """Remove and return the panel's queries. If one of them is none, all stay."""
    targets = source.get("targets")
    if not isinstance(targets, list) or not all(isinstance(one, dict) for one in targets):
        return []
    return list(source.pop("targets"))


def _key(source: Json) -> Json:
    """Remove the panel's id and return it as an argument. What is no id stays."""
    try:
        checks.panel_key(conform(int)(source["id"]))
    except (KeyError, MismatchError):
        return {}
    return {"key": source.pop("id")}


def _keep_scale(kind: Kind, keywords: Json, panel: Json, source: Json) -> None:
    """Say that the helper sets no ends of the scale, and keep those of the panel among what is passed on raw."""
    for name in ("min", "max"):
        keywords[name] = None
        path = arguments_of(kind.table)[name].place.path
        value: Any = reduce(step, path, cast(Any, panel))
        if value is not None:
            put(source, path, value)


def _raw(source: Json) -> Json:
    """Return what is left of a panel as the arguments that take raw JSON."""
    result: Json = {}
    # Without settings of fields, there are still the objects that would hold them.
    usual: Json
    for name, key, usual in (
        ("options", "options", {}),
        ("field_config", "fieldConfig", {"defaults": {}, "overrides": []}),
    ):
        if isinstance(source.get(key) or {}, dict):
            given = source.pop(key, None) or {}
            left = {inner: value for inner, value in given.items() if inner not in usual or value != usual[inner]}
            result |= {name: left} if left else {}
    return {**result, **({"raw": source} if source else {})}


def _queries(targets: list[Json], datasource: Any) -> Iterator[Call | Json]:
    """Yield a call for each query, or its JSON if no helper can make it."""
    refs = [target.get("refId") for target in targets]
    in_order = refs == list(ascii_uppercase[: len(refs)])
    for target in targets:
        source = deepcopy(target)
        if in_order:
            del source["refId"]
        try:
            yield _query(source, datasource)
        except NotSayableError:
            yield {key: value for key, value in target.items() if not (key == "refId" and in_order)}


def _query(source: Json, datasource: Any) -> Call:
    own = source.pop("datasource", datasource) or {}
    # A name, as older documents have it, does not say of which type the datasource is.
    kind = next((one for one in QUERY_KINDS if _fits(one, source, own)), None) if isinstance(own, dict) else None
    if kind is None:
        raise NotSayableError
    for key in kind.fixed:
        source.pop(key, None)
    keywords = read(kind.table, source)
    keywords |= _reference(kind, own, datasource)
    expr = source.get("expr")
    if kind.positional[:1] == ("expr",) and keywords.get("expr") is None and isinstance(expr, str) and expr.strip():
        keywords |= {"expr": source.pop("expr"), "as_written": True}
    if any(keywords.get(name) is None for name in kind.positional[:1]):
        raise NotSayableError
    arguments = [keywords.pop(name, None) for name in kind.positional]
    while arguments and arguments[-1] is None:
        arguments.pop()
    if None in arguments:
        raise NotSayableError
    if source:
        keywords["raw"] = source
    return Call(kind.helper, tuple(arguments), keywords)


def _fits(kind: QueryKind, source: Json, own: Json) -> bool:
    if own.get("type") not in ((kind.type,) if kind.type else kind.types):
        return False
    fixed = {key: value for key, value in kind.fixed.items() if key != "datasource"}
    return all(source.get(key) == value for key, value in fixed.items())


def _reference(kind: QueryKind, own: Json, datasource: Json | None) -> Json:
    """Return the argument ``datasource``, unless the helper or the panel says the same."""
    if "datasource" in kind.fixed:
        return {}
    if kind.type:
        return {} if own == {"type": kind.type, "uid": kind.uid} else {"datasource": own}
    return {} if own == (datasource or {}) else {"datasource": own}

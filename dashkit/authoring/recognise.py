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

from dashkit.authoring.arguments import NotSayableError, arguments_of, read
from dashkit.authoring.call import Call
from dashkit.authoring.panel import Kind, PanelOptions, falling
from dashkit.authoring.panels import KINDS
from dashkit.authoring.paths import Json, put, step
from dashkit.authoring.queries import QUERY_KINDS
from dashkit.authoring.query import QueryKind
from dashkit.document.layout import DEFAULT_GRID

_HELPERS = {kind.plugin: name for name, kind in KINDS.items()}
#: The arguments of a helper that follow the title.
_POSITIONAL = {"text": "content", "news": "feed"}


def recognise(panel: Json, default: Json | None = None) -> Call:
    """Return the call that makes a panel, with its id, its place and its queries.

    Args:
        panel: a panel in canonical form.
        default: the datasource of panels that name none, as an object.
    """
    source = deepcopy(panel)
    plugin, title = str(source.pop("type", "")), str(source.pop("title", ""))
    helper = _HELPERS.get(plugin, "panel")
    kind = KINDS.get(helper) or Kind(plugin, PanelOptions)
    number, targets = source.pop("id", None), source.pop("targets", [])
    source.setdefault("gridPos", dict(DEFAULT_GRID))
    datasource = source.get("datasource")
    usual = kind.defaults.get("datasource", default)
    if datasource == usual:
        source.pop("datasource", None)
    keywords = kind.contract(read(kind.table, source, kind.defaults, known={"title": title}), len(targets))
    if datasource == usual:
        keywords.pop("datasource", None)
    if falling(kind, keywords):  # Grafana draws such a scale, but no helper makes one
        for name in ("min", "max"):
            keywords[name] = None
            path = arguments_of(kind.table)[name].place.path
            value: Any = reduce(step, path, cast(Any, panel))
            if value is not None:
                put(source, path, value)
    keywords |= {"key": number} if isinstance(number, int) else {}
    queries = [*_queries(targets, datasource)]
    first = [title, keywords.pop(_POSITIONAL[helper])] if _POSITIONAL.get(helper) in keywords else [title]
    for name, key in (("options", "options"), ("field_config", "fieldConfig")):
        left = {inner: value for inner, value in (source.pop(key, None) or {}).items() if value not in ({}, [])}
        if left:
            keywords[name] = left
    if source:
        keywords["raw"] = source
    return Call(helper, (*([plugin] if helper == "panel" else []), *first, *queries), keywords)


def _queries(targets: Any, datasource: Json | None) -> Iterator[Call | Json]:
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


def _query(source: Json, datasource: Json | None) -> Call:
    own = source.pop("datasource", datasource) or {}
    kind = next((one for one in QUERY_KINDS if _fits(one, source, own)), None)
    if kind is None:
        raise NotSayableError
    for key in kind.fixed:
        source.pop(key, None)
    keywords = read(kind.table, source)
    keywords |= _reference(kind, own, datasource)
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

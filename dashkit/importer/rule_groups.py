"""Groups of rules as plain data: what of a rule file can be said, and when two say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dashkit.errors import InputError
from dashkit.model.durations import seconds
from dashkit.promql.located import STRINGS

Json = dict[str, Any]

_GROUP = ("name", "interval", "limit", "query_offset", "labels", "rules")
_ALERT = ("alert", "expr", "for", "keep_firing_for", "labels", "annotations")
_RECORD = ("record", "expr", "labels")
_PARTS = re.compile(rf"{STRINGS.pattern}|\s+")
#: Where 0 is not what Prometheus takes without the key, since its own configuration has another default.
_MEANT = ("query_offset",)
_DURATIONS = ("interval", "query_offset", "for", "keep_firing_for")


def groups_of(value: Any, where: str = "") -> list[Json]:
    """Return the groups of a rule file's content, ``{"groups": [...]}``, checked, and without what says nothing.

    Numbers become texts where a rule file has texts, and durations stay as they are written.

    Raises:
        InputError: it has another form, or a key that dashkit cannot say; the message names the rule and the key.
    """
    content = _mapping(value, "the content", where)
    if "apiVersion" in content and "groups" in content:
        text = "is a provisioning file of Grafana, which has no PromQL rules"
        raise InputError(text, where=where, hint="dashkit import --alerts reads them from the Grafana that loads it")
    _known(content, ("groups",), "beside `groups`", where)
    found = [_group(group, where) for group in _list(content.get("groups"), "`groups`", where)]
    if not found:
        raise InputError("has no groups of rules", where=where, hint="a rule file starts with `groups:`")
    return found


def compared(groups: list[Json]) -> list[Json]:
    """Return groups in a form in which two are equal if Prometheus reads the same: durations in seconds, blanks as one."""
    return [_compared(group) for group in groups]


def same_text(expr: str) -> str:
    """Return an expression with one blank for each run of them. Texts and comments in it stay as they are."""

    def said(found: re.Match[str]) -> str:
        if found[0].isspace():
            return " "
        return found[0] + "\n" * found[0].startswith("#")  # a comment ends with its line

    return _PARTS.sub(said, expr).strip()


def _compared(part: Json) -> Json:
    result = dict(part)
    for key in _DURATIONS:
        if key in result:
            result[key] = seconds(result[key])
    if "expr" in result:
        result["expr"] = same_text(result["expr"])
    if "rules" in result:
        result["rules"] = [_compared(rule) for rule in result["rules"]]
    return result


def _group(value: Any, where: str) -> Json:
    group = _mapping(value, "a group", where)
    name = _text(group.get("name"), "the name of a group", where)
    title = f"group {name!r}"
    _known(group, _GROUP, f"in {title}", where)
    result: Json = {"name": name, **_settings(group, title, where)}
    limit = group.get("limit")
    if limit not in (None, "", 0, "0"):
        if isinstance(limit, bool) or not str(limit).isdecimal():
            raise InputError(f"{title}: `limit` is not a number: {limit!r}", where=where)
        result["limit"] = int(limit)
    rules = [] if group.get("rules") is None else _list(group["rules"], f"`rules` of {title}", where)
    return result | {"rules": [_rule(rule, f"{title}, rule {number}", where) for number, rule in enumerate(rules, 1)]}


def _rule(value: Any, title: str, where: str) -> Json:
    rule = _mapping(value, title, where)
    kind, keys = ("alert", _ALERT) if rule.get("alert") is not None else ("record", _RECORD)
    if rule.get(kind) is None:
        raise InputError(f"{title} has neither `alert` nor `record`", where=where)
    name = _text(rule[kind], title, where)
    title = f"{title.partition(',')[0]}, {kind} {name!r}"
    _known(rule, keys, f"in {title}", where)
    expr = _text(rule.get("expr"), f"`expr` of {title}", where).strip()
    if not name.strip() or not expr:
        raise InputError(f"{title}: a name and an expression are needed", where=where)
    return {kind: name, "expr": expr, **_settings(rule, title, where)}


def _settings(part: Mapping[str, Any], title: str, where: str) -> Json:
    """Return the durations, labels and annotations of a group or a rule, without empty ones."""
    found: Json = {}
    for key in _DURATIONS:
        if part.get(key) in (None, ""):
            continue
        text = _text(part[key], f"`{key}` of {title}", where)
        try:
            if seconds(text) or key in _MEANT:
                found[key] = text
        except ValueError as error:
            raise InputError(f"{title}: `{key}`: {error}", where=where) from None
    for key in ("labels", "annotations"):
        if part.get(key) in (None, {}, ""):
            continue
        texts = _mapping(part[key], f"`{key}` of {title}", where)
        found[key] = {name: _text(text, f"`{key}.{name}` of {title}", where) for name, text in texts.items()}
    return found


def _known(part: Mapping[str, Any], keys: tuple[str, ...], place: str, where: str) -> None:
    if unknown := [key for key in part if key not in keys]:
        hint = "take it out of the source, if nothing reads it"
        raise InputError(f"`{unknown[0]}` {place} cannot be said in a module", where=where, hint=hint)


def _mapping(value: Any, what: str, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise InputError(f"{what} is not a mapping with names", where=where)
    return value


def _list(value: Any, what: str, where: str) -> Iterator[Any]:
    if not isinstance(value, list):
        raise InputError(f"{what} is not a list", where=where)
    return iter(value)


def _text(value: Any, what: str, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InputError(f"{what} is not a text", where=where)
    return str(value)

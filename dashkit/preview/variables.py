"""The variables of a dashboard: what each can be, and what is chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from dashkit.document.variables import offered
from dashkit.document.walk import entries
from dashkit.errors import DashkitError
from dashkit.lint.values import datasource_uid, mapping, text
from dashkit.lint.variable_options import Option, in_order, options_of
from dashkit.model.durations import is_duration, seconds
from dashkit.preview.intervals import duration_text, interval_of
from dashkit.preview.sources.port import DataSource, View
from dashkit.promql import interpolate
from dashkit.promql.interpolate import Chosen, Values
from dashkit.promql.variables import references

ALL = "$__all"
#: Of an interval: as long as the time range asks for. Old dashboards write the variable's name behind it.
AUTO = "$__auto"
_KINDS = ("query", "custom", "interval", "datasource", "constant", "textbox", "adhoc", "groupby", "switch")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as the bar of a dashboard shows it.

    ``chosen`` are the values that are ticked, `ALL` for all of them. ``error`` says why there are no options.
    """

    name: str
    label: str
    kind: str
    options: Sequence[Option] = ()
    chosen: tuple[str, ...] = ()
    multi: bool = False
    hidden: bool = False
    label_hidden: bool = False
    error: str = ""
    json: Mapping[str, Any] = field(default_factory=dict)


def resolve(
    spec: Mapping[str, Any],
    wanted: Mapping[str, Sequence[str]],
    data: DataSource,
    view: View,
    built_in: Mapping[str, str],
) -> tuple[list[Variable], dict[str, Chosen]]:
    """Return the variables of a dashboard in its order, and their values.

    Args:
        wanted: what a person chose, by name; the rest have what the dashboard opens with.
    """
    return resolve_listed(entries(dict(spec), "templating"), wanted, data, view, built_in)


def resolve_listed(
    listed: Sequence[Mapping[str, Any]],
    wanted: Mapping[str, Sequence[str]],
    data: DataSource,
    view: View,
    built_in: Mapping[str, str],
    around: Values = MappingProxyType({}),
) -> tuple[list[Variable], dict[str, Chosen]]:
    """Return variables in this order, and their values; their queries also know the values ``around`` them."""
    values: dict[str, Chosen] = dict(around)
    found: dict[str, Variable] = {}
    named = [entry for entry in listed if text(entry.get("name"))]
    for entry in in_order(named, lambda one: text(one.get("name")), _needs):
        variable = _variable(entry, wanted.get(text(entry.get("name"))), values, data, view, built_in)
        found[variable.name] = variable
        values[variable.name] = _values(variable, view)
    names = [text(entry.get("name")) for entry in listed]
    return [found[name] for name in names if name in found], {name: values[name] for name in found}


def query_of(entry: Mapping[str, Any]) -> str:
    """Return the query of a variable as text, in whichever form it is stored."""
    value = entry.get("query")
    if isinstance(value, Mapping):
        value = value.get("query") or value.get("expr")
    return text(value)


def _needs(entry: Mapping[str, Any]) -> set[str]:
    parts = (query_of(entry), datasource_uid(entry.get("datasource")), text(entry.get("regex")))
    return set().union(*map(references, parts))


def _variable(
    entry: Mapping[str, Any], wanted: Sequence[str] | None, values: Values, data: DataSource, view: View,
    built_in: Mapping[str, str],
) -> Variable:  # fmt: skip
    name, kind = text(entry.get("name")), text(entry.get("type")) or "query"
    error = ""
    options: list[Option] = []
    if kind == "query":
        query = interpolate.interpolate(query_of(entry), values, built_in, interpolate.prometheus)
        filled = {**entry, "datasource": interpolate.filled(entry.get("datasource"), lambda one: _plain(one, values))}
        try:
            options = _queried(entry, data.values(filled, query, view), values)
        except DashkitError as failure:
            error = failure.message
    elif kind == "datasource":
        options = [Option(found, found) for found in data.values(entry, query_of(entry), view)]
    elif kind in ("custom", "interval"):
        options = [Option(*pair) for pair in offered(query_of(entry))]
        if kind == "interval" and entry.get("auto") is True:
            options.insert(0, Option("auto", AUTO))
    elif kind in ("constant", "textbox"):
        value = query_of(entry)
        options = [Option(value, value)]
    multi = entry.get("multi") is True
    if kind in ("query", "custom", "datasource") and entry.get("includeAll") is True:
        options.insert(0, Option("All", ALL))
    chosen = _chosen(entry, kind, options, wanted, multi=multi)
    hide = entry.get("hide")
    return Variable(
        name, text(entry.get("label")) or name, kind, options, chosen, multi,
        hidden=hide == 2 or kind not in _KINDS or kind == "constant", label_hidden=hide == 1, error=error, json=entry,
    )  # fmt: skip


def _plain(written: str, values: Values) -> str:
    return interpolate.interpolate(written, values, {}, interpolate.glob)


def _queried(entry: Mapping[str, Any], found: Sequence[str], values: Values) -> list[Option]:
    """Return the options among what a query found: filtered and named by the regex, without doubles, sorted."""
    written = interpolate.interpolate(text(entry.get("regex")), values, {}, lambda chosen: "".join(chosen.values))
    return _sorted(options_of(found, written), entry.get("sort"))


_NUMBER = re.compile(r"\d+")


def _sorted(options: list[Option], sort: object) -> list[Option]:
    """Sort as Grafana does: 1 and 2 by text, 3 and 4 by number, 5 and 6 without case, 7 and 8 naturally; even ones backwards."""
    if not isinstance(sort, int) or not 1 <= sort <= 8:
        return options
    way = (sort + 1) // 2

    def key(option: Option) -> tuple[object, ...]:
        number = _NUMBER.search(option.text)
        if way == 2:
            return (int(number[0]) if number else -1,)
        if way == 3:
            return (option.text.lower(),)
        if way == 4:
            return tuple(part.zfill(20) if part.isdigit() else part for part in re.split(r"(\d+)", option.text.lower()))
        return (option.text,)

    found = sorted(options, key=key)
    return found[::-1] if sort % 2 == 0 else found


def _saved(entry: Mapping[str, Any]) -> list[str]:
    current = mapping(entry.get("current")).get("value")
    values = current if isinstance(current, list) else [current]
    found = [value for value in values if isinstance(value, str) and value]
    return [AUTO if value.startswith(f"{AUTO}_interval") else value for value in found]


def _chosen(
    entry: Mapping[str, Any], kind: str, options: Sequence[Option], wanted: Sequence[str] | None, *, multi: bool
) -> tuple[str, ...]:
    """Return what is ticked: what a person chose, else what the dashboard was saved with, else the first option."""
    if kind in ("textbox", "adhoc", "groupby", "switch"):
        return (
            tuple(wanted)
            if wanted is not None
            else tuple(_saved(entry)) or tuple(option.value for option in options[:1])
        )
    if kind == "constant":
        return tuple(option.value for option in options)
    offered_values = {option.value for option in options}
    for choice in (list(wanted or ()), _saved(entry)):
        kept = [value for value in choice if value in offered_values]
        if kept:
            return (ALL,) if ALL in kept else tuple(kept if multi else kept[:1])
    if not options:
        return tuple(wanted or _saved(entry))
    return (options[0].value,)


def _values(variable: Variable, view: View) -> Chosen:
    """Return the values that a query gets."""
    texts = {option.value: option.text for option in variable.options}
    several = variable.multi or any(option.value == ALL for option in variable.options)
    if ALL in variable.chosen:
        every = text(variable.json.get("allValue"))
        return Chosen((every,), raw=True, name=variable.name, label="All") if every else _each(variable)
    if variable.kind == "interval" and variable.chosen == (AUTO,):
        return Chosen((_auto(variable.json, view),), name=variable.name)
    return Chosen(
        variable.chosen, several, texts=tuple(texts.get(value, value) for value in variable.chosen), name=variable.name
    )


def _auto(entry: Mapping[str, Any], view: View) -> str:
    """Return the interval that splits the time range into about so many parts as the variable says."""
    count, least = entry.get("auto_count"), text(entry.get("auto_min")) or "10s"
    parts = count if isinstance(count, int) and count > 0 else 30
    return duration_text(interval_of(view.time.width, parts, 1000 * seconds(least) if is_duration(least) else 0))


def _each(variable: Variable) -> Chosen:
    options = [option for option in variable.options if option.value != ALL]
    found, titles = tuple(option.value for option in options), tuple(option.text for option in options)
    return Chosen(found, True, texts=titles, name=variable.name, label="All")


def repeating(variables: Sequence[Variable], values: Values) -> Values:
    """Return the values that panels and rows repeat for: for all of them each one, whatever queries get instead."""
    every = {one.name: _each(one) for one in variables if ALL in one.chosen}
    return {**values, **{name: chosen for name, chosen in every.items() if chosen.values}}

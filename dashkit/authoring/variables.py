"""Dashboard variables: what readers can choose above the panels."""

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, Unpack

import attr
from grafanalib import core

from dashkit.authoring import checks
from dashkit.authoring.arguments import Form, NotSayableError, at, checked, used_by_helper, words, write
from dashkit.authoring.choices import Sort
from dashkit.authoring.conform import nearest
from dashkit.authoring.paths import Json, copied, merge
from dashkit.document.variables import is_plainly_offered, offered, offering

if TYPE_CHECKING:
    _Base = object  # as in `dashkit.authoring.panel`
else:
    _Base = core.Template


@attr.s
class Variable(_Base):
    """A variable of any type, in the form that Grafana stores."""

    name: str = attr.ib(default="")
    query: Any = attr.ib(default="")
    json: Json = attr.ib(factory=dict)

    def to_json_data(self) -> Json:
        """Return the variable as Grafana stores it."""
        return dict(self.json)


_SORTS = {
    "none": 0, "alphabetical": 1, "alphabetical-desc": 2, "numerical": 3, "numerical-desc": 4, "case-insensitive": 5,
    "case-insensitive-desc": 6, "natural": 7, "natural-desc": 8,
}  # fmt: skip


def _spaced(options: Any) -> str:
    return str(options["name"]).replace("_", " ").capitalize()


#: What selects all values at first.
_ALL = ("All", ["All"])


def _selection(value: Any) -> Json | None:
    if value in (None, "", []):
        return None
    if value in _ALL:
        return {"selected": True, "text": ["All"], "value": ["$__all"]}
    return {"selected": True, "text": value, "value": value}


_SELECTION = Form(_selection, lambda value: value["text"])


#: Values, or titles and values; what makes them stands below.
_VALUES = Form(lambda value: _pairs(value), lambda query: _titled(query))


#: Labels and the values they must have; what makes them stands below.
_FILTERS = Form(lambda value: _filters(value), lambda entries: _filtered(entries))


class VariableOptions(TypedDict, total=False):
    """The options of every variable."""

    #: What stands before the choice. By default, the name.
    label: Annotated[str | None, at("label", lambda options: str(options["name"]).capitalize())]
    #: What readers see at the label.
    description: Annotated[str | None, at("description")]
    #: Hide it, or only its ``label``.
    hide: Annotated[
        Literal[False, True, "label"] | None, at("hide", False, form=words({False: 0, True: 2, "label": 1}))
    ]
    #: Raw JSON, written over the variable.
    raw: Annotated[dict[str, Any] | None, used_by_helper()]


class ChoiceOptions(VariableOptions, total=False):
    """The options of a variable that offers values."""

    #: Let readers select several values.
    multi: Annotated[bool | None, at("multi", False)]
    #: Offer *All*.
    include_all: Annotated[bool | None, at("includeAll", False)]
    #: What *All* stands for. By default, all values that are offered.
    all_value: Annotated[str | None, at("allValue")]


class QueryVariableOptions(ChoiceOptions, total=False):
    """The options of `query_variable`."""

    #: A pattern that values must match. Its first group, if it has one, becomes the value.
    regex: Annotated[str | None, at("regex", "")]
    #: The order of the values.
    sort: Annotated[Sort | None, at("sort", "alphabetical", form=words(_SORTS))]
    #: What is selected at first. By default, the first value.
    default: Annotated[str | list[str] | None, at("current", form=_SELECTION)]
    #: When the values are asked for: when the ``time`` range changes, or only when the dashboard is loaded.
    refresh: Annotated[Literal["time", "load"] | None, at("refresh", "time", form=words({"time": 2, "load": 1}))]
    #: A uid, ``${variable}`` or an object. By default, the variable ``datasource``.
    datasource: Annotated[str | dict[str, str] | None, at("datasource")]


class _Query(QueryVariableOptions):
    name: Annotated[str, at("name", check=checks.variable_name)]
    query: Annotated[str | dict[str, Any], at("query")]


class CustomVariableOptions(ChoiceOptions, total=False):
    """The options of `custom_variable`."""

    #: What is selected at first. By default, the first value, or all of them.
    default: Annotated[str | list[str] | None, at("current", form=_SELECTION)]


class _Custom(CustomVariableOptions):
    name: Annotated[str, at("name", check=checks.variable_name)]
    values: Annotated[
        list[str] | dict[str, str], at("query", form=Form(lambda value: _pairs(value), lambda query: _titled(query)))
    ]


class DatasourceVariableOptions(ChoiceOptions, total=False):
    """The options of `datasource_variable`."""

    #: A pattern that the names of datasources must match.
    regex: Annotated[str | None, at("regex", "")]
    #: The uid of the datasource that is selected at first.
    default: Annotated[str | None, at("current", form=_SELECTION)]


class _Datasource(DatasourceVariableOptions):
    name: Annotated[str, at("name", check=checks.variable_name)]
    kind: Annotated[str, at("query")]


class IntervalVariableOptions(VariableOptions, total=False):
    """The options of `interval_variable`."""

    #: What is selected at first.
    default: Annotated[str | None, at("current", form=_SELECTION)]
    #: Offer *auto*: the time range, divided into ``auto_count`` steps.
    auto: Annotated[bool | None, at("auto", False)]
    #: How many steps *auto* makes.
    auto_count: Annotated[int | None, at("auto_count", 30)]
    #: The least step that *auto* makes.
    auto_min: Annotated[str | None, at("auto_min", "10s", check=checks.duration)]


class _Interval(IntervalVariableOptions):
    name: Annotated[str, at("name", check=checks.variable_name)]
    values: Annotated[list[str], at("query", form=Form(",".join, lambda query: query.split(",")))]


class _Constant(VariableOptions):
    name: Annotated[str, at("name", check=checks.variable_name)]
    value: Annotated[str, at("query")]


class _Text(VariableOptions):
    name: Annotated[str, at("name", check=checks.variable_name)]
    value: Annotated[str, at("query")]


class SwitchVariableOptions(VariableOptions, total=False):
    """The options of `switch_variable`."""

    #: Whether it is on at first.
    default: Annotated[bool | None, used_by_helper()]


class _Switch(SwitchVariableOptions):
    name: Annotated[str, at("name", check=checks.variable_name)]


class AdhocVariableOptions(VariableOptions, total=False):
    """The options of `adhoc_variable`."""

    #: Filters that stand there at first: ``{"environment": "prod"}``.
    filters: Annotated[dict[str, str] | None, at("filters", {}, form=_FILTERS)]
    #: A uid, ``${variable}`` or an object. By default, the variable ``datasource``.
    datasource: Annotated[str | dict[str, str] | None, at("datasource")]


class _Adhoc(AdhocVariableOptions):
    name: Annotated[str, at("name", check=checks.variable_name)]


def _pairs(values: Any) -> str:
    pairs = values.items() if isinstance(values, dict) else ((value, value) for value in values)
    return offering((_text(title), _text(value)) for title, value in pairs)


def _titled(query: Any) -> list[str] | dict[str, str]:
    pairs = offered(query) if isinstance(query, str) and is_plainly_offered(query) else []
    if not pairs or len(dict(pairs)) < len(pairs):
        raise NotSayableError
    return dict(pairs) if any(title != value for title, value in pairs) else [value for _, value in pairs]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"custom_variable: {value!r} is not a text; write {str(value)!r}")
    return value


def _filters(value: dict[str, str]) -> list[Json]:
    return [{"condition": "", "key": key, "operator": "=", "value": one} for key, one in value.items()]


def _filtered(entries: Any) -> dict[str, str]:
    return {entry["key"]: entry["value"] for entry in entries}


@dataclass(frozen=True, slots=True)
class VariableKind:
    """A type of variable: its table, the names of its positional arguments, and what it always has."""

    kind: str
    table: type
    positional: tuple[str, ...]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)


#: Keys that Grafana has for variables of any type.
_ONE_CHOICE = {"includeAll": False, "multi": False}
QUERY = VariableKind("query", _Query, ("name", "query"), {"label": _spaced}, {"options": []})
CUSTOM = VariableKind("custom", _Custom, ("name", "values"), fixed={"refresh": 1})
DATASOURCE = VariableKind(
    "datasource", _Datasource, ("name", "kind"), {"label": "Data source"}, {"options": [], "refresh": 1}
)
INTERVAL = VariableKind("interval", _Interval, ("name", "values"), {"label": "Interval"}, {**_ONE_CHOICE, "refresh": 2})
CONSTANT = VariableKind(
    "constant", _Constant, ("name", "value"), {"label": None, "hide": True}, {**_ONE_CHOICE, "refresh": 1}
)
TEXT = VariableKind("textbox", _Text, ("name", "value"), fixed={**_ONE_CHOICE, "options": [], "refresh": 1})
SWITCH = VariableKind("switch", _Switch, ("name",))
ADHOC = VariableKind("adhoc", _Adhoc, ("name",))


def _build(kind: VariableKind, positional: tuple[Any, ...], given: Mapping[str, Any]) -> Variable:
    named = {**dict(zip(kind.positional, positional, strict=True)), **given}
    told = checked(kind.table, named, f"{kind.kind} variable {reprlib.repr(positional[0])}")
    json: Json = {"type": kind.kind, **copied(dict(kind.fixed))}
    write(kind.table, told, json, kind.defaults)
    merge(json, told.get("raw") or {})
    return Variable(name=told["name"], query=json.get("query", ""), json=json)


def datasource_variable(
    name: str = "datasource", kind: str = "prometheus", **options: Unpack[DatasourceVariableOptions]
) -> Variable:
    """Let readers choose the datasource. Panels without a datasource use the variable named ``datasource``."""
    return _build(DATASOURCE, (name, kind), options)


def query_variable(name: str, query: str | dict[str, Any], **options: Unpack[QueryVariableOptions]) -> Variable:
    """Offer the values of a query such as ``label_values(up{env="$env"}, job)``.

    *All* joins the values that the query returned. If there are very many, replace it with an ``all_value`` such as ``.+``,
    which also matches values that the query does not return.
    """
    return _build(QUERY, (name, query), options)


def custom_variable(
    name: str, values: str | list[str] | dict[str, str], **options: Unpack[CustomVariableOptions]
) -> Variable:
    """Offer fixed values, or values with titles: ``{"Last hour": "1h"}``. By default, the first one is selected.

    With ``include_all``, readers can select several values, and all are selected at first.
    """
    variable = _build(CUSTOM, (name, values), {**({"multi": True} if options.get("include_all") else {}), **options})
    default = options.get("default")
    if default and default not in _ALL:
        several = [default] if isinstance(default, str) else default
        chosen = [_offered(name, one, variable.json["query"]) for one in several]
        texts, told = [text for text, _ in chosen], [value for _, value in chosen]
        single = isinstance(default, str)
        variable.json["current"] |= {"text": texts[0] if single else texts, "value": told[0] if single else told}
    return variable


def _offered(name: str, wanted: str, query: str) -> tuple[str, str]:
    """Return the title and the value of what is selected at first, which is written as either of them."""
    pairs = offered(query)
    for pair in pairs:
        if wanted in pair:
            return pair
    near = nearest(wanted, [text for text, _ in pairs])
    raise ValueError(f"custom_variable {name!r}: default={wanted!r} is not among its values{near}")


def interval_variable(
    name: str = "interval", values: str | list[str] = "1m,5m,15m,1h", **options: Unpack[IntervalVariableOptions]
) -> Variable:
    """Offer durations to choose from: a list, or a text with commas."""
    return _build(INTERVAL, (name, values), options)


def constant_variable(name: str, value: str, **options: Unpack[VariableOptions]) -> Variable:
    """Define a hidden value that readers cannot change."""
    return _build(CONSTANT, (name, value), options)


def text_variable(name: str, value: str = "", **options: Unpack[VariableOptions]) -> Variable:
    """Let readers type a value, such as a price."""
    variable = _build(TEXT, (name, value), options)
    variable.json["current"] = {"selected": bool(value), "text": value, "value": value}
    return variable


def switch_variable(
    name: str, *, on: str = "true", off: str = "false", **options: Unpack[SwitchVariableOptions]
) -> Variable:
    """Let readers switch something on or off. The variable has the value ``on`` or ``off``.

    This needs Grafana's dynamic dashboards; see `tabs`. An older Grafana offers a choice of the two values.
    """
    if not all(isinstance(value, str) for value in (on, off)) or on == off:
        raise ValueError(f"switch variable {name!r}: on={on!r} and off={off!r} are two different texts")
    variable = _build(SWITCH, (name,), options)
    chosen = on if options.get("default") else off
    variable.json["current"] = {"text": chosen, "value": chosen}
    variable.json["options"] = [{"selected": value == chosen, "text": value, "value": value} for value in (on, off)]
    return variable


def adhoc_variable(name: str = "filters", **options: Unpack[AdhocVariableOptions]) -> Variable:
    """Let readers filter all queries of a datasource by any label."""
    return _build(ADHOC, (name,), options)

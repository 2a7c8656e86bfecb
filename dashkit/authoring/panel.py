"""Panels: what all kinds have in common, and `panel` for a kind that has no helper of its own."""

import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, Unpack

import attr
from grafanalib import core

from dashkit.authoring import checks
from dashkit.authoring.arguments import NON_EMPTY, Form, Values, arguments_of, at, checked, used_by_helper, write
from dashkit.authoring.choices import Many
from dashkit.authoring.conditions import Condition
from dashkit.authoring.conform import MismatchError, conform
from dashkit.authoring.overrides import OVERRIDES, FieldOverride
from dashkit.authoring.paths import Json, merge
from dashkit.authoring.queries.prometheus import prometheus
from dashkit.authoring.query import Query
from dashkit.authoring.texts import folded
from dashkit.document.targets import drop_grafanalib_keys
from dashkit.model.notes import OWN_KEY, PANEL_KEY, WHEN_KEY

if TYPE_CHECKING:
    # grafanalib has no types: with its class as the base, a type checker would take a panel for anything.
    _Base = object
else:
    _Base = core.Panel

QueryLike = Query | str | dict[str, Any]
"""A query. A text is PromQL, a dict what Grafana stores."""
#: The options of queries given as texts, for panels that show the rows of a table.
AS_TABLE = {"format": "table", "instant": True}


@attr.s(repr=False)
class Panel(_Base):
    """A panel of any kind in Grafana's current format. grafanalib's own classes write formats that are years old."""

    kind: str = attr.ib(default="timeseries")
    json: Json = attr.ib(factory=dict)
    title: str = attr.ib(default="")
    targets: list[Any] = attr.ib(factory=list)
    gridPos: dict[str, int] = attr.ib(factory=dict)  # noqa: N815 - grafanalib's name

    def __repr__(self) -> str:
        return f"Panel({self.kind} {self.title!r})"

    @property
    def options(self) -> Json:
        """The options of its kind."""
        return dict(self.json.get("options", {}))

    @property
    def field_config(self) -> Json:
        """The settings of its values, and the overrides."""
        return dict(self.json.get("fieldConfig", {}))

    def to_json_data(self) -> Json:
        """Return the panel as Grafana stores it, with notes for the compiler."""
        place = {"gridPos": self.gridPos} if self.gridPos else {}
        return {"title": self.title, "targets": self.targets, **self.json, "type": self.kind, **place, OWN_KEY: True}


def _folded(value: str) -> str | None:
    return folded(value) or None


FOLDED = Form(_folded)
POSITION = Form(lambda value: {"x": value[0], "y": value[1]}, lambda value: (value["x"], value["y"]))


class PanelOptions(TypedDict, total=False):
    """The options that every panel takes."""

    #: Say what good looks like. Grafana shows the text behind the (i) icon. Lines of a paragraph are joined.
    description: Annotated[str | None, at("description", form=FOLDED)]
    #: The width in columns; a dashboard has 24.
    width: Annotated[int | None, at("gridPos.w", check=checks.columns)]
    #: The height in lines of 30 pixels.
    height: Annotated[int | None, at("gridPos.h", check=checks.lines)]
    #: The column and the line where it begins, for a panel that must not flow: ``(0, 8)``.
    position: Annotated[tuple[int, int] | None, at("gridPos", form=POSITION, keys="x y")]
    #: An id that stays the same if the title or the row changes. Required for panels that alert rules link to. A number is the
    #: id that the panel has in Grafana.
    key: Annotated[str | int | None, used_by_helper(check=checks.panel_key)]
    #: Settings for only some series or columns; see `override`. A dict is an override as Grafana stores it.
    overrides: Annotated[
        Many[FieldOverride] | Many[dict[str, Any]] | list[FieldOverride | dict[str, Any]] | None,
        at("fieldConfig.overrides", form=OVERRIDES),
    ]
    #: Grafana's transformations, in the format that it stores.
    transformations: Annotated[Many[dict[str, Any]] | None, at("transformations", form=NON_EMPTY)]
    #: Links in the panel's menu; see `link`.
    links: Annotated[Many[dict[str, Any]] | None, at("links", form=NON_EMPTY)]
    #: A variable; the panel is repeated for each of its selected values.
    repeat: Annotated[str | None, at("repeat", form=NON_EMPTY)]
    #: Put repeated panels beside each other (``h``) or below each other (``v``).
    repeat_direction: Annotated[
        Literal["h", "v"] | None, at("repeatDirection", lambda options: "h" if options["repeat"] else None)
    ]
    #: How many repeated panels stand beside each other.
    max_per_row: Annotated[int | None, at("maxPerRow")]
    #: The minimum interval between points, such as ``1m``.
    interval: Annotated[
        str | None, at("interval", form=NON_EMPTY, check=lambda value: value and checks.duration(value))
    ]
    #: How many points a query returns. By default, as many as there are pixels.
    max_data_points: Annotated[int | None, at("maxDataPoints")]
    #: Another time range than the dashboard's, such as ``24h``.
    time_from: Annotated[str | None, at("timeFrom", check=checks.relative_time)]
    #: Show an earlier time, such as ``1d`` for yesterday.
    time_shift: Annotated[str | None, at("timeShift", check=checks.relative_time)]
    #: Do not say on the panel that its time range is another one.
    hide_time_override: Annotated[bool | None, at("hideTimeOverride")]
    #: A uid, ``${variable}`` or an object. The default is the variable ``datasource``.
    datasource: Annotated[str | dict[str, str] | None, at("datasource")]
    #: Draw the panel without a frame.
    transparent: Annotated[bool | None, at("transparent")]
    #: Show it only under a condition; see `show_when`. Only in an `auto_grid`.
    when: Annotated[Condition | None, used_by_helper()]
    #: Raw JSON, written over the panel's ``options``. None removes a key.
    options: Annotated[dict[str, Any] | None, used_by_helper()]
    #: Raw JSON, written over the panel's ``fieldConfig``.
    field_config: Annotated[dict[str, Any] | None, used_by_helper()]
    #: Raw JSON, written over the panel itself.
    raw: Annotated[dict[str, Any] | None, used_by_helper()]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of panel: its plugin in Grafana, its table of arguments, and the defaults that differ from the table's.

    ``expand`` makes arguments of those that the helper itself uses, given the number of queries, and ``contract`` undoes that.
    ``texts`` are the options of queries that are given as texts.
    """

    plugin: str
    table: type
    defaults: Mapping[str, Any] = field(default_factory=dict)
    expand: Callable[[dict[str, Any], int], dict[str, Any]] = lambda given, _: given
    contract: Callable[[dict[str, Any], int], dict[str, Any]] = lambda given, _: given
    texts: Mapping[str, Any] = field(default_factory=dict)


def build(kind: Kind, title: str, queries: tuple[QueryLike, ...], given: Mapping[str, Any]) -> Panel:
    """Create a panel from its arguments.

    Raises:
        TypeError: there is no such argument, or something is not a query.
        ValueError: a value is not what an argument takes.
    """
    where = f"{kind.plugin} {reprlib.repr(title)}"
    try:
        conform(str)(title)
    except MismatchError as error:
        raise TypeError(f"{kind.plugin}: the title {title!r} {error}") from None
    told = checked(kind.table, given, where)
    json: Json = {}
    _check_scale(kind, told, where)
    targets = [_query(one, kind, where) for one in queries]
    _check_refs(targets, where)
    write(kind.table, kind.expand(told, len(targets)), json, kind.defaults)
    _write_key(json, told.get("key"))
    if told.get("when") is not None:
        json[WHEN_KEY] = told["when"].to_json_data()
    for name, path in (("options", "options"), ("field_config", "fieldConfig")):
        if told.get(name):
            merge(json, {path: told[name]})
    merge(json, told.get("raw") or {})
    if "fieldConfig" in json:
        json["fieldConfig"] = {"defaults": {}, "overrides": [], **json["fieldConfig"]}
    place = json.pop("gridPos", {})
    return Panel(kind=kind.plugin, title=title, json=json, gridPos=place, targets=targets)


def _write_key(json: Json, key: str | int | None) -> None:
    if isinstance(key, int):
        json["id"] = key
    elif key:
        json[PANEL_KEY] = key


def falling(kind: Kind, told: Mapping[str, Any]) -> tuple[Any, Any] | None:
    """Return the ends of the scale that arguments and defaults make, if it does not rise."""
    values = Values(arguments_of(kind.table), told, kind.defaults)
    low, high = values.get("min"), values.get("max")
    return (low, high) if low is not None and high is not None and low >= high else None


def _check_scale(kind: Kind, told: Mapping[str, Any], where: str) -> None:
    ends = falling(kind, told)
    if ends:
        other = next((f"; give {name}= too" for name in ("min", "max") if name not in told), "")
        raise ValueError(f"{where}: min={ends[0]!r} is not below max={ends[1]!r}{other}")


def _check_refs(targets: list[Any], where: str) -> None:
    refs = [target.json.get("refId") for target in targets if isinstance(target, Query)]
    again = next((ref for ref in refs if ref and refs.count(ref) > 1), "")
    if again:
        raise ValueError(f"{where}: two queries have the ref {again!r}")


def _query(value: Any, kind: Kind, where: str) -> Any:
    if isinstance(value, str):
        return prometheus(value, **kind.texts)
    if isinstance(value, Query | dict) or callable(getattr(value, "build", None)):
        return value
    if hasattr(value, "to_json_data") and not isinstance(value, core.Panel | core.Template):
        json = {key: entry for key, entry in value.to_json_data().items() if entry is not None}
        drop_grafanalib_keys(json)
        return Query(json)
    hint = "; pass queries one by one, or with a star: *queries" if isinstance(value, list | tuple) else ""
    hint = "; panels stand beside each other, in a row or a grid" if isinstance(value, core.Panel) else hint
    raise TypeError(f"{where}: {reprlib.repr(value)} is not a query{hint}")


def panel(kind: str, title: str, *queries: QueryLike, **options: Unpack[PanelOptions]) -> Panel:
    """Show a panel of any kind, also one of a plugin, with ``options`` and ``field_config`` as Grafana stores them.

    ``kind`` is its type, such as ``traces``, ``canvas`` or ``marcusolsson-gantt-panel``. Grafana shows this JSON under
    Inspect > Panel JSON.
    """
    if not isinstance(kind, str) or not kind:
        raise TypeError(f"panel: {kind!r} is not the type of a panel, such as 'traces'")
    return build(Kind(kind, PanelOptions), title, queries, options)

"""The things that rules look at: dashboards, panels, variables, queries, alert and recording rules.

They are made from any classic document, also one that no compiler has mended: what is missing or misshapen is empty here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dashkit._json import pointer_part
from dashkit.model.dashboard import FolderPath, Location
from dashkit.promql.metricsql import is_metricsql
from dashkit.promql.nodes import Expression
from dashkit.promql.tree import parse
from dashkit.promql.variables import references

PROMETHEUS, LOKI = "prometheus", "loki"

#: Types that show data of queries; the others (row, text, news, dashlist, alertlist ...) need none.
WITHOUT_QUERIES = frozenset(
    {"row", "text", "news", "dashlist", "alertlist", "annolist", "gettingstarted", "welcome", "live", "datagrid", "pluginlist",
     "homelinks", "alertGroups", "canvas", "traces", "flamegraph", "xychart", "geomap", "library-panel-ref", "debug"}
)  # fmt: skip


@dataclass(eq=False)
class Query:
    """One query, wherever it stands: in a panel, a variable, an annotation or an alert rule.

    ``text`` is what the author wrote, ``target`` the object around it. ``role`` is ``panel``, ``variable``, ``annotation``,
    ``alert`` or ``record``. ``label`` is the one that a variable takes the values of.
    """

    text: str
    language: str
    role: str
    pointer: str
    target: Mapping[str, Any]
    values: Mapping[str, str] = field(default_factory=dict)
    board: Board | None = None
    panel: Panel | None = None
    variable: Variable | None = None
    alert: Alert | None = None
    label: str = ""

    @cached_property
    def expression(self) -> Expression:
        """The parsed text; without a tree where it is not PromQL."""
        if self.language != PROMETHEUS or not self.text.strip():
            return Expression(self.text, None, unsure=True)
        return parse(self.text, self.values)

    @property
    def ref(self) -> str:
        return str(self.target.get("refId") or "")

    @property
    def hidden(self) -> bool:
        return self.target.get("hide") is True

    @property
    def instant(self) -> bool:
        return self.target.get("instant") is True and self.target.get("range") is not True


@dataclass(eq=False)
class Panel:
    """A panel of any kind, rows among them."""

    board: Board
    pointer: str
    json: Mapping[str, Any]
    row: str
    source: Location
    #: Variables that it, or the row it is in, repeats for.
    repeats: frozenset[str] = frozenset()
    queries: list[Query] = field(default_factory=list)

    @property
    def id(self) -> int:
        number = self.json.get("id")
        return number if isinstance(number, int) else 0

    @property
    def title(self) -> str:
        return text(self.json.get("title"))

    @property
    def description(self) -> str:
        return text(self.json.get("description"))

    @property
    def kind(self) -> str:
        return text(self.json.get("type"))

    @property
    def name(self) -> str:
        """How to call it: its title, else its type."""
        return self.title or f"untitled {self.kind or 'panel'}"

    @property
    def is_library(self) -> bool:
        return "libraryPanel" in self.json

    @property
    def shows_queries(self) -> bool:
        """Whether it is of a kind that is empty without a query."""
        return bool(self.kind) and self.kind not in WITHOUT_QUERIES and not self.is_library

    @property
    def targets(self) -> list[Mapping[str, Any]]:
        return objects(self.json.get("targets"))

    @property
    def datasource(self) -> str:
        """Uid (or name, or variable) of its datasource; empty for the default."""
        return datasource_uid(self.json.get("datasource"))

    @property
    def defaults(self) -> Mapping[str, Any]:
        return mapping(mapping(self.json.get("fieldConfig")).get("defaults"))

    @property
    def overrides(self) -> list[Mapping[str, Any]]:
        return objects(mapping(self.json.get("fieldConfig")).get("overrides"))

    @property
    def options(self) -> Mapping[str, Any]:
        return mapping(self.json.get("options"))

    @property
    def uses_thresholds(self) -> bool:
        """Whether anything of the panel is coloured or drawn by its thresholds."""
        custom = mapping(self.defaults.get("custom"))
        if mapping(custom.get("thresholdsStyle")).get("mode", "off") != "off":
            return True
        colour = mapping(self.defaults.get("color")).get("mode")
        if self.kind == "table":
            return "color" in str(mapping(custom.get("cellOptions")).get("type") or custom.get("displayMode") or "")
        by_default = self.kind in ("stat", "gauge", "bargauge", "state-timeline", "status-history", "geomap", "canvas")
        return colour == "thresholds" or (colour is None and by_default)


@dataclass(eq=False)
class Variable:
    """A template variable."""

    board: Board
    pointer: str
    json: Mapping[str, Any]
    source: Location

    @property
    def name(self) -> str:
        return text(self.json.get("name"))

    @property
    def kind(self) -> str:
        return text(self.json.get("type")) or "query"

    @property
    def query(self) -> str:
        """Its query as text, whichever way it is stored."""
        value = self.json.get("query")
        if isinstance(value, Mapping):
            value = value.get("query") or value.get("expr")
        return text(value)

    @property
    def multi(self) -> bool:
        """Whether it can stand for several values at once."""
        return self.json.get("multi") is True or self.json.get("includeAll") is True


@dataclass(eq=False)
class Board:
    """A dashboard with all that is in it."""

    json: Mapping[str, Any]
    source: Location
    folder: FolderPath = ()
    #: Pointer of the dashboard in its file, where something is wrapped around it.
    prefix: str = ""
    #: Whether dashkit compiled it from a module: then what the compiler decides is not the author's business.
    compiled: bool = False
    #: Whether it is one of the project, not a file from elsewhere.
    owned: bool = True
    #: How many variables at the front stand for inputs of an export.
    inputs: int = 0
    #: Panels beyond those that are looked at.
    left_out: int = 0
    panels: list[Panel] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    @property
    def uid(self) -> str:
        return text(self.json.get("uid"))

    @property
    def title(self) -> str:
        return text(self.json.get("title"))

    @property
    def name(self) -> str:
        return self.uid or self.title

    @cached_property
    def speaks_metricsql(self) -> bool:
        """Whether it is made for VictoriaMetrics, whose language takes much that Prometheus does not."""
        return any(is_metricsql(query.text) for query in self.queries if query.language == PROMETHEUS)

    @cached_property
    def by_name(self) -> dict[str, Variable]:
        return {variable.name: variable for variable in self.variables}

    @cached_property
    def texts(self) -> list[tuple[str, str]]:
        """Every text of the document that could name a variable or a dashboard, with its pointer."""
        return [entry for entry in strings(dict(self.json)) if "$" in entry[1] or "[[" in entry[1] or "d/" in entry[1]]

    @cached_property
    def used(self) -> set[str]:
        """Names of the variables that something uses; not merely their own definition."""
        names: set[str] = set()
        for pointer, value in self.texts:
            if not pointer.startswith("/templating/"):
                names |= references(value)
        for variable in self.variables:
            names |= used_variables(dict(variable.json)) - {variable.name}
        return names | {text(panel.json.get("repeat")).removeprefix("$") for panel in self.panels}

    @cached_property
    def datasource_variables(self) -> dict[str, str]:
        """Type by name."""
        return {variable.name: variable.query for variable in self.variables if variable.kind == "datasource"}


@dataclass(eq=False)
class Alert:
    """An alert or recording rule of a rule file; ``json`` is its entry there."""

    json: Mapping[str, Any]
    group: str
    source: Location
    pointer: str
    #: The group's own entry, its number in the file, and whether this is its first rule.
    group_json: Mapping[str, Any] = field(default_factory=dict)
    group_number: int = 0
    first: bool = False
    query: Query | None = None
    #: Uid of a dashboard and id of the panel there that it links to.
    panel: tuple[str, int] | None = None
    #: Whether it is one of the project, not of a file from elsewhere.
    owned: bool = True

    @property
    def recorded(self) -> bool:
        return "record" in self.json

    @property
    def name(self) -> str:
        return text(self.json.get("alert")) or text(self.json.get("record"))

    @property
    def labels(self) -> Mapping[str, Any]:
        return mapping(self.json.get("labels"))

    @property
    def annotations(self) -> Mapping[str, Any]:
        return mapping(self.json.get("annotations"))


@dataclass(eq=False)
class Project:
    """Everything that is known together; ``only`` are the uids of the dashboards to look at, None for all."""

    boards: list[Board]
    alerts: list[Alert]
    only: frozenset[str] | None = None

    @property
    def examined(self) -> Iterator[Board]:
        """The dashboards that problems are wanted of."""
        return (board for board in self.boards if self.only is None or board.uid in self.only)


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else _EMPTY


_EMPTY: Mapping[str, Any] = {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list | tuple) else []


def datasource_uid(value: Any) -> str:
    """The uid (or name, or variable) in a datasource reference of any age; empty for the default one."""
    if isinstance(value, dict):
        value = value.get("uid")
    return value if isinstance(value, str) and value != "default" else ""


@dataclass(frozen=True, slots=True)
class DatasourceUse:
    """One place that names a datasource; ``what`` says which, for a message."""

    uid: str
    what: str
    pointer: str
    panel: Panel | None = None


def datasource_uses(board: Board) -> Iterator[DatasourceUse]:
    """Each datasource that panels with queries, variables and annotations name, the first use of each."""
    told: set[str] = set()
    for use in _every_use(board):
        if use.uid not in told:
            told.add(use.uid)
            yield use


def _every_use(board: Board) -> Iterator[DatasourceUse]:
    for panel in board.panels:
        if panel.shows_queries:
            yield DatasourceUse(panel.datasource, "the panel", "/datasource", panel)
            for number, target in enumerate(panel.targets):
                uid = datasource_uid(target.get("datasource"))
                yield DatasourceUse(uid, "a query of the panel", f"/targets/{number}/datasource", panel)
    for variable in board.variables:
        if variable.kind in ("query", "adhoc", "groupby"):
            uid = datasource_uid(variable.json.get("datasource"))
            pointer = f"{variable.pointer.removeprefix(board.prefix)}/datasource"
            yield DatasourceUse(uid, f"the variable ${variable.name}", pointer)
    for number, entry in enumerate(objects(mapping(board.json.get("annotations")).get("list"))):
        uid = datasource_uid(entry.get("datasource"))
        yield DatasourceUse(uid, f"the annotation {entry.get('name')!r}", f"/annotations/list/{number}/datasource")


def strings(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every text inside a JSON value, with its pointer."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for key, item in value.items():
            if item.__class__ in (str, dict, list):
                yield from strings(item, f"{pointer}/{pointer_part(str(key))}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if item.__class__ in (str, dict, list):
                yield from strings(item, f"{pointer}/{index}")


def used_variables(value: Any) -> set[str]:
    """Names of the variables that any text inside a JSON value uses."""
    return set().union(*(references(entry) for _, entry in strings(value)), set())

"""The elements that rules examine: dashboards, panels, variables, queries, alert and recording rules.

They are made from any classic document, even a malformed one: what is missing or of the wrong type is empty here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dashkit.document.v2.parts import is_v2
from dashkit.document.v2.settings import condition_variables
from dashkit.lint.values import datasource_uid, mapping, objects, strings, text, used_variables
from dashkit.model.dashboard import FolderPath, Location
from dashkit.promql.metricsql import is_metricsql
from dashkit.promql.nodes import Expression
from dashkit.promql.tree import parse
from dashkit.promql.variables import references

PROMETHEUS, LOKI = "prometheus", "loki"

#: Panel types that may be fine without queries; all others show nothing without one.
WITHOUT_QUERIES = frozenset(
    {"row", "text", "news", "dashlist", "alertlist", "annolist", "gettingstarted", "welcome", "live", "datagrid", "pluginlist",
     "homelinks", "alertGroups", "canvas", "traces", "flamegraph", "xychart", "geomap", "library-panel-ref", "debug"}
)  # fmt: skip


@dataclass(eq=False)
class Query:
    """A query in a panel, a variable, an annotation or a rule.

    Attributes:
        text: the query as written.
        language: the type of its datasource, such as ``prometheus``.
        role: ``panel``, ``variable``, ``annotation``, ``alert`` or ``record``.
        target: the JSON object around it.
        values: the values of the dashboard's variables when it opens.
        label: the label whose values a variable takes.
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
        """The parsed text; it has no tree unless it is PromQL."""
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

    @property
    def is_graphed(self) -> bool:
        """Whether the panel draws it over time."""
        graph = self.panel is not None and self.panel.kind in ("timeseries", "graph")
        return graph and self.role == "panel" and not self.instant


@dataclass(eq=False)
class Panel:
    """A panel of any type, including rows."""

    board: Board
    pointer: str
    json: Mapping[str, Any]
    row: str
    source: Location
    #: Variables that the panel, or its row, repeats for.
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
        """The title, else a description by type."""
        return self.title or f"untitled {self.kind or 'panel'}"

    @property
    def is_library(self) -> bool:
        return "libraryPanel" in self.json

    @property
    def shows_queries(self) -> bool:
        """Whether a panel of this type is empty without a query."""
        return bool(self.kind) and self.kind not in WITHOUT_QUERIES and not self.is_library

    @property
    def targets(self) -> list[Mapping[str, Any]]:
        return objects(self.json.get("targets"))

    @property
    def datasource(self) -> str:
        """The uid (or name, or variable) of the datasource; empty for the default."""
        return datasource_uid(self.json.get("datasource"))

    @property
    def defaults(self) -> Mapping[str, Any]:
        return mapping(mapping(self.json.get("fieldConfig")).get("defaults"))

    @property
    def overrides(self) -> list[Mapping[str, Any]]:
        return objects(mapping(self.json.get("fieldConfig")).get("overrides"))

    def settings(self, name: str) -> Iterator[tuple[str, Any]]:
        """Yield the pointer and value of a field option in the defaults and in each override."""
        if name in self.defaults:
            yield f"/fieldConfig/defaults/{name}", self.defaults[name]
        for number, override in enumerate(self.overrides):
            for index, entry in enumerate(objects(override.get("properties"))):
                if entry.get("id") == name:
                    yield f"/fieldConfig/overrides/{number}/properties/{index}/value", entry.get("value")

    @property
    def options(self) -> Mapping[str, Any]:
        return mapping(self.json.get("options"))

    @property
    def uses_thresholds(self) -> bool:
        """Whether the thresholds colour or draw anything in the panel."""
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
        """The query as text, in whichever form it is stored."""
        value = self.json.get("query")
        if isinstance(value, Mapping):
            value = value.get("query") or value.get("expr")
        return text(value)

    @property
    def multi(self) -> bool:
        """Whether it can have several values at once."""
        return self.json.get("multi") is True or self.json.get("includeAll") is True


@dataclass(eq=False)
class Board:
    """A dashboard with everything in it.

    ``json`` is in the words of the classic schema, whichever schema it has; ``raw`` is the document itself.
    """

    json: Mapping[str, Any]
    source: Location
    folder: FolderPath = ()
    #: The pointer of the dashboard in its file, if it is wrapped in something.
    prefix: str = ""
    #: Whether dashkit compiled it: then the author is not responsible for what the compiler decides.
    compiled: bool = False
    #: Whether it belongs to the project, and is not a file from elsewhere.
    owned: bool = True
    raw: Mapping[str, Any] = field(default_factory=dict)
    #: How many variables at the front are inputs of an export.
    inputs: int = 0
    #: How many panels are beyond the limit and not examined.
    left_out: int = 0
    panels: list[Panel] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    #: Whether it must not lose anything on an older Grafana.
    strict: bool = False

    @property
    def is_v2(self) -> bool:
        return is_v2(self.raw)

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
        """Whether a query uses MetricsQL, which allows much that PromQL does not."""
        return any(is_metricsql(query.text) for query in self.queries if query.language == PROMETHEUS)

    @cached_property
    def by_name(self) -> dict[str, Variable]:
        return {variable.name: variable for variable in self.variables}

    def forget(self) -> None:
        """Drop what was parsed and can be parsed again: in a large project it takes more memory than the documents."""
        vars(self).pop("texts", None)
        for query in self.queries:
            vars(query).pop("expression", None)

    @cached_property
    def texts(self) -> list[tuple[str, str]]:
        """Every string of the document that could name a variable or a dashboard, with its pointer."""
        return [entry for entry in strings(dict(self.raw)) if "$" in entry[1] or "[[" in entry[1] or "d/" in entry[1]]

    @cached_property
    def used(self) -> set[str]:
        """The names of the variables that are used outside of their own definition."""
        names: set[str] = set()
        for pointer, value in self.texts:
            if not pointer.startswith(("/templating/", "/variables/")):
                names |= references(value)
        for variable in self.variables:
            names |= used_variables(dict(variable.json)) - {variable.name}
        names |= {text(panel.json.get("repeat")).removeprefix("$") for panel in self.panels}
        return names | {name for _, name in condition_variables(self.raw)}

    @cached_property
    def datasource_variables(self) -> dict[str, str]:
        """Datasource type by variable name."""
        return {variable.name: variable.query for variable in self.variables if variable.kind == "datasource"}


@dataclass(eq=False)
class Alert:
    """An alert or recording rule of a rule file; ``json`` is its entry there.

    A group without rules is represented by one without ``query``.
    """

    json: Mapping[str, Any]
    group: str
    source: Location
    pointer: str
    #: The group's entry, its number in the file, and whether this is its first rule.
    group_json: Mapping[str, Any] = field(default_factory=dict)
    group_number: int = 0
    first: bool = False
    query: Query | None = None
    #: The dashboard uid and panel id that the alert links to.
    panel: tuple[str, int] | None = None
    #: Whether it belongs to the project, and is not from a file elsewhere.
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
    """All dashboards and rules of a check; ``only`` are the uids of the dashboards to report on, None for all."""

    boards: list[Board]
    alerts: list[Alert]
    only: frozenset[str] | None = None

    @property
    def examined(self) -> Iterator[Board]:
        """The dashboards to report problems of."""
        return (board for board in self.boards if self.only is None or board.uid in self.only)

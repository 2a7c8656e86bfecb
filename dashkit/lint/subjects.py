"""The things that rules look at: dashboards, panels, variables, queries, alert and recording rules.

They are made from any classic document, also one that no compiler has mended: what is missing or misshapen is empty here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dashkit.model.dashboard import FolderPath, Source
from dashkit.promql.tree import Expression, parse
from dashkit.promql.variables import references
from dashkit.spec.datasources import MIXED, References, query_type
from dashkit.spec.walk import panels

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
    source: Source
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
    source: Source

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
    source: Source
    folder: FolderPath = ()
    #: Pointer of the dashboard in its file, where something is wrapped around it.
    prefix: str = ""
    #: Whether dashkit compiled it from a module: then what the compiler decides is not the author's business.
    compiled: bool = False
    #: Whether it is one of the project, not a file from elsewhere.
    owned: bool = True
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
    source: Source
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


def board(
    spec: Mapping[str, Any],
    source: Source,
    *,
    folder: FolderPath = (),
    places: Mapping[int, Source] | None = None,
    variable_places: Mapping[str, Source] | None = None,
    inputs: int = 0,
    prefix: str = "",
    datasource_types: Mapping[str, str] | None = None,
    compiled: bool = False,
    owned: bool = True,
) -> Board:
    """All that rules look at in one dashboard.

    ``places`` are the sources of panels by id, ``variable_places`` those of variables by name; ``inputs`` is the number of
    variables at the front that stand for inputs of an export, and not among the variables of the file.
    """
    result = Board(spec, source, folder, prefix, compiled, owned)
    variables = objects(mapping(spec.get("templating")).get("list"))
    known = References(list(variables), datasource_types or {})
    for index, entry in enumerate(variables):
        where = f"templating/list/{index - inputs}" if index >= inputs else f"__inputs/{index}"
        place = (variable_places or {}).get(text(entry.get("name")), source)
        result.variables.append(Variable(result, f"{prefix}/{where}", entry, place))
    result.values = {variable.name: _value(variable) for variable in result.variables}
    row_repeat = ""
    for placed in panels(dict(spec)):
        place = (places or {}).get(placed.panel.get("id", 0), source)
        own = text(placed.panel.get("repeat")).removeprefix("$")
        row_repeat = own if placed.panel.get("type") == "row" else row_repeat
        repeats = frozenset({own, row_repeat} - {""})
        panel = Panel(result, prefix + placed.pointer, placed.panel, text(placed.row), place, repeats)
        panel.queries = list(_panel_queries(panel, known))
        result.panels.append(panel)
        result.queries += panel.queries
    result.queries += _variable_queries(result, known)
    result.queries += _annotation_queries(result, known)
    return result


def _panel_queries(panel: Panel, known: References) -> Iterator[Query]:
    own = known.resolve(panel.json.get("datasource"))
    mixed = own is not None and own.get("uid") == MIXED
    for index, target in enumerate(panel.targets):
        hint = query_type(dict(target))
        chosen = known.resolve(target.get("datasource"), hint=hint)
        chosen = chosen or (None if mixed else own) or known.default
        language = str((chosen or {}).get("type") or hint)
        if language in ("", "datasource") and isinstance(target.get("expr"), str):
            language = "" if (chosen or {}).get("uid") == "-- Dashboard --" else PROMETHEUS
        pointer = f"{panel.pointer}/targets/{index}"
        yield Query(
            text(target.get("expr")), language, "panel", pointer, target, panel.board.values, panel.board, panel
        )


#: What the query of a Prometheus variable can call.
VARIABLE_FUNCTIONS = ("label_values", "label_names", "query_result", "metrics")


def _variable_queries(result: Board, known: References) -> Iterator[Query]:
    for variable in result.variables:
        reference = known.resolve(variable.json.get("datasource"))
        language = str((reference or {}).get("type") or "")
        query = variable.query.strip()
        name, _, rest = query.partition("(")
        if variable.kind != "query" or name.strip() not in VARIABLE_FUNCTIONS or language not in ("", PROMETHEUS):
            continue
        inside = rest.rstrip().removesuffix(")")
        label = ""
        if name.strip() == "label_values":
            head, comma, tail = _last_comma(inside)
            broken = not comma and "{" in inside  # the braces swallow the comma
            head, comma, tail = inside.rpartition(",") if broken else (head, comma, tail)
            inside, label = (head, tail) if comma else ("", inside)
        elif name.strip() != "query_result":
            inside = ""
        pointer = f"{variable.pointer}/query"
        yield Query(
            inside.strip(), PROMETHEUS, "variable", pointer, variable.json, result.values, result, None, variable,
            None, label.strip(),
        )  # fmt: skip


def _last_comma(inside: str) -> tuple[str, str, str]:
    """Split at the last comma outside braces and strings: before it the series, behind it the label."""
    depth, quoted, found = 0, "", -1
    for index, character in enumerate(inside):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "\"'`":
            quoted = character
        elif character in "({[":
            depth += 1
        elif character in ")}]":
            depth -= 1
        elif character == "," and depth == 0:
            found = index
    return (inside, "", "") if found < 0 else (inside[:found], ",", inside[found + 1 :])


def _annotation_queries(result: Board, known: References) -> Iterator[Query]:
    entries = objects(mapping(result.json.get("annotations")).get("list"))
    for index, entry in enumerate(entries):
        query = entry.get("expr") or mapping(entry.get("target")).get("expr")
        reference = known.resolve(entry.get("datasource"), hint=PROMETHEUS if query else "") or known.default or {}
        if isinstance(query, str):
            pointer = f"{result.prefix}/annotations/list/{index}"
            language = str(reference.get("type") or PROMETHEUS)
            yield Query(query, language, "annotation", pointer, entry, result.values, result)


def _value(variable: Variable) -> str:
    """What the variable stands for when the dashboard opens, as far as the document says."""
    current = mapping(variable.json.get("current")).get("value")
    if isinstance(current, list):
        current = current[0] if current else None
    if isinstance(current, str) and current and not current.startswith("$__"):
        return current
    if variable.kind in ("constant", "textbox"):
        return variable.query
    for option in objects(variable.json.get("options")):
        value = option.get("value")
        if isinstance(value, str) and not value.startswith("$__"):
            return value
    if variable.kind in ("custom", "interval"):
        first = variable.query.split(",")[0].strip()
        return first.rpartition(" : ")[2].strip()
    return ""


def alerts(groups: Any, source: Source, places: Mapping[tuple[int, int], Source] | None = None) -> list[Alert]:
    """The rules of the groups of a rule file; ``places`` are the sources of single rules by numbers of group and rule.

    What is no mapping is a rule without anything, so that it is not overlooked.
    """
    result = []
    for number, group in enumerate(groups if isinstance(groups, list | tuple) else ()):
        about = mapping(group)
        rules = about.get("rules")
        for index, entry in enumerate(rules if isinstance(rules, list | tuple) else ()):
            place = (places or {}).get((number, index), source)
            pointer = f"/groups/{number}/rules/{index}"
            rule = Alert(mapping(entry), text(about.get("name")), place, pointer, about, number, first=index == 0)
            role = "record" if rule.recorded else "alert"
            expr = mapping(entry).get("expr")
            written = str(expr) if isinstance(expr, int | float) and not isinstance(expr, bool) else text(expr)
            rule.query = Query(written, PROMETHEUS, role, f"{pointer}/expr", rule.json, alert=rule)
            result.append(rule)
    return result


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
                yield from strings(item, f"{pointer}/{_escaped(key)}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if item.__class__ in (str, dict, list):
                yield from strings(item, f"{pointer}/{index}")


def _escaped(key: Any) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def used_variables(value: Any) -> set[str]:
    """Names of the variables that any text inside a JSON value uses."""
    return set().union(*(references(entry) for _, entry in strings(value)), set())

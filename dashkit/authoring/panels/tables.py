"""Tables."""

from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring.arguments import NON_EMPTY, Form, option, used_by_helper
from dashkit.authoring.cells import CellOptions
from dashkit.authoring.choices import Calc, Many
from dashkit.authoring.fields import ValueOptions
from dashkit.authoring.panel import AS_TABLE, Kind, Panel, PanelOptions, QueryLike, build

_FOOTER = Form(
    lambda value: {"countRows": False, "fields": "", "reducer": value, "show": True},
    lambda value: value["reducer"],
)


class TableOptions(ValueOptions, CellOptions, PanelOptions, total=False):
    """The options of `table`."""

    #: The column that rows are sorted by, as it is titled.
    sort_by: Annotated[str | None, option("sortBy.0.displayName", form=NON_EMPTY)]
    #: Sort the largest first.
    descending: Annotated[bool | None, option("sortBy.0.desc", lambda options: True if options["sort_by"] else None)]
    #: The label by which the results of several queries are put side by side. Sum each of them by that label: of others, each
    #: query would bring a column. By default, results are merged by all labels that they share.
    join: Annotated[str | None, used_by_helper()]
    #: Titles of columns. The columns are labels, or ``Value #A`` for the value of the query A.
    rename: Annotated[dict[str, str] | None, used_by_helper()]
    #: Columns to leave out, by their original names. ``Time`` is always left out.
    hide: Annotated[Many[str] | None, used_by_helper()]
    #: The order of columns, by their original names.
    order: Annotated[Many[str] | None, used_by_helper()]
    #: The calculations that the last line shows.
    footer: Annotated[Many[Calc] | None, option("footer", form=_FOOTER, keys="countRows fields reducer show")]
    #: Split rows into pages.
    pagination: Annotated[bool | None, option("footer.enablePagination")]
    #: Which of several results is shown first, counted from 0. Readers choose another one below the table.
    frame: Annotated[int | None, option("frameIndex")]
    #: The height of cells.
    cell_height: Annotated[Literal["sm", "md", "lg", "auto"] | None, option("cellHeight", "sm")]
    #: Show the titles of columns.
    header: Annotated[bool | None, option("showHeader", True)]


def _organised(given: dict[str, Any], queries: int) -> dict[str, Any]:
    """Make the transformations that join, hide, order and rename columns, unless the author wrote transformations."""
    if "transformations" in given:
        lost = next((name for name in ("join", "hide", "order", "rename") if given.get(name)), "")
        if lost:
            raise ValueError(
                f"table: transformations= stands in the place of {lost}=; say all of it as transformations"
            )
        return given
    join = given.get("join")
    joined = (
        {"id": "joinByField", "options": {"byField": join, "mode": "outer"}} if join else {"id": "merge", "options": {}}
    )
    organise = {
        "excludeByName": dict.fromkeys([*_times(join, queries), *(given.get("hide") or ())], True),
        "indexByName": {name: index for index, name in enumerate(given.get("order") or ())},
        "renameByName": given.get("rename") or {},
    }
    return {**given, "transformations": [joined, {"id": "organize", "options": organise}]}


def _times(join: Any, queries: int) -> list[str]:
    """Return the columns with the times: joining by a label keeps that of each query, with a number."""
    return ["Time", *(f"Time {number}" for number in range(1, queries + 1) if join and queries > 1)]


def _disorganised(given: dict[str, Any], queries: int) -> dict[str, Any]:
    """Undo `_organised`."""
    told = dict(given)
    transformations = told.pop("transformations", None)
    if not isinstance(transformations, list) or len(transformations) != 2:
        return given if transformations else {**told, "transformations": []}
    first, second = transformations
    options = second.get("options", {})
    if first.get("id") == "joinByField":
        told["join"] = first.get("options", {}).get("byField")
    hidden = [name for name in options.get("excludeByName", {}) if name not in _times(told.get("join"), queries)]
    index = options.get("indexByName", {})
    parts = {
        "hide": hidden,
        "order": sorted(index, key=lambda name: index[name]),
        "rename": options.get("renameByName"),
    }
    told |= {name: value for name, value in parts.items() if value}
    return told if _organised(told, queries)["transformations"] == transformations else given


TABLE = Kind(
    "table",
    TableOptions,
    {
        "color": lambda options: "thresholds" if options["thresholds"] else None,
        "cell": "auto",
        "align": "auto",
        "filterable": False,
    },
    _organised,
    _disorganised,
    texts=AS_TABLE,
)


def table(title: str, *queries: QueryLike, **options: Unpack[TableOptions]) -> Panel:
    """Show a table of instant queries with ``format="table"``, which queries given as texts are.

    Rows are merged by their labels, and ``Time`` is left out.
    """
    return build(TABLE, title, queries, options)


KINDS = {"table": TABLE}

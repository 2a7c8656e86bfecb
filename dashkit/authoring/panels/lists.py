"""Lists: of alerts, dashboards, annotations and news."""

from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring.arguments import NON_EMPTY, Form, option, words
from dashkit.authoring.choices import Many
from dashkit.authoring.panel import Kind, Panel, PanelOptions, build

AlertState = Literal["firing", "pending", "normal", "error", "noData", "recovering"]
_STATES = ("error", "firing", "noData", "normal", "pending")


def _write_states(value: list[str]) -> dict[str, bool]:
    return {**{state: state in value for state in _STATES}, **({"recovering": True} if "recovering" in value else {})}


_SORTS = {"alphabetical": 1, "alphabetical-desc": 2, "importance": 3, "oldest": 4, "newest": 5}


class AlertListOptions(PanelOptions, total=False):
    """The options of `alert_list`."""

    #: Only alerts with these labels: ``{system="shop"}``.
    labels: Annotated[str | None, option("alertInstanceLabelFilter", "")]
    #: Only alerts whose name contains this.
    name: Annotated[str | None, option("alertName", "")]
    #: Only alerts of the folder with this uid.
    folder_uid: Annotated[str | None, option("folder.uid", form=NON_EMPTY)]
    #: Only alerts of this dashboard.
    this_dashboard: Annotated[bool | None, option("dashboardAlerts", False)]
    #: The states that are listed.
    states: Annotated[
        Many[AlertState] | None,
        option(
            "stateFilter",
            ["error", "firing", "pending"],
            form=Form(_write_states, lambda value: [state for state in value if value[state]]),
        ),
    ]
    #: Labels to group alerts by.
    group_by: Annotated[Many[str] | None, option("groupBy", [])]
    #: Group as the rules do, or by ``group_by``.
    grouping: Annotated[
        Literal["default", "custom"] | None,
        option("groupMode", lambda options: "custom" if options["group_by"] else "default"),
    ]
    #: How many alerts are listed.
    limit: Annotated[int | None, option("maxItems", 20)]
    #: The order of alerts.
    sort: Annotated[
        Literal["alphabetical", "alphabetical-desc", "importance", "oldest", "newest"] | None,
        option("sortOrder", "importance", form=words(_SORTS)),
    ]
    #: List alerts, or only count them.
    view: Annotated[Literal["list", "stat"] | None, option("viewMode", "list")]


ALERT_LIST = Kind("alertlist", AlertListOptions)


def alert_list(title: str, **options: Unpack[AlertListOptions]) -> Panel:
    """List firing and pending alert instances."""
    return build(ALERT_LIST, title, (), options)


class DashboardListOptions(PanelOptions, total=False):
    """The options of `dashboard_list`."""

    #: Only dashboards that have all these tags.
    tags: Annotated[Many[str] | None, option("tags", [])]
    #: Only dashboards whose title contains this.
    query: Annotated[str | None, option("query", "")]
    #: Only dashboards of the folder with this uid.
    folder_uid: Annotated[str | None, option("folderUID")]
    #: List what ``tags``, ``query`` and ``folder_uid`` find.
    search: Annotated[bool | None, option("showSearch", True)]
    #: List the reader's starred dashboards.
    starred: Annotated[bool | None, option("showStarred", False)]
    #: List what the reader saw last.
    recent: Annotated[bool | None, option("showRecentlyViewed", False)]
    #: Show a heading above each of these lists.
    headings: Annotated[bool | None, option("showHeadings", False)]
    #: Show the folder of each dashboard.
    folders: Annotated[bool | None, option("showFolderNames", True)]
    #: How many dashboards each list has.
    limit: Annotated[int | None, option("maxItems", 10)]
    #: Keep the time range when one is opened.
    keep_time: Annotated[bool | None, option("keepTime", True)]
    #: Keep the variables when one is opened.
    keep_variables: Annotated[bool | None, option("includeVars", True)]


DASHBOARD_LIST = Kind("dashlist", DashboardListOptions)


def dashboard_list(title: str, **options: Unpack[DashboardListOptions]) -> Panel:
    """List dashboards: those with some tags, those of a folder, or the reader's own."""
    return build(DASHBOARD_LIST, title, (), options)


class AnnotationsListOptions(PanelOptions, total=False):
    """The options of `annotations_list`."""

    #: Only annotations that have all these tags.
    tags: Annotated[Many[str] | None, option("tags", [])]
    #: How many are listed.
    limit: Annotated[int | None, option("limit", 10)]
    #: Only annotations of this dashboard.
    this_dashboard: Annotated[bool | None, option("onlyFromThisDashboard", False)]
    #: Only annotations within the dashboard's time range.
    in_time_range: Annotated[bool | None, option("onlyInTimeRange", False)]
    #: How much time is shown before the one that a reader clicks.
    before: Annotated[str | None, option("navigateBefore", "10m")]
    #: How much time is shown after it.
    after: Annotated[str | None, option("navigateAfter", "10m")]
    #: Lead to the panel of the annotation.
    to_panel: Annotated[bool | None, option("navigateToPanel", True)]
    #: Show the tags of each.
    show_tags: Annotated[bool | None, option("showTags", True)]
    #: Show the time of each.
    show_time: Annotated[bool | None, option("showTime", True)]
    #: Show who wrote each.
    show_user: Annotated[bool | None, option("showUser", True)]


ANNOTATIONS_LIST = Kind("annolist", AnnotationsListOptions)


def annotations_list(title: str, **options: Unpack[AnnotationsListOptions]) -> Panel:
    """List annotations, such as the deployments of ``dashkit push --annotate``."""
    return build(ANNOTATIONS_LIST, title, (), options)


class NewsOptions(PanelOptions, total=False):
    """The options of `news`."""

    #: Show the pictures.
    images: Annotated[bool | None, option("showImage", True)]


class _News(NewsOptions):
    feed: Annotated[str, option("feedUrl")]


NEWS = Kind("news", _News)


def news(title: str, feed: str, **options: Unpack[NewsOptions]) -> Panel:
    """Show an RSS or Atom feed, such as that of a status page."""
    given: dict[str, Any] = {**options, "feed": feed}
    return build(NEWS, title, (), given)


KINDS = {"alert_list": ALERT_LIST, "dashboard_list": DASHBOARD_LIST, "annotations_list": ANNOTATIONS_LIST, "news": NEWS}

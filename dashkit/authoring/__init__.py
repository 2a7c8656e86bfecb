"""A concise vocabulary for dashboard modules.

Each function returns a grafanalib object or an extension of one, so you can mix both. Nothing here uses the network or reads
the configuration.
"""

from dashkit.authoring.dashboards import dashboard, grid, row
from dashkit.authoring.indicators import Indicator
from dashkit.authoring.limits import Limit
from dashkit.authoring.links import dashboard_link, deploy_annotation, event_annotation, tag_links, web_link
from dashkit.authoring.look import FieldOverride, Mapping, Thresholds, mapping, override, thresholds
from dashkit.authoring.panel_options import Panel
from dashkit.authoring.panels import (
    alert_list,
    bar_gauge,
    gauge,
    heatmap,
    logs,
    pie_chart,
    stat,
    state_timeline,
    table,
    text,
    timeseries,
)
from dashkit.authoring.queries import elasticsearch, loki, prometheus
from dashkit.authoring.slo import Latency, Objective, Ratio
from dashkit.authoring.variables import (
    constant_variable,
    custom_variable,
    datasource_variable,
    interval_variable,
    query_variable,
    text_variable,
)

__all__ = [
    "FieldOverride",
    "Indicator",
    "Latency",
    "Limit",
    "Mapping",
    "Objective",
    "Panel",
    "Ratio",
    "Thresholds",
    "alert_list",
    "bar_gauge",
    "constant_variable",
    "custom_variable",
    "dashboard",
    "dashboard_link",
    "datasource_variable",
    "deploy_annotation",
    "elasticsearch",
    "event_annotation",
    "gauge",
    "grid",
    "heatmap",
    "interval_variable",
    "logs",
    "loki",
    "mapping",
    "override",
    "pie_chart",
    "prometheus",
    "query_variable",
    "row",
    "stat",
    "state_timeline",
    "table",
    "tag_links",
    "text",
    "text_variable",
    "thresholds",
    "timeseries",
    "web_link",
]

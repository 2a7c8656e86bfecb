"""A concise vocabulary for dashboard and alert modules. Import everything from here.

Nothing here uses the network or reads the configuration. grafanalib's objects, the Foundation SDK's and plain dicts can stand
beside these.
"""

from dashkit.authoring.alerts import (
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    alert,
    fires,
    in_rules,
    in_words,
    limit_alerts,
    quiet,
    record,
    rule_group,
)
from dashkit.authoring.conditions import Condition, show_when
from dashkit.authoring.dashboards import Dashboard, dashboard, new_dashboard
from dashkit.authoring.indicators import Indicator
from dashkit.authoring.layouts import auto_grid, grid, row, tab, tabs
from dashkit.authoring.limits import Limit
from dashkit.authoring.links import dashboard_link, deploy_annotation, event_annotation, link, tag_links, web_link
from dashkit.authoring.look import Mapping, Thresholds, mapping, thresholds
from dashkit.authoring.overrides import FieldOverride, override
from dashkit.authoring.panel import Panel, panel
from dashkit.authoring.panels.charts import bar_chart, pie_chart, xy_chart
from dashkit.authoring.panels.distributions import heatmap, histogram
from dashkit.authoring.panels.lists import alert_list, annotations_list, dashboard_list, news
from dashkit.authoring.panels.maps import geomap, node_graph
from dashkit.authoring.panels.states import state_timeline, status_history
from dashkit.authoring.panels.tables import table
from dashkit.authoring.panels.texts import logs, text
from dashkit.authoring.panels.tiles import bar_gauge, gauge, stat
from dashkit.authoring.panels.timeseries import candlestick, timeseries, trend
from dashkit.authoring.placed import AutoGrid, Row, Tab, Tabs
from dashkit.authoring.plain_alerts import plain_alert
from dashkit.authoring.queries.databases import azure_logs, cloudwatch, graphite, influxdb, query, sql, tempo
from dashkit.authoring.queries.expressions import math, reduce, resample
from dashkit.authoring.queries.logs import elasticsearch, loki
from dashkit.authoring.queries.prometheus import prometheus
from dashkit.authoring.query import Query
from dashkit.authoring.selectors import Selector, selector
from dashkit.authoring.series import (
    Sample,
    gauge_at,
    good_at,
    inverted,
    mean_at,
    part_at,
    quantile_at,
    rate_at,
    sample_labels,
    series,
    share_at,
    with_labels,
)
from dashkit.authoring.shapes import (
    BUDGET,
    UP,
    burn_lines,
    down_count,
    error_budget,
    latency_heatmap,
    latency_lines,
    mean,
    pool,
    quantile,
    red,
    share,
    top,
    total_rate,
    up_timeline,
)
from dashkit.authoring.slo import BurnRate, Latency, Objective, Ratio, bucket, burn_rate_alerts, recording_rules
from dashkit.authoring.variables import (
    Variable,
    adhoc_variable,
    constant_variable,
    custom_variable,
    datasource_variable,
    interval_variable,
    query_variable,
    switch_variable,
    text_variable,
)
from dashkit.model.alerts import AlertGroup, AlertRule, AlertTest, PlainAlert, RecordingRule, Runbook
from dashkit.model.alerts import AlertSeverity as Severity
from dashkit.model.routing import Email, Hours, Inhibition, PagerDuty, Receiver, Route, Routing, Slack, Webhook

__all__ = [
    "BUDGET",
    "CRITICAL",
    "HIGH",
    "LOW",
    "MEDIUM",
    "UP",
    "AlertGroup",
    "AlertRule",
    "AlertTest",
    "AutoGrid",
    "BurnRate",
    "Condition",
    "Dashboard",
    "Email",
    "FieldOverride",
    "Hours",
    "Indicator",
    "Inhibition",
    "Latency",
    "Limit",
    "Mapping",
    "Objective",
    "PagerDuty",
    "Panel",
    "PlainAlert",
    "Query",
    "Ratio",
    "Receiver",
    "RecordingRule",
    "Route",
    "Routing",
    "Row",
    "Runbook",
    "Sample",
    "Selector",
    "Severity",
    "Slack",
    "Tab",
    "Tabs",
    "Thresholds",
    "Variable",
    "Webhook",
    "adhoc_variable",
    "alert",
    "alert_list",
    "annotations_list",
    "auto_grid",
    "azure_logs",
    "bar_chart",
    "bar_gauge",
    "bucket",
    "burn_lines",
    "burn_rate_alerts",
    "candlestick",
    "cloudwatch",
    "constant_variable",
    "custom_variable",
    "dashboard",
    "dashboard_link",
    "dashboard_list",
    "datasource_variable",
    "deploy_annotation",
    "down_count",
    "elasticsearch",
    "error_budget",
    "event_annotation",
    "fires",
    "gauge",
    "gauge_at",
    "geomap",
    "good_at",
    "graphite",
    "grid",
    "heatmap",
    "histogram",
    "in_rules",
    "in_words",
    "influxdb",
    "interval_variable",
    "inverted",
    "latency_heatmap",
    "latency_lines",
    "limit_alerts",
    "link",
    "logs",
    "loki",
    "mapping",
    "math",
    "mean",
    "mean_at",
    "new_dashboard",
    "news",
    "node_graph",
    "override",
    "panel",
    "part_at",
    "pie_chart",
    "plain_alert",
    "pool",
    "prometheus",
    "quantile",
    "quantile_at",
    "query",
    "query_variable",
    "quiet",
    "rate_at",
    "record",
    "recording_rules",
    "red",
    "reduce",
    "resample",
    "row",
    "rule_group",
    "sample_labels",
    "selector",
    "series",
    "share",
    "share_at",
    "show_when",
    "sql",
    "stat",
    "state_timeline",
    "status_history",
    "switch_variable",
    "tab",
    "table",
    "tabs",
    "tag_links",
    "tempo",
    "text",
    "text_variable",
    "thresholds",
    "timeseries",
    "top",
    "total_rate",
    "trend",
    "up_timeline",
    "web_link",
    "with_labels",
    "xy_chart",
]

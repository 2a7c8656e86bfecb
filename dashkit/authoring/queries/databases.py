"""Queries for databases and metrics services, and for a datasource of any type."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring.arguments import NON_EMPTY, Form, at
from dashkit.authoring.query import Query, QueryKind, QueryOptions, build_query

RowFormat = Literal["time_series", "table"]
LogFormat = Literal["time_series", "table", "logs"]
#: A query whose line breaks matter, or at least help its reader.
_STRIPPED = Form(lambda value: value.strip())


def query(type: str, json: Mapping[str, Any], **options: Unpack[QueryOptions]) -> Query:
    """Create a query for a datasource of any type, with the JSON that its editor stores.

    ``type`` is that of the plugin, such as ``grafana-athena-datasource``. Grafana shows the JSON under Inspect > Panel JSON.
    """
    if not isinstance(type, str) or not isinstance(json, Mapping):
        raise TypeError(
            'query takes the type of a datasource and the JSON of the query: query("loki", {"expr": "..."})'
        )
    return build_query(QueryKind("query", QueryOptions, (), type, fixed=json), (), options)


class SqlOptions(QueryOptions, total=False):
    """The options of `sql`."""

    #: ``time_series`` needs a column ``time``; a column of texts names the series.
    format: Annotated[RowFormat | None, at("format", "table")]


class _Sql(SqlOptions):
    sql: Annotated[str, at("rawSql", form=_STRIPPED)]


SQL = QueryKind(
    "sql",
    _Sql,
    ("sql",),
    fixed={"editorMode": "code", "rawQuery": True},
    types=("grafana-postgresql-datasource", "postgres", "mysql", "mssql"),
)


def sql(sql: str, **options: Unpack[SqlOptions]) -> Query:
    """Create a query in SQL, for PostgreSQL, MySQL, SQL Server and their like. It may use ``$__timeFilter(column)``."""
    return build_query(SQL, (sql,), options)


class InfluxOptions(QueryOptions, total=False):
    """The options of `influxdb`."""

    #: The name of the series.
    legend: Annotated[str | None, at("alias", form=NON_EMPTY)]
    #: The form of the answer to InfluxQL.
    format: Annotated[LogFormat | None, at("resultFormat", "time_series")]


class _Influx(InfluxOptions):
    query: Annotated[str, at("query", form=_STRIPPED)]


INFLUXDB = QueryKind("influxdb", _Influx, ("query",), fixed={"rawQuery": True}, types=("influxdb",))


def influxdb(query: str, **options: Unpack[InfluxOptions]) -> Query:
    """Create a query in the language of the InfluxDB datasource: InfluxQL, Flux or SQL."""
    return build_query(INFLUXDB, (query,), options)


class _Graphite(QueryOptions):
    target: Annotated[str, at("target", form=_STRIPPED)]


GRAPHITE = QueryKind("graphite", _Graphite, ("target",), fixed={"textEditor": True}, types=("graphite",))


def graphite(target: str, **options: Unpack[QueryOptions]) -> Query:
    """Create a Graphite query: ``aliasByNode(servers.*.cpu.user, 1)``."""
    return build_query(GRAPHITE, (target,), options)


class TempoOptions(QueryOptions, total=False):
    """The options of `tempo`."""

    #: How many traces are returned at most.
    limit: Annotated[int | None, at("limit")]
    #: A row for each trace, or for each span.
    rows: Annotated[Literal["traces", "spans", "raw"] | None, at("tableType", "traces")]


class _Tempo(TempoOptions):
    query: Annotated[str, at("query", form=_STRIPPED)]


TEMPO = QueryKind("tempo", _Tempo, ("query",), "tempo", "${tempo}", {"queryType": "traceql", "filters": []})


def tempo(query: str, **options: Unpack[TempoOptions]) -> Query:
    """Create a TraceQL query, or one for the id of a trace. The default datasource is the variable ``tempo``."""
    return build_query(TEMPO, (query,), options)


class CloudWatchOptions(QueryOptions, total=False):
    """The options of `cloudwatch`."""

    #: The values of dimensions: ``{"InstanceId": "*"}``.
    dimensions: Annotated[dict[str, Any] | None, at("dimensions")]
    #: ``Average``, ``Sum``, ``Maximum``, ``p99``, ...
    statistic: Annotated[str | None, at("statistic", "Average")]
    #: Seconds between two points. By default, CloudWatch's own choice.
    period: Annotated[str | None, at("period", "")]
    #: A region, or ``default`` for that of the datasource.
    region: Annotated[str | None, at("region", "default")]
    #: The name of the series, such as ``${PROP('Dim.InstanceId')}``.
    legend: Annotated[str | None, at("label", form=NON_EMPTY)]
    #: Whether only metrics with exactly these dimensions match.
    match_exact: Annotated[bool | None, at("matchExact", True)]


class _CloudWatch(CloudWatchOptions):
    namespace: Annotated[str, at("namespace")]
    metric: Annotated[str, at("metricName")]


CLOUDWATCH = QueryKind(
    "cloudwatch", _CloudWatch, ("namespace", "metric"), "cloudwatch", "${cloudwatch}",
    {"expression": "", "id": "", "metricEditorMode": 0, "metricQueryType": 0, "queryMode": "Metrics", "sqlExpression": ""},
)  # fmt: skip


def cloudwatch(namespace: str, metric: str, **options: Unpack[CloudWatchOptions]) -> Query:
    """Create a query for a metric of CloudWatch: ``cloudwatch("AWS/EC2", "CPUUtilization", dimensions={"InstanceId": "*"})``.

    The default datasource is the variable ``cloudwatch``.
    """
    return build_query(CLOUDWATCH, (namespace, metric), options)


class AzureOptions(QueryOptions, total=False):
    """The options of `azure_logs`."""

    #: The form of the answer.
    format: Annotated[LogFormat | None, at("azureLogAnalytics.resultFormat", "table")]
    #: Filter by the dashboard's time range, rather than in the query.
    dashboard_time: Annotated[bool | None, at("azureLogAnalytics.dashboardTime", False)]
    #: The column that is filtered.
    time_column: Annotated[str | None, at("azureLogAnalytics.timeColumn", form=NON_EMPTY)]


class _Azure(AzureOptions):
    query: Annotated[str, at("azureLogAnalytics.query", form=_STRIPPED)]
    resources: Annotated[list[str], at("azureLogAnalytics.resources")]


AZURE = QueryKind(
    "azure_logs", _Azure, ("query", "resources"), "grafana-azure-monitor-datasource", "${azure}",
    {"queryType": "Azure Log Analytics"},
)  # fmt: skip


def azure_logs(query: str, resources: str | list[str], **options: Unpack[AzureOptions]) -> Query:
    """Create a query in KQL for Azure Log Analytics. ``resources`` are the ids of workspaces or resources.

    The default datasource is the variable ``azure``. For metrics of Azure, use `query`.
    """
    return build_query(AZURE, (query, resources), options)

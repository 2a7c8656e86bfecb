"""The comparison in grafanalib."""

from grafanalib.core import (
    Dashboard,
    GridPos,
    Repeat,
    Stat,
    Table,
    Target,
    Template,
    Templating,
    Threshold,
    Time,
    TimePicker,
    TimeSeries,
)

# What its panels write, although nobody asked for it.
NOT_SET = dict.fromkeys(["axisPlacement", "barAlignment", "pointSize"])
LINES = {
    "colorMode": "palette-classic",
    "lineWidth": 2,
    "showPoints": "never",
    "tooltipMode": "multi",
    "tooltipSort": "desc",
    "valueMin": 0,
    "extraJson": {"fieldConfig": {"defaults": {"custom": NOT_SET}}},
}
BLUE = {"fieldConfig": {"defaults": {"color": {"mode": "fixed", "fixedColor": "blue"}}}}
BY_THRESHOLD = {"fieldConfig": {"defaults": {"color": {"mode": "thresholds"}}}}
ORGANISED = {
    "excludeByName": {"Time": True, "Time 1": True, "Time 2": True},
    "indexByName": {},
    "renameByName": {"instance": "Instance", "Value #Used": "Used", "Value #Limit": "Limit"},
}

dashboard = Dashboard(
    title="Checkout",
    uid="checkout",
    tags=["shop"],
    refresh="1m",
    timezone="browser",
    graphTooltip=1,
    time=Time("now-6h", "now"),
    timePicker=TimePicker(["5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d"], []),
    templating=Templating(
        list=[
            Template(name="datasource", label="Data source", type="datasource", query="prometheus", regex=""),
            Template(
                name="job",
                label="Job",
                dataSource="${datasource}",
                query="label_values(up, job)",
                multi=True,
                includeAll=True,
                refresh=2,
            ),
        ]
    ),
    panels=[
        Stat(
            title="Requests",
            dataSource="${datasource}",
            targets=[Target(expr='sum(rate(http_requests_total{job=~"$job"}[$__rate_interval]))', refId="A")],
            format="reqps",
            reduceCalc="lastNotNull",
            graphMode="none",
            colorMode="none",
            extraJson=BLUE,
            gridPos=GridPos(h=4, w=12, x=0, y=0),
        ),
        Stat(
            title="Down",
            dataSource="${datasource}",
            targets=[Target(expr='count(up{job=~"$job"} == 0)', refId="A")],
            format="short",
            reduceCalc="lastNotNull",
            graphMode="none",
            extraJson=BY_THRESHOLD,
            thresholds=[Threshold("green", 0, 0.0), Threshold("red", 1, 1.0)],
            gridPos=GridPos(h=4, w=12, x=12, y=0),
        ),
        TimeSeries(
            title="Requests by status",
            dataSource="${datasource}",
            targets=[
                Target(
                    expr='sum by (status) (rate(http_requests_total{job=~"$job"}[$__rate_interval]))',
                    legendFormat="{{status}}",
                    refId="A",
                )
            ],
            unit="reqps",
            fillOpacity=30,
            stacking={"mode": "normal", "group": "A"},
            gridPos=GridPos(h=8, w=24, x=0, y=4),
            **LINES,
        ),
        TimeSeries(
            title="CPU of $job",
            dataSource="${datasource}",
            targets=[Target(expr='rate(process_cpu_seconds_total{job=~"$job"}[$__rate_interval])', refId="A")],
            unit="short",
            fillOpacity=10,
            stacking={"mode": "none", "group": "A"},
            repeat=Repeat("h", "job"),
            gridPos=GridPos(h=8, w=24, x=0, y=12),
            **LINES,
        ),
        Table(
            title="Memory of instances",
            dataSource="${datasource}",
            targets=[
                Target(expr='process_resident_memory_bytes{job=~"$job"}', format="table", instant=True, refId="Used"),
                Target(
                    expr='process_virtual_memory_max_bytes{job=~"$job"}', format="table", instant=True, refId="Limit"
                ),
            ],
            unit="bytes",
            displayMode="color-text",
            thresholds=[Threshold("text", 0, 0.0), Threshold("red", 1, 2e9)],
            extraJson={"options": {"sortBy": None}},
            transformations=[
                {"id": "joinByField", "options": {"byField": "instance", "mode": "outer"}},
                {"id": "organize", "options": ORGANISED},
            ],
            gridPos=GridPos(h=8, w=24, x=0, y=20),
        ),
    ],
)

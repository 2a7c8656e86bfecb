"""The comparison in the Grafana Foundation SDK."""

from grafana_foundation_sdk.builders import common, prometheus, stat, table, timeseries
from grafana_foundation_sdk.builders import dashboard as board
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = options.DataSourceRef(type_val="prometheus", uid="${datasource}")


def tile(title: str, expr: str, unit: str) -> stat.Panel:
    return (
        stat.Panel()
        .title(title)
        .datasource(SOURCE)
        .with_target(prometheus.Dataquery().expr(expr))
        .unit(unit)
        .graph_mode(options.BigValueGraphMode.NONE)
        .text_mode(options.BigValueTextMode.AUTO)
        .justify_mode(options.BigValueJustifyMode.AUTO)
        .orientation(options.VizOrientation.AUTO)
        .wide_layout(True)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).fields("").values(False))
        .span(12)
        .height(4)
    )


def lines(
    title: str, query: prometheus.Dataquery, unit: str, fill: int, stacking: options.StackingMode
) -> timeseries.Panel:
    return (
        timeseries.Panel()
        .title(title)
        .datasource(SOURCE)
        .with_target(query)
        .unit(unit)
        .min(0)
        .color_scheme(board.FieldColor().mode(models.FieldColorModeId.PALETTE_CLASSIC))
        .draw_style(options.GraphDrawStyle.LINE)
        .line_interpolation(options.LineInterpolation.LINEAR)
        .line_width(2)
        .fill_opacity(fill)
        .gradient_mode(options.GraphGradientMode.NONE)
        .show_points(options.VisibilityMode.NEVER)
        .span_nulls(False)
        .stacking(common.StackingConfig().mode(stacking).group("A"))
        .thresholds_style(common.GraphThresholdsStyleConfig().mode(options.GraphThresholdsStyleMode.OFF))
        .legend(
            common.VizLegendOptions()
            .display_mode(options.LegendDisplayMode.LIST)
            .placement(options.LegendPlacement.BOTTOM)
            .show_legend(True)
            .calcs([])
        )
        .tooltip(common.VizTooltipOptions().mode(options.TooltipDisplayMode.MULTI).sort(options.SortOrder.DESCENDING))
        .span(24)
        .height(8)
    )


def column(expr: str, ref: str) -> prometheus.Dataquery:
    return prometheus.Dataquery().expr(expr).instant().format(PromQueryFormat.TABLE).ref_id(ref)


def steps(*values: tuple[str, float | None]) -> board.ThresholdsConfig:
    found = [models.Threshold(value=value, color=color) for color, value in values]
    return board.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(found)


dashboard = (
    board.Dashboard("Checkout")
    .uid("checkout")
    .tags(["shop"])
    .refresh("1m")
    .time("now-6h", "now")
    .timezone("browser")
    .tooltip(models.DashboardCursorSync.CROSSHAIR)
    .timepicker(board.TimePicker().refresh_intervals(["5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d"]))
    .with_variable(board.DatasourceVariable("datasource").label("Data source").type("prometheus").regex(""))
    .with_variable(
        board.QueryVariable("job")
        .label("Job")
        .datasource(SOURCE)
        .query("label_values(up, job)")
        .multi(True)
        .include_all(True)
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
    )
    .with_panel(
        tile("Requests", 'sum(rate(http_requests_total{job=~"$job"}[$__rate_interval]))', "reqps")
        .color_mode(options.BigValueColorMode.NONE)
        .color_scheme(board.FieldColor().mode(models.FieldColorModeId.FIXED).fixed_color("blue"))
    )
    .with_panel(
        tile("Down", 'count(up{job=~"$job"} == 0)', "short")
        .color_mode(options.BigValueColorMode.VALUE)
        .color_scheme(board.FieldColor().mode(models.FieldColorModeId.THRESHOLDS))
        .thresholds(steps(("green", None), ("red", 1)))
    )
    .with_panel(
        lines(
            "Requests by status",
            prometheus.Dataquery()
            .expr('sum by (status) (rate(http_requests_total{job=~"$job"}[$__rate_interval]))')
            .legend_format("{{status}}"),
            "reqps",
            30,
            options.StackingMode.NORMAL,
        )
    )
    .with_panel(
        lines(
            "CPU of $job",
            prometheus.Dataquery().expr('rate(process_cpu_seconds_total{job=~"$job"}[$__rate_interval])'),
            "short",
            10,
            options.StackingMode.NONE,
        )
        .repeat("job")
        .repeat_direction("h")
    )
    .with_panel(
        table.Panel()
        .title("Memory of instances")
        .datasource(SOURCE)
        .with_target(column('process_resident_memory_bytes{job=~"$job"}', "Used"))
        .with_target(column('process_virtual_memory_max_bytes{job=~"$job"}', "Limit"))
        .unit("bytes")
        .color_scheme(board.FieldColor().mode(models.FieldColorModeId.THRESHOLDS))
        .thresholds(steps(("text", None), ("red", 2e9)))
        .align(options.FieldTextAlignment.AUTO)
        .filterable(False)
        .cell_options(options.TableColorTextCellOptions())
        .cell_height(options.TableCellHeight.SM)
        .show_header(True)
        .with_transformation(
            models.DataTransformerConfig(id_val="joinByField", options={"byField": "instance", "mode": "outer"})
        )
        .with_transformation(
            models.DataTransformerConfig(
                id_val="organize",
                options={
                    "excludeByName": {"Time": True, "Time 1": True, "Time 2": True},
                    "indexByName": {},
                    "renameByName": {"instance": "Instance", "Value #Used": "Used", "Value #Limit": "Limit"},
                },
            )
        )
        .span(24)
        .height(8)
    )
)

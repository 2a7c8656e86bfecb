"""Generation of synthetic data: success, duration by size of the data set, queue, training."""

from __future__ import annotations

from dashkit.authoring import (
    bar_gauge,
    burn_lines,
    grid,
    latency_heatmap,
    prometheus,
    quantile,
    row,
    timeseries,
    total_rate,
)

from ..shared.page import page, trace_link
from ..shared.systems import GENERATION_TIMES, SYNTHDATA, SYNTHDATA_INDICATORS, generation_time

ALL = SYNTHDATA.selector
BEGUN, GOOD = f"synthdata_generation_total{ALL}", f"synthdata_generation_success_total{ALL}"
DURATION, TRAINING = "synthdata_generation_duration_seconds", "synthdata_model_training_duration_seconds"
success, queue = SYNTHDATA_INDICATORS["generation"], SYNTHDATA_INDICATORS["queue"]
generations = [objective for objective in SYNTHDATA.objectives if objective.service == "generation"]

now = row(
    "Now",
    grid(
        6,
        success.stat("Success"),
        queue.stat(),
        *(generation_time(size).stat() for size in GENERATION_TIMES),
        bar_gauge(
            "Begun by size",
            prometheus(total_rate(BEGUN, "size"), "{{size}}", instant=True),
            unit="ops",
            height=4,
            description="Generations begun per second.",
        ),
    ),
)

course = row(
    "Generations",
    grid(
        2,
        timeseries(
            "Success by size",
            prometheus(f"{total_rate(GOOD, 'size')} / {total_rate(BEGUN, 'size')}", "{{size}}"),
            unit="percentunit",
            min=None,
            max=1,
            thresholds=success.thresholds(line=True),
            description=success.says(),
            key="success",
        ),
        queue.timeseries(key="queue"),
    ),
    grid(
        3,
        *(
            generation_time(size, in_minutes=size != "small").timeseries(
                f"{size.capitalize()} data sets, p95", key=f"duration-{size}", links=[trace_link("synthdata-worker")]
            )
            for size in GENERATION_TIMES
        ),
        height=7,
    ),
)

training = row(
    "Training",
    grid(
        2,
        timeseries(
            "Training time p95",
            prometheus(f"{quantile(0.95, TRAINING, ALL, by='model', window='6h')} / 3600", "{{model}}"),
            unit="suffix:h",
            description="Within six hours, by kind of model. Good: steady for the same data.",
        ),
        timeseries(
            "Models trained in a day",
            prometheus(f"sum by (model) (increase({TRAINING}_count{ALL}[24h]))", "{{model}}"),
            stack=True,
            decimals=0,
            description="By kind of model.",
        ),
    ),
    collapsed=True,
)

detail = row(
    "Budget and distribution",
    burn_lines(generations, "Burn rate by size", width=24),
    latency_heatmap("Duration, distribution", DURATION, ALL(size="=~.+")),
    collapsed=True,
)

dashboard = page(
    "Synthdata: generation",
    uid="synthdata-generation",
    description="Success, duration, queue and training of synthetic-data generation.",
    tags=["development", "synthdata"],
    system=SYNTHDATA,
    time="6h",
    drill=[("Overview", "synthdata-overview"), ("Containers", "containers")],
    traces=True,
    panels=[now, course, training, detail],
)

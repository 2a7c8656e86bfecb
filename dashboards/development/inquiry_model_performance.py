"""How fast, how sure and how right are the models of the inquiry pipeline?"""

from __future__ import annotations

from dashkit.authoring import dashboard as new_dashboard
from dashkit.authoring import (
    datasource_variable,
    event_annotation,
    grid,
    heatmap,
    override,
    prometheus,
    query_variable,
    row,
    stat,
    table,
    tag_links,
    timeseries,
)

from ..shared.slo import Limit, quantile

MODEL = 'model_name=~"$model"'

INFERENCE = Limit(target=0.5, warning=0.5, critical=1)
ACCURACY = Limit(target=0.85, warning=0.85, critical=0.75, floor=True)
CONFIDENCE = Limit(target=0.7, warning=0.7, critical=0.6, floor=True)

mean_confidence = f"""sum(rate(model_prediction_confidence_sum{{{MODEL}}}[$__rate_interval]))
/ sum(rate(model_prediction_confidence_count{{{MODEL}}}[$__rate_interval]))"""


def accuracy(title: str, model: str, what: str) -> object:
    """Accuracy over time by category of one of the three tasks."""
    return timeseries(
        title,
        prometheus(f'avg by (category) (model_accuracy_score{{model_name="{model}"}})', "{{category}}"),
        unit="percentunit",
        minimum=0.5,
        maximum=1,
        thresholds=ACCURACY.thresholds(line=True),
        description=f"Share of {what} that people confirmed. Good: above 85 %.",
        key=f"accuracy-{model}",
    )


now = row(
    "Now",
    grid(
        4,
        stat(
            "Predictions",
            prometheus(f"sum(rate(model_predictions_total{{{MODEL}}}[$__rate_interval]))"),
            unit="ops",
            sparkline=True,
            description="Predictions per second of the chosen models.",
        ),
        stat(
            "Inference p95",
            prometheus(quantile(0.95, "model_inference_duration_seconds", MODEL)),
            unit="s",
            thresholds=INFERENCE.thresholds(),
            sparkline=True,
            description="95 of 100 inferences are faster. Good: below 500 ms.",
        ),
        stat(
            "Mean confidence",
            prometheus(mean_confidence),
            unit="percentunit",
            decimals=1,
            thresholds=CONFIDENCE.thresholds(),
            sparkline=True,
            description="""Sum over count of the histogram: an average over its buckets would mean nothing. Good: above 70 %;
            below 60 % is an alert.""",
        ),
        stat(
            "Lowest accuracy",
            prometheus(f"min(model_accuracy_score{{{MODEL}}})"),
            unit="percentunit",
            decimals=1,
            thresholds=ACCURACY.thresholds(),
            description="The weakest category of the chosen models. Good: above 85 %.",
        ),
    ),
)

speed = row(
    "Speed and confidence",
    grid(
        2,
        timeseries(
            "Inference latency p95",
            prometheus(quantile(0.95, "model_inference_duration_seconds", MODEL, by="model_name"), "{{model_name}}"),
            unit="s",
            thresholds=INFERENCE.thresholds(line=True),
            description="By model. The line is the limit of 500 ms.",
            key="inference-latency",
        ),
        timeseries(
            "Mean inference time",
            prometheus(
                f"""sum by (model_name) (rate(model_inference_duration_seconds_sum{{{MODEL}}}[$__rate_interval]))
                / sum by (model_name) (rate(model_inference_duration_seconds_count{{{MODEL}}}[$__rate_interval]))""",
                "{{model_name}}",
            ),
            unit="s",
            description="What an inference costs on average.",
        ),
        heatmap(
            "Prediction confidence",
            prometheus(
                f"sum by (le) (increase(model_prediction_confidence_bucket{{{MODEL}}}[$__rate_interval]))",
                "{{le}}",
                as_heatmap=True,
            ),
            unit="percentunit",
            scheme="Blues",
            description="How sure predictions are. Good: most of them in the upper buckets; a band that sinks is drift.",
        ),
        timeseries(
            "Median confidence",
            prometheus(quantile(0.5, "model_prediction_confidence", MODEL, by="model_name"), "{{model_name}}"),
            unit="percentunit",
            maximum=1,
            thresholds=CONFIDENCE.thresholds(line=True),
            description="Half of the predictions are surer. The lines are 70 % and 60 %.",
        ),
    ),
)

rightness = row(
    "Accuracy",
    grid(
        3,
        accuracy("Category accuracy", "category_classifier", "predicted categories"),
        accuracy("Sentiment accuracy", "sentiment_analyzer", "predicted sentiments"),
        accuracy("Urgency accuracy", "urgency_detector", "predicted urgencies"),
    ),
    table(
        "Accuracy by model and category",
        prometheus("avg by (model_name, category) (model_accuracy_score)", instant=True, as_table=True),
        unit="percentunit",
        decimals=1,
        rename={"model_name": "Model", "category": "Category", "Value": "Accuracy"},
        order=["model_name", "category", "Value"],
        sort_by="Accuracy",
        descending=False,
        overrides=[override("Accuracy", cell="color-text", thresholds=ACCURACY.thresholds())],
        width=12,
        height=10,
        description="All models side by side, the weakest first. Good: above 85 %.",
    ),
    timeseries(
        "Predictions by model",
        prometheus(
            f"sum by (model_name) (rate(model_predictions_total{{{MODEL}}}[$__rate_interval]))", "{{model_name}}"
        ),
        unit="ops",
        stack=True,
        width=12,
        height=10,
        description="Predictions per second. The three run on each inquiry, so they should be equal.",
    ),
)

dashboard = new_dashboard(
    "Inquiry pipeline: model performance",
    uid="inquiry-model-performance",
    description="Latency, confidence and accuracy of the models that classify inquiries.",
    tags=["development", "inquiry"],
    time="6h",
    refresh="1m",
    variables=[
        datasource_variable(),
        query_variable("model", "label_values(model_predictions_total, model_name)", multi=True, include_all=True),
    ],
    links=[tag_links("Inquiry pipeline", "inquiry")],
    annotations=[
        event_annotation(
            "New model versions",
            """count by (model_name, version) (model_version_info)
            unless count by (model_name, version) (model_version_info offset 2m)""",
            title="{{model_name}} {{version}}",
            color="purple",
        )
    ],
    panels=[now, speed, rightness],
)

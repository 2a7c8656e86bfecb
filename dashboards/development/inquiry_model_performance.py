"""How fast, how sure and how right are the models of the inquiry pipeline?"""

from __future__ import annotations

from dashkit.authoring import (
    Panel,
    event_annotation,
    grid,
    latency_heatmap,
    mean,
    override,
    prometheus,
    quantile,
    query_variable,
    row,
    stat,
    table,
    timeseries,
    total_rate,
)

from ..shared.page import page
from ..shared.systems import INQUIRY, INQUIRY_INDICATORS

ALL = INQUIRY.selector
MODEL = ALL(model_name="=~$model")
PREDICTIONS = f"model_predictions_total{MODEL}"
INFERENCE, ACCURACY, CONFIDENCE = (INQUIRY_INDICATORS[key] for key in ("inference", "accuracy", "confidence"))


def accuracy(title: str, model: str, what: str) -> Panel:
    """Accuracy over time by category of one of the three tasks."""
    return timeseries(
        title,
        prometheus(f"avg by (category) (model_accuracy_score{ALL(model_name=model)})", "{{category}}"),
        unit="percentunit",
        min=0.5,
        max=1,
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
            prometheus(total_rate(PREDICTIONS)),
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
            prometheus(mean("model_prediction_confidence", MODEL)),
            unit="percentunit",
            decimals=1,
            thresholds=CONFIDENCE.thresholds(),
            sparkline=True,
            description="""Sum over count of the histogram: an average over its buckets would mean nothing. Good: above 70 %;
            below 60 % is an alert.""",
        ),
        stat(
            "Lowest accuracy",
            prometheus(f"min(model_accuracy_score{MODEL})"),
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
            prometheus(mean("model_inference_duration_seconds", MODEL, by="model_name"), "{{model_name}}"),
            unit="s",
            description="What an inference costs on average.",
        ),
        latency_heatmap(
            "Prediction confidence",
            "model_prediction_confidence",
            MODEL,
            unit="percentunit",
            scheme="Blues",
            description="How sure predictions are. Good: most in the upper buckets; a band that sinks is drift.",
        ),
        timeseries(
            "Median confidence",
            prometheus(quantile(0.5, "model_prediction_confidence", MODEL, by="model_name"), "{{model_name}}"),
            unit="percentunit",
            max=1,
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
        prometheus(f"avg by (model_name, category) (model_accuracy_score{ALL})", instant=True, format="table"),
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
        prometheus(total_rate(PREDICTIONS, "model_name"), "{{model_name}}"),
        unit="ops",
        stack=True,
        width=12,
        height=10,
        description="Predictions per second. The three run on each inquiry, so they should be equal.",
    ),
)

dashboard = page(
    "Inquiry pipeline: model performance",
    uid="inquiry-model-performance",
    description="Latency, confidence and accuracy of the models that classify inquiries.",
    tags=["development", "inquiry"],
    system=INQUIRY,
    time="6h",
    refresh="1m",
    variables=[
        query_variable(
            "model",
            'label_values(model_predictions_total{system="inquiry", environment="$environment"}, model_name)',
            multi=True,
            include_all=True,
        )
    ],
    drill=[("Pipeline", "inquiry-pipeline")],
    events=[
        event_annotation(
            "New model versions",
            f"""count by (model_name, version) (model_version_info{ALL})
            unless count by (model_name, version) (model_version_info{ALL} offset 2m)""",
            title="{{model_name}} {{version}}",
            color="orange",
        )
    ],
    panels=[now, speed, rightness],
)

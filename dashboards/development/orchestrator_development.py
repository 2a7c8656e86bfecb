"""The tool orchestrator for those who change it: code, builds, deployments, what a change did."""

from __future__ import annotations

from dashkit.authoring import (
    Limit,
    datasource_variable,
    elasticsearch,
    grid,
    logs,
    prometheus,
    quantile,
    row,
    selector,
    share,
    stat,
    thresholds,
    timeseries,
    total_rate,
)

from ..shared import pods
from ..shared.page import page, trace_link
from ..shared.systems import ENVIRONMENT, ORCHESTRATOR, ORCHESTRATOR_INDICATORS

ALL = ORCHESTRATOR.selector
CODE = ENVIRONMENT(repository="orchestrator")
REQUESTS, FAILED = f"http_requests_total{ALL}", f"http_requests_total{ALL(status='=~5..')}"
DURATION = "http_request_duration_seconds"
PODS = pods.containers(selector('namespace="orchestrator"', ENVIRONMENT))
ELASTIC = {"type": "elasticsearch", "uid": "${elasticsearch}"}
DEPLOYED = f"deployments_total{CODE}"
UNDONE = f"deployments_total{CODE(result='failure')}"
COVERAGE = Limit(target=0.85, warning=0.8, critical=0.7, floor=True)


def month(selector: str) -> str:
    """Events within 30 days."""
    return f"sum(increase({selector}[30d]))"


now = row(
    "Code and delivery",
    grid(
        6,
        stat(
            "Coverage",
            prometheus(f"avg(ci_test_coverage_ratio{CODE})"),
            unit="percentunit",
            decimals=1,
            thresholds=COVERAGE.thresholds(),
            description="Share of lines that tests run, main branch. Good: above 80 %.",
        ),
        stat(
            "Complexity",
            prometheus(f"avg(ci_code_complexity{CODE})"),
            decimals=1,
            thresholds=thresholds("green", (5, "orange"), (10, "red")),
            description="Mean cyclomatic complexity of the functions. Good: below 5.",
        ),
        stat(
            "Deployments per week",
            prometheus(f"{month(DEPLOYED)} / 30 * 7", instant=True),
            decimals=1,
            description="DORA: deployment frequency over 30 days. Good: several a week.",
        ),
        stat(
            "Lead time",
            prometheus(quantile(0.5, "deployment_lead_time_seconds", CODE, window="30d"), instant=True),
            unit="s",
            decimals=0,
            thresholds=thresholds("green", (86_400, "orange"), (604_800, "red")),
            description="DORA: from commit to deployment, median of 30 days. Good: below a day.",
        ),
        stat(
            "Failed changes",
            prometheus(f"({month(UNDONE)} or 0 * {month(DEPLOYED)}) / {month(DEPLOYED)}", instant=True),
            unit="percentunit",
            decimals=0,
            thresholds=thresholds("green", (0.15, "orange"), (0.3, "red")),
            description="DORA: share of deployments of 30 days that had to be undone. Good: below 15 %.",
        ),
        stat(
            "Time to recover",
            prometheus(quantile(0.5, "deployment_recovery_seconds", CODE, window="30d"), instant=True),
            unit="s",
            decimals=0,
            thresholds=thresholds("green", (3600, "orange"), (86_400, "red")),
            no_value="nothing failed",
            description="DORA: from a failed deployment to the end of its effects, median of 30 days. Good: below an hour.",
        ),
    ),
)

pipeline = row(
    "Pipeline",
    grid(
        3,
        timeseries(
            "Builds in a day",
            prometheus(f"sum by (result) (increase(ci_builds_total{CODE}[24h]))", "{{result}}"),
            stack=True,
            decimals=0,
            description="Builds of the main branch by result. Good: failures are rare and short.",
        ),
        timeseries(
            "Build duration",
            *(
                prometheus(f"{quantile(q, 'ci_build_duration_seconds', CODE, window='24h')} / 60", f"p{q * 100:g}")
                for q in (0.5, 0.95)
            ),
            unit="suffix:min",
            thresholds=thresholds("transparent", (10, "orange"), (20, "red")),
            description="Good: p95 below ten minutes.",
        ),
        timeseries(
            "Coverage and complexity",
            prometheus(f"avg(ci_test_coverage_ratio{CODE}) * 100", "coverage, %"),
            prometheus(f"avg(ci_code_complexity{CODE})", "complexity"),
            decimals=1,
            description="Good: coverage does not fall, complexity does not rise.",
        ),
        height=7,
    ),
)

trends = row(
    "Trends against last week and the baselines",
    grid(
        2,
        timeseries(
            "Latency p95",
            prometheus(quantile(0.95, DURATION, ALL), "now"),
            prometheus(
                quantile(0.95, DURATION, ALL, window="$__rate_interval").replace(
                    "[$__rate_interval]", "[$__rate_interval] offset 1w"
                ),
                "last week",
            ),
            prometheus("vector(1)", "baseline 1 s"),
            unit="s",
            key="latency",
            links=[trace_link("orchestrator")],
            description="Good: below the baseline, and not above last week after a deployment line.",
        ),
        timeseries(
            "Request rate",
            prometheus(total_rate(REQUESTS), "now"),
            prometheus(f"sum(rate({REQUESTS}[$__rate_interval] offset 1w))", "last week"),
            prometheus("vector(1000)", "baseline 1,000"),
            unit="reqps",
            description="Sustained baseline 1,000, peak 2,000. Good: near last week's curve.",
        ),
        timeseries(
            "CPU",
            prometheus(f"sum(rate(container_cpu_usage_seconds_total{PODS}[$__rate_interval]))", "now"),
            prometheus(f"sum(rate(container_cpu_usage_seconds_total{PODS}[$__rate_interval] offset 1w))", "last week"),
            unit="cores",
            description="Good: follows the request rate. More CPU for the same requests is a regression.",
        ),
        timeseries(
            "Memory",
            prometheus(f"sum(container_memory_working_set_bytes{PODS})", "now"),
            prometheus(f"sum(container_memory_working_set_bytes{PODS} offset 1w)", "last week"),
            unit="bytes",
            description="Good: near last week's; more for the same requests is a leak or a regression.",
        ),
    ),
    collapsed=True,
)

analysis = row(
    "Error analysis",
    grid(
        2,
        timeseries(
            "Error rate by endpoint",
            prometheus(share(FAILED, REQUESTS, "endpoint"), "{{endpoint}}"),
            unit="percentunit",
            thresholds=ORCHESTRATOR_INDICATORS["errors"].thresholds(line=True),
            description=ORCHESTRATOR_INDICATORS["errors"].says(),
        ),
        timeseries(
            "Error lines by logger",
            elasticsearch("service:orchestrator AND level:ERROR", by="logger.keyword"),
            datasource=ELASTIC,
            stack=True,
            style="bars",
            description="Which part logs errors. Good: none.",
            no_value="no errors",
        ),
    ),
    logs(
        "Stack traces",
        elasticsearch("service:orchestrator AND level:ERROR AND _exists_:exception", kind="logs"),
        links=[trace_link("orchestrator")],
        datasource=ELASTIC,
        description="The newest errors with a stack trace.",
    ),
    logs(
        "Slow requests",
        elasticsearch("service:orchestrator AND duration_ms:>1000", kind="logs"),
        links=[trace_link("orchestrator")],
        datasource=ELASTIC,
        description="The newest requests that took longer than a second.",
    ),
    collapsed=True,
)

dashboard = page(
    "Orchestrator: development",
    uid="orchestrator-development",
    description="Code quality, builds, deployments, trends and errors of the tool orchestrator.",
    tags=["development", "orchestrator"],
    system=ORCHESTRATOR,
    time="24h",
    refresh="5m",
    variables=[datasource_variable("elasticsearch", "elasticsearch", label="Logs")],
    drill=[("Operations", "orchestrator-operations")],
    traces=True,
    panels=[now, pipeline, trends, analysis],
)

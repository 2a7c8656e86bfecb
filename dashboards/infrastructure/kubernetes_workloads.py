"""Workloads of a namespace: replicas, restarts, reasons, autoscalers, jobs."""

from __future__ import annotations

from dashkit.authoring import grid, override, prometheus, query_variable, row, stat, table, thresholds, timeseries

from ..shared import pods
from ..shared.page import page
from ..shared.systems import ENVIRONMENT

CHOSEN = ENVIRONMENT(namespace="=~$namespace")


def of_deployments(what: str) -> str:
    return f"sum by (namespace, deployment) (kube_deployment_{what}{CHOSEN})"


now = row(
    "Now",
    grid(
        4,
        stat(
            "Replicas available",
            prometheus(
                f"sum(kube_deployment_status_replicas_available{CHOSEN}) / sum(kube_deployment_spec_replicas{CHOSEN})"
            ),
            unit="percentunit",
            decimals=0,
            thresholds=thresholds("red", (0.9, "orange"), (1, "green")),
            description="Serving replicas over those wanted, all deployments together. Good: 100 %.",
        ),
        stat(
            "Waiting containers",
            prometheus(f"sum(kube_pod_container_status_waiting_reason{CHOSEN})", instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Containers in a crash loop or without an image. Good: none.",
        ),
        stat(
            "Restarts in an hour",
            prometheus(f"sum(increase(kube_pod_container_status_restarts_total{CHOSEN}[1h]))"),
            decimals=0,
            thresholds=thresholds("green", (3, "orange"), (10, "red")),
            description="Of all chosen pods. Good: none.",
        ),
        stat(
            "Failed jobs",
            prometheus(f"sum(kube_job_status_failed{CHOSEN}) or 0 * sum(kube_pod_info{CHOSEN})", instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Pods of jobs that failed. Good: none.",
        ),
    ),
)

deployments = row(
    "Deployments",
    table(
        "Deployments",
        prometheus(of_deployments("spec_replicas"), format="table", instant=True, ref="Wanted"),
        prometheus(of_deployments("status_replicas_available"), format="table", instant=True, ref="Available"),
        prometheus(of_deployments("status_replicas_unavailable"), format="table", instant=True, ref="Missing"),
        prometheus(of_deployments("status_replicas_updated"), format="table", instant=True, ref="Updated"),
        rename={
            "namespace": "Namespace",
            "deployment": "Deployment",
            "Value #Wanted": "Wanted",
            "Value #Available": "Available",
            "Value #Missing": "Missing",
            "Value #Updated": "Up to date",
        },
        order=["namespace", "deployment", "Value #Wanted", "Value #Available", "Value #Missing", "Value #Updated"],
        decimals=0,
        sort_by="Missing",
        overrides=[override("Missing", thresholds=thresholds("text", (1, "red")), cell="color-text")],
        description="Replicas wanted and there. Good: nothing missing, all up to date.",
        key="deployments",
    ),
    grid(2, pods.restarts_panel(CHOSEN, key="restarts"), pods.phases_panel(CHOSEN)),
)

why = row(
    "Why",
    grid(
        2,
        timeseries(
            "Waiting, by reason",
            prometheus(f"sum by (reason) (kube_pod_container_status_waiting_reason{CHOSEN})", "{{reason}}"),
            decimals=0,
            stack=True,
            description="Why containers do not start. Good: none.",
        ),
        timeseries(
            "Killed for memory",
            prometheus(
                f"sum by (pod) (kube_pod_container_status_last_terminated_reason{CHOSEN(reason='OOMKilled')})",
                "{{pod}}",
            ),
            decimals=0,
            description="Pods whose last end was the out-of-memory killer. Good: none.",
        ),
    ),
    collapsed=True,
)

resources = row(
    "Resources",
    grid(
        2,
        timeseries(
            "CPU: used, requested, limit",
            prometheus(pods.cpu(CHOSEN, "namespace"), "{{namespace}} used"),
            prometheus(
                f"sum by (namespace) (kube_pod_container_resource_requests{CHOSEN(resource='cpu')})",
                "{{namespace}} requested",
            ),
            prometheus(
                f"sum by (namespace) (kube_pod_container_resource_limits{CHOSEN(resource='cpu')})",
                "{{namespace}} limit",
            ),
            unit="cores",
            overrides=[override(regex=".* (requested|limit)", line_style="dash", fill=0)],
            description="Good: use around the request. Far below it the rest lies idle, above it neighbours suffer.",
        ),
        timeseries(
            "Replicas and their bound",
            prometheus(
                f"max by (horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas{CHOSEN})",
                "{{horizontalpodautoscaler}}",
            ),
            prometheus(
                f"max by (horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_max_replicas{CHOSEN})",
                "{{horizontalpodautoscaler}} at most",
            ),
            decimals=0,
            overrides=[override(regex=".* at most", line_style="dash", fill=0)],
            description="What autoscalers run. Good: below the bound; at it no more help comes.",
        ),
        pods.cpu_panel(CHOSEN),
        pods.memory_panel(CHOSEN),
    ),
    collapsed=True,
)

dashboard = page(
    "Kubernetes: workloads",
    uid="kubernetes-workloads",
    description="Replicas, restarts and resources of the workloads of a namespace.",
    tags=["infrastructure", "kubernetes", "orchestrator", "shop", "synthdata", "inquiry"],
    metric="kube_pod_info",
    variables=[
        query_variable(
            "namespace",
            'label_values(kube_pod_info{environment="$environment"}, namespace)',
            multi=True,
            include_all=True,
        )
    ],
    drill=[("Containers", "containers"), ("Cluster", "kubernetes-cluster")],
    panels=[now, deployments, why, resources],
)

"""Argo CD: which applications differ from their repository, which are ill, and how syncs end."""

from __future__ import annotations

from dashkit.authoring import (
    grid,
    mapping,
    override,
    prometheus,
    quantile,
    query_variable,
    row,
    selector,
    stat,
    state_timeline,
    table,
    thresholds,
    timeseries,
    total_rate,
)

from ..shared.page import page
from ..shared.systems import ENVIRONMENT

APPS = ENVIRONMENT(project="=~$project")


def apps(matcher: str) -> str:
    return f"argocd_app_info{selector(APPS, matcher)}"


def in_state(matcher: str) -> str:
    """1 for each application in the state, else 0: the exporter only has a series for the present state."""
    return f"count by (name) ({apps(matcher)}) or 0 * count by (name) (argocd_app_info{APPS})"


OUT_OF_SYNC, ILL = in_state('sync_status!="Synced"'), in_state('health_status!="Healthy"')

now = row(
    "Now",
    grid(
        4,
        stat(
            "Applications",
            prometheus(f"count(count by (name) (argocd_app_info{APPS}))", instant=True),
            decimals=0,
            description="Applications that Argo CD keeps.",
        ),
        stat(
            "Out of sync",
            prometheus(f"sum({OUT_OF_SYNC})", instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "orange")),
            description="Applications that differ from their repository. Good: none for more than a few minutes.",
        ),
        stat(
            "Not healthy",
            prometheus(f"sum({ILL})", instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Applications that are degraded or missing. Good: none.",
        ),
        stat(
            "Cluster reached",
            prometheus(f"min(argocd_cluster_connection_status{ENVIRONMENT})", instant=True),
            mappings=[mapping(0, "no", "red"), mapping(1, "yes", "green")],
            description="Whether Argo CD reaches its clusters.",
        ),
    ),
)

states = row(
    "Applications",
    state_timeline(
        "Sync",
        prometheus(OUT_OF_SYNC, "{{name}}"),
        mappings=[mapping(0, "in sync", "green"), mapping(1, "out of sync", "orange")],
        width=12,
        height=8,
        description="Whether each application equals its repository. Long orange stretches are forgotten changes.",
        key="sync",
    ),
    state_timeline(
        "Health",
        prometheus(ILL, "{{name}}"),
        mappings=[mapping(0, "healthy", "green"), mapping(1, "not healthy", "red")],
        width=12,
        height=8,
        description="What Argo CD thinks of the resources of each application. Good: all green.",
        key="health",
    ),
    table(
        "States",
        prometheus(f"argocd_app_info{APPS}", format="table", instant=True),
        rename={
            "name": "Application",
            "dest_namespace": "Namespace",
            "sync_status": "Sync",
            "health_status": "Health",
            "repo": "Repository",
        },
        order=["name", "dest_namespace", "sync_status", "health_status", "repo"],
        hide=[
            "__name__",
            "job",
            "instance",
            "environment",
            "namespace",
            "project",
            "dest_server",
            "autosync_enabled",
            "operation",
            "hydrator_status",
            "phase",
            "Value",
        ],
        overrides=[
            override(
                "Sync",
                mappings=[mapping("Synced", "Synced", "green"), mapping("OutOfSync", "OutOfSync", "orange")],
                cell="color-text",
            ),
            override(
                "Health",
                mappings=[mapping("Healthy", "Healthy", "green"), mapping("Degraded", "Degraded", "red")],
                cell="color-text",
            ),
        ],
        description="The present state of each application.",
    ),
)

syncs = row(
    "Syncs and repositories",
    grid(
        2,
        timeseries(
            "Syncs in an hour",
            prometheus(f"sum by (phase) (increase(argocd_app_sync_total{APPS}[1h]))", "{{phase}}"),
            stack=True,
            decimals=1,
            description="How syncs end. Good: Succeeded only.",
        ),
        timeseries(
            "Comparison p95",
            prometheus(quantile(0.95, "argocd_app_reconcile", ENVIRONMENT), "p95"),
            unit="s",
            description="Time to compare an application with its repository. Good: below a few seconds.",
        ),
        timeseries(
            "Requests to repositories",
            prometheus(total_rate(f"argocd_git_request_total{ENVIRONMENT}", "request_type"), "{{request_type}}"),
            unit="reqps",
            description="Good: steady; a rise is a webhook that is missing.",
        ),
        timeseries(
            "Requests to repositories p95",
            prometheus(
                quantile(0.95, "argocd_git_request_duration_seconds", ENVIRONMENT, by="request_type"),
                "{{request_type}}",
            ),
            unit="s",
            description="Good: below two seconds.",
        ),
        timeseries(
            "Work that waits",
            prometheus(f"sum by (name) (workqueue_depth{ENVIRONMENT(job='argocd-metrics')})", "{{name}}"),
            decimals=0,
            description="Queues of the controller. Good: back to zero after each burst.",
        ),
        timeseries(
            "Objects watched",
            prometheus(f"sum by (server) (argocd_cluster_api_resource_objects{ENVIRONMENT})", "{{server}}"),
            decimals=0,
            description="What the controller keeps in memory. Good: grows with the cluster only.",
        ),
    ),
    collapsed=True,
)

dashboard = page(
    "Argo CD",
    uid="argocd",
    description="Sync and health of the applications that Argo CD deploys.",
    tags=["infrastructure", "kubernetes", "inquiry"],
    metric="argocd_app_info",
    variables=[
        query_variable(
            "project",
            'label_values(argocd_app_info{environment="$environment"}, project)',
            multi=True,
            include_all=True,
        )
    ],
    drill=[("Workloads", "kubernetes-workloads")],
    panels=[now, states, syncs],
)

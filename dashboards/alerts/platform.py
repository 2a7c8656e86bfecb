"""Alerts of what all systems run on: cluster, mesh, delivery, and the monitoring itself."""

from collections.abc import Iterator

from dashkit.authoring import (
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    AlertRule,
    alert,
    fires,
    quiet,
    rule_group,
    selector,
    series,
    share,
    share_at,
)

from ..shared import runbooks
from ..shared.backups import OLD_SECONDS, STALE_SECONDS
from ..shared.host_rules import host_alerts
from ..shared.rules import PRODUCTION

CLUSTER, WORKLOADS = "kubernetes-cluster", "kubernetes-workloads"


def cluster() -> Iterator[AlertRule]:
    restarts = f"kube_pod_container_status_restarts_total{PRODUCTION}"
    pod = {"namespace": "n", "pod": "p", "container": "c"}
    # A crash loop backs off to one restart in five minutes, 0.0033 a second: the guide's 0.1 a second cannot be reached.
    yield alert(
        "KubernetesPodRestarts",
        f"sum by (namespace, pod) (increase({restarts}[1h]))",
        above=3,
        severity=MEDIUM,
        wait="5m",
        symptom="restarts",
        summary="[namespace]/[pod] restarts again and again",
        description="Containers of [namespace]/[pod] were restarted {value} times within an hour, more than {limit}.",
        runbook=runbooks.PODS,
        panel=(WORKLOADS, "restarts"),
        tests=[
            fires({series(restarts, **pod): "0+0.2x120"}, at="50m"),
            quiet({series(restarts, **pod): "0+0.01x120"}, at="50m"),
        ],
    )
    waiting = f"kube_pod_container_status_waiting_reason{PRODUCTION(reason='=~CrashLoopBackOff|ImagePullBackOff')}"
    yield alert(
        "KubernetesContainerWaiting",
        f"max by (namespace, pod, reason) ({waiting})",
        above=0,
        severity=HIGH,
        wait="10m",
        symptom="restarts",
        summary="[namespace]/[pod] does not start",
        description="[namespace]/[pod] has been waiting for ten minutes: [reason].",
        runbook=runbooks.PODS,
        panel=(WORKLOADS, "restarts"),
        tests=[fires({series(waiting, **pod): "1x60"}), quiet({series(waiting, **pod): "0x60"})],
    )
    wanted, there = (
        f"kube_deployment_spec_replicas{PRODUCTION}",
        f"kube_deployment_status_replicas_available{PRODUCTION}",
    )
    one = {"namespace": "n", "deployment": "d"}
    yield alert(
        "KubernetesReplicasMissing",
        f"max by (namespace, deployment) ({there} / ({wanted} > 0))",
        below=1,
        severity=MEDIUM,
        wait="15m",
        unit="percentunit",
        symptom="replicas",
        summary="[namespace]/[deployment] misses replicas",
        description="Only {value} of the replicas of [namespace]/[deployment] serve.",
        runbook=runbooks.PODS,
        panel=(WORKLOADS, "deployments"),
        tests=[
            fires({series(wanted, **one): "2x60", series(there, **one): "1x60"}),
            quiet({series(wanted, **one): "2x60", series(there, **one): "2x60"}),
        ],
    )
    ready = f"kube_node_status_condition{PRODUCTION(condition='Ready', status='true')}"
    yield alert(
        "KubernetesNodeNotReady",
        f"max by (node) ({ready})",
        below=1,
        severity=HIGH,
        wait="5m",
        symptom="nodes",
        summary="Node [node] is not ready",
        description="[node] has taken no pods for five minutes.",
        runbook=runbooks.NODES,
        panel=(CLUSTER, "nodes"),
        tests=[fires({series(ready, node="n"): "0x60"}), quiet({series(ready, node="n"): "1x60"})],
    )
    used, size = (
        f"kubelet_volume_stats_used_bytes{PRODUCTION}",
        f"kubelet_volume_stats_capacity_bytes{PRODUCTION}",
    )
    claim = {"namespace": "n", "persistentvolumeclaim": "v"}
    for severity, limit in ((MEDIUM, 0.85), (HIGH, 0.95)):
        yield alert(
            "KubernetesVolumeFull",
            f"max by (namespace, persistentvolumeclaim) ({used} / {size})",
            above=limit,
            severity=severity,
            wait="10m",
            unit="percentunit",
            symptom="saturation-disk",
            summary="Volume [namespace]/[persistentvolumeclaim] fills up",
            description="It is {value} full, more than {limit}.",
            runbook=runbooks.DISK,
            panel=(CLUSTER, "volumes"),
            tests=[
                fires({series(used, **claim): f"{limit * 100 + 4:g}x60", series(size, **claim): "100x60"}),
                quiet({series(used, **claim): f"{limit * 100 - 4:g}x60", series(size, **claim): "100x60"}),
            ],
        )


def mesh() -> Iterator[AlertRule]:
    side = selector('reporter="destination"', PRODUCTION)
    total, bad = f"istio_requests_total{side}", f"istio_requests_total{side(response_code='=~5..')}"
    one_total, one_bad = (text.replace("}", ', destination_service_name="api"}') for text in (total, bad))
    yield alert(
        "IstioErrorRate",
        share(bad, total, by="destination_service_name", window="5m"),
        above=0.05,
        severity=CRITICAL,
        wait="5m",
        unit="percentunit",
        symptom="mesh-errors",
        summary="Requests to [destination_service_name] fail in the mesh",
        description="{value} of the requests to [destination_service_name] are answered with 5xx, more than {limit}.",
        runbook=runbooks.MESH,
        panel=("istio-mesh", "error-rate"),
        tests=[fires(share_at(one_bad, one_total)(0.1)), quiet(share_at(one_bad, one_total)(0.02))],
    )


def delivery() -> Iterator[AlertRule]:
    for name, matcher, severity, wait, what, key in (
        ("OutOfSync", 'sync_status!="Synced"', MEDIUM, "5m", "differs from its repository", "sync"),
        ("Degraded", 'health_status="Degraded"', CRITICAL, "2m", "is degraded", "health"),
    ):
        info = f"argocd_app_info{selector(PRODUCTION, matcher)}"
        there = series(f"argocd_app_info{PRODUCTION}", name="shop", sync_status="OutOfSync", health_status="Degraded")
        yield alert(
            f"ArgoCd{name}",
            f"max by (name) ({info})",
            above=0,
            severity=severity,
            wait=wait,
            symptom=f"delivery-{key}",
            summary=f"Argo CD: [name] {what}",
            description=f"The application [name] {what}; so it has been for {wait}.",
            runbook=runbooks.DELIVERY,
            panel=("argocd", key),
            tests=[fires({there: "1x60"}), quiet({there: "0x60"})],
        )


def _connections(used: str, most: str, share: float, *systems: str) -> dict[str, str]:
    values = {used: f"{share:g}x60", most: "100x60"}
    return {series(selector, system=system): value for selector, value in values.items() for system in systems}


def databases() -> Iterator[AlertRule]:
    used = f"pg_stat_database_numbackends{PRODUCTION}"
    most = f"pg_settings_max_connections{PRODUCTION}"
    for severity, limit in ((MEDIUM, 0.8), (HIGH, 0.9)):
        yield alert(
            "PostgresConnections",
            f"sum by (system) ({used}) / sum by (system) ({most})",
            above=limit,
            severity=severity,
            wait="5m",
            unit="percentunit",
            symptom="connections",
            summary="PostgreSQL of [system] runs out of connections",
            description="{value} of the connections that the server allows are in use, more than {limit}.",
            runbook=runbooks.DATABASE,
            panel=("postgresql", "connections"),
            labels={"system": "{{ $labels.system }}"},
            # Two at once: each has to stay an alert of its own.
            tests=[
                fires(_connections(used, most, limit * 100 + 5, "shop", "inquiry")),
                quiet(_connections(used, most, limit * 100 - 5, "shop", "inquiry")),
            ],
        )


def monitoring() -> Iterator[AlertRule]:
    yield alert(
        "Watchdog",
        "vector(1)",
        above=0,
        severity=LOW,
        wait="0m",
        symptom="watchdog",
        summary="The alerting works",
        description="This alert always fires. Whoever receives it should raise an alarm when it stops.",
        runbook=runbooks.MONITORING,
        panel=("prometheus", "alerts"),
        labels={"service": "prometheus"},
        tests=[fires({})],
    )
    failed = f"prometheus_rule_evaluation_failures_total{PRODUCTION}"
    yield alert(
        "PrometheusRuleFailures",
        f"sum(increase({failed}[10m]))",
        above=0,
        severity=HIGH,
        wait="5m",
        symptom="monitoring",
        summary="Prometheus cannot evaluate rules",
        description="{value} evaluations failed within ten minutes: some alerts are blind.",
        runbook=runbooks.MONITORING,
        panel=("prometheus", "alerts"),
        labels={"service": "prometheus"},
        tests=[fires({series(failed): "0+1x60"}), quiet({series(failed): "5x60"})],
    )
    up = f"up{PRODUCTION(job='!~blackbox.*')}"
    yield alert(
        "TargetDown",
        f"count by (job) ({up} == 0) / count by (job) ({up})",
        above=0.1,
        severity=LOW,
        wait="15m",
        unit="percentunit",
        symptom="scrape",
        summary="Targets of [job] are not scraped",
        description="{value} of the targets of [job] do not answer Prometheus.",
        runbook=runbooks.MONITORING,
        panel=("prometheus", "targets"),
        labels={"service": "prometheus"},
        tests=[fires({series(up, job="x"): "0x60"}), quiet({series(up, job="x"): "1x60"})],
    )


def backups() -> Iterator[AlertRule]:
    success = f"dashkit_backup_last_success_timestamp_seconds{PRODUCTION}"
    one = series(success, context="prod")
    for severity, limit, day in ((MEDIUM, STALE_SECONDS, "27h"), (HIGH, OLD_SECONDS, "51h")):
        yield alert(
            "GrafanaBackupOld",
            f"time() - max by (context) ({success})",
            above=limit,
            severity=severity,
            wait="30m",
            unit="s",
            symptom="backup",
            summary="Grafana ([context]) has no fresh backup",
            description="The last complete backup of [context] is {value} old, more than {limit}.",
            runbook=runbooks.BACKUP,
            panel=("backup-health", "age"),
            labels={"service": "grafana"},
            # Time begins at 0 in a test: the last success was then.
            tests=[fires({one: "0x4000"}, at=day), quiet({one: "0+60x4000"}, at=day)],
        )
    failures = f"dashkit_backup_failures{PRODUCTION}"
    yield alert(
        "GrafanaBackupIncomplete",
        f"max by (context) ({failures})",
        above=0,
        severity=MEDIUM,
        wait="5m",
        symptom="backup",
        summary="The backup of Grafana ([context]) is not complete",
        description="The last backup of [context] did not read {value} kinds of objects in full.",
        runbook=runbooks.BACKUP,
        panel=("backup-health", "failures"),
        labels={"service": "grafana"},
        tests=[fires({series(failures, context="prod"): "1x60"}), quiet({series(failures, context="prod"): "0x60"})],
    )


groups = [
    rule_group("kubernetes", "kubernetes", cluster(), host_alerts("kubernetes", "Cluster", "hosts")),
    rule_group("istio", "istio", mesh()),
    rule_group("argocd", "argocd", delivery()),
    rule_group("postgresql", "postgresql", databases()),
    rule_group("monitoring", "prometheus", monitoring()),
    rule_group("backup", "backup", backups()),
]

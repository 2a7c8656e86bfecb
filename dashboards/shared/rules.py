"""Alerts that several systems have: one function each, so that they stay the same."""

from __future__ import annotations

from collections.abc import Iterable

from dashkit.authoring import (
    CRITICAL,
    HIGH,
    MEDIUM,
    AlertRule,
    Indicator,
    RecordingRule,
    Runbook,
    Severity,
    alert,
    burn_rate_alerts,
    fires,
    quiet,
    recording_rules,
    selector,
    series,
    with_labels,
)

from . import runbooks
from .systems import RULE_VARIABLES, System

PRODUCTION = selector(environment="production")


def camel(name: str) -> str:
    """``api-gateway`` is ``ApiGateway``: the part of an alert's name that says whose it is."""
    return "".join(part[:1].upper() + part[1:] for part in name.replace("_", "-").split("-"))


def whose(system: System, service: str) -> str:
    """The part of an alert's name that says whose it is; a system of one service is not named twice."""
    return camel(system.name) if service == system.name else camel(system.name) + camel(service)


_MEANING = {"availability": "answers without failure", "latency": "answers in time"}


def objectives(system: System, panel: tuple[str, str]) -> list[RecordingRule | AlertRule]:
    """Recording rules and burn-rate alerts of all objectives of a system."""
    rules: list[RecordingRule | AlertRule] = []
    for service in system.services:
        for objective in service.objectives:
            latency = objective.name != "availability"
            part = "" if service.name == system.name else f" ({service.title})"
            what = f"{system.title}{part}: {_MEANING.get(objective.name, f'{objective.name} data sets in time')}"
            rules += recording_rules(objective, RULE_VARIABLES)
            rules += burn_rate_alerts(
                objective,
                f"{whose(system, service.name)}{camel(objective.name)}Burn",
                runbook=runbooks.LATENCY if latency else runbooks.ERRORS,
                symptom="latency" if latency else "errors",
                what=what,
                panel=panel,
                variables=RULE_VARIABLES,
                # Nobody is called at night for data sets that take long.
                page=CRITICAL if objective.name in ("availability", "latency") else HIGH,
            )
    return rules


def limits(
    system: System,
    service: str,
    name: str,
    indicator: Indicator,
    *,
    where: str,
    symptom: str,
    runbook: Runbook,
    warning: Severity | None = MEDIUM,
    critical: Severity | None = HIGH,
    wait: str = "5m",
    panel: tuple[str, str] | None = None,
) -> list[AlertRule]:
    """The alerts of one indicator of a catalogue table."""
    return indicator.alerts(
        f"{camel(system.name)}{name}",
        where=where,
        symptom=symptom,
        runbook=runbook,
        warning=warning,
        critical=critical,
        wait=wait,
        panel=panel,
        labels={} if indicator.by == "service" else {"service": service},
        variables=RULE_VARIABLES,
    )


def down(
    system: System, panel: tuple[str, str], jobs: Iterable[tuple[str, str]], *, wait: str = "2m"
) -> list[AlertRule]:
    """No instance of a service answers (a page), one of several does not (a ticket), and the target itself is gone.

    ``jobs`` are names of scrape jobs and the service that each is.
    """
    found = []
    for job, service in jobs:
        up = selector(f'system="{system.name}"', PRODUCTION, job=job).of("up")
        one, other = series(up, instance="a"), series(up, instance="b")
        name, labels = whose(system, service), {"service": service}
        found += [
            alert(
                f"{name}Down",
                f"max by (job) ({up})",
                below=1,
                severity=CRITICAL,
                wait=wait,
                symptom="down",
                summary=f"{system.title}: {service} is down",
                description=f"No instance of {service} has answered Prometheus for {wait}.",
                runbook=runbooks.DOWN,
                panel=panel,
                labels=labels,
                tests=[fires({one: "0x60", other: "0x60"}), quiet({one: "0x60", other: "1x60"})],
            ),
            alert(
                f"{name}InstanceDown",
                f"min by (job) ({up})",
                below=1,
                severity=MEDIUM,
                wait="5m",
                symptom="down",
                summary=f"{system.title}: an instance of {service} is down",
                description=f"At least one instance of {service} has not answered Prometheus for 5 minutes.",
                runbook=runbooks.DOWN,
                panel=panel,
                labels=labels,
                tests=[fires({one: "0x60", other: "1x60"}), quiet({one: "1x60", other: "1x60"})],
            ),
            alert(
                f"{name}Absent",
                f"absent({up})",
                above=0,
                severity=HIGH,
                wait="5m",
                symptom="down",
                summary=f"{system.title}: {service} is not scraped",
                description=f"Prometheus has no target for the job {job}: nothing of {service} is measured.",
                runbook=runbooks.MONITORING,
                panel=panel,
                labels=labels,
                tests=[fires({}), quiet({one: "0x60"})],
            ),
        ]
    return found


def database_down(system: System) -> list[AlertRule]:
    """The database cannot be reached."""
    up = f"""pg_up{selector(f'system="{system.name}"', PRODUCTION)}"""
    return [
        alert(
            f"{camel(system.name)}DatabaseDown",
            f"min by (instance) ({up})",
            below=1,
            severity=CRITICAL,
            wait="1m",
            symptom="database",
            summary=f"{system.title}: the database cannot be reached",
            description="The exporter has not reached PostgreSQL behind [instance] for a minute.",
            runbook=runbooks.DATABASE,
            panel=("postgresql", "up"),
            labels={"service": "database"},
            tests=[fires({series(up, instance="db"): "0x60"}), quiet({series(up, instance="db"): "1x60"})],
        )
    ]


def pod_resources(system: System, *, panel: tuple[str, str] = ("containers", "memory")) -> list[AlertRule]:
    """CPU and memory of the pods of a system against their limits, as the guides of 000 and 003 have it."""
    where = selector(f'namespace="{system.namespace}"', 'container!=""', PRODUCTION)
    memory = (
        f"max by (pod) (container_memory_working_set_bytes{where} / (container_spec_memory_limit_bytes{where} > 0))"
    )
    limits = f"kube_pod_container_resource_limits{where(resource='cpu')}"
    cpu = f"sum by (pod) (rate(container_cpu_usage_seconds_total{where}[5m])) / sum by (pod) ({limits})"
    container = {"namespace": system.namespace, "container": "c", "environment": "production", "pod": "p"}

    def at(share: float) -> dict[str, str]:
        used, limit = f"{share * 1000:.0f}x60", "1000x60"
        return {
            with_labels("container_memory_working_set_bytes", container): used,
            with_labels("container_spec_memory_limit_bytes", container): limit,
        }

    def cpu_at(share: float) -> dict[str, str]:
        return {
            with_labels("container_cpu_usage_seconds_total", container): f"0+{share * 120:g}x60",
            with_labels("kube_pod_container_resource_limits", {**container, "resource": "cpu"}): "2x60",
        }

    result = []
    for severity, share, wait in ((MEDIUM, 0.8, "10m"), (HIGH, 0.9, "5m")):
        for name, what, expr, sample in (("Memory", "memory", memory, at), ("Cpu", "CPU", cpu, cpu_at)):
            result.append(
                alert(
                    f"{camel(system.name)}Pod{name}High",
                    expr,
                    above=share,
                    severity=severity,
                    wait=wait,
                    unit="percentunit",
                    symptom=f"saturation-{name.lower()}",
                    summary=f"{system.title}: a pod is short of {what}",
                    description=f"[pod] uses {{value}} of its {what} limit, above {{limit}}.",
                    runbook=runbooks.SATURATION,
                    panel=(panel[0], name.lower()),
                    tests=[fires(sample(share + 0.05)), quiet(sample(share - 0.05))],
                )
            )
    return result

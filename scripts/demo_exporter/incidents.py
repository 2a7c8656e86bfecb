"""What goes wrong now and then: named scenarios, each a change of some series while it is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts.demo_exporter.curves import Windows


@dataclass(frozen=True, slots=True)
class Effect:
    """Series of ``metric`` with all of ``where`` among their labels: times ``factor``, set to ``value``, or with
    observations that are ``stretch`` times as large.

    ``where`` also sees the labels that scraping adds. ``value`` is for gauges only, ``stretch`` for histograms.
    """

    metric: str
    where: Mapping[str, str] = field(default_factory=dict)
    factor: float = 1.0
    value: float | None = None
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Incident:
    """A scenario; it comes every ``every`` hours, first after ``first``, for ``minutes``."""

    name: str
    about: str
    effects: tuple[Effect, ...]
    every: float
    first: float
    minutes: float = 25

    def windows(self, start: float, end: float) -> Windows:
        """Its times between two moments, counted from the epoch so that each process finds the same."""
        period = self.every * 3600
        index = int((start - self.first * 3600) // period)
        found = []
        while (begin := index * period + self.first * 3600) < end:
            if begin >= start:
                found.append((begin, begin + self.minutes * 60))
            index += 1
        return Windows(tuple(found))


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        "gateway-errors",
        "A release of the API gateway answers one request in ten with 500.",
        (Effect("http_requests_total", {"job": "api-gateway", "status": "500"}, factor=2000),),
        every=9, first=2,
    ),
    Incident(
        "gateway-slow",
        "The API gateway waits for something: everything takes eight times as long.",
        (Effect("http_request_duration_seconds", {"job": "api-gateway"}, stretch=8),),
        every=11, first=5,
    ),
    Incident(
        "orchestrator-instance-down",
        "One of two orchestrators does not answer; the other one carries on.",
        (Effect("up", {"job": "orchestrator", "instance": "orchestrator-1:9000"}, value=0),),
        every=13, first=3, minutes=15,
    ),
    Incident(
        "provider-limit",
        "A provider's rate limit is nearly used up.",
        (
            Effect("rate_limit_utilization", {"service": "github"}, value=0.97),
            Effect("rate_limit_hits_total", {"service": "github"}, factor=40),
        ),
        every=8, first=4,
    ),
    Incident(
        "database-lost",
        "The orchestrator's database cannot be reached.",
        (
            Effect("probe_success", {"system": "orchestrator", "dependency": "database"}, value=0),
            Effect("pg_up", {"system": "orchestrator"}, value=0),
        ),
        every=23, first=7, minutes=12,
    ),
    Incident(
        "crash-loop",
        "A pod of the shop ends again and again.",
        (
            Effect("kube_pod_container_status_restarts_total", {"pod": "data-processor-3a1-a"}, value=1 / 120),
            Effect(
                "kube_pod_container_status_waiting_reason",
                {"pod": "data-processor-3a1-a", "reason": "CrashLoopBackOff"},
                value=1,
            ),
        ),
        every=17, first=6, minutes=40,
    ),
    Incident(
        "records-lag",
        "The data processor falls behind and sets records aside.",
        (
            Effect("processing_lag_seconds", value=420),
            Effect("dead_letter_queue_size", value=140),
            Effect("records_processed_total", factor=0.7),
        ),
        every=15, first=9,
    ),
    Incident(
        "coordination-failures",
        "One agent coordination in six fails.",
        (Effect("freeagentics_agent_coordination_failures_total", factor=15),),
        every=10, first=1,
    ),
    Incident(
        "brute-force",
        "Somebody tries passwords.",
        (Effect("auth_failures_total", {"source_ip": "203.0.113.40"}, factor=900),),
        every=14, first=8, minutes=15,
    ),
    Incident(
        "generation-slow",
        "Small generations take five times as long, and the queue grows.",
        (
            Effect("synthdata_generation_duration_seconds", {"size": "small"}, stretch=5),
            Effect("synthdata_generation_queue_length", factor=8),
        ),
        every=12, first=10,
    ),
    Incident(
        "unsure-model",
        "Inquiries arrive that the models were not trained on: confidence falls, people have to step in.",
        (
            Effect("model_prediction_confidence", stretch=0.6),
            Effect("routing_decisions_total", {"escalated": "True"}, factor=5),
        ),
        every=16, first=11, minutes=90,
    ),
    Incident(
        "disk-full",
        "A disk of a host of FreeAgentics fills up.",
        (Effect("node_filesystem_avail_bytes", {"instance": "fa-host-1:9100", "mountpoint": "/var/lib"}, value=12e9),),
        every=19, first=12,
    ),
)  # fmt: skip

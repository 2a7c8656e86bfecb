"""What values each metric has on an ordinary day. What is not listed is a quiet counter or a gauge of 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Profile:
    """A counter's rate per second, a gauge's value, or a histogram's observations per second, for one target in sum.

    ``split`` shares it out over the values of a label (what is not named gets an equal part of the rest);
    ``scale`` multiplies it for a value of a label. ``median`` and ``spread`` are of a histogram's observations.
    """

    base: float
    swing: float = 0.3
    noise: float = 0.05
    split: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    scale: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    median: float = 0.1
    spread: float = 0.6
    medians: Mapping[str, float] = field(default_factory=dict)
    #: Of a gauge that counts changes: seconds between two of them.
    step: float = 0.0
    #: Of a gauge that is a time: that of the last of its steps.
    clock: bool = False
    #: A metric that this one goes along with: of what began, what ended well.
    like: str = ""
    #: Without a sample where it is 0: the exporter only has series for what is the case.
    sparse: bool = False


def _http(rate: float, errors: float, refused: str = "404", **more: Mapping[str, float]) -> Profile:
    status = {"200": 1 - errors - 0.01, refused: 0.01, "500": errors}
    return Profile(rate, split={"status": status, "method": {"GET": 0.7}, **more})


GIB = 2.0**30


def steady(base: float, **more: Any) -> Profile:
    """A value that does not move by itself."""
    return Profile(base, 0.0, 0.0, **more)


#: By metric, or by job and metric where several systems share a name.
PROFILES: dict[str, Profile] = {
    # orchestrator
    "orchestrator/http_requests_total": _http(520, 0.0005, "429", method={"POST": 0.6}),
    "orchestrator/http_request_duration_seconds": Profile(520, median=0.22, spread=0.75),
    "orchestrator/http_requests_in_flight": Profile(40),
    "tool_executions_total": Profile(
        55, split={"status": {"success": 0.994, "error": 0.006}, "tool_name": {"web_search": 0.4, "file_read": 0.3}}
    ),
    "tool_execution_duration_seconds": Profile(
        55,
        median=0.6,
        medians={"file_read": 0.08, "sql": 0.2, "code_run": 1.4},
        split={"tool_name": {"web_search": 0.4, "file_read": 0.3}},
    ),
    "tool_queue_depth": Profile(12, noise=0.3),
    "rate_limit_hits_total": Profile(0.3, noise=0.4),
    "rate_limit_utilization": Profile(
        0.6, 0.1, split={}, scale={"service": {"openai": 1.1, "search": 0.7, "github": 1.2}}
    ),
    "rate_limit_queue_depth": Profile(4, noise=0.3),
    "speculation_attempts_total": Profile(20, split={"outcome": {"correct": 0.85, "wrong": 0.15}}),
    "speculation_accuracy_ratio": Profile(0.85, 0.02, 0.02),
    "speculation_time_saved_seconds": Profile(17, median=0.7),
    "memory_usage_bytes": Profile(1.3 * GIB, 0.1, 0.02),
    "cpu_usage_percent": Profile(140, 0.3, 0.05),
    "orchestrator/active_connections": Profile(55, 0.25),
    "connection_pool_size": steady(100),
    # shop
    "api-gateway/http_requests_total": _http(420, 0.00005),
    "auth-service/http_requests_total": _http(160, 0.0002),
    "business-logic/http_requests_total": _http(210, 0.0004),
    "data-processor/http_requests_total": _http(12, 0.0004),
    "api-gateway/http_request_duration_seconds": Profile(
        420, median=0.017, spread=0.55, split={"method": {"GET": 0.7}}
    ),
    "auth-service/http_request_duration_seconds": Profile(
        160, median=0.03, spread=0.55, split={"method": {"GET": 0.7}}
    ),
    "business-logic/http_request_duration_seconds": Profile(
        210, median=0.06, spread=0.55, split={"method": {"GET": 0.7}}
    ),
    "data-processor/http_request_duration_seconds": Profile(12, median=0.05, split={"method": {"GET": 0.7}}),
    "http_requests_in_flight": Profile(9),
    "active_connections": Profile(240),
    "process_cpu_seconds_total": Profile(0.6),
    "process_resident_memory_bytes": Profile(0.7 * GIB, 0.05, 0.02),
    "process_open_fds": Profile(210, 0.2),
    "process_max_fds": steady(4096),
    "database_connections_total": steady(50),
    "database_connections_active": Profile(24),
    "database_query_duration_seconds": Profile(300, median=0.006, spread=0.6),
    "cache_hits_total": Profile(260),
    "cache_misses_total": Profile(21),
    "token_validation_duration_seconds": Profile(400, median=0.003, spread=0.5),
    "records_processed_total": Profile(52_000, 0.05, split={"result": {"success": 0.9995, "error": 0.0005}}),
    "processing_lag_seconds": Profile(14, 0.3, 0.2),
    "dead_letter_queue_size": steady(0),
    "orders_created_total": Profile(0.42),
    "order_revenue_dollars_total": Profile(28),
    "payments_processed_total": Profile(0.4, split={"status": {"success": 0.975, "declined": 0.02, "error": 0.005}}),
    "user_signups_total": Profile(0.03),
    "active_users": Profile(1800),
    # FreeAgentics
    "freeagentics_requests_total": _http(90, 0.0003, "422"),
    "freeagentics_request_duration_seconds": Profile(90, median=0.09, spread=0.6, split={"method": {"GET": 0.7}}),
    "freeagentics_active_connections": Profile(120),
    "freeagentics_database_query_time_seconds": Profile(180, median=0.006),
    "freeagentics_agent_coordination_success_total": Profile(6),
    "freeagentics_agent_coordination_failures_total": Profile(0.08),
    "freeagentics_agent_coordination_time_seconds": Profile(6, median=0.3, spread=0.7),
    "freeagentics_active_agents_total": Profile(85),
    "freeagentics_agent_actions_per_second": Profile(140),
    "freeagentics_active_users_total": Profile(310),
    "freeagentics_new_users_total": Profile(0.01),
    "freeagentics_user_sessions_total": Profile(0.2),
    "freeagentics_user_actions_total": Profile(8, split={"action": {"start_run": 0.6}}),
    "freeagentics_feature_usage_total": Profile(5, split={"feature": {"planner": 0.5}}),
    "freeagentics_session_duration_seconds": Profile(0.2, median=700, spread=0.9),
    # synthdata
    "synthdata-api/http_requests_total": _http(620, 0.0003, "403", source_ip={"198.51.100.7": 0.5}),
    "synthdata-api/http_request_duration_seconds": Profile(620, median=0.1, spread=0.6, split={"method": {"GET": 0.7}}),
    "synthdata_generation_total": Profile(1.5, split={"size": {"small": 0.8, "medium": 0.17, "large": 0.03}}),
    "synthdata_generation_success_total": Profile(
        1.491, like="synthdata_generation_total", split={"size": {"small": 0.8, "medium": 0.17, "large": 0.03}}
    ),
    "synthdata_generation_duration_seconds": Profile(
        1.49,
        median=9,
        spread=0.6,
        medians={"medium": 90, "large": 550},
        split={"size": {"small": 0.8, "medium": 0.17, "large": 0.03}},
    ),
    "synthdata_generation_queue_length": Profile(7, noise=0.3),
    "synthdata_model_training_duration_seconds": Profile(0.01, median=1500, medians={"timeseries": 4000}),
    "synthdata_active_users_total": Profile(170),
    "synthdata_data_processed_bytes_total": Profile(3.7e6),
    "synthdata_api_requests_total": Profile(620, split={"customer_id": {"acme": 0.4, "globex": 0.25, "hooli": 0.2}}),
    "synthdata_revenue_generated_total": Profile(0.01),
    "auth_failures_total": Profile(0.05, noise=0.4),
    "privileged_operations_total": Profile(0.002),
    "cert_expiry_days": steady(61),
    # inquiry
    "inquiry-api/http_requests_total": _http(3, 0.0004, "422"),
    "inquiry-api/http_request_duration_seconds": Profile(3, median=0.4, spread=0.6, split={"method": {"GET": 0.4}}),
    "inquiry-api/active_connections": Profile(25),
    "inquiries_processed_total": Profile(2.4, split={"status": {"success": 0.996, "error": 0.004}}),
    "inquiry_category_total": Profile(2.4, split={"category": {"billing": 0.4, "technical": 0.35}}),
    "inquiry_priority_score": Profile(2.4, median=4.2, spread=0.4),
    "inquiry_processing_efficiency": Profile(2.4, median=900, spread=0.7),
    "routing_decisions_total": Profile(
        2.4, split={"escalated": {"True": 0.06, "False": 0.94}, "department": {"support": 0.6}}
    ),
    "customer_satisfaction_score": Profile(4.3, 0.02, 0.02),
    "model_predictions_total": Profile(7.2),
    "model_inference_duration_seconds": Profile(7.2, median=0.11, medians={"sentiment_analyzer": 0.06}),
    "model_prediction_confidence": Profile(7.2, median=0.8, spread=0.15),
    "model_accuracy_score": Profile(0.91, 0.01, 0.01, scale={"category": {"other": 0.95}}),
    "db_connections_active": Profile(9),
    "db_connections_max": steady(20),
    "db_query_duration_seconds": Profile(40, median=0.008),
    # CI
    "ci_builds_total": Profile(0.0012, split={"result": {"success": 0.93, "failure": 0.07}}),
    "ci_build_duration_seconds": Profile(0.0012, median=240, spread=0.5),
    "ci_test_coverage_ratio": Profile(0.87, 0.002, 0.002),
    "ci_code_complexity": Profile(3.1, 0.002, 0.002),
    "deployments_total": Profile(0.00007, split={"result": {"success": 0.93, "failure": 0.07}}),
    "deployment_lead_time_seconds": Profile(0.00007, median=30_000),
    "deployment_recovery_seconds": Profile(0.000005, median=1_500),
    # hosts
    "node_boot_time_seconds": steady(1.75e9),
    # backups
    "dashkit_backup_last_success_timestamp_seconds": steady(1, step=86_400, clock=True),
    "dashkit_backup_last_run_timestamp_seconds": steady(1, step=86_400, clock=True),
    "dashkit_backup_duration_seconds": Profile(14, 0.1, 0.2, scale={"context": {"staging": 0.4}}),
    "dashkit_backup_size_bytes": Profile(4.1e6, 0.0, 0.01, scale={"context": {"staging": 0.5}}),
    "dashkit_backup_failures": steady(0),
    "dashkit_backup_objects": steady(
        240,
        scale={
            "context": {"staging": 0.5},
            "kind": {"folders": 0.1, "datasources": 0.05, "alert-rules": 0.4, "library-panels": 0.1, "annotations": 3},
        },
    ),
    "node_load1": Profile(1.1),
    "node_cpu_seconds_total": Profile(
        2, 0.0, 0.0, split={"mode": {"idle": 0.62, "user": 0.26, "system": 0.08, "iowait": 0.03}}
    ),
    "node_memory_MemTotal_bytes": steady(32 * GIB),
    "node_memory_MemAvailable_bytes": Profile(14 * GIB, 0.15, 0.02),
    "node_memory_MemFree_bytes": Profile(5 * GIB, 0.2, 0.02),
    "node_memory_Buffers_bytes": Profile(GIB, 0.05),
    "node_memory_Cached_bytes": Profile(8 * GIB, 0.05),
    "node_vmstat_pgmajfault": Profile(2),
    "node_filesystem_size_bytes": steady(250 * GIB),
    "node_filesystem_avail_bytes": Profile(110 * GIB, 0.02, 0.005),
    "node_filesystem_readonly": steady(0),
    "node_filesystem_files": steady(16e6),
    "node_filesystem_files_free": Profile(14e6, 0.01),
    "node_disk_read_bytes_total": Profile(4e6, noise=0.3),
    "node_disk_written_bytes_total": Profile(11e6, noise=0.3),
    "node_disk_reads_completed_total": Profile(90, noise=0.3),
    "node_disk_writes_completed_total": Profile(310, noise=0.3),
    "node_disk_io_time_seconds_total": Profile(0.2),
    "node_network_receive_bytes_total": Profile(42e6),
    "node_network_transmit_bytes_total": Profile(31e6),
    "node_network_receive_errs_total": steady(0),
    "node_network_transmit_errs_total": steady(0),
    # PostgreSQL
    "pg_settings_max_connections": steady(200),
    "pg_stat_activity_count": Profile(60, split={"state": {"active": 0.2, "idle": 0.75}}),
    "pg_stat_activity_max_tx_duration": Profile(3, noise=0.4),
    "pg_stat_database_numbackends": Profile(60),
    "pg_stat_database_xact_commit": Profile(420),
    "pg_stat_database_xact_rollback": Profile(1.4),
    "pg_stat_database_blks_hit": Profile(52_000),
    "pg_stat_database_blks_read": Profile(310),
    "pg_stat_database_tup_fetched": Profile(21_000),
    "pg_stat_database_tup_inserted": Profile(240),
    "pg_stat_database_tup_updated": Profile(180),
    "pg_stat_database_tup_deleted": Profile(20),
    "pg_stat_database_deadlocks": steady(0),
    "pg_stat_database_temp_bytes": Profile(20_000),
    "pg_database_size_bytes": Profile(42 * GIB, 0.01, 0.001),
    "pg_locks_count": Profile(30, split={"mode": {"accesssharelock": 0.7}}),
    # probes
    "probe_duration_seconds": Profile(0.09),
    "probe_http_duration_seconds": Profile(0.09, split={"phase": {"processing": 0.6}}),
    # Kubernetes
    "kube_pod_status_phase": steady(
        1, scale={"phase": dict.fromkeys(("Failed", "Pending", "Succeeded", "Unknown"), 0.0)}
    ),
    "kube_pod_container_status_restarts_total": steady(0),
    "kube_pod_container_status_waiting_reason": steady(0),
    "kube_pod_container_status_last_terminated_reason": steady(0),
    "kube_pod_container_resource_requests": steady(1, scale={"resource": {"cpu": 0.5, "memory": GIB}}),
    "kube_pod_container_resource_limits": steady(1, scale={"resource": {"cpu": 2, "memory": 2 * GIB}}),
    "kube_deployment_status_observed_generation": steady(1, step=5 * 3600),
    "kube_deployment_spec_replicas": steady(2),
    "kube_deployment_status_replicas_available": steady(2),
    "kube_deployment_status_replicas_unavailable": steady(0),
    "kube_deployment_status_replicas_updated": steady(2),
    "kube_node_status_condition": steady(0),
    "kube_node_status_allocatable": steady(1, scale={"resource": {"cpu": 8, "memory": 32 * GIB, "pods": 110}}),
    "kube_horizontalpodautoscaler_spec_max_replicas": steady(10),
    "kube_horizontalpodautoscaler_status_current_replicas": steady(2),
    "kube_persistentvolumeclaim_status_phase": steady(1, scale={"phase": {"Lost": 0, "Pending": 0}}),
    "kube_job_status_failed": steady(0),
    "kubelet_volume_stats_used_bytes": Profile(34 * GIB, 0.02, 0.002),
    "kubelet_volume_stats_capacity_bytes": steady(80 * GIB),
    "kubelet_volume_stats_inodes_used": Profile(1e6, 0.01),
    "kubelet_volume_stats_inodes": steady(5e6),
    "container_cpu_usage_seconds_total": Profile(0.4),
    "container_cpu_cfs_periods_total": steady(10),
    "container_cpu_cfs_throttled_periods_total": Profile(0.2),
    "container_memory_working_set_bytes": Profile(0.9 * GIB, 0.1, 0.02),
    "container_memory_rss": Profile(0.7 * GIB, 0.1, 0.02),
    "container_memory_cache": Profile(0.3 * GIB, 0.1, 0.02),
    "container_spec_memory_limit_bytes": steady(2 * GIB),
    "container_oom_events_total": steady(0),
    "container_network_receive_bytes_total": Profile(1.1e6),
    "container_network_transmit_bytes_total": Profile(1.4e6),
    "container_fs_reads_bytes_total": Profile(90e3),
    "container_fs_writes_bytes_total": Profile(210e3),
    # Istio
    "istio_requests_total": Profile(12, split={"response_code": {"200": 0.998, "503": 0.002}}),
    "istio_request_duration_milliseconds": Profile(12, median=38, spread=0.8),
    "istio_tcp_sent_bytes_total": Profile(40e3),
    "istio_tcp_received_bytes_total": Profile(25e3),
    "pilot_xds": steady(9),
    "pilot_proxy_convergence_time": Profile(0.05, median=0.3),
    "pilot_total_xds_rejects": steady(0),
    # Argo CD
    "argocd_app_info": steady(
        1, sparse=True, scale={"sync_status": {"OutOfSync": 0}, "health_status": {"Degraded": 0}}
    ),
    "argocd_app_sync_total": Profile(0.0004, split={"phase": {"Succeeded": 0.97, "Failed": 0.02, "Error": 0.01}}),
    "argocd_app_reconcile": Profile(0.05, median=0.6),
    "argocd_cluster_api_resource_objects": Profile(2100, 0.01),
    "workqueue_depth": Profile(1, noise=0.4),
    "argocd_git_request_total": Profile(0.05),
    "argocd_git_request_duration_seconds": Profile(0.05, median=0.3),
    # Prometheus
    "scrape_duration_seconds": Profile(0.02),
    "scrape_samples_scraped": Profile(700, 0.02),
    "prometheus_tsdb_head_series": Profile(180_000, 0.05),
    "prometheus_tsdb_head_samples_appended_total": Profile(12_000, 0.05),
    "prometheus_tsdb_storage_blocks_bytes": Profile(21e9, 0.01),
    "prometheus_rule_evaluation_failures_total": steady(0),
    "prometheus_rule_group_last_duration_seconds": Profile(0.04),
    "prometheus_rule_group_interval_seconds": steady(30),
    "prometheus_notifications_dropped_total": steady(0),
    "alertmanager_notifications_total": Profile(0.01),
    "alertmanager_notifications_failed_total": steady(0),
}

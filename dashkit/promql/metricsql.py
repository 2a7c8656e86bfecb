"""MetricsQL, the query language of VictoriaMetrics: functions and clauses that Prometheus does not have.

https://docs.victoriametrics.com/victoriametrics/metricsql/
"""

from __future__ import annotations

import re

#: Without those that Prometheus has too, or that an author could plausibly try in PromQL.
_WORDS = """
    aggr_over_time ascent_over_time bottomk_avg bottomk_last bottomk_max bottomk_median bottomk_min buckets_limit
    candlestick_over_time count_eq_over_time count_gt_over_time count_le_over_time count_ne_over_time
    count_values_over_time decreases_over_time default_rollup delta_prometheus deriv_fast descent_over_time
    distinct_over_time drop_common_labels duration_over_time first_over_time geomean geomean_over_time
    histogram_over_time histogram_share hoeffding_bound_lower hoeffding_bound_upper ideriv increase_prometheus
    increase_pure increases_over_time integrate interpolate iqr_over_time keep_last_value keep_next_value label_copy
    label_del label_graphite_group label_keep label_lowercase label_map label_match label_mismatch label_move
    label_set label_transform label_uppercase label_value labels_equal lifetime limit_offset mad median_over_time
    mode_over_time outlier_iqr_over_time outliers_iqr outliers_mad outliersk prometheus_buckets quantiles
    quantiles_over_time range_avg range_first range_last range_linear_regression range_mad range_max range_median
    range_min range_normalize range_quantile range_stddev range_stdvar range_sum range_trim_outliers
    range_trim_spikes range_trim_zscore range_zscore rate_over_sum rate_prometheus remove_resets rollup
    rollup_candlestick rollup_delta rollup_deriv rollup_increase rollup_rate rollup_scrape_interval ru running_avg
    running_max running_min running_sum scrape_interval share_eq_over_time share_gt_over_time share_le_over_time
    smooth_exponential sort_by_label_numeric stale_samples_over_time sum2 sum2_over_time sum_eq_over_time
    sum_gt_over_time sum_le_over_time tfirst_over_time timezone_offset tlast_change_over_time tlast_over_time
    tmax_over_time tmin_over_time topk_avg topk_last topk_max topk_median topk_min vmrange_to_le zscore
    zscore_over_time
"""
_FUNCTION = re.compile(r"\b(" + "|".join(_WORDS.split()) + r")\s*\(", re.IGNORECASE)
_CLAUSE = re.compile(r"\bvmrange\b|\bkeep_metric_names\b|\)\s*default\s|\bWITH\s*\(|\b(?:if|ifnot)\b\s*\(")


def is_metricsql(text: str) -> bool:
    """Return whether an expression is written for VictoriaMetrics."""
    return _FUNCTION.search(text) is not None or _CLAUSE.search(text) is not None

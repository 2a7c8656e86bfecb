"""Every rule, in the order of its id; a test proves the list complete."""

from __future__ import annotations

from dashkit.lint.rule import Rule
from dashkit.lint.rules.dk001_unused_suppression import unused_suppression
from dashkit.lint.rules.dk002_expired_suppression import expired_suppression
from dashkit.lint.rules.dk003_bad_suppression import bad_suppression
from dashkit.lint.rules.dk100_not_read import not_read
from dashkit.lint.rules.dk101_document import not_a_dashboard
from dashkit.lint.rules.dk102_uid import uid
from dashkit.lint.rules.dk103_title import title
from dashkit.lint.rules.dk104_duplicate_uid import duplicate_uid
from dashkit.lint.rules.dk105_duplicate_title import duplicate_title
from dashkit.lint.rules.dk106_duplicate_panel_id import duplicate_panel_id
from dashkit.lint.rules.dk107_overlap import overlap
from dashkit.lint.rules.dk108_off_the_grid import off_the_grid
from dashkit.lint.rules.dk109_many_queries import many_queries
from dashkit.lint.rules.dk110_editable import editable
from dashkit.lint.rules.dk111_refresh import refresh
from dashkit.lint.rules.dk112_schema_version import schema_version
from dashkit.lint.rules.dk113_description import description
from dashkit.lint.rules.dk114_time_range import time_range
from dashkit.lint.rules.dk115_library_panels import library_panel
from dashkit.lint.rules.dk201_panel_title import panel_title
from dashkit.lint.rules.dk202_panel_description import panel_description
from dashkit.lint.rules.dk203_unit import unit
from dashkit.lint.rules.dk204_unknown_unit import unknown_unit
from dashkit.lint.rules.dk205_threshold_order import threshold_order
from dashkit.lint.rules.dk206_panel_type import panel_type
from dashkit.lint.rules.dk207_angular import angular_panel
from dashkit.lint.rules.dk208_no_queries import no_queries
from dashkit.lint.rules.dk209_all_hidden import all_queries_hidden
from dashkit.lint.rules.dk210_panel_queries import many_panel_queries
from dashkit.lint.rules.dk211_duplicate_panel_title import duplicate_panel_title
from dashkit.lint.rules.dk212_missing_ref import missing_ref
from dashkit.lint.rules.dk213_threshold_scale import threshold_scale
from dashkit.lint.rules.dk214_repeat import repeat
from dashkit.lint.rules.dk215_legacy_alert import legacy_alert
from dashkit.lint.rules.dk216_transformation import unknown_transformation
from dashkit.lint.rules.dk301_syntax import promql_syntax
from dashkit.lint.rules.dk302_duplicate_ref import duplicate_ref
from dashkit.lint.rules.dk303_empty_query import empty_query
from dashkit.lint.rules.dk304_hidden_query import hidden_query
from dashkit.lint.rules.dk310_rate_of_gauge import rate_of_gauge
from dashkit.lint.rules.dk311_counter_without_rate import counter_without_rate
from dashkit.lint.rules.dk312_histogram_name import histogram_name
from dashkit.lint.rules.dk313_rate_of_sum import rate_of_sum
from dashkit.lint.rules.dk314_quantile_range import quantile_range
from dashkit.lint.rules.dk315_quantile_without_le import quantile_without_le
from dashkit.lint.rules.dk316_quantile_without_rate import quantile_without_rate
from dashkit.lint.rules.dk317_sides_never_match import sides_never_match
from dashkit.lint.rules.dk318_unknown_grouping import unknown_grouping
from dashkit.lint.rules.dk319_impossible_matchers import impossible_matchers
from dashkit.lint.rules.dk320_regex_without_pattern import regex_without_pattern
from dashkit.lint.rules.dk321_redundant_anchors import redundant_anchors
from dashkit.lint.rules.dk323_division_in_stat import division_in_stat
from dashkit.lint.rules.dk324_short_range import short_range
from dashkit.lint.rules.dk326_beyond_retention import beyond_retention
from dashkit.lint.rules.dk327_or_vector import or_vector
from dashkit.lint.rules.dk328_cost import cost
from dashkit.lint.rules.dk329_fixed_interval import fixed_interval
from dashkit.lint.rules.dk330_interval_in_rate import interval_in_rate
from dashkit.lint.rules.dk331_fixed_environment import fixed_environment
from dashkit.lint.rules.dk332_unknown_metric import unknown_metric
from dashkit.lint.rules.dk333_unknown_label import unknown_label
from dashkit.lint.rules.dk334_unknown_value import unknown_label_value
from dashkit.lint.rules.dk335_join_adds_nothing import join_adds_nothing
from dashkit.lint.rules.dk336_legend import legend_label
from dashkit.lint.rules.dk338_always_one import always_one
from dashkit.lint.rules.dk340_required_matchers import required_matchers
from dashkit.lint.rules.dk343_average_of_quantiles import average_of_quantiles
from dashkit.lint.rules.dk344_same_query_twice import same_query_twice
from dashkit.lint.rules.dk347_topk_in_graph import topk_in_graph
from dashkit.lint.rules.dk350_logql import logql_syntax
from dashkit.lint.rules.dk351_logql_range import logql_range
from dashkit.lint.rules.dk401_undefined_variable import undefined_variable
from dashkit.lint.rules.dk402_unused_variable import unused_variable
from dashkit.lint.rules.dk403_variable_cycle import variable_cycle
from dashkit.lint.rules.dk404_variable_refresh import variable_refresh
from dashkit.lint.rules.dk405_multi_value import multi_value
from dashkit.lint.rules.dk406_duplicate_variable import duplicate_variable
from dashkit.lint.rules.dk407_variable_query import variable_query
from dashkit.lint.rules.dk409_variable_regex import variable_regex
from dashkit.lint.rules.dk410_required_variables import required_variables
from dashkit.lint.rules.dk411_variable_current import variable_current
from dashkit.lint.rules.dk501_fixed_datasource import fixed_datasource
from dashkit.lint.rules.dk502_undefined_datasource import undefined_datasource
from dashkit.lint.rules.dk503_unknown_datasource import unknown_datasource
from dashkit.lint.rules.dk504_datasource_differs import datasource_differs
from dashkit.lint.rules.dk506_dead_link import dead_link
from dashkit.lint.rules.dk507_link_variable import link_variable
from dashkit.lint.rules.dk508_shared_query import shared_query
from dashkit.lint.rules.dk509_fixed_host import fixed_host
from dashkit.lint.rules.dk510_tag_link import tag_link
from dashkit.lint.rules.dk601_rule_shape import rule_shape
from dashkit.lint.rules.dk602_summary import summary
from dashkit.lint.rules.dk603_runbook import runbook
from dashkit.lint.rules.dk604_severity import severity_label
from dashkit.lint.rules.dk605_for import alert_for
from dashkit.lint.rules.dk606_template import template_syntax
from dashkit.lint.rules.dk607_template_label import template_label
from dashkit.lint.rules.dk608_irate import irate_in_alert
from dashkit.lint.rules.dk609_no_comparison import no_comparison
from dashkit.lint.rules.dk610_bool_condition import bool_condition
from dashkit.lint.rules.dk611_duplicate_alert import duplicate_alert
from dashkit.lint.rules.dk612_dashboard_variable import variable_in_rule
from dashkit.lint.rules.dk613_record_name import record_name
from dashkit.lint.rules.dk617_dead_panel import dead_panel
from dashkit.lint.rules.dk701_live_error import live_error
from dashkit.lint.rules.dk702_live_metric import live_metric
from dashkit.lint.rules.dk703_live_label import live_label
from dashkit.lint.rules.dk704_live_empty import live_empty
from dashkit.lint.rules.dk705_live_slow import live_slow
from dashkit.lint.rules.dk706_live_series import live_series
from dashkit.lint.rules.dk707_live_variable import live_variable
from dashkit.lint.rules.dk708_live_not_asked import live_not_asked

RULES: tuple[Rule, ...] = (
    unused_suppression,
    expired_suppression,
    bad_suppression,
    not_read,
    not_a_dashboard,
    uid,
    title,
    duplicate_uid,
    duplicate_title,
    duplicate_panel_id,
    overlap,
    off_the_grid,
    many_queries,
    editable,
    refresh,
    schema_version,
    description,
    time_range,
    library_panel,
    panel_title,
    panel_description,
    unit,
    unknown_unit,
    threshold_order,
    panel_type,
    angular_panel,
    no_queries,
    all_queries_hidden,
    many_panel_queries,
    duplicate_panel_title,
    missing_ref,
    threshold_scale,
    repeat,
    legacy_alert,
    unknown_transformation,
    promql_syntax,
    duplicate_ref,
    empty_query,
    hidden_query,
    rate_of_gauge,
    counter_without_rate,
    histogram_name,
    rate_of_sum,
    quantile_range,
    quantile_without_le,
    quantile_without_rate,
    sides_never_match,
    unknown_grouping,
    impossible_matchers,
    regex_without_pattern,
    redundant_anchors,
    division_in_stat,
    short_range,
    beyond_retention,
    or_vector,
    cost,
    fixed_interval,
    interval_in_rate,
    fixed_environment,
    unknown_metric,
    unknown_label,
    unknown_label_value,
    join_adds_nothing,
    legend_label,
    always_one,
    required_matchers,
    average_of_quantiles,
    same_query_twice,
    topk_in_graph,
    logql_syntax,
    logql_range,
    undefined_variable,
    unused_variable,
    variable_cycle,
    variable_refresh,
    multi_value,
    duplicate_variable,
    variable_query,
    variable_regex,
    required_variables,
    variable_current,
    fixed_datasource,
    undefined_datasource,
    unknown_datasource,
    datasource_differs,
    dead_link,
    link_variable,
    shared_query,
    fixed_host,
    tag_link,
    rule_shape,
    summary,
    runbook,
    severity_label,
    alert_for,
    template_syntax,
    template_label,
    irate_in_alert,
    no_comparison,
    bool_condition,
    duplicate_alert,
    variable_in_rule,
    record_name,
    dead_panel,
    live_error,
    live_metric,
    live_label,
    live_empty,
    live_slow,
    live_series,
    live_variable,
    live_not_asked,
)

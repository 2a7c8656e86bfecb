"""Apply the transformations of a panel, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.fields.matchers import frame_matcher
from dashkit.preview.frames import Frame
from dashkit.preview.transform.calculate import calculate_field
from dashkit.preview.transform.concatenate import concatenate
from dashkit.preview.transform.convert import convert_field_type, format_strings, format_times
from dashkit.preview.transform.extract import extract_fields
from dashkit.preview.transform.filter_values import filter_by_value
from dashkit.preview.transform.filters import filter_by_query, filter_fields, filter_fields_by_name, filter_frames
from dashkit.preview.transform.group import group_by, grouping_to_matrix
from dashkit.preview.transform.histogram import histogram
from dashkit.preview.transform.join import join_by_field, with_one_time
from dashkit.preview.transform.labels import join_by_labels, labels_to_fields
from dashkit.preview.transform.merge import append, merge, series_to_rows
from dashkit.preview.transform.organize import order, organize, rename, rename_by_regex
from dashkit.preview.transform.partition import partition_by_values
from dashkit.preview.transform.pieces import UnusableError
from dashkit.preview.transform.reduce_fields import reduce
from dashkit.preview.transform.rows import limit, sort_by
from dashkit.preview.transform.settings import config_from_data, rows_to_fields
from dashkit.preview.transform.timeseries import prepare_time_series, time_series_table
from dashkit.preview.transform.transpose import transpose

Transformation = Callable[[Sequence[Frame], Mapping[str, Any]], Sequence[Frame]]
"""Frames and options in, frames out."""


class Transformed(NamedTuple):
    """The data after all transformations, and what of them is not as in Grafana."""

    frames: list[Frame]
    notes: list[str]


def transformed(frames: Sequence[Frame], transformations: Sequence[Mapping[str, Any]]) -> Transformed:
    """Apply transformations ``{"id": "merge", "options": {...}}``. One that cannot be applied leaves the data as it is."""
    current, notes = list(frames), list[str]()
    for one in transformations:
        if one.get("disabled") is True or text(one.get("topic")) == "annotations":
            continue
        name = text(one.get("id"))
        apply = TRANSFORMATIONS.get(name)
        if apply is None:
            notes.append(f"transformation '{name}' is not previewed")
            continue
        try:
            current = _applied(apply, current, mapping(one.get("options")), one.get("filter"))
        except UnusableError as failure:
            notes.append(f"transformation '{name}' is not previewed: {failure}")
    return Transformed(current, notes)


def _applied(apply: Transformation, frames: Sequence[Frame], options: Mapping[str, Any], chosen: Any) -> list[Frame]:
    """Apply a transformation to all frames, or to those that a matcher chooses."""
    if not mapping(chosen).get("options"):
        return list(apply(frames, options))
    matches = frame_matcher(chosen)
    if matches is None:
        raise UnusableError(f'the matcher "{text(mapping(chosen).get("id"))}" of its frames is unknown')
    meant = [matches(frame) for frame in frames]
    if not any(meant):
        return list(frames)
    place = meant.index(True)
    result = list(apply([frame for frame, one in zip(frames, meant, strict=True) if one], options))
    others = [frame for frame, one in zip(frames, meant, strict=True) if not one]
    return [*others[:place], *result, *others[place:]]


TRANSFORMATIONS: Mapping[str, Transformation] = {
    "append": append,
    "calculateField": calculate_field,
    "concatenate": concatenate,
    "configFromData": config_from_data,
    "convertFieldType": convert_field_type,
    "ensureColumns": lambda frames, _: with_one_time(frames),
    "extractFields": extract_fields,
    "filterByRefId": filter_by_query,
    "filterByValue": filter_by_value,
    "filterFields": filter_fields,
    "filterFieldsByName": filter_fields_by_name,
    "filterFrames": filter_frames,
    "formatString": format_strings,
    "formatTime": format_times,
    "groupBy": group_by,
    "groupingToMatrix": grouping_to_matrix,
    "histogram": histogram,
    "joinByField": join_by_field,
    "joinByLabels": join_by_labels,
    "labelsToFields": labels_to_fields,
    "limit": limit,
    "merge": merge,
    "noop": lambda frames, _: frames,
    "order": order,
    "organize": organize,
    "partitionByValues": partition_by_values,
    "prepareTimeSeries": prepare_time_series,
    "reduce": reduce,
    "rename": rename,
    "renameByRegex": rename_by_regex,
    "rowsToFields": rows_to_fields,
    "seriesToColumns": join_by_field,
    "seriesToRows": series_to_rows,
    "sortBy": sort_by,
    "timeSeriesTable": time_series_table,
    "transpose": transpose,
}

"""Transformations that leave out, order and rename fields: organize, order, rename, renameByRegex."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashkit.lint.javascript import is_global
from dashkit.lint.values import mapping, objects, text
from dashkit.preview.fields.matchers import Candidate, candidates, kept, matched_names
from dashkit.preview.fields.regex import pattern, replaced
from dashkit.preview.fields.scalars import number_of
from dashkit.preview.frames import Field, Frame
from dashkit.preview.transform.order import Key, collation
from dashkit.preview.transform.pieces import UnusableError, chosen


def organize(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Leave out fields by their own or shown name; order and rename them by the name that is shown before."""
    included, excluded = (chosen(options.get(key)) for key in ("includeByName", "excludeByName"))
    wanted, unwanted = matched_names(included), matched_names(excluded)
    result = []
    for frame, fields in zip(frames, candidates(frames), strict=True):
        left = [one for one in fields if not unwanted(one) and (not included or wanted(one))]
        left = [one._replace(field=field) for one, field in zip(left, kept(left, frames), strict=True)]
        ordered = _by_rules(left, options) if options.get("orderByMode") == "auto" else _by_index(left, options)
        if ordered:
            result.append(frame.with_fields(_renamed(ordered, options)))
    return result


def order(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Order fields by ``indexByName``."""
    return [
        frame.with_fields([one.field for one in _by_index(fields, options)])
        for frame, fields in zip(frames, candidates(frames), strict=True)
    ]


def rename(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Rename fields by ``renameByName``."""
    return [
        frame.with_fields(_renamed(fields, options)) for frame, fields in zip(frames, candidates(frames), strict=True)
    ]


def rename_by_regex(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Replace the part of each name that matches a regex."""
    regex, template = text(options.get("regex")), text(options.get("renamePattern"))
    found = pattern(regex)
    if found is None:
        raise UnusableError(f'the regex "{regex}" is invalid')
    if not regex:
        return frames
    everywhere = is_global(regex)
    result = []
    for frame, fields in zip(frames, candidates(frames), strict=True):
        renamed = [
            titled(one.field, replaced(found, one.name, template, everywhere=everywhere))
            if found.search(one.name)
            else one.field
            for one in fields
        ]
        result.append(frame.with_fields(renamed))
    return result


def titled(field: Field, name: str) -> Field:
    """Return a field that is shown under a name."""
    return replace(field, config={**field.config, "displayName": name})


def _by_index(fields: Sequence[Candidate], options: Mapping[str, Any]) -> list[Candidate]:
    """Return fields in the order that somebody dragged them to; those that came later are last."""
    places = {name: number_of(index) for name, index in mapping(options.get("indexByName")).items()}
    return sorted(
        fields, key=lambda one: place if not math.isnan(place := places.get(one.name, math.inf)) else math.inf
    )


def _by_rules(fields: Sequence[Candidate], options: Mapping[str, Any]) -> list[Candidate]:
    """Return fields sorted by name and labels, the first time before them; the first rule counts most."""
    ordered = list(fields)
    for rule in reversed(objects(options.get("orderBy"))):
        descending = rule.get("desc") is True
        if rule.get("type") == "name":
            ordered.sort(key=lambda one: collation(one.name, numbers=True), reverse=descending)
        elif rule.get("type") == "label":
            ordered.sort(key=_label_key(text(rule.get("name"))), reverse=descending)
    time = next((one for one in fields if one.field.type == "time"), None)
    return ordered if time is None else [time, *(one for one in ordered if one is not time)]


def _label_key(label: str) -> Callable[[Candidate], Key]:
    return lambda one: collation(one.field.labels.get(label, ""), numbers=True)


def _renamed(fields: Sequence[Candidate], options: Mapping[str, Any]) -> list[Field]:
    names = mapping(options.get("renameByName"))
    return [titled(one.field, new) if (new := text(names.get(one.name))) else one.field for one in fields]

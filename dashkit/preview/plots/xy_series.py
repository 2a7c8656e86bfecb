"""Series over numbers instead of times: what the panels ``trend`` and ``xychart`` show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, objects, text
from dashkit.preview.display.processor import processor, series_colour
from dashkit.preview.fields.matchers import Candidate, candidates, field_matcher
from dashkit.preview.frames import Field, Frame
from dashkit.preview.plots.series import Series, numeric
from dashkit.preview.scene import Options

_PLACED = ("number", "time")


class Placed(NamedTuple):
    """Series whose ``times`` are the values of a field."""

    x: Field
    series: Sequence[Series]


def trend_series(frames: Sequence[Frame], options: Options) -> Placed | None:
    """Return the numbers of the first frame over its first ones, or over the field that the options name."""
    named = candidates([frame for frame in frames if frame.length])
    fields = named[0] if named else []
    wanted = text(options.get("xField"))
    x = next((one for one in fields if wanted in (one.name, one.field.name)), None) if wanted else None
    x = x or next((one for one in fields if one.field.type == "number"), None)
    if x is None:
        return None
    others = [one for one in fields if one is not x and one.field.type == "number"]
    found = [_series(x.field, one, number, ordered=True) for number, one in enumerate(others)]
    return Placed(x.field, found) if found else None


def xy_series(frames: Sequence[Frame], options: Options) -> Placed | None:
    """Return the pairs of fields that the options choose, or of each frame the first numbers with all others."""
    named = candidates([frame for frame in frames if frame.length])
    pairs = [pair for each in objects(options.get("series")) for pair in _chosen(named, each)]
    if not pairs or (options.get("mapping") or options.get("seriesMapping")) == "auto":
        pairs = _usual(named, mapping(options.get("dims"))) or pairs
    if not pairs:
        return None
    series = [_series(x.field, y, number) for number, (x, y) in enumerate(pairs)]
    return Placed(pairs[0][0].field, series)


def _usual(named: Sequence[Sequence[Candidate]], dims: Mapping[str, Any]) -> list[tuple[Candidate, Candidate]]:
    pairs: list[tuple[Candidate, Candidate]] = []
    for fields in named:
        placed = [one for one in fields if one.field.type in _PLACED]
        wanted = text(dims.get("x"))
        x = next((one for one in placed if wanted in (one.name, one.field.name)), None) if wanted else None
        x = x or (placed[0] if placed else None)
        if x is not None:
            pairs += [(x, one) for one in placed if one is not x and one.field.type == "number"]
    return pairs


def _chosen(named: Sequence[Sequence[Candidate]], wanted: Mapping[str, Any]) -> list[tuple[Candidate, Candidate]]:
    """Return the fields that an entry of the options means: by matchers, or by names as older dashboards have them."""
    frame = mapping(mapping(wanted.get("frame")).get("matcher")).get("options")
    chosen = named[frame : frame + 1] if isinstance(frame, int) and 0 <= frame < len(named) else named
    pairs: list[tuple[Candidate, Candidate]] = []
    for fields in chosen:
        x, y = _one(fields, wanted.get("x")), _every(fields, wanted.get("y"))
        x = x or next((one for one in fields if one.field.type in _PLACED and all(one is not each for each in y)), None)
        if x is not None:
            others = y or ([one for one in fields if one.field.type == "number"] if wanted.get("y") is None else [])
            pairs += [(x, one) for one in others if one is not x]
    return pairs


def _one(fields: Sequence[Candidate], wanted: Any) -> Candidate | None:
    return next(iter(_every(fields, wanted)), None)


def _every(fields: Sequence[Candidate], wanted: Any) -> list[Candidate]:
    if isinstance(wanted, str):
        return [one for one in fields if wanted in (one.name, one.field.name)]
    matches = field_matcher(mapping(wanted).get("matcher"))
    return [one for one in fields if one.field.type in _PLACED and matches(one)] if matches else []


def _series(x: Field, y: Candidate, number: int, *, ordered: bool = False) -> Series:
    config = y.field.config
    pairs = [
        (at, numeric(value)) for at, value in zip(map(numeric, x.values), y.field.values, strict=True) if at is not None
    ]
    if ordered:
        pairs.sort(key=lambda pair: pair[0])
    return Series(
        number, y.name, y.field, [at for at, _ in pairs], [value for _, value in pairs],
        series_colour(config, number, name=y.name, values=y.field.values),
        processor(config, y.field.type, number, name=y.name), mapping(config.get("custom")),
    )  # fmt: skip

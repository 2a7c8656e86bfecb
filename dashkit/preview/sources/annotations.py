"""Annotations from the answer to a query: each run of values above zero is one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dashkit.lint.values import text
from dashkit.preview.data import Annotation
from dashkit.preview.frames import Frame, first_of_type
from dashkit.preview.plots.series import numeric

_LABEL = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


def annotations_of(entry: Mapping[str, Any], frames: Sequence[Frame], step: float) -> list[Annotation]:
    """Return the annotations that a query found; ``step`` is its interval in milliseconds."""
    colour = text(entry.get("iconColor")) or "rgba(0, 211, 255, 1)"
    found: list[Annotation] = []
    for frame in frames:
        time = first_of_type(frame, "time")
        for field in frame.fields:
            if time is None or field.type != "number":
                continue
            title = labelled(text(entry.get("titleFormat")), field.labels) or text(entry.get("name"))
            body = labelled(text(entry.get("textFormat")), field.labels)
            words = ": ".join(part for part in (title, body) if part)
            tags = tuple(
                field.labels[key] for key in text(entry.get("tagKeys")).split(",") if key.strip() in field.labels
            )
            for start, end in _runs(time.values, [numeric(value) for value in field.values], step):
                found.append(Annotation(start, end, words, colour, tags))
    return found


def labelled(template: str, labels: Mapping[str, str], missing: str | None = None) -> str:
    """Return a text with ``{{label}}`` filled in; in place of a label that is missing stands ``missing``, or else its name."""
    return _LABEL.sub(lambda found: labels.get(found[1], found[1] if missing is None else missing), template)


def _runs(times: Sequence[float], values: Sequence[float | None], step: float) -> list[tuple[float, float]]:
    runs: list[tuple[float, float]] = []
    for at, value in zip(times, values, strict=True):
        if not value:
            continue
        if runs and at - runs[-1][1] <= step * 1.01:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs

"""Annotations: a few moments in the range, such as deployments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashkit.lint.values import mapping, text, texts
from dashkit.preview.data import Annotation, TimeRange
from dashkit.preview.sample.evaluator import Evaluator, unfiltered_labels
from dashkit.preview.sample.seed import fraction, pick
from dashkit.preview.sources.annotations import labelled

_MOST = 3
_HOUR = 3_600_000.0
#: How far apart moments are, so that some fall into the range: the first that is half of it.
_SPACINGS = tuple(_HOUR * hours for hours in (1 / 60, 1 / 12, 1 / 3, 1, 3, 8, 24, 72, 240, 720, 8760))


def moments(annotation: Mapping[str, Any], time: TimeRange, evaluator: Evaluator) -> list[Annotation]:
    """Return up to three annotations. The built-in query of a dashboard finds none."""
    if annotation.get("builtIn") in (1, True):
        return []
    name, seed = text(annotation.get("name")), f"{annotation.get('name')} {annotation.get('expr')}"
    spacing = next((one for one in _SPACINGS if one >= time.width / 2), _SPACINGS[-1])
    slots = range(int(time.start // spacing), int(time.end // spacing) + 1)
    times = [(slot + fraction("annotation", seed, slot)) * spacing for slot in slots]
    chosen = [at for at in times if time.start <= at <= time.end][-_MOST:] or [(time.start + time.end) / 2]
    tags = mapping(annotation.get("target")).get("tags")
    labels = unfiltered_labels(text(annotation.get("expr")), evaluator, time.end / 1000)
    title = text(annotation.get("titleFormat"))
    return [
        Annotation(
            round(at),
            round(at),
            labelled(title, pick(labels, "labels", seed, round(at))) if title and labels else name,
            text(annotation.get("iconColor")),
            tuple(texts(tags)),
        )
        for at in chosen
    ]

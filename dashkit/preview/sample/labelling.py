"""The functions that change labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from dashkit.preview.sample.matching import compiled
from dashkit.preview.sample.vectors import Labels, UnsupportedError
from dashkit.promql.nodes import Call, String

_One = TypeVar("_One")
_REFERENCE = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))")


def relabelled(node: Call, found: Sequence[tuple[Labels, _One]] | None) -> list[tuple[Labels, _One]] | None:
    """Return series with labels changed by ``label_replace`` or ``label_join``; None stays None.

    Raises:
        UnsupportedError: its arguments make no sense.
    """
    if found is None:
        return None
    texts = [arg.value for arg in node.args[1:] if isinstance(arg, String)]
    if node.name == "label_replace" and len(texts) == 4:
        target, template, source, pattern = texts
        return [(_replaced(labels, target, template, source, pattern), one) for labels, one in found]
    if node.name == "label_join" and len(texts) >= 2:
        target, separator, *sources = texts
        return [
            (_set(labels, target, separator.join(labels.get(each, "") for each in sources)), one)
            for labels, one in found
        ]
    raise UnsupportedError(node.name)


def _replaced(labels: Labels, target: str, template: str, source: str, pattern: str) -> Labels:
    wanted = compiled(pattern)
    if wanted is None:
        raise UnsupportedError(pattern)
    found = wanted.fullmatch(labels.get(source, ""))
    return labels if found is None else _set(labels, target, _expanded(template, found))


def _expanded(template: str, found: re.Match[str]) -> str:
    def value(reference: re.Match[str]) -> str:
        name = reference[1] or reference[2]
        if not name:
            return "$"
        key: int | str = int(name) if name.isdigit() else name
        try:
            return found[key] or ""
        except IndexError:
            return ""

    return _REFERENCE.sub(value, template)


def _set(labels: Labels, target: str, value: str) -> Labels:
    kept = {label: each for label, each in labels.items() if label != target}
    return {**kept, target: value} if value else kept

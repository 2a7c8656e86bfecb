"""Where two JSON documents differ, judged by a table of accepted differences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

ABSENT = "(absent)"
Difference = tuple[str, Any, Any]


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[Difference]:
    """Yield the path and both values of each difference; what only one of them has is `ABSENT` in the other."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}):
            yield from differences(ours.get(key, ABSENT), theirs.get(key, ABSENT), f"{path}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, pair in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(*pair, path=f"{path}/{index}")
    elif ours != theirs or type(ours) is not type(theirs):
        yield path, ours, theirs


def not_accepted(found: Iterator[Difference], accepted: Mapping[str, str], used: set[str]) -> list[Difference]:
    """Return the differences whose paths fit no pattern of the table, and add the patterns that were needed to ``used``.

    In a pattern, ``*`` is one part of a path, and ``**`` any number of them.
    """
    rest = []
    for difference in found:
        fitting = next((pattern for pattern in accepted if _fits(pattern, difference[0])), None)
        if fitting is None:
            rest.append(difference)
        else:
            used.add(fitting)
    return rest


def _fits(pattern: str, path: str) -> bool:
    parts = (".*" if part == "**" else "[^/]+" if part == "*" else re.escape(part) for part in pattern.split("/"))
    return re.fullmatch("/".join(parts), path) is not None

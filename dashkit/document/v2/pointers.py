"""Find the place in a v2 document of what is pointed to in the words of the classic schema."""

from __future__ import annotations

import re

#: Where a part of a panel is in the element, by the beginning of its classic pointer. The first that fits counts.
_INSIDE = [
    (re.compile(pattern), place)
    for pattern, place in (
        (r"/targets/(\d+)/(refId)", r"/spec/data/spec/queries/\1/spec/\2"),
        (r"/targets/(\d+)/hide", r"/spec/data/spec/queries/\1/spec/hidden"),
        (r"/targets/(\d+)/datasource/uid", r"/spec/data/spec/queries/\1/spec/query/datasource/name"),
        (r"/targets/(\d+)/datasource/type", r"/spec/data/spec/queries/\1/spec/query/group"),
        (r"/targets/(\d+)/datasource", r"/spec/data/spec/queries/\1/spec/query/datasource"),
        (r"/targets/(\d+)/", r"/spec/data/spec/queries/\1/spec/query/spec/"),
        (r"/targets/(\d+)", r"/spec/data/spec/queries/\1"),
        (r"/targets", "/spec/data/spec/queries"),
        (r"/datasource", "/spec/data/spec/queries/0/spec/query/datasource"),
        (r"/transformations/(\d+)/", r"/spec/data/spec/transformations/\1/spec/"),
        (r"/transformations", "/spec/data/spec/transformations"),
        (r"/(interval|maxDataPoints|timeFrom|timeShift|timeCompare|cacheTimeout)", r"/spec/data/spec/queryOptions/\1"),
        (r"/(options|fieldConfig)", r"/spec/vizConfig/spec/\1"),
        (r"/type", "/spec/vizConfig/group"),
        (r"/pluginVersion", "/spec/vizConfig/version"),
        (r"/", "/spec/"),
    )
]
#: Settings of the classic schema that v2 has in `timeSettings`.
_SETTINGS = {
    "time/from": "from",
    "time/to": "to",
    "refresh": "autoRefresh",
    "timezone": "timezone",
    "weekStart": "weekStart",
}
#: The pointer of a part: of an element, a tab or row, a variable, an annotation.
_PART = re.compile(
    r"/elements/[^/]*|/(?:variables|annotations)/\d+|/layout(?:/spec/(?:tabs|rows|variables)/\d+|/spec/layout)*"
)


def native(pointer: str) -> str:
    """Return the place in a v2 document of a pointer as the classic schema has it, below the pointer of a part."""
    head = _PART.match(pointer)
    if head is None:
        name = _SETTINGS.get(pointer.lstrip("/"))
        return f"/timeSettings/{name}" if name else pointer
    rest = pointer[head.end() :]
    if not rest or rest.startswith("/spec"):  # it is one of v2 already
        return pointer
    if not head[0].startswith("/elements/"):
        return f"{head[0]}/spec{rest}"
    if rest.startswith(("/gridPos", "/repeat", "/element")):
        return head[0]
    for pattern, place in _INSIDE:
        if found := pattern.match(rest):
            return head[0] + found.expand(place) + rest[found.end() :]
    return pointer

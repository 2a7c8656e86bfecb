"""Whether two dashboards look and work alike, however each of them is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit import _json
from dashkit.authoring.paths import copied
from dashkit.document.compare import alike as in_one_schema
from dashkit.document.compare import same
from dashkit.document.normalise import Origin, normalise
from dashkit.document.schema_steps import CURRENT
from dashkit.document.v2.parts import is_v2
from dashkit.errors import InputError
from dashkit.quiet.canonical import canonical
from dashkit.quiet.dynamic import dynamic, dynamic_canonical

Json = dict[str, Any]

#: A document needs a uid to be brought to canonical form, and those that are compared here have none.
_UID = "compared"


def look_alike(first: Json, second: Json) -> bool:
    """Return whether two documents look and work the same in every Grafana that dashkit knows.

    They may differ in what says nothing: defaults that Grafana fills in anyway, what a kind of panel never reads, the order of
    things that have none, gaps between panels that Grafana closes. Documents of an old schema are alike only if they are equal.
    """
    try:
        if same(first, second):
            return True
        one, other = in_one_schema(first, second)
        if one.get("title") != other.get("title"):
            return False  # the quickest of differences
        if not is_v2(one):
            one, other = _without_equal_panels(one, other)
        return _form(one) == _form(other) is not None
    except (InputError, TypeError, ValueError, LookupError, AttributeError):
        return False  # shaped in a way that nothing is known about


def seen(first: Json, second: Json) -> tuple[Json, Json]:
    """Return two documents without what says nothing in either, to show how they differ; as they are if that is not known."""
    try:
        if is_v2(first) or is_v2(second):
            return first, second
        one, other = map(_classic, _without_equal_panels(first, second))
        return (first, second) if one is None or other is None else (one, other)
    except (InputError, TypeError, ValueError, LookupError, AttributeError):
        return first, second


def _without_equal_panels(first: Json, second: Json) -> tuple[Json, Json]:
    """Return two classic documents in which panels that are the same to the letter are only named."""
    if first.get("schemaVersion") != second.get("schemaVersion"):
        return first, second
    alike = set(map(_json.compact, _panels(first))) & set(map(_json.compact, _panels(second)))
    return _reduced(first, alike), _reduced(second, alike)


def _panels(holder: Json) -> Iterator[Json]:
    for panel in holder.get("panels") or []:
        if panel.get("type") == "row":
            yield from _panels(panel)
        else:
            yield panel


def _reduced(holder: Json, alike: set[bytes]) -> Json:
    panels = [
        _reduced(panel, alike)
        if panel.get("type") == "row"
        else {"type": "text", "id": panel.get("id"), "gridPos": panel.get("gridPos"), "title": _json.digest(panel)}
        if _json.compact(panel) in alike
        else panel
        for panel in holder.get("panels") or []
    ]
    return {**holder, "panels": panels} if panels else holder


def _form(spec: Json) -> bytes | None:
    """Return what a document says, as JSON; None if it has an old schema."""
    if is_v2(spec):
        return _json.compact(dynamic_canonical(dynamic(_UID, spec)))
    form = _classic(spec)
    return None if form is None else _json.compact(form)


def _classic(spec: Json) -> Json | None:
    normalised = normalise({**copied(spec), "uid": _UID}, Origin.FILE).spec
    return canonical(normalised) if normalised["schemaVersion"] == CURRENT else None

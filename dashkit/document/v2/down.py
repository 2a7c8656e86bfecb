"""Convert a v2 document to the classic schema, as Grafana 12.4 does it or better, and say what is lost.

What Grafana makes of it was observed on a server. Two of its quirks spoil a dashboard, so they are left to those who compare
with a server: panels overlap the header of their row, and a panel may lack parts that its plugin expects.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from dashkit.document.schema_steps import CURRENT
from dashkit.document.v2.down_layout import lower_panels
from dashkit.document.v2.down_variables import lower_annotations, lower_variables
from dashkit.document.v2.loose import FLAG, LIST, TEXT, WHOLE, inverse, items, kept, mapping, text
from dashkit.document.v2.losses import Loss, Spot
from dashkit.document.v2.mended import mend
from dashkit.document.v2.words import CURSOR
from dashkit.errors import SpecError

__all__ = ["Loss", "Lowered", "down"]

_CURSOR = inverse(CURSOR)
_DEFAULTS = {"editable": True, "preload": False, "title": ""}
_SAME = {"description": TEXT, "editable": FLAG, "liveNow": FLAG, "preload": FLAG, "revision": WHOLE, "title": TEXT}
_ELSEWHERE = ("annotations", "cursorSync", "elements", "layout", "links", "tags", "timeSettings", "variables")
_TIMES = ("autoRefresh", "from", "to")
_SAME_TIMES = {"fiscalYearStartMonth": WHOLE, "timezone": TEXT, "weekStart": TEXT}
_PICKER = {"autoRefreshIntervals": "refresh_intervals", "nowDelay": "nowDelay", "quickRanges": "quick_ranges"}
_PICKER_TYPES = {"autoRefreshIntervals": LIST, "nowDelay": TEXT, "quickRanges": LIST}


@dataclass(frozen=True, slots=True)
class Lowered:
    """A classic document, and what of the v2 document it cannot say."""

    classic: dict[str, Any]
    losses: tuple[Loss, ...]


def down(spec: dict[str, Any], *, as_grafana: bool = False) -> Lowered:
    """Return the classic form of the ``spec`` of a v2 or v2beta1 dashboard. What is malformed counts as missing.

    Args:
        spec: a document, which does not change.
        as_grafana: convert exactly as Grafana 12.4.3 does, quirks included.

    Raises:
        SpecError: there is no dashboard in it, or it is nested too deeply.
    """
    if not (isinstance(spec, dict) and any(isinstance(spec.get(key), dict) for key in ("elements", "layout"))):
        raise SpecError("this is no v2 dashboard: it has neither elements nor a layout")
    try:
        own = copy.deepcopy(spec)
    except RecursionError:
        raise SpecError("this dashboard is nested too deeply") from None
    losses: list[Loss] = []
    top = Spot(losses)
    optional = {
        "links": [link for link in items(own.get("links")) if isinstance(link, dict)],
        "panels": lower_panels(own, top, as_grafana=as_grafana),
        "tags": [tag for tag in items(own.get("tags")) if isinstance(tag, str)],
        "templating": {"list": found} if (found := lower_variables(own, top)) else {},
    }
    classic = {
        "annotations": {"list": lower_annotations(own, top)},
        "graphTooltip": _CURSOR.get(text(own.get("cursorSync")), 0),
        "schemaVersion": CURRENT,
        **_DEFAULTS,
        **kept(own, _SAME),
        **_times(mapping(own.get("timeSettings")), top.at("timeSettings")),
        **{key: value for key, value in optional.items() if value},
    }
    top.lose_rest(own, (*_SAME, *_ELSEWHERE))
    if not as_grafana:
        mend(classic)
    return Lowered(classic, tuple(losses))


def _times(times: dict[str, Any], spot: Spot) -> dict[str, Any]:
    spot.lose_rest(times, (*_TIMES, *_SAME_TIMES, *_PICKER, "hideTimepicker"))
    picker = {_PICKER[key]: value for key, value in kept(times, _PICKER_TYPES).items() if value}
    if times.get("hideTimepicker") is True:
        picker["hidden"] = True
    return {
        "fiscalYearStartMonth": 0,
        "refresh": text(times.get("autoRefresh")),
        "time": {"from": text(times.get("from"), "now-6h"), "to": text(times.get("to"), "now")},
        **({"timepicker": picker} if picker else {}),
        **kept(times, _SAME_TIMES),
    }

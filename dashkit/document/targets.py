"""A panel's queries in today's form."""

from __future__ import annotations

from itertools import chain, product
from string import ascii_uppercase
from typing import Any

from dashkit.document.datasources import MIXED, Reference, References, query_type, set_datasource
from dashkit.document.edit import drop, drop_defaults

#: grafanalib writes these for every query. Today's query editors neither write nor read them.
_LEGACY = ("intervalFactor", "step", "metric")
#: Values that mean the same as no key at all.
_DEFAULTS: dict[str, Any] = {
    "hide": False,
    "interval": "",
    "legendFormat": "",
    "instant": False,
    "target": "",
    "format": "time_series",
    "expr": "",
}


def modern_targets(
    targets: list[Any], panel_datasource: Reference | None, references: References, *, legacy: bool
) -> list[dict[str, Any]]:
    """Return the targets with refIds and datasource objects; if ``legacy``, without grafanalib's old keys."""
    result = [target for target in targets if isinstance(target, dict)]
    mixed = panel_datasource is not None and panel_datasource.get("uid") == MIXED
    for target in result:
        if legacy:
            drop_grafanalib_keys(target)
        own = references.resolve(target.get("datasource"), hint=query_type(target))
        set_datasource(target, own or (None if mixed else panel_datasource))
    assign_ref_ids(result)
    return result


def assign_ref_ids(targets: list[dict[str, Any]]) -> None:
    """Name targets without a refId, or with one that is taken, A, B, C... Keep what the author chose."""
    used: set[str] = set()
    missing = []
    for target in targets:
        ref = target.get("refId")
        if isinstance(ref, str) and ref and ref not in used:
            used.add(ref)
        else:
            missing.append(target)
    letters = chain(ascii_uppercase, map("".join, product(ascii_uppercase, repeat=2)))
    for target, ref in zip(missing, (ref for ref in letters if ref not in used), strict=False):
        target["refId"] = ref


def drop_grafanalib_keys(target: dict[str, Any]) -> None:
    """Remove what grafanalib writes for every query, whether the author said it or not."""
    if target.get("expr") and target.get("query") == target["expr"]:
        del target["query"]
    if "intervalFactor" in target and target.get("query") in ("", None):
        target.pop("query", None)
    if not ("metric" in target and target.get("aggregator")):  # OpenTSDB queries have a metric
        drop(target, *_LEGACY)
    drop_defaults(target, _DEFAULTS)

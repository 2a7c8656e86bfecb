"""Value mappings, one for each value, as helpers write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dashkit.authoring.paths import Json
from dashkit.quiet.kinds import FIELDS, STATES
from dashkit.quiet.traces import Rule, defaults, properties


def _mappings(panel: Json) -> Iterator[str]:
    if panel.get("type") not in FIELDS:
        return
    holders = [("fieldConfig.defaults.mappings", "mappings", defaults(panel))]
    holders += [
        ("fieldConfig.overrides", "value", entry) for entry in properties(panel) if entry.get("id") == "mappings"
    ]
    for path, key, holder in holders:
        old = holder.get(key)
        if isinstance(old, list) and old:
            new = [part for entry in old for part in _mapping(entry, panel.get("type"))]
            if new != old:
                holder[key] = new
                yield path


def _mapping(entry: Any, kind: Any) -> Iterator[Any]:
    """Yield a mapping for each value, as helpers write them, without what Grafana's editor keeps for itself."""
    options = entry.get("options") if isinstance(entry, dict) else None
    # These kinds also look at how many mappings there are.
    counts = kind in STATES | {"table"}
    if not isinstance(options, dict) or entry.keys() - {"id", "options", "type"}:
        yield entry
    elif entry.get("type") == "value" and options and all(isinstance(result, dict) for result in options.values()):
        for value, result in sorted(options.items(), key=lambda item: _place(item[0])):
            yield {"type": "value", "options": {value: _unnumbered(result)}}
    elif entry.get("type") == "special" and "match" not in options and not counts:
        return  # it matches nothing
    elif entry.get("type") in ("range", "regex", "special"):
        told = {key: _unnumbered(held) if key == "result" else held for key, held in options.items()}
        yield {"type": entry["type"], "options": told}
    else:
        yield entry


def _place(value: str) -> int:
    """Return what to sort by for the order of JavaScript: whole numbers first, as in the legend of states."""
    return int(value) if re.fullmatch(r"0|[1-9]\d{0,8}", value) else 10**9


def _unnumbered(result: Any) -> Any:
    return {key: held for key, held in result.items() if key != "index"} if isinstance(result, dict) else result


RULES: tuple[Rule, ...] = (
    Rule("Grafana looks at one mapping after the other; their numbers are for its editor", _mappings, "rewritten"),
)

"""Panel ids that survive an edit: each is derived from the panel's key, so that a new panel renumbers no other.

Links of alert rules (``__panelId__``) and of people (``viewPanel=``) hold the id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

#: Grafana's own new panels get the highest id plus one; 30 bits leave room below its 31.
_SPACE = 2**30


def panel_id(key: str) -> int:
    """The id that belongs to ``key``: 1 to 2**30."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big") % _SPACE + 1


def panel_ids(keys: Iterable[str], taken: Iterable[int] = ()) -> list[int]:
    """Ids for ``keys`` in their order, each unique and none of ``taken``.

    The second panel with the same key is counted (``key#2``); two keys that meet by chance are told apart the same way.
    """
    used = set(taken)
    seen: dict[str, int] = {}
    result = []
    for key in keys:
        count = seen.get(key, 0) + 1
        candidate = panel_id(key if count == 1 else f"{key}#{count}")
        while candidate in used:
            count += 1
            candidate = panel_id(f"{key}#{count}")
        seen[key] = count
        used.add(candidate)
        result.append(candidate)
    return result

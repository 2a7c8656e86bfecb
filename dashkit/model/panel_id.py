"""Panel ids that survive an edit. Each is derived from the panel's key, so that a new panel does not renumber the others.

Alert rules (``__panelId__``) and links that people share (``viewPanel=``) contain the id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

#: Grafana gives a new panel the highest id plus one. Its ids have 31 bits, so 30 leave room.
_SPACE = 2**30


def panel_id(key: str) -> int:
    """Return the id that belongs to ``key``: 1 to 2**30."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big") % _SPACE + 1


def panel_ids(keys: Iterable[str], taken: Iterable[int] = ()) -> list[int]:
    """Return an id for each of ``keys``, in their order: unique, and none of ``taken``.

    The second panel with the same key is counted (``key#2``), and so are two keys whose ids happen to collide.
    """
    used = set(taken)
    seen: dict[str, int] = {}
    result = []
    for key in keys:
        count = seen.get(key, 0) + 1
        while (candidate := panel_id(key if count == 1 else f"{key}#{count}")) in used:
            count += 1
        seen[key] = count
        used.add(candidate)
        result.append(candidate)
    return result

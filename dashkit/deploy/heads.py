"""What the head of a dashboard proves: that the last push is what is stored, without a look at the document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from dashkit.deploy.desired import Desired
from dashkit.model.live import Head
from dashkit.model.marker import DIGEST_RULES, parse_marker
from dashkit.spec.compare import content_digest

#: The name under which servers record our saves.
CLIENT = "dashkit"


def proof_of(desired: Sequence[Desired]) -> Callable[[Head], dict[str, Any] | None]:
    """Return the function that returns the document of a dashboard if its head proves that it is the desired one.

    The message of the newest save has to name this dashboard, this version and the digest of what is desired, in the folder where
    it is. A message may travel on with other content, but each save of other content makes another version. Only a dashboard that
    was deleted and made anew could come back to the same number: it was made after the push, or by another program.
    """
    by_uid = {item.uid: item for item in desired}

    def proven(head: Head) -> dict[str, Any] | None:
        item, marker = by_uid.get(head.uid), parse_marker(head.message)
        if item is None or marker is None or marker.uid != head.uid or marker.edited or marker.rules != DIGEST_RULES:
            return None
        if marker.gen != head.version:
            return None
        if head.clients != {CLIENT} and not _existed(head.created, marker.push):
            return None
        return item.spec if marker.digest == content_digest(item.spec, head.folder_uid) else None

    return proven


def _existed(created: str, push: str) -> bool:
    """Return whether something that was created then existed already at a push, whose name has its time."""
    try:
        return datetime.fromisoformat(created) < datetime.strptime(push.partition("-")[0], "%Y%m%dT%H%M%S%z")
    except (ValueError, TypeError):
        return False

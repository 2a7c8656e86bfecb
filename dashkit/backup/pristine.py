"""What a new server has. Overwriting that loses nothing. Pure."""

from __future__ import annotations

from dashkit.backup.receivers import DEFAULT_RECEIVERS
from dashkit.model.item import Item


def untouched(live: Item, wanted: Item) -> bool:
    """Return whether ``live`` is what Grafana creates in every organisation, or lacks only what ``wanted`` adds: no conflict."""
    content = live.content
    if live.kind == "policies":
        return set(content) <= {"receiver", "group_by"} and content.get("receiver") in DEFAULT_RECEIVERS
    if live.kind == "preferences":
        return not content
    if live.kind == "users":
        ours, theirs = dict(wanted.content), dict(content)
        more, less = dict(ours.pop("organisations")), dict(theirs.pop("organisations"))
        return ours == theirs and less.items() <= more.items()
    return False

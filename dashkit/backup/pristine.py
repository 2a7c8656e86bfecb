"""What a server has before anybody touched it: to write over that loses nothing. Pure."""

from __future__ import annotations

from dashkit.model.item import Item

_ROLES = ({"role": "Editor", "permission": "Edit"}, {"role": "Viewer", "permission": "View"})


def untouched(live: Item, wanted: Item) -> bool:
    """Whether ``live`` is as Grafana makes it, or lacks only what ``wanted`` adds, so that it is no conflict.

    A restore that was cut off is gone on with by this: a folder or team that it made has its maker's entries only.
    """
    content = live.content
    if live.kind == "policies":
        return set(content) <= {"receiver", "group_by"} and content.get("receiver") == "grafana-default-email"
    if live.kind == "preferences":
        return not content
    if live.kind in ("folder-permissions", "dashboard-permissions"):
        makers = [entry for entry in content["permissions"] if entry not in _ROLES]
        return len(makers) <= 1 and all("role" not in entry and entry["permission"] == "Admin" for entry in makers)
    if live.kind == "teams":
        members = content["members"]
        return len(members) <= 1 and all(member["admin"] for member in members)
    if live.kind == "users":
        ours, theirs = dict(wanted.content), dict(content)
        more, less = dict(ours.pop("organisations")), dict(theirs.pop("organisations"))
        return ours == theirs and less.items() <= more.items()
    return False

"""The contact point of a new server, which is called otherwise from one version of Grafana to the next."""

from __future__ import annotations

from dashkit.archive.read import Archive
from dashkit.backup.select import Selection
from dashkit.deploy.protocol import ItemSource
from dashkit.errors import ServerError

#: Where the policy tree of a new server sends: before 12.4, and since.
DEFAULT_RECEIVERS = ("grafana-default-email", "empty")


def default_receiver(archive: Archive, selection: Selection, target: ItemSource) -> dict[str, str]:
    """Map the receiver of a new server, as the archive's policy tree names it, to what the target calls its own."""
    trees = (archive.item(entry) for entry in selection.entries if entry.kind == "policies")
    old = next((tree.content.get("receiver") for tree in trees), "")
    if old not in DEFAULT_RECEIVERS:
        return {}
    try:
        new = next((live.content.get("receiver") for live in target.items("policies")), "")
    except ServerError:  # the plan says so
        return {}
    return {str(old): str(new)} if new in DEFAULT_RECEIVERS and new != old else {}

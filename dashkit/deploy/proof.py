"""Whether a push made what is stored. A version message alone is only the word of the client that saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from dashkit.deploy.desired import Desired
from dashkit.deploy.plan_input import History
from dashkit.document.compare import content_digest
from dashkit.document.v2.up import up
from dashkit.model.live import Head, LiveDashboard, Proof, Version
from dashkit.model.marker import DIGEST_RULES, Marker, parse_marker

#: The names under which servers record our saves: through /apis, or the legacy API, where each save has its own message.
_OURS = frozenset({"dashkit", "grafana", "grafana-server"})


def proof_of(desired: Sequence[Desired]) -> Proof:
    """Return the function that returns the document of a dashboard if its head proves that it is the desired one.

    The message of the newest save has to name this dashboard and the digest of what is desired, in the folder where it is, and
    `made` has to hold. Then the document is what was pushed.
    """
    by_uid = {item.uid: item for item in desired}

    def proven(head: Head) -> dict[str, Any] | None:
        item, marker = by_uid.get(head.uid), parse_marker(head.message)
        if item is None or marker is None or marker.uid != head.uid or marker.edited or marker.rules != DIGEST_RULES:
            return None
        if not made(marker, head.version, head.clients, head.created):
            return None
        if marker.digest == item.digest(head.folder_uid):
            return item.spec
        if item.schema:
            return None
        # A classic dashboard may be stored in the v2 schema by now, and is pushed in it then.
        raised = up(item.spec)
        return raised if marker.digest == content_digest(raised, head.folder_uid) else None

    return proven


def made(marker: Marker, number: int, clients: frozenset[str], created: str) -> bool:
    """Return whether the save with this message made the version with this number.

    A message may travel on with other content, when another program changes a document and sends the rest back. But each change
    makes another version. Only a dashboard that was deleted and made anew could come to the same number: it was created after
    the push, and another program did that.
    """
    return marker.gen == number and (frozenset() < clients <= _OURS or _existed(created, marker.push))


def last_push(history: History, live: LiveDashboard, owner_tag: str) -> Version | None:
    """Return the newest version that this project wrote to this very dashboard.

    The message of a copy names another uid, one that travelled on with other content another version, and a message of another
    project comes with content that has another tag. The tag is looked up in what was pushed, since a person may have removed it
    afterwards.
    """
    for version in history.versions:
        marker = parse_marker(version.message)
        if (
            marker is not None
            and marker.uid == live.uid
            and not marker.edited
            and _made(marker, version, live.folder_uid)
        ):
            tags = version.spec.get("tags") if version.spec else live.tags
            return version if owner_tag in (tags or ()) else None
    return None


def _made(marker: Marker, version: Version, folder_uid: str) -> bool:
    """Return whether the save with this message made this version, as far as can be told."""
    if not marker.gen:
        return True
    if made(marker, version.number, version.clients, version.born) if version.clients else marker.gen == version.number:
        return True
    # Outside unified storage, a save at the same moment may have taken the number.
    folder = folder_uid if version.folder is None else version.folder
    return marker.rules == DIGEST_RULES and marker.digest == content_digest(version.spec, folder)


def moved_from(version: Version, folder_uid: str, folders: Iterable[str]) -> bool:
    """Return whether a push saved this version in another of the ``folders`` than the one where it is now.

    On some servers a move does not create a version. If the digest matches no folder, the server stores the content in its own
    form, and nothing is known.
    """
    if version.folder is not None:
        return version.folder != folder_uid
    marker = parse_marker(version.message)
    if marker is None or marker.rules != DIGEST_RULES or not version.spec:
        return False
    if marker.digest == content_digest(version.spec, folder_uid):
        return False
    return any(marker.digest == content_digest(version.spec, uid) for uid in folders if uid != folder_uid)


def _existed(created: str, push: str) -> bool:
    """Return whether something that was created then existed already at a push, whose name has its time."""
    try:
        return datetime.fromisoformat(created) < datetime.strptime(push.partition("-")[0], "%Y%m%dT%H%M%S%z")
    except (ValueError, TypeError):
        return False

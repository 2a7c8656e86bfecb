"""Confirm, after the writes, that what we saved is what is stored, and that nobody else's save was lost under it.

Before unified storage, Grafana compares the version of a dashboard and then writes, in two steps. When two people save at the
same moment, both get a success. The one who loses finds another version on top of its own, unless it checked before that came;
the one who wins finds another version between its own and the one that it replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashkit.deploy.protocol import Writable
from dashkit.document.compare import content_digest
from dashkit.errors import ConflictError, ServerError
from dashkit.model.item import Item, Limits, Ref
from dashkit.model.live import Version

_HINT = "compare both in Grafana's version history, then push again"
#: How many versions to search for the two that collided.
_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Saved:
    """A dashboard that the server reported as saved: the digest of what was sent, the version it replaced, and its message."""

    digest: str
    base: int
    message: str


def saved(item: Item, base: Item | None) -> Saved:
    """Return what to remember until the end, when the document itself may no longer be in memory."""
    return Saved(_digest(item), _version(base), str(item.server.get("message", "")))


def confirm(writes: Mapping[Ref, Saved], target: Writable) -> dict[Ref, ServerError]:
    """Read the saved dashboards once. Return an error for each that differs from what we saved, or that replaced another save."""
    if not writes:
        return {}
    found: dict[Ref, ServerError] = {}
    unread = set(writes)
    try:
        for now in target.items("dashboards", Limits(keys=frozenset(ref.key for ref in writes))):
            if now.ref in unread:
                unread.discard(now.ref)
                if error := _check(writes[now.ref], now, target):
                    found[now.ref] = error
    except ServerError as error:
        return found | {ref: unknown(ref, error.message, error.status) for ref in unread}
    gone = ServerError("Grafana reported success, but it is not there", status=200)
    return found | dict.fromkeys(unread, gone)


def unknown(ref: Ref, why: str, status: int = 0) -> ServerError:
    """Return the error for an object that was saved and could not be read back."""
    return ServerError(f"saved, but it could not be read back: {why}", status=status, where=ref.key)


def _check(write: Saved, now: Item, target: Writable) -> ServerError | None:
    try:
        return _compare(write, now, target)
    except ServerError as error:
        return unknown(now.ref, error.message, error.status)


def _compare(write: Saved, now: Item, target: Writable) -> ServerError | None:
    def conflict(text: str, hint: str = _HINT) -> ConflictError:
        return ConflictError(text, status=409, where=now.key, hint=hint)

    ours = _digest(now) == write.digest
    if ours and write.base and _version(now) <= write.base:
        text = "deleted by someone since the plan was made, and created again by this save"
        return conflict(text, "if it should stay deleted, remove it from the source")
    if ours and _version(now) <= write.base + 1:
        return None
    versions = target.versions(now.key, _DEPTH)
    if versions is None:
        text = "Grafana reported success, but something else is stored, and the token may not read who saved it"
        return None if ours else conflict(text)
    newer = [version for version in versions if version.number > write.base]
    mine = next((version for version in newer if version.message == write.message), None)
    theirs = [version for version in newer if version is not mine]
    if mine is None:
        # Without a newer version nobody else saved either: something other than Grafana answered.
        instead = f": {_who(theirs[0])} is current" if theirs else ""
        return conflict(f"Grafana reported success, but it was not saved{instead}")
    if mine is not newer[0]:
        return conflict(f"two saves at the same time: {_who(newer[0])} is current, this one is {_who(mine)}")
    if theirs:
        return conflict(f"two saves at the same time: this one is current, as {_who(mine)}, over {_who(theirs[0])}")
    return None  # stored in the server's own form


def _who(version: Version) -> str:
    return f"version {version.number} by {version.created_by or 'someone'}"


def _version(item: Item | None) -> int:
    return int(item.server.get("version") or 0) if item else 0


def _digest(item: Item) -> str:
    return content_digest(item.content["spec"], str(item.content["folder"]))

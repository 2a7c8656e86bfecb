"""After the writes: is what was saved what is stored, and was nothing of somebody else's lost under it?

Before unified storage a Grafana compares the version of a dashboard and then writes, in two steps: of two who save at the same
moment both are told that they succeeded. The one who loses finds another version on top of its own, unless it looked before that
came; the one who wins finds another between its own and the one that it replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashkit.deploy.protocol import Writable
from dashkit.errors import ConflictError, ServerError
from dashkit.model.item import CLASSIC, Item, Limits, Ref
from dashkit.model.live import Version
from dashkit.spec.compare import content_digest

_HINT = "look at both in Grafana's version history, then push again"
#: Versions to look through for the two that met.
_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Saved:
    """A dashboard that the server said it saved: what was sent, as a digest, over which version, with which message."""

    digest: str
    base: int
    message: str


def saved(item: Item, base: Item | None) -> Saved:
    """To be kept until the end, when the document itself may be gone."""
    return Saved(_digest(item), _version(base), str(item.server.get("message", "")))


def confirm(writes: Mapping[Ref, Saved], target: Writable) -> dict[Ref, ServerError]:
    """Read all of them once; what is not as it was saved, or was saved over somebody's own save, with the reason."""
    if not writes:
        return {}
    keys = frozenset(ref.key for ref in writes)
    found: dict[Ref, ServerError] = {}
    unread = set(writes)
    try:
        for now in target.items("dashboards", Limits(keys=keys)):
            if now.ref in unread:
                unread.discard(now.ref)
                error = _looked_at(writes[now.ref], now, target)
                found |= {now.ref: error} if error else {}
    except ServerError as error:
        return found | {ref: unknown(ref, error.message, error.status) for ref in unread}
    gone = ServerError("answered with success, but it is not there", status=200)
    return found | dict.fromkeys(unread, gone)


def unknown(ref: Ref, why: str, status: int = 0) -> ServerError:
    """Of what was saved and could not be looked at again."""
    return ServerError(f"saved, but whether that is what is stored cannot be read: {why}", status=status, where=ref.key)


def _looked_at(write: Saved, now: Item, target: Writable) -> ServerError | None:
    try:
        return _compare(write, now, target)
    except ServerError as error:
        return unknown(now.ref, error.message, error.status)


def _compare(write: Saved, now: Item, target: Writable) -> ServerError | None:
    ours = _digest(now) == write.digest
    if ours and write.base and _version(now) <= write.base:
        text = "deleted by someone since the plan was made, and made again by this save"
        return ConflictError(text, status=409, where=now.key, hint="if it shall be gone, take it out of the source")
    if ours and _version(now) <= write.base + 1:
        return None
    versions = target.versions(now.key, _DEPTH)
    if versions is None:
        text = "answered with success, but something else is stored, and whose it is may not be read"
        return None if ours else ConflictError(text, status=409, where=now.key, hint=_HINT)
    newer = [version for version in versions if version.number > write.base]
    mine = next((version for version in newer if version.message == write.message), None)
    theirs = [version for version in newer if version is not mine]
    if mine is None:
        # Nobody else's save either: the answer came from somewhere else.
        instead = f": {_who(theirs[0])} stands" if theirs else ""
        text = f"answered with success, but it was not saved{instead}"
        return ConflictError(text, status=409, where=now.key, hint=_HINT)
    if mine is newer[0]:
        return _replaced(mine, theirs, now)  # stored in a form of the server's own, or over another
    text = f"saved by two at the same time: {_who(newer[0])} stands, this one is version {mine.number} by {mine.created_by}"
    return ConflictError(text, status=409, where=now.key, hint=_HINT)


def _replaced(mine: Version, theirs: Iterable[Version], now: Item) -> ConflictError | None:
    other = next(iter(theirs), None)
    if other is None:
        return None
    text = f"saved by two at the same time: this one stands, as version {mine.number} by {mine.created_by}, over {_who(other)}"
    return ConflictError(text, status=409, where=now.key, hint=_HINT)


def _who(version: Version) -> str:
    return f"version {version.number} by {version.created_by or 'someone'}"


def _version(item: Item | None) -> int:
    return int(item.server.get("version") or 0) if item else 0


def _digest(item: Item) -> str:
    if item.content["schema"] == CLASSIC:
        return content_digest(item.content["spec"], str(item.content["folder"]))
    return item.digest

"""Compare what the server has with what the plan saw: before the first write, and right before each one."""

from __future__ import annotations

from collections.abc import Sequence

from dashkit.deploy.equality import Written, still_there
from dashkit.deploy.protocol import Writable
from dashkit.deploy.steps import Step
from dashkit.errors import ConflictError, ServerError
from dashkit.model.item import Item, Limits, Ref
from dashkit.model.kinds import BY_NAME, Guard


def read_again(steps: Sequence[Step], target: Writable) -> dict[Ref, ServerError]:
    """Return what has changed since the plan, with the reason, among the kinds for which the server would not notice."""
    found: dict[Ref, ServerError] = {}
    seen: dict[str, dict[Ref, list[Item]]] = {}
    for step in steps:
        items = [item for item in (step.base, *step.takes) if item is not None]
        if items and BY_NAME[step.ref.kind].guard is not Guard.VERSION:
            seen.setdefault(step.ref.kind, {})[step.ref] = items
    for kind, by_ref in seen.items():
        try:
            now = _now(target, kind, frozenset(item.key for items in by_ref.values() for item in items))
        except ServerError as error:
            found |= {ref: _unread(error) for ref in by_ref}
            continue
        for ref, items in by_ref.items():
            if not all(still_there(item, now.get(item.key)) for item in items):
                found[ref] = _changed(ref)
    return found


def _changed(ref: Ref) -> ConflictError:
    return ConflictError("changed by someone since the plan was made", where=ref.key, hint="check it, then run again")


def _unread(error: ServerError) -> ServerError:
    text = f"cannot tell whether it was changed: {error.message}"
    return ServerError(text, status=error.status, where=error.where, hint=error.hint)


def compare(step: Step, target: Writable, written: Written) -> Item | None:
    """Compare right before a write, if the server itself would not notice a change.

    Args:
        written: what this run has written so far.

    Returns:
        What is there: what the plan saw, except for the consequences of ``written``.

    Raises:
        ConflictError: someone else changed it first.
    """
    kind = BY_NAME[step.ref.kind]
    if kind.guard is not Guard.EACH or (step.base is None and not kind.upsert):
        return step.base
    takes = (item for item in step.takes if item.ref not in written.groups)
    seen = {item.key: item for item in (step.base, *takes) if item is not None}
    keys = frozenset({step.ref.key, *seen})
    now = _now(target, kind.name, keys)
    if not all(still_there(seen.get(key), now.get(key), written) for key in keys):
        raise _changed(step.ref)
    return now.get(step.ref.key) if step.base is not None else None


def _now(target: Writable, kind: str, keys: frozenset[str]) -> dict[str, Item]:
    return {item.key: item for item in target.items(kind, Limits(keys=keys)) if item.key in keys}

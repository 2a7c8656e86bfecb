"""Compare what a server has with what a plan saw: before the first write, and right before each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dashkit.deploy.equality import Written, still_there
from dashkit.deploy.protocol import Writable
from dashkit.deploy.steps import Step
from dashkit.errors import ConflictError, ServerError
from dashkit.model.item import Item, Limits, Ref
from dashkit.model.kinds import BY_NAME, Guard


def read_again(steps: Sequence[Step], target: Writable) -> dict[Ref, ServerError]:
    """What is not what the plan saw any more, of kinds where the server would not notice; with the reason."""
    found: dict[Ref, ServerError] = {}
    unguarded = [step for step in steps if step.base is not None or step.takes]
    for kind, group in groupby(sorted(unguarded, key=lambda step: step.ref.kind), key=lambda step: step.ref.kind):
        if BY_NAME[kind].guard is Guard.VERSION:
            continue
        seen = list(group)
        keys = {item.key for step in seen for item in (step.base, *step.takes) if item is not None}
        try:
            now = _now(target, kind, frozenset(keys))
        except ServerError as error:
            found |= {step.ref: _unread(error) for step in seen}
            continue
        for step in seen:
            if not all(still_there(item, now.get(item.key)) for item in (step.base, *step.takes) if item is not None):
                found[step.ref] = _changed(step)
    return found


def _changed(step: Step) -> ConflictError:
    return ConflictError(
        "changed by someone since the plan was made", where=step.ref.key, hint="look, then run it again"
    )


def _unread(error: ServerError) -> ServerError:
    return ServerError(
        f"whether it was changed cannot be read: {error.message}",
        status=error.status,
        where=error.where,
        hint=error.hint,
    )


def compare(step: Step, target: Writable, written: Written) -> Item | None:
    """Right before a write, where the server would not notice; `ConflictError` where somebody was faster.

    ``written`` is what this run has written itself. Returns what is there: what the plan saw, but for what came of that.
    """
    kind = BY_NAME[step.ref.kind]
    if kind.guard is not Guard.EACH or (step.base is None and not kind.upsert):
        return step.base
    takes = (item for item in step.takes if item.ref not in written.groups)
    seen = {item.key: item for item in (step.base, *takes) if item is not None}
    keys = frozenset({step.ref.key, *seen})
    now = _now(target, kind.name, keys)
    if not all(still_there(seen.get(key), now.get(key), written) for key in keys):
        raise _changed(step)
    return now.get(step.ref.key) if step.base is not None else None


def _now(target: Writable, kind: str, keys: frozenset[str]) -> dict[str, Item]:
    return {item.key: item for item in target.items(kind, Limits(keys=keys)) if item.key in keys}

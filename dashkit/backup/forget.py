"""Remove archives that the policy does not keep, after one of each context was proven to be whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dashkit.archive.read import open_archive
from dashkit.archive.verify import verify
from dashkit.backup.retention import FUTURE, INCOMPLETE, Decision, RetentionPolicy, Stamp, of_the_future, retain
from dashkit.backup.stores import Store
from dashkit.errors import InputError


def decide(
    store: Store,
    policy: RetentionPolicy,
    now: datetime,
    told: Callable[[str], None] = lambda text: None,
    *,
    context: str = "",
) -> list[Decision]:
    """A decision for each archive of the store, or of one context.

    Of each context where something would go, archives are read, newest first, until one is whole; ``told`` hears of those that
    are not.
    """
    stamps = [stamp for stamp in store.stamps() if not context or stamp.context == context]
    for stamp in (stamp for stamp in stamps if of_the_future(stamp, now)):
        told(f"{stamp.name} is {FUTURE}")
    hopeful = retain(stamps, policy, now, frozenset(stamp.name for stamp in stamps))
    proven: set[str] = set()
    groups = {(decision.stamp.context, _state(decision.stamp)) for decision in hopeful if not decision.keep}
    for group in sorted(groups):
        mine = [stamp for stamp in stamps if (stamp.context, stamp.state) == group and not of_the_future(stamp, now)]
        for stamp in sorted(mine, key=lambda stamp: stamp.moment, reverse=True):
            fault = whole(store, stamp)
            if not fault:
                proven.add(stamp.name)
                break
            told(f"{stamp.name}: {fault}")
    return retain(stamps, policy, now, frozenset(proven))


def _state(stamp: Stamp) -> str:
    """Of those whose proof lets it go: an incomplete one goes for a whole one."""
    return "" if stamp.state == INCOMPLETE else stamp.state


def whole(store: Store, stamp: Stamp) -> str:
    """Why an archive is not a complete one; empty for one that is."""
    try:
        with store.local(stamp.name) as path, open_archive(path) as archive:
            fault = next((found for found in verify(archive) if not found.note), None)
    except InputError as error:
        return error.message
    return f"{fault.where}: {fault.text}" if fault else ""

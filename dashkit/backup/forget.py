"""Decide which archives to remove, once one archive of each context has been verified."""

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
    warn: Callable[[str], None] = lambda text: None,
    *,
    context: str = "",
) -> list[Decision]:
    """Return a decision for each archive of the store, or of one context.

    For each context in which something would be removed, archives are read, newest first, until one is intact. ``warn`` is called
    about those that are not.
    """
    stamps = [stamp for stamp in store.stamps() if not context or stamp.context == context]
    for stamp in stamps:
        if of_the_future(stamp, now):
            warn(f"{stamp.name} is {FUTURE}")
    # If every archive were intact.
    best_case = retain(stamps, policy, now, frozenset(stamp.name for stamp in stamps))
    proven: set[str] = set()
    groups = {(decision.stamp.context, _proving_state(decision.stamp)) for decision in best_case if not decision.keep}
    for group in sorted(groups):
        mine = [stamp for stamp in stamps if (stamp.context, stamp.state) == group and not of_the_future(stamp, now)]
        for stamp in sorted(mine, key=lambda stamp: stamp.moment, reverse=True):
            fault = whole(store, stamp)
            if not fault:
                proven.add(stamp.name)
                break
            warn(f"{stamp.name}: {fault}")
    return retain(stamps, policy, now, frozenset(proven))


def _proving_state(stamp: Stamp) -> str:
    """Return the state of the archives to verify first: an incomplete one is only removed in favour of a complete one."""
    return "" if stamp.state == INCOMPLETE else stamp.state


def whole(store: Store, stamp: Stamp) -> str:
    """Return what is wrong with an archive, empty if it is complete and intact."""
    try:
        with store.local(stamp.name) as path, open_archive(path) as archive:
            fault = next((found for found in verify(archive) if not found.note), None)
    except InputError as error:
        return error.message
    return f"{fault.where}: {fault.text}" if fault else ""

"""Remove old archives according to a retention policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from dashkit.app.archive import store_of
from dashkit.app.lock import only_run
from dashkit.app.ports import Ports
from dashkit.app.times import duration_of
from dashkit.backup.archive_name import plain_context
from dashkit.backup.forget import decide
from dashkit.backup.retention import UNPROVEN, Decision, RetentionPolicy
from dashkit.backup.stores import LOCK, DirectoryStore, Store
from dashkit.errors import DashkitError, UsageError


@dataclass(frozen=True, slots=True)
class Keep:
    """The retention options; ``keep_within`` is a duration such as ``30d``."""

    keep_last: int = 0
    keep_daily: int = 0
    keep_weekly: int = 0
    keep_monthly: int = 0
    keep_within: str = ""

    @property
    def empty(self) -> bool:
        return self == Keep()


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit forget`."""

    keep: Keep
    context_name: str | None = None
    archives: str = ""
    #: Nothing will be removed, so no lock is needed.
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A decision for each archive; ``warnings`` are about damaged ones."""

    store: Store
    decisions: tuple[Decision, ...]
    warnings: tuple[str, ...] = ()

    @property
    def unproven(self) -> list[str]:
        """Contexts that lose nothing, because none of their archives is intact."""
        return sorted({decision.stamp.context for decision in self.decisions if UNPROVEN in decision.reasons})

    @property
    def kept(self) -> int:
        return sum(decision.keep for decision in self.decisions)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many archives were removed, and what could not be."""

    removed: int = 0
    failures: tuple[DashkitError, ...] = ()


@contextmanager
def prepare(request: Request, ports: Ports) -> Iterator[Prepared]:
    """Decide what to remove; the block holds a lock against other runs that add or remove archives."""
    policy = policy_of(request.keep)
    store = store_of(ports, request.context_name, request.archives)
    only = plain_context(request.context_name) if request.context_name else ""
    locked = not request.dry_run and isinstance(store, DirectoryStore)
    with only_run(Path(store.where) / LOCK, "backup or forget") if locked else nullcontext():
        yield decided(store, policy, only, ports)


def decided(store: Store, policy: RetentionPolicy, context: str, ports: Ports) -> Prepared:
    """Decide about the archives of one ``context`` (as spelled in archive names), or of all."""
    warnings: list[str] = []
    decisions = decide(store, policy, ports.clock(), warnings.append, context=context)
    return Prepared(store, tuple(decisions), tuple(warnings))


def carry_out(prepared: Prepared) -> Forgotten:
    """Remove the archives; carry on if one cannot be removed."""
    removed = 0
    failures: list[DashkitError] = []
    for decision in prepared.decisions:
        if not decision.keep:
            try:
                prepared.store.remove(decision.stamp.name)
                removed += 1
            except DashkitError as error:
                failures.append(error)
    return Forgotten(removed, tuple(failures))


def policy_of(keep: Keep) -> RetentionPolicy:
    """Build the policy. Raises `UsageError` for an invalid duration, and for a policy that would keep nothing."""
    within = timedelta(seconds=duration_of(keep.keep_within, "--keep-within"))
    policy = RetentionPolicy(keep.keep_last, keep.keep_daily, keep.keep_weekly, keep.keep_monthly, within)
    if policy.empty:
        raise UsageError(
            "nothing says what to keep: set at least one --keep-...",
            hint="for example --keep-last 7 --keep-weekly 4 --keep-monthly 12",
        )
    return policy

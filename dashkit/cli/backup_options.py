"""The options of the commands around archives, and what they are turned into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from dashkit.errors import InputError, RefusedError, UsageError

if TYPE_CHECKING:
    from dashkit.backup.retention import Policy
    from dashkit.config.context import Context
    from dashkit.config.project import Project

#: What to do about objects that stopped a restore or a rollback.
CONFLICT_HINT = "--on-conflict skip leaves them, --on-conflict overwrite writes over them"
_LONGEST = 100 * 365 * 24 * 3600
_F = TypeVar("_F", bound=Callable[..., Any])
_KEEP = (
    ("keep_last", "The newest N."),
    ("keep_daily", "The newest of each of the last N days that have one."),
    ("keep_weekly", "The newest of each of the last N weeks."),
    ("keep_monthly", "The newest of each of the last N months."),
)


def complete_kinds(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of kinds, also after a comma."""
    from dashkit.model.kinds import KINDS

    before, comma, last = incomplete.rpartition(",")
    return [CompletionItem(before + comma + kind.name) for kind in KINDS if kind.name.startswith(last)]


def kinds_option(help_text: str) -> Callable[[_F], _F]:
    """--kinds."""
    return click.option("--kinds", multiple=True, metavar="KINDS", shell_complete=complete_kinds, help=help_text)


def keep_options(function: _F) -> _F:
    """--keep-last, --keep-daily, --keep-weekly, --keep-monthly, --keep-within."""
    within = "All that are younger, such as 30d."
    function = click.option("--keep-within", metavar="DURATION", default="", help=within)(function)
    for name, text in reversed(_KEEP):
        flag = f"--{name.replace('_', '-')}"
        function = click.option(flag, type=click.IntRange(min=0), default=0, metavar="N", help=text)(function)
    return function


def conflict_options(help_text: str) -> Callable[[_F], _F]:
    """--on-conflict, --dry-run, --yes: of what writes over a server. The text says what is in conflict, and what comes of it."""

    def decorate(function: _F) -> _F:
        function = click.option("-y", "--yes", is_flag=True, help="Do not ask before writing.")(function)
        function = click.option("--dry-run", is_flag=True, help="Show the plan and stop.")(function)
        choices = click.Choice(["fail", "skip", "overwrite"])
        return click.option("--on-conflict", type=choices, default="fail", show_default=True, help=help_text)(function)

    return decorate


def policy_of(last: int, daily: int, weekly: int, monthly: int, within: str) -> Policy:
    """The policy of those options; `UsageError` for a duration that is none, and for one that keeps nothing."""
    from dashkit.backup.retention import Policy

    policy = Policy(last, daily, weekly, monthly, timedelta(seconds=duration_of(within, "--keep-within")))
    if policy.empty:
        raise UsageError(
            "no --keep-... says what to keep, and nothing is removed without that",
            hint="for example --keep-last 7 --keep-weekly 4 --keep-monthly 12",
        )
    return policy


def duration_of(text: str, option: str) -> float:
    """Seconds; 0 for an empty text."""
    from dashkit.model.durations import seconds

    try:
        value = seconds(text) if text else 0.0
    except ValueError as error:
        hint = "a duration is a number and s, m, h, d, w or y, such as 30d"
        raise UsageError(f"{option}: {error}", hint=hint) from None
    if value > _LONGEST:
        raise UsageError(f"{option}: {text} is longer than a hundred years")
    return value


def moment_of(text: str, option: str, now: datetime) -> datetime:
    """A date (``2026-01-31``), a time, or how long ago (``90d``)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return now - timedelta(seconds=duration_of(text, option))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def place_of(project: Project, context: Context | None, named: str, *, must_exist: bool = False) -> str:
    """Where archives are: what was named (and may have to exist), what the context says, or ``backups`` beside dashkit.yaml."""
    if named and "://" not in named and must_exist and not Path(named).expanduser().is_dir():
        raise InputError("no such directory", where=named)
    return named or (context.backups if context else "") or str(project.root / "backups")


@contextmanager
def only_run(path: Path, what: str) -> Iterator[None]:
    """Nobody else does this while the block lasts. `RefusedError` where somebody does; a run that died holds nothing."""
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0, mode=0o600)
        lock.acquire()
    except Timeout:
        raise RefusedError(f"another {what} is under way", where=str(path), hint="wait for it to end") from None
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from None
    try:
        yield
    finally:
        lock.release()

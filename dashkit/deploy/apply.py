"""Carry a plan out: folders parents first, then dashboards; one failure leaves the rest going."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Lock

from dashkit.deploy.actions import Action, Kind, Plan
from dashkit.deploy.folders import NewFolder
from dashkit.deploy.protocol import Target
from dashkit.errors import DashkitError, ExitCode, ServerError
from dashkit.model.marker import Marker


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one action; ``error`` is None where it is done."""

    action: Action
    error: DashkitError | None = None


Progress = Callable[[Outcome], None]


def apply(
    plan: Plan,
    target: Target,
    *,
    message: str = "",
    commit: str = "",
    push: str = "",
    progress: Progress = lambda outcome: None,
) -> list[Outcome]:
    """Create folders, save and delete dashboards; return an outcome for each writing action, in the plan's order.

    A dashboard whose folder could not be made fails with that reason. After a sign of overload the remaining saves go
    one at a time. ``commit`` and ``push`` go into the version messages. An interrupt finishes what is under way, starts nothing
    more, and is raised again.
    """
    failed_folders = _create_folders(plan.folders, target)
    outcomes: dict[str, Outcome] = {}
    pace = _Pace()
    pool = ThreadPoolExecutor(max(1, target.writers))
    try:
        for step in _steps(plan, unique_titles=target.unique_titles):
            futures = [
                pool.submit(_one, action, target, failed_folders, message, (commit, push), pace) for action in step
            ]
            for future in as_completed(futures):
                outcome = future.result()
                outcomes[outcome.action.uid] = outcome
                progress(outcome)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return [outcomes[action.uid] for action in plan.writes]


def exit_code(errors: Sequence[Exception | None], refused: int) -> ExitCode:
    """5 when part was done, 4 when all failed, 6 when all that was to do was refused.

    ``errors`` has one entry for each write that was tried: None where it went well.
    """
    failed = any(errors)
    if not failed and not refused:
        return ExitCode.OK
    if None in errors:
        return ExitCode.PARTIAL
    return ExitCode.SERVER if failed else ExitCode.REFUSED


def _steps(plan: Plan, *, unique_titles: bool) -> list[list[Action]]:
    """Saves before deletes; where titles are unique in a folder, first those deletes that free a title that is wanted."""
    saves = [action for action in plan.writes if action.kind is not Kind.DELETE]
    wanted = {(action.folder_uid, action.title) for action in saves} if unique_titles else set()
    deletes = plan.of(Kind.DELETE)
    freeing = [action for action in deletes if (action.folder_uid, action.title) in wanted]
    return [freeing, saves, [action for action in deletes if action not in freeing]]


class _Pace:
    """Several writers at a time until the server shows that it is too much."""

    def __init__(self) -> None:
        self._slow = False
        self._one = Lock()

    def run(self, call: Callable[[], None]) -> None:
        if self._slow:
            with self._one:
                call()
            return
        try:
            call()
        except ServerError as error:
            self._slow = self._slow or error.status == 0 or error.status == 429 or error.status >= 500
            raise


def _create_folders(folders: tuple[NewFolder, ...], target: Target) -> dict[str, ServerError]:
    failed: dict[str, ServerError] = {}
    for folder in folders:
        if folder.parent_uid in failed:
            failed[folder.uid] = failed[folder.parent_uid]
            continue
        try:
            target.create_folder(folder.uid, folder.title, folder.parent_uid)
        except ServerError as error:
            failed[folder.uid] = ServerError(
                f"its folder {folder.title!r} could not be created: {error.message}",
                status=error.status, where=error.where, hint=error.hint,
            )  # fmt: skip
    return failed


def _one(
    action: Action,
    target: Target,
    failed_folders: dict[str, ServerError],
    message: str,
    origin: tuple[str, str],
    pace: _Pace,
) -> Outcome:
    try:
        if action.folder_uid in failed_folders and action.kind is not Kind.DELETE:
            raise failed_folders[action.folder_uid]
        pace.run(lambda: _write(action, target, message, origin))
    except DashkitError as error:
        return Outcome(action, error)
    return Outcome(action)


def _write(action: Action, target: Target, message: str, origin: tuple[str, str]) -> None:
    if action.kind is Kind.DELETE:
        target.delete(action.uid, action.live)
        return
    assert action.desired is not None
    marker = Marker(action.uid, action.digest, *origin)
    target.save(action.uid, action.desired.spec, action.folder_uid, action.live, marker.message(message))

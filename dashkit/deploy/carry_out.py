"""Carry out steps: the one loop that writes, for every kind of object and every kind of plan.

The order is always the same. What is about to be replaced is read again and compared with what the plan saw; if it differs by
now, that is a conflict, and the object is left alone. The rest is saved in a journal. Then each object is compared once more and
written, and the answer is checked. A failure does not stop the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from itertools import groupby
from threading import Condition, Lock

from dashkit._parallel import ordered_map
from dashkit.deploy.confirm import Saved, confirm, saved, unknown
from dashkit.deploy.equality import Written, arrived, same_item, still_there
from dashkit.deploy.outcome import Content, Hooks, Outcome, Result, as_planned
from dashkit.deploy.protocol import Writable
from dashkit.deploy.recheck import compare, read_again
from dashkit.deploy.steps import Action, Step
from dashkit.deploy.write_errors import FolderError, deleted, exists, faster, inside
from dashkit.errors import ConflictError, DashkitError, ServerError
from dashkit.model.item import Item, Limits, Ref
from dashkit.model.kinds import BY_NAME, Guard

#: How often to send a write that is answered with 500 (SQLite: "database is locked") or not at all. It is looked up in between.
_TRIES = 3
#: After this many writes in a row without an answer, each tried several times, we take the server to be gone.
_GIVE_UP = 3
_FOLDERS = "folders"


def carry_out(
    steps: Iterable[Step],
    target: Writable,
    *,
    wanted: Callable[[Step, str], Content] = as_planned,
    hold: Callable[[Step, Callable[[], Sequence[Outcome]]], str] = lambda step, done: "",
    hooks: Hooks | None = None,
) -> Result:
    """Write the steps, in their order. Steps of one kind run in parallel if they do not depend on each other.

    An object whose folder could not be created fails with that reason. After a sign of overload the remaining writes run one at a
    time; after three without an answer nothing more is sent. An interrupt lets the running writes finish, starts no others, and
    is reported in the result. It is safe to run the same steps again at any time.

    Args:
        wanted: returns what to write for a step, given the name of the journal's record.
        hold: returns why a step must not be tried, usually nothing. It can query the outcomes so far.
    """
    hooks = hooks or Hooks()
    writing = [step for step in steps if step.writes]
    changed = read_again(writing, target)
    todo = [step for step in writing if step.ref not in changed]
    kept = hooks.keep(todo) if todo else ""
    before = [Outcome(step, changed[step.ref], untouched=True) for step in writing if step.ref in changed]
    run = _Execution(target, lambda step: wanted(step, kept), hold, hooks, before, len(todo))
    interrupted = False
    try:
        for (kind, _), steps_of in groupby(todo, key=lambda step: (step.ref.kind, step.action is Action.DELETE)):
            for _, stage in groupby(sorted(steps_of, key=_again), key=_again):
                for _ in ordered_map(run.one, stage, target.writers if BY_NAME[kind].parallel else 1):
                    pass
    except KeyboardInterrupt:
        interrupted = True
        run.stop()
    try:
        run.confirm()
    except KeyboardInterrupt:
        interrupted = True
        run.unconfirmed()
    outcomes = tuple(run.outcome(step) for step in writing)
    untouched = [outcome.step for outcome in outcomes if outcome.untouched]
    if kept and untouched:
        hooks.settle(kept, untouched)
    return Result(outcomes, interrupted or hooks.stopped(), kept)


def _again(step: Step) -> int:
    """Return how many of the same come before an object: of equal annotations, one is told from another by counting them.

    Each is written after those before it, because only then can a lost answer be told from a lost write.
    """
    _, _, number = step.ref.key.partition("-")[2].partition("-") if step.ref.kind == "annotations" else ("", "", "")
    return int(number) if number.isdigit() else 0


def _untried(step: Step, why: str) -> Outcome:
    return Outcome(step, ServerError(why), tried=False, untouched=True)


class _Execution:
    """What the writes of one run share: the folders that failed, the pace, and whether the server still answers."""

    def __init__(
        self,
        target: Writable,
        wanted: Callable[[Step], Content],
        hold: Callable[[Step, Callable[[], Sequence[Outcome]]], str],
        hooks: Hooks,
        before: Sequence[Outcome],
        total: int,
    ) -> None:
        self._target, self._wanted, self._hold, self._hooks = target, wanted, hold, hooks
        self._before, self._total = len(before), total
        self._done = {outcome.step.ref: outcome for outcome in before}
        self._without: dict[str, DashkitError] = {}
        self._written = Written()
        self._unproven: dict[Ref, Saved] = {}
        self._slow, self._silent, self._stopped = False, 0, False
        self._single, self._state, self._under_way = Lock(), Condition(), 0

    def stop(self) -> None:
        """Start nothing more, and wait for the running writes.

        A thread pool waits for its threads, but not for one that it was just starting when the interrupt came.
        """
        with self._state:
            self._stopped = True
            self._state.wait_for(lambda: not self._under_way)

    def outcome(self, step: Step) -> Outcome:
        return self._done.get(step.ref) or _untried(step, "not tried: interrupted")

    def confirm(self) -> None:
        """Read back what was saved without proof that it is stored."""
        for ref, error in confirm(self._unproven, self._target).items():
            self._done[ref] = replace(self._done[ref], error=error)

    def unconfirmed(self) -> None:
        """Record that reading back was interrupted."""
        for ref in self._unproven:
            self._done[ref] = replace(self._done[ref], error=unknown(ref, "interrupted"))

    def one(self, step: Step) -> None:
        with self._state:
            if self._stopped:
                return
            self._under_way += 1
        try:
            outcome = self._decide(step)
            with self._state:
                self._done[step.ref] = outcome
                self._hooks.progress(len(self._done) - self._before, self._total)
        except BaseException:  # an interrupt, or a bug: do not begin the steps behind it
            self._stopped = True
            raise
        finally:
            with self._state:
                self._under_way -= 1
                self._state.notify_all()

    def _decide(self, step: Step) -> Outcome:
        if self._silent >= _GIVE_UP:
            return _untried(step, "not tried: none of the last three writes got an answer from Grafana")
        if why := self._hold(step, lambda: list(self._done.values())):
            return _untried(step, why)
        with self._single if self._slow else nullcontext():
            if self._stopped or self._hooks.stopped():
                return _untried(step, "not tried: interrupted")
            outcome = self._try(step)
        if not isinstance(outcome.error, FolderError):  # otherwise nothing was sent
            status = outcome.error.status if isinstance(outcome.error, ServerError) else 200
            self._slow = self._slow or status in (0, 429) or status >= 500
            self._silent = self._silent + 1 if status == 0 else 0
        return outcome

    def _try(self, step: Step) -> Outcome:
        try:
            if step.action is Action.DELETE:
                assert step.base is not None
                compare(step, self._target, self._written)
                self._remove(step.item or step.base)
                return Outcome(step)
            wanted = self._wanted(step)
            folder = str(wanted.item.content.get("folder") or "")
            if folder in self._without:
                raise self._without[folder]
            base = compare(step, self._target, self._written)
            if step.base is None:
                self._hooks.begin(step.ref)
            self._put(step, wanted, base)
        except DashkitError as error:
            if step.ref.kind == _FOLDERS and step.action is Action.CREATE:
                self._without[step.ref.key] = inside(step, error, self._without.values())
            status = getattr(error, "status", 0)
            # If it takes several requests, the first may have been accepted. A conflict comes before all of them.
            refused = 400 <= status < 500 and (isinstance(error, ConflictError) or not BY_NAME[step.ref.kind].several)
            return Outcome(step, error, untouched=refused or isinstance(error, FolderError))
        self._written.add(step.base, wanted.item)
        if not self._target.proves(wanted.item, step.base):
            self._unproven[step.ref] = saved(wanted.item, step.base)
        known = {*wanted.secrets, *(step.base.secrets if step.base else ())}
        return Outcome(step, missing=tuple(name for name in wanted.item.secrets if name not in known))

    def _remove(self, item: Item) -> None:
        """Delete. If the answer leaves the outcome open, check whether it is gone."""
        try:
            self._target.remove(item)
        except ServerError as error:
            if error.status or self._now(item) is not None:
                raise

    def _put(self, step: Step, wanted: Content, base: Item | None) -> None:
        """Write over ``base``. If the answer leaves the outcome open, check, and send again only if it did not arrive."""
        item, kind = wanted.item, BY_NAME[step.ref.kind]
        first: ServerError | None = None
        for attempt in range(_TRIES):
            try:
                self._target.put(item, base, wanted.secrets)
                return
            except ServerError as error:
                if isinstance(error, ConflictError) and self._is_there(step, item):
                    return
                if error.status and error.status < 500:
                    # The first error says most: a second try may run into what the first one left behind.
                    raise first or error from None
                first = first or error
            try:
                now = self._now(item)
            except ServerError:
                raise first from None
            if now is not None and arrived(item, now, base):
                return
            if attempt == _TRIES - 1:
                raise first
            if kind.several and step.base is None:
                base = now  # half made: what is there is ours, so continue with it
            elif base is not None and now is None and kind.guard is Guard.VERSION:
                raise deleted(item) from None
            elif not still_there(base, now):
                raise first if kind.guard is not Guard.VERSION else faster(item, first) from None

    def _is_there(self, step: Step, item: Item) -> bool:
        """Return whether a dashboard that could not be created is there already, as wanted: a list did not show it.

        Raises:
            ConflictError: another one is there.
        """
        if step.base is not None or BY_NAME[step.ref.kind].guard is not Guard.VERSION:
            return False
        now = self._now(item)
        if now is not None and not same_item(now, item):
            raise exists(item)
        return now is not None

    def _now(self, item: Item) -> Item | None:
        """Return what the server has in that place."""
        found = self._target.items(item.kind, Limits(keys=frozenset({item.key})))
        return next((live for live in found if live.key == item.key), None)

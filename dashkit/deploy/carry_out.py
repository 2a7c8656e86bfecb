"""Carry steps out: the one loop that writes, for objects of each kind, whoever decided on them.

The order is the same for all: what is about to be replaced is read again and compared with what the plan saw; what differs by now
is a conflict, and left alone. What remains is kept in a journal. Then one object after the other is compared once more, written,
and the answer looked into. A failure leaves the rest going.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from threading import Condition, Lock

from dashkit._parallel import ordered_map
from dashkit.deploy.confirm import Saved, confirm, saved, unknown
from dashkit.deploy.equality import Written, arrived, still_there
from dashkit.deploy.outcome import Content, Hooks, Outcome, Result, as_planned
from dashkit.deploy.protocol import Writable
from dashkit.deploy.recheck import compare, read_again
from dashkit.deploy.steps import Action, Step
from dashkit.errors import ConflictError, DashkitError, ServerError
from dashkit.model.item import Item, Limits, Ref
from dashkit.model.kinds import BY_NAME, Guard

#: A write that was answered 500 (SQLite: "database is locked") or not at all is looked up, and sent so often.
_TRIES = 3
#: So many in a row without an answer, each after several tries: nobody is there.
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
    """Write what the steps say, in their order; those of one kind that do not need each other side by side.

    An object whose folder could not be made fails with that reason. After a sign of overload the remaining writes go one at a
    time; after three without an answer nothing more is sent. An interrupt finishes what is under way, starts nothing more, and
    is told in the result. May be run again at any time.

    ``hold`` says why a step is not to be tried, and may ask what became of those before it; mostly nothing.
    """
    hooks = hooks or Hooks()
    writing = [step for step in steps if step.writes]
    changed = read_again(writing, target)
    todo = [step for step in writing if step.ref not in changed]
    kept = hooks.keep(todo) if todo else ""
    before = [Outcome(step, changed[step.ref], untouched=True) for step in writing if step.ref in changed]
    run = _Run(target, lambda step: wanted(step, kept), hold, hooks, before, len(todo))
    interrupted = False
    try:
        for (kind, _), stage in groupby(todo, key=lambda step: (step.ref.kind, step.action is Action.DELETE)):
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
    return Result(outcomes, interrupted, kept)


def _faster(item: Item, answer: ServerError) -> ConflictError:
    """Why a save failed over which another one came."""
    text = f"saved by someone at the same time ({answer.message})"
    return ConflictError(text, status=409, where=item.key, hint="look, then run it again")


def _deleted(item: Item) -> ConflictError:
    return ConflictError("deleted by someone since the plan was made", where=item.key, hint="look, then run it again")


class _InsideError(ServerError):
    """Not sent, since the folder is not there."""


def _untried(step: Step, why: str) -> Outcome:
    return Outcome(step, ServerError(why), tried=False, untouched=True)


def _inside(step: Step, error: DashkitError, others: Iterable[DashkitError]) -> DashkitError:
    """Why nothing can be put into a folder that could not be made."""
    if error in others:
        return error  # the one above could not be made
    message = f"its folder {step.title!r} could not be created: {error.message}"
    return _InsideError(message, status=getattr(error, "status", 0), where=error.where, hint=error.hint)


class _Run:
    """What the writes of one run know of each other: which folders failed, the pace, whether the server still answers."""

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
        """Start nothing more, and wait for the writes under way.

        A thread pool waits for its threads, but not for one that it was just starting when the interrupt came.
        """
        with self._state:
            self._stopped = True
            self._state.wait_for(lambda: not self._under_way)

    def outcome(self, step: Step) -> Outcome:
        return self._done.get(step.ref) or _untried(step, "not tried: interrupted")

    def confirm(self) -> None:
        """Look at what was saved without proof that it is stored."""
        for ref, error in confirm(self._unproven, self._target).items():
            self._done[ref] = replace(self._done[ref], error=error)

    def unconfirmed(self) -> None:
        """Nobody waited for the look."""
        for ref in self._unproven:
            self._done[ref] = replace(self._done[ref], error=unknown(ref, "interrupted"))

    def one(self, step: Step) -> None:
        with self._state:
            if self._stopped:
                return
            self._under_way += 1
        try:
            outcome = self._decided(step)
            with self._state:
                self._done[step.ref] = outcome
                self._hooks.progress(len(self._done) - self._before, self._total)
        except BaseException:  # an interrupt, or a bug: the steps behind it are not begun
            self._stopped = True
            raise
        finally:
            with self._state:
                self._under_way -= 1
                self._state.notify_all()

    def _decided(self, step: Step) -> Outcome:
        silent = (
            "not tried: none of the last three writes got an answer of Grafana's" if self._silent >= _GIVE_UP else ""
        )
        if why := silent or self._hold(step, lambda: list(self._done.values())):
            return _untried(step, why)
        return self._paced(step)

    def _paced(self, step: Step) -> Outcome:
        if self._slow:
            with self._single:
                if self._stopped:
                    return _untried(step, "not tried: interrupted")
                outcome = self._tried(step)
        else:
            outcome = self._tried(step)
        error = outcome.error
        if isinstance(error, _InsideError):
            return outcome  # nothing was sent
        if isinstance(error, ServerError):
            self._slow = self._slow or error.status in (0, 429) or error.status >= 500
        unanswered = isinstance(error, ServerError) and error.status == 0
        self._silent = self._silent + 1 if unanswered else 0
        return outcome

    def _tried(self, step: Step) -> Outcome:
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
                self._without[step.ref.key] = _inside(step, error, self._without.values())
            status = getattr(error, "status", 0)
            # Of what takes several requests the first may have been taken; a conflict comes before all of them.
            refused = 400 <= status < 500 and (isinstance(error, ConflictError) or not BY_NAME[step.ref.kind].several)
            return Outcome(step, error, untouched=refused or isinstance(error, _InsideError))
        self._written.add(step.base, wanted.item)
        if not self._target.proves(wanted.item, step.base):
            self._unproven[step.ref] = saved(wanted.item, step.base)
        had = step.base.secrets if step.base else ()
        names = wanted.item.secrets
        return Outcome(step, missing=tuple(name for name in names if name not in wanted.secrets and name not in had))

    def _remove(self, item: Item) -> None:
        """Delete; after an answer that leaves it open, look whether it is gone."""
        try:
            self._target.remove(item)
        except ServerError as error:
            if error.status or self._now(item) is not None:
                raise

    def _put(self, step: Step, wanted: Content, base: Item | None) -> None:
        """Write over ``base``; after an answer that leaves it open, look, and send again only where it did not arrive."""
        item, kind = wanted.item, BY_NAME[step.ref.kind]
        first: ServerError | None = None
        for attempt in range(_TRIES):
            try:
                self._target.put(item, base, wanted.secrets)
                return
            except ServerError as error:
                if error.status and error.status < 500:
                    # Of several the first says most: a second try may meet what the first has left.
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
                base = now  # half made: what is there is ours, and gone on with
            elif base is not None and now is None and kind.guard is Guard.VERSION:
                raise _deleted(item) from None
            elif not still_there(base, now):
                raise first if kind.guard is not Guard.VERSION else _faster(item, first) from None

    def _now(self, item: Item) -> Item | None:
        """What the server has in that place."""
        found = self._target.items(item.kind, Limits(keys=frozenset({item.key})))
        return next((one for one in found if one.key == item.key), None)

"""Carry steps out: the one loop that writes, for objects of each kind, whoever decided on them.

The order is the same for all: what is about to be replaced is read again and compared with what the plan saw; what differs by now
is a conflict, and left alone. What remains is kept in a journal. Then one object after the other is compared once more, written,
and the answer looked into. A failure leaves the rest going.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from threading import Lock

from dashkit._parallel import ordered_map
from dashkit.deploy.protocol import Writable
from dashkit.deploy.steps import Action, DashboardStep, Step
from dashkit.deploy.still import arrived, still_there
from dashkit.errors import ConflictError, DashkitError, ExitCode, ServerError
from dashkit.model.item import Item, Limits, Ref
from dashkit.model.kinds import BY_NAME, Guard
from dashkit.model.secret import Secret

#: A write that was answered 500 (SQLite: "database is locked") or not at all is looked up, and sent so often.
_TRIES = 3
#: So many in a row without an answer, each after several tries: nobody is there.
_GIVE_UP = 3
_FOLDERS = "folders"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a step that writes; ``error`` is None where it is done, ``missing`` are secrets that it went without."""

    step: Step
    error: DashkitError | None = None
    missing: tuple[str, ...] = ()
    #: False for one that nobody came to.
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome for each step that writes, in their order; and whether somebody stopped it in the middle.

    ``kept`` is the name under which a journal keeps what was replaced.
    """

    outcomes: tuple[Outcome, ...] = ()
    interrupted: bool = False
    kept: str = ""

    @property
    def errors(self) -> list[DashkitError | None]:
        return [outcome.error for outcome in self.outcomes]

    @property
    def done(self) -> int:
        return sum(outcome.error is None for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write for a step, made as late as it is needed; ``secrets`` are those of `Item.secrets` that are known."""

    item: Item
    secrets: Mapping[str, Secret] = field(default_factory=dict)


def as_planned(step: Step, _kept: str) -> Wanted:
    """What the step itself holds."""
    assert step.item is not None, step.ref
    return Wanted(step.item)


@dataclass(frozen=True, slots=True)
class Hooks:
    """What others have to do with a run.

    ``keep`` is given the steps that are about to be written, before the first is, and returns the name under which it keeps what
    they replace; what raises there stops all. ``begin`` hears of each object before it is created, ``progress`` of each outcome.
    """

    keep: Callable[[Sequence[Step]], str] = lambda steps: ""
    begin: Callable[[Ref], None] = lambda ref: None
    progress: Callable[[Outcome], None] = lambda outcome: None


def carry_out(
    steps: Iterable[Step],
    target: Writable,
    *,
    wanted: Callable[[Step, str], Wanted] = as_planned,
    hooks: Hooks | None = None,
) -> Result:
    """Write what the steps say, in their order; those of one kind that do not need each other side by side.

    An object whose folder could not be made fails with that reason. After a sign of overload the remaining writes go one at a
    time; after three without an answer nothing more is sent. An interrupt finishes what is under way, starts nothing more, and
    is told in the result. May be run again at any time.
    """
    hooks = hooks or Hooks()
    writing = [step for step in steps if step.writes]
    changed = _read_again(writing, target)
    todo = [step for step in writing if step.ref not in changed]
    kept = hooks.keep(todo) if todo else ""
    run = _Run(target, lambda step: wanted(step, kept), hooks, changed)
    interrupted = False
    try:
        for (kind, _), stage in groupby(todo, key=lambda step: (step.ref.kind, step.action is Action.DELETE)):
            for _ in ordered_map(run.one, stage, target.writers if BY_NAME[kind].parallel else 1):
                pass
    except KeyboardInterrupt:
        interrupted = True
    return Result(tuple(run.outcome(step) for step in writing), interrupted, kept)


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


def in_order(steps: Iterable[Step], *, unique_titles: bool) -> list[Step]:
    """Saves before deletes; where titles are unique in a folder, first those deletes that free a title that is wanted."""
    found = list(steps)
    saves = [step for step in found if step.action is not Action.DELETE]
    deletes = [step for step in found if step.action is Action.DELETE]
    wanted = {_place(step) for step in saves if isinstance(step, DashboardStep)} if unique_titles else set()
    freeing = [step for step in deletes if _place(step) in wanted]
    return [*freeing, *saves, *(step for step in deletes if step not in freeing)]


def _place(step: Step) -> tuple[str, str]:
    there = step.item or step.base
    return (str(there.content.get("folder", "")) if there else "", step.title)


def _read_again(steps: Sequence[Step], target: Writable) -> dict[Ref, ServerError]:
    """What is not what the plan saw any more, of kinds where the server would not notice; with the reason."""
    found: dict[Ref, ServerError] = {}
    unguarded = [step for step in steps if step.base is not None or step.takes]
    for kind, group in groupby(sorted(unguarded, key=lambda step: step.ref.kind), key=lambda step: step.ref.kind):
        if BY_NAME[kind].guard is Guard.VERSION:
            continue
        seen = list(group)
        keys = {item.key for step in seen for item in (step.base, *step.takes) if item is not None}
        try:
            now = {item.key: item for item in target.stored(kind, Limits(keys=frozenset(keys)))}
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


def _inside(step: Step, error: DashkitError, others: Iterable[DashkitError]) -> DashkitError:
    """Why nothing can be put into a folder that could not be made."""
    if error in others:
        return error  # the one above could not be made
    message = f"its folder {step.title!r} could not be created: {error.message}"
    return ServerError(message, status=getattr(error, "status", 0), where=error.where, hint=error.hint)


class _Run:
    """What the writes of one run know of each other: which folders failed, the pace, whether the server still answers."""

    def __init__(
        self,
        target: Writable,
        wanted: Callable[[Step], Wanted],
        hooks: Hooks,
        changed: Mapping[Ref, ServerError],
    ) -> None:
        self._target, self._wanted, self._hooks = target, wanted, hooks
        self._changed = changed
        self._done: dict[Ref, Outcome] = {}
        self._without: dict[str, DashkitError] = {}
        self._written: list[Item] = []
        self._slow, self._silent = False, 0
        self._single, self._telling = Lock(), Lock()

    def outcome(self, step: Step) -> Outcome:
        if step.ref in self._changed:
            return Outcome(step, self._changed[step.ref])
        return self._done.get(step.ref) or Outcome(step, ServerError("not tried: interrupted"), tried=False)

    def one(self, step: Step) -> None:
        if self._silent >= _GIVE_UP:
            gone = ServerError("not tried: the server does not answer any more")
            outcome = Outcome(step, gone, tried=False)
        else:
            outcome = self._paced(step)
        with self._telling:
            self._done[step.ref] = outcome
            self._hooks.progress(outcome)

    def _paced(self, step: Step) -> Outcome:
        if self._slow:
            with self._single:
                outcome = self._tried(step)
        else:
            outcome = self._tried(step)
        error = outcome.error
        if isinstance(error, ServerError):
            self._slow = self._slow or error.status in (0, 429) or error.status >= 500
        unanswered = isinstance(error, ServerError) and error.status == 0
        self._silent = self._silent + 1 if unanswered else 0
        return outcome

    def _tried(self, step: Step) -> Outcome:
        try:
            if step.action is Action.DELETE:
                assert step.base is not None
                self._compare(step)
                self._target.remove(step.item or step.base)
                return Outcome(step)
            wanted = self._wanted(step)
            folder = str(wanted.item.content.get("folder") or "")
            if folder in self._without:
                raise self._without[folder]
            self._compare(step)
            if step.base is None:
                self._hooks.begin(step.ref)
            self._put(step, wanted)
        except DashkitError as error:
            if step.ref.kind == _FOLDERS and step.action is Action.CREATE:
                self._without[step.ref.key] = _inside(step, error, self._without.values())
            return Outcome(step, error)
        self._written.append(wanted.item)
        had = step.base.secrets if step.base else ()
        names = wanted.item.secrets
        return Outcome(step, missing=tuple(name for name in names if name not in wanted.secrets and name not in had))

    def _compare(self, step: Step) -> None:
        """Right before a write; `ConflictError` where somebody was faster."""
        kind = BY_NAME[step.ref.kind]
        if kind.guard is not Guard.EACH or (step.base is None and not kind.upsert):
            return
        ours = {item.ref for item in self._written}
        takes = (item for item in step.takes if item.ref not in ours)
        seen = {item.key: item for item in (step.base, *takes) if item is not None}
        keys = frozenset({step.ref.key, *seen})
        now = {item.key: item for item in self._target.stored(kind.name, Limits(keys=keys))}
        if not all(still_there(seen.get(key), now.get(key), self._written) for key in keys):
            raise _changed(step)

    def _put(self, step: Step, wanted: Wanted) -> None:
        """Write; after an answer that leaves open whether it arrived, look, and send it once more only where it did not."""
        item, base, kind = wanted.item, step.base, BY_NAME[step.ref.kind]
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
            if kind.several:
                base = now or base  # half made: what is there is ours, and gone on with
            elif not still_there(base, now):
                raise first

    def _now(self, item: Item) -> Item | None:
        """What the server has in that place."""
        found = self._target.stored(item.kind, Limits(keys=frozenset({item.key})))
        return next((one for one in found if one.key == item.key), None)

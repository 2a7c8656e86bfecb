"""The outcomes of steps, and what carrying steps out needs from its caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dashkit.deploy.steps import Step
from dashkit.errors import DashkitError, ExitCode
from dashkit.model.item import Item, Ref
from dashkit.model.secret import Secret


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a step that writes. ``error`` is None on success; ``missing`` names the secrets that were not known."""

    step: Step
    error: DashkitError | None = None
    missing: tuple[str, ...] = ()
    #: False if the run ended before this step.
    tried: bool = True
    #: Whether it is certain that nothing of it was written.
    untouched: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of each step that writes, in their order.

    Attributes:
        interrupted: whether the user stopped the run.
        kept: the name of the journal's record of what was replaced; empty if there is none.
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
class Content:
    """What to write for a step, created only when it is needed. ``secrets`` are the known ones among `Item.secrets`."""

    item: Item
    secrets: Mapping[str, Secret] = field(default_factory=dict)


def as_planned(step: Step, _kept: str) -> Content:
    """Return what the step itself contains."""
    assert step.item is not None, step.ref
    return Content(step.item)


@dataclass(frozen=True, slots=True)
class Hooks:
    """Callbacks of a run.

    Attributes:
        keep: called with the steps that are about to be written, before the first one is. Saves what they replace, and returns
            the name of that record. An exception stops the run.
        settle: called with that name and the steps of which nothing was written after all.
        begin: called with each object before it is created.
        progress: called with how many steps are done, and how many there are.
        stopped: returns whether the person has interrupted the run, for one in a thread: Ctrl-C reaches only the main thread.
    """

    keep: Callable[[Sequence[Step]], str] = lambda steps: ""
    settle: Callable[[str, Sequence[Step]], None] = lambda name, steps: None
    begin: Callable[[Ref], None] = lambda ref: None
    progress: Callable[[int, int], None] = lambda done, total: None
    stopped: Callable[[], bool] = lambda: False


def exit_code(errors: Sequence[Exception | None], refused: int) -> ExitCode:
    """Return 5 if only a part was done, 4 if all failed, 6 if all there was to do was refused.

    ``errors`` has one entry for each step that writes, None on success.
    """
    failed = any(errors)
    if not failed and not refused:
        return ExitCode.OK
    if None in errors:
        return ExitCode.PARTIAL
    return ExitCode.SERVER if failed else ExitCode.REFUSED

"""What became of steps, and what a run of them takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dashkit.deploy.steps import Step
from dashkit.errors import DashkitError, ExitCode
from dashkit.model.item import Item, Ref
from dashkit.model.secret import Secret


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a step that writes; ``error`` is None where it is done, ``missing`` are secrets that it went without."""

    step: Step
    error: DashkitError | None = None
    missing: tuple[str, ...] = ()
    #: False for one that nobody came to.
    tried: bool = True
    #: Whether it is sure that nothing of it was written.
    untouched: bool = False


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
class Content:
    """What to write for a step, made as late as it is needed; ``secrets`` are those of `Item.secrets` that are known."""

    item: Item
    secrets: Mapping[str, Secret] = field(default_factory=dict)


def as_planned(step: Step, _kept: str) -> Content:
    """What the step itself holds."""
    assert step.item is not None, step.ref
    return Content(step.item)


@dataclass(frozen=True, slots=True)
class Hooks:
    """What others have to do with a run.

    ``keep`` is given the steps that are about to be written, before the first is, and returns the name under which it keeps
    what they replace; what raises there stops all. ``settle`` is given that name and the steps of which nothing was written after
    all. ``begin`` hears of each object before it is created, ``progress`` how many are behind, of how many.
    """

    keep: Callable[[Sequence[Step]], str] = lambda steps: ""
    settle: Callable[[str, Sequence[Step]], None] = lambda name, steps: None
    begin: Callable[[Ref], None] = lambda ref: None
    progress: Callable[[int, int], None] = lambda done, total: None


def exit_code(errors: Sequence[Exception | None], refused: int) -> ExitCode:
    """5 when part was done, 4 when all failed, 6 when all that was to do was refused.

    ``errors`` has one entry for each step that writes: None where it went well.
    """
    failed = any(errors)
    if not failed and not refused:
        return ExitCode.OK
    if None in errors:
        return ExitCode.PARTIAL
    return ExitCode.SERVER if failed else ExitCode.REFUSED

"""The words of a plan: the step, whatever kind of object it is about, and the plan that holds the steps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from dashkit.model.dashboard import FolderPath, Location
from dashkit.model.item import Item, Ref
from dashkit.spec.diff import Change


class Action(Enum):
    """What becomes of an object."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    KEEP = "keep"
    #: Differs, and will not be touched without a further word.
    REFUSE = "refuse"
    #: Differs, and the person said to leave it.
    SKIP = "skip"
    #: Owned, gone from the source, and prune was not asked for.
    ORPHAN = "orphan"


WRITES = (Action.CREATE, Action.UPDATE, Action.DELETE)


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one object, and why. Each kind decides by itself; `carry_out` does the same for all of them.

    ``base`` is what the plan saw in its place, None where there was nothing: exactly that is replaced, or nothing is.
    ``takes`` are other objects that it takes something from, as the plan saw them. ``item`` is what it shall be, None where that
    is read as it is written (a restore) or where nothing is. ``changes`` lead from ``base`` to ``item``.
    """

    action: Action
    ref: Ref
    title: str = ""
    base: Item | None = None
    item: Item | None = None
    changes: tuple[Change, ...] = ()
    reason: str = ""
    hint: str = ""
    #: Where in the project it is made.
    source: Location | None = None
    takes: tuple[Item, ...] = ()

    @property
    def writes(self) -> bool:
        return self.action in WRITES


@dataclass(frozen=True, slots=True)
class FolderStep(Step):
    """A folder that the plan creates; ``path`` are the titles from the root down."""

    path: FolderPath = ()


@dataclass(frozen=True, slots=True)
class DashboardStep(Step):
    """What happens to one dashboard; ``edits`` are what someone changed in the UI since the last push.

    ``digest`` is that of its version message, empty where nothing is written.
    """

    folder: FolderPath = ()
    edits: tuple[Change, ...] = ()
    digest: str = ""
    #: The changes do no more than undo the edits: the source is what was pushed last.
    reverts: bool = False
    #: The uid in the source, without the context's prefix.
    source_uid: str = ""
    #: The titles of its folder as the server has them; another than ``folder`` where somebody renamed one.
    lies: FolderPath = ()


@dataclass(frozen=True, slots=True)
class GroupStep(Step):
    """What happens to one group of alert rules, which stands in ``item`` (for one to delete: what is left in it to delete)."""

    #: Titles of rules that nobody marked as this project's, and that go when the group is taken over.
    lost: tuple[str, ...] = ()


_S = TypeVar("_S", bound=Step, covariant=True)


@dataclass(frozen=True, slots=True)
class Plan(Generic[_S]):
    """Folders to create, parents first, then the steps in the order of the source; orphans last."""

    folders: tuple[FolderStep, ...] = ()
    steps: tuple[_S, ...] = ()

    def of(self, *actions: Action) -> list[_S]:
        return [step for step in self.steps if step.action in actions]

    @property
    def writes(self) -> list[_S]:
        return self.of(*WRITES)

    @property
    def empty(self) -> bool:
        return not self.writes and not self.of(Action.REFUSE)

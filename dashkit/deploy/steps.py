"""The elements of a plan: steps, for any kind of object, and the plan that contains them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from dashkit.document.diff import Change
from dashkit.model.dashboard import FolderPath, Location
from dashkit.model.item import Item, Ref


class Action(Enum):
    """What a plan does with an object."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    KEEP = "keep"
    #: Differs, and is not touched unless the user allows it.
    REFUSE = "refuse"
    #: Differs, and the user chose to leave it.
    SKIP = "skip"
    #: Owned and gone from the source, but pruning was not requested.
    ORPHAN = "orphan"


WRITES = (Action.CREATE, Action.UPDATE, Action.DELETE)


@dataclass(frozen=True, slots=True)
class Step:
    """What a plan does with one object, and why. Deciding differs by kind; `carry_out` treats them all alike.

    Attributes:
        base: what the plan saw in its place, None if there was nothing. Exactly that is replaced, or nothing is.
        item: what to write. None if that is read only when it is written (a restore), or if nothing is written. For a deletion,
            what to delete if that is not all of ``base``.
        changes: lead from ``base`` to ``item``.
        source: the place in the project that defines it.
        takes: other objects that it takes something from, as the plan saw them.
    """

    action: Action
    ref: Ref
    title: str = ""
    base: Item | None = None
    item: Item | None = None
    changes: tuple[Change, ...] = ()
    reason: str = ""
    hint: str = ""
    source: Location | None = None
    takes: tuple[Item, ...] = ()

    @property
    def writes(self) -> bool:
        return self.action in WRITES


@dataclass(frozen=True, slots=True)
class FolderStep(Step):
    """A folder that the plan creates. ``path`` has the titles from the root down."""

    path: FolderPath = ()


@dataclass(frozen=True, slots=True)
class Drift:
    """What is known of an edit in the UI.

    Attributes:
        pushed: the document of the last push; None if it is no longer among the versions, or was not read.
        schema: the version of the v2 schema that it has; empty for a classic one.
        moved: whether somebody moved the dashboard to another folder.
    """

    pushed: dict[str, Any] | None = None
    schema: str = ""
    moved: bool = False


@dataclass(frozen=True, slots=True)
class DashboardStep(Step):
    """What a plan does with one dashboard.

    Attributes:
        edits: what someone changed in the UI since the last push.
        drift: None if nobody edited it since the last push.
        digest: that of its version message, empty if nothing is written.
        reverts: the changes only undo the edits, because the source is what was pushed last.
        source_uid: the uid in the source, without the context's prefix.
        live_folder: the titles of its folder on the server. They differ from ``folder`` if someone renamed a folder.
    """

    folder: FolderPath = ()
    edits: tuple[Change, ...] = ()
    drift: Drift | None = None
    digest: str = ""
    reverts: bool = False
    source_uid: str = ""
    live_folder: FolderPath = ()


@dataclass(frozen=True, slots=True)
class GroupDrift:
    """What was done to a group of alert rules in the UI since the last push.

    Attributes:
        edited: the uids of the rules that somebody edited.
        added: those of rules that somebody made in it.
        moved: those of rules that somebody moved to another group, which may be this one under another name.
        interval: whether the group was given another interval.
        pushed: the edited rules as they were pushed last, by uid, as far as the server knows.
    """

    edited: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    interval: bool = False
    pushed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupStep(Step):
    """What a plan does with one group of alert rules. For a deletion, ``item`` has the rules that are left to delete.

    Attributes:
        lost: the titles of rules that no project owns and that are deleted when the group is taken over.
        drift: None if nothing was done to it in the UI that the source does not have.
    """

    lost: tuple[str, ...] = ()
    drift: GroupDrift | None = None


_S = TypeVar("_S", bound=Step, covariant=True)


@dataclass(frozen=True, slots=True)
class Plan(Generic[_S]):
    """Folders to create, parents first, and steps in the order of the source, orphans last."""

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

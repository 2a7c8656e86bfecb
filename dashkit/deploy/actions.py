"""The words of a plan: actions, policy, what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from dashkit.deploy.desired import Desired
from dashkit.deploy.folders import FolderTree, NewFolder
from dashkit.model.dashboard import FolderPath, Source
from dashkit.model.live import LiveDashboard, Version
from dashkit.spec.diff import Change


class Kind(Enum):
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


WRITES = (Kind.CREATE, Kind.UPDATE, Kind.DELETE)


@dataclass(frozen=True, slots=True)
class Action:
    """What happens to one dashboard, and why.

    ``changes`` lead from live to desired; ``edits`` are what someone changed in the UI since the last push.
    """

    kind: Kind
    uid: str
    title: str
    folder: FolderPath = ()
    folder_uid: str = ""
    reason: str = ""
    hint: str = ""
    changes: tuple[Change, ...] = ()
    edits: tuple[Change, ...] = ()
    source: Source | None = None
    desired: Desired | None = None
    live: LiveDashboard | None = None
    digest: str = ""
    #: The changes do no more than undo the edits: the source is what was pushed last.
    reverts: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Folders to create, parents first, then the actions in the order of the source; orphans last."""

    folders: tuple[NewFolder, ...]
    actions: tuple[Action, ...]

    def of(self, *kinds: Kind) -> list[Action]:
        return [action for action in self.actions if action.kind in kinds]

    @property
    def writes(self) -> list[Action]:
        return self.of(*WRITES)

    @property
    def empty(self) -> bool:
        return not self.writes and not self.of(Kind.REFUSE)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the person allowed."""

    on_drift: str = "refuse"
    adopt: bool = False
    prune: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """A dashboard's versions, newest first; ``readable`` is False where the token may not see them."""

    versions: tuple[Version, ...] = ()
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What was read: live dashboards by uid, folders, and the history of each that `needs_history` named."""

    live: Mapping[str, LiveDashboard]
    tree: FolderTree
    histories: Mapping[str, History] = field(default_factory=dict)
    #: Tag of the project's dashboards on this server.
    owner_tag: str = ""
    #: False in a push of a part, which says nothing of what is gone.
    orphans: bool = True
    #: The uids that `unchanged` found; computed here where it was not before.
    unchanged: frozenset[str] | None = None

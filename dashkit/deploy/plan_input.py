"""What a plan of dashboards decides by: what the person allowed, and what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashkit.deploy.folders import FolderTree
from dashkit.model.live import LiveDashboard, Version


@dataclass(frozen=True, slots=True)
class Policy:
    """What the person allowed: of dashboards and of alert groups alike."""

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
    #: Those of the names in `LiveDashboard.updated_by` that may be a person's: only people edit in the UI.
    people: frozenset[str] = frozenset()

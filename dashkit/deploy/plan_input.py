"""The input of a plan: what the user allows, and what was read."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from dashkit.deploy.folders import FolderTree
from dashkit.deploy.steps import Action
from dashkit.model.live import LiveDashboard, Version


@dataclass(frozen=True, slots=True)
class Policy:
    """What the user allows, for dashboards, alert groups and routing alike."""

    on_drift: str = "refuse"
    adopt: bool = False
    prune: bool = False
    #: Bring classic dashboards that are stored in the v2 schema by now back to the classic one.
    classic: bool = False

    #: The options of the command by which a hint takes an edit over, such as `` --context prod``.
    context: str = ""

    def on_edit(self, why: str, absorb: str = "") -> tuple[Action, str, str]:
        """Return action, reason and hint for an object that was edited in the UI.

        Args:
            why: describes the edit.
            absorb: the uid of a dashboard or the name of a group of alert rules, which `dashkit absorb` takes.
        """
        if self.on_drift == "overwrite":
            return Action.UPDATE, f"overwrites: {why}", ""
        if self.on_drift == "skip":
            return Action.SKIP, why, ""
        take = f"`dashkit absorb {shlex.quote(absorb)}{self.context}` takes it" if absorb else "copy the edit"
        return Action.REFUSE, why, f"{take} into the source, or push with --on-drift overwrite (or skip)"

    def absorbing(self, name: str) -> str:
        """Return the end of a hint: which command takes what somebody made in a group of alert rules."""
        return f"; `dashkit absorb {shlex.quote(name)}{self.context}` takes them into the source"


@dataclass(frozen=True, slots=True)
class History:
    """A dashboard's versions, newest first. ``readable`` is False if the token may not read them."""

    versions: tuple[Version, ...] = ()
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What was read: live dashboards by uid, folders, and the history of each dashboard that `needs_history` named."""

    live: Mapping[str, LiveDashboard]
    tree: FolderTree
    histories: Mapping[str, History] = field(default_factory=dict)
    #: The tag of the project's dashboards on this server.
    owner_tag: str = ""
    #: False when only part of the source is pushed: what is missing there may still exist.
    orphans: bool = True
    #: The uids of the dashboards whose documents are as desired, None if that was not looked at yet.
    alike: frozenset[str] | None = None
    #: The result of `unchanged`, None if it was not computed yet.
    unchanged: frozenset[str] | None = None
    #: The names in `LiveDashboard.updated_by` that may be a person's: only people edit in the UI.
    people: frozenset[str] = frozenset()

"""Delete dashboards whose trial is over, and their folders if nothing else is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from dashkit.app.connect import Connected, adjustments_of, connected, refuse_unverified_prune, require_organisation
from dashkit.app.lock import only_writer
from dashkit.app.ports import Ports, Server
from dashkit.deploy.carry_out import carry_out
from dashkit.deploy.folders import FolderTree
from dashkit.deploy.steps import Action, Step
from dashkit.deploy.trial import Trial, common_tag, trial_tag
from dashkit.errors import DashkitError
from dashkit.model.item import Item, dashboard_item
from dashkit.model.live import LiveDashboard
from dashkit.model.marker import parse_marker

#: How many versions of a dashboard are searched for the end of its trial: people may have saved it since.
_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class Ended:
    """A trial on a server.

    Attributes:
        expires: when the last of its dashboards may be deleted; None if that is not known of any.
        dashboards: those that dashkit put there.
        others: the uids of copies, which carry the tag, too.
        moved: the uids of those that somebody moved to another folder, to keep them.
        folder: the uid of its folder; empty if there is none.
        over: whether its dashboards are to be deleted.
    """

    trial: Trial
    expires: datetime | None
    dashboards: tuple[LiveDashboard, ...]
    others: tuple[str, ...]
    moved: tuple[str, ...]
    folder: str
    over: bool


@dataclass(frozen=True, slots=True)
class Removed:
    """How many dashboards and folders were deleted, what was left in folders, and what went wrong."""

    dashboards: int = 0
    folders: int = 0
    notes: tuple[str, ...] = ()
    errors: tuple[DashkitError, ...] = ()


def end_trials(
    context_name: str | None, name: str | None, ports: Ports, *, dry_run: bool
) -> tuple[Connected, list[Ended], Removed]:
    """Delete what has expired, or all of the trial with a name. A dry run only finds it."""
    found = connected(ports, context_name)
    require_organisation(found.context, found.server)
    if not dry_run:
        refuse_unverified_prune(found.server)
    with only_writer(ports.project, found.context.name, dry_run=dry_run):
        ended = list(_trials(found, name, ports))
        over = [one for one in ended if one.over]
        return found, ended, Removed() if dry_run else _remove(over, found.server)


def _trials(found: Connected, name: str | None, ports: Ports) -> Iterator[Ended]:
    adjustments, server = adjustments_of(ports.project, found.context), found.server
    common, start = common_tag(adjustments.tag), trial_tag(adjustments.tag, "")
    by_tag: dict[str, list[LiveDashboard]] = {}
    for live in server.read(frozenset(), common):
        for tag in live.tags if common in live.tags else ():
            if tag.startswith(start):
                by_tag.setdefault(tag, []).append(live)
    tree = FolderTree(server.folders(), nested=server.nested_folders)
    for tag, boards in sorted(by_tag.items()):
        trial = Trial(tag.removeprefix(start), adjustments.tag, adjustments.folder_prefix)
        if name not in (None, trial.name):
            continue
        folder, missing = tree.resolve(trial.folder)
        ends = {live.uid: _end(live, server) for live in boards}
        known = [end for end in ends.values() if end is not None]
        made = [live for live in boards if ends[live.uid] is not None]
        ours = tuple(live for live in made if live.folder_uid == folder)
        over = bool(ours) and (name is not None or max(known) <= ports.clock())
        others = tuple(live.uid for live in boards if ends[live.uid] is None)
        moved = tuple(live.uid for live in made if live.folder_uid != folder)
        yield Ended(trial, max(known, default=None), ours, others, moved, "" if missing else folder, over)


def _end(live: LiveDashboard, server: Server) -> datetime | None:
    """Return when a dashboard may be deleted; None for one that dashkit did not put on trial, such as a copy."""
    messages = [live.message] if live.message else []
    if not any(map(parse_marker, messages)):
        messages += [version.message for version in server.versions(live.uid, _VERSIONS) or ()]
    for message in messages:
        marker = parse_marker(message)
        if marker is not None and marker.uid == live.uid and marker.end is not None:
            return marker.end
    return None


def _remove(ended: Iterable[Ended], server: Server) -> Removed:
    dashboards, folders, notes, errors = 0, 0, list[str](), list[DashkitError]()
    for one in ended:
        items = [dashboard_item(live) for live in one.dashboards]
        result = carry_out([Step(Action.DELETE, item.ref, item.name, base=item) for item in items], server)
        dashboards += result.done
        failed = [error for error in result.errors if error is not None]
        errors += failed
        if not one.folder or failed:
            continue
        gone = frozenset(item.key for item in items)
        if left := server.inside(one.folder, gone):
            notes.append(
                f"folder {one.trial.folder[-1]!r} stays: {', '.join(left[:3])} {'is' if len(left) == 1 else 'are'} in it"
            )
            continue
        try:
            server.remove(Item("folders", one.folder, one.trial.folder[-1], {}))
            folders += 1
        except DashkitError as error:
            errors.append(error)
    return Removed(dashboards, folders, tuple(notes), tuple(errors))

"""Take edits that people made in Grafana back into the source."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashkit import _files
from dashkit.absorb.absorbed import Absorbed
from dashkit.absorb.worker import get_ready
from dashkit.app import absorb_alerts
from dashkit.app.absorb_dashboards import Edited, absorb_dashboards
from dashkit.app.connect import Connected, adjustments_of, connected, unverified
from dashkit.app.consent import Question, require
from dashkit.app.drift import compared
from dashkit.app.git import prefix, uncommitted
from dashkit.app.ports import Ports
from dashkit.app.pull import unclear
from dashkit.app.source import all_dashboards
from dashkit.deploy.desired import Adjustments
from dashkit.deploy.steps import Action, DashboardStep
from dashkit.errors import InputError, RefusedError, UsageError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.words import counted


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit absorb`: some dashboards, or all that were edited."""

    context_name: str | None = None
    uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A file to write; ``path`` is relative to the project."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was found, and the files to write.

    Attributes:
        uncommitted: those of the files that differ from the last commit.
        prefix: the path of the project in its repository, with a slash at the end.
    """

    connected: Connected
    results: tuple[Absorbed, ...]
    files: tuple[Change, ...] = ()
    uncommitted: tuple[str, ...] = ()
    prefix: str = ""
    warnings: tuple[str, ...] = ()


def prepare(request: Request, ports: Ports) -> Prepared:
    """Compare the server with the source and with the last push, and find the edits of files that make up for what differs.

    Raises:
        InputError: a module is broken.
        UsageError: the source has no such dashboard.
        ServerError: the server cannot be read.
    """
    found = connected(ports, request.context_name)
    get_ready()
    everything = all_dashboards(ports)
    adjustments = adjustments_of(ports.project, found.context)
    groups = absorb_alerts.asked(request.uids, found, everything, ports)
    chosen = list(_chosen(_of_dashboards(request.uids, groups, everything), everything, adjustments))
    against = compared(found, chosen, everything, ports)
    by_uid = {one.uid: one for one in chosen}
    edited = [Edited(step, by_uid[step.source_uid]) for step in against.steps if step.drift is not None]
    rest = [step for step in against.steps if step.drift is None]
    results, texts = absorb_dashboards(edited, against, ports)
    results += [_untouched(step) for step in rest if request.uids or step.action is Action.REFUSE]
    if groups is not None:
        more, changed = absorb_alerts.absorb_rules(groups, bool(request.uids), found, ports, texts)
        results += more
        texts |= changed
    files = _changes(ports.project.root, texts)
    warnings = (*found.warnings, *unverified(found.server), *unclear(adjustments))
    root = ports.project.root
    dirty = tuple(uncommitted(root, [one.path for one in files])) if files else ()
    return Prepared(found, tuple(results), tuple(files), dirty, prefix(root) if files else "", warnings)


def _of_dashboards(
    names: Sequence[str], groups: absorb_alerts.Asked | None, everything: list[CompiledDashboard]
) -> Sequence[str] | None:
    """Return the names that are not only those of groups of alert rules; None for all dashboards."""
    uids = {one.uid for one in everything}
    return [one for one in names if groups is None or one not in groups.names or one in uids] if names else None


def _changes(root: Path, texts: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the files that change. Raises `InputError` for one that is a link, or stands elsewhere than it seems."""
    changes = (Change(path, (root / path).read_bytes(), text.encode()) for path, text in sorted(texts.items()))
    found = tuple(one for one in changes if one.before != one.after)
    for one in found:
        path = root / one.path
        target = path.resolve()
        if path.is_symlink() or not target.is_relative_to(root.resolve()):
            text = f"is a link to {target}, which may serve others, too; nothing was written"
            raise InputError(
                text, where=one.path, hint="change that file by hand, or absorb other dashboards by their uids"
            )
    return found


def _chosen(
    uids: Sequence[str] | None, everything: list[CompiledDashboard], adjustments: Adjustments
) -> Iterator[CompiledDashboard]:
    by_uid = {one.uid: one for one in everything}
    for uid in by_uid if uids is None else uids:
        short = uid if uid in by_uid else uid.removeprefix(adjustments.uid_prefix)
        if short not in by_uid:
            hint = f"`dashkit import --uid {shlex.quote(uid)}` writes a module for it"
            raise UsageError(f"the source has no dashboard {uid!r}", hint=hint)
        yield by_uid[short]


def _untouched(step: DashboardStep) -> Absorbed:
    """Return the result for a dashboard without an edit, or with one that is not ours to take."""
    path = step.source.path if step.source else ""
    if step.action is Action.REFUSE:
        error = RefusedError(step.reason, where=step.ref.key, hint=step.hint)
        return Absorbed(step.source_uid, step.title, path, edited=False, error=error)
    return Absorbed(step.source_uid, step.title, path, edited=False)


def questions(prepared: Prepared) -> tuple[Question, ...]:
    """Return what has to be confirmed."""
    if not prepared.files:
        return ()
    what = counted(len(prepared.files), "file")
    return (Question(f"this would change {what}", f"Change {what}?"),)


def carry_out(prepared: Prepared, consent: bool, ports: Ports, *, yes: bool = False) -> None:
    """Write the files: all, or none if one of them has changed meanwhile.

    Args:
        yes: whether files with changes that are not committed may be written, too.

    Raises:
        RefusedError: this was not confirmed, or a file has changes that are not committed.
        InputError: a file has changed since it was read.
    """
    require(questions(prepared), consent)
    if prepared.uncommitted and not yes:
        raise RefusedError(
            "it has changes that are not committed, which an edit would mix with others; nothing was written",
            where=prepared.uncommitted[0], hint="commit or stash them, or add --yes",
        )  # fmt: skip
    root = ports.project.root
    for one in prepared.files:
        if (root / one.path).read_bytes() != one.before:
            raise InputError("has changed since it was read; nothing was written", where=one.path, hint="run it again")
    modes = {one.path: (root / one.path).stat().st_mode & 0o777 for one in prepared.files}
    locked = next((path for path, mode in modes.items() if not mode & 0o222), None)
    if locked is not None:
        raise InputError("is read-only; nothing was written", where=locked, hint=f"chmod u+w {shlex.quote(locked)}")
    for one in prepared.files:
        _files.write_atomic(root / one.path, one.after, mode=modes[one.path])

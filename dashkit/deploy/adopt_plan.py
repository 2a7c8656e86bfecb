"""Decide how to take over dashboards that the source describes already, without a change that anybody sees. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashkit.deploy.desired import Adjustments, Desired
from dashkit.deploy.fit import as_stored
from dashkit.deploy.folders import FolderTree
from dashkit.deploy.plan_input import History
from dashkit.deploy.proof import last_push
from dashkit.deploy.steps import Action, DashboardStep
from dashkit.document.compare import content_digest
from dashkit.document.diff import changes
from dashkit.model.folder import folder_text
from dashkit.model.item import dashboard_item
from dashkit.model.live import LiveDashboard
from dashkit.quiet.alike import look_alike, seen


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a decision takes besides the dashboard: the folders of the server, what the context adds, and the past.

    Attributes:
        histories: those of dashboards that carry the project's tag, by uid.
    """

    tree: FolderTree
    adjustments: Adjustments
    histories: Mapping[str, History]


def adoption(live: LiveDashboard, item: Desired | None, around: Surroundings) -> DashboardStep:
    """Return the step that marks a live dashboard as the project's: a save that adds nothing but tags and the version message.

    Args:
        item: the dashboard as a push would store it; None if the source has none with this uid.
    """
    base = dashboard_item(live)
    here = around.tree.path(live.folder_uid)
    tags = sorted({*live.tags, *around.adjustments.tags, around.adjustments.tag})
    marked = {**live.spec, "tags": tags}

    def step(action: Action, reason: str = "", hint: str = "", *, shown: bool = False) -> DashboardStep:
        wanted = replace(base, content={**base.content, "spec": marked}, server={})
        writes = action is Action.UPDATE
        return DashboardStep(
            action, base.ref, live.title, base, wanted if writes else None,
            tuple(changes(*seen(marked, item.spec))) if shown and item else (),
            reason, hint, item.source if item else None, folder=here, live_folder=here,
            source_uid=item.source_uid if item else "",
            digest=content_digest(marked, live.folder_uid) if writes else "",
        )  # fmt: skip

    if live.manager:
        return step(Action.REFUSE, f"it belongs to {live.manager}", "change it there, and leave it there")
    prefix = around.adjustments.uid_prefix
    if not live.uid.startswith(prefix):
        hint = "adopt it in a context without uid_prefix"
        return step(
            Action.REFUSE, f"its uid does not begin with the context's {prefix!r}: a push makes another one", hint
        )
    inside = around.adjustments.folder_prefix
    if here[: len(inside)] != inside:
        where = f"it is in {folder_text(here)!r}, outside of the context's folder {folder_text(inside)!r}"
        return step(Action.REFUSE, where, "move it there in Grafana, or adopt it in a context without folder_prefix")
    if item is None:
        return step(Action.REFUSE, "the source does not have it", "see the error above")
    folder_uid, missing = around.tree.resolve(item.folder)
    if missing or folder_uid != live.folder_uid:
        where = f"it is in {folder_text(here)!r}, and a push moves it to {folder_text(item.folder)!r}"
        return step(Action.REFUSE, where, "move it there in Grafana, or move its file")
    if not look_alike(marked, as_stored(item, live).spec):
        hint = "dashkit push --adopt writes what the source says; remove the file to adopt what Grafana has"
        return step(Action.REFUSE, "the source says something else", hint, shown=True)
    history = around.histories.get(live.uid, History())
    if tags == sorted(live.tags) and last_push(history, live, around.adjustments.tag) is not None:
        return step(Action.KEEP, "is the project's already")
    return step(Action.UPDATE, "as the source has it: adds a tag and a version message")

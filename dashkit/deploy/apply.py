"""Carry the plan of a push out: its folders, then its dashboards and alert groups, with the version messages of dashboards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dashkit.deploy.carry_out import carry_out
from dashkit.deploy.outcome import Hooks, Result, Wanted, as_planned
from dashkit.deploy.protocol import Writable
from dashkit.deploy.steps import Action, DashboardStep, FolderStep, Step
from dashkit.model.marker import Marker
from dashkit.model.secret import Secret


def apply(
    folders: Sequence[FolderStep],
    steps: Sequence[Step],
    target: Writable,
    *,
    message: str = "",
    commit: str = "",
    secrets: Mapping[str, Mapping[str, Secret]] | None = None,
    hooks: Hooks | None = None,
) -> Result:
    """Folders parents first, then saves, then deletes; the result tells of ``steps``, in their order.

    ``commit`` and the name under which the journal keeps the push go into the version messages. ``secrets`` are those of contact
    points, by key and name.
    """

    def wanted(step: Step, kept: str) -> Wanted:
        if not isinstance(step, DashboardStep):
            known = (secrets or {}).get(step.ref.key, {}) if step.ref.kind == "contact-points" else {}
            return replace(as_planned(step, kept), secrets=known)
        assert step.item is not None
        marker = Marker(step.ref.key, step.digest, commit, kept)
        return Wanted(replace(step.item, server={"message": marker.message(message)}))

    made = {folder.ref for folder in folders}
    ordered = [*folders, *_in_order((step for step in steps if step.writes), unique_titles=target.unique_titles)]
    result = carry_out(ordered, target, wanted=wanted, hooks=hooks)
    found = {outcome.step.ref: outcome for outcome in result.outcomes if outcome.step.ref not in made}
    return replace(result, outcomes=tuple(found[step.ref] for step in steps if step.writes))


def _in_order(steps: Iterable[Step], *, unique_titles: bool) -> list[Step]:
    """Saves before deletes; where titles are unique in a folder, first those deletes that free a title that is wanted."""
    found = list(steps)
    saves = [step for step in found if step.action is not Action.DELETE]
    deletes = [step for step in found if step.action is Action.DELETE]
    wanted = {_place(step) for step in saves if isinstance(step, DashboardStep)} if unique_titles else set()
    freeing = [step for step in deletes if _place(step) in wanted]
    return [*freeing, *saves, *(step for step in deletes if step not in freeing)]


def _place(step: Step) -> tuple[str, str]:
    there = step.item or step.base
    return (str(there.content.get("folder", "")) if there else "", step.title)

"""Carry the plan of a push out: its folders, then its dashboards and alert groups, with the version messages of dashboards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from dashkit.deploy.carry_out import carry_out
from dashkit.deploy.outcome import Content, Hooks, Outcome, Result, as_planned
from dashkit.deploy.protocol import Writable
from dashkit.deploy.routing_plan import is_routing
from dashkit.deploy.steps import Action, DashboardStep, FolderStep, GroupStep, Step
from dashkit.model.item import Item
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
    late: Callable[[], Item] | None = None,
    hooks: Hooks | None = None,
) -> Result:
    """Folders parents first, then saves, then deletes; the result tells of ``steps``, in their order.

    ``commit`` and the name under which the journal keeps the push go into the version messages. ``secrets`` are those of contact
    points, by key and name; ``late`` makes what a step without an item is to write, of what the server has by then. Who is told
    waits for the alert rules: where none of them could be written, it is left as it is.
    """

    def wanted(step: Step, kept: str) -> Content:
        if step.item is None and late is not None:
            return Content(late())
        if not isinstance(step, DashboardStep):
            known = (secrets or {}).get(step.ref.key, {}) if step.ref.kind == "contact-points" else {}
            return replace(as_planned(step, kept), secrets=known)
        assert step.item is not None
        marker = Marker(step.ref.key, step.digest, commit, kept)
        return Content(replace(step.item, server={"message": marker.message(message)}))

    made = {folder.ref for folder in folders}
    ordered = [*folders, *_in_order((step for step in steps if step.writes), unique_titles=target.unique_titles)]
    result = carry_out(ordered, target, wanted=wanted, hold=_after_the_rules, hooks=hooks)
    found = {outcome.step.ref: outcome for outcome in result.outcomes if outcome.step.ref not in made}
    return replace(result, outcomes=tuple(found[step.ref] for step in steps if step.writes))


def _after_the_rules(step: Step, done: Callable[[], Sequence[Outcome]]) -> str:
    rules = [outcome for outcome in done() if isinstance(outcome.step, GroupStep)] if is_routing(step) else []
    return "not tried: none of the alert rules could be written" if rules and all(one.error for one in rules) else ""


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

"""Carry out the plan of a push: folders, then dashboards with their version messages, and alert groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dashkit.deploy.carry_out import carry_out
from dashkit.deploy.outcome import Content, Hooks, Outcome, Result, as_planned
from dashkit.deploy.protocol import Writable
from dashkit.deploy.routing_plan import is_routing
from dashkit.deploy.steps import Action, DashboardStep, FolderStep, GroupStep, Step
from dashkit.model.item import Item, next_version
from dashkit.model.marker import Marker
from dashkit.model.secret import Secret


def apply(
    folders: Sequence[FolderStep],
    steps: Sequence[Step],
    target: Writable,
    *,
    message: str = "",
    commit: str = "",
    expires: str = "",
    secrets: Mapping[str, Mapping[str, Secret]] | None = None,
    late: Callable[[], Item] | None = None,
    hooks: Hooks | None = None,
) -> Result:
    """Write folders, parents first, then the saves, then the deletes.

    Args:
        message: the user's text for the version messages.
        commit: goes into the version messages, like the name of the push in the journal.
        expires: when dashboards on trial may be deleted; see `dashkit.model.marker.Marker`.
        secrets: those of contact points, by key and name.
        late: makes the item of a step that has none, from what the server has by then.

    Routing waits for the alert rules: if none of them could be written, it is left unchanged.

    Returns:
        The outcomes of ``steps``, in their order.
    """

    def wanted(step: Step, kept: str) -> Content:
        if step.item is None and late is not None:
            return Content(late())
        content = as_planned(step, kept)
        if isinstance(step, DashboardStep):
            marker = Marker(step.ref.key, step.digest, commit, kept, gen=next_version(step.base), expires=expires)
            return Content(replace(content.item, server={"message": marker.message(message)}))
        known = (secrets or {}).get(step.ref.key, {}) if step.ref.kind == "contact-points" else {}
        return replace(content, secrets=known)

    writes = [step for step in steps if step.writes]
    ordered = [*folders, *_in_order(writes, unique_titles=target.unique_titles)]
    result = carry_out(ordered, target, wanted=wanted, hold=_after_the_rules, hooks=hooks)
    outcomes = {outcome.step.ref: outcome for outcome in result.outcomes}
    return replace(result, outcomes=tuple(outcomes[step.ref] for step in writes))


def _after_the_rules(step: Step, done: Callable[[], Sequence[Outcome]]) -> str:
    rules = [outcome for outcome in done() if isinstance(outcome.step, GroupStep)] if is_routing(step) else []
    return "not tried: none of the alert rules could be written" if rules and all(one.error for one in rules) else ""


def _in_order(steps: Sequence[Step], *, unique_titles: bool) -> list[Step]:
    """Put saves before deletes. If titles are unique in a folder, the deletes that free a wanted title come first."""
    saves = [step for step in steps if step.action is not Action.DELETE]
    deletes = [step for step in steps if step.action is Action.DELETE]
    wanted = {_place(step) for step in saves if isinstance(step, DashboardStep)} if unique_titles else set()
    freeing = [step for step in deletes if _place(step) in wanted]
    return [*freeing, *saves, *(step for step in deletes if step not in freeing)]


def _place(step: Step) -> tuple[str, str]:
    item = step.item or step.base
    return (str(item.content.get("folder", "")) if item else "", step.title)

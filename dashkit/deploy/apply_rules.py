"""Carry a plan of alert rules out: folders first, then group by group; one failure leaves the rest going."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from dashkit.deploy.actions import Kind
from dashkit.deploy.folders import NewFolder
from dashkit.deploy.rule_plan import RuleAction
from dashkit.errors import DashkitError, ServerError
from dashkit.model.live import LiveFolder
from dashkit.model.live_rules import GrafanaGroup


class RuleTarget(Protocol):
    """A place that holds alert rules in folders."""

    def create_folder(self, uid: str, title: str, parent_uid: str) -> LiveFolder: ...

    def require_folder(self, uid: str) -> None:
        """`ServerError` where it is not there."""

    def put_rules(self, group: GrafanaGroup, known: frozenset[str]) -> None: ...

    def delete_rules(self, uids: frozenset[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What became of one action; ``error`` is None where it is done."""

    action: RuleAction
    error: DashkitError | None = None


def apply_rules(folders: Iterable[NewFolder], actions: Iterable[RuleAction], target: RuleTarget) -> list[RuleOutcome]:
    """An outcome for each writing action. Where the folder cannot be made, every group that is to be written fails with that."""
    todo = list(actions)
    broken: DashkitError | None = None
    try:
        for folder in folders:
            target.create_folder(folder.uid, folder.title, folder.parent_uid)
        for uid in {action.group.folder_uid for action in todo if action.kind is not Kind.DELETE}:
            target.require_folder(uid)
    except ServerError as error:
        broken = error
    return [_one(action, target, broken) for action in todo]


def _one(action: RuleAction, target: RuleTarget, broken: DashkitError | None) -> RuleOutcome:
    try:
        if action.kind is Kind.DELETE:
            target.delete_rules(action.known)
        elif broken is not None:
            return RuleOutcome(action, broken)
        else:
            target.put_rules(action.group, action.known)
    except ServerError as error:
        return RuleOutcome(action, error)
    return RuleOutcome(action)

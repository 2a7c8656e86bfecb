"""A target in memory for plans of dashboards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit.deploy.apply import apply as apply_steps
from dashkit.deploy.outcome import Outcome
from dashkit.deploy.steps import DashboardStep, Plan
from dashkit.errors import ServerError
from dashkit.model.item import Item, Limits
from dashkit.model.live import Version

TAG = "dashkit:test"


class Target:
    """A server that fails for some uids, as often as it is tried."""

    unique_titles, writers = False, 2

    def __init__(self, failing: dict[str, ServerError] | None = None, folders_fail: bool = False) -> None:
        self.saved: list[str] = []
        self.deleted: list[str] = []
        self.failing, self.folders_fail = failing or {}, folders_fail

    def items(self, kind: str, limits: Limits | None = None) -> Iterator[Item]:
        return iter(())

    def proves(self, item: Item, live: Item | None) -> bool:
        return True

    def versions(self, uid: str, limit: int = 20) -> list[Version] | None:
        raise AssertionError("all saves are proven")

    def put(self, item: Item, live: Item | None, secrets: Any = None) -> None:
        if item.kind == "folders":
            if self.folders_fail:
                raise ServerError("no", status=403)
        elif item.key in self.failing:
            raise self.failing[item.key]
        else:
            self.saved.append(item.key)

    def remove(self, item: Item) -> None:
        self.deleted.append(item.key)


def apply(plan: Plan[DashboardStep], target: Target) -> list[Outcome]:
    return list(apply_steps(plan.folders, plan.steps, target).outcomes)

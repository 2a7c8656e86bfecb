"""Show what a retention policy keeps and removes, then remove."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dashkit.backup.forget import decide
from dashkit.backup.retention import UNPROVEN, Decision, Policy
from dashkit.backup.stores import Store
from dashkit.cli.console import Console, counted
from dashkit.errors import DashkitError, ExitCode, RefusedError


def forget(
    store: Store,
    policy: Policy,
    console: Console,
    *,
    context: str = "",
    dry_run: bool = False,
    as_json: bool = False,
) -> ExitCode:
    """Carry the policy out, on the archives of one ``context`` (as it stands in their names) or of all."""
    decisions = decide(store, policy, datetime.now(UTC), console.warn, context=context)
    if not as_json and not console.quiet:
        width = max((len(decision.stamp.name) for decision in decisions), default=0)
        for decision in decisions:
            word = console.out_style("keep  ", "green") if decision.keep else console.out_style("remove", "red")
            console.out(f"{word} {decision.stamp.name:<{width}}  {', '.join(decision.reasons)}".rstrip())
    unproven = {decision.stamp.context for decision in decisions if UNPROVEN in decision.reasons}
    if as_json:
        console.json([_data(decision) for decision in decisions])
    removed = 0
    failed: list[DashkitError] = []
    for decision in decisions:
        if decision.keep or dry_run:
            continue
        try:
            store.remove(decision.stamp.name)
            removed += 1
        except DashkitError as error:
            failed.append(error)
            console.failure(error)
    kept = sum(decision.keep for decision in decisions)
    gone = len(decisions) - kept if dry_run else removed
    console.info(f"{counted(kept, 'archive')} kept, {gone} {'would be removed' if dry_run else 'removed'}")
    if unproven:
        console.failure(
            RefusedError(
                f"nothing of {', '.join(sorted(unproven))} is removed: not one of its archives is whole",
                hint="dashkit archive verify, and a new backup",
            )
        )
        return ExitCode.PARTIAL if removed else ExitCode.REFUSED
    return ExitCode.PARTIAL if failed else ExitCode.OK


def _data(decision: Decision) -> dict[str, Any]:
    return {
        "name": decision.stamp.name,
        "context": decision.stamp.context,
        "keep": decision.keep,
        "reasons": list(decision.reasons),
    }

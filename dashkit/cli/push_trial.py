"""``dashkit push --trial`` and ``dashkit forget --trials``."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation, finish
from dashkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from dashkit.app.trial import Prepared
    from dashkit.app.trial_end import Ended, Removed
    from dashkit.deploy.outcome import Result

#: Options of a push that have no meaning for a trial.
_OTHERS = {
    "adopt": "--adopt", "prune": "--prune", "on_drift": "--on-drift", "classic": "--classic", "message": "--message",
    "annotate": "--annotate",
}  # fmt: skip

trial_options = options.several(
    click.option(
        "--trial", metavar="NAME", default="", callback=options.filled,
        help="Only push what changed, to a folder of its own that expires; NAME is such as pr-123.",
    ),
    click.option(
        "--ttl", metavar="DURATION", default="", show_default="1d", callback=options.filled,
        help="When a trial may be deleted.",
    ),
)  # fmt: skip


def run(invocation: Invocation, name: str, ttl: str, given: Mapping[str, Any]) -> ExitCode:
    """Push a trial, and show where it is."""
    from dashkit.app import trial
    from dashkit.cli.commands.push import refuse

    if odd := [flag for option, flag in _OTHERS.items() if given[option]]:
        raise UsageError(f"{odd[0]} has no meaning with --trial: nothing but the trial is touched")
    used = {key: given[key] for key in ("context_name", "only", "check", "dry_run")} | ({"ttl": ttl} if ttl else {})
    with trial.prepare(trial.Request(name, **used), invocation.ports) as prepared:
        invocation.notify(prepared.warnings)
        if prepared.problems:
            return _refuse(prepared, invocation, refuse)
        result = None if prepared.request.dry_run else trial.carry_out(prepared, invocation.ports)
    _show(prepared, result, invocation)
    return finish(result, prepared.refused) if result else ExitCode.OK


def _refuse(prepared: Prepared, invocation: Invocation, refuse: Any) -> ExitCode:
    from dashkit.report.problems import problems_data, problems_text

    if invocation.json:
        invocation.console.json({"problems": problems_data(prepared.problems)})
    else:
        invocation.console.lines(problems_text(prepared.problems, invocation.console.out_style))
    code: ExitCode = refuse(len(prepared.problems), invocation)
    return code


def _show(prepared: Prepared, result: Result | None, invocation: Invocation) -> None:
    from dashkit.report import trials

    console = invocation.console
    outcomes = result.outcomes if result else ()
    rows = trials.rows(prepared.plan.steps, prepared.new, prepared.connected.context.url, outcomes)
    if invocation.json:
        console.json(trials.data(rows, prepared.trial.name, prepared.expires))
    elif invocation.form == "markdown":
        console.lines(trials.markdown(rows, prepared.trial.name, prepared.expires))
    else:
        console.lines(trials.text(rows, prepared.trial.name, prepared.expires, console.out_style, done=bool(result)))
    for outcome in outcomes:
        if outcome.error:
            console.failure(outcome.error)
    if result and result.done:
        console.info(f"To end it sooner: {_end(prepared.trial.name, prepared.request.context_name)}")


def _end(name: str, context: str | None) -> str:
    return shlex.join(["dashkit", "forget", "--trial", name, *(["--context", context] if context else [])])


def forget_trials(invocation: Invocation, context_name: str | None, name: str | None, *, dry_run: bool) -> ExitCode:
    """Delete dashboards on trial, and show what was deleted and what stays."""
    from dashkit.app.trial_end import end_trials

    found, ended, removed = end_trials(context_name, name, invocation.ports, dry_run=dry_run)
    if name is not None and not ended:
        raise UsageError(f"{found.where} has no trial {name!r}", hint="dashkit forget --trials --dry-run lists them")
    invocation.notify([*found.warnings, *removed.notes])
    if invocation.json:
        invocation.console.json(_data(ended, removed))
    else:
        _show_ended(ended, removed, invocation, dry_run=dry_run)
    for error in removed.errors:
        invocation.console.failure(error)
    if not removed.errors:
        return ExitCode.OK
    return ExitCode.PARTIAL if removed.dashboards else ExitCode.SERVER


def _show_ended(ended: list[Ended], removed: Removed, invocation: Invocation, *, dry_run: bool) -> None:
    from dashkit.model.words import counted

    console = invocation.console
    for one in ended:
        until = f"until {one.expires:%Y-%m-%d %H:%M} UTC" if one.expires else "not put there by dashkit"
        word = console.out_style("remove", "red") if one.over else console.out_style("keep  ", "green")
        console.out(f"{word} {one.trial.name:<20}  {counted(len(one.dashboards), 'dashboard')}, {until}")
        console.lines(f"       {uid} is a copy that somebody made: left alone" for uid in one.others)
        console.lines(f"       {uid} was moved out of the trial's folder: left alone" for uid in one.moved)
    if dry_run:
        console.info(f"{counted(sum(one.over for one in ended), 'trial')} would be deleted")
    else:
        console.info(f"{counted(removed.dashboards, 'dashboard')} and {counted(removed.folders, 'folder')} deleted")


def _data(ended: list[Ended], removed: Removed) -> dict[str, Any]:
    return {
        "trials": [
            {
                "name": one.trial.name,
                "expires": one.expires.isoformat() if one.expires else None,
                "over": one.over,
                "dashboards": [live.uid for live in one.dashboards],
                "copies": list(one.others),
                "moved": list(one.moved),
            }
            for one in ended
        ],
        "removed": {"dashboards": removed.dashboards, "folders": removed.folders},
    }

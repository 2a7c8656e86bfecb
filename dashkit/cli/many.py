"""`dashkit push` and `dashkit diff` on many Grafanas: their options, what is shown, and the exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation, project_of
from dashkit.errors import DashkitError, ExitCode, UsageError, worst

if TYPE_CHECKING:
    from dashkit.app import fleet, push
    from dashkit.app.canary import Canary, Verdict
    from dashkit.report.fleet import Line, Planned


def complete_groups(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a group of contexts. Return nothing if the configuration cannot be read."""
    try:
        values = project_of(None).contexts.values()
    except DashkitError:
        return []
    return sorted({name for value in values for name in value.get("groups", ()) if name.startswith(incomplete)})


contexts = options.several(
    click.option(
        "-c", "--context", "contexts", multiple=True, callback=options.some, metavar="NAME|PATTERN",
        shell_complete=options.complete_contexts,
        help="The Grafana to use; several if repeated, or for a pattern such as 'eu-*'.  "
        "[default: DASHKIT_CONTEXT, DASHKIT_URL, or the current context]",
    ),
    click.option(
        "--group", "groups", multiple=True, callback=options.some, metavar="NAME", shell_complete=complete_groups,
        help="Every context of this group. Repeatable.",
    ),
    click.option("--shard", metavar="I/N", help="Only a share of several contexts: 0/4 is the first of four."),
)  # fmt: skip

canary = options.several(
    click.option(
        "--canary", metavar="NAME", shell_complete=options.complete_contexts,
        help="Push to this context first, and stop if queries fail there that did not before.",
    ),
    click.option("--wait", metavar="DURATION", help="With --canary: how long to look at it, such as 5m.  [default: 0s]"),
    click.option("--rollback-on-failure", is_flag=True, help="With --canary: roll its push back if it fails."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Several:
    """The options that select several contexts."""

    contexts: tuple[str, ...]
    groups: tuple[str, ...]
    shard: str
    canary: Canary | None


def taken(given: dict[str, Any], invocation: Invocation) -> Several | None:
    """Take the options for several contexts out of those of a command, and leave ``context_name``; None for one context."""
    from dashkit.config.selection import is_pattern

    names, groups, shard = given.pop("contexts"), given.pop("groups"), given.pop("shard")
    first = _canary(given.pop("canary", None), given.pop("wait", None), given.pop("rollback_on_failure", False))
    if groups or len(names) > 1 or any(is_pattern(name, invocation.project) for name in names):
        if shard is not None and not shard.strip():
            raise UsageError("--shard is empty", hint="is a variable not set? The first of four is 0/4")
        return Several(names, groups, shard or "", first)
    if shard is not None or first:
        raise UsageError(
            f"{'--canary' if first else '--shard'} is for several contexts",
            hint="add --group NAME or --context 'PATTERN'",
        )
    given["context_name"] = names[0] if names else None
    return None


def _canary(name: str | None, wait: str | None, roll_back: bool) -> Canary | None:
    from dashkit.app.canary import Canary
    from dashkit.model.durations import seconds

    if name is None:
        if wait is not None or roll_back:
            raise UsageError("--wait and --rollback-on-failure go with --canary")
        return None
    try:
        return Canary(name, seconds(wait or "0"), roll_back)
    except ValueError as error:
        raise UsageError(f"--wait: {error}") from None


def _request(several: Several, request: push.Request) -> fleet.Request:
    from dashkit.app import fleet

    return fleet.Request(request, several.contexts, several.groups, several.shard, several.canary)


def diff_many(
    several: Several, request: push.Request, invocation: Invocation, *, full: bool, exit_code: bool
) -> ExitCode:
    """Show the plans for several contexts."""
    from dashkit.app import fleet
    from dashkit.report.fleet import plans_markdown

    with fleet.prepare(_request(several, request), invocation.ports) as prepared:
        _notify(prepared, invocation)
        if invocation.form == "markdown":
            invocation.console.out(plans_markdown(_plans(prepared), [_planned(row) for row in prepared.rows]))
        else:
            _show_plan(prepared, invocation, full=full)
    codes = [row.error.code for row in prepared.rows if row.error]
    return worst([*codes, ExitCode.FOUND if exit_code and prepared.differs else ExitCode.OK])


def push_many(several: Several, request: push.Request, invocation: Invocation, *, yes: bool) -> ExitCode:
    """Push to several contexts."""
    from dashkit.app import fleet
    from dashkit.cli.commands.push import refuse

    with fleet.prepare(_request(several, request), invocation.ports) as prepared:
        _notify(prepared, invocation)
        stops = bool(prepared.problems or request.dry_run)
        if invocation.text or stops:
            _show_plan(prepared, invocation, table=stops)
        codes = [row.error.code for row in prepared.rows if row.error]
        if prepared.problems:
            return worst([*codes, refuse(len(prepared.problems), invocation)])
        if request.dry_run:
            return worst(codes)
        agreed = invocation.agree(fleet.questions(prepared), yes=yes)
        pushed = fleet.carry_out(prepared, agreed, invocation.ports)
    _report(pushed, invocation)
    if pushed.interrupted:
        raise KeyboardInterrupt
    return pushed_code(pushed)


def pushed_code(pushed: fleet.Pushed) -> ExitCode:
    """Return the exit code: 1 if queries fail on the canary, 5 if something was written, and not everything."""
    from dashkit.deploy.outcome import exit_code

    codes = []
    for row in pushed.rows:
        if row.error:
            codes += [row.error.code] if row.tried else []
        else:
            refused = row.row.prepared.refused if row.row.prepared else 0
            more = [row.done.annotation] if row.done.annotation else []
            codes.append(exit_code([*row.done.result.errors, *more], refused))
    verdict = pushed.verdict
    if verdict and verdict.problems:
        return worst([ExitCode.FOUND, *([verdict.undo_error.code] if verdict.undo_error else [])])
    codes += [verdict.error.code] if verdict and verdict.error else []
    wrote = any(row.done.result.done for row in pushed.rows)
    return ExitCode.PARTIAL if wrote and any(codes) else worst(codes)


def _notify(prepared: fleet.Prepared, invocation: Invocation) -> None:
    """Print the warnings, each once, and what cannot be pushed to at all."""
    from dashkit.report.fleet import together

    notes = () if prepared.rows else (f"shard {prepared.request.shard} has no contexts; nothing to do",)
    said = [(row.context.name, text) for row in prepared.rows if row.prepared for text in row.prepared.warnings]
    invocation.notify(together(said), notes)
    _fail(((row.context.name, row.error) for row in prepared.rows), invocation)


def _fail(failures: Iterable[tuple[str, DashkitError | None]], invocation: Invocation) -> None:
    for name, error in failures:
        if error:
            invocation.console.error(f"{name}: {error}")
            if error.hint:
                invocation.console.hint(error.hint)


def _show_plan(prepared: fleet.Prepared, invocation: Invocation, *, table: bool = True, full: bool = False) -> None:
    from dashkit.app.fleet import Finished
    from dashkit.report.fleet import PLANNED, plans_text, table_text
    from dashkit.report.problems import problems_data, problems_text

    console, style = invocation.console, invocation.console.out_style
    if invocation.json:
        found = {"problems": problems_data(prepared.problems)} if prepared.problems else {}
        console.json([_data(Finished(row, error=row.error)) | (found if row.writes else {}) for row in prepared.rows])
        return
    console.lines(plans_text(_plans(prepared), style, **invocation.loudness, full=full))
    console.lines(problems_text(prepared.problems, style))
    if table and prepared.rows:
        console.lines(table_text([_planned(row) for row in prepared.rows], PLANNED, style))
    console.flush()


def _plans(prepared: fleet.Prepared) -> list[Planned]:
    from dashkit.report.fleet import Planned

    found = ((row.context.name, row.prepared) for row in prepared.rows)
    return [Planned(name, one.dashboards, one.alerts) for name, one in found if one]


def _planned(row: fleet.Row) -> Line:
    from dashkit.report.fleet import Line, planned_counts

    note = row.error.message if row.error else ""
    if row.prepared is None:
        return Line(row.context.name, note=note)
    return Line(row.context.name, row.prepared.connected.server.version, planned_counts(row.prepared.steps), note)


def _done(row: fleet.Finished) -> Line:
    from dashkit.report.fleet import Line, done_counts

    name, prepared, result = row.row.context.name, row.row.prepared, row.done.result
    note = row.error.message if row.error else result.kept
    if prepared is None:
        return Line(name, note=note)
    counts = () if row.error else done_counts(result.outcomes, prepared.refused)
    return Line(name, prepared.connected.server.version, counts, note)


def _data(row: fleet.Finished) -> dict[str, Any]:
    from dashkit.cli.commands.push import plan_json

    context, prepared = row.row.context, row.row.prepared
    data: dict[str, Any] = {"target": {"context": context.name, "url": context.url}}
    if prepared:
        data = plan_json(prepared, row.done if row.done.result.outcomes else None)
    return data | ({"error": {"message": str(row.error), "hint": row.error.hint}} if row.error else {})


def _report(pushed: fleet.Pushed, invocation: Invocation) -> None:
    """Print what failed, and what became of each context."""
    from dashkit.cli.commands.push import show_failures
    from dashkit.report.fleet import DONE, table_text, together

    console, rows, verdict = invocation.console, pushed.rows, pushed.verdict
    invocation.notify(together((row.row.context.name, text) for row in rows for text in row.done.warnings))
    late = [row for row in rows if row.tried and not row.row.error]
    _fail(((row.row.context.name, row.error or row.done.annotation) for row in late), invocation)
    if invocation.json:
        console.json([_data(row) | _canary_data(verdict, row.row.context.name) for row in rows])
    else:
        for row in rows:
            if row.row.prepared and any(row.done.result.errors):
                console.out(console.out_style(f"== {row.row.context.name} ==", "bold"))
                show_failures(row.done, row.row.prepared, invocation)
                console.out("")
        console.lines(table_text([_done(row) for row in rows], DONE, console.out_style) if rows else ())
    if verdict:
        _tell(verdict, invocation)
    kept = next((row for row in rows if row.done.result.kept and row.done.result.done), None)
    if kept and not (verdict and verdict.undone):
        console.info(f"To undo a push: dashkit rollback --context {kept.row.context.name} {kept.done.result.kept}")


def _canary_data(verdict: Verdict | None, name: str) -> dict[str, Any]:
    from dashkit.report.problems import problems_data

    if verdict is None or verdict.context != name:
        return {}
    back = verdict.undone is not None and verdict.undo_error is None
    return {"canary": {"ok": verdict.ok, "problems": problems_data(verdict.problems), "rolled_back": back}}


def _tell(verdict: Verdict, invocation: Invocation) -> None:
    """Say how the canary did, on stderr; in text, the queries that fail are a part of the result."""
    from dashkit.model.words import counted
    from dashkit.report.problems import problems_text

    console, name = invocation.console, verdict.context
    if verdict.ok:
        console.info(f"canary {name}: no query fails that did not before")
        return
    if verdict.problems:
        console.lines(problems_text(verdict.problems, console.out_style) if invocation.text else ())
        console.flush()
        many = counted(len(verdict.problems), "problem")
        console.error(f"canary {name}: {many} that it did not have before; nothing was pushed to the others")
    elif not verdict.interrupted:
        console.error(f"canary {name}: {verdict.error}; nothing was pushed to the others")
        if verdict.error and verdict.error.hint:
            console.hint(verdict.error.hint)
    if verdict.undone and not verdict.undo_error:
        console.info(f"canary {name}: rolled back, {counted(verdict.undone.result.done, 'object')}")
    elif verdict.undo_error:
        console.error(f"canary {name}: could not be rolled back: {verdict.undo_error}")

"""``dashkit context``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.app.context import ServerCheck


@click.group(short_help="Named Grafana servers: list, show, choose, check.")
def command() -> None:
    """The Grafana servers that dashkit.yaml names, and the one that DASHKIT_URL makes."""


@command.command("list", short_help="The contexts there are.")
@options.common("text", "json")
def list_(invocation: Invocation) -> int:
    """List the contexts; `*` marks the one that is used if no other is named."""
    from dashkit.app.context import listed, shown

    console = invocation.console
    contexts, current = listed(invocation.ports)
    if invocation.json:
        console.json([{**shown(context), "current": context.name == current} for context in contexts])
        return ExitCode.OK
    if not contexts:
        console.info("no contexts; add one to dashkit.yaml, or export DASHKIT_URL")
    width = max((len(context.name) for context in contexts), default=0)
    for context in contexts:
        mark = "*" if context.name == current else " "
        protected = "  protected" if context.protected else ""
        console.out(f"{mark} {context.name:<{width}}  {context.url}{protected}")
    return ExitCode.OK


@command.command("show", short_help="What a context says, without its secrets.")
@click.argument("name", required=False, shell_complete=options.complete_contexts)
@options.common("text", "json")
def show(invocation: Invocation, name: str | None) -> int:
    """Show a context with all defaults filled in, where it comes from, and where its secrets are read (never they)."""
    from dashkit.app.context import chosen, shown

    console = invocation.console
    value = shown(chosen(invocation.ports, name))
    if invocation.json:
        console.json(value)
    else:
        width = max(map(len, value))
        for key, item in value.items():
            if item not in (None, "", [], {}, False):
                console.out(f"{key:<{width}}  {_words(item)}")
    return ExitCode.OK


@command.command("use", short_help="Make a context the current one of this checkout.")
@click.argument("name", shell_complete=options.complete_contexts)
@options.common()
def use(invocation: Invocation, name: str) -> int:
    """Make NAME the context for commands without --context. Kept in .dashkit/ beside dashkit.yaml."""
    from dashkit.app import context

    console = invocation.console
    chosen, winning = context.use(invocation.ports, name)
    console.info(f"now using {chosen.name} ({chosen.url})")
    for variable in winning:
        console.warn(f"{variable} is set, and wins while it is")
    return ExitCode.OK


@command.command("check", short_help="Ask the server what it is and what the token may do.")
@click.argument("name", required=False, shell_complete=options.complete_contexts)
@options.common("text", "json")
def check(invocation: Invocation, name: str | None) -> int:
    """Connect: server version, organisation, API in use, permissions, and what is missing for a push."""
    from dashkit.app import context

    checked = context.check(invocation.ports, name)
    invocation.tell(checked.warnings)
    if invocation.json:
        invocation.console.json(_data(checked))
    else:
        _show(checked, invocation)
    return ExitCode.SERVER if checked.missing else ExitCode.OK


def _data(checked: ServerCheck) -> dict[str, Any]:
    number, name = checked.organisation
    return {
        "context": checked.context.name,
        "url": checked.context.url,
        "version": checked.version,
        "verified": checked.verified,
        "organisation": {"id": number, "name": name},
        "reads": checked.reads,
        "writes": checked.writes,
        "nested_folders": checked.nested_folders,
        "missing": checked.missing,
        "missing_for_prune": checked.missing_for_prune,
    }


def _show(checked: ServerCheck, invocation: Invocation) -> None:
    console, style = invocation.console, invocation.console.out_style
    number, name = checked.organisation
    console.out(f"context        {checked.context.name}")
    console.out(f"url            {checked.context.url}")
    console.out(f"version        Grafana {checked.version}{'' if checked.verified else ' (unverified: no prune)'}")
    console.out(f"organisation   {name or 'not to be seen by these credentials'} (id {number or 'unknown'})")
    console.out(f"reads          {checked.reads}")
    console.out(f"writes         {checked.writes}")
    console.out(f"folders        {'nested' if checked.nested_folders else 'one level'}")
    if checked.missing:
        console.out(style("a push would fail: the credentials lack", "red"))
        for action, reason in checked.missing.items():
            console.out(f"  {action:<20} to {reason}")
    else:
        console.out(style("push           allowed", "green"))
    if checked.missing_for_prune:
        console.out(f"prune          not allowed (lacks {', '.join(checked.missing_for_prune)})")


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={_words(item)}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

"""``dashkit context``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.app.context import ServerCheck


@click.group(
    short_help="List, show, choose and check the Grafana servers of the project.",
    epilog="""\b
Examples:
  dashkit context list
  dashkit context use staging     use it in commands without --context
  dashkit context check prod      can dashkit push there?
""",
)
def command() -> None:
    """Manage contexts: the Grafana servers named in dashkit.yaml, and the one that DASHKIT_URL describes.

    Commands use the context of --context, else DASHKIT_CONTEXT, else DASHKIT_URL, else the one chosen with
    `dashkit context use`, else the only one that is not protected.
    """


@command.command("list")
@options.common("text", "json")
def list_(invocation: Invocation) -> int:
    """List the contexts; `*` marks the current one."""
    from dashkit.app.context import listed, shown

    console = invocation.console
    contexts, current = listed(invocation.ports)
    if invocation.json:
        console.json([{**shown(context), "current": context.name == current} for context in contexts])
        return ExitCode.OK
    if not contexts:
        console.info("no contexts; add one to dashkit.yaml, or set DASHKIT_URL")
    width = max((len(context.name) for context in contexts), default=0)
    for context in contexts:
        mark = "*" if context.name == current else " "
        protected = "  protected" if context.protected else ""
        console.out(f"{mark} {context.name:<{width}}  {context.url}{protected}")
    return ExitCode.OK


@command.command()
@click.argument("name", required=False, shell_complete=options.complete_contexts)
@options.common("text", "json")
def show(invocation: Invocation, name: str | None) -> int:
    """Show the settings of a context.

    That includes the defaults, where the context comes from, and where its secrets are read; never the secrets themselves.
    """
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


@command.command()
@click.argument("name", shell_complete=options.complete_contexts)
@options.common()
def use(invocation: Invocation, name: str) -> int:
    """Make NAME the current context of this checkout.

    Commands without --context use it from now on. The choice is stored in .dashkit/ beside dashkit.yaml.
    """
    from dashkit.app import context

    console = invocation.console
    chosen, winning = context.use(invocation.ports, name)
    console.info(f"now using {chosen.name} ({chosen.url})")
    for variable in winning:
        console.warn(f"{variable} is set and takes precedence")
    return ExitCode.OK


@command.command()
@click.argument("name", required=False, shell_complete=options.complete_contexts)
@options.common("text", "json")
def check(invocation: Invocation, name: str | None) -> int:
    """Connect to a server and show its version and the permissions.

    Also shows the organisation, the APIs that dashkit uses, and which permissions are missing for a push. The exit code is
    4 if a push would fail.
    """
    from dashkit.app import context

    checked = context.check(invocation.ports, name)
    invocation.notify(checked.warnings)
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
    rows = {
        "context": checked.context.name,
        "url": checked.context.url,
        "version": f"Grafana {checked.version}{'' if checked.verified else ' (unverified: no prune)'}",
        "organisation": f"{name or 'not visible to these credentials'} (id {number or 'unknown'})",
        "reads": checked.reads,
        "writes": checked.writes,
        "folders": "nested" if checked.nested_folders else "one level",
    }
    console.lines(f"{label:<13}  {value}" for label, value in rows.items())
    if checked.missing:
        console.out(style("a push would fail; the credentials lack these permissions:", "red"))
        console.lines(f"  {action:<20} to {purpose}" for action, purpose in checked.missing.items())
    else:
        console.out(style("push           allowed", "green"))
    if checked.missing_for_prune:
        console.out(f"prune          not allowed (lacks {', '.join(checked.missing_for_prune)})")


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={_words(item)}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

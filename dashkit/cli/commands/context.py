"""``dashkit context``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.config.context import Context


@click.group(short_help="Named Grafana servers: list, show, choose, check.")
def command() -> None:
    """The Grafana servers that dashkit.yaml names, and the one that DASHKIT_URL makes."""


@command.command("list", short_help="The contexts there are.")
@options.format_option("text", "json")
@options.common
def list_(output_format: str, config: Path | None, quiet: bool, verbose: int) -> int:
    """List the contexts; `*` marks the one that is used if no other is named."""
    from dashkit.config.context import ENVIRONMENT, choose, from_environment, named
    from dashkit.errors import ConfigError

    console = options.console(quiet, verbose)
    project = options.project(config)
    try:
        current = choose(project, None, os.environ).name
    except ConfigError:
        current = ""
    contexts = [named(project, name, os.environ) for name in project.contexts]
    if os.environ.get("DASHKIT_URL") and ENVIRONMENT not in project.contexts:
        contexts.append(from_environment(os.environ))
    if output_format == "json":
        console.json([{**_shown(context), "current": context.name == current} for context in contexts])
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
@options.format_option("text", "json")
@options.common
def show(name: str | None, output_format: str, config: Path | None, quiet: bool, verbose: int) -> int:
    """Show a context with all defaults filled in, where it comes from, and where its secrets are read (never they)."""
    from dashkit.config.context import choose

    console = options.console(quiet, verbose)
    project = options.project(config)
    value = _shown(choose(project, name, os.environ))
    if output_format == "json":
        console.json(value)
    else:
        width = max(map(len, value))
        for key, item in value.items():
            if item not in (None, "", [], {}, False):
                console.out(f"{key:<{width}}  {_words(item)}")
    return ExitCode.OK


@command.command("use", short_help="Make a context the current one of this checkout.")
@click.argument("name", shell_complete=options.complete_contexts)
@options.common
def use(name: str, config: Path | None, quiet: bool, verbose: int) -> int:
    """Make NAME the context for commands without --context. Kept in .dashkit/ beside dashkit.yaml."""
    from dashkit.config.context import use as choose_now

    console = options.console(quiet, verbose)
    context = choose_now(options.project(config), name, os.environ)
    console.info(f"now using {context.name} ({context.url})")
    for variable in ("DASHKIT_CONTEXT", "DASHKIT_URL"):
        if os.environ.get(variable):
            console.warn(f"{variable} is set, and wins while it is")
    return ExitCode.OK


@command.command("check", short_help="Ask the server what it is and what the token may do.")
@click.argument("name", required=False, shell_complete=options.complete_contexts)
@options.format_option("text", "json")
@options.common
def check(name: str | None, output_format: str, config: Path | None, quiet: bool, verbose: int) -> int:
    """Connect: server version, organisation, API in use, permissions, and what is missing for a push."""
    from dashkit.grafana.access import PRUNE_NEEDS, PUSH_NEEDS

    console = options.console(quiet, verbose)
    project = options.project(config)
    context, grafana = options.grafana(project, name, console)
    server = grafana.server
    access = grafana.access()
    missing = access.missing(PUSH_NEEDS)
    optional = access.missing(PRUNE_NEEDS)
    reads = f"/apis dashboard.grafana.app/{server.api}" if server.api else "/api (legacy)"
    writes = "/api (legacy)" if server.writes == "legacy" else f"/apis dashboard.grafana.app/{server.writes}"
    value: dict[str, Any] = {
        "context": context.name,
        "url": context.url,
        "version": server.version,
        "verified": server.verified,
        "organisation": {"id": access.organisation_id, "name": access.organisation},
        "reads": reads,
        "writes": writes,
        "nested_folders": server.nested_folders,
        "missing": missing,
        "missing_for_prune": optional,
    }
    if output_format == "json":
        console.json(value)
    else:
        console.out(f"context        {context.name}")
        console.out(f"url            {context.url}")
        console.out(f"version        Grafana {server.version}{'' if server.verified else ' (unverified: no prune)'}")
        console.out(f"organisation   {access.organisation} (id {access.organisation_id})")
        console.out(f"reads          {reads}")
        console.out(f"writes         {writes}")
        console.out(f"folders        {'nested' if server.nested_folders else 'one level'}")
        if missing:
            console.out(console.out_style("a push would fail: the credentials lack", "red"))
            for action, reason in missing.items():
                console.out(f"  {action:<20} to {reason}")
        else:
            console.out(console.out_style("push           allowed", "green"))
        if optional:
            console.out(f"prune          not allowed (lacks {', '.join(optional)})")
    return ExitCode.SERVER if missing else ExitCode.OK


def _shown(context: Context) -> dict[str, Any]:
    """A context for people; headers by name only, since a value may be a secret."""
    return {
        "name": context.name,
        "url": context.url,
        "from": context.origin,
        "auth": dict(context.auth),
        "org_id": context.org_id,
        "tls_ca": str(context.tls_ca) if context.tls_ca else "",
        "client_cert": str(context.client_cert) if context.client_cert else "",
        "insecure": context.insecure,
        "proxy": _without_password(context.proxy),
        "headers": sorted(context.headers),
        "connect_timeout": context.connect_timeout,
        "read_timeout": context.read_timeout,
        "folder_prefix": "/".join(context.folder_prefix),
        "uid_prefix": context.uid_prefix,
        "tags": list(context.tags),
        "datasources": dict(context.datasources),
        "on_drift": context.on_drift,
        "protected": context.protected,
    }


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={_words(item)}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://***@{rest.rpartition('@')[2]}" if "@" in url else url

"""Options that several commands share, and what they are turned into."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from dashkit.cli.console import Console
from dashkit.errors import ConfigError, DashkitError

if TYPE_CHECKING:
    from dashkit.config.context import Context
    from dashkit.config.project import Project
    from dashkit.grafana.client import Grafana

_F = TypeVar("_F", bound=Callable[..., Any])


def complete_contexts(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Context names for the shell; nothing where the configuration cannot be read."""
    try:
        return [name for name in project(None).contexts if name.startswith(incomplete)]
    except DashkitError:
        return []


def complete_only(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Uids of the last build, and paths."""
    try:
        built = project(None).build.glob("**/*.json")
        uids = sorted(path.stem for path in built if path.stem.startswith(incomplete) and not path.stem.startswith("."))
    except DashkitError:
        uids = []
    return [*map(CompletionItem, uids), CompletionItem(incomplete, type="file")]


def common(function: _F) -> _F:
    """--config, --quiet, --verbose."""
    function = click.option("-v", "--verbose", count=True, help="Say more; twice: each HTTP request.")(function)
    function = click.option("-q", "--quiet", is_flag=True, help="Only results, warnings and errors.")(function)
    return click.option(
        "--config", type=click.Path(path_type=Path), metavar="FILE", help="dashkit.yaml to use [default: found upwards]"
    )(function)


def context_option(function: _F) -> _F:
    """--context."""
    return click.option(
        "-c",
        "--context",
        "context_name",
        metavar="NAME",
        shell_complete=complete_contexts,
        help="Grafana to use; else DASHKIT_URL or the current context.",
    )(function)


def no_check(function: _F) -> _F:
    """--no-check."""
    help_text = "Push also what `dashkit check` finds fault with."
    return click.option("--no-check", is_flag=True, help=help_text)(function)


def format_option(*formats: str) -> Callable[[_F], _F]:
    """--format, the first being the default."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to print.",
    )


def only_option(function: _F) -> _F:
    """--only."""
    return click.option(
        "--only",
        multiple=True,
        metavar="UID|PATH",
        shell_complete=complete_only,
        help="Only these: uid, module or directory. Repeatable.",
    )(function)


def console(quiet: bool, verbose: int) -> Console:
    """The console for the chosen loudness; -vv logs each request (never a header)."""
    if verbose > 1:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        log = logging.getLogger("dashkit")
        log.handlers = [handler]
        log.setLevel(logging.DEBUG)
    return Console(quiet=quiet, verbose=verbose)


def project(config: Path | None) -> Project:
    """The project of the working directory."""
    from dashkit.config.project import load_project

    try:
        here = Path.cwd()
    except OSError:
        raise ConfigError("the working directory does not exist any more") from None
    return load_project(here, config)


def grafana(project: Project, name: str | None, output: Console) -> tuple[Context, Grafana]:
    """The chosen context and a client for it; warns of what deserves it. No request is sent."""
    from dashkit.cli.connect import connect
    from dashkit.config.context import choose
    from dashkit.config.secrets import credentials

    context = choose(project, name, os.environ)
    if context.insecure:
        output.warn(f"context {context.name} accepts any certificate (tls.insecure)")
    return context, connect(context, credentials(context, project.root, os.environ))

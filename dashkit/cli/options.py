"""Options that several commands share, each with the field of a request that it fills."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from dashkit.cli.console import Console
from dashkit.cli.invocation import Invocation, project_of
from dashkit.errors import DashkitError

_F = TypeVar("_F", bound=Callable[..., Any])
_KEEP = (
    ("keep_last", "The newest N."),
    ("keep_daily", "The newest of each of the last N days that have one."),
    ("keep_weekly", "The newest of each of the last N weeks."),
    ("keep_monthly", "The newest of each of the last N months."),
)


def complete_contexts(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Context names for the shell; nothing where the configuration cannot be read."""
    try:
        return [name for name in project_of(None).contexts if name.startswith(incomplete)]
    except DashkitError:
        return []


def complete_only(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Uids of the last build, and paths."""
    try:
        built = project_of(None).build.glob("**/*.json")
        uids = sorted(path.stem for path in built if path.stem.startswith(incomplete) and not path.stem.startswith("."))
    except DashkitError:
        uids = []
    return [*map(CompletionItem, uids), CompletionItem(incomplete, type="file")]


def complete_kinds(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of kinds, also after a comma."""
    from dashkit.model.kinds import KINDS

    before, comma, last = incomplete.rpartition(",")
    return [CompletionItem(before + comma + kind.name) for kind in KINDS if kind.name.startswith(last)]


def common(*formats: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """--format (the first being the default; none without any), --config, --quiet, --verbose.

    The command is called with an `Invocation` made of them, and with its own options by name.
    """

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(command)
        def call(*, config: Path | None, quiet: bool, verbose: int, output_format: str = "text", **given: Any) -> int:
            invocation = Invocation(console(quiet, verbose), config, output_format)
            try:
                return command(invocation, **given)
            finally:
                invocation.end()

        wrapped: Any = call
        wrapped = click.option("-v", "--verbose", count=True, help="Say more; twice: each HTTP request.")(wrapped)
        wrapped = click.option("-q", "--quiet", is_flag=True, help="Only results, warnings and errors.")(wrapped)
        file = click.Path(path_type=Path)
        found = "dashkit.yaml to use [default: found upwards]"
        wrapped = click.option("--config", type=file, metavar="FILE", help=found)(wrapped)
        if formats:
            choice = click.Choice(formats)
            wrapped = click.option(
                "--format", "output_format", type=choice, default=formats[0], show_default=True, help="How to print."
            )(wrapped)
        result: Callable[..., int] = wrapped
        return result

    return decorate


def context(function: _F) -> _F:
    """--context fills ``context_name``."""
    return click.option(
        "-c",
        "--context",
        "context_name",
        metavar="NAME",
        shell_complete=complete_contexts,
        help="Grafana to use; else DASHKIT_URL or the current context.",
    )(function)


def no_check(function: _F) -> _F:
    """--no-check fills ``check``."""
    help_text = "Push also what `dashkit check` finds fault with."
    return click.option("--no-check", "check", is_flag=True, flag_value=False, default=True, help=help_text)(function)


def some(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """For what narrows down: an empty value (often a variable that is not set) must not mean everything."""
    if not all(value.strip() for value in values):
        raise click.BadParameter("is empty; a variable that is not set?")
    return values


def only(function: _F) -> _F:
    """--only fills ``only``."""
    return click.option(
        "--only",
        multiple=True,
        callback=some,
        metavar="UID|PATH",
        shell_complete=complete_only,
        help="Only these: uid, module or directory. Repeatable.",
    )(function)


def yes(help_text: str) -> Callable[[_F], _F]:
    """--yes: of what asks."""
    return click.option("-y", "--yes", is_flag=True, help=help_text)


def max_delete(help_text: str) -> Callable[[_F], _F]:
    """--max-delete fills ``max_delete``."""
    return click.option("--max-delete", type=click.IntRange(min=0), default=5, show_default=True, help=help_text)


def plan(function: _F) -> _F:
    """--only, --adopt, --prune, --on-drift: the same for diff and push, so that diff shows what push does."""
    treated = _treatment(
        function,
        adopt="Take over dashboards of the same uid that dashkit did not make.",
        prune="Delete the project's dashboards that the source no longer has.",
        drift="A dashboard edited in the UI since the last push: refuse it, overwrite it, or skip it.",
    )
    return only(treated)


def alert_plan(function: _F) -> _F:
    """--adopt, --prune, --on-drift of alert rules."""
    return _treatment(
        function,
        adopt="Take over groups of the same name that dashkit did not make.",
        prune="Delete the project's groups that the source no longer has.",
        drift="Rules edited in the UI since the last push: refuse their group, overwrite it, or skip it.",
    )


def kinds(help_text: str) -> Callable[[_F], _F]:
    """--kinds fills ``kinds``."""
    return click.option(
        "--kinds", multiple=True, callback=some, metavar="KINDS", shell_complete=complete_kinds, help=help_text
    )


def archives(function: _F) -> _F:
    """--archives fills ``archives``."""
    help_text = "Where they are.  [default: the context's, else backups/]"
    return click.option("--archives", default="", metavar="DIR|URL", help=help_text)(function)


def keep(function: _F) -> _F:
    """--keep-last, --keep-daily, --keep-weekly, --keep-monthly, --keep-within: the fields of a `dashkit.app.forget.Keep`."""
    within = "All that are younger, such as 30d."
    function = click.option("--keep-within", metavar="DURATION", default="", help=within)(function)
    for name, text in reversed(_KEEP):
        flag = f"--{name.replace('_', '-')}"
        function = click.option(flag, type=click.IntRange(min=0), default=0, metavar="N", help=text)(function)
    return function


def writes_over(help_text: str) -> Callable[[_F], _F]:
    """--on-conflict, --dry-run, --yes: of what writes over a server. The text says what is in conflict, and what comes of it."""

    def decorate(function: _F) -> _F:
        function = yes("Do not ask before writing.")(function)
        function = click.option("--dry-run", is_flag=True, help="Show the plan and stop.")(function)
        choices = click.Choice(["fail", "skip", "overwrite"])
        return click.option("--on-conflict", type=choices, default="fail", show_default=True, help=help_text)(function)

    return decorate


def console(quiet: bool, verbose: int) -> Console:
    """The console for the chosen loudness; -vv logs each request (never a header)."""
    if verbose > 1:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        log = logging.getLogger("dashkit")
        log.handlers = [handler]
        log.setLevel(logging.DEBUG)
    return Console(quiet=quiet, verbose=verbose)


def _treatment(function: _F, *, adopt: str, prune: str, drift: str) -> _F:
    """How to treat what is not as it was left; the texts are the help of each option."""
    from dashkit.config.schema import ON_DRIFT

    drift = f"{drift}  [default: the context's, else refuse]"
    function = click.option("--on-drift", type=click.Choice(ON_DRIFT), help=drift)(function)
    function = click.option("--prune", is_flag=True, help=prune)(function)
    return click.option("--adopt", is_flag=True, help=adopt)(function)

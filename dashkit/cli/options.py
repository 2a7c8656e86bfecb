"""Options that several commands share. Each one says which field of a request it fills."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from dashkit.cli.console import Console
from dashkit.cli.invocation import Invocation, project_of
from dashkit.errors import DashkitError

_F = TypeVar("_F", bound=Callable[..., Any])
_T = TypeVar("_T")
EMPTY = "is empty; is an environment variable missing?"
_KEEP = (
    ("--keep-last", "Keep the newest N archives."),
    ("--keep-daily", "Keep the newest archive of each of the last N days that have one."),
    ("--keep-weekly", "Keep the newest archive of each of the last N weeks that have one."),
    ("--keep-monthly", "Keep the newest archive of each of the last N months that have one."),
)


def complete_contexts(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a context. Return nothing if the configuration cannot be read."""
    try:
        return [name for name in project_of(None).contexts if name.startswith(incomplete)]
    except DashkitError:
        return []


def complete_only(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a uid of the last build, or a path."""
    try:
        built = project_of(None).build.glob("**/*.json")
        uids = sorted(path.stem for path in built if path.stem.startswith(incomplete) and not path.stem.startswith("."))
    except DashkitError:
        uids = []
    return [*map(CompletionItem, uids), CompletionItem(incomplete, type="file")]


def complete_kinds(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a kind, also after a comma."""
    from dashkit.model.kinds import KINDS

    before, comma, last = incomplete.rpartition(",")
    return [CompletionItem(before + comma + kind.name) for kind in KINDS if kind.name.startswith(last)]


def several(*options: Callable[[_F], _F]) -> Callable[[_F], _F]:
    """Combine options into one decorator. The help lists them in this order."""
    return lambda function: functools.reduce(lambda decorated, option: option(decorated), reversed(options), function)


def number(flag: str, default: int, help_text: str, *, least: int = 1, most: int | None = None) -> Callable[[_F], _F]:
    """Return an option for an integer."""
    return click.option(flag, type=click.IntRange(least, most), default=default, show_default=True, help=help_text)


def choice(
    flag: str, values: Sequence[str], help_text: str, *, default: str = "", name: str | None = None
) -> Callable[[_F], _F]:
    """Return an option for one of the values, by default the first one. It fills the parameter ``name``."""
    names = (flag, name) if name else (flag,)
    kind, chosen = click.Choice(values), default or values[0]
    return click.option(*names, type=kind, default=chosen, show_default=True, help=help_text)


def common(*formats: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Add --format (if there are ``formats``; the first one is the default), --config, --quiet and --verbose.

    The command is called with the `Invocation` that these describe, and with its own options by name.
    """
    shared: list[Callable[[Callable[..., int]], Callable[..., int]]] = [
        click.option(
            "--config", type=click.Path(path_type=Path), metavar="FILE",
            help="The dashkit.yaml to use.  [default: the one in this directory or above]",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Print only results, warnings and errors."),
        click.option("-v", "--verbose", count=True, help="Print more; -vv also logs each HTTP request."),
    ]  # fmt: skip
    if formats:
        shared.insert(0, choice("--format", formats, "How to print the result.", name="output_format"))

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(command)
        def call(*, config: Path | None, quiet: bool, verbose: int, output_format: str = "text", **given: Any) -> int:
            invocation = Invocation(console(quiet, verbose), config, output_format)
            try:
                return command(invocation, **given)
            finally:
                invocation.end()

        return several(*shared)(call)

    return decorate


def filled(ctx: click.Context, param: click.Parameter, value: _T) -> _T:
    """Refuse an empty value, often a variable that is not set: it must not mean the default."""
    if value == "" and ctx.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE:
        raise click.BadParameter(EMPTY)
    return value


def context(function: _F) -> _F:
    """--context fills ``context_name``."""
    return click.option(
        "-c",
        "--context",
        "context_name",
        metavar="NAME",
        shell_complete=complete_contexts,
        callback=filled,
        help="The Grafana to use.  [default: DASHKIT_CONTEXT, DASHKIT_URL, or the current context]",
    )(function)


def no_check(function: _F) -> _F:
    """--no-check fills ``check``."""
    help_text = "Push even if `dashkit check` finds errors."
    return click.option("--no-check", "check", is_flag=True, flag_value=False, default=True, help=help_text)(function)


def some(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an empty value, often a variable that is not set: an option that narrows down must not select everything."""
    if not all(value.strip() for value in values):
        raise click.BadParameter(EMPTY)
    return values


def several_values(flag: str, metavar: str, help_text: str, **more: Any) -> Callable[[_F], _F]:
    """Return an option that may be repeated, and that refuses empty values."""
    return click.option(flag, multiple=True, callback=some, metavar=metavar, help=help_text, **more)


def only(function: _F) -> _F:
    """--only fills ``only``."""
    help_text = "Only these dashboards: a uid, a module or a directory. Repeatable."
    return several_values("--only", "UID|PATH", help_text, shell_complete=complete_only)(function)


def yes(help_text: str) -> Callable[[_F], _F]:
    """--yes, for commands that ask."""
    return click.option("-y", "--yes", is_flag=True, help=help_text)


def max_delete(help_text: str) -> Callable[[_F], _F]:
    """--max-delete fills ``max_delete``."""
    return number("--max-delete", 5, help_text, least=0)


def plan(function: _F) -> _F:
    """--only, --adopt, --prune, --on-drift and --classic. diff and push share them, so that diff shows what push does."""
    treatment = _treatment(
        adopt="Take over dashboards with the same uid that dashkit does not manage.",
        prune="Delete the project's dashboards that are no longer in the source.",
        drift="What to do with a dashboard that was edited in the UI since the last push.",
    )
    help_text = "Store classic dashboards as such again where Grafana's UI made them v2. Without it, they stay v2."
    return only(treatment(click.option("--classic", is_flag=True, help=help_text)(function)))


def alert_plan(function: _F) -> _F:
    """--adopt, --prune and --on-drift for alert rules."""
    return _treatment(
        adopt="Take over groups with the same name that dashkit does not manage.",
        prune="Delete the project's groups that are no longer in the source.",
        drift="What to do with a group whose rules were edited in the UI since the last push.",
    )(function)


def kinds(verb: str) -> Callable[[_F], _F]:
    """--kinds fills ``kinds``. The verb says what the command does with the objects of these kinds."""
    help_text = f"{verb} only these kinds, such as dashboards,folders. Repeatable."
    return several_values("--kinds", "KINDS", help_text, shell_complete=complete_kinds)


def archives(function: _F) -> _F:
    """Add --archives, which fills ``archives``."""
    help_text = "Where the archives are.  [default: the context's setting, else backups/]"
    return click.option("--archives", default="", metavar="DIR|URL", help=help_text)(function)


def keep(function: _F) -> _F:
    """--keep-last, --keep-daily, --keep-weekly, --keep-monthly and --keep-within: the fields of `dashkit.app.forget.Keep`."""
    return several(
        *(click.option(flag, type=click.IntRange(min=0), default=0, metavar="N", help=text) for flag, text in _KEEP),
        click.option(
            "--keep-within", metavar="DURATION", default="", help="Keep all archives younger than this, such as 30d."
        ),
    )(function)


def writes_over(help_text: str) -> Callable[[_F], _F]:
    """--on-conflict, --dry-run and --yes, for commands that overwrite objects; the text explains a conflict."""
    return several(
        choice("--on-conflict", ("fail", "skip", "overwrite"), help_text),
        click.option("--dry-run", is_flag=True, help="Show the plan and stop."),
        yes("Do not ask before writing."),
    )


def console(quiet: bool, verbose: int) -> Console:
    """Return the console for these options. -vv also logs each request, but never a header."""
    if verbose > 1:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        log = logging.getLogger("dashkit")
        log.handlers = [handler]
        log.setLevel(logging.DEBUG)
    return Console(quiet=quiet, verbose=verbose)


def _treatment(*, adopt: str, prune: str, drift: str) -> Callable[[_F], _F]:
    from dashkit.config.schema import ON_DRIFT

    drift = f"{drift}  [default: the context's setting, else refuse]"
    return several(
        click.option("--adopt", is_flag=True, help=adopt),
        click.option("--prune", is_flag=True, help=prune),
        click.option("--on-drift", type=click.Choice(ON_DRIFT), help=drift),
    )

"""The options that shape a plan: the same for diff and push, so that diff shows what push does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from dashkit.cli.options import only_option
from dashkit.config.schema import ON_DRIFT

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person asked for."""

    only: tuple[str, ...] = ()
    adopt: bool = False
    prune: bool = False
    on_drift: str | None = None


def plan_options(function: _F) -> _F:
    """--only, --adopt, --prune, --on-drift."""
    function = click.option(
        "--on-drift",
        type=click.Choice(ON_DRIFT),
        help="A dashboard edited in the UI since the last push: refuse it, overwrite it, or skip it.  "
        "[default: the context's, else refuse]",
    )(function)
    function = click.option(
        "--prune", is_flag=True, help="Delete the project's dashboards that the source no longer has."
    )(function)
    function = click.option(
        "--adopt", is_flag=True, help="Take over dashboards of the same uid that dashkit did not make."
    )(function)
    return only_option(function)

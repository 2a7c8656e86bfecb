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
    treated = _treatment(
        function,
        adopt="Take over dashboards of the same uid that dashkit did not make.",
        prune="Delete the project's dashboards that the source no longer has.",
        drift="A dashboard edited in the UI since the last push: refuse it, overwrite it, or skip it.",
    )
    return only_option(treated)


def rule_options(function: _F) -> _F:
    """--adopt, --prune, --on-drift of alert rules."""
    return _treatment(
        function,
        adopt="Take over groups of the same name that dashkit did not make.",
        prune="Delete the project's groups that the source no longer has.",
        drift="Rules edited in the UI since the last push: refuse their group, overwrite it, or skip it.",
    )


def _treatment(function: _F, *, adopt: str, prune: str, drift: str) -> _F:
    """How to treat what is not as it was left; the texts are the help of each option."""
    drift = f"{drift}  [default: the context's, else refuse]"
    function = click.option("--on-drift", type=click.Choice(ON_DRIFT), help=drift)(function)
    function = click.option("--prune", is_flag=True, help=prune)(function)
    return click.option("--adopt", is_flag=True, help=adopt)(function)

"""The options of `dashkit import`: where dashboards are, what inputs they have, and how to write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from dashkit.cli import options

_F = TypeVar("_F", bound=Callable[..., Any])


def _texts(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Return texts by name."""
    if wrong := [value for value in values if not value.partition("=")[1]]:
        raise click.BadParameter(f"{wrong[0]!r} is not of the form NAME=VALUE")
    return {name: text for name, _, text in (value.partition("=") for value in values)}


_server = options.several(
    options.context,
    click.option(
        "--uid", "uids", multiple=True, callback=options.some, metavar="UID", help="Import this one. Repeatable."
    ),
    click.option(
        "--folder", metavar="PATH", help="Import all dashboards in this folder and below, such as 'Team/Service'."
    ),
    click.option("--all", "everything", is_flag=True, help="Import all dashboards of the organisation."),
    click.option(
        "--alerts", is_flag=True,
        help="Import the alert and recording rules that the context's Grafana evaluates; with --folder, those of this folder.",
    ),
    click.option(
        "--routing", is_flag=True,
        help="Import contact points, notification policies and mute timings; secrets become names of environment variables.",
    ),
)  # fmt: skip
_market = options.several(
    click.option(
        "--id", "ids", multiple=True, type=click.IntRange(1), metavar="ID",
        help="Import this dashboard of grafana.com, and pin it in dashkit.lock. Repeatable.",
    ),
    click.option(
        "--revision", type=click.IntRange(1), metavar="N",
        help="The revision of it to import.  [default: the pinned one, or the newest]",
    ),
)  # fmt: skip
_inputs = options.several(
    click.option(
        "-J", "--jpath", "library_paths", multiple=True, type=click.Path(path_type=Path), metavar="DIR",
        help="Let Jsonnet import from here, too, besides its own project and vendor/ in it. Repeatable.",
    ),
    click.option(
        "--ext-str", "variables", multiple=True, callback=_texts, metavar="NAME=VALUE",
        help="What std.extVar(NAME) of Jsonnet is. Repeatable.",
    ),
    click.option(
        "--input", "inputs", multiple=True, callback=_texts, metavar="NAME=VALUE",
        help="What an input of an export stands for: the uid of a datasource, or a constant. Repeatable.",
    ),
)  # fmt: skip
_written = options.several(
    click.option("--title", default="", metavar="TEXT", help="Another title, for a single dashboard."),
    click.option("--new-uid", default="", metavar="UID", help="Another uid, for a single dashboard."),
    click.option(
        "--to", type=click.Path(path_type=Path, file_okay=False), default=Path("dashboards"), show_default=True,
        metavar="DIR", help="Where to write.",
    ),
    click.option(
        "--as", "kind", type=click.Choice(("python", "json")), default="python", show_default=True, help="What to write."
    ),
    click.option("--force", is_flag=True, help="Overwrite existing files that differ."),
    click.option(
        "--upgrade", is_flag=True,
        help="Bring old schemas, and panels of kinds that are gone, to what one makes today; --report says what became of them.",
    ),
    click.option(
        "--report", is_flag=True,
        help="Say of each dashboard how its panels are written, and what was mended; with -v, what was left out, and why.",
    ),
)  # fmt: skip


def everything(function: _F) -> _F:
    """All of them, and the argument SOURCE."""
    sources = click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=click.Path(path_type=Path))
    return options.several(sources, _server, _market, _inputs, _written)(function)

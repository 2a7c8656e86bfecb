"""Turn a Grafana's contact points, notification policies and mute timings into a module, with a proof that it makes the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit import _files
from dashkit.app.connect import adjustments_of, connected
from dashkit.app.import_proof import made_by, module_folder
from dashkit.app.import_rules import ImportedRules, Module, saved
from dashkit.app.ports import Ports
from dashkit.deploy.routing_plan import KINDS
from dashkit.errors import DashkitError, InputError, ServerError
from dashkit.importer import fresh
from dashkit.importer.code import expression, helpers
from dashkit.importer.format import format_files, require_formatter
from dashkit.importer.module import docstring, imports
from dashkit.importer.routing import Live, Routed, compared_routing, live_routing, made_items, routing_call

_FILE = "routing.py"


@dataclass(frozen=True, slots=True)
class Request:
    """The routing of a context's Grafana."""

    context_name: str | None = None
    to: Path = Path("dashboards")
    #: Overwrite a file that differs.
    force: bool = False


@dataclass(frozen=True, slots=True)
class ImportedRouting:
    """What became of the routing.

    Attributes:
        variables: the environment variables that hold the secrets, which a server does not show.
        left: what stays in Grafana only, in words.
        error: why nothing was written.
    """

    source: str
    file: str = ""
    equal: bool = False
    changed: bool = False
    lines: int = 0
    contact_points: int = 0
    routes: int = 0
    mute_timings: int = 0
    variables: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    error: DashkitError | None = None


def carry_out(request: Request, ports: Ports) -> ImportedRouting:
    """Write the module.

    Raises:
        InputError: the formatter is not installed.
        ServerError: the server cannot be read, or has no contact points.
    """
    require_formatter()
    found = connected(ports, request.context_name)
    owner = adjustments_of(ports.project, found.context).tag
    live = live_routing([item for kind in KINDS for item in found.server.items(kind)], owner)
    if not live.receivers:
        raise ServerError("no contact points that can be read", status=404, where=found.server.url)
    source = f"{found.context.name}: routing"
    try:
        routed = routing_call(live)
    except ValueError as error:
        return ImportedRouting(
            source, left=live.left, warnings=found.warnings, error=InputError(str(error), where=source)
        )
    text, why = _proven(routed, live, owner)
    failure = None
    if why is not None:
        failure = InputError(f"no module makes the same routing{why}; nothing was written", where=source)
    module = Module(ImportedRules(source, "" if failure else _FILE, equal=not failure, error=failure), text)
    written = saved(module, request.to, force=request.force)
    return ImportedRouting(
        source, written.file, written.equal, written.changed, text.count("\n"),
        sum(map(len, live.receivers.values())), sum(_routes(live.tree)) - 1, len(live.timings), routed.variables, live.left,
        found.warnings, written.error,
    )  # fmt: skip


def _routes(route: Mapping[str, Any]) -> Iterator[int]:
    """Yield 1 for a route, and for each below it."""
    yield 1
    for below in route.get("routes", []):
        yield from _routes(below)


def _text(routed: Routed) -> str:
    title = docstring("Who is told of alerts, and how")
    return (
        f"{title}\n\n{imports('dashkit.authoring', set(helpers(routed.call)))}\n\nrouting = {expression(routed.call)}\n"
    )


def _proven(routed: Routed, live: Live, owner: str) -> tuple[str, str | None]:
    """Return the module, formatted, and None if a process of its own makes the same of it, else why not."""
    with fresh.folder() as folder:
        path = module_folder(folder) / _FILE
        _files.write_atomic(path, _text(routed).encode())
        format_files(folder)
        text = _files.read_bytes(path).decode()
        environ = dict.fromkeys(routed.variables, "x")
        made = made_by(folder, {"routing": {"owner": owner, "environ": environ}})
    if not made.routing:
        return text, "".join(f": {message}" for message in made.failures.values())
    again = live_routing(made_items(made.routing["items"], made.routing["route"]), owner)
    return text, None if compared_routing(again) == compared_routing(live) else ""

"""``dashkit preview``."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib.util
import secrets
import socket
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation, project_of
from dashkit.errors import DashkitError, ExitCode, InputError, UsageError

if TYPE_CHECKING:
    import uvicorn

    from dashkit.app.ports import Ports
    from dashkit.app.preview import Request, Snapshot
    from dashkit.model.problem import Problem
    from dashkit.preview.sources.port import DataSource
    from dashkit.web.live import LiveProject

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: What the extra ``preview`` installs.
_PACKAGES = (
    "fontTools", "fontpkg", "fontpkg_inter", "fontpkg_roboto_mono", "jinja2", "markdown_it", "nh3", "resvg_py", "starlette",
    "uvicorn", "watchfiles",
)  # fmt: skip
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(
    short_help="Show the dashboards in a browser, without a Grafana.",
    epilog="""\b
Examples:
  dashkit preview --open                                 the whole project, with sample data
  dashkit preview dashboards/shop.py                     one module
  dashkit preview --prometheus http://localhost:9090     with data of a Prometheus
  dashkit preview --context production                   with data through a Grafana, of any datasource
  dashkit preview exported.json                          a file from elsewhere
  dashkit preview --output site                          pages that open without a server
  dashkit preview --png pictures --theme light           pictures
""",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@click.option("--sample", is_flag=True, help="Show made-up data that fits the queries.  [default]")
@click.option("--prometheus", default="", metavar="URL", help="Show data of this Prometheus.")
@click.option(
    "-c", "--context", "context_name", metavar="NAME", shell_complete=options.complete_contexts,
    help="Show data through the Grafana of this context, and what was edited there.",
)  # fmt: skip
@options.number("--port", 8042, "The port; 0 picks a free one.", least=0, most=65535)
@click.option(
    "--bind", default="127.0.0.1", metavar="ADDRESS", show_default=True,
    help="Listen on this address. Beyond loopback, the URL has a token.",
)  # fmt: skip
@click.option("--open", "open_page", is_flag=True, help="Open the page in a browser.")
@click.option("--output", type=_FOLDER, metavar="DIR", help="Write pages with their data in them here, and stop.")
@click.option("--png", type=_FOLDER, metavar="DIR", help="Write a picture of each dashboard here, and stop.")
@click.option("--svg", type=_FOLDER, metavar="DIR", help="Likewise, as SVG.")
@options.choice("--theme", ("dark", "light"), "The colours of pictures.")
@options.number("--width", 1440, "The width of pictures in pixels.", least=320, most=7680)
@options.common()
def command(invocation: Invocation, port: int, bind: str, open_page: bool, **given: Any) -> int:
    """Serve pages that show the dashboards as Grafana would, and follow each save.

    Without PATHS, the whole project. A module that is broken shows its error above the page and keeps its last state. What
    `dashkit check` finds stands beside the panel that it concerns.
    """
    require_packages()
    from dashkit.app.preview import Request
    from dashkit.app.preview_data import data_of

    request = Request(**given)
    data, warnings = data_of(
        invocation.ports, prometheus=request.prometheus, context_name=request.context_name, sample=request.sample
    )
    invocation.notify(warnings)
    if request.writes:
        return _write(request, data, invocation)
    if "-" in request.paths:
        hint = "write the page with --output, or name the file"
        raise UsageError("standard input cannot be followed", hint=hint)
    return _serve_pages(invocation, request, data, bind, port, open_page=open_page)


def require_packages() -> None:
    """Raise `UsageError` if the packages of the extra ``preview`` are not installed."""
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        hint = "pip install 'grafana-dashkit[preview]'"
        raise UsageError(f"the preview needs more packages: {', '.join(missing)}", hint=hint)


def _write(request: Request, data: DataSource | None, invocation: Invocation) -> int:
    """Write pages and pictures."""
    from dashkit.app.preview import write
    from dashkit.app.source import failure_error
    from dashkit.model.words import counted

    written = write(request, data, invocation.ports)
    invocation.end()
    for failure in written.failures:
        invocation.console.failure(failure_error(failure))
    for folder, count in written.counts:
        invocation.console.info(f"{counted(count, 'file')} in {folder}/, with {written.data_title}")
    return ExitCode.INPUT if written.failures else ExitCode.OK


def _serve_pages(
    invocation: Invocation, request: Request, data: DataSource | None, bind: str, port: int, *, open_page: bool
) -> int:
    import uvicorn

    from dashkit.app.check_context import scrape_interval
    from dashkit.app.preview import folders
    from dashkit.config.file import NAME
    from dashkit.web.app import preview_app
    from dashkit.web.editing import editing
    from dashkit.web.live import LiveProject

    project, paths = invocation.project, request.paths
    watched = [*folders(project), project.file or project.root / NAME, *map(Path, paths)]
    config = project.file
    token = "" if bind in _LOOPBACK else secrets.token_urlsafe(16)
    edited = None
    if request.context_name is not None:
        edited = editing(request.context_name, functools.partial(_ports, config), offered=not token)
    live = LiveProject(
        functools.partial(_snapshot, config, paths),
        functools.partial(_problems, config, paths),
        watched,
        edited and edited.edits,
    )
    with _listener(bind, port) as listener:
        app = preview_app(
            live, lambda: data or live.sample, hosts=_names(bind), token=token, scrape=scrape_interval(project) * 1000,
            editing=edited,
        )  # fmt: skip
        host = f"[{bind}]" if ":" in bind else bind
        address = f"http://{host}:{listener.getsockname()[1]}/{f'?token={token}' if token else ''}"
        invocation.console.out(address)
        sys.stdout.flush()
        title = data.title if data else live.sample.title
        invocation.console.info(f"Dashboards with {title}; follows each save; press Ctrl-C to stop.")
        settings = uvicorn.Config(
            app, log_level="critical", access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(uvicorn.Server(settings), live, listener, address if open_page else ""))
    return ExitCode.OK


async def _serve(server: uvicorn.Server, live: LiveProject, listener: socket.socket, opened: str) -> None:
    """Serve until interrupted, and read the project again after each save."""
    following = asyncio.create_task(live.follow())
    if opened:
        asyncio.get_running_loop().call_later(0.5, webbrowser.open, opened)
    try:
        await server.serve(sockets=[listener])
    finally:
        following.cancel()


def _listener(bind: str, port: int) -> socket.socket:
    """Return a socket that is bound."""
    if not bind.strip():
        raise UsageError("--bind needs an address, such as 0.0.0.0 for all of this machine's")
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((bind, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise InputError(f"{bind} port {port}: {error.strerror}", hint="--port 0 picks a free one") from None
    return listener


def _names(bind: str) -> list[str]:
    """Return the names that browsers may call this server by, besides those of loopback."""
    if bind in _LOOPBACK:
        return []
    own = [bind, socket.gethostname()]
    if bind in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        own += [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None)]
    return [f"[{name}]" if ":" in name else name for name in own]


def _snapshot(config: Path | None, paths: tuple[str, ...]) -> Snapshot:
    """Compile in the process that was started for it."""
    from dashkit.app.preview import Snapshot, snapshot
    from dashkit.compiler.compile import Failure

    try:
        return snapshot(project_of(config), paths)
    except DashkitError as error:  # a dashkit.yaml that is being edited, for one
        return Snapshot(failures=[Failure(error.where, error.message, error.hint)])


def _problems(config: Path | None, paths: tuple[str, ...]) -> Mapping[str, list[Problem]]:
    from dashkit.app.preview import problems

    try:
        return problems(_ports(config), paths)
    except DashkitError:
        return {}


def _ports(config: Path | None) -> Ports:
    """Open the ports of the project as it is now."""
    from dashkit.cli.adapters import ports

    return ports(project_of(config), lambda event: None)

"""``dashkit sandbox``."""

from __future__ import annotations

import socket
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, InputError, UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from dashkit.preview.sources.port import DataSource
    from dashkit.sandbox.store import Store


@click.command(
    short_help="Run a local stand-in for Grafana.",
    epilog="""\b
Examples:
  dashkit sandbox                                    on port 3000, in memory, login admin/admin
  dashkit sandbox --port 0 --data .dashkit/sandbox   on a free port, with data kept between runs
  dashkit sandbox --grafana 10.1                     behave like Grafana 10.1
  dashkit sandbox --grafana 12.4                     like 12.4, with dashboards in unified storage
""",
)
@options.number("--port", 3000, "The port; 0 picks a free one.", least=0, most=65535)
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Keep the data here between runs.  [default: in memory]",
)  # fmt: skip
@options.choice(
    "--grafana", ("12.3", "12.4", "11.6", "10.1"), "The Grafana version to behave like; 12.4 has unified storage."
)
@click.option(
    "--prometheus", default="", metavar="URL", help="Show data of this Prometheus on the pages, not sample data."
)
@options.common()
def command(invocation: Invocation, port: int, data: Path | None, grafana: str, prometheus: str) -> int:
    """Serve the part of Grafana's HTTP API that dashkit uses, on 127.0.0.1, to try dashkit on a laptop or in CI.

    It stores dashboards, folders, alerting, users and more, and shows the dashboards as `dashkit preview` does. Requests that
    it does not support get the status 501. The first line on stdout is its address.
    """
    try:
        from dashkit.sandbox import app
    except ImportError:
        raise UsageError("the sandbox needs a web framework", hint="pip install starlette uvicorn") from None
    from dashkit.sandbox.flavour import FLAVOURS
    from dashkit.sandbox.store import Store

    console = invocation.console
    sandbox = app.Sandbox(Store(data / "sandbox.sqlite" if data else None), FLAVOURS[grafana])
    try:
        # Name the protocol: asyncio sets TCP_NODELAY only on sockets that were created with IPPROTO_TCP.
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError as error:
                raise InputError(f"port {port}: {error.strerror}", hint="--port 0 picks a free one") from None
            pages = _pages(sandbox.store, prometheus, invocation)
            listener.listen()
            console.out(f"http://127.0.0.1:{listener.getsockname()[1]}")
            sys.stdout.flush()
            console.info(f"Stand-in for Grafana {FLAVOURS[grafana].version}; login admin/admin; press Ctrl-C to stop.")
            app.serve(sandbox, listener, pages)
    finally:
        sandbox.close()
    return ExitCode.OK


def _pages(store: Store, prometheus: str, invocation: Invocation) -> ASGIApp | None:
    """Return what shows the stored dashboards; None without the packages for it."""
    from dashkit.cli.commands.preview import require_packages

    try:
        require_packages()
    except UsageError as error:
        if prometheus:
            raise
        invocation.notify((), [f"The dashboards are not shown: {error.message}. {error.hint}"])
        return None
    from dashkit.app.check_context import scrape_interval
    from dashkit.app.preview import sample_of, snapshot
    from dashkit.app.preview_data import data_of
    from dashkit.sandbox.stored import StoredDashboards, WithStoredAnnotations
    from dashkit.web.app import preview_app

    data, _ = data_of(invocation.ports, prometheus=prometheus)

    @cache
    def source() -> DataSource:
        # Sample data fits the metrics of the project, which are read when somebody looks at a page.
        return WithStoredAnnotations(store, data or sample_of(snapshot(invocation.project, ())))

    return preview_app(StoredDashboards(store), source, scrape=scrape_interval(invocation.project) * 1000)

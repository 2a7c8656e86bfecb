"""``dashkit sandbox``."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, InputError, UsageError


@click.command(
    short_help="Run a stand-in for Grafana on this machine.",
    epilog="""\b
Examples:
  dashkit sandbox                                  on port 3000, in memory, log-in admin/admin
  dashkit sandbox --port 0 --data .dashkit/sandbox on a free port, kept between runs
  dashkit sandbox --grafana 10.1                   with the rules of Grafana 10.1
""",
)
@click.option("--port", type=click.IntRange(0, 65535), default=3000, show_default=True, help="0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Keep its data here.")
@click.option("--grafana", type=click.Choice(["12.3", "10.1"]), default="12.3", show_default=True, help="Which rules.")
@options.common()
def command(invocation: Invocation, port: int, data: Path | None, grafana: str) -> int:
    """Serve what dashkit needs of Grafana's HTTP API on loopback: dashboards, folders, alerting, people, and the rest.

    For trying dashkit on a laptop and in CI. It draws no pictures, and what it does not know it answers with 501.
    Its address is the first line on stdout.
    """
    try:
        from dashkit.sandbox import app
    except ImportError:
        raise UsageError("the sandbox needs a web framework", hint="pip install 'dashkit[sandbox]'") from None
    from dashkit.sandbox.flavour import FLAVOURS
    from dashkit.sandbox.store import Store

    console = invocation.console
    sandbox = app.Sandbox(Store(data / "sandbox.sqlite" if data else None), FLAVOURS[grafana])
    try:
        # With the protocol named: asyncio switches the delay of small packets off only for sockets that say TCP.
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError as error:
                raise InputError(f"port {port}: {error.strerror}", hint="--port 0 takes a free one") from None
            console.out(f"http://127.0.0.1:{listener.getsockname()[1]}")
            sys.stdout.flush()
            console.info(f"A stand-in for Grafana {FLAVOURS[grafana].version}; log-in admin/admin; Ctrl-C ends.")
            app.serve(sandbox, listener)
    finally:
        sandbox.close()
    return ExitCode.OK

"""``dashkit new``."""

from __future__ import annotations

import click

from dashkit.app.new import KINDS, SCHEMA, Request
from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode


@click.command(
    short_help="Write a module to begin with.",
    epilog="""\b
Examples:
  dashkit new dashboard checkout                        dashboards/operations/checkout.py
  dashkit new dashboard sales --family business --service shop-api
  dashkit new factory services --service checkout       the same dashboard for each of several services
  dashkit new alerts checkout                           an objective, its alerts, their tests and runbook
  dashkit new schema                                    dashkit.schema.json, by which editors complete dashkit.yaml
""",
)
@click.argument("kind", type=click.Choice([*KINDS, "schema"]), metavar="|".join([*KINDS, "schema"]))
@click.argument("name", default="")
@click.option("--family", metavar="FOLDER", default="operations", show_default=True, help="Folder of the dashboard.")
@click.option(
    "--service", metavar="JOB", default="", help="The job of the service, as Prometheus calls it.  [default: NAME]"
)
@options.common()
def command(invocation: Invocation, kind: str, name: str, family: str, service: str) -> int:
    """Write a dashboard, a factory of dashboards or alerts called NAME: a module that builds and passes the check.

    It expects the usual metrics of an HTTP service, `http_requests_total` and `http_request_duration_seconds`; change what
    yours calls otherwise. Existing modules are never replaced.
    """
    from dashkit.app.new import new_module, new_schema

    project, console = invocation.project, invocation.console
    if kind == "schema":
        new_schema(project)
        console.info(f"wrote {SCHEMA}; name it in the first line of dashkit.yaml:")
        console.info(f"  # yaml-language-server: $schema={SCHEMA}")
        return ExitCode.OK
    path = new_module(Request(kind, name, family, service), project)
    console.info(f"wrote {path.relative_to(project.root)}")
    following = "dashkit rules build" if kind == "alerts" else "dashkit build && dashkit check"
    console.info(f"\nNext:\n  {following}")
    return ExitCode.OK

"""``dashkit rules``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dashkit.cli import options
from dashkit.cli.console import counted
from dashkit.errors import ExitCode


@click.group(
    short_help="Alert rules: rule files, routing, runbooks.",
    epilog="""\b
Examples:
  dashkit rules build
  promtool test rules build/rules/tests/*.yml
""",
)
def command() -> None:
    """Alert rules as code: modules in `dashboards/alerts/` that export `groups` (and one that exports `routing`)."""


@command.command(
    short_help="Write rule files, routing and runbooks.",
    epilog="""\b
Examples:
  dashkit rules build                                    all below build/
  promtool check rules build/rules/*.yml
  promtool test rules build/rules/tests/*.yml
  amtool check-config build/alertmanager/alertmanager.yml
""",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Where to  [default: build]")
@options.format_option("text", "json")
@options.common
def build(output: Path | None, output_format: str, config: Path | None, quiet: bool, verbose: int) -> int:
    """Compile the alert modules to files.

    \b
      rules/SYSTEM.yml              for Prometheus
      rules/tests/SYSTEM.yml        for promtool: for each alert a case that fires and one that does not
      rules/kubernetes/SYSTEM.yaml  the same rules as PrometheusRule resources
      alertmanager/alertmanager.yml routing; secrets are names of files
      alertmanager/grafana/         the same routing as provisioning files of Grafana
      runbooks/SYSTEM/ALERT.md      a page for each alert

    `alerts:` in dashkit.yaml says the addresses that alerts link to. An alert that links to a panel that no dashboard
    has is an error, and so is a module that does not load; then nothing is written.
    """
    from dashkit.cli.rules import alert_links, compile_rules_or_refuse
    from dashkit.compiler.write import OutputFolder
    from dashkit.export.alerting_files import alerting_files

    console = options.console(quiet, verbose)
    project = options.project(config)
    base = output.resolve() if output else project.build.parent
    groups, routing = compile_rules_or_refuse(project, console)
    if not groups and routing is None:
        console.warn(f"no alert modules in {', '.join(f'{path}/alerts' for path in project.dashboards)}")
    folders: dict[str, OutputFolder] = {}
    written, listed = 0, []
    for kind, name, data in alerting_files(groups, routing, alert_links(project)):
        folder = folders.setdefault(kind, OutputFolder(base / kind))
        changed = folder.write(name, data)
        written += changed
        listed.append(f"{kind}/{name}")
        if verbose or (changed and not quiet and output_format == "text" and kind != "runbooks"):
            console.info(f"{'wrote' if changed else 'same '} {kind}/{name}")
    removed = [f"{kind}/{name}" for kind, folder in folders.items() for name in folder.finish(complete=True)]
    for name in removed:
        console.info(f"removed {name}")
    alerts = sum(len(group.alerts) for group in groups)
    recordings = sum(len(group.rules) for group in groups) - alerts
    if output_format == "json":
        summary: dict[str, Any] = {"groups": len(groups), "alerts": alerts, "recording_rules": recordings}
        console.json({"files": listed, "removed": removed, "summary": summary})
    else:
        shown = base.relative_to(Path.cwd()) if base.is_relative_to(Path.cwd()) else base
        console.info(
            f"{counted(alerts, 'alert')} and {counted(recordings, 'recording rule')} in {counted(len(groups), 'group')}; "
            f"{counted(len(listed), 'file')} in {shown}/, {written} changed"
        )
    return ExitCode.OK

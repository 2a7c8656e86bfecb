"""``dashkit export``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.app.export import Exported, Request, Target
    from dashkit.export.desired_state import DesiredState


@click.group(
    short_help="Write files for Grafana's provisioning, Kubernetes, Terraform or Git Sync.",
    epilog="""\b
Examples:
  dashkit export provisioning --output provisioning     a tree that Grafana reads when it starts
  dashkit export provisioning -o provisioning --check   exit with 1 if the tree is not up to date
  dashkit export kubernetes --output k8s                ConfigMaps, or resources of grafana-operator
  dashkit export terraform --output terraform --live    a module that takes over what is there
""",
)
def command() -> None:
    """Write what the Grafana of a context should hold as files that other tools deploy.

    The folder prefix, uid prefix, tags and datasources of the context are applied, as by `dashkit push`. The same source
    gives the same bytes. Files of an earlier export that the source no longer has are removed; other files are never touched.
    """


class _Directory(click.Path):
    """A directory. An empty text, as from a variable that is not set, is not the current one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail(options.EMPTY, param, ctx)
        return super().convert(value, param, ctx)


_shared = options.several(
    click.option(
        "-o", "--output", type=_Directory(path_type=Path, file_okay=False), required=True, metavar="DIR",
        help="Where to write the files.",
    ),
    options.context,
    click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the files are not up to date."),
)  # fmt: skip


def run(target: Target, invocation: Invocation, **given: Any) -> ExitCode:
    """Export to a target, and print the result."""
    from dashkit.app import export

    request = export.Request(**given)
    return _show(export.export(request, target, invocation.ports), request, invocation)


def _show(done: Exported, request: Request, invocation: Invocation) -> ExitCode:
    """Print the result of an export."""
    from dashkit.model.words import counted

    console = invocation.console
    if invocation.json:
        data = {"output": str(done.folder), "files": done.count, "changed": done.changed, "removed": done.removed}
        console.json({"context": done.state.context, **data})
    else:
        verb, gone = ("differs", "no longer in the source") if request.check else ("wrote", "removed")
        if invocation.verbose or request.check:
            console.lines(f"{verb}: {name}" for name in done.changed)
            console.lines(f"{gone}: {name}" for name in done.removed)
        changed, removed = len(done.changed), len(done.removed)
        if done.current:
            console.info(f"{done.folder}: {counted(done.count, 'file')}, up to date")
        elif request.check:
            console.error(f"{done.folder} is not up to date: {counted(changed + removed, 'file')} of {done.count}")
            console.hint("run the same command without --check, and commit the result")
        else:
            console.info(f"{done.folder}: {counted(done.count, 'file')}, {changed} written, {removed} removed")
    return ExitCode.FOUND if request.check and not done.current else ExitCode.OK


@command.command(
    epilog="""\b
Examples:
  dashkit export provisioning --output provisioning
  dashkit export provisioning -o provisioning --check                         for CI
  dashkit export provisioning -o provisioning --verify http://localhost:3000  has Grafana read all of it?
""",
)
@_shared
@click.option(
    "--verify", metavar="URL", default="", callback=options.filled,
    help="Write nothing; ask this Grafana, a URL or a context, whether it has read everything.",
)  # fmt: skip
@options.common("text", "json")
def provisioning(invocation: Invocation, verify: str, **given: Any) -> int:
    """Write the files that Grafana reads when it starts: dashboards and their providers, alerting, datasources.

    Put DIR where Grafana looks for provisioning files, /etc/grafana/provisioning, or say in the context where that is:
    `mounted_at`. Files of other tools may be beside them. Alert rules, contact points and policies are included if the context
    sets `evaluator: grafana`, and datasources that dashkit.yaml describes with a `url`.
    """
    from dashkit.app.export import Request
    from dashkit.app.export_provisioning import export_provisioning

    if verify:
        return _verify(invocation, verify, given["context_name"])
    request = Request(**given)
    return _show(export_provisioning(request, invocation.ports, invocation.console.warn), request, invocation)


def _verify(invocation: Invocation, server: str, context_name: str | None) -> ExitCode:
    """Ask a Grafana what it has not read, and print that."""
    from dataclasses import asdict

    from dashkit.app.export_verify import verify
    from dashkit.model.words import counted

    console = invocation.console
    found = verify(context_name, server, invocation.ports)
    invocation.notify(found.warnings)
    if invocation.json:
        unread = [asdict(one) for one in found.unread]
        console.json({"url": found.context.url, "objects": found.count, "unread": unread, "warnings": found.warnings})
    elif found.unread:
        console.lines(f"{one.kind} {one.name} {one.why}" for one in found.unread)
        console.error(f"{found.context.url} has not read {len(found.unread)} of {counted(found.count, 'object')}")
        console.hint("its log says why: look for `provisioning`; some files are read only when it starts")
    else:
        console.info(f"{found.context.url} has read all {counted(found.count, 'object')}")
    return ExitCode.FOUND if found.unread else ExitCode.OK


def _pair(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, str]:
    """Return both sides of ``key=value``."""
    key, found, text = value.partition("=")
    if not (key and found):
        raise click.BadParameter(f"{value!r} is not KEY=VALUE")
    return key, text


def _namespace(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Refuse what Kubernetes would: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names."""
    if options.filled(ctx, param, value) and not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", value):
        raise click.BadParameter(f"{value!r} is no name of a namespace: a-z, 0-9 and -, up to 63 of them")
    return value


_kubernetes = options.several(
    options.choice("--form", ("configmap", "operator"), "What brings the dashboards into Grafana."),
    click.option(
        "--namespace", default="", metavar="NAME", callback=_namespace,
        help="The namespace of all resources.  [default: none]",
    ),
    click.option(
        "--label", default="grafana_dashboard=1", show_default=True, metavar="KEY=VALUE", callback=_pair,
        help="The label that the sidecar for dashboards looks for.",
    ),
    click.option(
        "--folder-annotation", default="grafana_folder", show_default=True, metavar="KEY",
        help="The annotation that the sidecar reads the folder from.",
    ),
    click.option(
        "--instances", default="dashboards=grafana", show_default=True, metavar="KEY=VALUE", callback=_pair,
        help="The label of the Grafanas that the operator fills.",
    ),
    click.option("--image", default="", metavar="IMAGE", help="Also write jobs that run this image."),
    click.option(
        "--token-secret", default="dashkit-token/token", show_default=True, metavar="NAME[/KEY]",
        help="The Secret with the token of the jobs. Without a key, each of its keys is an environment variable.",
    ),
    click.option(
        "--archives", default="", metavar="URL",
        help="Where the CronJob puts backups.  [default: the volume claim PROJECT-backups]",
    ),
    click.option("--group", default="", metavar="NAME", help="Also write a job that pushes to this group of contexts."),
    options.number("--shards", 4, "How many pods of that job share the group."),
)  # fmt: skip


@command.command(
    short_help="Write resources for Kubernetes.",
    epilog="""\b
Examples:
  dashkit export kubernetes -o k8s                                ConfigMaps for the sidecars of Grafana's Helm chart
  dashkit export kubernetes -o k8s --form operator                resources of grafana-operator
  dashkit export kubernetes -o k8s --image reg/dashboards:1.4     with a CronJob that backs up each night
  kubectl apply --server-side -k k8s
""",
)
@_shared
@_kubernetes
@options.common("text", "json")
def kubernetes(
    invocation: Invocation, output: Path, context_name: str | None, check: bool, namespace: str, **given: Any
) -> ExitCode:
    """Write a resource for each dashboard, folder, datasource and alert, and a kustomization that lists them.

    Rules that Prometheus evaluates become PrometheusRule resources in both forms. Secrets are never written: resources refer
    to the Secret PROJECT-secrets, whose keys are the names of variables.

    With --image, a CronJob backs up the context each night; with --group too, a Job pushes to many contexts at once. The image
    has dashkit, and the project in /project. The pods run as user 65532, with a read-only file system.
    """
    from dashkit.config.selection import selected
    from dashkit.export.kubernetes.files import files
    from dashkit.export.kubernetes.resource import Options

    chosen = Options(namespace=namespace, **given)
    if chosen.group:
        selected(invocation.ports.project, (), (chosen.group,), invocation.ports.environ)  # or it fails in the cluster
    return run(
        lambda state: files(state, chosen, invocation.console.warn), invocation,
        output=output, context_name=context_name, check=check,
    )  # fmt: skip


@command.command(
    short_help="Write a Terraform module for grafana/grafana.",
    epilog="""\b
Examples:
  dashkit export terraform --output terraform            resources in JSON syntax
  dashkit export terraform -o terraform -c prod --live   take over what the server has already
""",
)
@_shared
@click.option("--live", is_flag=True, help="Ask the context's server, and write import blocks for what it has.")
@options.common("text", "json")
def terraform(invocation: Invocation, live: bool, **given: Any) -> ExitCode:
    """Write folders, dashboards, datasources, and what Grafana evaluates, as resources of the Terraform provider.

    The provider reads its server from GRAFANA_URL and its credentials from GRAFANA_AUTH. Secrets become inputs of the module:
    their values are in no file. The policy tree is replaced as a whole.
    """
    from dashkit.app.export_terraform import target
    from dashkit.export import terraform as module

    return _telling(module.left_out, target(invocation.ports, given["context_name"], live=live), invocation, given)


@command.command(
    short_help="Write a repository for Grafana's Git Sync.",
    epilog="""\b
Examples:
  dashkit export gitsync --output grafana           a directory for each folder
  dashkit export gitsync --output grafana --check   exit with 1 if the tree is not up to date
""",
)
@_shared
@options.common("text", "json")
def gitsync(invocation: Invocation, **given: Any) -> ExitCode:
    """Write dashboards and folders as the resources that Grafana's Git Sync reads from a repository.

    A directory is a folder. What Git Sync does not know, such as alert rules, is left out, with a warning.
    """
    from dashkit.export import gitsync as layout

    return _telling(layout.left_out, layout.files, invocation, given)


def _telling(
    left_out: Callable[[DesiredState], Iterable[str]], target: Target, invocation: Invocation, given: dict[str, Any]
) -> ExitCode:
    """Export to a target, and warn of what it leaves out."""
    warnings: list[str] = []

    def files(state: DesiredState) -> Iterable[tuple[str, bytes]]:
        warnings.extend(left_out(state))
        return target(state)

    code = run(files, invocation, **given)
    invocation.notify(warnings)
    return code

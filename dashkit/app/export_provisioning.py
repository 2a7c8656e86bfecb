"""Export a context as provisioning files of Grafana."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dashkit.app.connect import layout_of
from dashkit.app.export import Exported, Request, context_of, export
from dashkit.app.ports import Ports
from dashkit.export.desired_state import DesiredState
from dashkit.export.provisioned import read_provisioned
from dashkit.export.provisioning import files


def export_provisioning(request: Request, ports: Ports, warn: Callable[[str], None]) -> Exported:
    """Export, as `dashkit.app.export.export` does. Rules of earlier exports that the source no longer has are to be removed.

    ``warn`` is told what files cannot hold of a dashboard.
    """
    layout = layout_of(ports.project, context_of(request.context_name, ports))

    def target(state: DesiredState) -> Iterable[tuple[str, bytes]]:
        return files(state, layout, read_provisioned(request.output, layout).rules(layout.owner), warn)

    return export(request, target, ports, layout.manifest)

"""Export a context as provisioning files of Grafana."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from dashkit.app.connect import layout_of
from dashkit.app.export import Target, context_of
from dashkit.app.ports import Ports
from dashkit.export.desired_state import DesiredState
from dashkit.export.provisioned import read_provisioned
from dashkit.export.provisioning import files


def target(output: Path, context_name: str | None, ports: Ports, warn: Callable[[str], None]) -> Target:
    """Return the target. It reads the files of earlier exports: rules that are no longer in the source have to be removed.

    ``warn`` is told what files cannot hold of a dashboard.
    """
    layout = layout_of(ports.project, context_of(context_name, ports))

    def write(state: DesiredState) -> Iterable[tuple[str, bytes]]:
        return files(state, layout, read_provisioned(output, layout).rules, warn)

    return write

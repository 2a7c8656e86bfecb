"""What a context's Grafana should hold, complete: the input of each export. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashkit.deploy.desired import Desired
from dashkit.deploy.folders import FolderTree, NewFolder
from dashkit.model.alerts import AlertGroup
from dashkit.model.dashboard import FolderPath
from dashkit.model.links import AlertLinks
from dashkit.model.live import GrafanaAlertGroup
from dashkit.model.routing import Routing
from dashkit.model.versions import major


@dataclass(frozen=True, slots=True)
class DatasourceSettings:
    """A datasource that dashkit.yaml describes, as the context's server calls it.

    Attributes:
        url: may contain ``${NAME}``, a variable of Grafana's environment.
        settings: what Grafana calls ``jsonData``.
        secrets: the names of variables of Grafana's environment, by setting.
    """

    uid: str
    type: str
    url: str
    name: str = ""
    default: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DesiredState:
    """What a context's Grafana should hold. Prefixes, tags and datasources of the context are applied.

    Attributes:
        context: the name of the context; empty if the project has none.
        organisation: the number of the organisation.
        owner: the tag that marks the project's dashboards and rules.
        dashboards: in the schema of the source; `dashkit.deploy.fit.fit` brings them to what a target takes.
        folders: those of dashboards and rules, parents first, with the uids that a push would give them.
        groups: the alert and recording rules in the words of the source.
        rules: the rules as Grafana-managed ones; none if Prometheus evaluates them.
        grafana: the version of Grafana that will show it, such as ``12``.
    """

    project: str
    context: str
    organisation: int
    owner: str
    dashboards: tuple[Desired, ...] = ()
    folders: tuple[NewFolder, ...] = ()
    groups: tuple[AlertGroup, ...] = ()
    rules: tuple[GrafanaAlertGroup, ...] = ()
    routing: Routing | None = None
    links: AlertLinks = field(default_factory=AlertLinks)
    datasources: tuple[DatasourceSettings, ...] = ()
    grafana: str = "12"

    @property
    def major(self) -> int:
        """The major version of that Grafana."""
        return major(self.grafana)

    def folder_uid(self, path: FolderPath) -> str:
        """Return the uid of the folder at a path; empty for the root."""
        return FolderTree([], nested=True).resolve(path)[0]


def folders_of(paths: Iterable[FolderPath]) -> tuple[NewFolder, ...]:
    """Return the folders of paths, each once, parents first."""
    tree = FolderTree([], nested=True)
    found = {folder.uid: folder for path in paths for folder in tree.resolve(path)[1]}
    return tuple(sorted(found.values(), key=lambda folder: folder.path))

"""A context as files that Grafana reads when it starts: dashboards and their providers, alerting, datasources.

https://grafana.com/docs/grafana/latest/administration/provisioning/. What is said here of Grafana was read in the sources of
10.1.2 and 12.4.3, and seen on servers of both.

Grafana has no tree of folders for such files: a provider stores into one folder, which it finds by its uid, or makes at the root.
So each folder has a provider of its own, with the uid that a push gives the folder; ``foldersFromFilesStructure`` would take the
last directory's name for a title, and a new uid. Two dashboards of one uid, or of one title in a folder, would stop a provider,
and only Grafana's log would say so; the compiler refuses both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit import _json
from dashkit.deploy import routing as documents
from dashkit.deploy.desired import Desired
from dashkit.deploy.fit import Takes, fit
from dashkit.deploy.routing import doubled
from dashkit.errors import InputError
from dashkit.export import yaml_text
from dashkit.export.datasources import datasources_document
from dashkit.export.desired_state import DesiredState
from dashkit.export.places import directory, stem
from dashkit.export.provisioned_rules import group_document, removal
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import folder_slug, folder_text, folder_uid
from dashkit.model.live import GrafanaAlertGroup

#: Where Grafana's packages and images read provisioning files.
PLACE = "/etc/grafana/provisioning"
_NOTE = "Written by dashkit; change the project instead."
_REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Layout:
    """What the files of a project depend on.

    Attributes:
        owner: the project's tag, with the prefix of the context.
        organisation: its number.
        place: the directory of the files on Grafana's machine.
        nested: whether Grafana has folders in folders: 11 and later.
    """

    owner: str
    organisation: int = 1
    place: str = PLACE
    nested: bool = True

    @property
    def stem(self) -> str:
        return stem(self.owner)

    @property
    def manifest(self) -> str:
        """The list of the files. Each project has its own, so that none removes those of another."""
        return f".dashkit-manifest-{self.stem}.json"

    @property
    def providers(self) -> str:
        """The file with the providers."""
        return f"dashboards/{self.stem}.yaml"

    @property
    def removed(self) -> str:
        """The file with the rules that Grafana has to remove."""
        return f"alerting/{self.stem}.{_REMOVED}.yaml"

    def dashboard(self, path: FolderPath, uid: str) -> str:
        """Return the file of a dashboard in the folder at a path."""
        return f"dashboards/{self.stem}/{directory(path)}/{uid}.json"

    def group(self, group: GrafanaAlertGroup) -> str:
        """Return the file of a group. Its folder is in the name: two folders may have groups of one name."""
        tail = _json.digest(list(group.place))[:8]
        return f"alerting/{self.stem}.{folder_slug(group.name)[:60]}-{tail}.yaml"


def files(
    state: DesiredState, layout: Layout, gone: Iterable[str] = (), warn: Callable[[str], None] = lambda text: None
) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of each file.

    Args:
        gone: the uids of rules that are no longer in the source. Grafana keeps rules whose file has gone until it is told.
        warn: is told what files cannot hold of a dashboard.

    Raises:
        InputError: a dashboard loses what it must not.
    """
    dashboards = [classic(item, warn) for item in state.dashboards]
    for item in dashboards:
        yield layout.dashboard(item.folder, item.uid), dashboard_text(item.uid, item.spec)
    of_rules = {group.folder_uid for group in state.rules}
    alerting = [folder.path for folder in state.folders if folder.uid in of_rules]
    yield layout.providers, providers_text({item.folder for item in dashboards}, alerting, layout)
    yield from alerting_files(state, layout, gone)
    if state.datasources:
        yield (
            f"datasources/{layout.stem}.yaml",
            yaml_text.text(datasources_document(state.datasources, layout.organisation), _NOTE),
        )


def classic(item: Desired, warn: Callable[[str], None]) -> Desired:
    """Return a dashboard in the classic schema, and warn of what that loses. Raises `InputError` for a strict one."""
    fitted = fit(item, Takes())
    if fitted.lost and item.strict:
        raise InputError(
            f"{item.uid} cannot be a classic dashboard: {'; '.join(fitted.lost)}", where=str(item.source),
            hint="remove strict=True, or deploy it in a form that holds the v2 schema",
        )  # fmt: skip
    for sentence in fitted.lost:
        warn(f"{item.uid}: {sentence}")
    return fitted


def dashboard_text(uid: str, spec: Mapping[str, Any]) -> bytes:
    """Return the file of a dashboard. Grafana fills nothing in there, so that a dollar stays one."""
    return _json.pretty({**spec, "uid": uid})


def providers_text(paths: Iterable[FolderPath], alerting: Iterable[FolderPath], layout: Layout) -> bytes:
    """Return the file with a provider for each folder.

    Args:
        alerting: the folders of alert rules. Grafana makes those first, and gives each a uid of its own; a provider with another
            uid would make a second folder of that title.
    """
    made = {path[:1] if layout.nested else path for path in alerting}
    providers = [_provider(path, layout, by_title=path in made) for path in sorted(paths)]
    return yaml_text.text({"apiVersion": 1, "providers": providers}, _NOTE)


def group_text(group: GrafanaAlertGroup, path: FolderPath, layout: Layout) -> bytes:
    """Return the file of a group in the folder at a path."""
    return yaml_text.text(group_document(group, path, layout.organisation, nested=layout.nested), _NOTE)


def removal_text(uids: Iterable[str], layout: Layout) -> bytes:
    """Return the file with the rules that Grafana has to remove."""
    return yaml_text.text(removal(list(uids), layout.organisation), _NOTE)


def _provider(path: FolderPath, layout: Layout, *, by_title: bool) -> dict[str, Any]:
    name = directory(path)
    uid = {} if by_title or not path else {"folderUid": folder_uid(path)}
    return {
        # Two providers of one name stop Grafana.
        "name": doubled(f"{layout.owner} {name}"),
        "orgId": layout.organisation,
        "type": "file",
        "folder": doubled(folder_text(path)) if path else "",
        **uid,
        # A dashboard whose file has gone is deleted: the files are the whole truth.
        "disableDeletion": False,
        # An edit in the UI would be lost when the file changes. Grafana offers to copy the JSON instead.
        "allowUiUpdates": False,
        "options": {"path": f"{layout.place.rstrip('/')}/dashboards/{layout.stem}/{name}"},
    }


def alerting_files(state: DesiredState, layout: Layout, gone: Iterable[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Yield the files of rules and routing; none if Prometheus evaluates the rules. Arguments as those of `files`."""
    paths = {folder.uid: folder.path for folder in state.folders}
    for group in state.rules:
        yield layout.group(group), group_text(group, paths[group.folder_uid], layout)
    left = set(gone) - {str(rule["uid"]) for group in state.rules for rule in group.rules}
    if left:
        yield layout.removed, removal_text(left, layout)
    if state.rules and (routing := state.routing):
        number, start = layout.organisation, f"alerting/{layout.stem}."
        yield f"{start}contact-points.yaml", yaml_text.text(documents.contact_points(routing, number), _NOTE)
        yield f"{start}mute-timings.yaml", yaml_text.text(documents.mute_timings(routing, number), _NOTE)
        if routing.default:
            yield f"{start}policies.yaml", yaml_text.text(documents.policies(routing, number), _NOTE)

"""A directory of provisioning files as a target of a push, like a Grafana.

Git is the history of such a directory: there are no versions to read, so an edit of a file since the last push cannot be told
from what was pushed. The list of dashkit's own files says which dashboards are the project's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dashkit.compiler.write import OutputFolder
from dashkit.document.compare import content_digest
from dashkit.errors import ServerError
from dashkit.export.provisioned import read_provisioned
from dashkit.export.provisioning import Layout, dashboard_text, group_text, providers_text, removal_text
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import folder_uid
from dashkit.model.item import Item, Limits, dashboard_item, group_item
from dashkit.model.live import GrafanaAlertGroup, LiveDashboard, LiveFolder, Proof, Version, unproven
from dashkit.model.marker import Marker
from dashkit.model.secret import Secret
from dashkit.model.versions import major


@dataclass(frozen=True, slots=True)
class _Board:
    """A dashboard: the name of its file, the path of its folder, its document."""

    name: str
    path: FolderPath
    spec: dict[str, Any]

    @property
    def folder_uid(self) -> str:
        return folder_uid(self.path) if self.path else ""


@dataclass(frozen=True, slots=True)
class _Group:
    """A group of rules: the name of its file, the path of its folder."""

    name: str
    path: FolderPath
    group: GrafanaAlertGroup


class Directory:
    """The provisioning files of one project, read once; a write changes them, and is remembered."""

    nested_folders, unique_titles, writers, verified = True, True, 1, True
    v2, scoped_variables = "", False

    def __init__(self, root: Path, layout: Layout, version: str) -> None:
        self.version = version
        self._layout = layout
        self._files = OutputFolder(root, layout.manifest)
        found = read_provisioned(root, layout)
        #: The paths of folders by uid; one that is only planned has no file yet.
        self._paths: dict[str, FolderPath] = {"": ()}
        self._boards: dict[str, _Board] = {}
        self._groups: dict[tuple[str, str], _Group] = {}
        self._removed = set(found.removed)
        for name, spec in found.dashboards.items():
            path = found.folders.get(name.split("/")[2], ())
            self._remember(path)
            self._boards[str(spec["uid"])] = _Board(name, path, {key: spec[key] for key in spec if key != "uid"})
        for name, (group, path) in found.groups.items():
            self._remember(path)
            self._groups[group.place] = _Group(name, path, group)

    @property
    def organisation(self) -> tuple[int, str]:
        """The number and the name of the organisation; its name is not known."""
        return self._layout.organisation, ""

    @property
    def recording_rules(self) -> bool:
        """Whether Grafana evaluates recording rules: 12 and later."""
        return major(self.version) >= 12

    def read(self, uids: frozenset[str], tag: str = "", proven: Proof = unproven) -> Iterator[LiveDashboard]:
        """Yield dashboards, as `dashkit.deploy.protocol.Readable.read` does."""
        for uid, board in list(self._boards.items()):
            live = self._live(uid, board)
            if uid in uids or (tag and tag in live.tags):
                yield live

    def folders(self) -> list[LiveFolder]:
        """Return the folders of dashboards and rules, and those above them."""
        used = [*(board.path for board in self._boards.values()), *(entry.path for entry in self._groups.values())]
        every = sorted({path[:depth] for path in used for depth in range(1, len(path) + 1)})
        return [LiveFolder(folder_uid(path), path[-1], folder_uid(path[:-1]) if path[1:] else "") for path in every]

    def people(self, _savers: frozenset[str]) -> frozenset[str]:
        """Return nobody."""
        return frozenset()

    def versions(self, uid: str, limit: int = 20) -> list[Version] | None:
        """Return what is there as a push, if the file is dashkit's own. Git knows of any other version."""
        board = self._boards.get(uid)
        if board is None or board.name not in self._files.known:
            return []
        marker = Marker(uid, content_digest(board.spec, board.folder_uid))
        return [Version(1, marker.message(), "", "", board.spec, board.folder_uid)]

    def alert_groups(self) -> list[GrafanaAlertGroup]:
        """Return every group of the files."""
        return [entry.group for entry in self._groups.values()]

    def rule_versions(self, _uid: str) -> list[dict[str, Any]]:
        """Return none."""
        return []

    def annotate(self, text: str, tags: list[str]) -> None:
        """Raise `ServerError`: only a server has annotations."""
        raise ServerError("files have no annotations; only a server has")

    def items(self, kind: str, limits: Limits | None = None) -> Iterator[Item]:
        """Yield the objects of a kind, as `dashkit.deploy.protocol.ItemSource.items` does."""
        if kind == "dashboards":
            wanted = limits.keys if limits and limits.keys is not None else frozenset(self._boards)
            yield from map(dashboard_item, self.read(wanted))
        elif kind == "alert-rules":
            yield from map(group_item, self.alert_groups())

    def put(self, item: Item, live: Item | None, secrets: Mapping[str, Secret] | None = None) -> None:
        """Write the file of a dashboard or of a group. A folder has none until something is in it."""
        content = item.content
        if item.kind == "folders":
            self._remember((*self._paths[content["folder"]], item.name))
        elif item.kind == "dashboards":
            self._put_dashboard(item.key, self._paths[content["folder"]], content["spec"])
        else:
            group = GrafanaAlertGroup(content["folder"], content["group"], content["interval"], tuple(content["rules"]))
            self._put_group(group, self._paths[content["folder"]])

    def proves(self, item: Item, live: Item | None) -> bool:
        """Return that a file which was written holds what was written."""
        return True

    def remove(self, item: Item) -> None:
        """Remove the file of a dashboard, or rules of a group."""
        if item.kind == "dashboards":
            self._files.remove(self._boards.pop(item.key).name)
            self._write_providers()
            return
        uids = {str(rule["uid"]) for rule in item.content["rules"]}
        self._take_out(self._groups[item.content["folder"], item.content["group"]], uids)
        self._write_removed(uids)

    def _live(self, uid: str, board: _Board) -> LiveDashboard:
        title, tags = str(board.spec.get("title")), tuple(board.spec.get("tags") or ())
        return LiveDashboard(uid, title, board.folder_uid, board.spec, 1, tags)

    def _remember(self, path: FolderPath) -> None:
        for depth in range(1, len(path) + 1):
            self._paths[folder_uid(path[:depth])] = path[:depth]

    def _put_dashboard(self, uid: str, path: FolderPath, spec: dict[str, Any]) -> None:
        before = self._boards.get(uid)
        board = _Board(self._layout.dashboard(path, uid), path, spec)
        # Before the new one is there: after an interrupt, the next push misses a file, but does not notice one too many.
        if before is not None and before.name != board.name:
            self._files.remove(before.name)
        self._files.keep(board.name, dashboard_text(uid, spec))
        self._boards[uid] = board
        self._write_providers()

    def _put_group(self, group: GrafanaAlertGroup, path: FolderPath) -> None:
        """Write a group. Rules that another group had move here, as they do in Grafana."""
        before = self._groups.get(group.place)
        entry = _Group(self._layout.group(group), path, group)
        uids = {str(rule["uid"]) for rule in group.rules}
        for other in list(self._groups.values()):
            if other.group.place != group.place:
                self._take_out(other, uids)
        self._files.keep(entry.name, group_text(group, path, self._layout))
        self._groups[group.place] = entry
        self._write_removed({str(rule["uid"]) for rule in before.group.rules} if before else set())
        if before is not None and before.name != entry.name:
            self._files.remove(before.name)

    def _take_out(self, entry: _Group, uids: set[str]) -> None:
        """Take rules out of a group, and remove the file if there are no others."""
        left = tuple(rule for rule in entry.group.rules if rule["uid"] not in uids)
        if len(left) == len(entry.group.rules):
            return
        if left:
            group = replace(entry.group, rules=left)
            self._files.keep(entry.name, group_text(group, entry.path, self._layout))
            self._groups[group.place] = replace(entry, group=group)
        else:
            del self._groups[entry.group.place]
            self._files.remove(entry.name)

    def _write_providers(self) -> None:
        paths = {board.path for board in self._boards.values()}
        alerting = [entry.path for entry in self._groups.values()]
        self._files.keep(self._layout.providers, providers_text(paths, alerting, self._layout))

    def _write_removed(self, perhaps: set[str]) -> None:
        """Note that these rules are to be removed, but for those that some group has."""
        there = {str(rule["uid"]) for entry in self._groups.values() for rule in entry.group.rules}
        removed = (self._removed | perhaps) - there
        if removed != self._removed:
            self._removed = removed
            if removed:
                self._files.keep(self._layout.removed, removal_text(removed, self._layout))
            else:
                self._files.remove(self._layout.removed)

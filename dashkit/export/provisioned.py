"""Read back the provisioning files of a project: what Grafana would find there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dashkit import _files, _json
from dashkit.deploy.alert_groups import owner_of
from dashkit.errors import InputError
from dashkit.export.provisioned_rules import groups_of, halved
from dashkit.export.provisioning import Layout
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import folder_uid
from dashkit.model.live import GrafanaAlertGroup


@dataclass(frozen=True, slots=True)
class Provisioned:
    """The files of a project.

    Attributes:
        folders: the path of each folder of dashboards, by its directory.
        dashboards: the documents by the names of their files.
        groups: each group with the path of its folder, by the name of its file.
        removed: the uids of rules that Grafana has to remove.
    """

    folders: dict[str, FolderPath] = field(default_factory=dict)
    dashboards: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, tuple[GrafanaAlertGroup, FolderPath]] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()

    def rules(self, owner: str) -> frozenset[str]:
        """Return the uids of all rules of a project that the files ever had. Others may be in a file with such a name."""
        every = [rule for group, _ in self.groups.values() for rule in group.rules]
        return self.removed | {str(rule["uid"]) for rule in every if owner_of(rule) == owner}


def read_provisioned(root: Path, layout: Layout) -> Provisioned:
    """Read the files below a directory; there may be none. Raises `InputError`, with the file, for one that cannot be read."""
    folders = dict(_folders(root, layout))
    dashboards = {}
    for path in sorted((root / "dashboards" / layout.stem).glob("*/*.json")):
        value = _json.parse(_files.read_bytes(path), where=str(path))
        if not isinstance(value, dict) or not isinstance(value.get("uid"), str):
            raise InputError("not a dashboard with a uid", where=str(path))
        if not isinstance(value.get("tags") or [], list):
            raise InputError("`tags` is not a list", where=str(path))
        dashboards[path.relative_to(root).as_posix()] = value
    groups = {}
    for path in sorted((root / "alerting").glob(f"{layout.stem}.*.yaml")):
        document = _document(path)
        if "groups" in document:
            # One file, one group: that is how they are written.
            for found in groups_of(document, nested=layout.nested, where=str(path))[:1]:
                groups[path.relative_to(root).as_posix()] = found
    return Provisioned(folders, dashboards, groups, _removed(root / layout.removed))


def _removed(path: Path) -> frozenset[str]:
    try:
        return frozenset(str(entry["uid"]) for entry in _document(path).get("deleteRules") or ())
    except (KeyError, TypeError):
        raise InputError("not a file that removes alert rules", where=str(path)) from None


def _folders(root: Path, layout: Layout) -> Iterator[tuple[str, FolderPath]]:
    path = root / layout.providers
    try:
        for provider in _document(path).get("providers") or ():
            directory = str(provider["options"]["path"]).rpartition("/")[2]
            yield directory, _path(halved(str(provider.get("folder") or "")), str(provider.get("folderUid") or ""))
    except (AttributeError, KeyError, TypeError):
        raise InputError("not a file with providers of dashboards", where=str(path)) from None


def _path(title: str, uid: str) -> FolderPath:
    """Return the path of titles; a title may have the sign that stands between them."""
    path = tuple(title.split(" / ")) if title else ()
    return path if not uid or folder_uid(path) == uid else (title,)


def _document(path: Path) -> dict[str, Any]:
    """Return the content of a file; nothing if there is none, or if it is no mapping, and so not dashkit's."""
    if not path.is_file():
        return {}
    try:
        value = yaml.safe_load(_files.read_bytes(path))
    except yaml.YAMLError as error:
        raise InputError(f"not valid YAML: {error}", where=str(path)) from None
    return value if isinstance(value, dict) else {}
